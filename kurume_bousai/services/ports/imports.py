"""Ports of 取込: the record of a committed import and where records are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.ids import ImportId, MemberId


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """取込の記録, with what is needed to take it back whole."""

    import_id: ImportId
    source: str
    file_hash: str
    whole: bool
    committed_at: datetime
    operator: str
    counts: Mapping[str, int]
    added: tuple[MemberId, ...] = field(repr=False)
    changed: Mapping[MemberId, int] = field(repr=False)  # the version each had before
    removed: tuple[MemberId, ...] = field(repr=False)
    undone_at: datetime | None = None
    mismatch_reason: str = ""
    session_id: str = ""  # imports committed together share it; "" = by itself
    extracted_on: date | None = None  # the day the office drew the extract, where it was given


class ImportRepository(Protocol):
    """取込の記録."""

    def save(self, access: Access, record: ImportRecord) -> None: ...

    def get(self, import_id: ImportId) -> ImportRecord | None: ...

    def all(self) -> list[ImportRecord]: ...

    def told(self, access: Access) -> list[ImportRecord]:
        """The records as an operator may read them, the latest first: counts, and nobody's id.

        Whoever is hidden now was never counted (RULEBOOK §1); needs ``IMPORT_PEOPLE``.
        """

    def mark_undone(self, access: Access, import_id: ImportId, at: datetime) -> None: ...
