from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.services.fictional.draw import Lottery, apportion, deal, identifier, pick_some, stream

WEIGHTS = st.dictionaries(st.text(max_size=3), st.floats(0.01, 100), min_size=1, max_size=12)


@given(WEIGHTS, st.integers(0, 5000))
def test_shares_sum_exactly_and_nobody_is_forgotten(weights: dict[str, float], total: int) -> None:
    parts = apportion(weights, total)
    assert sum(parts.values()) == total
    assert min(parts.values()) >= (1 if total >= len(weights) else 0)


@given(WEIGHTS, st.integers(0, 300), st.integers())
def test_dealing_gives_the_same_cards_for_the_same_seed(
    weights: dict[str, float], total: int, seed: int
) -> None:
    cards = deal(stream(seed, "x"), weights, total)
    assert cards == deal(stream(seed, "x"), weights, total)
    assert Counter(cards) == Counter(apportion(weights, total)) - Counter()


@given(st.integers(0, 400), st.floats(0, 1), st.integers(0, 5))
def test_picking_gives_at_least_the_wanted_number(total: int, share: float, at_least: int) -> None:
    picked = pick_some(stream(1, "x"), total, share, at_least)
    assert len(picked) >= min(total, at_least)
    assert all(0 <= index < total for index in picked)


def test_streams_of_two_pieces_are_independent() -> None:
    assert identifier(stream(1, "a")) != identifier(stream(1, "b"))
    assert identifier(stream(1, "a")) == identifier(stream(1, "a"))


def test_the_stream_is_the_same_on_every_machine() -> None:
    # A changed value means that every demo city there is would become another one.
    assert stream(1, "people").randrange(10**9) == 570621468


def test_a_lottery_follows_its_weights() -> None:
    lottery = Lottery({"often": 9.0, "never": 0.0, "seldom": 1.0})
    rng = stream(3, "x")
    drawn = Counter(lottery.draw(rng) for _ in range(2000))
    assert set(drawn) == {"often", "seldom"}
    assert 100 < drawn["seldom"] < 320
    with pytest.raises(ValueError, match="positive weight"):
        Lottery({"never": 0.0})
