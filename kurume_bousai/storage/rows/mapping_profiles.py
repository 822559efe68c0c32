"""Table of the saved column mappings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kurume_bousai.storage.base import Row


class MappingProfileRecord(Row):
    """保存した列の対応 as JSON; ``folded_name`` makes a name unique. Nothing personal stands in it."""

    __tablename__ = "mapping_profiles"
    __table_args__ = (UniqueConstraint("folded_name"),)

    profile_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str]
    folded_name: Mapped[str]
    header: Mapped[str]
    mapping: Mapped[str]
    saved_at: Mapped[datetime]
    saved_by: Mapped[str]
