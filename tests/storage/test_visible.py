"""RULEBOOK §1 over random populations: nobody but the flagged clerk can tell that anybody is hidden."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.exercises import ExerciseSettings
from kurume_bousai.domain.ids import OperationId, PlanId, SupporterId, TableId
from kurume_bousai.domain.members import MemberRow, RosterMember
from kurume_bousai.domain.operations import FrozenPerson, Operation, OperationKind, OperationState
from kurume_bousai.domain.person_details import HouseholdPerson
from kurume_bousai.domain.plans import IndividualEvacuationPlan
from kurume_bousai.domain.presets import KURUME_60
from kurume_bousai.services.ports.members import GroupField, MemberFilter, MemberQuery
from kurume_bousai.storage import EncryptedCityDatabase, open_database
from kurume_bousai.storage.base import Row
from kurume_bousai.storage.unit_of_work import Session
from tests.storage import people
from tests.storage.conftest import OPERATOR, PASSPHRASE

QUERIES = (
    MemberQuery(),
    MemberQuery("架"),
    MemberQuery("架空"),
    MemberQuery(district_id=people.DISTRICTS[0]),
)
OPERATION = OperationId("o")
#: Everything about people and what is done with them; the operators and the audit go on.
EMPTIED = [
    table
    for table in reversed(Row.metadata.sorted_tables)
    if table.name not in {"audit_entries", "audit_heads", "audit_payloads", "devices", "facts", "operators"}
]
Cities = tuple[EncryptedCityDatabase, EncryptedCityDatabase]


def _families(population: list[RosterMember]) -> list[RosterMember]:
    """Everybody names everybody else of the list as family: whoever is hidden must not show that way."""
    return [
        replace(
            member,
            details=replace(
                member.details,
                household=tuple(
                    HouseholdPerson(kinship="家族", link=other.member_id)
                    for other in population
                    if other.member_id != member.member_id
                ),
            ),
        )
        for member in population
    ]


populations = st.lists(
    st.builds(
        lambda member, word: replace(member, name=f"架空{word}", kana=word, source="福祉課"),
        people.members,
        st.text("あいうえお", max_size=3),
    ),
    max_size=8,
    unique_by=lambda member: member.member_id,
).map(_families)


def _answers(session: Session, who: Access) -> list[object]:
    """Everything the repositories tell somebody, in a form that two cities can be compared by."""
    members = session.members
    found: list[object] = [members.district_counts(who)] if who.has(Right.SEE_COUNTS) else []
    if not who.has(Right.SEE_PEOPLE):
        return found
    for query in QUERIES:
        found.append(members.filter_counts(who, query))
        found += [members.groups(who, query, by) for by in GroupField]
        for kind in MemberFilter:
            narrowed = replace(query, filter=kind)
            rows = members.rows(who, narrowed)
            assert members.count(who, narrowed) == len(rows)
            found.append(rows)
    return [
        *found,
        [_undated(member) for member in members.in_district(who, None)],
        session.plans.by_member(who),
        session.operations.frozen_people(who, OPERATION),
    ]


def _undated(member: RosterMember) -> RosterMember:
    return replace(member, updated_at=None)


def _fill(database: EncryptedCityDatabase, population: list[RosterMember]) -> None:
    plans = [
        IndividualEvacuationPlan(
            PlanId(f"p{member.member_id}"), member.member_id, supporter_ids=(SupporterId("s"),)
        )
        for member in population
    ]
    frozen = [
        FrozenPerson(
            member.member_id, TableId("1"), 0, member.district_id or people.DISTRICTS[0], "", None,
            member.needs, member.categories, member.party_size, 3,
        )
        for member in population
    ]  # fmt: skip
    exercise = ExerciseSettings(people.DISTRICTS[0], KURUME_60, ())
    who = database.access
    with database.writing() as session:
        session.members.add_many(who, population, source="福祉課")
        session.plans.save_many(who, plans)
        session.operations.save(
            who, Operation(OPERATION, OperationKind.EXERCISE, OperationState.RUNNING, exercise)
        )
        session.operations.freeze(OPERATION, frozen, [])


@pytest.fixture(scope="module")
def cities(empty_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cities]:
    """Two cities that stay open: what their engines have learned of the statements serves every example."""
    made: list[EncryptedCityDatabase] = []
    for name in ("one", "other"):
        path = tmp_path_factory.mktemp(name) / "city.db"
        shutil.copy(empty_city, path)
        shutil.copy(empty_city.with_name("city.db.keys"), path.with_name("city.db.keys"))
        made.append(open_database(path, OPERATOR, PASSPHRASE))
    yield made[0], made[1]
    for database in made:
        database.close()


@contextmanager
def _inhabited(database: EncryptedCityDatabase, population: list[RosterMember]) -> Iterator[Session]:
    """Read the city while the people live in it; afterwards it is as empty as it was."""
    with database.reading() as session:
        assert [table.name for table in EMPTIED if session.connection.scalar(select(table).limit(1))] == []
    _fill(database, population)
    try:
        with database.reading() as session:
            yield session
    finally:
        with database.writing() as session:
            for table in EMPTIED:
                session.connection.execute(delete(table))
            session.connection.execute(
                text("INSERT INTO member_search (member_search) VALUES ('delete-all')")
            )


@settings(max_examples=25)
@given(population=populations, who=people.accesses)
def test_a_city_with_hidden_people_answers_as_one_without_them(
    cities: Cities, population: list[RosterMember], who: Access
) -> None:
    """The strongest form: every answer, number and order is the same as if they had never been there."""
    if who.sees_protected:
        who = replace(who, handles_protected=False)
    open_people = [member for member in population if not member.has_protected_address]
    full, without = cities
    with _inhabited(full, population) as session, _inhabited(without, open_people) as bare:
        assert _answers(session, who) == _answers(bare, who)
        hidden = [member for member in population if member.has_protected_address]
        if who.has(Right.SEE_PEOPLE):
            _assert_absent(session, who, hidden)


def _assert_absent(session: Session, who: Access, hidden: list[RosterMember]) -> None:
    assert session.members.get_many(who, [member.member_id for member in hidden]) == []
    for member in hidden:
        assert session.members.get(who, member.member_id) is None
        assert session.members.versions(who, member.member_id) == []
        assert session.plans.by_member(who, [member.member_id]) == {}


@settings(max_examples=25)
@given(population=populations, who=people.accesses)
def test_what_is_shown_is_what_the_rules_allow(
    cities: Cities, population: list[RosterMember], who: Access
) -> None:
    with _inhabited(cities[0], population) as session:
        if not who.has(Right.SEE_PEOPLE):
            return
        allowed = who.visible_districts
        expected = {
            member.member_id
            for member in population
            if (who.sees_protected or not member.has_protected_address)
            and (allowed is None or member.district_id in allowed)
        }
        rows: list[MemberRow] = session.members.rows(who, MemberQuery())
        assert {row.member_id for row in rows} == expected
        assert set(session.plans.by_member(who)) == expected
        kinds = set(session.members.filter_counts(who, MemberQuery()))
        assert (MemberFilter.PROTECTED in kinds) == who.sees_protected


def test_late_flag_leaves_a_running_session_and_the_ledger_refuses(city: EncryptedCityDatabase) -> None:
    member = people.person()
    _fill(city, [member])
    who = city.access
    with city.reading() as session:
        assert len(session.operations.frozen_people(who, OPERATION)) == 1
        stored = session.members.get(who, member.member_id)
    assert stored is not None
    with city.writing() as session:
        session.members.save_many(who, [replace(stored, has_protected_address=True)], source="手入力")
    with city.reading() as session:
        assert session.operations.frozen_people(who, OPERATION) == []
    refused = ""
    try:
        with city.writing() as session:
            session.ledger.issue(
                who, document="roster", recipient="津福", purpose="訓練", copies=1,
                member_ids=[member.member_id], at=datetime(2026, 6, 1, tzinfo=UTC),
                expires_on=date(2027, 3, 31), due_on=None,
            )  # fmt: skip
    except KnownProblem as problem:
        refused = problem.code
    assert refused == "protected_in_copy"
    with city.reading() as session:
        assert session.ledger.all(who) == []
