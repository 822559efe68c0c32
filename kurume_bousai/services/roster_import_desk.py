"""取込の窓口: one object that reads a file, previews, commits and takes back, for a screen.

The readers live in ``exchange`` and are handed in by the composition root.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import ImportId
from kurume_bousai.services.import_results import ImportPreview
from kurume_bousai.services.import_undo import UndoneImport, undo_import
from kurume_bousai.services.ports import CityDatabase, Clock, DistrictLocator, ImportRecord
from kurume_bousai.services.roster_file import (
    ControlTotals,
    Progress,
    RosterFile,
    RosterFileReader,
    no_progress,
)
from kurume_bousai.services.roster_import import (
    Confirmations,
    ImportOrder,
    commit_roster,
    preview_roster,
)


@dataclass(frozen=True, slots=True)
class RosterColumn:
    """列の対応の一行: a canonical column, and the heading of the file that stands for it ("" = none)."""

    name: str
    explanation: str
    is_required: bool
    heading: str = ""


@dataclass(frozen=True, slots=True)
class RosterHeadings:
    """ファイルの見出し: the headings of a file and what each canonical column was matched with."""

    headings: tuple[str, ...]
    columns: tuple[RosterColumn, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Required columns that no heading stands for yet."""
        return tuple(column.name for column in self.columns if column.is_required and not column.heading)


class HeadingsReader(Protocol):
    """見出しを読むもの (implemented in exchange)."""

    def __call__(self, path: Path) -> RosterHeadings:
        """Read the headings or raise ``KnownProblem``; a missing column is no problem yet."""


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """点検した取込: the file as it was read, what was ordered, and what it would do."""

    roster: RosterFile = field(repr=False)
    order: ImportOrder
    preview: ImportPreview = field(repr=False)


_LINE_COLUMNS: Final[Mapping[str, str]] = {
    "name": "氏名", "kana": "フリガナ", "born_on": "生年月日", "sex": "性別", "postal_code": "郵便番号",
    "address": "住所", "building": "方書", "phone": "電話1", "phone_second": "電話2",
    "neighborhood": "自治会", "care_level": "要介護度",
}  # fmt: skip


class RosterImportDesk:
    """取込の窓口 on one open database. Every call is safe on any thread; reading a file writes nothing."""

    def __init__(
        self,
        database: CityDatabase,
        *,
        clock: Clock,
        read_roster: RosterFileReader,
        read_headings: HeadingsReader,
        read_totals: Callable[[Path], ControlTotals],
        locator: Callable[[], DistrictLocator | None],
    ) -> None:
        self._database = database
        self._clock = clock
        self._read_roster = read_roster
        self._read_headings = read_headings
        self._read_totals = read_totals
        self._locator = locator

    def headings(self, path: Path) -> RosterHeadings:
        """Which column of the file is which."""
        self._database.access.require(Right.IMPORT_PEOPLE)
        return self._read_headings(path)

    def check(
        self,
        path: Path,
        *,
        source: str,
        is_whole: bool,
        mapping: Mapping[str, str] | None = None,
        totals: Path | None = None,
        progress: Progress = no_progress,
    ) -> CheckedFile:
        """Read the file and say what it would do; see ``roster_import.preview_roster``."""
        self._database.access.require(Right.IMPORT_PEOPLE)
        expected = None if totals is None else self._read_totals(totals)
        order = ImportOrder(source.strip(), is_whole=is_whole, expected=expected)
        roster = self._read_roster(path, mapping=mapping, progress=progress)
        preview = preview_roster(self._database, roster, order, locator=self._locator(), progress=progress)
        return CheckedFile(roster, order, preview)

    def line(self, checked: CheckedFile, row: int) -> dict[str, str]:
        """What a line of the file says, by column; empty where this operator may not know of it."""
        shown = any(line.row == row for line in checked.preview.rows)
        if not shown or not self._database.access.has(Right.SEE_PEOPLE):
            return {}
        found = next((parsed for parsed in checked.roster.rows if parsed.row == row), None)
        if found is None:
            return {}
        values: Mapping[str, Any] = {**found.values, "name": found.name}
        words = {column: str(values[name]) for name, column in _LINE_COLUMNS.items() if values.get(name)}
        return {"ID": found.key, **words, "校区": found.district_text}

    def commit(
        self,
        checked: CheckedFile,
        confirmations: Confirmations,
        *,
        progress: Progress = no_progress,
    ) -> Outcome[ImportPreview]:
        """Write what was seen; see ``roster_import.commit_roster``."""
        return commit_roster(
            self._database,
            checked.roster,
            checked.order,
            confirmations,
            clock=self._clock,
            previewed=checked.preview,
            locator=self._locator(),
            progress=progress,
        )

    def past(self) -> list[ImportRecord]:
        """Every import kept, newest first."""
        self._database.access.require(Right.IMPORT_PEOPLE)
        with self._database.reading() as session:
            return sorted(session.imports.all(), key=lambda record: record.committed_at, reverse=True)

    def sources(self) -> list[str]:
        """Names of sources used before, the latest first."""
        return list(dict.fromkeys(record.source for record in self.past()))

    def undo(self, import_id: ImportId) -> Outcome[UndoneImport]:
        """Take a committed import back whole; see ``import_undo.undo_import``."""
        return undo_import(self._database, import_id, clock=self._clock)


def require_complete(headings: RosterHeadings, mapping: Mapping[str, str]) -> None:
    """Raise ``KnownProblem`` ``columns_missing`` unless every required column has a heading."""
    missing = [
        column.name for column in headings.columns if column.is_required and not mapping.get(column.name)
    ]
    if missing:
        raise KnownProblem(
            "columns_missing",
            f"必要な列が決まっていません: {'、'.join(missing)}。",
            advice="どの列がそれにあたるかを選んでください。",
        )
