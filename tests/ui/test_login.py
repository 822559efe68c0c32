from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.ui.kit.tokens import set_scale, tokens
from kurume_bousai.ui.login import LoginDialog, LoginRequest, RecoveryRequest
from kurume_bousai.ui.tasks import TaskRunner


def attempt(request: LoginRequest) -> str:
    if request.passphrase != "架空の合言葉":
        raise KnownProblem(
            "passphrase_wrong", "合言葉が違います。", advice="大文字と小文字を確かめてください。"
        )
    return "opened"


def recover(request: RecoveryRequest) -> str:
    return f"recovered {request.operator}"


@pytest.fixture
def dialog(runner: TaskRunner, qtbot: QtBot) -> LoginDialog:
    made = LoginDialog(attempt, runner, operators=["山田"], recover=recover, is_first_start=True)
    qtbot.addWidget(made)
    made.show()
    return made


def test_it_fits_the_small_screen_at_every_size(dialog: LoginDialog) -> None:
    for scale in (1.0, 1.5, 1.75):
        set_scale(scale)
        assert dialog.minimumSizeHint().height() <= 551
        assert dialog.minimumHeight() <= 551


def test_the_right_passphrase_opens(dialog: LoginDialog, qtbot: QtBot) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_Return)  # the text size is right
    dialog.passphrase.line.setText("架空の合言葉")
    with qtbot.waitSignal(dialog.accepted):
        QTest.keyClick(dialog.passphrase.line, Qt.Key.Key_Return)
    assert dialog.opened() == "opened"
    assert dialog.passphrase.text() == ""


def test_a_wrong_passphrase_is_said_in_words_and_can_be_tried_again(
    dialog: LoginDialog, qtbot: QtBot
) -> None:
    for _ in range(2):
        dialog.passphrase.line.setText("ちがう")
        dialog.submit()
        qtbot.waitUntil(lambda: not dialog._is_busy)
    assert [message.text for message in dialog.messages.messages()] == ["合言葉が違います。"]
    assert dialog.passphrase.text() == ""
    assert dialog.isVisible()
    with pytest.raises(RuntimeError):
        dialog.opened()


def test_the_passphrase_can_be_shown_and_is_hidden_at_first(dialog: LoginDialog) -> None:
    assert dialog.passphrase.line.echoMode() is QLineEdit.EchoMode.Password
    dialog.passphrase._eye.click()
    assert dialog.passphrase.line.echoMode() is QLineEdit.EchoMode.Normal


def test_recovery_wants_the_new_passphrase_twice(dialog: LoginDialog, qtbot: QtBot) -> None:
    dialog.show_recovery()
    dialog.recovery_key.setText("AAAA-BBBB")
    dialog.new_passphrase.line.setText("新しい合言葉です")
    dialog.new_again.line.setText("ちがう")
    dialog.submit_recovery()
    assert "違っています" in dialog.messages.messages()[0].text
    dialog.new_again.line.setText("新しい合言葉です")
    with qtbot.waitSignal(dialog.accepted):
        dialog.submit_recovery()
    assert dialog.opened() == "recovered 山田"


def test_the_text_size_is_asked_at_the_first_start(dialog: LoginDialog) -> None:
    panel = dialog.text_size
    assert panel is not None
    assert panel.isVisible()
    panel._chips._group.button(2).click()
    assert tokens().scale == 1.5
    dialog.show_login()
    assert not panel.isVisible()
    assert dialog.passphrase.isVisible()


def test_secrets_are_not_in_reprs() -> None:
    shown = repr(LoginRequest("山田", "ひみつ")) + repr(RecoveryRequest("山田", "ひみつ", "ひみつ"))
    assert "ひみつ" not in shown
