"""地図の層をつなぐ: reader and locator of official layers, loaded when one is first used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kurume_bousai.app.clock import SystemClock

if TYPE_CHECKING:
    from kurume_bousai.domain.layers import LayerFeature, MapLayer
    from kurume_bousai.services.places.map_layers import MapLayersService
    from kurume_bousai.services.ports.gazetteer import GazetteerFile
    from kurume_bousai.services.ports.layer_files import FileShapes, LayerFile
    from kurume_bousai.services.ports.layers import HazardLocator, WantedLayer
    from kurume_bousai.services.ports.map_layers import LayerOrder, LayerPicture, LayerTools
    from kurume_bousai.services.ports.sessions import CityDatabase
    from kurume_bousai.services.progress import Progress


def make_hazard_locator(layers: Sequence[tuple[MapLayer, Sequence[LayerFeature]]]) -> HazardLocator:
    """危険の判定 over layers with their features."""
    from kurume_bousai.geo.hazards import LayerHazards

    return LayerHazards(layers)


def hazard_locator(database: CityDatabase) -> HazardLocator:
    """危険の判定 over every layer that is kept."""
    from kurume_bousai.services.places.hazard_update import read_locator

    with database.reading() as session:
        return read_locator(session, make_hazard_locator)


def map_layers(database: CityDatabase, ground_changed: Callable[[], None]) -> MapLayersService:
    """地図データの取込 on a database."""
    from kurume_bousai.services.places.map_layers import MapLayersService

    return MapLayersService(database, layer_tools(ground_changed), SystemClock())


def layer_tools(ground_changed: Callable[[], None]) -> LayerTools:
    """Readers of map files; their libraries are loaded when one is first used."""
    from kurume_bousai.services.ports.map_layers import LayerTools

    def read_layers(order: LayerOrder, progress: Progress) -> LayerFile:
        from kurume_bousai.exchange.layers.reader import read_layer_file

        return read_layer_file(
            order.path,
            crs=order.crs or None,
            is_everywhere=order.is_everywhere,
            own=order.own,
            progress=progress,
        )

    def describe(path: Path, progress: Progress) -> FileShapes:
        from kurume_bousai.exchange.layers.reader import describe_layer_file

        return describe_layer_file(path, progress=progress)

    def read_gazetteer(path: Path) -> GazetteerFile:
        from kurume_bousai.exchange.gazetteer_files import read_gazetteer as read

        return read(path)

    def city_share(coverage: bytes) -> float:
        from kurume_bousai.geo import layer_pictures

        return layer_pictures.city_share(coverage)

    def make_picture(
        features: Sequence[bytes], coverage: bytes | None, outlines: Sequence[bytes]
    ) -> LayerPicture:
        from kurume_bousai.geo import layer_pictures

        return layer_pictures.make_picture(features, coverage, outlines)

    def wanted() -> tuple[WantedLayer, ...]:
        from kurume_bousai.exchange.layers.recognisers import recognisers

        return recognisers().wanted

    return LayerTools(
        read_layers=read_layers,
        describe=describe,
        read_gazetteer=read_gazetteer,
        make_hazard_locator=make_hazard_locator,
        city_share=city_share,
        make_picture=make_picture,
        wanted=wanted,
        ground_changed=ground_changed,
    )
