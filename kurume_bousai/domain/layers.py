"""地図の層: official geodata as it is kept, with its source, licence and the ground it speaks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NewType, TypeAlias

LayerId = NewType("LayerId", str)

#: West, south, east, north in degrees of EPSG:6668.
Extent: TypeAlias = tuple[float, float, float, float]
Attribute: TypeAlias = str | int | float | None

#: Kinds whose shapes are places of danger, in the order in which they are told.
HAZARD_KINDS: Final = ("flood", "duration", "collapse", "inland", "storm_surge", "landslide")
#: Kind of a layer of borders of 自治会; the ``name`` of a feature is that of the 自治会.
NEIGHBORHOOD_KIND: Final = "neighborhood"


@dataclass(frozen=True, slots=True)
class LayerFeature:
    """地物: WKB in EPSG:6668, the value of its code table, and a few attributes.

    ``value`` is a rank of depth or duration, or a kind (maps/datasets.toml); None = a hazard whose value
    the file does not tell, or a layer without values.
    ``level`` is the level of a 土砂 zone or a road's class.
    """

    wkb: bytes = field(repr=False)
    value: int | None = None
    level: int | None = None
    attributes: Mapping[str, Attribute] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LayerSource:
    """出どころ: the file a layer came from, as far as it can be told."""

    file_name: str
    sha256: str
    attribution: str
    licence: str
    edition: str = ""  # date or year of the data as its file says, never guessed
    crs: str = ""
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class MapLayer:
    """取り込んだ層 without its features.

    ``coverage`` is the ground for which the file says everything it knows (WKB, EPSG:6668): outside a zone
    but inside the coverage is 区域外, outside the coverage is データなし. None = not known for any place.
    ``parts`` are the kinds of rivers in it and ``wanted_parts`` those that belong to the whole picture.
    """

    layer_id: LayerId
    dataset: str
    kind: str
    scenario: str
    title: str
    source: LayerSource
    imported_at: datetime
    imported_by: str
    extent: Extent
    coverage: bytes | None = field(default=None, repr=False)
    parts: frozenset[str] = frozenset()
    wanted_parts: frozenset[str] = frozenset()
    feature_count: int = 0
    repaired: tuple[str, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def is_hazard(self) -> bool:
        """True where being inside a shape is a danger."""
        return self.kind in HAZARD_KINDS

    @property
    def question(self) -> tuple[str, str]:
        """Kind and scenario: what one asks of a place."""
        return self.kind, self.scenario
