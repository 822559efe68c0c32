"""災害時マイプラン and 支援者 in the database. Implement ``PlanRepository`` and ``SupporterRepository``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from sqlalchemy import Table, and_, case, func, select, true

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.ids import DistrictId, MemberId, SiteId, SupporterId
from kurume_bousai.domain.members import Need
from kurume_bousai.domain.plans import DestinationKind, IndividualEvacuationPlan
from kurume_bousai.domain.supporters import Supporter
from kurume_bousai.services.ports.members import DestinationCount
from kurume_bousai.storage.mapping import plans as mapping
from kurume_bousai.storage.repository import Repository, chunks
from kurume_bousai.storage.rows.people import (
    MemberRecord,
    PlanRecord,
    PlanSupporterRecord,
    SupporterRecord,
)
from kurume_bousai.storage.visible import counted_members, visible, visible_supporters

_PLANS = cast("Table", PlanRecord.__table__)
_LINKS = cast("Table", PlanSupporterRecord.__table__)
_SUPPORTERS = cast("Table", SupporterRecord.__table__)


class Plans(Repository):
    """災害時マイプラン."""

    def by_member(
        self, access: Access, member_ids: Sequence[MemberId] | None = None
    ) -> dict[MemberId, IndividualEvacuationPlan]:
        """Plans of visible members, all of them or the named ones."""
        access.require(Right.SEE_PEOPLE)
        if member_ids is None:
            return self._read(access, None)
        found: dict[MemberId, IndividualEvacuationPlan] = {}
        for part in chunks(member_ids):
            found.update(self._read(access, part))
        return found

    def _read(
        self, access: Access, member_ids: Sequence[MemberId] | None
    ) -> dict[MemberId, IndividualEvacuationPlan]:
        wanted = true() if member_ids is None else PlanRecord.member_id.in_(member_ids)
        scope = and_(visible(access), wanted)
        joined = _PLANS.join(MemberRecord.__table__, PlanRecord.member_id == MemberRecord.member_id)
        links: dict[str, list[str]] = {}
        found = self.connection.execute(
            select(PlanSupporterRecord.plan_id, PlanSupporterRecord.supporter_id)
            .select_from(joined.join(_LINKS, PlanSupporterRecord.plan_id == PlanRecord.plan_id))
            .where(scope)
            .order_by(PlanSupporterRecord.plan_id, PlanSupporterRecord.position)
        )
        for plan_id, supporter_id in found:
            links.setdefault(plan_id, []).append(supporter_id)
        rows = self.connection.execute(select(_PLANS).select_from(joined).where(scope)).mappings()
        return {
            MemberId(row["member_id"]): mapping.plan_from_row(row, links.get(row["plan_id"], ()))
            for row in rows
        }

    def destination_counts(self, access: Access) -> list[DestinationCount]:
        """Per 福祉避難所 of a plan (None = not yet named): people and parties by need."""
        access.require(Right.SEE_COUNTS)
        units = [
            func.sum(case((MemberRecord.needs.contains(f",{need.value},"), 1), else_=0)) for need in Need
        ]
        statement = (
            select(PlanRecord.destination_id, func.sum(1 + MemberRecord.companion_count), *units)
            .select_from(_PLANS.join(MemberRecord.__table__, PlanRecord.member_id == MemberRecord.member_id))
            .where(counted_members(), PlanRecord.destination_kind == DestinationKind.WELFARE_SHELTER.value)
            .group_by(PlanRecord.destination_id)
            .order_by(PlanRecord.destination_id)
        )
        return [
            DestinationCount(
                None if site_id is None else SiteId(site_id),
                int(people),
                {need: int(count) for need, count in zip(Need, parties, strict=True) if count},
            )
            for site_id, people, *parties in self.connection.execute(statement)
        ]

    def save_many(self, access: Access, plans: Sequence[IndividualEvacuationPlan]) -> None:
        """Store plans; one that was there gets the next version."""
        self.require_writing()
        access.require(Right.EDIT_PEOPLE)
        before = self._stored_versions([plan.plan_id for plan in plans])
        rows = []
        for plan in plans:
            row = mapping.plan_to_row(plan)
            row["version"] = before.get(plan.plan_id, plan.version - 1) + 1
            rows.append(row)
        self.upsert(_PLANS, rows)
        self.delete_by(_LINKS, "plan_id", [plan.plan_id for plan in plans])
        self.insert_many(_LINKS, [link for plan in plans for link in mapping.plan_links(plan)])
        self.session.audit.record(
            access,
            "plans_saved",
            sorted(plan.member_id for plan in plans),
            {"versions": {row["plan_id"]: row["version"] for row in rows}},
        )

    def _stored_versions(self, plan_ids: Sequence[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for part in chunks(plan_ids):
            statement = select(PlanRecord.plan_id, PlanRecord.version).where(PlanRecord.plan_id.in_(part))
            found.update((plan_id, version) for plan_id, version in self.connection.execute(statement))
        return found


class Supporters(Repository):
    """支援者."""

    def all(self, access: Access, district_id: DistrictId | None = None) -> list[Supporter]:
        """Those shown to the operator, in order of kana then id."""
        scope = visible_supporters(access)
        if district_id is not None:
            scope = and_(scope, SupporterRecord.district_id == district_id)
        statement = (
            select(_SUPPORTERS).where(scope).order_by(SupporterRecord.kana, SupporterRecord.supporter_id)
        )
        return [mapping.supporter_from_row(row) for row in self.connection.execute(statement).mappings()]

    def get(self, access: Access, supporter_id: SupporterId) -> Supporter | None:
        """One of those shown to the operator."""
        statement = select(_SUPPORTERS).where(
            visible_supporters(access), SupporterRecord.supporter_id == supporter_id
        )
        row = self.connection.execute(statement).mappings().first()
        return None if row is None else mapping.supporter_from_row(row)

    def save_many(self, access: Access, supporters: Sequence[Supporter]) -> None:
        """Store supporters, new or changed."""
        self.require_writing()
        access.require(Right.EDIT_PEOPLE)
        self.upsert(_SUPPORTERS, [mapping.supporter_to_row(supporter) for supporter in supporters])
        self.session.audit.record(
            access,
            "supporters_saved",
            sorted(supporter.supporter_id for supporter in supporters),
            {"people": len(supporters)},
        )
