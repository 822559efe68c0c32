"""Bringing map data in by hand: look first, answer what only a person knows, then keep."""

from __future__ import annotations

from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.ids import OperatorId
from kurume_bousai.ui.form_dialog import ConfirmDialog
from kurume_bousai.ui.kit.tokens import set_scale
from kurume_bousai.ui.places.hazard_dialog import HazardDialog
from kurume_bousai.ui.places.layer_dialog import LayerDialog
from kurume_bousai.ui.places.places_cards import PlacesCards
from kurume_bousai.ui.tasks import TaskRunner
from tests.fixtures import gazetteers
from tests.fixtures import layers as made
from tests.fixtures.rosters import CLERK, city
from tests.helpers.cards_page import CardsPage
from tests.helpers.office_desktop import Office, open_office

FACILITATOR = Access(OperatorId("f"), "進行", frozenset({Role.FACILITATOR}))


@pytest.fixture
def office(qtbot: QtBot, runner: TaskRunner) -> Office:
    return open_office(qtbot, runner, city(CLERK), CardsPage)


@pytest.fixture
def cards(office: Office) -> PlacesCards:
    return cards_of(office)


def cards_of(office: Office) -> PlacesCards:
    page = office.desktop.window.current_page()
    assert isinstance(page, CardsPage)
    return page.cards


def settle(office: Office, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not office.desktop.runner.running(), timeout=20_000)


def is_closed(dialog: QDialog) -> bool:
    """A window that was closed is deleted soon after."""
    return not shiboken6.isValid(dialog) or not dialog.isVisible()


def words(dialog: LayerDialog) -> str:
    return " ".join(one.text + one.advice for one in dialog.messages.messages())


def test_rivers_are_looked_at_kept_and_asked_of_every_home(
    office: Office, cards: PlacesCards, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = cards.import_layer()
    dialog.check_file(made.a31a(tmp_path / "A31a.zip"))
    settle(office, qtbot)
    assert office.database.state.layers == {}
    assert "A31a" in dialog.check.summary.text_shown()
    assert "県の管理する河川" in dialog.check.missing.text_shown()
    assert dialog.check.left_out.answer == "8件"
    assert "国の管理する河川だけを知っています" in dialog.check.grounds.text_shown()
    assert dialog.check.picture.words() == "図形7件を描いています。"
    assert dialog.commit_button.isEnabled()
    dialog.commit()
    settle(office, qtbot)
    assert len(office.database.state.layers) == 4
    assert dialog.isVisible()  # it asks for the hazards at once
    assert cards.layers.due.isVisible()
    shown = dialog.ask_hazards()
    settle(office, qtbot)
    assert is_closed(dialog)
    assert shown.table.rows()[0][0] == ("flood", "flood_l2")
    assert "安全という意味ではありません" in " ".join(
        para.text_shown() for para in shown.findChildren(type(shown.missing))
    )
    assert len(cards.layers.table.rows()) == 4
    cards.reload()
    settle(office, qtbot)
    assert not cards.layers.due.isVisible()


def test_a_system_must_be_confirmed_before_anything_is_kept(
    office: Office, cards: PlacesCards, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = cards.import_layer()
    dialog.check_file(made.w05(tmp_path))
    settle(office, qtbot)
    assert not dialog.commit_button.isEnabled()
    assert not dialog.check.system_card.isHidden()
    assert dialog.check.system.box.currentData() == "EPSG:4612"
    assert not dialog.check.system.read_again.isEnabled()
    dialog.check.system.sure.setChecked(True)
    dialog.check.system.read_again.click()
    settle(office, qtbot)
    assert dialog.check.system_card.isHidden()
    dialog.commit()
    settle(office, qtbot)
    assert [layer.kind for layer, _ in office.database.state.layers.values()] == ["river"]
    assert is_closed(dialog)  # rivers are no hazard


def test_an_older_layer_asks_whether_it_goes(
    office: Office, cards: PlacesCards, qtbot: QtBot, tmp_path: Path
) -> None:
    for name, shift in (("a.zip", 0.0), ("b.zip", 0.1)):
        dialog = cards.import_layer()
        dialog.check_file(made.a31a(tmp_path / name, shift=shift))
        settle(office, qtbot)
        if name == "b.zip":
            assert not dialog.commit_button.isEnabled()
            assert "「a.zip」" in dialog.check.older_words.text_shown()
            dialog.check.older.set_value(True)
            dialog.check.older.chosen.emit(True)
        dialog.commit()
        settle(office, qtbot)
        dialog.accept()
    kept = [layer.source.file_name for layer, _ in office.database.state.layers.values()]
    assert kept == ["b.zip"] * 4


def test_a_file_nobody_knows_becomes_ones_own_map(
    office: Office, cards: PlacesCards, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "冠水.geojson"
    zone = made.feature([made.around(made.SOUTH)], 場所="架空町", 深さ=30, 電話="0942-00-0001")
    path.write_bytes(made.collection(zone))
    dialog = cards.import_layer()
    assert dialog.own_button.isHidden()
    dialog.check_file(path)
    settle(office, qtbot)
    assert not dialog.own_button.isHidden()
    assert "--kind" not in words(dialog)
    dialog.own_button.click()
    settle(office, qtbot)
    assert dialog.form.name.text() == "冠水"
    dialog.check_own()
    assert "出典" in words(dialog)
    dialog.form.attribution.setText("架空協議会")
    dialog.form.label_column.setCurrentIndex(dialog.form.label_column.findData("場所"))
    dialog.form.value_column.setCurrentIndex(dialog.form.value_column.findData("深さ"))
    dialog.check_own()
    settle(office, qtbot)
    dialog.commit()
    settle(office, qtbot)
    ((layer, features),) = office.database.state.layers.values()
    assert (layer.title, layer.kind, layer.source.attribution) == ("冠水", "other", "架空協議会")
    assert features[0].attributes == {"name": "架空町", "value": 30, "class": "30"}


def test_shapes_far_from_the_city_are_taken_only_when_asked(
    office: Office, cards: PlacesCards, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "x.geojson"
    path.write_bytes(made.collection(made.river(1, 2, made.around((135.0, 34.0)))))
    dialog = cards.import_layer()
    dialog.check_file(path)
    settle(office, qtbot)
    assert not dialog.far_button.isHidden()
    assert dialog.own_button.isHidden()
    dialog.far_button.click()
    settle(office, qtbot)
    assert dialog.check.picture.words() == "図形1件を描いています。"
    assert dialog.commit_button.isEnabled()


def test_numbers_without_a_system_can_be_given_one(
    office: Office, cards: PlacesCards, qtbot: QtBot, tmp_path: Path
) -> None:
    from tests.fixtures.shapefiles import POLYGON, Field, write_shapefile

    ring = [(-46_000 + x, 33_000 + y) for x, y in ((0, 0), (500, 0), (500, 500), (0, 500), (0, 0))]
    fields = [Field("A33_001", width=2), Field("A33_002", width=2)]
    path = write_shapefile(tmp_path / "x.shp", POLYGON, [[ring]], fields, [["1", "1"]], prj=None)
    dialog = cards.import_layer()
    dialog.check_file(path)
    settle(office, qtbot)
    assert not dialog.system.isHidden()
    dialog.system.box.setCurrentIndex(dialog.system.box.findData("EPSG:6670"))
    dialog.system.sure.setChecked(True)
    dialog.system.read_again.click()
    settle(office, qtbot)
    assert dialog.commit_button.isEnabled()


def test_a_hostile_file_is_told_and_can_be_replaced_by_another(
    office: Office, cards: PlacesCards, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = cards.import_layer()
    dialog.check_file(made.write_zip(tmp_path / "x.zip", {"../evil.geojson": b"{}"}))
    settle(office, qtbot)
    assert "取り出し先の外" in words(dialog)
    dialog.check_file(made.n13(tmp_path / "y.geojson"))
    settle(office, qtbot)
    assert dialog.messages.messages() == ()
    assert dialog.commit_button.isEnabled()


def test_looking_can_be_stopped(office: Office, cards: PlacesCards, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = cards.import_layer()
    dialog.check_file(made.a31a(tmp_path / "a.zip"))
    dialog.reject()  # while it works this asks the work to stop
    settle(office, qtbot)
    assert dialog.isVisible()
    assert office.database.state.layers == {}


def test_the_list_opens_and_removes(office: Office, cards: PlacesCards, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = cards.import_layer()
    dialog.check_file(made.a31a(tmp_path / "a.zip"))
    settle(office, qtbot)
    dialog.commit()
    settle(office, qtbot)
    dialog.accept()
    settle(office, qtbot)
    listed = cards.layers
    assert listed.update_button.isEnabled()
    listed.table.setFocus()
    key = listed.table.rows()[0][0]
    listed.table.choose(key)
    QTest.keyClick(listed.table, Qt.Key.Key_Return)
    opened = [one for one in office.desktop.window.findChildren(QDialog) if one.isVisible()]
    assert len(opened) == 1
    opened[0].close()
    details = listed.open_details()
    assert details is not None
    facts = dict(details.facts.facts())
    assert "国の管理する河川だけ" in facts["範囲"]
    assert len(facts["指紋"].replace(" ", "").removeprefix("SHA-256")) == 64
    details.accept()
    question = listed.remove()
    assert isinstance(question, ConfirmDialog)
    question._do()
    settle(office, qtbot)
    assert len(office.database.state.layers) == 3
    # the removal offers to ask every home again
    assert [one for one in office.desktop.window.findChildren(HazardDialog) if one.isVisible()]


def test_the_checklist_names_what_lives_depend_on(
    office: Office, cards: PlacesCards, qtbot: QtBot, tmp_path: Path
) -> None:
    cards.reload()
    settle(office, qtbot)
    told = cards.checklist.summary.text_shown()
    assert "土砂災害警戒区域" in told
    assert "安全という意味ではありません" in told
    assert cards.checklist.fold.answer == "14のうち 0 が入っています"


def test_a_dictionary_of_addresses(office: Office, cards: PlacesCards, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = cards.import_gazetteer()
    dialog.check_file(gazetteers.isj_block_zip(tmp_path))
    settle(office, qtbot)
    assert "街区レベル" in dialog.summary.text_shown()
    assert len(dialog.table.rows()) >= 3
    dialog.commit()
    settle(office, qtbot)
    assert is_closed(dialog)
    assert len(cards.layers.table.rows()) == 1
    cards.layers.table.choose(cards.layers.table.rows()[0][0])
    question = cards.layers.remove()
    assert question is not None
    question._do()
    settle(office, qtbot)
    assert cards.layers.table.rows() == []


def test_a_facilitator_may_bring_maps_in_but_not_write_of_homes(
    qtbot: QtBot, runner: TaskRunner, tmp_path: Path
) -> None:
    office = open_office(qtbot, runner, city(FACILITATOR), CardsPage)
    cards = cards_of(office)
    dialog = cards.import_layer()
    dialog.check_file(made.a31a(tmp_path / "a.zip"))
    settle(office, qtbot)
    dialog.commit()
    settle(office, qtbot)
    assert not dialog.update_button.isEnabled()
    assert not cards.layers.update_button.isEnabled()
    assert cards.layers.remove_button.isVisible()


def test_every_window_fits_the_small_screen(
    office: Office, cards: PlacesCards, qtbot: QtBot, tmp_path: Path
) -> None:
    first = cards.import_layer()
    dialogs = [first, cards.import_own(), cards.import_gazetteer(), HazardDialog(office.desktop)]
    first.check_file(made.w05(tmp_path))
    settle(office, qtbot)
    for scale in (1.0, 1.5):
        set_scale(scale)
        assert office.desktop.window.minimumSizeHint().width() <= 1366
        assert office.desktop.window.minimumSizeHint().height() <= 690
        for dialog in dialogs:
            assert dialog.minimumSizeHint().width() <= 1326
            assert dialog.minimumSizeHint().height() <= 690
