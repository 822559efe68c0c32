"""災害の注記: what a sheet says of the dangers on it, and of those that are not."""

from __future__ import annotations

from typing import Final

from kurume_bousai.domain.map_papers import MapHazard
from kurume_bousai.reports.maps.ground import Ground

#: Which kinds of layers show a danger, and what to say where none is kept.
_NOT_YET: Final = {
    MapHazard.FLOOD_L2: "浸水想定区域(想定最大規模)",
    MapHazard.FLOOD_L1: "浸水想定区域(計画規模)",
    MapHazard.DURATION: "浸水の続く時間",
    MapHazard.INLAND: "内水の浸水想定区域",
    MapHazard.STORM_SURGE: "高潮の浸水想定区域",
}


def hazard_notes(hazard: MapHazard, ground: Ground, *, is_mono: bool) -> list[str]:
    """Never let a blank stand for safety: what is not drawn is said."""
    if hazard is MapHazard.NONE:
        return ["この図には、災害の想定区域をかいていません。"]
    notes = ["色や斜線のない所も、安全とは限りません。想定の外でも、浸水や土砂災害は起こります。"]
    if hazard in _NOT_YET and not ground.has_water:
        notes.append(f"{_NOT_YET[hazard]}の資料は、まだ取り込まれていません。")
    if not ground.has_landslides:
        notes.append("土砂災害警戒区域の資料は、まだ取り込まれていません。")
    if ground.has_water and not is_mono and hazard is not MapHazard.DURATION:
        notes.append("浸水の色は国の手引きによります。市の紙の地図は、0.5m未満に色を付けていません。")
    if is_mono:
        notes.append("白黒の図です。色は、公式のハザードマップと違います。")
    return ["".join(notes)]
