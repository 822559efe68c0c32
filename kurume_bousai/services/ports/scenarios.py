"""Port of the saved capacity questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.scenarios import SavedScenario, ScenarioId


@dataclass(frozen=True, slots=True)
class RefusedScenario:
    """開けない条件: kept by a newer program; it can be removed, never asked half."""

    scenario_id: ScenarioId
    name: str
    problem: KnownProblem


@dataclass(frozen=True, slots=True)
class KeptScenarios:
    """保存した条件のすべて, the newest first, apart from those that this program cannot read."""

    scenarios: tuple[SavedScenario, ...] = ()
    refused: tuple[RefusedScenario, ...] = ()


class ScenarioRepository(Protocol):
    """保存した条件. Anybody who sees counts may read; writing needs ``KEEP_SCENARIOS``."""

    def all(self) -> KeptScenarios: ...

    def save(self, access: Access, scenario: SavedScenario) -> None:
        """Store one, new or changed; audited by its id only, because a name is typed by a person."""

    def remove(self, access: Access, scenario_id: ScenarioId) -> None:
        """Take one away, a refused one too."""
