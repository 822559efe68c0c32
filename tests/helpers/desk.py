"""The real main window on the fictional city, as a person has it in front of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kurume_bousai import app
from kurume_bousai.domain.exercises import ExerciseSettings
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.storage import EncryptedCityDatabase
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.exercise.controller import SessionController, session_band
from kurume_bousai.ui.exercise.session_view import SessionView
from kurume_bousai.ui.start import make_desktop
from kurume_bousai.ui.tasks import TaskRunner
from tests.fixtures.demo_city import DISTRICT, OPERATOR
from tests.helpers.guards import running_timers

SMALL_LAPTOP = (1366, 690)
#: Other helpers' machines are slow and shared: a wait ends as soon as what it waits for is there.
PATIENCE_MS = 60_000


class Desk:
    """机: the window, and a session on it when one was begun. Everything waits for the worker threads."""

    def __init__(self, path: Path, city: EncryptedCityDatabase, runner: TaskRunner, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        self._timers = set(running_timers())
        self.desktop: Desktop = make_desktop(app.wiring(path, OPERATOR), city, runner)
        self.window.resize(*SMALL_LAPTOP)
        self.window.show()
        self.settle()
        self.activate()

    @property
    def window(self) -> QWidget:
        """The main window."""
        return self.desktop.window

    def until(self, condition: Callable[[], bool]) -> None:
        """Run Qt's loop until the condition holds."""
        self._qtbot.waitUntil(condition, timeout=PATIENCE_MS)

    def activate(self) -> None:
        """Bring the window to the front, as a person does before typing."""
        self.window.activateWindow()
        self.until(lambda: QApplication.activeWindow() is self.window)

    def settle(self) -> None:
        """Wait until no task runs, what they brought is painted and what was put away is gone."""
        self.until(lambda: not self.desktop.runner.running())
        QApplication.processEvents()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def begin(self, change: Callable[[ExerciseSettings], ExerciseSettings] | None = None) -> SessionView:
        """A session of the fictional 校区 with two tables, shown in the window."""
        exercises = self.desktop.exercises
        settings = exercises.default_settings(DistrictId(DISTRICT), tables=2)
        operation_id = exercises.start(change(settings) if change else settings).value
        session = exercises.open(operation_id)
        controller = SessionController(self.desktop, session)
        view = SessionView(self.desktop, controller)
        controller.setParent(view)
        self.desktop.window.enter_session(view, session_band(session, is_fictional=True))
        self.desktop.messages.clear()
        self.settle()
        self.activate()
        return view

    def close(self) -> None:
        """Put everything away."""
        left = self.desktop.window.leave_session()
        self.settle()
        for widget in [left, self.desktop.window]:
            if isinstance(widget, QWidget):
                for controller in widget.findChildren(SessionController):
                    controller.close()
                widget.close()
                widget.deleteLater()
        self.settle()
        # A single shot that was on its way ends by itself.
        self.until(lambda: set(running_timers()) <= self._timers)
