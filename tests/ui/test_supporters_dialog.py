"""支援者をつなぐ: searched, linked and let go by keyboard, from the person's record."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kurume_bousai.domain.access import Role
from kurume_bousai.domain.consents import ConsentState
from kurume_bousai.domain.ids import MemberId, SupporterId
from kurume_bousai.domain.supporters import Supporter
from kurume_bousai.ui.kit.tokens import set_scale
from kurume_bousai.ui.registry.roster_page import RosterPage
from kurume_bousai.ui.registry.supporters_dialog import SupportersDialog
from kurume_bousai.ui.tasks import TaskRunner
from tests.fakes.city import FakeCity
from tests.fixtures.rosters import CLERK, access
from tests.helpers.roster_desktop import fictional_city, make_desktop, open_roster

NEAR = Supporter(SupporterId("s2"), "架空 近所", "カクウ キンジョ", phone="0942-00-9002")


def dialog_of(
    qtbot: QtBot, runner: TaskRunner, person: str = "m1"
) -> tuple[FakeCity, RosterPage, SupportersDialog]:
    database = fictional_city()
    with database.writing() as session:
        session.supporters.save_many(CLERK, [NEAR])
    page = open_roster(qtbot, make_desktop(qtbot, runner, database), 3)
    page.table.choose(person)
    qtbot.waitUntil(lambda: page.detail.member is not None)
    page.acts.supporters()
    dialog = page.window().findChild(SupportersDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.isVisible() and dialog.found.count() > 0)
    return database, page, dialog


def test_a_supporter_is_found_and_linked_by_keyboard(qtbot: QtBot, runner: TaskRunner) -> None:
    database, page, dialog = dialog_of(qtbot, runner)
    assert "まだ、支援者に情報を渡すことに答えていません" in dialog._agrees.text_shown()
    dialog.search.setText("きんじょ")
    qtbot.waitUntil(lambda: dialog.found.count() == 1)
    QTest.keyClick(dialog.search, Qt.Key.Key_Return)
    assert dialog.isVisible(), "Enter does not close the window"
    QTest.keyClick(dialog.found, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.linked.count() == 1)
    assert database.state.plans[MemberId("m1")].supporter_ids == (NEAR.supporter_id,)
    qtbot.waitUntil(lambda: any("近所" in line for line in page.detail.supporters.words()))
    dialog.answer.chosen.emit(ConsentState.GIVEN)
    qtbot.waitUntil(lambda: database.state.supporters[NEAR.supporter_id].consent is ConsentState.GIVEN)
    qtbot.waitUntil(dialog.let_go.isEnabled)
    dialog.let_go.click()
    qtbot.waitUntil(lambda: dialog.linked.count() == 0)
    dialog.reject()


def test_somebody_new_is_written_and_linked(qtbot: QtBot, runner: TaskRunner) -> None:
    database, _page, dialog = dialog_of(qtbot, runner)
    dialog.search.setText("架空 新人")
    dialog.write_new.click()
    assert (dialog.step(), dialog.name.text()) == (1, "架空 新人")
    dialog.phone.setText("0942-00-9010")
    dialog.keep_new.click()
    qtbot.waitUntil(lambda: dialog.step() == 0 and dialog.linked.count() == 1)
    assert len(database.state.supporters) == 3
    dialog.reject()


def test_names_are_hidden_with_all_names(qtbot: QtBot, runner: TaskRunner) -> None:
    _database, page, dialog = dialog_of(qtbot, runner, "m2")
    qtbot.waitUntil(lambda: dialog.linked.count() == 1)
    page._desktop.privacy.hide()
    texts = [dialog.linked.item(0).text(), dialog.found.item(0).text(), dialog._who.text_shown()]
    assert not any("隣人" in text or "花子" in text or "9001" in text for text in texts)
    dialog.reject()


def test_a_facilitator_links_nobody_and_the_window_fits(qtbot: QtBot, runner: TaskRunner) -> None:
    page = open_roster(qtbot, make_desktop(qtbot, runner, fictional_city(access(Role.FACILITATOR))), 3)
    assert not page.detail.supporters_button.isVisibleTo(page.detail)
    page.table.choose("m1")
    page.acts.supporters()
    assert page.window().findChild(SupportersDialog) is None


def test_it_fits_the_small_screen(qtbot: QtBot, runner: TaskRunner) -> None:
    _database, _page, dialog = dialog_of(qtbot, runner)
    for scale in (1.0, 1.5):
        set_scale(scale)
        assert dialog.minimumSizeHint().width() <= 1366
    dialog.reject()
