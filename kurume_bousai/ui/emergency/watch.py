"""災害時提供モードを見はる: read at the start, after every change, and when the time of one is over."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from PySide6.QtCore import QObject, QTimer

from kurume_bousai.domain.changes import Topic
from kurume_bousai.domain.emergency import EmergencyMode
from kurume_bousai.services.disclosure.emergency import EmergencyService
from kurume_bousai.ui.actions import Action
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.emergency_band import hub
from kurume_bousai.ui.main_window import GENERAL

_TOPICS: Final = frozenset({Topic.EMERGENCY, Topic.OPERATIONS})
_LONGEST_MS: Final = 6 * 3600 * 1000  # a timer of Qt cannot be longer than 24 days; this is plenty
_SOON_MS: Final = 500


class EmergencyWatch(QObject):
    """見はる人: keeps the bands of all windows true. A child of the main window, it ends with it."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop.window)
        self._desktop = desktop
        self._service = EmergencyService(desktop.database, desktop.clock)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.look)
        desktop.changes.follow(_TOPICS, self.look)
        desktop.window.closing.connect(self._on_closing)
        desktop.actions.add(
            Action(
                "emergency", "災害時提供モードを見る・始める・終える", "", "alert-outline", GENERAL,
                self.open,
            )
        )  # fmt: skip

    def open(self) -> None:
        """Open the window; its parts are loaded only then."""
        from kurume_bousai.ui.emergency.emergency_dialog import open_emergency

        open_emergency(self._desktop, self._desktop.window)

    def look(self) -> None:
        """Read what is on, off the Qt thread."""
        self._desktop.runner.read(self._service.live, self._on_live, key="emergency-watch")

    def _on_live(self, modes: tuple[EmergencyMode, ...]) -> None:
        hub().tell(modes)
        ends = [mode.until for mode in modes if mode.until is not None]
        if ends:
            self._timer.start(_wait_ms(min(ends), self._desktop.clock.now()))
        else:
            self._timer.stop()

    def _on_closing(self) -> None:
        self._timer.stop()
        hub().tell(())


def _wait_ms(end: datetime, now: datetime) -> int:
    left = round((end - now).total_seconds() * 1000) + _SOON_MS
    return max(_SOON_MS, min(left, _LONGEST_MS))
