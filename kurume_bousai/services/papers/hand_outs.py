"""渡す書類の中身: what a recipient's list, a 差分, a 受領書 and a loss report say. No Japanese here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.consents import SharingMode
from kurume_bousai.domain.hand_outs import RosterDifference
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.paper_order import PaperOrder
from kurume_bousai.domain.roster_columns import RosterColumn, RosterEntry
from kurume_bousai.domain.second_person import SecondPersonGround


@dataclass(frozen=True, slots=True)
class PartnerScope:
    """受け持ちの範囲 as it stands in a heading."""

    body: Body
    district_id: DistrictId | None = None
    neighborhood: str = field(default="", repr=False)
    districts: tuple[DistrictId, ...] = ()  # of a list of an emergency: only these of the whole


@dataclass(frozen=True, slots=True)
class PartnerRoster:
    """渡す名簿 of one recipient: its own people, its own columns. ``mode``: the rule it leaves under."""

    scope: PartnerScope
    columns: tuple[RosterColumn, ...]
    rows: tuple[RosterEntry, ...] = field(repr=False)
    as_of: date
    mode: SharingMode
    order: PaperOrder = PaperOrder.KANA


@dataclass(frozen=True, slots=True)
class PartnerDifference:
    """差分名簿 for what a recipient holds: ``base_copies`` are the numbers it changes."""

    scope: PartnerScope
    columns: tuple[RosterColumn, ...]
    base_copies: tuple[str, ...]
    base_on: date
    difference: RosterDifference = field(repr=False)
    as_of: date
    mode: SharingMode


@dataclass(frozen=True, slots=True)
class ReceiptForm:
    """受領書: what was handed over, with room for day, name and signature. It names nobody of the list."""

    recipient: str = field(repr=False)
    scope: PartnerScope
    copies: tuple[str, ...]
    people: int
    purpose: str
    columns: tuple[RosterColumn, ...]
    issued_on: date
    expires_on: date | None
    due_on: date | None


@dataclass(frozen=True, slots=True)
class LostPerson:
    """載っていた人 by number alone: the paper goes into a file, the names stay in the program."""

    number: int
    district_id: DistrictId | None = field(repr=False)
    neighborhood: str = field(repr=False)
    is_on_list: bool


@dataclass(frozen=True, slots=True)
class LossReport:
    """紛失の報告 of one copy: whose numbers, with which columns. Who held it stands in the program only."""

    copy_number: str
    document: str
    recipient: str = field(repr=False)
    purpose: str
    issued_on: date
    lost_on: date | None
    columns: tuple[RosterColumn, ...]
    people: tuple[LostPerson, ...] = field(repr=False)
    unknown_people: int = 0  # whose record is kept no longer
    operator: str = ""  # who let it out
    confirmed_by: str = ""
    second_ground: SecondPersonGround | None = None  # why ``confirmed_by`` is empty; None = not kept
