"""Places of a site, derived and never stored (RULEBOOK §2)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum

from kurume_bousai.domain.shelters import Room, WelfareShelter

#: People placed per member of staff (RULEBOOK §2, a setting of the city with this default).
PLACES_PER_STAFF = 10

#: Rates in ㎡ per person; the first is the default.
RATES_M2 = (Decimal(4), Decimal("3.5"), Decimal(2))


class StaffShift(StrEnum):
    """職員の数え方: by day, by night, or not counted."""

    DAY = "day"
    NIGHT = "night"
    NONE = "none"


def floor_places(rooms: Iterable[Room], rate_m2: Decimal) -> int | None:
    """床面積による人数: ⌊㎡ ÷ rate⌋ per room, then summed; None where no room's floor is known.

    Decimal arithmetic, because 14 ÷ 3.5 in binary floats may miss a place. A room of unknown floor adds
    nothing.
    """
    if rate_m2 <= 0:
        raise ValueError("the rate must be positive")
    known = [room.floor_m2 for room in rooms if room.floor_m2 is not None]
    return sum(int(floor_m2 // rate_m2) for floor_m2 in known) if known else None


def usable_places(
    floor: int | None, blocked: int, staff: int | None, per_staff: int = PLACES_PER_STAFF
) -> int | None:
    """使える人数 = max(0, min(floor − blocked, staff × 10)); unknown staff = no staff limit.

    None where the floor is unknown: the site then takes nobody.
    """
    if floor is None:
        return None
    free = floor - blocked
    return max(0, free if staff is None else min(free, staff * per_staff))


def staff_of(site: WelfareShelter, shift: StaffShift, share: Decimal = Decimal(1)) -> int | None:
    """Members of staff that limit the site, ⌊staff × share⌋; None = unknown, or staff is not counted."""
    if shift is StaffShift.NONE:
        return None
    staff = site.staff_by_day if shift is StaffShift.DAY else site.staff_by_night
    return None if staff is None else int(staff * share)
