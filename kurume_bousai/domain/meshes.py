"""標準地域メッシュ: codes and boxes of the 1次メッシュ (80 km squares) of JIS X 0410."""

from __future__ import annotations

import math
from typing import Final

from kurume_bousai.domain.layers import Extent

#: 33°20′N cuts the city, so that both are needed (RULES §0, J4).
CITY_MESHES: Final = ("4930", "5030")


def mesh_of(lon: float, lat: float) -> str:
    """Return the code of the 1次メッシュ that holds a point (degrees of EPSG:6668)."""
    return f"{math.floor(lat * 1.5):02d}{math.floor(lon) - 100:02d}"


def mesh_box(code: str) -> Extent:
    """Return west, south, east, north of a 1次メッシュ in degrees.

    Raises
    ------
    ValueError
        The code is not four digits.
    """
    if len(code) != 4 or not code.isdecimal():
        raise ValueError("a code of a first-order mesh has four digits")
    south, west = int(code[:2]) / 1.5, int(code[2:]) + 100.0
    return west, south, west + 1.0, (int(code[:2]) + 1) / 1.5


def part_of_city(code: str) -> str:
    """Return which part of the city lies in the mesh, in words for a message."""
    words = {
        "4930": "市の大部分（北緯33度20分より南）",
        "5030": "市の北部（宮ノ陣・北野など、北緯33度20分より北）",
    }
    return words.get(code, "市の外")
