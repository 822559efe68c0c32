"""A small city with a life behind it, in which two people are 支援措置対象者: one from the start, one late.

The late one has been through everything a person of the list can go through before the flag came: imports,
a plan, a supporter, a 訓練, letters, copies, a merge, the reception, a 区分, a pin, a draft. Whoever is not
the flagged clerk must find neither of them anywhere afterwards (RULEBOOK §1).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import String, Table, delete, or_, select, update

from kurume_bousai import app
from kurume_bousai.app.letters import eligibility, mailings
from kurume_bousai.domain.access import Role
from kurume_bousai.domain.acts import Decision, decide
from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.consents import ConsentState
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.hand_outs import OrderId
from kurume_bousai.domain.ids import DistrictId, ImportId, MemberId, OperationId, PlanId, SiteId, SupporterId
from kurume_bousai.domain.mailings import show_code
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.person_details import Contact, HouseholdPerson, PersonDetails
from kurume_bousai.domain.plans import DestinationKind, IndividualEvacuationPlan, PlanState
from kurume_bousai.domain.reception import ReceptionKind
from kurume_bousai.domain.recipients import Handler, PartnerId
from kurume_bousai.domain.screening import Profession, ScreeningClass
from kurume_bousai.domain.second_person import Confirmation
from kurume_bousai.domain.supporters import Supporter
from kurume_bousai.exchange.seed_files import SeedFiles
from kurume_bousai.services.disclosure.emergency import EmergencyOrder, EmergencyService
from kurume_bousai.services.drafts import KeptDrafts
from kurume_bousai.services.exercises.sessions import USUAL_PARTICIPANTS
from kurume_bousai.services.fictional.seeding import seed_city
from kurume_bousai.services.hand_outs.service import HandOutDraft
from kurume_bousai.services.letters.plan import MailingOrder
from kurume_bousai.services.office.yearly_update import YearlyUpdateService
from kurume_bousai.services.papers.rules import NamedRequest, Recipient
from kurume_bousai.services.ports.drafts import Draft
from kurume_bousai.services.roster.merges import MergeService
from kurume_bousai.services.roster_import.importing import Confirmations, ImportOrder
from kurume_bousai.services.shelters.reception import ReceptionDraft, ReceptionService
from kurume_bousai.services.shelters.screenings import ScreeningDraft, ScreeningService
from kurume_bousai.storage import EncryptedCityDatabase, create_database, open_database
from kurume_bousai.storage.base import Row
from kurume_bousai.storage.rows.records import ImportBatchRecord
from kurume_bousai.storage.unit_of_work import Session
from tests.fixtures.rosters import person, write_csv

PASSPHRASE = "demo"
MAKER, SECOND, FLAGGED = "架空 担当", "架空 二人目", "架空 支援措置担当"
#: Everybody who must not know, by the word for their role.
OTHERS = {
    "clerk": SECOND,
    "every role but the flag": MAKER,
    "desk": "架空 本部",
    "facilitator": "架空 進行役",
    "viewer": "架空 閲覧",
    "administrator": "架空 管理者",
}
TSUBUKU = DistrictId("津福")
SOURCE = "介護"

#: What can be recognised of the two (and of the late one's second record, merged into hers).
EARLY = ("伏見隠太郎", "フシミカクレタロウ", "津福架空町9999-71", "0942-00-7171")
LATE = ("見張番太郎", "ミハリバンタロウ", "津福架空町9999-77", "0942-00-7777")
TWIN = ("見張番太朗", "ミハリバンタロ", "津福架空町9999-78", "0942-00-7778")
SECRETS = (*EARLY, *LATE, *TWIN, "見張秘密の備考", "見張家の長男", "H-00071", "H-00077", "H-00078")


@dataclass(frozen=True)
class HiddenCity:
    """The closed file, and the ids by which somebody could ask for the hidden ones."""

    path: Path
    hidden: tuple[MemberId, ...]
    numbers: tuple[int, ...]
    open_ids: tuple[MemberId, ...]
    order_id: OrderId
    import_ids: tuple[ImportId, ...]
    operation_id: OperationId
    merge_id: str
    copies: tuple[str, ...]
    code: str
    partner_id: PartnerId
    supporter_id: SupporterId
    site_id: SiteId
    emergency_id: str

    @property
    def next_extract(self) -> Path:
        """The office's whole file of today: the same people, one neighbour moved, no word of any flag."""
        return self.path.with_name("next.csv")

    @property
    def secrets(self) -> tuple[str, ...]:
        """Texts that may stand in nothing that others are told."""
        return (*SECRETS, *self.hidden)

    def copy_to(self, folder: Path) -> Path:
        """A copy of the file that may be changed."""
        target = folder / self.path.name
        for file in self.path.parent.glob(self.path.name + "*"):
            shutil.copy2(file, folder / file.name)
        return target

    def open(self, operator: str, path: Path | None = None) -> EncryptedCityDatabase:
        """Open it for somebody."""
        return open_database(path or self.path, operator, PASSPHRASE)


def _row(number: int, words: tuple[str, str, str, str], **cells: str) -> dict[str, str]:
    name, kana, address, phone = words
    own = {"ID": f"H-{number:05d}", "氏名": name, "フリガナ": kana, "住所": address, "電話1": phone}
    return person(number, **{**own, **cells})


def _rows() -> list[dict[str, str]]:
    neighbours = [
        person(number, 氏名=f"架空 隣人{number}", フリガナ=f"カクウ リンジン{'アイウエオカキク'[number]}",
               登録状態="", 登録日="", 自治会="津福1区", 民生委員="架空 委員")
        for number in range(1, 7)
    ]  # fmt: skip
    late = {
        "登録状態": "",
        "登録日": "",
        "自治会": "津福1区",
        "備考": "見張秘密の備考",
        "生年月日": "S10.5.5",
        "民生委員": "架空 委員",
    }
    return [
        *neighbours,
        _row(71, EARLY, 支援措置="○", 自治会="津福1区", 生年月日="S11.6.6"),
        _row(77, LATE, **late),
        _row(78, TWIN, **late),
    ]


def make_city(folder: Path) -> HiddenCity:
    """Build the file; takes a second or two."""
    roles = (Role.ADMINISTRATOR, Role.CLERK, Role.FACILITATOR, Role.DESK)
    path = folder / "hidden.db"
    city, _key = create_database(path, MAKER, PASSPHRASE, roles=roles, fictional=True)
    seed_city(city, SeedFiles().read())
    city.add_operator(SECOND, PASSPHRASE, roles=(Role.CLERK,))
    city.add_operator(
        FLAGGED, PASSPHRASE, roles=(Role.CLERK, Role.DESK, Role.FACILITATOR), handles_protected=True
    )
    city.add_operator(OTHERS["desk"], PASSPHRASE, roles=(Role.DESK,))
    city.add_operator(OTHERS["facilitator"], PASSPHRASE, roles=(Role.FACILITATOR,), districts=(TSUBUKU,))
    city.add_operator(OTHERS["viewer"], PASSPHRASE, roles=(Role.VIEWER,))
    city.add_operator(OTHERS["administrator"], PASSPHRASE, roles=(Role.ADMINISTRATOR,))
    city.close()
    later = [{**row, "支援措置": ""} for row in _rows()]
    later[2]["住所"] = "久留米市架空町9998-1"
    write_csv(path.with_name("next.csv"), later)

    city = open_database(path, FLAGGED, PASSPHRASE)
    imported = _bring_in(city, folder)
    city.close()
    city = open_database(path, MAKER, PASSPHRASE)
    made = _live(city, path, imported)
    city.close()
    city = open_database(path, FLAGGED, PASSPHRASE)
    try:
        return _flag(city, made)
    finally:
        city.close()


def _bring_in(city: EncryptedCityDatabase, folder: Path) -> ImportId:
    service = app.roster_import(city)
    roster = service.read(write_csv(folder / "extract.csv", _rows()))
    order = ImportOrder(SOURCE, is_whole=True)
    done = service.commit(roster, order, Confirmations(), service.preview(roster, order)).value
    assert done.counts["added"] == len(_rows()), done.counts
    return done.import_id


def _person(city: EncryptedCityDatabase, key: str) -> RosterMember:
    with city.reading() as session:
        found = session.members.in_district(city.access, None)
    return next(one for one in found if one.source_key == key)


def _live(city: EncryptedCityDatabase, path: Path, import_id: ImportId) -> HiddenCity:
    """Everything that can happen to the late one while nobody knows."""
    late, twin = _person(city, "H-00077"), _person(city, "H-00078")
    neighbour = _person(city, "A-00001")
    with city.reading() as session:
        site = session.shelters.welfare()[0].site_id
    helper = Supporter(SupporterId("helper"), "架空 支援子", district_id=TSUBUKU, consent=ConsentState.GIVEN)
    linked = PersonDetails(
        household=(HouseholdPerson(LATE[0], "妹", late.member_id),),
        contacts=(Contact("架空 連絡", "友人", "", "0942-00-0001"),),
    )
    hers = PersonDetails(contacts=(Contact("見張家の長男", "長男", LATE[2], LATE[3]),))
    with city.writing() as session:
        session.supporters.save_many(city.access, [helper])
        session.plans.save_many(city.access, [
            IndividualEvacuationPlan(
                PlanId(f"p{one.member_id[:8]}"), one.member_id, PlanState.COMPLETE, (helper.supporter_id,),
                DestinationKind.WELFARE_SHELTER, site,
            )
            for one in (late, twin, neighbour)
        ])  # fmt: skip
        session.members.save_many(
            city.access,
            [replace(neighbour, details=linked), replace(late, details=hers)],
            source="画面で入力",
        )
    late = _person(city, "H-00077")
    merge = MergeService(city, app.SystemClock()).merge(late.member_id, twin.member_id).value
    app.geocoding(city).pin(late.member_id, LonLat(130.5031, 33.2871))
    for member in (late, neighbour):
        ScreeningService(city, app.SystemClock()).record(
            ScreeningDraft(member.member_id, ScreeningClass.FULL_CARE, Profession.NURSE, basis=LATE[0])
        )
    ReceptionService(city, app.SystemClock()).record(
        ReceptionDraft(ReceptionKind.REQUESTED, site, late.member_id)
    )
    operation_id = _exercise(city, late.member_id, site)
    code = _letters(city, late.member_id)
    partner_id, order_id, copies = _copies(city)
    update = YearlyUpdateService(city, app.SystemClock())
    update.start(2026)
    KeptDrafts(city).keep(
        Draft("person", app.SystemClock().now(), {"name": LATE[0], "member_id": str(late.member_id)})
    )
    today = app.SystemClock().now()
    emergency = EmergencyService(city, app.SystemClock()).switch_on(
        EmergencyOrder(
            "架空の豪雨", "架空の命を守るため", frozenset({Body.WELFARE_COMMISSIONER}),
            districts=frozenset({TSUBUKU}), until=today + timedelta(hours=20),
        )
    ).value  # fmt: skip
    return HiddenCity(
        path, (late.member_id, twin.member_id), (late.number, twin.number), (neighbour.member_id,), order_id,
        (import_id,), operation_id, merge.merge_id, copies, code, partner_id, helper.supporter_id, site,
        emergency.emergency_id,
    )  # fmt: skip


def _exercise(city: EncryptedCityDatabase, member_id: MemberId, site: SiteId) -> OperationId:
    exercises, log = app.exercises(city), app.session_log(city)
    tables = exercises.suggest_tables(TSUBUKU, 1, USUAL_PARTICIPANTS)
    operation_id = exercises.start(replace(exercises.default_settings(TSUBUKU), tables=tables)).value
    session = exercises.open(operation_id)
    log.perform(session, decide(session, member_id, Decision(SupporterId("helper"))))
    return operation_id


def _letters(city: EncryptedCityDatabase, member_id: MemberId) -> str:
    """A mailing that is out; the code on the late one's form, which never came back."""
    eligibility(city).run()
    service = mailings(city)
    order = MailingOrder("登録の案内", service.today + timedelta(days=60), check_every=100)
    number = service.create(order).value.number
    letters = service.status(number).letters
    service.print_pages(number)
    shown = {one.code: show_code(one.code) for one in letters}
    for code in service.status(number).to_check:
        service.check_pair(number, code, code)
    service.post(number)
    return next(shown[one.code] for one in letters if one.member_id == member_id)


def _copies(city: EncryptedCityDatabase) -> tuple[PartnerId, OrderId, tuple[str, ...]]:
    recipients = app.recipients(city)
    day = recipients.today
    partner = recipients.save(
        replace(
            recipients.blank(Body.WELFARE_COMMISSIONER), name="架空の民生委員", district_id=TSUBUKU,
            responsible="架空 責任者", agreed_on=day, handlers=(Handler("架空 取扱者", day),),
        )
    ).value  # fmt: skip
    service = app.hand_outs(city, app.reporting(city))
    draft = HandOutDraft(partner.partner_id, "平常時の見守り", 2)
    done = service.order(draft).value
    second = Confirmation(SECOND, PASSPHRASE)
    papers = service.print_copies(done.order_id, second).value
    request = NamedRequest(
        Recipient(Body.DISTRICT_ORGANIZATION, "架空の会", TSUBUKU), "訓練", confirmation=second
    )
    listed = app.reporting(city).print_roster(TSUBUKU, request).value
    waiting = service.order(draft).value
    return partner.partner_id, waiting.order_id, tuple(one.copy_number for one in (*papers, *listed))


def _flag(city: EncryptedCityDatabase, made: HiddenCity) -> HiddenCity:
    with city.reading() as session:
        late = session.members.get(city.access, made.hidden[0])
    assert late is not None
    with city.writing() as session:
        session.members.save_many(
            city.access, [replace(late, has_protected_address=True)], source="画面で入力"
        )
    early, late = _person(city, "H-00071"), _person(city, "H-00077")
    hidden = (early.member_id, *made.hidden)
    return replace(made, hidden=hidden, numbers=(early.number, late.number))


def never_there(city: HiddenCity, path: Path) -> None:
    """Take every row that is about a hidden person out of a file, by hand, as if nobody had ever been there.

    Only the audit stays: nobody reads it but to check that it is whole.
    """
    database = city.open(FLAGGED, path)
    try:
        with database.writing() as session:
            for table in reversed(Row.metadata.sorted_tables):
                if table.name not in _HISTORY:
                    _take_out(session, table, city.hidden)
            for row in session.connection.execute(select(ImportBatchRecord)).all():
                added = [one for one in json.loads(row.added) if one not in city.hidden]
                counts = json.dumps({**json.loads(row.counts), "added": len(added)})
                session.connection.execute(
                    update(ImportBatchRecord)
                    .where(ImportBatchRecord.import_id == row.import_id)
                    .values(added=json.dumps(added), counts=counts)
                )
    finally:
        database.close()


_HISTORY = {"audit_entries", "audit_heads", "audit_payloads", "imports", "facts", "operators", "devices"}


def _take_out(session: Session, table: Table, hidden: Sequence[MemberId]) -> None:
    # A neighbour's record that links one of them stays: what others see of the link is tried elsewhere.
    names = ("member_id",) if table.name in ("members", "member_versions") else tuple(table.c.keys())
    texts = [column for column in table.c if column.name in names and isinstance(column.type, String)]
    about = [column.contains(one) for column in texts for one in hidden]
    if about:
        session.connection.execute(delete(table).where(or_(*about)))


__all__ = ["FLAGGED", "OTHERS", "SECRETS", "HiddenCity", "make_city", "never_there"]
