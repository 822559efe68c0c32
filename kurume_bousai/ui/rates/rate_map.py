"""登録率の地図: the 46 校区 shaded by their share, as on はじめに; a handful of people is hatched."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QVBoxLayout, QWidget

from kurume_bousai.mapview.protocol import LayerVisibility, MapScene
from kurume_bousai.services.roster.statistics import CityFigures
from kurume_bousai.ui.home.district_card import Swatch
from kurume_bousai.ui.home.measures import Measure, shading
from kurume_bousai.ui.kit.layouts import fix, grid
from kurume_bousai.ui.kit.widgets import flow, hbox, holder, label, vbox
from kurume_bousai.ui.map_panel.native import NativeMapView
from kurume_bousai.ui.map_panel.view import bounds_of

_HEIGHT: int = 200


class RateMap(QWidget):
    """登録率の地図 with its legend. The same numbers stand in the table beside."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._figures: CityFigures | None = None
        self._scene: MapScene | None = None
        self._chosen = ""
        self.map = NativeMapView()
        self.map.set_legend_visible(visible=False)
        self.map.setAccessibleName("校区ごとの登録率の地図。同じ数は「校区の表」で読めます。")
        self.map.district_selected.connect(self._choose)
        fix(self.map, min_height=_HEIGHT)
        self._legend_place = QVBoxLayout()
        grid(self._legend_place)
        self._legend: QWidget = holder(vbox())
        self._legend_place.addWidget(self._legend)
        self.setLayout(vbox((self.map, 1), self._legend_place, gap=0.5))

    def set_ground(self, scene: MapScene) -> None:
        """Take the shapes of the 校区."""
        self._scene = scene
        self.map.fit_bounds(*bounds_of(scene))
        self._refresh()

    def set_figures(self, figures: CityFigures) -> None:
        """Show these numbers."""
        self._figures = figures
        self._refresh()

    def caption_of(self, district_id: str) -> str:
        """Return what the map says of a 校区."""
        if self._figures is None:
            return ""
        return shading(self._figures, Measure.REGISTRATION).captions.get(district_id, "")

    def _choose(self, district_id: str) -> None:
        """Name the pressed 校区 with its share; pressed again, the name goes."""
        self._chosen = "" if district_id == self._chosen else district_id
        self._refresh()

    def _refresh(self) -> None:
        if self._figures is None or self._scene is None:
            return
        shown = shading(self._figures, Measure.REGISTRATION)
        shapes = tuple(
            replace(shape, shade=shown.shades.get(shape.id, -1), caption=shown.captions.get(shape.id, ""))
            for shape in self._scene.districts
        )
        hidden = LayerVisibility(hidden=frozenset({"graticule"}))
        self.map.set_scene(replace(self._scene, districts=shapes, shade_words=shown.words, visibility=hidden))
        self._show_legend(shown.words)

    def _show_legend(self, words: tuple[str, ...]) -> None:
        entries = [
            holder(hbox(Swatch(shade), label(word, "small"), gap=0.5)) for shade, word in enumerate(words)
        ]
        entries.append(holder(hbox(Swatch(-1), label("不明・少人数", "small"), gap=0.5)))
        old, self._legend = self._legend, flow(entries, gap=1, line_gap=0.25)
        self._legend_place.replaceWidget(old, self._legend)
        old.hide()
        old.deleteLater()
