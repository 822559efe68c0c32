"""Maps on paper: what is asked for, what goes into it, and the port that makes the file.

Names of people have no way in: a person is a number and need signs at the middle of a 100 m cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.districts import DistrictOutline, SchoolDistrict
from kurume_bousai.domain.hazards import HazardScenario
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.layers import LayerFeature, MapLayer
from kurume_bousai.domain.members import Need
from kurume_bousai.domain.shelters import DesignatedShelter, EmergencyEvacuationSite, WelfareShelter
from kurume_bousai.services.fictional.flood import FloodField
from kurume_bousai.services.ports import Background
from kurume_bousai.services.ports_reports import PaperStamp
from kurume_bousai.services.progress import Progress

#: A table's map is read between these scales (1 : N); outside of them a sheet is no use.
LARGEST_SCALE: Final = 1_500
SMALLEST_SCALE: Final = 25_000
#: More pages than this are a mistake in the order, not a wish.
MOST_PAGES: Final = 3_000


class PaperSize(StrEnum):
    """紙の大きさ."""

    A4 = "A4"
    A3 = "A3"
    A1 = "A1"
    A0 = "A0"


#: Sizes an office printer takes: only these are cut into tiles.
TILE_SIZES: Final = frozenset({PaperSize.A4, PaperSize.A3})
#: What a map on paper can show of dangers; an earthquake has no zones.
MAP_HAZARDS: Final = (
    HazardScenario.FLOOD_L2,
    HazardScenario.FLOOD_L1,
    HazardScenario.INLAND,
    HazardScenario.LANDSLIDE,
    HazardScenario.NONE,
)


@dataclass(frozen=True, slots=True)
class MapPaperOrder:
    """地図の紙の注文. ``scale`` None = the largest at which a 校区 fits on one sheet (tiled: 1:2,500).

    ``district_id`` None = an atlas of all. ``association`` narrows the sheet to a 自治会 of the session.
    """

    paper: PaperSize = PaperSize.A4
    scale: int | None = None
    is_tiled: bool = False
    is_mono: bool = False
    hazard: HazardScenario = HazardScenario.FLOOD_L2
    district_id: DistrictId | None = None
    association: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class CellPerson:
    """記号の人: number and needs at the middle of the 100 m cell of the home; never the home itself."""

    number: int
    needs: frozenset[Need] = field(repr=False)
    cell: LonLat = field(repr=False)
    table: str = ""


@dataclass(frozen=True, slots=True)
class MapPaperContent:
    """地図の紙の中身. Outlines are the imported ones; a 校区 without one gets its computed area.

    ``hidden_people``: those of the session's 校区 whom nobody is shown; None = the map is without people.
    """

    districts: tuple[SchoolDistrict, ...]
    outlines: tuple[DistrictOutline, ...]
    layers: tuple[tuple[MapLayer, tuple[LayerFeature, ...]], ...] = ()
    flood: FloodField | None = None
    welfare: tuple[WelfareShelter, ...] = ()
    designated: tuple[DesignatedShelter, ...] = ()
    emergency: tuple[EmergencyEvacuationSite, ...] = ()
    backgrounds: tuple[Background, ...] = ()
    people: tuple[CellPerson, ...] = ()
    people_district: DistrictId | None = None
    hidden_people: int | None = None
    table_names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MadeMap:
    """できた地図: pages, the scales used, and what the maker noticed, in Japanese."""

    pages: int
    scales: tuple[int, ...]
    notices: tuple[str, ...] = ()


class MapPaperMaker(Protocol):
    """地図の紙をつくる人 (implemented in reports)."""

    def count_pages(self, content: MapPaperContent, order: MapPaperOrder) -> int:
        """How many pages the order comes to, without drawing one."""

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
