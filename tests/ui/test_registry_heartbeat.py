"""20,000 people: the Qt thread keeps beating while the list is read, searched and reloaded."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from kurume_bousai.domain.changes import Topic
from kurume_bousai.ui.tasks import TaskRunner
from tests.helpers.roster_desktop import fictional, fictional_city, make_desktop, open_roster

#: Generous: it tells a blocked thread (seconds) from a busy machine.
LONGEST_SILENCE_S = 0.5


@pytest.mark.slow
def test_the_window_keeps_beating_with_20000_people(qtbot: QtBot, runner: TaskRunner) -> None:
    people = [fictional(number, f"架空 {number}番") for number in range(1, 20_001)]
    desktop = make_desktop(qtbot, runner, fictional_city(people=people))
    page = open_roster(qtbot, desktop, 20_000)
    beats = [time.perf_counter()]
    timer = QTimer(page)
    timer.timeout.connect(lambda: beats.append(time.perf_counter()))
    timer.start(10)
    page.search.setText("架空19999番")
    qtbot.waitUntil(lambda: page.table.roster.rowCount() == 1, timeout=60_000)
    page.search.setText("")
    qtbot.waitUntil(lambda: page.table.roster.rowCount() == 20_000, timeout=60_000)
    desktop.changes.tell(frozenset({Topic.MEMBERS}))
    qtbot.waitUntil(lambda: not runner.running(), timeout=60_000)
    timer.stop()
    silences = [later - before for before, later in pairwise(beats)]
    assert max(silences) < LONGEST_SILENCE_S
