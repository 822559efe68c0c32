"""取込の窓口: what the five steps of the screen ask of the import, on top of ``RosterImportService``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.ids import ImportId
from kurume_bousai.domain.mapping_profiles import ColumnMapping
from kurume_bousai.domain.matching import PairVerdict
from kurume_bousai.services.people.roster_file import (
    RosterFile,
)
from kurume_bousai.services.ports.imports import ImportRecord
from kurume_bousai.services.progress import Progress, no_progress
from kurume_bousai.services.roster_import.headings import RosterHeadings
from kurume_bousai.services.roster_import.importing import Confirmations, ImportOrder
from kurume_bousai.services.roster_import.mapping_profiles import MappingProfileService
from kurume_bousai.services.roster_import.order import ImportFile
from kurume_bousai.services.roster_import.results import DoubtfulPair, ImportPreview
from kurume_bousai.services.roster_import.service import RosterImportService
from kurume_bousai.services.roster_import.session import SessionPreview
from kurume_bousai.services.roster_import.undo import UndoneImport


@dataclass(frozen=True, slots=True)
class FileChoice:
    """ファイルの段で選んだこと. ``totals``: the office's own control totals."""

    path: Path
    source: str
    is_whole: bool
    totals: Path | None = None
    takes_hidden_rows: bool = False


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """点検した取込: the file as it was read, what was ordered, and what it would do."""

    roster: RosterFile = field(repr=False)
    order: ImportOrder
    preview: ImportPreview = field(repr=False)

    @property
    def as_file(self) -> ImportFile:
        """The file as a session takes it."""
        return ImportFile(self.roster, self.order)


@dataclass(frozen=True, slots=True)
class CheckedSession:
    """点検した取込 of several files: each with what it would do beside the others."""

    files: tuple[CheckedFile, ...]
    preview: SessionPreview = field(repr=False)

    @property
    def pairs(self) -> tuple[DoubtfulPair, ...]:
        """Pairs that wait for an answer, of all files."""
        return tuple(pair for one in self.preview.files for pair in one.pairs)


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
        self.profiles = MappingProfileService(service.database, service.clock)

    def headings(self, path: Path, source: str = "") -> RosterHeadings:
        """Which column of the file is which, by the mapping saved for such a file where there is one.

        Raises
        ------
        KnownProblem
            ``no_right`` and what reading the file meets.
        """
        self._access.require(Right.IMPORT_PEOPLE)
        found = self._service.read_headings(path)
        recognised = self.profiles.recognised(found.headings, source)
        return found if recognised is None else found.by_profile(recognised)

    def save_mapping(self, name: str, headings: RosterHeadings, mapping: ColumnMapping) -> Outcome[str]:
        """Keep a mapping under an office's name; see ``MappingProfileService.save``."""
        columns = [column.name for column in headings.columns]
        saved = self.profiles.save(name, headings.headings, mapping, columns=columns)
        return Outcome(saved.value.name, saved.changes)

    def check(
        self,
        choice: FileChoice,
        mapping: Mapping[str, str] | ColumnMapping | None = None,
        progress: Progress = no_progress,
        beside: Sequence[CheckedFile] = (),
    ) -> CheckedSession:
        """Read the file and say what it would do beside the files already checked."""
        self._access.require(Right.IMPORT_PEOPLE)
        expected = None if choice.totals is None else self._service.read_totals(choice.totals)
        order = ImportOrder(choice.source.strip(), is_whole=choice.is_whole, expected=expected)
        roster = self._service.read(
            choice.path, mapping=mapping, takes_hidden_rows=choice.takes_hidden_rows, progress=progress
        )
        return self._together((*(one.as_file for one in beside), ImportFile(roster, order)), progress)

    def check_again(self, session: CheckedSession, progress: Progress = no_progress) -> CheckedSession:
        """Look again, with what was decided since; no file is read anew."""
        return self._together([one.as_file for one in session.files], progress)

    def without(
        self, session: CheckedSession, place: int, progress: Progress = no_progress
    ) -> CheckedSession:
        """Leave one file out and look again."""
        left = [one.as_file for at, one in enumerate(session.files) if at != place]
        return self._together(left, progress)

    def _together(self, files: Sequence[ImportFile], progress: Progress) -> CheckedSession:
        preview = self._service.preview_all(files, progress)
        checked = tuple(
            CheckedFile(file.roster, file.order, one) for file, one in zip(files, preview.files, strict=True)
        )
        return CheckedSession(checked, preview)

    def decide(self, judged: Sequence[tuple[DoubtfulPair, PairVerdict]]) -> Outcome[int]:
        """Remember what was decided about pairs; see ``pair_decisions.decide_pairs``."""
        return self._service.decide(judged)

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
        self,
        session: CheckedSession,
        confirmations: Sequence[Confirmations],
        progress: Progress = no_progress,
    ) -> Outcome[SessionPreview]:
        """Write what was seen; see ``roster_session.commit_rosters``."""
        files = [
            ImportFile(one.roster, one.order, typed)
            for one, typed in zip(session.files, confirmations, strict=True)
        ]
        return self._service.commit_all(files, session.preview, progress)

    def past(self) -> list[ImportRecord]:
        """Every import kept, newest first."""
        self._access.require(Right.IMPORT_PEOPLE)
        return self._service.past()

    def undo(self, import_id: ImportId) -> Outcome[UndoneImport]:
        """Take a committed import back whole; see ``import_undo.undo_import``."""
        return self._service.undo(import_id)
