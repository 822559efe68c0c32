"""GeoTIFF: a picture that says itself where it lies. Pillow reads the pixels, this module the keys.

Only what a map for people is: 8-bit pictures in the systems of ``geo.tiling``; the rest is refused with
what to do (docs/decisions/16).
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO, Any, Final

from PIL import Image, TiffImagePlugin, UnidentifiedImageError

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.geo.tiling import Affine, GroundPicture, known_system

#: Some 9,000 × 9,000: a photograph of 2 km × 2 km at 25 cm.
MOST_PIXELS: Final = 80_000_000
_SCALE, _TIEPOINTS, _TRANSFORMATION = 33550, 33922, 34264
_KEYS, _NODATA = 34735, 42113
_MODEL, _RASTER, _GEOGRAPHIC, _PROJECTED = 1024, 1025, 2048, 3072
_PIXEL_IS_POINT: Final = 2
_USER_DEFINED: Final = 32767
_MODES: Final = frozenset({"1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "YCbCr"})
_OTHER_WAY: Final = "画像として保存し直せば、「図を背景に加える」で、目印を3か所以上置いて使えます。"
_AGAIN_IN: Final = "QGISなどで、平面直角座標系(第2系はEPSG:6670)かEPSG:3857のGeoTIFFに書き出してください。"


def read_geotiff(file: IO[bytes], name: str) -> GroundPicture:
    """Read the first picture of a file with its place on the ground.

    Raises
    ------
    KnownProblem
        ``geotiff_unreadable``, ``geotiff_too_big``, ``geotiff_numbers`` (no picture but heights or
        depths), ``geotiff_no_place``, ``geotiff_system``.
    """
    try:
        with _without_warnings(), Image.open(file, formats=("TIFF",)) as picture:
            if not isinstance(picture, TiffImagePlugin.TiffImageFile):
                raise _unreadable(name)
            if picture.width * picture.height > MOST_PIXELS:
                raise _too_big(name, picture.width, picture.height)
            if picture.mode not in _MODES:
                raise _numbers(name)
            tags = dict(picture.tag_v2)
            keys = _geo_keys(tags.get(_KEYS, ()))
            matrix, epsg = _matrix(tags, keys, name), _system(keys, name)
            return GroundPicture(_clear(picture, tags), matrix, epsg)
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        OSError,
        ValueError,
        SyntaxError,
        TypeError,
        KeyError,
        IndexError,
        OverflowError,
        RuntimeError,
    ) as error:  # fmt: skip - everything Pillow says of a broken file
        raise _unreadable(name) from error


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Pillow warns of tags that are cut off; the pixels or the keys then fail by themselves."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _geo_keys(directory: Sequence[int]) -> dict[int, int]:
    """The keys whose value stands in the directory itself."""
    entries = [tuple(directory[at : at + 4]) for at in range(4, len(directory) - 3, 4)]
    return {int(key): int(value) for key, place, _count, value in entries if place == 0}


def _system(keys: Mapping[int, int], name: str) -> int:
    told = keys.get(_PROJECTED) if keys.get(_MODEL) == 1 else keys.get(_GEOGRAPHIC)
    if not told or told == _USER_DEFINED:
        raise _problem(
            "geotiff_system", "このGeoTIFFには、座標系の番号(EPSG)が書かれていません。", name, _AGAIN_IN
        )
    known = known_system(told)
    if known is None:
        raise _problem(
            "geotiff_system", f"このGeoTIFFの座標系(EPSG:{told})には、対応していません。", name, _AGAIN_IN
        )
    return known


def _matrix(tags: Mapping[int, Any], keys: Mapping[int, int], name: str) -> Affine:
    matrix = _told_matrix(tags, name)
    (a, b, c), (d, e, f) = matrix
    values = (a, b, c, d, e, f)
    if not all(math.isfinite(value) for value in values) or a * e == b * d:
        raise _no_place(name)
    if keys.get(_RASTER) == _PIXEL_IS_POINT:
        # The place is that of the middle of a pixel, ours that of its corner.
        return (a, b, c - (a + b) / 2), (d, e, f - (d + e) / 2)
    return matrix


def _told_matrix(tags: Mapping[int, Any], name: str) -> Affine:
    whole = tags.get(_TRANSFORMATION, ())
    if len(whole) == 16:
        a, b, _, c, d, e, _, f, *_ = (float(value) for value in whole)
        return (a, b, c), (d, e, f)
    scale, points = tags.get(_SCALE, ()), tags.get(_TIEPOINTS, ())
    if len(scale) < 2 or len(points) != 6:
        raise _no_place(name)
    wide, high = float(scale[0]), float(scale[1])
    column, row, _, x, y, _ = (float(value) for value in points)
    return (wide, 0.0, x - wide * column), (0.0, -high, y + high * row)


def _clear(picture: Image.Image, tags: Mapping[int, Any]) -> Image.Image:
    """The picture as RGBA; the value that means 「nothing here」 becomes transparent."""
    nothing = _nodata(tags)
    made = picture.convert("RGBA")
    if nothing is None or picture.mode not in {"L", "P", "RGB"}:
        return made
    bands = [band.point([255 * (value == nothing) for value in range(256)]) for band in picture.split()]
    hidden = bands[0]
    for band in bands[1:]:
        hidden = Image.composite(hidden, Image.new("L", band.size), band)
    made.paste((0, 0, 0, 0), mask=hidden)
    return made


def _nodata(tags: Mapping[int, Any]) -> int | None:
    try:
        value = float(str(tags.get(_NODATA, "")).strip("\0 "))
    except ValueError:
        return None
    return int(value) if value in range(256) else None


def _problem(code: str, message: str, name: str, advice: str) -> KnownProblem:
    return KnownProblem(code, message, where=name, advice=advice)


def _unreadable(name: str) -> KnownProblem:
    return _problem(
        "geotiff_unreadable",
        "このTIFFファイルを読めません。壊れているか、対応していない圧縮です。",
        name,
        f"LZWかDeflateの圧縮、または圧縮なしで書き出してください。{_OTHER_WAY}",
    )


def _too_big(name: str, width: int, height: int) -> KnownProblem:
    return _problem(
        "geotiff_too_big",
        f"図が大きすぎます({width:,}×{height:,}画素)。{MOST_PIXELS // 10_000:,}万画素までです。",
        name,
        "範囲を分けて書き出すか、QGISの「ラスタをタイル化(MBTiles)」でMBTilesにしてください。",
    )


def _numbers(name: str) -> KnownProblem:
    return _problem(
        "geotiff_numbers",
        "このGeoTIFFは図ではなく、標高や深さなどの数値です。背景の地図にはできません。",
        name,
        "色を付けた画像として書き出したGeoTIFFを選んでください。",
    )


def _no_place(name: str) -> KnownProblem:
    return _problem(
        "geotiff_no_place",
        "このTIFFファイルには、地図のどこにあたるかが書かれていません。",
        name,
        _OTHER_WAY,
    )
