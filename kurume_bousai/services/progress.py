"""進みぐあい: how long work says how far it is, on any thread."""

from __future__ import annotations

from collections.abc import Callable

#: ``progress(done, total, text)``; ``total`` 0 = not known. It may raise ``Cancelled``: nothing half-done
#: stays behind.
Progress = Callable[[int, int, str], None]


def no_progress(_done: int, _total: int, _text: str) -> None:
    """Report nothing."""
