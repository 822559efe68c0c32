"""施設の記録: who answers, what stands there, and who said each figure when (RULES C, FEATURES E1, E16)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum


class SiteFigure(StrEnum):
    """値の種類: each can have a source and a day of its own."""

    DESIGNATION = "designation"
    ROOMS = "rooms"
    BLOCKED = "blocked"
    STAFF = "staff"
    ACCEPTS = "accepts"
    NEEDS = "needs"
    POWER = "power"
    FITNESS = "fitness"


@dataclass(frozen=True, slots=True)
class FigureSource:
    """値の出典と確認日. ``confirmed_on`` None = 未確認."""

    source: str = ""
    confirmed_on: date | None = None


class Equipment(StrEnum):
    """設備 that decides whether a person can be looked after there."""

    ACCESSIBLE_TOILET = "accessible_toilet"
    ELEVATOR = "elevator"
    RAMP = "ramp"
    EMERGENCY_POWER = "emergency_power"
    WATER = "water"
    BATH = "bath"
    TRANSPORT = "transport"
    PRIVATE_ROOM = "private_room"


@dataclass(frozen=True, slots=True)
class EquipmentFact:
    """設備の有無, as confirmed on a day (None = day not kept). An item without a fact is unknown."""

    is_there: bool
    confirmed_on: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class StockItem:
    """備蓄の品目. ``amount`` None = unknown."""

    name: str
    amount: Decimal | None = None
    unit: str = ""
    confirmed_on: date | None = None


@dataclass(frozen=True, slots=True)
class SiteContacts:
    """連絡先 by day and by night; the person in charge is a person, so nothing here is ever logged."""

    in_charge: str = field(default="", repr=False)
    by_day: str = field(default="", repr=False)
    by_night: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class FacilityRecord:
    """施設の記録 beside the figures that are computed with.

    ``agreement_on``: day of the 協定. ``announced_on``: day of the 公示, which fixes 受入対象者.
    """

    contacts: SiteContacts = SiteContacts()
    agreement_on: date | None = None
    announced_on: date | None = None
    equipment: Mapping[Equipment, EquipmentFact] = field(default_factory=dict)
    stock: tuple[StockItem, ...] = ()
