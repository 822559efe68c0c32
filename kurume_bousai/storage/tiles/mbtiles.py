"""MBTiles (raster) of any making: read with suspicion; its rows count from the south (TMS)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kurume_bousai.domain.coordinates import CITY_EXTENT
from kurume_bousai.domain.tile_grid import flipped
from kurume_bousai.domain.tile_packs import MOST_CREDIT, MOST_TITLE, Tile, TileFacts
from kurume_bousai.services.progress import Progress
from kurume_bousai.storage.tiles import problems
from kurume_bousai.storage.tiles.checking import Bounds, TileCheck
from kurume_bousai.storage.tiles.guarded import GuardedFile, open_guarded

_MOST_FACTS: Final = 500
_EVERY: Final = 200
ELSEWHERE: Final = "このファイルの地図は、久留米市の範囲と重なっていません。"


@dataclass(frozen=True, slots=True)
class MbtilesFile:
    """MBTilesのファイル. Implements ``TileFile``."""

    path: Path
    facts: TileFacts
    warnings: tuple[str, ...]
    is_from_north: bool
    description: str = ""

    def tiles(self, progress: Progress) -> Iterator[Tile]:
        """Every tile that can be shown, in the file's order."""
        check = TileCheck(self.path.name)
        with open_guarded(self.path) as file:
            yield from _tiles(file, check, self.facts.tile_count, progress, from_north=self.is_from_north)


def read_mbtiles(path: Path, progress: Progress) -> MbtilesFile:
    """Look at every tile of a file.

    Raises
    ------
    KnownProblem
        ``tiles_unreadable``, ``tiles_no_tables``, ``tiles_vector``, ``tiles_wrong_media`` and what
        ``TileCheck`` refuses.
    """
    with open_guarded(path) as file:
        if not file.has("tiles"):
            raise problems.no_tables(path.name, "地図のタイル(tiles の表)")
        facts = _facts(file)
        if facts.get("format", "").casefold() in {"pbf", "mvt"}:
            raise problems.vector(path.name)
        from_north = facts.get("scheme", "").casefold() == "xyz"
        check = TileCheck(path.name)
        for _ in _tiles(file, check, 0, progress, from_north=from_north):
            pass
    if not check.count:
        raise problems.nothing_inside(path.name)
    bounds = check.bounds(_declared(facts.get("bounds", "")))
    lowest, highest = check.zooms
    return MbtilesFile(
        path,
        TileFacts(
            (facts.get("name", "").strip() or path.stem)[:MOST_TITLE],
            *bounds,
            lowest,
            highest,
            check.count,
            check.media_type,
            check.size_bytes,
            facts.get("attribution", "")[:MOST_CREDIT],
            (facts.get("license") or facts.get("licence", ""))[:MOST_CREDIT],
            path.name,
        ),
        warnings_of(check, bounds),
        from_north,
        facts.get("description", "")[:MOST_CREDIT],
    )


def warnings_of(check: TileCheck, bounds: Bounds) -> tuple[str, ...]:
    """What was left out, and ground that is not ours."""
    told = []
    if check.broken:
        told.append(f"壊れているタイルが{check.broken:,}枚あります。その場所は空白になります。")
    if not touches_city(bounds):
        told.append(ELSEWHERE)
    return tuple(told)


def touches_city(bounds: Bounds) -> bool:
    """Whether a box in degrees meets the box around the city."""
    west, south, east, north = CITY_EXTENT
    return bounds[0] < east and bounds[2] > west and bounds[1] < north and bounds[3] > south


def _facts(file: GuardedFile) -> dict[str, str]:
    """``metadata``; a file without it is still a set of tiles."""
    if not file.has("metadata"):
        return {}
    found: dict[str, str] = {}
    with closing(file.rows("SELECT name, value FROM metadata LIMIT ?", (_MOST_FACTS,))) as rows:
        for name, value in rows:
            found.setdefault(str(name).casefold(), _plain(value))
    return found


def _plain(value: object) -> str:
    """A text of a file as one line that can be shown."""
    text = value if isinstance(value, str) else ""
    return "".join(sign if sign.isprintable() else " " for sign in text).strip()


def _declared(text: str) -> Bounds | None:
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        return None
    values = (west, south, east, north)
    return values if all(math.isfinite(one) for one in values) else None


def _tiles(
    file: GuardedFile, check: TileCheck, total: int, progress: Progress, *, from_north: bool
) -> Iterator[Tile]:
    question = "SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles"
    with closing(file.rows(question)) as rows:
        for number, (zoom, column, row, content) in enumerate(rows):
            if number % _EVERY == 0:
                progress(number, total, "タイルを読んでいます")
            if isinstance(zoom, int) and isinstance(row, int) and not from_north and 0 <= zoom <= 62:
                row = flipped(row, zoom)  # noqa: PLW2901 - the same row, counted from the north
            tile = check.take(zoom, column, row, content)
            if tile is not None:
                yield tile
