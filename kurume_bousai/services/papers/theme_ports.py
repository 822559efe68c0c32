"""テーマの地図: the 46 校区 shaded by one share, with the table beside it that adds up (FEATURES C4)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.districts import DistrictOutline, SchoolDistrict
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.map_papers import PaperSize, ThemeMeasure
from kurume_bousai.services.papers.map_ports import MadeMap
from kurume_bousai.services.papers.ports import PaperStamp
from kurume_bousai.services.progress import Progress


@dataclass(frozen=True, slots=True)
class ThemeOrder:
    """テーマの地図の注文."""

    measure: ThemeMeasure = ThemeMeasure.REGISTRATION
    paper: PaperSize = PaperSize.A3


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """一行の数: ``part`` of ``whole`` people; ``whole`` None = not known, so there is no share."""

    district_id: DistrictId
    part: int
    whole: int | None

    @property
    def rest(self) -> int:
        """Those of the whole who are not in the part; below 0 where a typed whole is too small."""
        return (self.whole or 0) - self.part


@dataclass(frozen=True, slots=True)
class ThemeContent:
    """テーマの地図の中身. ``rows`` are the 校区 in order, then those whose 校区 is not known.

    ``kin``: rows of the other measures that count some of the same people, in the same order: what is
    hidden here must not be told by their papers. ``conditions`` are those of ``UNPLACED``.
    """

    measure: ThemeMeasure
    rows: tuple[ThemeRow, ...]
    kin: tuple[tuple[ThemeRow, ...], ...]
    districts: tuple[SchoolDistrict, ...]
    outlines: tuple[DistrictOutline, ...]
    conditions: CapacityConditions | None = None


class ThemeMapMaker(Protocol):
    """テーマの地図をつくる人 (implemented in reports)."""

    def render(
        self, content: ThemeContent, order: ThemeOrder, stamp: PaperStamp, *, is_sample: bool = False
    ) -> tuple[bytes, MadeMap]:
        """Return the PDF.

        Raises
        ------
        KnownProblem
            ``too_few_people`` where no hiding is enough, ``no_font``.
        """

    def write(
        self, content: ThemeContent, order: ThemeOrder, stamp: PaperStamp, place: Path, progress: Progress
    ) -> MadeMap:
        """Write it whole or not at all; raises those of writing files too."""
