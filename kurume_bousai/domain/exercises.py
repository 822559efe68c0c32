"""図上訓練: tables, tasks with their time, and the presets of the city."""

from __future__ import annotations

from dataclasses import dataclass, field

from kurume_bousai.domain.bodies import OWN_DISTRICT_ONLY, Body, DataLevel, table_level
from kurume_bousai.domain.ids import DistrictId, TableId
from kurume_bousai.domain.injects import Inject

#: Numbers of people are short so that they can be called across a hall (RULEBOOK §5).
NUMBERS_PER_TABLE = 99


@dataclass(frozen=True, slots=True)
class Participant:
    """参加者の組: so many people of one body at a table.

    ``district_id`` None = of this 校区 or of the whole city.
    """

    body: Body
    count: int = 1
    role: str = ""  # 進行役, 記録 …
    district_id: DistrictId | None = None


@dataclass(frozen=True, slots=True)
class ExerciseTable:
    """班: a table and the 自治会 it works for. ``neighborhoods`` empty = all of the 校区."""

    table_id: TableId
    name: str
    neighborhoods: tuple[str, ...] = ()
    participants: tuple[Participant, ...] = ()

    def bodies(self) -> frozenset[Body]:
        """Every body that sits here."""
        return frozenset(participant.body for participant in self.participants if participant.count)

    def level(self, district_id: DistrictId, *, practice: bool) -> DataLevel:
        """データ水準 of the table for people of ``district_id`` (RULEBOOK §1)."""
        outsiders = any(
            participant.body in OWN_DISTRICT_ONLY and participant.district_id not in (None, district_id)
            for participant in self.participants
        )
        return table_level(self.bodies(), practice=practice, outsiders=outsiders)


@dataclass(frozen=True, slots=True)
class ExerciseTask:
    """問い: one question on the projector and its time in minutes."""

    task_id: str
    heading: str
    question: str
    minutes: int
    hint: str = ""


@dataclass(frozen=True, slots=True)
class ExercisePreset:
    """訓練のひな形."""

    preset_id: str
    name: str
    tasks: tuple[ExerciseTask, ...]
    injects: tuple[Inject, ...] = ()

    @property
    def minutes(self) -> int:
        """Length of the whole, in minutes."""
        return sum(task.minutes for task in self.tasks)


@dataclass(frozen=True, slots=True)
class ExerciseSettings:
    """訓練の設定, kept with the operation when it starts."""

    district_id: DistrictId
    preset: ExercisePreset
    tables: tuple[ExerciseTable, ...]
    place: str = ""
    purpose: str = ""
    scenario: str = "flood_l2"
    practice: bool = False
    facilitator: str = field(default="", repr=False)
