"""地図パックの用件をつなぐ: GeoPackage, tiles and pictures, loaded when a pack is made or opened."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from kurume_bousai.app.clock import SystemClock
from kurume_bousai.app.tile_fetch import district_box
from kurume_bousai.app.tiles import tile_packs

if TYPE_CHECKING:
    from kurume_bousai.domain.tile_packs import TileFacts
    from kurume_bousai.services.maps.map_pack import MapPackService
    from kurume_bousai.services.ports.backgrounds import Background
    from kurume_bousai.services.ports.map_pack import (
        Box,
        MapContents,
        OpenPack,
        PackedLayer,
        PackedTiles,
        PackManifest,
    )
    from kurume_bousai.services.ports.sessions import CityDatabase
    from kurume_bousai.services.ports.tiles import TileFile
    from kurume_bousai.services.progress import Progress


def map_packs(database: CityDatabase, ground_changed: Callable[[], None] = lambda: None) -> MapPackService:
    """地図パック on a database."""
    from kurume_bousai.services.maps.map_pack import MapPackService
    from kurume_bousai.services.ports.map_pack import MapPackTools

    tools = MapPackTools(
        write=_write,
        opened=open_map_pack,
        normal=_normal,
        clip=_clip,
        cut_picture=_cut_picture,
        write_tiles=_write_tiles,
        district_box=lambda district_id: district_box(database, district_id),
    )
    return MapPackService(
        database, tools, tile_packs(database, ground_changed), SystemClock(), ground_changed
    )


def open_map_pack(path: Path, progress: Progress) -> AbstractContextManager[OpenPack]:
    """A pack with every hash compared; needs no database."""
    from kurume_bousai.exchange.map_pack.folder import open_pack

    return open_pack(path, progress)


def _write(contents: MapContents, out: Path, progress: Progress) -> PackManifest:
    from kurume_bousai.exchange.map_pack.folder import write_pack

    return write_pack(contents, out, progress)


def _normal(packed: PackedLayer) -> PackedLayer:
    from kurume_bousai.exchange.map_pack.geopackage import normal

    return normal(packed)


def _clip(packed: PackedLayer, box: Box) -> PackedLayer | None:
    from kurume_bousai.exchange.map_pack.geopackage import clip

    return clip(packed, box)


def _cut_picture(background: Background) -> TileFile:
    """A pinned picture, which lies north-up in Web Mercator, as tiles."""
    from PIL import Image

    from kurume_bousai.geo.tiling import on_web_map
    from kurume_bousai.storage.tiles.pictures import picture_file

    with Image.open(io.BytesIO(background.png), formats=("PNG",)) as picture:
        sides = (background.west, background.south, background.east, background.north)
        ground = on_web_map(picture.convert("RGBA"), *sides)
    credit = background.source or f"背景の図「{background.name}」"
    return picture_file(ground, title=background.name, source=background.name, attribution=credit)


def _write_tiles(file: TileFile, facts: TileFacts, target: Path, progress: Progress) -> PackedTiles:
    from kurume_bousai.services.ports.map_pack import PackedTiles
    from kurume_bousai.storage.tiles.shelf import write_file

    return PackedTiles(target, write_file(file, facts, target, progress), is_picture=True)
