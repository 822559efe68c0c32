"""Fictional road networks, and the same ones asked of networkx, an independent program."""

from __future__ import annotations

from collections.abc import Sequence

import networkx as nx
import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial import Delaunay

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.roads import RoadDirection, RoadKind, RoadLine, WidthClass
from kurume_bousai.geo.crs import to_degrees, to_metric
from kurume_bousai.geo.roads.edges import Edges, Floats
from kurume_bousai.geo.roads.graph import Use
from kurume_bousai.geo.roads.places import Places

#: A corner well inside the city, metres of EPSG:6670.
CORNER = tuple(float(one[0]) for one in to_metric(130.45, 33.25))


def point(east_m: float, north_m: float) -> LonLat:
    """A point so many metres east and north of the corner."""
    lon, lat = to_degrees(CORNER[0] + east_m, CORNER[1] + north_m)
    return LonLat(float(lon[0]), float(lat[0]))


def line_wkb(points: Sequence[tuple[float, float]]) -> bytes:
    """A line through points in metres from the corner, as WKB in degrees."""
    east, north = np.array(points, dtype=np.float64).T
    lon, lat = to_degrees(CORNER[0] + east, CORNER[1] + north)
    return bytes(shapely.to_wkb(shapely.linestrings(np.column_stack([lon, lat]))))


def road(
    *points: tuple[float, float],
    kind: RoadKind = RoadKind.ROAD,
    width: WidthClass = WidthClass.TO_13,
    direction: RoadDirection = RoadDirection.BOTH,
    level: int = 0,
) -> RoadLine:
    """A road through points in metres from the corner."""
    return RoadLine(line_wkb(points), kind, width, direction, level)


def polygon_wkb(west: float, south: float, east: float, north: float) -> bytes:
    """A box in metres from the corner, as WKB in degrees."""
    ring = [(west, south), (east, south), (east, north), (west, north)]
    lon, lat = to_degrees([CORNER[0] + one[0] for one in ring], [CORNER[1] + one[1] for one in ring])
    return bytes(shapely.to_wkb(shapely.polygons(np.column_stack([lon, lat]))))


def city_roads(junctions: int, roads: int, seed: int = 4) -> list[RoadLine]:
    """All junctions joined by a tree of short roads, then the shortest of the rest: near a city's picture."""
    dice = np.random.default_rng(seed)
    xy = dice.uniform(0.0, 1.0, (junctions, 2)) * (20000.0, 11000.0)
    corners = Delaunay(xy).simplices
    pairs = np.sort(np.vstack([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]]), axis=1)
    pairs = np.unique(pairs, axis=0)
    length_m = np.hypot(*(xy[pairs[:, 0]] - xy[pairs[:, 1]]).T)
    shape = (junctions, junctions)
    tree = minimum_spanning_tree(
        coo_array((length_m, (pairs[:, 0], pairs[:, 1])), shape=shape).tocsr()
    ).tocoo()
    in_tree = np.isin(pairs @ (junctions, 1), np.sort(tree.coords, axis=0).T @ (junctions, 1))
    rank = np.where(in_tree, -1.0, length_m * dice.uniform(0.5, 1.5, len(pairs)))
    chosen = np.sort(np.argsort(rank, kind="stable")[:roads])
    lon, lat = to_degrees(CORNER[0] + xy[:, 0], CORNER[1] + xy[:, 1])
    ends = np.column_stack([lon, lat])[pairs[chosen]]
    return [RoadLine(bytes(wkb), width=WidthClass.TO_13) for wkb in shapely.to_wkb(shapely.linestrings(ends))]


def scattered(count: int, seed: int = 7) -> list[LonLat]:
    """Fictional places all over the same city."""
    dice = np.random.default_rng(seed)
    xy = dice.uniform(0.0, 1.0, (count, 2)) * (20000.0, 11000.0)
    lon, lat = to_degrees(CORNER[0] + xy[:, 0], CORNER[1] + xy[:, 1])
    return [LonLat(x, y) for x, y in zip(lon.tolist(), lat.tolist(), strict=True)]


def in_networkx(edges: Edges, use: Use) -> nx.DiGraph[int]:
    """The same network, arcs turned round: from a site outwards to where people come from."""
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(edges.junctions))
    columns = (edges.tail, edges.head, edges.length_m, use.forward, use.backward)
    for tail, head, length_m, forward, backward in zip(*(c.tolist() for c in columns), strict=True):
        for start, end, allowed in ((tail, head, forward), (head, tail, backward)):
            if allowed and graph.get_edge_data(end, start, {"m": np.inf})["m"] > length_m:
                graph.add_edge(end, start, m=length_m)
    return graph


def networkx_lengths(graph: nx.DiGraph[int], edges: Edges, use: Use, places: Places, sites: Places) -> Floats:
    """Metres of road from every place to every site, (places, sites), one search per site."""
    columns = (places.edge, places.at_m, edges.tail[places.edge], edges.head[places.edge])
    ends = list(zip(*(column.tolist() for column in columns), strict=True))
    length_m, forward, backward = edges.length_m.tolist(), use.forward.tolist(), use.backward.tolist()
    result = np.full((len(places), len(sites)), np.inf)
    for column, (edge, at_m) in enumerate(zip(sites.edge.tolist(), sites.at_m.tolist(), strict=True)):
        graph.add_node(-1)
        if forward[edge]:
            graph.add_edge(-1, int(edges.tail[edge]), m=at_m)
        if backward[edge]:
            graph.add_edge(-1, int(edges.head[edge]), m=length_m[edge] - at_m)
        metres = nx.single_source_dijkstra_path_length(graph, -1, weight="m")
        graph.remove_node(-1)
        found = []
        for own, begin, tail, head in ends:
            back = begin + metres.get(tail, np.inf) if backward[own] else np.inf
            on = length_m[own] - begin + metres.get(head, np.inf) if forward[own] else np.inf
            best = min(back, on)
            if own == edge and (forward[own] if begin <= at_m else backward[own]):
                best = min(best, abs(begin - at_m))
            found.append(best)
        result[:, column] = found
    return result
