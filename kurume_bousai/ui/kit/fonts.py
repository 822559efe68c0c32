"""The fonts: the shipped IPAexGothic is always registered, better ones of the system come first (UI.md)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from PySide6.QtGui import QFontDatabase

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.ui.kit.tokens import FAMILIES, replace_tokens, tokens

SHIPPED_FAMILY: Final = "IPAexGothic"
# A Japanese Windows lists some families under their Japanese names only.
_ALSO_CALLED: Final = {"BIZ UDPゴシック": "BIZ UDPGothic", "メイリオ": "Meiryo"}


def shipped_font() -> Path | None:
    """Path of the TrueType file carried by matplotlib-fontja, or None where it is missing.

    The package is located but not imported: importing it would pull in matplotlib.
    """
    spec = find_spec("matplotlib_fontja")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        file = Path(folder) / "fonts" / "ipaexg.ttf"
        if file.is_file():
            return file
    return None


@lru_cache(maxsize=1)
def _register_shipped() -> bool:
    file = shipped_font()
    return file is not None and QFontDatabase.addApplicationFont(str(file)) >= 0


def families_in_order(available: Iterable[str], japanese: Iterable[str]) -> tuple[str, ...]:
    """Families to use, best first: those of UI.md that exist, else any Japanese one; empty when none.

    `available` are all families of the system, `japanese` those that can write Japanese.
    """
    present = set(available)
    present |= {_ALSO_CALLED[name] for name in present if name in _ALSO_CALLED}
    wanted = tuple(name for name in FAMILIES if name in present)
    return wanted or tuple(sorted(japanese))[:1]


def load_fonts(*, only_shipped: bool = False) -> tuple[str, ...]:
    """Register the shipped font, choose the families and put them into the tokens.

    `only_shipped` leaves the system's fonts out (tests, and machines whose fonts are broken).
    Raises KnownProblem when nothing can write Japanese.
    """
    has_shipped = _register_shipped()
    available = set(QFontDatabase.families())
    japanese = QFontDatabase.families(QFontDatabase.WritingSystem.Japanese)
    if only_shipped:
        available, japanese = ({SHIPPED_FAMILY}, [SHIPPED_FAMILY]) if has_shipped else (set(), [])
    families = families_in_order(available, japanese)
    if not families:
        raise KnownProblem(
            "font_missing",
            "日本語の文字を表示できるフォントが見つかりません。",
            where="フォント",
            advice="プログラムを入れ直すか、システムに日本語フォント(BIZ UDPゴシックなど)を入れてください。",
        )
    bold = "Bold" in QFontDatabase.styles(families[0])
    replace_tokens(replace(tokens(), families=families, has_bold=bold))
    return families


def has_bold() -> bool:
    """Whether the resolved family owns a bold cut."""
    return tokens().has_bold
