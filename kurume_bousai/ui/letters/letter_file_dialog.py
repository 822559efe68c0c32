"""案内のファイル: letters and forms as one encrypted PDF that can leave the office, with a second person."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.mailings import bundle_of
from kurume_bousai.domain.second_person import NamedKind
from kurume_bousai.services.disclosure.second_person import LetterFileRequest, SecondPersonNeed
from kurume_bousai.services.letters.status import MailingStatus, bundle_range
from kurume_bousai.services.papers.ports import RenderedPaper
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.files import documents, free_place
from kurume_bousai.ui.form_dialog import FormDialog
from kurume_bousai.ui.kit.layouts import Part
from kurume_bousai.ui.kit.widgets import Para, button, card, field, hbox
from kurume_bousai.ui.login import SecretField
from kurume_bousai.ui.reports.save_window import PlaceField
from kurume_bousai.ui.second_person import SecondPersonFields

_BUSY: Final = "案内と用紙をつくっています。500通で20秒ほどかかります。"


class LetterFileDialog(FormDialog):
    """案内のファイル: which letters, where to, a password, and who confirms it, on one page."""

    def __init__(
        self, desktop: Desktop, status: MailingStatus, bundles: tuple[int, int], parent: QWidget | None = None
    ) -> None:
        super().__init__("案内を暗号化して保存する", parent, size=(860, 600))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desktop = desktop
        self._service = desktop.services.letters.mailings()
        self._number = status.mailing.number
        self._bundles = bundles
        self.what = Para(_words(status, *bundles), line=1.35)
        self.place = PlaceField("保存する場所", free_place(documents(), "登録の案内", ".pdf"), "PDF (*.pdf)")
        self.password, self.again = SecretField("ファイルのパスワード"), SecretField("もう一度")
        self.second = SecondPersonFields()
        self.save_button = button("保存する", "main", on_click=self.save)
        self.show_step(self._build(), self.password)
        self._ask_need()

    def _build(self) -> int:
        secrets = hbox(
            (field("ファイルのパスワード", self.password, hint="10文字以上。別の手段で伝えます。"), 1),
            (field("ファイルのパスワード(もう一度)", self.again), 1),
            gap=2,
        )
        body: list[Part] = [
            card(self.what),
            field("保存する場所", self.place),
            self.place.replace,
            secrets,
            self.second,
        ]
        stop = button("やめる", on_click=self.reject)
        return self.add_step(
            "この案内をファイルに保存しますか", body, [stop, None, self.save_button], is_weighty=True
        )

    def _ask_need(self) -> None:
        gate = self._service.gate
        self.save_button.setEnabled(False)
        self._desktop.runner.read(
            lambda: gate.need(NamedKind.OTHER, LetterFileRequest()), self._on_need, on_fail=self.told
        )

    def _on_need(self, need: SecondPersonNeed) -> None:
        self.second.ask(need)
        self.save_button.setEnabled(self.second.may_go)

    def save(self) -> None:
        """Write the file; nothing is written where the second person does not sign."""
        if self.password.text() != self.again.text():
            self.say(KnownProblem("password_differs", "パスワードが、2つの欄で違っています。"))
            return
        try:
            place = self.place.check(".pdf")
            signed = self.second.confirmation()
        except KnownProblem as problem:
            self.say(problem)
            return
        secret, number, (first, last) = self.password.text(), self._number, self._bundles
        service = self._service
        self.second.forget()
        self.clear_messages()
        self.set_busy(busy=True)
        self.say_busy(_BUSY)
        self._desktop.runner.write(
            lambda: service.write(number, place, lambda: secret, first, last, signed),
            self._on_saved,
            on_fail=self.told,
        )

    def _on_saved(self, outcome: Outcome[RenderedPaper]) -> None:
        self.set_busy(busy=False)
        self._desktop.finish(outcome, f"{outcome.value.pages:,}ページを暗号化して保存しました。")
        self.accept()

    def done(self, result: int) -> None:
        """Forget the passwords (Qt)."""
        self.password.clear()
        self.again.clear()
        self.second.forget()
        super().done(result)


def _words(status: MailingStatus, first: int, last: int) -> str:
    """What the second person reads before signing."""
    wanted = bundle_range(first, last) or range(0)
    count = sum(bundle_of(one, status.mailing.bundle_size) in wanted for one in status.letters)
    return (
        f"第{status.mailing.number}回「{status.mailing.title}」の、束 {wanted[0]} から {wanted[-1]} までの"
        f"案内と用紙 {count:,}通です。あて名の人の名前と住所が入ります。パスワードで暗号化します。"
    )
