"""地理院タイルの用件をつなぐ: the network is loaded inside the job alone, after a person asked for it."""

from __future__ import annotations

import threading
import time
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kurume_bousai.domain.ids import DistrictId
    from kurume_bousai.domain.tile_packs import TileFacts
    from kurume_bousai.services.maps.tile_fetch import TileFetchService
    from kurume_bousai.services.ports.sessions import CityDatabase
    from kurume_bousai.services.ports.tile_fetch import GrowingPack, TileServer


def tile_fetch(database: CityDatabase) -> TileFetchService:
    """地理院タイルを取りに行く用件 on a database. Nothing is connected before ``fetch``."""
    from kurume_bousai.services.maps.tile_fetch import TileFetchService
    from kurume_bousai.services.ports.tile_fetch import FetchTools

    tools = FetchTools(
        connect=_connect,
        grow=_grow,
        finish=_finish,
        district_box=lambda district_id: district_box(database, district_id),
        wait=_wait,
        monotonic=time.monotonic,
    )
    return TileFetchService(database, tools)


def district_box(database: CityDatabase, district_id: DistrictId) -> tuple[float, float, float, float]:
    """West, south, east and north in degrees of a 校区 that is there."""
    from kurume_bousai.geo.district_boxes import district_box as box

    with database.reading() as session:
        outlines = session.districts.outlines()
        points = {one.district_id: one.point for one in session.districts.all()}
    return box(district_id, outlines, points)


def _connect(address: str) -> TileServer:
    from kurume_bousai.exchange.gsi_tiles import GsiTiles

    return GsiTiles(address)


def _grow(out: Path, what: str) -> AbstractContextManager[GrowingPack]:
    from kurume_bousai.storage.tiles.growing import grow

    return grow(out, what)


def _finish(out: Path, pack: GrowingPack, facts: TileFacts) -> None:
    from kurume_bousai.storage.tiles.growing import finish

    finish(out, pack, facts)


def _wait(seconds: float) -> None:
    threading.Event().wait(seconds)
