"""Numbers, levels and states of a session."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.bodies import Body, DataLevel
from kurume_bousai.domain.consents import Consent, ConsentKind, ConsentState
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.exercises import ExerciseTable, Participant
from kurume_bousai.domain.ids import DistrictId, MemberId, TableId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.operations import FrozenPerson
from kurume_bousai.domain.presets import KURUME_60, KURUME_120
from kurume_bousai.domain.rates import Rate, city_rate
from kurume_bousai.domain.session import count_in_public, may_appear, number_people, seat_people

DISTRICT = DistrictId("津福")
TABLE = ExerciseTable(TableId("1"), "1班", ("東", "西"), (Participant(Body.NEIGHBORHOOD_ASSOCIATION, 4),))


def person(identifier: str, neighborhood: str = "東", lat: float = 33.3) -> FrozenPerson:
    return FrozenPerson(
        MemberId(identifier),
        None,
        0,
        DISTRICT,
        neighborhood,
        LonLat(130.5, lat),
        frozenset(),
        frozenset(),
        1,
        3,
    )


def member(state: ConsentState, **changes: object) -> RosterMember:
    consents = (Consent(ConsentKind.ROSTER, state),)
    made = RosterMember(MemberId("m"), 1, "架空 花子", consents=consents)
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("level", list(DataLevel))
@pytest.mark.parametrize("state", [ConsentState.UNANSWERED, ConsentState.REFUSED, ConsentState.WITHDRAWN])
def test_nobody_without_consent_appears_at_any_level(level: DataLevel, state: ConsentState) -> None:
    assert not may_appear(member(state), TABLE, level)


@pytest.mark.parametrize("level", list(DataLevel))
def test_a_hidden_address_never_appears(level: DataLevel) -> None:
    assert not may_appear(member(ConsentState.GIVEN, has_protected_address=True), TABLE, level)


def test_real_names_need_consent_for_every_body_at_the_table() -> None:
    narrow = Consent(ConsentKind.ROSTER, ConsentState.GIVEN, covers=frozenset({Body.DISTRICT_ORGANIZATION}))
    someone = member(ConsentState.GIVEN, consents=(narrow,))
    assert not may_appear(someone, TABLE, DataLevel.REAL)
    assert may_appear(someone, TABLE, DataLevel.SYMBOL)


def test_a_child_at_the_table_lowers_the_level_at_once() -> None:
    assert TABLE.level(DISTRICT, practice=False) is DataLevel.REAL
    with_child = replace(TABLE, participants=(*TABLE.participants, Participant(Body.CHILD, 1)))
    assert with_child.level(DISTRICT, practice=False) is DataLevel.SYMBOL


def test_somebody_of_another_district_lowers_the_level() -> None:
    guest = Participant(Body.WELFARE_COMMISSIONER, 1, district_id=DistrictId("南"))
    with_guest = replace(TABLE, participants=(*TABLE.participants, guest))
    assert with_guest.level(DISTRICT, practice=False) is DataLevel.SYMBOL


@given(st.lists(st.tuples(st.sampled_from(["東", "西", "北"]), st.floats(33.2, 33.4)), max_size=60))
def test_numbers_are_short_unique_and_only_for_those_shown(rows: list[tuple[str, float]]) -> None:
    people = [person(f"m{index}", name, lat) for index, (name, lat) in enumerate(rows)]
    tables = [TABLE, ExerciseTable(TableId("2"), "2班", ("北",))]
    shown = {someone.member_id for someone in people[::2]}
    numbered = number_people(seat_people(people, tables), tables, shown)
    assert {someone.member_id for someone in numbered if someone.number} == shown
    for table in tables:
        numbers = [p.number for p in numbered if p.table_id == table.table_id and p.number]
        assert sorted(numbers) == list(range(1, len(numbers) + 1))


def test_a_hundred_people_are_too_many_for_a_table() -> None:
    people = [person(f"m{index}") for index in range(100)]
    with pytest.raises(KnownProblem) as caught:
        number_people(seat_people(people, [TABLE]), [TABLE], {someone.member_id for someone in people})
    assert caught.value.code == "too_many_for_table"


@given(st.integers(0, 400), st.integers(1, 8))
def test_a_large_neighborhood_is_shared_by_several_tables(size: int, count: int) -> None:
    people = [person(f"m{index:03}", lat=33.2 + index / 10_000) for index in range(size)]
    tables = [ExerciseTable(TableId(str(index)), f"{index}班", ("東",)) for index in range(count)]
    seated = seat_people(people, tables)
    loads = [sum(someone.table_id == table.table_id for someone in seated) for table in tables]
    assert sum(loads) == size
    assert max(loads) - min(loads) <= 1
    # Each table has one stretch of neighbours: walking from north to south, the tables never mix.
    assert [someone.table_id for someone in seated] == sorted(str(someone.table_id) for someone in seated)


def test_presets_last_as_their_names_say() -> None:
    assert KURUME_60.minutes == 60
    assert KURUME_120.minutes == 120


@pytest.mark.parametrize(("count", "text"), [(0, "0人"), (1, "5人未満"), (4, "5人未満"), (5, "5人")])
def test_small_counts_are_told_as_small(count: int, text: str) -> None:
    assert count_in_public(count) == text


def test_the_rate_of_the_city_is_sum_over_sum() -> None:
    assert city_rate([Rate(1, 2), Rate(30, 100), Rate(5, None)]) == Rate(31, 102)
    assert Rate(1, None).percent == "—"
    assert Rate(1, 8).percent == "12.5"
    assert city_rate([]).ratio is None
