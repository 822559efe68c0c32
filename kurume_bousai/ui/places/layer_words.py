"""地図データの言葉: kinds, coverage and the answers of the hazard update, in whole words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from kurume_bousai.domain.dates import format_wareki, in_japan
from kurume_bousai.domain.layers import MapLayer
from kurume_bousai.services.places.map_layers import Coverage, Ground, WantedState

KINDS: Final[Mapping[str, str]] = {
    "flood": "洪水の浸水",
    "duration": "浸水の続く時間",
    "collapse": "家屋倒壊等の区域",
    "inland": "内水の浸水",
    "storm_surge": "高潮の浸水",
    "landslide": "土砂災害",
    "boundary": "行政区域",
    "school_area": "小学校区",
    "medical": "医療機関",
    "welfare_facility": "福祉施設",
    "care_facility": "介護事業所",
    "old_shelter": "避難施設(古い資料)",
    "school": "学校",
    "aed": "AED",
    "road": "道路",
    "river": "河川",
    "other": "自分の地図",
}
_OPTIONS: Final = re.compile(r"\(--[^)]*\)")
SCENARIOS: Final[Mapping[str, str]] = {"flood_l2": "想定最大規模", "flood_l1": "計画規模"}
SHAPES: Final[Mapping[str, str]] = {"point": "点", "line": "線", "polygon": "面"}
_COVERAGE: Final = {
    Coverage.WHOLE: "市全体を知っています。区域の外は「区域外」です。",
    Coverage.NONE: "どこまで知っているかがわかりません。区域の外は「データなし」です。",
    Coverage.NOT_ASKED: "危険の区域ではないので、範囲は問いません。",
}
_COVERAGE_SHORT: Final = {
    Coverage.WHOLE: "市全体",
    Coverage.NONE: "不明",
    Coverage.NOT_ASKED: "",
}
WANTED: Final = {
    WantedState.THERE: "入っています",
    WantedState.PART: "一部だけです",
    WantedState.MISSING: "まだありません",
}
WANTED_ICONS: Final = {
    WantedState.THERE: "check-circle-outline",
    WantedState.PART: "alert-circle-outline",
    WantedState.MISSING: "help-circle-outline",
}


def kind_words(kind: str, scenario: str) -> str:
    """「洪水の浸水(想定最大規模)」."""
    words = KINDS.get(kind, kind)
    return f"{words}({SCENARIOS[scenario]})" if scenario in SCENARIOS else words


def coverage_words(ground: Ground) -> str:
    """How much of the city a layer knows, as a sentence."""
    if ground.coverage in (Coverage.WHOLE, Coverage.PART) and ground.missing_parts:
        return (
            f"{'、'.join(sorted(ground.parts)) or '一部の川'}だけを知っています。"
            f"{'、'.join(sorted(ground.missing_parts))}の層も入るまで、区域の外は「データなし」です。"
        )
    if ground.coverage is Coverage.PART:
        return f"市の範囲の約{ground.share:.0%}を知っています。その外は「データなし」です。"
    return _COVERAGE[ground.coverage]


def coverage_short(ground: Ground) -> str:
    """The same for a column."""
    if ground.coverage in (Coverage.WHOLE, Coverage.PART) and ground.missing_parts:
        return "一部の川"
    if ground.coverage is Coverage.PART:
        return f"約{ground.share:.0%}"
    return _COVERAGE_SHORT[ground.coverage]


def added_words(layer: MapLayer) -> str:
    """When and by whom a layer was brought in."""
    when = in_japan(layer.imported_at)
    return f"{format_wareki(when.date())} {when:%H:%M}　{layer.imported_by}"


def short_hash(sha256: str) -> str:
    """Enough of a hash to compare by eye."""
    return sha256[:12]


def spaced_hash(sha256: str) -> str:
    """A whole hash in groups of eight, so that it wraps and can be read aloud."""
    return " ".join(sha256[start : start + 8] for start in range(0, len(sha256), 8))


def plain(text: str) -> str:
    """A message without the options of the command line that it names in brackets."""
    return _OPTIONS.sub("", text)
