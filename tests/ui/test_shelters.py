from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.members import Need
from kurume_bousai.domain.shelters import UNLIMITED, OpeningState, Ownership, Room, WelfareShelter
from kurume_bousai.services.capacity.plan_board import BoardRule, PlanBoards, SiteBoard, make_board
from kurume_bousai.services.ports.members import DestinationCount
from kurume_bousai.services.ports.sessions import CityDatabase
from kurume_bousai.services.shelters.editing import SiteEditing
from kurume_bousai.ui.kit.painters import State
from kurume_bousai.ui.map_panel.native import NativeMapView
from kurume_bousai.ui.shelters.board_rows import (
    Sorting,
    age_words,
    head_line,
    need_words,
    sorted_rows,
    state_of,
    tile_words,
)
from kurume_bousai.ui.shelters.board_view import Density
from kurume_bousai.ui.shelters.site_card import CardAction
from kurume_bousai.ui.shelters.site_form import SiteForm
from kurume_bousai.ui.shelters.site_values import read_count, read_floor, read_rooms, read_units, write_units
from kurume_bousai.ui.tasks import TaskRunner
from tests.fakes.city import FixedClock
from tests.fixtures.city_windows import own_city
from tests.helpers.city_screens import Screens, open_screens, opened

__all__ = ["own_city"]

TODAY = date(2026, 11, 21)


def planned(sites: Sequence[WelfareShelter], counts: Sequence[DestinationCount]) -> SiteBoard:
    return make_board(sites, counts, BoardRule(), TODAY)


def site(name: str, floor: str | None, **more: object) -> WelfareShelter:
    values: dict[str, object] = {
        "site_id": SiteId(name),
        "name": f"架空 {name}",
        "short_name": name,
        "ownership": Ownership.WELFARE_FACILITY,
        "point": LonLat(130.5, 33.3),
        "rooms": (Room("ホール", None if floor is None else Decimal(floor)),),
    }
    return WelfareShelter(**(values | more))  # type: ignore[arg-type]


SITES = (
    site("あり", "400"),
    site("わずか", "40"),
    site("満員", "40"),
    site("閉鎖", "400", state=OpeningState.CLOSED),
    site("不明", None),
    site("不足少", "40"),
    site("不足多", "40"),
    site("優先", "40", is_power_first=True),
)
COUNTS = [
    DestinationCount(SiteId("あり"), 10, {Need.POWER: 2}),
    DestinationCount(SiteId("わずか"), 9),
    DestinationCount(SiteId("満員"), 10),
    DestinationCount(SiteId("不明"), 6),
    DestinationCount(SiteId("不足少"), 12),
    DestinationCount(SiteId("不足多"), 23),
    DestinationCount(SiteId("優先"), 11),
    DestinationCount(None, 4),
    DestinationCount(SiteId("ほかの施設"), 3),
]


def test_tiles_stand_shortage_unknown_few_room_and_closed_last() -> None:
    rows = sorted_rows(planned(SITES, COUNTS))
    names = [row.site.short_name for row in rows]
    assert names == ["不足多", "不足少", "優先", "不明", "満員", "わずか", "あり", "閉鎖"]
    assert [state_of(row) for row in rows] == [
        State.SHORT, State.SHORT, State.SHORT, State.UNKNOWN, State.FEW, State.FEW, State.OK, None,
    ]  # fmt: skip
    by_name = sorted_rows(planned(SITES, COUNTS), Sorting.NAME)
    assert [row.site.name for row in by_name] == sorted(row.site.name for row in by_name)


def test_shortages_and_free_places_are_never_netted_and_the_37_stand_alone() -> None:
    head = head_line(planned(SITES, COUNTS))
    assert (head.sites, head.short, head.short_sites, head.unknown) == (7, 15, 2, 1)
    assert (head.with_room, head.free) == (2, 91)
    assert head.undecided == 7, "nobody is lost: undecided, and sent to a site that is not on the list"


def test_a_tile_says_a_negative_balance_and_never_zero_for_unknown() -> None:
    words = {row.site.short_name: tile_words(row) for row in planned(SITES, COUNTS).sites}
    assert (words["不足多"].word, words["不足多"].number) == ("不足", "13")
    assert (words["不明"].word, words["不明"].number) == ("不明", "")
    assert words["満員"].word == "満員"
    assert "行く人 23人" in words["不足多"].full


def test_a_short_need_is_never_the_one_that_does_not_fit() -> None:
    shelter = site("あ", "400", need_capacity={Need.POWER: 5, Need.INFANT: 1, Need.CARE: UNLIMITED})
    count = DestinationCount(SiteId("あ"), 5, {Need.INFANT: 3, Need.STRETCHER: 2})
    found = need_words(planned([shelter], [count]).sites[0])
    assert {one.need for one in found[:2]} == {Need.INFANT, Need.STRETCHER}
    texts = {one.need: one.text for one in found}
    assert (texts[Need.INFANT], texts[Need.POWER], texts[Need.CARE]) == ("2", "5", "可")
    assert texts[Need.WHEELCHAIR] == "?"


@pytest.mark.parametrize(
    ("verified", "words"),
    [
        (None, "未確認"),
        (date(2026, 11, 1), "1か月以内"),
        (date(2026, 8, 20), "3か月前"),
        (date(2023, 11, 1), "3年前"),
    ],
)
def test_the_age_of_a_figure(verified: date | None, words: str) -> None:
    assert age_words(verified, TODAY) == words


def test_the_board_sums_the_plans_for_everybody_alike(city: Path, database: CityDatabase) -> None:
    board = PlanBoards(database, FixedClock()).read()
    with database.reading() as session:
        plans = session.plans.by_member(database.access)
        members = {one.member_id: one for one in session.members.in_district(database.access, None)}
    for row in board.sites:
        going = [members[who] for who, plan in plans.items() if plan.destination_id == row.site.site_id]
        assert row.assigned == sum(one.party_size for one in going if not one.has_protected_address)
    database.close()
    with opened(city, "閲覧") as other:
        assert PlanBoards(other, FixedClock()).read() == board


def test_the_board_shows_all_38_at_one_glance(screens: Screens) -> None:
    page = screens.shelters()
    assert len(page.stack.board.rows()) == 38
    assert not page.stack.board.verticalScrollBar().isVisible()
    assert page.stack.board.gridSize().height() * 7 <= page.stack.board.height()
    page.tools.density.set_value(Density.DETAIL)
    page.stack.set_density(Density.DETAIL)
    assert page.stack.board.gridSize().width() * 5 <= page.stack.board.width()


def test_a_site_is_opened_moved_over_and_closed_by_keyboard(screens: Screens) -> None:
    page = screens.shelters()
    assert page.first_focus() is page.stack.board
    screens.window.activateWindow()
    page.stack.board.setFocus()
    screens.qtbot.waitUntil(page.stack.board.hasFocus)
    first = page.stack.board.site_id()
    QTest.keyClick(page.stack.board, Qt.Key.Key_Return)
    assert page.card.isVisible()
    shown = page.card.row
    assert shown is not None
    assert shown.site.site_id == first
    QTest.keyClick(page.stack.board, Qt.Key.Key_Right)
    moved = page.card.row
    assert moved is not None
    assert moved.site.site_id == page.stack.board.site_id() != first
    QTest.keyClick(page.card, Qt.Key.Key_Escape)
    assert page.card.isHidden()
    assert page.stack.board.hasFocus()


def test_the_map_comes_on_request_and_carries_places_only(screens: Screens) -> None:
    page = screens.shelters()
    assert not page.findChildren(NativeMapView)
    page.toggle_map()
    screens.wait(lambda: page.map is not None and len(page.map.scene.sites) > 0)
    assert page.map is not None
    assert page.map.scene.people == ()
    assert len(page.map.scene.sites) == 38
    page.toggle_map()
    assert not page.map.isVisible()


def test_a_site_is_put_right_and_the_board_follows(screens: Screens, database: CityDatabase) -> None:
    page = screens.shelters()
    row = page.stack.board.rows()[0]
    page.site_actions.take(CardAction.EDIT, str(row.site.site_id))
    form = screens.window.findChild(SiteForm)
    assert isinstance(form, SiteForm)
    form.rooms.lines[0][1].setText("１，２００")
    form.by_day.setText("")
    form.needs[Need.POWER].setText("＊")
    form.submit()
    screens.wait(lambda: "直しました" in " ".join(one.text for one in screens.desktop.messages.messages()))
    with database.reading() as session:
        kept = {one.site_id: one for one in session.shelters.welfare()}[row.site.site_id]
    assert kept.rooms[0].floor_m2 == 1200
    assert kept.staff_by_day is None
    assert kept.need_capacity[Need.POWER] is UNLIMITED
    screens.wait(lambda: (one := page._row(str(row.site.site_id))) is not None and one.site == kept)


def test_an_unreadable_field_keeps_everything_typed(screens: Screens) -> None:
    page = screens.shelters()
    row = page.stack.board.rows()[0]
    saved: list[WelfareShelter] = []
    form = SiteForm(row.site, lambda _before, after: saved.append(after))
    screens.qtbot.addWidget(form)
    form.show()
    form.name.setText("架空 新しい名前")
    form.rooms.lines[0][1].setText("広い")
    form.submit()
    assert saved == []
    assert form.problem.isVisible()
    assert "室の面積" in form.problem.text_shown()
    assert form.name.text() == "架空 新しい名前"
    form.rooms.lines[0][1].setText("88.5")
    form.submit()
    assert saved[0].rooms[0].floor_m2 == Decimal("88.5")
    form.fail(KnownProblem("x", "だめです。"))
    assert form.keep.isEnabled()


def test_untouched_fields_come_back_as_they_were(
    database: CityDatabase, undressed: QApplication, qtbot: QtBot
) -> None:
    with database.reading() as session:
        sites = session.shelters.welfare()
    for one in sites:
        form = SiteForm(one, lambda _before, _after: None)
        qtbot.addWidget(form)
        typed = form.typed()
        assert replace(typed, need_capacity={}) == replace(one, need_capacity={})
        assert all(typed.need_capacity.get(need) == one.need_capacity.get(need) for need in Need)


def test_a_change_made_meanwhile_is_not_overwritten(database: CityDatabase) -> None:
    with database.reading() as session:
        before = session.shelters.welfare()[0]
    editing = SiteEditing(database)
    editing.save(before, replace(before, note="架空の備考"), today=TODAY)
    with pytest.raises(KnownProblem) as caught:
        editing.save(before, replace(before, note="ほかの備考"), today=TODAY)
    assert caught.value.code == "changed_meanwhile"


def test_who_may_not_edit_is_refused_and_sees_no_button(qtbot: QtBot, runner: TaskRunner, city: Path) -> None:
    with opened(city, "閲覧") as database:
        with database.reading() as session:
            before = session.shelters.welfare()[0]
        with pytest.raises(KnownProblem):
            SiteEditing(database).save(before, replace(before, note="x"), today=TODAY)
        made = open_screens(qtbot, runner, database)
        page = made.shelters()
        page.open_site(page.stack.board.rows()[0].site.site_id)
        assert page.card._edit.isHidden()
        assert page.main_action is None
        made.window.close()


@pytest.mark.parametrize(
    "change",
    [
        {"name": " "},
        {"rooms": (Room("x", Decimal(0)),)},
        {"blocked_places": -1},
        {"staff_by_day": -2},
        {"verified_on": date(2030, 1, 1)},
        {"opens_at_level": 5},
    ],
)
def test_figures_that_cannot_be_computed_with_are_refused(
    database: CityDatabase, change: dict[str, object]
) -> None:
    with database.reading() as session:
        before = session.shelters.welfare()[0]
    with pytest.raises(KnownProblem) as caught:
        SiteEditing(database).save(before, replace(before, **change), today=TODAY)  # type: ignore[arg-type]
    assert caught.value.code == "site_invalid"


def test_typed_values() -> None:
    assert read_count(" １２人 ", "x") == 12
    assert read_count("", "x") is None
    assert read_units("制限なし", "x") is UNLIMITED
    assert read_units("0", "x") == 0
    assert read_floor("１２０．５㎡", "x") == Decimal("120.5")
    assert read_rooms([("ホール", "100"), ("", ""), ("和室", "")]) == (
        Room("ホール", Decimal(100)),
        Room("和室", None),
    )
    for units in (UNLIMITED, 0, 7, None):
        assert read_units(write_units(units), "x") == units
    for text in ("-1", "abc", "1.5"):
        with pytest.raises(KnownProblem):
            read_count(text, "x")
    for text in ("nan", "1.234", "1e3x"):
        with pytest.raises(KnownProblem):
            read_floor(text, "x")


def test_without_the_citys_list_the_screen_says_how_to_bring_it_in(
    qtbot: QtBot, runner: TaskRunner, database: CityDatabase
) -> None:
    with database.writing() as session:
        known = [one.site_id for one in session.shelters.welfare() if not one.is_power_first]
        session.shelters.remove_welfare(database.access, known)
    made = open_screens(qtbot, runner, database)
    page = made.shelters()
    assert page._help.isVisible()
    assert [row.site.is_power_first for row in page.stack.board.rows()] == [True]
    made.window.close()
