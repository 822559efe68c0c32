"""一つ後ろで書く: SQLite writes one part on another thread while the next one is spelled.

A statement over many rows needs nothing of Python until it is done. The connection belongs to one thread at a
time: whoever began something waits before using it again.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self


class Behind:
    """後ろの書き手: at most one piece of work at a time."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="bousai-behind")
        self._work: Future[None] | None = None

    def __enter__(self) -> Self:
        """Nothing is begun yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait for what was begun, and raise what it raised; an error of the caller's own goes first."""
        try:
            if kind is None:
                self.wait()
        finally:
            self._pool.shutdown()

    def begin(self, work: Callable[[], None]) -> None:
        """Begin something; what was begun before is done with."""
        self.wait()
        self._work = self._pool.submit(work)

    def wait(self) -> None:
        """Wait until it is done.

        Raises
        ------
        Exception
            What the work raised.
        """
        work, self._work = self._work, None
        if work is not None:
            work.result()
