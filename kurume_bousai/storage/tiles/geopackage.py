"""GeoPackage with raster tiles: taken as they are where they lie on the web map's squares, else cut anew."""

from __future__ import annotations

import io
import math
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from PIL import Image, UnidentifiedImageError

from kurume_bousai.domain.tile_grid import HALF_WORLD, MOST_ZOOM
from kurume_bousai.domain.tile_packs import MOST_CREDIT, MOST_TITLE, Tile, TileFacts
from kurume_bousai.domain.tile_pictures import head_of
from kurume_bousai.geo.geotiff import MOST_PIXELS
from kurume_bousai.geo.tiling import WEB_MERCATOR, GroundPicture, known_system
from kurume_bousai.services.ports.tiles import TileFile
from kurume_bousai.services.progress import Progress
from kurume_bousai.storage.tiles import problems
from kurume_bousai.storage.tiles.checking import MOST_TILE_PX, TileCheck
from kurume_bousai.storage.tiles.guarded import GuardedFile, open_guarded, quoted
from kurume_bousai.storage.tiles.mbtiles import warnings_of
from kurume_bousai.storage.tiles.pictures import picture_file

_NEEDED: Final = ("gpkg_contents", "gpkg_tile_matrix_set", "gpkg_tile_matrix", "gpkg_spatial_ref_sys")
_WHAT: Final = "画像のタイル(gpkg_contents の tiles)"
#: Part of a tile by which a grid may be off and still be the web map's.
_OFF: Final = 0.01
_MOST_LEVELS: Final = 40
_EVERY: Final = 200


@dataclass(frozen=True, slots=True)
class _Level:
    """一つの縮尺: zoom of the file, tiles across and down, pixels of a tile, units of a pixel."""

    zoom: int
    wide: int
    high: int
    tile_wide_px: int
    tile_high_px: int
    unit_x: float
    unit_y: float


@dataclass(frozen=True, slots=True)
class _Table:
    """タイルの表: its name, title, credit, system and the corner from which its tiles count."""

    name: str
    title: str
    credit: str
    epsg: int
    left: float
    top: float
    levels: tuple[_Level, ...]


@dataclass(frozen=True, slots=True)
class WebTiles:
    """升目どおりのタイル: columns and rows only need a shift. Implements ``TileFile``."""

    path: Path
    facts: TileFacts
    warnings: tuple[str, ...]
    table: _Table

    def tiles(self, progress: Progress) -> Iterator[Tile]:
        """Every tile that can be shown."""
        with open_guarded(self.path) as file:
            yield from _web_tiles(file, self.table, TileCheck(self.path.name), progress)


def read_geopackage(path: Path, progress: Progress) -> TileFile:
    """Look at the first table of tiles of a file.

    Raises
    ------
    KnownProblem
        ``tiles_no_tables``, ``tiles_system`` and what reading raises.
    """
    with open_guarded(path) as file:
        if not file.has(*_NEEDED):
            raise problems.no_tables(path.name, _WHAT)
        table, others = _table(file, path)
        told = (
            (f"ほかに{others}つの画像が入っています。最初の「{table.title}」だけを使います。",)
            if others
            else ()
        )
        if table.epsg != WEB_MERCATOR or not all(_web_place(table, level) for level in table.levels):
            return _cut_anew(file, table, path, told, progress)
        check = TileCheck(path.name)
        for _ in _web_tiles(file, table, check, progress):
            pass
    if not check.count:
        raise problems.nothing_inside(path.name)
    bounds = check.bounds(None)
    facts = TileFacts(
        table.title,
        *bounds,
        *check.zooms,
        check.count,
        check.media_type,
        check.size_bytes,
        table.credit,
        source=path.name,
    )
    return WebTiles(path, facts, (*told, *warnings_of(check, bounds)), table)


def _table(file: GuardedFile, path: Path) -> tuple[_Table, int]:
    where = path.name
    found = list(
        file.rows(
            "SELECT c.table_name, c.identifier, c.description, s.organization, s.organization_coordsys_id, "
            "m.min_x, m.max_y FROM gpkg_contents c "
            "JOIN gpkg_tile_matrix_set m ON m.table_name = c.table_name "
            "JOIN gpkg_spatial_ref_sys s ON s.srs_id = m.srs_id WHERE c.data_type = 'tiles' "
            "ORDER BY c.rowid LIMIT 100"
        )
    )
    if not found:
        raise problems.no_tables(where, _WHAT)
    name, title, credit, organisation, number, left, top = found[0]
    epsg = known_system(number) if str(organisation).upper() == "EPSG" and isinstance(number, int) else None
    if epsg is None:
        raise problems.wrong_system(where, f"{organisation}:{number}")
    levels = tuple(
        _level(row, where)
        for row in file.rows(
            "SELECT zoom_level, matrix_width, matrix_height, tile_width, tile_height, pixel_x_size, "
            "pixel_y_size FROM gpkg_tile_matrix WHERE table_name = ? ORDER BY zoom_level LIMIT ?",
            (name, _MOST_LEVELS),
        )
    )
    if not levels or not file.has(str(name)) or not _is_number(left) or not _is_number(top):
        raise problems.no_tables(where, _WHAT)
    shown = str(title or name)[:MOST_TITLE]
    made = _Table(str(name), shown, str(credit or "")[:MOST_CREDIT], epsg, float(left), float(top), levels)
    return made, len(found) - 1


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _level(row: tuple[Any, ...], where: str) -> _Level:
    zoom, wide, high, tile_wide, tile_high, unit_x, unit_y = row
    whole = all(isinstance(one, int) for one in (zoom, wide, high, tile_wide, tile_high))
    if not whole or not all(_is_number(one) and one > 0 for one in (unit_x, unit_y)):
        raise problems.absurd_place(where)
    if not (0 <= zoom <= _MOST_LEVELS and 0 < wide <= 2**31 and 0 < high <= 2**31):
        raise problems.absurd_place(where)
    if not (0 < tile_wide <= MOST_TILE_PX and 0 < tile_high <= MOST_TILE_PX):
        raise problems.huge_tile(where, f"{MOST_TILE_PX}画素")
    return _Level(zoom, wide, high, tile_wide, tile_high, float(unit_x), float(unit_y))


def _web_place(table: _Table, level: _Level) -> tuple[int, int, int] | None:
    """Zoom of the web map and the column and row of the level's first tile; None = it lies between."""
    if level.tile_wide_px != level.tile_high_px or abs(level.unit_x / level.unit_y - 1) > 1e-6:
        return None
    side = level.unit_x * level.tile_wide_px
    zoom = math.log2(2 * HALF_WORLD / side)
    column, row = (table.left + HALF_WORLD) / side, (HALF_WORLD - table.top) / side
    if abs(zoom - round(zoom)) > 1e-6 or not 0 <= round(zoom) <= MOST_ZOOM:
        return None
    if max(abs(column - round(column)), abs(row - round(row))) > _OFF:
        return None
    return round(zoom), round(column), round(row)


def _rows(
    file: GuardedFile, table: _Table, zoom: int | None = None
) -> Generator[tuple[Any, ...], None, None]:
    # The name comes out of the file: it is quoted, and the file can do nothing but be read.
    question = f"SELECT zoom_level, tile_column, tile_row, tile_data FROM {quoted(table.name)}"  # noqa: S608
    if zoom is None:
        return file.rows(question)
    return file.rows(f"{question} WHERE zoom_level = ?", (zoom,))


def _web_tiles(file: GuardedFile, table: _Table, check: TileCheck, progress: Progress) -> Iterator[Tile]:
    places = {level.zoom: _web_place(table, level) for level in table.levels}
    with closing(_rows(file, table)) as rows:
        for number, (zoom, column, row, content) in enumerate(rows):
            if number % _EVERY == 0:
                progress(number, 0, "タイルを読んでいます")
            place = places.get(zoom)
            if place is None or not isinstance(column, int) or not isinstance(row, int):
                raise problems.absurd_place(check.where)
            tile = check.take(place[0], column + place[1], row + place[2], content)
            if tile is not None:
                yield tile


def _cut_anew(
    file: GuardedFile, table: _Table, path: Path, told: tuple[str, ...], progress: Progress
) -> TileFile:
    """The finest level that fits into the memory, put together as one picture and cut."""
    fitting = [
        one
        for one in table.levels
        if one.wide * one.high * one.tile_wide_px * one.tile_high_px <= MOST_PIXELS
    ]
    if not fitting:
        raise problems.too_many(path.name, f"{MOST_PIXELS // 10_000:,}万画素")
    level = fitting[-1]
    whole = Image.new("RGBA", (level.wide * level.tile_wide_px, level.high * level.tile_high_px))
    count = 0
    with closing(_rows(file, table, level.zoom)) as rows:
        for number, (_zoom, column, row, content) in enumerate(rows):
            if number % _EVERY == 0:
                progress(number, level.wide * level.high, "タイルを読んでいます")
            inside = isinstance(column, int) and isinstance(row, int)
            if not inside or not (0 <= column < level.wide and 0 <= row < level.high):
                raise problems.absurd_place(path.name)
            whole.paste(
                _tile(content, level, path.name), (column * level.tile_wide_px, row * level.tile_high_px)
            )
            count += 1
    if not count:
        raise problems.nothing_inside(path.name)
    ground = GroundPicture(
        whole, ((level.unit_x, 0.0, table.left), (0.0, -level.unit_y, table.top)), table.epsg
    )
    coarser = "いちばん細かい縮尺は大きすぎるため、その手前の縮尺を使います。"
    more = (coarser,) if level is not table.levels[-1] else ()
    return picture_file(ground, title=table.title, source=path.name, warnings=(*told, *more))


def _tile(content: object, level: _Level, where: str) -> Image.Image:
    head = head_of(content) if isinstance(content, bytes) else None
    if not isinstance(content, bytes) or head is None:
        raise problems.wrong_media(where)
    if (head.width_px, head.height_px) != (level.tile_wide_px, level.tile_high_px):
        raise problems.huge_tile(where, f"{level.tile_wide_px}×{level.tile_high_px}画素")
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP")) as picture:
            return picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise problems.unreadable(where) from None
