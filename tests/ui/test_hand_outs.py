"""名簿を渡す on screen: the steps, the second person, the ledger and the master, all by widgets."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableWidget
from pytestqt.qtbot import QtBot

from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.consents import (
    Consent,
    ConsentGiver,
    ConsentKind,
    ConsentMethod,
    ConsentState,
)
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hand_outs import CopyEventKind, CopyState, HandOutPaper
from kurume_bousai.domain.ids import DistrictId, MemberId, OperatorId
from kurume_bousai.domain.recipients import SupportPartner
from kurume_bousai.ui.kit.tokens import set_scale
from kurume_bousai.ui.printing import PreviewDialog
from kurume_bousai.ui.privacy import HIDDEN_TEXT
from kurume_bousai.ui.registry.consent_editor import LISTED, ConsentEditor, allowed_bodies
from kurume_bousai.ui.registry.consent_windows import (
    ConsentHistoryWindow,
    CopiesOutWindow,
    out_words,
    tell_copies_out,
)
from kurume_bousai.ui.reports.copy_event_dialog import CopyEventDialog
from kurume_bousai.ui.reports.copy_window import CopyWindow
from kurume_bousai.ui.reports.hand_out_dialog import SAVE, HandOutDialog
from kurume_bousai.ui.reports.holder_dialog import HolderDialog
from kurume_bousai.ui.reports.papers_page import PapersPage
from kurume_bousai.ui.reports.partners_window import PartnersWindow, read_handler
from kurume_bousai.ui.tasks import TaskRunner
from tests.helpers.office_desktop import Office, open_office
from tests.helpers.roster_desktop import fictional_city

CLERK = Access(OperatorId("c"), "窓口", frozenset({Role.CLERK}))
TODAY = date(2026, 11, 21)
GIVEN = Consent(
    ConsentKind.ROSTER, ConsentState.GIVEN, date(2026, 4, 1), date(2026, 3, 1), "架空の職員",
    method=ConsentMethod.WRITTEN, given_by=ConsentGiver.PERSON,
)  # fmt: skip


@pytest.fixture
def office(qtbot: QtBot, runner: TaskRunner) -> Office:
    """The papers page with two recipients, one of them without a 責任者; everybody in 津福 agreed."""
    database = fictional_city(CLERK)
    for key, member in list(database.state.members.items()):
        database.state.members[key] = replace(member, consents=(GIVEN,), district_id=DistrictId("津福"))
    made = open_office(qtbot, runner, database, PapersPage)
    service = made.desktop.services.recipients
    ready = replace(
        service.blank(Body.POLICE), name="架空警察署", responsible="架空 係長", agreed_on=date(2026, 4, 1)
    )
    service.save(ready)
    service.save(replace(service.blank(Body.POLICE), name="架空交番"))
    page_of(made).reload()
    qtbot.waitUntil(lambda: len(page_of(made)._partners) == 2)
    return made


def cell(table: QTableWidget, row: int, column: int) -> str:
    item = table.item(row, column)
    assert item is not None
    return item.text()


def page_of(office: Office) -> PapersPage:
    page = office.desktop.window.current_page()
    assert isinstance(page, PapersPage)
    return page


def dialog_of(office: Office, name: str = "架空警察署") -> HandOutDialog:
    page_of(office).open_hand_out()
    dialog = office.desktop.window.findChildren(HandOutDialog)[-1]
    index = next(at for at in range(dialog.partner.count()) if name in dialog.partner.itemText(at))
    dialog.partner.setCurrentIndex(index)
    dialog.purpose.setText("平常時の見守り")
    return dialog


def confirmed(dialog: HandOutDialog, qtbot: QtBot) -> None:
    dialog.check()
    qtbot.waitUntil(lambda: dialog.step() == 1)
    dialog.second.passphrase.line.setText("demo")


def handed(office: Office, qtbot: QtBot, tmp_path: Path, copies: str = "１") -> HandOutDialog:
    dialog = dialog_of(office)
    dialog.copies.setText(copies)
    dialog.way.set_value(SAVE)
    dialog.password.line.setText("きじと橋と川と青い空")
    dialog.place.line.setText(str(tmp_path / "名簿.pdf"))
    confirmed(dialog, qtbot)
    dialog.go()
    qtbot.waitUntil(lambda: dialog.step() == 2)
    page = page_of(office)
    qtbot.waitUntil(lambda: page.copies.table.model().rowCount() > 0)
    return dialog


def test_the_second_person_reads_everything_before_it_leaves(
    office: Office, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = handed(office, qtbot, tmp_path, "2部")
    words = dialog._what.text_shown()
    for part in ("架空警察署", "市の全体", "平常時の見守り", "2部", "氏名", "使用期限", "返してもらう日"):
        assert part in words
    assert "難病" not in words
    assert [one.confirmed_by for one in office.desktop.services.copies.ledger().copies] == ["架空二"] * 2
    assert "0001" in dialog._done_words.text_shown()
    assert dialog.second.passphrase.text() == ""
    dialog.print_receipt()
    qtbot.waitUntil(lambda: bool(dialog.findChildren(PreviewDialog)))
    assert office.papers.made[-1] == "ReceiptForm"
    again = dialog_of(office)
    confirmed(again, qtbot)
    assert "まだ返っていません" in again._warning.text_shown()
    again.reject()


def test_a_wrong_passphrase_lets_nothing_out_and_the_order_is_taken_back(
    office: Office, qtbot: QtBot
) -> None:
    dialog = dialog_of(office)
    confirmed(dialog, qtbot)
    dialog.second.passphrase.line.setText("ちがう")
    dialog.go()
    qtbot.waitUntil(lambda: bool(dialog.messages.messages()))
    assert office.papers.made == []
    assert len(office.database.state.orders) == 1
    dialog.go()
    assert "入っていません" in str(dialog.messages.messages())
    dialog.reject()
    qtbot.waitUntil(lambda: not any(one.is_open for one in office.database.state.orders.values()))


def test_a_recipient_without_a_responsible_is_told_why(office: Office, qtbot: QtBot) -> None:
    dialog = dialog_of(office, "架空交番")
    dialog.check()
    qtbot.waitUntil(lambda: bool(dialog.messages.messages()))
    assert dialog.step() == 0
    assert "責任者" in str(dialog.messages.messages()[0])


def test_paper_that_was_not_printed_is_noted(office: Office, qtbot: QtBot) -> None:
    dialog = dialog_of(office)
    confirmed(dialog, qtbot)
    dialog.go()
    qtbot.waitUntil(lambda: bool(dialog.findChildren(PreviewDialog)))
    dialog.findChildren(PreviewDialog)[-1].reject()
    copies = office.desktop.services.copies
    qtbot.waitUntil(lambda: [one.state for one in copies.ledger().copies] == [CopyState.NOT_PRINTED])
    assert dialog.step() == 0


def test_without_a_base_there_is_no_difference(office: Office, qtbot: QtBot) -> None:
    dialog = dialog_of(office)
    dialog.paper.set_value(HandOutPaper.DIFFERENCE)
    dialog.check()
    qtbot.waitUntil(lambda: bool(dialog.messages.messages()))
    assert "いま名簿を持っていません" in str(dialog.messages.messages()[0])


def test_the_ledger_is_filtered_and_written_by_buttons(office: Office, qtbot: QtBot, tmp_path: Path) -> None:
    handed(office, qtbot, tmp_path).accept()
    panel = page_of(office).copies
    assert not panel.acts[CopyEventKind.LOST].isEnabled()
    panel.table.selectRow(0)
    panel.act(CopyEventKind.RECEIVED)
    event = office.desktop.window.findChildren(CopyEventDialog)[-1]
    event.day.line.setText("R9.1.1")
    event.write()
    qtbot.waitUntil(lambda: bool(event.messages.messages()))
    event.day.set_value(TODAY)
    event.write()
    qtbot.waitUntil(lambda: panel._found.copies[0].state is CopyState.HELD)
    panel.filter.set_value("unsigned")
    panel._show()
    assert panel.table.model().rowCount() == 0
    assert "あてはまる" in panel._nothing.text()


def test_a_lost_copy_shows_at_once_whose_names_it_carried(
    office: Office, qtbot: QtBot, tmp_path: Path
) -> None:
    handed(office, qtbot, tmp_path).accept()
    panel = page_of(office).copies
    panel.table.selectRow(0)
    panel.act(CopyEventKind.LOST)
    office.desktop.window.findChildren(CopyEventDialog)[-1].write()
    qtbot.waitUntil(lambda: bool(office.desktop.window.findChildren(CopyWindow)))
    window = office.desktop.window.findChildren(CopyWindow)[-1]
    qtbot.waitUntil(lambda: window.table.rowCount() > 0)
    seen = {one.name for one in office.database.state.members.values() if not one.has_protected_address}
    people = len(seen)
    assert window.table.rowCount() == people
    assert {cell(window.table, row, 1) for row in range(people)} == seen
    assert window.report_button.isVisible()
    office.desktop.privacy.hide()
    assert {cell(window.table, row, 1) for row in range(people)} == {HIDDEN_TEXT}
    office.desktop.privacy.show()
    window.report()
    qtbot.waitUntil(lambda: office.papers.made[-1] == "LossReport")
    window.found()
    qtbot.waitUntil(lambda: not window.found_button.isVisible())


def test_the_master_is_kept_and_the_holder_changes(office: Office, qtbot: QtBot, tmp_path: Path) -> None:
    handed(office, qtbot, tmp_path).accept()
    page_of(office).open_partners()
    window = office.desktop.window.findChildren(PartnersWindow)[-1]
    qtbot.waitUntil(lambda: window.table.rowCount() == 2)
    rows = [[cell(window.table, row, at) for at in range(5)] for row in range(2)]
    assert sorted((row[4] for row in rows), key=len, reverse=True)[:2] == ["そろっています", "責任者がまだ"]
    window.add()
    window.lines["name"].setText("架空分団")
    window.body.setCurrentIndex(window.body.findData(Body.FIRE_CORPS.value))
    window.save()
    qtbot.waitUntil(lambda: bool(window.messages.messages()))
    window.district.setCurrentIndex(window.district.findData("津福"))
    window.handlers.setPlainText("架空 花子 R8.4.1\n架空 次郎")
    window.save()
    qtbot.waitUntil(lambda: window.table.rowCount() == 3)
    saved = next(one for one in window._partners if one.name == "架空分団")
    assert [one.trained_on for one in saved.handlers] == [date(2026, 4, 1), None]
    police = next(at for at, one in enumerate(window._partners) if one.name == "架空警察署")
    window.table.selectRow(police)
    window.change_holder()
    change = window.findChildren(HolderDialog)[-1]
    qtbot.waitUntil(lambda: bool(change.choices))
    change.name.setText("架空 次の係長")
    change.save()
    assert "決まっていない写し" in str(change.messages.messages()[0])
    next(iter(change.choices.values())).set_value("hand_over")
    change.save()
    qtbot.waitUntil(lambda: office.desktop.services.copies.ledger().copies[0].holder == "架空 次の係長")


def test_a_handler_is_read_with_and_without_a_day() -> None:
    assert read_handler("架空 花子").trained_on is None
    assert read_handler("架空 花子 令和8年4月1日").trained_on == date(2026, 4, 1)


def test_the_windows_fit_the_small_screen(office: Office, qtbot: QtBot) -> None:
    for scale in (1.0, 1.5):
        set_scale(scale)
        dialog = dialog_of(office)
        page_of(office).open_partners()
        window = office.desktop.window.findChildren(PartnersWindow)[-1]
        for one in (dialog, window):
            assert one.minimumSizeHint().width() <= 1093
            assert one.minimumSizeHint().height() <= 551
            one.reject()


# ---------------------------------------------------------------- 同意の欄
def editor(qtbot: QtBot, consent: Consent) -> ConsentEditor:
    made = ConsentEditor(ConsentKind.ROSTER, today=lambda: TODAY)
    qtbot.addWidget(made)
    made.set_consent(consent)
    made.show()
    return made


def test_an_untouched_answer_stays_as_it_is(qtbot: QtBot) -> None:
    limited = replace(GIVEN, covers=frozenset({Body.CITY_WELFARE_COUNCIL}))
    for consent in (
        GIVEN,
        Consent(ConsentKind.ROSTER),
        limited,
        replace(GIVEN, state=ConsentState.WITHDRAWN),
    ):
        assert editor(qtbot, consent).check() == consent


def test_a_body_taken_out_later_is_withdrawn_with_its_day(qtbot: QtBot) -> None:
    made = editor(qtbot, GIVEN)
    made.bodies.chip(Body.FIRE_CORPS).click()
    made.decided.set_value(date(2026, 11, 1))
    answer = made.check()
    assert answer.state_for(Body.FIRE_CORPS) is ConsentState.WITHDRAWN
    assert answer.state_for(Body.POLICE) is ConsentState.GIVEN
    assert answer.exceptions[0].decided_on == date(2026, 11, 1)
    again = editor(qtbot, answer)
    assert allowed_bodies(answer) == frozenset(LISTED) - {Body.FIRE_CORPS}
    again.bodies.chip(Body.FIRE_CORPS).click()
    assert again.check().covers is None
    assert again.check().exceptions == ()


def test_a_refusal_after_an_agreement_asks_for_withdrawal_or_a_reason(qtbot: QtBot) -> None:
    made = editor(qtbot, GIVEN)
    made.state.set_value(ConsentState.REFUSED)
    made._follow()
    assert "撤回" in made.problem_words()
    assert made._correction.isVisible()
    made.state.set_value(ConsentState.WITHDRAWN)
    made._follow()
    assert made.problem_words() == ""
    assert not made._bodies.isVisible()


def test_a_draft_keeps_everything_typed(qtbot: QtBot) -> None:
    made = editor(qtbot, GIVEN)
    made.given_by.set_value(ConsentGiver.AGENT)
    made.relation.setText("長女")
    made.bodies.chip(Body.POLICE).click()
    other = editor(qtbot, Consent(ConsentKind.ROSTER))
    other.set_fields(made.fields())
    assert other.fields() == made.fields()


def test_a_withdrawal_shows_the_copies_that_are_out(office: Office, qtbot: QtBot, tmp_path: Path) -> None:
    handed(office, qtbot, tmp_path).accept()
    key, before = next(iter(office.database.state.members.items()))
    after = replace(before, consents=(replace(GIVEN, state=ConsentState.WITHDRAWN, decided_on=TODAY),))
    office.database.state.members[key] = after
    tell_copies_out(office.desktop, before, after, office.desktop.window)
    qtbot.waitUntil(lambda: bool(office.desktop.window.findChildren(CopiesOutWindow)))
    window = office.desktop.window.findChildren(CopiesOutWindow)[-1]
    window.recall()
    copies = office.desktop.services.copies
    qtbot.waitUntil(lambda: copies.ledger().copies[0].state is CopyState.RECALLED)
    tell_copies_out(office.desktop, before, before, office.desktop.window)
    history = office.desktop.services.consents.history(MemberId(key), ConsentKind.ROSTER)
    shown = ConsentHistoryWindow(ConsentKind.ROSTER, history, hidden=False, parent=office.desktop.window)
    shown.open()
    QTest.keyClick(shown, Qt.Key.Key_Escape)
    assert not shown.isVisible()


def test_a_lost_copy_does_not_keep_the_others_from_being_called_back(
    office: Office, qtbot: QtBot, tmp_path: Path
) -> None:
    handed(office, qtbot, tmp_path, "2部").accept()
    copies = office.desktop.services.copies
    first, second = sorted(copy.copy_number for copy in copies.ledger().copies)
    copies.record([first], CopyEventKind.LOST, copies.today)
    window = CopiesOutWindow(office.desktop, copies.ledger().out(), office.desktop.window)
    assert window.recall_button.isVisibleTo(window)
    window.recall()
    qtbot.waitUntil(lambda: any(copy.state is CopyState.RECALLED for copy in copies.ledger().copies))
    states = {copy.copy_number: copy.state for copy in copies.ledger().copies}
    assert states == {first: CopyState.LOST, second: CopyState.RECALLED}
    settled = CopiesOutWindow(office.desktop, copies.ledger().out(), office.desktop.window)
    assert not settled.recall_button.isVisibleTo(settled)
    assert {"紛失の届け" in out_words(copy, hidden=True) for copy in copies.ledger().out()} == {True, False}


def test_nobody_is_the_recipient_before_one_is_chosen(office: Office) -> None:
    page_of(office).open_hand_out()
    dialog = office.desktop.window.findChildren(HandOutDialog)[-1]
    dialog.purpose.setText("平常時の見守り")
    dialog.check()
    (message,) = dialog.messages.messages()
    assert "選ばれていません" in message.text
    assert office.database.state.orders == {}


def test_a_missing_part_of_a_consent_is_said_with_its_kind_and_its_field(qtbot: QtBot) -> None:
    made = ConsentEditor(ConsentKind.PLAN, today=lambda: TODAY)
    qtbot.addWidget(made)
    made.state.set_value(ConsentState.GIVEN)
    made.decided.set_value(date(2026, 11, 1))
    with pytest.raises(KnownProblem) as caught:
        made.check()
    assert caught.value.where == "計画の同意: 説明日"
    assert made.editor_of(caught.value.where) is made.explained
    assert made.editor_of("名簿の同意: 説明日") is None


def test_a_count_elsewhere_opens_its_copies(office: Office, qtbot: QtBot, tmp_path: Path) -> None:
    handed(office, qtbot, tmp_path).accept()
    page = page_of(office)
    page.show_copies("overdue")
    assert page.copies.filter.value() == "overdue"
    assert not page.copies.table.isVisible()
    page.show_copies("out")
    assert page.copies.table.model().rowCount() == 1


def test_partners_are_named_with_their_reach() -> None:
    from kurume_bousai.domain.recipients import PartnerId
    from kurume_bousai.ui.reports.partner_words import partner_words

    one = SupportPartner(PartnerId("p"), Body.FIRE_CORPS, "架空分団", DistrictId("津福"))
    assert partner_words(one) == "架空分団(消防団、津福校区)"
