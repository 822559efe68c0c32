"""Cuts from the places of some sites: what parties of two or three cannot do that fractions of them can.

A site whose last place is single cannot take half of a pair. Over a set J of sites, with z = 1 for a party
that goes to one of them, Σ size·z ≤ Σ capacity (``sign`` 1), and Σ size·z ≥ what the other sites cannot take
of the people who must be placed (``sign`` −1). With the parties of a set T counted by their absence (1 − z),
mixed-integer rounding after a division gives a row that every whole answer keeps and most fractional ones
break. A cut is kept as (J, T, divisor, sign) only: coefficients and right side follow from the sizes and
capacities of the day, so it stays valid after any change.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kurume_bousai.geo.allocation.instance import BoolArray, FloatArray, IntArray

#: What a linear optimum must break a cut by to be worth a row.
LEAST_VIOLATION = 0.01
#: A value this near to 0 or 1 is whole.
WHOLE = 1e-6
#: A cut of the places alone.
NO_NEED = -1
_SHARES = (0.5, 0.999, 0.3, 0.7)
_DIVISORS = 4
_MOST_CUTS = 80
_MOST_PER_SET = 2
_MOST_SETS = 1500


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """切除: ``sites`` are J, ``members`` (rows of parties) are T, ``divisor`` ≥ 2."""

    sites: tuple[int, ...]
    members: IntArray
    divisor: int
    sign: int = 1
    need: int = NO_NEED


@dataclass(frozen=True, slots=True, eq=False)
class Rooms:
    """What cuts are made of.

    Sizes (n,), who has which need (n, needs), capacities (m,), units (m, needs; −1 = no limit), and how many
    people are placed at least.
    """

    size: IntArray
    needs: BoolArray
    capacity: IntArray
    units: IntArray
    least_placed: int

    @property
    def largest(self) -> int:
        """The largest amount of a party."""
        return int(self.size.max(initial=0)) + 1

    def amount(self, need: int, party: IntArray) -> IntArray:
        """What parties use of a row of places, or of places and units of one need together."""
        return self.size[party] if need == NO_NEED else self.size[party] + self.needs[party, need]

    def side(self, cut: Cut) -> int:
        """Places (and units) of the sites, or people who have to go there because the others are full."""
        sites = list(cut.sites)
        here = int(self.capacity[sites].sum())
        if cut.sign < 0:
            return self.least_placed - int(self.capacity.sum()) + here
        return here if cut.need == NO_NEED else here + int(self.units[sites, cut.need].sum())


@dataclass(frozen=True, slots=True, eq=False)
class CutRow:
    """A cut with the figures of the day: Σ coefficient·x ≤ ``limit`` over the columns of its sites.

    Coefficients by what a party uses: ``outside`` for those not in T, ``inside`` for those in it.
    """

    cut: Cut
    outside: FloatArray
    inside: FloatArray
    limit: float

    def weights(self, party: IntArray, rooms: Rooms) -> FloatArray:
        """Coefficients for the parties given, at a site of the cut."""
        is_member = np.zeros(len(rooms.size), bool)
        is_member[self.cut.members] = True
        amount = rooms.amount(self.cut.need, party)
        found: FloatArray = np.where(is_member[party], self.inside[amount], self.outside[amount])
        return found


def cut_row(cut: Cut, rooms: Rooms) -> CutRow | None:
    """Return the row of a cut for these rooms; None where rounding gains nothing, or a limit is gone."""
    if cut.need != NO_NEED and (rooms.units[list(cut.sites), cut.need] < 0).any():
        return None
    divisor, sign, member_sizes = cut.divisor, cut.sign, rooms.amount(cut.need, cut.members)
    left = sign * (rooms.side(cut) - int(member_sizes.sum()))
    rest = left % divisor
    if rest == 0:
        return None
    every = np.arange(rooms.largest + 1)
    outside, inside = _rounded(sign * every, divisor, rest), -_rounded(-sign * every, divisor, rest)
    return CutRow(cut, outside, inside, float(left // divisor) + float(inside[member_sizes].sum()))


def _rounded(amount: IntArray, divisor: int, rest: IntArray | int) -> FloatArray:
    """⌊a÷d⌋ + max(0, frac(a÷d) − f) ÷ (1 − f), with f = rest ÷ d."""
    over = np.maximum(0, amount % divisor - rest)
    rounded: FloatArray = amount // divisor + over / (divisor - rest)
    return rounded


@dataclass(frozen=True, slots=True, eq=False)
class FractionalPoint:
    """端数のある解: ``x`` of the choices (``party``, ``site``); everybody else is where ``fixed`` says."""

    party: IntArray
    site: IntArray
    x: FloatArray
    fixed: IntArray


def broken_cuts(point: FractionalPoint, rooms: Rooms) -> list[Cut]:
    """Find cuts that the point breaks, the most broken first."""
    m = len(rooms.capacity)
    split = (point.x > WHOLE) & (point.x < 1 - WHOLE)
    if not split.any():
        return []
    whole_at = point.fixed.copy()
    taken = point.x >= 1 - WHOLE
    whole_at[point.party[taken]] = point.site[taken]
    settled = np.nonzero(whole_at >= 0)[0]
    who, number = np.unique(point.party[split], return_inverse=True)
    share = np.zeros((len(who), m))
    share[number, point.site[split]] = point.x[split]
    sets = _site_sets(share > 0)
    found: list[_Candidate] = []
    for need in range(NO_NEED, rooms.needs.shape[1]):
        amounts = rooms.amount(need, settled)
        load = np.bincount(whole_at[settled], weights=amounts, minlength=m).astype(float)
        found += _candidates(share @ sets.T, sets, rooms.amount(need, who), load, rooms, need)
    found.sort(key=lambda one: (-one.broken, one.number, one.divisor, one.sign, one.need))
    cuts: list[Cut] = []
    per_set = np.zeros(len(sets), np.int64)
    for one in found:
        if per_set[one.number] >= _MOST_PER_SET or len(cuts) >= _MOST_CUTS:
            continue
        per_set[one.number] += 1
        within = settled[sets[one.number][whole_at[settled]] > 0]
        everyone = np.sort(np.concatenate([within, who[one.split_members]]))
        sites = tuple(np.nonzero(sets[one.number])[0].tolist())
        cuts.append(Cut(sites, everyone, one.divisor, one.sign, one.need))
    return cuts


@dataclass(frozen=True, slots=True, eq=False)
class _Candidate:
    """How much the cut of a set of sites is broken, and which of the split parties are in T."""

    broken: float
    number: int
    divisor: int
    sign: int
    need: int
    split_members: BoolArray


def _candidates(
    part: FloatArray, sets: FloatArray, amounts: IntArray, load: FloatArray, rooms: Rooms, need: int
) -> list[_Candidate]:
    found: list[_Candidate] = []
    for sign in (1, -1) if need == NO_NEED else (1,):
        if sign < 0:
            room = rooms.capacity @ sets.T + (rooms.least_placed - float(rooms.capacity.sum()))
        elif need == NO_NEED:
            room = (rooms.capacity @ sets.T).astype(float)
        else:
            limited = rooms.units[:, need] >= 0
            room = (rooms.capacity + np.maximum(rooms.units[:, need], 0)) @ sets.T
            room = np.where(sets @ ~limited > 0, 0.0, room)
        divisors = np.unique(amounts)
        for least in _SHARES:
            inside = part >= least
            left = np.rint(sign * (room - load @ sets.T - amounts @ inside)).astype(np.int64)
            for divisor in divisors[divisors > 1][:_DIVISORS].tolist():
                broken = _broken_by(part, inside, left, sign * amounts, divisor)
                worst = np.nonzero((broken > LEAST_VIOLATION) & (room > 0))[0].tolist()
                found += [
                    _Candidate(float(broken[one]), one, divisor, sign, need, inside[:, one]) for one in worst
                ]
    return found


def _broken_by(
    part: FloatArray, inside: BoolArray, left: IntArray, amounts: IntArray, divisor: int
) -> FloatArray:
    """How far the point is beyond each set's cut; parties that are whole add nothing."""
    rest = left % divisor
    coming = _rounded(amounts[:, None], divisor, rest[None, :])
    leaving = _rounded(-amounts[:, None], divisor, rest[None, :])
    used = np.where(inside, leaving * (1.0 - part), coming * part).sum(axis=0)
    broken: FloatArray = np.where(rest == 0, 0.0, used - left // divisor)
    return broken


def _site_sets(touches: BoolArray) -> FloatArray:
    """Sets of sites as rows of 0 and 1: single ones, and those that split parties join, up to three."""
    m = touches.shape[1]
    joined = (touches.T.astype(float) @ touches.astype(float)) > 0
    np.fill_diagonal(joined, val=False)
    sets = {(j,) for j in np.nonzero(touches.any(axis=0))[0].tolist()}
    pairs = {(min(j, k), max(j, k)) for j, k in np.argwhere(joined).tolist()}
    triples = set()
    for j, k in pairs:
        for other in np.nonzero(joined[j] | joined[k])[0].tolist():
            if other not in (j, k):
                triples.add(tuple(sorted((j, k, other))))
    chosen = [*sorted(sets), *sorted(pairs), *sorted(triples)][:_MOST_SETS]
    rows = np.zeros((len(chosen), m))
    for row, members in enumerate(chosen):
        rows[row, list(members)] = 1.0
    return rows
