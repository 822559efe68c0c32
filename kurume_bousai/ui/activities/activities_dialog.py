"""活動の実績の窓: the city's yearly table, the 46 校区, and the records behind them."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from kurume_bousai.domain.activities import (
    COVERAGE_YEARS,
    ActivityCell,
    ActivityEntry,
    ActivityKind,
    ActivityMeasure,
    ActivitySource,
    DistrictCoverage,
)
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.dates import format_wareki_short
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.fiscal_years import fiscal_year_letter, fiscal_year_words
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.office.activities import ActivityService
from kurume_bousai.services.ports.office_papers import ActivitiesReport
from kurume_bousai.ui.activities.activity_form import ActivityForm
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.figure_table import Cell, Column, FigureTable, Row
from kurume_bousai.ui.form_dialog import FormDialog, ask
from kurume_bousai.ui.form_drafts import FormDraft
from kurume_bousai.ui.kit.layouts import hbox, tab_behind, vbox
from kurume_bousai.ui.kit.painters import State
from kurume_bousai.ui.kit.widgets import ChipRow, Para, button, label
from kurume_bousai.ui.reports.save_window import SaveReportDialog
from kurume_bousai.ui.tasks import Progress

QUESTION: Final = "説明や訓練を、どれだけしましたか"
_TABLE, _DISTRICTS, _ENTRIES = range(3)
_VIEWS: Final = ((_TABLE, "年度ごとの表"), (_DISTRICTS, "46校区"), (_ENTRIES, "記録"))
_UNITS: Final = {ActivityMeasure.TIMES: "回", ActivityMeasure.PEOPLE: "人", ActivityMeasure.DISTRICTS: "校区"}
_MOST_YEARS: Final = 8


class ActivitiesDialog(FormDialog):
    """活動の実績. Finished sessions are counted by themselves; everything else is typed here."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(QUESTION, parent, size=(1366, 700))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desktop = desktop
        self._service = ActivityService(desktop.database, desktop.clock)
        self._report: ActivitiesReport | None = None
        self.view = ChipRow[int](list(_VIEWS), _TABLE, name="見るもの")
        self.says = Para("", "quiet")
        self.yearly: FigureTable | None = None
        self.districts = FigureTable(
            [
                Column("校区", at_least=130),
                *(Column(word_of(kind), is_figure=True, at_least=110) for kind in ActivityKind),
                Column("参加人数", is_figure=True, at_least=100),
                Column("最後の図上訓練", stretches=True, at_least=150),
            ],
            name="46校区の実績",
        )
        self.entries = FigureTable(
            [
                Column("行った日", at_least=96),
                Column("種類", at_least=140),
                Column("校区", at_least=96),
                Column("回数", is_figure=True, at_least=60),
                Column("人数", is_figure=True, at_least=70),
                Column("場所・備考", stretches=True, at_least=90, drop=1),
                Column("もと", at_least=96, drop=2),
            ],
            name="活動の記録",
        )
        self._stack = QStackedWidget()
        self._yearly_place = QWidget()
        self._yearly_box = QVBoxLayout(self._yearly_place)
        self._yearly_box.setContentsMargins(0, 0, 0, 0)
        for one in (self._yearly_place, self.districts, self.entries):
            self._stack.addWidget(one)
        self.add_button = button("活動を書く", "main", "plus", self._open_new)
        self.edit_button = button("直す", icon="pencil-outline", on_click=self._open_chosen)
        self.remove_button = button("取り消す", icon="delete-outline", on_click=self.confirm_remove)
        self.paper_button = button("表を出す", icon="printer-outline", on_click=self.print_table)
        head = hbox(label(QUESTION, "title"), None, button("閉じる", on_click=self.reject))
        foot = hbox(None, self.paper_button, self.remove_button, self.edit_button, self.add_button)
        self._step_list = self.add_wide_step(vbox(head, self.view, self.says, (self._stack, 1), foot, gap=1))
        header = desktop.window.header.district
        names = [str(header.itemData(place)) for place in range(1, header.count())]
        self.form = ActivityForm(names, lambda: desktop.clock.now().date())
        self.save_button = button("保存する", "main", "content-save-outline", self.save)
        self.draft = FormDraft("activity", desktop, self.form.editors(), self, marks=self.form.marks)
        self._step_form = self.add_step(
            "いつ、どこで、何をしましたか",
            [self.draft.card, self.form],
            [button("やめる", on_click=self._back), None, self.save_button],
        )
        self.view.chosen.connect(lambda _value: self._show_view())
        self.entries.opened.connect(lambda _key: self._open_chosen())
        self.entries.moved.connect(lambda _key: self._show_buttons())
        desktop.changes.follow(frozenset({Topic.ACTIVITIES, Topic.OPERATIONS}), self.reload)
        if parent is not None:
            self.resize(parent.width() - 24, parent.height() - 24)
        self.show_step(self._step_list, self.view)
        self._show_view()
        self.reload()

    # -- reading -------------------------------------------------------------------------------

    def reload(self) -> None:
        """Read everything, off the Qt thread."""
        self._desktop.runner.read(self._service.report, self._on_read, on_fail=self.told, key="activities")

    def _on_read(self, report: ActivitiesReport) -> None:
        self._report = report
        self._show_yearly(report)
        self.districts.set_rows([(row.district_id, _coverage_cells(row)) for row in report.coverage])
        newest = sorted(report.entries, key=lambda entry: entry.held_on, reverse=True)
        self.entries.set_rows([(entry.activity_id, _entry_cells(entry)) for entry in newest])
        self._show_view()

    def _show_yearly(self, report: ActivitiesReport) -> None:
        """The columns are the years, so a later year makes a new table."""
        years = report.table.fiscal_years
        first = max(0, len(years) - _MOST_YEARS)
        columns = [
            Column("活動", stretches=True, at_least=130),
            Column("数えるもの", stretches=True, at_least=110),
        ]
        columns += [Column(fiscal_year_letter(year), is_figure=True, at_least=70) for year in years[first:]]
        made = FigureTable(columns, name="年度ごとの実績")
        rows: list[Row] = [
            (
                (row.kind, row.measure),
                (
                    Cell(word_of(row.kind)),
                    Cell(f"{word_of(row.measure)}({_UNITS[row.measure]})"),
                    *map(_year_cell, row.cells[first:]),
                ),
            )
            for row in report.table.rows
        ]
        made.set_rows(rows)
        if self.yearly is not None:
            self._yearly_box.removeWidget(self.yearly)
            self.yearly.hide()
            self.yearly.deleteLater()
        self.yearly = made
        self._yearly_box.addWidget(made)
        tab_behind(self._yearly_place, [made])

    def _show_view(self) -> None:
        view = self.view.value() or _TABLE
        self._stack.setCurrentIndex(view)
        self.says.set_text(self._words(view))
        self._show_buttons()

    def _words(self, view: int) -> str:
        report = self._report
        if report is None:
            return "読んでいます。"
        if view == _TABLE:
            return "R6までは市の表の値です。その後は、終えた図上訓練と、手で書いた記録から数えます。"
        if view == _DISTRICTS:
            return (
                f"{fiscal_year_words(report.fiscal_year)}の回数です。"
                f"{COVERAGE_YEARS}年のあいだ図上訓練の記録がない校区は{len(report.overdue)}校区です。"
            )
        return "新しい順です。練習は数えません。" if report.entries else "記録はまだありません。"

    def chosen(self) -> ActivityEntry | None:
        """The record in force."""
        entries = () if self._report is None else self._report.entries
        return next((entry for entry in entries if entry.activity_id == self.entries.key()), None)

    def _show_buttons(self) -> None:
        is_list = self.view.value() == _ENTRIES
        may = self._service.may_write
        for one in (self.edit_button, self.remove_button):
            one.setVisible(is_list)
            one.setEnabled(may and self.chosen() is not None)
        self.add_button.setEnabled(may)

    # -- writing -------------------------------------------------------------------------------

    def _open_new(self) -> None:
        self._open(None)

    def _open_chosen(self) -> None:
        entry = self.chosen()
        if entry is not None and self._service.may_write:
            self._open(entry)

    def _open(self, entry: ActivityEntry | None) -> None:
        self.form.show_entry(entry)
        self.draft.begin()
        self.show_step(self._step_form, self.form.day)

    def save(self) -> None:
        """Write what was typed."""
        try:
            entry = self.form.entry()
        except KnownProblem as problem:
            self.say(problem)
            return
        self.set_busy(busy=True)
        self._desktop.runner.write(partial(self._service.save, entry), self._on_saved, on_fail=self.told)

    def _on_saved(self, outcome: Outcome[ActivityEntry]) -> None:
        self.set_busy(busy=False)
        self.draft.finish()
        self._desktop.finish(outcome, "活動を書きました。")
        self._back()

    def _back(self) -> None:
        self.draft.leave()
        self.show_step(self._step_list, self.entries if self.view.value() == _ENTRIES else self.view)

    def confirm_remove(self) -> None:
        """Ask before a record is taken back."""
        entry = self.chosen()
        if entry is None:
            return
        words = (
            f"{format_wareki_short(entry.held_on)}の「{word_of(entry.kind)}」を、数に入れないようにします。"
        )
        ask(self, "この記録を取り消しますか", [words], "取り消す", partial(self._remove, entry))

    def _remove(self, entry: ActivityEntry) -> None:
        self.set_busy(busy=True)
        self._desktop.runner.write(partial(self._service.remove, entry), self._on_removed, on_fail=self.told)

    def _on_removed(self, outcome: Outcome[None]) -> None:
        self.set_busy(busy=False)
        self._desktop.finish(outcome, "取り消しました。")

    def print_table(self) -> None:
        """Print or write the tables."""
        service = self._service

        def collect(_progress: Progress) -> ActivitiesReport:
            return service.report()

        stem = f"活動の実績_{self._desktop.clock.now().date():%Y%m%d}"
        SaveReportDialog(self._desktop, "活動の実績", stem, collect, self).open()


def _year_cell(cell: ActivityCell) -> Cell:
    if cell.source is ActivitySource.PRINTED_NONE:
        return Cell("-", spoken="市の表で線")
    if cell.source is ActivitySource.NOT_RECORDED:
        return Cell("記録なし", is_quiet=True)
    return Cell("未記入" if cell.value is None else f"{cell.value:,}")


def _coverage_cells(row: DistrictCoverage) -> tuple[Cell, ...]:
    last = format_wareki_short(row.last_tabletop_on) if row.last_tabletop_on else "記録なし"
    return (
        Cell(f"{row.district_id}校区"),
        *(Cell(f"{row.times[kind]}回", is_quiet=not row.times[kind]) for kind in ActivityKind),
        Cell(f"{row.people:,}人", is_quiet=not row.people),
        Cell(last, State.SHORT if row.is_overdue else State.OK),
    )


def _entry_cells(entry: ActivityEntry) -> tuple[Cell, ...]:
    return (
        Cell(format_wareki_short(entry.held_on)),
        Cell(word_of(entry.kind)),
        Cell("全市など" if entry.district_id is None else f"{entry.district_id}校区"),
        Cell(f"{entry.times}回"),
        Cell("不明" if entry.people is None else f"{entry.people:,}人"),
        Cell("　".join(words for words in (entry.place, entry.note) if words)),
        Cell("訓練から" if entry.is_from_session else "手で"),
    )


def open_activities(desktop: Desktop, parent: QWidget | None) -> ActivitiesDialog:
    """Open the window over another."""
    made = ActivitiesDialog(desktop, parent)
    made.open()
    return made
