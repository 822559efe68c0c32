"""What a preview or a commit of an import tells: counts that add up, problems, and each row's fate."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from kurume_bousai.domain.errors import RowProblem
from kurume_bousai.domain.ids import ImportId, MemberId
from kurume_bousai.domain.matching import Likeness, PersonFacts
from kurume_bousai.domain.members import RosterMember

#: Stands for a cell that the operator may not see.
WITHHELD = "(表示しません)"


class RowKind(StrEnum):
    """取込の区分: what becomes of a row or of a person who is not in the file."""

    ADDED = "added"  # 新規
    CHANGED = "changed"  # 変更
    REMOVED = "removed"  # 消除
    UNCHANGED = "unchanged"  # 同一
    REJECTED = "rejected"  # 不採用
    HELD = "held"  # 保留


class HoldReason(StrEnum):
    """保留の理由."""

    SAME_PERSON_ELSEWHERE = "same_person_elsewhere"  # somebody on the list may be this person
    REPEATED_PERSON = "repeated_person"  # one person under two IDs of this file


@dataclass(frozen=True, slots=True)
class FieldChange:
    """項目の変更: a field of ``RosterMember`` with its text before and after."""

    field_name: str
    before: str = field(repr=False)
    after: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ClassifiedRow:
    """一行の区分. ``row`` is None for a person who is on the list and not in the file.

    ``before`` and ``after``: the record of somebody who changes, for one who may see people.
    """

    row: int | None
    kind: RowKind
    key: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    changes: tuple[FieldChange, ...] = field(default=(), repr=False)
    hold_reason: HoldReason | None = None
    before: RosterMember | None = field(default=None, repr=False, compare=False)
    after: RosterMember | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class DoubtfulPair:
    """決まらない組: a row and somebody who may be the same person, for one who decides.

    ``pair_id`` is short and the same every time; it says nothing about the people. ``number`` 0 = the
    other one is not on the list yet but comes in with the same session.
    """

    pair_id: str
    row: int
    source: str
    key: str = field(repr=False)
    stated: PersonFacts = field(repr=False)
    member_id: MemberId
    number: int
    kept_source: str
    kept: PersonFacts = field(repr=False)
    points: int
    parts: tuple[Likeness, ...]
    refs: tuple[str, str] = field(repr=False)
    reason: HoldReason = HoldReason.SAME_PERSON_ELSEWHERE

    def as_json(self) -> dict[str, Any]:
        """One of ``pairs[]``: nothing but where it stands and why it is in doubt."""
        return {
            "pair": self.pair_id,
            "row": self.row,
            "source": self.source,
            "number": self.number or None,
            "points": self.points,
            "parts": [part.value for part in self.parts],
            "reason": self.reason.value,
        }


class FindingKind(StrEnum):
    """名簿と比べてはじめてわかること, so that a whole file is looked at before it is written."""

    SAME_FILE = "same_file"  # the very file of before
    SAME_CONTENT = "same_content"  # another file that says what is known already
    OLDER_EXTRACT = "older_extract"
    ONE_DISTRICT = "one_district"  # one 校区's file declared whole
    SHIFTED_COLUMN = "shifted_column"
    OTHER_OFFICE = "other_office"  # IDs that another source uses


@dataclass(frozen=True, slots=True)
class Finding:
    """気づいたこと about a file as a whole. ``must_accept`` = nothing is written until it was accepted."""

    kind: FindingKind
    message: str
    must_accept: bool = True

    def as_json(self) -> dict[str, Any]:
        """One of ``findings[]``."""
        return {"kind": self.kind.value, "message": self.message, "must_accept": self.must_accept}


@dataclass(frozen=True, slots=True)
class TotalDifference:
    """件数の食い違い. ``found`` None = not told to this operator (RULEBOOK §1)."""

    kind: str
    item: str
    expected: int
    found: int | None


@dataclass(frozen=True, slots=True)
class PreviousImport:
    """前の取込 of the very same bytes."""

    import_id: ImportId
    committed_at: datetime


class HolderToTell(Protocol):
    """知らせる相手: whose older list is overtaken, with counts only (``services.roster_import.recalls``)."""

    def as_json(self) -> dict[str, Any]:
        """One of ``tell_holders[]``."""


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """取込の点検: what an import would do, or did.

    The six counts are what this operator may know: people with 支援措置 are in none of them unless
    the operator has the flag. ``read`` = added + changed + unchanged + rejected + held.
    ``expected_matches`` None = no control totals given; ``recount_matches`` None = not committed.
    """

    import_id: ImportId
    file_name: str
    source: str
    is_whole: bool
    read: int
    added: int
    changed: int
    unchanged: int
    removed: int
    rejected: int
    held: int
    removal_needs_confirmation: bool
    problems: tuple[RowProblem, ...] = field(repr=False)
    rows: tuple[ClassifiedRow, ...] = field(repr=False)
    encoding: str = ""
    unused_columns: tuple[str, ...] = ()
    expected_matches: bool | None = None
    expected_differences: tuple[TotalDifference, ...] = ()
    recount_matches: bool | None = None
    previous_import: PreviousImport | None = None
    is_committed: bool = False
    joined: int = 0  # rows whose person was already known from another source; among changed and unchanged
    left_source: int = 0  # people this office no longer names, who stay because another office does
    pairs: tuple[DoubtfulPair, ...] = field(default=(), repr=False)
    findings: tuple[Finding, ...] = ()
    tell_holders: tuple[HolderToTell, ...] = field(default=(), repr=False)

    @property
    def counts(self) -> dict[str, int]:
        """The counts by the names of CLI.md."""
        return {
            "read": self.read,
            "added": self.added,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "removed": self.removed,
            "rejected": self.rejected,
            "held": self.held,
        }

    @property
    def adds_up(self) -> bool:
        """Every row that was read has exactly one fate."""
        return self.read == self.added + self.changed + self.unchanged + self.rejected + self.held

    def as_json(self) -> dict[str, Any]:
        """The object of ``import roster --json``."""
        previous = self.previous_import
        return {
            "import_id": str(self.import_id),
            **self.counts,
            "expected_matches": self.expected_matches,
            "recount_matches": self.recount_matches,
            "problems": [problem.as_json() for problem in self.problems],
            "committed": self.is_committed,
            "removal_needs_confirmation": self.removal_needs_confirmation,
            "expected_differences": [
                {"kind": gap.kind, "item": gap.item, "expected": gap.expected, "found": gap.found}
                for gap in self.expected_differences
            ],
            "held_rows": [
                {"row": row.row, "reason": row.hold_reason.value}
                for row in self.rows
                if row.kind is RowKind.HELD and row.hold_reason is not None
            ],
            "encoding": self.encoding,
            "unused_columns": list(self.unused_columns),
            "same_file_as": str(previous.import_id) if previous else None,
            "source": self.source,
            "joined": self.joined,
            "left_source": self.left_source,
            "pairs": [pair.as_json() for pair in self.pairs],
            "findings": [finding.as_json() for finding in self.findings],
            "tell_holders": [holder.as_json() for holder in self.tell_holders],
        }
