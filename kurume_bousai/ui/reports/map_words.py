"""地図の紙の言葉: how many pages and sheets there will be, said before anything is made."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.map_papers import LARGEST_SCALE, SMALLEST_SCALE
from kurume_bousai.services.papers.map_ports import MapPaperOrder, MapPlan

_NAMED: Final = 4


def plan_words(plan: MapPlan, order: MapPaperOrder) -> str:
    """Return whole sentences: pages, what they are, scale, and the size of what is glued."""
    paper = order.paper.value
    said = [f"{paper}で{plan.pages:,}ページです。"]
    if plan.covers:
        said.append(
            f"地図が{plan.sheets:,}枚(横{plan.columns}枚×縦{plan.rows}枚)、貼り合わせ図が{plan.covers}枚です。"
            if plan.covers == 1
            else f"地図が{plan.sheets:,}枚、貼り合わせ図が{plan.covers}枚です。"
        )
    elif plan.has_index:
        said.append(f"索引図が1枚、校区の地図が{plan.sheets:,}枚です。")
    if plan.glued_mm is not None and plan.covers == 1:
        wide, high = (side / 1000 for side in plan.glued_mm)
        said.append(f"貼り合わせると、横{wide:.2f}m、縦{high:.2f}mになります。")
    said.append(_scale_words(plan.scales))
    if plan.split and not plan.covers:
        more = f" ほか{len(plan.split) - _NAMED}" if len(plan.split) > _NAMED else ""
        said.append(f"1枚に入らず何枚かに分かれるもの: {'、'.join(plan.split[:_NAMED])}{more}。")
    return "".join(said)


def _scale_words(scales: tuple[int, ...]) -> str:
    if len(scales) == 1:
        return f"縮尺は 1:{scales[0]:,} です。"
    return f"縮尺は 1:{scales[0]:,} から 1:{scales[-1]:,} です。"


def typed_scale(text: str) -> int | None:
    """Read a scale as people write it (1:3,000, 3000, １／２５００); empty = what fits.

    Raises
    ------
    KnownProblem
        ``map_scale``.
    """
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "")
    if not plain:
        return None
    found = re.fullmatch(r"(?:1[:/])?(\d{1,6})", plain)
    scale = int(found[1]) if found else 0
    if not LARGEST_SCALE <= scale <= SMALLEST_SCALE:
        raise KnownProblem(
            "map_scale",
            f"縮尺は 1:{LARGEST_SCALE:,} から 1:{SMALLEST_SCALE:,} までの数で書いてください。",
            where=text,
            advice="例: 1:2,500。空にすると、1枚に入る大きさになります。",
        )
    return scale
