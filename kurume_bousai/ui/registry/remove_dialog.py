"""消除と版戻し: what is done to whom, and that the history stays."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from kurume_bousai.domain.members import RemovalReason, RosterMember
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.roster.register import CLERK_REASONS
from kurume_bousai.ui.kit.tokens import width
from kurume_bousai.ui.kit.widgets import ChipRow, Para, button, field, fix, hbox, label, vbox
from kurume_bousai.ui.privacy import Privacy
from kurume_bousai.ui.registry.words import number_words


class RemoveDialog(QDialog):
    """名簿から消除する: asks for the reason; whom is said by number, and by name unless hidden."""

    def __init__(self, member: RosterMember, privacy: Privacy, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("名簿から消除する")
        who = f"{number_words(member.number)}　{privacy.shown(member.name)}"
        self.reasons = ChipRow[RemovalReason](
            [(reason, word_of(reason)) for reason in CLERK_REASONS], name="消除の理由"
        )
        fix(self.reasons, min_height=40)
        self.remove = button("消除する", "main", on_click=self.accept)
        self.remove.setEnabled(False)
        self.reasons.chosen.connect(lambda _reason: self.remove.setEnabled(True))
        keep = button("やめる", on_click=self.reject)
        words = Para(
            "この人は名簿・地図・容量の計算から外れます。記録と履歴は、市が決めた保存期限まで残ります。"
        )
        self.setLayout(
            vbox(
                label("この人を名簿から消除しますか", "title"), label(who, "lead"), words,
                field("理由を選んでください", self.reasons), None, hbox(None, keep, self.remove),
                margins=(2, 2, 2, 2), gap=1.5,
            )
        )  # fmt: skip
        self.setMinimumWidth(width(520))

    def reason(self) -> RemovalReason:
        """The chosen reason."""
        value = self.reasons.value()
        if value is None:
            raise RuntimeError("the dialog was accepted without a reason")
        return value


class RestoreDialog(QDialog):
    """前の版に戻す: a new version is written; consents and 支援措置 stay."""

    def __init__(self, version: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("前の版に戻す")
        self.restore: QPushButton = button("この版に戻す", "main", on_click=self.accept)
        keep = button("やめる", on_click=self.reject)
        words = Para(
            f"第{version}版の内容が、新しい版として保存されます。いまの版も履歴に残ります。\n"
            "同意と支援措置は、いまのまま変わりません。"
        )
        self.setLayout(
            vbox(
                label("前の版に戻しますか", "title"), words, None, hbox(None, keep, self.restore),
                margins=(2, 2, 2, 2), gap=1.5,
            )
        )  # fmt: skip
        self.setMinimumWidth(width(480))
