"""地図の場面: the city, the list and a running session as scenes, from one open database.

The ground (校区, sites, flood, backgrounds) is read once and kept until ``forget`` is called after a
change; a session's scene is then made of what the session holds, fast enough for every press.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kurume_bousai.domain.bodies import DataLevel
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.ids import DistrictId, MemberId, SiteId, TableId
from kurume_bousai.domain.members import MemberRow
from kurume_bousai.domain.session import ExerciseSession
from kurume_bousai.domain.shelters import DesignatedShelter
from kurume_bousai.mapview import features
from kurume_bousai.mapview.catalogue import catalogue
from kurume_bousai.mapview.ground import Ground, GroundKeeper, TileSource, no_tiles
from kurume_bousai.mapview.protocol import (
    LayerChoice,
    LayerVisibility,
    LinkMark,
    MapScene,
    PersonMark,
    SiteMark,
)
from kurume_bousai.services.ports.sessions import CityDatabase

_WATERMARK = "架空"


class CityScenes:
    """市の地図の場面."""

    def __init__(self, database: CityDatabase, tiles: TileSource = no_tiles) -> None:
        self._keeper = GroundKeeper(database, catalogue(), tiles)

    def forget(self) -> None:
        """Read the ground again for the next scene (after 校区, sites, layers or backgrounds changed)."""
        self._keeper.forget()

    def prepare(self) -> None:
        """Read the ground and the shapes of what is shown now, for scenes asked for on the Qt thread."""
        self._keeper.overlays(self._keeper.seen())

    def use(self, visibility: LayerVisibility) -> None:
        """Show layers as a person set them on this installation, in every later scene."""
        self._keeper.visibility = visibility

    def choices(self, visibility: LayerVisibility | None = None) -> tuple[LayerChoice, ...]:
        """Return every layer as a panel lists it, the topmost first; None = as ``use`` set it."""
        return self._keeper.choices(visibility)

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

    def ground(self, visibility: LayerVisibility | None = None, district: str = "") -> MapScene:
        """Everything that is not a person, a drawing or a line; None = as ``use`` set it.

        Shapes of layers that are shown for the first time are read now.
        """
        ground = self._ground()
        seen = self._keeper.seen(visibility)
        return MapScene(
            sites=self._sites(ground),
            districts=ground.shapes,
            hazards=ground.hazards,
            backgrounds=ground.backgrounds,
            overlays=self._keeper.overlays(seen),
            tiles=ground.tiles,
            chosen_district=district,
            names_districts=not district,
            watermark=self._watermark(ground),
            visibility=seen,
        )

    def roster(self, rows: Sequence[MemberRow], district: str = "") -> MapScene:
        """People of the list as need signs and numbers, with the city's sites."""
        return replace(self.ground(district=district), people=features.roster_people(rows, DataLevel.REAL))

    def sites(self, notes: dict[SiteId, str], district: str = "") -> MapScene:
        """The welfare shelters with a short word each."""
        return replace(
            self.ground(district=district),
            sites=features.welfare_marks(self._ground().welfare, notes),
            names_districts=False,
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

        On the projector, which everybody sees, the level is 記号 at most for all (RULEBOOK §1), and
        nothing that was typed in the hall is written.
        """
        base = self.ground(district=session.district_id)
        people = self._session_people(session, for_projector=for_projector)
        closed = frozenset(session.board.closed_sites)
        return replace(
            base,
            people=people,
            sites=(
                *features.welfare_marks(session.sites.values(), None, closed),
                *features.designated_marks(self._near(self._ground().designated, session.district_id)),
            ),
            # The band names the 校区; on the map its name would only cover people.
            districts=tuple(replace(shape, name="") for shape in base.districts),
            drawn=features.drawn_marks(session.board.features.values(), with_text=not for_projector),
            links=self._links(session, people, selected),
            table=str(table_id or ""),
            selected=str(selected or ""),
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

    def _sites(self, ground: Ground) -> tuple[SiteMark, ...]:
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
    def _watermark(ground: Ground) -> str:
        return _WATERMARK if ground.is_fictional else ""

    def _ground(self) -> Ground:
        return self._keeper.ground()


def _site_point(session: ExerciseSession, site_id: SiteId) -> LonLat | None:
    if site := session.sites.get(site_id):
        return site.point
    shelter = session.shelters.get(site_id)
    return shelter.point if shelter else None
