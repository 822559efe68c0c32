"""Cuts must hold for every whole answer, and break some fractional one."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.geo.allocation.warm_cuts import (
    NO_NEED,
    Cut,
    FractionalPoint,
    Rooms,
    broken_cuts,
    cut_row,
)


def plain_rooms(sizes: list[int], places: list[int]) -> Rooms:
    """Nobody has a need."""
    no_needs, no_units = np.zeros((len(sizes), 1), bool), np.full((len(places), 1), -1)
    return Rooms(np.array(sizes), no_needs, np.array(places), no_units, 0)


@given(st.data())
def test_every_whole_answer_keeps_every_cut(choices: st.DataObject) -> None:
    n, m = choices.draw(st.integers(1, 5)), choices.draw(st.integers(1, 3))
    size = np.array(choices.draw(st.lists(st.integers(1, 5), min_size=n, max_size=n)))
    capacity = np.array(choices.draw(st.lists(st.integers(0, 9), min_size=m, max_size=m)))
    least = choices.draw(st.integers(0, int(size.sum())))
    needs = np.array(choices.draw(st.lists(st.tuples(st.booleans()), min_size=n, max_size=n)))
    units = np.array(choices.draw(st.lists(st.tuples(st.integers(-1, 3)), min_size=m, max_size=m)))
    rooms = Rooms(size, needs, capacity, units, least)
    sites = tuple(sorted(choices.draw(st.sets(st.integers(0, m - 1), min_size=1))))
    members = np.array(sorted(choices.draw(st.sets(st.integers(0, n - 1)))), np.int64)
    sign, need = choices.draw(st.sampled_from([(1, NO_NEED), (-1, NO_NEED), (1, 0)]))
    cut = Cut(sites, members, choices.draw(st.integers(2, 5)), sign, need)
    row = cut_row(cut, rooms)
    if row is None:
        return
    weight = row.weights(np.arange(n), rooms)
    for answer in itertools.product(range(-1, m), repeat=n):
        site_of = np.array(answer)
        placed = site_of >= 0
        used = np.bincount(site_of[placed], weights=size[placed], minlength=m)
        taken = np.bincount(site_of[placed], weights=needs[placed, 0], minlength=m)
        if (used > capacity).any() or size[placed].sum() < least:
            continue
        if ((units[:, 0] >= 0) & (taken > units[:, 0])).any():
            continue
        assert weight[np.isin(site_of, sites)].sum() <= row.limit + 1e-9


def test_half_a_pair_in_a_single_place_is_cut_off() -> None:
    rooms = plain_rooms([2, 2], [1, 3])
    point = FractionalPoint(
        party=np.array([0, 0]), site=np.array([0, 1]), x=np.array([0.5, 0.5]), fixed=np.array([-1, 1])
    )
    cuts = broken_cuts(point, rooms)
    assert any(cut.sites == (0,) and cut.divisor == 2 for cut in cuts)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_whole_point_breaks_nothing(share: float) -> None:
    rooms = plain_rooms([2], [3])
    point = FractionalPoint(np.array([0]), np.array([0]), np.array([share]), np.array([-1]))
    assert broken_cuts(point, rooms) == []
