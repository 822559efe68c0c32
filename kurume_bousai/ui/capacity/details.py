"""答えの中身: people left out by number, sites, 校区; each row is one of those the totals are made of."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget

from kurume_bousai.domain.capacity_answer import (
    UNKNOWN_DISTRICT,
    CapacityAnswer,
    DistrictCapacity,
    SiteCapacity,
)
from kurume_bousai.ui.capacity.dialogs import UnplacedDialog
from kurume_bousai.ui.capacity.reading import CapacityPlaces, CapacityView, site_reason, site_state
from kurume_bousai.ui.figure_table import Cell, Column, FigureTable, Row
from kurume_bousai.ui.kit.layouts import fix
from kurume_bousai.ui.kit.painters import State
from kurume_bousai.ui.kit.tokens import control, width
from kurume_bousai.ui.kit.widgets import ChipRow, button, hbox, label, vbox

_LEAST_HEIGHT: Final = 190


class Part(StrEnum):
    """中身の見方."""

    PEOPLE = "people"
    SITES = "sites"
    DISTRICTS = "districts"


_PEOPLE_COLUMNS: Final = (
    Column("番号", is_figure=True),
    Column("人数", is_figure=True),
    Column("入れない理由(施設の数)", stretches=True, at_least=160),
)
_SITE_COLUMNS: Final = (
    Column("施設", stretches=True, at_least=150),
    Column("使える人数", is_figure=True),
    Column("入れる人", is_figure=True),
    Column("空き", is_figure=True),
    Column("理由・未確認", stretches=True, at_least=120, drop=1),
)
_DISTRICT_COLUMNS: Final = (
    Column("校区", stretches=True, at_least=120),
    Column("行く人", is_figure=True),
    Column("入れる", is_figure=True),
    Column("入れない", is_figure=True),
)


class DetailsCard(QFrame):
    """答えの中身の札."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setAccessibleName("答えの中身")
        self._view: CapacityView | None = None
        self._places = CapacityPlaces({}, ())
        self.people = FigureTable(_PEOPLE_COLUMNS, name="入れない人の一覧")
        self.sites = FigureTable(_SITE_COLUMNS, name="施設ごとの一覧")
        self.districts = FigureTable(_DISTRICT_COLUMNS, name="校区ごとの一覧")
        self.chips: ChipRow[Part] = ChipRow(_chips(0), Part.PEOPLE, name="中身の見方")
        self.chips.chosen.connect(self._show_part)
        self.all = button("全員を見る", "flat", on_click=self._open_all, name="入れない人を全員見る")
        self.all.setEnabled(False)
        self._note = label("", "small")
        self._stack = QStackedWidget()
        for table in (self.people, self.sites, self.districts):
            self._stack.addWidget(table)
        fix(self._stack, min_height=_LEAST_HEIGHT)
        self.people.opened.connect(lambda _key: self._open_all())
        self.setLayout(
            vbox(
                hbox((self.chips, 1), self._note, self.all), (self._stack, 1), margins=(2, 1, 2, 1), gap=0.75
            )
        )

    def minimumSizeHint(self) -> QSize:
        """One row of chips and a few lines: a flow of chips must not inflate its parents (Qt)."""
        return QSize(width(320), control(_LEAST_HEIGHT + 70))

    def show_view(self, view: CapacityView, places: CapacityPlaces) -> None:
        """Fill the three lists."""
        self._view, self._places = view, places
        answer = view.answer
        self.chips.set_choices(_chips(answer.unplaced_people), self.chips.value() or Part.PEOPLE)
        self.people.set_rows(
            [
                (row.number, (Cell(f"{row.number}"), Cell(f"{row.people}人"), Cell(words)))
                for row, words in zip(answer.unplaced, view.reasons, strict=True)
            ]
        )
        self.sites.set_rows([_site_row(site) for site in answer.by_site])
        self.districts.set_rows([_district_row(row) for row in answer.by_district])
        self.all.setEnabled(bool(answer.unplaced))
        self._say_note()

    def show_part(self, part: Part) -> None:
        """Show one of the lists."""
        self.chips.set_value(part)
        self._show_part(part)

    def _show_part(self, part: Part) -> None:
        self._stack.setCurrentIndex(list(Part).index(part))
        self.all.setVisible(part is Part.PEOPLE)
        self._say_note()

    def _say_note(self) -> None:
        answer = self._view.answer if self._view else None
        self._note.setText(_note(answer, self.chips.value()) if answer else "")

    def _open_all(self) -> None:
        if self._view is not None and self._view.answer.unplaced:
            UnplacedDialog(self._view, self._places, self.window()).exec()


def _note(answer: CapacityAnswer, part: Part | None) -> str:
    if part is Part.PEOPLE and answer.off_list.unplaced:
        return f"ほかに名簿外 {answer.off_list.unplaced:,}人"
    if part is Part.SITES:
        return f"空き 合わせて {answer.free_places:,}人分(入れない人とは差し引きしません)"
    return ""


def _chips(unplaced: int) -> list[tuple[Part, str]]:
    return [
        (Part.PEOPLE, f"入れない人 {unplaced:,}人"),
        (Part.SITES, "施設ごと"),
        (Part.DISTRICTS, "校区ごと"),
    ]


def _site_row(site: SiteCapacity) -> Row:
    is_out = site.refusal is not None
    state = site_state(site)
    free = "—" if is_out else "不明" if site.floor is None else "満員" if site.free == 0 else f"{site.free:,}"
    name = f"{site.name}(電源優先)" if site.is_power_first else site.name
    return site.site_id, (
        Cell(name, is_quiet=is_out),
        Cell("不明" if site.floor is None else f"{site.usable:,}", is_quiet=is_out),
        Cell(f"{site.placed:,}", is_quiet=is_out),
        Cell(free, state, is_quiet=is_out),
        Cell(site_reason(site), is_quiet=True),
    )


def _district_row(row: DistrictCapacity) -> Row:
    name = row.district_id if row.district_id == UNKNOWN_DISTRICT else f"{row.district_id}校区"
    state = State.SHORT if row.unplaced else State.OK if row.people else None
    return row.district_id, (
        Cell(name),
        Cell(f"{row.people:,}"),
        Cell(f"{row.placed:,}"),
        Cell(f"{row.unplaced:,}", state),
    )
