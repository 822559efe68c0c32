"""同意の窓: every answer that was given, and which copies must come back after a withdrawal."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.consents import Consent, ConsentGiver, ConsentKind, ConsentMethod, ConsentState
from kurume_bousai.domain.dates import format_wareki, in_japan
from kurume_bousai.domain.hand_outs import CopyEventKind, CopyState, HandedCopy
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.roster.consents import ConsentAnswer
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.form_dialog import FormDialog
from kurume_bousai.ui.kit.layouts import Part
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import button, card
from kurume_bousai.ui.privacy import HIDDEN_TEXT
from kurume_bousai.ui.tasks import TaskRunner


def open_consent_history(desktop: Desktop, member_id: MemberId, kind: ConsentKind, parent: QWidget) -> None:
    """Read every answer of one kind and show it."""
    service = desktop.services.consents

    def show(answers: list[ConsentAnswer]) -> None:
        ConsentHistoryWindow(kind, answers, hidden=desktop.privacy.hidden, parent=parent).open()

    desktop.runner.read(partial(service.history, member_id, kind), show, key="consent-history")


def tell_copies_out(
    desktop: Desktop, before: RosterMember | None, after: RosterMember, parent: QWidget
) -> None:
    """After a save: where fewer may be told now, show the copies that still name the person."""
    if before is None or not _is_narrowed(before, after):
        return
    service = desktop.services.consents

    def show(copies: tuple[HandedCopy, ...]) -> None:
        if copies:
            CopiesOutWindow(desktop, copies, parent).open()

    desktop.runner.read(partial(service.call_back, after.member_id), show, key="copies-out")


def _is_narrowed(before: RosterMember, after: RosterMember) -> bool:
    was, now = before.consent(ConsentKind.ROSTER), after.consent(ConsentKind.ROSTER)
    return was != now or before.has_protected_address != after.has_protected_address


class ConsentHistoryWindow(FormDialog):
    """これまでの答え, the newest first; nothing in it can be changed."""

    def __init__(
        self,
        kind: ConsentKind,
        answers: Sequence[ConsentAnswer],
        *,
        hidden: bool,
        parent: QWidget | None = None,
    ) -> None:
        question = f"{word_of(kind)}の同意の、これまでの答え"
        super().__init__(question, parent, size=(720, 520))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        body: list[Part] = [
            card(Para(answer_words(answer, hidden=hidden), line=1.35)) for answer in answers
        ] or [Para("まだ、答えは入っていません。", "quiet")]
        close = button("閉じる", "main", on_click=self.accept)
        self.show_step(self.add_step(question, body, [None, close]), close)


class CopiesOutWindow(FormDialog):
    """出ている写し that name a person who may not stand there any more.

    A copy that is lost cannot be called back, one that was called back is not called back again.
    """

    def __init__(self, desktop: Desktop, copies: Sequence[HandedCopy], parent: QWidget | None = None) -> None:
        question = "この人の情報が載った写しが、まだ出ています"
        super().__init__(question, parent, size=(720, 520))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desktop = desktop
        settled = {CopyState.LOST, CopyState.RECALLED}
        self._numbers = [copy.copy_number for copy in copies if copy.state not in settled]
        lines = "\n".join(out_words(copy, hidden=desktop.privacy.hidden) for copy in copies)
        later = button("あとで台帳から回収する", on_click=self.accept)
        self.recall_button = button("回収を求めたと書く", "main", on_click=self.recall)
        self.recall_button.setVisible(bool(self._numbers))
        if not self._numbers:
            later.setText("閉じる")
        step = self.add_step(
            question,
            [
                Para(
                    "これから出す名簿には、もう載りません。次の写しは、渡した先に連絡して回収してください。"
                ),
                card(Para(lines, line=1.35)),
            ],
            [later, None, self.recall_button],
            is_weighty=True,
        )
        self.show_step(step, later)

    def recall(self) -> None:
        """Write that the copies were called back."""
        copies = self._desktop.services.copies
        work = partial(copies.record, self._numbers, CopyEventKind.RECALLED, copies.today)
        runner: TaskRunner = self._desktop.runner
        self.set_busy(busy=True)
        runner.write(work, self._on_written, on_fail=self.told)

    def _on_written(self, outcome: Outcome[list[HandedCopy]]) -> None:
        self.set_busy(busy=False)
        self._desktop.finish(outcome, "回収を求めたことを、提供台帳に書きました。")
        self.accept()


def out_words(copy: HandedCopy, *, hidden: bool) -> str:
    """One copy that is out: its number, who has it, when it is due, and what was done already."""
    whose = HIDDEN_TEXT if hidden else copy.recipient
    words = f"写し {copy.copy_number}({whose})"
    if copy.state is CopyState.LOST:
        return f"{words}: 紛失の届けがあります。見つかったら回収してください。"
    if copy.state is CopyState.RECALLED:
        return f"{words}: もう回収を求めています。"
    return f"{words}: 返す日は{format_wareki(copy.due_on) if copy.due_on else '決まっていません'}"


def answer_words(answer: ConsentAnswer, *, hidden: bool) -> str:
    """One answer in lines: what, when, how, by whom, after which explanation, and who wrote it."""
    consent = answer.consent
    day = format_wareki(consent.decided_on) if consent.decided_on else "日付の記録なし"
    lines = [f"{word_of(consent.state)}({day})"]
    if consent.state is not ConsentState.UNANSWERED:
        lines.append(f"答えた人: {_who_words(consent, hidden=hidden)}")
    if consent.explained_on is not None:
        by = HIDDEN_TEXT if hidden and consent.explained_by else consent.explained_by
        lines.append(f"説明: {format_wareki(consent.explained_on)}　{by}".rstrip())
    if consent.covers is not None:
        lines.append("渡してよい団体: " + "、".join(word_of(one) for one in sorted(consent.covers)))
    lines += [f"{word_of(one.body)}には {word_of(one.state)}" for one in consent.exceptions]
    if consent.correction:
        lines.append(f"入力のまちがいを直した: {consent.correction}")
    written = format_wareki(in_japan(answer.recorded_at).date())
    lines.append(f"書いた日: {written}　{answer.recorded_by}({answer.source})")
    return "\n".join(lines)


def _who_words(consent: Consent, *, hidden: bool) -> str:
    method = "" if consent.method is ConsentMethod.UNKNOWN else word_of(consent.method)
    if consent.given_by is ConsentGiver.AGENT:
        relation = HIDDEN_TEXT if hidden else consent.relation
        return f"{method} 代理({relation})".strip()
    return f"{method} {word_of(consent.given_by)}".strip()
