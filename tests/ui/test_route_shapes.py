from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.plans import TravelMode
from kurume_bousai.domain.route_answers import WayAnswer
from kurume_bousai.domain.routes import EvacuationRoute, NoWay
from kurume_bousai.mapview.protocol import Line
from kurume_bousai.ui.maps.route_shapes import joined, way_shapes

SPOTS = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda one: (float(one[0]), float(one[1])))
PIECES = st.lists(st.tuples(SPOTS, SPOTS), max_size=30)


def steps(lines: list[Line]) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    return sorted((a, b) for line in lines for a, b in pairwise(line))


@given(PIECES)
def test_joining_keeps_every_step_once_and_leaves_nothing_to_join_at_a_plain_end(pieces: list[Line]) -> None:
    found = joined(pieces)
    assert steps(found) == steps(list(pieces))
    assert len(found) <= len(pieces)


def test_a_chain_becomes_one_line() -> None:
    a, b, c, d = (0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (2.0, 1.0)
    assert joined([(b, c), (c, d), (a, b)]) == [(a, b, c, d)]


def test_only_ways_that_exist_are_drawn_the_nearest_above() -> None:
    line = (LonLat(130.5, 33.3), LonLat(130.51, 33.3))
    near = WayAnswer(EvacuationRoute(TravelMode.WALK, 430.0, 10.0, line=line))
    far = WayAnswer(EvacuationRoute(TravelMode.CAR, 900.0, 5.0, is_straight=True, factor=1.3, line=line))
    shapes = way_shapes([near, far, WayAnswer(None, NoWay.BLOCKED)])
    assert [one.words for one in shapes] == ["車 およそ5分 900m 直線", "徒歩 およそ10分 430m"]
    assert [one.is_straight for one in shapes] == [True, False]
