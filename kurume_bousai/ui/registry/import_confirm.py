"""取込 5 確定: what will be written, what must be confirmed file by file, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.services.roster_import.order import Confirmations
from kurume_bousai.services.roster_import.results import Finding, ImportPreview, RowKind
from kurume_bousai.services.roster_import.session import SessionPreview
from kurume_bousai.ui.kit.widgets import Para, button, card, field, fix, hbox, label, vbox
from kurume_bousai.ui.registry.import_result import result_words
from kurume_bousai.ui.registry.import_totals import HIDDEN_ARE_LEFT_OUT, removal_words

_MOST_GAPS: Final = 4


class FileConfirm(QWidget):
    """一つのファイルの確認: the removals, the totals, and what was noticed about it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preview: ImportPreview | None = None
        self.removals = QLineEdit()
        self.removals.setValidator(QIntValidator(0, 9_999_999, self))
        fix(self.removals, fixed_width=160)
        self._removals_words = Para("", line=1.35)
        self._removals_field = field("消除される人数を入れてください", self.removals)
        self.removals_card = card(self._removals_words, self._removals_field, title="消除の確認")
        self.reason = QLineEdit()
        self._reason_words = Para("", line=1.35)
        self.reason_card = card(
            self._reason_words, field("合わないまま確定する理由", self.reason), title="件数の不一致"
        )
        self.accepts: list[tuple[Finding, QCheckBox]] = []
        self._findings = vbox(gap=0.75)
        self.findings_card = card(self._findings, title="確かめること")
        self.setLayout(vbox(self.findings_card, self.removals_card, self.reason_card, gap=1))

    def set_preview(self, preview: ImportPreview, *, of_several: bool) -> None:
        """Ask what this file asks."""
        self._preview = preview
        self.removals.clear()
        self.reason.clear()
        about = f"{preview.source}: " if of_several else ""
        self.removals_card.setVisible(preview.removal_needs_confirmation)
        self._removals_words.set_text(
            f"{removal_words(preview)}全員のファイルだと提供元に確かめたときだけ、同じ人数を入れてください。"
        )
        self.removals.setAccessibleName(f"{about}消除される人数")
        self.reason_card.setVisible(preview.expected_matches is False)
        self._reason_words.set_text(f"{about}{_mismatch_words(preview)}")
        self.reason.setAccessibleName(f"{about}合わないまま確定する理由")
        self._set_findings([one for one in preview.findings if one.must_accept], about)
        self.setVisible(
            preview.removal_needs_confirmation or preview.expected_matches is False or bool(self.accepts)
        )

    def _set_findings(self, findings: Sequence[Finding], about: str) -> None:
        while self._findings.count():
            item = self._findings.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                old.hide()
                old.deleteLater()
        self.accepts = []
        for finding in findings:
            box = QCheckBox("確かめました。このまま取り込みます。")
            box.setAccessibleName(f"{about}{finding.message}確かめました。")
            self._findings.addWidget(Para(f"{about}{finding.message}", line=1.35))
            self._findings.addWidget(box)
            self.accepts.append((finding, box))
        self.findings_card.setVisible(bool(findings))

    def first_field(self) -> QWidget | None:
        """What must be answered first."""
        for _finding, box in self.accepts:
            if not box.isChecked():
                return box
        if not self.removals_card.isHidden():
            return self.removals
        return None if self.reason_card.isHidden() else self.reason

    def confirmations(self) -> Confirmations:
        """What was typed.

        Raises
        ------
        KnownProblem
            ``removals_unconfirmed``, ``removals_differ``, ``reason_missing`` or ``finding_unaccepted``.
        """
        preview = self._preview
        if preview is None:
            raise RuntimeError("nothing was checked")
        where = preview.file_name
        for finding, box in self.accepts:
            if not box.isChecked():
                raise KnownProblem(
                    "finding_unaccepted",
                    finding.message,
                    where=where,
                    advice="確かめてから「確かめました」に印を付けてください。",
                )
        typed = self.removals.text().strip()
        if preview.removal_needs_confirmation and not typed:
            raise KnownProblem(
                "removals_unconfirmed",
                "消除される人数が入っていません。",
                where=where,
                advice="「消除の確認」に人数を入れてください。",
            )
        if typed and int(typed) != preview.removed:
            raise KnownProblem(
                "removals_differ",
                f"消除される人数が違います。入れた数は{int(typed):,}、点検の結果は{preview.removed:,}です。",
                where=where,
                advice="ファイルが全件かどうかを、提供元に確かめてください。",
            )
        reason = self.reason.text().strip()
        if preview.expected_matches is False and not reason:
            raise KnownProblem(
                "reason_missing",
                "件数が合わないまま確定する理由が入っていません。",
                where=where,
                advice="提供元に確かめ、正しいファイルで点検しなおしてください。理由を書くのは、確かめたあとだけです。",
            )
        accepted = frozenset(finding.kind for finding, _box in self.accepts)
        return Confirmations(int(typed) if typed else None, reason, accepted)


def _mismatch_words(preview: ImportPreview) -> str:
    gaps = [f"{gap.kind} {gap.item}".strip() for gap in preview.expected_differences]
    named = "、".join(gaps[:_MOST_GAPS]) + ("など" if len(gaps) > _MOST_GAPS else "")
    return (
        f"提供元の件数と{len(gaps):,}つの区分で合いません（{named}）。ファイルが正しいかを、先に提供元に"
        "確かめてください。合わないまま確定すると、担当が解除するまで、名前の入った紙は出せなくなります。"
    )


class ConfirmStep(QWidget):
    """確定の段. ``undo_wanted()`` and ``paper_wanted()`` after the commit."""

    undo_wanted = Signal()
    paper_wanted = Signal()

    def __init__(self, parent: QWidget | None = None, *, sees_protected: bool = True) -> None:
        super().__init__(parent)
        self._sees_protected = sees_protected
        self._words = Para("")
        self._files = [FileConfirm()]
        self._stack = vbox(*self._files, gap=1.5)
        self._result = Para("")
        self._holders = Para("", line=1.35)
        self._holders_card = card(self._holders, title="前の名簿を持っている人に知らせること")
        self.undo = button("この取込を取り消す", "plain", "undo-variant", self.undo_wanted.emit)
        self.paper = button("この結果を紙にする", "plain", "printer-outline", self.paper_wanted.emit)
        self._result_card = card(self._result, hbox(self.paper, self.undo, None), title="結果")
        self._ahead = card(self._words, title="これから書き込むこと")
        self.setLayout(
            vbox(
                self._ahead, self._stack, self._result_card, self._holders_card,
                label("取り込みの前の名簿は、履歴に残ります。", "quiet"), None, gap=1.5,
            )
        )  # fmt: skip

    @property
    def removals(self) -> QLineEdit:
        """The number of the first file."""
        return self._files[0].removals

    @property
    def reason(self) -> QLineEdit:
        """The reason of the first file."""
        return self._files[0].reason

    @property
    def files(self) -> Sequence[FileConfirm]:
        """What each file asks."""
        return self._files

    def set_session(self, session: SessionPreview) -> None:
        """Say what will be written."""
        self._ahead.show()
        self._result_card.hide()
        self._holders_card.hide()
        self._set_files(session.files)
        self._words.set_text("\n".join(_ahead_words(session, sees_protected=self._sees_protected)))

    def _set_files(self, previews: Sequence[ImportPreview]) -> None:
        while len(self._files) < len(previews):
            extra = FileConfirm()
            self._files.append(extra)
            self._stack.addWidget(extra)
        for one in self._files[len(previews) :]:
            self._stack.removeWidget(one)
            one.hide()
            one.deleteLater()
        self._files = self._files[: len(previews)]
        for one, preview in zip(self._files, previews, strict=True):
            one.set_preview(preview, of_several=len(previews) > 1)

    def first_field(self) -> QWidget | None:
        """What must be answered first; None where nothing must."""
        return next((wanted for one in self._files if (wanted := one.first_field()) is not None), None)

    def confirmations(self) -> list[Confirmations]:
        """What was typed, file by file; raises as ``FileConfirm.confirmations``."""
        return [one.confirmations() for one in self._files]

    def set_result(self, done: SessionPreview) -> None:
        """Say what was written, and who must be told."""
        self._ahead.hide()
        for one in self._files:
            one.hide()
        self._result.set_text("\n".join(result_words(done)))
        self.undo.setVisible(done.is_committed)
        self.paper.setVisible(done.is_committed)
        self._result_card.show()
        told = [_holder_words(holder.as_json()) for holder in done.tell_holders]
        self._holders.set_text("\n".join(told))
        self._holders_card.setVisible(bool(told))

    def set_undone(self, taken_out: int, put_back: int) -> None:
        """Say that it was taken back."""
        self._result.set_text(
            f"取り消しました。{taken_out:,}人を外し、{put_back:,}人を前の記録に戻しました。"
        )
        self.undo.hide()
        self.paper.hide()
        if not self._holders_card.isHidden():
            self._holders.set_text(
                "名簿は、取り込む前の内容に戻りました。取込で変わったことをもう知らせた相手には、"
                "取り消したことも知らせてください。"
            )


def _ahead_words(session: SessionPreview, *, sees_protected: bool) -> list[str]:
    people = session.people
    changes = sum(people[kind] for kind in (RowKind.ADDED, RowKind.CHANGED, RowKind.REMOVED))
    whose = "、".join(preview.source for preview in session.files)
    lines = [
        f"{whose}の名簿として、{people[RowKind.ADDED]:,}人を加え、{people[RowKind.CHANGED]:,}人を直し、"
        f"{people[RowKind.REMOVED]:,}人を消除します。"
        if changes or not sees_protected
        else "変わる人はいません。確定しても名簿は変わりません。"
    ]
    if not sees_protected:
        lines.append(HIDDEN_ARE_LEFT_OUT)
    if len(session.files) > 1:
        rows = sum(preview.read for preview in session.files)
        lines.append(f"{rows:,}行を読みました。いくつかの課の行が同じ人のときは、一人と数えます。")
    left = sum(preview.held + preview.rejected for preview in session.files)
    if left:
        lines.append(f"保留と不採用の{left:,}行は、書き込みません。")
    return lines


def _holder_words(told: dict[str, object]) -> str:
    copies = told.get("copies")
    numbers = "、".join(map(str, copies)) if isinstance(copies, list) else ""
    line = (
        f"{told.get('recipient')}（{numbers}）: 消す人{told.get('remove')}人、直す人{told.get('changed')}人"
    )
    return f"{line}。この紙は回収してください。" if told.get("must_come_back") else f"{line}。"
