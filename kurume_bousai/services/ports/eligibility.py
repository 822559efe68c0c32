"""Ports of the criteria and of what was found by them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.eligibility import CriteriaSet, EligibilityDecision, Finding
from kurume_bousai.domain.ids import MemberId


@dataclass(frozen=True, slots=True)
class EligibilityRun:
    """判定の記録: number, the day that was judged, when and by whom, and by which version of which set."""

    run: int
    judged_on: date
    run_at: datetime
    operator: str
    set_id: str
    set_version: int


@dataclass(frozen=True, slots=True)
class KeptFinding:
    """いまの判定 of one person: since which run it holds, and what a person decided about it."""

    finding: Finding = field(repr=False)
    since_run: int
    before: Finding | None = field(default=None, repr=False)
    was_ever_met: bool = False
    decision: EligibilityDecision | None = field(default=None, repr=False)

    @property
    def is_eligible(self) -> bool:
        """True where the person is a 対象者: by the criteria, or because a person decided so."""
        return self.finding.verdict.value == "met" or self.decision is EligibilityDecision.KEPT


class EligibilityRepository(Protocol):
    """対象者の要件と判定. Findings of people who do not exist for the viewer do not exist either."""

    def sets(self) -> list[CriteriaSet]:
        """The latest version of every set; the shipped ones as long as nothing was saved under their id."""

    def versions(self, set_id: str) -> list[tuple[CriteriaSet, datetime, str]]:
        """Every saved version with when and by whom, the newest first."""

    def save_set(self, access: Access, criteria: CriteriaSet, *, at: datetime) -> CriteriaSet:
        """Store a new version; audited. Needs ``KEEP_CITY_RULES``."""

    def runs(self) -> list[EligibilityRun]:
        """The newest first."""

    def findings(self, access: Access) -> dict[MemberId, KeptFinding]:
        """What holds now for everybody on the list whom the viewer may see; needs ``SEE_PEOPLE``."""

    def record(
        self, access: Access, run: EligibilityRun, findings: Mapping[MemberId, Finding]
    ) -> EligibilityRun:
        """Keep a run (its number is given here) and every finding that differs; needs ``EDIT_PEOPLE``."""

    def decide(
        self,
        access: Access,
        member_ids: Sequence[MemberId],
        decision: EligibilityDecision,
        reason: str,
        *,
        at: datetime,
    ) -> None:
        """Keep what a person decided about the finding that holds now; audited without the reason."""
