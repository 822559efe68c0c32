from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.placement import (
    Placement,
    PlacementOptions,
    PlacementParty,
    PlacementSite,
    PlanePoint,
)
from kurume_bousai.geo.allocation.warm import HighsPlacementSession, WarmHighsAllocator
from kurume_bousai.services.capacity_warm import WarmCapacity
from kurume_bousai.services.ports_capacity import Allocator, never_stop
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
