"""名前の入った紙: to whom and why, everything said once more, then printed from memory or saved encrypted."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from kurume_bousai.domain.bodies import Body, DataLevel, ceiling
from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.consents import SharingMode
from kurume_bousai.domain.dates import format_wareki
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.roster_columns import RosterColumn
from kurume_bousai.domain.second_person import NamedKind
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.disclosure.second_person import SecondPersonNeed
from kurume_bousai.services.facts import FACT_SHARING_MODE
from kurume_bousai.services.papers.ports import LIST_COLUMNS
from kurume_bousai.services.papers.rules import (
    ROSTER_VALID_DAYS,
    NamedRequest,
    Recipient,
    check_password,
    may_receive,
    refuse_incomplete,
)
from kurume_bousai.services.ports.sessions import CityDatabase
from kurume_bousai.services.reporting.written import NamedPaper, WrittenReport
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.files import documents, free_place, open_folder
from kurume_bousai.ui.form_dialog import FormDialog
from kurume_bousai.ui.kit.layouts import Part, fix, hbox, holder, vbox
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import ChipRow, DateEdit, button, card
from kurume_bousai.ui.kit.widgets import field as labelled
from kurume_bousai.ui.login import SecretField
from kurume_bousai.ui.printing import PreviewDialog, Sheet
from kurume_bousai.ui.reports.save_window import PlaceField
from kurume_bousai.ui.second_person import SecondPersonFields

PRINT: Final = "print"
SAVE: Final = "save"
_FORMS: Final = ((".pdf", "PDF"), (".xlsx", "Excel"))
_PASSWORD_HINT: Final = "10文字以上。ファイルとは別の手段(電話など)で伝えてください。"  # noqa: S105


@dataclass(frozen=True, slots=True)
class NamedWords:
    """紙の言葉 of the window for one kind of named paper."""

    question: str
    confirm: str
    done: str
    stem: str
    told: str
    printing: str
    saving: str


_ROSTER: Final = NamedWords(
    question="だれに渡す名簿ですか",
    confirm="この内容で、名前の入った名簿を出しますか",
    done="名簿を出しました",
    stem="名簿",
    told="名前の入った名簿を出しました。提供台帳に書きました。",
    printing="名簿の紙をつくっています",
    saving="名簿を暗号化して保存しています",
)


@dataclass(frozen=True, slots=True)
class NamedOrder:
    """What was asked for and how many people it is about."""

    district_id: DistrictId
    request: NamedRequest
    people: int
    columns: tuple[RosterColumn, ...] = ()
    valid_days: int = ROSTER_VALID_DAYS


class NamedRosterDialog(FormDialog):
    """だれに渡す名簿ですか: three steps, the second says everything before anything leaves.

    Another kind of named paper is a subclass with its own words, fields and use cases.
    """

    words: ClassVar[NamedWords] = _ROSTER
    forms: ClassVar[Sequence[tuple[str, str]]] = _FORMS
    #: How the second person's rule counts this paper.
    kind: ClassVar[NamedKind] = NamedKind.LIST

    def __init__(self, desktop: Desktop, districts: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(self.words.question, parent, size=(820, 620))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desktop = desktop
        self._order: NamedOrder | None = None
        self._place: Path | None = None
        self._notices: tuple[str, ...] = ()
        self._make_fields(districts)
        self._step_form = self._add_form()
        self._step_confirm = self._add_confirm()
        self._step_done = self._add_done()
        self._on_way(PRINT)
        self.show_step(self._step_form, self.first_field())

    # ------------------------------------------------------------------ what a kind of paper is
    def subject_fields(self) -> list[Part]:
        """Fields that say whose paper it is, above the others."""
        return []

    def first_field(self) -> QWidget:
        """Return where typing begins."""
        return self.district

    def counter(self, request: NamedRequest) -> Callable[[], int]:
        """Return what counts the people it is about; it may raise why there is no paper."""
        recipient = request.recipient
        return partial(count_recipients, self._desktop.database, self.chosen_district(), recipient)

    def about(self, order: NamedOrder) -> str:
        """Return what leaves and about whom, in two lines."""
        columns = "、".join(word_of(column) for column in order.columns)
        return (
            f"出すもの: {order.district_id}校区の名簿(番号、{columns})\n"
            f"だれの: 名簿を渡すことに同意した {order.people}人"
        )

    def order_of(self, request: NamedRequest, people: int) -> NamedOrder:
        """Return what would leave; read on the runner."""
        rule = self._desktop.services.recipients.rules()[request.recipient.body]
        columns = tuple(column for column in LIST_COLUMNS if column in rule.columns)
        district_id = request.recipient.district_id or DistrictId("")
        return NamedOrder(district_id, request, people, columns, rule.valid_days)

    def chosen_district(self) -> DistrictId:
        """Return the 校区 that is chosen."""
        return DistrictId(str(self.district.currentData()))

    def printing(self, order: NamedOrder) -> Callable[[], Outcome[list[NamedPaper]]]:
        """Return what issues copies for the printer."""
        reporting = self._desktop.services.reporting
        return lambda: reporting.print_roster(order.district_id, order.request)

    def writing(self, order: NamedOrder, place: Path, secret: str) -> Callable[[], Outcome[WrittenReport]]:
        """Return what issues copies as encrypted files."""
        reporting = self._desktop.services.reporting
        return lambda: reporting.write_roster(order.district_id, order.request, place, lambda: secret)

    # ------------------------------------------------------------------ fields and steps
    def _make_fields(self, districts: Sequence[str]) -> None:
        self.district = QComboBox()
        self.district.setAccessibleName("校区")
        for name in districts:
            self.district.addItem(f"{name}校区", name)
        chosen = self.district.findData(self._desktop.window.district())
        self.district.setCurrentIndex(max(0, chosen))
        self.body = QComboBox()
        self.body.setAccessibleName("渡す先の種類")
        for body in Body:
            if ceiling(body) is DataLevel.REAL:
                self.body.addItem(word_of(body), body.value)
        self.body.setCurrentIndex(max(0, self.body.findData(Body.DISTRICT_ORGANIZATION.value)))
        self.recipient = QLineEdit()
        self.recipient.setPlaceholderText("例 ○○校区まちづくり協議会")
        self.purpose = QLineEdit()
        self.purpose.setPlaceholderText("例 図上訓練で支援者を決めるため")
        self.copies = QLineEdit("1")
        fix(self.copies, fixed_width=110)
        self.expires = DateEdit("使用期限", today=lambda: self._desktop.clock.now().date())
        self.expires.line.setPlaceholderText("例 R9.3.31")
        self.way = ChipRow(
            ((PRINT, "紙に印刷する"), (SAVE, "暗号化したファイルにする")), PRINT, name="出し方"
        )
        self.way.chosen.connect(self._on_way)
        self.form = ChipRow(self.forms, ".pdf", name="形式")
        kinds = ";;".join(f"{words} (*{suffix})" for suffix, words in self.forms)
        self.place = PlaceField("保存する場所", free_place(documents(), self.words.stem, ".pdf"), kinds)
        self.form.chosen.connect(self._on_form)
        self.password = SecretField("ファイルのパスワード")
        self.again = SecretField("ファイルのパスワード(もう一度)")
        self.second = SecondPersonFields()

    def _add_form(self) -> int:
        self._file_part = holder(
            vbox(
                labelled("形式", self.form),
                labelled("保存する場所", self.place),
                self.place.replace,
                labelled("ファイルのパスワード", self.password, hint=_PASSWORD_HINT),
                labelled("ファイルのパスワード(もう一度)", self.again),
            )
        )
        body: list[Part] = [
            *self.subject_fields(),
            hbox((labelled("校区", self.district), 1), (labelled("渡す先の種類", self.body), 2), gap=2),
            labelled("渡す先の名前", self.recipient),
            labelled("目的", self.purpose),
            hbox(
                labelled("部数(数字)", self.copies),
                (labelled("使用期限", self.expires, hint="空なら、団体の種類ごとの決まりの日です。"), 1),
                gap=2,
            ),
            labelled("出し方", self.way),
            self._file_part,
        ]
        stop = button("やめる", on_click=self.reject)
        self.check_button = button("内容を確かめる", "main", on_click=self.check)
        return self.add_step(self.words.question, body, [stop, None, self.check_button])

    def _add_confirm(self) -> int:
        self._what = Para("", line=1.35)
        self._how = Para("")
        back = button("もどって直す", on_click=lambda: self.show_step(self._step_form, self.check_button))
        self.go_button = button("", "main", on_click=self.go)
        return self.add_step(
            self.words.confirm,
            [card(self._what), self.second, self._how],
            [back, None, self.go_button],
            is_weighty=True,
        )

    def _add_done(self) -> int:
        self._done_words = Para("", "lead")
        self._copies_words = Para("")
        self._folder = button("フォルダーを開く", icon="folder-open-outline", on_click=self._on_folder)
        close = button("閉じる", "main", on_click=self.accept)
        return self.add_step(
            self.words.done, [self._done_words, self._copies_words], [self._folder, None, close]
        )

    # ------------------------------------------------------------------ what a person does
    def check(self) -> None:
        """Look at what was typed and count the people; then say everything once more."""
        try:
            request = self._request()
            if self.way.value() == SAVE:
                self._check_file()
        except KnownProblem as problem:
            self.say(problem)
            return
        self.clear_messages()
        self.set_busy(busy=True)
        count, gate = self.counter(request), self._desktop.services.reporting.gate

        def read() -> tuple[NamedOrder, SecondPersonNeed]:
            return self.order_of(request, count()), gate.need(self.kind, request)

        self._desktop.runner.read(
            read,
            lambda found: self._on_counted(*found),
            on_fail=self.told,
            key="named-count",
        )

    def go(self) -> None:
        """Issue the numbered copies: from here on they stand in the ledger."""
        order = self._order
        if order is None:
            return
        is_print = self.way.value() == PRINT
        try:
            signed = replace(order.request, confirmation=self.second.confirmation())
            place = None if is_print else self.place.check(str(self.form.value()))
        except KnownProblem as problem:
            self.say(problem)
            return
        order = replace(order, request=signed)
        self.second.forget()
        self.clear_messages()
        self.set_busy(busy=True)
        if place is None:
            self._desktop.runner.write(
                self.printing(order), self._on_issued, on_fail=self.told, title=self.words.printing
            )
            return
        work = self.writing(order, place, self.password.text())
        self._desktop.runner.write(work, self._on_written, on_fail=self.told, title=self.words.saving)

    def done(self, result: int) -> None:
        """Forget what was typed in secret (Qt)."""
        self.second.forget()
        self.password.clear()
        self.again.clear()
        super().done(result)

    # ------------------------------------------------------------------ inside
    def _on_way(self, way: object) -> None:
        self._file_part.setVisible(way == SAVE)

    def _on_form(self, suffix: object) -> None:
        self.place.set_suffix(str(suffix))

    def _request(self) -> NamedRequest:
        body = Body(str(self.body.currentData()))
        district_id = self.chosen_district()
        recipient = Recipient(body, self.recipient.text().strip(), district_id)
        copies = _typed_count(self.copies.text())
        request = NamedRequest(recipient, self.purpose.text().strip(), copies, self.expires.check())
        refuse_incomplete(request, self._desktop.clock.now().date())
        return request

    def _check_file(self) -> None:
        check_password(self.password.text())
        if self.password.text() != self.again.text():
            raise KnownProblem(
                "password_differs",
                "パスワードが、2つの欄で違っています。",
                advice="「見せる」を押して、同じかを確かめてください。",
            )
        self.place.check(str(self.form.value()))

    def _on_counted(self, order: NamedOrder, need: SecondPersonNeed) -> None:
        self.set_busy(busy=False)
        if not order.people:
            self.say(
                KnownProblem(
                    "nobody_to_share",
                    "この渡す先に名前を渡してよい人がいません。",
                    where=f"{order.district_id}校区",
                    advice="名簿の同意と、渡す先を確かめてください。",
                )
            )
            return
        self._order = order
        request = order.request
        until = format_wareki(request.expiry(self._desktop.clock.now().date(), order.valid_days))
        self._what.set_text(
            f"{self.about(order)}\n"
            f"だれに: {request.recipient.name}({word_of(request.recipient.body)})\n"
            f"目的: {request.purpose}\n"
            f"部数: {request.copies}部(一部ずつ番号がつきます)\n"
            f"使用期限: {until}"
        )
        is_print = self.way.value() == PRINT
        self._how.set_text(
            "次に紙の見本を見て、プリンターを選びます。この時点で、提供台帳に写しの番号が書かれます。"
            if is_print
            else "パスワードで暗号化して保存します。提供台帳に写しの番号が書かれます。"
        )
        self.go_button.setText("番号をつけて印刷に進む" if is_print else "番号をつけて保存する")
        self.second.ask(need)
        self.go_button.setEnabled(self.second.may_go)
        self.show_step(self._step_confirm, self.second.first_field)

    def _on_issued(self, outcome: Outcome[list[NamedPaper]]) -> None:
        self._desktop.changes.tell(outcome.changes)
        papers = outcome.value
        self._notices = papers[0].notices
        numbers = [paper.copy_number for paper in papers]
        PreviewDialog(
            "この紙を印刷しますか",
            [Sheet(f"写し {paper.copy_number}", paper.pdf_bytes) for paper in papers],
            self._desktop.runner,
            is_named=True,
            on_printed=lambda pages: self._on_printed(numbers, pages),
            on_left=lambda: self._on_not_printed(numbers),
            parent=self,
        ).open()

    def _on_printed(self, numbers: Sequence[str], pages: int) -> None:
        self.set_busy(busy=False)
        self._say_done(f"{len(numbers)}部、{pages}ページを印刷しました。", numbers)
        self._folder.hide()

    def _on_not_printed(self, numbers: Sequence[str]) -> None:
        """The ledger stands; the audit tells that these copies never became paper."""
        database = self._desktop.database

        def note() -> None:
            with database.writing() as session:
                session.audit.record(database.access, "report.not_printed", list(numbers), {})

        self._desktop.runner.write(note)
        self.set_busy(busy=False)
        self.show_step(self._step_form, self.check_button)
        self.messages.notice(
            "印刷しませんでした。",
            where=_range_words(numbers),
            advice="この番号の写しは使われません。印刷しなかったことは、監査記録に残ります。",
        )

    def _on_written(self, outcome: Outcome[WrittenReport]) -> None:
        self.set_busy(busy=False)
        written = outcome.value
        self._place = written.files[0]
        self._notices = written.notices
        self._desktop.finish(outcome)
        names = "\n".join(str(place) for place in written.files)
        self._say_done(f"{len(written.files)}個のファイルを暗号化して保存しました。\n{names}", written.copies)

    def _say_done(self, words: str, numbers: Sequence[str]) -> None:
        self._done_words.set_text(words)
        self._copies_words.set_text(
            "\n".join(
                (
                    f"写しの番号: {_range_words(numbers)}",
                    "提供台帳に書きました。返してもらうときに番号を見ます。",
                    *self._notices,
                )
            )
        )
        self._desktop.messages.done(self.words.told)
        self.show_step(self._step_done)

    def _on_folder(self) -> None:
        if self._place is not None:
            open_folder(self._place)


def count_recipients(database: CityDatabase, district_id: DistrictId, recipient: Recipient) -> int:
    """How many people of a 校区 may stand on a paper for this recipient (as the paper itself decides)."""
    with database.reading() as session:
        by_ordinance = session.fact(FACT_SHARING_MODE) == SharingMode.OPT_OUT_BY_ORDINANCE.value
        mode = SharingMode.OPT_OUT_BY_ORDINANCE if by_ordinance else SharingMode.OPT_IN
        members = session.members.in_district(database.access, district_id)
        return sum(may_receive(member, recipient, mode) for member in members)


def _typed_count(text: str) -> int:
    """Read a typed number of copies, full width too; 0 for anything else, which is then refused."""
    plain = unicodedata.normalize("NFKC", text).strip().removesuffix("部")
    return int(plain) if plain.isdecimal() and len(plain) <= 4 else 0


def _range_words(numbers: Sequence[str]) -> str:
    if len(numbers) <= 3:
        return "、".join(numbers)
    return f"{numbers[0]} から {numbers[-1]}({len(numbers)}部)"
