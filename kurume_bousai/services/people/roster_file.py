"""A roster file as a use case sees it: rows already read, each with what is wrong with it.

The reader itself lives in ``exchange``; ``app`` and ``cli`` hand it in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from kurume_bousai.domain.consents import ConsentState
from kurume_bousai.domain.errors import RowProblem
from kurume_bousai.domain.mapping_profiles import ColumnMapping
from kurume_bousai.domain.members import RegistrationState
from kurume_bousai.services.people.detail_columns import StatedDetails
from kurume_bousai.services.progress import Progress, no_progress

#: A roster import reports in hundredths, never in rows: a number of rows would count hidden people.
HUNDREDTHS = 100


def hundredths(done: int, total: int) -> int:
    """``done`` of ``total`` in hundredths, rounded down; nothing to do = all done."""
    return done * HUNDREDTHS // total if total else HUNDREDTHS


@dataclass(frozen=True, slots=True)
class StatedConsent:
    """名簿同意 as a row states it; None = the row says nothing about it."""

    state: ConsentState | None = field(default=None, repr=False)
    decided_on: date | None = field(default=None, repr=False)
    explained_on: date | None = field(default=None, repr=False)
    explained_by: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ParsedRosterRow:
    """取込の一行, read but not yet compared with the list.

    ``values`` maps fields of ``RosterMember`` to what the row states. A field that the file has no
    column for, or whose cell could not be read, is absent, so that a kept value is never wiped by it.
    ``is_protected`` None = the row says nothing about 支援措置.
    """

    row: int
    key: str = field(repr=False)
    name: str = field(repr=False)
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)
    district_text: str = field(default="", repr=False)
    registration_state: RegistrationState | None = field(default=None, repr=False)
    registered_on: date | None = field(default=None, repr=False)
    consent: StatedConsent = field(default_factory=StatedConsent, repr=False)
    is_protected: bool | None = field(default=None, repr=False)
    details: StatedDetails = field(default_factory=StatedDetails, repr=False)
    problems: tuple[RowProblem, ...] = field(default=(), repr=False)
    is_rejected: bool = False


@dataclass(frozen=True, slots=True)
class RosterFile:
    """読みこんだ名簿ファイル. ``file_hash`` is the SHA-256 of its bytes."""

    file_name: str
    file_hash: str
    encoding: str
    columns: tuple[str, ...]
    unused_columns: tuple[str, ...]
    rows: tuple[ParsedRosterRow, ...] = field(repr=False)
    notices: tuple[RowProblem, ...] = ()  # of the file as a whole: no value, no number of people


@dataclass(frozen=True, slots=True)
class ControlTotals:
    """提供元の件数 (照合用): one number per 区分, such as 「総件数」 or 「校区:津福」."""

    totals: Mapping[tuple[str, str], int]


class RosterFileReader(Protocol):
    """名簿ファイルを読むもの (implemented in exchange)."""

    def __call__(
        self,
        path: Path,
        *,
        mapping: Mapping[str, str] | ColumnMapping | None = None,
        takes_hidden_rows: bool = False,
        progress: Progress = no_progress,
    ) -> RosterFile:
        """Read the whole file or raise ``KnownProblem``; bad rows are told in the rows themselves.

        Rows hidden in a workbook come refused unless ``takes_hidden_rows``: a person decides.
        """
