"""Good answers without proof: what stands while the solver thinks, and when time runs out."""

from __future__ import annotations

import numpy as np

from kurume_bousai.geo.allocation.instance import UNPLACED, Instance, IntArray


class Room:
    """What is left at each site while parties are put in one by one."""

    def __init__(self, instance: Instance, site_of: IntArray) -> None:
        self._instance = instance
        self._places = instance.capacity.tolist()
        self._units: list[list[float]] = np.where(instance.units < 0, np.inf, instance.units).tolist()
        self._open_left = instance.open_at_most
        self._used: set[int] = set()
        for party in np.nonzero(site_of >= 0)[0].tolist():
            self.take(party, int(site_of[party]))

    def fits(self, party: int, site: int) -> bool:
        """Tell whether the party still finds its places and units."""
        if site not in self._used and self._open_left is not None and len(self._used) >= self._open_left:
            return False
        if self._places[site] < int(self._instance.size[party]):
            return False
        units = self._units[site]
        return all(units[need] >= 1 for need in np.nonzero(self._instance.needs[party])[0].tolist())

    def take(self, party: int, site: int) -> None:
        """Use the places and units."""
        self._used.add(site)
        self._places[site] -= int(self._instance.size[party])
        for need in np.nonzero(self._instance.needs[party])[0].tolist():
            self._units[site][need] -= 1


def fill(instance: Instance, site_of: IntArray) -> IntArray:
    """Put everybody who still fits at the nearest site, in the order of the phases; others stay."""
    result = site_of.copy()
    room = Room(instance, result)
    left = np.nonzero((result < 0) & instance.allowed.any(axis=1))[0]
    for party in _in_order(instance, left).tolist():
        for site in _choices(instance, party):
            if room.fits(party, site):
                room.take(party, site)
                result[party] = site
                break
    return result


def greedy(instance: Instance) -> IntArray:
    """Place the parties from nothing."""
    return fill(instance, np.full(instance.party_count, UNPLACED, np.int64))


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


def _in_order(instance: Instance, parties: IntArray) -> IntArray:
    group = instance.group[parties]
    band = np.where(group == 0, 4, group)
    choices = instance.allowed[parties].sum(axis=1)
    order: IntArray = parties[np.lexsort((choices, band, ~instance.needs_power[parties]))]
    return order


def _choices(instance: Instance, party: int) -> list[int]:
    sites = np.nonzero(instance.allowed[party])[0]
    late = instance.power_first[sites] & ~instance.needs_power[party]
    chosen: list[int] = sites[np.lexsort((instance.cost[party, sites], late))].tolist()
    return chosen
