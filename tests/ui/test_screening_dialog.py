"""ふりわけ: recorded from the person's record; the history stays."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from kurume_bousai.domain.access import Role
from kurume_bousai.domain.screening import Profession, ScreeningClass
from kurume_bousai.ui.kit.tokens import set_scale
from kurume_bousai.ui.registry.roster_page import RosterPage
from kurume_bousai.ui.registry.screening_dialog import ScreeningDialog
from kurume_bousai.ui.tasks import TaskRunner
from tests.fixtures.rosters import access
from tests.helpers.roster_desktop import fictional_city, make_desktop, open_roster


def dialog_of(qtbot: QtBot, page: RosterPage) -> ScreeningDialog:
    page.table.choose("m1")
    qtbot.waitUntil(lambda: page.detail.member is not None)
    page.acts.screen()
    dialog = page.window().findChild(ScreeningDialog)
    assert dialog is not None
    qtbot.waitUntil(dialog.isVisible)
    return dialog


def test_a_judgement_is_recorded_and_shown(qtbot: QtBot, runner: TaskRunner) -> None:
    database = fictional_city()
    page = open_roster(qtbot, make_desktop(qtbot, runner, database), 3)
    dialog = dialog_of(qtbot, page)
    qtbot.waitUntil(lambda: dialog.before.text_shown() == "前の記録はありません。")
    dialog.save()
    assert "区分と、見た人の職種" in dialog.messages.messages()[0].text
    dialog.kind.set_value(ScreeningClass.FULL_CARE)
    dialog._on_kind(ScreeningClass.FULL_CARE)
    assert "行先の目安は福祉避難所です" in dialog.meaning.text_shown()
    dialog.profession.set_value(Profession.PUBLIC_HEALTH_NURSE)
    dialog.basis.setPlainText("酸素を使っている")
    with qtbot.waitSignal(dialog.accepted):
        dialog.save()
    (screening,) = database.state.screenings
    assert (screening.basis, screening.screening_class) == ("酸素を使っている", ScreeningClass.FULL_CARE)
    qtbot.waitUntil(lambda: page.detail.screening.answer == "区分2")
    again = dialog_of(qtbot, page)
    qtbot.waitUntil(lambda: "区分2" in again.before.text_shown())
    assert "酸素" not in again.before.text_shown()
    again.reject()


def test_a_facilitator_sees_no_button(qtbot: QtBot, runner: TaskRunner) -> None:
    page = open_roster(qtbot, make_desktop(qtbot, runner, fictional_city(access(Role.FACILITATOR))), 3)
    assert not page.detail._screen.isVisibleTo(page.detail.screening)


def test_it_fits_the_small_screen(qtbot: QtBot, runner: TaskRunner) -> None:
    page = open_roster(qtbot, make_desktop(qtbot, runner, fictional_city()), 3)
    dialog = dialog_of(qtbot, page)
    for scale in (1.0, 1.5):
        set_scale(scale)
        assert dialog.minimumSizeHint().width() <= 1366
    dialog.reject()
