"""くらべる窓: two questions side by side, row by row, and the ladder of opening rates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeVar

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QDialog, QGridLayout, QProgressBar, QStackedWidget, QWidget

from kurume_bousai.domain.capacity_answer import CapacityAnswer
from kurume_bousai.domain.capacity_compare import Comparison, compare
from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.scenarios import SavedScenario
from kurume_bousai.ui.capacity import compare_words
from kurume_bousai.ui.capacity.choices import RATES
from kurume_bousai.ui.capacity.compare_side import CompareSide
from kurume_bousai.ui.capacity.reading import CapacityPlaces
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.figure_table import FigureTable
from kurume_bousai.ui.kit.layouts import VScroll, fix, grid
from kurume_bousai.ui.kit.tokens import room_of
from kurume_bousai.ui.kit.widgets import ChipRow, Para, button, hbox, holder, vbox
from kurume_bousai.ui.tasks import Progress, Task

_T = TypeVar("_T")
_FIRST_RIGHT: Final = Decimal("0.4")
#: Room (px at 100 %) below which the two sides stand one below the other.
_BESIDE: Final = 900


class Table(StrEnum):
    """くらべる見方."""

    TOTALS = "totals"
    NEEDS = "needs"
    SITES = "sites"
    DISTRICTS = "districts"
    LADDER = "ladder"


_TABLE_WORDS: Final = (
    (Table.TOTALS, "合計"),
    (Table.NEEDS, "必要な支援ごと"),
    (Table.SITES, "施設ごと"),
    (Table.DISTRICTS, "校区ごと"),
    (Table.LADDER, "100・60・40・20%を並べる"),
)


class CompareDialog(QDialog):
    """くらべる窓. ``taken(CapacityConditions)``: look at one side alone on the screen below."""

    taken = Signal(object)

    def __init__(
        self,
        desktop: Desktop,
        conditions: CapacityConditions,
        places: CapacityPlaces,
        answer: CapacityAnswer | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("条件をくらべる")
        self._desktop = desktop
        self._known: dict[CapacityConditions, CapacityAnswer] = {}
        if answer is not None:
            self._known[answer.conditions] = answer
        self._tasks: dict[str, Task] = {}
        self.comparison: Comparison | None = None
        self.left = CompareSide(compare_words.LEFT, conditions, places)
        self.right = CompareSide(compare_words.RIGHT, conditions, places)
        rate = _FIRST_RIGHT if conditions.open_rate != _FIRST_RIGHT else Decimal(1)
        self.right.set_conditions(replace(conditions, open_rate=rate, open_at_most=None))
        for side in (self.left, self.right):
            side.changed.connect(self._compute)
            side.taken.connect(lambda side=side: self._take(side))
        self.words = Para("計算しています。", "lead", line=1.35)
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("計算の進みぐあい")
        fix(self.bar, fixed_width=160)
        self.stop = button("計算を中止", "tool", on_click=self._stop)
        self.again = button("計算し直す", "plain", "refresh", self._compute)
        self._working = holder(hbox(self.bar, self.stop))
        self.tables = _tables()
        self.chips: ChipRow[Table] = ChipRow(_TABLE_WORDS, Table.TOTALS, name="くらべる見方")
        self.chips.chosen.connect(self._show_table)
        self._stack = QStackedWidget()
        for table in self.tables.values():
            self._stack.addWidget(table)
        fix(self._stack, min_height=250)
        self._sides = QGridLayout()
        grid(self._sides, gap=1.5)
        body = VScroll(
            vbox(
                self._sides,
                hbox((self.words, 1), self._working, self.again),
                self.chips,
                (self._stack, 1),
                gap=1,
            )
        )
        leave = button("閉じる", "main", on_click=self.accept)
        self.setLayout(vbox((body, 1), hbox(None, leave), margins=(2, 1.5, 2, 1.5), gap=1))
        self._fit(parent)
        self._arrange()
        self.left.preset.setFocus()
        self._read_saved()
        QTimer.singleShot(0, self, self._compute)

    # -- frame ---------------------------------------------------------------------------------

    def _fit(self, parent: QWidget | None) -> None:
        size = parent.window().size() if parent is not None else self.screen().availableSize()
        room = self.screen().availableSize()
        self.resize(min(size.width() - 40, room.width() - 20), min(size.height() - 20, room.height() - 40))

    def _arrange(self) -> None:
        beside = room_of(self).width >= _BESIDE
        for side in (self.left, self.right):
            side.arrange(beside=beside)
        self._sides.addWidget(self.left, 0, 0)
        self._sides.addWidget(self.right, 0 if beside else 1, 1 if beside else 0)
        for column in range(2):
            self._sides.setColumnStretch(column, 1 if beside or column == 0 else 0)

    def done(self, result: int) -> None:
        """Leave; what is being computed for this window alone is stopped (Qt)."""
        self._stop()
        super().done(result)

    def show_table(self, table: Table) -> None:
        """Show one of the tables."""
        self.chips.set_value(table)
        self._show_table(table)

    def _show_table(self, table: Table) -> None:
        self._stack.setCurrentIndex(list(Table).index(table))
        self._say()
        if table is Table.LADDER and not self.tables[Table.LADDER].rows():
            self._climb()

    def _take(self, side: CompareSide) -> None:
        self.accept()
        self.taken.emit(side.conditions)

    # -- computing -----------------------------------------------------------------------------

    def _read_saved(self) -> None:
        scenarios = self._desktop.services.scenarios
        self._desktop.runner.read(scenarios.all, self._on_saved, key="capacity-compare-saved")

    def _on_saved(self, saved: list[SavedScenario]) -> None:
        for side in (self.left, self.right):
            side.set_saved(saved)
        self._show()

    def _compute(self) -> None:
        """Answer what is not known of the two; a newer question drops an older one."""
        wanted = [side.conditions for side in (self.left, self.right)]
        missing = [one for one in dict.fromkeys(wanted) if one not in self._known]
        self.tables[Table.LADDER].set_rows([])
        self.comparison = None
        if not missing:
            self._show()
            self._rest("compare")
            return
        capacity = self._desktop.capacity

        def work(progress: Progress) -> list[CapacityAnswer]:
            answers = []
            for place, one in enumerate(missing):
                progress.step(place, len(missing))
                answers.append(capacity.answer(one, lambda: progress.cancelled))
            return answers

        self.words.set_text("計算しています。")
        self._begin("compare", work, self._on_answers, "条件をくらべています")

    def _on_answers(self, answers: list[CapacityAnswer]) -> None:
        self._known |= {answer.conditions: answer for answer in answers}
        self._rest("compare")
        self._show()
        if self.chips.value() is Table.LADDER:
            self._climb()

    def _climb(self) -> None:
        """Answer the ladder for the conditions of the left side."""
        capacity = self._desktop.capacity
        conditions = replace(self.left.conditions, open_at_most=None)

        def work(progress: Progress) -> tuple[CapacityAnswer, ...]:
            return capacity.ladder(conditions, RATES, progress.step, lambda: progress.cancelled)

        self._begin("ladder", work, self._on_ladder, "開く割合ごとに計算しています")

    def _on_ladder(self, answers: tuple[CapacityAnswer, ...]) -> None:
        self._rest("ladder")
        self.tables[Table.LADDER].set_rows(compare_words.ladder_rows(RATES, answers))

    def _begin(
        self, key: str, work: Callable[[Progress], _T], on_done: Callable[[_T], object], title: str
    ) -> None:
        self._tasks[key] = self._desktop.runner.compute(
            work,
            on_done,
            on_fail=lambda error: self._on_failed(key, error),
            on_cancel=lambda: self._on_stopped(key),
            key=f"capacity-{key}",
            title=title,
        )
        self._refresh()

    def _rest(self, key: str) -> None:
        self._tasks.pop(key, None)
        self._refresh()

    def _stop(self) -> None:
        for task in list(self._tasks.values()):
            task.cancel()

    def _on_stopped(self, key: str) -> None:
        self._rest(key)
        self.words.set_text("計算を中止しました。")

    def _on_failed(self, key: str, error: BaseException) -> bool:
        self._rest(key)
        if isinstance(error, KnownProblem):
            self.words.set_text(f"計算できません。{error.message}条件を選び直してください。")
            return True
        self.words.set_text("計算できませんでした。")
        return False

    # -- showing -------------------------------------------------------------------------------

    def _refresh(self) -> None:
        busy = bool(self._tasks)
        self._working.setVisible(busy)
        self.again.setVisible(not busy and self.comparison is None)

    def _show(self) -> None:
        a, b = (self._known.get(side.conditions) for side in (self.left, self.right))
        self.left.show_number(a.unplaced_people if a is not None else None)
        self.right.show_number(b.unplaced_people if b is not None else None)
        if a is None or b is None:
            return
        self.comparison = made = compare(a, b)
        self._say()
        self.tables[Table.TOTALS].set_rows(compare_words.total_rows(made))
        self.tables[Table.NEEDS].set_rows(compare_words.need_rows(made))
        self.tables[Table.SITES].set_rows(compare_words.site_rows(made))
        self.tables[Table.DISTRICTS].set_rows(compare_words.district_rows(made))
        self._refresh()

    def _say(self) -> None:
        """Say what the table in view tells; what is being computed or refused stays said."""
        if self.chips.value() is Table.LADDER:
            self.words.set_text(compare_words.LADDER_WORDS)
        elif self.comparison is not None:
            self.words.set_text(compare_words.headline(self.comparison))


def _tables() -> dict[Table, FigureTable]:
    return {
        Table.TOTALS: FigureTable(compare_words.TOTAL_COLUMNS, name="合計のちがい"),
        Table.NEEDS: FigureTable(compare_words.NEED_COLUMNS, name="必要な支援ごとのちがい"),
        Table.SITES: FigureTable(compare_words.SITE_COLUMNS, name="施設ごとのちがい"),
        Table.DISTRICTS: FigureTable(compare_words.DISTRICT_COLUMNS, name="校区ごとのちがい"),
        Table.LADDER: FigureTable(compare_words.LADDER_COLUMNS, name="開く割合ごとの答え"),
    }
