"""The three screens of the city (はじめに, 容量確認, 福祉避難所) on a real, small fictional city."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from pytestqt.qtbot import QtBot

from kurume_bousai import app
from kurume_bousai.cli.demo_database import prepare_demo
from kurume_bousai.domain.access import Role
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.keys import DEMO_PASSPHRASE
from kurume_bousai.mapview.scenes import CityScenes
from kurume_bousai.services.capacity.scenarios import ScenarioService
from kurume_bousai.services.ports.members import MemberFilter
from kurume_bousai.services.ports.sessions import CityDatabase
from kurume_bousai.settings import load
from kurume_bousai.storage import open_database
from kurume_bousai.ui.actions import ActionRegistry
from kurume_bousai.ui.capacity.capacity_page import CapacityPage
from kurume_bousai.ui.capacity.reading import CapacityView
from kurume_bousai.ui.desktop import ChangeHub, Desktop, Services
from kurume_bousai.ui.header import DistrictChoice
from kurume_bousai.ui.home.home_page import HomePage
from kurume_bousai.ui.kit.widgets import Slot, button, label, vbox
from kurume_bousai.ui.main_window import MainWindow
from kurume_bousai.ui.page import Page, PageSpec
from kurume_bousai.ui.privacy import Privacy
from kurume_bousai.ui.session_actions import SessionActions
from kurume_bousai.ui.shelters.shelters_page import SheltersPage
from kurume_bousai.ui.tasks import TaskRunner

MEMBERS = 460
SEED = 7


class OtherPage(Page):
    """Stands for a screen that another test looks at."""

    def __init__(self) -> None:
        super().__init__("ほかの画面")
        self.filters: list[MemberFilter] = []
        self.set_body(vbox(button("ほか"), label("本文"), None))

    def show_filter(self, kind: MemberFilter) -> None:
        self.filters.append(kind)


def build_city(path: Path) -> Path:
    """A fictional city of a few hundred people in an encrypted file, with a viewer and a facilitator."""
    prepare_demo(path, members=MEMBERS, seed=SEED, fresh=False, progress=lambda *_: None)
    database = open_database(path, "架空", DEMO_PASSPHRASE)
    database.add_operator("閲覧", DEMO_PASSPHRASE, roles={Role.VIEWER})
    database.add_operator("進行", DEMO_PASSPHRASE, roles={Role.FACILITATOR}, districts={DistrictId("津福")})
    database.close()
    return path


@contextmanager
def opened(path: Path, operator: str = "架空") -> Iterator[CityDatabase]:
    """The city open for an operator."""
    database = app.open_city(path, operator, DEMO_PASSPHRASE)
    try:
        yield database
    finally:
        database.close()


@dataclass
class Screens:
    """What a test looks at."""

    desktop: Desktop
    window: MainWindow
    runner: TaskRunner
    qtbot: QtBot

    def home(self) -> HomePage:
        """はじめに with its numbers, its map and its answer."""
        page = cast("HomePage", self.window.show_page("home"))
        self.wait(lambda: page.districts.map is not None and "計算中" not in page.unplaced.accessibleName())
        return page

    def capacity(self) -> CapacityPage:
        """容量確認 with an answer."""
        page = cast("CapacityPage", self.window.show_page("capacity"))
        self.answered(page)
        return page

    def answered(self, page: CapacityPage) -> CapacityView:
        """Wait for the answer to the conditions the sentence says."""
        self.wait(lambda: page.view is not None and page.view.answer.conditions == page.sentence.conditions)
        assert page.view is not None
        return page.view

    def shelters(self) -> SheltersPage:
        """福祉避難所 with its board."""
        page = cast("SheltersPage", self.window.show_page("shelters"))
        self.wait(lambda: bool(page.stack.board.rows()))
        return page

    def wait(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds and no work is under way."""
        self.qtbot.waitUntil(lambda: holds() and not self.runner.running(), timeout=60_000)


def choose(slot: Slot[Any], value: object) -> None:
    """Press the entry of a slot's menu that stands for a value."""
    place = [choice.value for choice in slot._choices].index(value)
    slot._group.actions()[place].trigger()


def open_screens(
    qtbot: QtBot, runner: TaskRunner, database: CityDatabase, size: tuple[int, int] = (1366, 690)
) -> Screens:
    """The window with the three screens and stand-ins for those they lead to."""
    held: list[Desktop] = []
    values: dict[str, Any] = {item.name: None for item in dataclasses.fields(Services)}
    values |= {
        "clock": app.SystemClock(),
        "scenes": CityScenes(database),
        "exercises": app.exercises(database),
        "capacity": app.capacity(database),
        "scenarios": ScenarioService(database, app.SystemClock()),
        "copies": app.hand_out_copies(database),
    }
    makers = {
        "home": lambda: HomePage(held[0]),
        "capacity": lambda: CapacityPage(held[0]),
        "shelters": lambda: SheltersPage(held[0]),
    }
    others = ("roster", "exercise", "places")
    specs = [PageSpec(name, name, "home-outline", made) for name, made in makers.items()]
    specs += [PageSpec(name, name, "home-outline", OtherPage) for name in others]
    with database.reading() as session:
        names = [one.district_id for one in session.districts.all()]
    actions, privacy = ActionRegistry(), Privacy()
    window = MainWindow(
        specs,
        runner=runner,
        privacy=privacy,
        actions=actions,
        districts=[DistrictChoice(name, f"{name}校区") for name in names],
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
        services=Services(**values),
        is_fictional=True,
        database_path=Path("kakuu.db"),
        start_practice=lambda: None,
    )
    held.append(desktop)
    window.resize(*size)
    window.show()
    return Screens(desktop, window, runner, qtbot)
