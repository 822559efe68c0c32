"""座標: between degrees (EPSG:6668), metres (EPSG:6670) and the web map's plane (EPSG:3857).

Metres are measured in EPSG:6670 (JGD2011 / Plane Rectangular CS II) only; degrees and Web Mercator
never are.  Everything takes and gives arrays of shape ``(n,)``, longitude or easting first.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from pyproj import Transformer

from kurume_bousai.domain.coordinates import CRS_METRIC, CRS_STORED, LonLat

Array = npt.NDArray[np.float64]

#: Side of the cell to which 記号 blurs a place, in metres (RULEBOOK §1).
BLUR_CELL_M = 100.0

_EARTH_RADIUS_M = 6378137.0  # of the sphere that EPSG:3857 uses


@lru_cache(maxsize=4)
def _transformer(source: str, target: str) -> Transformer:
    # Both are JGD2011, so no grid file is ever needed and nothing is fetched.
    return Transformer.from_crs(source, target, always_xy=True)


def to_metric(lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Array, Array]:
    """Easting and northing in metres of EPSG:6670 from degrees of EPSG:6668."""
    return _transformed(CRS_STORED, CRS_METRIC, lon, lat)


def to_degrees(east_m: npt.ArrayLike, north_m: npt.ArrayLike) -> tuple[Array, Array]:
    """Longitude and latitude in degrees of EPSG:6668 from metres of EPSG:6670."""
    return _transformed(CRS_METRIC, CRS_STORED, east_m, north_m)


def _transformed(source: str, target: str, x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Array, Array]:
    first = np.atleast_1d(np.asarray(x, dtype=np.float64))
    second = np.atleast_1d(np.asarray(y, dtype=np.float64))
    made_x, made_y = _transformer(source, target).transform(first, second)
    return np.asarray(made_x, dtype=np.float64), np.asarray(made_y, dtype=np.float64)


def as_arrays(points: Sequence[LonLat]) -> tuple[Array, Array]:
    """Longitudes and latitudes of points, in their order."""
    lon = np.fromiter((point.lon for point in points), dtype=np.float64, count=len(points))
    lat = np.fromiter((point.lat for point in points), dtype=np.float64, count=len(points))
    return lon, lat


def distance_m(first: LonLat, second: LonLat) -> float:
    """Straight distance in metres of EPSG:6670, unrounded (RULEBOOK §4)."""
    east, north = to_metric([first.lon, second.lon], [first.lat, second.lat])
    return math.hypot(float(east[1] - east[0]), float(north[1] - north[0]))


def blur(points: Sequence[LonLat], cell_m: float = BLUR_CELL_M) -> list[LonLat]:
    """Centres of the cells that hold the points; cells of EPSG:6670, ``cell_m`` wide (RULEBOOK §1)."""
    if not points:
        return []
    east, north = to_metric(*as_arrays(points))
    centre_east = (np.floor(east / cell_m) + 0.5) * cell_m
    centre_north = (np.floor(north / cell_m) + 0.5) * cell_m
    lon, lat = to_degrees(centre_east, centre_north)
    return [LonLat(float(x), float(y)) for x, y in zip(lon, lat, strict=True)]


def to_web_mercator(lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Array, Array]:
    """X and y of EPSG:3857. Its unit is stretched by 1 / cos(latitude): never a distance."""
    lon_rad = np.radians(np.atleast_1d(np.asarray(lon, dtype=np.float64)))
    lat_rad = np.radians(np.atleast_1d(np.asarray(lat, dtype=np.float64)))
    return _EARTH_RADIUS_M * lon_rad, _EARTH_RADIUS_M * np.arctanh(np.sin(lat_rad))


def from_web_mercator(x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Array, Array]:
    """Longitude and latitude in degrees from x and y of EPSG:3857."""
    first = np.atleast_1d(np.asarray(x, dtype=np.float64))
    second = np.atleast_1d(np.asarray(y, dtype=np.float64))
    lat = np.degrees(np.arctan(np.sinh(second / _EARTH_RADIUS_M)))
    return np.degrees(first / _EARTH_RADIUS_M), lat
