"""Many rows into SQLite and out of it: what SQLAlchemy works out for every row is worked out once for all.

The same statement, the same types and the same session's connection as ``connection.execute``; only the
values go through their types column by column, and an equal day or moment once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final, cast

from sqlalchemy import Boolean, Column, Connection, Date, Dialect, Select, Table
from sqlalchemy import insert as insert_into

from kurume_bousai.storage.base import Moment

_Process = Callable[[Any], Any]
#: Types whose values stand in many rows alike.
_REPEATED: Final = (Date, Boolean, Moment)
_AT_ONCE: Final = 1000


def insert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same columns.

    Raises
    ------
    KeyError
        A row lacks a column of the first one.
    """
    names = list(rows[0])
    into = _Into.of(connection, table, names)
    if into is None:
        connection.execute(insert_into(table), rows)
        return
    # Part by part: turning all of them at once would keep other threads, the window's too, from their turn.
    for start in range(0, len(rows), _AT_ONCE):
        found = _tuples(rows[start : start + _AT_ONCE], names)
        into.put(connection, dict(zip(names, zip(*found, strict=True), strict=True)))


def insert_columns(connection: Connection, table: Table, columns: Mapping[str, Sequence[Any]]) -> None:
    """Insert rows given column by column, some hundreds or thousands of them.

    Raises
    ------
    ValueError
        The columns are not equally long.
    """
    into = _Into.of(connection, table, list(columns))
    if into is None:
        rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
        connection.execute(insert_into(table), rows)
    else:
        into.put(connection, columns)


def fetch_columns(
    connection: Connection, statement: Select[Any], table: Table
) -> Iterator[dict[str, Sequence[Any]]]:
    """The rows of a ``select`` of columns of one table, some at a time, column by column.

    Values are as SQLAlchemy gives them; only they go through their types column by column, too.
    """
    with connection.execute(statement) as result:
        names, cursor = list(result.keys()), result.cursor
        reads = {
            name: read for name in names if (read := _read(table.c[name], connection.dialect)) is not None
        }
        while part := cursor.fetchmany(_AT_ONCE):
            columns: dict[str, Sequence[Any]] = dict(zip(names, zip(*part, strict=True), strict=True))
            for name, read in reads.items():
                columns[name] = _through(table.c[name], columns[name], read)
            yield columns


@dataclass(frozen=True, slots=True)
class _Into:
    """The statement of an insert, the order of its values and what the driver wants of some of them."""

    table: Table
    sql: str
    order: tuple[str, ...]
    binds: Mapping[str, _Process]

    @classmethod
    def of(cls, connection: Connection, table: Table, names: Sequence[str]) -> _Into | None:
        """None for a column that SQLAlchemy fills by itself: its own way knows how."""
        statement = insert_into(table).compile(dialect=connection.dialect, column_keys=list(names))
        order = tuple(cast("list[str]", statement.positiontup))
        if set(order) != set(names):
            return None
        dialect = connection.dialect
        binds = {name: bind for name in order if (bind := _bind(table.c[name], dialect)) is not None}
        return cls(table, statement.string, order, binds)

    def put(self, connection: Connection, columns: Mapping[str, Sequence[Any]]) -> None:
        """Insert some rows."""
        binds, table = self.binds, self.table
        bound = [
            _through(table.c[name], columns[name], binds[name]) if name in binds else columns[name]
            for name in self.order
        ]
        connection.exec_driver_sql(self.sql, list(zip(*bound, strict=True)))


def _tuples(rows: Sequence[Mapping[str, Any]], order: Sequence[str]) -> list[tuple[Any, ...]]:
    if len(order) == 1:  # a getter of one name gives no tuple
        return [(row[order[0]],) for row in rows]
    return list(map(itemgetter(*order), rows))


def _bind(column: Column[Any], dialect: Dialect) -> _Process | None:
    """How a value of the column becomes what the driver takes; None = as it is."""
    process = column.type.dialect_impl(dialect).bind_processor(dialect)
    return None if process is None else cast("_Process", process)


def _read(column: Column[Any], dialect: Dialect) -> _Process | None:
    """How what the driver gives becomes a value of the column; None = as it is."""
    process = column.type.dialect_impl(dialect).result_processor(dialect, None)
    return None if process is None else cast("_Process", process)


def _through(column: Column[Any], values: Sequence[Any], process: _Process) -> Sequence[Any]:
    """The values of one column as the driver takes or the program reads them."""
    if not isinstance(column.type, _REPEATED):
        return list(map(process, values))
    done: dict[Any, Any] = {value: process(value) for value in set(values)}
    return list(map(done.__getitem__, values))
