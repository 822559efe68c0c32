"""ふりわけを記録する: one judgement of one person, below those before it (FEATURES E18)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.dates import format_wareki_short, in_japan
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.screening import (
    CLASS_PLACES,
    CLASS_STATES,
    Profession,
    Screening,
    ScreeningClass,
    ScreeningResult,
)
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.shelters.screenings import (
    LONGEST_WANTED,
    MOST_ESCORTS,
    ScreeningDraft,
    ScreeningService,
)
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.form_dialog import FormDialog
from kurume_bousai.ui.form_drafts import FormDraft
from kurume_bousai.ui.kit.layouts import fix, hbox, holder
from kurume_bousai.ui.kit.number_field import NumberField
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import ChipRow, button
from kurume_bousai.ui.kit.widgets import field as labelled
from kurume_bousai.ui.registry.words import number_words

_SHOWN: Final = 5


class ScreeningDialog(FormDialog):
    """ふりわけを記録する窓. Closes when it stands in the file."""

    def __init__(self, desktop: Desktop, member: RosterMember, parent: QWidget | None = None) -> None:
        question = "どの区分ですか"
        super().__init__(question, parent, size=(820, 720))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desktop = desktop
        self._member = member
        self._service = ScreeningService(desktop.database, desktop.clock)
        self.kind = ChipRow[ScreeningClass](
            [(kind, f"{kind.value} {word_of(kind)}") for kind in ScreeningClass], name="区分"
        )
        self.meaning = Para("区分を選ぶと、目安が出ます。", "small", line=1.35)
        self.profession = ChipRow[Profession](
            [(one, word_of(one)) for one in Profession], name="見た人の職種"
        )
        self.basis = QPlainTextEdit()
        self.basis.setTabChangesFocus(True)
        fix(self.basis, fixed_height=88)
        self.wanted = QLineEdit()
        self.wanted.setMaxLength(LONGEST_WANTED)
        self.escort = NumberField(0, most=MOST_ESCORTS, unit="人", name="付き添う人")
        self.answer = ChipRow[ScreeningResult](
            [(one, word_of(one)) for one in ScreeningResult], ScreeningResult.WAITING, name="結果"
        )
        self.before = Para("", "small", line=1.35)
        self._build(question)
        self.kind.chosen.connect(self._on_kind)
        self._read_history()

    def save(self) -> None:
        """Write it down on the writer lane."""
        kind, profession = self.kind.value(), self.profession.value()
        if kind is None or profession is None:
            self.say(
                KnownProblem(
                    "screening_invalid",
                    "区分と、見た人の職種を選んでください。",
                    advice="選んでから、もう一度保存してください。",
                )
            )
            return
        draft = ScreeningDraft(
            member_id=self._member.member_id,
            screening_class=kind,
            profession=profession,
            basis=self.basis.toPlainText(),
            wanted=self.wanted.text(),
            escort_count=self.escort.value(),
            result=self.answer.value() or ScreeningResult.WAITING,
        )
        self.clear_messages()
        self.set_busy(busy=True)
        self._desktop.runner.write(
            lambda: self._service.record(draft),
            self._on_saved,
            on_fail=self.told,
            title="ふりわけを保存しています",
        )

    def _on_saved(self, outcome: Outcome[Screening]) -> None:
        self.set_busy(busy=False)
        self.draft.finish()
        self._desktop.finish(outcome, "ふりわけを記録しました。前の記録も残っています。")
        self.accept()

    def _on_kind(self, kind: object) -> None:
        if isinstance(kind, ScreeningClass):
            self.meaning.set_text(f"{CLASS_STATES[kind]}。行先の目安は{CLASS_PLACES[kind]}です。")

    def _read_history(self) -> None:
        member_id = self._member.member_id
        self._desktop.runner.read(
            lambda: self._service.history(member_id), self._on_history, on_fail=self.told, key="screenings"
        )

    def _on_history(self, screenings: Sequence[Screening]) -> None:
        lines = [_line(one) for one in screenings[:_SHOWN]]
        if len(screenings) > _SHOWN:
            lines.append(f"ほかに{len(screenings) - _SHOWN}件あります。")
        self.before.set_text("\n".join(lines) or "前の記録はありません。")

    def _build(self, question: str) -> None:
        privacy, member = self._desktop.privacy, self._member
        who = Para(f"{number_words(member.number)}　{privacy.shown(member.name)}", "lead")
        self.draft = FormDraft(
            "screening",
            self._desktop,
            {
                "kind": self.kind, "profession": self.profession, "basis": self.basis, "wanted": self.wanted,
                "escort": self.escort, "answer": self.answer,
            },
            self,
            marks=lambda: {"member_id": str(member.member_id)},
            on_taken=lambda: self._on_kind(self.kind.value()),
        )  # fmt: skip
        parts = [
            self.draft.card,
            who,
            labelled("区分", self.kind),
            self.meaning,
            labelled("見た人の職種", self.profession),
            labelled("根拠(見たこと、聞いたこと)", self.basis),
            labelled("行先の希望", self.wanted),
            labelled("付き添う人", holder(hbox(self.escort, None))),
            labelled("結果", self.answer),
            labelled("前の記録", self.before),
        ]
        save = button("記録する", "main", on_click=self.save)
        self.add_step(question, parts, [None, button("やめる", on_click=self.reject), save])
        self.show_step(0, self.kind)
        self.draft.begin()


def _line(screening: Screening) -> str:
    at = in_japan(screening.screened_at)
    return (
        f"{format_wareki_short(at.date())} {at:%H:%M}　区分{screening.screening_class.value}　"
        f"{word_of(screening.profession)}　{word_of(screening.result)}"
    )
