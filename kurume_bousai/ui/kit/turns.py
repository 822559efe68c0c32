"""順番: long work on widgets is done in parts, so that painting and keys have their turn in between."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer

#: A timer of 0 ms is a posted event to Qt, and those are all handled before it looks at anything else.
_SOON_MS: Final = 1


def next_turn(owner: QObject, act: Callable[[], object]) -> None:
    """Call ``act`` in another turn of the event loop, unless ``owner`` is gone by then."""
    timer = QTimer(owner)
    timer.setSingleShot(True)
    timer.timeout.connect(act)
    timer.timeout.connect(timer.deleteLater)
    timer.start(_SOON_MS)
