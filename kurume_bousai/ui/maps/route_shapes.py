"""経路と逃げ地図の形: answers become what a map view paints."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.route_answers import Goal, WayAnswer
from kurume_bousai.domain.routes import CLOSED_STEP, NO_WAY_STEP, REACH_STEPS
from kurume_bousai.labels.routes import reach_words, way_caption
from kurume_bousai.mapview.packing import pack_lines
from kurume_bousai.mapview.protocol import Line, ReachClass, ReachShape, WayShape
from kurume_bousai.services.ports.routes import ReachAnswer

_TITLE: Final = "逃げ地図(目標地点までの時間)"
_TITLE_UNCONFIRMED: Final = "道が区域の外へ出る地点"
_GOALS: Final = "避難目標地点"
_UNCONFIRMED: Final = "まだ確かめていない地点"


def way_shapes(answers: Sequence[WayAnswer]) -> tuple[WayShape, ...]:
    """Ways that exist, the nearest last so that it lies above the others."""
    return tuple(
        WayShape(line_of(one.route.line), way_caption(one.route), one.route.is_straight)
        for one in reversed(answers)
        if one.route is not None
    )


def line_of(points: Sequence[LonLat]) -> Line:
    """Points as a map view takes them."""
    return tuple((point.lon, point.lat) for point in points)


def reach_shape(answer: ReachAnswer) -> ReachShape:
    """Every step that has roads, the nearest first; on a worker thread (tens of thousands of lines)."""
    lines: defaultdict[int, list[Line]] = defaultdict(list)
    for piece in answer.map.pieces:
        lines[piece.step].append(piece.line)
    # Every step keeps its place, because the place tells how its roads are drawn.
    classes = [
        ReachClass(step.word, step.colour, pack_lines(joined(lines.get(step.number, []))))
        for step in REACH_STEPS
    ]
    classes += [
        ReachClass(reach_words(step), None, pack_lines(joined(lines[step])))
        for step in (NO_WAY_STEP, CLOSED_STEP)
        if step in lines
    ]
    return ReachShape(_TITLE, tuple(classes), _goals(answer.goals), uuid.uuid4().hex, _GOALS)


def joined(lines: Sequence[Line]) -> list[Line]:
    """Lines put end to end where one begins at the end of another: a dash begins anew with each line."""
    by_start: defaultdict[tuple[float, float], list[int]] = defaultdict(list)
    for number, line in enumerate(lines):
        by_start[line[0]].append(number)
    ends = {line[-1] for line in lines}
    # Those that nothing leads to come first, so that chains are as long as they can be.
    order = sorted(range(len(lines)), key=lambda number: lines[number][0] in ends)
    used: set[int] = set()
    made: list[Line] = []
    for first in order:
        if first in used:
            continue
        used.add(first)
        chain = list(lines[first])
        while (following := _unused(by_start[chain[-1]], used)) is not None:
            used.add(following)
            chain.extend(lines[following][1:])
        made.append(tuple(chain))
    return made


def _unused(numbers: list[int], used: set[int]) -> int | None:
    while numbers:
        if (number := numbers.pop()) not in used:
            return number
    return None


def goals_shape(goals: Sequence[Goal]) -> ReachShape:
    """Goals alone, before a person has confirmed them."""
    return ReachShape(_TITLE_UNCONFIRMED, (), _goals(goals), uuid.uuid4().hex, _UNCONFIRMED)


def _goals(goals: Sequence[Goal]) -> Line:
    return line_of([goal.point for goal in goals])
