"""保存した条件: a capacity question with a name, and what it answered when it was kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from kurume_bousai.domain.capacity_conditions import CapacityConditions

ScenarioId = NewType("ScenarioId", str)


@dataclass(frozen=True, slots=True)
class ScenarioTotals:
    """その時の答え: totals without anybody's name, to be told apart from today's."""

    demand_people: int
    placed_people: int
    unplaced_people: int
    usable_places: int
    is_proven: bool


@dataclass(frozen=True, slots=True)
class SavedScenario:
    """保存した条件. ``totals`` None = kept before it was answered; ``saved_at`` aware."""

    scenario_id: ScenarioId
    name: str
    conditions: CapacityConditions
    saved_at: datetime
    saved_by: str
    totals: ScenarioTotals | None = None
