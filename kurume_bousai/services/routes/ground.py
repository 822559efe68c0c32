"""道路と災害区域を読む: what ways go by and what they cross, read once per state of the stored layers."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from kurume_bousai.domain.hazards import HazardScenario
from kurume_bousai.domain.layers import LayerFeature, LayerId, MapLayer
from kurume_bousai.domain.roads import NetworkSummary
from kurume_bousai.services.facts import is_fictional
from kurume_bousai.services.fictional.flood import fictional_flood
from kurume_bousai.services.ports.routes import Closures, CodeWords, LayerNetworkMaker, RoadNetwork
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession
from kurume_bousai.services.routes.zones import CityZones, Zone, fictional_zones, zones_of

ROAD: Final = "road"
#: How many states of closed zones are kept.
_MOST_CLOSURES: Final = 4
_Key: TypeAlias = tuple[tuple[LayerId, ...], bool]
_Kept: TypeAlias = list[tuple[MapLayer, list[LayerFeature]]]


@dataclass(frozen=True, slots=True)
class RoadStatus:
    """道路の状態: what ways go by. ``title`` "" = no roads are kept, so every way is 直線 × ``factor``.

    ``other_titles``: further sources of roads that are kept but not used.
    """

    title: str
    attribution: str
    summary: NetworkSummary | None
    factor: float
    other_titles: tuple[str, ...] = ()


@dataclass(slots=True)
class Ground:
    """道路と区域 as read at one state of the layers."""

    key: _Key
    status: RoadStatus
    network: RoadNetwork | None = field(repr=False)
    zones: CityZones = field(repr=False)
    closed_zones: dict[tuple[HazardScenario, int], Closures] = field(default_factory=dict, repr=False)


class GroundKeeper:
    """道路と区域を持つ人. Safe on any thread; the database is not held while the network is made."""

    def __init__(
        self, database: CityDatabase, make_network: LayerNetworkMaker, words: CodeWords, factor: float
    ) -> None:
        self._database = database
        self._make_network = make_network
        self._words = words
        self._factor = factor
        self._lock = threading.Lock()
        self._ground: Ground | None = None

    def read(self) -> Ground:
        """Return the ground of the layers as they are now.

        Raises
        ------
        KnownProblem
            ``no_roads``: road layers are kept, but none of their lines can be used.
        """
        with self._lock:
            with self._database.reading() as session:
                layers = [one for one in session.layers.all() if one.kind == ROAD or one.is_hazard]
                key = tuple(layer.layer_id for layer in layers), is_fictional(session)
                if self._ground is not None and self._ground.key == key:
                    return self._ground
                used = _used_roads(layers)
                roads = _with_features(session, used)
                hazards = _with_features(session, [layer for layer in layers if layer.is_hazard])
            self._ground = None  # the old network goes before the new one comes
            network = self._make_network(roads) if roads else None
            others = [layer.title for layer in layers if layer.kind == ROAD and layer not in used]
            self._ground = Ground(
                key, self._status(used, others, network), network, self._zones(hazards, fictional=key[1])
            )
            return self._ground

    def closed_zones(self, ground: Ground, scenario: HazardScenario, rank: int) -> Closures | None:
        """Roads that the zones of a scenario close from a rank on; None without roads.

        They are kept, so that what somebody draws afterwards is closed besides them at once.
        """
        if ground.network is None:
            return None
        key = (scenario, rank)
        with self._lock:
            found = ground.closed_zones.get(key)
        if found is None:
            found = ground.network.closed_by(ground.zones.closing(*key))
            with self._lock:
                if len(ground.closed_zones) >= _MOST_CLOSURES:
                    ground.closed_zones.clear()
                ground.closed_zones[key] = found
        return found

    def _status(
        self, used: Sequence[MapLayer], others: Sequence[str], network: RoadNetwork | None
    ) -> RoadStatus:
        return RoadStatus(
            title=used[0].title if used else "",
            attribution=used[0].source.attribution if used else "",
            summary=network.summary if network else None,
            factor=self._factor,
            other_titles=tuple(dict.fromkeys(others)),
        )

    def _zones(self, layers: _Kept, *, fictional: bool) -> CityZones:
        zones: list[Zone] = []
        known = [(layer.kind, layer.scenario, layer.title) for layer, _ in layers]
        for layer, features in layers:
            zones.extend(zones_of(layer, features, self._words))
        flood = ("flood", HazardScenario.FLOOD_L2.value)
        if fictional and flood not in {layer.question for layer, _ in layers}:
            invented = fictional_flood()
            zones.extend(fictional_zones(invented))
            known.append((*flood, invented.name))
        return CityZones(zones, known, self._words)


def _used_roads(layers: Sequence[MapLayer]) -> list[MapLayer]:
    """The road layers of the newest source: those of two sources would lie beside each other unjoined."""
    roads = [layer for layer in layers if layer.kind == ROAD]
    newest = max(roads, key=lambda layer: layer.imported_at, default=None)
    return [layer for layer in roads if newest is not None and layer.dataset == newest.dataset]


def _with_features(session: ReadSession, layers: Sequence[MapLayer]) -> _Kept:
    return [(layer, session.layers.features(layer.layer_id)) for layer in layers]
