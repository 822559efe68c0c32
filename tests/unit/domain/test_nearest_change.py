"""The nearest way in: made, it lets the party in by the rules, with everybody else in place."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.improvements import SiteChange, SiteChangeKind
from kurume_bousai.domain.members import AdmissionCategory, Need
from kurume_bousai.domain.nearest_change import LeftOut, ObstacleBook, SiteLeft, left_out, sites_left
from kurume_bousai.domain.placement import (
    REASONS,
    PlacementOptions,
    PlacementParty,
    PlacementSite,
    PlanePoint,
    reach_of,
    standing_reason,
    units_of,
)
from kurume_bousai.domain.shelters import UNLIMITED
from kurume_bousai.domain.site_changes import apply_change
from kurume_bousai.geo.allocation import HighsAllocator

NEEDS = (Need.POWER, Need.WHEELCHAIR)
CATEGORIES = (AdmissionCategory.ELDERLY, AdmissionCategory.PHYSICAL)

points = st.builds(PlanePoint, st.integers(0, 900).map(float), st.integers(0, 900).map(float))
units = st.sampled_from([None, 0, 1, 2, UNLIMITED])
sites = st.lists(
    st.builds(
        PlacementSite,
        id=st.just(""),
        position=points,
        capacity=st.sampled_from([None, 0, 1, 2, 4]),
        accepts=st.one_of(st.none(), st.just(UNLIMITED), st.frozensets(st.sampled_from(CATEGORIES))),
        need_capacity=st.fixed_dictionaries(dict.fromkeys(NEEDS, units)),
        closed=st.booleans(),
        excluded=st.booleans(),
    ),
    min_size=1,
    max_size=4,
).map(lambda found: [replace(site, id=f"s{i}") for i, site in enumerate(found)])
parties = st.lists(
    st.builds(
        PlacementParty,
        id=st.just(""),
        position=points,
        size=st.integers(1, 3),
        needs=st.frozensets(st.sampled_from(NEEDS)),
        categories=st.frozensets(st.sampled_from(CATEGORIES)),
        max_m=st.sampled_from([None, 200.0]),
    ),
    min_size=1,
    max_size=6,
).map(lambda found: [replace(party, id=f"p{i}") for i, party in enumerate(found)])
options = st.builds(PlacementOptions, reach_m=st.sampled_from([None, 300.5]), unknown_accepts=st.booleans())


@given(parties, sites, options)
def test_the_changes_made_let_the_party_in_with_everybody_else_in_place(
    people: list[PlacementParty], places: list[PlacementSite], choices: PlacementOptions
) -> None:
    solver = HighsAllocator()
    placement = solver.place(people, places, choices)
    number = {party.id: i for i, party in enumerate(people)}
    out = [people[number[u.party_id]] for u in placement.unplaced]
    metres = solver.distances_m(out, places)
    entries = {
        number[party.id]: left_out(party, choices, row) for party, row in zip(out, metres, strict=True)
    }
    book = ObstacleBook(sites_left(places, placement.sites, choices), entries, choices)
    for unplaced, party in zip(placement.unplaced, out, strict=True):
        every = book.of(number[party.id])
        for decisive, found in zip(unplaced.reasons, every, strict=True):
            assert decisive.reason in found.reasons  # the decisive reason is one of all
            assert set(found.reasons) <= REASONS
            site = places[[place.id for place in places].index(found.site_id)]
            assert (found.changes is None) == site.excluded
            if found.changes is not None:
                assert _lets_in(site, found.changes, party, placement.sites, choices, found.distance_m)
                for left_away in found.changes:  # none of them is there for nothing
                    rest = [change for change in found.changes if change != left_away]
                    assert not _lets_in(site, rest, party, placement.sites, choices, found.distance_m)
        nearest = book.nearest(number[party.id])
        possible = [(len(o.changes), o.distance_m) for o in every if o.changes is not None]
        assert (nearest is None) == (not possible)
        if nearest is not None:
            assert (len(nearest.changes), nearest.distance_m) == min(possible)
            assert len({change.site_id for change in nearest.changes}) == 1


def _lets_in(
    site: PlacementSite,
    changes: Sequence[SiteChange],
    party: PlacementParty,
    usages: Sequence[object],
    choices: PlacementOptions,
    metres: float,
) -> bool:
    """The rules of RULEBOOK §2–§4 written out for one more party."""
    usage = next(u for u in usages if u.site_id == site.id)  # type: ignore[attr-defined]
    after, beyond = site, 0
    for change in changes:
        after = apply_change(after, change)
        beyond += change.amount if change.kind is SiteChangeKind.REACH else 0
    if standing_reason(after, party, choices) is not None:
        return False
    if metres > reach_of(party, choices) + beyond:
        return False
    if after.capacity is None or usage.used + party.size > after.capacity:  # type: ignore[attr-defined]
        return False
    for need in party.needs:
        limit = units_of(after, need, choices)
        if limit is not None and usage.need_used.get(need, 0) + 1 > limit:  # type: ignore[attr-defined]
            return False
    return True


def _site(number: int, **changes: object) -> SiteLeft:
    site = PlacementSite(f"s{number}", PlanePoint(0, 0), 10, need_capacity=dict.fromkeys(Need, UNLIMITED))
    return SiteLeft(replace(site, **changes), 10, dict.fromkeys(Need))  # type: ignore[arg-type]


def _party(*distances_m: float, reach_m: float = math.inf) -> LeftOut:
    return LeftOut(2, frozenset(), frozenset(), reach_m, distances_m)


def test_a_site_unfit_for_the_hazard_is_never_proposed_even_where_it_is_closed_too() -> None:
    book = ObstacleBook([_site(0, excluded=True, closed=True)], {7: _party(1.0)})
    assert book.of(7)[0].reasons == ("closed", "hazard")
    assert book.of(7)[0].changes is None
    assert book.nearest(7) is None


def test_who_has_no_category_is_taken_only_by_a_site_for_everyone() -> None:
    book = ObstacleBook([_site(0, accepts=frozenset({AdmissionCategory.MENTAL}))], {7: _party(1.0)})
    (found,) = book.of(7)
    assert found.changes == (SiteChange(SiteId("s0"), SiteChangeKind.ACCEPT),)
    changed = apply_change(_site(0, accepts=frozenset()).site, found.changes[0])
    assert changed.accepts is UNLIMITED


def test_one_change_far_away_comes_before_two_next_door() -> None:
    near, far = _site(0, closed=True, capacity=None), _site(1, closed=True)
    nearest = ObstacleBook([near, far], {7: _party(10.0, 9000.0)}).nearest(7)
    assert nearest is not None
    assert (nearest.site_id, nearest.distance_m) == ("s1", 9000.0)


def test_metres_beyond_the_limit_are_rounded_up() -> None:
    (found,) = ObstacleBook([_site(0)], {7: _party(1000.2, reach_m=900.0)}).of(7)
    assert found.changes == (SiteChange(SiteId("s0"), SiteChangeKind.REACH, 101),)


def test_a_number_that_was_not_left_out_has_no_obstacles() -> None:
    with pytest.raises(KeyError):
        ObstacleBook().of(1)


def test_what_keeps_somebody_out_is_not_in_the_texts_of_the_program() -> None:
    book = ObstacleBook([_site(0, closed=True)], {7: _party(1234.5)})
    assert "1234" not in f"{book!r}{book.of(7)!r}{book.nearest(7)!r}"
