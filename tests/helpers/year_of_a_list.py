"""A year of one 校区's list: the file with a clock of its own, and what a clerk does to it repeatedly."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pypdf

from kurume_bousai import app
from kurume_bousai.app import SystemClock
from kurume_bousai.app.letters import eligibility, mailings, replies
from kurume_bousai.domain.access import Role
from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.consents import ConsentState
from kurume_bousai.domain.hand_outs import HandOutPaper
from kurume_bousai.domain.ids import DistrictId, MemberId
from kurume_bousai.domain.mailings import ReplyKind, show_code
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.recipients import SupportPartner
from kurume_bousai.domain.second_person import Confirmation
from kurume_bousai.exchange.seed_files import SeedFiles
from kurume_bousai.services.fictional.seeding import seed_city
from kurume_bousai.services.hand_outs.copies import CopyList
from kurume_bousai.services.hand_outs.service import HandOutDraft
from kurume_bousai.services.letters.plan import MailingOrder
from kurume_bousai.services.letters.replies import Reply
from kurume_bousai.services.office.yearly_update import YearlyUpdateService
from kurume_bousai.services.reporting.written import NamedPaper
from kurume_bousai.services.roster_import.importing import Confirmations, ImportOrder
from kurume_bousai.storage import EncryptedCityDatabase, create_database, open_database
from tests.fixtures.rosters import person, write_csv

CLERK, SECOND, FLAGGED, PASSPHRASE = "架空 担当", "架空 二人目", "架空 支援措置担当", "demo"
TSUBUKU = DistrictId("津福")
SOURCE = "介護"
FISCAL_YEAR = 2026
#: Who of the 40 does what (by the number in the office's own ID).
REMOVED, CHANGED, FLAGS = (28, 29, 30), (10, 11, 12, 13, 14), (20, 21)


class Year:
    """一年: the file, the day it is, and what left on the latest day of handing out."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "year.db"
        self.moment = datetime.fromisoformat("2026-04-01T09:00:00+09:00")
        self.partners: dict[Body, SupportPartner] = {}
        self.papers: dict[Body, list[NamedPaper]] = {}
        self.told: list[list[str]] = []
        self.head = ""
        self._city: EncryptedCityDatabase | None = None

    def now(self) -> datetime:
        """Say what the scenario's clock shows; a second later each time, as a real one would be."""
        return self.moment

    def be(self, day: str) -> date:
        """Set the clock."""
        self.moment = datetime.fromisoformat(f"{day}T10:00:00+09:00")
        return self.moment.date()

    @property
    def city(self) -> EncryptedCityDatabase:
        """The open file."""
        assert self._city is not None
        return self._city

    def make(self) -> None:
        """Make the file with the reference data and three operators."""
        roles = (Role.ADMINISTRATOR, Role.CLERK, Role.FACILITATOR, Role.DESK)
        self._city, _key = create_database(
            self.path, CLERK, PASSPHRASE, roles=roles, fictional=True, now=self.now
        )
        seed_city(self.city, SeedFiles().read())
        self.city.add_operator(SECOND, PASSPHRASE, roles=(Role.CLERK,))
        self.city.add_operator(FLAGGED, PASSPHRASE, roles=(Role.CLERK,), handles_protected=True)

    def open(self, operator: str = CLERK) -> None:
        """Open the file for somebody else."""
        self.close()
        self._city = open_database(self.path, operator, PASSPHRASE, now=self.now)

    def close(self) -> None:
        """Leave."""
        if self._city is not None:
            self._city.close()
            self._city = None

    # -- what is read again and again ----------------------------------------------------------

    def people(self) -> list[RosterMember]:
        """Who of 津福 exists for who has the file open, in the order of the office's IDs."""
        with self.city.reading() as session:
            found = session.members.in_district(self.city.access, TSUBUKU)
        return sorted(found, key=lambda one: one.source_key)

    def numbered(self, numbers: Sequence[int]) -> list[RosterMember]:
        """Those of the office's IDs."""
        keys = {f"A-{number:05d}" for number in numbers}
        return [one for one in self.people() if one.source_key in keys]

    def ledger(self) -> CopyList:
        """Every copy that left."""
        return app.hand_out_copies(self.city).ledger()

    def on_copy(self, copy_number: str) -> set[MemberId]:
        """Who stands on a copy."""
        return {one.member_id for one in app.hand_out_copies(self.city).open(copy_number).people}


def row(number: int, **cells: str) -> dict[str, str]:
    """One row of the office's extract: it knows nothing of registration or consent."""
    silent = dict.fromkeys(("登録状態", "登録日", "名簿同意", "同意日", "説明日", "説明者"), "")
    kana = "".join("アイウエオカキクケコ"[int(digit)] for digit in str(number))
    own = {"氏名": f"架空 一年{number}号", "フリガナ": f"カクウ {kana}", "自治会": f"津福{number % 3 + 1}区"}
    return person(number, **{**own, **silent, **cells})


def bring(year: Year, rows: Sequence[dict[str, str]], order: ImportOrder, sure: Confirmations) -> None:
    service = app.roster_import(year.city)
    roster = service.read(write_csv(year.folder / "extract.csv", rows))
    preview = service.preview(roster, order)
    done = service.commit(roster, order, sure, preview).value
    assert done.recount_matches
    assert done.expected_matches is not False


def update(year: Year) -> YearlyUpdateService:
    return YearlyUpdateService(year.city, SystemClock())


def invite(year: Year, expected: int) -> list[str]:
    """Judge, make letters for whoever was not invited yet, open the sampled envelopes, post."""
    eligibility(year.city).run()
    service = mailings(year.city)
    number = service.create(
        MailingOrder("登録の案内", date(year.moment.year, 12, 28), check_every=10)
    ).value.number
    letters = service.status(number).letters
    assert len(letters) == expected
    assert service.print_pages(number).value.pages == 2 * expected
    shown = {show_code(one.code): one.code for one in letters}
    for code in service.status(number).to_check:
        assert service.check_pair(number, code, shown[code]).value.is_match
    service.post(number)
    by_id = {one.member_id: show_code(one.code) for one in letters}
    return [by_id[one.member_id] for one in year.people() if one.member_id in by_id]


def come_back(year: Year, codes: Sequence[str], kind: ReplyKind, roster: ConsentState | None) -> None:
    service = replies(year.city)
    for code in codes:
        service.answer(code, Reply(kind, service.today, roster=roster))


def hand(year: Year, copies: dict[Body, int], paper: HandOutPaper = HandOutPaper.ROSTER) -> None:
    service = app.hand_outs(year.city, app.reporting(year.city))
    for body, count in copies.items():
        draft = HandOutDraft(year.partners[body].partner_id, "平常時の見守り", count, paper)
        order = service.order(draft).value
        printed = service.print_copies(order.order_id, Confirmation(SECOND, PASSPHRASE)).value
        assert len(printed) == count
        year.papers[body] = printed


def both(district: int, commissioner: int) -> dict[Body, int]:
    return {Body.DISTRICT_ORGANIZATION: district, Body.WELFARE_COMMISSIONER: commissioner}


def pages_of(paper: NamedPaper, folder: Path) -> list[str]:
    file = folder / "copy.pdf"
    file.write_bytes(paper.pdf_bytes)
    return [page.extract_text().replace(" ", "") for page in pypdf.PdfReader(file).pages]


def flagged_people(year: Year) -> list[RosterMember]:
    """Those two, as only the flagged clerk may see them."""
    year.open(FLAGGED)
    found = [one for one in year.people() if one.has_protected_address]
    year.open()
    return found
