"""対象者の要件と判定 in the database. Implements ``EligibilityRepository``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

from sqlalchemy import Table, func, insert, select, update

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.audit import canonical_json
from kurume_bousai.domain.criteria_editing import difference
from kurume_bousai.domain.eligibility import CriteriaSet, EligibilityDecision, Finding, Verdict
from kurume_bousai.domain.eligibility_sets import SHIPPED_SETS
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.services.ports.eligibility import EligibilityRun, KeptFinding
from kurume_bousai.storage import codec
from kurume_bousai.storage.repository import Repository, chunks
from kurume_bousai.storage.rows.letters import (
    EligibilityDecisionRecord,
    EligibilityFindingRecord,
    EligibilityRunRecord,
    EligibilitySetRecord,
)
from kurume_bousai.storage.visible import visible_members

_SETS = cast("Table", EligibilitySetRecord.__table__)
_RUNS = cast("Table", EligibilityRunRecord.__table__)
_FINDINGS = cast("Table", EligibilityFindingRecord.__table__)
_DECISIONS = cast("Table", EligibilityDecisionRecord.__table__)


class Eligibility(Repository):
    """対象者の要件と判定."""

    def sets(self) -> list[CriteriaSet]:
        """The latest version of every set, the shipped ones first."""
        found = {one.set_id: one for one in SHIPPED_SETS}
        statement = select(EligibilitySetRecord.content).order_by(
            EligibilitySetRecord.set_id, EligibilitySetRecord.version
        )
        for content in self.connection.scalars(statement):
            one = codec.loads(CriteriaSet, content)
            found[one.set_id] = one
        return list(found.values())

    def versions(self, set_id: str) -> list[tuple[CriteriaSet, datetime, str]]:
        """Every saved version, the newest first."""
        statement = (
            select(EligibilitySetRecord.content, EligibilitySetRecord.saved_at, EligibilitySetRecord.saved_by)
            .where(EligibilitySetRecord.set_id == set_id)
            .order_by(EligibilitySetRecord.version.desc())
        )
        return [
            (codec.loads(CriteriaSet, row.content), row.saved_at, row.saved_by)
            for row in self.connection.execute(statement)
        ]

    def save_set(self, access: Access, criteria: CriteriaSet, *, at: datetime) -> CriteriaSet:
        """Store a new version; audited."""
        self.require_writing()
        access.require(Right.KEEP_CITY_RULES)
        last = self.connection.scalar(
            select(func.max(EligibilitySetRecord.version)).where(
                EligibilitySetRecord.set_id == criteria.set_id
            )
        )
        before = next((one for one in self.sets() if one.set_id == criteria.set_id), None)
        kept = replace(criteria, version=(last or 0) + 1)
        self.connection.execute(
            insert(_SETS).values(
                set_id=kept.set_id,
                version=kept.version,
                content=codec.dumps(kept),
                saved_at=at,
                saved_by=access.name,
            )
        )
        self.session.audit.record(
            access,
            "criteria_saved",
            [kept.set_id],
            {"set": kept.set_id, "version": kept.version, **difference(before, kept)},
        )
        return kept

    def runs(self) -> list[EligibilityRun]:
        """The newest first."""
        statement = select(_RUNS).order_by(EligibilityRunRecord.run.desc())
        return [EligibilityRun(**row) for row in self.connection.execute(statement).mappings()]

    def findings(self, access: Access) -> dict[MemberId, KeptFinding]:
        """What holds now for everybody on the list whom the viewer may see."""
        statement = (
            select(
                EligibilityFindingRecord.member_id,
                EligibilityFindingRecord.since_run,
                EligibilityFindingRecord.until_run,
                EligibilityFindingRecord.verdict,
                EligibilityFindingRecord.criteria,
            )
            .where(EligibilityFindingRecord.member_id.in_(visible_members(access)))
            .order_by(EligibilityFindingRecord.member_id, EligibilityFindingRecord.since_run)
        )
        decided = self._decisions()
        found: dict[MemberId, KeptFinding] = {}
        for row in self.connection.execute(statement):
            member_id = MemberId(row.member_id)
            earlier = found.get(member_id)
            found[member_id] = KeptFinding(
                Finding(Verdict(row.verdict), tuple(json.loads(row.criteria))),
                row.since_run,
                earlier.finding if earlier else None,
                earlier is not None and (earlier.was_ever_met or earlier.finding.verdict is Verdict.MET),
                decided.get((member_id, row.since_run)),
            )
        return found

    def record(
        self, access: Access, run: EligibilityRun, findings: Mapping[MemberId, Finding]
    ) -> EligibilityRun:
        """Keep a run and every finding that differs from the one that holds."""
        self.require_writing()
        access.require(Right.EDIT_PEOPLE)
        number = (self.connection.scalar(select(func.max(EligibilityRunRecord.run))) or 0) + 1
        kept = replace(run, run=number)
        self.connection.execute(insert(_RUNS).values(_run_row(kept)))
        holds = self.findings(access)
        changed = {
            member_id: finding
            for member_id, finding in findings.items()
            if member_id not in holds or holds[member_id].finding != finding
        }
        for part in chunks([member_id for member_id in changed if member_id in holds]):
            self.connection.execute(
                update(_FINDINGS)
                .where(
                    EligibilityFindingRecord.member_id.in_(part),
                    EligibilityFindingRecord.until_run.is_(None),
                )
                .values(until_run=number)
            )
        self.insert_many(
            _FINDINGS,
            [
                {
                    "member_id": member_id,
                    "since_run": number,
                    "until_run": None,
                    "verdict": finding.verdict.value,
                    "criteria": canonical_json(list(finding.criteria)),
                }
                for member_id, finding in changed.items()
            ],
        )
        payload = {"run": number, "set": run.set_id, "version": run.set_version}
        self.session.audit.record(access, "eligibility_judged", [], payload)
        return kept

    def decide(
        self,
        access: Access,
        member_ids: Sequence[MemberId],
        decision: EligibilityDecision,
        reason: str,
        *,
        at: datetime,
    ) -> None:
        """Keep what a person decided about the findings that hold now."""
        self.require_writing()
        access.require(Right.EDIT_PEOPLE)
        holds = self.findings(access)
        rows = [
            {
                "member_id": member_id,
                "since_run": holds[member_id].since_run,
                "decision": decision.value,
                "reason": reason,
                "decided_at": at,
                "decided_by": access.name,
            }
            for member_id in member_ids
            if member_id in holds
        ]
        self.upsert(_DECISIONS, rows)
        self.session.audit.record(
            access,
            "eligibility_decided",
            [str(row["member_id"]) for row in rows],
            {"decision": decision.value},
        )

    def _decisions(self) -> dict[tuple[MemberId, int], EligibilityDecision]:
        statement = select(
            EligibilityDecisionRecord.member_id,
            EligibilityDecisionRecord.since_run,
            EligibilityDecisionRecord.decision,
        )
        return {
            (MemberId(row.member_id), row.since_run): EligibilityDecision(row.decision)
            for row in self.connection.execute(statement)
        }


def _run_row(run: EligibilityRun) -> dict[str, object]:
    """The columns of a run."""
    return {item.name: getattr(run, item.name) for item in _RUNS.columns}
