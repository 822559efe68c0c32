from __future__ import annotations

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.ui.messages import MessageBar, MessageKind


def test_a_problem_says_what_where_and_what_to_do(dressed: QApplication, qtbot: QtBot) -> None:
    bar = MessageBar()
    qtbot.addWidget(bar)
    bar.problem(KnownProblem("x", "日付が読めません。", where="3行目", advice="直してください。"))
    assert not bar.isHidden()
    spoken = bar.accessibleName()
    assert all(words in spoken for words in ("困ったこと", "3行目", "日付が読めません", "直してください"))


def test_messages_stay_until_read_problems_first(dressed: QApplication, qtbot: QtBot) -> None:
    bar = MessageBar()
    qtbot.addWidget(bar)
    bar.done("保存しました。")
    bar.notice("控えがあります。")
    bar.problem(KnownProblem("x", "読めません。"))
    bar.done("もう一度保存しました。")
    kinds = [message.kind for message in bar.messages()]
    assert kinds == [MessageKind.PROBLEM, MessageKind.NOTICE, MessageKind.DONE]
    with qtbot.waitSignal(bar.emptied):
        for _ in range(3):
            bar.read_one()
    assert bar.isHidden()


def test_markup_in_a_message_is_shown_literally(dressed: QApplication, qtbot: QtBot) -> None:
    bar = MessageBar()
    qtbot.addWidget(bar)
    bar.notice("<script>x</script>")
    assert "<script>x</script>" in bar.accessibleName()
    assert "&lt;script&gt;" in bar._text.text()
