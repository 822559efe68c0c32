"""名簿の全員の位置: who is looked up, what would be written, and what stays. Nothing is written here.

Looked up are people without a place, and people whose place came from their address before. A pin set by
hand and a place that a file or a form gave are never moved; whoever had a pin for an earlier address waits
for a person, who is offered that pin.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from kurume_bousai.domain.addresses import normalize_address, same_house
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.gazetteer import GeocodeMatch, GeocodeReason, GeocodeResult, HomePlace, PlaceLevel
from kurume_bousai.domain.home_places import HomeUndecided
from kurume_bousai.domain.ids import DistrictId, MemberId
from kurume_bousai.domain.members import DistrictMethod, RosterMember
from kurume_bousai.services.ports.clock import DistrictLocator
from kurume_bousai.services.ports.gazetteer import Geocoder

#: Makes the record of how a home was decided: person, match, normalised address.
PlaceMaker = Callable[[RosterMember, GeocodeMatch, str], HomePlace]


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """一括の決め方. ``rough`` = place at the 町字 too; ``rough_districts`` = and take the 校区 from there."""

    rough: bool = False
    rough_districts: bool = False


@dataclass(frozen=True, slots=True)
class BatchResult:
    """一括の結果, in counts and numbers of people the operator may see; no address, no name.

    ``levels`` counts everybody who was looked up by the level that was found; ``reasons`` counts those
    who were not placed by why. ``placed`` got a place or another one, ``cleared`` lost one because their
    address changed to one that is not found. ``differing`` are people whose stated 校区 is not the one
    their new place lies in; ``pins_to_check`` have a pin set by hand for an earlier address.
    ``set_aside`` are people of whom a person said that this very address cannot be placed.
    ``hazards_read`` counts the moved homes for which hazard layers were asked (0 without any layer).
    """

    people: int
    looked_up: int
    kept_by_hand: int
    kept_from_file: int
    unchanged: int
    placed: int
    cleared: int
    levels: Mapping[PlaceLevel, int]
    reasons: Mapping[GeocodeReason, int]
    districts_given: int
    differing: tuple[int, ...] = field(repr=False)
    pins_to_check: tuple[int, ...] = field(repr=False)
    unplaced: tuple[int, ...] = field(repr=False)
    is_committed: bool = False
    hazards_read: int = 0
    set_aside: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return the object of ``geocode --batch --json``."""
        return {
            "people": self.people,
            "looked_up": self.looked_up,
            "kept_by_hand": self.kept_by_hand,
            "kept_from_file": self.kept_from_file,
            "unchanged": self.unchanged,
            "placed": self.placed,
            "cleared": self.cleared,
            "levels": {level.value: self.levels.get(level, 0) for level in PlaceLevel},
            "unplaced": len(self.unplaced),
            "reasons": {reason.value: count for reason, count in self.reasons.items()},
            "districts_given": self.districts_given,
            "differing_numbers": list(self.differing),
            "pins_to_check_numbers": list(self.pins_to_check),
            "unplaced_numbers": list(self.unplaced),
            "set_aside": self.set_aside,
            "hazards_read": self.hazards_read,
            "committed": self.is_committed,
        }


class RosterPlacing:
    """一括の仕分け: takes people one after the other and gathers what would be written."""

    def __init__(
        self, geocoder: Geocoder, locator: DistrictLocator, options: BatchOptions, make_place: PlaceMaker
    ) -> None:
        self._geocoder = geocoder
        self._locator = _Remembering(locator)
        self._options = options
        self._make_place = make_place
        self.members: list[RosterMember] = []
        self.places: list[HomePlace] = []
        self.cleared: list[MemberId] = []
        self._counts: Counter[str] = Counter()
        self._levels: Counter[PlaceLevel] = Counter()
        self._reasons: Counter[GeocodeReason] = Counter()
        self._differing: list[int] = []
        self._pins: list[int] = []
        self._unplaced: list[int] = []

    def consider(
        self, member: RosterMember, kept: HomePlace | None, undecided: HomeUndecided | None = None
    ) -> None:
        """Decide about one person; ``kept`` is how their home was decided, if it was."""
        self._counts["people"] += 1
        place = kept if kept is not None and kept.point == member.home else None
        key = normalize_address(member.address)
        if place is None and member.home is not None:
            self._counts["from_file"] += 1
        elif place is not None and place.is_by_hand:
            self._counts["by_hand"] += 1
            if not same_house(place.address_key, key):
                self._pins.append(member.number)
        elif member.home is None and undecided is not None and same_house(undecided.address_key, key):
            self._counts["set_aside"] += 1
        elif kept is not None and kept.is_by_hand and member.home is None:
            self._counts["by_hand"] += 1
            self._pins.append(member.number)
        else:
            self._look_up(member, place, key)

    def result(self) -> BatchResult:
        """What was decided about all of them."""
        return BatchResult(
            people=self._counts["people"],
            looked_up=self._counts["looked_up"],
            kept_by_hand=self._counts["by_hand"],
            kept_from_file=self._counts["from_file"],
            unchanged=self._counts["unchanged"],
            placed=len(self.places),
            cleared=len(self.cleared),
            levels=dict(self._levels),
            reasons=dict(self._reasons),
            districts_given=self._counts["districts"],
            differing=tuple(self._differing),
            pins_to_check=tuple(self._pins),
            unplaced=tuple(self._unplaced),
            set_aside=self._counts["set_aside"],
        )

    def _look_up(self, member: RosterMember, place: HomePlace | None, key: str) -> None:
        self._counts["looked_up"] += 1
        found = self._geocoder.find(member.address)
        if found.best is not None:
            self._levels[found.best.level] += 1
        same_address = place is not None and same_house(place.address_key, key)
        if found.best is None or (found.best.level is PlaceLevel.TOWN and not self._options.rough):
            self._leave(member, place, found, same_address=same_address)
        elif place is not None and same_address and _is_rougher(found.best.level, place.level):
            self._counts["unchanged"] += 1  # a poorer dictionary never takes a better place away
        else:
            self._place(member, place, found.best, key)

    def _place(self, member: RosterMember, place: HomePlace | None, match: GeocodeMatch, key: str) -> None:
        moved = moved_to(member, match.point)
        is_rough = match.level is PlaceLevel.TOWN
        if not is_rough or self._options.rough_districts:
            moved = with_district(moved, self._locator, is_rough=is_rough)
        if not is_rough and self._differs(moved):
            self._differing.append(member.number)
        if moved == member and place is not None and (place.address_key, place.level) == (key, match.level):
            self._counts["unchanged"] += 1
            return
        self._counts["districts"] += member.district_id is None and moved.district_id is not None
        if moved != member:
            self.members.append(moved)
        self.places.append(self._make_place(moved, match, key))

    def _leave(
        self, member: RosterMember, place: HomePlace | None, found: GeocodeResult, *, same_address: bool
    ) -> None:
        """Nobody is placed; a place that was found for another address is taken away."""
        if place is not None and same_address:
            self._counts["unchanged"] += 1
            return
        self._reasons[found.reason] += 1
        self._unplaced.append(member.number)
        if place is not None:
            self.members.append(moved_to(member, None))
            self.cleared.append(member.member_id)

    def _differs(self, member: RosterMember) -> bool:
        if member.home is None or member.district_method is not DistrictMethod.STATED:
            return False
        found = self._locator.locate(member.home)[0]
        return found is not None and found != member.district_id


class _Remembering:
    """校区の判定 that asks once a point: neighbours share the point of their block."""

    def __init__(self, locator: DistrictLocator) -> None:
        self._locator = locator
        self._known: dict[LonLat, tuple[DistrictId | None, str, float]] = {}

    def locate(self, point: LonLat) -> tuple[DistrictId | None, str, float]:
        """As the locator behind it."""
        if point not in self._known:
            self._known[point] = self._locator.locate(point)
        return self._known[point]


def moved_to(member: RosterMember, point: LonLat | None) -> RosterMember:
    """At another place; what the old place said (depth of water, 校区 by position) is no longer known."""
    if member.home == point:
        return member
    moved = replace(member, home=point, flood_rank=None)
    by_place = member.home is not None and member.district_method in (
        DistrictMethod.POLYGON,
        DistrictMethod.NEAREST,
    )
    return replace(moved, district_id=None, district_method=DistrictMethod.UNKNOWN) if by_place else moved


def with_district(member: RosterMember, locator: DistrictLocator, *, is_rough: bool = False) -> RosterMember:
    """With the 校区 of the place where none is known; from a rough place never as 「区域の中」."""
    if member.home is None or member.district_id is not None:
        return member
    found, method, _distance_m = locator.locate(member.home)
    if found is None:
        return member
    return replace(
        member,
        district_id=found,
        district_method=DistrictMethod.NEAREST if is_rough else DistrictMethod(method),
    )


def _is_rougher(level: PlaceLevel, than: PlaceLevel) -> bool:
    order = tuple(PlaceLevel)
    return order.index(level) > order.index(than)
