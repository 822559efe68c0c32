"""地図: what every map view offers. Screens ask ``map_making.create_map_view(parent)`` for one.

    view = create_map_view(self)            # the page in WebEngine, or the painted map where that fails
    view.set_scene(MapScene(people=…, sites=…, districts=…, table="t2"))
    view.person_selected.connect(self._on_person_selected)      # member id
    view.update_people(marks)               # after a decision: people only, cheap
    view.select_person(member_id)           # pans there and rings it
    view.set_tool(FeatureKind.ASSEMBLY_POINT)   # then feature_drawn(kind, [(lon, lat), …]); None = stop
    view.set_measure(MeasureKind.DISTANCE)  # then measured(kind, corners); ``map_measuring`` says the words
    view.set_picking("押してください。")      # then picked(lon, lat); "" = stop

One tool is in the hand at a time.  Calls before ``ready`` are kept and shown as soon as the map can draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from kurume_bousai.domain.operations import FeatureKind
from kurume_bousai.mapview.protocol import Line, MapScene, MeasureKind, PersonMark
from kurume_bousai.ui.map_panel.tools import PICKING as PICKING  # noqa: PLC0414 - what ``tool_changed`` says
from kurume_bousai.ui.map_panel.tools import (
    MapTool,
    Measured,
    Shape,
    drawing_tool,
    measuring_tool,
    picking_tool,
)

#: West, south, east, north of the city in degrees: what a map without anything to fit shows.
CITY_BOUNDS: Final = (130.40, 33.235, 130.72, 33.365)
#: Zoom at which a place that was looked for is told from its neighbours.
FOUND_ZOOM: Final = 16.0

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
    measured = Signal(str, list)  # MeasureKind value, [(longitude, latitude), …] after each change
    picked = Signal(float, float)  # longitude, latitude of the place that was asked for
    tool_changed = Signal(str)  # FeatureKind or MeasureKind value, ``PICKING``, "" when it was put away
    view_changed = Signal(float, float, float, float)  # west, south, east, north after each move
    #: A Japanese sentence for the message bar (the map had to start again).
    problem = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scene = MapScene()
        self._tool: MapTool | None = None
        self._measure_words = ""
        self.setAccessibleName(ACCESSIBLE_NAME)
        self.setMinimumSize(160, 120)

    @property
    def scene(self) -> MapScene:
        """What is shown."""
        return self._scene

    @property
    def tool(self) -> str:
        """What is in the hand, as ``tool_changed`` says it."""
        return "" if self._tool is None else self._tool.kind

    @property
    def is_ready(self) -> bool:
        """Whether the map can draw already."""
        raise NotImplementedError

    @property
    def blocked_requests(self) -> int:
        """How many addresses outside the program were asked for (and refused); always 0."""
        return 0

    # ------------------------------------------------ what is shown
    def set_scene(self, scene: MapScene) -> None:
        """Show a scene. The view stays where it is; the first scene fits what it shows."""
        raise NotImplementedError

    def update_people(self, marks: Sequence[PersonMark]) -> None:
        """Show other people in the same scene."""
        raise NotImplementedError

    def select_person(self, member_id: str) -> None:
        """Ring a person and bring the place into view; "" takes the ring away."""
        raise NotImplementedError

    def select_feature(self, feature_id: str) -> None:
        """Mark a drawing; "" takes the mark away."""
        self._scene = replace(self._scene, selected_feature=feature_id)
        self._mark_changed()

    def show_found(self, lon: float, lat: float) -> None:
        """Ring a place somebody looked for, and bring it into view."""
        self._scene = replace(self._scene, found=(lon, lat))
        self._mark_changed()
        self.look_at(lon, lat, FOUND_ZOOM)

    def clear_found(self) -> None:
        """Take the ring away."""
        self._scene = replace(self._scene, found=None)
        self._mark_changed()

    def _mark_changed(self) -> None:
        """Show ``found`` and ``selected_feature`` of the scene kept here."""
        raise NotImplementedError

    def set_legend_visible(self, visible: bool) -> None:
        """Show or fold the legend."""
        raise NotImplementedError

    # ------------------------------------------------ which ground
    def fit_district(self, district_id: str) -> None:
        """Show one 校区 whole; "" = the whole city."""
        self.fit_bounds(*bounds_of(self._scene, district_id))

    def fit_bounds(self, west: float, south: float, east: float, north: float) -> None:
        """Show a box of degrees whole."""
        raise NotImplementedError

    def look_at(self, lon: float, lat: float, least_zoom: float | None = None) -> None:
        """Bring a place into the middle; ``least_zoom`` = come nearer where the map shows more ground."""
        raise NotImplementedError

    def zoom_by(self, factor: float) -> None:
        """Show more (factor below 1) or less ground, around the middle; 2.0 = twice as large."""
        raise NotImplementedError

    def view_bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of what is in view, in degrees."""
        raise NotImplementedError

    # ------------------------------------------------ tools
    def set_tool(self, kind: FeatureKind | None) -> None:
        """Take a drawing tool, or put away whatever is in the hand."""
        self.use_tool(None if kind is None else drawing_tool(kind))

    def set_measure(self, kind: MeasureKind | None) -> None:
        """Take a measuring tool, or put away whatever is in the hand."""
        self.use_tool(None if kind is None else measuring_tool(kind))

    def set_picking(self, words: str) -> None:
        """Ask for one place with a whole sentence; "" puts away whatever is in the hand."""
        self.use_tool(picking_tool(words) if words else None)

    def show_measure(self, words: str) -> None:
        """Write a measure beside the last corner and under the hint; "" = nothing to say yet."""
        self._measure_words = words
        self._measure_changed()

    def use_tool(self, tool: MapTool | None) -> None:
        """Take a tool into the hand; None = put away what is there."""
        self._tool = tool
        self._measure_words = ""
        self.setAccessibleDescription("" if tool is None else tool.hint)
        self._tool_taken()
        self.tool_changed.emit(self.tool)

    def _tool_taken(self) -> None:
        """Give the tool kept here into the hand."""
        raise NotImplementedError

    def _measure_changed(self) -> None:
        """Show the words kept here."""
        raise NotImplementedError

    # ------------------------------------------------ pictures
    def snapshot(self) -> QImage:
        """Return the map as it is on the screen."""
        return self.grab().toImage()

    def picture(self) -> QImage:
        """Return the map with scale, north, sources and watermark, and its whole legend beside it.

        What is being measured is in it; hint, cross and buttons are not.
        """
        # Painted, not grabbed: a page on the screen has buttons, and a legend that must be scrolled.
        from kurume_bousai.ui.map_panel.picture import paint_picture

        shape = self._tool.shape if self._tool is not None else Shape.LINE
        corners, words = self._measured_corners(), self._measure_words
        size, ratio = self.size(), self.devicePixelRatioF()
        return paint_picture(self._scene, self.view_bounds(), size, ratio, Measured(shape, corners, words))

    def _measured_corners(self) -> Line:
        """Corners of the measure in the hand."""
        raise NotImplementedError

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
