"""地図の下地: everything a map can show, once in metres, and what of it lies on one sheet."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import shapely

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.dates import in_japan
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.layers import NEIGHBORHOOD_KIND, LayerFeature, MapLayer
from kurume_bousai.geo.crs import as_arrays, to_metric
from kurume_bousai.geo.districts import computed_areas, metric_geometry
from kurume_bousai.labels import need_signs
from kurume_bousai.reports.maps import inks
from kurume_bousai.reports.maps.inks import Ink
from kurume_bousai.reports.maps.layer import Layer, Shapes
from kurume_bousai.reports.maps.reach import OTHER_ROADS, Reach, prepare_reach
from kurume_bousai.reports.maps.sheets import Window
from kurume_bousai.services.fictional.flood import NAME as FICTIONAL_FLOOD
from kurume_bousai.services.fictional.flood import FloodField
from kurume_bousai.services.papers.map_ports import AssociationGround, CellPerson, MapPaperContent
from kurume_bousai.services.ports.backgrounds import Background

#: Ground around a 自治会, half a cell, and the round metres its sheet begins and ends at.
_AROUND_M: Final = 150.0
_HALF_CELL_M: Final = 50.0
_ROUND_M: Final = 250.0
#: Border points nearer than this are one.
_SAME_M: Final = 0.05
#: Public buildings of imported layers, by the kind of layer.
POINT_LETTERS: Final = {
    "medical": ("病", "病院"),
    "school": ("学", "学校"),
    "welfare_facility": ("施", "福祉施設"),
    "care_facility": ("施", "福祉施設"),
    "aed": ("A", "AED"),
    "other": ("他", "取り込んだ地点"),
}
_CLINICS: Final = frozenset({2, 3})  # of P04: the many 診療所 and 歯科 would cover the map


@dataclass(frozen=True, slots=True)
class Place:
    """場所: a square with a letter and a name. ``rank``: whose name is written first (low is first)."""

    letter: str
    name: str
    east: float
    north: float
    rank: int
    is_open_square: bool = False


@dataclass(frozen=True, slots=True)
class Numbered:
    """記号の人 at the middle of a cell, in metres. ``words``: number and need signs, such as 2-12椅."""

    words: str = field(repr=False)
    east: float = field(repr=False)
    north: float = field(repr=False)
    association: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class GroundPicture:
    """背景図: pixels and the matrix that lays the unit square on the ground (metres of EPSG:6670)."""

    name: str
    width_px: int
    height_px: int
    rgb: bytes = field(repr=False)
    matrix: tuple[float, float, float, float, float, float]
    window: Window


@dataclass(frozen=True, slots=True)
class District:
    """校区 of the atlas."""

    district_id: DistrictId
    name: str
    shape: Shapes = field(repr=False)
    is_approximate: bool

    @property
    def window(self) -> Window:
        """The box around it."""
        return Window(*(float(value) for value in shapely.bounds(self.shape)))


@dataclass(frozen=True, slots=True)
class Association:
    """自治会 with a sheet of its own; ``window`` None = its ground is not told, the 校区 is shown."""

    name: str = field(repr=False)
    window: Window | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ground:
    """下地. ``zones`` and ``lines`` in the order of drawing; ``credits`` are the sources to be printed."""

    districts: tuple[District, ...]
    borders: Layer
    dashed_borders: Layer
    zones: tuple[Layer, ...]
    lines: tuple[Layer, ...]
    places: tuple[Place, ...]
    people: tuple[Numbered, ...]
    people_district: DistrictId | None
    pictures: tuple[GroundPicture, ...]
    credits: tuple[str, ...]
    has_water: bool
    has_landslides: bool
    associations: tuple[Association, ...] = ()
    reach: Reach | None = None


def prepare(content: MapPaperContent, *, is_mono: bool) -> Ground:
    """Turn the content into metres of EPSG:6670, once for all sheets."""
    districts = _districts(content)
    solid = [one.shape for one in districts if not one.is_approximate]
    dashed = [one.shape for one in districts if one.is_approximate]
    zones = _zones(content, is_mono=is_mono)
    kinds = {layer.kind for layer, _ in content.layers}
    return Ground(
        districts=districts,
        borders=Layer(Ink("校区の境", pen=inks.NEIGHBOUR), _edges(solid)),
        dashed_borders=Layer(Ink("校区の境(概略)", pen=inks.NEIGHBOUR), _edges(dashed)),
        zones=tuple(zones),
        lines=tuple(_lines(content, is_mono=is_mono)),
        places=tuple(_places(content)),
        people=tuple(_people(content)),
        people_district=content.people_district,
        pictures=tuple(_picture(one, is_mono=is_mono) for one in content.backgrounds),
        credits=tuple(_credits(content)),
        has_water=content.flood is not None or bool(kinds & (set(inks.WATER_WORDS) | {"duration"})),
        has_landslides="landslide" in kinds,
        associations=tuple(_association(one) for one in content.associations),
        reach=None if content.reach is None else prepare_reach(content.reach, is_mono=is_mono),
    )


def _association(one: AssociationGround) -> Association:
    """Its outline, or its cells grown and rounded outward: the edge then tells of no single home."""
    if one.outline is not None:
        bounds = shapely.bounds(metric_geometry(np.atleast_1d(shapely.from_wkb(one.outline)))[0])
        return Association(one.name, Window(*(float(value) for value in bounds)).grown(_AROUND_M))
    if not one.cells:
        return Association(one.name, None)
    east, north = to_metric(*as_arrays(one.cells))
    around = Window(float(min(east)), float(min(north)), float(max(east)), float(max(north)))
    return Association(one.name, around.grown(_AROUND_M + _HALF_CELL_M).rounded(_ROUND_M))


def _districts(content: MapPaperContent) -> tuple[District, ...]:
    points = {district.district_id: district.point for district in content.districts}
    outlines = {outline.district_id: outline for outline in computed_areas(points)}
    # A 校区 that an imported file does not have keeps its computed area, dashed.
    outlines.update({one.district_id: one for one in content.outlines if one.district_id in points})
    known = [district for district in content.districts if district.district_id in outlines]
    shapes = metric_geometry(shapely.from_wkb([outlines[one.district_id].wkb for one in known]))
    return tuple(
        District(one.district_id, one.name, shape, outlines[one.district_id].approximate)
        for one, shape in zip(known, shapes, strict=True)
    )


def _edges(shapes: Sequence[Shapes]) -> Shapes:
    """Borders of neighbours only once: dashes drawn twice would fill each other's gaps."""
    if not shapes:
        return np.empty(0, dtype=object)
    lines = shapely.union_all(shapely.boundary(shapes), grid_size=_SAME_M)
    return shapely.get_parts(shapely.line_merge(lines))


# ---------------------------------------------------------------- zones and lines
def _zones(content: MapPaperContent, *, is_mono: bool) -> list[Layer]:
    """Shallow below deep, 土砂 above water, hatches on top."""
    depths: dict[Ink, list[Shapes]] = defaultdict(list)
    if content.flood is not None:
        for rank, shapes in _fictional(content.flood).items():
            depths[inks.depth_ink(rank, is_mono=is_mono)].extend(shapes)
    for kind in inks.WATER_WORDS:
        for _, features in _of_kind(content.layers, frozenset({kind})):
            for feature in features:
                depths[inks.depth_ink(feature.value, is_mono=is_mono, kind=kind)].append(feature.wkb)
    found = [
        Layer(ink, _metric(shapes))
        for ink, shapes in sorted(depths.items(), key=lambda one: (one[0].order, one[0].words))
    ]
    found.extend(
        _by_ink(content.layers, "duration", lambda one: inks.duration_ink(one.value, is_mono=is_mono))
    )
    found.extend(
        _by_ink(
            content.layers, "landslide", lambda one: inks.landslide_ink(one.value, one.level, is_mono=is_mono)
        )
    )
    found.extend(
        _by_ink(content.layers, "collapse", lambda one: inks.collapse_ink(one.value, is_mono=is_mono))
    )
    return found


def _lines(content: MapPaperContent, *, is_mono: bool) -> list[Layer]:
    layers = content.layers
    rivers = _by_ink(layers, "river", lambda _one: inks.river_ink(is_mono=is_mono))
    # Under a 逃げ地図 a road without a step is only there to be recognised.
    is_plain = content.reach is not None
    roads = _by_ink(layers, "road", lambda one: OTHER_ROADS if is_plain else inks.road_ink(one.value))
    borders = _by_ink(layers, NEIGHBORHOOD_KIND, lambda _one: inks.neighborhood_ink())
    borders += _of_ones_own(layers)
    wide_last = sorted(roads, key=lambda layer: layer.ink.pen.width if layer.ink.pen else 0.0)
    return [*rivers, *wide_last, *borders]


def _of_ones_own(layers: Sequence[tuple[MapLayer, Sequence[LayerFeature]]]) -> list[Layer]:
    """Lines and faces of the office's own layers: one grey line for each layer and class."""
    by_words: dict[str, list[bytes]] = defaultdict(list)
    for layer, features in _of_kind(layers, frozenset({"other"})):
        points = {id(one) for one in _points(features)}
        for feature in features:
            if id(feature) not in points:
                words = " ".join(filter(None, (layer.title, str(feature.attributes.get("class") or ""))))
                by_words[words].append(feature.wkb)
    return [
        Layer(inks.own_ink(words, number), _metric(shapes))
        for number, (words, shapes) in enumerate(by_words.items())
    ]


def _by_ink(
    layers: Sequence[tuple[MapLayer, Sequence[LayerFeature]]],
    kind: str,
    ink_of: Callable[[LayerFeature], Ink],
) -> list[Layer]:
    by_ink: dict[Ink, list[bytes]] = defaultdict(list)
    for _, features in _of_kind(layers, frozenset({kind})):
        for feature in features:
            by_ink[ink_of(feature)].append(feature.wkb)
    return [
        Layer(ink, _metric(shapes))
        for ink, shapes in sorted(by_ink.items(), key=lambda one: (one[0].order, one[0].words))
    ]


def _of_kind(
    layers: Sequence[tuple[MapLayer, Sequence[LayerFeature]]], kinds: frozenset[str]
) -> list[tuple[MapLayer, Sequence[LayerFeature]]]:
    return [(layer, features) for layer, features in layers if layer.kind in kinds]


def _metric(shapes: Sequence[Shapes]) -> Shapes:
    """From WKB, or from shapes in degrees."""
    ready = [shapely.from_wkb(one) if isinstance(one, bytes) else one for one in shapes]
    return metric_geometry(np.asarray(ready, dtype=object))


def _fictional(flood: FloodField) -> dict[int, list[Shapes]]:
    found: dict[int, list[Shapes]] = defaultdict(list)
    for polygon in flood.polygons:
        outer, *holes = ([(point.lon, point.lat) for point in ring] for ring in polygon.rings)
        found[int(polygon.rank)].append(shapely.Polygon(outer, holes))
    return found


# ---------------------------------------------------------------- places and people
def _places(content: MapPaperContent) -> list[Place]:
    listed: list[tuple[str, str, LonLat, int, bool]] = [
        ("福", one.short_name or one.name, one.point, 0, False)
        for one in content.welfare
        if one.point is not None
    ]
    listed += [("避", one.name, one.point, 1, False) for one in content.designated]
    listed += [("緊", one.name, one.point, 2, False) for one in content.emergency]
    for layer, features in content.layers:
        if known := POINT_LETTERS.get(layer.kind):
            listed += [
                (known[0], str(one.attributes.get("name") or ""), _middle(one.wkb), 3, True)
                for one in _points(features)
                if not (layer.kind == "medical" and one.value in _CLINICS)
            ]
    if not listed:
        return []
    east, north = to_metric(*as_arrays([one[2] for one in listed]))
    return [
        Place(letter, name, float(x), float(y), rank, is_open)
        for (letter, name, _, rank, is_open), x, y in zip(listed, east, north, strict=True)
    ]


def _points(features: Sequence[LayerFeature]) -> list[LayerFeature]:
    kinds = shapely.get_dimensions(shapely.from_wkb([one.wkb for one in features]))
    return [one for one, kind in zip(features, np.atleast_1d(kinds).tolist(), strict=True) if kind == 0]


def _middle(wkb: bytes) -> LonLat:
    point = shapely.centroid(shapely.from_wkb(wkb))
    return LonLat(float(shapely.get_x(point)), float(shapely.get_y(point)))


def _people(content: MapPaperContent) -> list[Numbered]:
    listed = content.people
    if not listed:
        return []
    east, north = to_metric(*as_arrays([one.cell for one in listed]))
    return [
        Numbered(number_words(content, one), float(x), float(y), one.association)
        for one, x, y in zip(listed, east, north, strict=True)
    ]


def number_words(content: MapPaperContent, person: CellPerson) -> str:
    """Return what stands for a person: 12椅, or 2-12椅 where several tables count from 1."""
    number = f"{person.number}{need_signs(person.needs)}"
    tables = list(content.table_names)
    if len(tables) < 2 or person.table not in tables:
        return number
    return f"{tables.index(person.table) + 1}-{number}"


# ---------------------------------------------------------------- pictures and sources
def _picture(background: Background, *, is_mono: bool) -> GroundPicture:
    """A north-up Web Mercator picture lies on our plane as a slightly turned rectangle.

    The matrix takes three corners; over the few kilometres of a scan the fourth then misses by less
    than a metre, far below what a scan is worth.
    """
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(background.png)) as picture:
        shown = Image.new("RGB", picture.size, "white")
        with_alpha = picture.convert("RGBA")
        shown.paste(with_alpha, mask=with_alpha.getchannel("A"))
    if is_mono:
        shown = ImageOps.grayscale(shown).convert("RGB")
    # Paler than the scan: what is drawn and stuck on it must stand out.
    shown = Image.blend(shown, Image.new("RGB", shown.size, "white"), 0.35)
    lon = [background.west, background.east, background.west, background.east]
    lat = [background.south, background.south, background.north, background.north]
    east, north = (values.tolist() for values in to_metric(lon, lat))
    matrix = (
        east[1] - east[0],
        north[1] - north[0],
        east[2] - east[0],
        north[2] - north[0],
        east[0],
        north[0],
    )
    return GroundPicture(
        f"B{background.background_id}",
        *shown.size,
        shown.tobytes(),
        matrix,
        Window(min(east), min(north), max(east), max(north)),
    )


def _credits(content: MapPaperContent) -> list[str]:
    found = [FICTIONAL_FLOOD] if content.flood is not None else []
    for layer, _ in content.layers:
        source = layer.source
        taken = f"{in_japan(layer.imported_at):%Y.%m.%d}取込"
        parts = (source.edition or "年次の記載なし", source.licence, taken)
        found.append(f"{layer.title}: {source.attribution}({'、'.join(filter(None, parts))})")
    found += [one.source for one in content.outlines if one.source]
    shelters = {one.source for one in content.designated} | {one.source for one in content.emergency}
    found += sorted(shelters - {""})
    if content.backgrounds:
        # Its name and source stay behind, because a person typed them.
        found.append("背景図は取り込んだ地図(位置にずれがあります)")
    return list(dict.fromkeys(found))
