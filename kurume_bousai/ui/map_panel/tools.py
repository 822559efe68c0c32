"""地図の道具: what is in the hand (drawing, measuring, asking for a place), the same for both map views."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from kurume_bousai.domain.operations import FeatureKind
from kurume_bousai.labels import label
from kurume_bousai.mapview.protocol import LINE_KINDS, REGION_KINDS, Line, MeasureKind

#: What ``tool_changed`` says while a place is asked for.
PICKING: Final = "pick"
#: Degrees below which two corners are one (a double press), about a centimetre.
_SAME_DEG: Final = 1e-7


class Purpose(StrEnum):
    """道具の用途."""

    DRAW = "draw"
    MEASURE = "measure"
    PICK = "pick"


class Shape(StrEnum):
    """道具の形: what the corners make, and how many are needed."""

    POINT = "point"
    LINE = "line"
    REGION = "region"

    @property
    def least(self) -> int:
        """Corners without which it is nothing."""
        return {Shape.POINT: 1, Shape.LINE: 2, Shape.REGION: 3}[self]


@dataclass(frozen=True, slots=True)
class MapTool:
    """道具. ``kind``: a FeatureKind, a MeasureKind or ``PICKING``; ``hint`` and ``few`` are sentences."""

    purpose: Purpose
    kind: str
    shape: Shape
    hint: str
    few: str = ""

    def to_json(self) -> str:
        """The tool as the page reads it."""
        return json.dumps(
            {
                "purpose": self.purpose.value,
                "kind": self.kind,
                "shape": self.shape.value,
                "least": self.shape.least,
                "hint": self.hint,
                "few": self.few,
            },
            ensure_ascii=False,
        )


_KEYS: Final = "終わりはダブルクリックかEnter、戻すのはBackspace、やめるのはEscです。"
_FEW: Final = {
    Shape.POINT: "",
    Shape.LINE: "線には、点が二つ以上いります。続けて押してください。",
    Shape.REGION: "区域には、角が三つ以上いります。続けて押してください。",
}


def drawing_tool(kind: FeatureKind) -> MapTool:
    """Return the tool that draws a kind."""
    if kind in LINE_KINDS:
        hint = f"{label(kind)}をかいています。押した所が角になります。\n{_KEYS}"
        return MapTool(Purpose.DRAW, kind.value, Shape.LINE, hint, _FEW[Shape.LINE])
    if kind in REGION_KINDS:
        hint = f"{label(kind)}をかいています。まわりの角を順に押してください。\n{_KEYS}"
        return MapTool(Purpose.DRAW, kind.value, Shape.REGION, hint, _FEW[Shape.REGION])
    hint = (
        f"{label(kind)}をおく所を押してください。\n"
        "矢印キーで地図を動かし、スペースでおけます。やめるのはEscです。"
    )
    return MapTool(Purpose.DRAW, kind.value, Shape.POINT, hint)


def measuring_tool(kind: MeasureKind) -> MapTool:
    """Return the tool that measures a distance or a surface."""
    if kind is MeasureKind.DISTANCE:
        hint = f"長さをはかっています。押した所が角になります。\n{_KEYS}"
        return MapTool(Purpose.MEASURE, kind.value, Shape.LINE, hint, _FEW[Shape.LINE])
    hint = f"広さをはかっています。まわりの角を順に押してください。\n{_KEYS}"
    return MapTool(Purpose.MEASURE, kind.value, Shape.REGION, hint, _FEW[Shape.REGION])


def picking_tool(words: str) -> MapTool:
    """Return the tool that asks for one place, with a whole sentence as the hint."""
    return MapTool(Purpose.PICK, PICKING, Shape.POINT, words)


@dataclass(frozen=True, slots=True)
class Measured:
    """測ったもの, as a picture shows it."""

    shape: Shape
    corners: Line = ()
    words: str = ""


@dataclass(slots=True)
class Pen:
    """ペン: the corners set so far with a tool. A measure that has ended stays until the next corner."""

    tool: MapTool | None = None
    corners: list[tuple[float, float]] = field(default_factory=list)
    has_ended: bool = False
    is_short: bool = False  # somebody tried to end it with too few corners

    def take(self, tool: MapTool | None) -> None:
        """Take another tool, or none; what was begun is gone."""
        self.tool = tool
        self.clear()

    def clear(self) -> None:
        """Begin again with the same tool."""
        self.corners = []
        self.has_ended = False
        self.is_short = False

    @property
    def is_many(self) -> bool:
        """Whether the tool sets more than one corner."""
        return self.tool is not None and self.tool.shape is not Shape.POINT

    @property
    def line(self) -> Line:
        """The corners."""
        return tuple(self.corners)

    @property
    def hint(self) -> str:
        """The sentence to show now."""
        if self.tool is None:
            return ""
        return self.tool.few if self.is_short else self.tool.hint

    def add(self, corner: tuple[float, float]) -> bool:
        """Set a corner; False where it stands already (the second press of a double press)."""
        if self.corners and math.dist(self.corners[-1], corner) <= _SAME_DEG:
            return False
        if self.has_ended:
            self.clear()
        self.is_short = False
        self.corners.append(corner)
        return True

    def take_back(self) -> bool:
        """Take the last corner back; False where there is none."""
        if not self.corners:
            return False
        self.corners.pop()
        self.has_ended = self.is_short = False
        return True

    def finish(self) -> bool:
        """End the line or ring; False with too few corners, which is then said."""
        if self.tool is None or not self.is_many or self.has_ended:
            return False
        self.is_short = len(self.corners) < self.tool.shape.least
        self.has_ended = not self.is_short
        return self.has_ended
