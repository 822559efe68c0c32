"""地図の紙の中身: what is asked for and what goes into it, as values.

Names of people have no way in: a person is a number and need signs at the middle of a 100 m cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.districts import DistrictOutline, SchoolDistrict
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.layers import LayerFeature, MapLayer
from kurume_bousai.domain.map_papers import MapHazard, PaperSize
from kurume_bousai.domain.members import Need
from kurume_bousai.domain.routes import ReachMap, TravelChoice
from kurume_bousai.domain.shelters import DesignatedShelter, EmergencyEvacuationSite, WelfareShelter
from kurume_bousai.services.fictional.flood import FloodField
from kurume_bousai.services.ports.backgrounds import Background


@dataclass(frozen=True, slots=True)
class MapPaperOrder:
    """地図の紙の注文. ``scale`` None = the largest at which a 校区 fits on one sheet (tiled: 1:2,500).

    ``district_id`` None = an atlas of all. ``association`` narrows the sheet to one 自治会 of the 校区;
    ``by_association`` gives each of its 自治会 a sheet of its own.
    """

    paper: PaperSize = PaperSize.A4
    scale: int | None = None
    is_tiled: bool = False
    is_mono: bool = False
    hazard: MapHazard = MapHazard.FLOOD_L2
    district_id: DistrictId | None = None
    association: str = field(default="", repr=False)
    by_association: bool = False


@dataclass(frozen=True, slots=True)
class CellPerson:
    """記号の人: number and needs at the middle of the 100 m cell of the home; never the home itself."""

    number: int
    needs: frozenset[Need] = field(repr=False)
    cell: LonLat = field(repr=False)
    table: str = ""
    association: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class AssociationGround:
    """自治会の範囲: its outline (WKB, EPSG:6668) where a layer has it, else the cells of its homes.

    ``cells`` are empty where the small-count rule keeps them back: the sheet then shows the whole 校区.
    """

    name: str = field(repr=False)
    cells: tuple[LonLat, ...] = field(default=(), repr=False)
    outline: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ReachPaper:
    """逃げ地図の中身: roads by their minutes, the goals, and how people go (mode, speed, by night)."""

    reach: ReachMap
    goals: tuple[LonLat, ...]
    choice: TravelChoice
    notices: tuple[str, ...] = ()


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
    associations: tuple[AssociationGround, ...] = ()
    reach: ReachPaper | None = None
