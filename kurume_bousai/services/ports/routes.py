"""Ports of routes and reach: a road network that can be asked for ways and closed in places."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.hazards import HazardScenario
from kurume_bousai.domain.layers import LayerFeature, MapLayer
from kurume_bousai.domain.roads import NetworkSummary, RoadLine
from kurume_bousai.domain.route_answers import ClosedPlaces, Goal
from kurume_bousai.domain.routes import (
    EvacuationRoute,
    HazardZone,
    NoWay,
    ReachMap,
    TravelChoice,
    TravelRule,
)


@dataclass(frozen=True, slots=True)
class Barrier:
    """通れない所: WKB in EPSG:6668 of a drawn point, line or polygon, or of a hazard zone."""

    wkb: bytes = field(repr=False)


class Closures(Protocol):
    """通行止め: which parts of which roads are closed. Made by ``RoadNetwork.closed_by``, a plain value."""

    @property
    def edges(self) -> int:
        """How many pieces of road are closed somewhere."""
        ...

    @property
    def without_effect(self) -> tuple[int, ...]:
        """Positions of barriers that met no road: the person is told."""
        ...


@dataclass(frozen=True, slots=True)
class Lengths:
    """道のり: metres (stubs included) and minutes per place (rows) and site (columns); infinite = no way.

    ``no_way`` says of each place without a way to any site why, by its position; ``sites_no_way`` the same
    of each site that no place reaches. ``is_straight``: no roads are known, the metres are straight lines ×
    the stated factor and must be shown as 直線.
    """

    metres: Sequence[Sequence[float]] = field(repr=False)
    minutes: Sequence[Sequence[float]] = field(repr=False)
    no_way: Mapping[int, NoWay] = field(default_factory=dict, repr=False)
    sites_no_way: Mapping[int, NoWay] = field(default_factory=dict, repr=False)
    is_straight: bool = False

    def length_m(self, place: int, site: int) -> float | None:
        """Metres from a place to a site; None without a way."""
        found = self.metres[place][site]
        return found if math.isfinite(found) else None

    def nearest(self, place: int) -> int | None:
        """The site with the shortest way, the first of equals; None without any."""
        row = self.metres[place]
        best = min(range(len(row)), key=row.__getitem__, default=None)
        return best if best is not None and math.isfinite(row[best]) else None


class RoadNetwork(Protocol):
    """道路網. Never changes after it is made; closing roads makes a ``Closures``, not another network."""

    @property
    def summary(self) -> NetworkSummary: ...

    def closed_by(self, barriers: Sequence[Barrier], onto: Closures | None = None) -> Closures:
        """Close what the shapes touch, besides what ``onto`` has closed; ``onto`` itself stays as it is.

        Raises ``KnownProblem`` for a shape that cannot be read.
        """
        ...

    def route(
        self,
        start: LonLat,
        end: LonLat,
        rule: TravelRule,
        closures: Closures | None = None,
        zones: Sequence[HazardZone] = (),
    ) -> EvacuationRoute | NoWay:
        """Shortest way, or why there is none."""
        ...

    def lengths(
        self,
        places: Sequence[LonLat],
        sites: Sequence[LonLat],
        rule: TravelRule,
        closures: Closures | None = None,
    ) -> Lengths:
        """Shortest lengths of all places to all sites."""
        ...

    def boundary_goals(self, zones: Sequence[HazardZone]) -> Sequence[LonLat]:
        """避難目標地点: where roads leave the zones (RULES D7 step 2), degrees of EPSG:6668."""
        ...

    def reach(self, goals: Sequence[LonLat], rule: TravelRule, closures: Closures | None = None) -> ReachMap:
        """逃げ地図: every piece of road by its minutes to the nearest goal."""
        ...


#: Makes a network of lines; what it left out is in its summary. ``KnownProblem`` where nothing is left.
NetworkMaker = Callable[[Sequence[RoadLine]], RoadNetwork]
#: Makes a network of stored road layers (geo.roads.stored); raises as ``NetworkMaker``.
LayerNetworkMaker = Callable[[Sequence[tuple[MapLayer, Sequence[LayerFeature]]]], RoadNetwork]
#: The official wording of a code: table of maps/datasets.toml, value; "" = it has none.
CodeWords = Callable[[str, int | None], str]


@dataclass(frozen=True, slots=True)
class RouteConditions:
    """経路の条件: how somebody goes, in which hazard, and what is closed.

    ``closed_from``: zones of the scenario from this depth rank on are closed (土砂 and 家屋倒壊 whole, and a
    depth that the file does not tell); None = zones close nothing, they are only told. ``obstacles`` are
    drawn places (``services.routes.obstacles.barriers_of``).
    """

    choice: TravelChoice = field(default_factory=TravelChoice)
    scenario: HazardScenario = HazardScenario.NONE
    closed_from: int | None = None
    obstacles: tuple[Barrier, ...] = ()


@dataclass(frozen=True, slots=True)
class ReachAnswer:
    """逃げ地図の答え: the map, its goals, what was asked, and sentences that must stand beside it."""

    map: ReachMap
    goals: tuple[Goal, ...]
    conditions: RouteConditions
    notices: tuple[str, ...] = ()
    closed: ClosedPlaces = field(default_factory=ClosedPlaces)
