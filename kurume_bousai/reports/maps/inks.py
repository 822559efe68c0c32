"""地図の紙の色: official colours for dangers and for nothing else; a grey set on which stickers stand out.

Sources: RULES F6 (水害ハザードマップ作成の手引き; 重ねるハザードマップ の土砂). 家屋倒壊 is told by hatching.
In the grey set no fill is darker than a quarter and no line of a zone thicker than a hair, so that a round
sticker or a red pen is always the darkest thing on the sheet; ranks are told apart by their hatching.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kurume_bousai.domain.hazards import DURATION_COLOURS, FLOOD_COLOURS, FloodRank
from kurume_bousai.reports.maps.canvas import ACROSS, DOWN, FALLING, RISING, Pen

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
_DURATIONS: Final = (
    "12時間未満", "12時間以上24時間未満", "1日以上3日未満", "3日以上7日未満", "7日以上14日未満",
    "14日以上28日未満", "28日以上",
)  # fmt: skip
#: What the depth is of, by the kind of layer.
WATER_WORDS: Final = {"flood": "浸水", "inland": "内水", "storm_surge": "高潮"}
_LANDSLIDE_WORDS: Final = {1: "急傾斜地の崩壊", 2: "土石流", 3: "地滑り"}
_LANDSLIDE_COLOURS: Final = {
    (1, 1): "#FAE600", (1, 2): "#FA2800", (2, 1): "#E6C832", (2, 2): "#A50021",
    (3, 1): "#FF9900", (3, 2): "#B40028",
}  # fmt: skip
#: Dashes of the edge and distance of the lines (mm) of a 土砂 zone without colours, by its kind.
_MONO_SLIDES: Final = {1: ((), 1.2), 2: ((2.0, 0.7), 1.9), 3: ((0.6, 0.6), 2.8)}
#: Grey fill, distance of the lines (mm) and their slopes for rank 1 to 7: the deeper, the denser.
_MONO_RANKS: Final = (
    ("#FAFAFA", 3.2, (ACROSS,)), ("#F5F5F5", 2.2, (ACROSS,)), ("#F0F0F0", 1.4, (ACROSS,)),
    ("#EAEAEA", 0.9, (ACROSS,)), ("#E4E4E4", 1.6, (ACROSS, DOWN)), ("#DCDCDC", 1.0, (ACROSS, DOWN)),
    ("#D2D2D2", 0.7, (ACROSS, DOWN)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ink:
    """塗り方. ``opacity`` in percent; a hatch by ``slopes`` (of ``canvas``) and ``step`` (mm)."""

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


def depth_ink(rank: int | None, *, is_mono: bool, kind: str = "flood") -> Ink:
    """Return how a depth rank 1–6 of a water is drawn: one set of colours for 洪水, 内水 and 高潮.

    A zone without a known depth is hatched, never coloured as a depth.
    """
    water = WATER_WORDS[kind]
    if rank is None or not 1 <= rank <= len(_DEPTHS):
        return _unknown_ink(f"{water} 深さ不明", is_mono=is_mono)
    words = f"{water} {_DEPTHS[rank - 1]}"
    if is_mono:
        return _mono_rank(words, rank)
    # A thin edge tells the ranks apart in a grey copy too.
    return Ink(words, fill=FLOOD_COLOURS[FloodRank(rank)], pen=Pen("#A08F80", 0.12), order=rank)


def duration_ink(rank: int | None, *, is_mono: bool) -> Ink:
    """Return how a rank 1–7 of 浸水継続時間 is drawn."""
    if rank is None or rank not in DURATION_COLOURS:
        return _unknown_ink("浸水の続く時間 不明", is_mono=is_mono)
    words = f"浸水 {_DURATIONS[rank - 1]}続く"
    if is_mono:
        return _mono_rank(words, rank)
    return Ink(words, fill=DURATION_COLOURS[rank], opacity=55, pen=Pen("#8A8A8A", 0.12), order=rank)


def _mono_rank(words: str, rank: int) -> Ink:
    fill, step, slopes = _MONO_RANKS[rank - 1]
    line = Pen("#9A9A9A", 0.1)
    return Ink(words, fill=fill, pen=Pen("#7C7C7C", 0.12), hatch=line, step=step, slopes=slopes, order=rank)


def _unknown_ink(words: str, *, is_mono: bool) -> Ink:
    grey = "#9C9C9C" if is_mono else "#8A8A8A"
    return Ink(words, pen=Pen(grey, 0.2), hatch=Pen(grey, 0.12), step=2.4, slopes=(RISING,))


def landslide_ink(kind: int | None, level: int | None, *, is_mono: bool) -> Ink:
    """Return how a 土砂 zone is drawn; 指定前 (3, 4) as 警戒 (1) and 特別警戒 (2), and said."""
    special = level in (2, 4)
    before = "(指定前)" if level in (3, 4) else ""
    name = _LANDSLIDE_WORDS.get(kind or 0, "土砂災害")
    words = f"{name} {'特別警戒区域' if special else '警戒区域'}{before}"
    slopes = (RISING, FALLING) if special else (FALLING,)
    if is_mono:
        # The kind by the edge and the distance of the lines, the level by their slopes.
        dash, step = _MONO_SLIDES.get(kind or 0, ((), 1.5))
        edge, hatch = Pen("#3C3C3C", 0.35, dash), Pen("#6A6A6A", 0.15)
        return Ink(words, pen=edge, hatch=hatch, step=step, slopes=slopes, order=special)
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
    colour = "#4A4A4A" if is_mono else "#7A2E2E"
    slopes = (FALLING,) if kind == 2 else (RISING,)
    return Ink(words, pen=Pen(colour, 0.25), hatch=Pen(colour, 0.16), step=2.6, slopes=slopes)


#: Width on the paper and words of a road by its width class; 0 = not known.
_ROADS: Final = {
    0: (0.28, "道路 幅不明"),
    2: (0.28, "道路 幅3m以上5.5m未満(要注意)"),
    3: (0.5, "道路 幅5.5m以上13m未満"),
    4: (0.8, "道路 幅13m以上19.5m未満"),
    5: (1.1, "道路 幅19.5m以上"),
}
_UNKNOWN_ROAD: Final = Pen("#8C8C8C", 0.28, (2.4, 0.5))


def road_ink(width_class: int | None) -> Ink:
    """Return how a road is drawn, by its width class 1–5; a car does not get through class 1."""
    if width_class == 1:
        return Ink("道路 幅3m未満(車が入れない)", pen=Pen("#7A7A7A", 0.22, (0.9, 0.6)), is_line=True)
    width, words = _ROADS.get(width_class or 0, _ROADS[0])
    pen = Pen("#8C8C8C", width) if (width_class or 0) in _ROADS and width_class else _UNKNOWN_ROAD
    return Ink(words, pen=pen, is_line=True)


def river_ink(*, is_mono: bool) -> Ink:
    """Return how a river's line is drawn."""
    return Ink("河川・水路", pen=Pen("#4A4A4A" if is_mono else "#2F6DA8", 0.35), is_line=True)


_OWN_DASHES: Final = ((), (2.2, 0.8), (0.8, 0.8), (2.2, 0.6, 0.6, 0.6))


def own_ink(words: str, number: int) -> Ink:
    """Return how the ``number``-th class of the office's own layers is drawn; its line is never a road's."""
    wider, dash = divmod(number, len(_OWN_DASHES))
    return Ink(words, pen=Pen("#2B2B2B", 0.3 + 0.12 * (wider % 3), _OWN_DASHES[dash]), is_line=True)


def neighborhood_ink() -> Ink:
    """Return how the border of a 自治会 is drawn, where a layer has it."""
    return Ink("自治会の境", pen=Pen("#3C3C3C", 0.4, (1.4, 0.7, 0.3, 0.7)), is_line=True)
