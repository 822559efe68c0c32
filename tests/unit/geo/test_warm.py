"""The answer that follows its question must equal the answer of the same question solved afresh."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import Cancelled, KnownProblem
from kurume_bousai.domain.members import AdmissionCategory, Need
from kurume_bousai.domain.placement import (
    Assignment,
    CostUnit,
    DistanceKind,
    Placement,
    PlacementOptions,
    PlacementParty,
    PlacementSite,
    PlanePoint,
    Position,
)
from kurume_bousai.domain.placement_changes import (
    OptionsChanged,
    PartyAdded,
    PartyChanged,
    PartyRemoved,
    PlacementChange,
    SiteChanged,
    changed_question,
)
from kurume_bousai.domain.placement_check import PairMemory, PlacementCheckError, check_placement
from kurume_bousai.domain.shelters import UNLIMITED
from kurume_bousai.geo.allocation import HighsAllocator
from kurume_bousai.geo.allocation.warm import HighsPlacementSession, WarmHighsAllocator
from tests.helpers.placement_cases import random_parties, random_sites

NEEDS = (Need.POWER, Need.WHEELCHAIR)
CATEGORIES = (AdmissionCategory.ELDERLY, AdmissionCategory.PHYSICAL)

points = st.builds(PlanePoint, st.integers(0, 50).map(float), st.integers(0, 50).map(float))
units = st.sampled_from([None, 0, 1, 2, UNLIMITED])
capacities = st.sampled_from([None, 0, 1, 2, 3, 4, 5, 9])
seldom = st.sampled_from([False] * 5 + [True])
reaches = st.sampled_from([None, None, 30.0])


@st.composite
def parties_with(draw: st.DrawFn, identifier: str) -> PlacementParty:
    off_list = draw(st.integers(0, 5)) == 0
    return PlacementParty(
        id=identifier,
        position=draw(points),
        size=draw(st.sampled_from([1, 1, 2, 3, 7])),
        needs=frozenset() if off_list else draw(st.frozensets(st.sampled_from(NEEDS))),
        categories=draw(st.frozensets(st.sampled_from(CATEGORIES))),
        band=draw(st.integers(1, 3)),
        max_m=draw(reaches),
        off_list=off_list,
    )


@st.composite
def sites_at(draw: st.DrawFn, identifier: str, position: Position) -> PlacementSite:
    return PlacementSite(
        id=identifier,
        position=position,
        capacity=draw(capacities),
        accepts=draw(st.sampled_from([UNLIMITED, UNLIMITED, None, frozenset(CATEGORIES[:1])])),
        need_capacity={need: draw(units) for need in NEEDS},
        power_first=draw(st.integers(0, 3)) == 0,
        closed=draw(seldom),
        excluded=draw(seldom),
    )


def values(placement: Placement) -> dict[str, float]:
    return {phase.name: phase.value for phase in placement.phases}


def assert_as_afresh(session: HighsPlacementSession) -> None:
    question = session.question
    afresh = HighsAllocator().place(question.parties, question.sites, question.options)
    assert values(session.placement) == pytest.approx(values(afresh), rel=1e-6, abs=1e-6)
    assert session.placement.status is afresh.status
    assert session.placement.opened == afresh.opened


class ChangingQuestion(RuleBasedStateMachine):
    """Any change of any question, one after another."""

    def __init__(self) -> None:
        super().__init__()
        self.session: HighsPlacementSession
        self.next_id = 0

    @initialize(choices=st.data())
    def begin(self, choices: st.DataObject) -> None:
        parties = [self._party(choices) for _ in range(choices.draw(st.integers(0, 7)))]
        sites = [
            choices.draw(sites_at(f"s{j}", choices.draw(points)))
            for j in range(choices.draw(st.integers(0, 4)))
        ]
        options = PlacementOptions(
            cost=choices.draw(st.sampled_from(CostUnit)),
            distance=choices.draw(st.sampled_from(DistanceKind)),
            reach_m=choices.draw(reaches),
            unknown_accepts=choices.draw(st.booleans()),
        )
        self.session = WarmHighsAllocator().begin(parties, sites, options)

    def _party(self, choices: st.DataObject) -> PlacementParty:
        self.next_id += 1
        return choices.draw(parties_with(f"p{self.next_id}"))

    def _change(self, choices: st.DataObject) -> PlacementChange:
        question = self.session.question
        kinds = ["add", "options"]
        kinds += ["remove", "party"] * bool(question.parties) + ["site"] * 3 * bool(question.sites)
        kind = choices.draw(st.sampled_from(kinds))
        if kind == "add":
            return PartyAdded(self._party(choices))
        if kind == "options":
            return OptionsChanged(self._options(choices))
        if kind == "site":
            site = choices.draw(st.sampled_from(question.sites))
            return SiteChanged(choices.draw(sites_at(site.id, site.position)))
        party = choices.draw(st.sampled_from(question.parties))
        if kind == "remove":
            return PartyRemoved(party.id)
        return PartyChanged(choices.draw(parties_with(party.id)))

    def _options(self, choices: st.DataObject) -> PlacementOptions:
        open_count = sum(site.is_open for site in self.session.question.sites)
        return replace(
            self.session.question.options,
            reach_m=choices.draw(reaches),
            unknown_accepts=choices.draw(st.booleans()),
            open_at_most=choices.draw(st.sampled_from([None, None, open_count])),
        )

    @rule(choices=st.data())
    def one_change(self, choices: st.DataObject) -> None:
        before, change = self.session.placement, self._change(choices)
        if self._opens_too_many(change):
            with pytest.raises(KnownProblem, match="open_count"):
                self.session.change(change)
            assert self.session.placement is before
            return
        assert self.session.change(change) is self.session.placement

    def _opens_too_many(self, change: PlacementChange) -> bool:
        """Tell whether a site is closed under a limit that names more than are left."""
        question = changed_question(self.session.question, [change])
        most = question.options.open_at_most
        return most is not None and most > sum(site.is_open for site in question.sites)

    @rule(choices=st.data())
    def a_site_and_a_newcomer(self, choices: st.DataObject) -> None:
        changes: list[PlacementChange] = [PartyAdded(self._party(choices))]
        if self.session.question.sites and self.session.question.options.open_at_most is None:
            site = choices.draw(st.sampled_from(self.session.question.sites))
            changes.append(SiteChanged(replace(site, capacity=choices.draw(st.integers(0, 9)))))
        self.session.change(*changes)

    @precondition(lambda self: self.session.question.parties)
    @rule(choices=st.data())
    def a_duplicate_is_refused(self, choices: st.DataObject) -> None:
        party = choices.draw(st.sampled_from(self.session.question.parties))
        before, question = self.session.placement, self.session.question
        with pytest.raises(KnownProblem) as refused:
            self.session.change(PartyAdded(party))
        with pytest.raises(KnownProblem) as plainly:
            HighsAllocator().place([*question.parties, party], question.sites, question.options)
        assert (refused.value.message, refused.value.where) == (plainly.value.message, plainly.value.where)
        assert self.session.placement is before
        assert self.session.question is question

    @rule(choices=st.data())
    def a_cancelled_change_leaves_the_answer(self, choices: st.DataObject) -> None:
        before, question = self.session.placement, self.session.question
        with pytest.raises(Cancelled):
            self.session.change(PartyAdded(self._party(choices)), should_stop=lambda: True)
        assert self.session.placement is before
        assert self.session.question is question

    @invariant()
    def equals_the_answer_afresh(self) -> None:
        assert_as_afresh(self.session)


TestChangingQuestion = ChangingQuestion.TestCase
TestChangingQuestion.settings = settings(deadline=None, max_examples=25, stateful_step_count=6)


def plain(count: int, places: int, seed: int) -> HighsPlacementSession:
    parties, sites = random_parties(count, seed), random_sites(9, places, seed + 100)
    return WarmHighsAllocator().begin(parties, sites, PlacementOptions())


@pytest.mark.parametrize(("seed", "places"), [(1, 60), (2, 200), (3, 600), (4, 0)])
def test_many_changes_of_a_larger_question(seed: int, places: int) -> None:
    session = plain(250, places, seed)
    newcomers = [replace(party, id=f"new{party.id}") for party in random_parties(10, seed + 50)]
    dice = random.Random(seed)
    for newcomer in newcomers[:2]:
        sites = session.question.sites
        shut, grown = dice.sample(sites, 2)
        party = dice.choice(session.question.parties)
        less = {n: u - 1 if isinstance(u, int) and u else u for n, u in grown.need_capacity.items()}
        for changes in (
            [PartyAdded(newcomer)],
            [SiteChanged(replace(shut, closed=True))],
            [PartyRemoved(party.id), SiteChanged(replace(grown, need_capacity=less))],
            [SiteChanged(replace(grown, capacity=(grown.capacity or 0) + 10))],
            [PartyChanged(replace(newcomer, band=1, needs=frozenset({Need.POWER})))],
            [SiteChanged(shut)],
        ):
            session.change(*changes)
            assert_as_afresh(session)


def test_places_in_degrees() -> None:
    home = LonLat(130.51, 33.32)
    party = PlacementParty("p1", home)
    sites = [PlacementSite("s1", LonLat(130.52, 33.32), 1), PlacementSite("s2", LonLat(130.55, 33.32), 1)]
    session = WarmHighsAllocator().begin([party], sites, PlacementOptions())
    session.change(PartyAdded(PlacementParty("p2", LonLat(130.53, 33.32))))
    assert_as_afresh(session)
    session.change(PartyChanged(PlacementParty("p1", LonLat(130.56, 33.33))))
    assert_as_afresh(session)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (PartyRemoved("nobody"), "unknown_party"),
        (PartyChanged(PlacementParty("nobody", PlanePoint(0, 0))), "unknown_party"),
        (SiteChanged(PlacementSite("nowhere", PlanePoint(0, 0), 1)), "unknown_site"),
        (PartyAdded(PlacementParty("new", PlanePoint(math.nan, 0))), "bad_rows"),
        (PartyAdded(PlacementParty("new", PlanePoint(0, 0), size=0)), "bad_rows"),
        (PartyAdded(PlacementParty("new", LonLat(130.5, 33.3))), "mixed_positions"),
        (OptionsChanged(PlacementOptions(reach_m=-1)), "reach"),
        (OptionsChanged(PlacementOptions(time_limit_s=0)), "time_limit"),
        (OptionsChanged(PlacementOptions(open_at_most=99)), "open_count"),
    ],
)
def test_bad_input_leaves_the_answer(change: PlacementChange, code: str) -> None:
    session = plain(20, 20, 1)
    before, question = session.placement, session.question
    with pytest.raises(KnownProblem) as refused:
        session.change(change)
    assert refused.value.code == code
    assert session.placement is before
    assert session.question is question
    session.change(PartyRemoved(question.parties[0].id))
    assert_as_afresh(session)


class Patience:
    """Stops when it has been asked so many times."""

    def __init__(self, times: int) -> None:
        self._left = times

    def __call__(self) -> bool:
        self._left -= 1
        return self._left < 0


@pytest.mark.parametrize(("seed", "places"), [(1, 60), (2, 200), (3, 600), (5, 2000), (4, 0)])
def test_it_begins_with_the_answer_of_place_and_with_its_prices(seed: int, places: int) -> None:
    parties, sites = random_parties(250, seed), random_sites(9, places, seed + 100)
    session = WarmHighsAllocator().begin(parties, sites, PlacementOptions())
    plainly = HighsAllocator().place(parties, sites, PlacementOptions())
    assert replace(session.placement, solver_s=0.0) == replace(plainly, solver_s=0.0)
    newcomer = replace(random_parties(1, seed + 7)[0], id="new")
    session.change(PartyAdded(newcomer))
    assert_as_afresh(session)


def test_prices_belong_to_their_sites_whatever_the_order() -> None:
    parties, sites = random_parties(300, 8), random_sites(9, 150, 108)
    mixed = [sites[j] for j in (4, 0, 8, 2, 6, 1, 7, 3, 5)]
    session = WarmHighsAllocator().begin(parties[::-1], mixed, PlacementOptions())
    for change in (
        PartyRemoved(parties[3].id),
        SiteChanged(replace(mixed[2], closed=True)),
        SiteChanged(mixed[2]),
    ):
        session.change(change)
        assert_as_afresh(session)


def test_a_very_different_question_is_solved_afresh() -> None:
    session = plain(300, 200, 9)
    question = session.question
    closed = tuple(replace(site, closed=number % 2 == 0) for number, site in enumerate(question.sites))
    for other in (
        replace(question, sites=closed),
        replace(question, options=PlacementOptions(reach_m=4000.0)),
        replace(question, parties=question.parties[100:]),
        question,
    ):
        session.follow(other)
        assert session.question == other
        assert_as_afresh(session)


def test_cancelled_at_any_moment_the_answer_stays() -> None:
    session = plain(600, 300, 5)
    change = SiteChanged(replace(session.question.sites[3], closed=True))
    for patience in range(1, 40, 4):
        before = session.placement
        try:
            session.change(change, should_stop=Patience(patience))
        except Cancelled:
            assert session.placement is before
        else:
            break
    session.change(change)
    assert_as_afresh(session)


def test_a_question_that_is_almost_the_same_keeps_the_order_given() -> None:
    session = plain(100, 60, 6)
    parties = list(session.question.parties)
    swapped = [*parties[50:], *parties[:50]]
    session.follow(replace(session.question, parties=tuple(swapped)))
    rank = {party.id: row for row, party in enumerate(swapped)}
    told = [rank[each.party_id] for each in session.placement.assignments]
    assert told == sorted(told)
    assert_as_afresh(session)


def test_what_was_remembered_is_not_believed_of_others() -> None:
    party, site = PlacementParty("p1", PlanePoint(0, 0)), PlacementSite("s1", PlanePoint(3, 4), 1)
    session = WarmHighsAllocator().begin([party], [site], PlacementOptions())
    memory = PairMemory()

    def check(placement: Placement, sites: list[PlacementSite]) -> None:
        check_placement(placement, [party], sites, PlacementOptions(), lambda t: t.position, memory)  # type: ignore[arg-type, return-value]

    check(session.placement, [site])
    with pytest.raises(PlacementCheckError, match="not open"):
        check(session.placement, [replace(site, closed=True)])
    wrong = replace(session.placement, assignments=(Assignment("p1", "s1", 4.0),))
    with pytest.raises(PlacementCheckError, match="distance"):
        check(wrong, [site])
    with pytest.raises(PlacementCheckError, match="over its capacity"):
        check(session.placement, [replace(site, capacity=0)])
