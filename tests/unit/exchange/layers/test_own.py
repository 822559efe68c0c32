"""Values of one's own map: few ones are classes by themselves, many numbers become ranges."""

from __future__ import annotations

import itertools

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.exchange.layers.own import MOST_CLASSES, values_of
from kurume_bousai.exchange.layers.tables import RawTable
from kurume_bousai.services.ports.layer_files import OwnMapping

OWN = OwnMapping("架空", value="値")


def table(cells: list[object]) -> RawTable:
    shapes = np.array([shapely.Point(130.5, 33.3)] * len(cells), dtype=object)
    return RawTable({"値": cells}, shapes, "", "", "UTF-8", "geojson")


def classes(cells: list[object]) -> list[tuple[int | None, object]]:
    attributes, values = values_of(OWN, table(cells), range(len(cells)))
    return [(value, kept.get("class")) for value, kept in zip(values, attributes, strict=True)]


def test_words_are_classes_the_commonest_first() -> None:
    assert classes(["低", "高", "高", None]) == [(2, "低"), (1, "高"), (1, "高"), (None, None)]


def test_few_numbers_stand_in_their_order() -> None:
    assert classes([30, 10, 10, 20]) == [(3, "30"), (1, "10"), (1, "10"), (2, "20")]


def test_numbers_written_as_words_are_numbers_and_codes_are_not() -> None:
    assert classes(["30", "９", "007"]) == [(1, "30"), (2, "9"), (3, "007")]
    assert classes(["30", "９", "1.5"]) == [(3, "30"), (2, "9"), (1, "1.5")]


def test_too_many_words_end_in_a_rest() -> None:
    found = classes([*(f"語{number}" for number in range(30)), "語0"])
    assert max(value or 0 for value, _ in found) == MOST_CLASSES
    assert found[-1] == (1, "語0")
    assert found[29] == (MOST_CLASSES, "そのほか")


@given(st.lists(st.floats(-1e6, 1e6, allow_nan=False), min_size=13, max_size=60, unique=True))
def test_many_numbers_become_ranges_that_hold_them(numbers: list[float]) -> None:
    found = classes(list(numbers))
    assert {value for value, _ in found} <= set(range(1, 6))
    by_class: dict[int, list[float]] = {}
    for number, (value, _) in zip(numbers, found, strict=True):
        by_class.setdefault(value or 0, []).append(number)
    ordered = [by_class[value] for value in sorted(by_class)]
    assert all(max(low) <= min(high) for low, high in itertools.pairwise(ordered))
