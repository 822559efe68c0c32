from __future__ import annotations

import dataclasses
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QComboBox, QWidget
from pytestqt.qtbot import QtBot

from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.changes import Topic
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.mapview.protocol import UNKNOWN_SHADE
from kurume_bousai.services.ports.members import MemberFilter, MemberQuery
from kurume_bousai.services.ports.sessions import CityDatabase
from kurume_bousai.services.roster.statistics import CityFigures, CityStatistics, DistrictFigures, withheld
from kurume_bousai.ui.home.measures import HIDDEN, UNDER_FIVE, Measure, list_rows, shading
from kurume_bousai.ui.home.reading import read_home
from kurume_bousai.ui.kit import fonts
from kurume_bousai.ui.kit.tokens import set_scale
from kurume_bousai.ui.tasks import TaskRunner
from tests.helpers.city_screens import OtherPage, Screens, open_screens, opened


def figures_of(**rows: tuple[int, int, int, int, int | None]) -> CityFigures:
    """on_list, applied, plans_complete, no_supporter, eligible per 校区."""
    made = tuple(DistrictFigures(DistrictId(name), *values) for name, values in rows.items())
    return CityFigures(made, DistrictFigures(DistrictId("校区不明"), 0, 0, 0, 0, None))


# ---------------------------------------------------------------- numbers


def test_the_figures_are_the_sums_of_their_rows(database: CityDatabase) -> None:
    figures = CityStatistics(database).figures()
    assert len(figures.districts) == 46
    with database.reading() as session:
        everybody = session.members.filter_counts(database.access, MemberQuery())
        protected = everybody.get(MemberFilter.PROTECTED, 0)
    assert figures.on_list == everybody[MemberFilter.ALL] - protected
    assert figures.applied == sum(row.applied for row in figures.rows)
    assert figures.no_supporter == everybody[MemberFilter.NO_SUPPORTER]
    assert figures.unplaced == everybody[MemberFilter.UNPLACED]
    rate = figures.registration_rate
    assert rate.part == sum(row.applied for row in figures.districts)
    assert rate.whole == sum(row.eligible or 0 for row in figures.districts)


def test_a_viewer_counts_the_same_without_seeing_anybody(city: Path, database: CityDatabase) -> None:
    ours = CityStatistics(database).figures()
    database.close()
    with opened(city, "閲覧") as other:
        assert CityStatistics(other).figures() == ours


def test_a_single_small_cell_takes_the_smallest_other_along() -> None:
    assert withheld([120, 3, 60, 0]) == {1, 2}
    assert withheld([120, 3, 2, 60]) == {1, 2}
    assert withheld([120, 60]) == frozenset()
    assert withheld([3]) == {0}


def test_small_counts_are_hatched_and_not_written() -> None:
    figures = figures_of(津福=(200, 100, 40, 60, 200), 荒木=(60, 30, 3, 20, 60), 御井=(90, 50, 20, 30, None))
    plans = shading(figures, Measure.PLANS)
    assert plans.shades["荒木"] == UNKNOWN_SHADE
    assert plans.captions["荒木"] == "少人数"
    assert plans.captions["津福"] == "40.0%"
    assert shading(figures, Measure.REGISTRATION).captions["御井"] == "不明"
    rows = {row.district_id: row for row in list_rows(figures)}
    assert rows["荒木"].complete == UNDER_FIVE
    assert rows["御井"].complete == HIDDEN, "the total would tell the single hidden cell"
    assert rows["荒木"].plans == "—"
    assert rows["津福"].complete == "40人"


def test_shades_span_what_there_is_in_round_steps() -> None:
    rows = {name: (100, count, 0, 50, 100) for name, count in (("ア", 28), ("イ", 36), ("ウ", 44))}
    shown = shading(figures_of(**rows), Measure.REGISTRATION)
    assert shown.words == ("30%未満", "〜35%", "〜40%", "〜45%", "45%以上")
    assert [shown.shades[name] for name in "アイウ"] == [0, 2, 3]


# ---------------------------------------------------------------- the screen


def test_numbers_map_and_answer_arrive(screens: Screens, database: CityDatabase) -> None:
    page = screens.home()
    figures = CityStatistics(database).figures()
    assert f"{figures.applied:,}" in page.applied.accessibleName()
    assert figures.registration_rate.percent in page.rate.accessibleName()
    answer = screens.desktop.capacity.answer(CapacityConditions())
    assert page.unplaced.accessibleName() == f"入れない人 {answer.unplaced_people:,}人"
    assert "4㎡" in page.unplaced.accessibleDescription()
    assert page.districts.map is not None
    assert len(page.districts.map.scene.districts) == 46


def test_copies_that_should_be_back_are_told_with_the_way_to_the_ledger(screens: Screens) -> None:
    page = screens.home()
    database, today = screens.desktop.database, screens.desktop.clock.now().date()
    found = read_home(database, today, screens.desktop.services.copies.ledger)
    assert page._copies(found) == []
    told = page._copies(replace(found, copies_back=2, copies_late=3))
    assert [(one.count, one.act_words) for one in told] == [(2, "台帳を見る"), (3, "台帳を見る")]


def test_nothing_is_read_before_the_screen_is_up(
    qtbot: QtBot, runner: TaskRunner, database: CityDatabase
) -> None:
    made = open_screens(qtbot, runner, database)
    page = made.window.show_page("home")
    assert runner.running() == ()
    assert made.home() is page
    made.window.close()


def test_who_goes_on_at_once_does_not_wait_for_its_numbers(
    qtbot: QtBot, runner: TaskRunner, database: CityDatabase
) -> None:
    made = open_screens(qtbot, runner, database)
    started: list[object] = []
    runner.started.connect(started.append)
    made.window.show_page("home")
    made.window.show_page("roster")
    qtbot.wait(1)
    assert started == []
    made.home()
    assert started
    made.window.close()


def test_only_the_chosen_district_is_named(screens: Screens) -> None:
    page = screens.home()
    screens.window.set_district("津福")
    assert page.districts.map is not None
    scene = page.districts.map.scene
    assert scene.chosen_district == "津福"
    assert not scene.names_districts
    assert page.districts.caption_of("津福")
    assert scene.people == ()


def test_the_same_numbers_stand_in_a_list_one_key_away(screens: Screens) -> None:
    page = screens.home()
    screens.window.activateWindow()
    screens.qtbot.waitUntil(screens.window.isActiveWindow)
    QTest.keyClick(page.first_focus(), Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert page.districts.shows_list
    assert page.districts.table.hasFocus()
    assert len(page.districts.table.rows()) == 46
    QTest.keyClick(page.districts.table, Qt.Key.Key_Down)
    chosen = page.districts.table.key()
    QTest.keyClick(page.districts.table, Qt.Key.Key_Return)
    assert screens.window.district() == chosen


def test_a_line_of_attention_opens_the_people_behind_its_count(screens: Screens) -> None:
    page = screens.home()
    line = next(name for name in page.attention.buttons_text() if name.startswith("支援者がいない人"))
    found = [one for one in page.attention.findChildren(QAbstractButton) if one.accessibleName() == line]
    found[0].click()
    opened_page = screens.window.current_page()
    assert isinstance(opened_page, OtherPage)
    assert opened_page.filters == [MemberFilter.NO_SUPPORTER]
    assert screens.window.district() == ""


def test_the_answer_is_kept_until_something_changes(screens: Screens) -> None:
    page = screens.home()
    started: list[object] = []
    screens.runner.started.connect(started.append)
    screens.window.show_page("roster")
    screens.home()
    assert started == []
    screens.desktop.changes.tell(frozenset({Topic.PLANS}))
    screens.wait(lambda: bool(started))
    assert "人" in page.unplaced.accessibleName()


def test_a_viewer_is_told_why_there_is_no_answer(qtbot: QtBot, runner: TaskRunner, city: Path) -> None:
    with opened(city, "閲覧") as database:
        made = open_screens(qtbot, runner, database)
        page = made.home()
        assert "役割" in page.unplaced.accessibleDescription()
        assert "図上訓練をはじめる" not in {
            one.accessibleName() for one in page.findChildren(QAbstractButton)
        }
        made.window.close()


@pytest.mark.parametrize("only_shipped", [False, True])
@pytest.mark.parametrize(("size", "scale"), [((1366, 690), 1.0), ((1366, 768), 1.5), ((1093, 551), 1.0)])
@pytest.mark.parametrize("name", ["home", "capacity", "shelters"])
def test_every_screen_fits_the_small_laptop(
    screens: Screens, name: str, size: tuple[int, int], scale: float, only_shipped: bool
) -> None:
    fonts.load_fonts(only_shipped=only_shipped)
    try:
        set_scale(scale)
        screens.window.resize(*size)
        {"home": screens.home, "capacity": screens.capacity, "shelters": screens.shelters}[name]()
        needed = screens.window.minimumSizeHint()
        assert needed.width() <= size[0]
        assert needed.height() <= size[1]
        assert screens.window.size().width() == size[0]
    finally:
        fonts.load_fonts()


@pytest.mark.parametrize("name", ["home", "capacity", "shelters"])
def test_every_control_has_an_accessible_name(screens: Screens, name: str) -> None:
    page: QWidget = {
        "home": screens.home,
        "capacity": screens.capacity,
        "shelters": screens.shelters,
    }[name]()
    nameless = [
        f"{type(one).__name__} {one.text() if isinstance(one, QAbstractButton) else ''}"
        for kind in (QAbstractButton, QComboBox, QAbstractItemView)
        for one in page.findChildren(kind)
        if not one.accessibleName()
        # Qt's own parts: the corner of a table, the list behind a closed combo box.
        and type(one).__name__ not in {"QTableCornerButton", "QComboBoxListView", "QHeaderView"}
        and not isinstance(one.parent(), QAbstractItemView)
    ]
    assert nameless == []


def test_the_figures_hold_no_name() -> None:
    fields = {item.name for item in dataclasses.fields(DistrictFigures)}
    assert not fields & {"name", "kana", "address", "phone", "number"}
