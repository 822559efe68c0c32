"""読んだ記録: what was found, mended or left out on the way, so that nothing is dropped silently."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from kurume_bousai.domain.errors import KnownProblem

ADVICE: Final = (
    "国土数値情報などから受け取ったままのファイル"
    "(zip、Shapefile、GeoJSON、GML、GeoPackage、KML、CSV)を選んでください。"
)
#: What to do with a file that is broken or that nobody should open.
ADVICE_AGAIN: Final = "このファイルは使わず、公開元からもう一度受け取ってください。"
#: Names listed in one sentence; the rest is a number.
SHOWN: Final = 10
#: Names kept of what was left out for one reason.
MOST_NAMES: Final = 200


def problem(code: str, message: str, where: str, advice: str = ADVICE) -> KnownProblem:
    """A trouble with a file that a person can mend."""
    return KnownProblem(code, message, where=where, advice=advice)


def empty_file(where: str) -> KnownProblem:
    """Trouble with a file that holds no shape at all."""
    return problem(
        "layer_nothing",
        "図形が1件も入っていません(空のデータ)。",
        where,
        "公開元で、久留米市を含むデータを選び直してください。",
    )


@dataclass(slots=True)
class Notes:
    """覚え: told once each, in the order found."""

    warnings: list[str] = field(default_factory=list)
    repaired: list[str] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)
    left_out_names: dict[str, list[str]] = field(default_factory=dict)

    def tell(self, text: str) -> None:
        """Keep a sentence, once."""
        if text not in self.warnings:
            self.warnings.append(text)

    def leave_out(self, reason: str, count: int = 1, names: Sequence[str] = ()) -> None:
        """Count features that are not taken, by reason; ``names`` of those worth looking for."""
        if count:
            self.left_out[reason] = self.left_out.get(reason, 0) + count
        if names:
            kept = self.left_out_names.setdefault(reason, [])
            kept.extend(names[: MOST_NAMES - len(kept)])


def listed(names: list[str]) -> str:
    """Names for a sentence: the first ten, then how many more."""
    shown = "、".join(names[:SHOWN])
    return shown if len(names) <= SHOWN else f"{shown} ほか{len(names) - SHOWN}件"
