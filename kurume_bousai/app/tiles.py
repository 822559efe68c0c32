"""タイルの背景をつなぐ: files beside the database, their readers, and what the maps show of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from kurume_bousai.app.clock import SystemClock

if TYPE_CHECKING:
    from kurume_bousai.mapview.protocol import TileGround
    from kurume_bousai.services.maps.tile_packs import TilePackService
    from kurume_bousai.services.ports.sessions import CityDatabase
    from kurume_bousai.services.ports.tiles import TileFile
    from kurume_bousai.services.progress import Progress
    from kurume_bousai.storage import EncryptedCityDatabase
    from kurume_bousai.storage.tiles.shelf import DatabaseTiles


def tile_shelf(database: CityDatabase) -> DatabaseTiles:
    """Where the packs of a database lie."""
    from kurume_bousai.storage.tiles.shelf import shelf_of

    return shelf_of(cast("EncryptedCityDatabase", database).path)


def tile_packs(database: CityDatabase, ground_changed: Callable[[], None] = lambda: None) -> TilePackService:
    """タイルの背景 on a database."""
    from kurume_bousai.services.maps.tile_packs import TilePackService

    return TilePackService(database, tile_shelf(database), _read_file, SystemClock(), ground_changed)


def _read_file(path: Path, progress: Progress) -> TileFile:
    from kurume_bousai.storage.tiles.kinds import read_tile_file

    return read_tile_file(path, progress)


def tile_grounds(database: CityDatabase) -> tuple[TileGround, ...]:
    """The packs as the maps show them, in order of title; one whose file is missing or changed is left out.

    The first time in a process each file is read whole for its hash.
    """
    from kurume_bousai.mapview.protocol import TileGround

    shelf = tile_shelf(database)
    return tuple(
        TileGround(
            id=one.pack.pack_id,
            title=one.pack.title,
            read=shelf.reader(one.pack.sha256),
            west=one.pack.west,
            south=one.pack.south,
            east=one.pack.east,
            north=one.pack.north,
            min_zoom=one.pack.min_zoom,
            max_zoom=one.pack.max_zoom,
            attribution=one.pack.attribution,
            media_type=one.pack.media_type,
        )
        for one in tile_packs(database).packs()
        if not one.fault
    )


def tile_faults(database: CityDatabase) -> tuple[str, ...]:
    """What is wrong with the packs' files, as sentences."""
    return tuple(one.fault for one in tile_packs(database).packs() if one.fault)
