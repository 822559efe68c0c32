"""Ports of the smallest things: the hour, and the 校区 of a point."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.ids import (
    DistrictId,
)


class Clock(Protocol):
    """時計: aware moments; an operation's clock can be simulated."""

    def now(self) -> datetime: ...


class DistrictLocator(Protocol):
    """校区の判定 for points (implemented in geo)."""

    def locate(self, point: LonLat) -> tuple[DistrictId | None, str, float]:
        """District, method (``polygon``/``nearest``/``unknown``) and distance to it in metres."""
