"""道と逃げ地図: one section of the map desk, on the roads, zones and drawings of the city's file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Topic
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hazards import HazardScenario
from kurume_bousai.domain.route_answers import Destination, Goal, GoalKind, WayAnswer
from kurume_bousai.mapview.protocol import ReachShape, WayShape
from kurume_bousai.services.ports.routes import ReachAnswer, RouteConditions
from kurume_bousai.services.routes.ground import RoadStatus
from kurume_bousai.services.routes.obstacles import Drawn, barriers_of
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.kit.stack import Stack
from kurume_bousai.ui.kit.widgets import ChipRow, Para, rule, vbox
from kurume_bousai.ui.map_panel.view import MapView
from kurume_bousai.ui.maps.reach_part import ReachPart
from kurume_bousai.ui.maps.route_form import RouteForm
from kurume_bousai.ui.maps.route_shapes import goals_shape, reach_shape, way_shapes
from kurume_bousai.ui.maps.way_part import WayPart

_WAY, _REACH = "way", "reach"
_WITHOUT_ROADS: Final = (
    "道路の図がまだ取り込まれていません。道のりは、直線の長さの{factor:g}倍で計算します。"
    "「データを入れる・確かめる」で、国土数値情報の道路(N13)などを取り込むと、道に沿って計算します。"
)
_ROADS: Final = "道路は、{source}です。"
_OTHER_ROADS: Final = "「{titles}」は、新しい資料があるため使っていません。"


class RouteHost(Protocol):
    """地図の机: where ways and 逃げ地図 are shown."""

    map: MapView

    def show_routes(self, ways: tuple[WayShape, ...], reach: ReachShape | None, *, is_personal: bool) -> None:
        """Show them in the scene from now on; ``is_personal``: a way begins at somebody's home."""


class RoutesPanel(QWidget):
    """道と逃げ地図."""

    def __init__(self, desktop: Desktop, host: RouteHost, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desktop = desktop
        self._host = host
        self._planning = desktop.services.route_planning
        self._ways: tuple[WayShape, ...] = ()
        self._reach: ReachShape | None = None
        self._answer: ReachAnswer | None = None
        self._goals_for = HazardScenario.NONE
        self._district = ""
        self.which: ChipRow[str] = ChipRow(
            [(_WAY, "道をしらべる"), (_REACH, "逃げ地図")], _WAY, name="しらべること"
        )
        self.which.chosen.connect(self._on_which)
        self.form = RouteForm()
        self.form.changed.connect(self._on_conditions)
        may_see_people = desktop.database.access.has(Right.SEE_PEOPLE)
        self.way = WayPart(host.map, may_see_people=may_see_people)
        self.reach = ReachPart(host.map)
        self._parts = Stack()
        for part in (self.way, self.reach):
            self._parts.addWidget(part)
        self.source = Para("", "small", line=1.35)
        self.setLayout(vbox(self.which, self.form, rule(), (self._parts, 1), self.source, gap=1))
        self._is_read = False
        self._connect()
        self._refit()

    def _connect(self) -> None:
        self.way.wanted.connect(self._ask_ways)
        self.way.number_entered.connect(self._find_home)
        self.reach.goals_wanted.connect(self._find_goals)
        self.reach.confirmed.connect(self._on_confirmed)
        self.reach.wanted.connect(self._ask_reach)
        self.reach.put_off.connect(self._put_off_reach)
        self.reach.print_wanted.connect(self._print)
        changes = self._desktop.changes
        changes.follow(frozenset({Topic.BACKGROUNDS, Topic.SHELTERS}), self._on_ground_changed)
        changes.follow(frozenset({Topic.TASK_LAYERS}), self._on_conditions)

    # -- for the desk --------------------------------------------------------------------------

    def left(self) -> None:
        """Put the picking of places away; what is shown stays."""
        self.way.put_away()
        self.reach.put_away()

    def district_changed(self, district_id: str) -> None:
        """Another 校区 in the header: a printed 逃げ地図 shows it."""
        self._district = district_id

    def show_start(self, point: LonLat, words: str) -> None:
        """Begin a way at a place that was chosen elsewhere, for example one that was looked for."""
        self._show_part(_WAY)
        self.way.start_at(point, words)

    def showEvent(self, event: QShowEvent) -> None:
        """Make the network when somebody first looks here (Qt)."""
        super().showEvent(event)
        if not self._is_read:
            self._read_ground()

    def _on_which(self, which: str) -> None:
        self.left()
        self._show_part(which)

    def _show_part(self, which: str) -> None:
        self.which.set_value(which)
        self._parts.setCurrentWidget(self.way if which == _WAY else self.reach)
        self._refit()

    def _refit(self) -> None:
        """Be as high as the part that is open, not as the higher of both."""
        for part in (self.way, self.reach):
            policy = part.sizePolicy()
            is_open = part is self._parts.currentWidget()
            policy.setVerticalPolicy(policy.Policy.Preferred if is_open else policy.Policy.Ignored)
            part.setSizePolicy(policy)
        self._parts.updateGeometry()

    # -- the ground ----------------------------------------------------------------------------

    def _on_ground_changed(self) -> None:
        self._is_read = False
        if self.isVisible():
            self._read_ground()
        self._on_conditions()

    def _read_ground(self) -> None:
        """Make the network before it is asked for, and say what ways go by."""
        planning = self._planning
        self._is_read = True
        self._desktop.runner.compute(
            lambda: (planning.status(), planning.destinations()),
            lambda found: self._show_ground(*found),
            on_fail=self._say_problem,
            key="routes-ground",
        )

    def _show_ground(self, status: RoadStatus, sites: Sequence[Destination]) -> None:
        self.way.know_sites(sites)
        if not status.title:
            self.source.set_text(_WITHOUT_ROADS.format(factor=status.factor))
            return
        said = _ROADS.format(source=status.attribution or status.title)
        if status.other_titles:
            said += _OTHER_ROADS.format(titles="、".join(status.other_titles))
        self.source.set_text(said)

    def _say_problem(self, error: BaseException) -> bool:
        if not isinstance(error, KnownProblem):
            return False
        self.source.set_text(f"{error.message}{error.advice}")
        return True

    # -- conditions ----------------------------------------------------------------------------

    def _on_conditions(self) -> None:
        """Something that closes roads or changes the speed: what is shown is worked out again."""
        self._ask_ways()
        if self.reach.goals and self.form.scenario.value() is not self._goals_for:
            self._find_goals()  # another hazard has other goals
        elif self._answer is not None:
            self._ask_reach()

    def _drawn(self) -> tuple[Drawn, ...]:
        """Drawings of the task layers, on a worker thread; nothing for those who may not see them."""
        access = self._desktop.database.access
        if not access.has(Right.SEE_PEOPLE):
            return ()
        return tuple(self._desktop.services.task_layers.board().features)

    # -- ways ----------------------------------------------------------------------------------

    def _find_home(self, number: int) -> None:
        planning = self._planning
        self._desktop.runner.read(
            lambda: planning.home_of(number),
            lambda home: self.way.start_at(home, f"名簿の{number}番の人の家", is_home=True),
            key="routes-home",
        )

    def _ask_ways(self) -> None:
        work = self.way.work()
        if work is None:
            self._desktop.runner.compute(lambda: None, key="routes-ways")  # what is on its way is stale
            self._show(ways=())
            return
        planning, conditions = self._planning, self.form.conditions()

        def answers() -> tuple[WayAnswer, ...]:
            return work(planning, _with_drawn(conditions, self._drawn()))

        self._desktop.runner.compute(answers, self._show_ways, key="routes-ways")

    def _show_ways(self, answers: tuple[WayAnswer, ...]) -> None:
        self.way.show_answers(answers)
        self._show(ways=way_shapes(answers))

    # -- 逃げ地図 ------------------------------------------------------------------------------

    def _find_goals(self) -> None:
        planning, kind = self._planning, self.reach.kinds.value() or GoalKind.EMERGENCY
        scenario = self._goals_for = self.form.scenario.value()
        self._desktop.runner.compute(
            lambda: planning.goals(kind, scenario),
            self._take_goals,
            on_fail=self._no_goals,
            key="routes-goals",
            title="目標地点をさがしています",
        )

    def _no_goals(self, _error: BaseException) -> bool:
        self.reach.take_goals(())
        self._put_off_reach()
        return False

    def _take_goals(self, goals: Sequence[Goal]) -> None:
        self.reach.take_goals(goals)
        self._on_confirmed()

    def _on_confirmed(self) -> None:
        """Make the map of the confirmed goals; without any, show where they could be."""
        if self.reach.chosen():
            self._ask_reach()
            return
        self._answer = None
        self.reach.show_answer(None)
        self._show(reach=goals_shape(self.reach.goals))

    def _ask_reach(self) -> None:
        planning, conditions, goals = self._planning, self.form.conditions(), self.reach.chosen()

        def made() -> tuple[ReachAnswer, ReachShape]:
            answer = planning.reach(goals, _with_drawn(conditions, self._drawn()))
            return answer, reach_shape(answer)

        self._desktop.runner.compute(
            made, lambda found: self._show_reach(*found), key="routes-reach", title="逃げ地図をつくっています"
        )

    def _show_reach(self, answer: ReachAnswer, shape: ReachShape) -> None:
        self._answer = answer
        self.reach.show_answer(answer)
        self._show(reach=shape)

    def _put_off_reach(self) -> None:
        self._answer = None
        self.reach.take_goals(())
        self.reach.show_answer(None)
        self._reach = None
        self._show()

    def _print(self) -> None:
        from kurume_bousai.ui.reports.map_dialog import open_map_print

        if self._answer is not None:
            open_map_print(self._desktop, self, district_id=self._district, reach=self._answer)

    def _show(self, *, ways: tuple[WayShape, ...] | None = None, reach: ReachShape | None = None) -> None:
        self._ways = self._ways if ways is None else ways
        self._reach = self._reach if reach is None else reach
        self._host.show_routes(self._ways, self._reach, is_personal=self.way.is_from_home)


def _with_drawn(conditions: RouteConditions, drawn: Sequence[Drawn]) -> RouteConditions:
    return RouteConditions(conditions.choice, conditions.scenario, conditions.closed_from, barriers_of(drawn))
