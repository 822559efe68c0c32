"""校区 polygons from GeoJSON, Shapefile, GeoPackage, KML, GML or a zip of one, repaired and in EPSG:6668.

Unpacked and read as every map file is (``exchange.layers``), so that the same hostile file is refused here.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pyproj
import shapely
from pyproj.exceptions import ProjError

from kurume_bousai.domain.coordinates import CRS_STORED
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.exchange.layers import shapes as mending
from kurume_bousai.exchange.layers.locating import JAPAN
from kurume_bousai.exchange.layers.notes import Notes
from kurume_bousai.exchange.layers.reader import opened_layers, shown_name
from kurume_bousai.exchange.layers.sorting import without_nonsense
from kurume_bousai.exchange.layers.sources import TABLE
from kurume_bousai.exchange.layers.tables import RawTable, Shapes, attribute
from kurume_bousai.exchange.layers.vector import read_table
from kurume_bousai.services.districts.importing import DistrictFile, ParsedOutline
from kurume_bousai.services.progress import Progress, no_progress

_CITY_CODES: Final = frozenset({"40203", "402036"})
_CODE_COLUMNS: Final = ("A27_001", "adminCode", "N03_007", "市区町村コード")
#: 名称 by edition of 国土数値情報 A27 (RULES F4): the columns a file must have, and which of them is the
#: name. The real-estate library; R3 and later (a school's code came in third); H22; H28; a cut-down file.
_A27_NAMES: Final = (
    (("A27_004_ja",), "A27_004_ja"),
    (("A27_004", "A27_005"), "A27_004"),
    (("A27_007",), "A27_007"),
    (("A27_003", "A27_004"), "A27_003"),
    (("A27_004",), "A27_004"),
)
_PLAIN_NAMES: Final = ("name", "NAME", "校区", "校区名", "小学校区", "名称", "学校名")


def read_district_file(path: Path, progress: Progress = no_progress) -> DistrictFile:
    """Read polygons and names; geometry is repaired and turned into degrees of JGD2011.

    Raises
    ------
    KnownProblem
        ``file_*``, ``zip_*``, ``layer_unreadable``, ``layer_hostile``, ``layer_missing`` (none or several in
        a zip), ``layer_no_polygons``, ``layer_no_name``, ``layer_crs`` or ``layer_elsewhere``.
    """
    where = shown_name(path)
    with opened_layers(path, progress) as opened:
        layers = [one for one in opened.layers if one.format != TABLE]
        if len(layers) != 1:
            raise _problem(
                "layer_missing",
                f"図形のファイルが{len(layers)}種類あります。校区の図形を一つだけ選んでください。",
                where,
            )
        notes = opened.notes
        tables = read_table(layers[0], notes)
    if len(tables) != 1:
        raise _problem("layer_missing", f"中に層が{len(tables)}あります。一つにしてください。", where)
    return _file(tables[0], notes, where)


def _file(table: RawTable, notes: Notes, where: str) -> DistrictFile:
    kind, name_column = _name_column(list(table.names), where=where)
    chosen = _of_the_city(table, notes, where=where)
    shapes, crs = _located(table, np.asarray(table.shapes[chosen], dtype=object), notes, where=where)
    column = table.columns[name_column]
    names = [str(attribute(column[row]) or "") for row in chosen]
    outlines = _outlines(names, shapes, notes)
    if not outlines:
        raise _problem("layer_no_polygons", "面の図形がありません。", where)
    if notes.repaired:
        notes.tell(
            f"輪の並びが正しくない図形を{len(notes.repaired)}件直しました: {'、'.join(notes.repaired)}。"
        )
    return DistrictFile(
        file_name=where,
        kind=kind,
        crs=crs,
        encoding=table.encoding,
        outlines=outlines,
        repaired=tuple(notes.repaired),
        warnings=tuple(notes.warnings),
        source="国土数値情報 A27(小学校区)" if kind == "A27" else where,
    )


def _problem(code: str, message: str, where: str) -> KnownProblem:
    return KnownProblem(
        code,
        message,
        where=where,
        advice="校区の面が入ったGeoJSON、Shapefile(zip)、GeoPackageを選んでください。",
    )


def _name_column(columns: list[str], *, where: str) -> tuple[str, str]:
    for needed, column in _A27_NAMES:
        if all(one in columns for one in needed):
            return "A27", column
    for column in _PLAIN_NAMES:
        if column in columns:
            return "name", column
    found = "、".join(columns) or "なし"
    raise _problem("layer_no_name", f"校区の名前の列がありません。見つかった列: {found}。", where)


def _of_the_city(table: RawTable, notes: Notes, *, where: str) -> list[int]:
    """Rows of 久留米市 where the file says which municipality each belongs to."""
    every = list(range(len(table.shapes)))
    # H22 has the code where later editions have the address.
    names = ("A27_005",) if table.column("A27_006") is not None else _CODE_COLUMNS
    codes = next((cells for name in names if (cells := table.column(name)) is not None), None)
    if codes is None:
        return every
    chosen = [row for row in every if str(attribute(codes[row]) or "").removesuffix(".0") in _CITY_CODES]
    if not chosen:
        raise _problem("layer_elsewhere", "久留米市(40203)の図形がありません。", where)
    if len(chosen) < len(every):
        notes.tell(f"{len(every)}件のうち、久留米市の{len(chosen)}件だけを使いました。")
    return chosen


def _located(table: RawTable, shapes: Shapes, notes: Notes, *, where: str) -> tuple[Shapes, str]:
    """Shapes in degrees of EPSG:6668, and the code of the system the file says.

    The file's own word, else JGD2011 degrees for anything that lies in Japan.
    """
    # GeoJSON knows no other word than WGS84, so that this word says nothing about the datum.
    told = "" if table.crs == "WGS84" else table.crs
    if told and told != CRS_STORED:
        notes.tell(f"座標系 {table.crs_name} を JGD2011({CRS_STORED})に直しました。")
        try:
            shapes = _transformed(shapes, told)
        except ProjError as error:
            raise _problem("layer_crs", "座標系の記載(.prj)がおかしいため、使えません。", where) from error
    bounds = shapely.total_bounds(shapes)
    west, south, east, north = JAPAN
    inside = west <= bounds[0] <= bounds[2] <= east and south <= bounds[1] <= bounds[3] <= north
    shapes, reasons = without_nonsense(shapes)
    if (reasons != "").all() or (not told and not inside):
        raise _problem(
            "layer_crs", "座標系がわからないか記載が違い、値も日本の経度・緯度ではありません。", where
        )
    if not told:
        notes.tell(f"座標系の記載がないため、JGD2011({CRS_STORED})の経度・緯度とみなしました。")
    return shapes, told or CRS_STORED


def _transformed(shapes: Shapes, told: str) -> Shapes:
    change = pyproj.Transformer.from_crs(told, CRS_STORED, always_xy=True)
    return shapely.transform(shapes, change.transform, interleaved=False)


def _outlines(names: Sequence[str], shapes: Shapes, notes: Notes) -> tuple[ParsedOutline, ...]:
    """Repaired polygons in degrees of EPSG:6668, without those that are none."""
    are_polygons = mending.of_kind(shapes, "polygon")
    mended, broken = mending.repaired(shapes)
    notes.repaired.extend(names[int(row)] for row in broken if are_polygons[row])
    found = []
    for name, shape, is_polygon in zip(names, mended, are_polygons, strict=True):
        if is_polygon and shape is not None and not shapely.is_empty(shape):
            found.append(ParsedOutline(name, shapely.to_wkb(shapely.force_2d(shape))))
        else:
            notes.tell(f"「{name}」は面ではないか空のため、取り込みません。")
    return tuple(found)
