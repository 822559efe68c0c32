from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from kurume_bousai.domain.consents import ConsentGiver, ConsentKind, ConsentMethod, ConsentState
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.members import DistrictMethod, Need, Reason, RemovalReason
from kurume_bousai.services.drafts import PERSON_FORM, KeptDrafts
from kurume_bousai.ui.registry.edit_dialog import PersonDialog
from kurume_bousai.ui.registry.remove_dialog import RemoveDialog
from kurume_bousai.ui.registry.roster_page import RosterPage
from kurume_bousai.ui.tasks import TaskRunner
from tests.fakes.city import FakeCity
from tests.fixtures.rosters import CLERK, FLAGGED
from tests.helpers.roster_desktop import fictional_city, make_desktop, open_roster


def new_person(qtbot: QtBot, page: RosterPage) -> PersonDialog:
    page.add_person()
    qtbot.waitUntil(lambda: page._dialog is not None)
    dialog = page._dialog
    assert dialog is not None
    qtbot.waitUntil(dialog.isVisible)
    return dialog


def edit(qtbot: QtBot, page: RosterPage, member_id: str) -> PersonDialog:
    page.table.choose(member_id)
    page.edit_person()
    qtbot.waitUntil(lambda: page._dialog is not None)
    dialog = page._dialog
    assert dialog is not None
    return dialog


def press(
    key: Qt.Key, target: QWidget, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    QTest.keyClick(QApplication.focusWidget() or target, key, modifier)


def test_a_new_person_by_keyboard_alone_with_only_the_statutory_fields(
    qtbot: QtBot, runner: TaskRunner
) -> None:
    database = fictional_city()
    page = open_roster(qtbot, make_desktop(qtbot, runner, database), 3)
    dialog = new_person(qtbot, page)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.form.lines["name"].hasFocus)

    def type_and_go_on(text: str) -> None:
        focus = QApplication.focusWidget()
        assert isinstance(focus, QLineEdit)
        if text:
            QTest.keyClicks(focus, text)
        QTest.keyClick(focus, Qt.Key.Key_Return)

    type_and_go_on("Kaku Shin")
    type_and_go_on("")
    type_and_go_on("S10.4.1")
    while not isinstance(QApplication.focusWidget(), QLineEdit):  # 性別 stays 不明
        press(Qt.Key.Key_Tab, dialog)
    type_and_go_on("9999-12")
    for _ in range(3):
        type_and_go_on("")
    assert QApplication.focusWidget() is dialog.form.reasons.chip(Reason.CARE_LEVEL)
    press(Qt.Key.Key_Space, dialog)
    press(Qt.Key.Key_Return, dialog, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page.table.roster.rowCount() == 4)
    stored = next(one for one in database.state.members.values() if one.name == "Kaku Shin")
    assert stored.born_on == date(1935, 4, 1)
    assert stored.address == "9999-12"
    assert stored.reasons == frozenset({Reason.CARE_LEVEL})
    assert stored.consent_state(ConsentKind.ROSTER) is ConsentState.UNANSWERED
    assert page.table.chosen == stored.member_id


def test_a_typed_date_is_echoed_with_the_age(qtbot: QtBot, runner: TaskRunner) -> None:
    page = open_roster(qtbot, make_desktop(qtbot, runner, fictional_city()), 3)
    dialog = new_person(qtbot, page)
    QTest.keyClicks(dialog.form.born.line, "S10.4.1")
    assert dialog.form.born.echo.text() == "昭和10年4月1日・91歳"
    dialog._throw_away()


def test_what_is_missing_is_said_and_gets_the_keyboard(qtbot: QtBot, runner: TaskRunner) -> None:
    page = open_roster(qtbot, make_desktop(qtbot, runner, fictional_city()), 3)
    dialog = new_person(qtbot, page)
    dialog.form.lines["name"].setText("架空 一郎")
    dialog.form.lines["address"].setText("架空町9999")
    dialog.save()
    qtbot.waitUntil(lambda: "事由" in dialog.problem_words)
    assert dialog.isVisible()
    dialog._throw_away()


def test_an_explanation_after_the_answer_is_refused(qtbot: QtBot, runner: TaskRunner) -> None:
    database = fictional_city()
    page = open_roster(qtbot, make_desktop(qtbot, runner, database), 3)
    dialog = edit(qtbot, page, "m1")
    editor = dialog.form.consents[ConsentKind.ROSTER]
    editor.state.set_value(ConsentState.GIVEN)
    editor.decided.line.setText("R8.4.1")
    editor.explained.line.setText("R8.4.2")
    assert "説明日が同意日より後" in editor.problem_words()
    dialog.save()
    assert "説明日が同意日より後" in dialog.problem_words
    editor.explained.line.setText("R8.3.1")
    assert editor.problem_words() == ""
    editor.explained_by.setText("架空の民生委員")
    editor.method.set_value(ConsentMethod.WRITTEN)
    editor.given_by.set_value(ConsentGiver.PERSON)
    dialog.save()
    qtbot.waitUntil(lambda: page._dialog is None)
    stored = database.state.members[MemberId("m1")]
    assert stored.consent_state(ConsentKind.ROSTER) is ConsentState.GIVEN
    assert stored.version == 2


def test_needs_and_district_are_saved_as_a_new_version(qtbot: QtBot, runner: TaskRunner) -> None:
    database = fictional_city()
    page = open_roster(qtbot, make_desktop(qtbot, runner, database), 3)
    dialog = edit(qtbot, page, "m3")
    dialog.form.needs.chip(Need.STRETCHER).click()
    dialog.form.district.setCurrentIndex(dialog.form.district.findData("荒木"))
    dialog.save()
    qtbot.waitUntil(lambda: page._dialog is None)
    stored = database.state.members[MemberId("m3")]
    assert stored.needs == frozenset({Need.STRETCHER})
    assert (stored.district_id, stored.district_method) == ("荒木", DistrictMethod.STATED)


def test_somebody_who_moved_loses_the_old_place_and_depth(qtbot: QtBot, runner: TaskRunner) -> None:
    database = fictional_city()
    page = open_roster(qtbot, make_desktop(qtbot, runner, database), 3)
    dialog = edit(qtbot, page, "m1")
    dialog.form.lines["address"].setText("久留米市架空町9999-1")
    dialog.save()
    assert "家の場所" in dialog.problem_words
    dialog.form.moved.set_value("moved")
    dialog.save()
    qtbot.waitUntil(lambda: page._dialog is None)
    stored = database.state.members[MemberId("m1")]
    assert stored.home is None
    assert stored.flood_rank is None


def test_the_flag_is_offered_to_the_flagged_clerk_only(qtbot: QtBot, runner: TaskRunner) -> None:
    page = open_roster(qtbot, make_desktop(qtbot, runner, fictional_city()), 3)
    dialog = new_person(qtbot, page)
    assert dialog.form.protected.isHidden()
    dialog._throw_away()


def test_the_flagged_clerk_can_hide_a_person(qtbot: QtBot, runner: TaskRunner) -> None:
    database = fictional_city(FLAGGED)
    page = open_roster(qtbot, make_desktop(qtbot, runner, database), 4)
    dialog = edit(qtbot, page, "m1")
    assert not dialog.form.protected.isHidden()
    dialog.form.protected.setChecked(True)
    dialog.save()
    qtbot.waitUntil(lambda: page._dialog is None)
    with database.seen_by(CLERK).reading() as session:
        assert session.members.get(CLERK, MemberId("m1")) is None


def test_a_second_person_of_the_same_name_and_birth_must_be_meant(qtbot: QtBot, runner: TaskRunner) -> None:
    database = fictional_city()
    page = open_roster(qtbot, make_desktop(qtbot, runner, database), 3)
    dialog = new_person(qtbot, page)
    form = dialog.form
    form.lines["name"].setText("架空 花子")
    form.born.line.setText("昭和10年4月1日")
    form.lines["address"].setText("架空町9999")
    form.reasons.chip(Reason.EQUIVALENT).click()
    dialog.save()
    qtbot.waitUntil(lambda: "00002" in dialog.problem_words)
    assert len(database.state.members) == 4
    dialog.save()
    qtbot.waitUntil(lambda: len(database.state.members) == 5)
    qtbot.waitUntil(lambda: page._dialog is None)


def test_esc_says_once_that_changes_would_be_lost(qtbot: QtBot, runner: TaskRunner) -> None:
    database = fictional_city()
    page = open_roster(qtbot, make_desktop(qtbot, runner, database), 3)
    dialog = edit(qtbot, page, "m1")
    dialog.form.lines["phone"].setText("0942-00-7777")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert "保存していない" in dialog.problem_words
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page._dialog is None)
    assert database.state.members[MemberId("m1")].version == 1


def test_the_form_hides_what_is_personal_while_names_are_hidden(qtbot: QtBot, runner: TaskRunner) -> None:
    desktop = make_desktop(qtbot, runner, fictional_city())
    page = open_roster(qtbot, desktop, 3)
    dialog = edit(qtbot, page, "m1")
    desktop.privacy.hide()
    for name in ("name", "kana", "address", "phone", "note"):
        assert dialog.form.lines[name].echoMode() is QLineEdit.EchoMode.Password
    assert dialog.form.lines["care_level"].echoMode() is QLineEdit.EchoMode.Normal
    assert dialog.form.born.echo.isHidden()
    dialog._throw_away()


def test_a_draft_survives_a_crash_and_is_offered_again(qtbot: QtBot, runner: TaskRunner) -> None:
    database = fictional_city()
    _crash_while_typing(qtbot, runner, database)
    drafts = KeptDrafts(database)
    assert drafts.load(PERSON_FORM) is not None
    page = open_roster(qtbot, make_desktop(qtbot, runner, database), 3)
    qtbot.waitUntil(lambda: not page._draft_card.isHidden())
    page._continue_draft()
    dialog = page._dialog
    assert dialog is not None
    assert dialog.form.lines["name"].text() == "架空 書きかけ"
    assert dialog.form.needs.values() == frozenset({Need.POWER})
    dialog._throw_away()
    qtbot.waitUntil(lambda: drafts.load(PERSON_FORM) is None)


def _crash_while_typing(qtbot: QtBot, runner: TaskRunner, database: FakeCity) -> None:
    page = open_roster(qtbot, make_desktop(qtbot, runner, database), 3)
    dialog = new_person(qtbot, page)
    dialog.form.lines["name"].setText("架空 書きかけ")
    dialog.form.needs.chip(Need.POWER).click()
    dialog.keep_draft()
    qtbot.waitUntil(lambda: KeptDrafts(database).load(PERSON_FORM) is not None)
    dialog._timer.stop()
    page._dialog = None  # the process is gone: nothing is tidied up
    dialog.hide()


def test_saving_forgets_the_draft(qtbot: QtBot, runner: TaskRunner) -> None:
    database = fictional_city()
    page = open_roster(qtbot, make_desktop(qtbot, runner, database), 3)
    dialog = edit(qtbot, page, "m1")
    dialog.form.lines["phone"].setText("0942-00-7777")
    dialog.keep_draft()
    dialog.save()
    qtbot.waitUntil(lambda: page._dialog is None)
    qtbot.waitUntil(lambda: KeptDrafts(database).load(PERSON_FORM) is None)


def test_an_older_version_is_written_as_a_new_one(qtbot: QtBot, runner: TaskRunner) -> None:
    database = fictional_city()
    page = open_roster(qtbot, make_desktop(qtbot, runner, database), 3)
    dialog = edit(qtbot, page, "m1")
    dialog.form.lines["phone"].setText("0942-00-7777")
    dialog.save()
    qtbot.waitUntil(lambda: page.detail.member is not None and page.detail.member.version == 2)
    page.detail.history.toggle()
    qtbot.waitUntil(lambda: len(page.detail._versions._rows) == 2)
    page.acts.restore(1)
    confirm = QApplication.activeModalWidget()
    assert confirm is not None
    confirm.accept()  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: database.state.members[MemberId("m1")].version == 3)
    assert database.state.members[MemberId("m1")].phone == "0942-00-0001"
    qtbot.waitUntil(lambda: page.detail.member is not None and page.detail.member.version == 3)


def test_taking_somebody_off_asks_for_the_reason(qtbot: QtBot, runner: TaskRunner) -> None:
    database = fictional_city()
    page = open_roster(qtbot, make_desktop(qtbot, runner, database), 3)
    page.table.choose("m3")
    qtbot.waitUntil(lambda: page.detail.member is not None)
    page.acts.remove()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, RemoveDialog)
    assert not dialog.remove.isEnabled()
    dialog.reasons._group.button(1).click()
    dialog.remove.click()
    qtbot.waitUntil(lambda: page.table.roster.rowCount() == 2)
    gone = database.state.members[MemberId("m3")]
    assert gone.removal_reason is RemovalReason.MOVED_OUT
    qtbot.waitUntil(lambda: page.detail.member is None)


@pytest.mark.parametrize("size", [(1366, 690), (1093, 551)])
def test_the_dialog_fits_the_window(qtbot: QtBot, runner: TaskRunner, size: tuple[int, int]) -> None:
    page = open_roster(qtbot, make_desktop(qtbot, runner, fictional_city(), size=size), 3)
    dialog = new_person(qtbot, page)
    assert dialog.width() <= size[0]
    assert dialog.height() <= size[1]
    dialog._throw_away()
