"""Port of the emergency modes: as they were switched on, and what left under them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.emergency import EmergencyId, EmergencyMode
from kurume_bousai.services.ports.office_papers import EmergencyCopyLine


class EmergencyRepository(Protocol):
    """災害時提供モードの記録: written when it is switched on and when it is ended by hand, never erased."""

    def all(self) -> list[EmergencyMode]:
        """Every one, the latest first. No right: the band stands on every window."""

    def get(self, emergency_id: EmergencyId) -> EmergencyMode | None: ...

    def add(self, access: Access, mode: EmergencyMode) -> None:
        """Write one that begins; needs ``SWITCH_EMERGENCY``; audited."""

    def end(self, access: Access, emergency_id: EmergencyId, *, at: datetime, note: str) -> None:
        """Write that one was ended by hand; needs ``SWITCH_EMERGENCY``; audited."""

    def note_copies(self, access: Access, emergency_id: EmergencyId, copy_numbers: Sequence[str]) -> None:
        """Write which copies left under it, in the transaction that issues them; audited."""

    def copies(self, access: Access, emergency_id: EmergencyId) -> list[EmergencyCopyLine]:
        """The rows of the ledger that left under it, in the order they left.

        Needs ``PRINT_NAMED`` or ``SWITCH_EMERGENCY``.
        """
