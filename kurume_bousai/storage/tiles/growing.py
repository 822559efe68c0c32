"""取りかけのファイル: each tile is kept at once, so that a job that was stopped goes on where it was."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.tile_packs import Tile, TileFacts
from kurume_bousai.services.ports.tile_fetch import GrowingPack
from kurume_bousai.services.progress import no_progress
from kurume_bousai.storage.problems import disk_full
from kurume_bousai.storage.tiles import problems
from kurume_bousai.storage.tiles.writing import write_pack

_APPLICATION_ID: Final = 0x4B425447  # KBTG
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS job (what TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS asked (
    zoom INTEGER NOT NULL, tile_column INTEGER NOT NULL, tile_row INTEGER NOT NULL, content BLOB,
    PRIMARY KEY (zoom, tile_column, tile_row)
);
"""


def unfinished_path(out: Path) -> Path:
    """Where the unfinished file of a pack lies."""
    return out.with_name(f"{out.name}.part")


class UnfinishedPack:
    """取りかけのファイル, rows from the north. Implements ``GrowingPack``."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    def known(self, zoom: int) -> set[tuple[int, int]]:
        """Columns and rows of a zoom that were asked for, found or not."""
        rows = self._connection.execute("SELECT tile_column, tile_row FROM asked WHERE zoom = ?", (zoom,))
        return set(rows.fetchall())

    def put(self, tile: Tile) -> None:
        """Keep a tile, durably."""
        self._put(tile.zoom, tile.column, tile.row, tile.content)

    def put_absent(self, zoom: int, column: int, row: int) -> None:
        """Keep that the server has none there."""
        self._put(zoom, column, row, None)

    def tiles(self) -> Iterator[Tile]:
        """Every tile found, the coarse ones first."""
        rows = self._connection.execute(
            "SELECT zoom, tile_column, tile_row, content FROM asked WHERE content IS NOT NULL "
            "ORDER BY zoom, tile_row, tile_column"
        )
        for row in rows:
            yield Tile(*row)

    def counts(self) -> tuple[int, int]:
        """How many tiles were found, and how many are absent."""
        found = self._connection.execute("SELECT count(content), count(*) FROM asked").fetchone()
        return int(found[0]), int(found[1]) - int(found[0])

    def _put(self, zoom: int, column: int, row: int, content: bytes | None) -> None:
        try:
            self._connection.execute(
                "INSERT OR REPLACE INTO asked VALUES (?, ?, ?, ?)", (zoom, column, row, content)
            )
        except sqlite3.OperationalError as error:
            if "full" in str(error):
                raise disk_full(self._path) from None
            raise


@contextmanager
def grow(out: Path, what: str) -> Iterator[UnfinishedPack]:
    """Open the unfinished file beside ``out``, or begin one; it goes away once ``out`` is there.

    Raises
    ------
    KnownProblem
        ``fetch_other_job``: the file there belongs to another order, or is no such file.
    """
    path = unfinished_path(out)
    with problems.told_files(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            _begin(connection, path, what)
            yield UnfinishedPack(connection, path)
    except sqlite3.DatabaseError:
        raise _other_job(path) from None
    if out.exists():  # finished: what was on the way is inside it
        with problems.told_files(path):
            path.unlink(missing_ok=True)


def _begin(connection: sqlite3.Connection, path: Path, what: str) -> None:
    is_fresh = not path.stat().st_size
    if not is_fresh and connection.execute("PRAGMA application_id").fetchone() != (_APPLICATION_ID,):
        raise _other_job(path)
    if is_fresh:
        connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        connection.executescript(_TABLES)
        connection.execute("INSERT INTO job VALUES (?)", (what,))
    elif connection.execute("SELECT what FROM job").fetchone() != (what,):
        raise _other_job(path)


def finish(out: Path, pack: GrowingPack, facts: TileFacts) -> None:
    """Write the whole pack to ``out``."""
    fresh = out.with_name(f"{out.name}.new")
    try:
        fresh.unlink(missing_ok=True)
        write_pack(fresh, facts, pack.tiles(), no_progress)
        with problems.told_files(out):
            fresh.replace(out)
    finally:
        fresh.unlink(missing_ok=True)


def _other_job(path: Path) -> KnownProblem:
    return KnownProblem(
        "fetch_other_job",
        "この名前の取りかけのファイルは、別の指定のものです。",
        where=str(path),
        advice="前と同じ校区・種類・縮尺を指定するか、別の名前にしてください。いらなければ、消してかまいません。",
    )
