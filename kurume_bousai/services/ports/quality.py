"""Port of the worklist of data quality: how many, where, and who."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.ids import DistrictId, MemberId

#: Older than this: a slip of an era is likelier than such an age.
OLDEST_AGE = 110


class QualityKind(StrEnum):
    """名簿の点検: what somebody should look at."""

    NO_PHONE = "no_phone"
    NO_DISTRICT = "no_district"
    UNPLACED = "unplaced"
    NO_KANA = "no_kana"
    TOO_OLD = "too_old"
    DUPLICATE = "duplicate"
    NO_CONSENT = "no_consent"  # 名簿の同意が未回答
    FORM_UNRETURNED = "form_unreturned"
    STATUTORY_GAP = "statutory_gap"  # 法定項目が欠けている
    PLAN_WITHOUT_SUPPORTER = "plan_without_supporter"


@dataclass(frozen=True, slots=True)
class QualityCount:
    """点検の数 of one kind in one 校区; ``district_id`` None = 校区 not known."""

    kind: QualityKind
    district_id: DistrictId | None
    people: int


@dataclass(frozen=True, slots=True)
class QualityPerson:
    """点検の一人, as the worklist shows them; ``group`` is the same for suspected duplicates."""

    member_id: MemberId
    number: int
    name: str = field(repr=False)
    kana: str = field(repr=False)
    born_on: date | None = field(repr=False)
    district_id: DistrictId | None
    neighborhood: str = field(repr=False)
    group: str = field(default="", repr=False)


class QualityRepository(Protocol):
    """名簿の点検 over the people the operator sees; 支援措置対象者 only for the flagged clerk."""

    def counts(
        self, access: Access, today: date, *, unreturned: Sequence[MemberId] = ()
    ) -> list[QualityCount]:
        """Every kind per 校区 that has any; needs ``SEE_PEOPLE``."""

    def people(
        self,
        access: Access,
        kind: QualityKind,
        today: date,
        *,
        district_id: DistrictId | None = None,
        has_no_district: bool = False,
        unreturned: Sequence[MemberId] = (),
    ) -> list[QualityPerson]:
        """Who, in order of kana then number; duplicates side by side.

        ``district_id`` None = everywhere, unless ``has_no_district`` asks for those without one.
        """

    def totals(self, access: Access) -> Mapping[DistrictId | None, int]:
        """People on the list per 校区, the base of the counts; needs ``SEE_PEOPLE``."""
