"""容量の用件をつなぐ: the solver behind its ports, and every use case that asks it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from kurume_bousai.app.clock import SystemClock

if TYPE_CHECKING:
    from kurume_bousai.domain.placement import Placement, PlacementOptions, PlacementParty, PlacementSite
    from kurume_bousai.services.capacity.asking import CapacityService
    from kurume_bousai.services.capacity.help import CapacityHelp
    from kurume_bousai.services.capacity.scenarios import ScenarioService
    from kurume_bousai.services.exercises.capacity import SessionCapacity
    from kurume_bousai.services.ports.capacity import Allocator, PeopleQuestion, PlacementSession
    from kurume_bousai.services.ports.sessions import CityDatabase


class LateAllocator:
    """配置を解く人, whose libraries (numpy, HiGHS) are loaded by the first question, on its thread."""

    def place(
        self,
        parties: Sequence[PlacementParty],
        sites: Sequence[PlacementSite],
        options: PlacementOptions,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> Placement:
        """See ``Allocator.place``."""
        from kurume_bousai.geo.allocation import HighsAllocator

        return HighsAllocator().place(parties, sites, options, should_stop)

    def begin(
        self,
        parties: Sequence[PlacementParty],
        sites: Sequence[PlacementSite],
        options: PlacementOptions,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> PlacementSession:
        """See ``WarmAllocator.begin``."""
        from kurume_bousai.geo.allocation.warm import WarmHighsAllocator

        return WarmHighsAllocator().begin(parties, sites, options, should_stop)

    def distances_m(
        self, parties: Sequence[PlacementParty], sites: Sequence[PlacementSite]
    ) -> Sequence[Sequence[float]]:
        """See ``Allocator.distances_m``."""
        from kurume_bousai.geo.allocation import HighsAllocator

        return HighsAllocator().distances_m(parties, sites)


class LateWhatIf:
    """何があれば減るか を解く人, loaded as late as ``LateAllocator``."""

    def ask(
        self,
        parties: Sequence[PlacementParty],
        sites: Sequence[PlacementSite],
        options: PlacementOptions,
        placement: Placement,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> PeopleQuestion | None:
        """See ``WhatIf.ask``."""
        from kurume_bousai.geo.allocation.helping import HighsWhatIf

        return HighsWhatIf().ask(parties, sites, options, placement, should_stop)


def allocator() -> Allocator:
    """The exact solver behind the allocation port."""
    return LateAllocator()


def capacity(database: CityDatabase) -> CapacityService:
    """容量確認 on a database.

    The service remembers its last question (positions, sizes and needs, never names) as long as it lives,
    which is as long as the database is open; nothing of it is shared between services.
    """
    from kurume_bousai.services.capacity.asking import CapacityService
    from kurume_bousai.services.capacity.warm import WarmCapacity

    return CapacityService(database, WarmCapacity(LateAllocator()))


def capacity_help(database: CityDatabase) -> CapacityHelp:
    """何があれば減るか on a database."""
    from kurume_bousai.services.capacity.help import CapacityHelp

    return CapacityHelp(database, LateWhatIf())


def session_capacity() -> SessionCapacity:
    """訓練の容量."""
    from kurume_bousai.services.exercises.capacity import SessionCapacity

    return SessionCapacity(allocator())


def scenarios(database: CityDatabase) -> ScenarioService:
    """保存した条件 on a database."""
    from kurume_bousai.services.capacity.scenarios import ScenarioService

    return ScenarioService(database, SystemClock())
