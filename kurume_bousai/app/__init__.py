"""The composition root: the only module that knows every layer.

Heavy libraries are imported where they are used, so that a command starts without the others' weight
and the window appears before the map's and the solver's libraries are loaded.
"""

from __future__ import annotations

import glob
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.dates import JAPAN
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.settings import data_dir

if TYPE_CHECKING:
    from kurume_bousai.domain.districts import DistrictOutline
    from kurume_bousai.domain.placement import Placement, PlacementOptions, PlacementParty, PlacementSite
    from kurume_bousai.mapview.protocol import MapPageSource
    from kurume_bousai.mapview.scenes import CityScenes
    from kurume_bousai.services.capacity import CapacityService
    from kurume_bousai.services.district_import import DistrictFile
    from kurume_bousai.services.exercises import ExerciseService
    from kurume_bousai.services.places import PlacesService
    from kurume_bousai.services.ports import Background, CityDatabase, DistrictLocator
    from kurume_bousai.services.ports_capacity import Allocator
    from kurume_bousai.services.ports_operators import FileKeeping
    from kurume_bousai.services.ports_places import MapPicture, MapPin, PinFit, PlaceTools
    from kurume_bousai.services.reporting import ReportingService
    from kurume_bousai.services.roster_import_service import RosterImportService
    from kurume_bousai.services.session_capacity import SessionCapacity
    from kurume_bousai.services.session_log import SessionLog
    from kurume_bousai.services.site_import import SiteFile
    from kurume_bousai.storage import EncryptedCityDatabase
    from kurume_bousai.ui.desktop import Services
    from kurume_bousai.ui.start import Wiring

APP_NAME = "kurume_bousai"
#: Tells how far long work is: done, of how many, what.
Progress = Callable[[int, int, str], None]
DATABASE_NAME = "kurume.db"
DEMO_DATABASE_NAME = "kakuu.db"
#: Longest side of a picture as it is shown for pinning.
DEMO_OPERATOR = "架空"
DEMO_PASSPHRASE = "demo"  # noqa: S105 - opens nothing but a fictional database


#: In the order of their need.
_NEEDED_BY_THE_WINDOW = (
    "storage.opening",
    "services.exercises",
    "services.session_log",
    "services.session_capacity",
    "services.capacity",
    "services.reporting",
    "services.roster_import_service",
    "services.places",
    "services.roster",
    "mapview.scenes",
    "reports.maker",
    "exchange.control_files",
    "exchange.roster_headings",
    "exchange.roster_rows",
)


class SystemClock:
    """時計 of the machine, aware and in Japan's time, whatever zone the computer is set to."""

    def now(self) -> datetime:
        """The present moment."""
        return datetime.now(JAPAN)


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


class LateAllocator:
    """配置を解く人, whose libraries (numpy, HiGHS) are loaded by the first question, on its thread."""

    def place(
        self,
        parties: Sequence[PlacementParty],
        sites: Sequence[PlacementSite],
        options: PlacementOptions,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> Placement:
        """See ``Allocator.place``."""
        from kurume_bousai.geo.allocation import HighsAllocator

        return HighsAllocator().place(parties, sites, options, should_stop)


def allocator() -> Allocator:
    """The exact solver behind the allocation port."""
    return LateAllocator()


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
    from kurume_bousai.exchange.roster_headings import read_roster_headings
    from kurume_bousai.exchange.roster_rows import RosterReader
    from kurume_bousai.services.roster_import_service import RosterImportService

    clock = SystemClock()
    return RosterImportService(
        database,
        clock,
        read_roster=RosterReader(clock.now().date()),
        read_totals=read_control_totals,
        read_headings=read_roster_headings,
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
    from kurume_bousai.services.seeding import seed_city

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
    """The use cases on an open database, as the screens get them."""
    from kurume_bousai.services.session_log import SessionLog
    from kurume_bousai.ui.desktop import Services

    exercise_service = exercises(database)
    map_scenes = scenes(database)
    return Services(
        clock=SystemClock(),
        scenes=map_scenes,
        exercises=exercise_service,
        log=SessionLog(database, SystemClock(), exercise_service),
        session_capacity=session_capacity(),
        capacity=capacity(database),
        reporting=reporting(database),
        roster_import=roster_import(database),
        places=places(database, map_scenes.forget),
        operators=cast("EncryptedCityDatabase", database),
        keeping=keeping(cast("EncryptedCityDatabase", database)),
    )


def places(database: CityDatabase, ground_changed: Callable[[], None]) -> PlacesService:
    """地図データ on a database."""
    from kurume_bousai.services.places import PlacesService

    return PlacesService(database, place_tools(ground_changed), SystemClock())


def place_tools(ground_changed: Callable[[], None]) -> PlaceTools:
    """Readers of files and pinning of pictures; their libraries are loaded when one is first used."""
    from kurume_bousai.services.ports_places import PlaceTools

    def read_districts(path: Path) -> DistrictFile:
        from kurume_bousai.exchange.districts_file import read_district_file

        return read_district_file(path)

    def read_shelters(path: Path) -> SiteFile:
        from kurume_bousai.exchange.gsi import read_shelters as read

        return read(path)

    def read_welfare(path: Path) -> SiteFile:
        from kurume_bousai.exchange.welfare_rows import WelfareReader

        return WelfareReader(SystemClock().now().date())(path)

    def write_template(path: Path) -> None:
        from kurume_bousai.exchange.templates import TemplateKind
        from kurume_bousai.exchange.templates import write_template as write

        write(TemplateKind.WELFARE, path)

    def read_picture(name: str, content: bytes, page: int) -> MapPicture:
        from kurume_bousai.geo import map_pictures

        return map_pictures.read_picture(name, content, page)

    def fit_pins(pins: Sequence[MapPin]) -> PinFit:
        from kurume_bousai.geo import map_pictures

        return map_pictures.fit_pins(pins)

    def make_background(picture: MapPicture, pins: Sequence[MapPin], name: str) -> Background:
        from kurume_bousai.geo import map_pictures

        return map_pictures.make_background(picture, pins, name, added_at=SystemClock().now())

    def make_locator(outlines: Sequence[DistrictOutline]) -> DistrictLocator:
        from kurume_bousai.geo.districts import PolygonLocator

        return PolygonLocator(outlines)

    return PlaceTools(
        read_districts=read_districts,
        read_shelters=read_shelters,
        read_welfare=read_welfare,
        write_welfare_template=write_template,
        locator=locator,
        make_locator=make_locator,
        read_picture=read_picture,
        fit_pins=fit_pins,
        make_background=make_background,
        ground_changed=ground_changed,
    )


def keeping(database: EncryptedCityDatabase) -> FileKeeping:
    """監査記録, backup and the sheets for the safe."""
    from kurume_bousai.services.ports_operators import AuditCheck, FileKeeping

    def verify(expected_head: str) -> AuditCheck:
        database.access.require(Right.VERIFY_AUDIT)
        with database.reading() as session:
            faults = session.audit.verify(expected_head or None)
            entries, head = len(session.audit.entries()), session.audit.head()
        if broken := database.broken_pages():
            faults.append(f"データベースのファイルに、壊れた箇所が{broken}か所あります。")
        return AuditCheck(entries, head, tuple(faults))

    def backup(place: Path) -> str:
        from kurume_bousai.storage.backup import backup as write

        return write(database, place)

    return FileKeeping(verify, backup, recovery_pdf, shortcut_pdf, log_path())


def recovery_pdf(recovery_key: str) -> bytes:
    """The sheet of the recovery key in large type; in memory only."""
    from kurume_bousai.reports.sheets import recovery_sheet

    return recovery_sheet(recovery_key, DATABASE_NAME)


def shortcut_pdf(rows: Sequence[tuple[str, str, str]]) -> bytes:
    """The page of all actions with their keys."""
    from kurume_bousai.reports.sheets import shortcut_sheet

    return shortcut_sheet(rows)


def start_practice() -> None:
    """練習: the fictional city in its own file and its own window, apart from the city's data."""
    subprocess.Popen([sys.executable, "-m", APP_NAME, "demo"])  # noqa: S603 - our own program, fixed arguments
