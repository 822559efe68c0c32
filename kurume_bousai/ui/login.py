"""The door: who works, with which passphrase; the text size is asked at the very first start."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QComboBox, QDialog, QLineEdit, QStackedWidget, QWidget

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.ui.kit.layouts import fix, hbox, holder, set_icon, vbox
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.tokens import SCALES, set_scale, tokens
from kurume_bousai.ui.kit.widgets import ChipRow, VScroll, button, card, label
from kurume_bousai.ui.kit.widgets import field as labelled
from kurume_bousai.ui.messages import MessageBar
from kurume_bousai.ui.tasks import TaskRunner

SAMPLE: Final = (
    "津福校区の人は、入りきれますか。\n登録者 6,214人　空き 229人分　昭和10年4月1日・91歳\n"
    "この大きさで、めがねなしでも楽に読めますか。"
)


@dataclass(frozen=True, slots=True)
class LoginRequest:
    """入口: the operator's name and passphrase as typed."""

    operator: str
    passphrase: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RecoveryRequest:
    """回復: the printed recovery key and the passphrase that shall hold from now on."""

    operator: str
    recovery_key: str = field(repr=False)
    new_passphrase: str = field(repr=False)


class SecretField(QWidget):
    """合言葉の欄: hidden letters with a button to show them."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = QLineEdit()
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.setAccessibleName(name)
        self._eye = button("見せる", "tool", icon="eye-outline", checkable=True, name=f"{name}を見せる")
        self._eye.toggled.connect(self._on_toggled)
        self.setAccessibleName(name)
        self.setLayout(hbox((self.line, 1), self._eye))
        self.setFocusProxy(self.line)

    def text(self) -> str:
        """Return what was typed."""
        return self.line.text()

    def clear(self) -> None:
        """Forget what was typed and hide letters again."""
        self.line.clear()
        self._eye.setChecked(False)

    def _on_toggled(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        self.line.setEchoMode(mode)
        self._eye.setText("かくす" if shown else "見せる")
        set_icon(self._eye, "eye-off-outline" if shown else "eye-outline")


class TextSizePanel(QWidget):
    """文字の大きさ: four chips and a sample that grows at once; `chosen(scale)`."""

    chosen = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        choices = [(scale, f"{round(scale * 100)}%") for scale in SCALES]
        self._chips = ChipRow(choices, tokens().scale, name="文字の大きさ")
        self._chips.chosen.connect(self._on_chosen)
        sample = card(Para(SAMPLE), name="見本")
        self.setLayout(vbox(self._chips, (sample, 1)))

    def _on_chosen(self, scale: float) -> None:
        set_scale(scale)
        self.chosen.emit(scale)


class LoginDialog(QDialog):
    """入口の画面.

    `attempt(LoginRequest)` opens the database on the writer thread and returns what the program
    needs (`opened()` after acceptance); it raises a KnownProblem for a wrong passphrase, which is
    said in words and changes nothing. `recover(RecoveryRequest)` does the same with the recovery key;
    without it the link is absent.
    """

    def __init__(
        self,
        attempt: Callable[[LoginRequest], object],
        runner: TaskRunner,
        *,
        operators: Sequence[str] = (),
        recover: Callable[[RecoveryRequest], object] | None = None,
        is_first_start: bool = False,
        is_fictional: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("久留米 要支援者 図上訓練・容量")
        self._attempt = attempt
        self._recover = recover
        self._runner = runner
        self._opened: object | None = None
        self._is_busy = False
        self.text_size = TextSizePanel() if is_first_start else None
        self.messages = MessageBar()
        self.operator = self._operator_field(operators)
        self.passphrase = SecretField("合言葉")
        self.open_button = button("開く", "main", on_click=self.submit)
        self._forms = QStackedWidget()
        self._forms.addWidget(self._login_form(is_fictional=is_fictional))
        self._forms.addWidget(self._recovery_form())
        self.setLayout(vbox(self.messages, (VScroll(self._forms), 1), margins=(3, 2, 2, 2), gap=1))
        fix(self, min_width=600, min_height=350)
        if self.text_size is None:
            self.show_login()
        else:
            self._forms.setCurrentIndex(self._forms.addWidget(self._size_form(self.text_size)))

    def opened(self) -> object:
        """Return what `attempt` or `recover` returned; RuntimeError before acceptance."""
        if self._opened is None:
            raise RuntimeError("nothing has been opened yet")
        return self._opened

    def operator_name(self) -> str:
        """Return the operator's name as typed."""
        return self.operator.currentText().strip()

    def submit(self) -> None:
        """Try the passphrase."""
        if self._is_busy:
            return
        if not self.operator_name() or not self.passphrase.text():
            self._say("login_incomplete", "操作する人と合言葉の両方を入れてください。", "")
            return
        request = LoginRequest(self.operator_name(), self.passphrase.text())
        self._start(lambda: self._attempt(request))

    def submit_recovery(self) -> None:
        """Try the recovery key with a new passphrase."""
        recover = self._recover
        if self._is_busy or recover is None:
            return
        if not self.operator_name() or not self.recovery_key.text() or not self.new_passphrase.text():
            self._say("login_incomplete", "空の欄があります。すべての欄に入れてください。", "")
            return
        if self.new_passphrase.text() != self.new_again.text():
            self._say(
                "passphrase_differs",
                "新しい合言葉が、2つの欄で違っています。",
                "もう一度同じものを入れてください。",
            )
            return
        request = RecoveryRequest(
            self.operator_name(), self.recovery_key.text().strip(), self.new_passphrase.text()
        )
        self._start(lambda: recover(request))

    def show_recovery(self) -> None:
        """Ask for the recovery key instead."""
        self._clear_messages()
        self._forms.setCurrentIndex(1)
        self.recover_button.setDefault(True)
        self.recovery_key.setFocus()

    def show_login(self) -> None:
        """Ask for the passphrase."""
        self._clear_messages()
        self._forms.setCurrentIndex(0)
        self.open_button.setDefault(True)
        (self.passphrase if self.operator_name() else self.operator).setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Forget what was typed (Qt)."""
        self._forget()
        super().closeEvent(event)

    def _operator_field(self, operators: Sequence[str]) -> QComboBox:
        made = QComboBox()
        made.setEditable(True)
        made.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        made.setAccessibleName("操作する人")
        made.addItems(list(operators))
        return made

    def _size_form(self, panel: TextSizePanel) -> QWidget:
        go_on = button("この大きさで進む", "main", on_click=self.show_login)
        go_on.setDefault(True)
        title = label("どの大きさの文字が読みやすいですか", "title")
        later = label("あとから「設定」でも変えられます。", "small")
        return holder(vbox(title, panel, later, None, hbox(None, go_on), gap=1.5))

    def _login_form(self, *, is_fictional: bool) -> QWidget:
        hint = "架空のデータです。合言葉は demo です。" if is_fictional else ""
        link = button("合言葉を忘れた(回復キーを使う)", "flat", on_click=self.show_recovery)
        link.setVisible(self._recover is not None)
        return holder(
            vbox(
                label("だれが使いますか", "title"),
                labelled("操作する人", self.operator),
                labelled("合言葉", self.passphrase, hint=hint),
                None,
                hbox(link, None, self.open_button),
                gap=1.5,
            )
        )

    def _recovery_form(self) -> QWidget:
        self.recovery_key = QLineEdit()
        self.new_passphrase = SecretField("新しい合言葉")
        self.new_again = SecretField("新しい合言葉(もう一度)")
        back = button("もどる", on_click=self.show_login)
        self.recover_button = button("回復キーで開く", "main", on_click=self.submit_recovery)
        return holder(
            vbox(
                label("回復キーで開きますか", "title"),
                Para("紙に印刷した回復キーを入れ、新しい合言葉を決めてください。名簿の中身は変わりません。"),
                labelled(
                    "回復キー", self.recovery_key, hint="大文字と小文字、ハイフンは気にしなくてかまいません。"
                ),
                labelled("新しい合言葉", self.new_passphrase),
                labelled("新しい合言葉(もう一度)", self.new_again),
                None,
                hbox(back, None, self.recover_button),
                gap=1.5,
            )
        )

    def _start(self, work: Callable[[], object]) -> None:
        self._set_busy(busy=True)
        self._runner.write(work, self._on_opened, on_fail=self._on_failed)

    def _on_opened(self, opened: object) -> None:
        self._set_busy(busy=False)
        self._opened = opened
        self._forget()
        self.accept()

    def _on_failed(self, error: BaseException) -> bool:
        self._set_busy(busy=False)
        self.passphrase.clear()
        self.passphrase.setFocus()
        if isinstance(error, KnownProblem):
            self._replace_message(error)
            return True
        return False

    def _set_busy(self, *, busy: bool) -> None:
        self._is_busy = busy
        self._forms.setEnabled(not busy)
        self.open_button.setText("開いています" if busy else "開く")

    def _say(self, code: str, message: str, advice: str) -> None:
        self._replace_message(KnownProblem(code, message, advice=advice))

    def _replace_message(self, problem: KnownProblem) -> None:
        self._clear_messages()
        self.messages.problem(problem)

    def _clear_messages(self) -> None:
        while self.messages.messages():
            self.messages.read_one()

    def _forget(self) -> None:
        for secret in (self.passphrase, self.new_passphrase, self.new_again):
            secret.clear()
        self.recovery_key.clear()
