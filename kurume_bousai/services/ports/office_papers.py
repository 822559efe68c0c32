"""Papers of the office's work, without names: activities, the yearly update, what left in an emergency."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from kurume_bousai.domain.activities import ActivityEntry, ActivityTable, DistrictCoverage
from kurume_bousai.domain.emergency import EmergencyEnding, EmergencyMode
from kurume_bousai.domain.yearly_update import YearlyProgress


@dataclass(frozen=True, slots=True)
class ActivitiesReport:
    """活動の実績 for a screen and a paper. ``coverage`` is of ``fiscal_year``, its last session of any."""

    table: ActivityTable
    coverage: tuple[DistrictCoverage, ...]
    entries: tuple[ActivityEntry, ...]
    fiscal_year: int
    as_of: date
    sources: tuple[str, ...]

    @property
    def overdue(self) -> tuple[DistrictCoverage, ...]:
        """校区 without a 図上訓練 for three years."""
        return tuple(row for row in self.coverage if row.is_overdue)


@dataclass(frozen=True, slots=True)
class YearlySheet:
    """年に一度の更新の紙: where the 46 校区 stand on a day."""

    progress: YearlyProgress
    as_of: date


@dataclass(frozen=True, slots=True)
class EmergencyCopyLine:
    """出た写しの一行 of the ledger: its number and to whom, never who is named in it."""

    copy_number: str
    document: str
    recipient: str = field(repr=False)
    purpose: str
    issued_at: datetime
    operator: str
    people: int
    due_on: date | None
    returned_on: date | None


@dataclass(frozen=True, slots=True)
class EmergencyReport:
    """災害時提供モードの記録: why and how it was on, and everything that left under it.

    ``partners`` are the names of the recipients chosen by name, as the master had them.
    """

    mode: EmergencyMode
    ending: EmergencyEnding | None
    partners: tuple[str, ...] = field(repr=False)
    copies: tuple[EmergencyCopyLine, ...]
    as_of: date


@dataclass(frozen=True, slots=True)
class ImportFigures:
    """取込のファイル一つの数. ``gaps``: 区分, the office's count, that of the file (None = not told)."""

    source: str
    file_name: str
    is_whole: bool
    counts: tuple[tuple[str, int], ...]
    expected_matches: bool | None
    gaps: tuple[tuple[str, int, int | None], ...] = ()
    recount_matches: bool | None = None


@dataclass(frozen=True, slots=True)
class ImportTold:
    """知らせる相手 whose older list is overtaken."""

    recipient: str = field(repr=False)
    copies: tuple[str, ...]
    remove: int
    changed: int
    must_come_back: bool = False


@dataclass(frozen=True, slots=True)
class ImportReport:
    """取込の結果 of one session, without anybody's name."""

    files: tuple[ImportFigures, ...] = field(repr=False)
    added: int
    changed: int
    removed: int
    told: tuple[ImportTold, ...] = field(repr=False)
    is_committed: bool
    as_of: date


OfficePaper = ActivitiesReport | YearlySheet | EmergencyReport | ImportReport
