"""書き出したもの: what a named paper says before it leaves, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kurume_bousai.domain.consents import ConsentKind
from kurume_bousai.domain.hand_outs import LIST_CONSENT
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.roster_columns import RosterColumn
from kurume_bousai.services.papers.ports import NamedContent
from kurume_bousai.services.ports.ledger import LedgerEntry
from kurume_bousai.services.ports.sessions import ReadSession, WriteSession


@dataclass(frozen=True, slots=True)
class WrittenReport:
    """書き出した書類. ``pages`` of one copy (0 where the form has none); ``copies`` are their numbers."""

    files: tuple[Path, ...]
    pages: int
    copies: tuple[str, ...]
    audit_head: str
    notices: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The object that ``report --json`` prints (CLI.md)."""
        return {
            "files": [str(place) for place in self.files],
            "pages": self.pages,
            "copies": list(self.copies),
            "audit_head": self.audit_head,
            "notices": list(self.notices),
        }


@dataclass(frozen=True, slots=True)
class NamedPaper:
    """名前の入った紙 for the printer: it lives in memory only and is never written as it is."""

    copy_number: str
    pdf_bytes: bytes = field(repr=False)
    pages: int
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Collected:
    """What a named paper will say, and about whom.

    ``versions``: of each record as it goes out, so that a lost paper can be read again. ``removed``: whom a
    差分 strikes out. ``note``: what else is written down of the copies, in the same transaction. ``columns``:
    what stands there of each person, for a lost paper; ``kinds``: the consents it stands on.
    """

    document: str
    content: NamedContent
    member_ids: tuple[MemberId, ...]
    valid_days: int
    versions: Mapping[MemberId, int] = field(default_factory=dict)
    removed: tuple[MemberId, ...] = ()
    note: Callable[[WriteSession, Sequence[LedgerEntry]], None] | None = None
    columns: frozenset[RosterColumn] = frozenset()
    kinds: frozenset[ConsentKind] = LIST_CONSENT


Collect = Callable[[ReadSession], Collected]
