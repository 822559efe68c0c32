"""逃げ地図の下地: roads by 3-minute steps, told by colour, width and dashes, so that grey prints tell too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import shapely

from kurume_bousai.domain.routes import (
    CLOSED_STEP,
    NO_WAY_STEP,
    REACH_STEPS,
    STEP_MINUTES,
    ReachPiece,
    TravelChoice,
)
from kurume_bousai.geo.crs import as_arrays, to_metric
from kurume_bousai.labels import label
from kurume_bousai.reports.maps import inks
from kurume_bousai.reports.maps.canvas import Pen
from kurume_bousai.reports.maps.inks import Ink
from kurume_bousai.reports.maps.layer import Layer, Shapes
from kurume_bousai.services.papers.map_ports import ReachPaper

#: Width and dashes of the steps 1 to 9, the nearer the wider as on the screen: every third is thinner, the
#: dashes between them differ; what is beyond the recipe is thinnest, because it is most of a map.
_STROKES: Final = (
    (1.5, ()), (1.5, (3.6, 1.1)), (1.5, (1.5, 1.1)),
    (1.0, ()), (1.0, (3.0, 0.9)), (1.0, (1.3, 0.9)),
    (0.65, ()), (0.65, (2.4, 0.7)), (0.55, (0.7, 1.3)),
)  # fmt: skip
_GREYS: Final = (
    "#333333", "#333333", "#333333", "#5E5E5E", "#5E5E5E", "#5E5E5E", "#808080", "#808080", "#8A8A8A",
)  # fmt: skip
NO_WAY: Final = Ink("目標まで行けない道", pen=Pen("#6F6F6F", 0.3, (0.4, 0.9)), is_line=True)
#: Crosses stand on it too.
CLOSED: Final = Ink("通れない道", pen=Pen(inks.INK, 0.45, (0.5, 0.6)), is_line=True)
OTHER_ROADS: Final = Ink("この計算に使わない道", pen=Pen("#B4B4B4", 0.2), is_line=True)
GOAL_WORDS: Final = "避難目標地点"


@dataclass(frozen=True, slots=True)
class Reach:
    """逃げ地図 in metres: steps from the farthest to the nearest, then the goals (east, north)."""

    layers: tuple[Layer, ...]
    closed: Layer | None
    goals: tuple[tuple[float, float], ...]
    notes: tuple[str, ...] = field(default=())


def prepare_reach(paper: ReachPaper, *, is_mono: bool) -> Reach:
    """Turn the pieces into metres of EPSG:6670, step by step."""
    by_step: dict[int, list[ReachPiece]] = defaultdict(list)
    for piece in paper.reach.pieces:
        by_step[piece.step].append(piece)
    order = [NO_WAY_STEP, *(step.number for step in reversed(REACH_STEPS))]
    layers = tuple(
        Layer(step_ink(step, is_mono=is_mono), _metric(by_step[step])) for step in order if by_step[step]
    )
    closed = Layer(CLOSED, _metric(by_step[CLOSED_STEP])) if by_step[CLOSED_STEP] else None
    goals: tuple[tuple[float, float], ...] = ()
    if paper.goals:
        east, north = to_metric(*as_arrays(paper.goals))
        goals = tuple(zip(east.tolist(), north.tolist(), strict=True))
    return Reach(layers, closed, goals, _notes(paper))


def step_ink(step: int, *, is_mono: bool) -> Ink:
    """Return how a step of 3 minutes is drawn."""
    if step == NO_WAY_STEP:
        return NO_WAY
    rule, (width, dash) = REACH_STEPS[step - 1], _STROKES[step - 1]
    words = f"目標まで{rule.upto_min:.0f}分以内" if rule.upto_min is not None else "目標まで24分を超える"
    colour = _GREYS[step - 1] if is_mono else rule.colour
    return Ink(words, pen=Pen(colour, width, dash), is_line=True)


def _metric(pieces: Sequence[ReachPiece]) -> Shapes:
    """All lines of a step at once: one call of the projection for many thousand pieces."""
    counts = [len(piece.line) for piece in pieces]
    degrees = np.array([corner for piece in pieces for corner in piece.line], dtype=np.float64)
    east, north = to_metric(degrees[:, 0], degrees[:, 1])
    return shapely.linestrings(
        np.column_stack([east, north]), indices=np.repeat(np.arange(len(counts)), counts)
    )


def _rule_words(choice: TravelChoice) -> str:
    """The rule as the recipe states it (RULES D7)."""
    rule = choice.rule()
    words = f"{label(rule.mode)}、1分に{rule.speed:g}m(3分で{STEP_MINUTES * rule.speed:g}m)"
    return f"{words}。夜の速さ(昼の8割)" if choice.is_night else words


def _notes(paper: ReachPaper) -> tuple[str, ...]:
    how = (
        f"逃げ地図のきまり: {_rule_words(paper.choice)}。"
        "避難目標地点から道をさかのぼり、3分ごとに色を変えています。矢印は目標へ向かう向きです。坂、混雑、暗さ、水の流れは入っていません。"
    )
    found = [how]
    if paper.notices:
        found.append("".join(paper.notices))
    return tuple(found)
