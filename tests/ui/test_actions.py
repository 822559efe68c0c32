from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kurume_bousai.ui.actions import Action, ActionRegistry


@pytest.fixture
def registry(dressed: QApplication) -> ActionRegistry:
    return ActionRegistry()


def test_a_key_does_what_was_declared(registry: ActionRegistry, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    done: list[str] = []
    registry.add(Action("names.hide", "名前 かくす", "F12 Ctrl+Shift+H", handler=lambda: done.append("x")))
    registry.host(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_F12)
    control_shift = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(window, Qt.Key.Key_H, control_shift)
    assert done == ["x", "x"]


def test_two_actions_cannot_share_an_id_or_a_key_within_reach(registry: ActionRegistry) -> None:
    registry.add(Action("a", "あ", "Ctrl+F"))
    with pytest.raises(ValueError, match="twice"):
        registry.add(Action("a", "い"))
    with pytest.raises(ValueError, match="Ctrl\\+F"):
        registry.add(Action("b", "い", "ctrl+f", scope="roster"))


def test_two_screens_may_use_the_same_key(registry: ActionRegistry) -> None:
    registry.add(Action("a", "あ", "Ctrl+P", scope="roster"), Action("b", "い", "Ctrl+P", scope="capacity"))
    assert len(registry.all()) == 2


def test_an_unreadable_key_is_refused(registry: ActionRegistry) -> None:
    with pytest.raises(ValueError, match="unreadable"):
        registry.add(Action("a", "あ", "Ctrl+Nonsense"))


def test_what_may_not_be_done_now_is_not_done_and_grey(registry: ActionRegistry, qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    done: list[int] = []
    allowed = [False]
    registry.add(
        Action("undo", "ひとつ戻す", group="訓練", handler=lambda: done.append(1), when=lambda: allowed[0])
    )
    menu = registry.menu("訓練", host)
    menu.aboutToShow.emit()
    assert not menu.actions()[0].isEnabled()
    assert not registry.trigger("undo")
    allowed[0] = True
    menu.aboutToShow.emit()
    menu.actions()[0].trigger()
    assert done == [1]


def test_the_printed_list_has_every_action_and_every_noted_key(registry: ActionRegistry) -> None:
    registry.add(Action("a", "さがす", "Ctrl+F", group="どこでも"), Action("b", "消す", group="名簿"))
    registry.note("名簿", "次の人へ", "↓")
    rows = registry.shortcut_rows()
    assert [(row.text, row.keys) for row in rows] == [("さがす", "Ctrl+F"), ("消す", ""), ("次の人へ", "↓")]
    assert all(word in registry.shortcut_text() for word in ("さがす", "消す", "次の人へ"))
    assert "<td>さがす</td><td>Ctrl+F</td>" in registry.shortcut_html()


def test_removed_actions_leave_no_shortcut(registry: ActionRegistry, qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    registry.host(host)
    registry.add(Action("a", "あ", "Ctrl+J"))
    registry.remove("a")
    assert not any(shortcut.isEnabled() for shortcut in host.findChildren(QShortcut))
    registry.add(Action("b", "い", "Ctrl+J"))
