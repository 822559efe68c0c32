"""46校区: the map shaded by one number, and the same numbers as a list one key away."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QComboBox, QFrame, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from kurume_bousai.mapview.protocol import LayerVisibility, MapScene
from kurume_bousai.services.roster.statistics import CityFigures
from kurume_bousai.ui.figure_table import Cell, Column, FigureTable, Row
from kurume_bousai.ui.home.measures import (
    MEASURE_RULES,
    MEASURE_WORDS,
    ListRow,
    Measure,
    list_rows,
    shading,
)
from kurume_bousai.ui.kit.figures import Painted
from kurume_bousai.ui.kit.layouts import fix, grid
from kurume_bousai.ui.kit.painters import draw_hatch
from kurume_bousai.ui.kit.tokens import colour, control, px
from kurume_bousai.ui.kit.widgets import button, flow, hbox, holder, label, set_icon, vbox
from kurume_bousai.ui.map_panel.native import NativeMapView
from kurume_bousai.ui.map_panel.view import bounds_of

_COLUMNS: Final = (
    Column("校区", stretches=True, at_least=96),
    Column("名簿", is_figure=True, drop=2),
    Column("登録者", is_figure=True),
    Column("登録率", is_figure=True),
    Column("プラン完成", is_figure=True, drop=3),
    Column("作成率", is_figure=True),
    Column("支援者なし", is_figure=True),
    Column("最後の訓練", is_figure=True, drop=1),
)
#: Least height of map and list, px at 100 %; in the compact layout the page scrolls anyway.
_MAP_HEIGHT, _COMPACT_MAP_HEIGHT = 200, 280
#: Shares of the city's height kept free above (the word 架空) and below (the scale).
_FREE_ABOVE, _FREE_BELOW = 0.05, 0.06


class Swatch(Painted):
    """凡例の色: one shade of the ramp, or the hatch of 不明・少人数."""

    def __init__(self, shade: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shade = shade
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Small box (Qt)."""
        return QSize(px(22), px(14))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the box (Qt)."""
        painter = QPainter(self)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(colour("edge"), 1))
        painter.setBrush(colour("surface" if self._shade < 0 else f"ramp_{self._shade}"))
        painter.drawRect(box)
        if self._shade < 0:
            painter.setClipRect(box)
            draw_hatch(painter, box, QPen(colour("edge"), 1.5), step=px(6))


class DistrictCard(QFrame):
    """46校区の札. ``district_chosen(id)`` when a person presses a 校区 on the map or in the list."""

    district_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setAccessibleName("46校区")
        self._figures: CityFigures | None = None
        self._scene: MapScene | None = None
        self._chosen = ""
        self.map: NativeMapView | None = None
        self.measure = QComboBox()
        self.measure.setAccessibleName("塗り分ける数")
        self.measure.view().setAccessibleName("塗り分ける数の一覧")
        for one in Measure:
            self.measure.addItem(MEASURE_WORDS[one], one)
        self.measure.currentIndexChanged.connect(lambda _index: self._refresh())
        self.switch = button("一覧で見る", "plain", "format-list-bulleted", self.toggle)
        self.table = FigureTable(_COLUMNS, name="46校区の数の一覧")
        self.table.opened.connect(lambda key: self.district_chosen.emit(str(key)))
        self._waiting = label("地図を用意しています", "quiet", align=Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._waiting)
        self._stack.addWidget(self.table)
        self._stack.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._map_height = _MAP_HEIGHT
        fix(self._stack, min_height=_MAP_HEIGHT)
        self._rule = label("", "small")
        self._legend_place = QVBoxLayout()
        grid(self._legend_place)
        self._legend = holder(vbox())
        self._legend_place.addWidget(self._legend)
        head = hbox(label("46校区", "heading"), self._rule, None, self.measure, self.switch, gap=1)
        self.setLayout(vbox(head, (self._stack, 1), self._legend_place, margins=(2, 1, 2, 1), gap=0.75))

    @property
    def shows_list(self) -> bool:
        """Whether the list stands in place of the map."""
        return self._stack.currentWidget() is self.table

    def toggle(self) -> None:
        """Change between map and list; the keyboard goes along."""
        to_list = not self.shows_list
        target: QWidget = self.table if to_list else (self.map or self._waiting)
        self._stack.setCurrentWidget(target)
        self.switch.setText("地図で見る" if to_list else "一覧で見る")
        self.switch.setAccessibleName(self.switch.text())
        set_icon(self.switch, "map-outline" if to_list else "format-list-bulleted")
        self._legend.setVisible(not to_list)
        self._rule.setVisible(not to_list)
        self.measure.setVisible(not to_list)
        if to_list:
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_compact(self, *, compact: bool) -> None:
        """Fewer columns, and no rule beside the heading, where there is little room."""
        self._rule.setMaximumWidth(0 if compact else 16777215)
        self._map_height = _COMPACT_MAP_HEIGHT if compact else _MAP_HEIGHT
        fix(self._stack, min_height=self._map_height)
        self.updateGeometry()

    def set_figures(self, figures: CityFigures) -> None:
        """Show these numbers."""
        self._figures = figures
        self.table.set_rows([_row(one) for one in list_rows(figures)])
        self._refresh()

    def set_ground(self, scene: MapScene) -> None:
        """Take the shapes of the 校区; the map is made now, not when the program starts."""
        self._scene = scene
        if self.map is None:
            self.map = NativeMapView()
            self.map.set_legend_visible(visible=False)
            self.map.setAccessibleName("46校区の地図。同じ数は「一覧で見る」で読めます。")
            self.map.district_selected.connect(self.district_chosen)
            self._stack.addWidget(self.map)
            if not self.shows_list:
                self._stack.setCurrentWidget(self.map)
            west, south, east, north = bounds_of(scene)
            high = north - south
            self.map.fit_bounds(west, south - high * _FREE_BELOW, east, north + high * _FREE_ABOVE)
        self._refresh()

    def set_chosen(self, district_id: str) -> None:
        """Name one 校区 on the map; empty = none."""
        self._chosen = district_id
        if district_id:
            self.table.choose(district_id)
        self._refresh()

    def caption_of(self, district_id: str) -> str:
        """Return what the map says of a 校区 under the chosen number."""
        if self._figures is None:
            return ""
        return shading(self._figures, self._measure()).captions.get(district_id, "")

    def _measure(self) -> Measure:
        return Measure(self.measure.currentData())

    def _refresh(self) -> None:
        measure = self._measure()
        self._rule.setText(MEASURE_RULES[measure])
        if self._figures is None:
            return
        shown = shading(self._figures, measure)
        self._show_legend(shown.words)
        if self.map is None or self._scene is None:
            return
        shapes = tuple(
            replace(shape, shade=shown.shades.get(shape.id, -1), caption=shown.captions.get(shape.id, ""))
            for shape in self._scene.districts
        )
        self.map.set_scene(
            replace(
                self._scene,
                districts=shapes,
                chosen_district=self._chosen,
                shade_words=shown.words,
                visibility=LayerVisibility(hidden=frozenset({"graticule"})),
            )
        )

    def _show_legend(self, words: tuple[str, ...]) -> None:
        entries = [
            holder(hbox(Swatch(shade), label(word, "small"), gap=0.5)) for shade, word in enumerate(words)
        ]
        entries.append(holder(hbox(Swatch(-1), label("不明・少人数", "small"), gap=0.5)))
        made = flow(entries, gap=1, line_gap=0.25)
        made.setVisible(not self.shows_list)
        old, self._legend = self._legend, made
        self._legend_place.replaceWidget(old, made)
        old.hide()
        old.deleteLater()

    def minimumSizeHint(self) -> QSize:
        """Room for the head and a map one can read; the legend must not inflate its parents (Qt)."""
        return QSize(super().minimumSizeHint().width(), control(self._map_height + 90))


def _row(row: ListRow) -> Row:
    return row.district_id, (
        Cell(f"{row.district_id}校区"),
        Cell(row.on_list),
        Cell(row.applied),
        Cell(row.registration),
        Cell(row.complete),
        Cell(row.plans),
        Cell(row.no_supporter),
        Cell(row.last_session, is_quiet=row.last_session == "記録なし"),
    )
