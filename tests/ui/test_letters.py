"""The windows of letters and rates on the fictional city, by the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from kurume_bousai.domain.dates import parse_date
from kurume_bousai.domain.eligibility import Verdict
from kurume_bousai.domain.mailings import show_code
from kurume_bousai.domain.members import RegistrationState
from kurume_bousai.services.mailing_plan import MailingOrder
from kurume_bousai.ui.letters.eligibility_dialog import EligibilityDialog, Group
from kurume_bousai.ui.letters.envelope_dialog import EnvelopeDialog
from kurume_bousai.ui.letters.mailing_dialog import MailingDialog
from kurume_bousai.ui.letters.open_letters_dialog import OpenLettersDialog
from kurume_bousai.ui.letters.opening import windows_of
from kurume_bousai.ui.letters.reply_dialog import ReplyDialog
from kurume_bousai.ui.privacy import HIDDEN_TEXT
from kurume_bousai.ui.rates.rates_dialog import RatesDialog, View

if TYPE_CHECKING:
    from tests.helpers.desk import Desk

pytestmark = pytest.mark.usefixtures("dressed")


def open_window(desk: Desk, action_id: str) -> object:
    made = windows_of(desk.desktop)[action_id]()
    desk.settle()
    return made


def posted(desk: Desk) -> int:
    """A mailing that is out."""
    letters = desk.desktop.services.letters
    letters.eligibility().run()
    service = letters.mailings()
    number = service.create(MailingOrder("登録の案内", parse_date("2099-01-01"))).value.number
    service.print_pages(number)
    service.post(number, unchecked_reason="架空の試し")
    return number


def test_a_reply_is_typed_by_the_keyboard_alone(desk: Desk) -> None:
    number = posted(desk)
    letters = desk.desktop.services.letters
    first = letters.replies().open_letters(number)[0]
    dialog = cast("ReplyDialog", open_window(desk, "letters.reply"))
    desk.desktop.privacy.show()
    QTest.keyClicks(dialog.code, show_code(first.code))
    QTest.keyClick(dialog.code, Qt.Key.Key_Return)
    desk.settle()
    assert dialog.name.text() == first.name
    desk.desktop.privacy.hide()
    assert dialog.name.text() == HIDDEN_TEXT
    QTest.keyClick(dialog, Qt.Key.Key_2)
    desk.settle()
    assert show_code(first.code) in dialog.last.text_shown()
    assert dialog.code.text() == ""
    assert letters.replies().echo(first.code).registration is RegistrationState.APPLIED
    QTest.keyClicks(dialog.code, show_code(first.code)[:-1] + "x")
    dialog.look_up()
    desk.settle()
    assert dialog.messages.messages()
    dialog.close()


def test_who_is_eligible_is_judged_and_listed(desk: Desk) -> None:
    dialog = cast("EligibilityDialog", open_window(desk, "letters.eligible"))
    assert "まだ判定していません" in dialog.about.text_shown()
    dialog.run()
    desk.settle()
    desk.settle()
    found = desk.desktop.services.letters.eligibility().results()
    assert found is not None
    assert dialog.criteria.rows()
    dialog.chips.set_value(Group.LEFT)
    dialog._show()
    assert len(dialog.people.rows()) == found.verdicts[Verdict.NOT_MET]
    dialog.close()


def test_an_envelope_is_checked_and_what_is_open_listed(desk: Desk) -> None:
    number = posted(desk)
    dialog = cast("MailingDialog", open_window(desk, "letters.mail"))
    assert [key for key, _cells in dialog.table.rows()] == [number]
    status = desk.desktop.services.letters.mailings().status(number)
    check = EnvelopeDialog(desk.desktop, status, dialog)
    check.open()
    one, other = status.to_check[:2]
    QTest.keyClicks(check.letter_code, one)
    QTest.keyClick(check.letter_code, Qt.Key.Key_Return)
    QTest.keyClicks(check.form_code, other)
    QTest.keyClick(check.form_code, Qt.Key.Key_Return)
    desk.settle()
    assert check.verdict.text() == "違います"
    check.close()
    waiting = OpenLettersDialog(desk.desktop, number, dialog)
    waiting.open()
    desk.settle()
    assert len(waiting.table.rows()) == len(status.letters)
    waiting.close()
    dialog.close()


def test_the_rates_are_a_chart_a_table_and_years(desk: Desk) -> None:
    desk.desktop.services.letters.rates().record_year()
    dialog = cast("RatesDialog", open_window(desk, "letters.rates"))
    figures = desk.desktop.services.letters.rates().figures()
    assert len(dialog.chart.bars()) == len(dialog.table.rows()) == 46
    assert len(dialog.years.rows()) == 1
    dialog.views.set_value(View.YEARS)
    dialog._show()
    assert dialog.years.isVisible()
    assert figures.city.percent in dialog.city.accessibleName()
    dialog.close()
