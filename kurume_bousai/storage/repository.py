"""What every repository stands on: the session whose connection it reads and writes through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from sqlalchemy import Connection, CursorResult, Table, bindparam, insert

from kurume_bousai.services.ports import Auditor, OperationRepository
from kurume_bousai.storage import bulk

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

T = TypeVar("T")
#: Ids per IN list: below every database's limit on parameters.
CHUNK: Final = 5000
#: From here on rows are handed to the driver column by column.
BULK: Final = 100


class Home(Protocol):
    """The database behind a session, as repositories need it."""

    @property
    def device(self) -> str:
        """The letter of this device's chain."""

    @property
    def device_id(self) -> str:
        """How this device signs log entries."""

    def now(self) -> datetime:
        """Give this moment in Japan's time."""

    def write_session(self) -> AbstractContextManager[Work]:
        """Give this thread's running writing session, or one of its own that is durable at its end."""


class Work(Protocol):
    """The session around a repository: one transaction."""

    @property
    def connection(self) -> Connection:
        """The connection, for this thread only."""

    @property
    def is_writing(self) -> bool:
        """True inside ``writing()``."""

    @property
    def device(self) -> str:
        """The letter of this device's chain."""

    @property
    def device_id(self) -> str:
        """How this device signs log entries."""

    @property
    def database(self) -> Home:
        """Where it belongs."""

    @property
    def audit(self) -> Auditor:
        """監査記録 of the same transaction."""

    @property
    def operations(self) -> OperationRepository:
        """運用 of the same transaction."""


class Repository:
    """書庫: reads always, writes only inside ``writing()``."""

    def __init__(self, session: Work) -> None:
        self.session = session

    @property
    def connection(self) -> Connection:
        """The session's connection; it never leaves the session's thread."""
        return self.session.connection

    def require_writing(self) -> None:
        """Raise a ``RuntimeError`` where a use case tries to write while reading: a defect of ours."""
        if not self.session.is_writing:
            raise RuntimeError("writing needs a writing session")

    def upsert(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows, or replace every other column of those whose primary key is there."""
        if not rows:
            return
        keys = list(table.primary_key.columns)
        statement = _insert(self.connection.dialect.name, table)
        rest = {item.name: statement.excluded[item.name] for item in table.columns if item not in keys}
        self.connection.execute(
            statement.on_conflict_do_update(index_elements=keys, set_=rest), [dict(row) for row in rows]
        )

    def insert_many(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert many rows with one prepared statement; all have the same columns."""
        if not rows:
            return
        if self.connection.dialect.name == "sqlite" and len(rows) >= BULK:
            bulk.insert(self.connection, table, rows)
        else:
            self.connection.execute(insert(table), rows)

    def delete_by(self, table: Table, column: str, values: Sequence[str]) -> None:
        """Delete the rows whose column has one of the values."""
        if values:
            statement = table.delete().where(table.c[column] == bindparam("wanted"))
            self.connection.execute(statement, [{"wanted": value} for value in values])


def _insert(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    # PostgreSQL's dialect is the heaviest of SQLAlchemy's; a laptop's file never needs it.
    if dialect == "sqlite":
        from sqlalchemy.dialects import sqlite

        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Slices that fit into one IN list."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def fetched(result: CursorResult[Any]) -> Sequence[Any]:
    """All rows as the driver's own tuples, without the types of columns: for many rows of plain values."""
    cursor = result.cursor
    return () if cursor is None else cursor.fetchall()
