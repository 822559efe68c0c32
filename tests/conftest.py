"""Guards around every test: no network, no leftovers, no surprises in the log, a home of its own."""

from __future__ import annotations

import gc
import logging
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.helpers.guards import (
    LogGuard,
    leaked_threads,
    pool_is_idle,
    put_away,
    running_timers,
    watch_timers,
    windows,
)
from tests.helpers.surroundings import use_no_screen, use_own_surroundings

# Fixtures that need the package stand in modules of their own and are loaded when a test asks.
pytest_plugins = ["tests.fixtures.demo_city"]

ROOT = Path(__file__).resolve().parent.parent

# Before anything imports Qt or asks for a folder.  The real environment is kept for the few tests that
# start a package installer.
REAL_ENVIRONMENT = dict(os.environ)
HOME = Path(tempfile.mkdtemp(prefix="kurume_bousai_tests_"))
use_own_surroundings(os.environ, HOME)
use_no_screen(os.environ)

# Derandomised: a red test is red for everybody.  Deadlines and the "too slow" check measure the
# machine, not the code.
settings.register_profile(
    "fast",
    max_examples=50,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("ci", settings.get_profile("fast"), max_examples=100)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "fast"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that use Qt; files with slow tests come first, so that no process ends alone."""
    for item in items:
        if {"qtbot", "qapp"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("gui")
    long_files = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in long_files)


def pytest_collection_finish() -> None:
    """Put what was loaded out of the garbage collector's sight, as the program itself does."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """Take the tests' home away."""
    shutil.rmtree(HOME, ignore_errors=True)


@pytest.fixture(autouse=True)
def log_guard() -> Iterator[LogGuard]:
    """Fail on a log record of WARNING or above; ``with log_guard.allow("pattern"):`` expects one."""
    guard = LogGuard()
    logging.getLogger().addHandler(guard)
    yield guard
    logging.getLogger().removeHandler(guard)
    if guard.unexpected:
        pytest.fail("unexpected log records:\n" + "\n".join(guard.unexpected))


@pytest.fixture(autouse=True)
def _nothing_keeps_running(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail on threads, pool tasks and Qt timers that outlive the test."""
    uses_qt = request.node.get_closest_marker("gui") is not None
    if uses_qt:
        watch_timers()
    threads = set(threading.enumerate())
    timers, shown = (running_timers(), set(windows())) if uses_qt else ({}, set())
    yield
    left = leaked_threads(threads)
    if uses_qt:
        left += [what for key, what in running_timers().items() if key not in timers]
        left += [] if pool_is_idle() else ["QThreadPool.globalInstance()"]
        put_away([one for key, one in windows().items() if key not in shown])
    if left:
        pytest.fail("still running after the test: " + ", ".join(left))


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """Load WebEngine and name our scheme before pytest-qt makes the application: later is too late."""
    from kurume_bousai.ui.map_panel.scheme import register_scheme

    register_scheme()
    return ["kurume-bousai-tests"]


@pytest.fixture(scope="session")
def project_root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def real_environment() -> dict[str, str]:
    """The environment before the tests made their own, for starting an installer."""
    return dict(REAL_ENVIRONMENT)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real official files beside the checkout; they are read there and never copied into it."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("official files (../shared/data) are not on this machine")
    return folder
