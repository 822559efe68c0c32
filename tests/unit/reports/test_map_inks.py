"""Inks of maps on paper: official colours by kind, and a grey set that ranks, dashes and stickers survive."""

from __future__ import annotations

import pytest

from kurume_bousai.domain.hazards import DURATION_COLOURS, FLOOD_COLOURS, FloodRank
from kurume_bousai.domain.routes import REACH_STEPS
from kurume_bousai.reports.maps import inks
from kurume_bousai.reports.maps.inks import Ink
from kurume_bousai.reports.maps.reach import NO_WAY, step_ink


def lightness(colour: str) -> int:
    return min(int(colour[start : start + 2], 16) for start in (1, 3, 5))


def pattern(ink: Ink) -> tuple[object, ...]:
    """What tells an ink from another on a grey print."""
    return (ink.fill, ink.step if ink.slopes else 0, ink.slopes, ink.pen.dash if ink.pen else ())


@pytest.mark.parametrize("kind", ["flood", "inland", "storm_surge"])
def test_one_set_of_depth_colours_for_every_water_and_its_name_in_words(kind: str) -> None:
    for rank in range(1, 7):
        ink = inks.depth_ink(rank, is_mono=False, kind=kind)
        assert ink.fill == FLOOD_COLOURS[FloodRank(rank)]
        assert ink.words.startswith(inks.WATER_WORDS[kind])
    unknown = inks.depth_ink(None, is_mono=False, kind=kind)
    assert unknown.fill is None
    assert "不明" in unknown.words


def test_durations_have_their_own_colours_and_words() -> None:
    found = [inks.duration_ink(rank, is_mono=False) for rank in range(1, 8)]
    assert [ink.fill for ink in found] == list(DURATION_COLOURS.values())
    assert len({ink.words for ink in found}) == 7
    assert inks.duration_ink(9, is_mono=False).fill is None
    assert not set(DURATION_COLOURS.values()) & set(FLOOD_COLOURS.values())


def test_ranks_and_kinds_differ_on_a_grey_print() -> None:
    depths = [inks.depth_ink(rank, is_mono=True) for rank in (None, *range(1, 7))]
    durations = [inks.duration_ink(rank, is_mono=True) for rank in (None, *range(1, 8))]
    slides = [inks.landslide_ink(kind, level, is_mono=True) for kind in (1, 2, 3) for level in (1, 2)]
    falls = [inks.collapse_ink(kind, is_mono=True) for kind in (1, 2)]
    for group in (depths, durations, [*slides, *falls]):
        assert len({pattern(ink) for ink in group}) == len(group)


def test_stickers_stay_the_darkest_thing_on_the_grey_base() -> None:
    zones = [inks.depth_ink(rank, is_mono=True) for rank in range(1, 7)]
    zones += [inks.duration_ink(rank, is_mono=True) for rank in range(1, 8)]
    for ink in zones:
        assert ink.fill is not None
        assert lightness(ink.fill) >= 0xD0
        assert ink.hatch is not None
        assert ink.hatch.width <= 0.12
        assert lightness(ink.hatch.colour) >= 0x80


def test_roads_are_told_by_width_class() -> None:
    found = [inks.road_ink(width) for width in (None, 1, 2, 3, 4, 5)]
    assert len({ink.words for ink in found}) == 6
    widths = [ink.pen.width for ink in found[2:] if ink.pen]
    assert widths == sorted(set(widths))
    assert found[0].pen is not None
    assert found[0].pen.dash  # an unknown width is not drawn as a known one
    assert "車が入れない" in found[1].words


@pytest.mark.parametrize("is_mono", [False, True])
def test_steps_of_three_minutes_differ_without_their_colour(is_mono: bool) -> None:
    pens = [step_ink(step.number, is_mono=is_mono).pen for step in REACH_STEPS]
    assert len({(pen.width, pen.dash) for pen in pens if pen}) == len(REACH_STEPS)
    assert len({step_ink(step.number, is_mono=is_mono).words for step in REACH_STEPS}) == len(REACH_STEPS)
    assert step_ink(0, is_mono=is_mono) is NO_WAY
    if not is_mono:
        assert [pen.colour for pen in pens if pen] == [step.colour for step in REACH_STEPS]
