"""Port of the task layers: what is drawn on them, and the steps that can be taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.task_layers import StepHistory, TaskBoard, TaskStep


class TaskLayerRepository(Protocol):
    """作業の層. Texts exist only for those who may see people."""

    def board(self, access: Access) -> TaskBoard:
        """Every layer and drawing; needs ``SEE_COUNTS``, and without ``SEE_PEOPLE`` it has no texts."""

    def history(self, access: Access) -> StepHistory:
        """What the operator can take back and do again."""

    def perform(self, access: Access, step: TaskStep, *, at: datetime) -> None:
        """Write a step and keep it; what the operator had taken back can then not be done again.

        Raises ``changed_meanwhile``; needs ``EDIT_MAPS`` and ``SEE_PEOPLE``.
        """

    def undo(self, access: Access) -> TaskStep | None:
        """Take the operator's latest step back; None = there is none. Raises ``changed_meanwhile``."""

    def redo(self, access: Access) -> TaskStep | None:
        """Do the step again that was taken back last; None = there is none. Raises ``changed_meanwhile``."""
