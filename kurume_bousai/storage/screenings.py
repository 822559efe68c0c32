"""スクリーニングの記録 in the database. Implements ``ScreeningRepository``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import Table, case, func, insert, select

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId, MemberId
from kurume_bousai.domain.plans import TravelMode
from kurume_bousai.domain.screening import (
    Profession,
    Screening,
    ScreeningClass,
    ScreeningCount,
    ScreeningResult,
    latest,
    newest_first,
)
from kurume_bousai.storage.codec import encode
from kurume_bousai.storage.members import Members
from kurume_bousai.storage.repository import Repository
from kurume_bousai.storage.rows.people import MemberRecord
from kurume_bousai.storage.rows.reception import ScreeningRecord
from kurume_bousai.storage.visible import counted_members, visible_members

_SCREENINGS = cast("Table", ScreeningRecord.__table__)
_MOMENTS = ("screened_at", "arrived_at", "recorded_at")


class Screenings(Repository):
    """スクリーニングの記録."""

    def add(self, access: Access, screening: Screening) -> None:
        """Store one, and in the same transaction the person's 区分 where it is the one that holds."""
        self.require_writing()
        access.require(Right.SCREEN_PEOPLE)
        found = visible_members(access).where(MemberRecord.member_id == screening.member_id)
        if self.connection.scalar(found) is None:
            raise KnownProblem(
                "person_gone",
                "この人はもう名簿にありません。",
                advice="画面を開き直して、いまの名簿を確かめてください。",
            )
        self.connection.execute(insert(_SCREENINGS).values(_to_row(screening)))
        self.session.audit.record(
            access, "screening_recorded", [screening.member_id], {"screening": screening.screening_id}
        )
        holds = latest(self._of(screening.member_id)) or screening
        Members(self.session).save_screening_class(access, screening.member_id, holds.screening_class.value)

    def of_member(self, access: Access, member_id: MemberId) -> list[Screening]:
        """Those of one person, the newest first. The audit tells who looked."""
        found = visible_members(access).where(MemberRecord.member_id == member_id)
        if self.connection.scalar(found) is None:
            return []
        screenings = self._of(member_id)
        if screenings:
            self.session.audit.record(access, "screenings_seen", [member_id], {})
        return newest_first(screenings)

    def counts(self, access: Access, district_id: DistrictId | None = None) -> list[ScreeningCount]:
        """Four rows; 支援措置対象者 and people who left the list are in none."""
        access.require(Right.SEE_COUNTS)
        last = (
            select(ScreeningRecord.member_id, func.max(ScreeningRecord.screened_at).label("screened_at"))
            .group_by(ScreeningRecord.member_id)
            .subquery()
        )
        statement = (
            select(
                MemberRecord.screening_class,
                func.count(),
                func.sum(case((last.c.screened_at.is_(None), 1), else_=0)),
                func.min(last.c.screened_at),
                func.max(last.c.screened_at),
            )
            .select_from(MemberRecord)
            .outerjoin(last, last.c.member_id == MemberRecord.member_id)
            .where(counted_members(), MemberRecord.screening_class.is_not(None))
            .group_by(MemberRecord.screening_class)
        )
        if district_id is not None:
            statement = statement.where(MemberRecord.district_id == district_id)
        found = {
            kind: (people, undated, oldest, newest)
            for kind, people, undated, oldest, newest in self.connection.execute(statement)
        }
        return [ScreeningCount(kind, *found.get(kind.value, (0, 0, None, None))) for kind in ScreeningClass]

    def _of(self, member_id: MemberId) -> list[Screening]:
        statement = select(_SCREENINGS).where(ScreeningRecord.member_id == member_id)
        return [_from_row(row) for row in self.connection.execute(statement).mappings()]


def _to_row(screening: Screening) -> dict[str, Any]:
    row: dict[str, Any] = encode(screening)
    return {**row, **{name: getattr(screening, name) for name in _MOMENTS}}


def _from_row(row: Mapping[Any, Any]) -> Screening:
    values: dict[str, Any] = dict(row)
    return Screening(
        **{
            **values,
            "member_id": MemberId(values["member_id"]),
            "screening_class": ScreeningClass(values["screening_class"]),
            "profession": Profession(values["profession"]),
            "transport": None if values["transport"] is None else TravelMode(values["transport"]),
            "result": ScreeningResult(values["result"]),
        }
    )
