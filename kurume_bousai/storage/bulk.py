"""Many rows into SQLite at once: what SQLAlchemy works out for every row is worked out once for all.

The same statement, the same types and the same session's connection as ``connection.execute(insert(table),
rows)``; only the values go through their types column by column, and an equal day or moment once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final, cast

from sqlalchemy import Boolean, Column, Connection, Date, Dialect, Table
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
    dialect = connection.dialect
    statement = insert_into(table).compile(dialect=dialect, column_keys=names)
    order = cast("list[str]", statement.positiontup)
    if set(order) != set(names):
        # A column that SQLAlchemy fills by itself: its own way knows how.
        connection.execute(insert_into(table), rows)
        return
    binds = {name: bind for name in order if (bind := _bind(table.c[name], dialect)) is not None}
    # Part by part: turning all of them at once would keep other threads, the window's too, from their turn.
    for start in range(0, len(rows), _AT_ONCE):
        found = _tuples(rows[start : start + _AT_ONCE], order)
        if binds:
            columns = [
                _bound(table.c[name], values, binds[name]) if name in binds else values
                for name, values in zip(order, zip(*found, strict=True), strict=True)
            ]
            found = list(zip(*columns, strict=True))
        connection.exec_driver_sql(statement.string, found)


def _tuples(rows: Sequence[Mapping[str, Any]], order: Sequence[str]) -> list[tuple[Any, ...]]:
    if len(order) == 1:  # a getter of one name gives no tuple
        return [(row[order[0]],) for row in rows]
    return list(map(itemgetter(*order), rows))


def _bind(column: Column[Any], dialect: Dialect) -> _Process | None:
    """How a value of the column becomes what the driver takes; None = as it is."""
    process = column.type.dialect_impl(dialect).bind_processor(dialect)
    return None if process is None else cast("_Process", process)


def _bound(column: Column[Any], values: Sequence[Any], bind: _Process) -> Sequence[Any]:
    """The values of one column as the driver takes them."""
    if not isinstance(column.type, _REPEATED):
        return list(map(bind, values))
    bound: dict[Any, Any] = {value: bind(value) for value in set(values)}
    return list(map(bound.__getitem__, values))
