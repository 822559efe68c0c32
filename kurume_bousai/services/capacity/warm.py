"""容量確認 that goes on from its last question: a small difference is an update, not another solve."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from kurume_bousai.domain.placement import Placement, PlacementOptions, PlacementParty, PlacementSite
from kurume_bousai.domain.placement_changes import PlacementQuestion
from kurume_bousai.services.ports.capacity import PlacementSession, WarmAllocator, never_stop


class WarmCapacity:
    """配置を解く人, who remembers the last question (one, so that memory stays bounded).

    May be asked from any thread; questions are answered one after the other. An ``Allocator``, so that
    nobody who asks needs to know.
    """

    def __init__(self, allocator: WarmAllocator) -> None:
        self._allocator = allocator
        self._lock = threading.Lock()
        self._session: PlacementSession | None = None

    def place(
        self,
        parties: Sequence[PlacementParty],
        sites: Sequence[PlacementSite],
        options: PlacementOptions,
        should_stop: Callable[[], bool] = never_stop,
    ) -> Placement:
        """See ``Allocator.place``."""
        with self._lock:
            if self._session is None:
                self._session = self._allocator.begin(parties, sites, options, should_stop)
                return self._session.placement
            question = PlacementQuestion(tuple(parties), tuple(sites), options)
            if question == self._session.question:
                return self._session.placement
            return self._session.follow(question, should_stop)

    def distances_m(
        self, parties: Sequence[PlacementParty], sites: Sequence[PlacementSite]
    ) -> Sequence[Sequence[float]]:
        """See ``Allocator.distances_m``."""
        return self._allocator.distances_m(parties, sites)

    def forget(self) -> None:
        """Let go of the last question, for instance when the database is closed."""
        with self._lock:
            self._session = None
