"""地図の下の列: nearer and farther, the legend, pictures, the wall, and the panel on a small screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QMenu, QWidget

from kurume_bousai.ui.kit.layouts import clear_icon
from kurume_bousai.ui.kit.widgets import button, hbox, set_icon
from kurume_bousai.ui.map_panel.view import MapView
from kurume_bousai.ui.maps.pictures import DeskPictures

_STEP: Final = 1.5


class DeskFoot(QWidget):
    """地図の下の列."""

    def __init__(
        self,
        view: MapView,
        pictures: DeskPictures,
        fit: Callable[[], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._view = view
        self.nearer = button("近く", "tool", on_click=lambda: view.zoom_by(_STEP), name="地図を大きくする")
        self.farther = button(
            "遠く", "tool", on_click=lambda: view.zoom_by(1 / _STEP), name="地図を小さくする"
        )
        self.whole = button("全体", "tool", on_click=fit, name="市か校区の全体を見る")
        self.legend = button("凡例", "tool", name="凡例を出す・しまう", checkable=True)
        self.legend.setChecked(True)
        self.legend.toggled.connect(self._show_legend)
        self.picture = button("絵にする", "tool", name="見えている地図を絵にする")
        menu = QMenu("絵にする", self)
        menu.addAction("コピーして、文書にはる", pictures.copy)
        menu.addAction("ファイルに保存する", pictures.save)
        self.picture.setMenu(menu)
        self.wall = button("大きく映す", "tool", on_click=pictures.open_projector, name="地図を大きく映す")
        self.tools = button("道具", "tool", name="地図の道具を出す・しまう", checkable=True)
        self._icons = {
            self.nearer: "plus",
            self.farther: "minus",
            self.whole: "fit-to-page-outline",
            self.legend: "map-legend",
            self.picture: "image-outline",
            self.wall: "projector-screen-outline",
        }
        self.setLayout(
            hbox(
                self.nearer, self.farther, self.whole, self.legend, None, self.picture, self.wall, self.tools,
                gap=0.75,
            )
        )  # fmt: skip
        self.set_compact(compact=False)

    def set_compact(self, *, compact: bool) -> None:
        """Words only, the button of the panel, and the legend folded, on a small screen."""
        for made, icon in self._icons.items():
            if compact:
                clear_icon(made)
            else:
                set_icon(made, icon)
        self.wall.setText("映す" if compact else "大きく映す")
        self.tools.setVisible(compact)
        self.tools.setChecked(False)
        self.legend.setChecked(not compact)
        self._show_legend(on=not compact)

    def _show_legend(self, on: bool) -> None:
        self._view.set_legend_visible(on)
        if self.tools.isHidden():  # with icons
            set_icon(self.legend, self._icons[self.legend], "on_accent" if on else "text")
