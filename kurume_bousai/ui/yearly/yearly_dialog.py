"""年に一度の更新の窓: where the 46 校区 stand, what is late, and the next step of one or of many."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.dates import format_wareki_short
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.fiscal_years import fiscal_year_of, fiscal_year_words
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.yearly_update import (
    LONGEST_NOTE,
    STEPS,
    DistrictProgress,
    YearlyProgress,
    YearlyStep,
    usual_due,
)
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.office.yearly_update import NOTE_HINT, YearlyUpdateService
from kurume_bousai.services.ports.office_papers import YearlySheet
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.figure_table import Cell, Column, FigureTable, Row
from kurume_bousai.ui.form_dialog import FormDialog, ask
from kurume_bousai.ui.kit.empty import EmptyState
from kurume_bousai.ui.kit.layouts import fix, hbox, vbox
from kurume_bousai.ui.kit.painters import State
from kurume_bousai.ui.kit.widgets import (
    ChipRow,
    DateEdit,
    NumberLabel,
    Para,
    button,
    field,
    holder,
    label,
    rule,
)
from kurume_bousai.ui.reports.save_window import SaveReportDialog
from kurume_bousai.ui.tasks import Progress
from kurume_bousai.ui.yearly.due_step import DueStep

QUESTION: Final = "名簿の年に一度の更新は、どこまで進みましたか"
_ONE, _SAME = "one", "same"
_DUE_SIGN: Final = "「〜」のついた日は、まだの段階の期限です。"
_NO_RIGHT: Final = "段階を書けるのは、「名簿の担当」の役割がある人だけです。"


class YearlyDialog(FormDialog):
    """年に一度の更新. A step is written with its day; one taken back stays in the file too."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(QUESTION, parent, size=(1366, 700))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desktop = desktop
        self._service = YearlyUpdateService(desktop.database, desktop.clock)
        self._progress: YearlyProgress | None = None
        self.year = QComboBox()
        self.year.setAccessibleName("年度")
        self.counts = {step: NumberLabel(word_of(step), "—", "", "") for step in STEPS}
        self.late = NumberLabel("期限を過ぎた", "—", "", "次の段階の期限")
        self.table = FigureTable(
            [
                Column("校区", at_least=96),
                Column("いまの段階", at_least=110),
                *(Column(word_of(step), at_least=84, drop=2) for step in STEPS[:-1]),
                Column("次にすること", at_least=110),
                Column("期限", at_least=104, drop=1),
                Column("遅れ", is_figure=True, at_least=70),
                Column("メモ", stretches=True, at_least=80, drop=3),
            ],
            name="46校区の進みぐあい",
        )
        self.start_button = button("年度の更新を始める", "main", "calendar-start", self.confirm_start)
        self.record_button = button("段階を書く", "main", "pencil-outline", self._open_record)
        self.back_button = button("段階を取り消す", icon="undo", on_click=self.confirm_back)
        self.due_button = button("期限を決める", icon="calendar-outline", on_click=self._open_due)
        self.paper_button = button("紙を出す", icon="printer-outline", on_click=self.print_sheet)
        self._says = Para("", "quiet")
        self._step_list = self.add_wide_step(self._list_layout())
        self.step_words = Para("", "lead")
        self.scope = ChipRow[str]([(_ONE, "この校区だけ")], _ONE, name="書く校区")
        self.day = DateEdit("した日", required=True, today=lambda: desktop.clock.now().date())
        self.note = QLineEdit()
        self.note.setAccessibleName("メモ")
        self.note.setMaxLength(LONGEST_NOTE)
        self.copies = QLineEdit()
        self.copies.setAccessibleName("渡した写しの番号")
        self.copies.setPlaceholderText("例 2026-0012、2026-0013")
        self.copies_field = field("渡した写しの番号", self.copies, hint="提供台帳の番号。なければ空のまま。")
        self.save_button = button("書く", "main", "check", self.save)
        self._step_record = self.add_step(
            "どの段階が、いつ済みましたか",
            [
                self.step_words,
                field("どの校区に書きますか", self.scope),
                field("した日", self.day),
                self.copies_field,
                field("メモ", self.note, hint=NOTE_HINT),
            ],
            [button("やめる", on_click=self._back_to_list), None, self.save_button],
        )
        self.due_step = DueStep(self._back_to_list, self.save_due, self._today)
        self._step_due = self.add_step("いつまでに済ませますか", self.due_step.body(), self.due_step.buttons)
        self.table.moved.connect(lambda _key: self._show_buttons())
        self.table.opened.connect(lambda _key: self._open_record())
        self.year.activated.connect(lambda _index: self.reload())
        desktop.changes.follow(frozenset({Topic.YEARLY_UPDATE}), self.reload)
        if parent is not None:
            self.resize(parent.width() - 24, parent.height() - 24)
        self.show_step(self._step_list, self.table)
        self.reload()

    def _list_layout(self) -> QVBoxLayout:
        fix(self.year, min_width=140)
        head = hbox(label(QUESTION, "title"), None, self.year, button("閉じる", on_click=self.reject))
        numbers = hbox(gap=1.5)
        for place, shown in enumerate((*self.counts.values(), self.late)):
            if place:
                numbers.addWidget(rule(upright=True))
            numbers.addWidget(shown, 1)
        foot = hbox(
            None, self.paper_button, self.due_button, self.back_button, self.record_button, self.start_button
        )
        self._numbers = holder(numbers)
        self._empty = EmptyState(
            "calendar-blank-outline",
            "この年度の更新は、まだ始まっていません。",
            "始めると、46校区の段階と期限がここに並びます。",
        )
        self._empty.hide()
        return vbox(
            head, self._numbers, self._says, (self.table, 1), (self._empty, 1), foot, gap=1.5
        )  # fmt: skip

    # -- reading -------------------------------------------------------------------------------

    def reload(self) -> None:
        """Read the chosen 年度, the latest at first."""
        service, chosen = self._service, self.year.currentData()

        def read() -> tuple[list[int], YearlyProgress | None]:
            return service.years(), service.progress(None if chosen is None else int(chosen))

        self._desktop.runner.read(read, self._on_read, on_fail=self.told, key="yearly")

    def _on_read(self, found: tuple[list[int], YearlyProgress | None]) -> None:
        years, self._progress = found
        shown = None if self._progress is None else self._progress.update.fiscal_year
        self.year.clear()
        for year in years:
            self.year.addItem(fiscal_year_words(year), year)
        self.year.setCurrentIndex(max(0, self.year.findData(shown)))
        self.year.setVisible(bool(years))
        this_year = fiscal_year_of(self._today())
        self.start_button.setVisible(this_year not in years and self._service.may_write)
        self.start_button.setText(f"{fiscal_year_words(this_year)}の更新を始める")
        self._fill()

    def _fill(self) -> None:
        progress, today = self._progress, self._today()
        for one in (self._numbers, self.table):
            one.setVisible(progress is not None)
        self._empty.setVisible(progress is None)
        if progress is None:
            self.start_button.setFocus()
            self._says.set_text("")
            self.table.set_rows([])
        else:
            total = len(progress.districts)
            for step, shown in self.counts.items():
                due = progress.update.due.get(step)
                ends = "" if due is None else f"期限 {format_wareki_short(due)}"
                shown.set_number(str(progress.reached(step)), unit=f"/ {total}校区", rule_text=ends)
            late = progress.late(today)
            self.late.set_number(str(len(late)), unit="校区")
            self.late.set_state(State.SHORT if late else State.OK)
            self._says.set_text(_DUE_SIGN if self._service.may_write else f"{_DUE_SIGN}{_NO_RIGHT}")
            rows: list[Row] = [
                (row.district_id, _cells(row, row.late_days(today))) for row in progress.districts
            ]
            self.table.set_rows(rows)
            if self.table.key() is None and rows:
                waiting = next((row for row in progress.districts if row.next is not None), None)
                self.table.choose(rows[0][0] if waiting is None else waiting.district_id)
        self._says.setVisible(bool(self._says.text_shown()))
        self._show_buttons()

    def chosen(self) -> DistrictProgress | None:
        """The 校区 in force."""
        rows = () if self._progress is None else self._progress.districts
        return next((row for row in rows if row.district_id == self.table.key()), None)

    def _show_buttons(self) -> None:
        row, may = self.chosen(), self._service.may_write
        self.record_button.setEnabled(may and row is not None and row.next is not None)
        self.record_button.setVisible(self._progress is not None)
        self.back_button.setEnabled(may and row is not None and bool(row.steps))
        self.back_button.setVisible(self._progress is not None)
        self.paper_button.setEnabled(self._progress is not None)
        self.due_button.setVisible(self._progress is not None and may)

    def _today(self) -> date:
        return self._desktop.clock.now().date()

    # -- writing -------------------------------------------------------------------------------

    def confirm_start(self) -> None:
        """Ask before a 年度 begins, with the days due."""
        year = fiscal_year_of(self._today())
        due = "、".join(
            f"{word_of(step)} {format_wareki_short(day)}" for step, day in usual_due(year).items()
        )
        ask(
            self,
            f"{fiscal_year_words(year)}の更新を始めますか",
            ["46校区を、はじめの段階から数えます。前の年度の記録は残ります。", f"期限: {due}"],
            "始める",
            partial(
                self._write, partial(self._service.start, year), "年度の更新を始めました。", self._ask_due
            ),
        )

    def _open_record(self) -> None:
        row = self.chosen()
        if row is None or row.next is None or not self._service.may_write:
            return
        same = len(self._same_step(row.next))
        self.step_words.set_text(f"{row.district_id}校区の次の段階は「{word_of(row.next)}」です。")
        choices = [(_ONE, f"{row.district_id}校区だけ")]
        if same > 1:
            choices.append((_SAME, f"「{word_of(row.next)}」がまだの{same}校区すべて"))
        self.scope.set_choices(choices, _ONE)
        self.copies_field.setVisible(row.next is YearlyStep.INQUIRY)
        self.copies.clear()
        self.note.clear()
        self.day.set_value(self._today())
        self.show_step(self._step_record, self.day)

    def _open_due(self) -> None:
        if self._progress is not None:
            self.due_step.show(self._progress.update, self.chosen())
            self.show_step(self._step_due, self.due_step.scope)

    def save_due(self) -> None:
        """Keep the days due of the city or of the chosen 校区."""
        progress = self._progress
        if progress is None:
            return
        try:
            due, districts = self.due_step.typed()
        except KnownProblem as problem:
            self.say(problem)
            return
        work = partial(self._service.set_due, progress.update.fiscal_year, due, districts)
        whose = "市全体" if districts is None else f"{districts[0]}校区"
        self._write(work, f"{whose}の期限を保存しました。")

    def _same_step(self, step: YearlyStep) -> list[DistrictId]:
        rows = () if self._progress is None else self._progress.districts
        return [row.district_id for row in rows if row.next is step]

    def save(self) -> None:
        """Write the step."""
        row, progress = self.chosen(), self._progress
        if row is None or row.next is None or progress is None:
            return
        try:
            day = self.day.check()
        except KnownProblem as problem:
            self.say(problem)
            return
        districts = self._same_step(row.next) if self.scope.value() == _SAME else [row.district_id]
        typed = self.copies.text().replace("、", ",").split(",")
        numbers = [one.strip() for one in typed if one.strip()]
        work = partial(
            self._service.record, progress.update.fiscal_year, districts, row.next,
            done_on=day, note=self.note.text(), copy_numbers=numbers,
        )  # fmt: skip
        self._write(work, f"{len(districts)}校区に「{word_of(row.next)}」を書きました。")

    def confirm_back(self) -> None:
        """Ask before the last step of a 校区 is taken back."""
        row, progress = self.chosen(), self._progress
        if row is None or row.last is None or progress is None:
            return
        ask(
            self,
            "この段階を取り消しますか",
            [
                f"{row.district_id}校区の「{word_of(row.last)}」を取り消します。書いたことと取り消したことは残ります。"
            ],
            "取り消す",
            partial(
                self._write,
                partial(self._service.take_back, progress.update.fiscal_year, row.district_id),
                "取り消しました。",
            ),
        )

    def _write(
        self,
        work: Callable[[], Outcome[YearlyProgress]],
        words: str,
        then: Callable[[YearlyProgress], None] | None = None,
    ) -> None:
        self.set_busy(busy=True)
        self._desktop.runner.write(work, partial(self._on_written, words, then), on_fail=self.told)

    def _on_written(
        self,
        words: str,
        then: Callable[[YearlyProgress], None] | None,
        outcome: Outcome[YearlyProgress],
    ) -> None:
        self.set_busy(busy=False)
        self._desktop.finish(outcome, words)
        self._back_to_list()
        if then is not None:
            then(outcome.value)

    def _ask_due(self, progress: YearlyProgress) -> None:
        """Begun late in the year, every 校区 would be late at once: the days are asked for first."""
        if progress.late(self._today()):
            self.due_step.show(progress.update, None)
            self.show_step(self._step_due, self.due_step.days[STEPS[0]])
            self.messages.notice(
                "いつもの期限のうち、もう過ぎた日があります。", advice="この年度の期限を決めてください。"
            )

    def _back_to_list(self) -> None:
        self.show_step(self._step_list, self.table)

    def print_sheet(self) -> None:
        """Print or write the sheet of the 46."""
        if self._progress is None:
            return
        service, year = self._service, self._progress.update.fiscal_year

        def collect(_progress: Progress) -> YearlySheet:
            return service.sheet(year)

        stem = f"年に一度の更新_{self._today():%Y%m%d}"
        SaveReportDialog(self._desktop, "年に一度の更新の紙", stem, collect, self).open()


def _cells(row: DistrictProgress, late: int) -> tuple[Cell, ...]:
    def day(step: YearlyStep) -> Cell:
        record, due_on = row.of(step), row.due.get(step)
        if record is not None:
            return Cell(format_wareki_short(record.done_on))
        return Cell("" if due_on is None else f"〜{format_wareki_short(due_on)}", is_quiet=True)

    now = "まだ" if row.last is None else word_of(row.last)
    state = State.OK if row.next is None else State.SHORT if late else None
    return (
        Cell(f"{row.district_id}校区"),
        Cell(now, state),
        *(day(step) for step in STEPS[:-1]),
        Cell("なし" if row.next is None else word_of(row.next), is_quiet=row.next is None),
        Cell(_due_words(row)),
        Cell(f"{late}日" if late else ""),
        Cell(row.steps[-1].note if row.steps else ""),
    )


def _due_words(row: DistrictProgress) -> str:
    if row.due_on is None:
        return ""
    day = format_wareki_short(row.due_on)
    return f"{day}(校区)" if row.has_own_due else day


def open_yearly(desktop: Desktop, parent: QWidget | None) -> YearlyDialog:
    """Open the window over another."""
    made = YearlyDialog(desktop, parent)
    made.open()
    return made
