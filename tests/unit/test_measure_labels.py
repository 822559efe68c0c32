"""Lengths and surfaces in words, never more exact than a map is."""

from __future__ import annotations

import pytest

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.geo.measures import PlaneMeasures
from kurume_bousai.labels import length_words, surface_words
from kurume_bousai.mapview.protocol import MeasureKind
from kurume_bousai.ui.map_panel.measuring import measure_words


@pytest.mark.parametrize(
    ("metres", "words"),
    [(0, "0m"), (519.6, "520m"), (999.4, "999m"), (999.6, "1.00km"), (1236, "1.24km"), (12345, "12.35km")],
)
def test_a_length(metres: float, words: str) -> None:
    assert length_words(metres) == words


@pytest.mark.parametrize(
    ("m2", "words"),
    [
        (3199.6, "3,200㎡"),
        (9999.4, "9,999㎡"),
        (12_300, "1.2ha(12,300㎡)"),
        (999_999, "100.0ha(999,999㎡)"),
        (1_234_000, "1.23㎢"),
    ],
)
def test_a_surface(m2: float, words: str) -> None:
    assert surface_words(m2) == words


_LINE = [LonLat(130.50, 33.30), LonLat(130.51, 33.30), LonLat(130.51, 33.301)]


def test_the_last_leg_is_told_beside_the_whole() -> None:
    measures = PlaneMeasures()
    assert measure_words(measures, MeasureKind.DISTANCE, _LINE[:1]) == ""
    assert measure_words(measures, MeasureKind.DISTANCE, _LINE[:2]) == "931m"
    assert measure_words(measures, MeasureKind.DISTANCE, _LINE) == "1.04km(終わりの区間 111m)"


def test_a_surface_waits_for_its_third_corner_and_says_when_it_has_none() -> None:
    measures = PlaneMeasures()
    assert measure_words(measures, MeasureKind.SURFACE, _LINE[:2]) == ""
    assert measure_words(measures, MeasureKind.SURFACE, _LINE).startswith("5.2ha(")
    crossed = [LonLat(0, 33), LonLat(0.01, 33.01), LonLat(0.01, 33), LonLat(0, 33.01)]
    assert "交わっている" in measure_words(
        measures, MeasureKind.SURFACE, [LonLat(130.5 + point.lon, point.lat) for point in crossed]
    )
