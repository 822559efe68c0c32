"""Tables of 照合: what offices stated, decisions about pairs, merges."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kurume_bousai.storage.base import Row


class SourceStatementRecord(Row):
    """提供元の記載: one row per change, the latest per (source, source_key) holds."""

    __tablename__ = "source_statements"
    __table_args__ = (Index("ix_source_statements_key", "source", "source_key"),)

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    source: Mapped[str]
    source_key: Mapped[str]
    member_id: Mapped[str] = mapped_column(
        String(64), ForeignKey("members.member_id", ondelete="CASCADE"), index=True
    )
    import_id: Mapped[str] = mapped_column(String(64), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[str | None]


class PairDecisionRecord(Row):
    """組の判断. No foreign key: a pair may be decided before its people are on the list."""

    __tablename__ = "pair_decisions"

    first: Mapped[str] = mapped_column(primary_key=True)
    second: Mapped[str] = mapped_column(primary_key=True)
    verdict: Mapped[str]
    decided_at: Mapped[datetime]
    operator: Mapped[str]


class MemberMergeRecord(Row):
    """一人にまとめた記録. ``content`` is as personal as the people."""

    __tablename__ = "member_merges"

    merge_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kept_id: Mapped[str] = mapped_column(String(64), ForeignKey("members.member_id", ondelete="CASCADE"))
    absorbed_id: Mapped[str] = mapped_column(String(64), ForeignKey("members.member_id", ondelete="CASCADE"))
    merged_at: Mapped[datetime]
    operator: Mapped[str]
    content: Mapped[str]
    split_at: Mapped[datetime | None]
