"""Imported layers and tile packs on both maps: the same colours, the same words, fetched once."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import shapely
from PIL import Image
from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.ids import OperatorId
from kurume_bousai.domain.layers import LayerId
from kurume_bousai.exchange.layers.reader import read_layer_file
from kurume_bousai.mapview.page import map_page
from kurume_bousai.mapview.protocol import LayerVisibility, MapOverlay, MapScene, TileGround
from kurume_bousai.mapview.scenes import CityScenes
from kurume_bousai.services.places.layer_import import commit_layers
from kurume_bousai.ui.map_panel.assets import overlay_files, tile_folders
from kurume_bousai.ui.map_panel.legend import legend_rows
from kurume_bousai.ui.map_panel.native import NativeMapView
from kurume_bousai.ui.map_panel.overlays import overlay_credits
from kurume_bousai.ui.map_panel.panel import MapPanel
from kurume_bousai.ui.map_panel.view import MapView
from tests.fakes.city import FakeCity, FixedClock
from tests.fixtures.flood_layer import fictional_a31a
from tests.unit.mapview.test_overlays import feature, made, stored

_BOX = (130.49, 33.29, 130.51, 33.31)
#: Pixels of the view on which the zones below lie.
_LEFT, _BOTH, _RIGHT = (130.4945, 33.3013), (130.4995, 33.3013), (130.5045, 33.3013)
_SHALLOW = shapely.box(130.492, 33.295, 130.502, 33.305)
_DEEP = shapely.box(130.498, 33.295, 130.508, 33.305)
_GROUND = QColor("#F6F6F2")


def flood(*, name: str = "a", opaque: bool = False) -> MapOverlay:
    overlay = made(stored(name=name), feature(_DEEP, 4), feature(_SHALLOW, 1))
    assert overlay.layer is not None
    return replace(overlay, layer=replace(overlay.layer, opacity=1.0)) if opaque else overlay


OPAQUE = LayerVisibility(opacities={"flood_l2": 1.0})


@pytest.fixture(params=["page", "painted"])
def view(request: pytest.FixtureRequest, dressed: QApplication, qtbot: QtBot) -> Iterator[MapView]:
    yield from _shown(MapPanel(map_page()) if request.param == "page" else NativeMapView(), qtbot)


@pytest.fixture
def panel(dressed: QApplication, qtbot: QtBot) -> Iterator[MapPanel]:
    made_panel = MapPanel(map_page())
    for _ in _shown(made_panel, qtbot):
        yield made_panel


def _shown(shown: MapView, qtbot: QtBot) -> Iterator[MapView]:
    shown.resize(800, 600)
    shown.set_legend_visible(False)
    shown.set_scene(MapScene())
    shown.fit_bounds(*_BOX)
    with qtbot.waitSignal(shown.drawn, timeout=15000):
        shown.show()
    yield shown
    assert shown.blocked_requests == 0
    shown.close()
    shown.deleteLater()
    QApplication.sendPostedEvents(shown, QEvent.Type.DeferredDelete)


def show(view: MapView, qtbot: QtBot, scene: MapScene) -> None:
    with qtbot.waitSignal(view.drawn, timeout=15000):
        view.set_scene(scene)


def ask(panel: MapPanel, qtbot: QtBot, script: str) -> object:
    answers: list[object] = []
    panel._page.runJavaScript(script, answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=5000)
    return answers[0]


def pixel(view: MapView, qtbot: QtBot, at: tuple[float, float]) -> tuple[int, int]:
    lon, lat = at
    if isinstance(view, NativeMapView):
        point = view._viewport.to_screen(lon, lat)
        return round(point.x()), round(point.y())
    assert isinstance(view, MapPanel)
    words = ask(view, qtbot, f"(p=>p.x+' '+p.y)(KB.map.latLngToContainerPoint([{lat},{lon}]))")
    x, y = (round(float(one)) for one in str(words).split())
    return x, y


def wait_for(view: MapView, qtbot: QtBot, at: tuple[float, float], wanted: QColor) -> None:
    x, y = pixel(view, qtbot, at)

    def is_right() -> bool:
        seen = QColor(view.snapshot().pixel(x, y))
        return all(
            abs(one - other) <= 3
            for one, other in zip(seen.getRgb()[:3], wanted.getRgb()[:3], strict=True)  # type: ignore[index]
        )

    qtbot.waitUntil(is_right, timeout=8000)


def mixed(colour: str, share: float) -> QColor:
    over = QColor(colour)
    return QColor(
        *(
            round(share * one + (1 - share) * other)
            for one, other in zip(over.getRgb()[:3], _GROUND.getRgb()[:3], strict=True)  # type: ignore[index]
        )
    )


def test_zones_have_their_official_colours_and_the_deeper_lies_above(view: MapView, qtbot: QtBot) -> None:
    show(view, qtbot, MapScene(overlays=(flood(),), visibility=OPAQUE))
    wait_for(view, qtbot, _LEFT, QColor("#F7F5A9"))
    wait_for(view, qtbot, _RIGHT, QColor("#FF9191"))
    wait_for(view, qtbot, _BOTH, QColor("#FF9191"))


def test_zones_of_two_rivers_do_not_grow_darker_than_their_legend(view: MapView, qtbot: QtBot) -> None:
    show(view, qtbot, MapScene(overlays=(flood(name="a"), flood(name="b"))))
    wait_for(view, qtbot, _RIGHT, mixed("#FF9191", 0.7))
    wait_for(view, qtbot, _BOTH, mixed("#FF9191", 0.7))


def test_a_person_may_thin_hide_and_order_layers(view: MapView, qtbot: QtBot) -> None:
    slope = made(stored("landslide", "landslide", name="c", dataset="A33"), feature(_DEEP, 1, 1))
    layers = (flood(), slope)
    opacities = {"flood_l2": 1.0, "landslide": 1.0}
    show(view, qtbot, MapScene(overlays=layers, visibility=LayerVisibility(opacities=opacities)))
    wait_for(view, qtbot, _RIGHT, QColor("#FAE600"))
    turned = LayerVisibility(opacities=opacities, order=("landslide", "flood_l2"))
    show(view, qtbot, MapScene(overlays=layers, visibility=turned))
    wait_for(view, qtbot, _RIGHT, QColor("#FF9191"))
    show(view, qtbot, MapScene(overlays=layers, visibility=LayerVisibility(opacities={"landslide": 0.2})))
    wait_for(view, qtbot, _LEFT, mixed("#F7F5A9", 0.7))
    hidden = LayerVisibility(hidden=frozenset({"flood_l2", "landslide"}))
    show(view, qtbot, MapScene(overlays=layers, visibility=hidden))
    wait_for(view, qtbot, _RIGHT, _GROUND)


def test_a_hole_stays_open(view: MapView, qtbot: QtBot) -> None:
    ring = shapely.Polygon(
        _SHALLOW.exterior.coords, [shapely.box(130.494, 33.298, 130.4955, 33.302).exterior.coords]
    )
    show(view, qtbot, MapScene(overlays=(made(stored(), feature(ring, 1)),), visibility=OPAQUE))
    wait_for(view, qtbot, (130.4975, 33.3013), QColor("#F7F5A9"))
    wait_for(view, qtbot, _LEFT, _GROUND)


def test_a_zone_much_larger_than_the_view_fills_it(view: MapView, qtbot: QtBot) -> None:
    wide = shapely.segmentize(shapely.box(129.9, 32.9, 131.1, 33.8), 0.001)
    show(view, qtbot, MapScene(overlays=(made(stored(), feature(wide, 2)),), visibility=OPAQUE))
    view.fit_bounds(130.4999, 33.2999, 130.5001, 33.3001)  # a few metres of it
    wait_for(view, qtbot, (130.5, 33.3), QColor("#FFD8C0"))


def test_hatching_lets_the_ground_through(view: MapView, qtbot: QtBot) -> None:
    house = made(stored("collapse", "flood_l2", dataset="A31a"), feature(_DEEP, 1))
    show(view, qtbot, MapScene(overlays=(house,)))
    x, y = pixel(view, qtbot, _RIGHT)

    def shades() -> set[int]:
        picture = view.snapshot()
        return {QColor(picture.pixel(x + step, y)).lightness() for step in range(16)}

    qtbot.waitUntil(lambda: max(shades()) > 235 and min(shades()) < 180, timeout=8000)


def test_points_come_in_near_and_carry_their_letter(view: MapView, qtbot: QtBot) -> None:
    point = shapely.Point(*_RIGHT)
    place = made(stored("medical", "", dataset="P04"), feature(point, 1, name="架空病院"))
    show(view, qtbot, MapScene(overlays=(place,)))
    x, y = pixel(view, qtbot, _RIGHT)
    near = view.snapshot()
    assert len({near.pixel(x + dx, y + dy) for dx in range(-9, 10) for dy in (-4, 0, 4)}) > 3
    view.fit_bounds(130.40, 33.235, 130.72, 33.365)
    wait_for(view, qtbot, _RIGHT, _GROUND)


def _tile(colour: str) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (256, 256), colour).save(kept, "PNG")
    return kept.getvalue()


def test_a_tile_pack_lies_under_everything(view: MapView, qtbot: QtBot) -> None:
    asked: list[tuple[int, int, int]] = []

    def read(column: int, row: int, zoom: int) -> bytes | None:
        asked.append((zoom, column, row))
        return _tile("#336699")

    pack = TileGround("t1", "架空の背景", read, 130.3, 33.1, 130.8, 33.5, 8, 11, "架空の出どころ<b>")
    show(view, qtbot, MapScene(tiles=(pack,), overlays=(flood(),), visibility=OPAQUE))
    wait_for(view, qtbot, (130.5085, 33.2925), QColor("#336699"))
    wait_for(view, qtbot, _RIGHT, QColor("#FF9191"))
    assert {zoom for zoom, _, _ in asked} == {11}  # the last of the pack, enlarged
    for zoom, column, row in asked:
        assert 0 <= column < 2**zoom
        assert 0 <= row < 2**zoom
    show(view, qtbot, MapScene(tiles=(pack,), visibility=LayerVisibility(hidden=frozenset({"tiles"}))))
    wait_for(view, qtbot, (130.5085, 33.2925), _GROUND)


def test_a_pack_without_a_tile_here_leaves_the_ground(view: MapView, qtbot: QtBot) -> None:
    pack = TileGround("t1", "架空の背景", lambda *_: None, 130.3, 33.1, 130.8, 33.5, 8, 16)
    show(view, qtbot, MapScene(tiles=(pack,)))
    wait_for(view, qtbot, (130.5085, 33.2925), _GROUND)


def test_moving_the_map_keeps_the_layer_under_it(view: MapView, qtbot: QtBot) -> None:
    show(view, qtbot, MapScene(overlays=(flood(),), visibility=OPAQUE))
    wait_for(view, qtbot, _RIGHT, QColor("#FF9191"))
    for box in (
        (130.50, 33.29, 130.52, 33.31),
        (130.495, 33.285, 130.515, 33.305),
        (130.503, 33.3, 130.505, 33.302),
    ):
        view.fit_bounds(*box)
        wait_for(view, qtbot, _RIGHT, QColor("#FF9191"))


# ---------------------------------------------------------------- the page alone
def test_the_page_fetches_shapes_once(panel: MapPanel, qtbot: QtBot) -> None:
    overlay = flood()
    show(panel, qtbot, MapScene(overlays=(overlay,)))
    before = panel.served_bytes
    show(panel, qtbot, MapScene(overlays=(overlay,), watermark="架空"))
    scene_only = panel.served_bytes - before
    assert scene_only < 2500
    assert ask(panel, qtbot, "KB.overlaysOf(KB.layers.find((one) => one.id === 'flood_l2')).length") == 1


_COUNT_FORGETTING = (
    "window.forgot = 0; (() => { const forget = KB.plates.forget;"
    " KB.plates.forget = () => { window.forgot += 1; forget(); }; })(); 1"
)


def test_the_page_keeps_its_plates_while_only_people_change(panel: MapPanel, qtbot: QtBot) -> None:
    show(panel, qtbot, MapScene(overlays=(flood(),)))
    ask(
        panel,
        qtbot,
        "window.forgot=0;(()=>{const f=KB.plates.forget;KB.plates.forget=()=>{window.forgot+=1;f();}})();1",
    )
    show(panel, qtbot, MapScene(overlays=(flood(),), watermark="架空"))
    assert ask(panel, qtbot, "window.forgot") == 0
    show(panel, qtbot, MapScene(overlays=(flood(),), visibility=OPAQUE))
    assert ask(panel, qtbot, "window.forgot") == 1


def test_the_legend_has_the_official_words_one_block_an_entry(panel: MapPanel, qtbot: QtBot) -> None:
    show(panel, qtbot, MapScene(overlays=(flood(name="a"), flood(name="b"))))
    words = "document.querySelector('.kb-legend-list').textContent"
    text = str(ask(panel, qtbot, words))
    assert text.count("洪水浸水想定区域(想定最大規模)") == 1
    assert text.count("浸水 0.5m未満") == 1
    assert "浸水 5m以上10m未満" in text
    assert "色のない所も、安全とは限りません。" in text
    assert ask(panel, qtbot, "document.querySelectorAll('.kb-legend-list details').length") == 1


def test_sources_are_credited_as_text(panel: MapPanel, qtbot: QtBot) -> None:
    bad = replace(flood(), attribution="架空の出どころ<img src=x onerror='window.ran=1'>")
    show(panel, qtbot, MapScene(overlays=(bad,)))
    text = str(ask(panel, qtbot, "document.querySelector('.leaflet-control-attribution').textContent"))
    assert "架空の出どころ<img" in text
    assert ask(panel, qtbot, "window.ran === undefined && document.images.length === 0") is True


def test_a_name_in_a_layer_never_runs(panel: MapPanel, qtbot: QtBot) -> None:
    bad = '<img src=x onerror="window.ran=1">'
    place = made(
        stored("other", "", dataset="other", title=bad),
        feature(shapely.Point(*_RIGHT), 1, name=bad, group=bad),
    )
    show(panel, qtbot, MapScene(overlays=(place,)))
    assert ask(panel, qtbot, "window.ran === undefined && document.images.length === 0") is True
    assert bad in str(ask(panel, qtbot, "document.querySelector('.kb-legend-list').textContent"))


# ---------------------------------------------------------------- what is handed out
def test_addresses_that_are_none_are_refused() -> None:
    pack = TileGround("t1", "架空", lambda *_: _tile("#336699"), 130.3, 33.1, 130.8, 33.5, 8, 11)
    (find,) = tile_folders([pack]).values()
    for wrong in ("", "1/2", "1/2/3/4", "a/b/c", "-1/0/0", "1/2/٣"):
        assert find(wrong) is None
    tile = find("11/1766/820")
    assert tile is not None
    assert tile.media_type == "image/png"


def test_a_pack_that_cannot_be_read_leaves_a_clear_tile(log_guard: object) -> None:
    def broken(column: int, row: int, zoom: int) -> bytes | None:
        raise OSError("gone")

    pack = TileGround("t1", "架空", broken, 130.3, 33.1, 130.8, 33.5, 8, 11)
    (find,) = tile_folders([pack]).values()
    with log_guard.allow("tile pack"):  # type: ignore[attr-defined]
        tile = find("11/1/1")
    assert tile is not None
    assert Image.open(io.BytesIO(tile.content)).convert("RGBA").getpixel((0, 0))[3] == 0  # type: ignore[index]


def test_shapes_and_points_have_addresses_of_their_own() -> None:
    place = made(stored("medical", "", name="m"), feature(shapely.Point(*_RIGHT), 1))
    assert sorted(overlay_files([flood(), place], map_page())) == [
        "overlay/a/0.bin", "overlay/a/1.bin", "overlay/m/0.bin", "overlay/m/0.json",
    ]  # fmt: skip


# ---------------------------------------------------------------- the painted legend
def test_the_painted_legend_says_the_same_words(dressed: QApplication) -> None:
    scene = MapScene(overlays=(flood(name="a"), flood(name="b")))
    words = [said for _, said in legend_rows(scene)]
    assert words == ["洪水浸水想定区域(想定最大規模)", "浸水 0.5m未満", "浸水 5m以上10m未満"]
    assert overlay_credits(scene) == ["架空の出どころ"]
    hidden = replace(scene, visibility=LayerVisibility(hidden=frozenset({"flood_l2"})))
    assert legend_rows(hidden) == []
    assert overlay_credits(hidden) == []


# ---------------------------------------------------------------- from the published package to the map
def test_a_published_package_ends_on_the_map(view: MapView, qtbot: QtBot, tmp_path: Path) -> None:
    access = Access(OperatorId("o"), "架空", frozenset({Role.CLERK, Role.ADMINISTRATOR}))
    city = FakeCity(access)
    package = fictional_a31a(tmp_path / "A31a-25_40_10_GEOJSON.zip")
    commit_layers(city, read_layer_file(package), clock=FixedClock())
    scene = CityScenes(city).ground(OPAQUE)
    assert [one.entry for one in scene.overlays] == ["flood_l2"]
    assert [one.value for one in scene.overlays[0].classes] == [1, 2, 3, 4, 5]
    show(view, qtbot, MapScene(overlays=scene.overlays, visibility=OPAQUE))
    view.fit_bounds(130.40, 33.235, 130.72, 33.365)
    (_, kept) = city.state.layers[LayerId(scene.overlays[0].id)]
    at = shapely.point_on_surface(shapely.from_wkb(next(one.wkb for one in kept if one.value == 5)))
    wait_for(view, qtbot, (at.x, at.y), QColor("#F285C9"))
