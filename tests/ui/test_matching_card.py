"""同じ人かどうかの決めごと: two numbers, changed by whoever may, audited, with their defaults."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kurume_bousai import settings
from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.ids import OperatorId
from kurume_bousai.domain.matching import MatchRules
from kurume_bousai.services.matching.rules import MatchingRulesService, MatchingSettings
from kurume_bousai.ui.preferences.matching_card import MatchingCard
from kurume_bousai.ui.preferences.preferences_page import PreferencesPage
from kurume_bousai.ui.tasks import TaskRunner
from tests.fakes.city import FakeCity
from tests.fixtures.rosters import city
from tests.helpers.office_desktop import open_office

CLERK = Access(OperatorId("o1"), "窓口", frozenset({Role.CLERK}))
FACILITATOR = Access(OperatorId("o2"), "進行 花子", frozenset({Role.FACILITATOR}))


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(settings.HOME_VARIABLE, str(tmp_path))


def card_of(qtbot: QtBot, runner: TaskRunner, access: Access = CLERK) -> tuple[FakeCity, MatchingCard]:
    office = open_office(qtbot, runner, city(access), PreferencesPage)
    page = office.desktop.window.current_page()
    assert isinstance(page, PreferencesPage)
    assert isinstance(office.database, FakeCity)
    qtbot.waitUntil(lambda: page.matching._was_read)
    return office.database, page.matching


def test_a_changed_number_is_saved_and_audited(qtbot: QtBot, runner: TaskRunner) -> None:
    database, card = card_of(qtbot, runner)
    assert (card.same_from.value(), card.asked_from.value(), card.save_button.isEnabled()) == (85, 55, False)
    card.same_from.set_value(90)
    assert card.save_button.isEnabled()
    card.save()
    service = MatchingRulesService(database)
    qtbot.waitUntil(lambda: service.read().rules == MatchRules(90, 55))
    acts = [payload for _who, action, _about, payload in database.state.audit
            if action == "matching_rules_saved"]  # fmt: skip
    assert [(one["before"]["upper"], one["after"]["upper"]) for one in acts] == [(85, 90)]
    qtbot.waitUntil(lambda: not card.save_button.isEnabled())
    card.show_defaults()
    assert card.same_from.value() == 85


def test_numbers_that_contradict_each_other_are_told(qtbot: QtBot, runner: TaskRunner) -> None:
    database, card = card_of(qtbot, runner)
    card.asked_from.set_value(85)
    card.save()
    assert "高く" in card.words.text_shown()
    assert MatchingRulesService(database).read() == MatchingSettings()


def test_what_another_saved_meanwhile_is_not_overwritten(qtbot: QtBot, runner: TaskRunner) -> None:
    database, card = card_of(qtbot, runner)
    MatchingRulesService(database).save(MatchingSettings(), MatchingSettings(MatchRules(95, 60)))
    card.same_from.set_value(88)
    card.save()
    qtbot.waitUntil(lambda: "ほかの人が" in card.words.text_shown())
    assert MatchingRulesService(database).read().rules == MatchRules(95, 60)


def test_a_facilitator_reads_only_and_the_card_fits(qtbot: QtBot, runner: TaskRunner) -> None:
    _database, card = card_of(qtbot, runner, FACILITATOR)
    assert not card.same_from.isEnabled()
    assert card.minimumSizeHint().width() <= 1093
