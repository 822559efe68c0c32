"""設定: which office's word counts, which kind an office is, and the order of papers."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kurume_bousai import settings
from kurume_bousai.domain.paper_order import PaperOrder
from kurume_bousai.domain.sources import SourceKind
from kurume_bousai.services.matching.source_rules import SourceRulesService
from kurume_bousai.services.papers.paper_order import PaperOrderService
from kurume_bousai.services.roster_import.importing import Confirmations, ImportOrder, commit_roster
from kurume_bousai.ui.preferences.preferences_page import PreferencesPage
from kurume_bousai.ui.tasks import TaskRunner
from tests.fakes.city import FakeCity, FixedClock
from tests.fixtures.rosters import city, person, roster_file
from tests.helpers.office_desktop import open_office


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(settings.HOME_VARIABLE, str(tmp_path))


def test_an_office_gets_its_kind_and_a_group_its_first_office(qtbot: QtBot, runner: TaskRunner) -> None:
    database = city()
    order = ImportOrder("福祉総務", is_whole=False)
    commit_roster(database, roster_file([person(1)]), order, Confirmations(), clock=FixedClock())
    office = open_office(qtbot, runner, database, PreferencesPage)
    page = office.desktop.window.current_page()
    assert isinstance(page, PreferencesPage)
    assert isinstance(office.database, FakeCity)
    sources, papers = page.sources, page.paper_order
    qtbot.waitUntil(lambda: bool(sources.kinds))
    box = sources.kinds["福祉総務"]
    assert (box.currentText(), sources.save_button.isEnabled()) == ("名前から決める（市の名簿・申込）", False)
    box.setCurrentIndex(box.findData(SourceKind.RESIDENT))
    sources.firsts[1].set_value(SourceKind.RESIDENT)
    assert sources.save_button.isEnabled()
    sources.save()
    service = SourceRulesService(office.database)
    qtbot.waitUntil(lambda: service.read().settings.sources.kind("福祉総務") is SourceKind.RESIDENT)
    assert service.read().first_of(1) is SourceKind.RESIDENT
    qtbot.waitUntil(lambda: not sources.save_button.isEnabled())
    papers.order.set_value(PaperOrder.NUMBER)
    papers.save()
    qtbot.waitUntil(lambda: PaperOrderService(office.database).read() is PaperOrder.NUMBER)
