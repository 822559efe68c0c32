"""窓を開くまで: what Qt wants first, the door, then the main window on an open database."""

from __future__ import annotations

import gc
import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog

from kurume_bousai import settings as settings_file
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.ui import crash
from kurume_bousai.ui.kit import tokens
from kurume_bousai.ui.kit.application import dress, prepare_process
from kurume_bousai.ui.login import LoginDialog, LoginRequest, RecoveryRequest
from kurume_bousai.ui.tasks import Progress as TaskProgress
from kurume_bousai.ui.tasks import TaskRunner

if TYPE_CHECKING:
    from kurume_bousai.mapview.protocol import MapPageSource
    from kurume_bousai.services.ports.sessions import CityDatabase
    from kurume_bousai.ui.desktop import Desktop, Services
    from kurume_bousai.ui.first_start import Progress
    from kurume_bousai.ui.messages import MessageBar
    from kurume_bousai.ui.page import PageSpec


_LOG = logging.getLogger(__name__)
#: The first screen is read and painted before.
_MAPS_AFTER_MS: Final = 1500
#: Rows of a search are 100,000 objects without a cycle; and a collection that looks through every loaded
#: module takes 0.1–0.25 s and can strike in any act, the start among them.
_COLLECT_RARELY: Final = (20_000, 20, 20)
#: How long other threads' work keeps the window waiting for its turn; painting asks for many turns.
_TURN_S: Final = 0.001


@dataclass(frozen=True, slots=True)
class Wiring:
    """つなぎ: what only the composition root can make, as callables safe on a worker thread."""

    database_path: Path
    log_path: Path
    operator_names: Callable[[], Sequence[str]]
    open_database: Callable[[str, str], CityDatabase]
    create_database: Callable[[str, str, Progress], tuple[CityDatabase, str]]
    recover: Callable[[str, str, str], CityDatabase]
    services: Callable[[CityDatabase], Services] = field(repr=False)
    map_page: Callable[[], MapPageSource] = field(repr=False)
    start_practice: Callable[[], None]
    recovery_pdf: Callable[[str], bytes] = field(repr=False)
    warm_up: Callable[[], None]
    prepare_maps: Callable[[], None]
    operator: str | None = None


def make_application(wiring: Wiring) -> QApplication:
    """The dressed application; the map's scheme is registered before it exists, as Qt demands."""
    gc.set_threshold(*_COLLECT_RARELY)
    sys.setswitchinterval(_TURN_S)
    try:
        from kurume_bousai.ui.map_panel import scheme as map_scheme
    except ImportError:
        pass  # create_map_view says so and paints the map instead
    else:
        map_scheme.register_scheme()
        map_scheme.provide_page(wiring.map_page)
    prepare_process()
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("kurume_bousai")
    loaded = settings_file.load()
    tokens.set_scale(loaded.settings.number("text_scale"))
    tokens.set_theme(tokens.Theme(loaded.settings.text("theme")))
    dress(application)
    return application


def run_window(wiring: Wiring) -> int:
    """Open the door, then the window; returns the exit status when the window is closed."""
    application = make_application(wiring)
    runner = TaskRunner()
    bar: list[MessageBar] = []
    reporter = crash.install_excepthook(
        wiring.log_path, on_problem=lambda problem: bar[0].problem(problem) if bar else None
    )
    runner.crashed.connect(reporter.report)
    database = ask_for_database(wiring, runner)
    if database is None:
        runner.close()
        return 0
    desktop = make_desktop(wiring, database, runner)
    bar.append(desktop.messages)
    desktop.window.show()
    settle_in(wiring, desktop)
    status = application.exec()
    runner.close()
    database.close()
    return status


def settle_in(wiring: Wiring, desktop: Desktop) -> None:
    """Keep the window from standing still later: load ahead what the other screens and the map stand on.

    What is loaded stays for good, so it is taken out of the collector's sight.
    """
    from kurume_bousai.ui import ahead

    gc.freeze()
    runner = desktop.runner

    def load(progress: TaskProgress) -> None:
        ahead.load_screens(progress)
        desktop.services.prepare()
        wiring.prepare_maps()

    def loaded(_nothing: None) -> None:
        gc.freeze()
        window = desktop.window.windowHandle()
        if window is not None:
            ahead.AtRest(window, runner, ahead.start_map_engine, desktop.window)

    def prepare() -> None:
        runner.compute(load, loaded, on_fail=_tell_nobody)

    QTimer.singleShot(_MAPS_AFTER_MS, desktop.window, prepare)


def ask_for_database(wiring: Wiring, runner: TaskRunner) -> CityDatabase | None:
    """The very first start, or the passphrase; None where the person closed the door again."""
    if not wiring.database_path.exists():
        from kurume_bousai.ui.first_start import FirstStartDialog

        first = FirstStartDialog(wiring.create_database, runner, wiring.start_practice, wiring.recovery_pdf)
        if first.exec() != QDialog.DialogCode.Accepted:
            first.close_database()
            return None
        _remember_scale(settings_file.load().settings)
        return first.database()
    loaded = settings_file.load()
    names = [wiring.operator] if wiring.operator else list(wiring.operator_names())
    dialog = LoginDialog(
        lambda request: _attempt(wiring, request),
        runner,
        operators=names,
        recover=lambda request: _recover(wiring, request),
        is_first_start=not loaded.settings.flag("text_scale_asked"),
        is_fictional="架空" in names,
    )
    # While the person types, what the window needs is loaded on a worker.
    QTimer.singleShot(0, dialog, lambda: runner.compute(partial(_warm_up, wiring), on_fail=_tell_nobody))
    if dialog.exec() != QDialog.DialogCode.Accepted:
        return None
    _remember_scale(loaded.settings)
    return cast("CityDatabase", dialog.opened())


def _warm_up(wiring: Wiring) -> None:
    wiring.warm_up()
    for name in ("desktop", "screens", "home.home_page", "registry.roster_page"):
        import_module(f"kurume_bousai.ui.{name}")


def _tell_nobody(error: BaseException) -> bool:
    # What cannot be loaded is told where it is really wanted, a moment later.
    _LOG.debug("loading ahead stopped by %s", type(error).__name__)
    return True


def _attempt(wiring: Wiring, request: LoginRequest) -> CityDatabase:
    return wiring.open_database(request.operator, request.passphrase)


def _recover(wiring: Wiring, request: RecoveryRequest) -> CityDatabase:
    return wiring.recover(request.operator, request.recovery_key, request.new_passphrase)


def _remember_scale(settings: settings_file.Settings) -> None:
    if settings.flag("text_scale_asked"):
        return
    try:
        settings_file.save(settings.changed(text_scale=tokens.tokens().scale, text_scale_asked=True))
    except KnownProblem:
        return  # a folder that cannot be written costs the comfort only


def make_desktop(wiring: Wiring, database: CityDatabase, runner: TaskRunner) -> Desktop:
    """The main window with its screens on an open database."""
    # Loaded while the person types: the door stands before the window's parts.
    from kurume_bousai.services.facts import is_fictional
    from kurume_bousai.ui.actions import ActionRegistry
    from kurume_bousai.ui.desktop import ChangeHub, Desktop
    from kurume_bousai.ui.emergency.watch import EmergencyWatch
    from kurume_bousai.ui.header import DistrictChoice
    from kurume_bousai.ui.main_window import MainWindow
    from kurume_bousai.ui.maps.layer_settings import use_settings
    from kurume_bousai.ui.privacy import Privacy
    from kurume_bousai.ui.screens import page_specs
    from kurume_bousai.ui.session_actions import SessionActions

    services = wiring.services(database)
    with database.reading() as session:
        districts = [
            DistrictChoice(district.district_id, f"{district.name}校区", district.kana)
            for district in session.districts.all()
            if database.access.sees_district(district.district_id)
        ]
        fictional = is_fictional(session)
    privacy = Privacy()
    actions = ActionRegistry()
    held: list[Desktop] = []
    specs: list[PageSpec] = page_specs(lambda: held[0], database.access)
    window = MainWindow(
        specs,
        runner=runner,
        privacy=privacy,
        actions=actions,
        districts=districts,
        operator=database.access.name,
        is_fictional=fictional,
    )
    desktop = Desktop(
        window=window,
        database=database,
        settings=settings_file.load().settings,
        runner=runner,
        actions=actions,
        privacy=privacy,
        changes=ChangeHub(window),
        services=services,
        session_actions=SessionActions(actions),
        is_fictional=fictional,
        database_path=wiring.database_path,
        start_practice=wiring.start_practice,
    )
    held.append(desktop)
    use_settings(desktop)
    QTimer.singleShot(0, EmergencyWatch(desktop).look)
    window.show_page(specs[0].id)
    QTimer.singleShot(0, lambda: _resume_offer(desktop))
    return desktop


def _resume_offer(desktop: Desktop) -> None:
    """A session that a crash or a pause left open is offered again."""
    exercises = desktop.exercises

    def offer(operation_id: object) -> None:
        if operation_id is not None:
            desktop.messages.notice(
                "終わっていない図上訓練があります。決めたことは全部残っています。",
                advice="「図上訓練」の「つづきから」で続けられます。",
            )

    desktop.runner.read(exercises.latest_running, offer, key="resume-offer")
