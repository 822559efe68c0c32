"""Ports of screenings and of the ledger of receptions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.ids import DistrictId, MemberId
from kurume_bousai.domain.reception import ReceptionEntry, ReceptionWords
from kurume_bousai.domain.screening import Screening, ScreeningCount


class ScreeningRepository(Protocol):
    """スクリーニングの記録. Each is kept for ever; the person's 区分 follows the one that holds."""

    def add(self, access: Access, screening: Screening) -> None:
        """Store one, and the person's 区分 in the same transaction; needs ``SCREEN_PEOPLE``.

        Raises ``KnownProblem`` ``person_gone`` where the person does not exist for the operator.
        """

    def of_member(self, access: Access, member_id: MemberId) -> list[Screening]:
        """Those of one person, the newest first; none where the person does not exist for the operator."""

    def counts(self, access: Access, district_id: DistrictId | None = None) -> list[ScreeningCount]:
        """Count people by their latest 区分, four rows; needs ``SEE_COUNTS`` only."""


class ReceptionRepository(Protocol):
    """受け入れの台帳: only ever added."""

    def entries(self, access: Access) -> Sequence[ReceptionEntry]:
        """Everything in stamp order; needs ``SEE_COUNTS``.

        A person who does not exist for the operator is None in it, so only the number of people is left;
        who sees no people gets neither notes nor names of those who reported.
        """

    def append(self, access: Access, words: ReceptionWords, *, written_at: datetime) -> ReceptionEntry:
        """Append one entry with the next stamp of this device; audited. Needs ``RUN_RECEPTION``.

        Raises ``KnownProblem`` ``protected_in_reception``: a 支援措置対象者 is never an entry.
        """
