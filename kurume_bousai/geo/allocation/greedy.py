"""Good answers without proof: what stands while the solver thinks, and when time runs out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from kurume_bousai.geo.allocation.clock import Clock
from kurume_bousai.geo.allocation.instance import UNPLACED, BoolArray, Instance, IntArray
from kurume_bousai.geo.allocation.pricing import Prices, blocks


class Room:
    """What is left at each site while parties are put in one by one."""

    def __init__(self, instance: Instance, site_of: IntArray) -> None:
        self._places: list[int] = instance.capacity.tolist()
        self._units: list[list[float]] = np.where(instance.units < 0, np.inf, instance.units).tolist()
        self._open_left = instance.open_at_most
        self._used: set[int] = set()
        self.size: list[int] = instance.size.tolist()
        self.needs: list[list[int]] = _needs_of(instance)
        placed = np.nonzero(site_of >= 0)[0].tolist()
        for party, site in zip(placed, site_of[placed].tolist(), strict=True):
            self.take(party, site)

    def fits(self, party: int, site: int) -> bool:
        """Tell whether the party still finds its places and units."""
        if self._places[site] < self.size[party]:
            return False
        if self._open_left is not None and site not in self._used and len(self._used) >= self._open_left:
            return False
        units = self._units[site]
        return all(units[need] >= 1 for need in self.needs[party])

    def take(self, party: int, site: int) -> None:
        """Use the places and units."""
        self._used.add(site)
        self._places[site] -= self.size[party]
        for need in self.needs[party]:
            self._units[site][need] -= 1

    def leave(self, party: int, site: int) -> None:
        """Give them back; the site stays open."""
        self._places[site] += self.size[party]
        for need in self.needs[party]:
            self._units[site][need] += 1

    def fits_instead(self, party: int, other: int, site: int) -> bool:
        """Tell whether the party would fit if the other left the site."""
        self.leave(other, site)
        fits = self.fits(party, site)
        self.take(other, site)
        return fits


def fill(instance: Instance, site_of: IntArray) -> IntArray:
    """Put everybody who still fits at the nearest site, in the order of the phases; others stay."""
    result = site_of.copy()
    left = _in_order(instance, np.nonzero((result < 0) & instance.allowed.any(axis=1))[0])
    if not len(left):
        return result
    room = Room(instance, result)
    for party, sites in zip(left.tolist(), _choices(instance, left), strict=True):
        for site in sites:
            if room.fits(party, site):
                room.take(party, site)
                result[party] = site
                break
    return result


def by_prices(instance: Instance, prices: Prices) -> IntArray:
    """Everybody at the site that is best under the prices and has room; then whoever still fits.

    In the order of the phases, and within them those first who lose most without their best choice.
    """
    result = np.full(instance.party_count, UNPLACED, np.int64)
    stake = np.empty(instance.party_count)
    for rows in blocks(len(stake)):
        two = np.partition(np.column_stack([prices.regret[rows], prices.regret_out[rows]]), 1, axis=1)[:, :2]
        stake[rows] = two[:, 1]
    wanted = np.nonzero(np.isfinite(prices.best) & (prices.regret_out > 0))[0]
    order = wanted[np.lexsort((-stake[wanted], *_rank(instance, wanted)))]
    room = Room(instance, result)
    for rows in blocks(len(order)):
        regret = prices.regret[order[rows]]
        counts = (regret <= prices.regret_out[order[rows], None]).sum(axis=1)
        counts = np.minimum(counts, np.isfinite(regret).sum(axis=1))
        ranked = np.argsort(regret, axis=1, kind="stable").tolist()
        for party, sites, count in zip(order[rows].tolist(), ranked, counts.tolist(), strict=True):
            for site in sites[:count]:
                if room.fits(party, site):
                    room.take(party, site)
                    result[party] = site
                    break
    return fill(instance, result)


def greedy(instance: Instance) -> IntArray:
    """Place the parties from nothing."""
    return fill(instance, np.full(instance.party_count, UNPLACED, np.int64))


def repair(instance: Instance, site_of: IntArray, clock: Clock) -> IntArray:
    """Better an answer without proof while the clock lasts: make room, move nearer, fill.

    Whoever is left out gets a place that somebody gives up who finds another one; then parties move to a
    nearer site with room. No phase becomes worse: nobody leaves the answer, and nobody without the need
    moves to a power-first site to make room or to save metres.
    """
    result = site_of.copy()
    room = Room(instance, result)
    members: list[list[int]] = [np.nonzero(result == site)[0].tolist() for site in range(instance.site_count)]
    left = _in_order(instance, np.nonzero((result < 0) & instance.allowed.any(axis=1))[0])
    for party, sites in zip(left.tolist(), _choices(instance, left), strict=True):
        if clock.is_over:
            break
        for site in sites:
            moved = _make_room(instance, room, members, party, site)
            if moved:
                other, elsewhere = moved
                _move(room, members, result, other, site, elsewhere)
                room.take(party, site)
                members[site].append(party)
                result[party] = site
                break
    _move_nearer(instance, room, members, result, clock)
    return fill(instance, result)


def _make_room(
    instance: Instance, room: Room, members: list[list[int]], party: int, site: int
) -> tuple[int, int] | None:
    """Who may leave the site for which other one, so that the party fits; the first that is found."""
    for other in members[site]:
        if not room.fits_instead(party, other, site):
            continue
        for elsewhere in _moves(instance, other):
            if elsewhere != site and room.fits(other, elsewhere):
                return other, elsewhere
    return None


def _moves(instance: Instance, party: int) -> list[int]:
    allowed = instance.allowed[party]
    if not instance.needs_power[party]:
        allowed = allowed & ~instance.power_first
    sites = np.nonzero(allowed)[0]
    nearest: list[int] = sites[np.argsort(instance.cost[party, sites], kind="stable")].tolist()
    return nearest


def _move(
    room: Room, members: list[list[int]], result: IntArray, party: int, site: int, elsewhere: int
) -> None:
    room.leave(party, site)
    members[site].remove(party)
    room.take(party, elsewhere)
    members[elsewhere].append(party)
    result[party] = elsewhere


def _move_nearer(
    instance: Instance, room: Room, members: list[list[int]], result: IntArray, clock: Clock
) -> None:
    placed = np.nonzero(result >= 0)[0]
    saved = instance.cost[placed, result[placed]] - np.where(
        instance.allowed[placed], instance.cost[placed], np.inf
    ).min(axis=1, initial=np.inf)
    for party in placed[np.argsort(-saved, kind="stable")][: int((saved > 0).sum())].tolist():
        if clock.is_over:
            return
        site = int(result[party])
        for nearer in _moves(instance, party):
            if instance.cost[party, nearer] >= instance.cost[party, site]:
                break
            if room.fits(party, nearer):
                _move(room, members, result, party, site, nearer)
                break


def nearest(instance: Instance) -> IntArray | None:
    """Everybody at the nearest site allowed, the power-first site kept for those with the need.

    None where that breaks a limit, or somebody without the need can only go to the power-first site;
    otherwise no answer can be better in any phase.
    """
    allowed = instance.allowed & ~(instance.power_first[None, :] & ~instance.needs_power[:, None])
    reachable = instance.allowed.any(axis=1)
    if (reachable & ~allowed.any(axis=1)).any():
        return None
    cost = np.where(allowed, instance.cost, np.inf)
    site_of = np.where(reachable, np.argmin(cost, axis=1), UNPLACED) if instance.site_count else None
    if site_of is None or not keeps_limits(instance, site_of):
        return None
    return site_of


def keeps_limits(instance: Instance, site_of: IntArray) -> bool:
    """Tell whether places and units are enough."""
    placed = np.nonzero(site_of >= 0)[0]
    m = instance.site_count
    used = np.bincount(site_of[placed], weights=instance.size[placed], minlength=m)
    if (used > instance.capacity).any():
        return False
    units = np.zeros_like(instance.units)
    np.add.at(units, site_of[placed], instance.needs[placed].astype(np.int64))
    return not ((instance.units >= 0) & (units > instance.units)).any()


def _needs_of(instance: Instance) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in range(instance.party_count)]
    parties, needs = np.nonzero(instance.needs)
    for party, need in zip(parties.tolist(), needs.tolist(), strict=True):
        found[party].append(need)
    return found


def _in_order(instance: Instance, parties: IntArray) -> IntArray:
    choices = instance.allowed[parties].sum(axis=1)
    order: IntArray = parties[np.lexsort((choices, *_rank(instance, parties)))]
    return order


def _rank(instance: Instance, parties: IntArray) -> tuple[IntArray, BoolArray]:
    """Keys of the order of the phases, the last one first."""
    group = instance.group[parties]
    # A listed party with the need is in the phase power; nobody off the list has needs.
    return np.where(group == 0, 4, group), ~instance.needs_power[parties]


def _choices(instance: Instance, parties: IntArray) -> Iterator[list[int]]:
    """Sites of each party, the nearest first, power-first sites last for those without the need."""
    for rows in blocks(len(parties)):
        some = parties[rows]
        allowed = instance.allowed[some]
        cost = np.where(allowed, instance.cost[some], np.inf)
        late = instance.power_first[None, :] & ~instance.needs_power[some][:, None] & allowed
        order = np.lexsort((cost, np.where(allowed, late, 2)), axis=1)
        for sites, count in zip(order.tolist(), allowed.sum(axis=1).tolist(), strict=True):
            yield sites[:count]
