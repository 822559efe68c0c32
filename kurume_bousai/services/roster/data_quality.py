"""名簿の点検: what somebody should look at, how many per 校区, who, and where the fix is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.ids import DistrictId, MemberId
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.quality import QualityCount, QualityKind, QualityPerson
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession


class QualityFix(StrEnum):
    """直す所: where a press leads."""

    PHONE = "phone"
    DISTRICT = "district"
    PLACE = "place"  # 位置を決める
    KANA = "kana"
    BIRTH = "birth"
    DUPLICATE = "duplicate"
    CONSENT = "consent"
    FORM = "form"
    WHOLE = "whole"  # the form from its beginning
    SUPPORTER = "supporter"


FIXES: Final[Mapping[QualityKind, QualityFix]] = {
    QualityKind.NO_PHONE: QualityFix.PHONE,
    QualityKind.NO_DISTRICT: QualityFix.DISTRICT,
    QualityKind.UNPLACED: QualityFix.PLACE,
    QualityKind.NO_KANA: QualityFix.KANA,
    QualityKind.TOO_OLD: QualityFix.BIRTH,
    QualityKind.DUPLICATE: QualityFix.DUPLICATE,
    QualityKind.NO_CONSENT: QualityFix.CONSENT,
    QualityKind.FORM_UNRETURNED: QualityFix.FORM,
    QualityKind.STATUTORY_GAP: QualityFix.WHOLE,
    QualityKind.PLAN_WITHOUT_SUPPORTER: QualityFix.SUPPORTER,
}
#: Whose form of a mailing has not come back, within a reading.
Unreturned = Callable[[ReadSession, Access], Sequence[MemberId]]


@dataclass(frozen=True, slots=True)
class QualityOverview:
    """名簿の点検の数: each kind per 校区 (None = not known), beside the people on the list.

    ``districts`` in the city's order. A person stands in every kind that is true of them, so kinds are
    never added up.
    """

    districts: tuple[DistrictId, ...]
    counts: Mapping[tuple[QualityKind, DistrictId | None], int]
    on_list: Mapping[DistrictId | None, int]

    def count(self, kind: QualityKind, district_id: DistrictId | None) -> int:
        """One cell."""
        return self.counts.get((kind, district_id), 0)

    def total(self, kind: QualityKind) -> int:
        """One kind in the whole city."""
        return sum(people for (one, _), people in self.counts.items() if one is kind)

    @property
    def rows(self) -> tuple[DistrictId | None, ...]:
        """The 校区 in order, then those without one where there are any."""
        known: tuple[DistrictId | None, ...] = self.districts
        strays = {district_id for _, district_id in self.counts} | set(self.on_list)
        rest = sorted(str(one) for one in strays - set(self.districts) if one is not None)
        found = (*known, *(DistrictId(one) for one in rest))
        return (*found, None) if None in strays else found


def open_letters(session: ReadSession, access: Access) -> Sequence[MemberId]:
    """People whose latest letter was posted and has not come back."""
    return session.mailings.unreturned(access)


class DataQuality:
    """名簿の点検の用件 on one open database. Needs ``SEE_PEOPLE``; safe to call from any thread.

    支援措置対象者 stand in no count and no list but those of the flagged clerk (RULEBOOK §1).
    """

    def __init__(self, database: CityDatabase, clock: Clock, unreturned: Unreturned = open_letters) -> None:
        self._database = database
        self._clock = clock
        self._unreturned = unreturned

    def overview(self) -> QualityOverview:
        """Every kind per 校区, in one reading."""
        access = self._database.access
        access.require(Right.SEE_PEOPLE)
        today = self._clock.now().date()
        with self._database.reading() as session:
            found = session.quality.counts(access, today, unreturned=self._unreturned(session, access))
            on_list = session.quality.totals(access)
            districts = tuple(
                district.district_id
                for district in session.districts.all()
                if access.sees_district(district.district_id)
            )
        return QualityOverview(districts, _as_mapping(found), on_list)

    def people(
        self, kind: QualityKind, district_id: DistrictId | None = None, *, has_no_district: bool = False
    ) -> list[QualityPerson]:
        """Who; ``district_id`` None = everywhere. The audit tells that a worklist of people was opened."""
        access = self._database.access
        access.require(Right.SEE_PEOPLE)
        today = self._clock.now().date()
        with self._database.reading() as session:
            found = session.quality.people(
                access,
                kind,
                today,
                district_id=district_id,
                has_no_district=has_no_district,
                unreturned=self._unreturned(session, access),
            )
            session.audit.record(access, "quality_list_seen", [], {"kind": kind.value, "people": len(found)})
        return found


def _as_mapping(
    counts: Sequence[QualityCount],
) -> Mapping[tuple[QualityKind, DistrictId | None], int]:
    return {(one.kind, one.district_id): one.people for one in counts}
