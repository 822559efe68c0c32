"""Alembic's surroundings: always on a connection that the program hands over, never on an address."""

from __future__ import annotations

from alembic import context
from sqlalchemy.schema import SchemaItem

from kurume_bousai.storage.rows.every import metadata


def include_object(
    _item: SchemaItem,
    name: str | None,
    kind: str,
    _reflected: bool,  # noqa: FBT001 - alembic calls it by position
    _compared: SchemaItem | None,
) -> bool:
    """The search index and its shadow tables belong to SQLite alone; no model describes them."""
    return not (kind == "table" and name is not None and name.startswith("member_search"))


connection = context.config.attributes["connection"]
# The caller's transaction is the only one: a failure in any step takes everything back.
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,
    include_object=include_object,
)
context.run_migrations()
