"""画面なしの画面: the real window drawn without a screen, for pictures of the demo and of the manual."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QWidget

from kurume_bousai.domain.ids import OperationId
from kurume_bousai.services.ports import CityDatabase
from kurume_bousai.ui.desktop import Desktop, MapScenes
from kurume_bousai.ui.exercise.controller import SessionController, session_band
from kurume_bousai.ui.exercise.projector import ProjectorWindow
from kurume_bousai.ui.exercise.session_view import SessionView
from kurume_bousai.ui.kit import tokens
from kurume_bousai.ui.map_panel import create_map_view
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


def take_pictures(
    wiring: Wiring,
    database: CityDatabase,
    folder: Path,
    operation_id: OperationId | None,
    *,
    scale: float = 1.0,
) -> Pictures:
    """Draw every screen of the navigation, a session and the projector into PNG files of ``folder``."""
    application = make_application(wiring)
    tokens.set_scale(scale)
    runner = TaskRunner()
    pictures = Pictures()
    runner.problem.connect(lambda problem: pictures.problems.append(problem.code))
    runner.crashed.connect(lambda error: pictures.problems.append(type(error).__name__))
    desktop = make_desktop(wiring, database, runner)
    window = desktop.window
    window.resize(*PICTURE_SIZE)
    window.show()
    try:
        for spec in window.page_ids():
            window.show_page(spec)
            _settle(runner)
            _grab(window, folder / f"screen_{spec}.png", pictures)
        if operation_id is not None:
            _session_pictures(desktop, operation_id, folder, pictures)
    finally:
        window.hide()
        runner.close()
        window.deleteLater()
        _settle(None, 50)
        application.processEvents()
    return pictures


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


_KINDS = {"MapPanel": "地図のページ(WebEngine)", "NativeMapView": "予備の地図"}


def _session_pictures(desktop: Desktop, operation_id: OperationId, folder: Path, pictures: Pictures) -> None:
    session = desktop.exercises.open(operation_id)
    controller = SessionController(desktop, session)
    view = SessionView(desktop, controller)
    controller.setParent(view)
    page = desktop.window.current_page()
    desktop.window.enter_session(view, session_band(session, is_fictional=desktop.is_fictional))
    waiting = session.undecided() or session.shown()
    if waiting:
        controller.choose_person(waiting[0].member_id)
    _wait_for(view.map_side.map.drawn.connect)
    _settle(desktop.runner)
    _grab(desktop.window, folder / "screen_session.png", pictures)
    view.map_side.map.snapshot().save(str(folder / "map.png"))
    pictures.files.append(folder / "map.png")
    projector = ProjectorWindow(controller)
    projector.show()
    _settle(desktop.runner)
    _grab(projector, folder / "screen_projector.png", pictures)
    pictures.blocked_requests += view.map_side.map.blocked_requests
    projector.close()
    projector.deleteLater()
    controller.close()
    desktop.window.leave_session()
    if page is not None:
        page.setFocus()


def _grab(widget: QWidget, place: Path, pictures: Pictures) -> None:
    widget.grab().save(str(place))
    pictures.files.append(place)


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
