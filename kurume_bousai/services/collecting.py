"""Long work that makes hundreds of thousands of rows: let the collector of cycles rest meanwhile.

Rows are plain values without a cycle: they go when nobody holds them. Looking through all of them again and
again for cycles there are none of is a fifth of the time of an import.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_resting = 0


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
                    gc.enable()
