"""Bringing one roster in (RULEBOOK §7): preview, commit in one transaction. A session of one file.

Several files at once, and what holds about 支援措置: ``roster_session``.
"""

from __future__ import annotations

from kurume_bousai.domain.changes import Outcome
from kurume_bousai.services.people.roster_file import RosterFile
from kurume_bousai.services.ports.clock import Clock, DistrictLocator
from kurume_bousai.services.ports.sessions import CityDatabase
from kurume_bousai.services.progress import Progress, no_progress
from kurume_bousai.services.roster_import.order import (
    REMOVAL_LIMIT_RATIO,
    Confirmations,
    ImportFile,
    ImportOrder,
)
from kurume_bousai.services.roster_import.results import ImportPreview
from kurume_bousai.services.roster_import.session import SessionPreview, commit_rosters, preview_rosters

__all__ = ["REMOVAL_LIMIT_RATIO", "Confirmations", "ImportOrder", "commit_roster", "preview_roster"]


def preview_roster(
    database: CityDatabase,
    roster: RosterFile,
    order: ImportOrder,
    *,
    locator: DistrictLocator | None = None,
    progress: Progress = no_progress,
) -> ImportPreview:
    """Say what the file would do. Writes nothing; raises as ``preview_rosters``."""
    files = [ImportFile(roster, order)]
    return preview_rosters(database, files, locator=locator, progress=progress).files[0]


def commit_roster(
    database: CityDatabase,
    roster: RosterFile,
    order: ImportOrder,
    confirmations: Confirmations,
    *,
    clock: Clock,
    previewed: ImportPreview | None = None,
    locator: DistrictLocator | None = None,
    progress: Progress = no_progress,
) -> Outcome[ImportPreview]:
    """Write the file in one transaction and recount from the database before it is kept.

    ``previewed``: what the person saw; when the list has changed since, nothing is written. Raises as
    ``commit_rosters``.
    """
    seen = None if previewed is None else SessionPreview(previewed.import_id, (previewed,), {})
    done = commit_rosters(
        database,
        [ImportFile(roster, order, confirmations)],
        clock=clock,
        previewed=seen,
        locator=locator,
        progress=progress,
    )
    return Outcome(done.value.files[0], done.changes)
