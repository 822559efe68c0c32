"""区域 and 文字 in a running 図上訓練: offered, drawn, undone, and never typed words on the projector."""

from __future__ import annotations

from itertools import pairwise

import pytest

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.operations import FeatureKind
from kurume_bousai.labels import label
from kurume_bousai.mapview.page import map_page
from kurume_bousai.services.exercises.report import exercise_report
from kurume_bousai.ui.exercise.projector import ProjectorWindow
from kurume_bousai.ui.exercise.session_view import SessionView
from kurume_bousai.ui.kit.tokens import set_scale
from kurume_bousai.ui.map_panel.native import NativeMapView
from tests.helpers.desk import Desk

_TYPED = "架空太郎さんの家の前"


@pytest.fixture
def view(desk: Desk) -> SessionView:
    return desk.begin()


def _around(view: SessionView) -> list[LonLat]:
    shown = view.controller.session.shown(view.controller.table_id)
    home = next(person.home for person in shown if person.home is not None)
    return [
        LonLat(home.lon + x, home.lat + y) for x, y in ((-0.003, -0.002), (0.003, -0.002), (0.003, 0.001))
    ]


def _draw_all(desk: Desk, view: SessionView) -> None:
    corners = _around(view)
    for kind in FeatureKind:
        points = corners if kind in (FeatureKind.REGION, FeatureKind.ROUTE) else corners[:1]
        view.controller.draw(kind, points, _TYPED)
        desk.settle()


@pytest.mark.parametrize("with_reach", [False, True])
def test_every_tool_is_reached_at_every_size(desk: Desk, with_reach: bool) -> None:
    for size, scale in (((1366, 690), 1.0), ((1093, 551), 1.0), ((1366, 690), 1.5)):
        desk.window.resize(*size)
        set_scale(scale)
        view = desk.begin()
        row = view.map_side.tools
        view.map_side.reach.button.setVisible(with_reach)
        desk.settle()
        assert {FeatureKind.REGION, FeatureKind.NOTE} <= set(row.buttons)
        buttons = [*row.buttons.values(), *([view.map_side.reach.button] if with_reach else []), row.undo]
        for left, right in pairwise(buttons):
            assert left.geometry().right() < right.geometry().left(), (size, scale)
        assert row.undo.geometry().right() <= row.width()
        for one in buttons:
            assert one.width() >= one.minimumSizeHint().width(), (one.text(), size, scale)
        view._leave(finished=False)
        desk.settle()


def test_a_window_made_smaller_becomes_compact(desk: Desk, view: SessionView) -> None:
    for size in ((1180, 600), (1093, 551)):  # as an edge is dragged
        desk.window.resize(*size)
        desk.settle()
    assert desk.window.width() == 1093
    desk.window.resize(1366, 690)
    desk.settle()
    assert not view.map_side.tools.buttons[FeatureKind.REGION].icon().isNull()


def test_region_and_words_are_drawn_and_undone_like_the_others(desk: Desk, view: SessionView) -> None:
    controller = view.controller
    _draw_all(desk, view)
    kinds = [feature.kind for feature in controller.session.board.features.values()]
    assert kinds == list(FeatureKind)
    drawn = {mark.kind: mark.text for mark in view.map_side.map.scene.drawn}
    assert drawn[FeatureKind.NOTE] == _TYPED
    assert drawn[FeatureKind.DANGER] == "", "stays in the log"
    for _ in FeatureKind:
        controller.undo()
        desk.settle()
    assert controller.session.board.features == {}


def test_words_without_any_and_regions_of_two_corners_are_refused(desk: Desk, view: SessionView) -> None:
    corners = _around(view)
    view.controller.draw(FeatureKind.NOTE, corners[:1], "  ")
    view.controller.draw(FeatureKind.REGION, corners[:2])
    desk.settle()
    assert view.controller.session.board.features == {}
    said = [message.text for message in desk.desktop.messages.messages()]
    assert any("文字がありません" in text for text in said)
    assert any("三つ以上の角" in text for text in said)


def test_the_projector_has_no_personal_text(desk: Desk, view: SessionView) -> None:
    _draw_all(desk, view)
    scene = desk.desktop.scenes.session(
        view.controller.session, table_id=view.controller.table_id, for_projector=True
    )
    text = map_page().scene_json(scene, 1).decode()
    assert _TYPED not in text
    assert "架空太郎" not in text
    assert {mark.kind for mark in scene.drawn} == set(FeatureKind), "the signs stay"


def test_type_on_the_projector_is_large(desk: Desk, view: SessionView) -> None:
    projector = ProjectorWindow(view.controller)
    projector.resize(1280, 800)
    assert isinstance(projector.map, NativeMapView)
    assert projector._unit(3.3) >= 0.033 * 800 - 1
    projector._timer.stop()
    projector.close()
    projector.deleteLater()


def test_the_report_names_every_kind(desk: Desk, view: SessionView) -> None:
    _draw_all(desk, view)
    report = exercise_report(view.controller.session)
    assert [label(drawn.kind) for drawn in report.drawn] == [label(kind) for kind in FeatureKind]
    assert {line.feature for line in report.log} >= set(FeatureKind)
