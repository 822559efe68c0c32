"""A window with one screen of the office (papers, map data, preferences) on a fictional city, ports faked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF
from PySide6.QtGui import QPageSize, QPainter, QPdfWriter
from pytestqt.qtbot import QtBot

from kurume_bousai.app.layers import layer_tools
from kurume_bousai.domain.access import Role
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem, RowProblem
from kurume_bousai.domain.ids import BackgroundId, DistrictId, OperatorId, SiteId
from kurume_bousai.mapview.protocol import MapScene
from kurume_bousai.services.disclosure.recipients import RecipientService
from kurume_bousai.services.disclosure.second_person import LeavingRulesService
from kurume_bousai.services.districts.importing import DistrictFile
from kurume_bousai.services.hand_outs.copies import HandOutCopies
from kurume_bousai.services.hand_outs.service import HandOutService
from kurume_bousai.services.papers.ports import PaperStamp, RenderedPaper, ReportFormat
from kurume_bousai.services.places.importing import PlacesService
from kurume_bousai.services.places.map_layers import MapLayersService
from kurume_bousai.services.places.ports import MapPicture, MapPin, PinFit, PlaceTools
from kurume_bousai.services.ports.backgrounds import Background
from kurume_bousai.services.ports.keeping import Operator
from kurume_bousai.services.ports.operators import AuditCheck, FileKeeping
from kurume_bousai.services.reporting.service import ReportingService
from kurume_bousai.services.roster.consents import ConsentService
from kurume_bousai.services.shelters.site_file import ParsedSite, SiteFile, SiteKind
from kurume_bousai.settings import load
from kurume_bousai.ui.actions import ActionRegistry
from kurume_bousai.ui.desktop import ChangeHub, Desktop, Services
from kurume_bousai.ui.header import DistrictChoice
from kurume_bousai.ui.main_window import MainWindow
from kurume_bousai.ui.page import Page, PageSpec
from kurume_bousai.ui.privacy import Privacy
from kurume_bousai.ui.session_actions import SessionActions
from kurume_bousai.ui.tasks import TaskRunner
from tests.fakes.city import BoxLocator, FakeCity, FixedClock
from tests.fakes.hand_outs import FakeSecond

if TYPE_CHECKING:
    from kurume_bousai.services.capacity.asking import CapacityService

KEY = "0MP0-XYVQ-2P46-0455-ZEKS-BDES-ZTD9"
HEAD = "A-0042-7F3C9A1B22"


def small_pdf(pages: int = 1) -> bytes:
    """A PDF of empty pages."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(20, 20, 20, 20))
    painter = QPainter(writer)
    for page in range(pages):
        if page:
            writer.newPage()
        painter.drawRect(10, 10, 400, 400)
    painter.end()
    return bytes(buffer.data().data())


class Staged:
    """Files that appear when they are published."""

    def __init__(self) -> None:
        self._files: list[tuple[Path, bytes]] = []

    def add(self, place: Path, content: bytes) -> None:
        self._files.append((place, content))

    def reserve(self, place: Path, size: int) -> None:
        """Nothing is kept: there is always room here."""

    def fill(self, place: Path, content: bytes) -> None:
        self.add(place, content)

    def publish(self) -> None:
        for place, content in self._files:
            place.write_bytes(content)


class Papers:
    """紙をつくる人 that makes empty pages and remembers what it was asked for."""

    def __init__(self, pdf: bytes) -> None:
        self.pdf = pdf
        self.made: list[str] = []

    def render(
        self, content: object, stamp: PaperStamp, report_format: ReportFormat, copy: object = None
    ) -> RenderedPaper:
        self.made.append(type(content).__name__)
        return RenderedPaper(self.pdf, 1)

    def encrypt(self, content: bytes, report_format: ReportFormat, password: str) -> bytes:
        return b"locked with " + str(len(password)).encode()

    @contextmanager
    def staging(self) -> Iterator[Staged]:
        yield Staged()


@dataclass
class Operators:
    """操作者 in memory."""

    kept: list[Operator] = field(
        default_factory=lambda: [
            Operator(OperatorId("o1"), "窓口", frozenset({Role.CLERK, Role.ADMINISTRATOR}), None, False),
            Operator(OperatorId("o2"), "進行 花子", frozenset({Role.FACILITATOR}), None, False),
        ]
    )
    renewed: int = 0

    def operators(self) -> list[Operator]:
        return list(self.kept)

    def add_operator(
        self,
        name: str,
        passphrase: str,
        *,
        roles: Iterable[Role],
        districts: Iterable[DistrictId] | None = None,
        handles_protected: bool = False,
    ) -> Operator:
        limit = None if districts is None else frozenset(districts)
        made = Operator(OperatorId(name), name, frozenset(roles), limit, handles_protected)
        self.kept.append(made)
        return made

    def change_roles(self, name: str, **changes: object) -> Operator:
        raise NotImplementedError

    def remove_operator(self, name: str) -> None:
        self.kept = [one for one in self.kept if one.name != name]

    def change_passphrase(self, old: str, new: str) -> None:
        if old != "いままでの合言葉です":
            raise KnownProblem("wrong_passphrase", "いまの合言葉が違います。")

    def renew_recovery_key(self) -> str:
        self.renewed += 1
        return KEY


def shelter_file(path: Path) -> SiteFile:
    """One good 指定避難所 and one bad row."""
    if path.suffix != ".csv":
        raise KnownProblem("unknown_file", "このファイルは読めません。", where=path.name)
    site = ParsedSite(2, SiteId("E1"), "架空小学校", LonLat(130.5, 33.3), "津福")
    problem = RowProblem(3, "緯度", "93.3", "point_elsewhere", "久留米市の外の施設です。")
    return SiteFile(path.name, "utf-8", SiteKind.DESIGNATED, (site,), 2, 1, 0, (problem,))


def no_districts(path: Path) -> DistrictFile:
    return DistrictFile(path.name, "name", "EPSG:6668", "utf-8", (), (), (), "架空")


def fit(pins: Sequence[MapPin]) -> PinFit:
    """Every pin 4 m off; three are never checked."""
    checked = len(pins) > 3
    return PinFit(tuple(4.0 if checked else 0.0 for _ in pins), 4.0 if checked else 0.0, checked)


def background(picture: MapPicture, pins: Sequence[MapPin], name: str) -> Background:
    return Background(BackgroundId("b1"), name, b"png", 130.4, 33.2, 130.6, 33.4, fit(pins).rms_m)


def tools(changed: list[str]) -> PlaceTools:
    return PlaceTools(
        read_districts=no_districts,
        read_shelters=shelter_file,
        read_welfare=shelter_file,
        write_welfare_template=lambda _path: None,
        locator=lambda _database: BoxLocator({}),
        make_locator=lambda _outlines: BoxLocator({}),
        read_picture=lambda name, content, page: MapPicture(name, content, page, 2, 800, 600, content),
        fit_pins=fit,
        make_background=background,
        ground_changed=lambda: changed.append("ground"),
    )


class Scenes:
    """Maps without anything on them."""

    def roster(self, rows: Sequence[object], district: str = "") -> MapScene:
        return MapScene()


@dataclass
class Office:
    """What a test looks at."""

    desktop: Desktop
    database: FakeCity
    papers: Papers
    operators: Operators
    changed: list[str]


def open_office(
    qtbot: QtBot,
    runner: TaskRunner,
    database: FakeCity,
    page: Callable[[Desktop], Page],
    *,
    capacity: CapacityService | None = None,
    log_path: Path = Path("log"),
) -> Office:
    """The window with one screen, shown."""
    clock, operators, changed = FixedClock(), Operators(), list[str]()
    papers = Papers(small_pdf())
    keeping = FileKeeping(
        verify=lambda head: AuditCheck(
            12, HEAD, () if head != "A-0001-0000000000" else ("記録がありません。",)
        ),
        backup=lambda place: (place.write_bytes(b"backup") and HEAD) or HEAD,
        recovery_pdf=lambda _key: papers.pdf,
        shortcut_pdf=lambda _rows: papers.pdf,
        log_path=log_path,
    )
    reporting = ReportingService(database, papers, clock, FakeSecond())
    services = SimpleNamespace(
        clock=clock,
        scenes=Scenes(),
        capacity=capacity,
        reporting=reporting,
        recipients=RecipientService(database, clock),
        hand_outs=HandOutService(database, reporting, clock),
        copies=HandOutCopies(database, clock),
        consents=ConsentService(database, clock),
        leaving_rules=LeavingRulesService(database, FakeSecond(), clock),
        places=PlacesService(database, tools(changed), clock),
        layers=MapLayersService(database, layer_tools(lambda: changed.append("ground")), clock),
        operators=operators,
        keeping=keeping,
    )
    held: list[Desktop] = []
    privacy, actions = Privacy(), ActionRegistry()
    window = MainWindow(
        [PageSpec("office", "画面", "home-outline", lambda: page(held[0]))],
        runner=runner,
        privacy=privacy,
        actions=actions,
        districts=[DistrictChoice(name, f"{name}校区") for name in ("津福", "荒木", "御井")],
        operator=database.access.name,
        is_fictional=True,
    )
    qtbot.addWidget(window)
    desktop = Desktop(
        window=window,
        database=database,
        settings=load().settings,
        runner=runner,
        actions=actions,
        privacy=privacy,
        changes=ChangeHub(window),
        session_actions=SessionActions(actions),
        services=cast("Services", services),
        is_fictional=True,
        database_path=Path("kakuu.db"),
        start_practice=lambda: None,
    )
    held.append(desktop)
    window.show_page("office")
    window.show()
    qtbot.waitUntil(lambda: not runner.running())
    return Office(desktop, database, papers, operators, changed)
