"""地図の場面: the city, the list and a running session as scenes, from one open database.

The ground (校区, sites, flood, backgrounds) is read once and kept until ``forget`` is called after a
change; a session's scene is then made of what the session holds, fast enough for every press.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kurume_bousai.domain.bodies import DataLevel
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.districts import DistrictOutline
from kurume_bousai.domain.ids import DistrictId, MemberId, SiteId, TableId
from kurume_bousai.domain.members import MemberRow
from kurume_bousai.domain.session import ExerciseSession
from kurume_bousai.domain.shelters import DesignatedShelter, EmergencyEvacuationSite, WelfareShelter
from kurume_bousai.mapview import features
from kurume_bousai.mapview.protocol import (
    BackgroundImage,
    DistrictShape,
    HazardShape,
    LinkMark,
    MapScene,
    PersonMark,
    Polygon,
    SiteMark,
)
from kurume_bousai.services.facts import is_fictional
from kurume_bousai.services.fictional.flood import FloodField, fictional_flood
from kurume_bousai.services.ports import CityDatabase

_WATERMARK = "架空"


@dataclass(frozen=True, slots=True)
class _Ground:
    """What lies under every scene."""

    shapes: tuple[DistrictShape, ...]
    hazards: tuple[HazardShape, ...]
    backgrounds: tuple[BackgroundImage, ...]
    welfare: tuple[WelfareShelter, ...]
    designated: tuple[DesignatedShelter, ...]
    emergency: tuple[EmergencyEvacuationSite, ...]
    is_fictional: bool


class CityScenes:
    """市の地図の場面."""

    def __init__(self, database: CityDatabase) -> None:
        self._database = database
        self._kept: _Ground | None = None

    def forget(self) -> None:
        """Read the ground again for the next scene (after 校区, sites or backgrounds changed)."""
        self._kept = None

    # -- scenes --------------------------------------------------------------------------------

    def city(self, shades: dict[str, int], captions: dict[str, str], chosen: str = "") -> MapScene:
        """The 46 校区 shaded 0–4 (-1 = hatched, unknown); names only the chosen one."""
        ground = self._ground()
        shapes = tuple(
            replace(
                shape, shade=shades.get(shape.id, -1) if shades else None, caption=captions.get(shape.id, "")
            )
            for shape in ground.shapes
        )
        return MapScene(districts=shapes, chosen_district=chosen, watermark=self._watermark(ground))

    def roster(self, rows: Sequence[MemberRow], district: str = "") -> MapScene:
        """People of the list as need signs and numbers, with the city's sites."""
        ground = self._ground()
        return MapScene(
            people=features.roster_people(rows, DataLevel.REAL),
            sites=self._sites(ground),
            districts=ground.shapes,
            hazards=ground.hazards,
            backgrounds=ground.backgrounds,
            chosen_district=district,
            names_districts=not district,
            watermark=self._watermark(ground),
        )

    def sites(self, notes: dict[SiteId, str], district: str = "") -> MapScene:
        """The welfare shelters with a short word each."""
        ground = self._ground()
        return MapScene(
            sites=features.welfare_marks(ground.welfare, notes),
            districts=ground.shapes,
            hazards=ground.hazards,
            chosen_district=district,
            watermark=self._watermark(ground),
        )

    def session(
        self,
        session: ExerciseSession,
        *,
        table_id: TableId | None,
        selected: MemberId | None = None,
        for_projector: bool = False,
    ) -> MapScene:
        """A running session: people by the level of their table, sites, drawings, lines.

        On the projector, which everybody sees, the level is 記号 at most for all (RULEBOOK §1).
        """
        ground = self._ground()
        people = self._session_people(session, for_projector=for_projector)
        closed = frozenset(session.board.closed_sites)
        return MapScene(
            people=people,
            sites=(
                *features.welfare_marks(session.sites.values(), None, closed),
                *features.designated_marks(self._near(ground.designated, session.district_id)),
            ),
            # The band names the 校区; on the map its name would only cover people.
            districts=tuple(replace(shape, name="") for shape in ground.shapes),
            hazards=ground.hazards,
            drawn=features.drawn_marks(session.board.features.values()),
            links=self._links(session, people, selected),
            backgrounds=ground.backgrounds,
            table=str(table_id or ""),
            selected=str(selected or ""),
            chosen_district=session.district_id,
            watermark=self._watermark(ground),
        )

    # -- parts ---------------------------------------------------------------------------------

    def _session_people(self, session: ExerciseSession, *, for_projector: bool) -> tuple[PersonMark, ...]:
        levels = {str(table.table_id): session.level(table.table_id) for table in session.tables}
        if for_projector:
            ceiling = session.projector_level()
            levels = {table: min(level, ceiling) for table, level in levels.items()}
        states = {person.member_id: session.state(person.member_id) for person in session.shown()}
        return features.session_people(session.shown(), states, levels)

    def _links(
        self, session: ExerciseSession, people: tuple[PersonMark, ...], selected: MemberId | None
    ) -> tuple[LinkMark, ...]:
        supporters: dict[MemberId, LonLat] = {}
        sites: dict[MemberId, LonLat] = {}
        for member_id, assignment in session.board.assignments.items():
            spot = session.supporters.get(assignment.supporter_id) if assignment.supporter_id else None
            if spot is not None and spot.home is not None:
                supporters[member_id] = spot.home
            if (
                member_id == selected
                and assignment.site_id
                and (point := _site_point(session, assignment.site_id))
            ):
                sites[member_id] = point
        return features.link_marks(people, supporters, sites, selected)

    def _sites(self, ground: _Ground) -> tuple[SiteMark, ...]:
        return (
            *features.welfare_marks(ground.welfare),
            *features.designated_marks(ground.designated),
            *features.emergency_marks(ground.emergency),
        )

    @staticmethod
    def _near(shelters: Sequence[DesignatedShelter], district_id: DistrictId) -> list[DesignatedShelter]:
        """The 校区's own 指定避難所: the others would only crowd the table's map."""
        return [shelter for shelter in shelters if shelter.district_id == district_id]

    @staticmethod
    def _watermark(ground: _Ground) -> str:
        return _WATERMARK if ground.is_fictional else ""

    def _ground(self) -> _Ground:
        if self._kept is None:
            self._kept = self._read()
        return self._kept

    def _read(self) -> _Ground:
        with self._database.reading() as session:
            districts = session.districts.all()
            outlines: Sequence[DistrictOutline] = session.districts.outlines()
            fictional = is_fictional(session)
            backgrounds = session.backgrounds.all(with_picture=True)
            welfare = tuple(session.shelters.welfare())
            designated = tuple(session.shelters.designated())
            emergency = tuple(session.shelters.emergency())
        names = {district.district_id: district.name for district in districts}
        # 校区 that an imported file does not have keep their computed area, dashed.
        from kurume_bousai.geo.districts import computed_areas  # numpy and shapely: not at the start

        computed = computed_areas({district.district_id: district.point for district in districts})
        imported = {outline.district_id for outline in outlines}
        missing = [outline for outline in computed if outline.district_id not in imported]
        return _Ground(
            shapes=features.district_shapes((*outlines, *missing), names),
            hazards=_flood_shapes(fictional_flood()) if fictional else (),
            backgrounds=features.background_images(backgrounds),
            welfare=welfare,
            designated=designated,
            emergency=emergency,
            is_fictional=fictional,
        )


def _site_point(session: ExerciseSession, site_id: SiteId) -> LonLat | None:
    if site := session.sites.get(site_id):
        return site.point
    shelter = session.shelters.get(site_id)
    return shelter.point if shelter else None


def _flood_shapes(field: FloodField) -> tuple[HazardShape, ...]:
    """One shape a rank, the shallow below the deep."""
    by_rank: dict[int, list[Polygon]] = {}
    for polygon in field.polygons:
        rings = tuple(tuple((point.lon, point.lat) for point in ring) for ring in polygon.rings)
        by_rank.setdefault(int(polygon.rank), []).append(rings)
    return tuple(HazardShape(rank, tuple(polygons)) for rank, polygons in sorted(by_rank.items()))
