"""名簿を渡す: to whom, what, who confirms, then printed from memory or saved encrypted, then the 受領書."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.dates import format_wareki
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hand_outs import HandedCopy, HandOutOrder, HandOutPaper
from kurume_bousai.domain.recipients import PartnerId, SupportPartner
from kurume_bousai.domain.second_person import Confirmation
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.disclosure.second_person import SecondPersonNeed
from kurume_bousai.services.hand_outs.service import HandOutDraft, OrderPreview
from kurume_bousai.services.papers.rules import check_password
from kurume_bousai.services.reporting.written import NamedPaper, WrittenReport
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.files import documents, free_place
from kurume_bousai.ui.form_dialog import FormDialog
from kurume_bousai.ui.form_drafts import Editor, FormDraft
from kurume_bousai.ui.kit.layouts import Part, fix, hbox, holder, vbox
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import ChipRow, DateEdit, button, card
from kurume_bousai.ui.kit.widgets import field as labelled
from kurume_bousai.ui.login import SecretField
from kurume_bousai.ui.printing import PreviewDialog, Sheet
from kurume_bousai.ui.reports.partner_words import partner_words
from kurume_bousai.ui.reports.save_window import PlaceField
from kurume_bousai.ui.second_person import SecondPersonFields

PRINT: Final = "print"
SAVE: Final = "save"
_FORMS: Final = ((".pdf", "PDF"), (".xlsx", "Excel"))


class HandOutDialog(FormDialog):
    """名簿を渡す: steps だれに・何を → 確かめる人 → 受領. Nothing leaves before a second person confirmed."""

    def __init__(
        self, desktop: Desktop, partners: Sequence[SupportPartner], parent: QWidget | None = None
    ) -> None:
        super().__init__("だれに、何を渡しますか", parent, size=(860, 640))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desktop = desktop
        self._service = desktop.services.hand_outs
        self._preview: OrderPreview | None = None
        self._draft: HandOutDraft | None = None
        self._order: HandOutOrder | None = None
        self._numbers: tuple[str, ...] = ()
        self._notices: tuple[str, ...] = ()
        self._make_fields(partners)
        self._step_what = self._add_what()
        self._step_second = self._add_second()
        self._step_done = self._add_done()
        self._on_way(PRINT)
        self.show_step(self._step_what, self.partner)
        self.draft.begin()

    # ------------------------------------------------------------------ building
    def _make_fields(self, partners: Sequence[SupportPartner]) -> None:
        today = self._desktop.clock.now
        self.partner = QComboBox()
        self.partner.setAccessibleName("渡す先")
        self.partner.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.partner.setMinimumContentsLength(20)
        self.partner.addItem("選んでください", "")  # a list must not go to whoever happens to come first
        for one in partners:
            if one.ended_on is None:
                self.partner.addItem(partner_words(one), one.partner_id)
        self.paper = ChipRow(
            tuple((paper, word_of(paper)) for paper in HandOutPaper), HandOutPaper.ROSTER, name="渡すもの"
        )
        self.purpose = QLineEdit()
        self.purpose.setPlaceholderText("例 平常時の見守りと、災害のときの避難支援のため")
        self.copies = QLineEdit("1")
        fix(self.copies, fixed_width=110)
        self.expires = DateEdit("使用期限", today=lambda: today().date())
        self.due = DateEdit("返してもらう日", today=lambda: today().date())
        for edit in (self.expires, self.due):
            edit.line.setPlaceholderText("例 R9.3.31")
        self.second = SecondPersonFields()
        self.way = ChipRow(
            ((PRINT, "紙に印刷する"), (SAVE, "暗号化したファイルにする")), PRINT, name="出し方"
        )
        self.way.chosen.connect(self._on_way)
        self.form = ChipRow(_FORMS, ".pdf", name="形式")
        self.place = PlaceField(
            "保存する場所", free_place(documents(), "名簿", ".pdf"), "PDF (*.pdf);;Excel (*.xlsx)"
        )
        self.form.chosen.connect(lambda suffix: self.place.set_suffix(str(suffix)))
        self.password = SecretField("ファイルのパスワード")

    def _editors(self) -> dict[str, Editor]:
        """What a draft keeps; never the password."""
        return {
            "partner": self.partner, "paper": self.paper, "purpose": self.purpose, "copies": self.copies,
            "expires": self.expires, "due": self.due, "way": self.way, "form": self.form,
        }  # fmt: skip

    def _on_draft(self) -> None:
        self._on_way(self.way.value())
        self.place.set_suffix(str(self.form.value()))

    def _add_what(self) -> int:
        self._file_part = holder(
            vbox(
                labelled("形式", self.form),
                labelled("保存する場所", self.place),
                self.place.replace,
                labelled(
                    "ファイルのパスワード",
                    self.password,
                    hint="10文字以上。ファイルとは別の手段(電話など)で伝えてください。",
                ),
            )
        )
        stop = button("やめる", on_click=self.reject)
        self.check_button = button("内容を確かめる", "main", on_click=self.check)
        self.draft = FormDraft("hand_out", self._desktop, self._editors(), self, on_taken=self._on_draft)
        body: list[Part] = [
            self.draft.card,
            labelled(
                "渡す先",
                self.partner,
                hint="ここにない団体は、「渡す先の台帳」に責任者と協定を入れると選べます。",
            ),
            labelled(
                "渡すもの",
                self.paper,
                hint="差分名簿は変わったところだけ、災害時の名簿は災害時提供モードの範囲だけです。",
            ),
            labelled("目的", self.purpose),
            hbox(
                labelled("部数(数字)", self.copies),
                (labelled("使用期限", self.expires, hint="空なら、団体の種類ごとの決まりの日です。"), 1),
                (labelled("返してもらう日", self.due, hint="空なら、使用期限の日です。"), 1),
                gap=2,
            ),
            labelled("出し方", self.way),
            self._file_part,
        ]
        return self.add_step("だれに、何を渡しますか", body, [stop, None, self.check_button])

    def _add_second(self) -> int:
        self._what = Para("", line=1.35)
        self._warning = Para("", line=1.35)
        back = button("もどって直す", on_click=self._back)
        self.go_button = button("確かめて、印刷に進む", "main", on_click=self.go)
        body: list[Part] = [
            card(self._what, self._warning),
            self.second,
        ]
        return self.add_step(
            "二人目の人が、内容を確かめます", body, [back, None, self.go_button], is_weighty=True
        )

    def _add_done(self) -> int:
        self._done_words = Para("", "lead")
        self._next_words = Para("")
        self.receipt_button = button(
            "受領書の用紙を印刷する", icon="printer-outline", on_click=self.print_receipt
        )
        close = button("閉じる", "main", on_click=self.accept)
        return self.add_step(
            "渡したら、受領書をもらいます",
            [self._done_words, self._next_words],
            [self.receipt_button, None, close],
        )

    # ------------------------------------------------------------------ what a person does
    def check(self) -> None:
        """Count what would leave, and say everything before the second person looks."""
        try:
            draft = self._typed()
            if self.way.value() == SAVE:
                check_password(self.password.text())
                self.place.check(str(self.form.value()))
        except KnownProblem as problem:
            self.say(problem)
            return
        self.clear_messages()
        self.set_busy(busy=True)
        service = self._service

        def read() -> tuple[OrderPreview, SecondPersonNeed]:
            return service.preview(draft), service.need(draft)

        self._desktop.runner.read(read, partial(self._on_preview, draft), on_fail=self.told, key="hand-out")

    def go(self) -> None:
        """Write the order, let the second person vouch, and issue the numbered copies."""
        draft = self._draft
        if draft is None:
            return
        try:
            confirmation = self.second.confirmation()
            issue = self._issue(confirmation)
        except KnownProblem as problem:
            self.say(problem)
            return
        self.clear_messages()
        self.set_busy(busy=True)
        service, order = self._service, self._order

        def work() -> tuple[HandOutOrder, Outcome[list[NamedPaper]] | Outcome[WrittenReport] | KnownProblem]:
            # An order that was written stays when the passphrase was wrong: it is not written twice.
            written = order or service.order(draft).value
            try:
                return written, issue(written)
            except KnownProblem as problem:
                return written, problem

        self._desktop.runner.write(work, self._on_issued, on_fail=self.told, title="名簿をつくっています")

    def print_receipt(self) -> None:
        """Show the form of the 受領書 and print it."""
        copies, reporting = self._desktop.services.copies, self._desktop.services.reporting
        numbers = self._numbers

        def make() -> bytes:
            return reporting.print_pages(copies.receipt_form(numbers)).value.content

        self._desktop.runner.write(make, self._on_receipt, on_fail=self.told, title="受領書をつくっています")

    def done(self, result: int) -> None:
        """Forget what was typed in secret; an order nobody confirmed is taken back (Qt)."""
        self.password.clear()
        self.second.forget()
        if self._order is not None and not self._numbers:
            self._desktop.runner.write(
                partial(self._service.cancel, self._order.order_id), self._tell_changes
            )
            self._order = None
        super().done(result)

    # ------------------------------------------------------------------ inside
    def _typed(self) -> HandOutDraft:
        chosen = self.partner.currentData()
        if not chosen:
            raise KnownProblem(
                "partner_unknown",
                "渡す先が選ばれていません。",
                where="渡す先",
                advice="一覧から選んでください。一覧にない団体は、「渡す先の台帳」に加えます。",
            )
        return HandOutDraft(
            PartnerId(str(chosen)),
            self.purpose.text().strip(),
            typed_count(self.copies.text()),
            self.paper.value() or HandOutPaper.ROSTER,
            self.expires.check(),
            self.due.check(),
        )

    def _on_preview(self, draft: HandOutDraft, found: tuple[OrderPreview, SecondPersonNeed]) -> None:
        self.set_busy(busy=False)
        preview, need = found
        if self._order is not None and self._draft != draft:
            self._desktop.runner.write(
                partial(self._service.cancel, self._order.order_id), self._tell_changes
            )
            self._order = None
        self._draft, self._preview = draft, preview
        self._what.set_text(preview_words(draft, preview))
        self._warning.set_text(
            still_out_words(preview.still_out) if draft.paper is HandOutPaper.ROSTER else ""
        )
        self._warning.setVisible(bool(self._warning.text_shown()))
        self.second.ask(need)
        self.go_button.setEnabled(self.second.may_go)
        self.show_step(self._step_second, self.second.first_field)

    def _issue(
        self, confirmation: Confirmation | None
    ) -> Callable[[HandOutOrder], Outcome[list[NamedPaper]] | Outcome[WrittenReport]]:
        service = self._service
        if self.way.value() == PRINT:
            return lambda order: service.print_copies(order.order_id, confirmation)
        secret = self.password.text()
        check_password(secret)
        place = self.place.check(str(self.form.value()))
        return lambda order: service.write_copies(order.order_id, place, lambda: secret, confirmation)

    def _on_issued(
        self,
        found: tuple[HandOutOrder, Outcome[list[NamedPaper]] | Outcome[WrittenReport] | KnownProblem],
    ) -> None:
        self._order, result = found
        self.second.forget()
        if isinstance(result, KnownProblem):
            self.set_busy(busy=False)
            self.say(result)
            return
        self._desktop.changes.tell(result.changes)
        if isinstance(result.value, WrittenReport):
            self.set_busy(busy=False)
            self._numbers = result.value.copies
            self._notices = result.value.notices
            files = "\n".join(str(place) for place in result.value.files)
            self._say_done(f"{len(self._numbers)}個のファイルを、暗号化して保存しました。\n{files}")
            return
        papers = result.value
        self._numbers = tuple(paper.copy_number for paper in papers)
        self._notices = papers[0].notices
        PreviewDialog(
            "この紙を印刷しますか",
            [Sheet(f"写し {paper.copy_number}", paper.pdf_bytes) for paper in papers],
            self._desktop.runner,
            is_named=True,
            on_printed=self._on_printed,
            on_left=self._on_not_printed,
            parent=self,
        ).open()

    def _on_printed(self, pages: int) -> None:
        self.set_busy(busy=False)
        self._say_done(f"{len(self._numbers)}部、{pages}ページを印刷しました。")

    def _on_not_printed(self) -> None:
        """The ledger stands; it tells that these copies never became paper."""
        from kurume_bousai.domain.hand_outs import CopyEventKind

        copies, numbers = self._desktop.services.copies, self._numbers
        work = partial(copies.record, numbers, CopyEventKind.NOT_PRINTED, copies.today)
        self._desktop.runner.write(work, self._tell_changes)
        self.set_busy(busy=False)
        self._numbers, self._order = (), None
        self.show_step(self._step_what, self.check_button)
        self.messages.notice(
            "印刷しませんでした。",
            where=range_words(numbers),
            advice="この番号の写しは使われません。もう一度渡すときは、申し出からやり直します。",
        )

    def _say_done(self, words: str) -> None:
        self.draft.finish()
        self._done_words.set_text(f"{words}\n写しの番号: {range_words(self._numbers)}")
        preview = self._preview
        old = still_out_words(preview.still_out) if preview is not None and self._is_whole() else ""
        self._next_words.set_text(
            "渡すときに、受領書に名前を書いてもらいます。受け取った受領書は、台帳の「受領」に書きます。"
            + "".join(f"\n{words}" for words in (old, *self._notices) if words)
        )
        self._desktop.messages.done("名簿を渡しました。提供台帳に書きました。")
        self.show_step(self._step_done, self.receipt_button)

    def _is_whole(self) -> bool:
        return self._draft is not None and self._draft.paper is HandOutPaper.ROSTER

    def _on_receipt(self, pdf: bytes) -> None:
        PreviewDialog(
            "受領書を印刷しますか", [Sheet("受領書", pdf)], self._desktop.runner, parent=self
        ).open()

    def _tell_changes(self, outcome: Outcome[Any]) -> None:
        self._desktop.changes.tell(outcome.changes)

    def _back(self) -> None:
        self.show_step(self._step_what, self.check_button)

    def _on_way(self, way: object) -> None:
        self._file_part.setVisible(way == SAVE)
        self.go_button.setText("確かめて、印刷に進む" if way == PRINT else "確かめて、保存する")


def preview_words(draft: HandOutDraft, preview: OrderPreview) -> str:
    """Everything the second person confirms, in lines."""
    columns = "、".join(word_of(column) for column in preview.columns)
    people = f"{preview.people:,}人(ほかに、同意がなく載らない人 {preview.others:,}人)"
    if preview.by_emergency:
        people += f"\nこのうち、災害時提供モードのあいだだけ渡せる人 {preview.by_emergency:,}人"
    if draft.paper is HandOutPaper.DIFFERENCE:
        people = f"加わる {preview.added}人、変わる {preview.changed}人、消す {preview.removed}人(番号だけ)"
    return "\n".join(
        (
            f"だれに: {partner_words(preview.partner)}",
            f"渡すもの: {word_of(draft.paper)}　{draft.copies}部(一部ずつ番号がつきます)",
            f"載る人: {people}",
            f"載ること: {columns}",
            f"目的: {draft.purpose}",
            f"使用期限: {format_wareki(preview.expires_on)}　返してもらう日: {format_wareki(preview.due_on)}",
        )
    )


def still_out_words(copies: Sequence[HandedCopy]) -> str:
    """Which older copies must come back for the new ones; "" where there is none."""
    if not copies:
        return ""
    numbers = range_words(tuple(copy.copy_number for copy in copies))
    return (
        f"前の写し{len(copies)}部({numbers})が、まだ返っていません。新しい名簿と引きかえに回収してください。"
    )


def typed_count(text: str) -> int:
    """Read a typed number of copies, full width too; 0 for anything else, which is then refused."""
    plain = unicodedata.normalize("NFKC", text).strip().removesuffix("部")
    return int(plain) if plain.isdecimal() and len(plain) <= 4 else 0


def range_words(numbers: Sequence[str]) -> str:
    """「2026-0001、2026-0002」, or the first and the last of many."""
    if len(numbers) <= 3:
        return "、".join(numbers)
    ordered = sorted(numbers)
    return f"{ordered[0]} から {ordered[-1]}({len(numbers)}部)"
