"""Routes: 20,000 people to 38 sites on 40,000 pieces of road, against networkx on the same network.

Both are given the network and the people already on their roads, both make one search per site, and both
end with the length of every person to every site; the lengths must be equal. Besides: what putting 20,000
people on roads takes, and 逃げ地図 for everybody, first and again after somebody drew 通れない.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any, Final, TypeVar

Made = TypeVar("Made")

PEOPLE: Final = 20_000
SITES: Final = 38
ROADS: Final = 40_000
JUNCTIONS: Final = 29_000
TARGET: Final = 20.0
_RUNS: Final = 5
_RIVAL_RUNS: Final = 3


def run(people: int = PEOPLE, roads: int = ROADS, junctions: int = JUNCTIONS) -> dict[str, Any]:
    """Measure both in this process."""
    import numpy as np
    import shapely

    from kurume_bousai.domain.plans import TravelMode
    from kurume_bousai.domain.routes import TRAVEL_RULES
    from kurume_bousai.geo.roads.network import road_network
    from kurume_bousai.geo.roads.places import chosen
    from kurume_bousai.services.ports.routes import Barrier
    from tests.helpers.road_nets import city_roads, in_networkx, networkx_lengths, scattered

    rule = TRAVEL_RULES[TravelMode.WALK]
    lines = city_roads(junctions, roads)
    build_s, network = _timed(lambda: road_network(lines))
    homes, shelters = scattered(people), scattered(SITES, seed=8)
    network.places(homes[:1], rule)  # the tree of roads is made once
    snap_s, places = _timed(lambda: network.places(homes, rule))
    sites = network.places(shelters, rule)
    # A home without a road near it is not part of the comparison: both leave it out.
    places = chosen(places, np.flatnonzero(places.on_road))

    use, edges = network.use(rule), network.edges
    graph = in_networkx(edges, use)
    ours = [_timed(lambda: network.length_matrix(places, sites, rule)) for _ in range(_RUNS)]
    theirs = [_timed(lambda: networkx_lengths(graph, edges, use, places, sites)) for _ in range(_RIVAL_RUNS)]
    ours_m, theirs_m = ours[0][1], theirs[0][1]
    if not np.allclose(ours_m, theirs_m, rtol=1e-9, atol=1e-6):
        raise RuntimeError("the lengths differ")

    reach_s, _ = _timed(lambda: network.reach(shelters, rule))
    drawn = shapely.Point(shelters[0].lon, shelters[0].lat).buffer(0.002)
    barrier = Barrier(bytes(shapely.to_wkb(drawn)))
    again_s, _ = _timed(lambda: network.reach(shelters, rule, network.closed_by([barrier])))
    ours_s, other_s = median(one[0] for one in ours), median(one[0] for one in theirs)
    return {
        "ours_s": round(ours_s, 4),
        "other": f"networkx, one Dijkstra per site, {len(edges):,} pieces of road",
        "other_s": round(other_s, 3),
        "ratio": round(other_s / ours_s, 1),
        "n": people,
        "target": f"{TARGET:g}倍以上、長さは同じ",
        "met": other_s / ours_s >= TARGET,
        "largest_difference_m": float(np.abs(ours_m - theirs_m).max()),
        "build_s": round(build_s, 3),
        "snap_s": round(snap_s, 3),
        "reach_s": round(reach_s, 3),
        "reach_after_closing_s": round(again_s, 3),
    }


def _timed(work: Callable[[], Made]) -> tuple[float, Made]:
    start = time.perf_counter()
    made = work()
    return time.perf_counter() - start, made


if __name__ == "__main__":
    print(run())
