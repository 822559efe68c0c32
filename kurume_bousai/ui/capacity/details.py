"""答えの中身: people left out by number, what would help, sites, 校区; the rows the totals are made of."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from PySide6.QtCore import QModelIndex, QSize, Signal
from PySide6.QtWidgets import QFrame, QWidget

from kurume_bousai.domain.capacity_answer import CapacityAnswer
from kurume_bousai.ui.capacity.figure_rows import DISTRICT_COLUMNS, SITE_COLUMNS, district_rows, site_rows
from kurume_bousai.ui.capacity.flow_map import Lit, LitKind
from kurume_bousai.ui.capacity.help_panel import HelpPanel
from kurume_bousai.ui.capacity.reading import CapacityPlaces, CapacityView
from kurume_bousai.ui.capacity.unplaced_dialog import UnplacedDialog
from kurume_bousai.ui.capacity.unplaced_panel import UnplacedPanel
from kurume_bousai.ui.figure_table import FigureTable
from kurume_bousai.ui.kit.layouts import fix
from kurume_bousai.ui.kit.stack import Stack
from kurume_bousai.ui.kit.tokens import control, width
from kurume_bousai.ui.kit.widgets import ChipRow, hbox, label, vbox
from kurume_bousai.ui.tasks import TaskRunner

_LEAST_HEIGHT: Final = 300


class Part(StrEnum):
    """中身の見方."""

    PEOPLE = "people"
    HELP = "help"
    SITES = "sites"
    DISTRICTS = "districts"


class DetailsCard(QFrame):
    """答えの中身の札.

    ``lit(Lit | None)``: a row of sites or 校区 is in force; ``shown(Lit)``: Enter on it.
    """

    lit = Signal(object)
    shown = Signal(object)

    def __init__(self, runner: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setAccessibleName("答えの中身")
        self._view: CapacityView | None = None
        self._places = CapacityPlaces({}, ())
        self.people = UnplacedPanel()
        self.help = HelpPanel(runner)
        self.sites = FigureTable(SITE_COLUMNS, name="施設ごとの一覧。行を選ぶと地図の流れが目立ちます。")
        self.districts = FigureTable(
            DISTRICT_COLUMNS, name="校区ごとの一覧。行を選ぶと地図の流れが目立ちます。"
        )
        self.chips: ChipRow[Part] = ChipRow(_chips(None), Part.PEOPLE, name="中身の見方")
        self.chips.chosen.connect(self._show_part)
        self._note = label("", "small")
        self._stack = Stack()
        for part in (self.people, self.help, self.sites, self.districts):
            self._stack.addWidget(part)
        fix(self._stack, min_height=_LEAST_HEIGHT)
        self.people.opened.connect(self._open)
        for table, kind in ((self.sites, LitKind.SITE), (self.districts, LitKind.DISTRICT)):
            table.moved.connect(lambda key, kind=kind: self.lit.emit(Lit(kind, str(key))))
            table.opened.connect(lambda key, kind=kind: self.shown.emit(Lit(kind, str(key))))
        self.setLayout(
            vbox(hbox((self.chips, 1), self._note), (self._stack, 1), margins=(2, 1, 2, 1), gap=0.75)
        )

    @property
    def part(self) -> Part:
        """Which list is shown."""
        return self.chips.value() or Part.PEOPLE

    def minimumSizeHint(self) -> QSize:
        """One row of chips and a few lines: a flow of chips must not inflate its parents (Qt)."""
        return QSize(width(320), control(_LEAST_HEIGHT + 70))

    def show_view(self, view: CapacityView, places: CapacityPlaces) -> None:
        """Fill the lists; what would help is asked for by the screen."""
        self._view, self._places = view, places
        answer = view.answer
        self.chips.set_choices(_chips(answer.unplaced_people), self.part)
        self.people.show_view(view, places)
        self.sites.set_rows(site_rows(answer, places))
        self.districts.set_rows(district_rows(answer, places))
        self._say_note()

    def show_part(self, part: Part) -> None:
        """Show one of the lists."""
        self.chips.set_value(part)
        self._show_part(part)

    def choose(self, lit: Lit | None) -> None:
        """Put the row of a 校区 or site lit in the map in force; None takes the light off."""
        if lit is None:
            for table in (self.sites, self.districts):
                table.setCurrentIndex(QModelIndex())
            return
        is_site = lit.kind is LitKind.SITE
        self.show_part(Part.SITES if is_site else Part.DISTRICTS)
        (self.sites if is_site else self.districts).choose(lit.id)

    def _show_part(self, part: Part) -> None:
        self._stack.setCurrentIndex(list(Part).index(part))
        if part in (Part.PEOPLE, Part.HELP):
            self.lit.emit(None)
        self._say_note()

    def _say_note(self) -> None:
        answer = self._view.answer if self._view else None
        self._note.setText(_note(answer, self.part) if answer else "")

    def _open(self, number: object) -> None:
        if self._view is not None and isinstance(number, int):
            shown = self.people.shown()
            dialog = UnplacedDialog(self._view.answer, shown, self._places, number, self.window())
            dialog.exec()
            dialog.deleteLater()


def _note(answer: CapacityAnswer, part: Part | None) -> str:
    if part is Part.PEOPLE and answer.off_list.unplaced:
        return f"ほかに名簿外 {answer.off_list.unplaced:,}人"
    if part is Part.SITES:
        return f"空き 合わせて {answer.free_places:,}人分(入れない人とは差し引きしません)"
    return ""


def _chips(unplaced: int | None) -> list[tuple[Part, str]]:
    people = "入れない人" if unplaced is None else f"入れない人 {unplaced:,}人"
    return [
        (Part.PEOPLE, people),
        (Part.HELP, "何があれば減るか"),
        (Part.SITES, "施設ごと"),
        (Part.DISTRICTS, "校区ごと"),
    ]
