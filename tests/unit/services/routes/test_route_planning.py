"""Ways and 逃げ地図 on what the file keeps: roads, zones, places and drawings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kurume_bousai.app.routes import route_planning
from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hazards import Fitness, HazardScenario
from kurume_bousai.domain.ids import MemberId, OperatorId, SiteId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.operations import FeatureKind
from kurume_bousai.domain.plans import DestinationKind, TravelMode
from kurume_bousai.domain.route_answers import Goal, GoalKind, WayAnswer
from kurume_bousai.domain.routes import NoWay, TravelChoice
from kurume_bousai.domain.shelters import (
    DesignatedShelter,
    EmergencyEvacuationSite,
    Ownership,
    WelfareShelter,
)
from kurume_bousai.exchange.layers.reader import read_layer_file
from kurume_bousai.services.places.layer_import import commit_layers, remove_layers
from kurume_bousai.services.ports.routes import RouteConditions
from kurume_bousai.services.routes.obstacles import barriers_of
from kurume_bousai.services.routes.planning import RoutePlanning
from kurume_bousai.services.routes.sites import chosen_destination
from tests.fakes.city import FakeCity, FixedClock
from tests.fixtures import layers as made
from tests.fixtures.roads import MIDDLE, SIDE, junctions, n13_package, osm_lines

CLERK = Access(OperatorId("o"), "架空", frozenset({Role.CLERK}))
VIEWER = Access(OperatorId("v"), "架空", frozenset({Role.VIEWER}))
FLOOD = HazardScenario.FLOOD_L2
#: A small network is enough for most questions.
SMALL = 12
GRID = junctions(SMALL)
START, END = GRID[2][2], GRID[9][9]
PLAIN = RouteConditions()


@dataclass(frozen=True)
class Drawing:
    kind: FeatureKind
    points: tuple[LonLat, ...]


def take(city: FakeCity, path: Path) -> None:
    commit_layers(city, read_layer_file(path), clock=FixedClock())


def places(city: FakeCity) -> None:
    """Three kinds of places at three corners of the network."""
    with city.writing() as session:
        session.shelters.save_welfare(
            CLERK,
            [
                WelfareShelter(SiteId("w1"), "架空の園", "架空", Ownership.PUBLIC, GRID[1][1]),
                WelfareShelter(
                    SiteId("w2"),
                    "架空の里",
                    "里",
                    Ownership.PUBLIC,
                    GRID[9][2],
                    fitness={FLOOD: Fitness.UNFIT},
                ),
                WelfareShelter(SiteId("w3"), "位置のない園", "園", Ownership.PUBLIC, None),
            ],
        )
        school = DesignatedShelter(SiteId("d1"), "架空小学校", "小学校", "架空町9999", END, None)
        session.shelters.save_designated(CLERK, [school])
        session.shelters.save_emergency(
            CLERK,
            [
                EmergencyEvacuationSite(
                    SiteId("e1"), "架空公園", "架空町9999", GRID[5][5], frozenset({"地震"})
                ),
                EmergencyEvacuationSite(
                    SiteId("e2"), "架空の丘", "架空町9999", GRID[9][5], frozenset({"洪水"})
                ),
            ],
        )


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return n13_package(tmp_path_factory.mktemp("roads") / "N13-24_4930_GEOJSON.zip", SMALL)


@pytest.fixture
def city(package: Path) -> FakeCity:
    found = FakeCity(CLERK)
    take(found, package)
    places(found)
    return found


@pytest.fixture(scope="module")
def planning(package: Path) -> RoutePlanning:
    """For questions that write nothing."""
    found = FakeCity(CLERK)
    take(found, package)
    places(found)
    return route_planning(found)


def metres(way: WayAnswer) -> float:
    assert way.route is not None
    return way.route.length_m


def test_a_way_on_imported_roads_says_length_time_and_widths(planning: RoutePlanning) -> None:
    way = planning.way(START, END, PLAIN)
    assert way.route is not None
    assert not way.route.is_straight
    assert way.route.minutes == pytest.approx(way.route.length_m / 43)
    assert 1500 < way.route.length_m < 2600
    car = planning.way(START, END, RouteConditions(TravelChoice(TravelMode.CAR))).route
    assert car is not None
    assert car.caution_m > 0
    assert car.unknown_width_m >= 0
    status = planning.status()
    assert (status.title, status.summary is not None) == ("道路", True)


def test_without_roads_the_straight_line_says_so() -> None:
    bare = FakeCity(CLERK)
    places(bare)
    found = route_planning(bare).nearest_ways(START, PLAIN)
    assert [way.destination.site_id for way in found if way.destination] == ["w1", "w2"]
    assert all(way.route and way.route.is_straight and way.route.factor == 1.3 for way in found)
    assert not any(way.asked for way in found)
    with pytest.raises(KnownProblem) as told:
        route_planning(bare).reach([Goal(GoalKind.WELFARE, START)], PLAIN)
    assert told.value.code == "reach_no_roads"


def test_the_nearest_leave_out_what_is_unfit_for_the_hazard(planning: RoutePlanning) -> None:
    flood = RouteConditions(scenario=FLOOD)
    assert [one.destination.name for one in planning.nearest_ways(START, flood) if one.destination] == [
        "架空の園"
    ]
    kind = DestinationKind.EMERGENCY_SITE
    assert len(planning.nearest_ways(START, PLAIN, kind=kind)) == 2
    (hill,) = planning.nearest_ways(START, flood, kind=kind)
    assert hill.destination is not None
    assert hill.destination.site_id == "e2"
    assert planning.nearest_ways(START, PLAIN, kind=kind, closed={SiteId("e1"), SiteId("e2")}) == ()


def test_a_drawing_closes_and_taking_it_away_opens(planning: RoutePlanning) -> None:
    direct = planning.way(START, END, PLAIN)
    assert direct.route is not None
    middle = direct.route.line[len(direct.route.line) // 2]
    far = LonLat(130.70, 33.36)
    drawn = [Drawing(FeatureKind.BLOCKED_ROAD, (middle,)), Drawing(FeatureKind.DANGER, (far,))]
    closed = planning.way(START, END, RouteConditions(obstacles=barriers_of(drawn)))
    assert metres(closed) > metres(direct)
    assert (closed.closed.count, closed.closed.without_effect) == (2, (1,))
    assert metres(planning.way(START, END, PLAIN)) == metres(direct)
    ring = tuple(LonLat(END.lon + dx, END.lat + dy) for dx, dy in ((-3e-4, -3e-4), (3e-4, -3e-4), (0, 3e-4)))
    region = barriers_of([Drawing(FeatureKind.REGION, ring)])
    assert planning.way(START, END, RouteConditions(obstacles=region)).no_way is NoWay.BLOCKED
    assert barriers_of([Drawing(FeatureKind.RESOURCE, ring), Drawing(FeatureKind.NOTE, ring[:1])]) == ()


@settings(max_examples=25, deadline=None)
@given(spots=st.lists(st.tuples(st.floats(-0.007, 0.007), st.floats(-0.006, 0.006)), min_size=1, max_size=12))
def test_closing_never_shortens_and_more_closing_never_helps(
    planning: RoutePlanning, spots: list[tuple[float, float]]
) -> None:
    drawn = [
        Drawing(FeatureKind.BLOCKED_ROAD, (LonLat(MIDDLE.lon + east, MIDDLE.lat + north),))
        for east, north in spots
    ]
    lengths = []
    for count in (0, len(drawn) // 2, len(drawn)):
        way = planning.way(START, END, RouteConditions(obstacles=barriers_of(drawn[:count])))
        lengths.append(way.route.length_m if way.route else float("inf"))
    assert lengths == sorted(lengths)


def test_zones_are_told_and_close_only_when_asked(city: FakeCity, tmp_path: Path) -> None:
    zone = made.around((MIDDLE.lon, MIDDLE.lat), 0.001)
    deep = made.around((MIDDLE.lon, MIDDLE.lat), 0.0004)
    root = "A31a-25_40_10_GEOJSON/20_想定最大規模"
    rivers = made.collection(made.river(1, 2, zone), made.river(1, 4, deep), *made.far_away())
    take(city, made.write_zip(tmp_path / "A31a.zip", {f"{root}/A31a-20-25_40_8409990001.geojson": rivers}))
    planning = route_planning(city)
    west, east = GRID[5][3], GRID[6][8]
    open_way = planning.way(west, east, RouteConditions(scenario=FLOOD))
    assert [one.name for one in open_way.crossed] == ["洪水浸水想定区域(想定最大規模)"]
    assert open_way.asked == ("洪水浸水想定区域(想定最大規模)",)
    assert open_way.crossed[0].words in {"0.5m以上3m未満", "5m以上10m未満"}
    dry = planning.way(west, east, RouteConditions(scenario=FLOOD, closed_from=1))
    assert dry.crossed == ()
    assert metres(dry) > metres(open_way)
    deep_only = planning.way(west, east, RouteConditions(scenario=FLOOD, closed_from=3))
    assert metres(open_way) <= metres(deep_only) <= metres(dry)
    drawn = barriers_of([Drawing(FeatureKind.BLOCKED_ROAD, (dry.route.line[3],))]) if dry.route else ()
    both = planning.way(west, east, RouteConditions(scenario=FLOOD, closed_from=1, obstacles=drawn))
    assert metres(both) >= metres(dry)
    edge = planning.goals(GoalKind.BOUNDARY, FLOOD)
    assert edge
    assert not any(goal.is_confirmed for goal in edge)
    with pytest.raises(KnownProblem) as told:
        planning.reach(edge, PLAIN)
    assert told.value.code == "reach_no_goals"
    confirmed = planning.reach([replace(goal, is_confirmed=True) for goal in edge[:2]], PLAIN)
    assert len(confirmed.goals) == 2
    assert "安全という意味ではありません" in confirmed.notices[0]


def test_reach_is_drawn_again_with_what_is_closed(planning: RoutePlanning) -> None:
    goals = planning.goals(GoalKind.EMERGENCY, FLOOD)
    assert [goal.name for goal in goals] == ["架空の丘"]
    first = planning.reach(goals, RouteConditions(scenario=FLOOD))
    line = (GRID[4][0], GRID[4][11])
    cut = barriers_of([Drawing(FeatureKind.BLOCKED_ROAD, line)])
    again = planning.reach(goals, RouteConditions(scenario=FLOOD, obstacles=cut))
    assert 0 not in first.map.metres
    assert again.map.metres[-1] > 0
    assert again.closed.count == 1
    welfare = planning.reach(planning.goals(GoalKind.WELFARE, FLOOD), RouteConditions(scenario=FLOOD))
    assert any("未確認の福祉避難所が1か所" in notice for notice in welfare.notices)
    with pytest.raises(KnownProblem) as told:
        planning.goals(GoalKind.BOUNDARY, HazardScenario.LANDSLIDE)
    assert told.value.code == "reach_no_zone"


def test_the_network_is_made_once_until_layers_change(city: FakeCity, tmp_path: Path) -> None:
    planning = route_planning(city)
    first = planning.status()
    assert planning.status() is first
    take(city, osm_lines(tmp_path / "roads.geojson"))
    second = planning.status()
    assert second.title in {"道路", "道路(OpenStreetMap)"}
    assert len(second.other_titles) == 1
    with city.reading() as session:
        ids = [layer.layer_id for layer in session.layers.all()]
    remove_layers(city, ids)
    assert planning.status().title == ""


def test_openstreetmap_roads_keep_one_way_streets_and_private_roads(tmp_path: Path) -> None:
    city = FakeCity(CLERK)
    take(city, osm_lines(tmp_path / "roads.geojson"))
    planning = route_planning(city)
    summary = planning.status().summary
    assert summary is not None
    assert summary.lines == 4
    with city.reading() as session:
        kept = [one for layer in session.layers.all() for one in session.layers.features(layer.layer_id)]
    assert len(kept) == 6
    car = RouteConditions(TravelChoice(TravelMode.CAR))
    lines = {str(one.attributes.get("highway")): one for one in kept}
    assert lines.keys() >= {"residential", "service", "footway", "tertiary"}
    east = LonLat(MIDDLE.lon + 400 / 93000, MIDDLE.lat)
    there, back = planning.way(MIDDLE, east, car), planning.way(east, MIDDLE, car)
    assert there.route is not None
    assert back.no_way is NoWay.DISCONNECTED
    assert planning.way(east, MIDDLE, PLAIN).route is not None


def test_a_home_is_found_by_number_only_by_those_who_may(city: FakeCity) -> None:
    people = [
        RosterMember(MemberId("m1"), 1, "架空 一郎", home=START),
        RosterMember(MemberId("m2"), 2, "架空 二郎"),
        RosterMember(MemberId("m3"), 3, "架空 三郎", home=END, has_protected_address=True),
    ]
    with city.writing() as session:
        session.members.add_many(CLERK, people, source="架空")
    planning = route_planning(city)
    assert planning.home_of(1) == START
    for number, code in ((2, "home_unknown"), (3, "person_gone"), (99, "person_gone")):
        with pytest.raises(KnownProblem) as told:
            planning.home_of(number)
        assert told.value.code == code
    viewer = route_planning(FakeCity(VIEWER, city.state))
    with pytest.raises(KnownProblem) as told:
        viewer.home_of(1)
    assert told.value.code == "no_right"


def test_a_destination_by_id_or_name(planning: RoutePlanning) -> None:
    sites = planning.destinations()
    assert chosen_destination(sites, "d1").name == "架空小学校"
    assert chosen_destination(sites, "架空の丘").site_id == "e2"
    assert chosen_destination(sites, "小学校").site_id == "d1"
    for words, code in (("架空", "site_ambiguous"), ("どこでもない", "site_unknown"), ("", "site_unknown")):
        with pytest.raises(KnownProblem) as told:
            chosen_destination(sites, words)
        assert told.value.code == code


def test_the_fictional_network_has_about_four_thousand_pieces(tmp_path: Path) -> None:
    file = read_layer_file(n13_package(tmp_path / "N13-24_4930_GEOJSON.zip"))
    (layer,) = file.layers
    assert (layer.dataset, layer.kind) == ("N13", "road")
    assert 3_900 < len(layer.features) < 2 * SIDE * SIDE
