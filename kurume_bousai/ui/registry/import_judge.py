"""取込 4 判断 and 5 確定: who waits for an answer, what will be written, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QLineEdit, QListWidget, QWidget

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.services.import_results import ClassifiedRow, HoldReason, ImportPreview, RowKind
from kurume_bousai.services.roster_import import Confirmations
from kurume_bousai.ui.kit.widgets import Para, button, card, field, fix, hbox, label, vbox
from kurume_bousai.ui.privacy import Privacy

_WHY: Final = {
    HoldReason.SAME_PERSON_ELSEWHERE: "ほかの提供元の名簿に、同じ氏名と生年月日の人がいます",
    HoldReason.REPEATED_PERSON: "このファイルの中で、同じ人が別のIDで2度出ています",
}


class JudgeStep(QWidget):
    """判断の段: held rows, and the people who would leave the list."""

    def __init__(self, privacy: Privacy, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._privacy = privacy
        self._rows: Sequence[ClassifiedRow] = ()
        self._words = Para("")
        self.held = QListWidget()
        self.held.setAccessibleName("保留の行")
        self.removed = QListWidget()
        self.removed.setAccessibleName("消除される人")
        self._held_card = card(self.held, title="保留の行")
        self._removed_card = card(self.removed, title="名簿から消除される人")
        self.setLayout(vbox(self._words, hbox((self._held_card, 1), (self._removed_card, 1), gap=1.5), None))
        for listing in (self.held, self.removed):
            fix(listing, min_height=200)
        privacy.changed.connect(self._fill)  # a method: Qt lets go of it with the widget

    def set_preview(self, preview: ImportPreview) -> None:
        """Show who waits for an answer."""
        self._rows = preview.rows
        self._held_card.setVisible(bool(preview.held))
        self._removed_card.setVisible(bool(preview.removed))
        if preview.held:
            words = (
                f"保留の{preview.held:,}行は、今回は取り込まれません。"
                "提供元に確かめて、正しい行を次のファイルで取り込んでください。"
            )
        else:
            words = "保留の行はありません。このまま次へ進めます。"
        self._words.set_text(words)
        self._fill()

    def _fill(self) -> None:
        self.held.clear()
        self.removed.clear()
        shown = self._privacy.shown
        for line in self._rows:
            if line.kind is RowKind.HELD and line.hold_reason is not None:
                self.held.addItem(f"{line.row}行め　{line.key}　{shown(line.name)}　{_WHY[line.hold_reason]}")
            elif line.kind is RowKind.REMOVED:
                self.removed.addItem(f"{line.key}　{shown(line.name)}")


class ConfirmStep(QWidget):
    """確定の段. ``undo_wanted()`` after the commit."""

    undo_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preview: ImportPreview | None = None
        self._words = Para("")
        self.removals = QLineEdit()
        self.removals.setValidator(QIntValidator(0, 9_999_999, self))
        fix(self.removals, fixed_width=160)
        self._removals_words = Para("", line=1.35)
        self._removals_card = card(
            self._removals_words, field("消除される人数を入れてください", self.removals), title="消除の確認"
        )
        self.reason = QLineEdit()
        self._reason_words = Para(
            "提供元の件数と合わないまま確定すると、担当が解除するまで、名前の入った紙は出せなくなります。",
            line=1.35,
        )
        self._reason_card = card(
            self._reason_words, field("合わないまま確定する理由", self.reason), title="件数の不一致"
        )
        self._result = Para("")
        self.undo = button("この取込を取り消す", "plain", "undo-variant", self.undo_wanted.emit)
        self._result_card = card(self._result, hbox(self.undo, None), title="結果")
        self._ahead = card(self._words, title="これから書き込むこと")
        self.setLayout(
            vbox(
                self._ahead, self._removals_card, self._reason_card, self._result_card,
                label("取り込みの前の名簿は、履歴に残ります。", "quiet"), None, gap=1.5,
            )
        )  # fmt: skip

    def set_preview(self, preview: ImportPreview) -> None:
        """Say what will be written."""
        self._preview = preview
        self.removals.clear()
        self.reason.clear()
        self._ahead.show()
        self._result_card.hide()
        changes = preview.added + preview.changed + preview.removed
        self._words.set_text(
            f"{preview.source}の名簿として、{preview.added:,}人を加え、{preview.changed:,}人を直し、"
            f"{preview.removed:,}人を消除します。"
            if changes
            else "変わる人はいません。確定しても名簿は変わりません。"
        )
        self._removals_card.setVisible(preview.removal_needs_confirmation)
        self._removals_words.set_text(
            f"名簿から{preview.removed:,}人が消除されます。全件のファイルかどうかを確かめてから、"
            "同じ人数を入れてください。"
        )
        self._reason_card.setVisible(preview.expected_matches is False)

    def first_field(self) -> QLineEdit | None:
        """What must be typed first; None where nothing must."""
        if not self._removals_card.isHidden():
            return self.removals
        return None if self._reason_card.isHidden() else self.reason

    def confirmations(self) -> Confirmations:
        """What was typed.

        Raises
        ------
        KnownProblem
            ``removals_unconfirmed``, ``removals_differ`` or ``reason_missing``.
        """
        preview = self._preview
        if preview is None:
            raise RuntimeError("nothing was checked")
        typed = self.removals.text().strip()
        if preview.removal_needs_confirmation and not typed:
            raise KnownProblem(
                "removals_unconfirmed",
                "消除される人数が入っていません。",
                advice="「消除の確認」に人数を入れてください。",
            )
        if typed and int(typed) != preview.removed:
            raise KnownProblem(
                "removals_differ",
                f"消除される人数が違います。入れた数は{int(typed):,}、点検の結果は{preview.removed:,}です。",
                advice="ファイルが全件かどうかを、提供元に確かめてください。",
            )
        reason = self.reason.text().strip()
        if preview.expected_matches is False and not reason:
            raise KnownProblem(
                "reason_missing",
                "件数が合わないまま確定する理由が入っていません。",
                advice="提供元に確かめたことを書いてください。",
            )
        return Confirmations(int(typed) if typed else None, reason)

    def set_result(self, done: ImportPreview, *, is_written: bool) -> None:
        """Say what was written."""
        self._ahead.hide()
        self._removals_card.hide()
        self._reason_card.hide()
        self._result.set_text(
            f"{done.added:,}人を加え、{done.changed:,}人を直し、{done.removed:,}人を消除しました。"
            "データベースから数え直して、点検の結果と合っています。"
            if is_written
            else "同じファイルがもう取り込まれていたので、名簿は変わっていません。"
        )
        self.undo.setVisible(is_written)
        self._result_card.show()

    def set_undone(self, taken_out: int, put_back: int) -> None:
        """Say that it was taken back."""
        self._result.set_text(
            f"取り消しました。{taken_out:,}人を外し、{put_back:,}人を前の記録に戻しました。"
        )
        self.undo.hide()
