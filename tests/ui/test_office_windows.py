"""災害時提供モードの帯と窓、名簿の点検、年に一度の更新、活動の実績 on the fictional city."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableView

from kurume_bousai.domain.activities import ActivityKind
from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.ids import DistrictId, MemberId, new_id
from kurume_bousai.domain.yearly_update import YearlyStep
from kurume_bousai.services.disclosure.emergency import EmergencyOrder, EmergencyService
from kurume_bousai.services.office.yearly_update import YearlyUpdateService
from kurume_bousai.services.ports.quality import QualityKind
from kurume_bousai.ui.activities.activities_dialog import open_activities
from kurume_bousai.ui.emergency.emergency_dialog import open_emergency
from kurume_bousai.ui.emergency_band import hub
from kurume_bousai.ui.form_dialog import ConfirmDialog, FormDialog
from kurume_bousai.ui.kit.tokens import set_scale
from kurume_bousai.ui.office_cards import open_quality_with_places
from kurume_bousai.ui.registry.duplicates import DuplicatesDialog
from kurume_bousai.ui.registry.quality_dialog import open_quality
from kurume_bousai.ui.yearly.due_step import OWN
from kurume_bousai.ui.yearly.yearly_dialog import open_yearly
from tests.helpers.desk import Desk


@pytest.fixture(autouse=True)
def no_emergency() -> object:
    """The hub is one for the program: a test leaves it as it was."""
    yield None
    hub().tell(())


def agree(dialog: FormDialog) -> None:
    """Press the yes of the question that stands open."""
    (asked,) = dialog.findChildren(ConfirmDialog)
    asked._do()


def begin(desk: Desk) -> EmergencyService:
    desktop = desk.desktop
    service = EmergencyService(desktop.database, desktop.clock)
    until = desktop.clock.now() + timedelta(hours=24)
    order = EmergencyOrder(
        "架空の大雨",
        "安否確認",
        frozenset({Body.POLICE}),
        districts=frozenset({DistrictId("津福")}),
        until=until,
    )
    desktop.changes.tell(service.switch_on(order).changes)
    desk.settle()
    return service


def test_the_band_stands_on_the_window_and_its_dialogs_while_it_is_on(desk: Desk) -> None:
    window = desk.desktop.window
    assert window.emergency_band.spec() is None
    service = begin(desk)
    spec = window.emergency_band.spec()
    assert spec is not None
    assert spec.word == "災害時提供モード"
    assert "津福校区" in spec.detail
    assert window.emergency_band.isVisible()
    dialog = open_activities(desk.desktop, window)
    desk.settle()
    assert dialog.emergency_band.isVisible()
    (mode,) = service.live()
    desk.desktop.changes.tell(service.switch_off(mode.emergency_id).changes)
    desk.settle()
    assert not dialog.emergency_band.isVisible()
    assert not window.emergency_band.isVisible()
    dialog.close()


def test_it_stays_on_over_a_running_exercise(desk: Desk) -> None:
    begin(desk)
    desk.begin()
    window = desk.desktop.window
    assert window.emergency_band.isVisible()
    assert window.band.isVisible()


def test_it_is_begun_and_ended_by_the_window(desk: Desk) -> None:
    dialog = open_emergency(desk.desktop, desk.desktop.window)
    desk.settle()
    assert not dialog.end_button.isEnabled()
    dialog.start_button.click()
    form = dialog.form
    form.event_name.setText("架空の令和8年7月豪雨")
    form.districts.set_on(["津福"])
    form.bodies.set_values([Body.FIRE_SERVICE])
    dialog.confirm()
    desk.settle()
    (message,) = dialog.messages.messages()
    assert "わけ" in message.text
    assert not dialog.findChildren(ConfirmDialog), "nothing is asked before it could begin"
    form.reason.setText("孤立した家の安否確認のため")
    dialog.confirm()
    desk.settle()
    agree(dialog)
    desk.settle()
    status = dialog.chosen()
    assert status is not None
    assert status.is_on
    assert status.mode.districts == frozenset({DistrictId("津福")})
    assert hub().spec is not None
    dialog.end_chosen()
    agree(dialog)
    desk.settle()
    ended = dialog.chosen()
    assert ended is not None
    assert not ended.is_on
    assert hub().spec is None
    dialog.close()


def test_the_keyboard_leads_from_the_kind_to_the_field_that_mends_it(desk: Desk) -> None:
    dialog = open_quality(desk.desktop, desk.desktop.window)
    desk.settle()
    assert dialog.kind() is QualityKind.NO_PHONE
    before = len(dialog.people.people)
    assert before > 1
    dialog.activateWindow()
    desk.until(dialog.isActiveWindow)
    dialog.kinds.setFocus()
    QTest.keyClick(dialog.kinds, Qt.Key.Key_Return)
    assert dialog.places.hasFocus()
    QTest.keyClick(dialog.places, Qt.Key.Key_Return)
    assert dialog.people.hasFocus()
    first = dialog.people.key()
    QTest.keyClick(dialog.people, Qt.Key.Key_Down)
    assert dialog.people.key() != first
    QTest.keyClick(dialog.people, Qt.Key.Key_Up)
    QTest.keyClick(dialog.people, Qt.Key.Key_Return)
    desk.until(lambda: dialog._person is not None)  # the form is laid out over several turns
    person = dialog._person
    assert person is not None
    desk.until(person.form.lines["phone"].hasFocus)
    person.form.lines["phone"].setText("0942-00-1234")
    person.save()
    desk.settle()
    desk.settle()
    assert len(dialog.people.people) == before - 1
    assert dialog.people.key() not in (None, first)
    dialog.close()


def test_a_place_opens_the_worklist_of_places(desk: Desk) -> None:
    dialog = open_quality_with_places(desk.desktop, desk.desktop.window)
    desk.settle()
    dialog.kinds.choose(QualityKind.UNPLACED.value)
    desk.settle()
    assert dialog.people.people
    dialog.fix()
    desk.settle()
    from kurume_bousai.ui.geocode.placing_dialog import PlacingDialog

    (placing,) = dialog.findChildren(PlacingDialog)
    placing.reject()
    desk.settle()
    dialog.close()


def test_somebody_who_may_be_there_twice_leads_to_the_pair(desk: Desk) -> None:
    database = desk.desktop.database
    with database.writing() as session:
        known = session.members.in_district(database.access, DistrictId("津福"))[0]
        twin = replace(known, member_id=MemberId(new_id()), number=0, source="別の課", source_key="X-1")
        session.members.add_many(database.access, [twin], source="別の課")
    dialog = open_quality(desk.desktop, desk.desktop.window)
    desk.settle()
    dialog.kinds.choose(QualityKind.DUPLICATE.value)
    desk.settle()
    assert len(dialog.people.people) == 2
    dialog.fix()
    desk.settle()
    (pairs,) = dialog.findChildren(DuplicatesDialog)
    desk.until(lambda: pairs.pairs.count() == 1)
    pairs.accept()
    desk.settle()
    dialog.close()


def test_names_of_the_worklist_hide_with_all_others(desk: Desk) -> None:
    dialog = open_quality(desk.desktop, desk.desktop.window)
    desk.settle()
    names = {person.name for person in dialog.people.people}
    desk.desktop.privacy.hide()
    shown = {cells[1].text for _key, cells in dialog.people.rows()}
    assert not shown & names
    desk.desktop.privacy.show()
    dialog.close()


def test_a_year_begins_and_a_step_is_written_for_all(desk: Desk) -> None:
    dialog = open_yearly(desk.desktop, desk.desktop.window)
    desk.settle()
    dialog.confirm_start()
    agree(dialog)
    desk.settle()
    assert len(dialog.table.rows()) == 46
    dialog.record_button.click()
    dialog.scope.set_value("same")
    dialog.save()
    desk.settle()
    service = YearlyUpdateService(desk.desktop.database, desk.desktop.clock)
    assert service.sheet().progress.reached(YearlyStep.NOTICE) == 46
    dialog.confirm_back()
    agree(dialog)
    desk.settle()
    assert service.sheet().progress.reached(YearlyStep.NOTICE) == 45
    dialog.due_button.click()
    dialog.due_step.scope.set_value(OWN)
    dialog.due_step.days[YearlyStep.DONE].set_value(date(2027, 3, 1))
    dialog.save_due()
    desk.settle()
    rows = service.sheet().progress.districts
    assert [row.due[YearlyStep.DONE] for row in rows if row.has_own_due] == [date(2027, 3, 1)]
    dialog.due_button.click()
    assert dialog.due_step.scope.value() == OWN
    dialog.due_step.follow_city()
    dialog.save_due()
    desk.settle()
    assert not any(row.has_own_due for row in service.sheet().progress.districts)
    dialog.due_button.click()
    dialog.due_step.days[YearlyStep.NOTICE].set_value(date(2027, 3, 31))
    dialog.save_due()
    desk.settle()
    assert dialog.messages.messages()
    dialog.close()


def test_an_activity_is_written_and_stands_in_the_table(desk: Desk) -> None:
    dialog = open_activities(desk.desktop, desk.desktop.window)
    desk.settle()
    dialog.add_button.click()
    dialog.form.people.setText("四十")
    dialog.save()
    assert dialog.messages.messages()
    dialog.form.day.set_value(date(2026, 6, 1))
    dialog.form.kind.set_value(ActivityKind.TABLETOP)
    dialog.form.people.setText("40人")
    dialog.save()
    desk.settle()
    desk.settle()
    dialog.view.set_value(2)
    dialog._show_view()
    assert [cells[4].text for _key, cells in dialog.entries.rows()] == ["40人"]
    dialog.entries.choose(dialog.entries.rows()[0][0])
    dialog.confirm_remove()
    agree(dialog)
    desk.settle()
    desk.settle()
    assert not dialog.entries.rows()
    dialog.close()


@pytest.mark.parametrize(("scale", "size"), [(1.0, (1366, 690)), (1.5, (1366, 690)), (1.0, (1093, 551))])
def test_nothing_scrolls_sideways_and_every_window_fits(
    desk: Desk, scale: float, size: tuple[int, int]
) -> None:
    window = desk.desktop.window
    set_scale(scale)
    window.resize(*size)
    for opened in (open_quality, open_yearly, open_activities):
        dialog = opened(desk.desktop, window)
        desk.settle()
        assert dialog.minimumSizeHint().width() <= size[0], opened
        assert dialog.minimumSizeHint().height() <= size[1], opened
        for view in dialog.findChildren(QTableView):
            if view.isVisible():
                assert view.horizontalHeader().length() <= view.viewport().width() + 1, view.accessibleName()
        dialog.close()
        desk.settle()
