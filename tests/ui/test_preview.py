"""印刷の前に見る: every paper is seen first, from memory, by keyboard, and Enter alone prints nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

import kurume_bousai.ui
from kurume_bousai.ui import printing
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.printing import PreviewDialog, Sheet
from kurume_bousai.ui.tasks import TaskRunner
from tests.helpers.office_desktop import small_pdf

#: The only modules that may speak to a printer.
PRINTING = {"printing.py", "exact_printing.py"}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """How often a printer was asked for, and whether for a named paper; nobody chooses one."""
    found: list[bool] = []

    def choose(_parent: QWidget, *, is_named: bool) -> None:
        found.append(is_named)

    monkeypatch.setattr(printing, "choose_printer", choose)
    return found


def shown(qtbot: QtBot, runner: TaskRunner, *sheets: Sheet, left: list[str]) -> PreviewDialog:
    made = PreviewDialog(
        "この紙を印刷しますか", sheets, runner, is_named=True, on_left=lambda: left.append("left")
    )
    qtbot.addWidget(made)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is made._view)
    return made


def test_the_pages_are_read_by_keyboard_and_only_ctrl_p_prints(
    qtbot: QtBot, runner: TaskRunner, asked: list[bool]
) -> None:
    left: list[str] = []
    preview = shown(qtbot, runner, Sheet("写し 2026-0001", small_pdf(3)), left=left)
    words = [one.text() for one in preview.findChildren(QLabel)]
    assert "写し 2026-0001" in words
    assert any("取扱注意" in one.text_shown() for one in preview.findChildren(Para))
    assert "1 / 3ページ" in words
    bar = preview._view.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    QTest.keyClick(preview._view, Qt.Key.Key_PageDown)
    assert bar.value() > 0
    QTest.keyClick(preview._view, Qt.Key.Key_End)
    assert bar.value() == bar.maximum()
    assert "3 / 3ページ" in [one.text() for one in preview.findChildren(QLabel)]
    before = preview.zoom()
    QTest.keyClick(preview._view, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    assert preview.zoom() < before
    QTest.keyClick(preview._view, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert preview.zoom() == pytest.approx(before)
    QTest.keyClick(preview._view, Qt.Key.Key_Return)
    assert asked == []
    QTest.keyClick(preview._view, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert asked == [True]
    QTest.keyClick(preview._view, Qt.Key.Key_Escape)
    assert not preview.isVisible()
    assert left == ["left"]


def test_nothing_prints_without_the_preview() -> None:
    root = Path(kurume_bousai.ui.__file__).parent
    printing_ones = {
        file.name for file in root.rglob("*.py") if "QtPrintSupport" in file.read_text(encoding="utf-8")
    }
    assert printing_ones == PRINTING
