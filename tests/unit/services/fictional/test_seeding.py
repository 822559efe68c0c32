from __future__ import annotations

from dataclasses import replace

import pytest

from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.changes import Topic
from kurume_bousai.domain.ids import OperatorId, SiteId
from kurume_bousai.exchange.seed_files import SeedFiles
from kurume_bousai.services.facts import FACT_DISTRICT_NOTE
from kurume_bousai.services.fictional.seeding import SeedFacts, seed_city
from tests.fakes.city import FakeCity


@pytest.fixture(scope="module")
def facts() -> SeedFacts:
    return SeedFiles().read()


def city(role: Role = Role.ADMINISTRATOR) -> FakeCity:
    return FakeCity(Access(OperatorId("o1"), "担当", frozenset({role})))


def test_a_fresh_city_knows_its_reference_data_and_one_power_first_site(facts: SeedFacts) -> None:
    database = city()
    outcome = seed_city(database, facts)
    assert outcome.value.as_json() == {
        "districts": 46,
        "shelters": 142,
        "emergency_sites": 11,
        "welfare_shelters": 0,
        "power_first_sites": 1,
        "activities": 35,
    }
    assert outcome.changes == {Topic.DISTRICTS, Topic.SHELTERS, Topic.ACTIVITIES}
    with database.reading() as session:
        assert session.districts.all() == list(facts.districts)
        assert all(district.eligible_count is None for district in session.districts.all())
        assert "高良内小学校" in (session.fact(f"{FACT_DISTRICT_NOTE}青峰") or "")


@pytest.mark.parametrize("role", list(Role))
def test_the_first_operators_role_does_not_matter(facts: SeedFacts, role: Role) -> None:
    assert seed_city(city(role), facts).value.districts == 46


def test_seeding_again_adds_nothing_and_keeps_corrections(facts: SeedFacts) -> None:
    database = city()
    seed_city(database, facts)
    with database.writing() as session:
        corrected = replace(facts.districts[0], eligible_count=500)
        session.districts.save_many(database.access, [corrected])
        session.shelters.save_designated(database.access, [replace(facts.designated[0], capacity=30)])
    outcome = seed_city(database, facts)
    assert outcome.value.added == 0
    assert outcome.changes == frozenset()
    with database.reading() as session:
        assert session.districts.all()[0].eligible_count == 500
        assert session.shelters.designated()[0].capacity == 30


def test_a_row_that_is_absent_comes_back_alone(facts: SeedFacts) -> None:
    database = city()
    seed_city(database, replace(facts, designated=facts.designated[1:]))
    assert seed_city(database, facts).value.added == 1


def test_the_citys_own_power_first_site_is_enough(facts: SeedFacts) -> None:
    database = city()
    own = replace(facts.power_first_site, site_id=SiteId("city-own"))
    with database.writing() as session:
        session.shelters.save_welfare(database.access, [own])
    assert seed_city(database, facts).value.power_first_sites == 1
