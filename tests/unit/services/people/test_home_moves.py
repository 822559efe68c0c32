"""A place belongs to a house: what a file or a form may do to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.addresses import normalize_address, same_house
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.gazetteer import HomePlace, PlaceLevel
from kurume_bousai.domain.ids import DistrictId, MemberId
from kurume_bousai.domain.members import DistrictMethod, RosterMember
from kurume_bousai.services.people.home_moves import HomeMove, left_behind, settle_home

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
ADDRESSES = (
    "",
    "久留米市城南町15-9999",
    "福岡県久留米市城南町１５番９９９９号",
    "久留米市城南町15-9999 架空荘101",
    "久留米市城南町16-9999",
    "久留米市架空町9999",
)
POINTS = st.sampled_from([LonLat(130.50, 33.30), LonLat(130.51, 33.31), LonLat(130.52, 33.32)])
addresses = st.sampled_from(ADDRESSES)
homes = st.none() | POINTS


@st.composite
def kept_people(draw: st.DrawFn) -> tuple[RosterMember, HomePlace | None]:
    """A person as kept, with how the home was decided: for this address or for an earlier one."""
    member = RosterMember(MemberId("m1"), 1, "架空", address=draw(addresses), home=draw(homes), flood_rank=3)
    if draw(st.booleans()):
        return member, None
    level = draw(st.sampled_from(PlaceLevel))
    sure = 1.0 if level is PlaceLevel.MANUAL else draw(st.sampled_from([0.5, 0.85, 0.95, 1.0]))
    place = HomePlace(
        member.member_id,
        level,
        draw(POINTS),
        sure,
        "",
        normalize_address(draw(addresses)),
        "担当",
        NOW,
    )
    return member, place


def is_held(member: RosterMember, place: HomePlace | None) -> bool:
    return place is not None and place.point == member.home


@given(kept_people(), addresses, homes)
def test_a_file_never_moves_a_pin_while_the_house_is_the_same(
    kept: tuple[RosterMember, HomePlace | None], address: str, stated: LonLat | None
) -> None:
    member, place = kept
    settled = settle_home(member, address, stated, place)
    is_same = not address or not member.address or same_house(member.address, address)
    is_better = place is not None and (place.is_by_hand or place.level is PlaceLevel.NUMBER)
    if member.home is not None and is_held(member, place) and is_better and is_same:
        assert settled.home == member.home
        assert (settled.told is HomeMove.PIN_KEPT) is (stated is not None and stated != member.home)


@given(kept_people(), addresses, homes)
def test_another_house_never_keeps_the_place_of_the_former_one(
    kept: tuple[RosterMember, HomePlace | None], address: str, stated: LonLat | None
) -> None:
    member, place = kept
    settled = settle_home(member, address, stated, place)
    if member.home is not None and member.address and address and not same_house(member.address, address):
        assert settled.home != member.home
        assert settled.home in (None, stated)
        assert (settled.told is HomeMove.LEFT) is (settled.home is None)


@given(kept_people(), addresses, homes)
def test_a_row_that_comes_twice_changes_nothing_more(
    kept: tuple[RosterMember, HomePlace | None], address: str, stated: LonLat | None
) -> None:
    member, place = kept
    once = replace(member, address=address, home=settle_home(member, address, stated, place).home)
    twice = settle_home(once, address, stated, place)
    if stated is None:
        # A row without a position can only bring a pin of this very address back.
        assert twice.home == once.home or twice.told is HomeMove.PIN_BACK
    elif once.home is not None:
        assert twice.home in (once.home, stated)


@given(kept_people(), addresses, homes)
def test_nothing_is_invented(
    kept: tuple[RosterMember, HomePlace | None], address: str, stated: LonLat | None
) -> None:
    member, place = kept
    home = settle_home(member, address, stated, place).home
    assert home in (None, member.home, stated, place.point if place is not None else None)
    if home is not None and home not in (member.home, stated):
        assert place is not None
        assert place.is_by_hand
        assert same_house(place.address_key, address)


def test_a_form_that_changes_the_house_leaves_the_old_place_behind() -> None:
    before = RosterMember(
        MemberId("m1"),
        1,
        "架空",
        address=ADDRESSES[1],
        home=LonLat(130.5, 33.3),
        flood_rank=3,
        district_id=DistrictId("津福"),
        district_method=DistrictMethod.POLYGON,
    )
    assert left_behind(before, replace(before, note="架空")) == replace(before, note="架空")
    assert left_behind(before, replace(before, address=ADDRESSES[2])).home == before.home
    moved = left_behind(before, replace(before, address=ADDRESSES[4]))
    assert (moved.home, moved.flood_rank, moved.district_id) == (None, None, None)
    stated = replace(before, address=ADDRESSES[4], district_method=DistrictMethod.STATED)
    assert left_behind(before, stated).district_id == "津福"
