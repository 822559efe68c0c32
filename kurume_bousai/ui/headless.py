"""画面なしの画面: the real window drawn without a screen, for pictures of the demo and of the manual."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QWidget

from kurume_bousai.domain.ids import OperationId
from kurume_bousai.services.ports.sessions import CityDatabase
from kurume_bousai.ui.desktop import MapScenes
from kurume_bousai.ui.exercise.controller import SessionController, session_band
from kurume_bousai.ui.exercise.projector import ProjectorWindow
from kurume_bousai.ui.exercise.session_view import SessionView
from kurume_bousai.ui.kit import tokens
from kurume_bousai.ui.map_panel.making import create_map_view
from kurume_bousai.ui.page import Page
from kurume_bousai.ui.start import Wiring, make_application, make_desktop
from kurume_bousai.ui.tasks import TaskRunner

PICTURE_SIZE = (1366, 768)
_SETTLE_MS = 1500
_PATIENCE_MS = 20_000


@dataclass(slots=True)
class Pictures:
    """撮った画面: the files, and how many requests the maps tried outside the program (always 0)."""

    files: list[Path] = field(default_factory=list)
    blocked_requests: int = 0
    problems: list[str] = field(default_factory=list)


class Studio:
    """撮影室: the program's real window without a screen, to be walked through and photographed.

    A context manager: the window is closed and the threads are stopped at its end. ``wiring`` and
    ``database`` as for ``make_desktop``; pictures go to ``folder`` as PNG.
    """

    def __init__(self, wiring: Wiring, database: CityDatabase, folder: Path, *, scale: float = 1.0) -> None:
        self.application = make_application(wiring)
        tokens.set_scale(scale)
        self.folder = folder
        self.runner = TaskRunner()
        self.pictures = Pictures()
        self.runner.problem.connect(lambda problem: self.pictures.problems.append(problem.code))
        self.runner.crashed.connect(lambda error: self.pictures.problems.append(type(error).__name__))
        self.desktop = make_desktop(wiring, database, self.runner)
        self.window = self.desktop.window
        self.window.resize(*PICTURE_SIZE)
        self.window.show()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.window.hide()
        self.runner.close()
        self.window.deleteLater()
        _settle(None, 50)
        self.application.processEvents()

    def show_page(self, page_id: str) -> Page:
        """Show a screen and wait until its work is done."""
        page = self.window.show_page(page_id)
        self.settle()
        return page

    def settle(self) -> None:
        """Let timers, readers and maps come to rest."""
        _settle(self.runner)

    def grab(self, widget: QWidget, name: str) -> None:
        """Photograph a widget as ``name``.png."""
        place = self.folder / f"{name}.png"
        widget.grab().save(str(place))
        self.pictures.files.append(place)

    def grab_dialog(self, dialog: QWidget, name: str) -> None:
        """Show a dialog without waiting for an answer, photograph it and put it away."""
        dialog.show()
        self.settle()
        self.grab(dialog, name)
        dialog.hide()
        dialog.deleteLater()

    @contextmanager
    def session(self, operation_id: OperationId) -> Iterator[tuple[SessionView, SessionController]]:
        """A session in the whole window, as the facilitator has it."""
        session = self.desktop.exercises.open(operation_id)
        controller = SessionController(self.desktop, session)
        view = SessionView(self.desktop, controller)
        controller.setParent(view)
        page = self.window.current_page()
        band = session_band(session, is_fictional=self.desktop.is_fictional)
        self.window.enter_session(view, band)
        _wait_for(view.map_side.map.drawn.connect)
        self.settle()
        try:
            yield view, controller
        finally:
            self.pictures.blocked_requests += view.map_side.map.blocked_requests
            view.bar.stop()
            controller.close()
            self.window.leave_session()
            view.deleteLater()
            if page is not None:
                page.setFocus()


def take_pictures(
    wiring: Wiring,
    database: CityDatabase,
    folder: Path,
    operation_id: OperationId | None,
    *,
    scale: float = 1.0,
) -> Pictures:
    """Draw every screen of the navigation, a session and the projector into PNG files of ``folder``."""
    with Studio(wiring, database, folder, scale=scale) as studio:
        for page_id in studio.window.page_ids():
            studio.show_page(page_id)
            studio.grab(studio.window, f"screen_{page_id}")
        if operation_id is not None:
            _session_pictures(studio, operation_id)
    return studio.pictures


@dataclass(frozen=True, slots=True)
class DrawnMap:
    """描けた地図: which view drew it, how many colours it has, and requests tried outside."""

    kind: str
    colours: int
    blocked_requests: int


def draw_city_map(wiring: Wiring, scenes: MapScenes) -> DrawnMap:
    """Draw the 46 校区 in the map view of this computer and look at the picture."""
    application = make_application(wiring)
    view = create_map_view()
    view.resize(640, 480)
    view.show()
    view.set_scene(scenes.city({}, {}))
    _wait_for(view.drawn.connect)
    _settle(None)
    image = view.snapshot()
    colours = {image.pixel(x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)}
    drawn = DrawnMap(_KINDS.get(type(view).__name__, "地図"), len(colours), view.blocked_requests)
    view.hide()
    view.deleteLater()
    _settle(None, 50)
    application.processEvents()
    return drawn


_KINDS = {
    "MapPanel": "地図のページ(WebEngine)",
    "SteadyMapPanel": "地図のページ(WebEngine)",
    "NativeMapView": "予備の地図",
}


def _session_pictures(studio: Studio, operation_id: OperationId) -> None:
    with studio.session(operation_id) as (view, controller):
        waiting = controller.session.undecided() or controller.session.shown()
        if waiting:
            controller.choose_person(waiting[0].member_id)
            studio.settle()
        studio.grab(studio.window, "screen_session")
        place = studio.folder / "map.png"
        view.map_side.map.snapshot().save(str(place))
        studio.pictures.files.append(place)
        projector = ProjectorWindow(controller)
        studio.grab_dialog(projector, "screen_projector")


def _settle(runner: TaskRunner | None, least_ms: int = _SETTLE_MS) -> None:
    """Let timers, readers and the map's page come to rest."""
    loop = QEventLoop()
    QTimer.singleShot(least_ms, loop.quit)
    loop.exec()
    if runner is None:
        return
    waited = 0
    while runner.running() and waited < _PATIENCE_MS:
        QTimer.singleShot(100, loop.quit)
        loop.exec()
        waited += 100


def _wait_for(connect: Callable[[Callable[..., object]], object]) -> None:
    loop = QEventLoop()
    connect(lambda *_values: loop.quit())
    QTimer.singleShot(_PATIENCE_MS // 2, loop.quit)
    loop.exec()
