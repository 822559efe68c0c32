"""一番近い手: everything that stands between a party left out and each site, and the nearest way in.

Everybody else stays where they are: a change found here is enough by itself, whatever the solver might do
better by moving others (that is ``capacity_help``).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.improvements import NearestChange, SiteChange, SiteChangeKind
from kurume_bousai.domain.members import AdmissionCategory, Need
from kurume_bousai.domain.placement import (
    REASON_CAPACITY_UNKNOWN,
    REASON_CATEGORY,
    REASON_CATEGORY_UNKNOWN,
    REASON_CLOSED,
    REASON_FULL,
    REASON_HAZARD,
    REASON_TOO_FAR,
    PlacementOptions,
    PlacementParty,
    PlacementSite,
    SiteUsage,
    need_reason,
    need_unknown_reason,
    reach_of,
    units_of,
)
from kurume_bousai.domain.shelters import Unlimited


@dataclass(frozen=True, slots=True)
class SiteObstacles:
    """立ちはだかるもの at one site: every reason, not only the decisive one, and what would remove them.

    ``changes`` None = unfit for the hazard: no change is proposed. ``distance_m`` straight from the home.
    """

    site_id: SiteId
    reasons: tuple[str, ...] = field(repr=False)
    changes: tuple[SiteChange, ...] | None = field(repr=False)
    distance_m: float = field(repr=False)


@dataclass(frozen=True, slots=True)
class SiteLeft:
    """施設に残るもの after everybody placed: ``free`` people; ``units`` per need, None = no limit."""

    site: PlacementSite
    free: int
    units: Mapping[Need, int | None]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """入れない組 without its home: what it asks of a site, and how far each site is, in their order."""

    size: int = field(repr=False)
    needs: frozenset[Need] = field(repr=False)
    categories: frozenset[AdmissionCategory] = field(repr=False)
    reach_m: float = field(repr=False)
    distances_m: Sequence[float] = field(repr=False)


def left_out(party: PlacementParty, options: PlacementOptions, distances_m: Sequence[float]) -> LeftOut:
    """Return the party as the book keeps it."""
    return LeftOut(party.size, party.needs, party.categories, reach_of(party, options), distances_m)


def sites_left(
    sites: Sequence[PlacementSite], usages: Sequence[SiteUsage], options: PlacementOptions
) -> tuple[SiteLeft, ...]:
    """What every site still has; ``usages`` in the order of ``sites``."""
    return tuple(
        SiteLeft(site, (site.capacity or 0) - usage.used, _units_left(site, usage, options))
        for site, usage in zip(sites, usages, strict=True)
    )


def _units_left(site: PlacementSite, usage: SiteUsage, options: PlacementOptions) -> dict[Need, int | None]:
    limits = {need: units_of(site, need, options) for need in Need}
    return {
        need: None if limit is None else limit - usage.need_used.get(need, 0)
        for need, limit in limits.items()
    }


_Standing = tuple[tuple[str, ...], tuple[SiteChange, ...] | None]


class ObstacleBook:
    """障害の帳: what keeps each number out, worked out once per kind of party (size, needs, categories)."""

    __slots__ = ("_left", "_options", "_parties", "_standing")

    def __init__(
        self,
        sites: Iterable[SiteLeft] = (),
        parties: Mapping[int, LeftOut] | None = None,
        options: PlacementOptions | None = None,
    ) -> None:
        self._left = tuple(sites)
        self._parties = dict(parties or {})
        self._options = options or PlacementOptions()
        self._standing: dict[object, tuple[_Standing, ...]] = {}

    def __len__(self) -> int:
        return len(self._parties)

    def of(self, number: int) -> tuple[SiteObstacles, ...]:
        """Every site in the order given; raises ``KeyError`` for a number that was not left out."""
        party = self._parties[number]
        return tuple(
            _with_distance(left.site.id, standing, party, metres)
            for left, standing, metres in zip(self._left, self._kind(party), party.distances_m, strict=True)
        )

    def nearest(self, number: int) -> NearestChange | None:
        """Return the fewest changes at one site, then the nearest site; None where every site is unfit.

        Raises ``KeyError`` for a number that was not left out.
        """
        party = self._parties[number]
        kind, metres, reach_m = self._kind(party), party.distances_m, party.reach_m
        best: tuple[int, float, int] | None = None
        for index, (_, changes) in enumerate(kind):
            if changes is not None:
                key = (len(changes) + (metres[index] > reach_m), metres[index], index)
                if best is None or key < best:
                    best = key
        if best is None:
            return None
        index = best[2]
        found = _with_distance(self._left[index].site.id, kind[index], party, metres[index])
        return NearestChange(found.changes, metres[index]) if found.changes else None

    def _kind(self, party: LeftOut) -> tuple[_Standing, ...]:
        key = (party.size, party.needs, party.categories)
        found = self._standing.get(key)
        if found is None:
            found = tuple(_standing(left, party, self._options) for left in self._left)
            self._standing[key] = found
        return found


def _with_distance(site_id: str, standing: _Standing, party: LeftOut, metres: float) -> SiteObstacles:
    reasons, changes = standing
    if metres > party.reach_m:
        reasons = (*reasons, REASON_TOO_FAR)
        beyond = SiteChange(SiteId(site_id), SiteChangeKind.REACH, max(1, math.ceil(metres - party.reach_m)))
        changes = None if changes is None else (*changes, beyond)
    return SiteObstacles(SiteId(site_id), reasons, changes, metres)


def _standing(left: SiteLeft, party: LeftOut, options: PlacementOptions) -> _Standing:
    """Return reasons and changes that do not depend on the distance, each change beside its reason."""
    site = left.site
    found = [
        *_opening(site),
        *_category(site, party, options),
        *_needs(left, party, options),
        *_places(left, party),
    ]
    reasons = tuple(reason for reason, _ in found)
    if site.excluded:
        return reasons, None
    return reasons, tuple(change for _, change in found if change is not None)


_Found = Iterable[tuple[str, SiteChange | None]]


def _opening(site: PlacementSite) -> _Found:
    if site.closed:
        yield REASON_CLOSED, SiteChange(SiteId(site.id), SiteChangeKind.OPEN)
    if site.excluded:
        yield REASON_HAZARD, None


def _category(site: PlacementSite, party: LeftOut, options: PlacementOptions) -> _Found:
    if isinstance(site.accepts, Unlimited) or (site.accepts is None and options.unknown_accepts):
        return
    accept = SiteChange(SiteId(site.id), SiteChangeKind.ACCEPT, categories=party.categories)
    if site.accepts is None:
        yield REASON_CATEGORY_UNKNOWN, accept
    elif not site.accepts & party.categories:
        yield REASON_CATEGORY, accept


def _needs(left: SiteLeft, party: LeftOut, options: PlacementOptions) -> _Found:
    site_id = SiteId(left.site.id)
    for need in Need:
        if need not in party.needs:
            continue
        if left.site.need_capacity.get(need) is None:
            if not options.unknown_accepts:
                yield need_unknown_reason(need), SiteChange(site_id, SiteChangeKind.CONFIRM_NEED, 1, need)
            continue
        units = left.units[need]
        if units is not None and units < 1:
            yield need_reason(need), SiteChange(site_id, SiteChangeKind.UNITS, 1 - units, need)


def _places(left: SiteLeft, party: LeftOut) -> _Found:
    site_id = SiteId(left.site.id)
    if left.site.capacity is None:
        yield (
            REASON_CAPACITY_UNKNOWN,
            SiteChange(site_id, SiteChangeKind.CONFIRM_CAPACITY, party.size),
        )
    elif left.free < party.size:
        yield REASON_FULL, SiteChange(site_id, SiteChangeKind.PLACES, party.size - left.free)
