"""Port for the end of keeping: who is due, and making them anonymous for good."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.retention import ExpiryCount
from kurume_bousai.services.progress import Progress


class RetentionRepository(Protocol):
    """名簿の保存期限. 支援措置対象者 are due for the flagged clerk only."""

    def due(self, access: Access, until: date) -> ExpiryCount:
        """Count who left the list on ``until`` or before and is not anonymous yet; needs ``EDIT_PEOPLE``."""

    def anonymise(self, access: Access, until: date, *, on: date, progress: Progress) -> int:
        """Empty every personal field, version, plan and draft of those; never undone. Returns how many."""
