"""福祉避難所, 指定避難所 and 指定緊急避難場所: three things, never merged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.hazards import Fitness, HazardScenario
from kurume_bousai.domain.ids import DistrictId, SiteId
from kurume_bousai.domain.members import AdmissionCategory, Need
from kurume_bousai.domain.site_record import FacilityRecord, FigureSource, SiteFigure


class YesNoUnknown(StrEnum):
    """はい・いいえ・不明: 指定 and 協定 are two fields, each with three answers."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Ownership(StrEnum):
    """公共・福祉施設: the city's 37 are 5 and 32."""

    PUBLIC = "public"
    WELFARE_FACILITY = "welfare_facility"


class OpeningState(StrEnum):
    """開設状態."""

    UNOPENED = "unopened"
    OPEN = "open"
    CLOSED = "closed"


class Verification(StrEnum):
    """確認状態."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    STALE = "stale"


class Unlimited(StrEnum):
    """制限なし: ``*`` in a file. An enum so that it cannot be taken for a number or for unknown."""

    UNLIMITED = "*"


UNLIMITED = Unlimited.UNLIMITED


@dataclass(frozen=True, slots=True)
class Room:
    """室: floor for people, in square metres; None = unknown."""

    name: str
    floor_m2: Decimal | None


@dataclass(frozen=True, slots=True)
class WelfareShelter:
    """福祉避難所. Capacities are derived from rooms, blocked places and staff, never stored (RULEBOOK §2).

    ``accepts``: a set of categories, ``UNLIMITED`` = everyone, None = unknown = nobody until confirmed.
    ``need_capacity``: a number of parties, ``UNLIMITED``, or absent / None = unknown = none until confirmed.
    ``staff_by_day``/``night``: people; None = unknown = no staff limit, marked 未確認.
    ``opens_at_level``: the 警戒レベル (3 or 4) at which the site opens.
    ``is_power_first``: 総合福祉会館's role; counted apart from the 37.
    ``rate_m2``: the site's own rate in ㎡ per person, one of ``RATES_M2``; None = the question's.
    ``figure_sources``: who said a figure when, where that is not the site's own ``source``/``verified_on``.
    """

    site_id: SiteId
    name: str
    short_name: str
    ownership: Ownership
    point: LonLat | None
    address: str = ""
    phone: str = ""
    district_id: DistrictId | None = None
    designation: YesNoUnknown = YesNoUnknown.UNKNOWN
    agreement: YesNoUnknown = YesNoUnknown.UNKNOWN
    rooms: tuple[Room, ...] = ()
    declared_capacity: int | None = None
    blocked_places: int = 0
    accepts: frozenset[AdmissionCategory] | Unlimited | None = None
    need_capacity: Mapping[Need, int | Unlimited | None] = field(default_factory=dict)
    power_kw: float | None = None
    power_hours: float | None = None
    staff_by_day: int | None = None
    staff_by_night: int | None = None
    fitness: Mapping[HazardScenario, Fitness] = field(default_factory=dict)
    opens_at_level: int = 3
    opening_order: int | None = None
    is_power_first: bool = False
    is_fictional: bool = False
    state: OpeningState = OpeningState.UNOPENED
    verification: Verification = Verification.UNCONFIRMED
    verified_on: date | None = None
    source: str = ""
    note: str = ""
    rate_m2: Decimal | None = None
    figure_sources: Mapping[SiteFigure, FigureSource] = field(default_factory=dict)
    record: FacilityRecord = field(default_factory=FacilityRecord)

    def source_of(self, figure: SiteFigure) -> FigureSource:
        """Who said a figure and when; where nothing is kept for it, what stands for the whole site."""
        return self.figure_sources.get(figure) or FigureSource(self.source, self.verified_on)

    def fitness_for(self, hazard: HazardScenario) -> Fitness:
        """Fitness for a hazard; nothing kept = unconfirmed, never fit."""
        return self.fitness.get(hazard, Fitness.UNCONFIRMED)


@dataclass(frozen=True, slots=True)
class DesignatedShelter:
    """指定避難所: a place to stay (災対法49条の7)."""

    site_id: SiteId  # 共通ID
    name: str
    kind: str
    address: str
    point: LonLat
    district_id: DistrictId | None
    district_method: str = ""
    capacity: int | None = None
    source: str = ""
    verification: Verification = Verification.UNCONFIRMED


@dataclass(frozen=True, slots=True)
class EmergencyEvacuationSite:
    """指定緊急避難場所: a place to escape to, for named hazards only.

    Capacities are what a public list states (None = unknown); nothing is computed with them.
    """

    site_id: SiteId
    name: str
    address: str
    point: LonLat
    hazards: frozenset[str]  # the official column names, e.g. "崖崩れ、土石流及び地滑り"
    district_id: DistrictId | None = None
    source: str = ""
    indoor_capacity: int | None = None
    outdoor_capacity: int | None = None
    capacity_text: str = ""
