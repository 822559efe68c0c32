"""取り込んだ道路: layers as they are kept become a network, each by the mapping of its source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from kurume_bousai.domain.layers import LayerFeature, MapLayer
from kurume_bousai.domain.roads import RoadLine
from kurume_bousai.geo.roads.attributes import N13, OSM, Properties, RoadMapping, Value, road_line
from kurume_bousai.geo.roads.network import JoinedRoads, road_network

#: What the N13 layer keeps under a word (maps/datasets.toml) is the source's field of this number.
_N13_FIELDS: Final = MappingProxyType({"type": "N13_002", "storey": "N13_005"})
#: GDAL keeps rare tags of OpenStreetMap in one text: "width"=>"3","oneway"=>"yes".
_TAG: Final = re.compile(r'"((?:[^"\\]|\\.)+)"\s*=>\s*"((?:[^"\\]|\\.)*)"')
_MAPPINGS: Final[Mapping[str, RoadMapping]] = MappingProxyType({"N13": N13, "OSM": OSM})


def network_of_layers(layers: Sequence[tuple[MapLayer, Sequence[LayerFeature]]]) -> JoinedRoads:
    """Make a network of road layers (``services.ports.routes.LayerNetworkMaker``).

    Raises
    ------
    KnownProblem
        ``no_roads``: nobody can go along any of the lines, or all are far from the city.
    """
    return road_network([line for layer, features in layers for line in road_lines(layer, features)])


def road_lines(layer: MapLayer, features: Sequence[LayerFeature]) -> Iterator[RoadLine]:
    """Lines in the program's words; those that their source closes to everybody are left out."""
    mapping = _MAPPINGS.get(layer.dataset)
    if mapping is None:
        return
    properties = _n13 if mapping is N13 else _osm
    for feature in features:
        line = road_line(feature.wkb, properties(feature), mapping)
        if line is not None:
            yield line


def _n13(feature: LayerFeature) -> Properties:
    kept = {source: feature.attributes.get(name) for name, source in _N13_FIELDS.items()}
    return {**kept, "N13_003": feature.level, "N13_006": feature.value}


def _osm(feature: LayerFeature) -> Properties:
    kept: dict[str, Value] = dict(feature.attributes)
    tags = kept.pop("tags", None)
    found = dict(_TAG.findall(tags)) if isinstance(tags, str) else {}
    return {**found, **kept}
