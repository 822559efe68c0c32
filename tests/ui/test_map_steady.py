"""A page that keeps dying: the painted map takes its place, and screens notice nothing but a sentence."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kurume_bousai.domain.operations import FeatureKind
from kurume_bousai.mapview.page import map_page
from kurume_bousai.mapview.protocol import DrawnMark, MapScene, MeasureKind, PersonMark, PersonState
from kurume_bousai.ui.map_panel.native import NativeMapView
from kurume_bousai.ui.map_panel.steady import SteadyMapPanel
from tests.helpers.guards import LogGuard
from tests.helpers.map_views import PATIENCE_MS, changed_pixels, key, press, press_place, shown

_BOX = (130.49, 33.29, 130.51, 33.305)
_SCENE = MapScene(
    people=(PersonMark("p1", 130.50, 33.2975, 1, "電", PersonState.NO_SUPPORTER),),
    drawn=(DrawnMark("note", FeatureKind.NOTE, ((130.505, 33.2925),), "", "夜は暗い"),),
)
_MIDDLE = QPoint(400, 300)


@pytest.fixture
def panel(dressed: QApplication, qtbot: QtBot) -> Iterator[SteadyMapPanel]:
    for made in shown(SteadyMapPanel(map_page()), qtbot, _SCENE, _BOX):
        assert isinstance(made, SteadyMapPanel)
        yield made


@pytest.fixture
def swapped(panel: SteadyMapPanel, log_guard: LogGuard) -> SteadyMapPanel:
    """The panel after its page has ended four times in a row."""
    with log_guard.allow("map page"):
        for _ in range(4):
            panel._on_page_died()
    assert panel.is_spare
    QApplication.processEvents()
    return panel


def test_a_page_that_lives_has_no_spare(panel: SteadyMapPanel) -> None:
    assert not panel.is_spare
    assert not panel._patience.isActive()


def test_it_is_said_once_and_in_a_sentence(panel: SteadyMapPanel, log_guard: LogGuard) -> None:
    said: list[str] = []
    panel.problem.connect(said.append)
    with log_guard.allow("map page"):
        for _ in range(6):
            panel._on_page_died()
    assert sum("簡単な地図にかえました" in words for words in said) == 1
    assert panel.is_ready


def test_people_and_drawings_are_pressed_as_before(swapped: SteadyMapPanel, qtbot: QtBot) -> None:
    spare = swapped.focusProxy()
    assert isinstance(spare, NativeMapView)
    with qtbot.waitSignal(swapped.person_selected, timeout=PATIENCE_MS) as told:
        press(swapped, spare._viewport.to_screen(130.50, 33.2975).toPoint())
    assert told.args == ["p1"]
    assert swapped.scene.selected == "p1"
    with qtbot.waitSignal(swapped.feature_selected, timeout=PATIENCE_MS) as drawn:
        press(swapped, spare._viewport.to_screen(130.505, 33.2925).toPoint())
    assert drawn.args == ["note"]


def test_tools_go_on(swapped: SteadyMapPanel, qtbot: QtBot) -> None:
    swapped.set_tool(FeatureKind.NOTE)
    with qtbot.waitSignal(swapped.feature_drawn, timeout=PATIENCE_MS):
        press(swapped, _MIDDLE)
    swapped.set_measure(MeasureKind.DISTANCE)
    with qtbot.waitSignal(swapped.measured, timeout=PATIENCE_MS):
        press(swapped, _MIDDLE)
    before = swapped.picture()
    swapped.show_measure("520m")
    assert changed_pixels(before, swapped.picture()) > 200
    told: list[str] = []
    swapped.tool_changed.connect(told.append)
    key(swapped, Qt.Key.Key_Escape)
    assert told == [""]
    assert swapped.tool == ""
    swapped.set_picking("押してください。")
    with qtbot.waitSignal(swapped.picked, timeout=PATIENCE_MS):
        press(swapped, _MIDDLE)


def test_a_tool_in_the_hand_is_still_there(panel: SteadyMapPanel, qtbot: QtBot, log_guard: LogGuard) -> None:
    panel.set_tool(FeatureKind.DANGER)
    with log_guard.allow("map page"):
        panel._give_up()
    with qtbot.waitSignal(panel.feature_drawn, timeout=PATIENCE_MS) as told:
        press(panel, _MIDDLE)
    assert told.args[0] == "danger"


def test_what_is_shown_goes_on(swapped: SteadyMapPanel, qtbot: QtBot) -> None:
    spare = swapped.focusProxy()
    assert isinstance(spare, NativeMapView)
    assert spare.scene == swapped.scene
    swapped.update_people((replace(_SCENE.people[0], state=PersonState.DECIDED),))
    swapped.select_feature("note")
    swapped.select_person("p1")
    swapped.set_legend_visible(False)
    assert spare.scene == swapped.scene
    swapped.set_scene(_SCENE)
    assert spare.scene == _SCENE
    swapped.show_found(130.53, 33.32)
    west, south, east, north = swapped.view_bounds()
    assert west < 130.53 < east
    assert south < 33.32 < north
    with qtbot.waitSignal(swapped.view_changed, timeout=PATIENCE_MS):
        swapped.zoom_by(2.0)
    swapped.clear_found()
    swapped.fit_bounds(*_BOX)
    assert swapped.view_bounds()[0] < _BOX[0]


def test_the_page_takes_over_when_it_is_back(swapped: SteadyMapPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(swapped.ready, timeout=PATIENCE_MS):
        swapped.restore()
    assert not swapped.is_spare
    with qtbot.waitSignal(swapped.drawn, timeout=PATIENCE_MS):
        swapped.set_scene(_SCENE)
    with qtbot.waitSignal(swapped.person_selected, timeout=PATIENCE_MS):
        press_place(swapped, qtbot, 130.50, 33.2975)


@pytest.mark.skipif(os.name == "nt", reason="ends a process by a signal")
def test_a_process_that_is_ended_again_and_again(
    panel: SteadyMapPanel, qtbot: QtBot, log_guard: LogGuard
) -> None:
    said: list[str] = []
    panel.problem.connect(said.append)
    panel._restarts = 3  # died three times without having drawn
    with log_guard.allow("map page"):
        os.kill(panel._page.renderProcessPid(), signal.SIGTERM)  # the page's own process
        qtbot.waitUntil(lambda: panel.is_spare, timeout=PATIENCE_MS)
    assert "簡単な地図" in said[-1]
