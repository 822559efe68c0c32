"""What every screen may use: the open database, the services on it, and the window's own parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import shiboken6
from PySide6.QtCore import QObject, Signal

from kurume_bousai import settings as settings_file
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import MemberId, TableId
from kurume_bousai.domain.members import MemberRow
from kurume_bousai.domain.session import ExerciseSession
from kurume_bousai.mapview.protocol import LayerChoice, LayerVisibility, MapScene
from kurume_bousai.settings import Settings, Value
from kurume_bousai.ui.actions import ActionRegistry
from kurume_bousai.ui.main_window import MainWindow
from kurume_bousai.ui.messages import MessageBar
from kurume_bousai.ui.privacy import Privacy
from kurume_bousai.ui.session_actions import SessionActions
from kurume_bousai.ui.tasks import TaskRunner

if TYPE_CHECKING:
    from kurume_bousai.services.capacity.asking import CapacityService
    from kurume_bousai.services.capacity.help import CapacityHelp
    from kurume_bousai.services.capacity.scenarios import ScenarioService
    from kurume_bousai.services.disclosure.recipients import RecipientService
    from kurume_bousai.services.disclosure.second_person import LeavingRulesService
    from kurume_bousai.services.exercises.capacity import SessionCapacity
    from kurume_bousai.services.exercises.log import SessionLog
    from kurume_bousai.services.exercises.sessions import ExerciseService
    from kurume_bousai.services.hand_outs.copies import HandOutCopies
    from kurume_bousai.services.hand_outs.service import HandOutService
    from kurume_bousai.services.letters.services import LetterServices
    from kurume_bousai.services.maps.map_pack import MapPackService
    from kurume_bousai.services.maps.papers import MapPaperService
    from kurume_bousai.services.maps.person_maps import PersonMapService
    from kurume_bousai.services.maps.task_layers import TaskLayerService
    from kurume_bousai.services.maps.theme_maps import ThemeMapService
    from kurume_bousai.services.maps.tile_fetch import TileFetchService
    from kurume_bousai.services.maps.tile_packs import TilePackService
    from kurume_bousai.services.places.geocoding import GeocodingService
    from kurume_bousai.services.places.home_placing import HomePlacing
    from kurume_bousai.services.places.importing import PlacesService
    from kurume_bousai.services.places.map_layers import MapLayersService
    from kurume_bousai.services.places.map_search import MapSearch
    from kurume_bousai.services.ports.clock import Clock
    from kurume_bousai.services.ports.keeping import OperatorKeeping
    from kurume_bousai.services.ports.measures import GroundMeasures
    from kurume_bousai.services.ports.operators import FileKeeping
    from kurume_bousai.services.ports.sessions import CityDatabase
    from kurume_bousai.services.reporting.service import ReportingService
    from kurume_bousai.services.roster.consents import ConsentService
    from kurume_bousai.services.roster_import.service import RosterImportService
    from kurume_bousai.services.routes.planning import RoutePlanning


class ChangeHub(QObject):
    """変わったことの知らせ: one signal, ``changes_committed(frozenset[Topic])``, on the Qt thread."""

    changes_committed = Signal(object)

    def tell(self, changes: frozenset[Topic]) -> None:
        """Tell every screen what changed."""
        if changes:
            self.changes_committed.emit(changes)

    def follow(self, topics: frozenset[Topic], refresh: Callable[[], object]) -> None:
        """Call ``refresh`` after a change of one of ``topics``, as long as the widget it belongs to lives."""
        owner = getattr(refresh, "__self__", None)

        def pass_on(changes: frozenset[Topic]) -> None:
            is_gone = isinstance(owner, QObject) and not shiboken6.isValid(owner)
            if changes & topics and not is_gone:
                refresh()

        self.changes_committed.connect(pass_on)


class MapScenes(Protocol):
    """地図の場面をつくる人 (in mapview): from domain values to marks without names."""

    def city(self, shades: dict[str, int], captions: dict[str, str], chosen: str = "") -> MapScene:
        """The 46 校区 shaded 0–4 (-1 = hatched, unknown)."""

    def ground(self, visibility: LayerVisibility | None = None, district: str = "") -> MapScene:
        """Everything that is not a person, a drawing or a line; None = as ``use`` set it."""

    def choices(self, visibility: LayerVisibility | None = None) -> tuple[LayerChoice, ...]:
        """Every layer as a panel lists it, the topmost first."""

    def use(self, visibility: LayerVisibility) -> None:
        """Show layers as a person set them, in every later scene."""

    def prepare(self) -> None:
        """Read what is shown now (on the runner), for scenes that are asked for on the Qt thread."""

    def roster(self, rows: Sequence[MemberRow], district: str = "") -> MapScene:
        """People of the list as need signs and numbers, with the city's sites."""

    def session(
        self,
        session: ExerciseSession,
        *,
        table_id: TableId | None,
        selected: MemberId | None = None,
        for_projector: bool = False,
    ) -> MapScene:
        """A running session: people of the shown tables by their level, sites, drawings, lines."""


@dataclass(frozen=True, slots=True)
class Services:
    """用件の受け手 on one open database, wired by app. Safe to call from the runner's threads."""

    clock: Clock
    scenes: MapScenes
    exercises: ExerciseService
    log: SessionLog
    session_capacity: SessionCapacity
    capacity: CapacityService
    capacity_help: CapacityHelp
    scenarios: ScenarioService
    reporting: ReportingService
    roster_import: RosterImportService
    places: PlacesService
    geocoding: GeocodingService
    home_placing: HomePlacing
    layers: MapLayersService
    task_layers: TaskLayerService
    map_search: MapSearch
    route_planning: RoutePlanning
    map_papers: Callable[[], MapPaperService]
    theme_maps: Callable[[], ThemeMapService]
    person_maps: Callable[[], PersonMapService]
    measures: GroundMeasures
    letters: LetterServices
    tile_packs: TilePackService
    tile_fetch: TileFetchService
    map_packs: MapPackService
    recipients: RecipientService
    hand_outs: HandOutService
    copies: HandOutCopies
    consents: ConsentService
    leaving_rules: LeavingRulesService
    operators: OperatorKeeping
    keeping: FileKeeping

    def prepare(self) -> None:
        """Make ahead what is made when first asked for; here all of it is there. On the runner."""


@dataclass(slots=True)
class Desktop:
    """机の上: handed to every screen."""

    window: MainWindow
    database: CityDatabase
    settings: Settings
    runner: TaskRunner
    actions: ActionRegistry
    privacy: Privacy
    changes: ChangeHub
    services: Services
    session_actions: SessionActions
    is_fictional: bool
    database_path: Path
    start_practice: Callable[[], None]

    @property
    def messages(self) -> MessageBar:
        """The message bar of the window."""
        return self.window.messages

    @property
    def clock(self) -> Clock:
        """The clock."""
        return self.services.clock

    @property
    def scenes(self) -> MapScenes:
        """What makes map scenes."""
        return self.services.scenes

    @property
    def exercises(self) -> ExerciseService:
        """図上訓練."""
        return self.services.exercises

    @property
    def log(self) -> SessionLog:
        """クロノロジー."""
        return self.services.log

    @property
    def session_capacity(self) -> SessionCapacity:
        """訓練の容量."""
        return self.services.session_capacity

    @property
    def capacity(self) -> CapacityService:
        """容量確認."""
        return self.services.capacity

    def remember(self, **new: Value) -> None:
        """Keep settings of this installation; a folder that cannot be written loses only comfort."""
        self.settings = self.settings.changed(**new)
        try:
            settings_file.save(self.settings)
        except KnownProblem as problem:
            self.messages.problem(problem)

    def finish(self, outcome: Outcome[Any], words: str = "") -> None:
        """Tell the screens what a use case changed, and the person that it is saved."""
        self.changes.tell(outcome.changes)
        if words:
            self.messages.done(words)
