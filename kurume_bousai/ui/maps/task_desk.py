"""作業の層を扱う人: what is drawn, which layer is drawn on, what is selected; writes on the runner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QObject, Signal

from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.task_layers import (
    StepHistory,
    TaskBoard,
    TaskFeature,
    TaskFeatureId,
    TaskLayerId,
    TaskStep,
)
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.maps.task_layers import TaskLayerService, TaskLayersNow
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.form_dialog import FormDialog
from kurume_bousai.ui.maps.layer_look import LayerLook
from kurume_bousai.ui.maps.layer_settings import switched

_PREFIX: Final = "task:"


class TaskDesk(QObject):
    """作業の層を扱う人. ``changed()`` after any change, ``drawn()`` when what was drawn is selected."""

    changed = Signal()
    drawn = Signal()
    #: What was just done, in a whole sentence: stands in the panel, since drawing goes on.
    said = Signal(str)

    def __init__(self, desktop: Desktop, look: LayerLook, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desktop = desktop
        self._look = look
        self.service: TaskLayerService = desktop.services.task_layers
        self.board = TaskBoard()
        self.history = StepHistory()
        self._layer_id: TaskLayerId | None = None
        self._feature_id: TaskFeatureId | None = None
        self._fresh: TaskFeatureId | None = None
        desktop.changes.follow(frozenset({Topic.TASK_LAYERS}), self.reload)

    @property
    def may_draw(self) -> bool:
        """Whether the operator may draw."""
        return self.service.may_draw

    # ------------------------------------------------------------------ what there is
    @property
    def layer_id(self) -> TaskLayerId | None:
        """The layer that is drawn on; None while there is none."""
        return self._layer_id

    @property
    def feature(self) -> TaskFeature | None:
        """The drawing that is selected."""
        return next((one for one in self.board.features if one.feature_id == self._feature_id), None)

    def is_shown(self, layer_id: TaskLayerId) -> bool:
        """Whether a layer is shown on this installation."""
        return f"{_PREFIX}{layer_id}" not in self._look.visibility.hidden

    def shown(self) -> tuple[TaskFeature, ...]:
        """The drawings of the layers that are shown."""
        return tuple(feature for feature in self.board.features if self.is_shown(feature.layer_id))

    # ------------------------------------------------------------------ choosing
    def choose_layer(self, layer_id: TaskLayerId) -> None:
        """Draw on another layer from now on."""
        if layer_id != self._layer_id:
            self._layer_id = layer_id
            self._keep_feature_of(layer_id)
            self.changed.emit()

    def show_layer(self, layer_id: TaskLayerId, *, on: bool) -> None:
        """Show or hide a layer on this installation."""
        self._look.use(switched(self._look.visibility, f"{_PREFIX}{layer_id}", on=on))
        self.changed.emit()

    def select(self, feature_id: str) -> None:
        """Select a drawing, and with it its layer; "" = none."""
        if feature_id == (self._feature_id or ""):
            return
        self._feature_id = TaskFeatureId(feature_id) if feature_id else None
        feature = self.feature
        if feature is not None:
            self._layer_id = feature.layer_id
        self.changed.emit()

    def select_when_read(self, feature_id: TaskFeatureId) -> None:
        """Select what was just drawn as soon as it is read, and say so."""
        self._fresh = feature_id

    # ------------------------------------------------------------------ reading and writing
    def reload(self) -> None:
        """Read what is drawn."""
        self._desktop.runner.read(self.service.now, self._on_read, key="map-desk-tasks")

    def perform(
        self,
        work: Callable[[], Outcome[Any]],
        done: str = "",
        then: Callable[[Any], object] | None = None,
    ) -> None:
        """Write on the writer's thread; ``done`` is said in the panel, a refusal in the message bar."""

        def finished(outcome: Outcome[Any]) -> None:
            if then is not None:
                then(outcome.value)
            self._desktop.finish(outcome)
            if done:
                self.said.emit(done)

        self._desktop.runner.write(work, finished, on_fail=self._told)

    def write_for(
        self, window: FormDialog, work: Callable[[], Outcome[Any]], then: Callable[[Any], object]
    ) -> None:
        """Write for a window, which hears a refusal itself."""

        def finished(outcome: Outcome[Any]) -> None:
            self._desktop.finish(outcome)
            then(outcome.value)

        self._desktop.runner.write(work, finished, on_fail=window.told)

    def undo(self) -> None:
        """Take one's own latest step back and say what it was."""
        if self.history.undoable is not None:
            self.perform(self.service.undo, then=lambda step: self._say(step, "{act}を戻しました。"))

    def redo(self) -> None:
        """Do again what was taken back last."""
        if self.history.redoable is not None:
            self.perform(self.service.redo, then=lambda step: self._say(step, "{act}をやり直しました。"))

    def _say(self, step: TaskStep | None, words: str) -> None:
        if step is not None:
            self.said.emit(words.format(act=word_of(step.act)))

    def _told(self, error: BaseException) -> bool:
        self.reload()
        if isinstance(error, KnownProblem):
            self._desktop.messages.problem(error)
            return True
        return False

    def _on_read(self, now: TaskLayersNow) -> None:
        self.board, self.history = now.board, now.history
        layers = [layer.layer_id for layer in self.board.layers]
        fresh, self._fresh = self._fresh, None
        if fresh is not None:
            self._feature_id = fresh
        feature = self.feature
        self._feature_id = None if feature is None else feature.feature_id
        if fresh is not None and feature is not None:
            self._layer_id = feature.layer_id
        if self._layer_id not in layers:
            self._layer_id = layers[-1] if layers else None
        self.changed.emit()
        if fresh is not None and feature is not None:
            self.drawn.emit()

    def _keep_feature_of(self, layer_id: TaskLayerId) -> None:
        feature = self.feature
        if feature is not None and feature.layer_id != layer_id:
            self._feature_id = None
