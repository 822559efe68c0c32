"""One phase of "which K sites?" as arrays: what is minimised, what the phases before it hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kurume_bousai.geo.allocation.class_model import classes_of
from kurume_bousai.geo.allocation.instance import FloatArray, Instance, IntArray
from kurume_bousai.geo.allocation.phases import Goal

WHOLE = 1e-6


@dataclass(frozen=True, slots=True)
class Hold:
    """A phase already proven: its weight left out (or, with ``sites``, placed there) is at most ``most``."""

    weight: FloatArray
    sites: FloatArray | None
    most: float


@dataclass(frozen=True, slots=True)
class Question:
    """k items × m sites; an item is a party, or ``count`` parties alike.

    ``cost`` (k, m) is inf where not allowed; ``out`` (k,) is what leaving one party out adds, inf where it
    must be placed. ``limit`` (m, 1 + needs) and ``use`` (k, 1 + needs) hold places first, then units; an
    unlimited one is inf. ``offset`` is paid whatever is chosen (parties no site allows). ``step`` is the
    least difference of two values, 0 where unknown.
    """

    count: FloatArray
    use: FloatArray
    limit: FloatArray
    cost: FloatArray
    out: FloatArray
    holds: tuple[Hold, ...]
    offset: float
    step: float

    @property
    def site_count(self) -> int:
        """Number of sites."""
        return int(self.limit.shape[0])

    @property
    def item_count(self) -> int:
        """Number of items."""
        return int(self.count.shape[0])


def question_of(instance: Instance, goals: list[Goal], held: tuple[int, ...]) -> Question:
    """Return the phase after ``held`` (values of the goals before it): the next goal, or the cost."""
    wanted = goals[len(held)] if len(held) < len(goals) else None
    party, count = _items(instance, by_class=wanted is not None)
    cost = np.where(instance.allowed[party], instance.cost[party] if wanted is None else 0.0, np.inf)
    out = np.zeros(len(party))
    offset = 0.0
    if wanted is not None:
        weight = wanted.weight[party].astype(float)
        if wanted.sites is None:
            out, offset = weight.copy(), float(wanted.floor_value(instance))
        else:
            cost = cost + np.where(wanted.sites[None, :], weight[:, None], 0.0)
    holds: list[Hold] = []
    for goal, value in zip(goals, held, strict=False):
        weight = goal.weight[party].astype(float)
        if goal.sites is None and value == goal.floor_value(instance):
            out[weight > 0] = np.inf
        elif goal.sites is not None and value == 0:
            cost = np.where(goal.sites[None, :] & (weight > 0)[:, None], np.inf, cost)
        elif goal.sites is None:
            holds.append(Hold(weight, None, float(value - goal.floor_value(instance))))
        else:
            holds.append(Hold(weight, goal.sites.astype(float), float(value)))
    limited = np.nonzero((instance.units > 0).any(axis=0))[0]
    units = np.where(instance.units[:, limited] > 0, instance.units[:, limited], np.inf)
    return Question(
        count=count,
        use=np.column_stack([instance.size[party], instance.needs[party][:, limited]]).astype(float),
        limit=np.column_stack([instance.capacity, units]).astype(float),
        cost=np.ascontiguousarray(cost, dtype=float),
        out=out,
        holds=tuple(holds),
        offset=offset,
        step=_step(cost, wanted),
    )


def _items(instance: Instance, *, by_class: bool) -> tuple[IntArray, FloatArray]:
    if by_class:
        classes = classes_of(instance)
        return classes.first, classes.count.astype(float)
    able = np.nonzero(instance.allowed.any(axis=1))[0]
    return able, np.ones(len(able))


def _step(cost: FloatArray, wanted: Goal | None) -> float:
    if wanted is not None:
        return 1.0
    finite = cost[np.isfinite(cost)]
    return 1.0 if (finite == np.floor(finite)).all() else 0.0
