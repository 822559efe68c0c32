"""The composition root: the only module that knows every layer.

Heavy libraries are imported where they are used, so that a command starts without the others' weight
and the window appears before the map's and the solver's libraries are loaded.
"""

from __future__ import annotations

import os
import subprocess
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem

if TYPE_CHECKING:
    from kurume_bousai.mapview.protocol import MapPageSource
    from kurume_bousai.mapview.scenes import CityScenes
    from kurume_bousai.services.capacity import CapacityService
    from kurume_bousai.services.exercises import ExerciseService
    from kurume_bousai.services.ports import CityDatabase, DistrictLocator
    from kurume_bousai.services.ports_capacity import Allocator
    from kurume_bousai.services.reporting import ReportingService
    from kurume_bousai.services.roster_import_service import RosterImportService
    from kurume_bousai.services.session_capacity import SessionCapacity
    from kurume_bousai.services.session_log import SessionLog
    from kurume_bousai.ui.desktop import Services
    from kurume_bousai.ui.start import Wiring

APP_NAME = "kurume_bousai"
DATABASE_NAME = "kurume.db"
DEMO_DATABASE_NAME = "kakuu.db"
DEMO_OPERATOR = "架空"
DEMO_PASSPHRASE = "demo"  # noqa: S105 - opens nothing but a fictional database


class SystemClock:
    """時計 of the machine, aware and in local time."""

    def now(self) -> datetime:
        """This moment."""
        return datetime.now(UTC).astimezone()


def data_dir() -> Path:
    """Where this computer keeps the program's files: ``KURUME_BOUSAI_HOME`` or the usual place."""
    home = os.environ.get("KURUME_BOUSAI_HOME")
    return Path(home) if home else Path(platformdirs.user_data_dir(APP_NAME, appauthor=False))


def default_database_path() -> Path:
    """The database that opens when none is named."""
    return data_dir() / DATABASE_NAME


def demo_database_path(folder: Path | None = None) -> Path:
    """The fictional city's own file, never the city's."""
    return (folder or data_dir() / "kakuu") / DEMO_DATABASE_NAME


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


def allocator() -> Allocator:
    """The exact solver behind the allocation port."""
    from kurume_bousai.geo.allocation import HighsAllocator

    return HighsAllocator()


def locator(database: CityDatabase) -> DistrictLocator:
    """校区 of a point: imported polygons where present, else computed around the 46 points."""
    from kurume_bousai.geo.districts import PolygonLocator, computed_areas

    with database.reading() as session:
        outlines = session.districts.outlines()
        points = {district.district_id: district.point for district in session.districts.all()}
    if outlines or not points:
        return PolygonLocator(outlines)
    return PolygonLocator(computed_areas(points))


def exercises(database: CityDatabase) -> ExerciseService:
    """図上訓練 on a database."""
    from kurume_bousai.services.exercises import ExerciseService

    return ExerciseService(database, SystemClock(), distance_m)


def capacity(database: CityDatabase) -> CapacityService:
    """容量確認 on a database."""
    from kurume_bousai.mapview.protocol import MapPageSource
    from kurume_bousai.mapview.scenes import CityScenes
    from kurume_bousai.services.capacity import CapacityService

    return CapacityService(database, allocator())


def session_capacity() -> SessionCapacity:
    """訓練の容量."""
    from kurume_bousai.services.session_capacity import SessionCapacity

    return SessionCapacity(allocator())


def session_log(database: CityDatabase) -> SessionLog:
    """クロノロジー on a database."""
    from kurume_bousai.services.session_log import SessionLog

    return SessionLog(database, SystemClock(), exercises(database))


def reporting(database: CityDatabase) -> ReportingService:
    """帳票 on a database."""
    from kurume_bousai.reports.maker import ReportMaker
    from kurume_bousai.services.reporting import ReportingService

    return ReportingService(database, ReportMaker(), SystemClock())


def roster_import(database: CityDatabase) -> RosterImportService:
    """取込 on a database."""
    from kurume_bousai.exchange.control_files import read_control_totals
    from kurume_bousai.exchange.roster_rows import RosterReader
    from kurume_bousai.services.roster_import_service import RosterImportService

    clock = SystemClock()
    return RosterImportService(
        database,
        clock,
        read_roster=RosterReader(clock.now().date()),
        read_totals=read_control_totals,
        make_locator=lambda: locator(database),
    )


def map_page() -> MapPageSource:
    """The page of the maps, the same for every view."""
    from kurume_bousai.mapview.page import map_page as make

    return make()


def scenes(database: CityDatabase) -> CityScenes:
    """The map's scenes of a database."""
    from kurume_bousai.mapview.scenes import CityScenes

    return CityScenes(database)


def log_path() -> Path:
    """The log of defects: free of personal data, so that it can be handed over."""
    return data_dir() / "log" / "kurume_bousai.log"


def bug_place(error: BaseException) -> str:
    """Where a defect happened: module and line only, never a value."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if APP_NAME in frame.filename] or list(frames)
    if not own:
        return type(error).__name__
    last = own[-1]
    return f"{type(error).__name__} {Path(last.filename).name}:{last.lineno}"


def log_bug(error: BaseException) -> str:
    """Write a defect into the clean log; returns its place. A log that cannot be written is no second bug."""
    place = bug_place(error)
    try:
        path = log_path()
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as log:
            log.write(f"{datetime.now(UTC).isoformat(timespec='seconds')} {place}\n")
    except OSError:
        return place
    return place


def has_screen() -> bool:
    """True where a window can appear (offscreen rendering counts as asked for)."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(
        os.environ.get("DISPLAY")
        or os.environ.get("WAYLAND_DISPLAY")
        or os.environ.get("QT_QPA_PLATFORM") == "offscreen"
    )


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

    def create(name: str, passphrase: str) -> tuple[CityDatabase, str]:
        return create_city(path, name, passphrase)

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
        save_recovery_sheet=save_recovery_sheet,
        operator=operator,
    )


def create_city(path: Path, operator: str, passphrase: str) -> tuple[CityDatabase, str]:
    """A new file with the reference data; its first operator keeps the list and the keys.

    Returns the open database and the recovery key, which can be shown only now.
    """
    from kurume_bousai import storage
    from kurume_bousai.domain.access import Role
    from kurume_bousai.exchange.seed_files import SeedFiles
    from kurume_bousai.services.seeding import seed_city

    path.parent.mkdir(parents=True, exist_ok=True)
    roles = (Role.ADMINISTRATOR, Role.CLERK, Role.FACILITATOR, Role.DESK)
    database, recovery_key = storage.create_database(path, operator, passphrase, roles=roles)
    seed_city(database, SeedFiles().read())
    return database, recovery_key


def services(database: CityDatabase) -> Services:
    """The use cases on an open database, as the screens get them."""
    from kurume_bousai.services.session_log import SessionLog
    from kurume_bousai.ui.desktop import Services

    exercise_service = exercises(database)
    return Services(
        clock=SystemClock(),
        scenes=scenes(database),
        exercises=exercise_service,
        log=SessionLog(database, SystemClock(), exercise_service),
        session_capacity=session_capacity(),
        capacity=capacity(database),
        reporting=reporting(database),
        roster_import=roster_import(database),
    )


def save_recovery_sheet(recovery_key: str, path: Path) -> None:
    """The recovery key in large type as a PDF; who saves it chose the place."""
    from kurume_bousai.reports.sheets import recovery_sheet

    path.write_bytes(recovery_sheet(recovery_key, DATABASE_NAME))


def start_practice() -> None:
    """練習: the fictional city in its own file and its own window, apart from the city's data."""
    subprocess.Popen([sys.executable, "-m", APP_NAME, "demo"])  # noqa: S603 - our own program, fixed arguments


Progress = Callable[[int, int, str], None]
