"""Widgets go, signals stay: hiding and showing names after a screen was closed must meet nobody dead."""

from __future__ import annotations

from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kurume_bousai.domain.changes import Topic
from kurume_bousai.domain.operations import EntryKind
from kurume_bousai.ui.desktop import ChangeHub
from kurume_bousai.ui.exercise.exercise_page import ExercisePage
from kurume_bousai.ui.privacy import Privacy
from kurume_bousai.ui.registry.import_page import ImportPage
from kurume_bousai.ui.reports.papers_page import PapersPage
from kurume_bousai.ui.tasks import TaskRunner
from tests.fixtures.rosters import city
from tests.helpers.desk import Desk
from tests.helpers.office_desktop import open_office
from tests.helpers.roster_desktop import fictional_city, make_desktop, open_roster


def put_away(widget: QObject) -> None:
    """Delete a widget as Qt does after it was closed."""
    if isinstance(widget, QWidget):
        widget.hide()
        widget.setParent(None)
    widget.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert not shiboken6.isValid(widget)


def toggle(privacy: Privacy) -> None:
    for _ in range(3):
        privacy.toggle()
        QApplication.processEvents()


# pytest-qt fails a test in which a slot raised, so reaching the end is the proof.


def test_names_after_the_import_was_closed(qtbot: QtBot, runner: TaskRunner) -> None:
    desktop = make_desktop(qtbot, runner, city())
    page = open_roster(qtbot, desktop, 0)
    opened = page.open_import()
    assert isinstance(opened, ImportPage)
    desktop.window.show_page("roster")
    qtbot.waitUntil(lambda: not runner.running())
    put_away(opened)
    toggle(desktop.privacy)


def test_names_after_the_list_was_closed(qtbot: QtBot, runner: TaskRunner) -> None:
    desktop = make_desktop(qtbot, runner, fictional_city())
    page = open_roster(qtbot, desktop, 3)
    qtbot.waitUntil(lambda: not runner.running())
    put_away(page.detail)
    toggle(desktop.privacy)


def test_names_and_changes_after_the_papers_were_closed(qtbot: QtBot, runner: TaskRunner) -> None:
    desktop = open_office(qtbot, runner, fictional_city(), PapersPage).desktop
    page = PapersPage(desktop)
    page.entered()
    qtbot.waitUntil(lambda: not runner.running())
    put_away(page)
    toggle(desktop.privacy)
    desktop.changes.tell(frozenset({Topic.LEDGER}))
    QApplication.processEvents()


def test_names_after_a_session_was_left(desk: Desk) -> None:
    view = desk.begin()
    operation_id = view.controller.session.operation.operation_id
    controller = view.controller
    page = desk.desktop.window.show_page("exercise")
    assert isinstance(page, ExercisePage)
    view.left.connect(page._on_left)
    desk.settle()
    view.choose("pause")
    desk.settle()
    assert not shiboken6.isValid(view)
    assert not shiboken6.isValid(controller)
    toggle(desk.desktop.privacy)
    desk.settle()
    with desk.desktop.database.reading() as session:
        kinds = {entry.kind for entry in session.operations.entries(operation_id)}
    assert EntryKind.NAMES_SHOWN not in kinds  # nobody looked at names of this session


def test_an_act_that_reaches_the_disk_after_its_session_was_left(desk: Desk) -> None:
    view = desk.begin()
    page = desk.desktop.window.show_page("exercise")
    assert isinstance(page, ExercisePage)
    view.left.connect(page._on_left)
    desk.settle()
    view.controller.add_minutes()
    view.choose("pause")
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert not shiboken6.isValid(view)
    desk.settle()


def test_a_hub_tells_only_the_living(qtbot: QtBot) -> None:
    told: list[str] = []

    class Follower(QObject):
        def refresh(self) -> None:
            told.append(self.objectName())  # raises on a dead object

    hub, one, two = ChangeHub(), Follower(), Follower()
    two.setObjectName("two")
    for follower in (one, two):
        hub.follow(frozenset({Topic.MEMBERS}), follower.refresh)
    put_away(one)
    hub.tell(frozenset({Topic.MEMBERS}))
    hub.tell(frozenset({Topic.LEDGER}))
    assert told == ["two"]


@pytest.mark.parametrize("by_lambda", [True, False])
def test_a_result_that_comes_after_its_widget_is_dropped(
    qtbot: QtBot, runner: TaskRunner, tmp_path: Path, by_lambda: bool
) -> None:
    class Asker(QWidget):
        def ask(self) -> None:
            if by_lambda:
                runner.read(lambda: "here", lambda words: self.setWindowTitle(f"{words}"))
            else:
                runner.read(lambda: "here", self.setWindowTitle)

    asker = Asker()
    asker.ask()
    put_away(asker)
    qtbot.waitUntil(lambda: not runner.running())
