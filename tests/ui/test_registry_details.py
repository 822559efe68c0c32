"""くわしい記録 on the form and in the record, 履歴 side by side, and narrowing by 自治会 and 民生委員."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from kurume_bousai.domain.hazard_readings import QUESTIONS, StoredReading
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.members import Reason, RosterMember
from kurume_bousai.domain.person_details import (
    Contact,
    HouseholdPerson,
    MedicalDevice,
    Mobility,
    PersonDetails,
    ReasonRecord,
)
from kurume_bousai.services.drafts import PERSON_FORM, KeptDrafts
from kurume_bousai.services.ports.members import GroupField
from kurume_bousai.ui.kit.tokens import set_scale
from kurume_bousai.ui.privacy import HIDDEN_TEXT
from kurume_bousai.ui.registry.edit_dialog import PersonDialog
from kurume_bousai.ui.registry.hazard_words import hazard_facts
from kurume_bousai.ui.registry.history import HistoryDialog, rows_shown
from kurume_bousai.ui.registry.person_form_family import FamilyRow, SomebodyDialog
from kurume_bousai.ui.registry.roster_narrowing import NarrowDialog
from kurume_bousai.ui.registry.roster_page import RosterPage
from kurume_bousai.ui.tasks import TaskRunner
from tests.fakes.city import FakeCity
from tests.helpers.roster_desktop import PEOPLE, fictional_city, make_desktop, names, open_roster

DETAILS = PersonDetails(
    display_name="架空 大森",
    reason_records=(ReasonRecord(Reason.CARE_LEVEL, "要介護4", date(2023, 4, 1), None, "介護保険課"),),
    devices=frozenset({MedicalDevice.OXYGEN}),
    mobility=Mobility.WHEELCHAIR,
    helpers_needed=2,
    allergies="そば",
    pets="犬1",
    contacts=(Contact("架空 次郎", "長男", "", "0942-00-0101"),),
    household=(HouseholdPerson("", "妻", MemberId("m2"), goes_along=True),),
    is_alone_by_day=True,
)


def detailed(**fields: object) -> FakeCity:
    first = dataclasses.replace(PEOPLE[0], details=DETAILS, commissioner="架空 委員", **fields)  # type: ignore[arg-type]
    return fictional_city(people=(first, *PEOPLE[1:]))


def shown(qtbot: QtBot, runner: TaskRunner, database: FakeCity) -> RosterPage:
    page = open_roster(qtbot, make_desktop(qtbot, runner, database), 3)
    page.table.choose("m1")
    qtbot.waitUntil(lambda: page.detail.member is not None)
    return page


def editing(qtbot: QtBot, page: RosterPage) -> PersonDialog:
    page.edit_person()
    qtbot.waitUntil(lambda: page._dialog is not None)
    dialog = page._dialog
    assert dialog is not None
    return dialog


def stored(database: FakeCity) -> RosterMember:
    return database.state.members[MemberId("m1")]


def test_the_form_gives_back_what_it_was_filled_with(qtbot: QtBot, runner: TaskRunner) -> None:
    database = detailed()
    dialog = editing(qtbot, shown(qtbot, runner, database))
    assert dialog.form.check() == stored(database)
    again = dialog.form.fields()
    dialog.form.set_member(RosterMember(MemberId("m1"), 1, ""))
    dialog.form.set_fields(again)
    assert dialog.form.details.check() == DETAILS
    dialog._throw_away()


def test_a_contact_and_a_reason_are_added_by_keyboard(qtbot: QtBot, runner: TaskRunner) -> None:
    database = fictional_city()
    page = shown(qtbot, runner, database)
    dialog = editing(qtbot, page)
    dialog.activateWindow()
    fold = dialog.form.sections["family"]
    fold.line.setFocus()
    QTest.keyClick(fold.line, Qt.Key.Key_Space)
    assert fold.is_open
    add = dialog.form.details.contacts.add_button
    add.setFocus()
    QTest.keyClick(add, Qt.Key.Key_Space)
    for text in ("Kaku Jiro", "brother", "0942-00-0102"):
        focus = QApplication.focusWidget()
        assert isinstance(focus, QLineEdit)
        QTest.keyClicks(focus, text)
        QTest.keyClick(focus, Qt.Key.Key_Return)
    last = QApplication.focusWidget()
    assert last is not None
    QTest.keyClick(last, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page._dialog is None)
    assert stored(database).details.contacts == (Contact("Kaku Jiro", "brother", "", "0942-00-0102"),)


def test_blank_rows_are_not_kept_and_a_row_can_be_taken_off(qtbot: QtBot, runner: TaskRunner) -> None:
    database = detailed()
    page = shown(qtbot, runner, database)
    dialog = editing(qtbot, page)
    contacts = dialog.form.details.contacts
    contacts.add()
    contacts._remove(contacts.rows()[0])
    dialog.save()
    qtbot.waitUntil(lambda: page._dialog is None)
    assert stored(database).details.contacts == ()


def test_a_wrong_period_opens_its_section(qtbot: QtBot, runner: TaskRunner) -> None:
    dialog = editing(qtbot, shown(qtbot, runner, detailed()))
    dialog.form.details.reasons.rows()[0].set_texts(["care_level", "", "R5.4.1", "R4.4.1", ""])
    fold = dialog.form.sections["grades"]
    before = fold.is_open
    dialog.save()
    assert "終わりの日" in dialog.problem_words
    assert (before, fold.is_open) == (False, True)
    dialog._throw_away()


def test_what_the_law_still_asks_for_is_said_while_one_types(qtbot: QtBot, runner: TaskRunner) -> None:
    page = open_roster(qtbot, make_desktop(qtbot, runner, fictional_city()), 3)
    page.add_person()
    qtbot.waitUntil(lambda: page._dialog is not None)
    dialog = page._dialog
    assert dialog is not None
    assert dialog.form.statutory.text_shown().endswith("避難支援等を必要とする事由")
    dialog.form.lines["name"].setText("架空 一郎")
    dialog.form.reasons.chip(Reason.EQUIVALENT).click()
    words = dialog.form.statutory.text_shown()
    assert "氏名" not in words
    assert "事由" not in words
    assert "住所又は居所" in words
    dialog._throw_away()


def test_unusual_characters_are_kept_and_another_way_of_writing_is_offered(
    qtbot: QtBot, runner: TaskRunner
) -> None:
    database = fictional_city(people=(dataclasses.replace(PEOPLE[0], name="架空 大\ue123森"), *PEOPLE[1:]))
    page = shown(qtbot, runner, database)
    dialog = editing(qtbot, page)
    assert not dialog.form.unusual.isHidden()
    assert "外字" in dialog.form.unusual.text_shown()
    dialog.form.details.lines["display_name"].setText("架空 大森")
    dialog.save()
    qtbot.waitUntil(lambda: page._dialog is None)
    assert stored(database).name == "架空 大\ue123森"
    assert stored(database).details.display_name == "架空 大森"


def test_family_is_linked_to_the_list_and_named_by_it(qtbot: QtBot, runner: TaskRunner) -> None:
    database = fictional_city()
    page = shown(qtbot, runner, database)
    dialog = editing(qtbot, page)
    row = dialog.form.details.household.add()
    assert isinstance(row, FamilyRow)
    row.kinship.setText("妻")
    row.link_button.click()
    asked = QApplication.activeModalWidget()
    assert isinstance(asked, SomebodyDialog)
    asked.search.setText("花子")
    qtbot.waitUntil(lambda: asked._model.rowCount() == 1)
    asked.list.setCurrentIndex(asked._model.index(0, 0))
    asked.take.click()
    assert "架空 花子" in row._linked.text_shown()
    page._desktop.privacy.hide()
    assert "花子" not in row._linked.text_shown()
    dialog.save()
    qtbot.waitUntil(lambda: page._dialog is None)
    assert stored(database).details.household == (HouseholdPerson("", "妻", MemberId("m2")),)
    page._desktop.privacy.show()
    qtbot.waitUntil(lambda: page.detail.person is not None and bool(page.detail.person.relatives))
    assert "花子" in dict(page.detail._family.facts())["家族"]


def test_a_draft_keeps_the_details(qtbot: QtBot, runner: TaskRunner) -> None:
    database = detailed()
    page = shown(qtbot, runner, database)
    dialog = editing(qtbot, page)
    dialog.form.details.lines["allergies"].setText("えび")
    dialog.keep_draft()
    qtbot.waitUntil(lambda: KeptDrafts(database).load(PERSON_FORM) is not None)
    draft = KeptDrafts(database).load(PERSON_FORM)
    assert draft is not None
    dialog._throw_away()
    again = editing(qtbot, page)
    again.take_draft(draft)
    assert again.form.details.check() == dataclasses.replace(DETAILS, allergies="えび")
    again._throw_away()


def test_the_room_reads_neither_contacts_nor_family(qtbot: QtBot, runner: TaskRunner) -> None:
    page = shown(qtbot, runner, detailed())
    page.detail.family.toggle()
    page._desktop.privacy.hide()
    facts = dict(page.detail._family.facts())
    assert facts["連絡先"] == HIDDEN_TEXT
    assert facts["家族"] == HIDDEN_TEXT
    dialog = editing(qtbot, page)
    contact = dialog.form.details.contacts.rows()[0]
    assert all(edit.echoMode() is QLineEdit.EchoMode.Password for edit in contact.findChildren(QLineEdit))
    dialog._throw_away()


def test_outside_and_no_data_are_told_apart() -> None:
    home = PEOPLE[0].home
    assert home is not None
    states = ("inside", "outside", "inside", "inside", "no_data", "outside")
    readings = [
        StoredReading(kind, scenario, state, 2 if state == "inside" else None, 1, home.lon, home.lat)  # type: ignore[arg-type]
        for (kind, scenario), state in zip(QUESTIONS, states, strict=False)
    ]
    facts = dict(hazard_facts(PEOPLE[0], readings))
    assert facts["洪水(最大)"] == "0.5〜3m"
    assert facts["洪水(計画)"] == "区域外"
    assert facts["内水"] == "データなし"
    assert facts["データなし"] == "土砂"
    assert "安全という意味ではありません" in facts["注意"]
    elsewhere = [dataclasses.replace(one, lon=130.0) for one in readings]
    assert hazard_facts(PEOPLE[0], elsewhere) == []


def test_versions_stand_side_by_side_and_one_is_restored(qtbot: QtBot, runner: TaskRunner) -> None:
    database = detailed()
    page = shown(qtbot, runner, database)
    dialog = editing(qtbot, page)
    dialog.form.details.lines["pets"].setText("犬1、猫1")
    dialog.form.lines["phone"].setText("0942-00-7777")
    dialog.save()
    qtbot.waitUntil(lambda: page.detail.member is not None and page.detail.member.version == 2)
    page.acts.compare()
    history = QApplication.activeModalWidget()
    assert isinstance(history, HistoryDialog)
    qtbot.waitUntil(lambda: history.table.rowCount() == 2)
    assert list(rows_shown(history.table)) == [
        ("電話1", "0942-00-0001", "0942-00-7777"),
        ("ペット", "犬1", "犬1、猫1"),
    ]
    page._desktop.privacy.hide()
    assert next(iter(rows_shown(history.table))) == ("電話1", HIDDEN_TEXT, HIDDEN_TEXT)
    page._desktop.privacy.show()
    assert not history.restore.isEnabled()
    QTest.keyClick(history.list, Qt.Key.Key_Down)
    assert history.restore.isEnabled()
    history.restore.click()
    confirm = QApplication.activeModalWidget()
    assert confirm is not None
    confirm.accept()  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: stored(database).version == 3)
    assert stored(database).details == DETAILS


def test_the_list_is_narrowed_by_commissioner_and_freed_again(qtbot: QtBot, runner: TaskRunner) -> None:
    page = shown(qtbot, runner, detailed())
    page.narrowing.open()
    asked = QApplication.activeModalWidget()
    assert isinstance(asked, NarrowDialog)
    asked.by.set_value(GroupField.COMMISSIONER)
    asked.by.chosen.emit(GroupField.COMMISSIONER)
    qtbot.waitUntil(lambda: asked._listed == ["架空 委員"])
    asked.part.setText("いない")
    assert not asked.take.isEnabled()
    asked.part.setText("委員")
    QTest.keyClick(asked.part, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: names(page) == ["架空 大森"])
    assert page.filters._narrow.text() == "民生委員 架空 委員"
    page._desktop.privacy.hide()
    assert "委員 架空" not in page.filters._narrow.text()
    page.filters.narrow_dropped.emit()
    qtbot.waitUntil(lambda: page.table.roster.rowCount() == 3)
    assert page.filters._narrow.isHidden()


@pytest.mark.parametrize(("size", "scale"), [((1366, 690), 1.0), ((1366, 690), 1.5), ((1093, 551), 1.0)])
def test_nothing_scrolls_sideways(
    qtbot: QtBot, runner: TaskRunner, size: tuple[int, int], scale: float
) -> None:
    set_scale(scale)
    page = open_roster(qtbot, make_desktop(qtbot, runner, detailed(), size=size), 3)
    page.table.choose("m1")
    qtbot.waitUntil(lambda: page.detail.member is not None)
    dialog = editing(qtbot, page)
    for fold in dialog.form.sections.values():
        fold.set_open(is_open=True)
    qtbot.waitUntil(dialog.isVisible)
    assert dialog.width() <= size[0]
    assert dialog.form.minimumSizeHint().width() <= dialog._scroll.viewport().width()
    dialog._throw_away()
