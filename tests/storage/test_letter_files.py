"""A file of letters on a real encrypted file: encrypted, recorded, and never by one person in silence."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader

from kurume_bousai.domain.access import Role
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.roster_columns import RosterColumn
from kurume_bousai.domain.second_person import Confirmation, SecondPersonGround, SecondPersonRule
from kurume_bousai.reports.letters import LetterPapers
from kurume_bousai.reports.maker import ReportMaker
from kurume_bousai.services.disclosure.second_person import LeavingRules, LeavingRulesService
from kurume_bousai.services.hand_outs.copies import HandOutCopies
from kurume_bousai.services.letters.mailings import MailingService
from kurume_bousai.storage import EncryptedCityDatabase
from tests.fakes.city import FixedClock
from tests.fakes.hand_outs import FakeLone, FakeSecond
from tests.helpers.letter_desk import ORDER, Desk, opened, somebody
from tests.storage.conftest import OPERATOR, PASSPHRASE

LETTERS = 8


@pytest.fixture
def clerk(city: EncryptedCityDatabase) -> Iterator[Desk]:
    """A clerk at a list of eight who meet a criterion; the one who made the file could confirm."""
    with city.writing() as session:
        people = [somebody(number) for number in range(1, LETTERS + 1)]
        session.members.add_many(city.access, people, source="架空")
    city.add_operator("窓口", "demo", roles={Role.CLERK})
    city.add_operator("閲覧", "demo", roles={Role.VIEWER})
    with opened(city, "窓口", "demo") as desk:
        desk.eligibility.run()
        yield desk


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(KnownProblem) as caught:
        work()
    return caught.value.code


def signed_in_audit(city: EncryptedCityDatabase) -> tuple[str, str]:
    """Who confirmed the one file of letters, and on which ground."""
    with city.reading() as session:
        [entry] = [one for one in session.audit.entries() if one.action == "letters_printed"]
        payload = session.audit._payloads()[entry.label]
    kept = json.loads(payload.content or "{}")
    return kept["second_person"], kept["second_ground"]


def test_the_file_is_encrypted_and_the_batch_recorded(clerk: Desk, tmp_path: Path) -> None:
    number = clerk.mailings.create(ORDER).value.number
    place = tmp_path / "案内.pdf"
    signed = Confirmation(OPERATOR, PASSPHRASE)
    clerk.mailings.write(number, place, lambda: "kakuu-password", confirmation=signed)
    assert PdfReader(place).is_encrypted
    assert refused(lambda: clerk.mailings.write(number, tmp_path / "x.csv", lambda: "kakuu-password")) == (
        "letters_need_pdf"
    )
    short = refused(lambda: clerk.mailings.write(number, place, lambda: "kurz", confirmation=signed))
    assert short == "password_short"
    with clerk.city.reading() as session:
        printed = [entry for entry in session.audit.entries() if entry.action == "letters_printed"]
    assert len(printed) == 1
    assert len(printed[0].subjects) == 1 + LETTERS
    by = next(one.operator_id for one in clerk.city.operators() if one.name == OPERATOR)
    assert signed_in_audit(clerk.city) == (by, "confirmed")
    copies = HandOutCopies(clerk.city, FixedClock()).ledger()
    [copy] = copies.copies
    assert (copy.document, copy.people, copy.confirmed_by) == ("案内のファイル 第1回", LETTERS, OPERATOR)
    assert copy.columns == {RosterColumn.NAME, RosterColumn.ADDRESS}
    assert copies.to_recall == frozenset(), "a letter goes to the person: nobody's consent is asked for it"


def test_a_file_of_letters_needs_a_second_person_and_printing_does_not(clerk: Desk, tmp_path: Path) -> None:
    number = clerk.mailings.create(ORDER).value.number
    place = tmp_path / "案内.pdf"

    def never() -> str:
        raise AssertionError("asked too early")

    def write(*signed: str) -> str:
        second = Confirmation(*signed) if signed else None
        return refused(
            lambda: clerk.mailings.write(number, place, lambda: "kakuu-password", confirmation=second)
        )

    assert refused(lambda: clerk.mailings.write(number, place, never)) == "second_person_missing"
    assert write(OPERATOR, "wrong") == "wrong_passphrase"
    assert write("窓口", "demo") == "same_person"
    assert write("閲覧", "demo") == "second_no_right"
    assert not place.exists()
    assert clerk.mailings.status(number).printed == 0
    clerk.mailings.print_pages(number)
    assert clerk.mailings.status(number).printed == LETTERS


@pytest.mark.parametrize("ground", [SecondPersonGround.LONE, SecondPersonGround.NOT_ASKED])
def test_the_audit_keeps_on_which_ground_one_person_wrote_the_file(
    clerk: Desk, tmp_path: Path, ground: SecondPersonGround
) -> None:
    number = clerk.mailings.create(ORDER).value.number
    city, is_lone = clerk.city, ground is SecondPersonGround.LONE
    if not is_lone:
        LeavingRulesService(city, FakeLone(), FixedClock()).save(
            LeavingRules(), LeavingRules(SecondPersonRule(others=False))
        )
    second = FakeLone() if is_lone else FakeSecond()
    service = MailingService(city, FixedClock(), LetterPapers(), ReportMaker(), second)
    service.write(number, tmp_path / "a.pdf", lambda: "kakuu-password", 1)
    assert signed_in_audit(city) == ("", ground.value)
