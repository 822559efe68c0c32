"""The ground of every table: named constraints (migrations need their names) and the stored types."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from sqlalchemy import Dialect, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from kurume_bousai.domain.dates import in_japan

NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """An aware moment as UTC text of fixed width: sorts as time does, the same in both databases."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy gives it
        """Refuse a naive moment."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored moment must be aware")
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(
        self,
        value: str | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy gives it
    ) -> datetime | None:
        """Give the moment as a clock here shows it."""
        return None if value is None else _moment(value)


@lru_cache(maxsize=1024)
def _moment(value: str) -> datetime:
    # Thousands of rows were written at one moment.
    return in_japan(datetime.fromisoformat(value))


class Row(DeclarativeBase):
    """The base of every stored row: schema only, values cross as plain mappings, never as objects."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: Moment(), str: Text()}  # noqa: RUF012 - as SQLAlchemy documents it
