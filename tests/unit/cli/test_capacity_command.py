"""``capacity`` with the city's settings, at most K sites, and what would help."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, cast

import pytest

from kurume_bousai.cli import capacity
from kurume_bousai.cli.capacity_options import add_capacity_options, conditions_from_args
from kurume_bousai.cli.context import CliContext
from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.city_settings import CitySettings
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.districts import SchoolDistrict
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId, MemberId, OperatorId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.services.facts import FACT_CITY_SETTINGS
from tests.fakes.city import FakeCity
from tests.fakes.state import CityState
from tests.helpers.capacity_cases import DISTRICT_NAMES, shelter

SETTINGS = CitySettings(rate_m2=Decimal("3.5"), places_per_staff=5, with_companions=False)


@dataclass
class FakeContext:
    city: FakeCity
    said: list[str] = field(default_factory=list)

    @contextmanager
    def open_database(self) -> Iterator[FakeCity]:
        yield self.city

    def tell(self, text: str) -> None:
        self.said.append(text)


def context(
    people: int = 30,
    facts: dict[str, str] | None = None,
    role: Role = Role.CLERK,
    districts: frozenset[DistrictId] | None = None,
) -> FakeContext:
    members = [
        RosterMember(
            MemberId(f"m{i}"), i, "架空 一号", district_id=DISTRICT_NAMES[0], home=LonLat(130.5, 33.3)
        )
        for i in range(1, people + 1)
    ]
    district = SchoolDistrict(DISTRICT_NAMES[0], "架空東", "", "久留米地域", LonLat(130.5, 33.3), 1)
    sites = [shelter(1), shelter(2, "80")]
    state = CityState(
        members={member.member_id: member for member in members},
        districts={district.district_id: district},
        welfare={site.site_id: site for site in sites},
        facts={"is_fictional": "1", **(facts or {})},
    )
    return FakeContext(FakeCity(Access(OperatorId("o"), "架空", frozenset({role}), districts), state))


def run(around: FakeContext, *words: str) -> dict[str, Any]:
    parser = argparse.ArgumentParser()
    capacity.register(parser.add_subparsers())
    args = parser.parse_args(["capacity", "--rule", "all", *words])
    return cast("dict[str, Any]", args.run(args, cast("CliContext", around)))


def conditions(settings: CitySettings, *words: str) -> CapacityConditions:
    parser = argparse.ArgumentParser()
    add_capacity_options(parser)
    return conditions_from_args(parser.parse_args(words), settings)


def test_what_is_not_given_follows_the_citys_settings() -> None:
    assert conditions(SETTINGS) == SETTINGS.conditions()


def test_what_is_given_holds_over_the_settings() -> None:
    found = conditions(
        SETTINGS, "--rate", "4", "--per-staff", "10", "--companions", "yes", "--staff-share", "0.5",
        "--open-at-most", "12",
    )  # fmt: skip
    wanted = CapacityConditions(staff_share=Decimal("0.5"), open_at_most=12)
    assert found == wanted


def test_the_command_reads_the_settings_of_the_file() -> None:
    told = run(context(facts={FACT_CITY_SETTINGS: json.dumps({"rate_m2": "2", "places_per_staff": 7})}))
    assert (told["conditions"]["rate"], told["conditions"]["per_staff"]) == (2.0, 7)
    assert told["floor_places"] == 60


def test_at_most_one_site_opens_and_the_nearest_way_in_is_told() -> None:
    told = run(context(), "--open-at-most", "1")
    assert told["opened"] == ["w2"]
    assert [(site["id"], site["refusal"], site["usable"], site["free"]) for site in told["by_site"]] == [
        ("w1", "closed", 0, 0),
        ("w2", None, 20, 0),
    ]
    assert told["unplaced_people"] == 10
    assert {row["nearest"]["changes"][0]["kind"] for row in told["unplaced"]} <= {"open", "places"}


def test_numbers_are_only_for_those_who_may_see_the_person() -> None:
    full = run(context(), "--open-at-most", "1")
    viewer = run(context(role=Role.VIEWER), "--open-at-most", "1")
    elsewhere = frozenset({DistrictId(DISTRICT_NAMES[1])})
    other = run(context(role=Role.FACILITATOR, districts=elsewhere), "--open-at-most", "1")
    own = run(
        context(role=Role.FACILITATOR, districts=frozenset({DistrictId(DISTRICT_NAMES[0])})),
        "--open-at-most", "1",
    )  # fmt: skip
    assert (viewer["unplaced"], other["unplaced"]) == ([], [])
    assert own["unplaced"] == full["unplaced"] != []
    assert {one["unplaced_people"] for one in (full, viewer, other, own)} == {10}


def test_what_would_help_is_told_when_asked_for() -> None:
    around = context(people=35)
    told = run(around, "--improve", "2", "--step", "3")
    assert [(row["kind"], row["amount"], row["gain"], row["proven"]) for row in told["improvements"]] == [
        ("places", 3, 3, True),
        ("places", 3, 3, True),
    ]
    assert {row["site"]: row["loss"] for row in told["without_site"]} == {"w1": 10, "w2": 20}
    assert all(row["verified"] for row in told["worth"])
    assert "improvements" not in run(around)
    json.dumps(told, allow_nan=False)


def test_a_partial_opening_tells_its_loss_per_need() -> None:
    told = run(context(), "--improve", "1", "--open-rate", "0.5")
    assert {row["need"]: row["loss"] for row in told["need_loss"]}["power"] == 0
    assert "need_loss" not in run(context(), "--improve", "1")


@pytest.mark.parametrize(
    "words", [("--improve", "-1"), ("--step", "0"), ("--per-staff", "0"), ("--staff-share", "2")]
)
def test_a_number_that_means_nothing_is_told(words: tuple[str, ...]) -> None:
    with pytest.raises(KnownProblem):
        run(context(), *words)
