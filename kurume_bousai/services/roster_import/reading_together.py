"""いくつものファイルを並べて読む: while one workbook is unpacked, another one's rows are read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

T = TypeVar("T")
#: Unpacking lets other threads have their turn, reading rows does not: a third one would only wait.
_AT_ONCE: Final = 2


def read_together(readings: Sequence[Callable[[], T]]) -> list[T]:
    """What each of them reads, in their order, two at a time.

    Raises
    ------
    Exception
        What the first of them that fails (in their order) raises; those not yet begun are left out.
    """
    if len(readings) < 2:
        return [read() for read in readings]
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="bousai-reading") as pool:
        waiting = [pool.submit(read) for read in readings]
        try:
            return [one.result() for one in waiting]
        finally:
            for one in waiting:
                one.cancel()
