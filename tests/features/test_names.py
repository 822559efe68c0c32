from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytest_bdd import given, scenarios, then, when

from kurume_bousai.domain.bodies import Body, DataLevel
from kurume_bousai.domain.exercises import Participant
from kurume_bousai.ui.exercise.session_view import SessionView
from kurume_bousai.ui.header import NamesButton
from tests.helpers.desk import Desk

scenarios("names.feature")


@dataclass
class Table:
    """班の前の画面 and every name of the list."""

    desk: Desk
    view: SessionView
    names: frozenset[str]

    @property
    def button(self) -> NamesButton:
        return self.view.bar.findChildren(NamesButton)[0]

    def names_on_screen(self) -> set[str]:
        """Names in any word of the window, and in what the list paints."""
        parts = [self.desk.window, *self.desk.window.findChildren(QWidget)]
        words = "\n".join(str(text()) for part in parts if callable(text := getattr(part, "text", None)))
        controller = self.view.controller
        painted = [controller.member_words(person.member_id) for person in controller.session.shown()]
        return {name for name in self.names if name in words} | {name for name in painted if name}


@pytest.fixture
def table(desk: Desk) -> Table:
    database = desk.desktop.database
    with database.reading() as reading:
        names = frozenset(member.name for member in reading.members.in_district(database.access, None))
    view = desk.begin(lambda settings: replace(settings, practice=False))
    view.controller.choose_person(view.controller.session.undecided(view.controller.table_id)[0].member_id)
    desk.settle()
    return Table(desk, view, names)


@given("本物の名簿のつもりで、訓練の画面を開いている")
def opened(table: Table) -> None:
    controller = table.view.controller
    assert controller.session.level(controller.table_id) is DataLevel.REAL


@when("「名前 見せる」を押したままにする")
def press(table: Table) -> None:
    QTest.mousePress(table.button, Qt.MouseButton.LeftButton)
    table.desk.settle()


@when("指をはなす")
def release(table: Table) -> None:
    QTest.mouseRelease(table.button, Qt.MouseButton.LeftButton)
    table.desk.settle()


@when("その班に児童が2人すわる")
def child(table: Table) -> None:
    controller = table.view.controller
    seated = controller.session.table(controller.table_id).participants
    controller.seat(controller.table_id, [*seated, Participant(Body.CHILD, 2)])
    table.desk.settle()


@then("画面のどこにも名前はない")
def no_name(table: Table) -> None:
    assert table.names_on_screen() == set()
    assert table.desk.desktop.privacy.hidden


@then("その班の人の名前が見える")
def names(table: Table) -> None:
    controller = table.view.controller
    assert len(table.names_on_screen()) >= len(controller.session.shown(controller.table_id)) - 5
    # Of the other table nobody is named.
    others = {person.member_id for person in controller.session.shown()} - {
        person.member_id for person in controller.session.shown(controller.table_id)
    }
    assert others
    assert not any(controller.member_words(member_id) for member_id in others)


@then("名前を見せたことが記録にある")
def written(table: Table) -> None:
    kinds = [entry.kind.value for entry in table.view.controller.session.board.entries]
    assert kinds.count("names_shown") == 1


@then("その班の水準は記号である")
def symbols(table: Table) -> None:
    controller = table.view.controller
    assert controller.session.level(controller.table_id) is DataLevel.SYMBOL


@then("見せられないわけが、文で示される")
def told(table: Table) -> None:
    said = [message.text for message in table.desk.desktop.messages.messages()]
    assert any("名前を見せられません" in text for text in said)
