"""経路と逃げ地図の用件: on the roads, zones and places that the file keeps (FEATURES B4, RULES D7)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from types import MappingProxyType
from typing import Final

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hazards import HazardScenario
from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.plans import DestinationKind
from kurume_bousai.domain.route_answers import (
    ClosedPlaces,
    Destination,
    Goal,
    GoalKind,
    WayAnswer,
)
from kurume_bousai.domain.routes import STRAIGHT_FACTOR, NoWay
from kurume_bousai.services.ports.routes import (
    Closures,
    CodeWords,
    LayerNetworkMaker,
    ReachAnswer,
    RouteConditions,
)
from kurume_bousai.services.ports.sessions import CityDatabase
from kurume_bousai.services.routes.ground import Ground, GroundKeeper, RoadStatus
from kurume_bousai.services.routes.sites import destinations, site_goals, unconfirmed_welfare
from kurume_bousai.services.routes.straight import RoadState, Routes, StraightMetres, nearest_first

_NO_GOALS: Final = MappingProxyType(
    {
        GoalKind.EMERGENCY: "この災害に使える指定緊急避難場所が、登録されていません。",
        GoalKind.WELFARE: "この災害に使える福祉避難所が、登録されていません。",
        GoalKind.DESIGNATED: "指定避難所が、登録されていません。",
    }
)


class RoutePlanning:
    """経路を答える人 on one open database. Safe on any thread; roads and zones are kept until layers change.

    Nothing is written, and no place that was asked about is kept.
    """

    def __init__(
        self,
        database: CityDatabase,
        *,
        make_network: LayerNetworkMaker,
        straight_metres: StraightMetres,
        words: CodeWords,
        factor: float = STRAIGHT_FACTOR,
    ) -> None:
        self._database = database
        self._keeper = GroundKeeper(database, make_network, words, factor)
        self._straight_metres = straight_metres
        self._factor = factor

    # -- what there is -------------------------------------------------------------------------

    def status(self) -> RoadStatus:
        """Return what ways go by; the first call after a change of layers makes the network.

        Raises
        ------
        KnownProblem
            ``no_roads``: road layers are kept, but none of their lines can be used.
        """
        return self._keeper.read().status

    def destinations(
        self, scenario: HazardScenario = HazardScenario.NONE, closed: Collection[SiteId] = ()
    ) -> tuple[Destination, ...]:
        """Return the places of the city that are not unfit for the hazard (``route_sites.destinations``)."""
        with self._database.reading() as session:
            return destinations(session, scenario, closed)

    def home_of(self, number: int) -> LonLat:
        """Return the home of the person of the list with this 番号.

        Raises
        ------
        KnownProblem
            ``no_right``, ``person_gone`` (also for somebody one may not see), ``home_unknown``.
        """
        access = self._database.access
        with self._database.reading() as session:
            member_id = session.members.id_of(access, number)
            member = session.members.get(access, member_id) if member_id else None
        if member is None:
            raise KnownProblem(
                "person_gone",
                "この番号の人は、名簿に見つかりません。",
                where=f"{number}番",
                advice="名簿の番号を確かめてください。",
            )
        if member.home is None:
            raise KnownProblem(
                "home_unknown",
                "この人の家の位置が、まだ決まっていません。",
                where=f"{number}番",
                advice="住所から位置を決めるか、地図で位置を指定してください。",
            )
        return member.home

    # -- ways ----------------------------------------------------------------------------------

    def way(self, start: LonLat, end: LonLat | Destination, conditions: RouteConditions) -> WayAnswer:
        """Return the shortest way, or why there is none, with what it crosses in official words.

        Raises
        ------
        KnownProblem
            ``no_roads``, ``shape_unreadable``.
        """
        ground = self._keeper.read()
        routes, closures = self._routes(ground, conditions)
        return _way(ground, routes, closures, start, end, conditions)

    def nearest_ways(
        self,
        start: LonLat,
        conditions: RouteConditions,
        *,
        kind: DestinationKind = DestinationKind.WELFARE_SHELTER,
        most: int = 3,
        closed: Collection[SiteId] = (),
    ) -> tuple[WayAnswer, ...]:
        """Return the ways to the nearest places of a kind, the shortest way first.

        Empty where no place of the kind is known; where none can be reached, one answer that says why.
        """
        sites = [one for one in self.destinations(conditions.scenario, closed) if one.kind is kind]
        if not sites:
            return ()
        ground = self._keeper.read()
        routes, closures = self._routes(ground, conditions)
        lengths = routes.lengths([start], [site.point for site in sites], conditions.choice)
        order = nearest_first(lengths, 0)
        if not order:
            why = lengths.no_way.get(0, NoWay.DISCONNECTED)
            night = conditions.choice.is_night
            return (WayAnswer(None, why, is_night=night, closed=_closed(closures, conditions)),)
        return tuple(
            _way(ground, routes, closures, start, sites[index], conditions) for index in order[:most]
        )

    # -- 逃げ地図 ------------------------------------------------------------------------------

    def goals(
        self, kind: GoalKind, scenario: HazardScenario, closed: Collection[SiteId] = ()
    ) -> tuple[Goal, ...]:
        """Return the goals of a kind; those at the edge of the zones wait for a person's confirmation.

        Raises
        ------
        KnownProblem
            ``reach_no_goals`` where no such place is fit; of goals at the edge of zones ``reach_no_roads``
            and ``reach_no_zone``.
        """
        if kind is not GoalKind.BOUNDARY:
            found = site_goals(self.destinations(scenario, closed), kind)
            if not found:
                raise KnownProblem(
                    "reach_no_goals",
                    _NO_GOALS[kind],
                    advice="ほかの種類を目標地点に選ぶか、施設を取り込んでください。",
                )
            return found
        ground = self._keeper.read()
        zones = ground.zones.of(scenario)
        if not zones:
            raise KnownProblem(
                "reach_no_zone",
                "この災害の区域の図が取り込まれていないため、区域の端を目標地点にできません。",
                advice="区域の図を取り込むか、避難場所を目標地点に選んでください。",
            )
        points = self._routes(ground, RouteConditions())[0].boundary_goals(zones)
        return tuple(Goal(kind, point, is_confirmed=False) for point in points)

    def reach(self, goals: Sequence[Goal], conditions: RouteConditions) -> ReachAnswer:
        """Return the 逃げ地図 towards the goals that are confirmed.

        Raises
        ------
        KnownProblem
            ``reach_no_roads``, ``reach_no_goals``, ``no_roads``, ``shape_unreadable``.
        """
        ground = self._keeper.read()
        routes, closures = self._routes(ground, conditions)
        chosen = tuple(goal for goal in goals if goal.is_confirmed)
        made = routes.reach([goal.point for goal in chosen], conditions.choice)
        notices = self._notices(chosen, conditions)
        if made.goals_off_road:
            notices.append(f"近くに道路のない目標地点が{made.goals_off_road:,}か所あり、使っていません。")
        return ReachAnswer(made, chosen, conditions, tuple(notices), _closed(closures, conditions))

    def _notices(self, goals: Sequence[Goal], conditions: RouteConditions) -> list[str]:
        """What must be said of the goals beside the map."""
        kinds = {goal.kind for goal in goals}
        notices = []
        if GoalKind.WELFARE in kinds:
            with self._database.reading() as session:
                unconfirmed = unconfirmed_welfare(session, conditions.scenario)
            if unconfirmed:
                notices.append(
                    f"この災害に使えるかが未確認の福祉避難所が{unconfirmed:,}か所あります。"
                    "目標地点に入れています。"
                )
        if GoalKind.DESIGNATED in kinds:
            notices.append(
                "指定避難所には、災害ごとに使えるかの指定がありません。使えるかは人が判断してください。"
            )
        if GoalKind.BOUNDARY in kinds:
            notices.append("区域の外へ出る地点を目標にしています。区域の外が安全という意味ではありません。")
        return notices

    # -- the ground ----------------------------------------------------------------------------

    def _routes(self, ground: Ground, conditions: RouteConditions) -> tuple[Routes, Closures | None]:
        """Routes with everything closed that the conditions close, and the closures of drawn places."""
        network = ground.network
        if network is None:
            return Routes(self._straight_metres, RoadState(), self._factor), None
        zones = None
        if conditions.closed_from is not None:
            zones = self._keeper.closed_zones(ground, conditions.scenario, conditions.closed_from)
        drawn = network.closed_by(conditions.obstacles, zones) if conditions.obstacles else None
        state = RoadState(network, drawn if drawn is not None else zones)
        return Routes(self._straight_metres, state, self._factor), drawn


def _way(
    ground: Ground,
    routes: Routes,
    closures: Closures | None,
    start: LonLat,
    end: LonLat | Destination,
    conditions: RouteConditions,
) -> WayAnswer:
    place = end if isinstance(end, Destination) else None
    point = end.point if isinstance(end, Destination) else end
    found = routes.route(start, point, conditions.choice, ground.zones.told(conditions.scenario))
    night, closed = conditions.choice.is_night, _closed(closures, conditions)
    if isinstance(found, NoWay):
        return WayAnswer(None, found, place, is_night=night, closed=closed)
    # A straight line is nobody's way: what it would cross says nothing.
    asked = () if found.is_straight else ground.zones.titles(conditions.scenario)
    return WayAnswer(found, None, place, ground.zones.crossed(found.hazards), asked, night, closed)


def _closed(closures: Closures | None, conditions: RouteConditions) -> ClosedPlaces:
    """The drawn places of an answer; without roads they close nothing, and none is counted."""
    if closures is None:
        return ClosedPlaces()
    return ClosedPlaces(len(conditions.obstacles), closures.without_effect)
