"""保存した条件 on the encrypted file, those of a newer program among them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from kurume_bousai.domain.access import Role
from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.scenarios import SavedScenario, ScenarioId, ScenarioTotals
from kurume_bousai.services.capacity.scenarios import ScenarioService
from kurume_bousai.storage import EncryptedCityDatabase
from tests.storage.people import CLERK, VIEWER, ids
from tests.storage.test_reception import Clock, code_of

totals = st.builds(
    ScenarioTotals, *(st.integers(0, 10**6) for _ in range(4)), is_proven=st.booleans()
)  # fmt: skip
scenarios = st.builds(
    SavedScenario,
    scenario_id=ids.map(ScenarioId),
    name=ids,
    conditions=st.builds(
        CapacityConditions,
        open_rate=st.decimals(0, 1, places=3),
        closed=st.frozensets(ids.map(SiteId), max_size=3),
        open_at_most=st.none() | st.integers(1, 38),
    ),
    saved_at=st.datetimes(datetime(2020, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - Hypothesis adds the zone
    saved_by=st.text("架空係A", max_size=5),
    totals=st.none() | totals,
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(scenarios)
def test_what_was_kept_is_read_as_it_was(city: EncryptedCityDatabase, scenario: SavedScenario) -> None:
    with city.writing() as session:
        session.scenarios.save(CLERK, scenario)
    with city.reading() as session:
        assert scenario in session.scenarios.all().scenarios
        assert scenario.name not in "".join(map(str, session.audit.entries()))


def test_the_newest_stands_first_and_a_change_replaces(city: EncryptedCityDatabase) -> None:
    service, clock = ScenarioService(city, Clock()), Clock()
    first = service.save("一つめ", CapacityConditions()).value
    clock.moment = clock.moment.replace(day=11)
    second = ScenarioService(city, clock).save("二つめ", CapacityConditions(open_rate=Decimal("0.4"))).value
    assert [one.name for one in service.all()] == ["二つめ", "一つめ"]
    service.rename(second.scenario_id, "二つめ・改")
    assert [one.name for one in service.all()] == ["二つめ・改", "一つめ"]
    service.remove(first.scenario_id)
    assert service.all() == [replace(second, name="二つめ・改")]


def test_one_of_a_newer_program_is_told_and_can_be_removed(city: EncryptedCityDatabase) -> None:
    service = ScenarioService(city, Clock())
    newer = service.save("新しい版", CapacityConditions()).value
    service.save("読める", CapacityConditions())
    with city.writing() as session:
        content = json.dumps({"rule": "plan", "weather": "storm"})
        session.connection.execute(
            text("UPDATE scenarios SET conditions = :content WHERE scenario_id = :wanted"),
            {"content": content, "wanted": newer.scenario_id},
        )
    assert [one.name for one in service.all()] == ["読める"]
    (refused,) = service.refused()
    assert (refused.name, refused.problem.code) == ("新しい版", "conditions_newer")
    assert code_of(service.rename, newer.scenario_id, "別") == "scenario_gone"
    assert code_of(service.save, "新しい版", CapacityConditions()) == "scenario_name_taken"
    service.remove(newer.scenario_id)
    assert service.refused() == []


def test_only_inside_writing_and_with_the_right(city: EncryptedCityDatabase) -> None:
    clock = Clock()
    scenario = SavedScenario(ScenarioId("s"), "案", CapacityConditions(), clock.moment, "架空")
    with city.reading() as session, pytest.raises(RuntimeError, match="writing"):
        session.scenarios.save(CLERK, scenario)
    assert Role.VIEWER in VIEWER.roles
    with pytest.raises(KnownProblem, match="no_right"), city.writing() as session:
        session.scenarios.save(VIEWER, scenario)
