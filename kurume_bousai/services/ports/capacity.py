"""Ports of the capacity question: who is asked for parties and sites, and who places them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from kurume_bousai.domain.demand import CapacityPerson
from kurume_bousai.domain.districts import SchoolDistrict
from kurume_bousai.domain.placement import (
    Phase,
    Placement,
    PlacementOptions,
    PlacementParty,
    PlacementSite,
)
from kurume_bousai.domain.placement_changes import PlacementChange, PlacementQuestion
from kurume_bousai.domain.shelters import WelfareShelter


def never_stop() -> bool:
    """Answer for somebody who does not cancel."""
    return False


class Allocator(Protocol):
    """配置を解く人: exact, lexicographic, checked; never "infeasible"."""

    def place(
        self,
        parties: Sequence[PlacementParty],
        sites: Sequence[PlacementSite],
        options: PlacementOptions,
        should_stop: Callable[[], bool] = never_stop,
    ) -> Placement:
        """Place the parties by the phases of RULEBOOK §4.

        Raises ``KnownProblem`` for bad input (the complete list) and ``Cancelled`` when ``should_stop``
        turns true. ``options.time_limit_s`` is kept: what is not proven by then says so with its gap.
        """
        ...

    def distances_m(
        self, parties: Sequence[PlacementParty], sites: Sequence[PlacementSite]
    ) -> Sequence[Sequence[float]]:
        """Straight-line metres of every party to every site, in the plane the placement is measured in."""
        ...


class PlacementSession(Protocol):
    """配置のつづき: an answer that follows its question from change to change without starting over.

    Not for several threads at once.
    """

    @property
    def question(self) -> PlacementQuestion:
        """The question now answered."""
        ...

    @property
    def placement(self) -> Placement:
        """Its answer, the same phase values as ``Allocator.place`` gives."""
        ...

    def change(self, *changes: PlacementChange, should_stop: Callable[[], bool] = never_stop) -> Placement:
        """Make the changes together and return the new answer.

        Raises ``KnownProblem`` as ``Allocator.place`` does for the changed question (and where a change
        names nobody), ``Cancelled`` when ``should_stop`` turns true; then question and answer stay as
        they were.
        """
        ...

    def follow(self, question: PlacementQuestion, should_stop: Callable[[], bool] = never_stop) -> Placement:
        """Answer another question, from what is known where it differs by little; else as ``change``."""
        ...


class WarmAllocator(Allocator, Protocol):
    """配置を解いて、つづきも解く人."""

    def begin(
        self,
        parties: Sequence[PlacementParty],
        sites: Sequence[PlacementSite],
        options: PlacementOptions,
        should_stop: Callable[[], bool] = never_stop,
    ) -> PlacementSession:
        """Place as ``place`` does and keep what the next answers need."""
        ...


class PeopleQuestion(Protocol):
    """人の段階だけの問い: the phases that count people left out, asked again with some sites replaced.

    Everything is the lexicographic optimum of RULEBOOK §4; a phase that is not proven has its bound.
    """

    @property
    def before(self) -> tuple[Phase, ...]:
        """The phases as the question stands."""
        ...

    def after(self, changed: Mapping[str, PlacementSite]) -> tuple[Phase, ...] | None:
        """Solve with the sites named replaced; None where time did not suffice."""
        ...

    def is_idle(self, changed: Mapping[str, PlacementSite]) -> bool:
        """Tell whether it is proven, without solving, that the change alters no phase."""
        ...

    def estimate(self, changed: Mapping[str, PlacementSite]) -> float:
        """People fewer left out as prices say: for ranking only."""
        ...


class WhatIf(Protocol):
    """何があれば減るか を解く人."""

    def ask(
        self,
        parties: Sequence[PlacementParty],
        sites: Sequence[PlacementSite],
        options: PlacementOptions,
        placement: Placement,
        should_stop: Callable[[], bool] = never_stop,
    ) -> PeopleQuestion | None:
        """Begin from ``placement``, the answer of these parties and sites with every site as it says.

        ``options.time_limit_s`` holds for everything asked of the question; ``open_at_most`` is not taken
        into account. None where time did not suffice to begin, or where it was stopped. Raises
        ``KnownProblem`` where the placement is not one of these parties and sites.
        """
        ...


class CapacitySource(Protocol):
    """容量確認の材料 as the question needs it.

    支援措置対象者 never pass this port, whoever asks: they enter
    only as part of 「名簿外 N人」 (RULEBOOK §1).
    """

    def people(self) -> Sequence[CapacityPerson]:
        """Everybody on the list, 支援措置対象者 apart, in order of number."""
        ...

    def sites(self) -> Sequence[WelfareShelter]:
        """Return the 37 and the power-first site."""
        ...

    def districts(self) -> Sequence[SchoolDistrict]:
        """Return the 46 in the city's order."""
        ...
