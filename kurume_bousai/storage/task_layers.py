"""作業の層 in the database. Implements ``TaskLayerRepository``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Table, delete, func, insert, select, update

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.audit import canonical_json
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.operations import FeatureKind
from kurume_bousai.domain.task_layers import (
    StepHistory,
    TaskBoard,
    TaskFeature,
    TaskFeatureId,
    TaskLayer,
    TaskLayerId,
    TaskStep,
)
from kurume_bousai.storage import codec
from kurume_bousai.storage.repository import Repository
from kurume_bousai.storage.rows.task_layers import TaskFeatureRecord, TaskLayerRecord, TaskStepRecord

#: Steps of one operator that can be taken back; older ones go, with the texts they held.
MOST_STEPS: Final = 100

_LAYERS = cast("Table", TaskLayerRecord.__table__)
_FEATURES = cast("Table", TaskFeatureRecord.__table__)
_STEPS = cast("Table", TaskStepRecord.__table__)


class TaskLayers(Repository):
    """作業の層."""

    def board(self, access: Access) -> TaskBoard:
        """Every layer and drawing; without texts for those who may not see people."""
        access.require(Right.SEE_COUNTS)
        board = self._board()
        return board if access.has(Right.SEE_PEOPLE) else board.without_words()

    def history(self, access: Access) -> StepHistory:
        """What the operator can take back and do again."""
        undoable, redoable = self._last_done(access), self._first_undone(access)
        return StepHistory(
            undoable and undoable[1].act,
            redoable and redoable[1].act,
        )

    def perform(self, access: Access, step: TaskStep, *, at: datetime) -> None:
        """Write a step and keep it."""
        self._write(access, step, "task_layer_changed")
        mine = TaskStepRecord.operator_id == access.operator_id
        self.connection.execute(delete(_STEPS).where(mine, TaskStepRecord.is_undone))
        number = self.connection.scalar(select(func.max(TaskStepRecord.step))) or 0
        self.connection.execute(
            insert(_STEPS).values(
                step=number + 1,
                operator_id=access.operator_id,
                at=at,
                content=codec.dumps(step),
                is_undone=False,
            )
        )
        kept = select(TaskStepRecord.step).where(mine).order_by(TaskStepRecord.step.desc()).limit(MOST_STEPS)
        self.connection.execute(delete(_STEPS).where(mine, TaskStepRecord.step.not_in(kept)))

    def undo(self, access: Access) -> TaskStep | None:
        """Take the operator's latest step back."""
        found = self._last_done(access)
        if found is None:
            return None
        number, step = found
        self._write(access, step.reversed(), "task_layer_undone")
        self._mark(number, is_undone=True)
        return step

    def redo(self, access: Access) -> TaskStep | None:
        """Do the step again that was taken back last."""
        found = self._first_undone(access)
        if found is None:
            return None
        number, step = found
        self._write(access, step, "task_layer_redone")
        self._mark(number, is_undone=False)
        return step

    # -- inside --------------------------------------------------------------------------------

    def _board(self) -> TaskBoard:
        layers = select(_LAYERS).order_by(TaskLayerRecord.created_at, TaskLayerRecord.layer_id)
        features = select(_FEATURES).order_by(TaskFeatureRecord.drawn_at, TaskFeatureRecord.feature_id)
        return TaskBoard(
            tuple(TaskLayer(**row) for row in self.connection.execute(layers).mappings()),
            tuple(_feature(row) for row in self.connection.execute(features).mappings()),
        )

    def _write(self, access: Access, step: TaskStep, action: str) -> None:
        """Change the tables as the step says, after it was checked against what stands."""
        self.require_writing()
        access.require(Right.EDIT_MAPS)
        access.require(Right.SEE_PEOPLE)
        self._board().after(step)
        subjects = [
            *(_id_of(change.after or change.before) for change in step.layers),
            *(_id_of(change.after or change.before) for change in step.features),
        ]
        payload = {"act": step.act.value, "layers": len(step.layers), "features": len(step.features)}
        self.session.audit.record(access, action, subjects, payload)
        # A layer stands before its drawings and goes after them.
        self.upsert(_LAYERS, [_layer_row(change.after) for change in step.layers if change.after])
        self.upsert(_FEATURES, [_feature_row(change.after) for change in step.features if change.after])
        gone = [change.before.feature_id for change in step.features if change.before and not change.after]
        self.delete_by(_FEATURES, "feature_id", gone)
        left = [change.before.layer_id for change in step.layers if change.before and not change.after]
        self.delete_by(_LAYERS, "layer_id", left)

    def _last_done(self, access: Access) -> tuple[int, TaskStep] | None:
        return self._step(access, is_undone=False)

    def _first_undone(self, access: Access) -> tuple[int, TaskStep] | None:
        return self._step(access, is_undone=True)

    def _step(self, access: Access, *, is_undone: bool) -> tuple[int, TaskStep] | None:
        """The latest step that stands, or the earliest that was taken back."""
        number = TaskStepRecord.step
        row = self.connection.execute(
            select(number, TaskStepRecord.content)
            .where(TaskStepRecord.operator_id == access.operator_id, TaskStepRecord.is_undone == is_undone)
            .order_by(number if is_undone else number.desc())
            .limit(1)
        ).first()
        return None if row is None else (row.step, codec.loads(TaskStep, row.content))

    def _mark(self, number: int, *, is_undone: bool) -> None:
        self.connection.execute(
            update(_STEPS).where(TaskStepRecord.step == number).values(is_undone=is_undone)
        )


def _id_of(kept: TaskLayer | TaskFeature | None) -> str:
    if isinstance(kept, TaskLayer):
        return kept.layer_id
    return "" if kept is None else kept.feature_id


def _layer_row(layer: TaskLayer) -> dict[str, Any]:
    return {
        "layer_id": layer.layer_id,
        "title": layer.title,
        "created_at": layer.created_at,
        "created_by": layer.created_by,
    }


def _feature_row(feature: TaskFeature) -> dict[str, Any]:
    return {
        "feature_id": feature.feature_id,
        "layer_id": feature.layer_id,
        "kind": feature.kind.value,
        "points": canonical_json([[point.lon, point.lat] for point in feature.points]),
        "text": feature.text,
        "drawn_at": feature.drawn_at,
        "drawn_by": feature.drawn_by,
    }


def _feature(row: Mapping[Any, Any]) -> TaskFeature:
    return TaskFeature(
        TaskFeatureId(row["feature_id"]),
        TaskLayerId(row["layer_id"]),
        FeatureKind(row["kind"]),
        tuple(LonLat(lon, lat) for lon, lat in json.loads(row["points"])),
        row["text"],
        row["drawn_at"],
        row["drawn_by"],
    )
