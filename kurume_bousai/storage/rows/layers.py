"""Tables of official map layers, and of what they say of members' homes and of sites."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kurume_bousai.storage.base import Row


class LayerRecord(Row):
    """地図の層. ``parts``, ``repaired``, ``left_out`` and ``warnings`` are read whole: JSON."""

    __tablename__ = "layers"

    layer_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    dataset: Mapped[str]
    kind: Mapped[str]
    scenario: Mapped[str]
    title: Mapped[str]
    file_name: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    attribution: Mapped[str]
    licence: Mapped[str]
    edition: Mapped[str]
    crs: Mapped[str]
    encoding: Mapped[str]
    imported_at: Mapped[datetime]
    imported_by: Mapped[str]
    west: Mapped[float]
    south: Mapped[float]
    east: Mapped[float]
    north: Mapped[float]
    coverage: Mapped[bytes | None] = mapped_column(LargeBinary)
    parts: Mapped[str]
    wanted_parts: Mapped[str]
    feature_count: Mapped[int]
    repaired: Mapped[str]
    left_out: Mapped[str]
    warnings: Mapped[str]


class LayerFeatureRecord(Row):
    """地物 as WKB in EPSG:6668, in the order of its file."""

    __tablename__ = "layer_features"

    layer_id: Mapped[str] = mapped_column(
        String(64), ForeignKey("layers.layer_id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[int | None]
    level: Mapped[int | None]
    attributes: Mapped[str]
    wkb: Mapped[bytes] = mapped_column(LargeBinary)


class MemberHazardRecord(Row):
    """自宅の危険の読み取り, with the point it holds for: a person who moved has none."""

    __tablename__ = "member_hazards"

    member_id: Mapped[str] = mapped_column(
        String(64), ForeignKey("members.member_id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    scenario: Mapped[str] = mapped_column(String(32), primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    value: Mapped[int | None]
    level: Mapped[int | None]
    lon: Mapped[float]
    lat: Mapped[float]


class SiteHazardRecord(Row):
    """施設の危険の読み取り, with the point it holds for."""

    __tablename__ = "site_hazards"

    site_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    scenario: Mapped[str] = mapped_column(String(32), primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    value: Mapped[int | None]
    level: Mapped[int | None]
    lon: Mapped[float]
    lat: Mapped[float]
