"""One change at 20,000 people: the answer updated against the same question solved afresh.

Each kind of change is made in turn to one kept answer; after each the changed question is solved afresh in
the same run and every phase must be equal, or the benchmark fails. ``ratio`` is the geometric mean over all
changes; ``worst`` and ``by_change`` say what it hides. Both sides validate, explain and check their answer.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from kurume_bousai.domain.placement import PlacementOptions, PlacementSite
from kurume_bousai.domain.placement_changes import (
    PartyAdded,
    PartyRemoved,
    PlacementChange,
    PlacementQuestion,
    SiteChanged,
)
from kurume_bousai.geo.allocation import HighsAllocator
from kurume_bousai.geo.allocation.warm import HighsPlacementSession, WarmHighsAllocator
from tests.benchmarks.surroundings import median
from tests.helpers.placement_cases import random_parties, random_sites

#: 12,150 parties are about 20,000 people.
PARTIES: Final = 12_150
#: The city's 37 and the power-first site.
SITES: Final = 38
#: Of the 37 together (TECHNOLOGY §13).
PLACES: Final = 1460
ROUNDS: Final = 2
TARGET: Final = 20.0
_EQUAL: Final = 1e-6
_LIMIT_S: Final = 120.0


def run(parties: int = PARTIES, places: int = PLACES, rounds: int = ROUNDS) -> dict[str, Any]:
    """Make every kind of change ``rounds`` times and compare times and answers."""
    people, sites = random_parties(parties, 37), random_sites(SITES, places, 38)
    options = PlacementOptions(time_limit_s=_LIMIT_S)
    began = time.perf_counter()
    session = WarmHighsAllocator().begin(people, sites, options)
    begin_s = time.perf_counter() - began
    dice = _Changes(session)
    ours: dict[str, list[float]] = {}
    others: dict[str, list[float]] = {}
    for _ in range(rounds):
        for name, change in dice.kinds().items():
            ours.setdefault(name, []).append(_changed(session, change()))
            others.setdefault(name, []).append(_afresh(session))
    ratios = {
        name: [other_s / ours_s for ours_s, other_s in zip(ours[name], others[name], strict=True)]
        for name in ours
    }
    every = [ratio for found in ratios.values() for ratio in found]
    return {
        "ours_s": median(taken for found in ours.values() for taken in found),
        "other": "the same question solved afresh (HighsAllocator.place)",
        "other_s": median(taken for found in others.values() for taken in found),
        "ratio": round(_geometric(every), 2),
        "worst": round(min(every), 2),
        "by_change": {name: round(_geometric(found), 2) for name, found in ratios.items()},
        "n": parties,
        "people": sum(party.size for party in people),
        "places": places,
        "begin_s": round(begin_s, 4),
        "target": f"≥ {TARGET:g} 倍（値は同じ）",
        "met": _geometric(every) >= TARGET,
    }


def _changed(session: HighsPlacementSession, change: PlacementChange) -> float:
    began = time.perf_counter()
    session.change(change)
    return time.perf_counter() - began


def _afresh(session: HighsPlacementSession) -> float:
    """Solve the changed question from nothing and compare; the seconds of the solver alone."""
    question: PlacementQuestion = session.question
    began = time.perf_counter()
    afresh = HighsAllocator().place(question.parties, question.sites, question.options)
    taken_s = time.perf_counter() - began
    for kept, phase in zip(session.placement.phases, afresh.phases, strict=True):
        same = math.isclose(kept.value, phase.value, rel_tol=_EQUAL, abs_tol=_EQUAL)
        if kept.name != phase.name or not same:
            raise RuntimeError(f"{phase.name}: {kept.value} is not {phase.value}")
    return taken_s


def _geometric(ratios: list[float]) -> float:
    return math.exp(sum(math.log(ratio) for ratio in ratios) / len(ratios))


class _Changes:
    """Fictional changes, the same at every run."""

    def __init__(self, session: HighsPlacementSession) -> None:
        self._session = session
        self._dice = random.Random(39)
        self._newcomers = [replace(p, id=f"new{p.id}") for p in random_parties(100, 40)]

    def kinds(self) -> dict[str, Callable[[], PlacementChange]]:
        """Every kind of change; the closed site opens again, so that the rounds are alike."""
        return {
            "party added": lambda: PartyAdded(self._newcomers.pop()),
            "placed party removed": self._placed_removed,
            "unplaced party removed": self._unplaced_removed,
            "capacity +10": self._ten_more,
            "unit of a need -1": self._one_unit_less,
            "site closed": self._closed,
            "site opened again": self._opened,
        }

    def _placed_removed(self) -> PlacementChange:
        return PartyRemoved(self._dice.choice(self._session.placement.assignments).party_id)

    def _unplaced_removed(self) -> PlacementChange:
        return PartyRemoved(self._dice.choice(self._session.placement.unplaced).party_id)

    def _ten_more(self) -> PlacementChange:
        site = self._dice.choice(self._open_sites())
        return SiteChanged(replace(site, capacity=(site.capacity or 0) + 10))

    def _one_unit_less(self) -> PlacementChange:
        """Take one of a need that is used up where there is one, so that somebody has to move."""
        used = {usage.site_id: usage.need_used for usage in self._session.placement.sites}
        gone = [
            (site, need, units)
            for site in self._open_sites()
            for need, units in site.need_capacity.items()
            if isinstance(units, int) and 0 < units <= used[site.id].get(need, 0)
        ]
        site, need, units = self._dice.choice(gone)
        return SiteChanged(replace(site, need_capacity={**site.need_capacity, need: units - 1}))

    def _closed(self) -> PlacementChange:
        return SiteChanged(replace(self._dice.choice(self._open_sites()), closed=True))

    def _opened(self) -> PlacementChange:
        return SiteChanged(
            replace(next(site for site in self._session.question.sites if site.closed), closed=False)
        )

    def _open_sites(self) -> list[PlacementSite]:
        return [site for site in self._session.question.sites if site.is_open and not site.power_first]
