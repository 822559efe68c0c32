"""図形のファイルを読む: one file by GDAL, with what GDAL would pass over in silence told."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyogrio
import pyogrio.raw
import pyproj
import shapely
from pyogrio.errors import CRSError as UnreadableSystem
from pyogrio.errors import DataLayerError, DataSourceError, FieldError
from pyproj.exceptions import CRSError

from kurume_bousai.exchange.layers import encodings
from kurume_bousai.exchange.layers.dbf import Dbf, DbfField, read_dbf
from kurume_bousai.exchange.layers.geopackage import check_geopackage
from kurume_bousai.exchange.layers.gml import read_gml
from kurume_bousai.exchange.layers.notes import Notes, listed, problem
from kurume_bousai.exchange.layers.point_tables import read_point_table
from kurume_bousai.exchange.layers.sources import TABLE, LayerPath
from kurume_bousai.exchange.layers.tables import RawTable
from kurume_bousai.exchange.layers.xml_safety import refuse_document_type

MAX_FEATURES: Final = 3_000_000
_HEADER_BYTES: Final = 100
_WGS84: Final = frozenset({"EPSG:4326", "OGC:CRS84"})


def read_table(layer: LayerPath, notes: Notes, aliases: Mapping[str, str] | None = None) -> list[RawTable]:
    """Read every table of one file (a GeoPackage or KML may hold several).

    ``aliases``: folded heading of a list → the name that the recognisers know.

    Raises
    ------
    KnownProblem
        ``layer_unreadable``, ``layer_hostile``, ``layer_no_table`` (a Shapefile without its DBF),
        ``layer_too_many``, and what ``read_point_table`` says.
    """
    if layer.format == TABLE:
        return [read_point_table(layer.path, notes, aliases or {})]
    if layer.format == "gml":
        return [read_gml(layer.path, notes)]
    if layer.format == "shp":
        return [_shapefile(layer, notes)]
    if layer.format == "gpkg":
        check_geopackage(layer.path, layer.shown)
    if layer.format == "kml":
        refuse_document_type(layer.path)
    names = _layer_names(layer)
    tables = [_by_gdal(layer, notes, name=name if len(names) > 1 else None, encoding=None) for name in names]
    if layer.format == "geojson":
        _refuse_truncated_json(layer)
    return tables


def _layer_names(layer: LayerPath) -> list[str]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is odd is told when the layer itself is read
            return [str(name) for name, kind in pyogrio.list_layers(layer.path) if kind is not None]
    except (DataSourceError, DataLayerError, ValueError, OSError) as error:
        raise _unreadable(layer) from error


def _unreadable(layer: LayerPath, why: str = "壊れているか、途中で切れています") -> Exception:
    return problem("layer_unreadable", f"図形のファイルとして読めません。{why}。", layer.shown)


def _refuse_truncated_json(layer: LayerPath) -> None:
    """A GeoJSON cut in the middle can be read up to the cut: the end must be the end."""
    with layer.path.open("rb") as stream:
        stream.seek(max(0, layer.path.stat().st_size - 64))
        if not stream.read().rstrip(b" \t\r\n\x00").endswith(b"}"):
            raise _unreadable(layer, "途中で切れています")


def _shapefile(layer: LayerPath, notes: Notes) -> RawTable:
    parts = _parts(layer.path)
    if ".dbf" not in parts:
        raise problem(
            "layer_no_table",
            "Shapefileの属性のファイル(.dbf)がありません。図形だけでは、何の区域かわかりません。",
            layer.shown,
            ".shp、.shx、.dbf、.prj をまとめたzipを選んでください。",
        )
    table = read_dbf(parts[".dbf"])
    if table is None:
        raise _unreadable(layer, "属性のファイル(.dbf)が壊れています")
    encoding = encodings.decide(layer.path, table, notes)
    _tell_truncation(layer, table, notes)
    if ".shx" not in parts:
        notes.tell(f"「{layer.shown}」の索引(.shx)がないため、図形から作り直して読みました。")
    with _restoring_index():
        found = _by_gdal(layer, notes, name=None, encoding=encoding)
    if len(table.rows) + table.deleted < len(found.shapes):
        raise _unreadable(layer, "図形の数より属性の数が少なく、どの区域の値かわかりません")
    return _with_whole_numbers(found, table, layer, notes)


def _parts(shp: Path) -> dict[str, Path]:
    stem = shp.stem.casefold()
    return {one.suffix.casefold(): one for one in shp.parent.iterdir() if one.stem.casefold() == stem}


def _tell_truncation(layer: LayerPath, table: Dbf, notes: Notes) -> None:
    size = layer.path.stat().st_size
    with layer.path.open("rb") as stream:
        head = stream.read(_HEADER_BYTES)
    declared = struct.unpack(">i", head[24:28])[0] * 2 if len(head) == _HEADER_BYTES else 0
    if size < declared or len(head) < _HEADER_BYTES:
        raise _unreadable(layer, "図形のファイル(.shp)が途中で切れています")
    if len(table.rows) + table.deleted < table.declared_rows:
        raise _unreadable(layer, "属性のファイル(.dbf)が途中で切れています")
    if table.deleted:
        notes.tell(f"「{layer.shown}」に、削除の印のついた行が{table.deleted}件あり、読みませんでした。")


@contextmanager
def _restoring_index() -> Iterator[None]:
    """Let GDAL rebuild a missing .shx (in our own copy of the folder)."""
    pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": True})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": None})


def _with_whole_numbers(found: RawTable, table: Dbf, layer: LayerPath, notes: Notes) -> RawTable:
    """Cells of columns declared without decimals, as they stand in the file."""
    cut = table.cut_numbers()
    if not cut or len(table.rows) != len(found.shapes):
        return found
    columns = dict(found.columns)
    names = [_field_name(item, found.encoding) for item, _ in cut]
    for name, (_, cells) in zip(names, cut, strict=True):
        if name in columns:
            columns[name] = [_number(cell) for cell in cells]
    notes.tell(
        f"「{layer.shown}」の{listed(names)}の列は、小数なしの宣言なのに小数があります。切り捨てずに読みました。"
    )
    return RawTable(
        columns, found.shapes, found.crs, found.crs_name, found.encoding, found.format, found.year
    )


def _field_name(item: DbfField, encoding: str) -> str:
    return item.name.decode(encoding, errors="replace")


def _number(cell: bytes) -> float | str | None:
    text = cell.decode("ascii", errors="replace")
    try:
        return float(text) if text else None
    except ValueError:
        return text


def _by_gdal(layer: LayerPath, notes: Notes, *, name: str | None, encoding: str | None) -> RawTable:
    try:
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            meta, _, geometry, values = pyogrio.raw.read(layer.path, layer=name, encoding=encoding)
    except (UnboundLocalError, UnreadableSystem) as error:
        # What pyogrio raises where a .prj makes no sense to GDAL (the first is a slip of pyogrio 0.13).
        prj = _parts(layer.path).get(".prj")
        if prj is None:
            raise _unreadable(layer) from error
        prj.unlink()  # of our own copy
        notes.tell(f"「{layer.shown}」の座標系の記載(.prj)は、読めないため使いません。")
        return _by_gdal(layer, notes, name=name, encoding=encoding)
    except (DataSourceError, DataLayerError, FieldError, ValueError, OSError, UnicodeDecodeError) as error:
        raise _unreadable(layer) from error
    for one in told:
        words = str(one.message).replace(str(layer.path), layer.shown)
        if "non conformant file extension" not in words:  # said in our own words already
            notes.tell(f"「{layer.shown}」を読むときの注意: {words[:120]}")
    if geometry is None:
        raise problem("layer_no_shapes", "図形がありません。表だけのファイルです。", layer.shown)
    if len(geometry) > MAX_FEATURES:
        raise problem("layer_too_many", f"図形が{len(geometry):,}件あり、多すぎます。", layer.shown)
    columns: Mapping[str, Sequence[Any]] = {
        str(column): cells for column, cells in zip(meta["fields"], values, strict=True)
    }
    with np.errstate(invalid="ignore"):  # corners that are no numbers are left out and counted later
        shapes = shapely.force_2d(shapely.from_wkb(geometry, on_invalid="fix"))
    crs, crs_name = _crs_of(meta["crs"], layer.format)
    shown = encoding or "UTF-8"
    return RawTable(columns, np.asarray(shapes, dtype=object), crs, crs_name, shown, layer.format)


def _crs_of(told: str | None, kind: str) -> tuple[str, str]:
    """Code and name of the system; GeoJSON and KML know only WGS84, which says nothing about the datum."""
    if not told:
        return "", ""
    try:
        crs = pyproj.CRS.from_user_input(told)
    except CRSError:  # a .prj that nobody can read says nothing
        return "", ""
    authority = crs.to_authority(min_confidence=60)
    code = ":".join(authority) if authority else told
    if kind in {"geojson", "kml"} and code in _WGS84:
        return "WGS84", "WGS84"
    return code, crs.name
