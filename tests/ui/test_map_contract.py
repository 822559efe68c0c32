"""What every map view keeps, the page in WebEngine and the painted map alike: tools, marks, ground, pictures.

A broken graphics driver must not take a tool away, so each test runs on both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kurume_bousai.domain.operations import FeatureKind
from kurume_bousai.geo.measures import PlaneMeasures
from kurume_bousai.mapview.packing import pack
from kurume_bousai.mapview.page import map_page
from kurume_bousai.mapview.protocol import (
    DrawnMark,
    MapScene,
    MeasureKind,
    PersonMark,
    PersonState,
    ReachClass,
    ReachShape,
    SiteKind,
    SiteMark,
    WayShape,
)
from kurume_bousai.ui.map_panel.measuring import MapMeasuring
from kurume_bousai.ui.map_panel.native import NativeMapView
from kurume_bousai.ui.map_panel.panel import MapPanel
from kurume_bousai.ui.map_panel.view import PICKING, MapView
from tests.helpers.map_views import (
    PATIENCE_MS,
    changed_pixels,
    delete,
    focus,
    has_colour,
    key,
    pixel,
    press,
    press_place,
    redrawn,
    settle,
    shown,
)

_BOX = (130.49, 33.29, 130.51, 33.305)
_MIDDLE = QPoint(400, 300)
_CORNERS = (QPoint(300, 200), QPoint(500, 210), QPoint(480, 400))
_REGION = ((130.4925, 33.2915), (130.4985, 33.2915), (130.4985, 33.2955), (130.4925, 33.2955))
_SCENE = MapScene(
    people=(PersonMark("p1", 130.505, 33.303, 1, "電", PersonState.NO_SUPPORTER, "t1"),),
    sites=(SiteMark("s1", SiteKind.WELFARE, 130.492, 33.303, "架空の里"),),
    drawn=(
        DrawnMark("point", FeatureKind.ASSEMBLY_POINT, ((130.508, 33.301),), "t1", "架空公園"),
        DrawnMark("line", FeatureKind.ROUTE, ((130.494, 33.3005), (130.506, 33.3005)), "t1"),
        DrawnMark("region", FeatureKind.REGION, _REGION, "t1"),
        DrawnMark("note", FeatureKind.NOTE, ((130.505, 33.2925),), "t1", "夜は暗い"),
    ),
    table="t1",
)


@pytest.fixture(params=["page", "painted"])
def view(request: pytest.FixtureRequest, dressed: QApplication, qtbot: QtBot) -> Iterator[MapView]:
    yield from shown(_made(request.param), qtbot, _SCENE, _BOX)


def _made(kind: str) -> MapView:
    return MapPanel(map_page()) if kind == "page" else NativeMapView()


def _drawn(view: MapView, qtbot: QtBot, *steps: QPoint | Qt.Key) -> tuple[str, list[tuple[float, float]]]:
    """Press and type, and return what was drawn by it."""
    with qtbot.waitSignal(view.feature_drawn, timeout=PATIENCE_MS) as told:
        for step in steps:
            if isinstance(step, QPoint):
                press(view, step)
            else:
                key(view, step)
    kind, points = told.args
    return str(kind), list(points)


# ---------------------------------------------------------------- drawing
@pytest.mark.parametrize("kind", list(FeatureKind))
def test_every_kind_has_its_tool(
    dressed: QApplication, qtbot: QtBot, kind: FeatureKind, view: MapView
) -> None:
    with qtbot.waitSignal(view.tool_changed) as told:
        view.set_tool(kind)
    assert told.args == [kind.value]
    assert view.tool == kind.value
    view.set_tool(None)
    assert view.tool == ""


def test_a_region_is_drawn_by_its_corners(view: MapView, qtbot: QtBot) -> None:
    view.set_tool(FeatureKind.REGION)
    settle(view, qtbot)
    focus(view, qtbot)
    kind, points = _drawn(view, qtbot, *_CORNERS, Qt.Key.Key_Return)
    assert kind == "region"
    assert [tuple(point) for point in points] == [
        pytest.approx(_degrees(view, corner), abs=2e-5) for corner in _CORNERS
    ]


def _degrees(view: MapView, at: QPoint) -> tuple[float, float]:
    """A pixel in degrees, by the edges of the view."""
    west, _south, east, _north = view.view_bounds()
    lon = west + (east - west) * at.x() / view.width()
    low, high = 33.2, 33.4
    for _ in range(40):  # Web Mercator is not linear in latitude
        middle = (low + high) / 2
        low, high = (middle, high) if _row(view, middle) > at.y() else (low, middle)
    return lon, low


def _row(view: MapView, lat: float) -> float:
    """Row of a latitude, by the edges of the view."""
    _west, south, _east, north = view.view_bounds()
    rows = [float(np.arctanh(np.sin(np.radians(one)))) for one in (south, lat, north)]
    return view.height() * (rows[2] - rows[1]) / (rows[2] - rows[0])


def test_two_corners_are_no_region_yet(view: MapView, qtbot: QtBot) -> None:
    view.set_tool(FeatureKind.REGION)
    settle(view, qtbot)
    focus(view, qtbot)
    early: list[str] = []
    view.feature_drawn.connect(lambda kind, _points: early.append(kind))
    press(view, _CORNERS[0])
    press(view, _CORNERS[1])
    key(view, Qt.Key.Key_Return)
    settle(view, qtbot)
    assert early == []
    _kind, points = _drawn(view, qtbot, _CORNERS[2], Qt.Key.Key_Return)
    assert len(points) == 3


def test_backspace_takes_a_corner_back(view: MapView, qtbot: QtBot) -> None:
    view.set_tool(FeatureKind.REGION)
    settle(view, qtbot)
    focus(view, qtbot)
    steps = (*_CORNERS, QPoint(100, 500), Qt.Key.Key_Backspace, Qt.Key.Key_Return)
    _kind, points = _drawn(view, qtbot, *steps)
    assert len(points) == 3


def test_words_are_set_by_one_press_and_by_one_key(view: MapView, qtbot: QtBot) -> None:
    view.set_tool(FeatureKind.NOTE)
    settle(view, qtbot)
    focus(view, qtbot)
    for step in (_MIDDLE, Qt.Key.Key_Space, Qt.Key.Key_Return):
        kind, points = _drawn(view, qtbot, step)
        assert kind == "note"
        assert len(points) == 1
        assert tuple(points[0]) == pytest.approx(_degrees(view, _MIDDLE), abs=5e-5)


def test_a_region_is_drawn_by_keyboard_alone(view: MapView, qtbot: QtBot) -> None:
    view.set_tool(FeatureKind.REGION)
    settle(view, qtbot)
    focus(view, qtbot)
    with qtbot.waitSignal(view.feature_drawn, timeout=PATIENCE_MS) as told:
        for step in (Qt.Key.Key_Right, Qt.Key.Key_Down, None):
            key(view, Qt.Key.Key_Space)
            if step is not None:
                with qtbot.waitSignal(view.view_changed, timeout=PATIENCE_MS):
                    key(view, step)
                settle(view, qtbot)
        key(view, Qt.Key.Key_Return)
    first, second, third = told.args[1]
    assert second[0] > first[0]
    assert third[1] < second[1]


# ---------------------------------------------------------------- measuring and asking
def test_each_corner_of_a_measure_is_told(view: MapView, qtbot: QtBot) -> None:
    told: list[tuple[str, int]] = []
    view.measured.connect(lambda kind, points: told.append((kind, len(points))))
    view.set_measure(MeasureKind.SURFACE)
    settle(view, qtbot)
    focus(view, qtbot)
    for corner in _CORNERS:
        press(view, corner)
    key(view, Qt.Key.Key_Backspace)
    press(view, QPoint(350, 380))
    key(view, Qt.Key.Key_Return)
    press(view, _CORNERS[0])  # a measure that has ended makes room for the next
    qtbot.waitUntil(lambda: len(told) == 6, timeout=PATIENCE_MS)
    assert told == [("surface", count) for count in (1, 2, 3, 2, 3, 1)]


def test_a_distance_is_said_in_metres_of_the_ground(view: MapView, qtbot: QtBot) -> None:
    measuring = MapMeasuring(view, PlaneMeasures())
    said: list[str] = []
    measuring.told.connect(said.append)
    view.set_measure(MeasureKind.DISTANCE)
    settle(view, qtbot)
    press_place(view, qtbot, 130.494, 33.2945)
    press_place(view, qtbot, 130.505, 33.2945)
    qtbot.waitUntil(lambda: len(said) == 2, timeout=PATIENCE_MS)
    assert said[0] == ""
    assert said[1].endswith("km")
    assert float(said[1].removesuffix("km")) == pytest.approx(1.025, abs=0.01)  # 0.011° at 33.3° north


def test_what_is_measured_is_in_the_picture(view: MapView, qtbot: QtBot) -> None:
    MapMeasuring(view, PlaneMeasures())
    settle(view, qtbot)
    before = view.picture()
    view.set_measure(MeasureKind.DISTANCE)
    settle(view, qtbot)
    assert changed_pixels(before, view.picture()) < 100, "the hint is not in the picture"
    with qtbot.waitSignals([view.measured, view.measured], timeout=PATIENCE_MS):
        press(view, _CORNERS[0])
        press(view, _CORNERS[1])
    assert changed_pixels(before, view.picture()) > 500
    view.set_measure(None)
    assert changed_pixels(before, view.picture()) < 100


def test_a_place_is_asked_for_until_the_tool_is_put_away(view: MapView, qtbot: QtBot) -> None:
    view.set_picking("出発する所を押してください。")
    assert view.tool == PICKING
    settle(view, qtbot)
    for lon, lat in ((130.505, 33.303), (130.494, 33.298)):  # even where somebody stands
        with qtbot.waitSignal(view.picked, timeout=PATIENCE_MS) as told:
            press_place(view, qtbot, lon, lat)
        assert told.args == pytest.approx([lon, lat], abs=5e-5)
    view.set_picking("")
    settle(view, qtbot)
    with qtbot.waitSignal(view.person_selected, timeout=PATIENCE_MS):
        press_place(view, qtbot, 130.505, 33.303)


def test_one_tool_is_in_the_hand_at_a_time(view: MapView, qtbot: QtBot) -> None:
    told: list[str] = []
    view.tool_changed.connect(told.append)
    view.set_tool(FeatureKind.REGION)
    view.set_measure(MeasureKind.DISTANCE)
    view.set_picking("押してください。")
    settle(view, qtbot)
    focus(view, qtbot)
    with qtbot.waitSignal(view.tool_changed, timeout=PATIENCE_MS):
        key(view, Qt.Key.Key_Escape)
    assert told == ["region", "distance", PICKING, ""]
    assert view.tool == ""


# ---------------------------------------------------------------- pressing what was drawn
@pytest.mark.parametrize(
    ("place", "wanted"),
    [
        ((130.508, 33.301), "point"),
        ((130.4955, 33.3005), "line"),  # far from its middle
        ((130.4925, 33.2925), "region"),  # on its edge
        ((130.4945, 33.2925), "region"),  # inside it
        ((130.505, 33.2925), "note"),
    ],
)
def test_pressing_a_drawing_selects_it(
    view: MapView, qtbot: QtBot, place: tuple[float, float], wanted: str
) -> None:
    with qtbot.waitSignal(view.feature_selected, timeout=PATIENCE_MS) as told:
        press_place(view, qtbot, *place)
    assert told.args == [wanted]


def test_what_stands_in_a_region_is_pressed_before_it(view: MapView, qtbot: QtBot) -> None:
    inside = SiteMark("s2", SiteKind.DESIGNATED, 130.494, 33.2925, "架空小学校")
    redrawn(view, qtbot, replace(_SCENE, sites=(inside,)))
    with qtbot.waitSignal(view.site_selected, timeout=PATIENCE_MS) as told:
        press_place(view, qtbot, 130.494, 33.2925)
    assert told.args == ["s2"]


def test_a_selected_drawing_is_marked(view: MapView, qtbot: QtBot) -> None:
    edge = pixel(view, qtbot, _REGION[0][0], 33.2935)
    assert not has_colour(view.snapshot(), edge, 0x26408B)
    view.select_feature("region")
    assert view.scene.selected_feature == "region"
    qtbot.waitUntil(lambda: has_colour(view.snapshot(), edge, 0x26408B), timeout=PATIENCE_MS)
    view.select_feature("")
    qtbot.waitUntil(lambda: not has_colour(view.snapshot(), edge, 0x26408B), timeout=PATIENCE_MS)


# ---------------------------------------------------------------- ground
def test_the_view_says_what_it_shows(view: MapView, qtbot: QtBot) -> None:
    west, south, east, north = view.view_bounds()
    assert west <= _BOX[0] < _BOX[2] <= east
    assert south <= _BOX[1] < _BOX[3] <= north
    with qtbot.waitSignal(view.view_changed, timeout=PATIENCE_MS) as told:
        view.zoom_by(2.0)
    assert told.args == pytest.approx(list(view.view_bounds()))
    assert told.args[2] - told.args[0] == pytest.approx((east - west) / 2, rel=0.01)
    with qtbot.waitSignal(view.view_changed, timeout=PATIENCE_MS):
        view.look_at(130.52, 33.31)
    box = view.view_bounds()
    assert (box[0] + box[2]) / 2 == pytest.approx(130.52, abs=1e-4)


def test_a_found_place_is_ringed_and_brought_into_view(view: MapView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.view_changed, timeout=PATIENCE_MS):
        view.show_found(130.53, 33.32)
    assert view.scene.found == (130.53, 33.32)
    west, south, east, north = view.view_bounds()
    assert west < 130.53 < east
    assert south < 33.32 < north
    assert east - west < 0.02  # near enough to tell it from its neighbours
    at = pixel(view, qtbot, 130.53, 33.32) + QPoint(26, 0)
    qtbot.waitUntil(lambda: has_colour(view.snapshot(), at, 0x26408B), timeout=PATIENCE_MS)
    view.clear_found()
    qtbot.waitUntil(lambda: not has_colour(view.snapshot(), at, 0x26408B), timeout=PATIENCE_MS)
    assert view.scene.found is None


# ---------------------------------------------------------------- ways, reach, rough people
def test_roads_have_the_colour_of_their_class(view: MapView, qtbot: QtBot) -> None:
    roads = [[np.array([[130.492, lat], [130.508, lat]])] for lat in (33.293, 33.298)]
    classes = (
        ReachClass("0〜3分", "#0B3C5D", pack(roads[:1])),
        ReachClass("3〜6分", "#74BFA0", pack(roads[1:])),
        ReachClass("道がない", None),
    )
    reach = ReachShape("逃げ地図(徒歩)", classes, ((130.5, 33.302),), "r1")
    redrawn(view, qtbot, MapScene(reach=reach))
    first, second = pixel(view, qtbot, 130.5, 33.293), pixel(view, qtbot, 130.4963, 33.298)
    qtbot.waitUntil(lambda: has_colour(view.snapshot(), first, 0x0B3C5D), timeout=PATIENCE_MS)
    assert any(has_colour(view.snapshot(), second + QPoint(step, 0), 0x74BFA0) for step in range(0, 40, 4))
    others = replace(reach, classes=(ReachClass("0〜3分", "#DE7A2B", pack(roads[:1])),), revision="r2")
    redrawn(view, qtbot, MapScene(reach=others))
    qtbot.waitUntil(lambda: has_colour(view.snapshot(), first, 0xDE7A2B), timeout=PATIENCE_MS)
    redrawn(view, qtbot, MapScene())
    qtbot.waitUntil(lambda: not has_colour(view.snapshot(), first, 0xDE7A2B), timeout=PATIENCE_MS)


def test_a_way_is_a_line_and_a_straight_one_is_dashed(view: MapView, qtbot: QtBot) -> None:
    start, end = pixel(view, qtbot, 130.495, 33.298), pixel(view, qtbot, 130.505, 33.298)

    def inked() -> int:
        image = view.snapshot()
        return sum(has_colour(image, QPoint(x, start.y()), 0x26408B, 1) for x in range(start.x(), end.x()))

    def drawn(*, is_straight: bool) -> int:
        way = WayShape(((130.494, 33.298), (130.506, 33.298)), "徒歩 15分 1.1km", is_straight)
        redrawn(view, qtbot, MapScene(ways=(way,)))
        # A page paints a moment after it has said that it drew.
        qtbot.waitUntil(lambda: inked() > 0, timeout=PATIENCE_MS)
        return inked()

    whole = drawn(is_straight=False)
    redrawn(view, qtbot, MapScene())
    qtbot.waitUntil(lambda: inked() == 0, timeout=PATIENCE_MS)
    dashed = drawn(is_straight=True)
    assert 0.3 * whole < dashed < 0.9 * whole


def test_a_rough_place_looks_different(view: MapView, qtbot: QtBot) -> None:
    before = view.snapshot()
    with qtbot.waitSignal(view.drawn, timeout=PATIENCE_MS):
        view.update_people((replace(_SCENE.people[0], is_rough=True),))
    qtbot.waitUntil(lambda: view.snapshot() != before, timeout=PATIENCE_MS)


# ---------------------------------------------------------------- before it is there, after it was gone
@pytest.mark.parametrize("kind", ["page", "painted"])
def test_what_is_told_before_the_map_is_there_is_kept(dressed: QApplication, qtbot: QtBot, kind: str) -> None:
    view = _made(kind)
    view.resize(800, 600)
    view.set_scene(_SCENE)
    view.fit_bounds(*_BOX)
    view.select_feature("line")
    view.show_found(130.503, 33.299)
    view.set_measure(MeasureKind.DISTANCE)
    view.show_measure("")
    view.zoom_by(1.0)
    with qtbot.waitSignal(view.drawn, timeout=PATIENCE_MS):
        view.show()
    assert view.tool == "distance"
    west, south, east, north = view.view_bounds()
    assert west < 130.503 < east
    assert south < 33.299 < north
    settle(view, qtbot)
    with qtbot.waitSignal(view.measured, timeout=PATIENCE_MS):
        press(view, _MIDDLE)
    delete(view)


def test_a_map_built_again_has_the_tool_still_in_the_hand(view: MapView, qtbot: QtBot) -> None:
    view.set_tool(FeatureKind.NOTE)
    view.select_feature("region")
    with qtbot.waitSignal(view.drawn, timeout=PATIENCE_MS):
        view.restore()
    settle(view, qtbot)
    assert view.scene.selected_feature == "region"
    kind, _points = _drawn(view, qtbot, _MIDDLE)
    assert kind == "note"


# ---------------------------------------------------------------- pictures
def test_a_picture_has_the_legend_beside_the_map(view: MapView, qtbot: QtBot) -> None:
    ratio = view.devicePixelRatioF()
    picture = view.picture()
    assert picture.height() == round(600 * ratio)
    assert picture.width() > 800 * ratio
    strip = {picture.pixel(x, y) & 0xFFFFFF for x in range(810, picture.width(), 3) for y in range(0, 400, 3)}
    assert len(strip) > 4, "signs and words"
    redrawn(view, qtbot, MapScene())
    assert view.picture().width() == round(800 * ratio)
    view.set_legend_visible(False)
    view.set_legend_visible(True)
