"""The windows of letters and rates on the fictional city, by the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from kurume_bousai.domain.dates import parse_date
from kurume_bousai.domain.eligibility import Ground, Verdict
from kurume_bousai.domain.mailings import show_code
from kurume_bousai.domain.members import RegistrationState
from kurume_bousai.services.letters.plan import MailingOrder
from kurume_bousai.ui.form_dialog import ConfirmDialog, FormDialog
from kurume_bousai.ui.letters.criteria_dialog import CriteriaDialog
from kurume_bousai.ui.letters.eligibility_dialog import EligibilityDialog, Group
from kurume_bousai.ui.letters.envelope_dialog import EnvelopeDialog
from kurume_bousai.ui.letters.letter_file_dialog import LetterFileDialog
from kurume_bousai.ui.letters.mailing_dialog import MailingDialog
from kurume_bousai.ui.letters.open_letters_dialog import OpenLettersDialog
from kurume_bousai.ui.letters.opening import windows_of
from kurume_bousai.ui.letters.reply_dialog import ReplyDialog
from kurume_bousai.ui.privacy import HIDDEN_TEXT
from kurume_bousai.ui.rates.rates_dialog import RatesDialog, View
from tests.fixtures.demo_city import PASSPHRASE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.desk import Desk

pytestmark = pytest.mark.usefixtures("dressed")


def open_window(desk: Desk, action_id: str) -> object:
    made = windows_of(desk.desktop)[action_id]()
    desk.settle()
    return made


def agree(dialog: FormDialog) -> None:
    """Press yes on the confirmation over a window."""
    asked = dialog.findChildren(ConfirmDialog)[-1]
    asked._do()


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


def test_a_criterion_is_added_ended_and_deleted_in_the_window(desk: Desk) -> None:
    service = desk.desktop.services.letters.eligibility()
    service.run()
    dialog = CriteriaDialog(desk.desktop, service, desk.desktop.window)
    dialog.open()
    desk.settle()

    def ids() -> list[str]:
        return [one.criterion_id for one in service.sets()[0].criteria]

    first = ids()
    dialog._to_add()
    dialog.form.words.setText("要介護2以上で一人暮らし")
    dialog.form.conditions[0].value.setText("二")
    dialog.save()
    assert dialog.messages.messages()
    dialog.form.conditions[0].value.setText("2")
    alone = dialog.form.conditions[1].ground
    alone.setCurrentIndex(alone.findData(Ground.LIVES_ALONE))
    dialog.save()
    desk.settle()
    desk.settle()
    made = service.sets()[0].criteria[-1]
    assert [one.ground for one in made.conditions] == [Ground.CARE_LEVEL, Ground.LIVES_ALONE]
    assert made.is_unconfirmed
    dialog.table.choose(made.criterion_id)
    assert dialog.delete_button.isEnabled()
    dialog._ask_delete()
    agree(dialog)
    desk.settle()
    desk.settle()
    assert ids() == first
    dialog.table.choose(first[1])
    assert not dialog.delete_button.isEnabled()
    dialog._to_end()
    dialog._end()
    desk.settle()
    assert service.sets()[0].criteria[1].valid_to == service.today
    dialog.close()


def test_a_file_of_letters_is_signed_by_a_second_person(desk: Desk, tmp_path: Path) -> None:
    letters = desk.desktop.services.letters
    letters.eligibility().run()
    service = letters.mailings()
    order = MailingOrder("登録の案内", parse_date("2099-01-01"), bundle_size=5)
    number = service.create(order).value.number
    steps = cast("MailingDialog", open_window(desk, "letters.mail"))
    steps._open(number)
    desk.settle()
    steps.last.box.setValue(1)
    steps.file_button.click()
    desk.settle()
    [dialog] = steps.findChildren(LetterFileDialog)
    place = tmp_path / "letters.pdf"
    dialog.place.line.setText(str(place))
    for field in (dialog.password, dialog.again):
        field.line.setText("kakuu-password")
    assert "案内と用紙 5通" in dialog.what.text_shown()
    assert "台帳に残ります" in dialog.second.note.text_shown()
    dialog.save()
    assert dialog.messages.messages()
    dialog.second.passphrase.line.setText("wrong")
    dialog.save()
    desk.settle()
    assert dialog.messages.messages()
    assert (dialog.second.passphrase.text(), place.exists()) == ("", False)
    dialog.second.passphrase.line.setText(PASSPHRASE)
    dialog.save()
    desk.settle()
    assert place.read_bytes().startswith(b"%PDF")
    assert service.status(number).printed == 5
    assert steps.first.value() == 2
    steps.close()


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
