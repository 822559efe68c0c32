"""Ports of the capacity question: who is asked for parties and sites, and who places them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from kurume_bousai.domain.demand import CapacityPerson
from kurume_bousai.domain.districts import SchoolDistrict
from kurume_bousai.domain.placement import Placement, PlacementOptions, PlacementParty, PlacementSite
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
