"""先に済ませる: what the first visit of a screen or of a map would wait for is done while nobody waits.

Modules of the screens are loaded on the runner. The engine of the map can be started on the Qt thread only,
in one piece of a third of a second (it starts processes of its own and waits for them); so it is started
when nobody touches the window, instead of at the first press for a map.
"""

from __future__ import annotations

import logging
import os
import pkgutil
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from kurume_bousai import ui
from kurume_bousai.ui.map_panel.making import NO_WEBENGINE
from kurume_bousai.ui.tasks import Progress, TaskRunner

_LOG = logging.getLogger(__name__)

#: The screens behind the doors of the first one, and the map.
FIRST: Final = (
    *("registry.roster_page", "letters.opening", "office_cards", "exercise.exercise_page"),
    *("map_panel.steady", "map_panel.page"),
)
_QT_OF_MAPS: Final = ("PySide6.QtWebChannel", "PySide6.QtWebEngineWidgets")
#: A person who has not touched anything for so long is reading.
REST_S: Final = 2.0
_LOOK_MS: Final = 250
_TOUCHES: Final = frozenset(
    {
        *(QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.Wheel, QEvent.Type.MouseMove),
        *(QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease, QEvent.Type.TouchBegin),
        *(QEvent.Type.TouchUpdate, QEvent.Type.InputMethod),
    }
)


def load_screens(progress: Progress) -> None:
    """Import the modules of every screen and of the map; on the runner. What cannot be loaded is left."""
    for name in _names():
        if progress.cancelled:
            return
        try:
            import_module(name)
        except ImportError as error:  # Chromium's libraries may be missing; who wants them says so
            _LOG.debug("%s cannot be loaded ahead (%s)", name, type(error).__name__)


def _names() -> Iterator[str]:
    here = f"{ui.__name__}."
    for name in FIRST:
        yield here + name
    yield from _QT_OF_MAPS
    for found in pkgutil.walk_packages(ui.__path__, here):
        yield found.name


class AtRest(QObject):
    """休みに: calls ``act`` once, when nobody has touched the window for a while and nothing is running."""

    def __init__(
        self, window: QObject, runner: TaskRunner, act: Callable[[], object], parent: QObject
    ) -> None:
        """``window``: the QWindow whose keys and mouse count as a touch."""
        super().__init__(parent)
        self._runner = runner
        self._act = act
        self._touched_at = time.monotonic()
        window.installEventFilter(self)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._timer.start(_LOOK_MS)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice keys and mouse (Qt)."""
        del watched
        if event.type() in _TOUCHES:
            self._touched_at = time.monotonic()
        return False

    def _look(self) -> None:
        is_busy = (
            bool(self._runner.running())
            or QApplication.activeModalWidget() is not None
            or QApplication.activePopupWidget() is not None
        )
        if is_busy:
            self._touched_at = time.monotonic()
        elif time.monotonic() - self._touched_at >= REST_S:
            self._timer.stop()
            self._act()
            self.deleteLater()


def start_map_engine() -> None:
    """Start Chromium, once for the program; nothing is shown and nothing is loaded. On the Qt thread."""
    if os.environ.get(NO_WEBENGINE):
        return
    try:
        from kurume_bousai.ui.map_panel import scheme as map_scheme
    except ImportError:
        return  # create_map_view says so and paints the map instead
    application = QApplication.instance()
    if application is None or not map_scheme.is_registered():
        return
    # The engine lives on when the profile that woke it is gone.
    map_scheme.make_profile(application).deleteLater()
