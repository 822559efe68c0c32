"""経路と逃げ地図をつなぐ: the road network and the official words, loaded when one is first asked for."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from weakref import WeakValueDictionary

if TYPE_CHECKING:
    from kurume_bousai.domain.coordinates import LonLat
    from kurume_bousai.domain.layers import LayerFeature, MapLayer
    from kurume_bousai.services.ports.routes import RoadNetwork
    from kurume_bousai.services.ports.sessions import CityDatabase
    from kurume_bousai.services.routes.planning import RoutePlanning


#: By the id of the database, which lives as long as what plans on it: an id is never another's here.
_KEPT: Final[WeakValueDictionary[int, RoutePlanning]] = WeakValueDictionary()
_LOCK: Final = threading.Lock()


def route_planning(database: CityDatabase) -> RoutePlanning:
    """経路と逃げ地図 on a database; one for each, so that screens and papers share its road network."""
    from kurume_bousai.services.routes.planning import RoutePlanning

    with _LOCK:
        found = _KEPT.get(id(database))
        if found is None:
            found = RoutePlanning(
                database, make_network=_make_network, straight_metres=_straight_metres, words=_code_words
            )
            _KEPT[id(database)] = found
        return found


def _make_network(layers: Sequence[tuple[MapLayer, Sequence[LayerFeature]]]) -> RoadNetwork:
    from kurume_bousai.geo.roads.stored import network_of_layers

    return network_of_layers(layers)


def _straight_metres(places: Sequence[LonLat], sites: Sequence[LonLat]) -> Sequence[Sequence[float]]:
    from kurume_bousai.geo.roads.straight import straight_metres

    return straight_metres(places, sites)


def _code_words(table: str, value: int | None) -> str:
    from kurume_bousai.exchange.layers.recognisers import recognisers

    return recognisers().words(table, value)
