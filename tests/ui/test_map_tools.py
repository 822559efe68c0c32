"""The pen of a map: corners, their end and their sentences; and the same words on page and painted map."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.bundled import maps_folder
from kurume_bousai.domain.operations import LINE_KINDS, REGION_KINDS, FeatureKind
from kurume_bousai.labels import label
from kurume_bousai.mapview.protocol import (
    MapScene,
    MeasureKind,
    PersonMark,
    ReachClass,
    ReachShape,
    reach_stroke,
)
from kurume_bousai.ui.map_panel.drawn import DRAWN_LETTERS, NOTE_LETTERS, note_rows
from kurume_bousai.ui.map_panel.legend import ROUGH_WORDS, WAY_WORDS, legend_rows
from kurume_bousai.ui.map_panel.tools import (
    MapTool,
    Pen,
    Purpose,
    Shape,
    drawing_tool,
    measuring_tool,
    picking_tool,
)

_A, _B, _C, _D = (130.5, 33.3), (130.51, 33.3), (130.51, 33.31), (130.5, 33.31)


def _pen(tool: MapTool, *corners: tuple[float, float]) -> Pen:
    pen = Pen()
    pen.take(tool)
    for corner in corners:
        pen.add(corner)
    return pen


def test_the_second_press_of_a_double_press_is_no_corner() -> None:
    pen = _pen(drawing_tool(FeatureKind.ROUTE), _A, _B)
    assert not pen.add(_B)
    assert pen.line == (_A, _B)


@pytest.mark.parametrize(
    ("tool", "least"), [(drawing_tool(FeatureKind.ROUTE), 2), (drawing_tool(FeatureKind.REGION), 3)]
)
def test_too_few_corners_are_said(tool: MapTool, least: int) -> None:
    pen = _pen(tool, *(_A, _B, _C)[: least - 1])
    assert not pen.finish()
    assert pen.hint == tool.few
    pen.add(_D)
    assert pen.hint == tool.hint
    assert pen.finish()


def test_a_measure_that_has_ended_stays_until_the_next_corner() -> None:
    pen = _pen(measuring_tool(MeasureKind.SURFACE), _A, _B, _C)
    assert pen.finish()
    assert pen.corners == [_A, _B, _C]
    assert not pen.finish()
    pen.add(_D)
    assert pen.corners == [_D]


def test_backspace_opens_an_ended_measure_again() -> None:
    pen = _pen(measuring_tool(MeasureKind.DISTANCE), _A, _B)
    pen.finish()
    assert pen.take_back()
    pen.add(_C)
    assert pen.line == (_A, _C)
    assert pen.take_back()
    assert pen.take_back()
    assert not pen.take_back()


def test_nothing_in_the_hand_says_nothing() -> None:
    pen = Pen()
    assert pen.hint == ""
    assert not pen.finish()
    assert not pen.is_many


@pytest.mark.parametrize("kind", list(FeatureKind))
def test_a_drawing_tool_has_the_shape_of_its_kind(kind: FeatureKind) -> None:
    tool = drawing_tool(kind)
    wanted = Shape.LINE if kind in LINE_KINDS else Shape.REGION if kind in REGION_KINDS else Shape.POINT
    assert tool.shape is wanted
    assert tool.hint.startswith(label(kind))
    assert tool.hint.endswith("。")
    read = json.loads(tool.to_json())
    assert read["kind"] == kind.value
    assert read["purpose"] == Purpose.DRAW
    assert read["least"] == {Shape.POINT: 1, Shape.LINE: 2, Shape.REGION: 3}[wanted]


def test_a_place_is_asked_for_in_the_words_of_the_screen() -> None:
    assert picking_tool("位置を押してください。").hint == "位置を押してください。"


@given(st.text(min_size=1, max_size=60))
def test_words_on_the_map_are_cut_and_never_lost(text: str) -> None:
    rows = note_rows(text)
    assert "".join(rows) == text
    assert all(1 <= len(row) <= NOTE_LETTERS for row in rows)


# ---------------------------------------------------------------- reach and legends
def test_ten_steps_are_told_apart_without_colour() -> None:
    strokes = [reach_stroke(index) for index in range(10)] + [reach_stroke(10, has_way=False)]
    assert len(set(strokes)) == 11
    widths = [width for width, _ in strokes]
    assert widths == sorted(widths, reverse=True)


def test_the_legend_names_the_steps_the_goals_and_rough_places() -> None:
    reach = ReachShape(
        "逃げ地図(徒歩)",
        (ReachClass("0〜3分", "#0B3C5D"), ReachClass("道がない", None)),
        ((130.5, 33.3),),
        "r1",
    )
    scene = MapScene(people=(PersonMark("p", 130.5, 33.3, is_rough=True),), reach=reach)
    words = [words for _, words in legend_rows(scene)]
    assert words[:4] == ["逃げ地図(徒歩)", "0〜3分", "道がない", reach.goal_words]
    assert ROUGH_WORDS in words
    exact = MapScene(people=(PersonMark("p", 130.5, 33.3),))
    assert ROUGH_WORDS not in [words for _, words in legend_rows(exact)]


def test_the_page_has_the_words_and_letters_of_the_painted_map() -> None:
    chrome = (maps_folder() / "page" / "chrome.js").read_text(encoding="utf-8")
    places = (maps_folder() / "page" / "places.js").read_text(encoding="utf-8")
    for kind in FeatureKind:
        assert f"{kind.value}: '{label(kind)}'" in chrome
    for words in (ROUGH_WORDS, *WAY_WORDS.values()):
        assert f"'{words}'" in chrome
    for kind, (letter, hollow) in DRAWN_LETTERS.items():
        assert f"{kind.value}: ['{letter}', {str(hollow).lower()}]" in places
    assert f"NOTE_LETTERS = {NOTE_LETTERS};" in places
