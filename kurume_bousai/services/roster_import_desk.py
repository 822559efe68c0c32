"""取込の窓口: what the five steps of the screen ask of the import, on top of ``RosterImportService``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.ids import ImportId
from kurume_bousai.services.import_results import ImportPreview
from kurume_bousai.services.import_undo import UndoneImport
from kurume_bousai.services.ports import ImportRecord
from kurume_bousai.services.progress import Progress, no_progress
from kurume_bousai.services.roster_file import (
    RosterFile,
)
from kurume_bousai.services.roster_headings import RosterHeadings
from kurume_bousai.services.roster_import import Confirmations, ImportOrder
from kurume_bousai.services.roster_import_service import RosterImportService


@dataclass(frozen=True, slots=True)
class FileChoice:
    """ファイルの段で選んだこと. ``totals``: the office's own control totals."""

    path: Path
    source: str
    is_whole: bool
    totals: Path | None = None


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
    """取込の窓口. Every call is safe on any thread; nothing is written before ``commit``."""

    def __init__(self, service: RosterImportService) -> None:
        self._service = service
        self._access = service.database.access

    def headings(self, path: Path) -> RosterHeadings:
        """Which column of the file is which.

        Raises
        ------
        KnownProblem
            ``no_right`` and what reading the file meets.
        """
        self._access.require(Right.IMPORT_PEOPLE)
        return self._service.read_headings(path)

    def check(
        self, choice: FileChoice, mapping: Mapping[str, str] | None = None, progress: Progress = no_progress
    ) -> CheckedFile:
        """Read the file and say what it would do; see ``roster_import.preview_roster``."""
        self._access.require(Right.IMPORT_PEOPLE)
        expected = None if choice.totals is None else self._service.read_totals(choice.totals)
        order = ImportOrder(choice.source.strip(), is_whole=choice.is_whole, expected=expected)
        roster = self._service.read(choice.path, mapping=mapping, progress=progress)
        return CheckedFile(roster, order, self._service.preview(roster, order, progress))

    def line(self, checked: CheckedFile, row: int) -> dict[str, object]:
        """What a line of the file says, by column; empty where this operator may not know of it."""
        shown = any(line.row == row for line in checked.preview.rows)
        if not shown or not self._access.has(Right.SEE_PEOPLE):
            return {}
        found = next((parsed for parsed in checked.roster.rows if parsed.row == row), None)
        if found is None:
            return {}
        values: Mapping[str, Any] = {**found.values, "name": found.name}
        stated = {column: values[name] for name, column in _LINE_COLUMNS.items() if values.get(name)}
        return {"ID": found.key, **stated, "校区": found.district_text}

    def commit(
        self, checked: CheckedFile, confirmations: Confirmations, progress: Progress = no_progress
    ) -> Outcome[ImportPreview]:
        """Write what was seen; see ``roster_import.commit_roster``."""
        return self._service.commit(checked.roster, checked.order, confirmations, checked.preview, progress)

    def past(self) -> list[ImportRecord]:
        """Every import kept, newest first."""
        self._access.require(Right.IMPORT_PEOPLE)
        return self._service.past()

    def undo(self, import_id: ImportId) -> Outcome[UndoneImport]:
        """Take a committed import back whole; see ``import_undo.undo_import``."""
        return self._service.undo(import_id)
