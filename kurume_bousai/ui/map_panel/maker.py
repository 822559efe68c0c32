"""地図の部品をつくる手: what a map page asks for is made on a worker thread, and given when it is there.

The scene of 20,000 people is a sixth of a second of writing; the window stays usable meanwhile.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
from collections.abc import Callable
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QThreadPool, Signal

if TYPE_CHECKING:
    from kurume_bousai.mapview.protocol import Asset

_LOG = logging.getLogger(__name__)

MakeAsset = Callable[[], "Asset"]


class AssetMaker(QObject):
    """部品をつくる人: one for every map of the program, so that none is left alone with a dead panel."""

    _made = Signal(int, object)

    def __init__(self) -> None:
        super().__init__()
        self._numbers = itertools.count(1)
        self._waiting: dict[int, Callable[[Asset | None], object]] = {}
        self._made.connect(self._on_made, Qt.ConnectionType.QueuedConnection)

    def make(self, work: MakeAsset, give: Callable[[Asset | None], object]) -> int:
        """Make a part off the Qt thread; ``give`` gets it on the Qt thread, None where it cannot be made."""
        number = next(self._numbers)
        self._waiting[number] = give
        QThreadPool.globalInstance().start(partial(self._run, number, work))
        return number

    def forget(self, number: int) -> None:
        """Nobody waits for this part any more."""
        self._waiting.pop(number, None)

    def _run(self, number: int, work: MakeAsset) -> None:
        asset = None
        try:
            if number in self._waiting:
                asset = work()
        except Exception as error:  # noqa: BLE001 - a part that cannot be made must not take the map along
            _LOG.warning("a part of a map cannot be made (%s)", type(error).__name__)
        # At the end of the program the C++ side may be gone before the last part.
        with contextlib.suppress(RuntimeError):
            self._made.emit(number, asset)

    def _on_made(self, number: int, asset: Asset | None) -> None:
        give = self._waiting.pop(number, None)
        if give is not None:
            give(asset)


@lru_cache(maxsize=1)
def asset_maker() -> AssetMaker:
    """The one of this program; made on the Qt thread."""
    return AssetMaker()
