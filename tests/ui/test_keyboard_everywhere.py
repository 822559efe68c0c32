"""Every window of the list's work, looked at as a whole: Tab, names, default buttons, nothing sideways.

One test builds all of them once; what is wrong is listed in whole words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
)

from kurume_bousai.ui.kit.tokens import set_scale, tokens
from kurume_bousai.ui.registry.edit_dialog import PersonDialog
from tests.helpers.keyboard import findings, sideways
from tests.helpers.windows_of_the_list import WINDOWS, prepare

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.desk import Desk

pytestmark = [pytest.mark.usefixtures("dressed"), pytest.mark.timeout(600)]
#: Room on the laptop in the hall, less what a dialog leaves around itself.
ROOM = (1326, 690)


def test_every_window_is_worked_by_keyboard_and_never_scrolls_sideways(desk: Desk, tmp_path: Path) -> None:
    kept = prepare(desk, tmp_path)
    wrong: list[str] = []
    dialogs: dict[str, QDialog] = {}
    for name, make in WINDOWS.items():
        made = make(desk, kept)
        desk.settle()
        if isinstance(made, QDialog):
            _fit(made)
            made.activateWindow()
        else:
            desk.activate()
        QApplication.processEvents()
        wrong += [f"{name}: {one}" for one in findings(made)]
        if isinstance(made, PersonDialog):
            made._throw_away()  # only one of them may be open
        elif isinstance(made, QDialog):
            made.hide()
            dialogs[name] = made
    wrong += _at_150(desk, dialogs)
    desk.settle()
    assert wrong == []


def test_the_look_finds_what_is_wrong(desk: Desk) -> None:
    dialog = QDialog()  # its own: a window of an earlier test may have kept the keyboard of the desk's
    column = QVBoxLayout(dialog)
    trap, frame, unreached = QPlainTextEdit(), QScrollArea(), QPushButton("押すもの")
    trap.setAccessibleName("わけ")
    frame.setWidget(QLabel("広い" * 400))
    unreached.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    destroys = QPushButton("全部を消す")
    for one in (QLineEdit(), trap, frame, unreached, destroys):
        column.addWidget(one)
    destroys.setDefault(True)
    desk.window.hide()
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()
    trap.setFocus()
    QApplication.processEvents()
    found = "\n".join(findings(dialog))
    for wrong in ("a trap", "no name", "押すもの", "sideways", "Enter presses", "auto default"):
        assert wrong in found, (wrong, found)
    dialog.close()
    dialog.deleteLater()


def _fit(dialog: QDialog) -> None:
    """As large as the program makes it on 1366×768."""
    wide, high = getattr(dialog, "_size", (960, 690))
    grown = tokens().scale
    dialog.resize(min(round(wide * grown), ROOM[0]), min(round(high * grown), ROOM[1]))


def _at_150(desk: Desk, dialogs: dict[str, QDialog]) -> list[str]:
    """The same windows with large letters: all at once, since dressing them anew is what costs."""
    set_scale(1.5)
    desk.settle()
    wrong: list[str] = []
    for name, one in dialogs.items():
        _fit(one)
        one.show()
        QApplication.processEvents()
        wrong += [f"{name} at 150 %: {found}" for found in sideways(one)]
        needed = one.minimumSizeHint()
        if needed.width() > ROOM[0] or needed.height() > ROOM[1]:
            wrong.append(f"{name} at 150 %: needs {needed.width()}×{needed.height()}")
        QTest.keyClick(one, Qt.Key.Key_Escape)
        if one.isVisible():
            wrong.append(f"{name}: Esc does not close it")
            one.done(0)
    window = desk.desktop.window
    for page_id in ("roster", "papers", "preferences"):
        page = window.show_page(page_id)
        desk.settle()
        wrong += [f"{type(page).__name__} at 150 %: {found}" for found in sideways(page)]
    set_scale(1.0)
    return wrong
