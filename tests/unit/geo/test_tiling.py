"""A picture on the ground lies in its tiles where it lay before; a GeoTIFF says itself where that is."""

from __future__ import annotations

import io
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pyproj import Transformer

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.tile_grid import (
    HALF_WORLD,
    bounds_of,
    box_of,
    column_of,
    flipped,
    row_of,
    tile_metres,
)
from kurume_bousai.domain.tile_pictures import head_of
from kurume_bousai.geo import geotiff, tiling
from kurume_bousai.geo.crs import from_web_mercator, to_web_mercator
from kurume_bousai.geo.geotiff import read_geotiff
from kurume_bousai.geo.tiling import GroundPicture, cut_tiles, known_system, on_web_map, plan_tiles
from tests.fixtures import tiles as made

EAST, NORTH = -46_000.0, 35_000.0  # EPSG:6670, in the city


def shown(ground: GroundPicture, lon: float, lat: float, zoom: int) -> tuple[int, ...]:
    """The colour of the tiles at a place."""
    plan = plan_tiles(ground)
    for tile in cut_tiles(ground, plan):
        if (tile.zoom, tile.column, tile.row) == (zoom, column_of(lon, zoom), row_of(lat, zoom)):
            x, y = to_web_mercator(lon, lat)
            unit = 2 * HALF_WORLD / 2**zoom / 256
            across = int((float(x[0]) + HALF_WORLD) / unit - tile.column * 256)
            down = int((HALF_WORLD - float(y[0])) / unit - tile.row * 256)
            with Image.open(io.BytesIO(tile.content)) as picture:
                return tuple(picture.convert("RGBA").getpixel((across, down)))  # type: ignore[arg-type]
    return (0, 0, 0, 0)


# ---------------------------------------------------------------- the grid


@given(st.floats(-179.9, 179.9), st.floats(-85, 85), st.integers(0, 22))
def test_a_place_lies_in_its_tile(lon: float, lat: float, zoom: int) -> None:
    box = box_of(lon, lat, lon, lat, zoom)
    west, south, east, north = bounds_of(box)
    assert box.count == 1
    assert west - 1e-9 <= lon <= east + 1e-9
    assert south - 1e-9 <= lat <= north + 1e-9
    assert flipped(flipped(box.first_row, zoom), zoom) == box.first_row


def test_the_grid_is_that_of_the_web() -> None:
    # The formula as every slippy map has it, written another way.
    lon, lat, zoom = 130.508, 33.319, 15
    angle = math.radians(lat)
    row = (1 - math.log(math.tan(angle) + 1 / math.cos(angle)) / math.pi) / 2 * 2**zoom
    assert (column_of(lon, zoom), row_of(lat, zoom)) == (int((lon + 180) / 360 * 2**zoom), int(row))
    assert tile_metres(33.3, 18) == pytest.approx(127.77, abs=0.1)


# ---------------------------------------------------------------- cutting


@pytest.mark.parametrize("epsg", [6670, 6668, 3857])
def test_a_pixel_lies_where_its_system_says(epsg: int) -> None:
    picture = made.checkers(1200, 900, cell=100)
    if epsg == 6670:
        ground = GroundPicture(picture, ((1.5, 0.0, EAST), (0.0, -1.5, NORTH)), 6670)
    elif epsg == 6668:
        ground = GroundPicture(picture, ((1e-5, 0.0, 130.5), (0.0, -1e-5, 33.32)), 6668)
    else:
        ground = on_web_map(picture, 130.5, 33.30, 130.52, 33.3125)
    plan = plan_tiles(ground)
    (a, _, c), (_, e, f) = ground.matrix
    for x_px, y_px in ((150, 150), (1050, 250), (650, 850), (50, 850)):
        x, y = a * x_px + c, e * y_px + f
        if epsg == 6670:
            lon, lat = Transformer.from_crs(6670, 4326, always_xy=True).transform(x, y)
        elif epsg == 3857:
            lon, lat = (float(one[0]) for one in from_web_mercator(x, y))
        else:
            lon, lat = x, y
        wanted = (x_px // 100 * 7 % 256, y_px // 100 * 11 % 256, 120, 255)
        assert shown(ground, lon, lat, plan.max_zoom) == pytest.approx(wanted, abs=1)
        assert shown(ground, lon, lat, plan.max_zoom - 1) == pytest.approx(wanted, abs=3)


def test_outside_is_transparent_and_empty_tiles_are_not_made() -> None:
    ground = GroundPicture(made.checkers(600, 600), ((1.0, 0.3, EAST), (0.3, -1.0, NORTH)), 6670)
    plan = plan_tiles(ground)
    tiles = list(cut_tiles(ground, plan))
    assert len({(one.zoom, one.column, one.row) for one in tiles}) == len(tiles) <= plan.tile_count
    assert {one.zoom for one in tiles} == set(range(plan.min_zoom, plan.max_zoom + 1))
    assert all(head_of(one.content) for one in tiles)
    assert shown(ground, plan.west + 1e-6, plan.north - 1e-6, plan.max_zoom)[3] == 0


def test_a_photograph_is_kept_small_and_a_drawing_exact() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (700, 700, 3), dtype=np.uint8)
    photo = on_web_map(Image.fromarray(noise), 130.5, 33.30, 130.52, 33.32)
    drawing = on_web_map(made.checkers(700, 700), 130.5, 33.30, 130.52, 33.32)
    kinds = [
        {head.media_type for one in cut_tiles(ground, plan_tiles(ground)) if (head := head_of(one.content))}
        for ground in (photo, drawing)
    ]
    assert "image/jpeg" in kinds[0]
    assert kinds[1] == {"image/png"}


def test_a_picture_too_fine_becomes_coarser(monkeypatch: pytest.MonkeyPatch) -> None:
    ground = on_web_map(made.checkers(2000, 2000), 130.5, 33.30, 130.52, 33.32)
    fine = plan_tiles(ground)
    monkeypatch.setattr(tiling, "MOST_FINEST", 10)
    coarse = plan_tiles(ground)
    assert coarse.is_coarser
    assert coarse.max_zoom < fine.max_zoom


def test_systems() -> None:
    assert [known_system(one) for one in (4326, 6668, 4612, 3857, 6670, 2444, 6687)] == [
        6668, 6668, 6668, 3857, 6670, 6670, 6687,
    ]  # fmt: skip
    assert [known_system(one) for one in (4301, 32652, 6688, 2462)] == [None] * 4


# ---------------------------------------------------------------- GeoTIFF


def read(path: Path) -> GroundPicture:
    with path.open("rb") as file:
        return read_geotiff(file, path.name)


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"])
def test_a_geotiff_lies_where_it_says(tmp_path: Path, compression: str) -> None:
    path = made.geotiff(
        tmp_path / "x.tif", made.checkers(400, 300), epsg=6670, pixel=2.0, corner=(EAST, NORTH),
        compression=compression,
    )  # fmt: skip
    ground = read(path)
    assert ground.matrix == ((2.0, 0.0, EAST), (0.0, -2.0, NORTH))
    assert ground.epsg == 6670
    assert ground.picture.size == (400, 300)


def test_the_middle_of_a_pixel_is_told_apart_from_its_corner(tmp_path: Path) -> None:
    path = made.geotiff(
        tmp_path / "x.tif", made.checkers(40, 30), epsg=2444, pixel=2.0, corner=(EAST, NORTH), is_point=True
    )
    assert read(path).matrix == ((2.0, 0.0, EAST - 1), (0.0, -2.0, NORTH + 1))
    assert read(path).epsg == 6670  # JGD2000 of the same zone


def test_a_turned_geotiff(tmp_path: Path) -> None:
    matrix = (1.5, 0.5, 0, EAST, 0.5, -1.5, 0, NORTH, 0, 0, 0, 0, 0, 0, 0, 1)
    path = made.geotiff(
        tmp_path / "x.tif", made.checkers(400, 300), epsg=6670, pixel=0, corner=(0, 0), matrix=matrix
    )
    assert read(path).matrix == ((1.5, 0.5, EAST), (0.5, -1.5, NORTH))


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "CMYK"])
def test_pictures_of_every_kind(tmp_path: Path, mode: str) -> None:
    path = made.geotiff(
        tmp_path / "x.tif", made.checkers(64, 64).convert(mode), epsg=6668, pixel=1e-5, corner=(130.5, 33.3)
    )
    assert read(path).picture.mode == "RGBA"


def test_what_means_nothing_is_transparent(tmp_path: Path) -> None:
    picture = made.checkers(64, 64)
    picture.paste((255, 255, 255), (0, 0, 32, 32))
    path = made.geotiff(
        tmp_path / "x.tif", picture, epsg=6668, pixel=1e-5, corner=(130.5, 33.3), nodata="255"
    )
    opacity = np.asarray(read(path).picture)[:, :, 3]
    assert (opacity[:32, :32] == 0).all()
    assert (opacity[32:, 32:] == 255).all()


@pytest.mark.parametrize(
    ("mode", "epsg", "pixel", "code"),
    [
        ("RGB", 4301, 1.0, "geotiff_system"),
        ("RGB", 32652, 1.0, "geotiff_system"),
        ("RGB", 32767, 1.0, "geotiff_system"),
        ("F", 6670, 1.0, "geotiff_numbers"),
        ("I;16", 6670, 1.0, "geotiff_numbers"),
        ("RGB", 6670, 0.0, "geotiff_no_place"),
    ],
)
def test_what_is_no_map_is_refused(tmp_path: Path, mode: str, epsg: int, pixel: float, code: str) -> None:
    picture = made.checkers(32, 32)
    picture = picture.convert(mode) if mode in {"RGB", "F"} else Image.new(mode, (32, 32))
    path = made.geotiff(tmp_path / "x.tif", picture, epsg=epsg, pixel=pixel, corner=(EAST, NORTH))
    with pytest.raises(KnownProblem) as refused:
        read(path)
    assert refused.value.code == code
    assert refused.value.advice.endswith("。")


def test_a_plain_tiff_and_a_broken_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = tmp_path / "plain.tif"
    made.checkers(64, 64).save(plain, "TIFF")
    with pytest.raises(KnownProblem, match="geotiff_no_place"):
        read(plain)
    path = made.geotiff(tmp_path / "x.tif", made.checkers(400, 400), epsg=6670, pixel=1, corner=(EAST, NORTH))
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(KnownProblem, match="geotiff_unreadable"):
        read(path)
    whole = made.geotiff(tmp_path / "y.tif", made.checkers(40, 40), epsg=6670, pixel=1, corner=(EAST, NORTH))
    monkeypatch.setattr(geotiff, "MOST_PIXELS", 100)
    with pytest.raises(KnownProblem, match="geotiff_too_big"):
        read(whole)
