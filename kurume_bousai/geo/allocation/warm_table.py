"""The arrays of a question that changes: what one change does not touch is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.placement import (
    REASONS,
    CostUnit,
    DistanceKind,
    PlacementParty,
    PlacementSite,
    Position,
    reach_of,
    standing_reason,
    units_of,
)
from kurume_bousai.domain.placement_changes import PlacementQuestion
from kurume_bousai.geo import crs
from kurume_bousai.geo.allocation.instance import (
    NEEDS,
    UNLIMITED_UNITS,
    BoolArray,
    FloatArray,
    IntArray,
    plane_points,
)

CodeArray = npt.NDArray[np.int8]
Key = tuple[object, ...]

#: Codes of reasons in arrays; 0 = none.
REASON_OF_CODE = ("", *sorted(REASONS))
CODE_OF_REASON = {reason: code for code, reason in enumerate(REASON_OF_CODE)}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Kinds:
    """k kinds of parties: alike in size, needs, categories, band and the sites within reach.

    ``standing`` (k, m) holds the code of what refuses the kind at a site whoever else comes. A kind nobody
    belongs to any more stays, so that numbers stay.
    """

    numbers: dict[Key, int]
    example: tuple[PlacementParty, ...]
    size: IntArray
    needs: BoolArray
    group: IntArray
    reach_ok: BoolArray
    standing: CodeArray

    @property
    def count(self) -> int:
        """How many kinds there are."""
        return len(self.example)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Table:
    """n parties × m sites, in the order given. ``kind`` (n,), metres and cost (n, m), ``allowed`` (k, m)."""

    question: PlacementQuestion
    row_of: dict[str, int]
    xy_m: FloatArray
    size: IntArray
    kind: IntArray
    distance_m: FloatArray
    cost: FloatArray
    kinds: Kinds
    kind_parties: IntArray
    allowed: BoolArray
    site_xy_m: FloatArray
    capacity: IntArray
    units: IntArray
    power_first: BoolArray
    is_open: BoolArray

    @property
    def party_count(self) -> int:
        """Number of parties."""
        return len(self.size)

    @property
    def site_count(self) -> int:
        """Number of sites."""
        return len(self.capacity)

    def cost_of(self, site_of: IntArray) -> float:
        """Total cost of an assignment."""
        placed = np.nonzero(site_of >= 0)[0]
        return float(self.cost[placed, site_of[placed]].sum())


def table_of(question: PlacementQuestion) -> Table:
    """Arrays of a question from nothing."""
    m = len(question.sites)
    site_xy_m = _points([site.position for site in question.sites])
    nobody = Kinds(
        {},
        (),
        np.zeros(0, np.int64),
        np.zeros((0, len(NEEDS)), bool),
        np.zeros(0, np.int64),
        np.zeros((0, m), bool),
        np.zeros((0, m), np.int8),
    )
    xy_m = _points([party.position for party in question.parties])
    size, kind, distance_m, cost, kinds = _rows(question, question.parties, xy_m, site_xy_m, nobody)
    return _finished(question, xy_m, size, kind, distance_m, cost, kinds, site_xy_m)


def changed_table(
    old: Table, question: PlacementQuestion, new_from_old: IntArray, fresh: Sequence[int]
) -> Table:
    """Arrays of the changed question.

    ``new_from_old`` (n new,) names the old row each new row continues, −1 = none; ``fresh`` lists the new
    rows that are computed again.
    """
    if _moves_everything(old.question, question):
        return table_of(question)
    kinds = _standing_again(old, question)
    take = np.maximum(new_from_old, 0)
    unmoved = len(take) == old.party_count and bool((new_from_old == np.arange(len(take))).all())
    if unmoved and not fresh:
        xy_m, size, kind = old.xy_m, old.size, old.kind
        distance_m, cost = old.distance_m, old.cost
    else:
        if old.party_count == 0:
            return table_of(question)
        xy_m, size, kind = old.xy_m[take], old.size[take], old.kind[take]
        distance_m, cost = old.distance_m[take], old.cost[take]
        parties = [question.parties[row] for row in fresh]
        fresh_xy_m = _points([party.position for party in parties])
        rows = np.array(fresh, np.int64)
        xy_m[rows] = fresh_xy_m
        size[rows], kind[rows], distance_m[rows], cost[rows], kinds = _rows(
            question, parties, fresh_xy_m, old.site_xy_m, kinds
        )
    return _finished(question, xy_m, size, kind, distance_m, cost, kinds, old.site_xy_m)


def _moves_everything(old: PlacementQuestion, new: PlacementQuestion) -> bool:
    """Tell whether distances, costs or everybody's reach change."""
    return (
        [site.position for site in old.sites] != [site.position for site in new.sites]
        or old.options.reach_m != new.options.reach_m
        or old.options.cost is not new.options.cost
        or old.options.distance is not new.options.distance
    )


def _finished(
    question: PlacementQuestion,
    xy_m: FloatArray,
    size: IntArray,
    kind: IntArray,
    distance_m: FloatArray,
    cost: FloatArray,
    kinds: Kinds,
    site_xy_m: FloatArray,
) -> Table:
    sites, m = question.sites, len(question.sites)
    capacity = np.fromiter(((s.capacity or 0) if s.is_open else 0 for s in sites), np.int64, m)
    units = np.array(
        [[_units(site, number, question) for number in range(len(NEEDS))] for site in sites], np.int64
    ).reshape(m, len(NEEDS))
    return Table(
        question=question,
        row_of={party.id: row for row, party in enumerate(question.parties)},
        xy_m=xy_m,
        size=size,
        kind=kind,
        distance_m=distance_m,
        cost=cost,
        kinds=kinds,
        kind_parties=np.bincount(kind, minlength=kinds.count),
        allowed=(kinds.standing == 0) & kinds.reach_ok & (kinds.size[:, None] <= capacity[None, :]),
        site_xy_m=site_xy_m,
        capacity=capacity,
        units=units,
        power_first=np.fromiter((s.power_first for s in sites), bool, m),
        is_open=np.fromiter((s.is_open for s in sites), bool, m),
    )


def _units(site: PlacementSite, need: int, question: PlacementQuestion) -> int:
    """Units of an open site; none where nobody may come anyway."""
    if not site.is_open:
        return 0
    units = units_of(site, NEEDS[need], question.options)
    return UNLIMITED_UNITS if units is None else units


def _rows(
    question: PlacementQuestion,
    parties: Sequence[PlacementParty],
    xy_m: FloatArray,
    site_xy_m: FloatArray,
    kinds: Kinds,
) -> tuple[IntArray, IntArray, FloatArray, FloatArray, Kinds]:
    """Sizes, kinds, distances and costs of some parties, and the kinds with those that are new."""
    options, n = question.options, len(parties)
    size = np.fromiter((party.size for party in parties), np.int64, n)
    dx = xy_m[:, 0][:, None] - site_xy_m[:, 0][None, :]
    dy = xy_m[:, 1][:, None] - site_xy_m[:, 1][None, :]
    distance_m: FloatArray = np.sqrt(dx * dx + dy * dy)
    if options.distance is DistanceKind.FLOOR:
        distance_m = np.floor(distance_m)
    reach = np.fromiter((reach_of(party, options) for party in parties), np.float64, n)
    kind, kinds = _kinds_with(question, parties, distance_m <= reach[:, None], kinds)
    cost = distance_m * size[:, None] if options.cost is CostUnit.PEOPLE else distance_m.copy()
    return size, kind, distance_m, cost, kinds


def _kinds_with(
    question: PlacementQuestion, parties: Sequence[PlacementParty], reach_ok: BoolArray, kinds: Kinds
) -> tuple[IntArray, Kinds]:
    numbers = dict(kinds.numbers)
    first: list[int] = []
    kind = np.zeros(len(parties), np.int64)
    for row, party in enumerate(parties):
        group = 0 if party.off_list else party.band
        key = (party.size, group, party.needs, party.categories, reach_ok[row].tobytes())
        number = numbers.setdefault(key, len(numbers))
        if number == kinds.count + len(first):
            first.append(row)
        kind[row] = number
    if not first:
        return kind, kinds
    new = [parties[row] for row in first]
    needs = np.array([[need in party.needs for need in NEEDS] for party in new], bool)
    standing = np.array(
        [[_standing(site, party, question) for site in question.sites] for party in new], np.int8
    ).reshape(len(new), len(question.sites))
    return kind, Kinds(
        numbers=numbers,
        example=(*kinds.example, *new),
        size=np.append(kinds.size, [party.size for party in new]),
        needs=np.vstack([kinds.needs, needs.reshape(len(new), len(NEEDS))]),
        group=np.append(kinds.group, [0 if party.off_list else party.band for party in new]),
        reach_ok=np.vstack([kinds.reach_ok, reach_ok[first]]),
        standing=np.vstack([kinds.standing, standing]),
    )


def _standing(site: PlacementSite, party: PlacementParty, question: PlacementQuestion) -> int:
    return CODE_OF_REASON[standing_reason(site, party, question.options) or ""]


def _standing_again(old: Table, question: PlacementQuestion) -> Kinds:
    """Return the kinds with the columns of changed sites computed again."""
    kinds = old.kinds
    everywhere = old.question.options.unknown_accepts != question.options.unknown_accepts
    pairs = zip(old.question.sites, question.sites, strict=True)
    changed = [j for j, (was, now) in enumerate(pairs) if everywhere or was != now]
    if not changed:
        return kinds
    standing = kinds.standing.copy()
    for j in changed:
        standing[:, j] = [_standing(question.sites[j], party, question) for party in kinds.example]
    return replace(kinds, standing=standing)


def _points(positions: Sequence[Position]) -> FloatArray:
    """Metres, shape (n, 2)."""
    degrees = [position for position in positions if isinstance(position, LonLat)]
    if not degrees:
        return plane_points(positions)
    x_m, y_m = crs.to_metric([p.lon for p in degrees], [p.lat for p in degrees])
    return np.column_stack([x_m, y_m])
