"""逃げ地図: every piece of road by its time to the nearest goal, cut where the step of 3 minutes changes.

The recipe (RULES D7): from the goals backwards, 43 m a minute, 129 m a step. A full run takes a small
part of a second, so nothing is kept from one run to the next.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kurume_bousai.domain.routes import (
    BEYOND_STEP,
    CLOSED_STEP,
    NO_WAY_STEP,
    STEP_MINUTES,
    ReachPiece,
    TravelRule,
)
from kurume_bousai.geo.roads.edges import Edges, Flags, Floats, Ints, ranges
from kurume_bousai.geo.roads.graph import Blocks, Use
from kurume_bousai.geo.roads.places import Places

#: Shorter bits are left out of the picture, in metres.
_NOTHING_M = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Bits:
    """線の一部: part of a piece from ``far_m`` to ``near_m`` (seen from the goal) with its step.

    ``from_m`` and ``to_m`` are the metres to the goal at the two; infinite without a way.
    """

    edge: Ints
    far_m: Floats
    near_m: Floats
    from_m: Floats
    to_m: Floats
    step: Ints

    @property
    def length_m(self) -> Floats:
        """Metres of road of each."""
        return np.abs(self.far_m - self.near_m)


@dataclass(frozen=True, slots=True, eq=False)
class _Gaps:
    """すきま between neighbouring marks (ends, goals, blocks) of a piece, and what leaving at each costs."""

    edge: Ints
    begin_m: Floats
    end_m: Floats
    begin_cost: Floats
    end_cost: Floats
    is_blocked: Flags


def bits(edges: Edges, use: Use, blocks: Blocks, goals: Places, to_goal_m: Floats, rule: TravelRule) -> Bits:
    """All usable road in bits of one step.

    Parameters
    ----------
    to_goal_m
        Metres from each junction to the nearest goal, shape (junctions,).
    """
    gaps = _gaps(edges, use, blocks, goals, to_goal_m)
    blocked = gaps.is_blocked
    backward = np.where(use.backward[gaps.edge], gaps.begin_cost, np.inf)
    forward = np.where(use.forward[gaps.edge], gaps.end_cost, np.inf)
    width = gaps.end_m - gaps.begin_m
    lost = ~blocked & np.isinf(backward) & np.isinf(forward)
    open_ = np.flatnonzero(~blocked & ~lost)
    # Left of the watershed people go back to the begin, right of it on to the end.
    back, on, wide = backward[open_], forward[open_], width[open_]
    finite = np.where(np.isinf(back), 0.0, on) - np.where(np.isinf(back), 0.0, back) + wide
    shed = np.where(np.isinf(back), 0.0, np.where(np.isinf(on), wide, np.clip(finite / 2, 0.0, wide)))
    edge, begin, end = gaps.edge[open_], gaps.begin_m[open_], gaps.end_m[open_]
    step_m = STEP_MINUTES * rule.speed
    made = [
        _stepped(edge, begin, back, shed, np.ones(len(edge)), step_m),
        _stepped(edge, end, on, wide - shed, -np.ones(len(edge)), step_m),
        _whole(gaps, lost, NO_WAY_STEP),
        _whole(gaps, blocked, CLOSED_STEP),
    ]
    return _joined(made)


def _gaps(edges: Edges, use: Use, blocks: Blocks, goals: Places, to_goal_m: Floats) -> _Gaps:
    pieces = np.flatnonzero(use.either)
    closed = pieces[blocks.is_closed[pieces]]
    on_road = goals.on_road & use.either[goals.edge]
    goal_edge, goal_m, stub_m = goals.edge[on_road], goals.at_m[on_road], goals.stub_m[on_road]
    inside = (goal_m >= blocks.low_m[goal_edge]) & (goal_m <= blocks.high_m[goal_edge])
    nowhere = np.full(len(closed), np.inf)
    edge = np.concatenate([pieces, pieces, closed, closed, goal_edge])
    at_m = np.concatenate(
        [np.zeros(len(pieces)), edges.length_m[pieces], blocks.low_m[closed], blocks.high_m[closed], goal_m]
    )
    ends = np.concatenate([to_goal_m[edges.tail[pieces]], to_goal_m[edges.head[pieces]]])
    cost = np.concatenate([ends, nowhere, nowhere, np.where(inside, np.inf, stub_m)])
    order = np.lexsort((at_m, edge))
    edge, at_m, cost = edge[order], at_m[order], cost[order]
    pair = np.flatnonzero(edge[:-1] == edge[1:])
    middle_m = (at_m[pair] + at_m[pair + 1]) / 2
    blocked = (middle_m >= blocks.low_m[edge[pair]]) & (middle_m <= blocks.high_m[edge[pair]])
    _spread(cost, at_m, edge, pair[~blocked], use)
    return _Gaps(edge[pair], at_m[pair], at_m[pair + 1], cost[pair], cost[pair + 1], blocked)


def _spread(cost: Floats, at_m: Floats, edge: Ints, pair: Ints, use: Use) -> None:
    """Let marks of one piece know of each other: a goal behind the next goal can be the nearer one."""
    width = at_m[pair + 1] - at_m[pair]
    on = np.where(use.forward[edge[pair]], width, np.inf)
    back = np.where(use.backward[edge[pair]], width, np.inf)
    while True:
        before = cost.copy()
        cost[pair] = np.minimum(cost[pair], cost[pair + 1] + on)
        cost[pair + 1] = np.minimum(cost[pair + 1], cost[pair] + back)
        # Rounding alone is no news.
        if np.array_equal(np.isinf(before), np.isinf(cost)) and np.all(
            before[np.isfinite(before)] - cost[np.isfinite(cost)] < _NOTHING_M
        ):
            return


def _stepped(edge: Ints, near: Floats, cost: Floats, width: Floats, sign: Floats, step_m: float) -> Bits:
    """Cut ways that lead ``width`` metres back from ``near`` (cost there ``cost``) where steps change."""
    some = width > _NOTHING_M
    edge, near, cost, width, sign = edge[some], near[some], cost[some], width[some], sign[some]
    last_step = float(BEYOND_STEP - 1)
    first = np.minimum(np.floor(cost / step_m), last_step)
    # A bit that ends exactly on a step still belongs to it (3.0 minutes is green).
    last = np.minimum(np.maximum(np.ceil((cost + width) / step_m) - 1, first), last_step)
    counts = (last - first).astype(np.int64) + 1
    which = np.repeat(np.arange(len(edge)), counts)
    number = ranges(first.astype(np.int64), counts)
    to_m = np.maximum(cost[which], number * step_m)
    end_m = cost[which] + width[which]
    from_m = np.where(number == last[which], end_m, np.minimum(end_m, (number + 1) * step_m))
    made = Bits(
        edge[which],
        near[which] + sign[which] * (from_m - cost[which]),
        near[which] + sign[which] * (to_m - cost[which]),
        from_m,
        to_m,
        number + 1,
    )
    return _some(made, made.length_m > _NOTHING_M)


def _whole(gaps: _Gaps, which: Flags, step: int) -> Bits:
    far = np.full(int(which.sum()), np.inf)
    return Bits(
        gaps.edge[which],
        gaps.begin_m[which],
        gaps.end_m[which],
        far,
        far,
        np.full(len(far), step, dtype=np.int64),
    )


def _some(all_bits: Bits, which: Flags) -> Bits:
    return Bits(
        all_bits.edge[which],
        all_bits.far_m[which],
        all_bits.near_m[which],
        all_bits.from_m[which],
        all_bits.to_m[which],
        all_bits.step[which],
    )


def _joined(parts: list[Bits]) -> Bits:
    made = Bits(
        np.concatenate([part.edge for part in parts]),
        np.concatenate([part.far_m for part in parts]),
        np.concatenate([part.near_m for part in parts]),
        np.concatenate([part.from_m for part in parts]),
        np.concatenate([part.to_m for part in parts]),
        np.concatenate([part.step for part in parts]),
    )
    return _some(made, made.length_m > _NOTHING_M)


def pieces(edges: Edges, degrees: Floats, made: Bits, rule: TravelRule) -> tuple[ReachPiece, ...]:
    """The bits as plain lines in degrees; ``degrees`` (vertices, 2) belongs to ``edges.xy``."""
    lines = _lines(edges, degrees, made)
    from_min, to_min = (made.from_m / rule.speed).tolist(), (made.to_m / rule.speed).tolist()
    columns = zip(made.step.tolist(), from_min, to_min, lines, strict=True)
    return tuple(ReachPiece(step, start, end, line) for step, start, end, line in columns)


def _lines(edges: Edges, degrees: Floats, made: Bits) -> list[tuple[tuple[float, float], ...]]:
    if not len(made.edge):
        return []
    span = edges.length_m + 1.0
    begin = np.concatenate([[0.0], np.cumsum(span)[:-1]])
    scale = edges.along_m + np.repeat(begin, np.diff(edges.first))
    low = np.minimum(made.far_m, made.near_m) + begin[made.edge]
    high = np.maximum(made.far_m, made.near_m) + begin[made.edge]
    start = np.searchsorted(scale, low + _NOTHING_M, side="right")
    counts = np.maximum(np.searchsorted(scale, high - _NOTHING_M, side="left") - start, 0) + 2
    place = np.empty(int(counts.sum()))
    first = np.cumsum(counts) - counts
    inner = np.ones(len(place), dtype=np.bool_)
    inner[first] = inner[first + counts - 1] = False
    place[first], place[first + counts - 1] = low, high
    place[inner] = scale[ranges(start, counts - 2)]
    # A line points towards its goal.
    turned = np.repeat(made.far_m > made.near_m, counts)
    index = np.arange(len(place))
    mirrored = np.repeat(first + first + counts - 1, counts) - index
    place = place[np.where(turned, mirrored, index)]
    lon, lat = (np.round(np.interp(place, scale, degrees[:, axis]), 7).tolist() for axis in (0, 1))
    points = list(zip(lon, lat, strict=True))
    ends = np.cumsum(counts).tolist()
    return [tuple(points[a:b]) for a, b in zip(first.tolist(), ends, strict=True)]
