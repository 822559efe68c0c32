"""Icons beside words, from the icon font that qtawesome carries (`mdi6`, works offline).

The font is drawn here rather than through `qtawesome.icon`: importing qtawesome pulls in qtpy and takes a
third of a second of every start, and its size is decided by the caller's scale anyway. Where its files
are laid out otherwise than expected, qtawesome itself is asked.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple, cast

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPainter, QPixmap

from kurume_bousai.ui.kit.tokens import px, tokens


class _IconFont(NamedTuple):
    family: str
    glyphs: dict[str, str]


def icon(name: str, colour: str = "text", size: str | float = 20) -> QIcon:
    """Icon `mdi6.<name>` in the colour of that token name, `size` px at 100 %.

    `name` may be written with or without the prefix `mdi6.`. Raises ValueError for a name the icon
    font does not have.
    """
    return _icon(name.removeprefix("mdi6."), tokens().hex(colour), px(size), _ratios())


def pixmap(name: str, colour: str = "text", size: str | float = 20) -> QPixmap:
    """Picture of an icon for a label or a painter, `size` px at 100 %."""
    side = px(size)
    screen = QGuiApplication.primaryScreen()
    ratio = screen.devicePixelRatio() if screen is not None else 1.0
    return icon(name, colour, size).pixmap(QSize(side, side), ratio)


@lru_cache(maxsize=512)
def _icon(name: str, colour: str, side: int, ratios: tuple[float, ...]) -> QIcon:
    kept = _icon_font()
    if kept is None:
        return _by_qtawesome(name, colour)
    if name not in kept.glyphs:
        raise ValueError(f"no icon mdi6.{name}")
    made = QIcon()
    for ratio in ratios:
        made.addPixmap(_drawn(kept.glyphs[name], kept.family, QColor(colour), side, ratio))
    return made


def _drawn(glyph: str, family: str, colour: QColor, side: int, ratio: float) -> QPixmap:
    made = QPixmap(round(side * ratio), round(side * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    face = QFont(family)
    face.setPixelSize(round(side * 0.9))  # the glyphs fill their em: leave air before the word
    face.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.setFont(face)
    painter.setPen(colour)
    painter.drawText(QRectF(0, 0, side, side), Qt.AlignmentFlag.AlignCenter, glyph)
    painter.end()
    return made


def _ratios() -> tuple[float, ...]:
    """Pixel ratios to draw for: every screen's own (Windows often has 1.25), so that none is resampled."""
    return tuple(sorted({1.0, *(screen.devicePixelRatio() for screen in QGuiApplication.screens())}))


@lru_cache(maxsize=1)
def _icon_font() -> _IconFont | None:
    spec = find_spec("qtawesome")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        fonts = Path(folder) / "fonts"
        faces = sorted(fonts.glob("materialdesignicons6*.ttf"))
        charmaps = sorted(fonts.glob("materialdesignicons6*charmap*.json"))
        if faces and charmaps:
            number = QFontDatabase.addApplicationFont(str(faces[0]))
            families = QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
            codes = json.loads(charmaps[0].read_text(encoding="utf-8"))
            if families:
                return _IconFont(families[0], {name: chr(int(code, 16)) for name, code in codes.items()})
    return None


def _by_qtawesome(name: str, colour: str) -> QIcon:
    import qtawesome

    try:
        return cast("QIcon", qtawesome.icon(f"mdi6.{name}", color=colour))
    except Exception as error:  # qtawesome raises a bare Exception for an unknown name
        raise ValueError(f"no icon mdi6.{name}") from error
