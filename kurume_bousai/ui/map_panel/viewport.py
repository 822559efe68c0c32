"""地図の窓: which ground a painted map shows, in Web Mercator pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import QPointF

_WORLD_PX: Final = 256.0  # the world at zoom 0
_MIN_ZOOM: Final = 9.0
_MAX_ZOOM: Final = 19.0
_MARGIN_PX: Final = 24


def project(lon: float, lat: float) -> tuple[float, float]:
    """World pixel of a place at zoom 0 (Web Mercator)."""
    sine = math.sin(math.radians(lat))
    return (
        (lon + 180) / 360 * _WORLD_PX,
        (0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)) * _WORLD_PX,
    )


@dataclass(frozen=True, slots=True)
class Viewport:
    """地図の窓: middle in pixels of zoom 0, ``scale`` = 2 to the power of zoom, size in px."""

    x: float
    y: float
    scale: float
    width: float
    height: float

    @classmethod
    def fitting(cls, bounds: tuple[float, float, float, float], width: float, height: float) -> Viewport:
        """Show west, south, east, north (degrees) whole in ``width`` × ``height`` px."""
        return cls._fitting(bounds, width, height, _MARGIN_PX)

    @classmethod
    def showing(cls, bounds: tuple[float, float, float, float], width: float, height: float) -> Viewport:
        """Show west, south, east, north (degrees) from edge to edge: what another view has in view."""
        return cls._fitting(bounds, width, height, 0)

    @classmethod
    def _fitting(
        cls, bounds: tuple[float, float, float, float], width: float, height: float, margin: float
    ) -> Viewport:
        left, bottom = project(bounds[0], bounds[1])
        right, top = project(bounds[2], bounds[3])
        room_x, room_y = max(1.0, width - 2 * margin), max(1.0, height - 2 * margin)
        wanted = min(room_x / max(right - left, 1e-9), room_y / max(bottom - top, 1e-9))
        return cls((left + right) / 2, (top + bottom) / 2, _held(wanted), width, height)

    @property
    def zoom(self) -> float:
        """Zoom as web maps count it."""
        return math.log2(self.scale)

    @property
    def origin(self) -> QPointF:
        """World pixel of the top left corner at this zoom."""
        return QPointF(self.x * self.scale - self.width / 2, self.y * self.scale - self.height / 2)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in view, in degrees."""
        west, north = self.to_degrees(QPointF(0, 0))
        east, south = self.to_degrees(QPointF(self.width, self.height))
        return west, south, east, north

    def to_screen(self, lon: float, lat: float) -> QPointF:
        """Pixel of a place in degrees."""
        x, y = project(lon, lat)
        return QPointF(
            (x - self.x) * self.scale + self.width / 2, (y - self.y) * self.scale + self.height / 2
        )

    def to_degrees(self, at: QPointF) -> tuple[float, float]:
        """Longitude and latitude of a pixel."""
        x = self.x + (at.x() - self.width / 2) / self.scale
        y = self.y + (at.y() - self.height / 2) / self.scale
        lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / _WORLD_PX))))
        return x / _WORLD_PX * 360 - 180, lat

    def metres_per_px(self) -> float:
        """Length of a pixel on the ground in the middle, for the scale bar only (not a measurement)."""
        _, lat = self.to_degrees(QPointF(self.width / 2, self.height / 2))
        return math.cos(math.radians(lat)) * 2 * math.pi * 6378137.0 / (_WORLD_PX * self.scale)

    def zoomed(self, at: QPointF, factor: float) -> Viewport:
        """Return the window zoomed with the place at ``at`` kept where it is."""
        scale = _held(self.scale * factor)
        shift_x, shift_y = at.x() - self.width / 2, at.y() - self.height / 2
        keep = 1 / self.scale - 1 / scale
        return replace(self, x=self.x + shift_x * keep, y=self.y + shift_y * keep, scale=scale)

    def looking_at(self, lon: float, lat: float) -> Viewport:
        """Return the window moved so that a place is in its middle."""
        x, y = project(lon, lat)
        return replace(self, x=x, y=y)


def _held(scale: float) -> float:
    return min(max(scale, math.exp2(_MIN_ZOOM)), math.exp2(_MAX_ZOOM))
