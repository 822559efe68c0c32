"""国土数値情報のGML(JPGIS 2014): geometries apart, features that point at them; latitude before longitude.

GDAL would follow schema addresses and guess axes; this reader opens nothing but the file, refuses
document types (entities), and turns the pairs round by the rule of the dialect.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

import numpy as np
import shapely

from kurume_bousai.exchange.layers.notes import Notes, problem
from kurume_bousai.exchange.layers.tables import RawTable, Shapes, empty_shapes
from kurume_bousai.exchange.layers.xml_safety import refuse_document_type

_HREF: Final = "{http://www.w3.org/1999/xlink}href"
_SYSTEMS: Final = (("2011", "EPSG:6668"), ("2000", "EPSG:4612"), ("6668", "EPSG:6668"), ("4612", "EPSG:4612"))
#: A plain "EPSG:n" is longitude first by custom; a urn, an address and the Japanese names are latitude first.
_LON_LAT_WORDS: Final = re.compile(r"^EPSG:\d+$|CRS:?84|\bL\s*,\s*B\b", re.IGNORECASE)
_SHAPE_TAGS: Final = frozenset({"Point", "Curve", "LineString", "Surface", "Polygon", "MultiSurface"})
_WRAPPERS: Final = frozenset({"featureMember", "featureMembers", "member"})


def read_gml(path: Path, notes: Notes) -> RawTable:
    """Read features with their shapes in longitude, latitude.

    Raises
    ------
    KnownProblem
        ``layer_unreadable`` (broken), ``layer_hostile`` (a document type) or ``layer_no_shapes``.
    """
    refuse_document_type(path)
    try:
        features, shapes, system = _parse(path)
    except (ET.ParseError, ValueError, LookupError) as error:  # LookupError: an encoding of no one
        raise problem(
            "layer_unreadable", "GMLとして読めません。壊れているか、途中で切れています。", path.name
        ) from error
    if not features:
        raise problem("layer_no_shapes", "GMLに地物がありません。", path.name)
    notes.tell(
        "GMLの座標は緯度・経度の順なので、経度・緯度に直しました。"
        if system[1]
        else "GMLの座標は経度・緯度の順です。"
    )
    names = list(dict.fromkeys(name for values, _ in features for name in values))
    columns = {name: [values.get(name) for values, _ in features] for name in names}
    placed = empty_shapes(len(features))
    for index, (_, references) in enumerate(features):
        placed[index] = _combined([shapes[one] for one in references if one in shapes])
    return RawTable(columns, placed, system[0], system[0], "UTF-8", "gml")


_Feature = tuple[dict[str, str], list[str]]


def _parse(path: Path) -> tuple[list[_Feature], dict[str, Shapes], tuple[str, bool]]:
    features: list[_Feature] = []
    shapes: dict[str, Shapes] = {}
    curves: dict[str, list[tuple[float, float]]] = {}
    system = ("", True)
    depth = 0
    for event, node in ET.iterparse(path, events=("start", "end")):  # noqa: S314 - entities are refused
        depth += 1 if event == "start" else -1
        tag = _local(node.tag)
        if event == "start":
            if not system[0] and (name := node.get("srsName")):
                system = _system_of(name)
            continue
        if depth != 1:
            continue
        if tag in _WRAPPERS:
            features.extend(
                _feature(inner, f"{len(features)}", shapes, curves, is_lat_lon=system[1]) for inner in node
            )
            node.clear()
            continue
        key = _identifier(node)
        if tag in _SHAPE_TAGS:
            shape = _shape(node, tag, curves, is_lat_lon=system[1])
            if tag in {"Curve", "LineString"} and shape is not None:
                curves[key] = [(float(x), float(y)) for x, y in shapely.get_coordinates(shape)]
            shapes[key] = shape
        elif tag not in {"description", "boundedBy"}:
            features.append(_feature(node, key, shapes, curves, is_lat_lon=system[1]))
        node.clear()
    return [one for one in features if one[1]], shapes, system


def _system_of(name: str) -> tuple[str, bool]:
    """System, and whether pairs are latitude first, as 国土数値情報 and 基盤地図情報 have them."""
    system = next((code for mark, code in _SYSTEMS if mark in name), "")
    return system, not _LON_LAT_WORDS.search(name)


def _local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]


def _identifier(node: ET.Element) -> str:
    return next((value for name, value in node.attrib.items() if _local(name) == "id"), "")


def _positions(node: ET.Element, *, is_lat_lon: bool) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for part in node.iter():
        if _local(part.tag) in {"pos", "posList", "coordinates"} and part.text:
            numbers = [float(word) for word in re.split(r"[\s,]+", part.text.strip())]
            pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
            found.extend((y, x) if is_lat_lon else (x, y) for x, y in pairs)
    return found


def _shape(
    node: ET.Element, tag: str, curves: dict[str, list[tuple[float, float]]], *, is_lat_lon: bool
) -> Shapes | None:
    if tag == "Point":
        points = _positions(node, is_lat_lon=is_lat_lon)
        return shapely.Point(points[0]) if points else None
    if tag in {"Curve", "LineString"}:
        points = _positions(node, is_lat_lon=is_lat_lon)
        return shapely.LineString(points) if len(points) > 1 else None
    patches = [part for part in node.iter() if _local(part.tag) in {"PolygonPatch", "Polygon"}] or [node]
    polygons = [polygon for patch in patches if (polygon := _polygon(patch, curves, is_lat_lon=is_lat_lon))]
    return _combined(polygons)


def _polygon(
    patch: ET.Element, curves: dict[str, list[tuple[float, float]]], *, is_lat_lon: bool
) -> Shapes | None:
    outer: list[list[tuple[float, float]]] = []
    inner: list[list[tuple[float, float]]] = []
    for part in patch:
        ring = _ring(part, curves, is_lat_lon=is_lat_lon)
        if len(ring) >= 4:
            (outer if _local(part.tag) == "exterior" else inner).append(ring)
    return shapely.Polygon(outer[0], inner) if outer else None


def _ring(
    part: ET.Element, curves: dict[str, list[tuple[float, float]]], *, is_lat_lon: bool
) -> list[tuple[float, float]]:
    """Positions of a ring, written out or as references to curves that stand before it."""
    ring = _positions(part, is_lat_lon=is_lat_lon)
    for member in _references(part):
        # An oriented curve is named after its base curve with "_" before it; a ring does not ask which way.
        ring.extend(curves.get(member) or curves.get(member.removeprefix("_"), []))
    if ring and ring[0] != ring[-1]:
        ring.append(ring[0])
    return ring


def _references(node: ET.Element) -> Iterator[str]:
    for part in node.iter():
        if href := part.get(_HREF):
            yield href.removeprefix("#")


def _feature(
    node: ET.Element,
    key: str,
    shapes: dict[str, Shapes],
    curves: dict[str, list[tuple[float, float]]],
    *,
    is_lat_lon: bool,
) -> _Feature:
    """Texts of a feature by element name, and the ids of its shapes."""
    values: dict[str, str] = {}
    references: list[str] = []
    for part in node:
        tag = _local(part.tag)
        if href := part.get(_HREF):
            references.append(href.removeprefix("#"))
        elif len(part) == 0:
            values.setdefault(tag, (part.text or "").strip())
        for inner in part:
            if _local(inner.tag) in _SHAPE_TAGS:  # 基盤地図情報 writes the shape inside the feature
                own = f"{key}/{tag}"
                shapes[own] = _shape(inner, _local(inner.tag), curves, is_lat_lon=is_lat_lon)
                references.append(own)
    return values, references


def _combined(parts: list[Shapes]) -> Shapes | None:
    present = [part for part in parts if part is not None]
    if len(present) < 2:
        return present[0] if present else None
    kinds = {int(shapely.get_type_id(part)) for part in present}
    if kinds == {int(shapely.GeometryType.POLYGON)}:
        return shapely.multipolygons(np.array(present, dtype=object))
    return shapely.geometrycollections(np.array(present, dtype=object))
