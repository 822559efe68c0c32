"""名簿の保存期限: years are a decision; what is due is counted, said whole, and confirmed by its number."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from kurume_bousai import settings
from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.ids import MemberId, OperatorId
from kurume_bousai.domain.members import RemovalReason
from kurume_bousai.domain.retention import ExpiryCount
from kurume_bousai.services.roster.retention import ExpiryPreview, RetentionService
from kurume_bousai.ui.kit.tokens import set_scale
from kurume_bousai.ui.preferences.preferences_page import PreferencesPage
from kurume_bousai.ui.preferences.retention_card import ExpiryDialog, RetentionCard, preview_lines
from kurume_bousai.ui.tasks import TaskRunner
from tests.fakes.city import FakeCity
from tests.fixtures.rosters import city
from tests.helpers.office_desktop import Office, open_office
from tests.helpers.roster_desktop import fictional

CLERK = Access(OperatorId("o1"), "窓口", frozenset({Role.CLERK}))
FACILITATOR = Access(OperatorId("o2"), "進行", frozenset({Role.FACILITATOR}))


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(settings.HOME_VARIABLE, str(tmp_path))


@pytest.fixture
def office(qtbot: QtBot, runner: TaskRunner) -> Office:
    database = city(CLERK)
    with database.writing() as session:
        people = [fictional(1, "架空 昔子"), fictional(2, "架空 今子")]
        session.members.add_many(CLERK, people, source="架空")
        session.members.remove_many(
            CLERK, [MemberId("m1")], RemovalReason.DIED, source="架空", on=date(2020, 1, 1)
        )
    return open_office(qtbot, runner, database, PreferencesPage)


def card_of(office: Office) -> RetentionCard:
    page = office.desktop.window.current_page()
    assert isinstance(page, PreferencesPage)
    return page.retention


def asked(qtbot: QtBot, office: Office) -> ExpiryDialog:
    card_of(office).look()
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), ExpiryDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, ExpiryDialog)
    return dialog


def test_the_years_are_saved(qtbot: QtBot, office: Office) -> None:
    card = card_of(office)
    assert not card.save_button.isEnabled()
    card.years.set_value(7)
    card.save_button.click()
    qtbot.waitUntil(lambda: not card.save_button.isEnabled())
    assert RetentionService(office.database, office.desktop.clock).years() == 7


def test_the_number_is_typed_before_anything_goes(qtbot: QtBot, office: Office) -> None:
    dialog = asked(qtbot, office)
    assert dialog.step() == 0
    dialog.go.click()
    assert dialog.step() == 1
    assert not dialog.do.isEnabled()
    dialog.number.setText("2")
    assert not dialog.do.isEnabled()
    dialog.number.setText("1")
    dialog.do.click()
    assert isinstance(office.database, FakeCity)
    state = office.database
    qtbot.waitUntil(lambda: set(state.state.members) == {MemberId("m2")})
    qtbot.waitUntil(lambda: not isValid(dialog) or not dialog.isVisible())


def test_nobody_due_offers_nothing(qtbot: QtBot, office: Office) -> None:
    card = card_of(office)
    card.years.set_value(30)
    card.save_button.click()
    qtbot.waitUntil(lambda: not card.save_button.isEnabled())
    dialog = asked(qtbot, office)
    assert dialog.go.isHidden()
    dialog.reject()


def test_all_that_matters_is_said() -> None:
    count = ExpiryCount(3, 1, 2, {RemovalReason.DIED: 2, RemovalReason.MOVED_OUT: 1}, date(2019, 5, 1))
    preview = ExpiryPreview(5, date(2021, 11, 21), count)
    words = "".join(preview_lines(preview))
    for part in (
        "令和3年11月21日", "死亡 2人", "転出 1人", "支援措置対象者", "写し", "元には戻せません",
        "バックアップ",
    ):  # fmt: skip
        assert part in words, part


def test_a_facilitator_only_reads(qtbot: QtBot, runner: TaskRunner) -> None:
    office = open_office(qtbot, runner, city(FACILITATOR), PreferencesPage)
    card = card_of(office)
    assert card.save_button.isHidden()
    assert card.look_button.isHidden()


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_the_windows_fit(qtbot: QtBot, office: Office, scale: float) -> None:
    set_scale(scale)
    dialog = asked(qtbot, office)
    assert dialog.minimumSizeHint().width() <= 1366
    assert dialog.minimumSizeHint().height() <= 690
    dialog.reject()
