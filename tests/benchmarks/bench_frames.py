"""Moving the map: frames of the page with 20,000 people, 200 sites, 46 areas and 100,000 hazard corners.

Both maps are moved by the same script in the same run: drags of 400 px in ten frames, each let go, then
zooms in and out. A frame is what lies between two calls of ``requestAnimationFrame`` (16.7 ms where a
screen keeps up). The rival is what folium makes of the same marks: Leaflet's own canvas with
``L.geoJSON`` and ``L.circleMarker``, written into a page by ``json``, without folium's time to write it.
"""

from __future__ import annotations

import json
import math
import random
import shutil
import statistics
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.benchmarks import bench_map

if TYPE_CHECKING:
    from PySide6.QtWebEngineCore import QWebEnginePage
    from PySide6.QtWidgets import QWidget

    from kurume_bousai.mapview.protocol import MapScene

PEOPLE: Final = 20_000
SITES: Final = 200
AREAS: Final = 46
CORNERS: Final = 100_000
_ZONES: Final = 40
_SIZE: Final = (1366, 768)
#: A frame may last so long and still look like movement: 30 a second.
TARGET_MS: Final = 33.4

#: Drags and zooms ``window.benchMap``; ``window.benchFrames`` = milliseconds of every frame.
_RIDE: Final = """
window.benchFrames = null;
(() => {
  const map = window.benchMap;
  const steps = [];
  const ways = [[-40, 0], [0, -25], [40, 10], [-30, 25], [40, 0], [-20, -20]];
  for (const [x, y] of ways) {
    steps.push(() => map.fire('movestart'));
    for (let i = 0; i < 10; i += 1) {
      steps.push(() => { map._rawPanBy(L.point(x, y)); map.fire('move'); });
    }
    steps.push(() => map.fire('moveend'));
    for (let i = 0; i < 5; i += 1) steps.push(() => {});
  }
  for (const change of [1, 1, 1, -1, -1, -1]) {
    steps.push(() => map.setZoom(map.getZoom() + change, { animate: false }));
    for (let i = 0; i < 9; i += 1) steps.push(() => {});
  }
  const frames = [];
  let last = null;
  const tick = (now) => {
    if (last !== null) frames.push(now - last);
    last = now;
    const step = steps.shift();
    if (!step) { window.benchFrames = frames; return; }
    step();
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
})();
"""


def run(people: int = PEOPLE, corners: int = CORNERS) -> dict[str, Any]:
    """Measure both in this process and return medians and worst frames."""
    bench_map._prepare_qt()
    scene = make_scene(people, corners)
    ours, theirs = _ours(scene), _rival(scene, corners)
    return {
        "ours_s": round(max(ours) / 1000, 4),
        "other": "Leaflet canvas (L.geoJSON + L.circleMarker, as folium makes it); worst frame of a ride",
        "other_s": round(max(theirs) / 1000, 4),
        "ratio": round(max(theirs) / max(ours), 1),
        "n": people,
        "ours_ms": _figures(ours),
        "other_ms": _figures(theirs),
        "target": f"20,000人でも、動かすあいだの1こまは{TARGET_MS:.0f}ミリ秒まで(95%のこま)",
        "met": _figures(ours)["p95"] <= TARGET_MS,
    }


def _figures(frames: list[float]) -> dict[str, float]:
    ordered = sorted(frames)
    return {
        "median": round(statistics.median(ordered), 1),
        "p95": round(ordered[math.ceil(0.95 * len(ordered)) - 1], 1),
        "worst": round(ordered[-1], 1),
        "frames": len(ordered),
    }


# ---------------------------------------------------------------- the scene
def make_scene(people: int, corners: int) -> MapScene:
    """Invented people, sites, zones and 46 areas, spread over the city."""
    from kurume_bousai.domain.coordinates import LonLat
    from kurume_bousai.domain.ids import DistrictId
    from kurume_bousai.geo.districts import computed_areas
    from kurume_bousai.mapview.features import district_shapes
    from kurume_bousai.mapview.protocol import MapScene, PersonMark, PersonState, SiteKind, SiteMark

    dice = random.Random(21)
    points = {DistrictId(f"架空{n}"): LonLat(*_place(dice)) for n in range(AREAS)}
    names = {district_id: str(district_id) for district_id in points}
    states = list(PersonState)
    marks = tuple(
        PersonMark(f"{n:x}", *_place(dice), n % 99 + 1, dice.choice(["", "電", "椅介"]), dice.choice(states))
        for n in range(people)
    )
    sites = tuple(
        SiteMark(f"s{n}", list(SiteKind)[n % 3], *_place(dice), f"架空の里{n}") for n in range(SITES)
    )
    return MapScene(
        people=marks,
        sites=sites,
        districts=district_shapes(computed_areas(points), names),
        overlays=(_flood(corners),),
    )


def _place(dice: random.Random) -> tuple[float, float]:
    return dice.uniform(130.42, 130.70), dice.uniform(33.24, 33.36)


def _zones(corners: int) -> list[tuple[int, list[tuple[float, float]]]]:
    """Wavy rings of depth ranks 1–6 all over the city."""
    dice = random.Random(22)
    each = corners // _ZONES
    zones = []
    for number in range(_ZONES):
        lon, lat = _place(dice)
        ring = []
        for n in range(each):
            angle = 2 * math.pi * n / each
            radius = 0.02 * (1 + 0.15 * math.sin(9 * angle + number) + 0.02 * dice.random())
            ring.append((lon + radius * math.cos(angle), lat + 0.6 * radius * math.sin(angle)))
        zones.append((1 + number % 6, [*ring, ring[0]]))
    return zones


def _flood(corners: int) -> Any:  # noqa: ANN401 - a MapOverlay; the package is loaded late
    import shapely

    from kurume_bousai.domain.layers import LayerFeature, LayerId, LayerSource, MapLayer
    from kurume_bousai.mapview.catalogue import catalogue, entry_of
    from kurume_bousai.mapview.overlays import make_overlay

    source = LayerSource("架空.zip", "", "架空の浸水想定区域", "架空")
    extent = (130.4, 33.2, 130.8, 33.4)
    when = datetime(2026, 10, 8, tzinfo=UTC)
    layer = MapLayer(LayerId("bench"), "A31a", "flood", "flood_l2", "架空", source, when, "架空", extent)
    features = [LayerFeature(shapely.to_wkb(shapely.Polygon(ring)), rank) for rank, ring in _zones(corners)]
    entry = entry_of(layer, catalogue())
    if entry is None:
        raise LookupError("the catalogue draws no flood")
    return make_overlay(layer, features, entry)


# ---------------------------------------------------------------- rides
def _ride(page: QWebEnginePage, make_map: str) -> list[float]:
    page.runJavaScript(make_map + _RIDE)
    # As text: a list of numbers does not come back from a page.
    words = _answer(page, "window.benchFrames ? window.benchFrames.join(' ') : ''")
    return [float(one) for one in str(words).split()]


def _answer(page: QWebEnginePage, script: str) -> Any:  # noqa: ANN401 - whatever the page says
    """The first answer of a script that is not empty."""
    heard: list[Any] = []
    asked: list[bool] = []

    def hear(value: Any) -> None:  # noqa: ANN401
        asked.clear()
        if value:
            heard.append(value)

    def ask() -> bool:
        if not asked and not heard:
            asked.append(True)
            page.runJavaScript(script, hear)
        return bool(heard)

    bench_map._wait(ask)
    return heard[0]


def _ours(scene: MapScene) -> list[float]:
    from kurume_bousai.mapview.page import map_page
    from kurume_bousai.ui.map_panel.panel import MapPanel

    view = MapPanel(map_page())
    drawn: list[int] = []
    view.drawn.connect(drawn.append)
    view.set_scene(scene)
    _show(view, lambda: bool(drawn))
    frames = _ride(view._page, "window.benchMap = KB.map;")
    bench_map._delete(view)
    return frames


def _show(view: QWidget, is_there: Callable[[], bool]) -> None:
    view.resize(*_SIZE)
    view.show()
    bench_map._wait(is_there)


def _rival(scene: MapScene, corners: int) -> list[float]:
    from PySide6.QtCore import QUrl
    from PySide6.QtWebEngineWidgets import QWebEngineView

    folder = Path(tempfile.mkdtemp(prefix="kurume_bousai_bench_"))
    try:
        bench_map._copy_libraries(folder)
        page = folder / "rival.html"
        page.write_text(_rival_html(scene, corners), encoding="utf-8")
        view = QWebEngineView()
        view.load(QUrl.fromLocalFile(str(page)))
        _show(view, lambda: True)
        _answer(view.page(), "window.benchReady === true")
        frames = _ride(view.page(), "")
        bench_map._delete(view)
    finally:
        shutil.rmtree(folder)
    return frames


def _rival_html(scene: MapScene, corners: int) -> str:
    from kurume_bousai.domain.hazards import FLOOD_COLOURS, FloodRank

    zones = [
        {
            "type": "Feature",
            "properties": {"fill": FLOOD_COLOURS[FloodRank(rank)]},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for rank, ring in _zones(corners)
    ]
    districts = [
        {
            "type": "Feature",
            "properties": {},
            "geometry": {"type": "MultiPolygon", "coordinates": [list(one) for one in shape.polygons]},
        }
        for shape in scene.districts
    ]
    marks = {
        "zones": zones,
        "districts": districts,
        "people": [[mark.lat, mark.lon] for mark in scene.people],
        "sites": [[mark.lat, mark.lon] for mark in scene.sites],
    }
    return f"""<!DOCTYPE html><meta charset="utf-8"><link rel="stylesheet" href="leaflet.css">
<style>html,body,#m{{height:100%;margin:0}}</style><div id="m"></div><script src="leaflet.js"></script>
<script>
const marks = {json.dumps(marks)};
const map = L.map('m', {{preferCanvas: true, zoomAnimation: false, fadeAnimation: false, inertia: false}});
map.fitBounds([[33.235, 130.40], [33.365, 130.72]]);
const fill = (f) => ({{fillColor: f.properties.fill, fillOpacity: 0.7, weight: 1}});
L.geoJSON(marks.zones, {{style: fill}}).addTo(map);
L.geoJSON(marks.districts, {{style: {{fill: false, weight: 2}}}}).addTo(map);
for (const at of marks.people) L.circleMarker(at, {{radius: 6, weight: 2}}).addTo(map);
for (const at of marks.sites) L.circleMarker(at, {{radius: 9, weight: 3}}).addTo(map);
window.benchMap = map;
requestAnimationFrame(() => requestAnimationFrame(() => {{ window.benchReady = true; }}));
</script>"""


if __name__ == "__main__":
    print(run())
