"""Tables of the task layers: what is drawn, and the steps that made it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from kurume_bousai.storage.base import Row


class TaskLayerRecord(Row):
    """作業の層."""

    __tablename__ = "task_layers"

    layer_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    title: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[str]


class TaskFeatureRecord(Row):
    """層に描いたもの. ``points`` are read whole: JSON of [[lon, lat], …] in EPSG:6668."""

    __tablename__ = "task_features"

    feature_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    layer_id: Mapped[str] = mapped_column(ForeignKey("task_layers.layer_id"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    points: Mapped[str]
    text: Mapped[str]
    drawn_at: Mapped[datetime]
    drawn_by: Mapped[str]


class TaskStepRecord(Row):
    """作業の一歩 of an operator, as JSON; ``is_undone`` = taken back, and can be done again."""

    __tablename__ = "task_steps"

    step: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    operator_id: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime]
    content: Mapped[str]
    is_undone: Mapped[bool]
