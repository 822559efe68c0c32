"""経路の災害区域: which stored zones a way is asked about, and which of them close roads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from kurume_bousai.domain.hazards import HazardScenario
from kurume_bousai.domain.layers import LayerFeature, MapLayer
from kurume_bousai.domain.route_answers import CrossedZone
from kurume_bousai.domain.routes import HazardStretch, HazardZone
from kurume_bousai.domain.wkb import polygon_wkb
from kurume_bousai.services.fictional.flood import FloodField
from kurume_bousai.services.ports.routes import Barrier, CodeWords

#: Kinds whose value is a rank of depth.
DEPTH_KINDS: Final = frozenset({"flood", "inland", "storm_surge"})
#: Kinds that a way is asked about whatever the scenario: a person passes them all the same.
_ALWAYS: Final = frozenset({"inland", "storm_surge", "landslide"})
_OF_FLOOD: Final = frozenset({"flood", "collapse"})
_FLOODS: Final = frozenset({HazardScenario.FLOOD_L1, HazardScenario.FLOOD_L2})


@dataclass(frozen=True, slots=True)
class Zone:
    """区域 of a layer as ways know it. ``is_depth`` False: the zone counts whole, whatever the rank."""

    kind: str
    scenario: str
    shown: HazardZone = field(repr=False)
    is_depth: bool = True

    def closes_from(self, scenario: HazardScenario, rank: int) -> bool:
        """Whether it is closed in the scenario from this rank on; an unknown depth is taken for deep."""
        if self.scenario != scenario.value:
            return False
        return not self.is_depth or self.shown.rank == 0 or self.shown.rank >= rank


class CityZones:
    """市の災害区域, read once and asked for every way.

    ``layers``: kind, scenario and title of what is kept, also where it has no zone near the city.
    """

    def __init__(
        self, zones: Sequence[Zone], layers: Sequence[tuple[str, str, str]], words: CodeWords
    ) -> None:
        self._zones = tuple(zones)
        self._layers = tuple(layers)
        self._words = words
        self._told: dict[HazardScenario, tuple[HazardZone, ...]] = {}

    def told(self, scenario: HazardScenario) -> tuple[HazardZone, ...]:
        """Zones a way is asked about. The same tuple each time, so that what is made of it is kept."""
        flood = _flood_of(scenario)
        if flood not in self._told:
            self._told[flood] = tuple(
                zone.shown for zone in self._zones if _is_told(zone.kind, zone.scenario, flood)
            )
        return self._told[flood]

    def titles(self, scenario: HazardScenario) -> tuple[str, ...]:
        """What the answer knows of, by title."""
        flood = _flood_of(scenario)
        told = (title for kind, of, title in self._layers if _is_told(kind, of, flood))
        return tuple(dict.fromkeys(told))

    def of(self, scenario: HazardScenario) -> tuple[HazardZone, ...]:
        """Zones of one scenario alone, for goals at their edge."""
        return tuple(zone.shown for zone in self._zones if zone.scenario == scenario.value)

    def closing(self, scenario: HazardScenario, rank: int) -> tuple[Barrier, ...]:
        """Barriers of the zones that close roads in the scenario from a rank on."""
        return tuple(Barrier(zone.shown.wkb) for zone in self._zones if zone.closes_from(scenario, rank))

    def crossed(self, hazards: Sequence[HazardStretch]) -> tuple[CrossedZone, ...]:
        """What a way crosses, in official words."""
        return tuple(
            CrossedZone(one.name, one.length_m, self._words("depth", one.rank) if one.rank else "")
            for one in hazards
        )


def _flood_of(scenario: HazardScenario) -> HazardScenario:
    """Of two floods one is told: the one asked about, else the worst (想定最大規模)."""
    return scenario if scenario in _FLOODS else HazardScenario.FLOOD_L2


def _is_told(kind: str, scenario: str, flood: HazardScenario) -> bool:
    return kind in _ALWAYS or (kind in _OF_FLOOD and scenario == flood.value)


def zones_of(layer: MapLayer, features: Sequence[LayerFeature], words: CodeWords) -> list[Zone]:
    """The zones of a hazard layer; those of how long the water stays (浸水継続時間) are none of a way."""
    if layer.kind not in _ALWAYS | _OF_FLOOD:
        return []
    is_depth = layer.kind in DEPTH_KINDS
    return [
        Zone(
            layer.kind,
            layer.scenario,
            HazardZone(_name(layer, one, words), one.wkb, (one.value or 0) if is_depth else 0),
            is_depth,
        )
        for one in features
    ]


def fictional_zones(flood: FloodField) -> list[Zone]:
    """The fictional city's flood, where no other is kept."""
    return [
        Zone(
            "flood",
            HazardScenario.FLOOD_L2.value,
            HazardZone(flood.name, polygon_wkb(polygon.rings), int(polygon.rank)),
        )
        for polygon in flood.polygons
    ]


def _name(layer: MapLayer, feature: LayerFeature, words: CodeWords) -> str:
    if layer.kind == "landslide":
        level = words("landslide_level", feature.level) or f"{layer.title}(段階は不明)"
        kind = words("landslide_kind", feature.value)
        return f"{level}({kind})" if kind else level
    if layer.kind == "collapse":
        kind = words("collapse", feature.value)
        return f"{layer.title}({kind})" if kind else layer.title
    return layer.title if feature.value else f"{layer.title}(深さは不明)"
