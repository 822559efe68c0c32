"""作業の層の用件: named layers of drawings on the map of the city, with undo that outlives the program.

Texts are free: somebody may write a name in spite of the hint. So they are shown to those only who may
see people, never on the projector, and neither the audit nor a log holds them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.acts import MOST_LETTERS, require_drawable
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import new_id
from kurume_bousai.domain.names import fold
from kurume_bousai.domain.operations import FeatureKind
from kurume_bousai.domain.task_layers import (
    FeatureChange,
    LayerChange,
    StepAct,
    StepHistory,
    TaskBoard,
    TaskFeature,
    TaskFeatureId,
    TaskLayer,
    TaskLayerId,
    TaskStep,
    clean_title,
    free_title,
)
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.sessions import CityDatabase

#: Stands beside every field whose words come onto the map.
WORDS_HINT: Final = "地図に出る言葉です。人の名前や住所など、個人がわかることは書かないでください。"
#: More corners than any hand draws: a broken caller, not a person.
_MOST_POINTS: Final = 5000
_TOPICS: Final = frozenset({Topic.TASK_LAYERS})


@dataclass(frozen=True, slots=True)
class TaskLayersNow:
    """いまの作業の層: the board as the operator may see it, and what can be taken back or done again."""

    board: TaskBoard
    history: StepHistory


class TaskLayerService:
    """作業の層 on one open database. Safe to call from any thread.

    Whoever sees counts may look; to draw one needs ``EDIT_MAPS`` and, because of the texts,
    ``SEE_PEOPLE``. Every act is one transaction, audited, and one step of the operator's own undo.
    """

    def __init__(self, database: CityDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @property
    def may_draw(self) -> bool:
        """True where the operator may draw, change and delete."""
        access = self._database.access
        return access.has(Right.EDIT_MAPS) and access.has(Right.SEE_PEOPLE)

    def now(self) -> TaskLayersNow:
        """Layers, drawings and the operator's undo; raises ``no_right``."""
        access = self._database.access
        with self._database.reading() as session:
            board = session.task_layers.board(access)
            history = session.task_layers.history(access) if self.may_draw else StepHistory()
            return TaskLayersNow(board, history)

    def board(self) -> TaskBoard:
        """Layers and drawings as the operator may see them; raises ``no_right``."""
        return self.now().board

    # -- layers --------------------------------------------------------------------------------

    def add_layer(self, title: str) -> Outcome[TaskLayer]:
        """A new layer; raises ``no_right``, ``layer_title``, ``layer_title_taken``."""
        layer = self._new_layer(clean_title(title))

        def step(board: TaskBoard) -> TaskStep:
            _require_free_title(board, layer)
            return TaskStep(StepAct.LAYER_ADDED, (LayerChange(None, layer),))

        self._perform(step)
        return Outcome(layer, _TOPICS)

    def rename_layer(self, layer_id: TaskLayerId, title: str) -> Outcome[TaskLayer]:
        """Another name; raises as ``add_layer`` does, and ``layer_gone``."""
        cleaned = clean_title(title)

        def step(board: TaskBoard) -> TaskStep | None:
            before = board.layer(layer_id)
            after = replace(before, title=cleaned)
            _require_free_title(board, after)
            return TaskStep(StepAct.LAYER_RENAMED, (LayerChange(before, after),)) if after != before else None

        return Outcome(self._perform(step).layer(layer_id), _TOPICS)

    def remove_layer(self, layer_id: TaskLayerId) -> Outcome[None]:
        """Delete a layer with all that is drawn on it; can be taken back. Raises ``layer_gone``."""

        def step(board: TaskBoard) -> TaskStep:
            return TaskStep(
                StepAct.LAYER_REMOVED,
                (LayerChange(board.layer(layer_id), None),),
                tuple(FeatureChange(feature, None) for feature in board.of_layer(layer_id)),
            )

        self._perform(step)
        return Outcome(None, _TOPICS)

    # -- drawings ------------------------------------------------------------------------------

    def draw(
        self, layer_id: TaskLayerId | None, kind: FeatureKind, points: Sequence[LonLat], text: str = ""
    ) -> Outcome[TaskFeature]:
        """Draw on a layer; None = on a new one, made in the same step.

        Raises
        ------
        KnownProblem
            ``no_right``, ``layer_gone``, ``too_few_points``, ``too_many_points``, ``no_words``.
        """
        _require_points(kind, points, text)
        feature = TaskFeature(
            TaskFeatureId(new_id()),
            layer_id or TaskLayerId(new_id()),
            kind,
            tuple(points),
            _clean_text(text),
            self._clock.now(),
            self._database.access.name,
        )

        def step(board: TaskBoard) -> TaskStep:
            drawn = (FeatureChange(None, feature),)
            if layer_id is not None:
                board.layer(layer_id)
                return TaskStep(StepAct.DRAWN, (), drawn)
            layer = replace(self._new_layer(free_title(board)), layer_id=feature.layer_id)
            return TaskStep(StepAct.DRAWN, (LayerChange(None, layer),), drawn)

        self._perform(step)
        return Outcome(feature, _TOPICS)

    def change_text(self, feature_id: TaskFeatureId, text: str) -> Outcome[TaskFeature]:
        """Other words; raises ``no_right``, ``feature_gone``, ``no_words``."""

        def changed(feature: TaskFeature) -> TaskFeature:
            require_drawable(feature.kind, feature.points, text)
            return replace(feature, text=_clean_text(text))

        return self._change(StepAct.WORDS_CHANGED, feature_id, changed)

    def move(self, feature_id: TaskFeatureId, points: Sequence[LonLat]) -> Outcome[TaskFeature]:
        """Other corners; raises ``no_right``, ``feature_gone``, ``too_few_points``, ``too_many_points``."""

        def changed(feature: TaskFeature) -> TaskFeature:
            _require_points(feature.kind, points, feature.text)
            return replace(feature, points=tuple(points))

        return self._change(StepAct.MOVED, feature_id, changed)

    def erase(self, feature_id: TaskFeatureId) -> Outcome[None]:
        """Delete one drawing; can be taken back. Raises ``no_right``, ``feature_gone``."""

        def step(board: TaskBoard) -> TaskStep:
            return TaskStep(StepAct.ERASED, (), (FeatureChange(board.feature(feature_id), None),))

        self._perform(step)
        return Outcome(None, _TOPICS)

    # -- undo ----------------------------------------------------------------------------------

    def undo(self) -> Outcome[TaskStep | None]:
        """Take the operator's latest step back; None = there is none. Raises ``changed_meanwhile``."""
        self._require()
        with self._database.writing() as session:
            step = session.task_layers.undo(self._database.access)
        return Outcome(step, _TOPICS if step is not None else frozenset())

    def redo(self) -> Outcome[TaskStep | None]:
        """Do the step again that was taken back last; None = there is none."""
        self._require()
        with self._database.writing() as session:
            step = session.task_layers.redo(self._database.access)
        return Outcome(step, _TOPICS if step is not None else frozenset())

    # -- inside --------------------------------------------------------------------------------

    def _require(self) -> None:
        self._database.access.require(Right.EDIT_MAPS)
        self._database.access.require(Right.SEE_PEOPLE)

    def _perform(self, make_step: Callable[[TaskBoard], TaskStep | None]) -> TaskBoard:
        """Make a step of the board as it stands and write it, in one transaction; None = nothing to do."""
        self._require()
        access = self._database.access
        with self._database.writing() as session:
            board = session.task_layers.board(access)
            step = make_step(board)
            if step is None:
                return board
            session.task_layers.perform(access, step, at=self._clock.now())
            return board.after(step)

    def _change(
        self,
        act: StepAct,
        feature_id: TaskFeatureId,
        changed: Callable[[TaskFeature], TaskFeature],
    ) -> Outcome[TaskFeature]:
        def step(board: TaskBoard) -> TaskStep | None:
            before = board.feature(feature_id)
            after = changed(before)
            return TaskStep(act, (), (FeatureChange(before, after),)) if after != before else None

        return Outcome(self._perform(step).feature(feature_id), _TOPICS)

    def _new_layer(self, title: str) -> TaskLayer:
        return TaskLayer(TaskLayerId(new_id()), title, self._clock.now(), self._database.access.name)


def _clean_text(text: str) -> str:
    return " ".join(text.split())[:MOST_LETTERS]


def _require_points(kind: FeatureKind, points: Sequence[LonLat], text: str) -> None:
    require_drawable(kind, points, text)
    if len(points) > _MOST_POINTS:
        raise KnownProblem(
            "too_many_points", "角が多すぎて、描けません。", advice="いくつかに分けて描いてください。"
        )


def _require_free_title(board: TaskBoard, layer: TaskLayer) -> None:
    others = {fold(one.title) for one in board.layers if one.layer_id != layer.layer_id}
    if fold(layer.title) in others:
        raise KnownProblem(
            "layer_title_taken", "同じ名前の層があります。", advice="ほかの名前にしてください。"
        )
