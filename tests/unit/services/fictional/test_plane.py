from __future__ import annotations

import math

import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.coordinates import CRS_METRIC, CRS_STORED, LonLat
from kurume_bousai.services.fictional.city import DemoSources
from kurume_bousai.services.fictional.draw import stream
from kurume_bousai.services.fictional.plane import MARGIN_M, DistrictCell, distance_m, to_lonlat, to_metres

METRIC = pyproj.Transformer.from_crs(CRS_STORED, CRS_METRIC, always_xy=True)
LON, LAT = st.floats(130.385, 130.732), st.floats(33.224, 33.368)


@given(LON, LAT, st.floats(-0.016, 0.016), st.floats(-0.013, 0.013))
def test_the_local_plane_is_close_to_the_official_one(
    lon: float, lat: float, east: float, north: float
) -> None:
    here, there = LonLat(lon, lat), LonLat(lon + east, lat + north)
    official = math.dist(METRIC.transform(here.lon, here.lat), METRIC.transform(there.lon, there.lat))
    assert distance_m(here, there) == pytest.approx(official, abs=MARGIN_M / 4)


@given(LON, LAT)
def test_degrees_come_back(lon: float, lat: float) -> None:
    point = LonLat(lon, lat)
    assert distance_m(to_lonlat(*to_metres(point)), point) < 0.2


@given(st.integers(0, 45), st.integers(0, 10**6), st.floats(10, 3000))
def test_scattering_never_leaves_the_cell(
    sources: DemoSources, index: int, seed: int, spread_m: float
) -> None:
    districts = sources.facts.districts
    cell = DistrictCell.around(districts[index], districts)
    assert cell.holds(cell.x_m, cell.y_m)
    assert cell.holds(*cell.scatter(stream(seed, "x"), cell.x_m, cell.y_m, spread_m))
