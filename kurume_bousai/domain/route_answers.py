"""経路の答え: destinations, ways with what they cross, and the goals of a 逃げ地図."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.plans import DestinationKind
from kurume_bousai.domain.routes import EvacuationRoute, NoWay


@dataclass(frozen=True, slots=True)
class Destination:
    """行先: a place of the city with a known point; three kinds, never merged."""

    site_id: SiteId
    kind: DestinationKind
    name: str
    point: LonLat


@dataclass(frozen=True, slots=True)
class CrossedZone:
    """経路が通る区域: official wording, metres inside, and the wording of the worst depth on the way.

    ``words`` "" = the kind has no depth, or the file does not tell it (the name says which).
    """

    name: str
    length_m: float
    words: str = ""


@dataclass(frozen=True, slots=True)
class ClosedPlaces:
    """通れない所 that an answer took into account; those at ``without_effect`` met no road."""

    count: int = 0
    without_effect: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class WayAnswer:
    """道の答え: either a route or why there is none.

    ``crossed`` is as good as ``asked``, the titles of the zones that were looked at; nothing crossed is
    never called safe, and without any title nothing is known.
    """

    route: EvacuationRoute | None
    no_way: NoWay | None = None
    destination: Destination | None = None
    crossed: tuple[CrossedZone, ...] = ()
    asked: tuple[str, ...] = ()
    is_night: bool = False
    closed: ClosedPlaces = ClosedPlaces()


class GoalKind(StrEnum):
    """避難目標地点の種類 of a 逃げ地図 (RULES D7 step 2)."""

    EMERGENCY = "emergency"  # 指定緊急避難場所 fit for the hazard
    WELFARE = "welfare"  # 福祉避難所
    DESIGNATED = "designated"  # 指定避難所: without a fitness per hazard
    BOUNDARY = "boundary"  # where a road leaves the zone: outside a zone is not called safe


@dataclass(frozen=True, slots=True)
class Goal:
    """避難目標地点. A point of the zone's edge has no name and counts only when a person confirmed it."""

    kind: GoalKind
    point: LonLat = field(repr=False)
    name: str = ""
    site_id: SiteId | None = None
    is_confirmed: bool = True
