"""地図: what every map view offers. Screens ask ``map_panel.create_map_view(parent)`` for one.

    view = create_map_view(self)            # the page in WebEngine, or the painted map where that fails
    view.set_scene(MapScene(people=…, sites=…, districts=…, table="t2"))
    view.person_selected.connect(self._on_person_selected)      # member id
    view.update_people(marks)               # after a decision: people only, cheap
    view.select_person(member_id)           # pans there and rings it
    view.set_tool(FeatureKind.ASSEMBLY_POINT)   # then feature_drawn(kind, [(lon, lat), …]); None = stop

Calls before ``ready`` are kept and shown as soon as the map can draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from kurume_bousai.domain.operations import FeatureKind
from kurume_bousai.mapview.protocol import (
    MapScene,
    PersonMark,
)

#: West, south, east, north of the city in degrees: what a map without anything to fit shows.
CITY_BOUNDS: Final = (130.40, 33.235, 130.72, 33.365)

ACCESSIBLE_NAME: Final = "地図。人は番号と記号だけで、名前は出ません。同じ内容の一覧が横にあります。"


class MapView(QWidget):
    """地図の部品: the common half of the page and the painted map."""

    ready = Signal()
    #: A scene (its revision) is on the screen, every mark drawn.
    drawn = Signal(int)
    person_selected = Signal(str)  # member id
    site_selected = Signal(str)
    district_selected = Signal(str)
    feature_selected = Signal(str)  # id of a drawn feature
    point_clicked = Signal(float, float)  # longitude, latitude; nothing was there
    feature_drawn = Signal(str, list)  # FeatureKind value, [(longitude, latitude), …]
    tool_changed = Signal(str)  # FeatureKind value, "" when the tool was put away
    #: A Japanese sentence for the message bar (the map had to start again).
    problem = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scene = MapScene()
        self.setAccessibleName(ACCESSIBLE_NAME)
        self.setMinimumSize(160, 120)

    @property
    def scene(self) -> MapScene:
        """What is shown."""
        return self._scene

    @property
    def is_ready(self) -> bool:
        """Whether the map can draw already."""
        raise NotImplementedError

    @property
    def blocked_requests(self) -> int:
        """How many addresses outside the program were asked for (and refused); always 0."""
        return 0

    def set_scene(self, scene: MapScene) -> None:
        """Show a scene. The view stays where it is; the first scene fits what it shows."""
        raise NotImplementedError

    def update_people(self, marks: Sequence[PersonMark]) -> None:
        """Show other people in the same scene."""
        raise NotImplementedError

    def select_person(self, member_id: str) -> None:
        """Ring a person and bring the place into view; "" takes the ring away."""
        raise NotImplementedError

    def fit_district(self, district_id: str) -> None:
        """Show one 校区 whole; "" = the whole city."""
        raise NotImplementedError

    def fit_bounds(self, west: float, south: float, east: float, north: float) -> None:
        """Show a box of degrees whole."""
        raise NotImplementedError

    def set_tool(self, kind: FeatureKind | None) -> None:
        """Take a drawing tool, or put it away."""
        raise NotImplementedError

    def set_legend_visible(self, visible: bool) -> None:
        """Show or fold the legend."""
        raise NotImplementedError

    def snapshot(self) -> QImage:
        """Return the map as it is on the screen."""
        return self.grab().toImage()

    def restore(self) -> None:
        """Build the map again from what the program knows."""
        self.set_scene(self._scene)


def bounds_of(scene: MapScene, district_id: str = "") -> tuple[float, float, float, float]:
    """West, south, east, north of one 校区, else of what the scene shows, else of the city."""
    shapes = [shape for shape in scene.districts if not district_id or shape.id == district_id]
    points = [point for shape in shapes for polygon in shape.polygons for point in polygon[0]]
    if not points and not district_id:
        points = [(mark.lon, mark.lat) for mark in scene.people]
    if not points:
        return CITY_BOUNDS
    lons, lats = [point[0] for point in points], [point[1] for point in points]
    return min(lons), min(lats), max(lons), max(lats)
