"""版を残す: the versions of rows that were just stored, many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from sqlalchemy import Connection, Table, insert

from kurume_bousai.storage.mapping.versions import stored_version, versions_of
from kurume_bousai.storage.rows.people import MemberVersionRecord

_VERSIONS: Final = cast("Table", MemberVersionRecord.__table__)


def keep_versions(
    connection: Connection, rows: Mapping[str, Sequence[Any]], *, operator: str, source: str
) -> None:
    """Keep the state of rows of ``members`` (column by column) after they were stored.

    ``row_id`` among the columns says that they are new and stand one behind the other.

    Raises
    ------
    RuntimeError
        Not every row is there: a defect of ours, and the transaction rolls back.
    """
    if connection.dialect.name != "sqlite":
        connection.execute(insert(_VERSIONS), _spelled(rows, operator=operator, source=source))
        return
    if "row_id" in rows:
        # One statement for all of them, during which other threads have their turn.
        first, last = rows["row_id"][0], rows["row_id"][-1]
        new = _statement("row_id BETWEEN ? AND ?")
        kept = connection.exec_driver_sql(new, (operator, source, first, last))
    else:
        changed = [(operator, source, one) for one in rows["member_id"]]
        kept = connection.exec_driver_sql(_statement("member_id = ?"), changed)
    if kept.rowcount != len(rows["member_id"]):
        raise RuntimeError("a version was kept of not exactly the rows that were stored")


def _statement(where: str) -> str:
    return (
        "INSERT INTO member_versions (member_id, version, saved_at, operator, source, content) "  # noqa: S608 - nothing in it comes from outside
        f"SELECT member_id, version, updated_at, ?, ?, {stored_version()} FROM members WHERE {where}"
    )


def _spelled(rows: Mapping[str, Sequence[Any]], *, operator: str, source: str) -> list[dict[str, Any]]:
    plain = [dict(zip(rows, values, strict=True)) for values in zip(*rows.values(), strict=True)]
    return [
        {
            "member_id": row["member_id"], "version": row["version"], "saved_at": row["updated_at"],
            "operator": operator, "source": source, "content": content,
        }
        for row, content in zip(plain, versions_of(plain), strict=True)
    ]  # fmt: skip
