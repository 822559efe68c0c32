"""A window with the roster on a fictional city, for the tests of the screens."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kurume_bousai.domain.consents import Consent, ConsentKind, ConsentState
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.ids import DistrictId, MemberId, PlanId, SupporterId
from kurume_bousai.domain.members import MemberRow, Need, Reason, RosterMember
from kurume_bousai.domain.plans import IndividualEvacuationPlan, PlanState
from kurume_bousai.domain.supporters import Supporter
from kurume_bousai.exchange.control_files import read_control_totals
from kurume_bousai.exchange.roster_headings import read_roster_headings
from kurume_bousai.exchange.roster_rows import RosterReader
from kurume_bousai.geo.geocoding import DictionaryGeocoder
from kurume_bousai.geo.hazards import LayerHazards
from kurume_bousai.labels import need_signs
from kurume_bousai.mapview.protocol import MapScene, PersonMark
from kurume_bousai.services.hand_outs.copies import HandOutCopies
from kurume_bousai.services.places.geocoding import GeocodingService
from kurume_bousai.services.places.home_placing import HomePlacing
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.sessions import CityDatabase
from kurume_bousai.services.roster.consents import ConsentService
from kurume_bousai.services.roster_import.service import RosterImportService
from kurume_bousai.settings import load
from kurume_bousai.ui.actions import ActionRegistry
from kurume_bousai.ui.desktop import ChangeHub, Desktop, Services
from kurume_bousai.ui.form_dialog import ConfirmDialog
from kurume_bousai.ui.geocode.placing_dialog import open_placing
from kurume_bousai.ui.header import DistrictChoice
from kurume_bousai.ui.main_window import MainWindow
from kurume_bousai.ui.page import Page, PageSpec
from kurume_bousai.ui.privacy import Privacy
from kurume_bousai.ui.registry.roster_page import RosterPage
from kurume_bousai.ui.session_actions import SessionActions
from kurume_bousai.ui.tasks import TaskRunner
from tests.fakes.city import BoxLocator, FakeCity, FixedClock
from tests.fixtures.rosters import CLERK, TSUBUKU, city

if TYPE_CHECKING:
    from kurume_bousai.domain.access import Access

TODAY = date(2026, 11, 21)


def geocoding_on(database: CityDatabase, clock: Clock) -> GeocodingService:
    """住所から位置 with the real matcher and hazards, and no 校区 area."""
    return GeocodingService(
        database,
        clock,
        make_geocoder=DictionaryGeocoder,
        make_locator=lambda: BoxLocator({}),
        make_hazard_locator=LayerHazards,
    )


def home_placing_on(database: CityDatabase) -> HomePlacing:
    """位置を決める仕事 with the real matcher and no 校区 area."""
    return HomePlacing(database, make_geocoder=DictionaryGeocoder, make_locator=lambda: BoxLocator({}))


def fictional(number: int, name: str, kana: str = "", **fields: object) -> RosterMember:
    """A fictional person at an impossible house number."""
    base = RosterMember(
        member_id=MemberId(f"m{number}"),
        number=number,
        name=name,
        kana=kana,
        born_on=date(1935, 4, 1),
        address=f"久留米市架空町{9000 + number}-12",
        phone=f"0942-00-{number:04d}",
        district_id=TSUBUKU,
        neighborhood="架空自治会",
        reasons=frozenset({Reason.CARE_LEVEL}),
        home=LonLat(130.50 + number % 100 / 1000, 33.29),
        flood_rank=3,
    )
    return dataclasses.replace(base, **fields)  # type: ignore[arg-type]


PEOPLE = (
    fictional(1, "架空 大森", "カクウ オオモリ", needs=frozenset({Need.POWER})),
    fictional(2, "架空 花子", "カクウ ハナコ", needs=frozenset({Need.WHEELCHAIR, Need.CARE})),
    fictional(
        3,
        "架空 森男",
        "カクウ モリオ",
        consents=(Consent(ConsentKind.ROSTER, ConsentState.GIVEN, date(2024, 4, 1), date(2024, 3, 20)),),
    ),
    fictional(900_001, "架空 守子", "カクウ モリコ", has_protected_address=True, home=None),
)
HELPER = Supporter(SupporterId("s1"), "架空 隣人", phone="0942-00-9001", consent=ConsentState.GIVEN)


def fictional_city(viewer: Access = CLERK, people: Sequence[RosterMember] = PEOPLE) -> FakeCity:
    """A city of three 校区 with a few people; one of them has a supporter."""
    made = city(viewer)
    with made.seen_by(CLERK).writing() as session:
        session.members.add_many(CLERK, people, source="架空")
        session.supporters.save_many(CLERK, [HELPER])
        plan = IndividualEvacuationPlan(
            PlanId("p2"), MemberId("m2"), PlanState.COMPLETE, (HELPER.supporter_id,)
        )
        session.plans.save_many(CLERK, [plan])
    return made


class Scenes:
    """The list as marks."""

    def roster(self, rows: Sequence[MemberRow], district: str = "") -> MapScene:
        marks = tuple(
            PersonMark(row.member_id, row.home.lon, row.home.lat, row.number, need_signs(row.needs))
            for row in rows
            if row.home is not None
        )
        return MapScene(people=marks, chosen_district=district)


def make_desktop(
    qtbot: QtBot,
    runner: TaskRunner,
    database: CityDatabase,
    *,
    size: tuple[int, int] = (1366, 690),
    page: Callable[[Desktop], Page] = RosterPage,
) -> Desktop:
    """The window with 名簿 as its second screen, shown; the first is empty."""
    clock = FixedClock()
    service = RosterImportService(
        database,
        clock,
        read_roster=RosterReader(TODAY),
        read_totals=read_control_totals,
        read_headings=read_roster_headings,
        make_locator=lambda: BoxLocator({}),
    )
    services = SimpleNamespace(
        clock=clock,
        scenes=Scenes(),
        roster_import=service,
        geocoding=geocoding_on(database, clock),
        home_placing=home_placing_on(database),
        consents=ConsentService(database, clock),
        copies=HandOutCopies(database, clock),
    )
    held: list[Desktop] = []
    privacy, actions = Privacy(), ActionRegistry()
    window = MainWindow(
        [
            PageSpec("home", "はじめに", "home-outline", lambda: Page("はじめに")),
            PageSpec("roster", "名簿", "card-account-details-outline", lambda: page(held[0])),
        ],
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
    window.resize(*size)
    window.show_page("home")
    window.show()
    return desktop


def open_roster(qtbot: QtBot, desktop: Desktop, rows: int) -> RosterPage:
    """Show 名簿 and wait until it lists and counts so many people."""
    page = desktop.window.show_page("roster")
    assert isinstance(page, RosterPage)
    page.placing.wanted.connect(lambda member_id: open_placing(desktop, desktop.window, member_id))
    qtbot.waitUntil(lambda: page.table.roster.rowCount() == rows and page._found is not None)
    return page


def names(page: RosterPage) -> list[str]:
    """The people listed."""
    return [row.name for row in page.table.roster.rows]


def district(name: str) -> DistrictId:
    """A 校区."""
    return DistrictId(name)


def agree(screen: QWidget) -> None:
    """Agree to the question that stands over a screen."""
    [question] = [one for one in screen.findChildren(ConfirmDialog) if one.isVisible()]
    question._do()
