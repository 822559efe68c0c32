"""入れない一組の窓: every site, what refuses them there, and what would let them in; numbers, no names."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from PySide6.QtWidgets import QDialog, QWidget

from kurume_bousai.domain.capacity_answer import CapacityAnswer, UnplacedNumber
from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.members import Need
from kurume_bousai.domain.nearest_change import SiteObstacles
from kurume_bousai.labels import changes_words, nearest_words, need_signs, reason_label, rounded_m
from kurume_bousai.labels import label as word_of
from kurume_bousai.ui.capacity.dialogs import fill
from kurume_bousai.ui.capacity.reading import CapacityPlaces
from kurume_bousai.ui.figure_table import Cell, Column, FigureTable, Row
from kurume_bousai.ui.kit.layouts import fix
from kurume_bousai.ui.kit.widgets import Para, button, hbox, holder, label, vbox

_NUMBERS: Final = (
    Column("番号", is_figure=True),
    Column("支援", stretches=True, at_least=40),
    Column("人数", is_figure=True),
)
_SITES: Final = (
    Column("施設", stretches=True, at_least=130),
    Column("入れない理由", stretches=True, at_least=150),
    Column("こうすれば入れる", stretches=True, at_least=200),
    Column("直線", is_figure=True, drop=1),
)


class UnplacedDialog(QDialog):
    """入れない一組の窓: the numbers at the left; beside them every site, the nearest way in first."""

    def __init__(
        self,
        answer: CapacityAnswer,
        shown: Sequence[UnplacedNumber],
        places: CapacityPlaces,
        number: int | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._answer = answer
        self._rows = {row.number: row for row in shown}
        self._places = places
        self.setWindowTitle("入れない人")
        self.numbers = FigureTable(_NUMBERS, name="入れない人の番号")
        self.numbers.set_rows([_number_row(row) for row in shown])
        self.sites = FigureTable(_SITES, name="施設ごとの理由と手")
        self._heading = label("", "lead_bold")
        self._facts = Para("", "body", line=1.35)
        self.numbers.moved.connect(self._show_one)
        people = sum(row.people for row in shown)
        left = holder(vbox(label(f"入れない人 {people:,}人", "heading"), (self.numbers, 1)))
        fix(left, fixed_width=270)
        right = vbox(self._heading, self._facts, (self.sites, 1))
        body = holder(hbox(left, (right, 1), gap=2))
        leave = button("閉じる", "main", on_click=self.accept)
        fill(self, body, hbox(None, leave), stretched=body, wide=1180, high=600)
        if shown:
            self.numbers.choose(number if number in self._rows else shown[0].number)
            self.numbers.setFocus()

    def _show_one(self, number: int) -> None:
        row = self._rows[number]
        self._heading.setText(f"番号 {number} の組が入れない理由")
        needs = "・".join(word_of(need) for need in Need if need in row.needs) or "とくになし"
        site = self._places.short_name(row.nearest.site_id) if row.nearest is not None else ""
        far = f"(家から直線 {rounded_m(row.nearest.distance_m)})" if row.nearest is not None else ""
        self._facts.set_text(
            f"{row.people}人・必要な支援 {needs}\nいちばん近い手: {nearest_words(row.nearest, site)}{far}"
        )
        self.sites.set_rows([self._site_row(one) for one in self._obstacles(row)])

    def _obstacles(self, row: UnplacedNumber) -> list[SiteObstacles]:
        """The fewest changes first, then the nearest; sites that nothing opens to them at the end."""
        try:
            found = self._answer.obstacles.of(row.number)
        except KeyError:
            found = tuple(
                SiteObstacles(SiteId(one.site_id), (one.reason,), None, math.inf) for one in row.reasons
            )
        return sorted(
            found, key=lambda one: (one.changes is None, len(one.changes or ()), one.distance_m, one.site_id)
        )

    def _site_row(self, one: SiteObstacles) -> Row:
        reasons = "・".join(reason_label(code) for code in one.reasons)
        way = "この災害では使えません" if one.changes is None else changes_words(one.changes)
        if one.changes == ():  # only where time ran out before everybody was placed
            way = "空きがあります(計算の途中です)"
        return one.site_id, (
            Cell(self._places.short_name(one.site_id)),
            Cell(reasons),
            Cell(way, is_quiet=one.changes is None),
            Cell(rounded_m(one.distance_m) if math.isfinite(one.distance_m) else "—"),
        )


def _number_row(row: UnplacedNumber) -> Row:
    needs = "・".join(word_of(need) for need in Need if need in row.needs)
    return row.number, (
        Cell(f"{row.number}"),
        Cell("", sign=need_signs(row.needs), spoken=needs or "とくになし"),
        Cell(f"{row.people}人"),
    )
