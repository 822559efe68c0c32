"""二つの答えを並べる: two capacity answers side by side, difference = right − left, nothing netted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from kurume_bousai.domain.capacity_answer import (
    CapacityAnswer,
    DistrictCapacity,
    NeedCapacity,
    SiteCapacity,
)
from kurume_bousai.domain.ids import DistrictId, SiteId
from kurume_bousai.domain.members import Need
from kurume_bousai.domain.shelters import Unlimited

Key = TypeVar("Key")

#: Totals in the order in which they are shown; free places and people left out stand apart.
TOTALS = (
    "demand_people",
    "demand_parties",
    "floor_places",
    "usable_places",
    "placed_people",
    "unplaced_people",
    "free_places",
    "open_sites",
)


@dataclass(frozen=True, slots=True)
class TotalPair:
    """合計 under its name of ``TOTALS``."""

    name: str
    a: int
    b: int

    @property
    def difference(self) -> int:
        """Right − left."""
        return self.b - self.a


@dataclass(frozen=True, slots=True)
class NeedPair:
    """必要な支援ごと, in parties."""

    need: Need
    a: NeedCapacity
    b: NeedCapacity

    @property
    def placed_difference(self) -> int:
        """Right − left."""
        return self.b.placed - self.a.placed

    @property
    def unplaced_difference(self) -> int:
        """Right − left."""
        return self.b.unplaced - self.a.unplaced

    @property
    def capacity_difference(self) -> int | None:
        """Right − left in units; None where either has no limit."""
        if isinstance(self.a.capacity, Unlimited) or isinstance(self.b.capacity, Unlimited):
            return None
        return self.b.capacity - self.a.capacity


@dataclass(frozen=True, slots=True)
class SitePair:
    """施設ごと, in people; None = the site does not stand in that answer."""

    site_id: SiteId
    name: str
    a: SiteCapacity | None
    b: SiteCapacity | None

    @property
    def usable_difference(self) -> int:
        """Right − left; a site not used, or not there, has 0."""
        return (self.b.usable if self.b else 0) - (self.a.usable if self.a else 0)

    @property
    def placed_difference(self) -> int:
        """Right − left."""
        return (self.b.placed if self.b else 0) - (self.a.placed if self.a else 0)

    @property
    def free_difference(self) -> int:
        """Right − left."""
        return (self.b.free if self.b else 0) - (self.a.free if self.a else 0)


@dataclass(frozen=True, slots=True)
class DistrictPair:
    """校区ごと, in people; None = the 校区 does not stand in that answer."""

    district_id: DistrictId
    a: DistrictCapacity | None
    b: DistrictCapacity | None

    @property
    def people_difference(self) -> int:
        """Right − left."""
        return (self.b.people if self.b else 0) - (self.a.people if self.a else 0)

    @property
    def unplaced_difference(self) -> int:
        """Right − left."""
        return (self.b.unplaced if self.b else 0) - (self.a.unplaced if self.a else 0)


@dataclass(frozen=True, slots=True)
class Comparison:
    """比べた結果: left and right with every row side by side, in the order of the left answer."""

    a: CapacityAnswer
    b: CapacityAnswer
    totals: tuple[TotalPair, ...]
    by_need: tuple[NeedPair, ...]
    by_site: tuple[SitePair, ...]
    by_district: tuple[DistrictPair, ...]


def compare(a: CapacityAnswer, b: CapacityAnswer) -> Comparison:
    """Put two answers side by side; rows that only one has keep their place at the end."""
    left, right = _totals(a), _totals(b)
    sites_a = {site.site_id: site for site in a.by_site}
    sites_b = {site.site_id: site for site in b.by_site}
    districts_a = {row.district_id: row for row in a.by_district}
    districts_b = {row.district_id: row for row in b.by_district}
    return Comparison(
        a=a,
        b=b,
        totals=tuple(TotalPair(name, left[name], right[name]) for name in TOTALS),
        by_need=tuple(NeedPair(need, a.by_need[need], b.by_need[need]) for need in Need),
        by_site=tuple(
            SitePair(i, (sites_a.get(i) or sites_b[i]).name, sites_a.get(i), sites_b.get(i))
            for i in _in_order(list(sites_a), list(sites_b))
        ),
        by_district=tuple(
            DistrictPair(i, districts_a.get(i), districts_b.get(i))
            for i in _in_order(list(districts_a), list(districts_b))
        ),
    )


def _totals(answer: CapacityAnswer) -> dict[str, int]:
    return {
        "demand_people": answer.demand_people,
        "demand_parties": answer.demand_parties,
        "floor_places": answer.floor_places,
        "usable_places": answer.usable_places,
        "placed_people": answer.placed_people,
        "unplaced_people": answer.unplaced_people,
        "free_places": answer.free_places,
        "open_sites": len(answer.opened),
    }


def _in_order(a: Sequence[Key], b: Sequence[Key]) -> list[Key]:
    return list(dict.fromkeys([*a, *b]))
