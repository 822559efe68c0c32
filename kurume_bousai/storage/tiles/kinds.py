"""どの種類か: a file of map pictures is told by its content, never by its name."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from kurume_bousai.services.ports.tiles import TileFile
from kurume_bousai.services.progress import Progress
from kurume_bousai.storage.tiles import problems
from kurume_bousai.storage.tiles.guarded import is_sqlite, open_guarded

#: First bytes of TIFF and BigTIFF.
_TIFF: Final = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")


def read_tile_file(path: Path, progress: Progress) -> TileFile:
    """Look at a file of map pictures: MBTiles, GeoPackage or GeoTIFF.

    Raises
    ------
    KnownProblem
        ``tiles_unknown_kind``, and what the readers of the kinds raise. Nothing is kept.
    """
    with problems.told_files(path), path.open("rb") as file:
        head = file.read(16)
    if head[:4] in _TIFF:
        from kurume_bousai.storage.tiles.pictures import read_geotiff_file  # Pillow and pyproj

        return read_geotiff_file(path, progress)
    if not is_sqlite(path):
        raise problems.unknown(path.name)
    with open_guarded(path) as opened:
        is_geopackage = opened.has("gpkg_contents")
    if is_geopackage:
        from kurume_bousai.storage.tiles.geopackage import read_geopackage

        return read_geopackage(path, progress)
    from kurume_bousai.storage.tiles.mbtiles import read_mbtiles

    return read_mbtiles(path, progress)
