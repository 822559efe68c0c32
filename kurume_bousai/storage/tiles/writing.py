"""タイルの背景を書く: MBTiles of one plain form, so that what is kept is always ours and always readable."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from kurume_bousai.domain.tile_grid import flipped
from kurume_bousai.domain.tile_packs import Tile, TileFacts
from kurume_bousai.services.progress import Progress
from kurume_bousai.storage.problems import disk_full
from kurume_bousai.storage.tiles import problems

#: 「MPBX」, as the MBTiles specification has it.
APPLICATION_ID: Final = 0x4D504258
#: The schema of every pack this program makes, as SQLite gives it back.
SCHEMA: Final = (
    "CREATE TABLE metadata (name TEXT NOT NULL, value TEXT NOT NULL)",
    (
        "CREATE TABLE tiles (zoom_level INTEGER NOT NULL, tile_column INTEGER NOT NULL, "
        "tile_row INTEGER NOT NULL, tile_data BLOB NOT NULL)"
    ),
    "CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row)",
)
_FORMATS: Final = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}
#: Our own entry beside those of the specification.
KEY_LICENCE: Final = "license"
_EVERY: Final = 200


def write_pack(path: Path, facts: TileFacts, tiles: Iterable[Tile], progress: Progress) -> int:
    """Write a new file; returns how many tiles are in it. What went wrong leaves no file.

    The same tiles in the same order with the same facts give the same bytes (with the same SQLite).

    Raises
    ------
    KnownProblem
        ``disk_full``, ``read_only`` and what the tiles and ``progress`` raise.
    """
    with problems.told_files(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        # Created by us, so that nobody else reads it on the way; SQLite takes an empty file as it is.
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            count = _fill(path, facts, tiles, progress)
            with path.open("rb+") as file:
                os.fsync(file.fileno())
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    return count


def _fill(path: Path, facts: TileFacts, tiles: Iterable[Tile], progress: Progress) -> int:
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = OFF")  # a fresh file: after a failure it is thrown away
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute("BEGIN")
            for statement in SCHEMA:
                connection.execute(statement)
            connection.executemany("INSERT INTO metadata VALUES (?, ?)", metadata_of(facts))
            connection.executemany(
                "INSERT OR IGNORE INTO tiles VALUES (?, ?, ?, ?)", _rows(tiles, facts.tile_count, progress)
            )
            found = connection.execute("SELECT count(*) FROM tiles").fetchone()
            connection.execute("COMMIT")
    except sqlite3.OperationalError as error:
        if "full" in str(error):
            raise disk_full(path) from None
        raise
    return int(found[0])


def _rows(tiles: Iterable[Tile], total: int, progress: Progress) -> Iterator[tuple[int, int, int, bytes]]:
    for number, tile in enumerate(tiles):
        if number % _EVERY == 0:
            progress(number, total, "タイルを書いています")
        yield tile.zoom, tile.column, flipped(tile.row, tile.zoom), tile.content


def metadata_of(facts: TileFacts) -> list[tuple[str, str]]:
    """The entries of the specification, and our own."""
    west, south, east, north = facts.west, facts.south, facts.east, facts.north
    return [
        ("name", facts.title),
        ("type", "baselayer"),
        ("version", "1"),
        ("description", facts.source),
        ("format", _FORMATS[facts.media_type]),
        ("bounds", f"{west:.7f},{south:.7f},{east:.7f},{north:.7f}"),
        ("center", f"{(west + east) / 2:.7f},{(south + north) / 2:.7f},{facts.min_zoom}"),
        ("minzoom", str(facts.min_zoom)),
        ("maxzoom", str(facts.max_zoom)),
        ("attribution", facts.attribution),
        (KEY_LICENCE, facts.licence),
    ]


def sha256_of(path: Path) -> str:
    """The hash of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
