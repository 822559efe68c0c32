"""道路網: the port ``services.ports.routes.RoadNetwork`` on arrays (EPSG:6670) and scipy's Dijkstra."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import shapely

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.roads import NetworkSummary, RoadDirection, RoadKind, RoadLine, WidthClass
from kurume_bousai.domain.routes import EvacuationRoute, HazardZone, NoWay, ReachMap, TravelRule
from kurume_bousai.geo.crs import as_arrays, to_degrees, to_metric
from kurume_bousai.geo.roads import closing, crossings, reach, ways
from kurume_bousai.geo.roads.edges import Edges, Flags, Floats
from kurume_bousai.geo.roads.graph import Blocks, Graph, Use
from kurume_bousai.geo.roads.joining import Joined, ReadLines, join, read_lines
from kurume_bousai.geo.roads.places import (
    Places,
    RoadFinder,
    along_same_piece,
    island_flags,
    seeds_of,
    to_ends,
    why_not,
)
from kurume_bousai.services.ports.routes import Barrier, Closures, Lengths

_KINDS: Final = tuple(RoadKind)
_DIRECTIONS: Final = tuple(RoadDirection)
#: How many modes' nearest-road trees are kept.
_MOST_FINDERS: Final = 8


def road_network(lines: Sequence[RoadLine]) -> JoinedRoads:
    """Make a network (``services.ports.routes.NetworkMaker``).

    Raises
    ------
    KnownProblem
        ``no_roads``: no line of them can be gone along in or near the city.
    """
    read = read_lines(lines)
    joined = join(read)
    if not len(joined.edges):
        raise KnownProblem(
            "no_roads",
            "久留米市の近くで使える道路の線が、一つもありません。",
            where=f"読んだ線 {len(lines):,}本、読めない線 {read.unread:,}本、市から遠い線 {read.outside:,}本",
            advice="道路のファイルか、経度と緯度の順番、座標系を確かめてください。",
        )
    return JoinedRoads(lines, read, joined)


class JoinedRoads:
    """つないだ道路. Immutable but for a cache of trees; safe to read on several threads."""

    def __init__(self, lines: Sequence[RoadLine], read: ReadLines, joined: Joined) -> None:
        self._edges = joined.edges
        pieces = self._edges.line.tolist()
        self._kind = np.array([_KINDS.index(line.kind) for line in lines], dtype=np.int64)[pieces]
        self._width = np.array([int(line.width) for line in lines], dtype=np.int64)[pieces]
        self._way = np.array([_DIRECTIONS.index(line.direction) for line in lines], dtype=np.int64)[pieces]
        owner = np.repeat(np.arange(len(self._edges)), np.diff(self._edges.first))
        self._shapes = shapely.linestrings(self._edges.xy, indices=owner)
        self._tree = shapely.STRtree(self._shapes)
        self._degrees = np.column_stack(to_degrees(self._edges.xy[:, 0], self._edges.xy[:, 1]))
        self._graph = Graph(self._edges)
        self._finders: dict[bytes, RoadFinder] = {}
        self._summary = self._told(len(lines), read, joined)

    def _told(self, lines: int, read: ReadLines, joined: Joined) -> NetworkSummary:
        everyone = np.ones(len(self._edges), dtype=np.bool_)
        return NetworkSummary(
            lines=lines,
            edges=len(self._edges),
            junctions=len(np.unique(np.concatenate([self._edges.tail, self._edges.head]))),
            length_m=float(self._edges.length_m.sum()),
            unread=read.unread,
            outside=read.outside,
            doubled=read.doubled + joined.doubled,
            too_short=read.too_short + joined.too_short,
            split_at_touch=joined.split_at_touch,
            islands=int(island_flags(self._edges, Use(everyone, everyone)).sum()),
        )

    @property
    def summary(self) -> NetworkSummary:
        """What became of the lines."""
        return self._summary

    @property
    def edges(self) -> Edges:
        """The pieces, for measuring and tests."""
        return self._edges

    def use(self, rule: TravelRule) -> Use:
        """Which pieces the mode can use, each way."""
        kinds = np.array([kind in rule.kinds for kind in _KINDS])
        widths = np.array([width in (0, *range(rule.narrowest, 6)) for width in WidthClass])
        usable = kinds[self._kind] & widths[self._width]
        if not rule.follows_one_way:
            return Use(usable, usable)
        return Use(
            usable & (self._way != _DIRECTIONS.index(RoadDirection.BACKWARD)),
            usable & (self._way != _DIRECTIONS.index(RoadDirection.FORWARD)),
        )

    def closed_by(self, barriers: Sequence[Barrier], onto: Closures | None = None) -> closing.ClosedRoads:
        """Close what the shapes touch, besides ``onto`` (``closing.closed_roads``)."""
        base = None if onto is None else self._closed(onto)
        return closing.closed_roads(self._shapes, self._tree, [barrier.wkb for barrier in barriers], base)

    def places(self, points: Sequence[LonLat], rule: TravelRule) -> Places:
        """Points on their nearest roads that the mode can use."""
        if not points:
            return Places(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))
        return self._finder(rule).find(np.column_stack(to_metric(*as_arrays(points))))

    def _finder(self, rule: TravelRule) -> RoadFinder:
        use = self.use(rule)
        key = np.packbits(use.either).tobytes()
        found = self._finders.get(key)
        if found is None:
            found = RoadFinder(self._edges, self._shapes, use)
            if len(self._finders) >= _MOST_FINDERS:
                self._finders.clear()
            self._finders[key] = found
        return found

    def length_matrix(
        self, places: Places, sites: Places, rule: TravelRule, blocks: Blocks | None = None
    ) -> Floats:
        """Metres of road from each place to each site, shape (places, sites), without stubs; inf = no way."""
        blocks = Blocks.none(len(self._edges)) if blocks is None else blocks
        use = self.use(rule)
        bare = Places(sites.edge, sites.at_m, np.zeros(len(sites)))
        seeds = seeds_of(self._edges, use, blocks, bare)
        to_site = self._graph.to_goals(self._graph.costs(use, blocks), seeds)
        tail_m, head_m = to_ends(self._edges, use, blocks, places)
        metres = to_site[self._edges.tail[places.edge]]
        metres += tail_m[:, None]
        by_head = to_site[self._edges.head[places.edge]]
        by_head += head_m[:, None]
        np.minimum(metres, by_head, out=metres)
        for site in np.flatnonzero(sites.on_road).tolist():
            edge, at_m = int(sites.edge[site]), float(sites.at_m[site])
            here, straight_m = along_same_piece(use, blocks, places, edge, at_m)
            metres[here, site] = np.minimum(metres[here, site], straight_m)
        return metres

    def lengths(
        self,
        places: Sequence[LonLat],
        sites: Sequence[LonLat],
        rule: TravelRule,
        closures: Closures | None = None,
    ) -> Lengths:
        """Shortest lengths of all places to all sites (``services.ports.routes.RoadNetwork``)."""
        blocks = self._blocks(closures)
        homes, goals = self.places(places, rule), self.places(sites, rule)
        road_m = self.length_matrix(homes, goals, rule, blocks)
        no_way = ~np.isfinite(road_m)
        stub_m = homes.stub_m[:, None] + goals.stub_m[None, :]
        minutes = road_m / rule.speed + stub_m / rule.stub_speed
        places_without = np.flatnonzero(no_way.all(axis=1)).tolist()
        sites_without = np.flatnonzero(no_way.all(axis=0)).tolist()
        return Lengths(
            (road_m + stub_m).tolist(),
            minutes.tolist(),
            {place: why_not(blocks, homes, place) for place in places_without},
            {site: why_not(blocks, goals, site) for site in sites_without},
        )

    def route(
        self,
        start: LonLat,
        end: LonLat,
        rule: TravelRule,
        closures: Closures | None = None,
        zones: Sequence[HazardZone] = (),
    ) -> EvacuationRoute | NoWay:
        """Shortest way, or why there is none (``services.ports.routes.RoadNetwork``)."""
        blocks = self._blocks(closures)
        both = self.places([start, end], rule)
        way = ways.shortest(self._edges, self._graph, self.use(rule), blocks, both)
        if way is None:
            reasons = [why_not(blocks, both, position) for position in (0, 1)]
            return next((reason for reason in reasons if reason != NoWay.DISCONNECTED), NoWay.DISCONNECTED)
        points = ways.line_of(self._edges, way)
        lon, lat = to_degrees(points[:, 0], points[:, 1])
        line = [LonLat(x, y) for x, y in zip(lon.tolist(), lat.tolist(), strict=True)]
        stub_m = float(both.stub_m.sum())
        return EvacuationRoute(
            rule.mode,
            way.length_m + stub_m,
            rule.minutes(way.length_m, stub_m),
            stub_m=stub_m,
            caution_m=way.metres_on(self._is_caution(rule)),
            unknown_width_m=way.metres_on(self._width == WidthClass.UNKNOWN),
            steps_m=way.metres_on(self._kind == _KINDS.index(RoadKind.STEPS)),
            hazards=crossings.stretches(_with_doors(points, start, end), zones),
            line=(start, *line, end),
        )

    def _is_caution(self, rule: TravelRule) -> Flags:
        narrow: Flags = (self._width != WidthClass.UNKNOWN) & (self._width < rule.caution_below)
        return narrow

    def boundary_goals(self, zones: Sequence[HazardZone]) -> Sequence[LonLat]:
        """Where roads leave the zones, degrees of EPSG:6668."""
        points = crossings.boundary_points(self._tree, self._shapes, zones)
        lon, lat = to_degrees(points[:, 0], points[:, 1])
        return [LonLat(x, y) for x, y in zip(lon.tolist(), lat.tolist(), strict=True)]

    def reach(self, goals: Sequence[LonLat], rule: TravelRule, closures: Closures | None = None) -> ReachMap:
        """逃げ地図 of the mode (``services.ports.routes.RoadNetwork``)."""
        blocks, use = self._blocks(closures), self.use(rule)
        found = self.places(goals, rule)
        # The way from the road to a goal is gone at its own speed: counted as that much more road.
        slower = rule.speed / rule.stub_speed
        weighed = Places(found.edge, found.at_m, found.stub_m * slower)
        seeds = seeds_of(self._edges, use, blocks, weighed)
        to_goal_m = self._graph.to_nearest(self._graph.costs(use, blocks), seeds)
        made = reach.bits(self._edges, use, blocks, weighed, to_goal_m, rule)
        steps, which = np.unique(made.step, return_inverse=True)
        metres = np.bincount(which, weights=made.length_m, minlength=len(steps))
        return ReachMap(
            rule.mode,
            rule.speed,
            reach.pieces(self._edges, self._degrees, made, rule),
            dict(zip(steps.tolist(), metres.tolist(), strict=True)),
            goals=int(found.on_road.sum()),
            goals_off_road=int((~found.on_road).sum()),
        )

    def _blocks(self, closures: Closures | None) -> Blocks:
        return Blocks.none(len(self._edges)) if closures is None else self._closed(closures).blocks

    def _closed(self, closures: Closures) -> closing.ClosedRoads:
        if not isinstance(closures, closing.ClosedRoads) or len(closures.blocks.low_m) != len(self._edges):
            raise TypeError("closures were made by another network")
        return closures


def _with_doors(points: Floats, start: LonLat, end: LonLat) -> Floats:
    east, north = to_metric([start.lon, end.lon], [start.lat, end.lat])
    doors = np.column_stack([east, north])
    return np.vstack([doors[:1], points, doors[1:]])
