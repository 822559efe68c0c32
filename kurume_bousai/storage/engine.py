"""Engines on one encrypted file: one writer, two readers, every setting asserted (TECHNOLOGY §8, §15)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, create_engine, event, exists, select
from sqlalchemy.orm import configure_mappers
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2 as driver

from kurume_bousai.storage.rows.people import MemberRecord, PlanRecord

READERS: Final = 2
_BUSY_MS: Final = 10_000
_WAIT_S: Final = 60.0  # for a free connection; a report may hold a reader for a while
_SYNCHRONOUS_FULL: Final = 2
_CACHE: Final = "cache_kb"
#: A reader keeps the share of the file that lists, counts and searches go through again and again: the
#: indexes of the list and of its words, and at 20,000 people the rows themselves. Memory is taken only as
#: it is used; 200,000 people make a file of 1 GB, and a reader never holds more than 128 MB of it.
_LEAST_CACHE_KB: Final = 32_000
_MOST_CACHE_KB: Final = 128_000
_CACHED_SHARE: Final = 3
_CACHE_STEP_KB: Final = 8_000
#: What an import of a whole list changes fits, so that no page is encrypted twice; taken only as it is used.
_WRITER_CACHE_KB: Final = 200_000


def writer_engine(path: Path, key: bytes) -> Engine:
    """An engine with one connection whose transactions take the write lock at once.

    BEGIN IMMEDIATE because a transaction that reads first and writes later could otherwise fail in
    its middle; also what makes a failed migration leave nothing behind.
    """
    return _engine(path, key, size=1, begin="BEGIN IMMEDIATE", query_only=False)


def reader_engine(path: Path, key: bytes, *, size: int = READERS) -> Engine:
    """An engine with connections that cannot write."""
    return _engine(path, key, size=size, begin="BEGIN", query_only=True)


def create_file(path: Path) -> None:
    """Make an empty file that only its owner can read, before SQLite would make it readable to all.

    Raises
    ------
    OSError
        The folder cannot be written, or the file is there.
    """
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def warm_up() -> None:
    """Do once what SQLAlchemy does at the first opening and the first reading, without any file.

    Safe on any thread; 0.1 s that nobody waits for while the passphrase is typed.
    """
    configure_mappers()
    engine = create_engine("sqlite://", module=driver)
    try:
        first = select(MemberRecord.kana, exists().where(PlanRecord.member_id == MemberRecord.member_id))
        first.where(MemberRecord.kana > "").order_by(MemberRecord.kana).limit(1).compile(engine)
    finally:
        engine.dispose()


def connect(path: Path, key: bytes, *, query_only: bool = False) -> Any:  # noqa: ANN401 - the driver has no types
    """A driver's connection to the file, unlocked and set up.

    Raises
    ------
    sqlcipher3.dbapi2.DatabaseError
        The key does not fit or the file is damaged.
    """
    # Another thread may use it later (the pool hands it on), never two at once.
    # mode=rw: a missing file is an error here, never a new database.
    connection = driver.connect(
        f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, check_same_thread=False
    )
    try:
        _set_up(connection, key, query_only=query_only)
    except BaseException:
        connection.close()
        raise
    return connection


def _set_up(connection: Any, key: bytes, *, query_only: bool) -> None:  # noqa: ANN401 - the driver has no types
    # The driver would print "ERROR CORE …" for a wrong key; the problem is told in our own words.
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    if mode != "wal":
        raise driver.OperationalError("attempt to write a readonly database: no WAL here")
    connection.execute("PRAGMA synchronous = FULL")
    if connection.execute("PRAGMA synchronous").fetchone()[0] != _SYNCHRONOUS_FULL:
        raise RuntimeError("synchronous=FULL was refused")
    connection.execute("PRAGMA foreign_keys = ON")
    if connection.execute("PRAGMA foreign_keys").fetchone()[0] != 1:
        raise RuntimeError("foreign_keys=ON was refused")
    # Deleted rows are overwritten with zeros inside the pages; sorting never touches the disk.
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
    connection.execute(f"PRAGMA cache_size = -{_LEAST_CACHE_KB if query_only else _WRITER_CACHE_KB}")
    if query_only:
        connection.execute("PRAGMA query_only = ON")


def _engine(path: Path, key: bytes, *, size: int, begin: str, query_only: bool) -> Engine:
    engine = create_engine(
        "sqlite://",
        module=driver,
        creator=lambda: connect(path, key, query_only=query_only),
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        pool_timeout=_WAIT_S,
        # The connection that read last knows the pages of the list already; the other may still be empty.
        pool_use_lifo=True,
        # Parameters are personal: never in an exception's text.
        hide_parameters=True,
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:  # noqa: ANN401 - the driver has no types
        if query_only:
            _fit_cache(connection, path)
        connection.exec_driver_sql(begin)
        if query_only:
            # A plain BEGIN takes its view of the file at the first read: take it now.
            connection.exec_driver_sql("SELECT 1 FROM sqlite_master LIMIT 1")

    return engine


def reader_cache_kb(file_bytes: int) -> int:
    """How much of a file of this size one reader may keep in memory, in KB."""
    wanted = file_bytes // 1000 // _CACHED_SHARE // _CACHE_STEP_KB * _CACHE_STEP_KB
    return max(_LEAST_CACHE_KB, min(_MOST_CACHE_KB, wanted))


def _fit_cache(connection: Any, path: Path) -> None:  # noqa: ANN401 - the driver has no types
    """Let a reader's cache follow the file, which an import makes many times larger while it is open."""
    try:
        size = reader_cache_kb(path.stat().st_size)
    except OSError:  # the reading itself tells what is wrong with the file
        return
    if connection.info.get(_CACHE) != size:
        connection.exec_driver_sql(f"PRAGMA cache_size = -{size}")
        connection.info[_CACHE] = size
