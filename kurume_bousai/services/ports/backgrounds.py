"""Ports of the pictures pinned as backgrounds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.ids import BackgroundId


@dataclass(frozen=True, slots=True)
class Background:
    """背景図: a scanned map, already turned north-up in Web Mercator, as PNG with its bounds in degrees."""

    background_id: BackgroundId
    name: str
    png: bytes = field(repr=False)
    west: float
    south: float
    east: float
    north: float
    residual_m: float  # root mean square of the pins' errors, in metres
    source: str = ""
    added_at: datetime | None = None


class BackgroundRepository(Protocol):
    """背景図. Kept inside the encrypted file, because a scanned map can carry handwriting."""

    def all(self, *, with_picture: bool = False) -> list[Background]: ...

    def get(self, background_id: BackgroundId) -> Background | None: ...

    def add(self, access: Access, background: Background) -> None: ...

    def remove(self, access: Access, background_id: BackgroundId) -> None: ...
