"""地図パックのGeoPackage: layers with their attributes, 校区 and sites; opens in QGIS as it is.

Every value stands in a column for people, and once more as JSON, so that what comes back is what went in.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import geopandas
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from kurume_bousai.domain.coordinates import CRS_STORED
from kurume_bousai.domain.districts import DistrictOutline
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.layers import LayerFeature, LayerId, MapLayer
from kurume_bousai.exchange.map_pack import manifest, problems
from kurume_bousai.services.ports.map_pack import (
    Box,
    LayerEntry,
    MapContents,
    PackedDistrict,
    PackedLayer,
    PackedSite,
    PackManifest,
)

DISTRICTS: Final = "districts"
SITES: Final = "sites"
COVERAGES: Final = "coverages"
_ATTRIBUTES: Final = "attributes_json"
_OWN: Final = frozenset({"fid", "geom", "geometry", "value", "level", "is_single", _ATTRIBUTES, "index"})
_MOST_FEATURES: Final = 2_000_000
_MOST_TEXT: Final = 2_000
_SITE_TEXTS: Final = ("kind", "site_id", "name", "address", "district")
#: Facts of a site and the columns that show them to people.
_SITE_COLUMNS: Final = {"type": "施設の種類", "capacity": "収容人数", "hazards": "対象の災害"}
#: Types of several shapes to that of one (numbers of GEOS), and the names of the latter.
_FAMILIES: Final = {4: 0, 5: 1, 6: 3}
_NAMES: Final = {0: "Point", 1: "LineString", 3: "Polygon"}
Shapes = npt.NDArray[np.object_]


def normal(packed: PackedLayer) -> PackedLayer:
    """The same with geometry as shapely writes it: one shape has one form."""
    written = shapely.to_wkb(shapely.force_2d(_shapes([one.wkb for one in packed.features])))
    features = tuple(
        LayerFeature(bytes(wkb), one.value, one.level, one.attributes)
        for wkb, one in zip(written, packed.features, strict=True)
    )
    coverage = packed.layer.coverage
    if coverage is not None:
        coverage = bytes(shapely.to_wkb(shapely.force_2d(shapely.from_wkb(coverage))))
    return PackedLayer(dataclasses.replace(packed.layer, coverage=coverage), features, packed.is_clipped)


def clip(packed: PackedLayer, box: Box) -> PackedLayer | None:
    """What of a layer touches a box, shapes whole; the known ground is cut to the box.

    Outside the box nothing is known any more: 「データなし」, never 「区域外」.
    """
    sides = shapely.box(*box)
    shapes = _shapes([one.wkb for one in packed.features])
    touching = shapely.intersects(shapes, sides)
    kept = tuple(one for one, is_near in zip(packed.features, touching, strict=True) if is_near)
    coverage = packed.layer.coverage
    if coverage is not None:
        ground = shapely.intersection(shapely.from_wkb(coverage), sides)
        coverage = None if shapely.is_empty(ground) else bytes(shapely.to_wkb(ground))
    if not kept and coverage is None:
        return None
    is_whole = len(kept) == len(packed.features) and coverage == packed.layer.coverage
    extent = box if not kept else tuple(float(side) for side in shapely.total_bounds(shapes[touching]))
    west, south, east, north = extent
    layer = dataclasses.replace(packed.layer, coverage=coverage, extent=(west, south, east, north))
    return PackedLayer(layer, kept, is_clipped=not is_whole)


def _shapes(wkb: Sequence[bytes]) -> Shapes:
    return np.asarray(shapely.from_wkb(np.array(list(wkb), dtype=object)), dtype=object)


# ---------------------------------------------------------------------------------------- writing


def write_geopackage(contents: MapContents, path: Path) -> None:
    """Write every layer, the known ground of hazards, 校区 and sites."""
    for number, packed in enumerate(contents.layers, start=1):
        title = (
            f"{number:02d} {_title(packed)}"  # two packages of rivers have one title: numbers tell them apart
        )
        _write(path, manifest.table_of(number, packed), _layer_frame(packed), title)
    _write_coverages(contents, path)
    _write(path, DISTRICTS, _district_frame(contents), "校区の区域")
    _write(path, SITES, _site_frame(contents), "福祉避難所・指定避難所・指定緊急避難場所")


def _title(packed: PackedLayer) -> str:
    return f"{packed.layer.title}(出典: {packed.layer.source.attribution or packed.layer.source.file_name})"


def _layer_frame(packed: PackedLayer) -> geopandas.GeoDataFrame:
    features = packed.features
    shapes = _shapes([one.wkb for one in features])
    kinds = shapely.get_type_id(shapes)
    columns: dict[str, Any] = {
        "value": pd.array([one.value for one in features], dtype="Int64"),
        "level": pd.array([one.level for one in features], dtype="Int64"),
    }
    for key, name in _columns(features).items():
        columns[name] = _column([one.attributes.get(key) for one in features])
    columns[_ATTRIBUTES] = [
        json.dumps(dict(one.attributes), ensure_ascii=False, separators=(",", ":")) for one in features
    ]
    columns["is_single"] = (kinds < 4).astype(np.int32)
    return geopandas.GeoDataFrame(columns, geometry=shapes, crs=CRS_STORED)


def _columns(features: Sequence[LayerFeature]) -> dict[str, str]:
    """Attribute to the name of its column: no clash with ours, none twice whatever the case."""
    made: dict[str, str] = {}
    taken = {name.casefold() for name in _OWN}
    for feature in features:
        for key in feature.attributes:
            if key in made:
                continue
            base = name = re.sub(r"[\x00-\x1f\"`\[\]]", "_", str(key))[:50] or "_"
            number = 2
            while name.casefold() in taken:
                name, number = f"{base}_{number}", number + 1
            taken.add(name.casefold())
            made[key] = name
    return made


def _column(values: list[Any]) -> Any:  # noqa: ANN401 - pandas' own array types
    """A column of one type; a mixed one becomes text (its values stand in the JSON as they are)."""
    kinds = {type(one) for one in values if one is not None}
    if kinds == {int} and all(abs(one) < 2**62 for one in values if one is not None):
        return pd.array(values, dtype="Int64")
    if kinds and kinds <= {int, float}:
        return pd.array(values, dtype="Float64")
    return [None if one is None else str(one) for one in values]


def _write_coverages(contents: MapContents, path: Path) -> None:
    grounds = {
        manifest.table_of(number, one): one.layer.coverage
        for number, one in enumerate(contents.layers, start=1)
        if one.layer.coverage is not None
    }
    shapes = _shapes(list(grounds.values()))
    columns = {
        "layer": list(grounds),
        # Two parts of a package can meet in a line: whatever the ground is, it comes back so.
        "is_single": (shapely.get_type_id(shapes) < 4).astype(np.int32),
    }
    frame = geopandas.GeoDataFrame(columns, geometry=shapes, crs=CRS_STORED)
    _write(path, COVERAGES, frame, "資料がある範囲(外はデータなし)")


def _district_frame(contents: MapContents) -> geopandas.GeoDataFrame:
    outlines = [one.outline for one in contents.districts]
    shapes = _shapes([one.wkb for one in outlines])
    columns = {
        "district_id": [str(one.district_id) for one in outlines],
        "name": [one.name for one in contents.districts],
        "valid_from": [one.valid_from.isoformat() if one.valid_from else None for one in outlines],
        "valid_to": [one.valid_to.isoformat() if one.valid_to else None for one in outlines],
        "source": [one.source for one in outlines],
        "is_single": (shapely.get_type_id(shapes) < 4).astype(np.int32),
    }
    return geopandas.GeoDataFrame(columns, geometry=shapes, crs=CRS_STORED)


def _site_frame(contents: MapContents) -> geopandas.GeoDataFrame:
    sites = contents.sites
    columns = {
        "kind": [one.kind for one in sites],
        "site_id": [one.site_id for one in sites],
        "name": [one.name for one in sites],
        "address": [one.address for one in sites],
        "district": [one.district for one in sites],
        **{word: [one.facts.get(name) for one in sites] for name, word in _SITE_COLUMNS.items()},
        _ATTRIBUTES: [json.dumps(dict(one.facts), ensure_ascii=False) for one in sites],
    }
    points = shapely.points([one.lon for one in sites], [one.lat for one in sites])
    return geopandas.GeoDataFrame(columns, geometry=np.atleast_1d(points), crs=CRS_STORED)


def _write(path: Path, table: str, frame: geopandas.GeoDataFrame, title: str) -> None:
    kinds = {int(kind) for kind in shapely.get_type_id(frame.geometry.to_numpy())}
    several = bool(kinds & set(_FAMILIES))
    families = {_FAMILIES.get(kind, kind) for kind in kinds}
    # One kind of shape per table is what QGIS shows best; a mixture is written as it is.
    name = _NAMES.get(next(iter(families))) if len(families) == 1 else None
    geometry_type = "Unknown" if name is None else f"Multi{name}" if several else name
    try:
        pyogrio.write_dataframe(
            frame,
            path,
            layer=table,
            driver="GPKG",
            geometry_type=geometry_type,
            promote_to_multi=several and name is not None,
            layer_options={"IDENTIFIER": title[:200], "GEOMETRY_NAME": "geom"},
        )
    except (DataSourceError, DataLayerError, FeatureError) as error:
        raise problems.unwritable(path.name) from error


# ---------------------------------------------------------------------------------------- reading


def read_layer(path: Path, told: PackManifest, entry: LayerEntry) -> PackedLayer:
    """One layer as it was packed; raises ``map_pack_broken`` where it is another one."""
    details = told.details["layers"][entry.table]
    frame = _read(path, entry.table)
    features = tuple(
        LayerFeature(wkb, _whole(value), _whole(level), _attributes(attributes, path))
        for wkb, value, level, attributes in zip(
            _wkb(frame), frame["value"], frame["level"], frame[_ATTRIBUTES], strict=True
        )
    )
    coverage = None
    if details["has_coverage"]:
        grounds = _read(path, COVERAGES)
        own = grounds[grounds["layer"] == entry.table]
        if len(own) != 1:
            raise problems.broken(path.name)
        coverage = _wkb(own)[0]
    west, south, east, north = (float(side) for side in details["extent"])
    layer = MapLayer(
        layer_id=LayerId(entry.table),
        dataset=entry.origin[0],
        kind=entry.kind,
        scenario=entry.origin[2],
        title=entry.title,
        source=manifest.source_of(details),
        imported_at=told.created_at,
        imported_by="",
        extent=(west, south, east, north),
        coverage=coverage,
        parts=frozenset(str(one) for one in details["parts"]),
        wanted_parts=frozenset(str(one) for one in details["wanted_parts"]),
        feature_count=len(features),
        left_out={str(reason): int(count) for reason, count in details["left_out"].items()},
    )
    packed = PackedLayer(layer, features, entry.is_clipped)
    if packed.digest != entry.digest:
        raise problems.broken(path.name, f"「{entry.title}」の中身が、目録と違います")
    return packed


def read_districts(path: Path) -> list[PackedDistrict]:
    """The 校区 of a pack."""
    frame = _read(path, DISTRICTS)
    return [
        PackedDistrict(
            str(row["name"]),
            DistrictOutline(
                DistrictId(str(row["district_id"])),
                wkb,
                approximate=False,
                valid_from=date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
                valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
                source=str(row["source"] or ""),
            ),
        )
        for wkb, row in zip(_wkb(frame), frame.to_dict("records"), strict=True)
    ]


def read_sites(path: Path) -> list[PackedSite]:
    """The sites of a pack."""
    frame = _read(path, SITES)
    facts = frame[_ATTRIBUTES] if _ATTRIBUTES in frame else ["{}"] * len(frame)
    points = frame.geometry.to_numpy()
    if len(points) and set(shapely.get_type_id(points).tolist()) != {0}:
        raise problems.broken(path.name)
    made = []
    for row, told, point in zip(frame.to_dict("records"), facts, points, strict=True):
        kind, site_id, name, address, district = (_site_text(row[column], path) for column in _SITE_TEXTS)
        made.append(
            PackedSite(kind, site_id, name, address, district, point.x, point.y, _site_facts(told, path))
        )
    return made


def _site_text(value: object, path: Path) -> str:
    text = "" if value is None else str(value)
    if len(text) > _MOST_TEXT:
        raise problems.hostile(path.name)
    return text


def _site_facts(text: object, path: Path) -> dict[str, str | int]:
    told = _attributes(text, path)
    return {name: one if isinstance(one, int) else _site_text(one, path) for name, one in told.items()}


def _read(path: Path, table: str) -> geopandas.GeoDataFrame:
    with path.open("rb") as file:
        if file.read(16) != b"SQLite format 3\x00":
            raise problems.broken(path.name)
    try:
        if int(pyogrio.read_info(path, layer=table)["features"]) > _MOST_FEATURES:
            raise problems.hostile(path.name)
        frame = pyogrio.read_dataframe(path, layer=table)
    except (DataSourceError, DataLayerError, FeatureError) as error:
        raise problems.broken(path.name) from error
    if frame.crs is None or frame.crs.to_epsg() not in {6668, 4326}:
        raise problems.broken(path.name, "地図パックの座標系が違います")
    shapes = frame.geometry.to_numpy()
    if shapely.is_missing(shapes).any() or not shapely.is_valid(shapes).all():
        raise problems.broken(path.name, "地図パックに、壊れた図形が入っています")
    return frame


def _wkb(frame: geopandas.GeoDataFrame) -> list[bytes]:
    shapes = frame.geometry.to_numpy()
    single = frame["is_single"].to_numpy().astype(bool)
    several = shapely.get_type_id(shapes) >= 4
    undone = np.array(shapes, dtype=object)
    undone[single & several] = shapely.get_geometry(shapes[single & several], 0)
    return [bytes(one) for one in shapely.to_wkb(undone)]


def _whole(value: object) -> int | None:
    return None if pd.isna(value) else int(value)  # type: ignore[call-overload]


def _attributes(text: object, path: Path) -> dict[str, Any]:
    try:
        told = json.loads(str(text))
    except ValueError:
        raise problems.broken(path.name) from None
    if not isinstance(told, dict) or not all(_is_plain(one) for one in told.values()):
        raise problems.broken(path.name)
    return told


def _is_plain(value: object) -> bool:
    return value is None or isinstance(value, str | int | float)
