"""道路の属性: how a source's fields become a road line. A source that differs is a change of these tables."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, TypeAlias

from kurume_bousai.domain.roads import RoadDirection, RoadKind, RoadLine, WidthClass, width_class

#: What a reader gives for one field of one line.
Value: TypeAlias = str | int | float | None
Properties: TypeAlias = Mapping[str, Value]
Kinds: TypeAlias = Mapping[str, RoadKind | None]


@dataclass(frozen=True, slots=True)
class RoadMapping:
    """読みかえ of one source. Fields are looked up by name, values compared as folded text.

    ``kinds``: field → value → kind, None = not a road to go on (left out). They are asked in order and the
    first field with a known value decides; a line that none knows is ``otherwise`` (None = left out).
    ``width_codes``: the source's codes; ``widths_m``: fields with a width in metres.
    """

    source: str
    kinds: tuple[tuple[str, Kinds], ...]
    otherwise: RoadKind | None
    width_code: str = ""
    width_codes: Mapping[str, WidthClass] = field(default_factory=dict)
    widths_m: tuple[str, ...] = ()
    directions: tuple[tuple[str, Mapping[str, RoadDirection]], ...] = ()
    level: str = ""
    names: tuple[str, ...] = ()

    def recognises(self, fields: frozenset[str]) -> bool:
        """Whether a file with these fields is of this source: it has the first field that tells the kind."""
        return self.kinds[-1][0] in fields


#: 国土数値情報 道路 N13 (RULES F4). The file knows no one-way streets.
N13: Final = RoadMapping(
    source="国土数値情報 道路(N13)",
    kinds=(
        ("N13_003", MappingProxyType({"4": RoadKind.EXPRESSWAY})),
        (
            "N13_002",
            MappingProxyType(
                {
                    "1": RoadKind.ROAD,
                    "2": RoadKind.FOOTPATH,
                    "3": RoadKind.FOOTPATH,
                    "4": RoadKind.STEPS,
                }
            ),
        ),
    ),
    otherwise=RoadKind.ROAD,
    width_code="N13_006",
    width_codes=MappingProxyType({str(int(one)): one for one in WidthClass if one}),
    level="N13_005",
)

_NOT_THERE: Final[dict[str, RoadKind | None]] = dict.fromkeys(
    ("construction", "proposed", "razed", "abandoned", "raceway", "bus_guideway", "corridor", "platform")
)
_FOOT: Final[dict[str, RoadKind | None]] = dict.fromkeys(
    ("footway", "path", "pedestrian", "cycleway", "bridleway"), RoadKind.FOOTPATH
)
_FAST: Final[dict[str, RoadKind | None]] = dict.fromkeys(("motorway", "motorway_link"), RoadKind.EXPRESSWAY)
_STREETS: Final[dict[str, RoadKind | None]] = dict.fromkeys(
    (
        *("trunk", "primary", "secondary", "tertiary"),
        *("trunk_link", "primary_link", "secondary_link", "tertiary_link"),
        *("unclassified", "residential", "living_street", "service", "track", "road"),
        # Geofabrik's Shapefiles: highway=road and tracks by their grade.
        *("unknown", "track_grade1", "track_grade2", "track_grade3", "track_grade4", "track_grade5"),
    ),
    RoadKind.ROAD,
)
_CLOSED: Final[dict[str, RoadKind | None]] = dict.fromkeys(("no", "private"))
_ROUND: Final = MappingProxyType(dict.fromkeys(("roundabout", "circular"), RoadDirection.FORWARD))

#: OpenStreetMap (ODbL). A line without ``highway`` is not a road.
OSM: Final = RoadMapping(
    source="OpenStreetMap",
    kinds=(
        ("access", MappingProxyType(_CLOSED)),
        ("motorroad", MappingProxyType({"yes": RoadKind.EXPRESSWAY})),
        (
            "highway",
            MappingProxyType(_NOT_THERE | _FOOT | _FAST | _STREETS | {"steps": RoadKind.STEPS}),
        ),
    ),
    otherwise=None,
    widths_m=("width", "est_width"),
    directions=(
        (
            "oneway",
            MappingProxyType(
                {
                    "yes": RoadDirection.FORWARD,
                    "true": RoadDirection.FORWARD,
                    "1": RoadDirection.FORWARD,
                    "-1": RoadDirection.BACKWARD,
                    "reverse": RoadDirection.BACKWARD,
                    "no": RoadDirection.BOTH,
                    # Geofabrik's Shapefiles
                    "f": RoadDirection.FORWARD,
                    "t": RoadDirection.BACKWARD,
                    "b": RoadDirection.BOTH,
                }
            ),
        ),
        ("junction", _ROUND),
    ),
    level="layer",
    names=("name", "ref"),
)

#: Every source known, the first that recognises a file's fields is taken.
ROAD_MAPPINGS: Final = (N13, OSM)

_NUMBER: Final = re.compile(r"[+-]?\d+(?:\.\d+)?")


def mapping_for(fields: frozenset[str]) -> RoadMapping | None:
    """The source of a file with these fields; None = not a file of roads known here."""
    return next((mapping for mapping in ROAD_MAPPINGS if mapping.recognises(fields)), None)


def road_line(wkb: bytes, properties: Properties, mapping: RoadMapping) -> RoadLine | None:
    """A road line in the program's words; None where the source says that nobody goes along it."""
    kind = _kind(properties, mapping)
    if kind is None:
        return None
    return RoadLine(
        wkb,
        kind,
        _width(properties, mapping),
        _direction(properties, mapping),
        _level(properties.get(mapping.level)),
        next((found for name in mapping.names if (found := _text(properties.get(name)))), ""),
    )


def _kind(properties: Properties, mapping: RoadMapping) -> RoadKind | None:
    for name, kinds in mapping.kinds:
        value = _folded(properties.get(name))
        if value in kinds:
            return kinds[value]
    return mapping.otherwise


def _width(properties: Properties, mapping: RoadMapping) -> WidthClass:
    coded = mapping.width_codes.get(_folded(properties.get(mapping.width_code)))
    if coded is not None:
        return coded
    for name in mapping.widths_m:
        found = _NUMBER.match(_folded(properties.get(name)))
        if found:
            return width_class(float(found[0]))
    return WidthClass.UNKNOWN


def _direction(properties: Properties, mapping: RoadMapping) -> RoadDirection:
    for name, directions in mapping.directions:
        found = directions.get(_folded(properties.get(name)))
        if found is not None:
            return found
    return RoadDirection.BOTH


def _level(value: Value) -> int:
    found = _NUMBER.match(_folded(value))
    return int(float(found[0])) if found else 0


def _text(value: Value) -> str:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    # A whole number read as a float (a column with gaps) is the same code.
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _folded(value: Value) -> str:
    return _text(value).lower()
