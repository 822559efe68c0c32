"""After 匿名化 nothing in any table says who it was; counts, copies and the audit stay as they were."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.consents import Consent, ConsentKind, ConsentState
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.exercises import ExerciseSettings
from kurume_bousai.domain.ids import ImportId, OperationId, PlanId, SupporterId, TableId
from kurume_bousai.domain.matching import PairVerdict
from kurume_bousai.domain.members import Reason, RemovalReason, RosterMember
from kurume_bousai.domain.operations import EntryKind, FrozenPerson, Operation, OperationKind, OperationState
from kurume_bousai.domain.person_details import Contact, HouseholdPerson, MedicalDevice, PersonDetails
from kurume_bousai.domain.plans import IndividualEvacuationPlan, PlanState
from kurume_bousai.domain.presets import KURUME_60
from kurume_bousai.domain.screening import Profession, ScreeningClass
from kurume_bousai.domain.supporters import Supporter
from kurume_bousai.services.ports.matching import PairDecision, SourceStatement, source_ref
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.services.progress import no_progress
from kurume_bousai.services.roster.merges import MergeService
from kurume_bousai.services.roster.register import RosterService
from kurume_bousai.services.roster.retention import RetentionService
from kurume_bousai.services.shelters.screenings import ScreeningDraft, ScreeningService
from kurume_bousai.storage import EncryptedCityDatabase
from kurume_bousai.storage.base import Row
from kurume_bousai.storage.retention import KEPT_TABLES, columns_that_go
from kurume_bousai.storage.scrubbing import FREE_TEXT, NO_FREE_TEXT
from kurume_bousai.storage.unit_of_work import Session
from tests.fakes.city import FixedClock
from tests.storage.people import ADMINISTRATOR, CLERK, DISTRICTS, VIEWER, person

NAME, KANA, ADDRESS, PHONE = "見張番太郎", "ミハリバンタロウ", "津福本町9999-77", "0942-00-7777"
SECRETS = (NAME, KANA, ADDRESS, PHONE, "見張医院", "見張り弟", "ミハリ薬", "見張番太朗")
NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
LONG_AGO, LATELY = date(2021, 11, 21), date(2021, 11, 22)
CLOCK = FixedClock(NOW)


def watched(**fields: object) -> RosterMember:
    details = PersonDetails(
        display_name="見張番太朗",
        clinic="見張医院",
        medicine="ミハリ薬",
        devices=frozenset({MedicalDevice.OXYGEN}),
        contacts=(Contact("見張り弟", "弟", ADDRESS, PHONE),),
    )
    known = person(
        NAME, kana=KANA, address=ADDRESS, phone=PHONE, note=NAME, source="介護", source_key="見張番太郎-1",
        born_on=date(1935, 4, 1), home=LonLat(130.5123, 33.3123), details=details,
        reasons=frozenset({Reason.CARE_LEVEL}),
        consents=(Consent(ConsentKind.ROSTER, ConsentState.GIVEN, date(2020, 1, 2), date(2020, 1, 1), NAME),),
    )  # fmt: skip
    return replace(known, **fields)  # type: ignore[arg-type]


def put(city: EncryptedCityDatabase, *members: RosterMember) -> None:
    with city.writing() as session:
        session.members.add_many(city.access, members, source="介護")


def take_off(city: EncryptedCityDatabase, member: RosterMember, on: date) -> None:
    with city.writing() as session:
        session.members.remove_many(
            city.access, [member.member_id], RemovalReason.DIED, source="画面で入力", on=on
        )


def dump(city: EncryptedCityDatabase) -> dict[str, str]:
    """Everything that can be read in every table, the search index too."""
    with city.reading() as session:
        return dump_of(session)


def dump_of(session: Session) -> dict[str, str]:
    found: dict[str, str] = {}
    names = session.connection.exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE type = 'table'"
    ).scalars()
    for name in list(names):
        if name == "member_search":
            continue  # its content lies in the shadow tables
        rows = session.connection.exec_driver_sql(f'SELECT * FROM "{name}"').all()  # noqa: S608 - names of the schema
        found[name] = "\n".join(
            value.decode("latin-1") if isinstance(value, bytes) else str(value)
            for row in rows
            for value in row
        )
    return found


def traces(city: EncryptedCityDatabase) -> list[tuple[str, str]]:
    with city.reading() as session:
        return traces_in(session)


def traces_in(session: Session) -> list[tuple[str, str]]:
    escaped = {json.dumps(secret)[1:-1]: secret for secret in SECRETS}
    hexed = {secret[:2].encode("utf-16-be").hex(): secret for secret in SECRETS}
    return [
        (table, secret)
        for table, text in dump_of(session).items()
        for needle, secret in [*((s, s) for s in SECRETS), *escaped.items(), *hexed.items()]
        if needle in text
    ]


def live_through_everything(city: EncryptedCityDatabase) -> RosterMember:
    """A record with versions, a plan, screenings, a session, a returned copy and a draft."""
    member = watched()
    put(city, member, person("残る人"))
    roster = RosterService(city, CLOCK)
    first = roster.open(member.member_id)
    assert first is not None
    roster.save(replace(first.member, phone="0942-00-7778"), first.member)
    plan = IndividualEvacuationPlan(PlanId("p"), member.member_id, PlanState.COMPLETE, (SupporterId("s"),))
    draft = ScreeningDraft(member.member_id, ScreeningClass.FULL_CARE, Profession.NURSE, basis=NAME)
    ScreeningService(city, CLOCK).record(draft)
    operation = Operation(
        OperationId("o"),
        OperationKind.EXERCISE,
        OperationState.RUNNING,
        ExerciseSettings(DISTRICTS[0], KURUME_60, ()),
    )
    with city.writing() as session:
        session.plans.save_many(city.access, [plan])
        stated = SourceStatement("障害", f"{NAME}-2", member.member_id, ImportId("i"), "d", f'"{NAME}"')
        session.matching.add_statements(city.access, [stated])
        pair = sorted((source_ref(("障害", f"{NAME}-2")), source_ref(("介護", "別の人"))))
        decision = PairDecision(pair[0], pair[1], PairVerdict.OTHER, NOW, "検査")
        session.matching.save_decisions(city.access, [decision])
        session.operations.save(city.access, operation)
        session.operations.freeze(operation.operation_id, [_frozen(member)], [])
        session.operations.append(
            city.access, operation.operation_id, EntryKind.NOTE_ADDED, {"text": f"{NAME}さんに電話した"},
            table_id=None, at=NOW,
        )  # fmt: skip
        session.ledger.issue(
            city.access, document="roster", recipient="津福校区", purpose="訓練", copies=1,
            member_ids=[member.member_id], at=NOW, expires_on=None, due_on=None,
        )  # fmt: skip
        session.set_fact(
            f"draft.person.{city.access.operator_id}", f'{{"m":"{member.member_id}","n":"{NAME}"}}'
        )
    return member


class TakenBack(Exception):  # noqa: N818 - no error: the way out of a transaction
    """書いたものを残さない."""


def written_by_hand(city: EncryptedCityDatabase, session: Session, neighbour: RosterMember) -> None:
    """The name in every column into which somebody can type, and in a payload of the audit."""
    words = f"{NAME}さんの家の前。電話{PHONE}"
    session.connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    for number, (name, columns) in enumerate(FREE_TEXT.items()):
        put_text(session, name, columns, words, number)
    kept = session.members.get(city.access, neighbour.member_id)
    assert kept is not None
    told = replace(
        kept, note=words,
        details=PersonDetails(belongings=words, contacts=(Contact("隣の人", note=words),)),
        consents=(Consent(ConsentKind.ROSTER, ConsentState.REFUSED, date(2020, 1, 2), correction=words),),
    )  # fmt: skip
    session.members.save_many(city.access, [told], source="画面で入力")
    again = replace(told, version=told.version + 1, note="")
    session.members.save_many(city.access, [again], source="画面で入力")
    session.audit.record(city.access, "test_told", ["だれか"], {"text": words})


def put_text(session: Session, name: str, columns: tuple[str, ...], words: str, number: int) -> None:
    """A row of a table as bare as the schema allows, with the words in its columns of free text."""
    table = Row.metadata.tables[name]
    values: dict[str, object] = {}
    for column in table.columns:
        kind = column.type.python_type
        if column.name in columns:
            values[column.name] = json.dumps({"text": words}) if number % 2 else words
        elif not column.nullable and not (column.primary_key and column.autoincrement is True):
            filler = {
                str: f"x{number}",
                int: 1 + number * column.primary_key,
                bool: False,
                float: 0.0,
                date: NOW.date(),
            }
            values[column.name] = filler.get(kind, NOW)
    session.connection.execute(table.insert().values(values))


def give_back(city: EncryptedCityDatabase) -> None:
    with city.writing() as session:
        session.connection.exec_driver_sql("UPDATE ledger SET returned_on = '2026-11-01'")


def _frozen(member: RosterMember) -> FrozenPerson:
    return FrozenPerson(
        member.member_id, TableId("t"), 1, DISTRICTS[0], ADDRESS, member.home, frozenset(), frozenset(), 1, 1
    )


def test_nothing_in_any_table_says_who_it_was(city: EncryptedCityDatabase) -> None:
    member = live_through_everything(city)
    take_off(city, member, LONG_AGO)
    give_back(city)
    assert {table for table, _secret in traces(city)} >= {
        "members", "member_versions", "screenings", "frozen_people", "log_entries", "facts",
        "source_statements", "pair_decisions",
    }  # fmt: skip
    with city.reading() as session:
        head = session.audit.head()
        counts = session.members.district_counts(CLERK)
        copies = session.ledger.all(city.access)
        kept = session.members.count(city.access, MemberQuery())
    service = RetentionService(city, CLOCK)
    assert service.expire(1).value == 1
    assert traces(city) == []
    with city.reading() as session:
        assert session.audit.verify(head) == []
        assert session.audit.verify() == []
        assert session.members.district_counts(CLERK) == counts
        assert session.members.count(city.access, MemberQuery()) == kept
        assert session.ledger.all(city.access) == copies
        assert session.members.get(city.access, member.member_id) is None
        assert session.members.versions(city.access, member.member_id) == []
        assert session.members.count(city.access, MemberQuery("残る")) == 1
        assert len(session.operations.frozen_people(city.access, OperationId("o"))) == 1
        (note,) = session.operations.entries(OperationId("o"))
        assert note.payload == {"text": "(匿名)さんに電話した"}
    assert service.preview().count.people == 0


def test_a_name_that_people_typed_anywhere_is_gone_too(city: EncryptedCityDatabase) -> None:
    member, neighbour = watched(), person("隣の人")
    put(city, member, neighbour)
    helper, other = (Supporter(SupporterId(n), f"{n}見張番太朗", phone=PHONE) for n in ("s1", "s2"))
    with city.writing() as session:
        session.supporters.save_many(city.access, [helper, replace(other, name="ほかの支援者", phone="")])
        for who, helpers in ((member, ("s1", "s2")), (neighbour, ("s2",))):
            links = tuple(map(SupporterId, helpers))
            plan = IndividualEvacuationPlan(PlanId(f"p{who.member_id}"), who.member_id, PlanState.NONE, links)
            session.plans.save_many(city.access, [plan])
    take_off(city, member, LONG_AGO)
    count = RetentionService(city, CLOCK).preview().count
    assert (count.people, count.supporters) == (1, 1)
    with suppress(TakenBack), city.writing() as session:
        written_by_hand(city, session, neighbour)
        found = {table for table, _secret in traces_in(session)}
        assert found >= {*FREE_TEXT, "audit_payloads", "supporters", "member_versions"}
        head = session.audit.head()
        session.retention.anonymise(city.access, LONG_AGO, on=NOW.date(), progress=no_progress)
        assert traces_in(session) == []
        assert session.audit.verify(head) == []
        assert [one.name for one in session.supporters.all(city.access)] == ["ほかの支援者"]
        kept = session.members.get(city.access, neighbour.member_id)
        assert kept is not None
        assert kept.details.belongings == "(匿名)さんの家の前。電話(匿名)"
        raise TakenBack  # the rows of the tables stand on nothing


def test_a_name_that_a_living_person_has_too_is_left_alone(city: EncryptedCityDatabase) -> None:
    member, namesake = watched(), person(NAME, note=f"{NAME}さん本人から電話", phone="")
    put(city, member, namesake)
    take_off(city, member, LONG_AGO)
    RetentionService(city, CLOCK).expire(1)
    with city.reading() as session:
        kept = session.members.get(city.access, namesake.member_id)
    assert kept is not None
    assert (kept.name, kept.note) == (NAME, f"{NAME}さん本人から電話")


def test_a_record_taken_into_another_expires_with_that_one(city: EncryptedCityDatabase) -> None:
    member, twin = watched(), watched(source_key="見張番太郎-2")
    put(city, member, twin)
    early = MergeService(city, FixedClock(datetime(2020, 1, 1, tzinfo=UTC)))
    early.merge(member.member_id, twin.member_id)
    service = RetentionService(city, CLOCK)
    assert service.preview().count.people == 0, "the person is still on the list"
    take_off(city, member, LATELY)
    assert service.preview().count.people == 0
    later = RetentionService(city, FixedClock(datetime(2026, 11, 23, tzinfo=UTC)))
    assert later.preview().count.people == 2
    later.expire(2)
    assert traces(city) == []


def test_backups_that_still_hold_the_names_are_told(city: EncryptedCityDatabase) -> None:
    member = watched()
    put(city, member)
    take_off(city, member, LONG_AGO)
    assert RetentionService(city, CLOCK).preview().count.backups == 0
    with city.writing() as session:
        session.audit.record(city.access, "backup_written", [], {})
    count = RetentionService(city, CLOCK).preview().count
    assert (count.backups, count.last_backup is not None) == (1, True)


def test_every_table_is_thought_of_when_names_are_erased() -> None:
    """A new table says whether somebody can type a sentence into it."""
    assert not NO_FREE_TEXT & FREE_TEXT.keys()
    assert set(Row.metadata.tables) == NO_FREE_TEXT | FREE_TEXT.keys()


def test_only_those_whose_time_is_over_are_due(city: EncryptedCityDatabase) -> None:
    here, lately, gone = watched(), watched(), watched()
    put(city, here, lately, gone)
    take_off(city, lately, LATELY)
    take_off(city, gone, LONG_AGO)
    preview = RetentionService(city, CLOCK).preview()
    assert (preview.years, preview.until) == (5, LONG_AGO)
    assert (preview.count.people, preview.count.by_reason) == (1, {RemovalReason.DIED: 1})
    RetentionService(city, CLOCK).expire(1)
    with city.reading() as session:
        rows = session.connection.exec_driver_sql(
            "SELECT member_id FROM members WHERE anonymised_on IS NOT NULL"
        ).scalars()
        assert list(rows) == [gone.member_id]


def test_a_copy_that_is_out_holds_its_people_back(city: EncryptedCityDatabase) -> None:
    member = live_through_everything(city)
    take_off(city, member, LONG_AGO)
    service = RetentionService(city, CLOCK)
    assert (service.preview().count.people, service.preview().count.held_back) == (0, 1)
    with pytest.raises(KnownProblem, match="expiry_nobody"):
        service.expire(1)
    give_back(city)
    assert service.preview().count.people == 1


def test_the_number_must_be_the_one_that_was_seen(city: EncryptedCityDatabase) -> None:
    member = watched()
    put(city, member)
    take_off(city, member, LONG_AGO)
    before = dump(city)
    with pytest.raises(KnownProblem, match="expiry_count_differs"):
        RetentionService(city, CLOCK).expire(2)
    after = dump(city)
    assert after == before


def test_hidden_people_are_due_for_the_flagged_clerk_only(city: EncryptedCityDatabase) -> None:
    open_one, hidden = watched(), watched(has_protected_address=True)
    put(city, open_one, hidden)
    for member in (open_one, hidden):
        take_off(city, member, LONG_AGO)
    with city.reading() as session:
        count = session.retention.due(CLERK, LONG_AGO)
        assert (count.people, count.protected) == (1, 0)
        assert session.retention.due(city.access, LONG_AGO).protected == 1
    with city.writing() as session:
        done = session.retention.anonymise(
            CLERK, LONG_AGO, on=NOW.date(), progress=lambda _done, _total, _text: None
        )
    assert done == 1
    assert RetentionService(city, CLOCK).preview().count.people == 1
    RetentionService(city, CLOCK).expire(1)
    assert traces(city) == []


def test_nobody_who_is_anonymous_comes_back(city: EncryptedCityDatabase) -> None:
    member = watched()
    put(city, member)
    take_off(city, member, LONG_AGO)
    RetentionService(city, CLOCK).expire(1)
    with city.writing() as session:
        session.members.restore_versions(city.access, {member.member_id: 1}, source="取込を取り消した")
        assert session.members.count(city.access, MemberQuery()) == 0
    assert traces(city) == []


def test_a_relative_on_the_list_does_not_name_the_one_who_is_gone(city: EncryptedCityDatabase) -> None:
    member = watched()
    family = PersonDetails(household=(HouseholdPerson(NAME, "夫", member.member_id),))
    put(city, member, person("残る妻", details=family))
    take_off(city, member, LONG_AGO)
    RetentionService(city, CLOCK).expire(1)
    assert traces(city) == []


def test_a_viewer_and_an_administrator_may_not(city: EncryptedCityDatabase) -> None:
    def refused(access: Access) -> None:
        with city.reading() as session, pytest.raises(KnownProblem, match="no_right"):
            session.retention.due(access, LONG_AGO)

    refused(VIEWER)
    refused(ADMINISTRATOR)


def test_every_table_that_names_a_person_is_thought_of() -> None:
    """A new table with a person in it goes by its foreign key, or is dealt with by hand in ``Retention``."""
    gone = {column.table.name for column in columns_that_go()}
    named = {
        table.name
        for table in Row.metadata.sorted_tables
        if {"member_id", "kept_id", "absorbed_id"} & set(table.columns.keys()) and table.name != "members"
    }
    assert named == gone | KEPT_TABLES


def test_years_are_a_decision_of_the_city(city: EncryptedCityDatabase) -> None:
    service = RetentionService(city, CLOCK)
    assert service.years() == 5
    service.set_years(5, 7)
    assert service.years() == 7
    assert service.preview().until == date(2019, 11, 21)
    with pytest.raises(KnownProblem, match="changed_meanwhile"):
        service.set_years(5, 3)
    with pytest.raises(KnownProblem, match="retention_years"):
        service.set_years(7, 0)
