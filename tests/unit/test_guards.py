"""The guards of conftest bite."""

from __future__ import annotations

import logging
import socket
import threading

import pytest
from pytest_socket import SocketBlockedError
from pytestqt.qtbot import QtBot

from tests.helpers.guards import (
    LogGuard,
    leaked_threads,
    pool_is_idle,
    put_away,
    running_timers,
    windows,
)


def test_a_warning_in_the_log_is_noticed_unless_expected() -> None:
    guard = LogGuard()
    logger = logging.getLogger("guarded")
    logger.addHandler(guard)
    logger.propagate = False
    logger.info("quiet")
    with guard.allow(r"ERROR guarded: disk \d+"):
        logger.error("disk %d", 7)
    assert guard.unexpected == []
    logger.warning("loud")
    assert guard.unexpected == ["WARNING guarded: loud"]


def test_a_thread_that_does_not_end_is_named() -> None:
    before = set(threading.enumerate())
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait, name="lingering")
    thread.start()
    try:
        assert leaked_threads(before) == ["lingering"]
    finally:
        stop.set()
        thread.join()
    assert leaked_threads(before) == []


def test_a_running_timer_is_named(qtbot: QtBot) -> None:
    from PySide6.QtCore import QTimer

    before = running_timers()
    timer = QTimer()
    timer.setObjectName("countdown")
    timer.start(60_000)
    assert any("countdown" in what for key, what in running_timers().items() if key not in before)
    timer.stop()
    assert running_timers().keys() <= before.keys()
    assert pool_is_idle()


def test_a_single_shot_and_a_timer_of_a_kind_of_its_own_are_named(qtbot: QtBot) -> None:
    from PySide6.QtCore import QTimer

    class Watch(QTimer):
        """A timer of another class."""

    before, done = running_timers(), list[int]()
    watch = Watch()
    watch.start(60_000)
    QTimer.singleShot(50, lambda: done.append(1))
    assert len(running_timers().keys() - before.keys()) == 2
    watch.stop()
    qtbot.waitUntil(lambda: bool(done))
    assert running_timers().keys() <= before.keys()


def test_a_window_that_is_left_is_put_away(qtbot: QtBot) -> None:
    import shiboken6
    from PySide6.QtWidgets import QLabel, QWidget

    before = windows().keys()
    left = QWidget()
    inner = QLabel("架空", left)
    assert [one for key, one in windows().items() if key not in before] == [left]
    put_away([left])
    assert not shiboken6.isValid(left)
    assert not shiboken6.isValid(inner)
    assert windows().keys() == before


def test_the_network_is_off() -> None:
    with pytest.warns(UserWarning, match="tried to use"), pytest.raises(SocketBlockedError):
        socket.socket(socket.AF_INET, socket.SOCK_STREAM)


def test_qt_tests_are_marked(qapp: object, request: pytest.FixtureRequest) -> None:
    assert request.node.get_closest_marker("gui") is not None
