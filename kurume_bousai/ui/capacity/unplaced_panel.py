"""入れない人の一覧: by number, with the reasons, the nearest change, and filters; never a name."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kurume_bousai.domain.capacity_answer import UnplacedNumber
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.members import Need
from kurume_bousai.labels import label as word_of
from kurume_bousai.labels import nearest_words, need_signs, reason_label, rounded_m
from kurume_bousai.ui.capacity.figure_rows import district_word
from kurume_bousai.ui.capacity.reading import CapacityPlaces, CapacityView
from kurume_bousai.ui.figure_table import Cell, Column, FigureTable, Row
from kurume_bousai.ui.kit.widgets import Choice, Slot, button, flow, hbox, holder, label, vbox

_COLUMNS: Final = (
    Column("番号", is_figure=True),
    Column("支援"),
    Column("校区", drop=2),
    Column("人数", is_figure=True),
    Column("入れない理由(施設の数)", stretches=True, at_least=180, drop=1),
    Column("いちばん近い手", stretches=True, at_least=180),
    Column("家から直線", is_figure=True),
)


@dataclass(frozen=True, slots=True)
class Sieve:
    """しぼり込み: None = all."""

    need: Need | None = None
    district_id: DistrictId | None = None
    reason: str | None = None

    def lets(self, row: UnplacedNumber) -> bool:
        """Whether a number stays."""
        return (
            (self.need is None or self.need in row.needs)
            and (self.district_id is None or self.district_id == row.district_id)
            and (self.reason is None or any(one.reason == self.reason for one in row.reasons))
        )


class UnplacedPanel(QWidget):
    """入れない人の一覧. ``opened(number)`` when one of them is to be looked at closely."""

    opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: CapacityView | None = None
        self._places = CapacityPlaces({}, ())
        self._sieve = Sieve()
        self.need: Slot[Need | None] = _slot("必要な支援")
        self.district: Slot[DistrictId | None] = _slot("校区")
        self.reason: Slot[str | None] = _slot("理由")
        self.need.chosen.connect(lambda value: self._sift(need=value))
        self.district.chosen.connect(lambda value: self._sift(district_id=value))
        self.reason.chosen.connect(lambda value: self._sift(reason=value))
        self.count = label("", "small")
        self.every = button("全員を見せる", "flat", on_click=self.show_all)
        self.every.hide()
        self.one = button("この番号をくわしく", "plain", "magnify", self._open)
        self.one.setEnabled(False)
        self.table = FigureTable(_COLUMNS, name="入れない人の一覧。Enterで施設ごとの理由を開きます。")
        self.table.opened.connect(self.opened)
        filters = flow(
            [
                _pair("支援", self.need),
                _pair("校区", self.district),
                _pair("理由", self.reason),
                self.count,
                self.every,
            ],
            gap=1.5,
            line_gap=0.5,
        )
        self.setLayout(vbox(hbox((filters, 1), self.one), (self.table, 1), gap=0.75))

    def show_view(self, view: CapacityView, places: CapacityPlaces) -> None:
        """Fill the list; a filter that finds nobody any more is taken off."""
        self._view, self._places = view, places
        if not any(self._sieve.lets(row) for row in view.answer.unplaced):
            self._sieve = Sieve()
        self._offer()
        self._fill()

    def show_all(self) -> None:
        """Take the filters off."""
        self._sieve = Sieve()
        self._offer()
        self._fill()
        self.table.setFocus()

    def shown(self) -> list[UnplacedNumber]:
        """The numbers that pass the filters."""
        rows = self._view.answer.unplaced if self._view else ()
        return [row for row in rows if self._sieve.lets(row)]

    def _sift(self, **new: Any) -> None:  # noqa: ANN401 - each slot has its type
        self._sieve = replace(self._sieve, **new)
        self._fill()

    def _offer(self) -> None:
        """The choices that would find somebody, with their parties."""
        rows = self._view.answer.unplaced if self._view else ()
        needs = Counter(need for row in rows for need in row.needs)
        self.need.set_choices(
            [
                Choice(None, "すべて"),
                *(_counted(need, word_of(need), needs[need]) for need in Need if needs[need]),
            ],
            self._sieve.need,
        )
        districts = Counter(row.district_id for row in rows)
        self.district.set_choices(
            [
                Choice(None, "すべて"),
                *(_counted(one, district_word(one), number) for one, number in districts.most_common()),
            ],
            self._sieve.district_id,
        )
        reasons = Counter(code for row in rows for code in {one.reason for one in row.reasons})
        self.reason.set_choices(
            [
                Choice(None, "すべて"),
                *(_counted(code, reason_label(code), number) for code, number in reasons.most_common()),
            ],
            self._sieve.reason,
        )

    def _fill(self) -> None:
        words = self._view.reasons if self._view else ()
        rows = self._view.answer.unplaced if self._view else ()
        shown = [
            self._row(row, reasons) for row, reasons in zip(rows, words, strict=True) if self._sieve.lets(row)
        ]
        self.table.set_rows(shown)
        people = sum(row.people for row in self.shown())
        is_sifted = self._sieve != Sieve()
        self.count.setText(f"{len(shown):,}組 {people:,}人")
        self.every.setVisible(is_sifted)
        self.one.setEnabled(bool(shown))

    def _row(self, row: UnplacedNumber, reasons: str) -> Row:
        needs = "・".join(word_of(need) for need in Need if need in row.needs)
        nearest = row.nearest
        site = self._places.short_name(nearest.site_id) if nearest is not None else ""
        return row.number, (
            Cell(f"{row.number}"),
            Cell("", sign=need_signs(row.needs), spoken=needs or "とくになし"),
            Cell(district_word(row.district_id)),
            Cell(f"{row.people}人"),
            Cell(reasons),
            Cell(nearest_words(nearest, site)),
            Cell("—" if nearest is None else rounded_m(nearest.distance_m)),
        )

    def _open(self) -> None:
        rows = self.table.rows()
        key = self.table.key()
        if rows:
            self.opened.emit(rows[0][0] if key is None else key)


def _slot(name: str) -> Slot[Any]:
    made: Slot[Any] = Slot([Choice(None, "すべて")], None, name=f"{name}でしぼる")
    made.setProperty("shape", "low")
    return made


def _counted(value: Any, words: str, number: int) -> Choice[Any]:  # noqa: ANN401 - one of three kinds
    return Choice(value, words, f"{words}({number:,}組)")


def _pair(words: str, slot: QWidget) -> QWidget:
    return holder(hbox(label(words, "quiet"), slot, gap=0.5))
