from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.decided import DecidedSite, DecidedTally, Decision, decided_balances
from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.members import Need
from kurume_bousai.domain.shelters import UNLIMITED

SITES = [
    DecidedSite(SiteId("a"), 10, {Need.POWER: 1, Need.CARE: UNLIMITED}),
    DecidedSite(SiteId("b"), None, {Need.POWER: None}),
]
decisions = st.lists(
    st.builds(
        Decision,
        st.sampled_from([SiteId("a"), SiteId("b")]),
        st.integers(1, 6),
        st.frozensets(st.sampled_from([Need.POWER, Need.CARE])),
    ),
    max_size=20,
)


def test_over_is_negative_and_never_netted_with_another_site() -> None:
    made = [
        Decision(SiteId("a"), 23, frozenset({Need.POWER})),
        Decision(SiteId("a"), 1, frozenset({Need.POWER})),
    ]
    first, second = decided_balances(SITES, made)
    assert (first.balance, first.shortage) == (-14, 14)
    assert first.by_need[Need.POWER].balance == -1
    assert first.by_need[Need.CARE].balance is None
    assert (second.balance, second.shortage) == (0, 0)


def test_an_unknown_floor_takes_nobody() -> None:
    balance = decided_balances(SITES, [Decision(SiteId("b"), 2, frozenset({Need.POWER}))])[1]
    assert (balance.usable, balance.balance) == (None, -2)
    assert balance.by_need[Need.POWER].balance == -1


@given(decisions, decisions)
def test_following_equals_counting_afresh(kept: list[Decision], undone: list[Decision]) -> None:
    tally = DecidedTally(SITES)
    for decision in [*undone, *kept]:
        tally.add(decision)
    for decision in undone:
        tally.remove(decision)
    assert tally.balances() == decided_balances(SITES, kept)
