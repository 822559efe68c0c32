"""What the ledger keeps of a copy: its columns, its kind of body, the consents it stands on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.consents import (
    BodyAnswer,
    Consent,
    ConsentGiver,
    ConsentKind,
    ConsentMethod,
    ConsentState,
)
from kurume_bousai.domain.hand_outs import CopyContents, CopyState
from kurume_bousai.domain.ids import ImportId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.person_details import HouseholdPerson, PersonDetails
from kurume_bousai.domain.roster_columns import RosterColumn
from kurume_bousai.services.drafts import KeptDrafts
from kurume_bousai.services.hand_outs.copies import HandOutCopies
from kurume_bousai.services.ports.drafts import Draft
from kurume_bousai.services.ports.imports import ImportRecord
from kurume_bousai.services.roster.consents import ConsentService
from kurume_bousai.storage import EncryptedCityDatabase
from tests.fakes.city import FixedClock
from tests.storage.people import CLERK, FLAGGED, person

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
CLOCK = FixedClock(NOW)
DAY = date(2026, 4, 1)
COLUMNS = frozenset({RosterColumn.NAME, RosterColumn.PHONE})
BOTH = frozenset({ConsentKind.ROSTER, ConsentKind.PLAN})


def given(kind: ConsentKind, **fields: object) -> Consent:
    made = Consent(
        kind, ConsentState.GIVEN, DAY, DAY, "架空 職員",
        method=ConsentMethod.WRITTEN, given_by=ConsentGiver.PERSON,
    )  # fmt: skip
    return replace(made, **fields)  # type: ignore[arg-type]


def put(city: EncryptedCityDatabase, *members: RosterMember) -> None:
    with city.writing() as session:
        session.members.add_many(city.access, members, source="福祉課")


def issue(city: EncryptedCityDatabase, contents: CopyContents, *members: RosterMember) -> str:
    with city.writing() as session:
        [entry] = session.ledger.issue(
            city.access, document="紙", recipient="架空の会", purpose="見守り", copies=1,
            member_ids=[one.member_id for one in members], at=NOW, expires_on=None, due_on=None,
            versions={one.member_id: 1 for one in members}, contents=contents,
        )  # fmt: skip
    return entry.copy_number


def flag(city: EncryptedCityDatabase, member: RosterMember) -> None:
    with city.writing() as session:
        stored = session.members.get(city.access, member.member_id)
        assert stored is not None
        session.members.save_many(city.access, [replace(stored, has_protected_address=True)], source="画面")


def recalled(city: EncryptedCityDatabase) -> frozenset[str]:
    return HandOutCopies(city, CLOCK).ledger().to_recall


def test_a_plan_withdrawn_calls_back_what_stood_on_it_and_no_list(city: EncryptedCityDatabase) -> None:
    member = person(consents=(given(ConsentKind.ROSTER), given(ConsentKind.PLAN)))
    put(city, member)
    listed = issue(city, CopyContents(COLUMNS, Body.FIRE_CORPS), member)
    planned = issue(city, CopyContents(COLUMNS, Body.FIRE_CORPS, BOTH), member)
    assert recalled(city) == frozenset()
    withdrawn = given(ConsentKind.PLAN, state=ConsentState.WITHDRAWN, decided_on=NOW.date())
    told = ConsentService(city, CLOCK).answer(member.member_id, withdrawn).value
    assert [copy.copy_number for copy in told.call_back] == [planned]
    assert recalled(city) == {planned}
    assert listed != planned


def test_a_list_without_an_order_keeps_columns_and_body(city: EncryptedCityDatabase) -> None:
    member = person(consents=(given(ConsentKind.ROSTER),))
    put(city, member)
    number = issue(city, CopyContents(COLUMNS, Body.FIRE_CORPS), member)
    copies = HandOutCopies(city, CLOCK)
    assert set(copies.loss_report(number).columns) == COLUMNS
    said = copies.open(number).people[0].said
    assert said is not None
    assert said.value(RosterColumn.NAME) == member.name
    no = (BodyAnswer(Body.FIRE_CORPS, ConsentState.REFUSED, NOW.date()),)
    ConsentService(city, CLOCK).answer(
        member.member_id, given(ConsentKind.ROSTER, exceptions=no, decided_on=NOW.date())
    )
    assert recalled(city) == {number}, "who refused this one body stands on no copy of it"


def test_a_file_of_letters_stands_on_no_consent_but_not_on_the_hidden(city: EncryptedCityDatabase) -> None:
    asked, other = person(), person("架空次郎")
    put(city, asked, other)
    first = issue(city, CopyContents(COLUMNS, None, frozenset()), asked)
    second = issue(city, CopyContents(COLUMNS, None, frozenset()), asked, other)
    assert recalled(city) == frozenset()
    copies = HandOutCopies(city, CLOCK).ledger()
    assert {copy.state for copy in copies.copies} == {CopyState.HELD}
    assert copies.unsigned() == []
    flag(city, other)
    assert recalled(city) == {second} != {first}


def test_a_record_that_left_links_nobody_hidden(city: EncryptedCityDatabase) -> None:
    hidden = person("見張番太郎")
    put(city, hidden)
    linked = PersonDetails(household=(HouseholdPerson("見張番太郎", "妹", hidden.member_id),))
    member = person("架空次郎", details=linked)
    put(city, member)
    number = issue(city, CopyContents(COLUMNS), member)
    flag(city, hidden)
    with city.reading() as session:
        [seen] = session.hand_outs.people(CLERK, number)
        [known] = session.hand_outs.people(FLAGGED, number)
    assert seen.then is not None
    assert known.then is not None
    assert hidden.member_id not in str(seen.then.details)
    assert known.then.details.household[0].link == hidden.member_id


def test_an_import_is_told_without_ids_and_without_a_late_flag(city: EncryptedCityDatabase) -> None:
    people = [person(f"架空{number}") for number in range(3)]
    put(city, *people)
    ids = tuple(one.member_id for one in people)
    record = ImportRecord(
        ImportId("i"), "福祉課", "0", True, NOW, "検査", {"added": 3, "changed": 0}, ids, {}, ()
    )
    with city.writing() as session:
        session.imports.save(city.access, record)
    flag(city, people[0])
    with city.reading() as session:
        [seen], [known] = session.imports.told(CLERK), session.imports.told(FLAGGED)
    assert (seen.counts["added"], known.counts["added"]) == (2, 3)
    assert (seen.added, known.added) == ((), ())


def test_a_draft_about_somebody_gone_is_forgotten(city: EncryptedCityDatabase) -> None:
    drafts = KeptDrafts(city)
    drafts.keep(Draft("person", NOW, {"name": "架空太郎", "member_id": "nobody"}))
    assert drafts.load("person") is None
    with city.reading() as session:
        assert not session.fact(f"draft.person.{city.access.operator_id}")
