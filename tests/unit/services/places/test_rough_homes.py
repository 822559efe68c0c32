"""A home in the middle of its 町字 is marked so on the list's map and in a session."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kurume_bousai.domain.bodies import DataLevel
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.gazetteer import HomePlace, PlaceLevel
from kurume_bousai.domain.ids import DistrictId, MemberId, TableId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.operations import FrozenPerson
from kurume_bousai.mapview.features import session_people
from kurume_bousai.services.exercises.sessions import freeze_person
from kurume_bousai.storage import codec

HERE, THERE = LonLat(130.5, 33.3), LonLat(130.51, 33.3)
MEMBER = RosterMember(MemberId("m1"), 1, "架空", home=HERE, district_id=DistrictId("津福"))


def place(level: PlaceLevel, point: LonLat = HERE) -> HomePlace:
    return HomePlace(MEMBER.member_id, level, point, 0.5, "", "", "担当", datetime(2026, 11, 21, tzinfo=UTC))


@pytest.mark.parametrize(
    ("kept", "is_rough"),
    [
        (None, False),
        (place(PlaceLevel.TOWN), True),
        (place(PlaceLevel.BLOCK), False),
        (place(PlaceLevel.TOWN, THERE), False),  # a file moved the home since
    ],
)
def test_a_session_keeps_that_a_home_is_rough(kept: HomePlace | None, is_rough: bool) -> None:
    frozen = freeze_person(MEMBER, None, kept)
    assert frozen.is_home_rough is is_rough
    numbered = replace(frozen, number=7, table_id=TableId("t1"))
    (mark,) = session_people([numbered], {}, {"t1": DataLevel.REAL})
    assert mark.is_rough is is_rough
    assert codec.loads(FrozenPerson, codec.dumps(frozen)) == frozen


def test_people_of_an_older_session_are_read() -> None:
    frozen = freeze_person(MEMBER, None)
    older = codec.dumps(frozen).replace('"is_home_rough":false,', "")
    assert "rough" not in older
    assert codec.loads(FrozenPerson, older) == frozen
