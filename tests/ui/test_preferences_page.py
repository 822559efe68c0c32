from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kurume_bousai import settings
from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.ids import OperatorId
from kurume_bousai.ui.form_dialog import ConfirmDialog
from kurume_bousai.ui.kit.tokens import Theme, set_scale, tokens
from kurume_bousai.ui.preferences.operator_dialogs import OperatorDialog, PassphraseDialog
from kurume_bousai.ui.preferences.preferences_page import PreferencesPage
from kurume_bousai.ui.recovery_key import RecoveryKeyDialog
from kurume_bousai.ui.tasks import TaskRunner
from tests.fixtures.rosters import city
from tests.helpers.office_desktop import HEAD, KEY, Office, open_office

BOTH = Access(OperatorId("o1"), "窓口", frozenset({Role.CLERK, Role.ADMINISTRATOR}))
FACILITATOR = Access(OperatorId("o2"), "進行 花子", frozenset({Role.FACILITATOR}))
PASSPHRASE = "青いきじと赤い橋と川"


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(settings.HOME_VARIABLE, str(tmp_path))


@pytest.fixture
def office(qtbot: QtBot, runner: TaskRunner) -> Office:
    return open_office(qtbot, runner, city(BOTH), PreferencesPage)


def page_of(office: Office) -> PreferencesPage:
    page = office.desktop.window.current_page()
    assert isinstance(page, PreferencesPage)
    return page


def test_it_fits_the_small_screen(office: Office) -> None:
    for scale in (1.0, 1.5):
        set_scale(scale)
        assert office.desktop.window.minimumSizeHint().width() <= 1366
        assert office.desktop.window.minimumSizeHint().height() <= 690


def test_size_and_colours_take_effect_and_are_kept(office: Office) -> None:
    page = page_of(office)
    page.scale.chosen.emit(1.25)
    page.theme.chosen.emit(Theme.WHITE_ON_BLACK.value)
    assert tokens().scale == 1.25
    assert tokens().theme is Theme.WHITE_ON_BLACK
    kept = settings.load().settings
    assert kept.number("text_scale") == 1.25
    assert kept.text("theme") == "white_on_black"


def test_a_facilitator_keeps_only_the_own_passphrase(qtbot: QtBot, runner: TaskRunner) -> None:
    office = open_office(qtbot, runner, city(FACILITATOR), PreferencesPage)
    page = page_of(office)
    assert not hasattr(page, "add_button")
    assert not hasattr(page, "verify_button")


def test_an_operator_is_added_with_roles_and_districts(office: Office, qtbot: QtBot) -> None:
    page = page_of(office)
    page.add_operator()
    dialog = office.desktop.window.findChild(OperatorDialog)
    assert dialog is not None
    dialog.save()
    assert dialog.messages.messages()[0].text == "名前が空です。"
    dialog.name.setText("新しい 人(架空)")
    dialog.passphrase.line.setText(PASSPHRASE)
    dialog.again.line.setText(PASSPHRASE)
    dialog.some.setChecked(True)
    dialog.save()
    assert dialog.messages.messages()[0].text == "担当する校区が選ばれていません。"
    from PySide6.QtCore import Qt

    dialog.districts.item(0).setCheckState(Qt.CheckState.Checked)
    dialog.save()
    qtbot.waitUntil(lambda: len(office.operators.kept) == 3)
    added = office.operators.kept[-1]
    assert added.roles == {Role.FACILITATOR}
    assert added.districts is not None
    assert len(added.districts) == 1


def test_the_flag_goes_to_clerks_only(office: Office) -> None:
    page_of(office).add_operator()
    dialog = office.desktop.window.findChild(OperatorDialog)
    assert dialog is not None
    assert not dialog.protected.isEnabled()
    dialog.roles[Role.CLERK].setChecked(True)
    assert dialog.protected.isEnabled()


def test_a_wrong_old_passphrase_is_told_in_the_window(office: Office, qtbot: QtBot) -> None:
    page_of(office).change_passphrase()
    dialog = office.desktop.window.findChild(PassphraseDialog)
    assert dialog is not None
    dialog.old.line.setText("ちがう")
    dialog.new.line.setText(PASSPHRASE)
    dialog.again.line.setText(PASSPHRASE)
    dialog.save()
    qtbot.waitUntil(lambda: bool(dialog.messages.messages()))
    assert dialog.messages.messages()[0].text == "いまの合言葉が違います。"
    dialog.old.line.setText("いままでの合言葉です")
    with qtbot.waitSignal(dialog.accepted):
        dialog.save()


def test_a_new_recovery_key_is_asked_shown_and_typed(office: Office, qtbot: QtBot) -> None:
    page_of(office).renew_recovery()
    window = office.desktop.window
    question = window.findChild(ConfirmDialog)
    assert question is not None
    assert office.operators.renewed == 0
    question._do()
    qtbot.waitUntil(lambda: window.findChild(RecoveryKeyDialog) is not None)
    dialog = window.findChild(RecoveryKeyDialog)
    assert dialog is not None
    dialog.reject()
    assert dialog.isVisible()
    dialog.panel.written.setChecked(True)
    dialog.panel.last_group.setText(KEY[-4:].lower())
    with qtbot.waitSignal(dialog.accepted):
        dialog.panel.check()


def test_the_audit_is_told_in_words(office: Office, qtbot: QtBot) -> None:
    page = page_of(office)
    page.verify()
    qtbot.waitUntil(lambda: HEAD in page.audit_words.text_shown())
    assert "12件に、書きかえも抜けもありません" in page.audit_words.text_shown()
    page.head.setText("A-0001-0000000000")
    page.verify()
    qtbot.waitUntil(lambda: "合わない所があります" in page.audit_words.text_shown())
    assert "記録がありません。" in page.audit_words.text_shown()


def test_a_backup_tells_its_place_and_the_head(office: Office, qtbot: QtBot, tmp_path: Path) -> None:
    place = tmp_path / "控え.bousai-backup"
    page_of(office).backup_to(place)
    messages = office.desktop.messages
    qtbot.waitUntil(lambda: any(message.where == str(place) for message in messages.messages()))
    assert place.read_bytes() == b"backup"


def test_an_operator_is_removed_after_asking(office: Office, qtbot: QtBot) -> None:
    page = page_of(office)
    page._remove(office.operators.kept[1])
    question = office.desktop.window.findChild(ConfirmDialog)
    assert question is not None
    question._do()
    qtbot.waitUntil(lambda: len(office.operators.kept) == 1)
