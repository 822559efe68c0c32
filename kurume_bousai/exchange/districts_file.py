"""校区 polygons from GeoJSON, Shapefile, GeoPackage or a zip of them, repaired and in EPSG:6668."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Final

import geopandas
import pyproj
import shapely
from geopandas import GeoDataFrame, GeoSeries
from pyogrio.errors import DataLayerError, DataSourceError

from kurume_bousai.domain.coordinates import CRS_STORED
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.exchange.archives import UNREADABLE_ZIP, member_name
from kurume_bousai.exchange.tables import read_bytes
from kurume_bousai.services.district_import import DistrictFile, ParsedOutline

_CITY_CODES: Final = frozenset({"40203", "402036"})
_CODE_COLUMNS: Final = ("A27_001", "adminCode", "N03_007", "市区町村コード")
#: 名称 by edition of 国土数値情報 A27: H28 and later, the real-estate library, H22 (RULES F4).
_A27_NAMES: Final = ("A27_004", "A27_004_ja", "A27_007")
_PLAIN_NAMES: Final = ("name", "NAME", "校区", "校区名", "小学校区", "名称", "学校名")
_LAYER_SUFFIXES: Final = (".geojson", ".json", ".gpkg", ".shp")
_UNPACKED_LIMIT_BYTES: Final = 500_000_000
_JAPAN: Final = (122.0, 20.0, 154.0, 46.0)
_AREAL: Final = frozenset({shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON})


@dataclass(slots=True)
class _Notes:
    warnings: list[str] = field(default_factory=list)
    repaired: list[str] = field(default_factory=list)


def read_district_file(path: Path) -> DistrictFile:
    """Read polygons and names; geometry is repaired and turned into degrees of JGD2011.

    Raises
    ------
    KnownProblem
        ``file_*``, ``layer_unreadable``, ``layer_missing`` (none or several in a zip), ``layer_no_polygons``,
        ``layer_no_name``, ``layer_crs`` or ``layer_elsewhere``.
    """
    read_bytes(path)
    with _layer_path(path) as layer:
        notes = _Notes()
        encoding = _encoding(layer)
        frame = _read(layer, encoding, where=path.name)
    kind, name_column = _name_column([str(column) for column in frame.columns], where=path.name)
    located, crs_told = _located(frame, layer.suffix.casefold(), notes, where=path.name)
    chosen = _of_the_city(located, notes, where=path.name)
    names = [_text(value) for value in chosen[name_column]]
    outlines = _outlines(names, chosen.geometry, notes)
    if not outlines:
        raise _problem("layer_no_polygons", "面の図形がありません。", path.name)
    if notes.repaired:
        notes.warnings.append(
            f"輪の並びが正しくない図形を{len(notes.repaired)}件直しました: {'、'.join(notes.repaired)}。"
        )
    return DistrictFile(
        file_name=path.name,
        kind=kind,
        crs=crs_told,
        encoding=encoding,
        outlines=outlines,
        repaired=tuple(notes.repaired),
        warnings=tuple(notes.warnings),
        source="国土数値情報 A27(小学校区)" if kind == "A27" else path.name,
    )


def _problem(code: str, message: str, where: str) -> KnownProblem:
    return KnownProblem(
        code,
        message,
        where=where,
        advice="校区の面が入ったGeoJSON、Shapefile(zip)、GeoPackageを選んでください。",
    )


@contextmanager
def _layer_path(path: Path) -> Iterator[Path]:
    """The layer itself, unpacked from a zip where needed."""
    if path.suffix.casefold() != ".zip":
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        yield _unpack(path, Path(folder))


def _unpack(path: Path, folder: Path) -> Path:
    try:
        with zipfile.ZipFile(path) as package:
            members = [member for member in package.infolist() if not member.is_dir()]
            if sum(member.file_size for member in members) > _UNPACKED_LIMIT_BYTES:
                raise _problem("file_too_large", "圧縮ファイルの中身が大きすぎます。", path.name)
            for member in members:
                # Only the last part of the name: a member can never leave the folder.
                name = PurePosixPath(member_name(member).replace("\\", "/")).name
                if name and not name.startswith("."):
                    (folder / name).write_bytes(package.read(member))
    except UNREADABLE_ZIP as error:
        raise _problem("layer_unreadable", "圧縮ファイルを開けません。", path.name) from error
    layers = [found for found in sorted(folder.iterdir()) if found.suffix.casefold() in _LAYER_SUFFIXES]
    # 国土数値情報 gives one truth in several formats: the one that carries its own encoding is preferred.
    stems = {found.stem for found in layers}
    if len(stems) != 1:
        raise _problem(
            "layer_missing",
            f"圧縮ファイルの中に、図形のファイルが{len(stems)}種類あります。一つにしてください。",
            path.name,
        )
    return min(layers, key=lambda found: _LAYER_SUFFIXES.index(found.suffix.casefold()))


def _encoding(layer: Path) -> str:
    """Decide as the data notes say: .cpg, language byte of the DBF, strict UTF-8, CP932."""
    if layer.suffix.casefold() != ".shp":
        return "UTF-8"
    for suffix in (".cpg", ".CPG"):
        if (cpg := layer.with_suffix(suffix)).is_file():
            told = cpg.read_text("ascii", errors="ignore").strip().casefold()
            return "UTF-8" if "utf" in told or told == "65001" else "CP932"
    tables = [layer.with_suffix(suffix) for suffix in (".dbf", ".DBF")]
    content = next((table.read_bytes() for table in tables if table.is_file()), b"")
    if len(content) > 29 and content[29] == 0x13:
        return "CP932"
    try:
        content[32:].decode("utf-8")
    except UnicodeDecodeError:
        return "CP932"
    return "UTF-8"


def _read(layer: Path, encoding: str, *, where: str) -> GeoDataFrame:
    """The layer as a table with shapes in the file's own coordinate system."""
    options = {"encoding": encoding} if layer.suffix.casefold() == ".shp" else {}
    try:
        # A broken ring is closed here and told of later; the default would throw the whole file away.
        frame = geopandas.read_file(layer, engine="pyogrio", on_invalid="fix", **options)
    except (DataSourceError, DataLayerError, ValueError, OSError) as error:
        raise _problem("layer_unreadable", "図形のファイルとして読めません。", where) from error
    if not isinstance(frame, GeoDataFrame):  # a layer without shapes is a plain table
        raise _problem("layer_no_polygons", "図形がありません。", where)
    return frame


def _name_column(columns: list[str], *, where: str) -> tuple[str, str]:
    for column in _A27_NAMES:
        if column in columns:
            return "A27", column
    for column in _PLAIN_NAMES:
        if column in columns:
            return "name", column
    found = "、".join(column for column in columns if column != "geometry")
    raise _problem("layer_no_name", f"校区の名前の列がありません。見つかった列: {found}。", where)


def _of_the_city(frame: GeoDataFrame, notes: _Notes, *, where: str) -> GeoDataFrame:
    """Rows of 久留米市 where the file says which municipality each belongs to."""
    code_column = next((column for column in _CODE_COLUMNS if column in frame.columns), None)
    if code_column is None:
        return frame
    chosen = frame[[_text(value).removesuffix(".0") in _CITY_CODES for value in frame[code_column]]]
    if chosen.empty:
        raise _problem("layer_elsewhere", "久留米市(40203)の図形がありません。", where)
    if len(chosen) < len(frame):
        notes.warnings.append(f"{len(frame)}件のうち、久留米市の{len(chosen)}件だけを使いました。")
    return chosen


def _text(value: object) -> str:
    """The text of a cell; an empty cell comes as None or as a float that equals nothing, not itself."""
    return "" if value is None or value != value else str(value).strip()  # noqa: PLR0124 - only NaN differs from itself


def _located(frame: GeoDataFrame, suffix: str, notes: _Notes, *, where: str) -> tuple[GeoDataFrame, str]:
    """The table with its coordinate system, and the system's name.

    The file's own word, else JGD2011 degrees for anything that lies in Japan.
    """
    # GeoJSON knows no other word than WGS84, so that this word says nothing about the datum.
    told = None if suffix in {".geojson", ".json"} and _is_wgs84(frame.crs) else frame.crs
    if told is not None:
        authority = ":".join(told.to_authority() or ()) or told.name
        if authority != CRS_STORED:
            notes.warnings.append(f"座標系 {told.name} を JGD2011({CRS_STORED})に直しました。")
        return frame, authority
    west, south, east, north = frame.total_bounds
    if not (_JAPAN[0] <= west <= east <= _JAPAN[2] and _JAPAN[1] <= south <= north <= _JAPAN[3]):
        raise _problem("layer_crs", "座標系がわからず、値も日本の経度・緯度ではありません。", where)
    notes.warnings.append(f"座標系の記載がないため、JGD2011({CRS_STORED})の経度・緯度とみなしました。")
    return frame.set_crs(CRS_STORED, allow_override=True), CRS_STORED


def _is_wgs84(crs: pyproj.CRS | None) -> bool:
    return crs is not None and crs.to_authority() in {("EPSG", "4326"), ("OGC", "CRS84")}


def _outlines(names: list[str], shapes: GeoSeries, notes: _Notes) -> tuple[ParsedOutline, ...]:
    """Repaired polygons in degrees of EPSG:6668, without those that are none."""
    repaired = [_repaired(shape, name, notes) for shape, name in zip(shapes, names, strict=True)]
    for name, shape in zip(names, repaired, strict=True):
        if shape is None:
            notes.warnings.append(f"「{name}」は面ではないか空のため、取り込みません。")
    stored = GeoSeries(repaired, crs=shapes.crs).to_crs(CRS_STORED)
    return tuple(
        ParsedOutline(name, shapely.to_wkb(shapely.force_2d(shape)))
        for name, shape in zip(names, stored, strict=True)
        if shape is not None
    )


def _repaired(shape: Any, name: str, notes: _Notes) -> Any | None:  # noqa: ANN401 - shapely carries no types
    """A valid polygon, told where it was not. Parts written as extra rings become parts again."""
    if shape is None or shapely.is_empty(shape) or shapely.get_type_id(shape) not in _AREAL:
        return None
    if shapely.is_valid(shape):
        return shape
    notes.repaired.append(name)
    result = shapely.Polygon()
    for part in shapely.get_parts(shape):
        for ring in shapely.get_rings(part):
            # Even-odd: a ring inside is a hole, a ring outside is a part.
            piece = shapely.make_valid(shapely.Polygon(ring))
            result = shapely.symmetric_difference(result, piece)
    return _areal(shapely.make_valid(result))


def _areal(shape: Any) -> Any:  # noqa: ANN401 - shapely carries no types
    """The polygons of a repaired shape, without stray lines and points."""
    parts = [part for part in shapely.get_parts(shape) if shapely.get_type_id(part) in _AREAL]
    return shapely.union_all(parts) if parts else None
