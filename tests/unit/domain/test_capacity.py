from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.capacity import floor_places, usable_places
from kurume_bousai.domain.shelters import Room


def rooms(*floors: str | None) -> list[Room]:
    return [Room(f"室{i}", None if m2 is None else Decimal(m2)) for i, m2 in enumerate(floors)]


@pytest.mark.parametrize(
    ("floors", "rate", "places"),
    [
        (("5840",), "4", 1460),
        (("5840",), "3.5", 1668),
        (("14", "14"), "3.5", 8),
        (("7.9", "7.9"), "4", 2),  # per room, then summed: 15.8 ㎡ in one room would be 3
        (("0.7",), "0.1", 7),  # 0.7 // 0.1 is 6 in binary floats
        ((None, "40"), "4", 10),
        ((None,), "4", None),
        ((), "4", None),
        (("0",), "4", 0),
    ],
)
def test_floor_places(floors: tuple[str | None, ...], rate: str, places: int | None) -> None:
    assert floor_places(rooms(*floors), Decimal(rate)) == places


def test_a_rate_of_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="rate"):
        floor_places(rooms("10"), Decimal(0))


@pytest.mark.parametrize(
    ("floor", "blocked", "staff", "usable"),
    [(100, 10, None, 90), (100, 10, 5, 50), (10, 20, 5, 0), (None, 0, 5, None), (100, 0, 0, 0)],
)
def test_usable_places(floor: int | None, blocked: int, staff: int | None, usable: int | None) -> None:
    assert usable_places(floor, blocked, staff) == usable


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 50), st.integers(0, 20))
def test_usable_is_never_more_than_either_limit(floor: int, blocked: int, staff: int, more: int) -> None:
    usable = usable_places(floor, blocked, staff)
    assert usable is not None
    assert 0 <= usable <= max(0, floor - blocked)
    assert usable <= staff * 10
    grown = usable_places(floor + more, blocked, staff)
    assert grown is not None
    assert grown >= usable
