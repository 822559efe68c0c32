"""The phases of RULEBOOK §4 as weights over parties and sites."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kurume_bousai.domain.placement import PHASE_BANDS, PHASE_OFF_LIST, PHASE_POWER, PHASE_POWER_FIRST
from kurume_bousai.geo.allocation.instance import BoolArray, Instance, IntArray


@dataclass(frozen=True, slots=True)
class Goal:
    """One people-phase.

    Without ``sites``: the weight of parties left out. With ``sites`` (m,): the weight of parties placed at
    one of them. Both are to be as small as possible; weights are people, shape (n,).
    """

    name: str
    weight: IntArray
    sites: BoolArray | None = None

    def value(self, site_of: IntArray) -> int:
        """Return what an assignment reaches."""
        if self.sites is None:
            return int(self.weight[site_of < 0].sum())
        placed = site_of >= 0
        return int(self.weight[placed][self.sites[site_of[placed]]].sum())

    def floor_value(self, instance: Instance) -> int:
        """Return what nobody can better, without solving: parties no site may take."""
        if self.sites is not None:
            return 0
        return int(self.weight[~instance.allowed.any(axis=1)].sum())


def goals_of(instance: Instance) -> list[Goal]:
    """People-phases in order; those without parties are skipped.

    Off-list parties come after every band, so that they never cost a listed person a place, and before
    ``power_first``, because leaving somebody out is worse than using the power-first site.
    """
    size, listed = instance.size, instance.group > 0
    masks = [(PHASE_POWER, instance.needs_power & listed)]
    masks += [(name, instance.group == band) for band, name in enumerate(PHASE_BANDS, start=1)]
    masks.append((PHASE_OFF_LIST, ~listed))
    goals = [Goal(name, np.where(mask, size, 0)) for name, mask in masks if mask.any()]
    first_sites = instance.power_first & instance.is_open
    if first_sites.any() and (~instance.needs_power).any():
        goals.append(Goal(PHASE_POWER_FIRST, np.where(instance.needs_power, 0, size), first_sites))
    return goals


def values_of(goals: list[Goal], site_of: IntArray) -> tuple[int, ...]:
    """Values of all people-phases, to be compared as a tuple."""
    return tuple(goal.value(site_of) for goal in goals)
