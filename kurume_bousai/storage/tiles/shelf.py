"""タイルの置き場: packs beside the database, named by the hash of their bytes. Implements ``TileShelf``."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Final

from kurume_bousai.domain.tile_packs import TileFacts, TilePack
from kurume_bousai.services.ports.tiles import PackState, StoredFile, TileFile
from kurume_bousai.services.progress import Progress
from kurume_bousai.storage.files import sync_file, sync_folder
from kurume_bousai.storage.problems import disk_full
from kurume_bousai.storage.tiles import problems
from kurume_bousai.storage.tiles.mbtiles import read_mbtiles
from kurume_bousai.storage.tiles.reading import tile_reader
from kurume_bousai.storage.tiles.writing import SCHEMA, sha256_of, write_pack

#: What a pack is called while it is written; one of an earlier run is thrown away after a day.
_UNFINISHED: Final = ".incoming"
_OLD_S: Final = 86_400
#: Rows, index and headers beside the pictures.
_OVERHEAD: Final = 1.1
#: Hash of a file by its name, size and time of change: it is read once per process.
_known: dict[tuple[str, int, int], str] = {}
_guard = threading.Lock()


def shelf_of(database: Path) -> DatabaseTiles:
    """The place of one database's packs."""
    return DatabaseTiles(database.with_name(f"{database.name}.tiles"))


class DatabaseTiles:
    """一つのデータベースのタイルの置き場."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, file: TileFile, facts: TileFacts, progress: Progress) -> StoredFile:
        """Write the tiles of a file as a pack of ours; all of it or nothing."""
        self._require_room(facts.size_bytes)
        fresh = self._fresh()
        try:
            stored = write_file(file, facts, fresh, progress)
            return self._place(fresh, stored)
        finally:
            fresh.unlink(missing_ok=True)

    def keep_copy(self, path: Path, progress: Progress) -> StoredFile:
        """Keep a pack of ours byte for byte, after looking at all of it."""
        with problems.told_files(path):
            self._require_room(path.stat().st_size)
        require_ours(path)
        fresh = self._fresh()
        try:
            with problems.told_files(self.folder):
                shutil.copyfile(path, fresh)
                fresh.chmod(0o600)
                sync_file(fresh)
            made = read_mbtiles(fresh, progress)
            # The name of the file at hand says nothing: what it was made of stands inside.
            facts = replace(made.facts, source=made.description)
            return self._place(fresh, _stored(fresh, facts, made.facts))
        finally:
            fresh.unlink(missing_ok=True)

    def state(self, pack: TilePack) -> PackState:
        """Whether the file is there and is what was registered."""
        path = self.path(pack.sha256)
        try:
            found = path.stat()
            if found.st_size != pack.size_bytes:
                return PackState.CHANGED
            key = (str(path), found.st_size, found.st_mtime_ns)
            with _guard:
                known = _known.get(key)
            if known is None:
                known = sha256_of(path)
                with _guard:
                    _known[key] = known
        except FileNotFoundError:
            return PackState.MISSING
        except OSError:
            return PackState.CHANGED
        return PackState.WHOLE if known == pack.sha256 else PackState.CHANGED

    def path(self, sha256: str) -> Path:
        """Where a pack of this hash lies."""
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise ValueError("a pack is named by a hash")
        return self.folder / f"{sha256}.mbtiles"

    def reader(self, sha256: str) -> Callable[[int, int, int], bytes | None]:
        """Single tiles of a pack."""
        return tile_reader(self.path(sha256))

    def remove(self, sha256: str) -> None:
        """Take a file away; nothing happens where there is none."""
        path = self.path(sha256)
        with problems.told_files(path):
            path.unlink(missing_ok=True)

    def _place(self, fresh: Path, stored: StoredFile) -> StoredFile:
        target = self.path(stored.sha256)
        with problems.told_files(target):
            fresh.replace(target)
            sync_folder(self.folder)
        return stored

    def _fresh(self) -> Path:
        with problems.told_files(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            for left in self.folder.glob(f"*{_UNFINISHED}"):
                if left.stat().st_mtime < time.time() - _OLD_S:
                    left.unlink(missing_ok=True)
        return self.folder / f"{os.getpid()}-{secrets.token_hex(6)}{_UNFINISHED}"

    def _require_room(self, size_bytes: int) -> None:
        place = self.folder if self.folder.exists() else self.folder.parent
        with problems.told_files(place):
            if shutil.disk_usage(place).free < size_bytes * _OVERHEAD:
                raise disk_full(self.folder)


def write_file(file: TileFile, facts: TileFacts, target: Path, progress: Progress) -> StoredFile:
    """Write the tiles of a file as a pack anywhere; all of it or nothing."""
    write_pack(target, facts, file.tiles(progress), progress)
    # What was written counts: a file can hold a tile twice, a picture made here has its own size.
    return _stored(target, facts, read_mbtiles(target, progress).facts)


def _stored(path: Path, facts: TileFacts, written: TileFacts) -> StoredFile:
    counted = replace(
        facts,
        min_zoom=written.min_zoom,
        max_zoom=written.max_zoom,
        tile_count=written.tile_count,
        media_type=written.media_type,
        size_bytes=written.size_bytes,
    )
    return StoredFile(sha256_of(path), path.stat().st_size, counted)


def require_ours(path: Path) -> None:
    """Refuse a file whose tables are not exactly those that ``write_pack`` makes.

    Raises
    ------
    KnownProblem
        ``tiles_not_ours``.
    """
    try:
        with closing(
            sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        ) as connection:
            found = connection.execute("SELECT sql FROM sqlite_master ORDER BY rowid").fetchall()
            is_whole = connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    except sqlite3.Error:
        raise problems.not_ours(path.name) from None
    if not is_whole or tuple(sql for (sql,) in found) != SCHEMA:
        raise problems.not_ours(path.name)
