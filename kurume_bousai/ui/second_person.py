"""確かめる人の欄: who looks at it and signs with their own passphrase; the same on every named paper."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.second_person import Confirmation
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.disclosure.second_person import SecondPersonNeed
from kurume_bousai.ui.kit.layouts import hbox, holder
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import field as labelled
from kurume_bousai.ui.login import SecretField

_NOBODY: Final = (
    "確かめられる操作者が、ほかにいません。"
    "管理者に、「設定」の「操作者と鍵」で名簿の担当を加えてもらってください。"
)


class SecondPersonFields(QWidget):
    """確かめる人: chosen by name, signs with a passphrase; or the words why nobody has to.

    ``kept_in``: the book that keeps who confirmed; what has no number in the ledger stands in the audit.
    ``asked_for``: what is signed, where it is no paper.
    """

    def __init__(self, parent: QWidget | None = None, *, kept_in: str = "台帳", asked_for: str = "") -> None:
        super().__init__(parent)
        self._kept_in = kept_in
        self._asked_for = asked_for or "出す人とは別の人が、上の内容を読んで、自分の合言葉を入れます。"
        self._need = SecondPersonNeed(None, ())
        self.who = QComboBox()
        self.who.setAccessibleName("確かめる人")
        self.passphrase = SecretField("確かめる人の合言葉")
        self._fields = holder(
            hbox(
                (labelled("確かめる人(ほかの操作者)", self.who), 1),
                (labelled("確かめる人の合言葉", self.passphrase), 2),
                gap=2,
            )
        )
        self.note = Para("", "quiet", line=1.35)
        made = QVBoxLayout(self)
        made.setContentsMargins(0, 0, 0, 0)
        made.addWidget(self._fields)
        made.addWidget(self.note)

    @property
    def may_go(self) -> bool:
        """False where a second person is needed and the file has nobody who could be it."""
        return not self._need.is_needed or bool(self._need.names)

    @property
    def first_field(self) -> QWidget | None:
        """Where the second person types; None where nobody has to."""
        return self.passphrase if self._need.is_needed and self._need.names else None

    def ask(self, need: SecondPersonNeed) -> None:
        """Show what is needed; who was chosen before stays chosen."""
        self._need = need
        kept = self.who.currentText()
        self.who.clear()
        self.who.addItems(list(need.names))
        self.who.setCurrentIndex(max(0, self.who.findText(kept)))
        self._fields.setVisible(need.is_needed and bool(need.names))
        if need.ground is not None:
            self.note.set_text(
                f"もう一人の確認なしで出ます。{self._kept_in}には"
                f"「確認した人: {word_of(need.ground)}」と書きます。"
            )
        elif need.names:
            self.note.set_text(f"{self._asked_for}だれが確かめたかは、{self._kept_in}に残ります。")
        else:
            self.note.set_text(_NOBODY)

    def confirmation(self) -> Confirmation | None:
        """Return who signs; None where nobody has to.

        Raises
        ------
        KnownProblem
            ``passphrase_missing``.
        """
        if not self._need.is_needed:
            return None
        if not self.passphrase.text():
            raise KnownProblem(
                "passphrase_missing",
                "確かめる人の合言葉が入っていません。",
                advice="確かめる人が、自分の合言葉を入れてください。",
            )
        return Confirmation(self.who.currentText(), self.passphrase.text())

    def forget(self) -> None:
        """Clear what was typed in secret."""
        self.passphrase.clear()
