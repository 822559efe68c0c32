"""Speeds, widths and steps as RULES D7 and F4 have them."""

from __future__ import annotations

import math

import pytest

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.hazards import FLOOD_COLOURS
from kurume_bousai.domain.plans import TravelMode
from kurume_bousai.domain.roads import RoadKind, WidthClass, width_class
from kurume_bousai.domain.routes import (
    REACH_STEPS,
    STRAIGHT_FACTOR,
    TRAVEL_RULES,
    EvacuationRoute,
    reach_step,
    straight_route,
)


@pytest.mark.parametrize(
    ("width_m", "found"),
    [(0, 0), (-1, 0), (math.nan, 0), (2.99, 1), (3, 2), (5.5, 3), (13, 4), (19.4, 4), (19.5, 5)],
)
def test_width_classes(width_m: float, found: int) -> None:
    assert width_class(width_m) == WidthClass(found)


def test_every_mode_has_a_rule_and_the_recipes_speeds() -> None:
    assert set(TRAVEL_RULES) == set(TravelMode)
    assert {mode.value: rule.speed for mode, rule in TRAVEL_RULES.items()} == {
        "walk": 43,
        "wheelchair": 30,
        "stretcher": 30,
        "car": 180,
        "welfare_vehicle": 180,
    }
    assert TRAVEL_RULES[TravelMode.WALK].at_night().speed == pytest.approx(34.4)


def test_cars_do_not_get_into_roads_under_three_metres() -> None:
    car = TRAVEL_RULES[TravelMode.CAR]
    assert not car.allows(RoadKind.ROAD, WidthClass.UNDER_3)
    assert car.allows(RoadKind.ROAD, WidthClass.UNKNOWN)
    assert not car.allows(RoadKind.FOOTPATH, WidthClass.TO_13)
    assert not TRAVEL_RULES[TravelMode.WALK].allows(RoadKind.EXPRESSWAY, WidthClass.OVER_19_5)


def test_a_speed_is_above_nothing_and_goes_with_the_walk_to_the_road() -> None:
    faster = TRAVEL_RULES[TravelMode.WALK].at_speed(60)
    assert faster.minutes(60, 60) == 2
    with pytest.raises(ValueError, match="above 0"):
        faster.at_speed(0)


@pytest.mark.parametrize(
    ("minutes", "step"),
    [(0, 1), (3, 1), (3.001, 2), (12, 4), (23.9, 8), (24, 8), (24.1, 9), (500, 9), (math.inf, 0)],
)
def test_steps_of_three_minutes(minutes: float, step: int) -> None:
    assert reach_step(minutes) == step


def test_the_steps_take_no_official_hazard_colour() -> None:
    assert not {step.colour for step in REACH_STEPS} & set(FLOOD_COLOURS.values())
    assert [step.upto_min for step in REACH_STEPS[:-1]] == [3, 6, 9, 12, 15, 18, 21, 24]


def test_a_straight_line_says_so_and_states_its_factor() -> None:
    rule = TRAVEL_RULES[TravelMode.WALK]
    found = straight_route(rule, LonLat(130.5, 33.3), LonLat(130.51, 33.3), 430.0)
    assert (found.is_straight, found.factor) == (True, STRAIGHT_FACTOR)
    assert found.length_m == pytest.approx(559)
    assert found.minutes == pytest.approx(13)
    assert found.is_long
    with pytest.raises(ValueError, match="factor"):
        straight_route(rule, LonLat(), LonLat(), 1.0, 0.9)


def test_a_long_drive_is_not_a_long_walk() -> None:
    assert not EvacuationRoute(TravelMode.CAR, 5000, 28).is_long
