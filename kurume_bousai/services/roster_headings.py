"""The headings of a roster file and which canonical column each stands for; the reader is in ``exchange``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kurume_bousai.domain.errors import KnownProblem


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

    def mapping(self, chosen: Mapping[str, str]) -> dict[str, str] | None:
        """What was chosen beyond the names: canonical column → heading; None where nothing was.

        Raises
        ------
        KnownProblem
            ``columns_missing``: a required column has no heading.
        """
        missing = [c.name for c in self.columns if c.is_required and not chosen.get(c.name)]
        if missing:
            raise KnownProblem(
                "columns_missing",
                f"必要な列が決まっていません: {'、'.join(missing)}。",
                advice="どの列がそれにあたるかを選んでください。",
            )
        changed = {
            column.name: heading
            for column in self.columns
            if (heading := chosen.get(column.name, "")) and heading != column.heading
        }
        return changed or None


class HeadingsReader(Protocol):
    """見出しを読むもの (implemented in exchange)."""

    def __call__(self, path: Path) -> RosterHeadings:
        """Read the headings or raise ``KnownProblem``; a missing column is no problem yet."""
