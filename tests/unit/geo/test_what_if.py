"""The people-phases asked again, held against the whole solver asked afresh."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.members import Need
from kurume_bousai.domain.placement import Placement, PlacementOptions, PlacementParty, PlacementSite
from kurume_bousai.domain.shelters import UNLIMITED, Unlimited
from kurume_bousai.geo.allocation import HighsAllocator
from kurume_bousai.geo.allocation.helping import HighsPeopleQuestion, HighsWhatIf
from tests.helpers.placement_cases import random_parties, random_sites

OPTIONS = PlacementOptions(time_limit_s=120)
Change = Callable[[PlacementSite], PlacementSite]


def _units(need: Need, more: int) -> Change:
    def change(site: PlacementSite) -> PlacementSite:
        now = site.need_capacity.get(need)
        found = now + more if isinstance(now, int) else more
        return replace(site, need_capacity={**site.need_capacity, need: found})

    return change


CHANGES: dict[str, Change] = {
    "places": lambda site: replace(site, capacity=(site.capacity or 0) + 7),
    "one more": lambda site: replace(site, capacity=(site.capacity or 0) + 1),
    "fewer": lambda site: replace(site, capacity=(site.capacity or 0) // 2),
    "close": lambda site: replace(site, closed=True),
    "open": lambda site: replace(site, closed=False),
    "everyone": lambda site: replace(site, accepts=UNLIMITED),
    "power": _units(Need.POWER, 3),
    "care": _units(Need.CARE, 3),
    "no care": lambda site: replace(site, need_capacity={**site.need_capacity, Need.CARE: 0}),
}


def _values(placement: Placement) -> dict[str, float]:
    return {phase.name: phase.value for phase in placement.phases}


def _ask(
    parties: list[PlacementParty], sites: list[PlacementSite], options: PlacementOptions
) -> HighsPeopleQuestion:
    placement = HighsAllocator().place(parties, sites, options)
    asked = HighsWhatIf().ask(parties, sites, options, placement)
    assert asked is not None
    return asked


@settings(max_examples=25)
@given(
    st.integers(0, 10_000),
    st.integers(2, 5),
    st.sampled_from([10, 40, 200]),
    st.sampled_from([None, 9000.0]),
    st.lists(st.sampled_from(sorted(CHANGES)), min_size=1, max_size=4),
)
# Whole parties leave a gap to the linear bounds here, before the change or after it.
@example(0, 4, 40, 9000.0, ["care"])
@example(5, 5, 10, 9000.0, ["close"])
def test_every_answer_is_that_of_the_whole_question_asked_afresh(
    seed: int, count: int, places: int, reach_m: float | None, names: list[str]
) -> None:
    parties = [replace(p, off_list=i % 9 == 0, needs=frozenset()) if i % 9 == 0 else p
               for i, p in enumerate(random_parties(60, seed))]  # fmt: skip
    sites = random_sites(count, places, seed + 1)
    sites[-1] = replace(sites[-1], closed=seed % 2 == 0)
    sites[0] = replace(sites[0], accepts=None if seed % 3 == 0 else sites[0].accepts)
    options = replace(OPTIONS, reach_m=reach_m)
    asked = _ask(parties, sites, options)
    for number, name in enumerate(names):  # one after the other: each begins from the question as it stands
        site = CHANGES[name](sites[number % len(sites)])
        changed = {site.id: site}
        idle = asked.is_idle(changed)
        found = asked.after(changed)
        assert found is not None
        fresh = HighsAllocator().place(parties, [changed.get(s.id, s) for s in sites], options)
        wanted = _values(fresh)
        for phase in found:
            assert phase.bound <= wanted[phase.name] + 1e-9
            if phase.proven:
                assert phase.value == wanted[phase.name]
        assert all(phase.proven for phase in found)
        if idle:
            assert [p.value for p in found] == [p.value for p in asked.before]


def test_prices_rank_a_place_where_people_wait_above_one_nobody_wants() -> None:
    parties = random_parties(40, 3)
    sites = [
        replace(site, need_capacity=dict.fromkeys(Need, UNLIMITED), accepts=UNLIMITED)
        for site in random_sites(2, 20, 4)
    ]
    asked = _ask(parties, [sites[0], replace(sites[1], excluded=True)], OPTIONS)
    wanted = replace(sites[0], capacity=(sites[0].capacity or 0) + 5)
    useless = replace(sites[1], excluded=True, capacity=99)
    assert asked.estimate({wanted.id: wanted}) == pytest.approx(5)
    assert asked.is_idle({useless.id: useless})


@pytest.mark.parametrize("units", [UNLIMITED, 0, 2])
def test_limits_that_come_and_go_are_ranked_without_a_warning(units: int | Unlimited) -> None:
    parties, sites = random_parties(40, 3), random_sites(2, 20, 4)
    free = replace(sites[0], need_capacity=dict.fromkeys(Need, UNLIMITED), accepts=UNLIMITED)
    held = replace(free, need_capacity=dict.fromkeys(Need, units))
    for before, after in ((free, held), (held, free)):
        asked = _ask(parties, [before, sites[1]], OPTIONS)
        assert asked.estimate({after.id: after}) >= 0
        assert asked.estimate({after.id: replace(after, closed=True)}) <= asked.estimate({after.id: after})


def test_a_placement_of_other_people_or_other_limits_is_told() -> None:
    parties, sites = random_parties(20, 1), random_sites(3, 30, 2)
    placement = HighsAllocator().place(parties, sites, OPTIONS)
    small = [replace(site, capacity=0) for site in sites]
    for people, places in ((parties[1:], sites), (parties, small)):
        with pytest.raises(KnownProblem, match="answer_outdated"):
            HighsWhatIf().ask(people, places, OPTIONS, placement)


def test_nobody_nowhere_and_no_time_give_no_question() -> None:
    parties, sites = random_parties(20, 1), random_sites(3, 30, 2)
    placement = HighsAllocator().place(parties, sites, OPTIONS)
    assert HighsWhatIf().ask([], sites, OPTIONS, placement) is None
    assert HighsWhatIf().ask(parties, sites, OPTIONS, placement, should_stop=lambda: True) is None


def test_asked_too_late_it_says_so() -> None:
    parties, sites = random_parties(20, 1), random_sites(3, 30, 2)
    placement = HighsAllocator().place(parties, sites, OPTIONS)
    stopped = [False]
    asked = HighsWhatIf().ask(parties, sites, OPTIONS, placement, should_stop=lambda: stopped[0])
    assert asked is not None
    stopped[0] = True
    assert asked.after({sites[0].id: replace(sites[0], closed=True)}) is None
