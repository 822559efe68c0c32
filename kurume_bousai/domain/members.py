"""避難行動要支援者: a person on the statutory list, with needs, registration and consents."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NamedTuple

from kurume_bousai.domain.consents import Consent, ConsentKind, ConsentState
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.ids import DistrictId, MemberId
from kurume_bousai.domain.person_details import NO_DETAILS, PersonDetails
from kurume_bousai.domain.reasons import Reason as Reason  # noqa: PLC0414 - its old home


class Need(StrEnum):
    """必要な支援 (RULEBOOK §2), one unit each at a site."""

    POWER = "power"
    WHEELCHAIR = "wheelchair"
    STRETCHER = "stretcher"
    PRIVATE_ROOM = "private_room"
    CARE = "care"
    INFANT = "infant"


class AdmissionCategory(StrEnum):
    """受入対象: whom a welfare shelter takes; apart from ``Need``."""

    ELDERLY = "elderly"
    PHYSICAL = "physical"
    INTELLECTUAL = "intellectual"
    MENTAL = "mental"
    MATERNAL = "maternal"


class Sex(StrEnum):
    """性別 as on the list; unknown stays unknown."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


class RegistrationState(StrEnum):
    """登録(申込): Kurume's own step; apart from being on the list and apart from consent."""

    NOT_INVITED = "not_invited"  # 未案内
    INVITED = "invited"  # 案内済
    APPLIED = "applied"  # 申込済
    DECLINED = "declined"  # 辞退: stays on the statutory list


class DistrictMethod(StrEnum):
    """校区の決め方: how a person's 校区 was decided."""

    STATED = "stated"  # written in the file or chosen by a clerk
    POLYGON = "polygon"
    NEAREST = "nearest"
    UNKNOWN = "unknown"


class RemovalReason(StrEnum):
    """消除の理由."""

    DIED = "died"
    MOVED_OUT = "moved_out"
    ADMITTED = "admitted"  # 入所・長期入院
    NO_LONGER_ELIGIBLE = "no_longer_eligible"
    IMPORT_UNDONE = "import_undone"
    MERGED = "merged"  # 同じ人の記録にまとめた (services.roster.merges)
    ABSENT_FROM_WHOLE_FILE = "absent_from_whole_file"


#: The record of somebody who was never asked, made once: lists ask for it for everybody.
_UNANSWERED: Final = {kind: Consent(kind) for kind in ConsentKind}


@dataclass(frozen=True, slots=True)
class Registration:
    """登録の記録."""

    state: RegistrationState = RegistrationState.NOT_INVITED
    registered_on: date | None = None


@dataclass(frozen=True, slots=True)
class RosterMember:
    """避難行動要支援者 in full, as a clerk keeps it. Most fields are personal and never printed by repr.

    ``name`` is as received; ``kana`` in katakana. ``power_hours`` is how long the person's own
    battery lasts, in hours. ``household_size`` counts everyone in the home, ``companion_count`` those
    who go with the person to a shelter, the person not counted.
    """

    member_id: MemberId
    number: int  # 番号 on the screen; people with a hidden address have a range of their own
    name: str = field(repr=False)
    kana: str = field(default="", repr=False)
    born_on: date | None = field(default=None, repr=False)
    sex: Sex = field(default=Sex.UNKNOWN, repr=False)
    postal_code: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    building: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    phone_second: str = field(default="", repr=False)
    mail_or_fax: str = field(default="", repr=False)
    district_id: DistrictId | None = field(default=None, repr=False)
    district_method: DistrictMethod = field(default=DistrictMethod.UNKNOWN, repr=False)
    neighborhood: str = field(default="", repr=False)  # 自治会
    commissioner: str = field(default="", repr=False)  # 民生委員
    reasons: frozenset[Reason] = field(default_factory=frozenset, repr=False)
    care_level: str = field(default="", repr=False)  # 要介護度 as written: "要介護3"
    physical_grade: str = field(default="", repr=False)
    intellectual_grade: str = field(default="", repr=False)
    mental_grade: str = field(default="", repr=False)
    disease: str = field(default="", repr=False)  # 難病
    needs: frozenset[Need] = field(default_factory=frozenset, repr=False)
    power_hours: float | None = field(default=None, repr=False)
    categories: frozenset[AdmissionCategory] = field(default_factory=frozenset, repr=False)
    household_id: str = field(default="", repr=False)
    household_size: int = field(default=1, repr=False)
    companion_count: int = field(default=0, repr=False)
    information_means: str = field(default="", repr=False)  # 情報伝達手段
    registration: Registration = field(default_factory=Registration, repr=False)
    consents: tuple[Consent, ...] = field(default=(), repr=False)
    has_protected_address: bool = field(default=False, repr=False)  # 支援措置
    home: LonLat | None = field(default=None, repr=False)
    home_story: str = field(default="", repr=False)  # 平屋 / 2階 …
    flood_rank: int | None = field(default=None, repr=False)  # 0 = outside, 1–6 (RULES F4), None = no data
    screening_class: int | None = field(default=None, repr=False)  # 区分 1–4, the latest
    note: str = field(default="", repr=False)
    source: str = field(default="", repr=False)  # which office's extract
    source_key: str = field(default="", repr=False)  # ID within that source
    version: int = 1
    updated_at: datetime | None = None
    removed_on: date | None = None
    removal_reason: RemovalReason | None = None
    details: PersonDetails = field(default=NO_DETAILS, repr=False)  # never in a list, a map or a count

    def consent(self, kind: ConsentKind) -> Consent:
        """The record of one kind; unanswered where there is none."""
        for consent in self.consents:
            if consent.kind is kind:
                return consent
        return _UNANSWERED[kind]

    def consent_state(self, kind: ConsentKind) -> ConsentState:
        """State of one kind of consent; no record = unanswered, never consent."""
        return self.consent(kind).state

    @property
    def shown_name(self) -> str:
        """氏名 as papers, lists and letters print it: the form for showing where there is one.

        ``name`` stays as received; 外字 and IVS that no font has are why the other form is given.
        """
        return self.details.display_name or self.name

    @property
    def shown_kana(self) -> str:
        """よみ as papers print it, likewise."""
        return self.details.display_kana or self.kana

    @property
    def party_size(self) -> int:
        """People who need a place together: the person and companions (RULEBOOK §3)."""
        return 1 + self.companion_count


@dataclass(frozen=True, slots=True)
class CountedMember:
    """数える人: the slim projection the capacity question is made of; no name, no address, no consent."""

    member_id: MemberId
    number: int
    district_id: DistrictId | None = field(repr=False)
    home: LonLat | None = field(repr=False)
    companion_count: int = field(repr=False)
    needs: frozenset[Need] = field(repr=False)
    categories: frozenset[AdmissionCategory] = field(repr=False)
    flood_rank: int | None = field(repr=False)
    screening_class: int | None = field(repr=False)


#: Those who may still be asked to register.
OPEN_STATES: Final = frozenset({RegistrationState.NOT_INVITED, RegistrationState.INVITED})


class MemberRow(NamedTuple):
    """名簿の一行: the slim projection lists and maps of 20,000 people are made of.

    A named tuple: making 20,000 of them is most of what a list costs, and a frozen dataclass takes eight
    times as long.
    """

    member_id: MemberId
    number: int
    name: str
    kana: str
    district_id: DistrictId | None
    neighborhood: str
    needs: frozenset[Need]
    roster_consent: ConsentState
    registration: RegistrationState
    plan_state: str  # PlanState value
    has_supporter: bool
    flood_rank: int | None
    lon: float | None  # of the home, degrees of JGD2011; both or neither
    lat: float | None
    has_protected_address: bool = False
    is_rough: bool = False  # the home is only the middle of its 町字

    @property
    def home(self) -> LonLat | None:
        """Where the person lives."""
        return None if self.lon is None or self.lat is None else LonLat(self.lon, self.lat)

    def __repr__(self) -> str:
        # Nothing about a person but what the ledgers name them by: it may be quoted in a traceback.
        return f"MemberRow(member_id={self.member_id!r}, number={self.number!r})"
