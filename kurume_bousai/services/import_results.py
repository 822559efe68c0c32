"""What a preview or a commit of an import tells: counts that add up, problems, and each row's fate."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from kurume_bousai.domain.errors import RowProblem
from kurume_bousai.domain.ids import ImportId

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

    SAME_PERSON_ELSEWHERE = "same_person_elsewhere"  # another source has this person
    REPEATED_PERSON = "repeated_person"  # one person under two IDs of this file


@dataclass(frozen=True, slots=True)
class FieldChange:
    """項目の変更: a field of ``RosterMember`` with its text before and after."""

    field_name: str
    before: str = field(repr=False)
    after: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ClassifiedRow:
    """一行の区分. ``row`` is None for a person who is on the list and not in the file."""

    row: int | None
    kind: RowKind
    key: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    changes: tuple[FieldChange, ...] = field(default=(), repr=False)
    hold_reason: HoldReason | None = None


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
        }
