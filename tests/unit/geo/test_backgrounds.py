"""A pinned picture lies where its pins say, or is refused with words that help."""

from __future__ import annotations

import io
import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from PIL import Image

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.geo import backgrounds
from kurume_bousai.geo.backgrounds import Pin, fit_pins, make_background, open_picture, page_count, warp
from kurume_bousai.geo.crs import from_web_mercator, to_web_mercator

_X0, _Y0 = (float(value[0]) for value in to_web_mercator(130.5, 33.3))


def _pin(x_px: float, y_px: float, *, scale: float = 2.0, turn_deg: float = 0.0, off: float = 0.0) -> Pin:
    turn = math.radians(turn_deg)
    x = _X0 + scale * (x_px * math.cos(turn) - y_px * math.sin(turn)) + off
    y = _Y0 - scale * (x_px * math.sin(turn) + y_px * math.cos(turn))
    lon, lat = from_web_mercator(x, y)
    return Pin(x_px, y_px, LonLat(float(lon[0]), float(lat[0])))


def _png(width: int = 300, height: int = 200) -> bytes:
    picture = Image.new("RGB", (width, height), "white")
    picture.paste((200, 0, 0), (0, 0, width // 2, height // 2))
    kept = io.BytesIO()
    picture.save(kept, "PNG")
    return kept.getvalue()


places = st.tuples(st.floats(0, 3000), st.floats(0, 2000))


@given(st.lists(places, min_size=3, max_size=8), st.floats(0.2, 20), st.floats(-180, 180))
def test_an_exact_affine_map_is_recovered(
    pixels: list[tuple[float, float]], scale: float, turn_deg: float
) -> None:
    pins = [_pin(x, y, scale=scale, turn_deg=turn_deg) for x, y in pixels]
    try:
        fit = fit_pins(pins)
    except KnownProblem as problem:
        assume(problem.code not in {"pins_same", "pins_on_a_line"})
        raise
    assert fit.rms_m < 1e-3
    x, y = fit.to_plane([100.0], [50.0])
    expected = _pin(100, 50, scale=scale, turn_deg=turn_deg).point
    lon, lat = from_web_mercator(x, y)
    assert float(lon[0]) == pytest.approx(expected.lon, abs=1e-7)
    assert float(lat[0]) == pytest.approx(expected.lat, abs=1e-7)


def test_errors_are_told_in_metres_on_the_ground() -> None:
    pins = [_pin(0, 0), _pin(1000, 0), _pin(0, 800), _pin(1000, 800, off=40)]
    fit = fit_pins(pins)
    # A square with one corner 40 units off is off by 10 at each corner; a unit is cos(lat) metres.
    assert fit.residuals_m == pytest.approx([10 * math.cos(math.radians(33.3))] * 4, rel=1e-3)
    assert fit.rms_m == pytest.approx(fit.residuals_m[0], rel=1e-3)
    assert fit.is_checked
    assert not fit_pins(pins[:3]).is_checked


@pytest.mark.parametrize(
    ("pins", "code"),
    [
        ([], "pins_too_few"),
        ([_pin(0, 0), _pin(900, 0)], "pins_too_few"),
        ([_pin(0, 0), _pin(1, 1), _pin(900, 700)], "pins_same"),
        ([_pin(0, 0), Pin(900, 0, _pin(0, 0).point), _pin(0, 700)], "pins_same"),
        ([_pin(0, 0), _pin(300, 200), _pin(900, 600)], "pins_on_a_line"),
        (
            [_pin(0, 0), Pin(900, 0, _pin(0, 700).point), Pin(0, 700, _pin(900, 0).point)],
            "pins_mirrored",
        ),
    ],
)
def test_bad_pins_are_refused_in_words(pins: list[Pin], code: str) -> None:
    with pytest.raises(KnownProblem) as caught:
        fit_pins(pins)
    assert caught.value.code == code
    assert caught.value.message
    assert caught.value.advice


def test_a_straight_picture_keeps_its_pixels() -> None:
    turned = warp(open_picture(_png()), fit_pins([_pin(0, 0), _pin(300, 0), _pin(0, 200)]))
    assert abs(turned.picture.width - 300) <= 1
    assert abs(turned.picture.height - 200) <= 1
    assert (turned.west, turned.north) == pytest.approx((130.5, 33.3), abs=1e-7)
    colours = np.asarray(turned.picture)
    assert tuple(colours[20, 20]) == (200, 0, 0, 255)
    assert tuple(colours[150, 250]) == (255, 255, 255, 255)


def test_a_picture_turned_by_a_quarter_lies_north_up() -> None:
    pins = [_pin(x, y, turn_deg=90) for x, y in ((0, 0), (300, 0), (0, 200))]
    turned = warp(open_picture(_png()), fit_pins(pins)).picture
    assert (turned.width, turned.height) == pytest.approx((200, 300), abs=2)
    # Turned clockwise: what was top left is now top right.
    assert np.asarray(turned)[30, 170, 1] == 0


def test_a_slanted_picture_is_clear_outside() -> None:
    pins = [_pin(x, y, turn_deg=30) for x, y in ((0, 0), (300, 0), (0, 200))]
    turned = np.asarray(warp(open_picture(_png()), fit_pins(pins)).picture)
    assert turned[0, 0, 3] == 0
    assert turned[turned.shape[0] // 2, turned.shape[1] // 2, 3] == 255


def test_a_large_result_is_made_smaller() -> None:
    fit = fit_pins([_pin(0, 0), _pin(300, 0), _pin(0, 200)])
    small = warp(open_picture(_png()), fit, max_pixels=5000).picture
    assert small.width * small.height <= 5300


def test_a_page_of_a_pdf_becomes_a_background() -> None:
    sheet = io.BytesIO()
    Image.new("RGB", (400, 300), "white").save(sheet, "PDF", resolution=100)
    content = sheet.getvalue()
    assert page_count(content) == 1
    made = make_background(content, [_pin(0, 0), _pin(790, 0), _pin(0, 590)], name="架空の防災マップ")
    assert made.png.startswith(b"\x89PNG")
    assert made.west < made.east
    assert made.south < made.north
    assert made.residual_m < 0.001
    with pytest.raises(KnownProblem) as caught:
        open_picture(content, page=5)
    assert caught.value.code == "background_no_page"


#: An A3 sheet at 150 dpi of a map at 1:10,000: 1.69 m a pixel, laid on the scanner 7.5 degrees askew.
_A3 = (2480, 1754)
_A3_M = 10_000 * 0.0254 / 150 / math.cos(math.radians(33.3))
#: Where a person would put pins: crossings all over the sheet, the first three in a triangle.
_CROSSINGS = [(260, 210), (2230, 330), (1180, 1540), (300, 1490), (2200, 1500), (1300, 860)]


def _scanned() -> Image.Image:
    """White paper with a black cross of 21 pixels at every crossing."""
    sheet = Image.new("RGB", _A3, "white")
    for x, y in _CROSSINGS:
        sheet.paste("black", (x - 10, y - 1, x + 11, y + 2))
        sheet.paste("black", (x - 1, y - 10, x + 2, y + 11))
    return sheet


@pytest.mark.parametrize("count", [3, 4, 6])
@pytest.mark.parametrize("kind", ["PNG", "PDF"])
def test_a_turned_a3_scan_lies_right(count: int, kind: str) -> None:
    """Every crossing, pinned or not, is found on the ground where it is, within two pixels of the scan."""
    kept = io.BytesIO()
    pages = [Image.new("RGB", (400, 300), "red"), _scanned()]
    if kind == "PDF":
        pages[0].save(kept, "PDF", resolution=150, save_all=True, append_images=pages[1:])
    else:
        pages[1].save(kept, "PNG")
    read = open_picture(kept.getvalue(), page=1 if kind == "PDF" else 0)
    scale = read.width / _A3[0]  # a PDF is drawn at its own resolution
    at = {place: _pin(*place, scale=_A3_M, turn_deg=7.5) for place in _CROSSINGS}
    pins = [Pin(x * scale, y * scale, at[x, y].point) for x, y in _CROSSINGS[:count]]
    fit = fit_pins(pins)
    assert len(fit.residuals_m) == count
    assert fit.rms_m < 0.01
    assert fit.is_checked is (count > 3)
    made = make_background(kept.getvalue(), pins, name="架空", page=1 if kind == "PDF" else 0)
    with Image.open(io.BytesIO(made.png)) as picture:
        dark = np.asarray(picture.convert("RGBA").convert("RGB"))[:, :, 0] < 128
        inside = np.asarray(picture.getchannel("A")) == 255
        for pin in at.values():
            left, bottom = (float(one[0]) for one in to_web_mercator(made.west, made.south))
            right, top = (float(one[0]) for one in to_web_mercator(made.east, made.north))
            x, y = (float(one[0]) for one in to_web_mercator(pin.point.lon, pin.point.lat))
            column = int((x - left) / (right - left) * picture.width)
            row = int((top - y) / (top - bottom) * picture.height)
            near = (dark & inside)[row - 2 : row + 3, column - 2 : column + 3]
            assert near.any()


def test_a_pin_put_wrong_shows_in_its_residual() -> None:
    pins = [_pin(*place, scale=_A3_M, turn_deg=7.5) for place in _CROSSINGS]
    wrong = [*pins[:4], _pin(*_CROSSINGS[4], scale=_A3_M, turn_deg=7.5, off=60), pins[5]]
    fit = fit_pins(wrong)
    assert max(range(6), key=lambda number: fit.residuals_m[number]) == 4
    assert fit.residuals_m[4] > 20
    # Pins off by a few metres, as a hand is: told as such, in metres on the ground.
    shaky = [_pin(x + dx, y - dx, scale=_A3_M, turn_deg=7.5) for (x, y), dx in zip(_CROSSINGS, (2, -2) * 3)]  # noqa: B905 - both have six
    hand = [Pin(x, y, pin.point) for (x, y), pin in zip(_CROSSINGS, shaky, strict=True)]
    assert 0.5 < fit_pins(hand).rms_m < 10


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"%PDF-1.7 broken", _png()[:100]])
def test_what_is_no_map_is_refused(content: bytes) -> None:
    with pytest.raises(KnownProblem) as caught:
        open_picture(content)
    assert caught.value.code == "background_unreadable"


def test_a_bomb_of_pixels_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backgrounds, "MAX_SOURCE_PIXELS", 1000)
    with pytest.raises(KnownProblem) as caught:
        open_picture(_png())
    assert caught.value.code == "background_too_big"
