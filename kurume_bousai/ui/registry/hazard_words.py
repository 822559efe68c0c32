"""家の危険のことば: every question the hazard layers answer for a home; 区域外 and データなし stay apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kurume_bousai.domain.dates import format_wareki
from kurume_bousai.domain.hazard_readings import QUESTIONS, STORM_SURGE, HazardSource, StoredReading
from kurume_bousai.domain.hazards import FloodRank, HazardScenario
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.labels import label as word_of

_CAPTIONS: Final = {
    ("flood", HazardScenario.FLOOD_L2.value): "洪水(最大)",
    ("flood", HazardScenario.FLOOD_L1.value): "洪水(計画)",
    ("duration", HazardScenario.FLOOD_L2.value): "浸水の時間",
    ("collapse", HazardScenario.FLOOD_L2.value): "家屋倒壊",
    ("inland", HazardScenario.INLAND.value): "内水",
    (STORM_SURGE, STORM_SURGE): "高潮",
    ("landslide", HazardScenario.LANDSLIDE.value): "土砂",
}
_DURATIONS: Final = {
    1: "12時間未満", 2: "12時間以上24時間未満", 3: "1日以上3日未満", 4: "3日以上7日未満",
    5: "7日以上14日未満", 6: "14日以上28日未満", 7: "28日以上",
}  # fmt: skip
_COLLAPSE: Final = {1: "氾濫流の区域", 2: "河岸侵食の区域"}
_SLIDES: Final = {1: "急傾斜地の崩壊", 2: "土石流", 3: "地滑り"}
_SLIDE_LEVELS: Final = {
    1: "警戒区域", 2: "特別警戒区域", 3: "警戒区域(指定前)", 4: "特別警戒区域(指定前)",
}  # fmt: skip
_OUTSIDE: Final = "区域外"
_NO_DATA: Final = "データなし"
_NOT_SAFE: Final = "区域外もデータなしも、安全という意味ではありません"


def hazard_facts(
    member: RosterMember, readings: Sequence[StoredReading], sources: Sequence[HazardSource] = ()
) -> list[tuple[str, str]]:
    """A line for every question the layers were asked of this home, and from which layers the answers are.

    Of a former home nothing is said.
    """
    home = member.home
    of_home = [one for one in readings if home is not None and (one.lon, one.lat) == (home.lon, home.lat)]
    if not of_home:
        return []
    found = {(one.kind, one.scenario): one for one in of_home}
    lines = [
        (_CAPTIONS[question], _state_words(found[question])) for question in QUESTIONS if question in found
    ]
    unasked = [_CAPTIONS[question] for question in QUESTIONS if question not in found]
    if unasked:
        lines.append((_NO_DATA, "、".join(unasked)))
    return [*lines, *_source_lines(sources), ("注意", _NOT_SAFE)]


def _source_lines(sources: Sequence[HazardSource]) -> list[tuple[str, str]]:
    """出典: one line for each file, with its own date and the day it was taken in."""
    by_file: dict[str, list[str]] = {}
    for one in sources:
        edition = f" {one.edition}" if one.edition else ""
        name = one.attribution or "出典の書かれていない図"
        line = f"{name}{edition}（{format_wareki(one.imported_on)}に取り込み）"
        caption = _CAPTIONS.get((one.kind, one.scenario))
        if caption is not None and caption not in by_file.setdefault(line, []):
            by_file[line].append(caption)
    told = [f"{'・'.join(captions)}: {line}" for line, captions in by_file.items() if captions]
    return [("出典", "\n".join(told))] if told else []


def _state_words(reading: StoredReading) -> str:
    if reading.state == "outside":
        return _OUTSIDE
    if reading.state == "no_data":
        return _NO_DATA
    if reading.kind == "landslide":
        level = _SLIDE_LEVELS.get(reading.level or 0, "区域の中(段階は不明)")
        return f"{level}({_SLIDES.get(reading.value or 0, '種類は不明')})"
    if reading.kind == "collapse":
        return _COLLAPSE.get(reading.value or 0, "区域の中(種類は不明)")
    if reading.kind == "duration":
        return _DURATIONS.get(reading.value or 0, "区域の中(時間は不明)")
    known = reading.value is not None and reading.value in set(FloodRank)
    return word_of(FloodRank(reading.value)) if known and reading.value else "区域の中(深さは不明)"
