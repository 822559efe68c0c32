"""危険の読み取り: what the layers say of a place. Neither 区域外 nor データなし is ever called safe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, TypeAlias

from kurume_bousai.domain.hazards import HazardScenario

#: ``inside`` a zone · ``outside`` every zone, and the data is whole there · ``no_data``.
HazardState: TypeAlias = Literal["inside", "outside", "no_data"]
STATES: Final[tuple[HazardState, ...]] = ("no_data", "outside", "inside")

#: 高潮 is no scenario of the capacity question, so its name stands here (A49, RULES F4).
STORM_SURGE: Final = "storm_surge"

#: Every question a place is asked: kind and scenario, in the order of the answers.
QUESTIONS: Final[tuple[tuple[str, str], ...]] = (
    ("flood", HazardScenario.FLOOD_L2.value),
    ("flood", HazardScenario.FLOOD_L1.value),
    ("duration", HazardScenario.FLOOD_L2.value),
    ("collapse", HazardScenario.FLOOD_L2.value),
    ("inland", HazardScenario.INLAND.value),
    (STORM_SURGE, STORM_SURGE),
    ("landslide", HazardScenario.LANDSLIDE.value),
)

#: Kinds that say by themselves that a home is in the zone of their scenario (``--rule in_hazard``).
ZONE_KINDS: Final = frozenset({"flood", "collapse", "inland", "landslide"})

WORDS_OUTSIDE: Final = "区域の外です。安全という意味ではありません。"
WORDS_NO_DATA: Final = "データがありません。安全という意味ではありません。"


@dataclass(frozen=True, slots=True)
class Hit:
    """当たった区域: value and level of one zone that holds the place, with the layer's place in the list."""

    layer: int
    value: int | None
    level: int | None
    name: str = ""


@dataclass(frozen=True, slots=True)
class HazardReading:
    """一つの問いの答え.

    ``value``: the worst rank over all rivers (flood, inland, storm surge, duration), the kind of zone with
    the worst level (landslide), 1 or 2 (collapse; both → 1, ``hits`` has both); 0 outside; None = no data,
    or inside a zone whose depth the file does not tell. ``missing`` says why there is no data.
    """

    kind: str
    scenario: str
    state: HazardState
    value: int | None
    level: int | None = None
    sources: tuple[str, ...] = ()
    hits: tuple[Hit, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredReading:
    """保存した読み取り of a member or a site: the answer, and the point for which it holds."""

    kind: str
    scenario: str
    state: HazardState
    value: int | None
    level: int | None
    lon: float = field(repr=False)
    lat: float = field(repr=False)


@dataclass(frozen=True, slots=True)
class HazardSource:
    """危険の出どころ: from which layer an answer comes. ``edition`` is what the file says of its age."""

    kind: str
    scenario: str
    attribution: str
    edition: str
    imported_on: date


def worst(hits: Sequence[Hit], kind: str) -> Hit | None:
    """Return the worst of several zones (RULES J9); an unknown value never hides a known one.

    Of 土砂 the worst level counts, of 家屋倒壊 the first kind (氾濫流), of all else the highest rank.
    """
    if not hits:
        return None
    if kind == "landslide":
        return max(hits, key=lambda hit: (severity(hit.level), -(hit.value or 0)))
    if kind == "collapse":
        return min(hits, key=lambda hit: hit.value or 9)
    return max(hits, key=lambda hit: hit.value or 0)


def severity(level: int | None) -> int:
    """土砂: 特別警戒 (2), 特別警戒 before its designation (4), 警戒 (1), before designation (3)."""
    return {2: 4, 4: 3, 1: 2, 3: 1}.get(level or 0, 0)
