"""Ports of the 提供台帳 and the audit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.hand_outs import CopyContents
from kurume_bousai.domain.ids import (
    MemberId,
)
from kurume_bousai.domain.second_person import SecondPersonGround, Vouched


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """提供台帳の一行: one numbered copy that left."""

    copy_number: str
    document: str
    recipient: str = field(repr=False)
    purpose: str
    issued_at: datetime
    operator: str
    expires_on: date | None
    due_on: date | None
    people: int
    returned_on: date | None = None
    second_person: str = field(default="", repr=False)
    second_ground: SecondPersonGround | None = None  # None = of an older program


class LedgerRepository(Protocol):
    """提供台帳."""

    def issue(  # noqa: PLR0913 - a ledger row has these fields
        self,
        access: Access,
        *,
        document: str,
        recipient: str,
        purpose: str,
        copies: int,
        member_ids: Sequence[MemberId],
        at: datetime,
        expires_on: date | None,
        due_on: date | None,
        versions: Mapping[MemberId, int] | None = None,
        removed: Collection[MemberId] = (),
        second: Vouched | None = None,
        contents: CopyContents = CopyContents(),  # noqa: B008 - frozen
    ) -> list[LedgerEntry]:
        """Write one row per copy before anything leaves, and audit it.

        ``versions``: of each person's record as it goes out; ``removed``: whom a 差分 strikes out;
        ``second``: who confirmed, or why nobody did; ``contents``: what it shows, to whom, on which consents.
        """

    def all(self, access: Access) -> list[LedgerEntry]: ...


class Auditor(Protocol):
    """監査記録: append-only; payloads may be erased at expiry without breaking the chain."""

    def record(
        self,
        access: Access,
        action: str,
        subjects: Iterable[str],
        payload: Mapping[str, Any],
    ) -> None: ...

    def head(self) -> str:
        """The chain's head as printed on papers: short text."""

    def verify(self, expected_head: str | None = None) -> list[str]:
        """Japanese sentences, one per fault found; empty = whole."""
