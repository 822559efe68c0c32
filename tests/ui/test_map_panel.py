"""The map page in WebEngine and the painted map: one contract, and nothing ever asks the network."""

from __future__ import annotations

import io
import json
import os
import signal
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import cast

import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QPoint, Qt, QUrl
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWebEngineCore import QWebEngineUrlRequestInfo
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kurume_bousai.domain.operations import FeatureKind
from kurume_bousai.mapview.page import map_page
from kurume_bousai.mapview.protocol import (
    BackgroundImage,
    DistrictShape,
    DrawnMark,
    HazardShape,
    LinkKind,
    LinkMark,
    MapScene,
    PersonMark,
    PersonState,
    SiteKind,
    SiteMark,
)
from kurume_bousai.ui.kit.tokens import Theme, set_scale, set_theme
from kurume_bousai.ui.map_panel import scheme as map_scheme
from kurume_bousai.ui.map_panel.bridge import look_json
from kurume_bousai.ui.map_panel.making import NO_WEBENGINE, create_map_view
from kurume_bousai.ui.map_panel.native import NativeMapView
from kurume_bousai.ui.map_panel.panel import Handles, MapPanel
from kurume_bousai.ui.map_panel.view import MapView
from tests.helpers.guards import LogGuard

_MIDDLE = (130.50, 33.30)
_BOX = (130.49, 33.29, 130.51, 33.31)
_SQUARE = (((130.49, 33.29), (130.51, 33.29), (130.51, 33.31), (130.49, 33.31), (130.49, 33.29)),)
_SCENE = MapScene(
    people=(
        PersonMark("p1", *_MIDDLE, 1, "電", PersonState.NO_SUPPORTER, "t1"),
        PersonMark("p2", 130.503, 33.303, 2, "椅", PersonState.DECIDED, "t2"),
    ),
    sites=(SiteMark("s1", SiteKind.WELFARE, 130.495, 33.305, "架空の里"),),
    districts=(DistrictShape("津福", "津福", (_SQUARE,), approximate=True),),
    hazards=(HazardShape(3, (_SQUARE,)),),
    drawn=(
        DrawnMark("f1", FeatureKind.ASSEMBLY_POINT, ((130.497, 33.297),), "t1", "架空公民館"),
        DrawnMark("f2", FeatureKind.ROUTE, ((130.495, 33.292), (130.505, 33.293)), "t1"),
        DrawnMark("f3", FeatureKind.BLOCKED_ROAD, ((130.505, 33.295),), "t1"),
    ),
    links=(LinkMark(LinkKind.SUPPORTER, _MIDDLE, (130.503, 33.303), "t1"),),
    table="t1",
    watermark="架空",
)


@pytest.fixture(params=["page", "painted"])
def view(request: pytest.FixtureRequest, dressed: QApplication, qtbot: QtBot) -> Iterator[MapView]:
    made: MapView = MapPanel(map_page()) if request.param == "page" else NativeMapView()
    yield from _shown(made, qtbot)


@pytest.fixture
def panel(dressed: QApplication, qtbot: QtBot) -> Iterator[MapPanel]:
    made = MapPanel(map_page())
    for shown in _shown(made, qtbot):
        assert isinstance(shown, MapPanel)
        yield shown


def _shown(made: MapView, qtbot: QtBot) -> Iterator[MapView]:
    made.resize(800, 600)
    made.set_scene(_SCENE)
    made.fit_bounds(*_BOX)
    with qtbot.waitSignal(made.drawn, timeout=15000):
        made.show()
    yield made
    assert made.blocked_requests == 0
    _delete(made)


def _delete(view: MapView) -> None:
    view.close()
    view.deleteLater()
    QApplication.sendPostedEvents(view, QEvent.Type.DeferredDelete)


def _surface(view: MapView) -> QWidget:
    """The widget that takes the mouse and the keys: Chromium's own, inside the panel."""
    inner: QWidget = view
    while (deeper := inner.focusProxy()) is not None:
        inner = deeper
    return inner


def _press(view: MapView, at: QPoint) -> None:
    QTest.mouseClick(_surface(view), Qt.MouseButton.LeftButton, pos=at)


def _ask(panel: MapPanel, qtbot: QtBot, script: str) -> object:
    answers: list[object] = []
    panel._page.runJavaScript(script, answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=5000)
    return answers[0]


def _redrawn(view: MapView, qtbot: QtBot, scene: MapScene) -> None:
    with qtbot.waitSignal(view.drawn, timeout=10000):
        view.set_scene(scene)


def test_pressing_a_person_says_the_id(view: MapView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.person_selected, timeout=8000) as told:
        _press(view, QPoint(400, 300))
    assert told.args == ["p1"]
    assert view.scene.selected == "p1"


def test_pressing_a_place_says_its_id(view: MapView, qtbot: QtBot) -> None:
    x, y = _pixel(view, qtbot, 130.495, 33.305)
    with qtbot.waitSignal(view.site_selected, timeout=8000) as told:
        _press(view, QPoint(round(x), round(y)))
    assert told.args == ["s1"]


def test_pressing_a_drawing_says_its_id(view: MapView, qtbot: QtBot) -> None:
    x, y = _pixel(view, qtbot, 130.497, 33.297)
    with qtbot.waitSignal(view.feature_selected, timeout=8000) as told:
        _press(view, QPoint(round(x), round(y)))
    assert told.args == ["f1"]


def test_pressing_the_ground_says_where_and_in_which_district(view: MapView, qtbot: QtBot) -> None:
    x, y = _pixel(view, qtbot, 130.5075, 33.3075)
    with (
        qtbot.waitSignal(view.point_clicked, timeout=8000) as told,
        qtbot.waitSignal(view.district_selected, timeout=8000) as where,
    ):
        _press(view, QPoint(round(x), round(y)))
    assert told.args == pytest.approx([130.5075, 33.3075], abs=2e-4)
    assert where.args == ["津福"]


def _pixel(view: MapView, qtbot: QtBot, lon: float, lat: float) -> tuple[float, float]:
    if isinstance(view, NativeMapView):
        at = view._viewport.to_screen(lon, lat)
        return at.x(), at.y()
    assert isinstance(view, MapPanel)
    script = f"(p=>p.x+' '+p.y)(KB.map.latLngToContainerPoint([{lat},{lon}]))"
    x, y = str(_ask(view, qtbot, script)).split()
    return float(x), float(y)


def test_a_point_is_drawn_by_one_press(view: MapView, qtbot: QtBot) -> None:
    _take(view, qtbot, FeatureKind.DANGER)
    with qtbot.waitSignal(view.feature_drawn, timeout=8000) as told:
        _press(view, QPoint(400, 300))  # even where a person stands
    kind, points = told.args
    assert kind == "danger"
    assert [tuple(point) for point in points] == [pytest.approx(_MIDDLE, abs=1e-3)]


def _take(view: MapView, qtbot: QtBot, kind: FeatureKind) -> None:
    view.set_tool(kind)
    if isinstance(view, MapPanel):
        held = "KB.map.getContainer().classList.contains('kb-drawing')"
        qtbot.waitUntil(lambda: _ask(view, qtbot, held) is True, timeout=5000)


def _focus_map(view: MapView, qtbot: QtBot) -> None:
    if isinstance(view, MapPanel):
        _ask(view, qtbot, "KB.map.getContainer().focus();1")


def test_a_line_is_drawn_by_keyboard_alone(view: MapView, qtbot: QtBot) -> None:
    _take(view, qtbot, FeatureKind.ROUTE)
    target = _surface(view)
    _focus_map(view, qtbot)
    with qtbot.waitSignal(view.feature_drawn, timeout=8000) as told:
        QTest.keyClick(target, Qt.Key.Key_Space)
        for _ in range(3):
            QTest.keyClick(target, Qt.Key.Key_Right)
        if isinstance(view, MapPanel):
            qtbot.waitUntil(
                lambda: _ask(view, qtbot, "KB.map.getCenter().lng > 130.5005") is True, timeout=5000
            )
        QTest.keyClick(target, Qt.Key.Key_Space)
        QTest.keyClick(target, Qt.Key.Key_Return)
    kind, points = told.args
    assert kind == "route"
    assert len(points) == 2
    assert points[1][0] > points[0][0]
    assert points[1][1] == pytest.approx(points[0][1], abs=1e-3)


def test_escape_puts_the_tool_away(view: MapView, qtbot: QtBot) -> None:
    _take(view, qtbot, FeatureKind.ROUTE)
    _focus_map(view, qtbot)
    with qtbot.waitSignal(view.tool_changed, timeout=8000) as told:
        QTest.keyClick(_surface(view), Qt.Key.Key_Escape)
    assert told.args == [""]


def test_space_presses_what_is_in_the_middle(view: MapView, qtbot: QtBot) -> None:
    _focus_map(view, qtbot)
    with qtbot.waitSignal(view.person_selected, timeout=8000) as told:
        QTest.keyClick(_surface(view), Qt.Key.Key_Space)
    assert told.args == ["p1"]


def test_a_decision_changes_the_picture(view: MapView, qtbot: QtBot) -> None:
    before = view.snapshot()
    decided = replace(_SCENE.people[0], state=PersonState.DECIDED)
    with qtbot.waitSignal(view.drawn, timeout=8000):
        view.update_people((decided, _SCENE.people[1]))
    qtbot.waitUntil(lambda: view.snapshot() != before, timeout=5000)
    assert view.scene.people[0].state is PersonState.DECIDED


def test_an_empty_map_is_not_blank(view: MapView, qtbot: QtBot) -> None:
    _redrawn(view, qtbot, MapScene())
    qtbot.waitUntil(lambda: len(_colours(view.snapshot())) > 2, timeout=5000)


def _colours(image: QImage) -> set[int]:
    return {image.pixel(x, 300) for x in range(0, image.width(), 1)}


def test_a_background_lies_under_the_marks(view: MapView, qtbot: QtBot) -> None:
    kept = io.BytesIO()
    Image.new("RGB", (8, 8), "#3366AA").save(kept, "PNG")
    image = BackgroundImage("b1", kept.getvalue(), *_BOX, opacity=1.0)
    _redrawn(view, qtbot, MapScene(backgrounds=(image,)))
    qtbot.waitUntil(lambda: (view.snapshot().pixel(417, 213) & 0xFFFFFF) == 0x3366AA, timeout=8000)


def test_the_text_scale_reaches_the_map(view: MapView, qtbot: QtBot) -> None:
    before = view.snapshot()
    set_scale(1.5)
    qtbot.waitUntil(lambda: view.snapshot() != before, timeout=8000)


@pytest.mark.parametrize("theme", list(Theme))
def test_ink_of_the_map_is_dark_in_every_theme(dressed: QApplication, theme: Theme) -> None:
    set_theme(theme)
    colours = json.loads(look_json())["colours"]
    for name in ("text", "quiet", "accent", "ok", "few", "short", "unknown"):
        assert QColor(colours[name]).lightnessF() < 0.5, name
    assert colours["halo"] == "#FFFFFF"


def test_names_of_places_never_run(panel: MapPanel, qtbot: QtBot) -> None:
    bad = '<img src=x onerror="window.ran=1"></script><script>window.ran=1</script>'
    site = SiteMark("s1", SiteKind.WELFARE, *_MIDDLE, bad, bad)
    drawn = DrawnMark("f1", FeatureKind.ASSEMBLY_POINT, (_MIDDLE,), "t1", bad)
    shape = DistrictShape("津福", bad, (_SQUARE,), approximate=False, caption=bad)
    scene = MapScene(sites=(site,), drawn=(drawn,), districts=(shape,), chosen_district="津福", watermark=bad)
    _redrawn(panel, qtbot, replace(scene, names_districts=True))
    assert _ask(panel, qtbot, "window.ran === undefined") is True
    assert _ask(panel, qtbot, "document.images.length") == 0
    assert _ask(panel, qtbot, "KB.scene.sites[0].name") == bad


_INLINE = (
    "(()=>{const made=document.createElement('script');made.textContent='window.ran=1';"
    "document.head.append(made);return 1})()"
)


def test_the_page_refuses_inline_scripts_and_strangers(
    panel: MapPanel, qtbot: QtBot, log_guard: LogGuard
) -> None:
    with log_guard.allow("map page"):
        _ask(panel, qtbot, _INLINE)
        _ask(panel, qtbot, "window.failed=0;fetch('https://example.invalid/').catch(()=>{window.failed=1});1")
        qtbot.waitUntil(lambda: _ask(panel, qtbot, "window.failed") == 1, timeout=5000)
    assert _ask(panel, qtbot, "window.ran === undefined") is True


class _Request:
    """What Qt hands to the filter, as far as it looks."""

    def __init__(self, url: str) -> None:
        self._url = QUrl(url)
        self.is_blocked = False

    def requestUrl(self) -> QUrl:
        return self._url

    def block(self, blocked: bool) -> None:
        self.is_blocked = blocked


@pytest.mark.parametrize("url", ["app://map/", "data:text/plain,x", "blob:app://map/1", "qrc:/x"])
def test_the_filter_lets_through_what_is_ours(url: str) -> None:
    gate, request = map_scheme.RequestFilter(), _Request(url)
    gate.interceptRequest(cast("QWebEngineUrlRequestInfo", request))
    assert not request.is_blocked
    assert gate.blocked == 0


@pytest.mark.parametrize(
    "url", ["https://example.invalid/x", "http://127.0.0.1/", "file:///etc/passwd", "ftp://x/"]
)
def test_the_filter_refuses_and_counts(url: str, log_guard: LogGuard) -> None:
    gate, request = map_scheme.RequestFilter(), _Request(url)
    with log_guard.allow("non-local"):
        gate.interceptRequest(cast("QWebEngineUrlRequestInfo", request))
    assert request.is_blocked
    assert gate.blocked == 1


@pytest.mark.skipif(os.name == "nt", reason="ends a process by a signal")
def test_a_page_that_died_comes_back_as_it_was(panel: MapPanel, qtbot: QtBot, log_guard: LogGuard) -> None:
    said: list[str] = []
    panel.problem.connect(said.append)
    panel.select_person("p2")
    with log_guard.allow("process of the map page"), qtbot.waitSignal(panel.drawn, timeout=20000):
        os.kill(panel._page.renderProcessPid(), signal.SIGTERM)  # the page's own process
    assert said
    assert "もう一度開きました" in said[0]
    selected = "KB.scene.people.find(one=>one.id===KB.selected).number"
    assert _ask(panel, qtbot, selected) == 2
    assert _ask(panel, qtbot, "KB.scene.people.length") == 2


def test_a_page_that_keeps_dying_is_left_down_and_said(
    panel: MapPanel, qtbot: QtBot, log_guard: LogGuard
) -> None:
    said: list[str] = []
    panel.problem.connect(said.append)
    with log_guard.allow("process of the map page"):
        for _ in range(4):
            panel._on_page_died()
    assert "続けて止まりました" in said[-1]
    with qtbot.waitSignal(panel.drawn, timeout=20000):
        panel.restore()


def test_the_page_is_light(panel: MapPanel) -> None:
    assert panel.served_bytes < 110_000


def test_many_people_are_grouped_and_nobody_without_supporter_is_hidden(
    panel: MapPanel, qtbot: QtBot
) -> None:
    states = list(PersonState)
    people = tuple(
        PersonMark(f"p{n}", 130.45 + n % 40 * 0.003, 33.26 + n // 40 * 0.003, n % 99, "", states[n % 4])
        for n in range(1000)
    )
    _redrawn(panel, qtbot, MapScene(people=people))
    panel.fit_bounds(130.45, 33.26, 130.57, 33.335)
    script = "KB.hits.reduce((sum,hit)=>sum+(hit.kind==='person'?1:hit.kind==='group'?hit.people.length:0),0)"
    qtbot.waitUntil(lambda: _ask(panel, qtbot, script) == 1000, timeout=8000)
    assert _ask(panel, qtbot, "KB.hits.some(hit=>hit.kind==='group')") is True


def test_the_painted_map_is_chosen_on_demand(
    dressed: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(NO_WEBENGINE, "1")
    view = create_map_view()
    qtbot.addWidget(view)
    assert isinstance(view, NativeMapView)


def test_the_page_is_chosen_when_it_is_wired(
    dressed: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(NO_WEBENGINE, raising=False)
    monkeypatch.setattr(map_scheme, "_factories", [])
    map_scheme.provide_page(map_page)
    view = create_map_view()
    assert isinstance(view, MapPanel)
    with qtbot.waitSignal(view.ready, timeout=15000):
        view.show()
    _delete(view)


def test_without_a_page_the_painted_map_takes_over(
    dressed: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, log_guard: LogGuard
) -> None:
    monkeypatch.delenv(NO_WEBENGINE, raising=False)
    monkeypatch.setattr(map_scheme, "_factories", [])
    with log_guard.allow("not wired"):
        view = create_map_view()
    qtbot.addWidget(view)
    assert isinstance(view, NativeMapView)


def test_the_open_data_is_credited_alike() -> None:
    from kurume_bousai.ui.map_panel.legend import SITES_CREDIT

    assert {layer.attribution for layer in map_page().layers if layer.attribution} == {SITES_CREDIT}


def test_a_mark_keeps_everything_but_its_id() -> None:
    mark = PersonMark("p1", 130.5, 33.3, 7, "電", PersonState.DECIDED, "t1", blurred=True, is_rough=True)
    untouched = {field.name for field in fields(mark) if getattr(mark, field.name) == field.default}
    assert untouched == set()  # a new field belongs into this mark, and into Handles.marks
    assert Handles().marks([mark]) == (replace(mark, id="0"),)
