"""地図との橋: the object the page talks to over QWebChannel. Ids, numbers and places only."""

from __future__ import annotations

import json
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from kurume_bousai.ui.kit.tokens import Theme, tokens

_COLOURS = ("text", "quiet", "halo", "accent", "edge", "line", "ok", "few", "short", "unknown")
_RAMP = ("ramp_0", "ramp_1", "ramp_2", "ramp_3", "ramp_4")
#: Ground of an empty map: a little darker than the halos.
GROUND = "#F6F6F2"


def look_json() -> str:
    """Scale, families and colours of the tokens in force, as the page reads them."""
    now = tokens()
    # Marks and words stand on white halos in every theme, so light ink would be lost on them.
    ink = replace(now, theme=Theme.BLACK_ON_WHITE) if now.theme is Theme.WHITE_ON_BLACK else now
    families = ",".join(f'"{family}"' for family in (*now.families, "KurumeMap"))
    colours = {name: ink.hex(name) for name in (*_COLOURS, *_RAMP)} | {"ground": GROUND}
    look = {
        "scale": now.scale,
        "bold": now.has_bold,
        "families": f"{families},sans-serif",
        "colours": colours,
    }
    return json.dumps(look, ensure_ascii=False)


class MapBridge(QObject):
    """地図との橋. Signals towards the page are heard there; slots are called from there."""

    # towards the page
    scene_changed = Signal(int)
    people_changed = Signal(str, int)
    bounds_wanted = Signal(float, float, float, float)
    person_chosen = Signal(str, float, float)
    place_wanted = Signal(float, float, float)  # longitude, latitude, least zoom (0 = as it is)
    zoom_wanted = Signal(float)  # levels more or less
    marks_chosen = Signal(str)  # JSON: what is found, which drawing is marked
    tool_chosen = Signal(str)  # JSON of a MapTool, "" = none
    measure_told = Signal(str)
    legend_wanted = Signal(bool)
    look_changed = Signal(str)

    # towards the program
    page_ready = Signal()
    page_drew = Signal(int)
    mark_pressed = Signal(str, str)
    point_pressed = Signal(float, float)
    feature_finished = Signal(str, list)
    corners_measured = Signal(str, list)
    place_picked = Signal(float, float)
    tool_put_away = Signal()
    ground_moved = Signal(float, float, float, float)

    @Slot()
    def on_ready(self) -> None:
        """Hear that the page can draw."""
        self.page_ready.emit()

    @Slot(int)
    def on_drawn(self, revision: int) -> None:
        """Hear that a scene is on the screen."""
        self.page_drew.emit(revision)

    @Slot(str, str)
    def on_mark_pressed(self, kind: str, mark_id: str) -> None:
        """Hear that a mark was pressed."""
        self.mark_pressed.emit(kind, mark_id)

    @Slot(float, float)
    def on_point_pressed(self, lon: float, lat: float) -> None:
        """Hear that an empty place was pressed (degrees)."""
        self.point_pressed.emit(lon, lat)

    @Slot(str, "QVariantList")
    def on_drawn_feature(self, kind: str, points: list[list[float]]) -> None:
        """Hear that a drawing is finished."""
        self.feature_finished.emit(kind, _corners(points))

    @Slot(str, "QVariantList")
    def on_measured(self, kind: str, points: list[list[float]]) -> None:
        """Hear the corners of a measure, after each change."""
        self.corners_measured.emit(kind, _corners(points))

    @Slot(float, float)
    def on_picked(self, lon: float, lat: float) -> None:
        """Hear the place that was asked for (degrees)."""
        self.place_picked.emit(lon, lat)

    @Slot(float, float, float, float)
    def on_moved(self, west: float, south: float, east: float, north: float) -> None:
        """Hear which ground is in view (degrees)."""
        self.ground_moved.emit(west, south, east, north)

    @Slot()
    def on_tool_put_away(self) -> None:
        """Hear that the tool was put away in the page (Esc)."""
        self.tool_put_away.emit()


def _corners(points: list[list[float]]) -> list[tuple[float, float]]:
    return [(float(lon), float(lat)) for lon, lat in points]
