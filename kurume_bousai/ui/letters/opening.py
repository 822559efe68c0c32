"""登録の案内のボタン: one button with the four windows, for 名簿 and はじめに; their keys too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from kurume_bousai.domain.access import Right
from kurume_bousai.ui.actions import Action
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.kit.icons import icon
from kurume_bousai.ui.kit.widgets import button

GROUP: Final = "登録の案内"
_WINDOWS: Final = (
    ("letters.eligible", "だれが対象ですか", "Ctrl+Shift+T", "account-check-outline"),
    ("letters.mail", "案内を送る", "Ctrl+Shift+A", "email-outline"),
    ("letters.reply", "返送を入れる", "Ctrl+Shift+R", "email-open-outline"),
    ("letters.rates", "登録率を見る", "Ctrl+Shift+L", "chart-bar"),
)


def windows_of(desktop: Desktop) -> dict[str, Callable[[], object]]:
    """What opens each window this operator may use, by the id of its action."""
    parent = desktop.window
    found: dict[str, Callable[[], object]] = {}
    if desktop.database.access.has(Right.EDIT_PEOPLE):
        found["letters.eligible"] = lambda: _eligible(desktop, parent)
        found["letters.mail"] = lambda: _mail(desktop, parent)
        found["letters.reply"] = lambda: _reply(desktop, parent)
    if desktop.database.access.has(Right.SEE_COUNTS):
        found["letters.rates"] = lambda: _rates(desktop, parent)
    return found


def declare(desktop: Desktop) -> None:
    """Declare the windows with their keys; for the first screen only, an action is declared once."""
    opens = windows_of(desktop)
    for action_id, text, keys, sign in _WINDOWS:
        if action_id in opens:
            desktop.actions.add(Action(action_id, text, keys, sign, GROUP, opens[action_id]))


def letters_button(desktop: Desktop, words: str = "登録の案内") -> QPushButton:
    """Return the button with its menu; shorter ``words`` where the row is full."""
    made = button(words, "plain", "email-outline", name="登録の案内の画面を選ぶ")
    menu = QMenu("登録の案内", made)
    opens = windows_of(desktop)
    for action_id, text, _keys, sign in _WINDOWS:
        if action_id in opens:
            entry = menu.addAction(icon(sign), text)
            entry.triggered.connect(lambda _checked=False, do=opens[action_id]: do())
    made.setMenu(menu)
    return made


# Each window's module is imported when it is first opened: the start loads only what it shows.


def _eligible(desktop: Desktop, parent: QWidget) -> object:
    from kurume_bousai.ui.letters.eligibility_dialog import EligibilityDialog

    return _opened(EligibilityDialog(desktop, parent))


def _mail(desktop: Desktop, parent: QWidget) -> object:
    from kurume_bousai.ui.letters.mailing_dialog import MailingDialog

    return _opened(MailingDialog(desktop, parent))


def _reply(desktop: Desktop, parent: QWidget) -> object:
    from kurume_bousai.ui.letters.reply_dialog import ReplyDialog

    return _opened(ReplyDialog(desktop, parent))


def _rates(desktop: Desktop, parent: QWidget) -> object:
    from kurume_bousai.ui.rates.rates_dialog import RatesDialog

    return _opened(RatesDialog(desktop, parent))


def _opened(made: QWidget) -> QWidget:
    made.open()  # type: ignore[attr-defined]  # every one of them is a QDialog
    return made
