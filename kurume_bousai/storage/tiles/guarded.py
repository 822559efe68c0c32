"""用心して開く: a SQLite file of somebody else, read only, with nothing in it able to act.

A file can hold views, triggers and generated columns: they may be read, but they get no functions beyond
plain ones, no recursion, no attached file and no endless work.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.storage.tiles import problems

#: Longest text or blob that SQLite hands out: above, it refuses before the memory is taken.
MOST_BYTES: Final = 4_000_000
_HEADER: Final = b"SQLite format 3\x00"
#: Steps of SQLite's machine between two rows; a plain row takes some tens.
_STEPS_AT_ONCE: Final = 100_000
_MOST_PAUSES: Final = 3_000
#: Functions a view may call: plain ones that take no time and touch nothing.
_FUNCTIONS: Final = frozenset(
    {
        "abs", "ceil", "coalesce", "count", "floor", "ifnull", "iif", "length", "like", "lower", "max", "min",
        "nullif", "pow", "power", "printf", "replace", "round", "substr", "substring", "sum", "total", "trim",
        "typeof", "upper",
    }
)  # fmt: skip
_READING: Final = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ})


def _is_whole(path: Path) -> bool:
    """Whether a file is as long as its own header says: SQLite itself reads missing ends as nothing."""
    with problems.told_files(path), path.open("rb") as file:
        header = file.read(100)
    if len(header) < 100:
        return False
    page, changed, pages = struct.unpack(">H6xII", header[16:32])
    (valid_for,) = struct.unpack(">I", header[92:96])
    page = 65_536 if page == 1 else page
    return not (changed == valid_for and path.stat().st_size < page * pages)


def is_sqlite(path: Path) -> bool:
    """Whether a file begins as SQLite files do."""
    with problems.told_files(path), path.open("rb") as file:
        return file.read(len(_HEADER)) == _HEADER


class GuardedFile:
    """開いたファイル: questions to it, each with a bound on its work."""

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self._connection = connection
        self._pauses = 0
        self.name = name
        connection.set_progress_handler(self._on_pause, _STEPS_AT_ONCE)
        connection.set_authorizer(_authorize)

    def rows(self, question: str, values: tuple[Any, ...] = ()) -> Generator[tuple[Any, ...], None, None]:
        """Rows of a question one after the other; raises ``KnownProblem`` in words of the file."""
        self._pauses = 0
        try:
            cursor = self._connection.execute(question, values)
            for row in cursor:
                self._pauses = 0
                yield row
        except sqlite3.Error as error:
            raise self._told(error) from None

    def has(self, *names: str) -> bool:
        """Whether tables or views of these names are there."""
        found = {
            str(name).casefold()
            for (name,) in self.rows("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        }
        return {name.casefold() for name in names} <= found

    def _on_pause(self) -> int:
        self._pauses += 1
        return int(self._pauses > _MOST_PAUSES)

    def _told(self, error: sqlite3.Error) -> KnownProblem:
        text = str(error).casefold()
        if "interrupted" in text:
            return problems.too_slow(self.name)
        if "too big" in text:
            return problems.huge_tile(self.name, f"{MOST_BYTES // 1_000_000}MB")
        if "no such table" in text or "no such column" in text:
            return problems.no_tables(self.name, "必要な表と列")
        if "not authorized" in text or "prohibited" in text or "unsafe use" in text:
            return problems.unsafe(self.name)
        return problems.unreadable(self.name)


@contextmanager
def open_guarded(path: Path) -> Iterator[GuardedFile]:
    """Open a SQLite file for reading; nothing is ever written beside it.

    Raises
    ------
    KnownProblem
        ``tiles_unreadable``, ``tiles_still_open`` and what reading raises.
    """
    if not is_sqlite(path) or not _is_whole(path):
        raise problems.unreadable(path.name)
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size:
        raise problems.still_open(path.name)
    address = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
    try:
        connection = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
    except sqlite3.Error:
        raise problems.unreadable(path.name) from None
    with closing(connection):
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_BYTES)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        connection.text_factory = _text
        try:
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA query_only = ON")
            connection.execute("PRAGMA cell_size_check = ON")
        except sqlite3.Error:
            raise problems.unreadable(path.name) from None
        yield GuardedFile(connection, path.name)


def _text(raw: bytes) -> str:
    """Text of a file of any making; what is no UTF-8 is shown as such, never a crash."""
    return raw.decode("utf-8", "replace")


def _authorize(
    action: int, _first: str | None, second: str | None, _database: str | None, _view: str | None
) -> int:
    if action in _READING:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION and (second or "").casefold() in _FUNCTIONS:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def quoted(name: str) -> str:
    """A name of a table as SQL writes it, whatever it contains."""
    return '"' + name.replace('"', '""') + '"'
