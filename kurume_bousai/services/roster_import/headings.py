"""The headings of a roster file and which canonical column each stands for; the reader is in ``exchange``."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from kurume_bousai.domain.errors import KnownProblem, RowProblem
from kurume_bousai.domain.mapping_profiles import SPLIT_COLUMNS, ColumnMapping, fold_heading
from kurume_bousai.services.roster_import.mapping_profiles import Recognised


@dataclass(frozen=True, slots=True)
class RosterColumn:
    """列の対応の一行: a canonical column, and the heading of the file that stands for it ("" = none)."""

    name: str
    explanation: str
    is_required: bool
    heading: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """一つの項目の決め方: as a person sets it. ``further``: a second column joined behind the first."""

    heading: str = ""
    further: str = ""
    constant: str = ""
    default: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    is_part: bool = False

    @property
    def is_plain(self) -> bool:
        """True where nothing but one heading is chosen."""
        return self == ColumnChoice(self.heading)


@dataclass(frozen=True, slots=True)
class RosterHeadings:
    """ファイルの見出し: the headings of a file and what each canonical column was matched with."""

    headings: tuple[str, ...]
    columns: tuple[RosterColumn, ...]
    notices: tuple[RowProblem, ...] = ()
    has_hidden_rows: bool = False
    recognised: Recognised | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """Required columns that no heading stands for yet."""
        mapping = self.recognised.profile.mapping if self.recognised else ColumnMapping()
        return tuple(
            column.name
            for column in self.columns
            if column.is_required and not column.heading and not mapping.constants.get(column.name)
        )

    def by_profile(self, recognised: Recognised) -> RosterHeadings:
        """The same file with what was saved for such a file filled in, as far as its headings are there."""
        there = {fold_heading(cell): cell for cell in reversed(self.headings)}
        wanted = recognised.profile.mapping.headings
        columns = tuple(
            dataclasses.replace(column, heading=there.get(fold_heading(wanted[column.name][0]), ""))
            if column.name in wanted
            else column
            for column in self.columns
        )
        return dataclasses.replace(self, columns=columns, recognised=recognised)

    def choices(self) -> dict[str, ColumnChoice]:
        """What stands for each column now: by its name, or as it was saved."""
        mapping = self.recognised.profile.mapping if self.recognised else ColumnMapping()
        there = {fold_heading(cell): cell for cell in reversed(self.headings)}
        chosen = {}
        for column in self.columns:
            headings = mapping.headings.get(column.name, ())
            chosen[column.name] = ColumnChoice(
                heading=column.heading,
                further=there.get(fold_heading(headings[1]), "") if len(headings) > 1 else "",
                constant=mapping.constants.get(column.name, ""),
                default=mapping.defaults.get(column.name, ""),
                words=mapping.words.get(column.name, {}),
                is_part=column.name in mapping.splits,
            )
        return chosen

    def mapping(self, chosen: Mapping[str, str]) -> dict[str, str] | None:
        """What was chosen beyond the names: canonical column → heading; None where nothing was.

        Raises
        ------
        KnownProblem
            ``columns_missing``: a required column has no heading.
        """
        self._refuse_missing({name for name, heading in chosen.items() if heading})
        changed = {
            column.name: heading
            for column in self.columns
            if (heading := chosen.get(column.name, "")) and heading != column.heading
        }
        return changed or None

    def column_mapping(self, choices: Mapping[str, ColumnChoice]) -> ColumnMapping:
        """What was chosen, whole, as it is used and saved.

        Raises
        ------
        KnownProblem
            ``columns_missing`` or ``mapping_bad``.
        """
        self._refuse_missing({name for name, one in choices.items() if one.heading or one.constant})
        split_of = {column: split for split, column in SPLIT_COLUMNS.items()}
        mapping = ColumnMapping(
            headings={
                name: tuple(filter(None, (one.heading, one.further)))
                for name, one in choices.items()
                if one.heading and not one.constant
            },
            constants={name: one.constant for name, one in choices.items() if one.constant},
            defaults={name: one.default for name, one in choices.items() if one.default},
            words={name: dict(one.words) for name, one in choices.items() if one.words},
            splits={
                name: split_of[name] for name, one in choices.items() if one.is_part and name in split_of
            },
        )
        if faults := mapping.faults(column.name for column in self.columns):
            raise KnownProblem("mapping_bad", f"列の対応が使えません。{''.join(faults)}")
        return mapping

    def _refuse_missing(self, there: set[str]) -> None:
        missing = [column.name for column in self.columns if column.is_required and column.name not in there]
        if missing:
            raise KnownProblem(
                "columns_missing",
                f"必要な列が決まっていません: {'、'.join(missing)}。",
                advice="どの列がそれにあたるかを選んでください。",
            )


class HeadingsReader(Protocol):
    """見出しを読むもの (implemented in exchange)."""

    def __call__(self, path: Path) -> RosterHeadings:
        """Read the headings or raise ``KnownProblem``; a missing column is no problem yet."""
