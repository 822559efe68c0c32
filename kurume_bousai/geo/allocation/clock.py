"""How long a solver may still think, and whether somebody told it to stop."""

from __future__ import annotations

import time
from collections.abc import Callable


class Clock:
    """A deadline in seconds from now and a voice that may cancel."""

    def __init__(self, limit_s: float, should_stop: Callable[[], bool]) -> None:
        self._started = time.perf_counter()
        self._limit_s = limit_s
        self._should_stop = should_stop

    @property
    def elapsed_s(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self._started

    @property
    def left_s(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self._limit_s - self.elapsed_s)

    @property
    def is_over(self) -> bool:
        """True when nothing more may be started."""
        return self.left_s <= 0.0 or self.is_cancelled

    @property
    def is_cancelled(self) -> bool:
        """True when somebody asked to stop."""
        return self._should_stop()

    def part(self, share: float) -> Clock:
        """Another clock, from now, with this share of what is left and the same voice."""
        return Clock(self.left_s * share, self._should_stop)
