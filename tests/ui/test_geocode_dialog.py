from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.gazetteer import PlaceLevel
from kurume_bousai.domain.home_places import HomeDoubt
from kurume_bousai.domain.ids import MemberId, OperatorId
from kurume_bousai.exchange.gazetteer_files import read_gazetteer
from kurume_bousai.services.places.gazetteer_import import commit_gazetteer
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.geocode.placing_dialog import PlacingDialog, open_placing
from kurume_bousai.ui.kit.tokens import set_scale
from kurume_bousai.ui.tasks import TaskRunner
from tests.fakes.city import FakeCity, FixedClock
from tests.fixtures.gazetteers import isj_block_zip
from tests.fixtures.rosters import CLERK
from tests.helpers.roster_desktop import fictional, fictional_city, make_desktop, open_roster

FLAGGED = replace(CLERK, operator_id=OperatorId("f"), handles_protected=True)
FACILITATOR = Access(OperatorId("g"), "進行", frozenset({Role.FACILITATOR}))
FOUND = LonLat(130.5693, 33.3146)
PRESSED = LonLat(130.52, 33.31)
SECRET = "架空荘101"

PEOPLE = (
    fictional(1, "架空 一", "カクウ イチ", home=None, address="久留米市山川追分2-10-9999", building=SECRET),
    fictional(2, "架空 二", "カクウ ニ", home=None, address="久留米市上津町100"),
    fictional(3, "架空 三", "カクウ サン", home=None, address="久留米市架空町9999-12"),
    fictional(4, "架空 四", "カクウ ヨン"),
    fictional(5, "架空 五", "カクウ ゴ", home=None, address="久留米市山川追分2-9999"),
    fictional(900_001, "架空 守", "カクウ モリ", home=None, has_protected_address=True),
)


@pytest.fixture(autouse=True)
def painted_map(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KURUME_BOUSAI_NO_WEBENGINE", "1")


@pytest.fixture
def city(tmp_path: Path) -> FakeCity:
    made = fictional_city(CLERK, PEOPLE)
    commit_gazetteer(made, read_gazetteer(isj_block_zip(tmp_path)), FixedClock())
    return made


@pytest.fixture
def desktop(qtbot: QtBot, runner: TaskRunner, city: FakeCity) -> Desktop:
    return make_desktop(qtbot, runner, city)


def opened(qtbot: QtBot, desktop: Desktop, member_id: str = "") -> PlacingDialog:
    dialog = open_placing(desktop, desktop.window, member_id)
    qtbot.waitUntil(lambda: not desktop.runner.running())
    return dialog


def at_work(qtbot: QtBot, desktop: Desktop, member_id: str = "") -> PlacingDialog:
    dialog = opened(qtbot, desktop, member_id)
    if not member_id:
        dialog.work_button.click()
    qtbot.waitUntil(lambda: not desktop.runner.running() and dialog.work.case.case is not None)
    return dialog


def on(qtbot: QtBot, dialog: PlacingDialog, number: int) -> None:
    """Choose a person of the list and wait for the record."""
    work = dialog.work
    work.table.choose_row(work.table.work.row_of(f"m{number}"))
    qtbot.waitUntil(lambda: work.case.case is not None and work.case.case.member.number == number)


def numbers(dialog: PlacingDialog) -> list[int]:
    return [item.number for item in dialog.work.table.work.items]


def settled(qtbot: QtBot, desktop: Desktop) -> None:
    qtbot.waitUntil(lambda: not desktop.runner.running())


def words_of(dialog: PlacingDialog) -> str:
    shown = [one.text() for one in dialog.findChildren(QLabel)]
    shown += [one.text() for one in dialog.findChildren(QAbstractButton)]
    table = dialog.work.table.work
    shown += [
        str(table.data(table.index(row, column)))
        for row in range(table.rowCount())
        for column in range(table.columnCount())
    ]
    return "\n".join(shown)


def test_the_state_is_said_with_its_dictionary(qtbot: QtBot, desktop: Desktop) -> None:
    dialog = opened(qtbot, desktop)
    assert dialog.state.sentence.text_shown() == (
        "5人のうち、1人の位置が決まっています。4人は、まだ決まっていません。"
    )
    assert "位置参照情報(街区レベル) 24.0a版 13件" in dialog.state.sources.text_shown()
    assert ("決まっていない", "4人") in dialog.state.standings.facts()
    assert dialog.work_button.text() == "一人ずつ決める(4人)"


def test_the_batch_is_looked_at_and_then_written(qtbot: QtBot, desktop: Desktop, city: FakeCity) -> None:
    dialog = opened(qtbot, desktop)
    dialog.preview()
    settled(qtbot, desktop)
    assert dialog.summary.sentence.text_shown() == "1人の位置が決まります。まだ書き込んでいません。"
    assert city.state.home_places == {}
    facts = dict(dialog.summary.facts.facts())
    parts = [int(value.removesuffix("人")) for words, value in facts.items() if words != "全員"]
    assert sum(parts) == int(facts["全員"].removesuffix("人")) == 5
    dialog.commit()
    settled(qtbot, desktop)
    assert city.state.members[MemberId("m1")].home == FOUND
    assert dialog.summary.sentence.text_shown() == "1人の位置を決めました。"
    assert not dialog.commit_button.isVisible()
    assert "浸水などの地図がないので" in dialog.summary.notes.text_shown()


def test_rough_places_only_where_chosen(qtbot: QtBot, desktop: Desktop, city: FakeCity) -> None:
    dialog = opened(qtbot, desktop)
    assert "520m" in words_of(dialog)
    dialog.state.choices[1][1].setChecked(True)
    dialog.preview()
    settled(qtbot, desktop)
    dialog.commit()
    settled(qtbot, desktop)
    assert city.state.home_places[MemberId("m5")].is_rough
    assert city.state.members[MemberId("m3")].home is None


def test_without_a_dictionary_one_by_one_is_left(qtbot: QtBot, runner: TaskRunner) -> None:
    desktop = make_desktop(qtbot, runner, fictional_city(CLERK, PEOPLE))
    dialog = opened(qtbot, desktop)
    assert not dialog.batch_button.isEnabled()
    assert "まだ入っていません" in dialog.state.sources.text_shown()
    dialog.work_button.click()
    settled(qtbot, desktop)
    assert numbers(dialog) == [1, 2, 3, 5]


def test_one_after_the_other(qtbot: QtBot, desktop: Desktop, city: FakeCity) -> None:
    dialog = at_work(qtbot, desktop)
    work = dialog.work
    assert numbers(dialog) == [1, 2, 3, 5]
    assert work.case.take_button.isEnabled(), "one house was found: it is offered"
    work.take()
    settled(qtbot, desktop)
    assert city.state.members[MemberId("m1")].home == FOUND
    assert city.state.home_places[MemberId("m1")].confidence == 1.0
    assert numbers(dialog) == [2, 3, 5]
    on(qtbot, dialog, 2)
    assert not work.case.take_button.isEnabled(), "two places are as likely: a person says which"
    work.take()
    assert MemberId("m2") not in city.state.home_places
    work.case.choose(1)
    work.take()
    settled(qtbot, desktop)
    assert city.state.home_places[MemberId("m2")].level is PlaceLevel.BLOCK
    on(qtbot, dialog, 3)
    work.set_aside()
    settled(qtbot, desktop)
    assert MemberId("m3") in city.state.home_undecided
    assert numbers(dialog) == [5]
    assert "00003番は" in desktop.messages.messages()[-1].text
    assert "00003番は" in work.hint.text_shown()


def test_what_cannot_be_written_is_said_in_the_window(qtbot: QtBot, desktop: Desktop, city: FakeCity) -> None:
    dialog = at_work(qtbot, desktop)
    on(qtbot, dialog, 1)
    with city.writing() as session:
        session.members.purge_added(CLERK, [MemberId("m1")])
    dialog.work.take()
    settled(qtbot, desktop)
    assert "もう名簿にありません" in dialog.messages.messages()[0].text
    assert not dialog.work.is_writing


def test_a_pin_is_set_where_the_map_is_pressed(qtbot: QtBot, desktop: Desktop, city: FakeCity) -> None:
    dialog = at_work(qtbot, desktop)
    on(qtbot, dialog, 3)
    work = dialog.work
    assert not work.case.choices
    work.map.point_clicked.emit(139.7, 35.6)
    assert work.case.pin is None
    assert "久留米市の外" in dialog.messages.messages()[0].text
    work.map.point_clicked.emit(PRESSED.lon, PRESSED.lat)
    assert work.map.scene.found == (PRESSED.lon, PRESSED.lat)
    assert MemberId("m3") not in city.state.home_places, "nothing is written before it is said"
    QTest.keyClick(work.case.take_button, Qt.Key.Key_Space)
    settled(qtbot, desktop)
    place = city.state.home_places[MemberId("m3")]
    assert (place.level, place.point, place.set_by) == (PlaceLevel.MANUAL, PRESSED, CLERK.name)
    work.back()
    settled(qtbot, desktop)
    assert work.case.case is not None
    assert work.case.case.member.number == 3
    assert "手で置いた位置" in work.case.present.text_shown()


def test_the_keyboard_alone_is_enough(qtbot: QtBot, desktop: Desktop, city: FakeCity) -> None:
    dialog = at_work(qtbot, desktop)
    on(qtbot, dialog, 2)
    work = dialog.work
    QTest.keyClick(work.table, Qt.Key.Key_Return)
    assert work.case.choices[0].hasFocus() or not dialog.isActiveWindow()
    QTest.keyClick(work.case.choices[0], Qt.Key.Key_Space)
    QTest.keyClick(work, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    work.take()
    settled(qtbot, desktop)
    assert MemberId("m2") in city.state.home_places
    on(qtbot, dialog, 3)
    work.map.setFocus()
    QTest.keyClick(work.map, Qt.Key.Key_Right)
    QTest.keyClick(work.map, Qt.Key.Key_Space)
    assert work.case.pin is not None


def test_candidates_stand_on_the_map_by_number_alone(qtbot: QtBot, desktop: Desktop) -> None:
    dialog = at_work(qtbot, desktop)
    on(qtbot, dialog, 2)
    marks = dialog.work.map.scene.people
    assert [mark.number for mark in marks] == [1, 2]
    assert not any(mark.id.startswith("m") for mark in marks)
    dialog.work.map.person_selected.emit("1")
    assert dialog.work.case.choices[1].isChecked()
    on(qtbot, dialog, 5)
    assert [mark.is_rough for mark in dialog.work.map.scene.people] == [True]


def test_hidden_names_hide_house_numbers_too(qtbot: QtBot, desktop: Desktop) -> None:
    dialog = at_work(qtbot, desktop)
    assert "2-10-9999" in words_of(dialog)
    assert SECRET in words_of(dialog)
    QTest.keyClick(dialog, Qt.Key.Key_F12)
    desktop.privacy.hide()
    hidden = words_of(dialog)
    assert "9999" not in hidden
    assert SECRET not in hidden
    assert "山川追分二丁目10" not in hidden
    assert "番地はかくしています" in hidden


def test_somebody_hidden_is_for_the_flagged_clerk_and_on_no_map(
    qtbot: QtBot, runner: TaskRunner, city: FakeCity
) -> None:
    desktop = make_desktop(qtbot, runner, city.seen_by(FLAGGED))
    dialog = at_work(qtbot, desktop)
    assert 900_001 in numbers(dialog)
    on(qtbot, dialog, 900_001)
    work = dialog.work
    assert not work.map.isVisible()
    assert work.map.scene.people == ()
    work.map.point_clicked.emit(PRESSED.lon, PRESSED.lat)
    assert work.case.pin is None
    on(qtbot, dialog, 1)
    assert work.map.isVisible()


def test_the_old_pin_is_offered_and_nothing_is_chosen_for_the_person(
    qtbot: QtBot, desktop: Desktop, city: FakeCity
) -> None:
    desktop.services.geocoding.pin(MemberId("m4"), PRESSED)
    with city.writing() as session:
        before = city.state.members[MemberId("m4")]
        gone = replace(before, address="久留米市城南町15-9999", home=None)
        session.members.save_many(CLERK, [gone], source="x")
    dialog = at_work(qtbot, desktop)
    dialog.work.doubts.set_value(HomeDoubt.ADDRESS_CHANGED)
    dialog.work.doubts.chosen.emit(HomeDoubt.ADDRESS_CHANGED)
    on(qtbot, dialog, 4)
    case = dialog.work.case
    assert "前の住所のときに手で置いた位置" in case.choices[0].text()
    assert case.chosen() is None
    case.choose(0)
    dialog.work.take()
    settled(qtbot, desktop)
    assert city.state.members[MemberId("m4")].home == PRESSED


def test_nothing_left_to_do_is_said(qtbot: QtBot, runner: TaskRunner) -> None:
    desktop = make_desktop(qtbot, runner, fictional_city(CLERK, (PEOPLE[3],)))
    dialog = opened(qtbot, desktop)
    dialog.work_button.click()
    settled(qtbot, desktop)
    assert dialog.work.case.address.text_shown() == "見てほしい人は、もういません。"
    assert not dialog.work.case.take_button.isVisible()


def test_windows_fit_the_small_screen(qtbot: QtBot, desktop: Desktop) -> None:
    dialog = at_work(qtbot, desktop)
    on(qtbot, dialog, 2)
    for scale in (1.0, 1.5):
        set_scale(scale)
        assert dialog.minimumSizeHint().width() <= 1342
        assert dialog.minimumSizeHint().height() <= 666
    set_scale(1.0)
    assert dialog.minimumSizeHint().height() <= 527
    assert dialog.minimumSizeHint().width() <= 1069


def test_the_list_opens_it_with_the_count_and_the_record_says_who_and_when(
    qtbot: QtBot, desktop: Desktop, city: FakeCity
) -> None:
    page = open_roster(qtbot, desktop, 5)
    assert page.placing.button.text() == "位置が決まっていない人 4人"
    desktop.services.geocoding.pin(MemberId("m4"), PRESSED)
    page.reload()
    page.table.choose("m4")
    qtbot.waitUntil(lambda: page.detail._view is not None and not desktop.runner.running())
    facts = dict(page.detail._house.facts())
    assert facts["地図"] == f"手で置いた位置　{CLERK.name}　令和8年11月21日"
    assert facts["校区は"] in ("書かれたとおり(ファイルか手で)", "不明")
    page.detail.place_button.click()
    dialog = desktop.window.findChild(PlacingDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.work.case.case is not None and dialog.work.case.case.member.number == 4)
    assert "決まっています" in dialog.work.case.sentence.text_shown()
    dialog.work.map.point_clicked.emit(FOUND.lon, FOUND.lat)
    dialog.work.take()
    settled(qtbot, desktop)
    assert city.state.members[MemberId("m4")].home == FOUND
    qtbot.waitUntil(lambda: not shiboken6.isValid(dialog))  # one person was asked about, and is decided


def test_who_may_not_edit_sees_no_button(qtbot: QtBot, runner: TaskRunner, city: FakeCity) -> None:
    facilitator = replace(FACILITATOR, districts=None)
    desktop = make_desktop(qtbot, runner, city.seen_by(facilitator))
    page = desktop.window.show_page("roster")
    settled(qtbot, desktop)
    assert page is not None
    assert not any(
        "位置が決まって" in one.text() or "地図で位置を直す" in one.text()
        for one in page.findChildren(QAbstractButton)
        if one.isVisible()
    )
