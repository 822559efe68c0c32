"""The pictures of the manual that need map data: fictional roads and hazards, imported like real ones."""

# ruff: noqa: INP001, S101 - a script beside make_pictures.py; an assert tells a type
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.operations import FeatureKind
from kurume_bousai.services.places.map_layers import LayerPreview
from kurume_bousai.services.ports.map_layers import LayerOrder

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from kurume_bousai.ui.headless import Studio
    from kurume_bousai.ui.maps.map_desk import MapDesk
    from kurume_bousai.ui.places.places_page import PlacesPage

Shot = Callable[["Studio"], None]
#: The ground around the fictional roads.
_ROADS: Final = (130.484, 33.274, 130.520, 33.304)
_START: Final = (130.4915, 33.2955)
_PLACES: Final = ((130.497, 33.292), (130.508, 33.287), (130.512, 33.291))


def _page(studio: Studio) -> PlacesPage:
    from kurume_bousai.ui.places.places_page import PlacesPage

    page = studio.show_page("places")
    assert isinstance(page, PlacesPage)
    return page


def _import(studio: Studio, file: Path) -> None:
    layers = studio.desktop.services.layers
    preview = layers.preview(LayerOrder(file), lambda _done, _total, _text: None)
    assert isinstance(preview, LayerPreview)
    studio.desktop.finish(layers.commit(preview))
    studio.settle()


def _desk(studio: Studio) -> MapDesk:
    from kurume_bousai.ui.places.places_page import PlacesView

    page = _page(studio)
    page.show_view(PlacesView.MAP)
    studio.settle()
    return page.desk


def _grab(studio: Studio, name: str) -> None:
    studio.settle()
    studio.window.messages.clear()
    studio.settle()
    studio.grab(studio.window, name)


def places(studio: Studio) -> None:
    """What is kept, with a package of rivers, roads, and the checklist."""
    from kurume_bousai.ui.places.layer_dialog import LayerDialog
    from kurume_bousai.ui.places.places_page import PlacesView
    from tests.fixtures.flood_layer import fictional_a31a
    from tests.fixtures.roads import n13_package

    flood = fictional_a31a(studio.folder / "A31a-25_40_10_GEOJSON.zip")
    page = _page(studio)
    page.show_view(PlacesView.CARDS)
    dialog = LayerDialog(studio.desktop, studio.window)
    dialog.show()
    dialog.check_file(flood)
    studio.settle()
    studio.grab_dialog(dialog, "layer_check")
    _import(studio, flood)
    _import(studio, n13_package(studio.folder / "N13-24_4930_GEOJSON.zip"))
    _grab(studio, "places")
    page.show_view(PlacesView.MAP)


def desk(studio: Studio) -> None:
    """The map with its panel; then drawing on a layer of one's own."""
    made = _desk(studio)
    made.panel.show_section("のせるもの")
    made.fit()
    _grab(studio, "map_desk")
    tasks = studio.desktop.services.task_layers
    layer = tasks.add_layer("大雨のときに困る所")
    studio.desktop.finish(layer)
    points = [LonLat(*place) for place in _PLACES]
    layer_id = layer.value.layer_id
    studio.desktop.finish(tasks.draw(layer_id, FeatureKind.DANGER, points[:1], "道路が冠水"))
    studio.desktop.finish(tasks.draw(layer_id, FeatureKind.BLOCKED_ROAD, points[1:2], ""))
    studio.desktop.finish(tasks.draw(layer_id, FeatureKind.REGION, points, "低い所"))
    made.panel.show_section("かく")
    made.map.fit_bounds(*_ROADS)
    _grab(studio, "map_draw")


def reach(studio: Studio) -> None:
    """A way, and 逃げ地図."""
    from kurume_bousai.domain.route_answers import GoalKind

    made = _desk(studio)
    routes = made.routes
    assert routes is not None
    made.panel.show_section("道")
    studio.settle()
    routes.show_start(LonLat(*_START), "地図で選んだ所")
    made.map.fit_bounds(*_ROADS)
    _grab(studio, "map_way")
    routes.way.forget()
    routes.which.set_value("reach")
    routes.which.chosen.emit("reach")
    routes.reach.kinds.set_value(GoalKind.WELFARE)
    routes.reach.make.click()
    studio.settle()
    made.map.fit_bounds(*_ROADS)
    _grab(studio, "map_reach")
    routes.left()


def paper(studio: Studio) -> None:
    """The window that prints maps."""
    from kurume_bousai.ui.reports.map_dialog import MapPrintDialog

    dialog = MapPrintDialog(studio.desktop, studio.window, district_id="津福")
    _shown(studio, dialog, "map_print")


def placing(studio: Studio) -> None:
    """From addresses to places."""
    from kurume_bousai.ui.geocode.placing_dialog import PlacingDialog

    _shown(studio, PlacingDialog(studio.desktop, studio.window), "placing")


def packs(studio: Studio) -> None:
    """Tiles as background, the one job with a network, and the pack for another laptop."""
    from kurume_bousai.ui.places.fetch_dialog import FetchDialog
    from kurume_bousai.ui.places.pack_dialog import MapPackDialog

    _shown(studio, FetchDialog(studio.desktop, studio.window), "tiles_fetch")
    _shown(studio, MapPackDialog(studio.desktop, studio.window), "map_pack")


def _shown(studio: Studio, dialog: QWidget, name: str) -> None:
    dialog.show()
    for _round in range(3):
        studio.settle()
    studio.grab_dialog(dialog, name)


SHOTS: Final[dict[str, Shot]] = {
    "places": places,
    "map_desk": desk,
    "map_reach": reach,
    "map_print": paper,
    "placing": placing,
    "tiles_packs": packs,
}
