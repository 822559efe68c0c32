"""Tables of the address dictionary, and of how each home's place was decided."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from kurume_bousai.storage.base import Row


class GazetteerSourceRecord(Row):
    """住所辞書の出典: one per kind, replaced by the next import of its kind."""

    __tablename__ = "gazetteer_sources"

    source_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str]
    file_name: Mapped[str]
    edition: Mapped[str]
    licence: Mapped[str]
    sha256: Mapped[str]
    encoding: Mapped[str]
    crs: Mapped[str]
    points: Mapped[int]
    imported_at: Mapped[datetime]
    imported_by: Mapped[str]


class GazetteerPointRecord(Row):
    """住所辞書の一件. Degrees of EPSG:6668; ``town_key`` is the folded name that a search asks for."""

    __tablename__ = "gazetteer_points"

    point_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    source_id: Mapped[str] = mapped_column(
        ForeignKey("gazetteer_sources.source_id", ondelete="CASCADE"), index=True
    )
    town_key: Mapped[str] = mapped_column(index=True)
    town: Mapped[str]
    koaza: Mapped[str]
    number: Mapped[str]
    level: Mapped[str]
    lon: Mapped[float]
    lat: Mapped[float]
    is_residential: Mapped[bool]


class HomePlaceRecord(Row):
    """自宅の位置の決め方. ``address_key`` and ``matched`` are as personal as the address."""

    __tablename__ = "home_places"
    __table_args__ = (CheckConstraint("confidence >= 0 AND confidence <= 1", name="confidence_is_ratio"),)

    member_id: Mapped[str] = mapped_column(
        ForeignKey("members.member_id", ondelete="CASCADE"), primary_key=True
    )
    level: Mapped[str]
    lon: Mapped[float]
    lat: Mapped[float]
    confidence: Mapped[float]
    matched: Mapped[str]
    address_key: Mapped[str]
    set_by: Mapped[str]
    set_at: Mapped[datetime]


class HomeUndecidedRecord(Row):
    """「この住所では決められない」. ``address_key`` is as personal as the address."""

    __tablename__ = "home_undecided"

    member_id: Mapped[str] = mapped_column(
        ForeignKey("members.member_id", ondelete="CASCADE"), primary_key=True
    )
    address_key: Mapped[str]
    set_by: Mapped[str]
    set_at: Mapped[datetime]
