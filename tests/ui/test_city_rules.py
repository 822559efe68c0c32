"""市の決めごと: typed, saved, told; what may not be changed is only read."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kurume_bousai import settings
from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.changes import Topic
from kurume_bousai.domain.city_settings import CitySettings
from kurume_bousai.domain.ids import OperatorId
from kurume_bousai.services.city_settings import read_city_settings
from kurume_bousai.ui.kit.tokens import set_scale
from kurume_bousai.ui.preferences.city_rules import CityRulesCard
from kurume_bousai.ui.preferences.preferences_page import PreferencesPage
from kurume_bousai.ui.tasks import TaskRunner
from tests.fakes.city import FakeCity
from tests.fixtures.rosters import city
from tests.helpers.office_desktop import Office, open_office

CLERK = Access(OperatorId("o1"), "窓口", frozenset({Role.CLERK}))
FACILITATOR = Access(OperatorId("o2"), "進行 花子", frozenset({Role.FACILITATOR}))


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(settings.HOME_VARIABLE, str(tmp_path))


@pytest.fixture
def office(qtbot: QtBot, runner: TaskRunner) -> Office:
    return open_office(qtbot, runner, city(CLERK), PreferencesPage)


def card_of(office: Office) -> CityRulesCard:
    page = office.desktop.window.current_page()
    assert isinstance(page, PreferencesPage)
    return page.city_rules


def kept(office: Office) -> CitySettings:
    assert isinstance(office.database, FakeCity)
    return read_city_settings(office.database)


def test_it_shows_the_values_of_the_city(office: Office) -> None:
    card = card_of(office)
    assert card.settings() == CitySettings()
    assert not card.save_button.isEnabled()


def test_what_is_typed_is_saved_and_told(office: Office, qtbot: QtBot) -> None:
    told: list[frozenset[Topic]] = []
    office.desktop.changes.changes_committed.connect(told.append)
    card = card_of(office)
    card.rate.set_value(Decimal("3.5"))
    card.staff.box.setValue(8)
    card.companions.set_value(False)
    card.first.box.setValue(80)
    assert card.save_button.isEnabled()
    card.save()
    wanted = CitySettings(Decimal("3.5"), 8, with_companions=False, band_cut_points=(80, 40))
    qtbot.waitUntil(lambda: kept(office) == wanted and bool(told))
    assert told == [frozenset({Topic.CITY_SETTINGS})]
    qtbot.waitUntil(lambda: not office.desktop.runner.running())
    assert not card.save_button.isEnabled()


def test_a_value_outside_the_rules_is_told_beside_the_fields(office: Office) -> None:
    card = card_of(office)
    card.second.box.setValue(90)
    card.save()
    assert "優先度1の点は優先度2の点より高く" in card.words.text_shown()
    assert kept(office) == CitySettings()
    card.back_button.click()
    assert card.settings() == CitySettings()
    assert card.words.isHidden()


def test_others_only_read(qtbot: QtBot, runner: TaskRunner) -> None:
    card = card_of(open_office(qtbot, runner, city(FACILITATOR), PreferencesPage))
    assert card.settings() == CitySettings()
    assert not card.rate.isEnabled()
    assert not card.save_button.isVisible()


def test_a_change_by_another_refreshes_what_was_not_touched(office: Office, qtbot: QtBot) -> None:
    from kurume_bousai.services.city_settings import CitySettingsService

    card = card_of(office)
    CitySettingsService(office.database).save(CitySettings(), CitySettings(places_per_staff=6))
    office.desktop.changes.tell(frozenset({Topic.CITY_SETTINGS}))
    qtbot.waitUntil(lambda: card.settings().places_per_staff == 6)


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_it_fits_the_small_screen(office: Office, scale: float) -> None:
    set_scale(scale)
    assert office.desktop.window.minimumSizeHint().width() <= 1366
