"""案内を送る: the mailings so far, a new one, and one mailing step by step to the post."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.dates import format_wareki, format_wareki_short
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.mailings import Audience, EnvelopeOrder, Mailing
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.letters.plan import MailingOrder, MailingPlan
from kurume_bousai.services.letters.status import MOST_AT_ONCE, MailingStatus
from kurume_bousai.services.papers.ports import RenderedPaper
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.figure_table import Cell, Column, FigureTable, Row
from kurume_bousai.ui.form_dialog import ask
from kurume_bousai.ui.form_drafts import Editor, FormDraft
from kurume_bousai.ui.kit.empty import EmptyState
from kurume_bousai.ui.kit.layouts import Part, VScroll
from kurume_bousai.ui.kit.number_field import NumberField
from kurume_bousai.ui.kit.widgets import (
    ChipRow,
    DateEdit,
    NumberLabel,
    Para,
    button,
    card,
    field,
    hbox,
    label,
    vbox,
)
from kurume_bousai.ui.letters.words import mailing_state
from kurume_bousai.ui.places.working import WorkingDialog
from kurume_bousai.ui.printing import PreviewDialog, Sheet

_COLUMNS: Final = (
    Column("回", is_figure=True, at_least=50),
    Column("題", stretches=True, at_least=180),
    Column("だれに", at_least=120, drop=2),
    Column("いま", at_least=90),
    Column("出した日", at_least=90, drop=1),
    Column("返送の期限", at_least=90),
)


@dataclass(frozen=True, slots=True)
class _Planned:
    order: MailingOrder
    plan: MailingPlan


class MailingDialog(WorkingDialog):
    """案内を送る. Steps: the list, a new one, its people, one mailing. Check and file have their own."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__("案内を送る", desktop, parent, size=(1080, 660))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desktop = desktop
        self._service = desktop.services.letters.mailings()
        self._planned: _Planned | None = None
        self._status: MailingStatus | None = None
        self._number = 0
        self._list = self._build_list()
        self._form = self._build_form()
        self._people = self._build_people()
        self._one = self._build_one()
        self.show_step(self._list, self.table)
        self._read_list()

    # -- the list ------------------------------------------------------------------------------

    def _build_list(self) -> int:
        self.table = FigureTable(_COLUMNS, name="案内の一覧")
        self.table.opened.connect(lambda key: self._open(int(str(key))))
        self._none = EmptyState(
            "email-outline", "まだ案内を送っていません。", "「新しい案内をつくる」から始めます。"
        )
        self._none.hide()
        self.new_button = button("新しい案内をつくる", "main", "plus", self._open_new)
        self.open_mailing = button("この案内を開く", "plain", "folder-open-outline", self._open_chosen)
        self.open_mailing.setEnabled(False)
        foot = hbox(
            self.open_mailing,
            None,
            button("閉じる", "plain", "close", self.reject),
        )
        title = hbox((label("案内を送る", "title"), 1), self.new_button)
        return self.add_wide_step(vbox(title, (self._none, 1), (self.table, 1), foot, gap=1.5))

    def _read_list(self) -> None:
        self._desktop.runner.read(self._service.all, self._on_list, on_fail=self.told, key="mailings")
        if not self.contact.text():
            self._desktop.runner.read(self._service.contact, self.contact.setText, on_fail=self.told)

    def _on_list(self, mailings: list[Mailing]) -> None:
        self._none.setVisible(not mailings)
        self.table.setVisible(bool(mailings))
        self.open_mailing.setEnabled(bool(mailings))
        if not mailings and self.table.hasFocus():
            self.new_button.setFocus()
        self.table.set_rows([_row(one) for one in mailings])
        if not self.title.text():
            year = format_wareki(self._service.today).split("年")[0]
            self.title.setText(f"{year}年度 登録の案内")

    def _open_chosen(self) -> None:
        key = self.table.key()
        if key is not None:
            self._open(int(str(key)))

    # -- a new one -----------------------------------------------------------------------------

    def _build_form(self) -> int:
        self.title = QLineEdit()
        self.contact = QLineEdit()
        self.reply_by = DateEdit("返送の期限")
        self.reply_by.line.setPlaceholderText("例 R9.1.29")
        self.audience = ChipRow([(one, word_of(one)) for one in Audience], Audience.FIRST, name="だれに")
        self.order = ChipRow([(one, word_of(one)) for one in EnvelopeOrder], EnvelopeOrder.POSTAL, name="順")
        self.bundle = NumberField(50, least=5, most=500, unit="通", name="一束の通数")
        self.every = NumberField(25, least=2, most=500, unit="通", name="何通に1通を開けるか")
        self.protected = ChipRow(
            [(False, "ふつうの案内"), (True, "支援措置対象者だけ")], False, name="案内の種類"
        )
        self._protected_field = field("案内の種類", self.protected, hint="支援措置担当だけが選べます。")
        self._protected_field.setVisible(self._desktop.database.access.sees_protected)
        editors: dict[str, Editor] = {
            "title": self.title, "reply_by": self.reply_by, "audience": self.audience, "order": self.order,
            "bundle": self.bundle, "every": self.every, "protected": self.protected,
        }  # fmt: skip
        self.draft = FormDraft("mailing", self._desktop, editors, self)
        body: list[Part] = [
            self.draft.card,
            field("題", self.title, hint="職員が見分けるための題です。案内の文書には出ません。"),
            field("問い合わせ先と返送先", self.contact, hint="案内の文書と用紙に出ます。"),
            field("だれに送りますか", self.audience),
            self._protected_field,
            hbox((field("返送の期限", self.reply_by), 1), (field("封筒の順", self.order), 2), gap=2),
            hbox(
                field("一束の通数", self.bundle),
                field("何通に1通を開けて確かめますか", self.every),
                None,
                gap=3,
            ),
        ]
        back = button("もどる", on_click=self._leave_form)
        return self.add_step(
            "だれに、いつまでに返してもらいますか",
            body,
            [back, None, button("人数を見る", "main", on_click=self.plan)],
        )

    def _open_new(self) -> None:
        self.draft.begin()
        self.show_step(self._form, self.title)

    def _leave_form(self) -> None:
        self.draft.leave()
        self.show_step(self._list, self.table)

    def plan(self) -> None:
        """Count who would get a letter; nothing is made yet."""
        try:
            reply_by = self.reply_by.check()
        except KnownProblem as problem:
            self.say(problem)
            return
        if reply_by is None:
            self.say(KnownProblem("mailing_invalid", "返送の期限が入っていません。", where="返送の期限"))
            return
        order = MailingOrder(
            self.title.text(),
            reply_by,
            self.audience.value() or Audience.FIRST,
            self.order.value() or EnvelopeOrder.POSTAL,
            self.bundle.value(),
            self.every.value(),
            bool(self.protected.value()),
        )
        self.clear_messages()
        self.set_busy(busy=True)
        self.say_busy("名簿の全員を見て、送る人を数えています。")
        self._desktop.runner.read(
            lambda: _Planned(order, self._service.plan(order)),
            self._on_planned,
            on_fail=self.told,
            key="plan",
        )

    def _build_people(self) -> int:
        self.invited = NumberLabel("送る人", "—", "人", "封筒の数と同じ")
        self.left_table = FigureTable(
            (
                Column("送らないわけ", stretches=True, at_least=260),
                Column("人数", is_figure=True, at_least=90),
            ),
            name="送らない人",
        )
        self._sum = Para("", "quiet", line=1.35)
        back = button("もどって直す", on_click=lambda: self.show_step(self._form))
        self.create_button = button("この人たちに番号をつける", "main", on_click=self.make)
        body = vbox(
            label("この人たちに送りますか", "title"),
            card(self.invited),
            (self.left_table, 1),
            self._sum,
            hbox(back, None, self.create_button),
            gap=1.25,
        )
        return self.add_wide_step(body)

    def _on_planned(self, planned: _Planned) -> None:
        self.set_busy(busy=False)
        self._planned = planned
        plan = planned.plan
        self.invited.set_number(f"{len(plan.invited):,}")
        self.left_table.set_rows(
            [
                (why.value, (Cell(word_of(why)), Cell(f"{len(people):,}人")))
                for why, people in plan.left_out.items()
            ]
        )
        left = plan.total - len(plan.invited)
        self._sum.set_text(f"名簿の{plan.total:,}人 = 送る{len(plan.invited):,}人 + 送らない{left:,}人")
        self.create_button.setEnabled(bool(plan.invited))
        self.show_step(self._people, self.create_button if plan.invited else None)

    def make(self) -> None:
        """Fix the order and the codes."""
        planned, contact, service = self._planned, self.contact.text(), self._service
        if planned is None:
            return

        def work() -> Outcome[Mailing]:
            if contact.strip() and contact.strip() != service.contact():
                service.save_contact(contact)
            return service.create(planned.order)

        self._write(work, self._on_created, "封筒の順に番号をつけています。")

    def _on_created(self, outcome: Outcome[Mailing]) -> None:
        self.draft.finish()
        self._desktop.finish(outcome, f"第{outcome.value.number}回の案内をつくりました。")
        self._open(outcome.value.number)

    # -- one mailing ---------------------------------------------------------------------------

    def _build_one(self) -> int:
        self._head = label("", "title")
        self._where = Para("", "lead", line=1.35)
        self.letters = NumberLabel("案内", "—", "通", " ")
        self.to_check = NumberLabel("まだ開けていない封筒", "—", "通", "点検表の封筒")
        self.returned = NumberLabel("返送", "—", "通", " ")
        self.first = NumberField(1, least=1, most=9_999, unit="束", name="印刷する最初の束")
        self.last = NumberField(1, least=1, most=9_999, unit="束", name="印刷する最後の束")
        self._amount = Para("", "quiet")
        self.print_button = button("1 案内と用紙を印刷する", "plain", "printer-outline", self._print)
        self.file_button = button("暗号化して保存する", "plain", "lock-outline", self._to_file)
        self.control_button = button("2 点検表を印刷する", "plain", "printer-outline", self._control)
        self.check_button = button("3 封筒を開けて確かめる", "plain", "check-all", self._to_check)
        self.open_button = button("未返送の一覧", "plain", "format-list-bulleted", self._to_open)
        self.post_button = button("4 出した日を記録する", "main", "email-outline", self._ask_post)
        self.posted_on = DateEdit("出した日", self._service.today)
        self.unchecked = QLineEdit()
        self.unchecked.setPlaceholderText("全部確かめたときは空のまま")
        self.cancel_button = button("取りやめる", "plain", "close-circle-outline", self._ask_cancel)
        foot = hbox(
            button("一覧にもどる", on_click=self._back),
            self.cancel_button,
            None,
            button("閉じる", "plain", "close", self.reject),
        )
        steps = card(
            hbox(
                self.print_button, self.first, label("から"), self.last, label("まで"), self.file_button, None
            ),
            self._amount,
            hbox(self.control_button, self.check_button, None),
            hbox(
                (field("出した日", self.posted_on), 1),
                (field("点検を省くわけ", self.unchecked), 1),
                gap=2,
            ),
            hbox(self.post_button, self.open_button, None),
        )
        numbers = card(hbox(self.letters, self.to_check, self.returned, None, gap=4))
        inside = VScroll(vbox(self._where, numbers, steps, None, gap=1.25))
        return self.add_wide_step(vbox(self._head, (inside, 1), foot, gap=1.25))

    def _open(self, number: int) -> None:
        self._number = number
        self._desktop.runner.read(
            lambda: self._service.status(number), self._on_status, on_fail=self.told, key="mailing"
        )

    def _on_status(self, status: MailingStatus) -> None:
        self.set_busy(busy=False)
        self._status = status
        mailing = status.mailing
        self._head.setText(f"第{mailing.number}回　{mailing.title}")
        self._where.set_text(
            f"いま: {mailing_state(mailing)}、封筒の順: {word_of(mailing.envelope_order)}、"
            f"返送の期限: {format_wareki(mailing.reply_by)}"
            + (f"\n点検を省いたわけ: {mailing.unchecked_reason}" if mailing.unchecked_reason else "")
        )
        self.letters.set_number(
            f"{len(status.letters):,}", rule_text=f"{len(status.bundles):,}束　印刷した {status.printed:,}通"
        )
        self._set_bundles(status)
        self.to_check.set_number(f"{len(status.to_check):,}")
        back = sum(count for kind, count in status.replies.items() if kind is not None)
        parts = "、".join(f"{word_of(kind)}{n:,}" for kind, n in status.replies.items() if kind is not None)
        self.returned.set_number(f"{back:,}", rule_text=parts or "まだありません")
        is_open = mailing.cancelled_on is None and mailing.posted_on is None
        for one in (self.print_button, self.file_button, self.control_button):
            one.setEnabled(mailing.cancelled_on is None)
        for one in (self.check_button, self.post_button, self.cancel_button):
            one.setEnabled(is_open)
        first = self.print_button if status.next_bundles is not None else self.check_button
        if not status.to_check or not is_open:
            first = self.post_button if is_open else self.open_button
        self.show_step(self._one, first)

    def _set_bundles(self, status: MailingStatus) -> None:
        """Offer the bundles that are still to be printed, as many as fit into one print."""
        waiting = status.next_bundles
        first, last = waiting or (
            1,
            min(len(status.bundles), max(1, MOST_AT_ONCE // status.mailing.bundle_size)),
        )
        for one, value in ((self.first, first), (self.last, last)):
            one.box.setValue(max(1, value))
        self._amount.set_text(
            f"一度に{MOST_AT_ONCE:,}通まで印刷できます。束の順に、終わりまで印刷してください。"
            if waiting
            else "すべての束を印刷しました。紙がつまったときは、その束の番号を入れて、もう一度印刷できます。"
        )

    def _back(self) -> None:
        self._read_list()
        self.show_step(self._list, self.table)

    def _print(self) -> None:
        first, last = self.first.value(), self.last.value()
        self._write(
            lambda: self._service.print_pages(self._number, first, last),
            self._preview_letters,
            "案内と用紙をつくっています。500通で20秒ほどかかります。",
        )

    def _control(self) -> None:
        self._write(lambda: self._service.control_pages(self._number), self._preview_control)

    def _preview_letters(self, outcome: Outcome[RenderedPaper]) -> None:
        self._preview(outcome, "この案内を印刷しますか", is_named=True)

    def _preview_control(self, outcome: Outcome[RenderedPaper]) -> None:
        self._preview(outcome, "この点検表を印刷しますか", is_named=False)

    def _preview(self, outcome: Outcome[RenderedPaper], question: str, *, is_named: bool) -> None:
        self._desktop.changes.tell(outcome.changes)
        PreviewDialog(
            question,
            [Sheet(f"第{self._number}回", outcome.value.content)],
            self._desktop.runner,
            is_named=is_named,
            parent=self,
        ).open()
        self._open(self._number)

    def _ask_post(self) -> None:
        try:
            on = self.posted_on.check()
        except KnownProblem as problem:
            self.say(problem)
            return
        count = 0 if self._status is None else len(self._status.letters)
        lines = [
            f"第{self._number}回の案内 {count:,}通を出したと記録します。",
            "まだ案内していない人は「案内済」になります。",
        ]
        reason = self.unchecked.text()
        ask(
            self,
            "案内を出しましたか",
            lines,
            "記録する",
            lambda: self.keep(
                lambda told: self._service.post(self._number, on, reason, told),
                self._on_posted,
                title="案内を出した日を記録しています",
                may_stop=True,
            ),
        )

    def _on_posted(self, outcome: Outcome[Mailing]) -> None:
        self._desktop.finish(outcome, "案内を出した日を記録しました。")
        self._open(self._number)

    def _ask_cancel(self) -> None:
        lines = ["まだ出していない案内を取りやめます。印刷した紙は、すべて細断してください。"]
        ask(
            self,
            "この案内を取りやめますか",
            lines,
            "取りやめる",
            lambda: self._write(lambda: self._service.cancel(self._number), self._on_posted_or_cancelled),
        )

    def _on_posted_or_cancelled(self, outcome: Outcome[Mailing]) -> None:
        self._desktop.finish(outcome, "案内を取りやめました。")
        self._open(self._number)

    def _to_check(self) -> None:
        from kurume_bousai.ui.letters.envelope_dialog import EnvelopeDialog

        if self._status is not None:
            made = EnvelopeDialog(self._desktop, self._status, self)
            made.finished.connect(lambda _result: self._open(self._number))
            made.open()

    def _to_file(self) -> None:
        from kurume_bousai.ui.letters.letter_file_dialog import LetterFileDialog

        if self._status is not None:
            bundles = (self.first.value(), self.last.value())
            made = LetterFileDialog(self._desktop, self._status, bundles, self)
            made.accepted.connect(lambda: self._open(self._number))
            made.open()

    def _to_open(self) -> None:
        from kurume_bousai.ui.letters.open_letters_dialog import OpenLettersDialog

        OpenLettersDialog(self._desktop, self._number, self).open()

    # -- inside --------------------------------------------------------------------------------

    def _write(self, work: Callable[[], Any], then: Callable[[Any], object], busy: str = "") -> None:
        self.clear_messages()
        self.set_busy(busy=True)
        if busy:
            self.say_busy(busy)

        def done(outcome: Any) -> None:  # noqa: ANN401 - whatever the work gives
            self.set_busy(busy=False)
            then(outcome)

        self._desktop.runner.write(work, done, on_fail=self.told)


def _row(one: Mailing) -> Row:
    return one.number, (
        Cell(f"{one.number}"),
        Cell(one.title),
        Cell(word_of(one.audience)),
        Cell(mailing_state(one)),
        Cell("" if one.posted_on is None else format_wareki_short(one.posted_on)),
        Cell(format_wareki_short(one.reply_by)),
    )
