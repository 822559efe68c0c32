"""書きかけを守る: what was typed outlives a kill of the program, encrypted, and is offered once."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from kurume_bousai.domain.activities import ActivityKind
from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.hand_outs import HandOutPaper
from kurume_bousai.storage import open_database
from kurume_bousai.ui.activities.activities_dialog import ActivitiesDialog, open_activities
from kurume_bousai.ui.emergency.emergency_dialog import EmergencyDialog
from kurume_bousai.ui.reports.hand_out_dialog import SAVE, HandOutDialog
from kurume_bousai.ui.reports.partners_window import PartnersWindow
from tests.fixtures.demo_city import OPERATOR, PASSPHRASE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.desk import Desk

pytestmark = pytest.mark.usefixtures("dressed")
PURPOSE = "平常時の見守りのため 印印印"


def _activities(desk: Desk) -> ActivitiesDialog:
    made = open_activities(desk.desktop, desk.window)
    desk.settle()
    made.add_button.click()
    desk.settle()
    return made


def _hand_out(desk: Desk) -> HandOutDialog:
    made = HandOutDialog(desk.desktop, desk.desktop.services.recipients.all(), desk.window)
    made.open()
    desk.settle()
    return made


def test_an_activity_typed_before_a_kill_is_offered_and_forgotten_once_saved(
    desk: Desk, demo_path: Path, tmp_path: Path
) -> None:
    first = _activities(desk)
    assert first.draft.card.isHidden()
    first.form.kind.set_value(ActivityKind.TABLETOP)
    first.form.day.line.setText("R8.6")  # half a date is kept as it was typed
    first.form.note.setText("書きかけの備考 印印印")
    first.draft.keep()
    desk.settle()
    first.draft._timer.stop()
    first.draft._start = None  # the program is gone, whatever its window would still have done
    # Whoever opens the file next finds it, and nobody finds it in clear.
    left = tmp_path / "left"
    left.mkdir()
    for file in demo_path.parent.glob(f"{demo_path.name}*"):
        assert "印印印".encode() not in file.read_bytes()
        if file.suffix != ".lock":
            shutil.copy2(file, left / file.name)
    again = open_database(left / demo_path.name, OPERATOR, PASSPHRASE)
    with again.reading() as session:
        assert "印印印" in (session.fact(f"draft.activity.{again.access.operator_id}") or "")
    again.close()
    second = _activities(desk)
    assert "書きかけ" in second.draft.card.accessibleName()
    second.draft.take_button.setFocus()
    QTest.keyClick(second.draft.take_button, Qt.Key.Key_Return)
    assert second.form.kind.value() is ActivityKind.TABLETOP
    assert second.form.day.line.text() == "R8.6"
    assert second.form.note.text() == "書きかけの備考 印印印"
    assert second.draft.card.isHidden()
    second.form.day.line.setText("20260601")
    second.form.people.setText("12")
    second.save()
    desk.settle()
    second.reject()
    third = _activities(desk)
    assert third.draft.card.isHidden()
    for one in (first, third):
        one.close()


def test_esc_loses_nothing_and_a_draft_can_be_thrown_away(desk: Desk) -> None:
    first = _activities(desk)
    first.form.place.setText("架空会館")
    QTest.keyClick(first.form.place, Qt.Key.Key_Escape)
    assert not first.isVisible()
    desk.settle()
    second = _activities(desk)
    assert not second.draft.card.isHidden()
    QTest.keyClick(second.draft.drop_button, Qt.Key.Key_Return)
    desk.settle()
    assert second.form.place.text() == ""
    second.reject()
    desk.settle()
    third = _activities(desk)
    assert third.draft.card.isHidden()
    third.close()


def test_a_hand_out_is_kept_without_its_password(desk: Desk) -> None:
    first = _hand_out(desk)
    first.paper.set_value(HandOutPaper.DIFFERENCE)
    first.purpose.setText(PURPOSE)
    first.copies.setText("3")
    first.way.set_value(SAVE)
    first.password.line.setText("きじと橋と川と青い空")
    first.reject()
    desk.settle()
    second = _hand_out(desk)
    second.draft.take()
    assert second.paper.value() is HandOutPaper.DIFFERENCE
    assert second.purpose.text() == PURPOSE
    assert second.copies.text() == "3"
    assert second.way.value() == SAVE
    assert second.password.line.isVisible()
    assert second.password.text() == ""
    assert "きじ" not in str(second.draft.fields())
    second.close()


def test_an_emergency_and_a_recipient_are_kept(desk: Desk) -> None:
    emergency = EmergencyDialog(desk.desktop, desk.window)
    emergency.open()
    desk.settle()
    emergency.start_button.click()
    emergency.form.event_name.setText("架空の豪雨")
    emergency.form.districts.set_on(["津福"])
    emergency.form.bodies.set_values([Body.POLICE])
    emergency.reject()
    partners = PartnersWindow(desk.desktop, ["津福"], desk.window)
    partners.open()
    desk.settle()
    partners.add()
    partners.lines["responsible"].setText("架空 責任者")
    partners.handlers.setPlainText("架空 花子 R8.4.1\n架空 次郎")
    partners.reject()
    desk.settle()
    again = EmergencyDialog(desk.desktop, desk.window)
    again.open()
    desk.settle()
    again.start_button.click()
    desk.settle()
    again.draft.take()
    assert again.form.event_name.text() == "架空の豪雨"
    assert again.form.districts.keys() == ["津福"]
    assert again.form.bodies.values() == frozenset({Body.POLICE})
    other = PartnersWindow(desk.desktop, ["津福"], desk.window)
    other.open()
    desk.settle()
    other.add()
    desk.settle()
    other.draft.take()
    assert other.lines["responsible"].text() == "架空 責任者"
    assert other.handlers.toPlainText().count("架空") == 2
    again.close()
    other.close()
