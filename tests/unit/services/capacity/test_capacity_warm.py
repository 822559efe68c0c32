from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pytest

from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.capacity_json import to_json
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.demand import CapacityPerson
from kurume_bousai.domain.districts import SchoolDistrict
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.members import Need
from kurume_bousai.domain.placement import (
    Placement,
    PlacementOptions,
    PlacementParty,
    PlacementSite,
    PlanePoint,
)
from kurume_bousai.domain.shelters import WelfareShelter
from kurume_bousai.geo.allocation import HighsAllocator
from kurume_bousai.geo.allocation.warm import HighsPlacementSession, WarmHighsAllocator
from kurume_bousai.services.capacity.asking import answer_capacity
from kurume_bousai.services.capacity.warm import WarmCapacity
from kurume_bousai.services.ports.capacity import Allocator, never_stop
from tests.helpers.capacity_cases import DISTRICT_NAMES, person, shelter
from tests.helpers.placement_cases import random_parties, random_sites


class Counting(WarmHighsAllocator):
    """Counts how often a question is begun afresh."""

    def __init__(self) -> None:
        self.begun = 0

    def begin(
        self,
        parties: Sequence[PlacementParty],
        sites: Sequence[PlacementSite],
        options: PlacementOptions,
        should_stop: Callable[[], bool] = never_stop,
    ) -> HighsPlacementSession:
        self.begun += 1
        return super().begin(parties, sites, options, should_stop)


def values(placement: Placement) -> dict[str, float]:
    return {phase.name: phase.value for phase in placement.phases}


def test_questions_alike_are_followed_and_others_answered_as_well() -> None:
    counting = Counting()
    warm: Allocator = WarmCapacity(counting)
    parties, sites, options = random_parties(300, 1), random_sites(8, 200, 2), PlacementOptions()
    closed = [replace(sites[2], closed=True), *sites[:2], *sites[3:]]
    for people, places in (
        (parties, sites),
        ([*parties, PlacementParty("off", PlanePoint(10, 10), off_list=True)], sites),
        (parties[3:], sites),
        (parties, closed),
        (random_parties(40, 9), random_sites(3, 20, 9)),
        (parties, sites),
    ):
        answer = warm.place(people, places, options)
        assert values(answer) == pytest.approx(values(counting.place(people, places, options)), rel=1e-6)
        assert [usage.site_id for usage in answer.sites] == [site.id for site in places]
    assert counting.begun == 1


def test_the_same_question_has_the_same_answer() -> None:
    warm = WarmCapacity(Counting())
    parties, sites, options = random_parties(50, 1), random_sites(4, 30, 2), PlacementOptions()
    assert warm.place(parties, sites, options) is warm.place(list(parties), list(sites), options)
    warm.forget()
    assert values(warm.place(parties, sites, options))


def test_a_refused_question_leaves_the_last_one() -> None:
    counting = Counting()
    warm = WarmCapacity(counting)
    parties, sites, options = random_parties(50, 1), random_sites(4, 30, 2), PlacementOptions()
    with pytest.raises(KnownProblem):
        warm.place([parties[0], parties[0]], sites, options)
    first = warm.place(parties, sites, options)
    with pytest.raises(KnownProblem):
        warm.place([*parties, parties[0]], sites, options)
    assert warm.place(parties, sites, options) is first


def test_distances_are_those_of_the_solver() -> None:
    party, site = PlacementParty("p", PlanePoint(0, 0)), PlacementSite("s", PlanePoint(3, 4), 1)
    assert WarmCapacity(Counting()).distances_m([party], [site]) == [[5.0]]


def test_several_threads_are_answered_one_after_the_other() -> None:
    warm = WarmCapacity(WarmHighsAllocator())
    parties, sites, options = random_parties(80, 1), random_sites(5, 60, 2), PlacementOptions()
    answers: dict[int, Placement] = {}

    def ask(number: int) -> None:
        answers[number] = warm.place(parties[number:], sites, options)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number, answer in answers.items():
        expected = WarmHighsAllocator().place(parties[number:], sites, options)
        assert values(answer) == pytest.approx(values(expected), rel=1e-6)
    assert len(answers) == 4


@dataclass
class City:
    """A city whose records change between questions."""

    persons: list[CapacityPerson]
    shelters: list[WelfareShelter]

    def people(self) -> Sequence[CapacityPerson]:
        return self.persons

    def sites(self) -> Sequence[WelfareShelter]:
        return self.shelters

    def districts(self) -> Sequence[SchoolDistrict]:
        return [
            SchoolDistrict(name, str(name), "", "久留米地域", LonLat(130.5, 33.31), number)
            for number, name in enumerate(DISTRICT_NAMES)
        ]


def test_a_database_that_changed_is_never_answered_from_memory() -> None:
    city = City([person(number) for number in range(60)], [shelter(number) for number in range(4)])
    warm, conditions = WarmCapacity(WarmHighsAllocator()), CapacityConditions()

    def assert_as_plain() -> None:
        ours = answer_capacity(city, warm, conditions)
        plain = answer_capacity(city, HighsAllocator(), conditions)
        assert to_json(ours)["unplaced"] == to_json(plain)["unplaced"]
        assert ours.placement is not None
        assert plain.placement is not None
        assert values(ours.placement) == pytest.approx(values(plain.placement), rel=1e-6)

    assert_as_plain()
    city.persons[7] = person(7, home=LonLat(130.53, 33.33), needs=frozenset({Need.POWER}))
    assert_as_plain()
    city.shelters[1] = shelter(1, "20", point=LonLat(130.52, 33.30))
    assert_as_plain()
    del city.persons[:30]
    assert_as_plain()
    city.shelters.clear()
    assert_as_plain()


def test_what_is_remembered_ends_with_the_service() -> None:
    warm = WarmCapacity(WarmHighsAllocator())
    parties = random_parties(30, 1)
    warm.place(parties, random_sites(3, 20, 2), PlacementOptions())
    session = weakref.ref(warm._session)
    assert "p1" not in repr(warm) + repr(warm._session)
    del warm
    gc.collect()
    assert session() is None
