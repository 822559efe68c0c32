"""One start, in a fresh process: ``ours <database>`` or ``rival``; tells its moments as JSON.

All moments are seconds of the machine's monotonic clock since the parent asked for the process, which it
says in ``KURUME_BOUSAI_BENCH_T0``.  Ours goes the way of a person: the real door, the passphrase, the
window, 名簿.  Only the typing is left out: a robot fills the field as soon as the door is painted.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from kurume_bousai.services.ports.sessions import CityDatabase

T0: Final = "KURUME_BOUSAI_BENCH_T0"
_PATIENCE_MS: Final = 60_000
_moments: dict[str, float] = {}
_cpu: dict[str, float] = {}


def mark(name: str) -> None:
    """Keep the first time that something happened."""
    _moments.setdefault(name, time.monotonic() - float(os.environ[T0]))
    _cpu.setdefault(name, round(time.process_time(), 3))


def after_paint(watched: QWidget, is_full: Callable[[], bool], then: Callable[[], object]) -> None:
    """Call ``then`` once, after the first painting of ``watched`` that had something to paint."""
    from PySide6.QtCore import QEvent, QObject, QTimer

    class Watcher(QObject):
        def eventFilter(self, _painted: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint and is_full():
                watched.removeEventFilter(self)
                QTimer.singleShot(0, then)  # the painting itself comes before the timer
            return False

    watched.installEventFilter(Watcher(watched))


def ours(path: Path, operator: str, passphrase: str, typing_s: float) -> None:
    """The program's own start, by the functions that its window uses."""
    from PySide6.QtWidgets import QTableView

    from kurume_bousai import app

    app.prepare_headless(lambda _text: None)
    wiring = app.wiring(path, operator)

    def open_database(name: str, words: str) -> CityDatabase:
        mark("typed")
        database = app.open_city(path, name, words)
        mark("opened")
        return database

    wiring = replace(wiring, open_database=open_database)
    from kurume_bousai.ui import start
    from kurume_bousai.ui.tasks import TaskRunner

    mark("imported")
    application = start.make_application(wiring)
    mark("application")
    runner = TaskRunner()
    _type_for_the_person(application, passphrase, typing_s)
    database = start.ask_for_database(wiring, runner)
    if database is None:
        raise RuntimeError("the door was closed")
    desktop = start.make_desktop(wiring, database, runner)
    mark("desktop")
    page = desktop.window.show_page("roster")
    table = page.findChild(QTableView)
    assert table is not None

    def shown() -> None:
        mark("list")
        application.quit()

    after_paint(desktop.window, lambda: True, lambda: mark("window"))
    after_paint(table.viewport(), lambda: table.model().rowCount() > 0, shown)
    desktop.window.show()
    start.settle_in(wiring, desktop)
    mark("shown")
    _patience(application)
    application.exec()
    rows = table.model().rowCount()
    loaded = sorted(name for name in HEAVY if name in sys.modules)
    desktop.window.hide()
    runner.close()
    database.close()
    _tell(rows=rows, heavy=loaded, key_s=_time_key(path, operator, passphrase))


#: Libraries that a list needs none of; WebEngine only for its scheme, which must stand before Qt's start.
HEAVY: Final = (
    "PySide6.QtWebEngineCore", "PySide6.QtWebEngineWidgets", "alembic", "folium", "geopandas", "highspy",
    "numpy", "openpyxl", "pandas", "PIL", "pypdf", "pyogrio", "pyproj", "shapely", "typst", "xlsxwriter",
)  # fmt: skip


def _type_for_the_person(application: QApplication, passphrase: str, typing_s: float) -> None:
    from PySide6.QtCore import QTimer

    from kurume_bousai.ui.login import LoginDialog

    robot = QTimer(application)
    robot.setInterval(1)

    def look() -> None:
        dialog = next((one for one in application.topLevelWidgets() if isinstance(one, LoginDialog)), None)
        if dialog is None:
            return
        robot.stop()
        after_paint(dialog, lambda: True, lambda: press(dialog))

    def press(dialog: LoginDialog) -> None:
        mark("door")
        dialog.passphrase.line.setText(passphrase)
        QTimer.singleShot(round(typing_s * 1000), dialog, dialog.submit)

    robot.timeout.connect(look)
    robot.start()


def _time_key(path: Path, operator: str, passphrase: str) -> float:
    """What the stretching of the passphrase costs by itself."""
    from kurume_bousai.storage import keyring

    keys = keyring.load(path)
    start = time.monotonic()
    keys.unlock(operator, passphrase)
    return time.monotonic() - start


#: A page has been painted when the frame after its first frame begins.
_TELL_FRAME: Final = "requestAnimationFrame(()=>requestAnimationFrame(()=>{document.title='painted'}))"


def rival() -> None:
    """An empty Qt window with a WebEngine view that has loaded an empty page."""
    from PySide6.QtCore import QUrl
    from PySide6.QtWebEngineWidgets import QWebEngineView
    from PySide6.QtWidgets import QApplication, QMainWindow

    mark("imported")
    application = QApplication(sys.argv[:1])
    mark("application")
    window = QMainWindow()
    window.resize(1366, 690)
    view = QWebEngineView()
    window.setCentralWidget(view)

    def on_loaded(_ok: bool) -> None:
        mark("loaded")
        view.page().runJavaScript(_TELL_FRAME)

    def on_title(title: str) -> None:
        if title == "painted":
            mark("painted")
            application.quit()

    view.loadFinished.connect(on_loaded)
    view.titleChanged.connect(on_title)
    view.load(QUrl("about:blank"))
    window.show()
    mark("shown")
    _patience(application)
    application.exec()
    _tell()


def _patience(application: QApplication) -> None:
    from PySide6.QtCore import QTimer

    QTimer.singleShot(_PATIENCE_MS, application, lambda: application.exit(1))


def _tell(**more: object) -> None:
    print(json.dumps({**_moments, **more, "cpu": _cpu}), flush=True)
    os._exit(0)  # the end of Chromium is not measured


if __name__ == "__main__":
    mark("python")
    if sys.argv[1] == "rival":
        rival()
    else:
        ours(Path(sys.argv[2]), sys.argv[3], sys.argv[4], float(sys.argv[5]))
