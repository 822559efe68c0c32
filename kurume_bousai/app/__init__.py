"""The composition root: the only module that knows every layer.

Heavy libraries are imported where they are used, so that a command starts without the others' weight
and the window appears before the map's and the solver's libraries are loaded.
"""

from __future__ import annotations

import glob
import os
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

from kurume_bousai.app.capacity import allocator, capacity, capacity_help, scenarios, session_capacity
from kurume_bousai.app.clock import SystemClock
from kurume_bousai.app.files import (
    APP_NAME,
    DATABASE_NAME,
    DEMO_DATABASE_NAME,
    DEMO_OPERATOR,
    DEMO_PASSPHRASE,
    bug_place,
    default_database_path,
    demo_database_path,
    log_bug,
    log_path,
)
from kurume_bousai.app.geocoding import geocoding, home_placing
from kurume_bousai.app.hand_outs import (
    consents,
    hand_out_copies,
    hand_outs,
    leaving_rules,
    recipients,
    second_person,
)
from kurume_bousai.app.keeping import keeping, recovery_pdf, shortcut_pdf
from kurume_bousai.app.layers import map_layers
from kurume_bousai.app.letters import letter_services
from kurume_bousai.app.map_packs import map_packs
from kurume_bousai.app.map_papers import map_papers, person_maps, theme_maps
from kurume_bousai.app.places import locator, place_tools, places
from kurume_bousai.app.routes import route_planning
from kurume_bousai.app.tile_fetch import tile_fetch
from kurume_bousai.app.tiles import tile_faults, tile_grounds, tile_packs
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem

if TYPE_CHECKING:
    from kurume_bousai.mapview.protocol import MapPageSource
    from kurume_bousai.mapview.scenes import CityScenes
    from kurume_bousai.services.exercises.log import SessionLog
    from kurume_bousai.services.exercises.sessions import ExerciseService
    from kurume_bousai.services.maps.task_layers import TaskLayerService
    from kurume_bousai.services.places.map_search import MapSearch
    from kurume_bousai.services.ports.measures import GroundMeasures
    from kurume_bousai.services.ports.sessions import CityDatabase
    from kurume_bousai.services.reporting.capacity_papers import CapacityPapers
    from kurume_bousai.services.reporting.service import ReportingService
    from kurume_bousai.services.roster_import.service import RosterImportService
    from kurume_bousai.storage import EncryptedCityDatabase
    from kurume_bousai.ui.desktop import Services
    from kurume_bousai.ui.start import Wiring

__all__ = [
    "APP_NAME",
    "DATABASE_NAME",
    "DEMO_DATABASE_NAME",
    "DEMO_OPERATOR",
    "DEMO_PASSPHRASE",
    "SystemClock",
    "allocator",
    "bug_place",
    "capacity",
    "capacity_help",
    "capacity_papers",
    "consents",
    "create_city",
    "default_database_path",
    "demo_database_path",
    "distance_m",
    "exercises",
    "geocoding",
    "hand_out_copies",
    "hand_outs",
    "has_screen",
    "home_placing",
    "keeping",
    "leaving_rules",
    "letter_services",
    "locator",
    "log_bug",
    "log_path",
    "map_layers",
    "map_packs",
    "map_page",
    "map_search",
    "measures",
    "open_city",
    "open_window",
    "place_tools",
    "places",
    "prepare_headless",
    "prepare_maps",
    "recipients",
    "recovery_pdf",
    "reporting",
    "roster_import",
    "route_planning",
    "scenarios",
    "scenes",
    "services",
    "session_capacity",
    "session_log",
    "shortcut_pdf",
    "start_practice",
    "task_layers",
    "tile_faults",
    "tile_fetch",
    "tile_grounds",
    "tile_packs",
    "warm_up",
    "wiring",
]

#: Tells how far long work is: done, of how many, what.
Progress = Callable[[int, int, str], None]
#: In the order of their need. The rest comes after the list stands (``prepare_maps``).
_NEEDED_BY_THE_WINDOW = (
    "storage.opening",
    "services.roster.register",
    "services.exercises.log",
    "mapview.scenes",
)


def open_city(path: Path, operator: str, passphrase: str) -> CityDatabase:
    """Open an encrypted file for one operator.

    Raises
    ------
    KnownProblem
        ``no_database``, ``wrong_passphrase``, ``already_open``, ``not_a_database``, ``newer_file`` …
    """
    from kurume_bousai import storage

    return storage.open_database(path, operator, passphrase)


def distance_m(start: LonLat, end: LonLat) -> float:
    """Metres in a straight line, measured in EPSG:6670."""
    from kurume_bousai.geo import crs

    return crs.distance_m(start, end)


def exercises(database: CityDatabase) -> ExerciseService:
    """図上訓練 on a database."""
    from kurume_bousai.services.exercises.sessions import ExerciseService

    return ExerciseService(database, SystemClock(), distance_m)


def session_log(database: CityDatabase) -> SessionLog:
    """クロノロジー on a database."""
    from kurume_bousai.services.exercises.log import SessionLog

    return SessionLog(database, SystemClock(), exercises(database))


def reporting(database: CityDatabase) -> ReportingService:
    """帳票 on a database."""
    from kurume_bousai.reports.maker import ReportMaker
    from kurume_bousai.services.reporting.service import ReportingService

    return ReportingService(database, ReportMaker(), SystemClock(), second_person(database))


def capacity_papers(database: CityDatabase) -> CapacityPapers:
    """容量の書類 on a database."""
    from kurume_bousai.services.reporting.capacity_papers import CapacityPapers

    return CapacityPapers(capacity(database), lambda: capacity_help(database), reporting(database))


def roster_import(database: CityDatabase) -> RosterImportService:
    """取込 on a database."""
    from kurume_bousai.exchange.control_files import read_control_totals
    from kurume_bousai.exchange.roster_headings import read_roster_headings
    from kurume_bousai.exchange.roster_rows import RosterReader
    from kurume_bousai.services.roster_import.service import RosterImportService

    clock = SystemClock()
    return RosterImportService(
        database,
        clock,
        read_roster=RosterReader(clock.now().date()),
        read_totals=read_control_totals,
        read_headings=read_roster_headings,
        make_locator=lambda: locator(database),
    )


def map_search(database: CityDatabase) -> MapSearch:
    """地図でさがす人 on a database."""
    from kurume_bousai.services.places.map_search import MapSearch

    return MapSearch(database, geocoding(database).find)


def task_layers(database: CityDatabase) -> TaskLayerService:
    """作業の層 on a database."""
    from kurume_bousai.services.maps.task_layers import TaskLayerService

    return TaskLayerService(database, SystemClock())


def measures() -> GroundMeasures:
    """What measures lengths and surfaces on the ground."""
    from kurume_bousai.geo.measures import PlaneMeasures

    return PlaneMeasures()


def map_page() -> MapPageSource:
    """The page of the maps, the same for every view."""
    from kurume_bousai.mapview.page import map_page as make

    return make()


def scenes(database: CityDatabase) -> CityScenes:
    """The map's scenes of a database."""
    from kurume_bousai.mapview.scenes import CityScenes

    return CityScenes(database, tiles=lambda: tile_grounds(database))


def has_screen() -> bool:
    """True where a person can see a window."""
    if sys.platform in ("win32", "darwin"):
        return True
    if os.environ.get("QT_QPA_PLATFORM") in ("offscreen", "minimal"):
        return False
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def prepare_headless(tell: Callable[[str], None]) -> None:
    """Let Qt draw without a screen. Call before Qt is imported.

    Chromium refuses to run as root with its sandbox; it is left out only there and only without a
    screen, and that is said. Never for a person's window.
    """
    if sys.platform in ("win32", "darwin") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if os.geteuid() == 0 and "QTWEBENGINE_DISABLE_SANDBOX" not in os.environ:
        tell("画面のない管理者(root)での実行なので、地図の部品の囲い(サンドボックス)を使いません。")
        os.environ["QTWEBENGINE_DISABLE_SANDBOX"] = "1"


def open_window(path: Path, *, operator: str | None = None) -> int:
    """Open the window on a database file; it asks for the passphrase. Returns the exit status."""
    if not has_screen():
        raise KnownProblem(
            "no_screen",
            "画面のない環境では、窓を開けません。",
            advice="画面なしで試すには demo --headless --out フォルダー を使います。",
        )
    from kurume_bousai.ui.start import run_window

    return run_window(wiring(path, operator))


def wiring(path: Path, operator: str | None = None) -> Wiring:
    """What the window needs of the other layers."""
    from kurume_bousai import storage
    from kurume_bousai.ui.start import Wiring

    def create(name: str, passphrase: str, progress: Progress) -> tuple[CityDatabase, str]:
        return create_city(path, name, passphrase, progress)

    def recover(name: str, recovery_key: str, passphrase: str) -> CityDatabase:
        storage.recover_operator(path, name, recovery_key, passphrase)
        return open_city(path, name, passphrase)

    return Wiring(
        database_path=path,
        log_path=log_path(),
        operator_names=lambda: storage.operator_names(path),
        open_database=lambda name, passphrase: open_city(path, name, passphrase),
        create_database=create,
        recover=recover,
        services=services,
        map_page=map_page,
        start_practice=start_practice,
        recovery_pdf=recovery_pdf,
        warm_up=warm_up,
        prepare_maps=prepare_maps,
        operator=operator,
    )


def warm_up() -> None:
    """Load what the first screen and the list need, so that the window stands soon after the passphrase.

    Safe on any thread. What heavier libraries are for (maps, solving, papers) is loaded at their first use.
    """
    for name in _NEEDED_BY_THE_WINDOW:
        import_module(f"{APP_NAME}.{name}")
    import_module(f"{APP_NAME}.storage.engine").warm_up()
    import_module(f"{APP_NAME}.mapview.catalogue").catalogue()


def prepare_maps() -> None:
    """Build the page of the maps, so that the first map does not wait for folium. Safe on any thread."""
    map_page()


def create_city(
    path: Path, operator: str, passphrase: str, progress: Progress | None = None
) -> tuple[CityDatabase, str]:
    """A new file with the reference data; its first operator keeps the list and the keys.

    Returns the open database and the recovery key, which can be shown only now. On any problem nothing
    is left behind.
    """
    from kurume_bousai import storage
    from kurume_bousai.domain.access import Role
    from kurume_bousai.exchange.seed_files import SeedFiles
    from kurume_bousai.services.fictional.seeding import seed_city

    tell = progress or (lambda _done, _total, _text: None)
    tell(0, 3, "校区と避難所の資料を読んでいます")
    facts = SeedFiles().read()
    path.parent.mkdir(parents=True, exist_ok=True)
    roles = (Role.ADMINISTRATOR, Role.CLERK, Role.FACILITATOR, Role.DESK)
    tell(1, 3, "鍵をつくっています")
    before = set(path.parent.glob(f"{glob.escape(path.name)}*"))
    database, recovery_key = storage.create_database(path, operator, passphrase, roles=roles)
    try:
        tell(2, 3, "校区と避難所を入れています")
        seed_city(database, facts)
    except BaseException:
        database.close()
        for fresh in set(path.parent.glob(f"{glob.escape(path.name)}*")) - before:
            fresh.unlink(missing_ok=True)
        raise
    tell(3, 3, "できました")
    return database, recovery_key


def services(database: CityDatabase) -> Services:
    """The use cases on an open database, as the screens get them: each is made when first asked for."""
    from kurume_bousai.app.services_on_demand import ServicesOnDemand

    kept = cast("EncryptedCityDatabase", database)

    def ground_changed() -> None:
        cast("CityScenes", made.scenes).forget()

    def make_log() -> SessionLog:
        from kurume_bousai.services.exercises.log import SessionLog

        return SessionLog(database, SystemClock(), made.exercises)

    makers: dict[str, Callable[[], object]] = {
        "clock": SystemClock,
        "scenes": lambda: scenes(database),
        "exercises": lambda: exercises(database),
        "log": make_log,
        "session_capacity": session_capacity,
        "capacity": lambda: capacity(database),
        "capacity_help": lambda: capacity_help(database),
        "scenarios": lambda: scenarios(database),
        "reporting": lambda: reporting(database),
        "roster_import": lambda: roster_import(database),
        "places": lambda: places(database, ground_changed),
        "geocoding": lambda: geocoding(database),
        "home_placing": lambda: home_placing(database),
        "layers": lambda: map_layers(database, ground_changed),
        "task_layers": lambda: task_layers(database),
        "map_search": lambda: map_search(database),
        "route_planning": lambda: route_planning(database),
        "map_papers": lambda: lambda: map_papers(database),
        "theme_maps": lambda: lambda: theme_maps(database),
        "person_maps": lambda: lambda: person_maps(database),
        "measures": measures,
        "letters": lambda: letter_services(database),
        "tile_packs": lambda: tile_packs(database, ground_changed),
        "tile_fetch": lambda: tile_fetch(database),
        "map_packs": lambda: map_packs(database, ground_changed),
        "recipients": lambda: recipients(database),
        "hand_outs": lambda: hand_outs(database, reporting(database)),
        "copies": lambda: hand_out_copies(database),
        "consents": lambda: consents(database),
        "leaving_rules": lambda: leaving_rules(database),
        "operators": lambda: kept,
        "keeping": lambda: keeping(kept),
    }
    made = ServicesOnDemand(makers)
    return made


def start_practice() -> None:
    """練習: the fictional city in its own file and its own window, apart from the city's data."""
    subprocess.Popen([sys.executable, "-m", APP_NAME, "demo"])  # noqa: S603 - our own program, fixed arguments
