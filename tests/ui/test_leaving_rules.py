"""名前が外に出るときの決まり and the rules per kind of body: chosen, saved, told, put back."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kurume_bousai import settings
from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import OperatorId
from kurume_bousai.domain.roster_columns import DEFAULT_RULES, BodyRule, RosterColumn
from kurume_bousai.domain.second_person import Confirmation, SecondPersonGround, SecondPersonRule
from kurume_bousai.services.disclosure.second_person import LeavingRules, SecondPersonNeed
from kurume_bousai.ui.kit.tokens import set_scale
from kurume_bousai.ui.preferences.body_rules_dialog import BodyRulesDialog
from kurume_bousai.ui.preferences.leaving_rules import LeavingRulesCard
from kurume_bousai.ui.preferences.preferences_page import PreferencesPage
from kurume_bousai.ui.second_person import SecondPersonFields
from kurume_bousai.ui.tasks import TaskRunner
from tests.fakes.city import FakeCity
from tests.fixtures.rosters import city
from tests.helpers.office_desktop import Office, open_office

CLERK = Access(OperatorId("o1"), "窓口", frozenset({Role.CLERK}))
FACILITATOR = Access(OperatorId("o2"), "進行 花子", frozenset({Role.FACILITATOR}))
BODY = Body.DISTRICT_ORGANIZATION


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(settings.HOME_VARIABLE, str(tmp_path))


@pytest.fixture
def office(qtbot: QtBot, runner: TaskRunner) -> Office:
    return open_office(qtbot, runner, city(CLERK), PreferencesPage)


def card_of(office: Office, qtbot: QtBot) -> LeavingRulesCard:
    page = office.desktop.window.current_page()
    assert isinstance(page, PreferencesPage)
    qtbot.waitUntil(lambda: page.leaving._was_read)
    return page.leaving


def rules_of(office: Office, qtbot: QtBot) -> BodyRulesDialog:
    dialog = BodyRulesDialog(office.desktop, office.desktop.services.recipients, office.desktop.window)
    dialog.open()
    qtbot.waitUntil(lambda: dialog.rule() == kept(office))
    return dialog


def kept(office: Office) -> BodyRule:
    return office.desktop.services.recipients.rules()[BODY]


def test_the_safe_choices_stand_there_first_and_a_change_is_saved(office: Office, qtbot: QtBot) -> None:
    card = card_of(office, qtbot)
    assert card.chosen() == LeavingRules()
    assert not card.save_button.isEnabled()
    card.emergency.set_value(False)
    card.declare.set_value(False)
    card._arm()
    assert card.save_button.isEnabled()
    card.save()
    assert isinstance(office.database, FakeCity)
    service = office.desktop.services.leaving_rules
    qtbot.waitUntil(lambda: not card.signed.isHidden())
    assert service.read() == LeavingRules(), "one person alone loosens nothing"
    card.signed.passphrase.line.setText("demo")
    card.save()
    wanted = LeavingRules(SecondPersonRule(emergency_alone=True), emergency_by_clerk=False)
    qtbot.waitUntil(lambda: service.read() == wanted and not card.save_button.isEnabled())


def test_what_another_saved_meanwhile_is_told_and_shown(office: Office, qtbot: QtBot) -> None:
    card = card_of(office, qtbot)
    assert isinstance(office.database, FakeCity)
    office.desktop.services.leaving_rules.save(LeavingRules(), LeavingRules(emergency_by_clerk=False))
    card.lists.set_value(False)
    card.save()
    qtbot.waitUntil(lambda: "ほかの人が" in card.words.text_shown())


def test_who_may_not_change_it_reads_it(qtbot: QtBot, runner: TaskRunner) -> None:
    card = card_of(open_office(qtbot, runner, city(FACILITATOR), PreferencesPage), qtbot)
    assert not card.lists.isEnabled()
    assert not card.save_button.isVisibleTo(card)


def test_columns_are_chosen_saved_and_put_back(office: Office, qtbot: QtBot) -> None:
    dialog = rules_of(office, qtbot)
    assert not dialog.default_button.isEnabled()
    assert not dialog.columns.chip(RosterColumn.NAME).isEnabled()
    dialog.columns.chip(RosterColumn.PHONE).setChecked(False)
    dialog.training.set_value(True)
    dialog._arm()
    assert not dialog.body.isEnabled()
    dialog.save()
    qtbot.waitUntil(lambda: kept(office).needs_training)
    assert RosterColumn.PHONE not in kept(office).columns
    qtbot.waitUntil(dialog.default_button.isEnabled)
    dialog.reset()
    qtbot.waitUntil(lambda: kept(office) == DEFAULT_RULES[BODY])
    qtbot.waitUntil(dialog.body.isEnabled)
    assert dialog.rule() == DEFAULT_RULES[BODY]


def test_an_illness_is_not_given_without_a_reason(office: Office, qtbot: QtBot) -> None:
    dialog = rules_of(office, qtbot)
    assert not dialog.reason.isVisibleTo(dialog)
    dialog.health.chip(RosterColumn.DISEASE).setChecked(True)
    assert dialog.reason.isVisibleTo(dialog)
    dialog.save()
    assert "わけが必要です" in dialog.messages.messages()[0].text
    assert kept(office) == DEFAULT_RULES[BODY]
    dialog._show()
    assert dialog.rule() == DEFAULT_RULES[BODY]


def test_it_fits_the_small_screen(office: Office, qtbot: QtBot) -> None:
    dialog = rules_of(office, qtbot)
    for scale in (1.0, 1.5):
        set_scale(scale)
        assert dialog.minimumSizeHint().width() <= 1366
        assert dialog.minimumSizeHint().height() <= 740
    set_scale(1.0)


def test_the_fields_of_the_second_person_say_why_nobody_has_to_sign(qtbot: QtBot) -> None:
    fields = SecondPersonFields()
    qtbot.addWidget(fields)
    fields.ask(SecondPersonNeed(SecondPersonGround.LONE, ()))
    assert (fields.may_go, fields.first_field, fields.confirmation()) == (True, None, None)
    assert "なし(操作する人が一人だけ)" in fields.note.text_shown()


def test_the_fields_of_the_second_person_ask_one_of_the_others(qtbot: QtBot) -> None:
    fields = SecondPersonFields()
    qtbot.addWidget(fields)
    fields.ask(SecondPersonNeed(None, ()))
    assert "名簿の担当を加えて" in fields.note.text_shown()
    assert fields.may_go is False
    fields.ask(SecondPersonNeed(None, ("架空二", "架空三")))
    fields.who.setCurrentText("架空三")
    fields.passphrase.line.setText("demo")
    assert fields.confirmation() == Confirmation("架空三", "demo")
    fields.ask(SecondPersonNeed(None, ("架空二", "架空三")))
    assert fields.who.currentText() == "架空三"
    fields.forget()
    with pytest.raises(KnownProblem, match="passphrase_missing"):
        fields.confirmation()
