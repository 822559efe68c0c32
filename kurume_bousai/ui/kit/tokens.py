"""Colours, sizes and the user's text scale: the one source the stylesheet and every painter read (UI.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QWidget

MIN_SCALE: Final = 1.0
MAX_SCALE: Final = 1.75
SCALES: Final = (1.0, 1.25, 1.5, 1.75)

SIZES: Final[Mapping[str, int]] = MappingProxyType(
    {"small": 14, "body": 16, "lead": 20, "title": 24, "number": 28, "big": 44}
)
FAMILIES: Final = ("BIZ UDPGothic", "Yu Gothic UI", "Meiryo", "IPAexGothic")

_STANDARD: Final = {
    "paper": "#FBFBF9",
    "surface": "#FFFFFF",
    "line": "#D9D9D4",
    "edge": "#858B92",
    "text": "#1C1F23",
    "quiet": "#545A62",
    "accent": "#26408B",
    "accent_dark": "#1B2F69",
    "accent_tint": "#E9EDF7",
    "on_accent": "#FFFFFF",
    "disabled": "#EEEEEC",
    "focus": "#26408B",
    "focus_fill": "#FFFFFF",
    "focus_text": "#1C1F23",
    "focus_on_accent": "#1C1F23",
    "focus_accent_fill": "#26408B",
    "focus_accent_text": "#FFFFFF",
    "ok": "#1B7F79",
    "few": "#B07A00",
    "short": "#8A2A12",
    "unknown": "#3E454D",
    "short_tint": "#F8E9E5",
    "exercise": "#1E6B3A",
    "exercise_tint": "#DCEBDD",
    "event": "#1C1F23",
    "on_event": "#FFFFFF",
    "bar": "#6B727B",
    "bar_back": "#E4E4E0",
    "halo": "#FFFFFF",
    "map_text": "#1C1F23",
    "scroll": "#8E939A",
    "ramp_0": "#F0F1F2",
    "ramp_1": "#D3D7DB",
    "ramp_2": "#A9B0B7",
    "ramp_3": "#76808A",
    "ramp_4": "#444C55",
}
_BLACK_ON_WHITE: Final = _STANDARD | {
    "paper": "#FFFFFF",
    "line": "#000000",
    "edge": "#000000",
    "text": "#000000",
    "quiet": "#000000",
    "accent": "#000000",
    "accent_dark": "#000000",
    "accent_tint": "#E4E4E4",
    "disabled": "#FFFFFF",
    "focus": "#000000",
    "focus_fill": "#FFE100",
    "focus_text": "#000000",
    "focus_on_accent": "#000000",
    "focus_accent_fill": "#FFE100",
    "focus_accent_text": "#000000",
    "ok": "#0B5A55",
    "few": "#7A5200",
    "short": "#7A1D08",
    "unknown": "#000000",
    "short_tint": "#FFFFFF",
    "exercise": "#0F4A24",
    "exercise_tint": "#FFFFFF",
    "event": "#000000",
    "bar": "#000000",
    "bar_back": "#D0D0D0",
    "map_text": "#000000",
    "scroll": "#000000",
}
_WHITE_ON_BLACK: Final = _STANDARD | {
    "paper": "#000000",
    "surface": "#000000",
    "line": "#FFFFFF",
    "edge": "#FFFFFF",
    "text": "#FFFFFF",
    "quiet": "#FFFFFF",
    "accent": "#FFFFFF",
    "accent_dark": "#FFFFFF",
    "accent_tint": "#333333",
    "on_accent": "#000000",
    "disabled": "#000000",
    "focus": "#FFE100",
    "focus_fill": "#000000",
    "focus_text": "#FFFFFF",
    "focus_on_accent": "#FFE100",
    "focus_accent_fill": "#000000",
    "focus_accent_text": "#FFE100",
    "ok": "#4FD1C5",
    "few": "#FFC533",
    "short": "#FF8A6B",
    "unknown": "#FFFFFF",
    "short_tint": "#000000",
    "exercise": "#1E6B3A",
    "exercise_tint": "#DCEBDD",
    "event": "#FFFFFF",
    "on_event": "#000000",
    "bar": "#FFFFFF",
    "bar_back": "#4A4A4A",
    "scroll": "#FFFFFF",
}


class Theme(StrEnum):
    """配色: the standard one and two of high contrast."""

    STANDARD = "standard"
    BLACK_ON_WHITE = "black_on_white"
    WHITE_ON_BLACK = "white_on_black"


_PALETTES: Final[Mapping[Theme, Mapping[str, str]]] = MappingProxyType(
    {
        Theme.STANDARD: MappingProxyType(_STANDARD),
        Theme.BLACK_ON_WHITE: MappingProxyType(_BLACK_ON_WHITE),
        Theme.WHITE_ON_BLACK: MappingProxyType(_WHITE_ON_BLACK),
    }
)


@dataclass(frozen=True, slots=True)
class Tokens:
    """文字の大きさと配色: every size in px at the user's scale (1.0 to 1.75), every colour as #RRGGBB.

    `families` are tried in order; `has_bold` says whether the first that resolves owns a bold cut
    (a synthetic bold is never asked for).
    """

    scale: float = 1.0
    theme: Theme = Theme.STANDARD
    families: tuple[str, ...] = FAMILIES
    has_bold: bool = False

    def px(self, size: str | float) -> int:
        """Type and icons, in px: a role of `SIZES` or a number of px at 100 %; grows with the scale."""
        at_100 = SIZES[size] if isinstance(size, str) else size
        return round(at_100 * self.scale)

    def space(self, n: float) -> int:
        """`n` steps of the 8 px grid; padding grows by a quarter of the scale."""
        return round(n * 8 * (1 + (self.scale - 1) * 0.25))

    def control(self, height: float) -> int:
        """Height of a control, px at 100 %; grows by two thirds of the scale."""
        return round(height * (1 + (self.scale - 1) * 2 / 3))

    def width(self, width: float) -> int:
        """Width of a column or panel of words, px at 100 %; grows by three quarters of the scale."""
        return round(width * (1 + (self.scale - 1) * 0.75))

    def hex(self, name: str) -> str:
        """Return the colour `name` as #RRGGBB; KeyError for a colour nobody declared."""
        return _PALETTES[self.theme][name]


@dataclass(frozen=True, slots=True)
class Room:
    """画面のゆとり: the window's size divided by the scale, in px at 100 %."""

    width: float
    height: float

    @property
    def is_compact(self) -> bool:
        """Below 1200 x 600 the layout is the compact one."""
        return self.width < 1200 or self.height < 600


class TokenHub(QObject):
    """Announces that sizes or colours have changed; what is painted or fixed listens.

    `tokens_changing(Tokens)` comes just before, with what will be in force: the window picks its layout
    then, or it would be stretched by the old layout in the new size.
    """

    tokens_changing = Signal(object)
    tokens_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.current = Tokens()


@lru_cache(maxsize=1)
def hub() -> TokenHub:
    """Return the one object whose `tokens_changed` everything painted listens to."""
    return TokenHub()


def tokens() -> Tokens:
    """Return the tokens in force in this process."""
    return hub().current


def replace_tokens(new: Tokens) -> None:
    """Put other tokens in force and announce them. Qt thread only."""
    if new == hub().current:
        return
    hub().tokens_changing.emit(new)
    hub().current = new
    hub().tokens_changed.emit()


def set_scale(scale: float) -> None:
    """Set the text scale, held between 1.0 and 1.75."""
    replace_tokens(replace(tokens(), scale=min(MAX_SCALE, max(MIN_SCALE, float(scale)))))


def set_theme(theme: Theme | str) -> None:
    """Set the colours; ValueError for an unknown theme."""
    replace_tokens(replace(tokens(), theme=Theme(theme)))


def px(size: str | float) -> int:
    """`Tokens.px` of the tokens in force."""
    return tokens().px(size)


def space(n: float) -> int:
    """`Tokens.space` of the tokens in force."""
    return tokens().space(n)


def control(height: float) -> int:
    """`Tokens.control` of the tokens in force."""
    return tokens().control(height)


def width(at_100: float) -> int:
    """`Tokens.width` of the tokens in force."""
    return tokens().width(at_100)


def colour(name: str) -> QColor:
    """Return the colour `name` of the theme in force."""
    return QColor(tokens().hex(name))


def font(role: str | float = "body", *, bold: bool = False, digits: bool = False) -> QFont:
    """Font for painters: a role of `SIZES` or px at 100 %.

    `bold` counts only where the family has a bold cut. `digits` asks the family for digits of equal
    width; families without that feature (BIZ UDPGothic) still need `painters.draw_digits`.
    """
    return QFont(_font(tokens(), role, bold, digits))


@lru_cache(maxsize=256)
def _font(current: Tokens, role: str | float, bold: bool, digits: bool) -> QFont:
    made = QFont()
    made.setFamilies(list(current.families))
    made.setPixelSize(current.px(role))
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if bold and current.has_bold:
        made.setWeight(QFont.Weight.Bold)
    if digits:
        made.setFeature(QFont.Tag("tnum"), 1)
    return made


def room_of(widget: QWidget, at: Tokens | None = None) -> Room:
    """Room of the window that holds `widget`, at the tokens in force or at others."""
    window = widget.window()
    scale = (at or tokens()).scale
    return Room(window.width() / scale, window.height() / scale)


def is_compact(widget: QWidget) -> bool:
    """Whether the window that holds `widget` must use the compact layout."""
    return room_of(widget).is_compact
