"""家が動いたとき: what becomes of a home's place when a file or a form brings another address or position.

A place belongs to a house. Another house takes it away, to be decided anew (the old pin is offered); a
file never moves a pin set by hand, or a place known to the 号, while the house is the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from kurume_bousai.domain.addresses import same_house
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.gazetteer import HomePlace, PlaceLevel
from kurume_bousai.domain.members import DistrictMethod, RosterMember


class HomeMove(StrEnum):
    """家の位置に起きたこと, to be told; nothing is told of what a file simply states."""

    LEFT = "left"  # another house without a position: the old place is taken away
    PIN_KEPT = "pin_kept"  # the file's position gives way to what is known better
    PIN_BACK = "pin_back"  # the address came back to the one that a person had pinned


@dataclass(frozen=True, slots=True)
class SettledHome:
    """決まった位置: the home after a file's row, and what is to be told of it."""

    home: LonLat | None = field(repr=False)
    told: HomeMove | None = None


def settle_home(
    base: RosterMember, address: str, stated: LonLat | None, place: HomePlace | None
) -> SettledHome:
    """The home of a person after a row of a file.

    ``base`` is the person as kept, ``address`` and ``stated`` the row's address and position, ``place`` how
    the kept home was decided. A position that is the old one again says nothing about another house.
    """
    kept = base.home
    if kept is None:
        return _settle_unplaced(address, stated, place)
    if is_other_house(base.address, address):
        has_moved = stated is not None and stated != kept
        return SettledHome(stated) if has_moved else SettledHome(None, HomeMove.LEFT)
    if stated is None or stated == kept:
        return SettledHome(kept)
    held = place if place is not None and place.point == kept else None
    is_better = held is not None and (held.is_by_hand or held.level is PlaceLevel.NUMBER)
    return SettledHome(kept, HomeMove.PIN_KEPT) if is_better else SettledHome(stated)


def _settle_unplaced(address: str, stated: LonLat | None, place: HomePlace | None) -> SettledHome:
    comes_back = (
        stated is None
        and bool(address.strip())
        and place is not None
        and place.is_by_hand
        and same_house(place.address_key, address)
    )
    if comes_back and place is not None:
        return SettledHome(place.point, HomeMove.PIN_BACK)
    return SettledHome(stated)


def is_other_house(before: str, after: str) -> bool:
    """True where both addresses are known and name different houses."""
    return bool(before.strip() and after.strip()) and not same_house(before, after)


def left_behind(before: RosterMember, after: RosterMember) -> RosterMember:
    """``after`` without the place of the former house, where a form changed the house and not the place."""
    if after.home is None or after.home != before.home or not is_other_house(before.address, after.address):
        return after
    by_place = after.district_method in (DistrictMethod.POLYGON, DistrictMethod.NEAREST)
    moved = replace(after, home=None, flood_rank=None)
    # What a person chose in the same form stays; what the old place said does not.
    if by_place and (after.district_id, after.district_method) == (
        before.district_id,
        before.district_method,
    ):
        return replace(moved, district_id=None, district_method=DistrictMethod.UNKNOWN)
    return moved
