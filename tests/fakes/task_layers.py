"""作業の層 of the fake city."""

from __future__ import annotations

from datetime import datetime

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.task_layers import StepHistory, TaskBoard, TaskStep
from tests.fakes.state import CityState


class FakeTaskLayers:
    """作業の層 in memory."""

    def __init__(self, state: CityState) -> None:
        self._state = state

    def board(self, access: Access) -> TaskBoard:
        access.require(Right.SEE_COUNTS)
        board = self._state.task_board
        return board if access.has(Right.SEE_PEOPLE) else board.without_words()

    def history(self, access: Access) -> StepHistory:
        done, undone = self._place(access, is_undone=False), self._place(access, is_undone=True)
        steps = self._state.task_steps
        return StepHistory(
            None if done is None else steps[done][1].act, None if undone is None else steps[undone][1].act
        )

    def perform(self, access: Access, step: TaskStep, *, at: datetime) -> None:
        self._write(access, step)
        kept = [one for one in self._state.task_steps if one[0] != access.operator_id or not one[2]]
        self._state.task_steps = (*kept, (access.operator_id, step, False))

    def undo(self, access: Access) -> TaskStep | None:
        place = self._place(access, is_undone=False)
        if place is None:
            return None
        step = self._state.task_steps[place][1]
        self._write(access, step.reversed())
        self._mark(place, is_undone=True)
        return step

    def redo(self, access: Access) -> TaskStep | None:
        place = self._place(access, is_undone=True)
        if place is None:
            return None
        step = self._state.task_steps[place][1]
        self._write(access, step)
        self._mark(place, is_undone=False)
        return step

    def _write(self, access: Access, step: TaskStep) -> None:
        access.require(Right.EDIT_MAPS)
        access.require(Right.SEE_PEOPLE)
        self._state.task_board = self._state.task_board.after(step)

    def _place(self, access: Access, *, is_undone: bool) -> int | None:
        places = [
            place
            for place, (owner, _step, undone) in enumerate(self._state.task_steps)
            if owner == access.operator_id and undone == is_undone
        ]
        if not places:
            return None
        return places[0] if is_undone else places[-1]

    def _mark(self, place: int, *, is_undone: bool) -> None:
        steps = list(self._state.task_steps)
        steps[place] = (*steps[place][:2], is_undone)
        self._state.task_steps = tuple(steps)
