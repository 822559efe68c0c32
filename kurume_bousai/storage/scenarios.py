"""保存した条件 in the database. Implements ``ScenarioRepository``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import Table, select

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.audit import canonical_json
from kurume_bousai.domain.capacity_conditions import conditions_json
from kurume_bousai.domain.conditions_reading import conditions_from_json
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.names import fold
from kurume_bousai.domain.scenarios import SavedScenario, ScenarioId, ScenarioTotals
from kurume_bousai.services.ports.scenarios import KeptScenarios, RefusedScenario
from kurume_bousai.storage import codec
from kurume_bousai.storage.repository import Repository
from kurume_bousai.storage.rows.reception import ScenarioRecord

_SCENARIOS = cast("Table", ScenarioRecord.__table__)


class Scenarios(Repository):
    """保存した条件."""

    def all(self) -> KeptScenarios:
        """The newest first; those of a newer program apart, each with what is wrong."""
        scenarios: list[SavedScenario] = []
        refused: list[RefusedScenario] = []
        statement = select(_SCENARIOS).order_by(
            ScenarioRecord.saved_at.desc(), ScenarioRecord.folded_name, ScenarioRecord.scenario_id
        )
        for row in self.connection.execute(statement).mappings():
            try:
                scenarios.append(_from_row(row))
            except KnownProblem as problem:
                refused.append(RefusedScenario(ScenarioId(row["scenario_id"]), row["name"], problem))
        return KeptScenarios(tuple(scenarios), tuple(refused))

    def save(self, access: Access, scenario: SavedScenario) -> None:
        """Store one, new or changed."""
        self._write(access, "scenario_saved", scenario.scenario_id)
        self.upsert(_SCENARIOS, [_to_row(scenario)])

    def remove(self, access: Access, scenario_id: ScenarioId) -> None:
        """Take one away."""
        self._write(access, "scenario_removed", scenario_id)
        self.delete_by(_SCENARIOS, "scenario_id", [scenario_id])

    def _write(self, access: Access, action: str, scenario_id: ScenarioId) -> None:
        self.require_writing()
        access.require(Right.KEEP_SCENARIOS)
        self.session.audit.record(access, action, [scenario_id], {})


def _to_row(scenario: SavedScenario) -> dict[str, Any]:
    return {
        "scenario_id": scenario.scenario_id,
        "name": scenario.name,
        "folded_name": fold(scenario.name),
        "conditions": canonical_json(conditions_json(scenario.conditions)),
        "totals": None if scenario.totals is None else codec.dumps(scenario.totals),
        "saved_at": scenario.saved_at,
        "saved_by": scenario.saved_by,
    }


def _from_row(row: Mapping[Any, Any]) -> SavedScenario:
    return SavedScenario(
        scenario_id=ScenarioId(row["scenario_id"]),
        name=row["name"],
        conditions=conditions_from_json(json.loads(row["conditions"])),
        saved_at=row["saved_at"],
        saved_by=row["saved_by"],
        totals=None if row["totals"] is None else codec.loads(ScenarioTotals, row["totals"]),
    )
