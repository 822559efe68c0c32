from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableWidget
from pytestqt.qtbot import QtBot

from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.ids import OperatorId
from kurume_bousai.mapview.protocol import MapScene, SiteKind, SiteMark
from kurume_bousai.services.places.ports import MapPicture, PlaceFileKind
from kurume_bousai.ui.form_dialog import ConfirmDialog
from kurume_bousai.ui.kit.tokens import set_scale
from kurume_bousai.ui.places.background_dialog import BackgroundDialog
from kurume_bousai.ui.places.import_dialog import KINDS
from kurume_bousai.ui.places.places_cards import PlacesCards
from kurume_bousai.ui.tasks import TaskRunner
from tests.fixtures.rosters import CLERK, city
from tests.helpers.cards_page import CardsPage
from tests.helpers.office_desktop import Office, open_office

VIEWER = Access(OperatorId("v"), "閲覧", frozenset({Role.VIEWER}))
SHELTERS = KINDS[1]


@pytest.fixture(autouse=True)
def painted_map(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KURUME_BOUSAI_NO_WEBENGINE", "1")


@pytest.fixture
def office(qtbot: QtBot, runner: TaskRunner) -> Office:
    return open_office(qtbot, runner, city(CLERK), CardsPage)


def page_of(office: Office) -> PlacesCards:
    page = office.desktop.window.current_page()
    assert isinstance(page, CardsPage)
    return page.cards


def picture(pages: int = 1) -> MapPicture:
    kept = io.BytesIO()
    Image.new("RGB", (80, 60), "white").save(kept, "PNG")
    png = kept.getvalue()
    return MapPicture("手書き(架空)", png, 0, pages, 800, 600, png)


@pytest.fixture
def pinning(office: Office, qtbot: QtBot) -> BackgroundDialog:
    dialog = page_of(office).pin(picture())
    qtbot.waitUntil(lambda: not office.desktop.runner.running())
    return dialog


def cell(table: QTableWidget, row: int, column: int) -> str:
    item = table.item(row, column)
    return item.text() if item is not None else ""


def set_pins(dialog: BackgroundDialog, count: int) -> None:
    places = [
        (10, 10, 130.48, 33.32),
        (700, 20, 130.53, 33.32),
        (30, 500, 130.48, 33.29),
        (650, 550, 130.53, 33.29),
    ]
    for x, y, lon, lat in places[:count]:
        dialog.press_picture(x, y)
        dialog.press_map(lon, lat)


def test_page_and_windows_fit_the_small_screen(office: Office, pinning: BackgroundDialog) -> None:
    for scale in (1.0, 1.5):
        set_scale(scale)
        assert office.desktop.window.minimumSizeHint().width() <= 1366
        assert office.desktop.window.minimumSizeHint().height() <= 690
        assert pinning.minimumSizeHint().width() <= 1326
        assert pinning.minimumSizeHint().height() <= 690
    set_scale(1.0)
    assert pinning.minimumSizeHint().height() <= 551


def test_a_viewer_sees_what_there_is_and_why_no_more(qtbot: QtBot, runner: TaskRunner) -> None:
    office = open_office(qtbot, runner, city(VIEWER), CardsPage)
    page = page_of(office)
    assert not page.add_button.isVisible()
    assert not any(card.start.isVisible() for card in page.cards.values())
    assert "概略" in page.cards[PlaceFileKind.DISTRICTS].now.text_shown()


def test_a_file_is_looked_at_and_then_written(office: Office, qtbot: QtBot) -> None:
    dialog = page_of(office).start_import(SHELTERS)
    dialog.check_file(Path("架空.csv"))
    qtbot.waitUntil(lambda: dialog.step() == 1)
    assert office.database.state.designated == {}
    assert cell(dialog.problems, 0, 0) == "3行目"
    assert cell(dialog.problems, 0, 3) == "久留米市の外の施設です。"
    dialog.commit()
    qtbot.waitUntil(lambda: bool(office.database.state.designated))
    qtbot.waitUntil(lambda: "指定避難所 1" in page_of(office).cards[PlaceFileKind.SHELTERS].now.text_shown())
    assert office.changed == ["ground"]


def test_an_unreadable_file_is_told_in_the_window(office: Office, qtbot: QtBot) -> None:
    dialog = page_of(office).start_import(SHELTERS)
    dialog.check_file(Path("架空.docx"))
    qtbot.waitUntil(lambda: bool(dialog.messages.messages()))
    assert dialog.messages.messages()[0].text == "このファイルは読めません。"
    assert dialog.step() == 0


def test_three_pins_hold_and_four_are_checked(
    pinning: BackgroundDialog, office: Office, qtbot: QtBot
) -> None:
    set_pins(pinning, 3)
    qtbot.waitUntil(lambda: "3か所では" in pinning.quality.text_shown())
    pinning.press_picture(650, 550)
    pinning.lon.setText("１３０．５３")  # full width
    pinning.lat.setText("33.29")
    pinning.press_typed()
    qtbot.waitUntil(lambda: "4m" in pinning.quality.text_shown())
    assert [cell(pinning.table, row, 3) for row in range(4)] == ["4m"] * 4
    pinning.keep()
    qtbot.waitUntil(lambda: bool(office.database.state.backgrounds))
    kept = next(iter(office.database.state.backgrounds.values()))
    assert kept.name == "手書き(架空)"


def test_two_pins_are_not_enough(pinning: BackgroundDialog, office: Office) -> None:
    set_pins(pinning, 2)
    pinning.keep()
    assert "2か所しかありません" in pinning.messages.messages()[0].text
    assert office.database.state.backgrounds == {}


def test_a_typed_place_outside_the_city_is_told(pinning: BackgroundDialog) -> None:
    pinning.press_picture(10, 10)
    pinning.lon.setText("33.32")
    pinning.lat.setText("130.48")
    pinning.press_typed()
    assert pinning.pins() == ()
    assert pinning.messages.messages()


def test_delete_takes_a_pin_away(pinning: BackgroundDialog) -> None:
    set_pins(pinning, 3)
    pinning.table.selectRow(1)
    QTest.keyClick(pinning.table, Qt.Key.Key_Delete)
    assert [round(pin.x_px) for pin in pinning.pins()] == [10, 30]


def test_the_picture_is_pressed_by_mouse_and_keyboard(pinning: BackgroundDialog, qtbot: QtBot) -> None:
    view = pinning.picture
    view.resize(400, 300)
    with qtbot.waitSignal(view.pressed) as pressed:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    assert pressed.args == pytest.approx([400.0, 300.0], abs=2)
    QTest.keyClick(view, Qt.Key.Key_Right)
    with qtbot.waitSignal(view.pressed) as pressed:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert pressed.args[0] > 402
    QTest.keyClick(view, Qt.Key.Key_Plus)
    with qtbot.waitSignal(view.pressed):
        QTest.keyClick(view, Qt.Key.Key_Space)


def test_pins_are_not_lost_without_asking(pinning: BackgroundDialog) -> None:
    set_pins(pinning, 1)
    pinning.reject()
    assert pinning.isVisible()
    question = pinning.findChild(ConfirmDialog)
    assert question is not None
    question._do()
    assert not pinning.isVisible()


def test_a_background_is_removed_after_asking(
    pinning: BackgroundDialog, office: Office, qtbot: QtBot
) -> None:
    set_pins(pinning, 4)
    pinning.keep()
    qtbot.waitUntil(lambda: bool(office.database.state.backgrounds))
    page = page_of(office)
    page.remove_background(next(iter(office.database.state.backgrounds.values())))
    question = office.desktop.window.findChild(ConfirmDialog)
    assert question is not None
    question._do()
    qtbot.waitUntil(lambda: not office.database.state.backgrounds)


def test_a_school_on_the_map_is_a_mark_too(pinning: BackgroundDialog) -> None:
    school = SiteMark("E1", SiteKind.DESIGNATED, 130.51, 33.31, "架空小学校")
    pinning._on_scene(MapScene(sites=(school,)))
    pinning.press_picture(10, 10)
    assert "図の点と同じ場所を、地図で押してください" in pinning.next_words.text_shown()
    pinning.map.site_selected.emit("E1")
    pinning.press_picture(700, 20)
    pinning.map.point_clicked.emit(130.53, 33.32)
    assert [(pin.point.lon, pin.point.lat) for pin in pinning.pins()] == [(130.51, 33.31), (130.53, 33.32)]
    pinning.map.point_clicked.emit(130.54, 33.32)  # nothing was pressed in the picture
    assert len(pinning.pins()) == 2
