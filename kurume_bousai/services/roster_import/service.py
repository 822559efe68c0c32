"""取込の用件 as the screens use them: read, preview, commit, take back, on one open database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.ids import ImportId
from kurume_bousai.domain.mapping_profiles import ColumnMapping
from kurume_bousai.domain.matching import PairVerdict
from kurume_bousai.services.people.roster_file import (
    ControlTotals,
    RosterFile,
    RosterFileReader,
)
from kurume_bousai.services.ports.clock import Clock, DistrictLocator
from kurume_bousai.services.ports.imports import ImportRecord
from kurume_bousai.services.ports.sessions import CityDatabase
from kurume_bousai.services.progress import Progress, no_progress
from kurume_bousai.services.roster_import.headings import HeadingsReader
from kurume_bousai.services.roster_import.importing import (
    Confirmations,
    ImportOrder,
    commit_roster,
    preview_roster,
)
from kurume_bousai.services.roster_import.order import ImportFile
from kurume_bousai.services.roster_import.pair_decisions import decide_pairs
from kurume_bousai.services.roster_import.reading_together import read_together
from kurume_bousai.services.roster_import.results import DoubtfulPair, ImportPreview
from kurume_bousai.services.roster_import.session import SessionPreview, commit_rosters, preview_rosters
from kurume_bousai.services.roster_import.undo import UndoneImport, undo_import


@dataclass(frozen=True, slots=True)
class RosterImportService:
    """取込の用件. ``make_locator`` reads the 校区 as they are; every method may run on a worker thread."""

    database: CityDatabase
    clock: Clock
    read_roster: RosterFileReader = field(repr=False)
    read_totals: Callable[[Path], ControlTotals] = field(repr=False)
    read_headings: HeadingsReader = field(repr=False)
    make_locator: Callable[[], DistrictLocator] = field(repr=False)

    def read(
        self,
        path: Path,
        *,
        mapping: Mapping[str, str] | ColumnMapping | None = None,
        takes_hidden_rows: bool = False,
        progress: Progress = no_progress,
    ) -> RosterFile:
        """Read a file; nothing is compared or written."""
        return self.read_roster(path, mapping=mapping, takes_hidden_rows=takes_hidden_rows, progress=progress)

    def read_all(self, paths: Sequence[Path]) -> list[RosterFile]:
        """Read several files side by side; nothing is compared or written."""
        return read_together([partial(self.read, path) for path in paths])

    def preview(
        self, roster: RosterFile, order: ImportOrder, progress: Progress = no_progress
    ) -> ImportPreview:
        """Say what the file would do."""
        return preview_roster(self.database, roster, order, locator=self.make_locator(), progress=progress)

    def commit(
        self,
        roster: RosterFile,
        order: ImportOrder,
        confirmations: Confirmations,
        previewed: ImportPreview,
        progress: Progress = no_progress,
    ) -> Outcome[ImportPreview]:
        """Write what was previewed, in one transaction."""
        return commit_roster(
            self.database,
            roster,
            order,
            confirmations,
            clock=self.clock,
            previewed=previewed,
            locator=self.make_locator(),
            progress=progress,
        )

    def preview_all(self, files: Sequence[ImportFile], progress: Progress = no_progress) -> SessionPreview:
        """Say what several files would do together."""
        return preview_rosters(self.database, files, locator=self.make_locator(), progress=progress)

    def commit_all(
        self,
        files: Sequence[ImportFile],
        previewed: SessionPreview | None = None,
        progress: Progress = no_progress,
    ) -> Outcome[SessionPreview]:
        """Write several files in one transaction."""
        return commit_rosters(
            self.database,
            files,
            clock=self.clock,
            previewed=previewed,
            locator=self.make_locator(),
            progress=progress,
        )

    def decide(self, judged: Iterable[tuple[DoubtfulPair, PairVerdict]]) -> Outcome[int]:
        """Keep what a person decided about pairs."""
        return decide_pairs(self.database, judged, clock=self.clock)

    def undo(self, import_id: ImportId) -> Outcome[UndoneImport]:
        """Take a committed import back whole."""
        return undo_import(self.database, import_id, clock=self.clock)

    def past(self) -> list[ImportRecord]:
        """Imports so far, the latest first: what may be told of them (``ImportRepository.told``)."""
        with self.database.reading() as session:
            return session.imports.told(self.database.access)
