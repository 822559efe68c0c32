"""Many rows into SQLite at once: what SQLAlchemy works out for every row is worked out once for all.

The same statement, the same types and the same session's connection as ``connection.execute(insert(table),
rows)``; only the values go through their types column by column, and an equal day or moment once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, cast

from sqlalchemy import Boolean, Column, Connection, Date, Dialect, Table
from sqlalchemy import insert as insert_into

from kurume_bousai.storage.base import Moment

_Process = Callable[[Any], Any]
#: Types whose values stand in many rows alike.
_REPEATED: Final = (Date, Boolean, Moment)


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
    columns = [_bound(table.c[name], [row[name] for row in rows], dialect) for name in order]
    connection.exec_driver_sql(statement.string, list(zip(*columns, strict=True)))


def _bound(column: Column[Any], values: list[Any], dialect: Dialect) -> list[Any]:
    """The values of one column as the driver takes them."""
    process = column.type.dialect_impl(dialect).bind_processor(dialect)
    if process is None:
        return values
    bind = cast("_Process", process)
    if not isinstance(column.type, _REPEATED):
        return [bind(value) for value in values]
    bound: dict[Any, Any] = {value: bind(value) for value in set(values)}
    return [bound[value] for value in values]
