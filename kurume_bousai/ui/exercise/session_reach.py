"""訓練の逃げ地図: roads coloured by minutes on foot, made again when a table draws 通れない道 (RULES D7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, Signal

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hazards import HazardScenario
from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.route_answers import GoalKind
from kurume_bousai.domain.routes import TravelChoice
from kurume_bousai.labels import label as word_of
from kurume_bousai.labels.routes import closed_sentences
from kurume_bousai.mapview.protocol import ReachShape
from kurume_bousai.services.ports.routes import Barrier, ReachAnswer, RouteConditions
from kurume_bousai.services.routes.ground import RoadStatus
from kurume_bousai.services.routes.obstacles import barriers_of
from kurume_bousai.services.routes.planning import RoutePlanning
from kurume_bousai.ui.exercise.controller import SessionController
from kurume_bousai.ui.kit.layouts import clear_icon, set_icon
from kurume_bousai.ui.kit.widgets import button
from kurume_bousai.ui.maps.route_shapes import reach_shape

_ICON: Final = "run-fast"


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a 逃げ地図 was made of: a change of it makes another one."""

    scenario: HazardScenario
    obstacles: tuple[Barrier, ...]
    closed: frozenset[SiteId]


class SessionReach(QObject):
    """訓練の逃げ地図. ``changed()`` when another shape is to be shown; ``button`` turns it on and off.

    The button is there only where roads are known. Goals are the 指定緊急避難場所 that are fit for the
    session's hazard; where the city has none, the 指定避難所, and that is said.
    """

    changed = Signal()

    def __init__(self, controller: SessionController, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._planning: RoutePlanning = controller.desktop.services.route_planning
        self._asked: _Asked | None = None
        self.shape: ReachShape | None = None
        self.button = button("逃げ地図", "tool", _ICON, checkable=True)
        self.button.toggled.connect(self._on_toggled)
        self.button.hide()
        controller.changed.connect(self._follow)
        controller.desktop.runner.compute(
            self._planning.status, self._on_status, on_fail=self._without_roads, key="session-roads"
        )

    def set_compact(self, *, compact: bool) -> None:
        """Words only on a small screen."""
        if compact:
            clear_icon(self.button)
        else:
            set_icon(self.button, _ICON)

    def _on_status(self, status: RoadStatus) -> None:
        self.button.setVisible(bool(status.title))

    @staticmethod
    def _without_roads(error: BaseException) -> bool:
        """Roads that cannot be read are told where they are kept; the session goes on without them."""
        return isinstance(error, KnownProblem)

    def _on_toggled(self, is_on: bool) -> None:
        self._asked = None
        if is_on:
            self._ask(tells=True)
            return
        self.shape = None
        self._controller.desktop.runner.compute(lambda: None, key="session-reach")  # none is awaited any more
        self.changed.emit()

    def _follow(self) -> None:
        if self.button.isChecked() and self._now() != self._asked:
            self._ask(tells=False)

    def _now(self) -> _Asked:
        session = self._controller.session
        return _Asked(
            _hazard(session.operation.settings.scenario),
            barriers_of(tuple(session.board.features.values())),
            frozenset(session.board.closed_sites),
        )

    def _ask(self, *, tells: bool) -> None:
        planning, asked = self._planning, self._now()
        self._asked = asked

        def made() -> tuple[ReachAnswer, ReachShape]:
            answer = _reach(planning, asked)
            return answer, reach_shape(answer)

        self._controller.desktop.runner.compute(
            made, lambda found: self._show(*found, tells=tells), on_fail=self._on_fail, key="session-reach"
        )

    def _show(self, answer: ReachAnswer, shape: ReachShape, *, tells: bool) -> None:
        self.shape = shape
        self.changed.emit()
        if tells:
            self._controller.desktop.messages.notice(_words(answer))

    def _on_fail(self, _error: BaseException) -> bool:
        """Nothing to show: the button goes up again, and the bar says why."""
        self.button.setChecked(False)
        return False


def _hazard(scenario: str) -> HazardScenario:
    """The hazard of a session; a scenario of another program's version has no zones here."""
    known = {one.value: one for one in HazardScenario}
    return known.get(scenario, HazardScenario.NONE)


def _reach(planning: RoutePlanning, asked: _Asked) -> ReachAnswer:
    conditions = RouteConditions(TravelChoice(), asked.scenario, obstacles=asked.obstacles)
    try:
        goals = planning.goals(GoalKind.EMERGENCY, asked.scenario, asked.closed)
    except KnownProblem as problem:
        if problem.code != "reach_no_goals":
            raise
        goals = planning.goals(GoalKind.DESIGNATED, asked.scenario, asked.closed)
    return planning.reach(goals, conditions)


def _words(answer: ReachAnswer) -> str:
    kind = word_of(answer.goals[0].kind)
    speed = f"{answer.map.speed:g}"
    first = f"{kind}までの時間で、道を塗り分けました。徒歩で1分に{speed}mの速さです。"
    return "".join([first, *answer.notices, *closed_sentences(answer.closed)])
