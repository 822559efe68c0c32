"""地図のページへ渡す図: where the page fetches the shapes of overlays and the pictures of tile packs."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from kurume_bousai.mapview.protocol import Asset, MapOverlay, MapPageSource, ReachShape, TileGround

_LOG = logging.getLogger(__name__)

#: Shown where a pack has no tile: a clear picture of one pixel, because a missing one would be an error.
_CLEAR: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNgYGBgAAAABQABeqhXUAAAAABJRU5ErkJggg=="
)
_CLEAR_TILE: Final = Asset("image/png", _CLEAR)


def overlay_files(overlays: Iterable[MapOverlay], source: MapPageSource) -> dict[str, Callable[[], Asset]]:
    """Return what the page may ask for: ``overlay/ID/N.bin`` and, of points, ``overlay/ID/N.json``."""
    made: dict[str, Callable[[], Asset]] = {}
    for overlay in overlays:
        for number, one in enumerate(overlay.classes):
            address = f"overlay/{overlay.id}/{number}"
            made[f"{address}.bin"] = partial(source.overlay_asset, one, points=False)
            if one.points:
                made[f"{address}.json"] = partial(source.overlay_asset, one, points=True)
    return made


def reach_files(reach: ReachShape | None) -> dict[str, Callable[[], Asset]]:
    """Return the roads of 逃げ地図 by class: ``reach/REVISION/N.bin``."""
    if reach is None:
        return {}
    return {
        f"reach/{reach.revision}/{number}.bin": partial(Asset, "application/octet-stream", one.lines)
        for number, one in enumerate(reach.classes)
    }


def tile_folders(tiles: Iterable[TileGround]) -> dict[str, Callable[[str], Asset | None]]:
    """Return who answers for ``tiles/ID/Z/X/Y``."""
    return {f"tiles/{one.id}/": partial(_tile, one) for one in tiles}


def _tile(ground: TileGround, rest: str) -> Asset | None:
    """One tile; None = the address is none."""
    numbers = rest.split("/")
    if len(numbers) != 3 or not all(number.isascii() and number.isdigit() for number in numbers):
        return None
    zoom, column, row = (int(number) for number in numbers)
    try:
        picture = ground.read(column, row, zoom)
    except Exception as error:  # noqa: BLE001 - a broken pack must not take the whole map along
        _LOG.warning("a tile pack cannot be read (%s)", type(error).__name__)
        return _CLEAR_TILE
    return _CLEAR_TILE if picture is None else Asset(_media_type(picture, ground.media_type), picture)


def _media_type(picture: bytes, told: str) -> str:
    """What the bytes are; a pack may mix kinds of pictures whatever it says."""
    if picture.startswith(b"\x89PNG"):
        return "image/png"
    if picture.startswith(b"\xff\xd8"):
        return "image/jpeg"
    return "image/webp" if picture[8:12] == b"WEBP" else told
