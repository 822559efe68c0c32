"""The font of the papers, and characters it cannot draw: told, never dropped."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from kurume_bousai.domain.errors import KnownProblem

_INVISIBLE = {*range(0x20), 0x7F, 0x200B, 0x200C, 0x200D, 0xFEFF}
_VARIATION_SELECTORS = {*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)}


@cache
def font_file() -> Path:
    """Return the file of IPAexGothic that matplotlib_fontja carries.

    Raises
    ------
    KnownProblem
        ``no_font``: without it a paper would be a page of boxes.
    """
    # The module itself is not imported: it would set up matplotlib.
    from importlib.util import find_spec

    spec = find_spec("matplotlib_fontja")
    if spec is not None and spec.origin is not None:
        file = Path(spec.origin).parent / "fonts" / "ipaexg.ttf"
        if file.is_file():
            return file
    raise KnownProblem(
        "no_font",
        "日本語の書体が見つからないため、PDFをつくれません。",
        advice="プログラムを入れ直してください。xlsx か html なら書き出せます。",
    )


@cache
def _drawable() -> frozenset[int]:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # has no stubs

    with TTFont(font_file(), lazy=True) as font:
        return frozenset(font.getBestCmap())


def missing_glyphs(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the characters without a picture in the font, in order of code; variation selectors too."""
    letters = {letter for text in texts for letter in text}
    return tuple(
        letter
        for letter in sorted(letters)
        if ord(letter) not in _INVISIBLE
        and (ord(letter) in _VARIATION_SELECTORS or ord(letter) not in _drawable())
    )


def glyph_notice(letters: tuple[str, ...]) -> str:
    """Return the sentence that tells which characters may look different on paper."""
    codes = "、".join(f"U+{ord(letter):04X}" for letter in letters[:20])
    return (
        f"この書体で正しく出せない文字が{len(letters)}種類あります({codes})。"
        "四角や別の字形で出ている所は、元の名簿で確かめてください。"
    )
