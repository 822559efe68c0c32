"""地図の紙の色: official colours for dangers and for nothing else; a grey set on which stickers stand out.

Sources: RULES F6 (水害ハザードマップ作成の手引き; 重ねるハザードマップ の土砂). 家屋倒壊 is told by hatching.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kurume_bousai.domain.hazards import FLOOD_COLOURS, FloodRank
from kurume_bousai.reports.maps.canvas import Pen

INK: Final = "#1A1A1A"
QUIET: Final = "#555555"
FAINT: Final = "#C4C4C4"
PAPER: Final = "#FFFFFF"
#: The 校区 of the sheet.
BORDER: Final = Pen("#1A1A1A", 0.7)
#: The other 校区.
NEIGHBOUR: Final = Pen("#6B6B6B", 0.3)
#: Dashes of 概略 (computed) borders, in millimetres.
DASH: Final = (3.0, 1.8)
#: Dotted, so that it is not taken for a road.
GRID: Final = Pen("#7F93A8", 0.16, (0.3, 0.9))

_LEAST_CITY_MM: Final = 0.33
_DEPTHS: Final = (
    "0.5m未満", "0.5m以上3m未満", "3m以上5m未満", "5m以上10m未満", "10m以上20m未満", "20m以上",
)  # fmt: skip
_GREYS: Final = ("#F7F7F7", "#EFEFEF", "#E6E6E6", "#DCDCDC", "#D1D1D1", "#C6C6C6")
_LANDSLIDE_WORDS: Final = {1: "急傾斜地の崩壊", 2: "土石流", 3: "地滑り"}
_LANDSLIDE_COLOURS: Final = {
    (1, 1): "#FAE600", (1, 2): "#FA2800", (2, 1): "#E6C832", (2, 2): "#A50021",
    (3, 1): "#FF9900", (3, 2): "#B40028",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ink:
    """塗り方. ``opacity`` in percent; a hatch by ``slopes`` (1 rises, -1 falls) and ``step`` (mm)."""

    words: str
    fill: str | None = None
    opacity: int = 100
    pen: Pen | None = None
    hatch: Pen | None = None
    step: float = 1.6
    slopes: tuple[int, ...] = ()
    is_line: bool = False
    order: int = 0  # of faces of one kind: a larger one lies above

    @property
    def is_for_city(self) -> bool:
        """Whether it can still be read on the sheet of the whole city, where streets are a blur."""
        return not self.is_line or self.pen is None or self.pen.width >= _LEAST_CITY_MM


def flood_ink(rank: int, *, is_mono: bool) -> Ink:
    """Return how a depth rank 1–6 is drawn; a thin edge tells the ranks apart in a grey copy too."""
    words = f"浸水 {_DEPTHS[rank - 1]}"
    if is_mono:
        return Ink(words, fill=_GREYS[rank - 1], pen=Pen("#9C9C9C", 0.12))
    return Ink(words, fill=FLOOD_COLOURS[FloodRank(rank)], pen=Pen("#A08F80", 0.12))


def unknown_flood_ink(*, is_mono: bool) -> Ink:
    """Return how a zone without a known depth is drawn: hatched, never coloured as a depth."""
    grey = "#9C9C9C" if is_mono else "#8A8A8A"
    return Ink("浸水 深さ不明", pen=Pen(grey, 0.2), hatch=Pen(grey, 0.12), step=2.4, slopes=(1,))


def landslide_ink(kind: int | None, level: int | None, *, is_mono: bool) -> Ink:
    """Return how a 土砂 zone is drawn; 指定前 (3, 4) as 警戒 (1) and 特別警戒 (2), and said."""
    special = level in (2, 4)
    before = "(指定前)" if level in (3, 4) else ""
    name = _LANDSLIDE_WORDS.get(kind or 0, "土砂災害")
    words = f"{name} {'特別警戒区域' if special else '警戒区域'}{before}"
    slopes = (1, -1) if special else (-1,)
    if is_mono:
        hatch = Pen("#6A6A6A", 0.15)
        return Ink(words, pen=Pen("#3C3C3C", 0.3), hatch=hatch, step=1.5, slopes=slopes, order=special)
    colour = _LANDSLIDE_COLOURS.get((kind or 0, 2 if special else 1), "#FAE600")
    return Ink(
        words,
        fill=colour,
        opacity=70,
        pen=Pen(colour if special else "#9A8A00", 0.35),
        hatch=Pen("#5A1010", 0.12) if special else None,
        step=1.8,
        slopes=slopes if special else (),
        order=special,  # a 特別警戒区域 lies inside its 警戒区域
    )


def collapse_ink(kind: int | None, *, is_mono: bool) -> Ink:
    """Return how 家屋倒壊等氾濫想定区域 is drawn: a hatch, whose colour no rule fixes."""
    words = {1: "家屋倒壊等(氾濫流)", 2: "家屋倒壊等(河岸侵食)"}.get(kind or 0, "家屋倒壊等")
    colour = "#5A5A5A" if is_mono else "#7A2E2E"
    slopes = (-1,) if kind == 2 else (1,)
    return Ink(words, pen=Pen(colour, 0.25), hatch=Pen(colour, 0.16), step=2.6, slopes=slopes)


_ROAD_WIDTHS: Final = {1: 0.16, 2: 0.28, 3: 0.5, 4: 0.8, 5: 1.1}


def road_ink(width_class: int | None) -> Ink:
    """Return how a road is drawn, by its width class 1–5; a car does not get through class 1."""
    if width_class == 1:
        return Ink("道路 幅3m未満(車が入れない)", pen=Pen("#7A7A7A", 0.22, (0.9, 0.6)), is_line=True)
    words = "道路 幅5.5m以上" if (width_class or 0) >= 3 else "道路 幅3m以上5.5m未満・不明"
    return Ink(words, pen=Pen("#8C8C8C", _ROAD_WIDTHS.get(width_class or 0, 0.28)), is_line=True)


def river_ink(*, is_mono: bool) -> Ink:
    """Return how a river's line is drawn."""
    return Ink("河川・水路", pen=Pen("#4A4A4A" if is_mono else "#2F6DA8", 0.35), is_line=True)
