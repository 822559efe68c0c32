"""経路と逃げ地図: along roads where roads are known, else straight lines that say so (B4, D7)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.roads import NetworkSummary
from kurume_bousai.domain.routes import (
    STRAIGHT_FACTOR,
    EvacuationRoute,
    HazardZone,
    NoWay,
    ReachMap,
    TravelChoice,
    straight_route,
)
from kurume_bousai.services.ports.routes import Barrier, Closures, Lengths, RoadNetwork

#: Straight metres in EPSG:6670 of every place (rows) to every site (geo.roads.straight).
StraightMetres = Callable[[Sequence[LonLat], Sequence[LonLat]], Sequence[Sequence[float]]]


@dataclass(frozen=True, slots=True)
class RoadState:
    """道路の今の状態: the network (None = no roads imported) and what is closed on it now."""

    network: RoadNetwork | None = field(default=None, repr=False)
    closures: Closures | None = field(default=None, repr=False)


class Routes:
    """経路の答え for one state of the roads. Immutable; ``closing`` gives another one.

    ``factor``: a straight line stands for that many times its length (a setting of the city).
    """

    def __init__(
        self, straight_metres: StraightMetres, state: RoadState | None = None, factor: float = STRAIGHT_FACTOR
    ) -> None:
        self._straight_metres = straight_metres
        self._state = state or RoadState()
        self._factor = factor

    @property
    def has_roads(self) -> bool:
        """Whether ways follow roads; else every answer is 直線."""
        return self._state.network is not None

    @property
    def summary(self) -> NetworkSummary | None:
        """What became of the imported lines."""
        return self._state.network.summary if self._state.network else None

    @property
    def closures(self) -> Closures | None:
        """What is closed."""
        return self._state.closures

    def closing(self, barriers: Sequence[Barrier]) -> Routes:
        """The same with exactly these closed (none = everything open); nothing is rebuilt."""
        network = self._state.network
        if network is None:
            return self
        closures = network.closed_by(barriers) if barriers else None
        return Routes(self._straight_metres, RoadState(network, closures), self._factor)

    def route(
        self, start: LonLat, end: LonLat, choice: TravelChoice, zones: Sequence[HazardZone] = ()
    ) -> EvacuationRoute | NoWay:
        """The way from a home to a site; straight × factor where no roads are known."""
        rule = choice.rule()
        if self._state.network is None:
            distance_m = self._straight_metres([start], [end])[0][0]
            return straight_route(rule, start, end, distance_m, self._factor)
        return self._state.network.route(start, end, rule, self._state.closures, zones)

    def lengths(self, places: Sequence[LonLat], sites: Sequence[LonLat], choice: TravelChoice) -> Lengths:
        """Lengths of all places to all sites; straight × factor where no roads are known."""
        rule = choice.rule()
        if self._state.network is not None:
            return self._state.network.lengths(places, sites, rule, self._state.closures)
        metres = [[one * self._factor for one in row] for row in self._straight_metres(places, sites)]
        minutes = [[rule.minutes(one) for one in row] for row in metres]
        return Lengths(metres, minutes, is_straight=True)

    def reach(self, goals: Sequence[LonLat], choice: TravelChoice) -> ReachMap:
        """逃げ地図 towards the goals.

        Raises
        ------
        KnownProblem
            ``reach_no_roads``, ``reach_no_goals``: there is nothing to colour, or nowhere to go.
        """
        network = self._network("逃げ地図")
        if not goals:
            raise KnownProblem(
                "reach_no_goals",
                "避難目標地点が一つもないため、逃げ地図を作れません。",
                advice="避難場所を選ぶか、地図に避難目標地点を置いてください。",
            )
        return network.reach(goals, choice.rule(), self._state.closures)

    def boundary_goals(self, zones: Sequence[HazardZone]) -> Sequence[LonLat]:
        """避難目標地点 where roads leave the zones. Outside a zone is not called safe: a person decides."""
        return self._network("避難目標地点").boundary_goals(zones)

    def _network(self, what: str) -> RoadNetwork:
        if self._state.network is None:
            raise KnownProblem(
                "reach_no_roads",
                "道路が取り込まれていないため、道路の上の時間を計算できません。",
                where=what,
                advice="「道路」の層として、国土数値情報の道路(N13)などを取り込んでください。",
            )
        return self._state.network


def nearest_first(lengths: Lengths, place: int) -> list[int]:
    """Sites in order of the way from one place; those without a way are left out."""
    row = lengths.metres[place]
    return sorted((site for site in range(len(row)) if math.isfinite(row[site])), key=row.__getitem__)
