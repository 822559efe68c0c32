from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from kurume_bousai.domain.members import AdmissionCategory, Need
from kurume_bousai.domain.placement import (
    Assignment,
    Phase,
    Placement,
    PlacementOptions,
    PlacementParty,
    PlacementSite,
    PlacementStatus,
    PlanePoint,
    SiteReason,
    SiteUsage,
    UnplacedParty,
)
from kurume_bousai.domain.placement_check import PlacementCheckError, check_placement
from kurume_bousai.domain.shelters import UNLIMITED

ELDERLY, PHYSICAL = AdmissionCategory.ELDERLY, AdmissionCategory.PHYSICAL
PARTIES = [
    PlacementParty("a", PlanePoint(3, 4), 2, frozenset({Need.POWER}), frozenset({ELDERLY}), 1, 50.0),
    PlacementParty("b", PlanePoint(0, 0), 1, frozenset(), frozenset({PHYSICAL}), 3),
]
SITES = [
    PlacementSite("s", PlanePoint(0, 0), 2, frozenset({ELDERLY}), {Need.POWER: 1}),
    PlacementSite("t", PlanePoint(0, 90), 9, closed=True),
]
GOOD = Placement(
    status=PlacementStatus.OPTIMAL,
    phases=(
        Phase("power", 0, 0, proven=True),
        Phase("band_1", 0, 0, proven=True),
        Phase("band_3", 1, 1, proven=True),
        Phase("cost", 10.0, 10.0, proven=True),
    ),
    assignments=(Assignment("a", "s", 5.0),),
    unplaced=(UnplacedParty("b", 1, (SiteReason("s", "category"), SiteReason("t", "closed"))),),
    sites=(SiteUsage("s", 2, 2, {Need.POWER: 1}), SiteUsage("t", 9, 0)),
    opened=("s",),
    total_cost=10.0,
    placed_people=2,
    unplaced_people=1,
    solver_s=0.0,
)


def plane_of(thing: PlacementParty | PlacementSite) -> PlanePoint:
    assert isinstance(thing.position, PlanePoint)
    return thing.position


def check(
    placement: Placement = GOOD,
    parties: list[PlacementParty] = PARTIES,
    sites: list[PlacementSite] = SITES,
    options: PlacementOptions = PlacementOptions(),  # noqa: B008 - frozen
) -> None:
    check_placement(placement, parties, sites, options, plane_of)


def test_a_right_answer_passes() -> None:
    check()


def phase(number: int, **changes: object) -> Callable[[], Placement]:
    def planted() -> Placement:
        phases = list(GOOD.phases)
        phases[number] = replace(phases[number], **changes)  # type: ignore[arg-type]
        return replace(GOOD, phases=tuple(phases))

    return planted


@pytest.mark.parametrize(
    "planted",
    [
        lambda: replace(GOOD, assignments=(*GOOD.assignments, Assignment("b", "s", 0.0))),
        lambda: replace(GOOD, assignments=GOOD.assignments * 2),
        lambda: replace(GOOD, assignments=(Assignment("a", "t", 86.05),)),
        lambda: replace(GOOD, assignments=(Assignment("a", "s", 4.0),)),
        lambda: replace(GOOD, unplaced=()),
        lambda: replace(GOOD, unplaced=(UnplacedParty("b", 2, GOOD.unplaced[0].reasons),)),
        lambda: replace(GOOD, unplaced=(UnplacedParty("b", 1, GOOD.unplaced[0].reasons[:1]),)),
        lambda: replace(
            GOOD, unplaced=(UnplacedParty("b", 1, (SiteReason("s", "?"), SiteReason("t", "full"))),)
        ),
        lambda: replace(GOOD, sites=(SiteUsage("s", 2, 1, {Need.POWER: 1}), GOOD.sites[1])),
        lambda: replace(GOOD, sites=(SiteUsage("s", 2, 2), GOOD.sites[1])),
        lambda: replace(GOOD, total_cost=9.0),
        lambda: replace(GOOD, placed_people=3),
        lambda: replace(GOOD, unplaced_people=0),
        phase(0, value=2),
        phase(1, bound=1),
        phase(2, bound=0),
        phase(2, proven=False),
        phase(3, value=9.0),
        lambda: replace(GOOD, phases=GOOD.phases[:2] + GOOD.phases[3:]),
        lambda: replace(GOOD, phases=GOOD.phases[::-1]),
    ],
)
def test_planted_errors_are_caught(planted: Callable[[], Placement]) -> None:
    with pytest.raises(PlacementCheckError):
        check(planted())


@pytest.mark.parametrize(
    "site",
    [
        replace(SITES[0], capacity=1),
        replace(SITES[0], capacity=None),
        replace(SITES[0], closed=True),
        replace(SITES[0], excluded=True),
        replace(SITES[0], accepts=frozenset({PHYSICAL})),
        replace(SITES[0], accepts=None),
        replace(SITES[0], need_capacity={Need.POWER: 0}),
        replace(SITES[0], need_capacity={}),
        replace(SITES[0], position=PlanePoint(0, 1)),
    ],
)
def test_an_answer_to_another_question_is_caught(site: PlacementSite) -> None:
    placement = replace(GOOD, sites=(replace(GOOD.sites[0], capacity=site.capacity), GOOD.sites[1]))
    with pytest.raises(PlacementCheckError):
        check(placement, sites=[site, SITES[1]])


def test_reach_and_open_k_are_checked() -> None:
    with pytest.raises(PlacementCheckError):
        check(options=PlacementOptions(reach_m=4.0))
    with pytest.raises(PlacementCheckError):
        check(options=PlacementOptions(open_at_most=0))
    with pytest.raises(PlacementCheckError):
        check(replace(GOOD, opened=()), options=PlacementOptions(open_at_most=1))


def test_unknown_needs_may_be_taken_when_asked() -> None:
    sites = [replace(SITES[0], need_capacity={}, accepts=UNLIMITED), SITES[1]]
    check(sites=sites, options=PlacementOptions(unknown_accepts=True))
