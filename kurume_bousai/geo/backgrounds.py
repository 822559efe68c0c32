"""背景図: a scanned map or a page of a PDF, pinned to the ground by three points or more.

The pins give a least-squares affine map from pixels to EPSG:3857, so that the picture, turned north-up,
lies on the web map as it is.  Errors are told in metres on the ground.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import BackgroundId, new_id
from kurume_bousai.geo.crs import from_web_mercator, to_web_mercator
from kurume_bousai.services.ports.backgrounds import Background

Array = npt.NDArray[np.float64]

MIN_PINS: Final = 3
MAX_FILE_BYTES: Final = 80_000_000
#: Pixels of the picture as read and as kept: an A1 scan at 150 dpi is 17 million.
MAX_SOURCE_PIXELS: Final = 120_000_000
MAX_KEPT_PIXELS: Final = 16_000_000
_PDF_DPI: Final = 200
#: Pins nearer to each other than this say nothing new.
_MIN_PIN_PX: Final = 4.0
_MIN_PIN_M: Final = 2.0
#: Second singular value ÷ first of the pins around their mean: below, they lie on a line.
_MIN_SPREAD: Final = 0.02


@dataclass(frozen=True, slots=True)
class Pin:
    """ピン: the same place in the picture (pixels from the top left corner) and on the ground."""

    x_px: float
    y_px: float
    point: LonLat = field(repr=False)


@dataclass(frozen=True, slots=True)
class Fit:
    """あてはめ: affine map ``(x, y, 1) @ matrix.T`` from pixels to EPSG:3857, and how well it fits.

    ``matrix`` has shape (2, 3), by rows. ``residuals_m`` is in the order of the pins, metres on the
    ground; with exactly three pins they are 0 and say nothing (``is_checked`` is False).
    """

    matrix: tuple[tuple[float, float, float], tuple[float, float, float]]
    residuals_m: tuple[float, ...]
    rms_m: float

    @property
    def is_checked(self) -> bool:
        """Whether there are more pins than the fit needs."""
        return len(self.residuals_m) > MIN_PINS

    def to_plane(self, x_px: npt.ArrayLike, y_px: npt.ArrayLike) -> tuple[Array, Array]:
        """X and y of EPSG:3857 of pixels."""
        matrix = np.array(self.matrix)
        x, y = np.asarray(x_px, dtype=np.float64), np.asarray(y_px, dtype=np.float64)
        return (
            matrix[0, 0] * x + matrix[0, 1] * y + matrix[0, 2],
            matrix[1, 0] * x + matrix[1, 1] * y + matrix[1, 2],
        )


def fit_pins(pins: Sequence[Pin]) -> Fit:
    """Least-squares affine fit of three pins or more.

    Raises
    ------
    KnownProblem
        ``pins_too_few``, ``pins_same``, ``pins_on_a_line`` or ``pins_mirrored``.
    """
    if len(pins) < MIN_PINS:
        raise KnownProblem(
            "pins_too_few",
            f"目印が{len(pins)}か所しかありません。",
            where="背景図",
            advice="地図と図の両方でわかる場所を、3か所以上選んでください。4か所あると、ずれも確かめられます。",
        )
    pixels = np.array([(pin.x_px, pin.y_px) for pin in pins], dtype=np.float64)
    plane = np.column_stack(to_web_mercator([p.point.lon for p in pins], [p.point.lat for p in pins]))
    ground = np.cos(np.radians(np.array([pin.point.lat for pin in pins])))  # metres per unit of EPSG:3857
    _refuse_equal(pixels, _MIN_PIN_PX, "図の上")
    _refuse_equal(plane * ground.mean(), _MIN_PIN_M, "地図の上")
    _refuse_line(pixels, "図の上")
    _refuse_line(plane, "地図の上")
    # Centred numbers: EPSG:3857 coordinates are in the ten millions and would cost six digits.
    pixel_mean, plane_mean = pixels.mean(axis=0), plane.mean(axis=0)
    linear, *_ = np.linalg.lstsq(pixels - pixel_mean, plane - plane_mean, rcond=None)
    _refuse_mirror(linear)
    offset = plane_mean - pixel_mean @ linear
    errors = np.hypot(*((pixels - pixel_mean) @ linear + plane_mean - plane).T) * ground
    matrix = (
        (float(linear[0, 0]), float(linear[1, 0]), float(offset[0])),
        (float(linear[0, 1]), float(linear[1, 1]), float(offset[1])),
    )
    return Fit(matrix, tuple(float(error) for error in errors), float(np.sqrt(np.mean(errors**2))))


def _refuse_equal(places: Array, nearest: float, where: str) -> None:
    for second in range(len(places)):
        for first in range(second):
            if math.dist(places[first], places[second]) < nearest:
                raise KnownProblem(
                    "pins_same",
                    f"{first + 1}番と{second + 1}番の目印が、同じ場所にあります。",
                    where=where,
                    advice="どちらかを、離れた別の場所に置き直してください。",
                )


def _refuse_line(places: Array, where: str) -> None:
    spread = np.linalg.svd(places - places.mean(axis=0), compute_uv=False)
    if spread[1] < _MIN_SPREAD * spread[0]:
        raise KnownProblem(
            "pins_on_a_line",
            "目印がほぼ一直線に並んでいて、図の向きが決まりません。",
            where=where,
            advice="三角形になるように、線から離れた場所を一つ加えてください。",
        )


def _refuse_mirror(linear: Array) -> None:
    # Pixels count downwards, so a right picture has a negative determinant.
    if np.linalg.det(linear) > 0:
        raise KnownProblem(
            "pins_mirrored",
            "目印の組み合わせでは、図が裏返しになります。",
            where="背景図",
            advice="図の上の場所と地図の上の場所の番号が、入れ替わっていないか確かめてください。",
        )


def open_picture(content: bytes, *, page: int = 0) -> Image.Image:
    """Read a PNG or JPEG file, or one page (from 0) of a PDF, as RGBA.

    Raises
    ------
    KnownProblem
        ``background_too_big``, ``background_unreadable`` or ``background_no_page``.
    """
    if len(content) > MAX_FILE_BYTES:
        raise _too_big(f"{len(content) / 1e6:.0f}MBあります")
    if content[:1024].lstrip().startswith(b"%PDF-"):
        return _pdf_page(content, page)
    return _raster(content)


def page_count(content: bytes) -> int:
    """Pages of a PDF; 1 for a picture."""
    if not content[:1024].lstrip().startswith(b"%PDF-"):
        return 1
    document = _pdf(content)
    try:
        return len(document)
    finally:
        document.close()


def _raster(content: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > MAX_SOURCE_PIXELS:
                raise _too_big(f"{picture.width}×{picture.height}画素あります")
            return picture.convert("RGBA")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise _unreadable() from error


def _pdf(content: bytes) -> pypdfium2.PdfDocument:  # type: ignore[name-defined]  # noqa: F821 - imported where used
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise _unreadable() from error


def _pdf_page(content: bytes, page: int) -> Image.Image:
    document = _pdf(content)
    try:
        if not 0 <= page < len(document):
            raise KnownProblem(
                "background_no_page",
                f"{page + 1}ページ目がありません。",
                where="PDFファイル",
                advice=f"1から{len(document)}までのページを選んでください。",
            )
        sheet = document[page]
        width_pt, height_pt = sheet.get_size()
        pixels_at_dpi = width_pt * height_pt * (_PDF_DPI / 72) ** 2
        scale = _PDF_DPI / 72 * min(1.0, math.sqrt(MAX_KEPT_PIXELS / pixels_at_dpi))
        picture: Image.Image = sheet.render(scale=scale).to_pil().convert("RGBA")
        return picture
    finally:
        document.close()


def _unreadable() -> KnownProblem:
    return KnownProblem(
        "background_unreadable",
        "このファイルは、地図の図として読めません。",
        where="背景図のファイル",
        advice="PNG、JPEG、PDFのどれかで保存し直してください。パスワード付きのPDFは使えません。",
    )


def _too_big(size: str) -> KnownProblem:
    return KnownProblem(
        "background_too_big",
        f"図が大きすぎます。{size}。",
        where="背景図のファイル",
        advice="150dpiくらいに小さくして、保存し直してください。",
    )


@dataclass(frozen=True, slots=True)
class WarpedPicture:
    """北上の図: RGBA picture and its bounds in degrees."""

    picture: Image.Image = field(repr=False)
    west: float
    south: float
    east: float
    north: float


def warp(picture: Image.Image, fit: Fit, *, max_pixels: int = MAX_KEPT_PIXELS) -> WarpedPicture:
    """Turn a picture north-up in Web Mercator; what it does not cover is transparent.

    The pixel size is kept, unless the result would have more than ``max_pixels``.
    """
    corners_x, corners_y = fit.to_plane(
        [0, picture.width, 0, picture.width], [0, 0, picture.height, picture.height]
    )
    left, right = float(corners_x.min()), float(corners_x.max())
    bottom, top = float(corners_y.min()), float(corners_y.max())
    linear = np.array(fit.matrix)[:, :2]
    unit = math.sqrt(abs(float(np.linalg.det(linear))))  # EPSG:3857 units per pixel
    unit = max(unit, math.sqrt((right - left) * (top - bottom) / max_pixels))
    width = max(1, math.ceil((right - left) / unit))
    height = max(1, math.ceil((top - bottom) / unit))
    inverse = np.linalg.inv(linear)
    # Pillow asks, for each new pixel, where it was: plane = (left + unit·u, top − unit·v).
    step = inverse @ np.array([[unit, 0.0], [0.0, -unit]])
    start = inverse @ (np.array([left, top]) - np.array(fit.matrix)[:, 2])
    coefficients = (step[0, 0], step[0, 1], start[0], step[1, 0], step[1, 1], start[1])
    turned = picture.convert("RGBA").transform(
        (width, height),
        Image.Transform.AFFINE,
        tuple(float(value) for value in coefficients),
        resample=Image.Resampling.BILINEAR,
    )
    lon, lat = from_web_mercator([left, left + unit * width], [top - unit * height, top])
    return WarpedPicture(turned, float(lon[0]), float(lat[0]), float(lon[1]), float(lat[1]))


def make_background(
    content: bytes,
    pins: Sequence[Pin],
    *,
    name: str,
    page: int = 0,
    source: str = "",
    added_at: datetime | None = None,
) -> Background:
    """Turn a file and its pins into what is kept: PNG with bounds and the root mean square error in metres.

    Raises ``KnownProblem`` as ``fit_pins`` and ``open_picture`` do.
    """
    fit = fit_pins(pins)
    turned = warp(open_picture(content, page=page), fit)
    kept = io.BytesIO()
    turned.picture.save(kept, "PNG")
    return Background(
        BackgroundId(new_id()),
        name,
        kept.getvalue(),
        turned.west,
        turned.south,
        turned.east,
        turned.north,
        fit.rms_m,
        source,
        added_at,
    )
