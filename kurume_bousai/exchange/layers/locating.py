"""座標系と場所: the file's own word, else the dataset's by year with a person's confirmation."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from pyproj.exceptions import CRSError, ProjError

from kurume_bousai.domain.coordinates import CITY_EXTENT, CRS_STORED
from kurume_bousai.domain.layers import Extent
from kurume_bousai.exchange.layers.notes import Notes, problem
from kurume_bousai.exchange.layers.recognisers import Dataset
from kurume_bousai.exchange.layers.sources import TABLE, LayerPath
from kurume_bousai.exchange.layers.tables import RawTable, Shapes

#: Shapes farther than this around the city are not taken, in degrees (about 5 km): routes leave the city.
MARGIN_DEG: Final = 0.05
KEPT_EXTENT: Final[Extent] = (
    CITY_EXTENT[0] - MARGIN_DEG,
    CITY_EXTENT[1] - MARGIN_DEG,
    CITY_EXTENT[2] + MARGIN_DEG,
    CITY_EXTENT[3] + MARGIN_DEG,
)
JAPAN: Final[Extent] = (122.0, 20.0, 154.0, 46.0)
_SAME_AS_STORED: Final = frozenset({CRS_STORED, "WGS84"})
_CONFIRMABLE: Final = ("EPSG:6668", "EPSG:4612", "EPSG:4301", "EPSG:6670", "EPSG:2444", "EPSG:4326")
#: Year in the names of 国土数値情報: W05-08_35, A33-25_40, N03-20240101_40, N03-240101.
_YEAR: Final = re.compile(r"[A-Z]\d{2}[a-z]?-(?:\d{2}-)?(\d{2})(?:\d{2})?(?:\d{4})?(?=[_.\-]|$)")
_FULL_YEAR: Final = re.compile(r"[A-Z]\d{2}-((?:19|20)\d{2})\d{4}")


@dataclass(frozen=True, slots=True)
class Placed:
    """場所の決まった図形 in EPSG:6668. ``needs_crs``: the system that a person must still confirm."""

    shapes: Shapes
    crs: str
    needs_crs: str = ""


def year_of(name: str) -> int:
    """Year in a file's name of 国土数値情報; 0 = none. Only a proposal, never taken as known."""
    if match := _FULL_YEAR.search(name):
        return int(match.group(1))
    match = _YEAR.search(name)
    if match is None:
        return 0
    year = int(match.group(1))
    return 2000 + year if year < 60 else 1900 + year


def place(
    table: RawTable, layer: LayerPath, dataset: Dataset | None, confirmed: str | None, notes: Notes
) -> Placed:
    """Turn shapes into degrees of EPSG:6668 and tell by which rule.

    Raises
    ------
    KnownProblem
        ``layer_crs`` (``confirmed`` names no system we can read, or the values are no places in Japan).
    """
    told, needed = _told_system(table, layer, dataset, confirmed, notes)
    shapes = _swapped(table.shapes, told, notes)
    if told not in _SAME_AS_STORED:
        shapes = _transformed(shapes, told, notes, layer.shown)
    _refuse_elsewhere(shapes, layer)
    return Placed(shapes, "EPSG:6668" if told == "WGS84" else told, needed)


def _told_system(
    table: RawTable, layer: LayerPath, dataset: Dataset | None, confirmed: str | None, notes: Notes
) -> tuple[str, str]:
    wanted = _confirmed(confirmed)
    if table.crs and table.crs != "WGS84":
        if wanted and wanted != table.crs:
            notes.tell(
                f"ファイルに座標系 {table.crs_name}({table.crs})と書いてあるため、"
                f"--crs の {wanted} は使いません。"
            )
        return table.crs, ""
    if table.crs == "WGS84":
        notes.tell(
            "座標系の記載がWGS84なので、JGD2011(EPSG:6668)の経度・緯度とみなしました(差は数cmから1m)。"
        )
        return "WGS84", ""
    if wanted:
        notes.tell(f"座標系の記載がないため、指定された {wanted} として読みました。")
        return wanted, ""
    if table.format == TABLE:
        notes.tell("表の緯度・経度は、世界測地系(JGD2011、EPSG:6668)とみなしました。")
        return CRS_STORED, ""
    year = year_of(layer.shown)
    assumed = (dataset.crs_of(year) if dataset else "") or CRS_STORED
    words = f"{year}年の" if year else ""
    title = dataset.title if dataset else "このデータ"
    notes.tell(
        f"座標系の記載(.prj)がありません。{words}「{title}」は {assumed} とされています。"
        f"取り込むには、公開元の説明で確かめてください(--crs {assumed})。"
    )
    return assumed, assumed


def _confirmed(text: str | None) -> str:
    if text is None:
        return ""
    try:
        authority = pyproj.CRS.from_user_input(text if ":" in text else f"EPSG:{text}").to_authority()
    except CRSError:
        authority = None
    if authority is None or authority[0] != "EPSG":
        raise problem(
            "layer_crs",
            f"「{text}」という座標系はわかりません。",
            "--crs",
            f"例: {'、'.join(_CONFIRMABLE)}。JGD2011の経度・緯度は EPSG:6668、JGD2000は EPSG:4612 です。",
        )
    return f"EPSG:{authority[1]}"


def _swapped(shapes: Shapes, told: str, notes: Notes) -> Shapes:
    """Latitude before longitude, which no place in Japan can be read as otherwise."""
    if not _is_degrees(told):
        return shapes
    bounds = shapely.bounds(shapes)
    west, south, east, north = JAPAN
    turned = (
        (bounds[:, 0] >= south) & (bounds[:, 2] <= north) & (bounds[:, 1] >= west) & (bounds[:, 3] <= east)
    )
    if not turned.any():
        return shapes
    notes.tell(f"緯度と経度が入れかわっている図形が{int(turned.sum())}件あり、直しました。")
    result = np.array(shapes, dtype=object)
    result[turned] = shapely.transform(result[turned], lambda pairs: pairs[:, ::-1])
    return result


def _is_degrees(told: str) -> bool:
    return told == "WGS84" or pyproj.CRS.from_user_input(told).is_geographic


def _transformed(shapes: Shapes, told: str, notes: Notes, where: str) -> Shapes:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            change = pyproj.Transformer.from_crs(told, CRS_STORED, always_xy=True)
    except ProjError as error:
        raise problem(
            "layer_crs",
            "座標系の記載(.prj)がおかしいため、図形を置く場所がわかりません。",
            where,
            "公開元からもう一度受け取るか、.prj を外して、座標系を選んでください。",
        ) from error

    def move(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> tuple[object, object]:
        first, second = change.transform(x, y)
        return first, second

    name = pyproj.CRS.from_user_input(told).name
    accuracy = {
        "EPSG:4612": "。ずれは数十cm以内です",
        "EPSG:4301": "。変換の格子を使わないため、数mずれることがあります",
    }
    notes.tell(f"座標系 {name}({told})をJGD2011(EPSG:6668)に直しました{accuracy.get(told, '')}。")
    return shapely.transform(shapes, move, interleaved=False)


def _refuse_elsewhere(shapes: Shapes, layer: LayerPath) -> None:
    """Refuse a file whose numbers are no places in Japan at all."""
    bounds = shapely.bounds(shapes)
    known = bounds[np.isfinite(bounds).all(axis=1)]
    west, south, east, north = JAPAN
    inside = (known[:, 0] >= west) & (known[:, 2] <= east) & (known[:, 1] >= south) & (known[:, 3] <= north)
    if len(known) and not inside.any():
        raise problem(
            "layer_crs",
            "座標の値が日本の経度・緯度ではありません。座標系の記載が違うか、平面直角座標のメートルです。",
            layer.shown,
            "座標系がわかれば、それを選んでください(例 --crs EPSG:6670、平面直角座標 II系)。",
        )


def near_city(shapes: Shapes) -> npt.NDArray[np.bool_]:
    """Which shapes touch the city's box with its margin; an empty one touches nothing."""
    bounds = shapely.bounds(shapes)
    west, south, east, north = KEPT_EXTENT
    with np.errstate(invalid="ignore"):
        return np.asarray(
            (bounds[:, 2] >= west)
            & (bounds[:, 0] <= east)
            & (bounds[:, 3] >= south)
            & (bounds[:, 1] <= north)
        )
