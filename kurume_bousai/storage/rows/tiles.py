"""The register of tile packs; their pictures lie in files beside the database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from kurume_bousai.storage.base import Row


class TilePackRecord(Row):
    """タイルの背景, told by the hash of its file."""

    __tablename__ = "tile_packs"

    pack_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    title: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    west: Mapped[float]
    south: Mapped[float]
    east: Mapped[float]
    north: Mapped[float]
    min_zoom: Mapped[int]
    max_zoom: Mapped[int]
    tile_count: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(32))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    attribution: Mapped[str]
    licence: Mapped[str]
    source: Mapped[str]
    added_at: Mapped[datetime]
    added_by: Mapped[str]
