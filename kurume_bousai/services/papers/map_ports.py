"""Maps on paper: how many pages there will be, and the port that makes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from kurume_bousai.services.papers.map_content import (
    AssociationGround,
    CellPerson,
    MapPaperContent,
    MapPaperOrder,
    ReachPaper,
)
from kurume_bousai.services.papers.ports import PaperStamp
from kurume_bousai.services.progress import Progress

__all__ = [
    "AssociationGround",
    "CellPerson",
    "MadeMap",
    "MapPaperContent",
    "MapPaperMaker",
    "MapPaperOrder",
    "MapPlan",
    "ReachPaper",
]


@dataclass(frozen=True, slots=True)
class MapPlan:
    """紙の計画, told before anything is drawn.

    ``pages`` = ``sheets`` + ``covers`` (how tiles are glued) + the index of an atlas. ``columns``, ``rows``
    and ``glued_mm`` (width, height of what is glued together) are those of one set of tiles.
    """

    pages: int
    sheets: int
    covers: int
    has_index: bool
    scales: tuple[int, ...]
    split: tuple[str, ...] = field(default=(), repr=False)  # what needs more than one sheet
    columns: int = 1
    rows: int = 1
    glued_mm: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class MadeMap:
    """できた地図: pages, the scales used, and what the maker noticed, in Japanese."""

    pages: int
    scales: tuple[int, ...]
    notices: tuple[str, ...] = ()


class MapPaperMaker(Protocol):
    """地図の紙をつくる人 (implemented in reports)."""

    def plan(self, content: MapPaperContent, order: MapPaperOrder) -> MapPlan:
        """About how many pages the order comes to, soon told: for limits."""

    def preview(
        self, content: MapPaperContent, order: MapPaperOrder, stamp: PaperStamp, page: int
    ) -> tuple[bytes, MapPlan]:
        """Return a PDF of one page alone (from 1), marked as a sample, and the exact plan."""

    def render(
        self, content: MapPaperContent, order: MapPaperOrder, stamp: PaperStamp, progress: Progress
    ) -> tuple[bytes, MadeMap]:
        """Return the whole PDF in memory, for a printer."""

    def write(
        self,
        content: MapPaperContent,
        order: MapPaperOrder,
        stamp: PaperStamp,
        place: Path,
        progress: Progress,
    ) -> MadeMap:
        """Write the PDF whole or not at all; ``progress`` after each page may raise ``Cancelled``.

        Raises
        ------
        KnownProblem
            ``no_font`` and those of writing files.
        """
