"""What every repository stands on: the session whose connection it reads and writes through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from sqlalchemy import ColumnElement, Connection, CursorResult, Table, bindparam, func, insert, null

from kurume_bousai.services.ports.ledger import Auditor
from kurume_bousai.services.ports.operations import OperationRepository
from kurume_bousai.storage import bulk

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

T = TypeVar("T")
#: Ids per IN list: below every database's limit on parameters.
CHUNK: Final = 5000
#: Rows that the driver hands over together.
_AT_ONCE: Final = 2000
#: From here on rows are handed to the driver column by column.
BULK: Final = 100
_PART: Final = 1000


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

    def insert_columns(self, table: Table, columns: Mapping[str, Sequence[Any]]) -> None:
        """Insert some hundreds or thousands of rows given column by column."""
        bulk.insert_columns(self.connection, table, columns)

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


def unindexed(column: ColumnElement[T]) -> ColumnElement[T]:
    """The same value in a form for which SQLite takes no index by this column.

    For counts and walks over everybody: it takes the index that holds all they read instead, and does not go
    in the order of this column from one long row to the next through the whole file.
    """
    return func.coalesce(column, null())


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Slices that fit into one IN list."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def parts(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Slices of so many wide records as may be turned at once: between two, other threads have their turn."""
    for start in range(0, len(values), _PART):
        yield values[start : start + _PART]


def fetched(result: CursorResult[Any]) -> Iterator[Sequence[Any]]:
    """All rows, many at a time, as the driver's own tuples: for many rows of plain values.

    Wrapping each, and giving every column its type, would cost as much as reading it.
    """
    cursor = result.cursor
    while cursor is not None and (part := cursor.fetchmany(_AT_ONCE)):
        yield part
