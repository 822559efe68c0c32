"""What would help most, on a small city with the real solver, and the search itself with a fake one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

import pytest

from kurume_bousai.domain.capacity_answer import CapacityAnswer
from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.capacity_help import HelpAnswer, MorePlaces
from kurume_bousai.domain.capacity_json import help_json
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.demand import CapacityPerson, parse_demand
from kurume_bousai.domain.districts import SchoolDistrict
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hazards import Fitness, HazardScenario
from kurume_bousai.domain.ids import DistrictId, SiteId
from kurume_bousai.domain.improvements import Improvement, SiteChangeKind
from kurume_bousai.domain.members import AdmissionCategory, Need
from kurume_bousai.domain.placement import Phase, PlacementSite
from kurume_bousai.domain.shelters import UNLIMITED, WelfareShelter
from kurume_bousai.geo.allocation import HighsAllocator
from kurume_bousai.geo.allocation.helping import HighsWhatIf
from kurume_bousai.services.capacity.asking import answer_capacity
from kurume_bousai.services.capacity.help import find_help
from kurume_bousai.services.capacity.source import CapacityMaterial
from kurume_bousai.services.ports.capacity import WhatIf
from tests.helpers.capacity_cases import person, shelter

DISTRICT = SchoolDistrict(DistrictId("架空東"), "架空東", "", "久留米地域", LonLat(130.50, 33.31), 0)
POWER = frozenset({Need.POWER})


def city(people: Sequence[CapacityPerson], sites: Sequence[WelfareShelter]) -> CapacityMaterial:
    return CapacityMaterial(tuple(people), tuple(sites), (DISTRICT,))


def ask(source: CapacityMaterial, **choices: object) -> CapacityAnswer:
    conditions = replace(CapacityConditions(demand=parse_demand("all")), **choices)  # type: ignore[arg-type]
    return answer_capacity(source, HighsAllocator(), conditions)


def help_for(source: CapacityMaterial, step: int = 10, most: int = 50, **choices: object) -> HelpAnswer:
    return find_help(source, HighsWhatIf(), ask(source, **choices), step, most)


def found(
    answer: HelpAnswer, kind: SiteChangeKind, site: str, need: Need | None = None
) -> Improvement | None:
    rows = [r for r in answer.improvements if not r.also]
    wanted = (kind, site, need)
    return next((r for r in rows if (r.change.kind, r.change.site_id, r.change.need) == wanted), None)


def test_ten_more_places_let_ten_more_people_in() -> None:
    source = city([person(i) for i in range(40)], [shelter(1), shelter(2)])
    helped = help_for(source)
    assert (helped.unplaced_people, helped.proven, helped.complete) == (20, True, True)
    best = found(helped, SiteChangeKind.PLACES, "w1")
    assert best is not None
    assert (best.unplaced_before, best.unplaced_after, best.gain, best.proven) == (20, 10, 10, True)


def test_a_closed_site_is_opened_and_an_unfit_one_never() -> None:
    unfit = {HazardScenario.FLOOD_L2: Fitness.UNFIT}
    sites = [shelter(1), shelter(2), shelter(3, fitness=unfit)]
    shut = frozenset({SiteId("w2"), SiteId("w3")})
    source = city([person(i) for i in range(40)], sites)
    helped = help_for(source, closed=shut, hazard=HazardScenario.FLOOD_L2)
    opened = found(helped, SiteChangeKind.OPEN, "w2")
    assert opened is not None
    assert opened.gain == 10
    assert {row.change.site_id for row in helped.improvements} == {"w1", "w2"}


def test_unknown_figures_are_confirmed_one_by_one_or_together() -> None:
    known = shelter(1, need_capacity={**dict.fromkeys(Need, UNLIMITED), Need.POWER: None})
    blank = shelter(2, None, accepts=None, need_capacity={})
    helped = help_for(city([person(i, needs=POWER) for i in range(5)], [known, blank]), step=3)
    confirmed = found(helped, SiteChangeKind.CONFIRM_NEED, "w1", Need.POWER)
    assert confirmed is not None
    assert (confirmed.change.amount, confirmed.gain) == (3, 3)
    together = [row for row in helped.improvements if row.change.site_id == "w2"]
    assert [(row.change.kind, row.gain) for row in together] == [(SiteChangeKind.CONFIRM_CAPACITY, 3)]
    assert {change.kind for change in together[0].also} == {
        SiteChangeKind.ACCEPT,
        SiteChangeKind.CONFIRM_NEED,
    }


def test_a_bundle_that_does_no_more_than_one_change_is_not_shown() -> None:
    site = shelter(1, accepts=None, need_capacity={})
    helped = help_for(city([person(i) for i in range(5)], [site]))
    assert [row.also for row in helped.improvements] == [()]


def test_a_category_more_is_tried_where_the_site_is_known_to_refuse_it() -> None:
    site = shelter(1, accepts=frozenset({AdmissionCategory.MENTAL}))
    people = [person(i, categories=frozenset({AdmissionCategory.ELDERLY})) for i in range(5)]
    best = help_for(city(people, [site])).improvements[0]
    assert (best.change.categories, best.gain) == (frozenset({AdmissionCategory.ELDERLY}), 5)


def test_power_for_one_may_cost_another_the_place_and_is_still_an_improvement() -> None:
    site = shelter(1, "8", need_capacity={**dict.fromkeys(Need, UNLIMITED), Need.POWER: 0})
    people = [person(i) for i in range(2)] + [person(9, needs=POWER, companion_count=1)]
    helped = help_for(city(people, [site]), step=1)
    row = found(helped, SiteChangeKind.UNITS, "w1", Need.POWER)
    assert row is not None
    assert (row.gain, [phase.value for phase in row.phases]) == (0, [0, 2])


def test_the_worth_of_one_more_and_of_each_site() -> None:
    idle = shelter(3, accepts=frozenset({AdmissionCategory.MENTAL}))
    source = city([person(i, needs=POWER) for i in range(14)], [shelter(1), full_power(shelter(2)), idle])
    helped = help_for(source)
    worth = {(str(w.site_id), w.need): (w.gain, w.verified) for w in helped.worth}
    assert worth["w1", None] == (1, True)
    assert worth["w2", Need.POWER] == (1, True)
    assert worth["w2", None] == (0, True)
    losses = {row.site_id: row.loss for row in helped.without_site}
    assert losses == {"w1": 10, "w2": 2, "w3": 0}
    assert [row.loss for row in helped.without_site] == [10, 2, 0]


def full_power(site: WelfareShelter) -> WelfareShelter:
    return replace(site, need_capacity={**dict.fromkeys(Need, UNLIMITED), Need.POWER: 2})


def test_what_more_places_take_is_named_floor_or_staff() -> None:
    sites = [shelter(1, staff_by_day=1), shelter(2, "400", staff_by_day=2), shelter(3), shelter(4, None)]
    needed = help_for(city([person(i) for i in range(3)], sites)).needed
    assert needed == {
        "w1": MorePlaces(10, 1),  # 10 places on the floor and one of staff: both are used up
        "w2": MorePlaces(0, 1),  # the floor would do
        "w3": MorePlaces(10, None),
    }


def test_with_a_limit_on_open_sites_the_chosen_ones_stay_chosen() -> None:
    source = city([person(i) for i in range(40)], [shelter(1), shelter(2, "80"), shelter(3, "20")])
    answer = ask(source, open_at_most=1)
    assert answer.opened == ("w2",)
    helped = find_help(source, HighsWhatIf(), answer, most=50)
    opened = found(helped, SiteChangeKind.OPEN, "w1")
    assert opened is not None
    assert opened.gain == 10
    assert [row.site_id for row in helped.without_site] == ["w2"]


def test_every_improvement_is_what_the_whole_question_says() -> None:
    """The site record itself changed, and everything asked afresh."""
    people = [person(i, needs=POWER if i % 3 else frozenset(), companion_count=i % 2) for i in range(30)]
    sites = [shelter(1, "60"), full_power(shelter(2)), shelter(3, "12")]
    source = city(people, sites)
    before = ask(source)
    for row in find_help(source, HighsWhatIf(), before, most=50).improvements:
        if row.change.kind is not SiteChangeKind.UNITS:
            continue
        changed = [_with_units(s, row) if s.site_id == row.change.site_id else s for s in sites]
        assert ask(city(people, changed)).unplaced_people == row.unplaced_after


def _with_units(site: WelfareShelter, row: Improvement) -> WelfareShelter:
    need = row.change.need
    assert need is not None
    now = site.need_capacity[need]
    assert isinstance(now, int)
    return replace(site, need_capacity={**site.need_capacity, need: now + row.change.amount})


def test_nobody_and_nowhere_need_no_help() -> None:
    nobody = help_for(city([], [shelter(1)]))
    assert (nobody.unplaced_people, nobody.improvements, nobody.complete) == (0, (), True)
    nowhere = help_for(city([person(1)], []))
    assert (nowhere.unplaced_people, nowhere.improvements, nowhere.complete) == (1, (), True)


def test_a_list_that_changed_after_the_answer_is_told() -> None:
    answer = ask(city([person(1)], [shelter(1)]))
    with pytest.raises(KnownProblem, match="answer_outdated"):
        find_help(city([person(2)], [shelter(1)]), HighsWhatIf(), answer)


def test_a_step_below_one_is_refused() -> None:
    source = city([person(1)], [shelter(1)])
    with pytest.raises(KnownProblem):
        find_help(source, HighsWhatIf(), ask(source), step=0)


def test_the_keys_of_the_command_line() -> None:
    source = city([person(i) for i in range(40)], [shelter(1), shelter(2)])
    told = help_json(help_for(source, most=1))
    row = cast("list[dict[str, object]]", told["improvements"])[0]
    wanted = {"site", "kind", "need", "amount", "unplaced_before", "unplaced_after", "gain", "proven"}
    assert wanted <= set(row)
    assert {"worth", "without_site"} <= set(told)
    json.dumps(told, allow_nan=False)


@dataclass
class FakeQuestion:
    """People-phases that every change betters by one, and that never idle."""

    asked: list[Mapping[str, PlacementSite]] = field(default_factory=list)
    answers: int = 99

    @property
    def before(self) -> tuple[Phase, ...]:
        return (Phase("band_3", 9, 9, proven=True),)

    def after(self, changed: Mapping[str, PlacementSite]) -> tuple[Phase, ...] | None:
        self.asked.append(changed)
        return (Phase("band_3", 8, 8, proven=True),) if len(self.asked) <= self.answers else None

    def is_idle(self, changed: Mapping[str, PlacementSite]) -> bool:
        return not changed

    def estimate(self, changed: Mapping[str, PlacementSite]) -> float:
        return float(len(changed))


@dataclass
class FakeWhatIf:
    question: FakeQuestion | None

    def ask(self, *_args: object, **_named: object) -> FakeQuestion | None:
        return self.question


def test_the_search_tells_how_far_it_is_and_what_it_found() -> None:
    source = city([person(1)], [shelter(1)])
    heard: list[tuple[int, int, bool]] = []
    question = FakeQuestion()
    what_if: WhatIf = FakeWhatIf(question)
    find_help(
        source,
        what_if,
        ask(source),
        tell=lambda done, total, row: heard.append((done, total, row is not None)),
    )
    assert heard[0] == (0, 3, False)  # ten places, the site shut, one place
    assert heard[1] == (1, 3, True)
    assert heard[-1][0] == heard[-1][1]


def test_stopped_it_gives_what_it_has_and_says_so() -> None:
    source = city([person(1)], [shelter(1)])
    answer = ask(source)
    question = FakeQuestion()
    told = find_help(source, FakeWhatIf(question), answer, should_stop=lambda: len(question.asked) >= 1)
    assert (len(told.improvements), told.complete) == (1, False)
    assert [(w.gain, w.verified) for w in told.worth] == [(1, False)]  # what prices promise, marked so


def test_without_time_to_begin_nothing_is_claimed() -> None:
    source = city([person(i) for i in range(20)], [shelter(1)])
    told = find_help(source, FakeWhatIf(None), ask(source))
    assert (told.unplaced_people, told.proven, told.complete, told.worth) == (10, False, False, ())
