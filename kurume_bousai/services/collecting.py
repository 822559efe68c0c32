"""Long work that makes hundreds of thousands of rows: let the collector of cycles rest meanwhile.

Rows are plain values without a cycle: they go when nobody holds them. Looking through all of them again and
again for cycles there are none of is a fifth of the time of an import. Whoever made them lets them go part by
part before the collector works again: all at once, and the look through all of them that would follow, each
keep every other thread, the window's too, from its turn for some tenths of a second.
"""

from __future__ import annotations

import gc
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

_lock = threading.Lock()
_resting = 0
#: Wide rows that are gone within some milliseconds.
_AT_ONCE: Final = 500


@contextmanager
def rarely_collected() -> Iterator[None]:
    """Switch the collector off inside; several at once, on any threads, switch it on again together.

    Where it was off before, it stays off.
    """
    global _resting  # noqa: PLW0603 - the collector is the process's own, and so is this count
    was_on = gc.isenabled()
    with _lock:
        counts = was_on or _resting > 0
        if counts:
            _resting += 1
            gc.disable()
    try:
        yield
    finally:
        if counts:
            with _lock:
                _resting -= 1
                if _resting == 0:
                    # What was made meanwhile goes among the old at once: the first look of the collector
                    # would go through all of it, and no other thread would have its turn.
                    if gc.get_freeze_count() == 0:  # the window keeps what it loaded out of sight for good
                        gc.freeze()
                        gc.unfreeze()
                    gc.enable()


@contextmanager
def letting_go(parts: list[Any]) -> Iterator[None]:
    """Empty ``parts`` part by part at the end, also where the work inside was refused or stopped.

    What was made inside must then be held by ``parts`` and by finished calls alone: those are emptied first.
    """
    try:
        yield
    except BaseException as error:
        traceback.clear_frames(error.__traceback__)
        raise
    finally:
        let_go(parts)


def let_go(*holders: list[Any] | dict[Any, Any]) -> None:
    """Empty what holds many rows; between two parts other threads have their turn.

    Rows that somebody else still holds stay. Only the last holder frees them: the holders are emptied in
    the order in which they are given.
    """
    for held in holders:
        while held:
            if isinstance(held, dict):
                held.popitem()
            else:
                del held[-_AT_ONCE:]
