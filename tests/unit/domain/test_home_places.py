from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kurume_bousai.domain.addresses import normalize_address, same_house
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.gazetteer import HomePlace, PlaceLevel
from kurume_bousai.domain.home_places import (
    HomeDoubt,
    HomeRecord,
    HomeStanding,
    HomeUndecided,
    doubt_of,
)
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.members import DistrictMethod

HERE, THERE = LonLat(130.5, 33.3), LonLat(130.51, 33.3)
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
ADDRESS = "久留米市架空町9999-12"


def home(point: LonLat | None, **fields: object) -> HomeRecord:
    bare = HomeRecord(MemberId("m1"), 1, ADDRESS, None, DistrictMethod.UNKNOWN, point)
    return replace(bare, **fields)  # type: ignore[arg-type]


def place(level: PlaceLevel, point: LonLat = HERE, sure: float = 0.95, address: str = ADDRESS) -> HomePlace:
    return HomePlace(MemberId("m1"), level, point, sure, "架空", normalize_address(address), "担当", NOW)


UNDECIDED = HomeUndecided(MemberId("m1"), normalize_address(ADDRESS), "担当", NOW)


@pytest.mark.parametrize(
    ("record", "standing", "doubt"),
    [
        (home(None), HomeStanding.UNPLACED, HomeDoubt.UNPLACED),
        (home(HERE), HomeStanding.FROM_FILE, None),
        (home(HERE, place=place(PlaceLevel.NUMBER)), HomeStanding.NUMBER, None),
        (home(HERE, place=place(PlaceLevel.NUMBER, sure=0.8)), HomeStanding.NUMBER, HomeDoubt.BENT),
        (home(HERE, place=place(PlaceLevel.BLOCK, sure=0.83)), HomeStanding.BLOCK, None),
        (home(HERE, place=place(PlaceLevel.BLOCK, sure=0.7)), HomeStanding.BLOCK, HomeDoubt.BENT),
        (home(HERE, place=place(PlaceLevel.TOWN, sure=0.5)), HomeStanding.TOWN, HomeDoubt.ROUGH),
        (home(HERE, place=place(PlaceLevel.MANUAL, sure=1.0)), HomeStanding.MANUAL, None),
        (
            home(HERE, place=place(PlaceLevel.MANUAL, sure=1.0, address="久留米市別町1")),
            HomeStanding.MANUAL,
            HomeDoubt.ADDRESS_CHANGED,
        ),
        (
            home(None, place=place(PlaceLevel.MANUAL, sure=1.0)),
            HomeStanding.UNPLACED,
            HomeDoubt.ADDRESS_CHANGED,
        ),
        (home(None, place=place(PlaceLevel.BLOCK)), HomeStanding.UNPLACED, HomeDoubt.UNPLACED),
        (home(THERE, place=place(PlaceLevel.TOWN)), HomeStanding.FROM_FILE, None),
        (home(None, undecided=UNDECIDED), HomeStanding.UNDECIDED, HomeDoubt.UNDECIDED),
        (
            home(None, undecided=UNDECIDED, address="久留米市別町1"),
            HomeStanding.UNPLACED,
            HomeDoubt.UNPLACED,
        ),
        (home(HERE, undecided=UNDECIDED), HomeStanding.FROM_FILE, None),
    ],
)
def test_how_a_home_stands_and_why_to_look_at_it(
    record: HomeRecord, standing: HomeStanding, doubt: HomeDoubt | None
) -> None:
    assert (record.standing, doubt_of(record)) == (standing, doubt)


def test_a_house_that_a_person_chose_is_by_hand_and_the_middle_of_a_town_never() -> None:
    assert place(PlaceLevel.BLOCK, sure=1.0).is_by_hand
    assert not place(PlaceLevel.BLOCK, sure=0.85).is_by_hand
    assert not place(PlaceLevel.TOWN, sure=1.0).is_by_hand


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("久留米市城南町15-3", "福岡県久留米市城南町１５番３号", True),
        ("久留米市城南町15-3", "久留米市城南町15-3 架空荘101", True),
        ("久留米市城南町15-3", "久留米市城南町15-4", False),
        ("久留米市城南町15-3", "久留米市城南町15", False),
        ("久留米市城南町15-3", "", False),
        (normalize_address("久留米市城南町15-3 架空荘"), "久留米市城南町15-3", True),
    ],
)
def test_the_same_house_whatever_stands_behind_it(first: str, second: str, same: bool) -> None:
    assert same_house(first, second) is same
    assert same_house(second, first) is same


def test_no_address_in_what_is_printed() -> None:
    record = home(HERE, place=place(PlaceLevel.MANUAL), undecided=UNDECIDED)
    assert "架空" not in repr(record)
    assert "130.5" not in repr(record)
