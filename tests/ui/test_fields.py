from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListView, QWidget
from pytestqt.qtbot import QtBot

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.ui.kit.widgets import ChipRow, Choice, Countdown, DateEdit, NumberLabel, SearchField, Slot


def today() -> date:
    return date(2026, 11, 21)


@pytest.fixture
def birth(dressed: QApplication, qtbot: QtBot) -> DateEdit:
    made = DateEdit("生年月日", is_birth=True, today=today)
    qtbot.addWidget(made)
    return made


@pytest.mark.parametrize("typed", ["S10.4.1", "昭和10年4月1日", "1935-04-01", "Ｓ10.4.1"])
def test_dates_are_understood_in_any_spelling_and_echoed(birth: DateEdit, typed: str, qtbot: QtBot) -> None:
    with qtbot.waitSignal(birth.value_changed) as changed:
        birth.line.insert(typed)  # what an input method commits
    assert changed.args == [date(1935, 4, 1)]
    assert birth.value() == date(1935, 4, 1)
    assert birth.echo.text() == "昭和10年4月1日・91歳"


def test_nothing_is_wrong_while_one_is_typing(birth: DateEdit, qtbot: QtBot) -> None:
    birth.line.insert("昭和10年")
    assert birth.echo.text() == ""
    QTest.keyClick(birth.line, Qt.Key.Key_Return)
    assert "日付" in birth.echo.text()
    assert birth.value() is None
    with pytest.raises(KnownProblem):
        birth.check()


def test_a_birthday_in_the_future_is_refused(birth: DateEdit) -> None:
    birth.line.setText("2027-01-01")
    problem = birth.problem()
    assert problem is not None
    assert problem.code == "date_future"


def test_an_empty_field_is_no_date_and_no_problem_unless_required(
    dressed: QApplication, qtbot: QtBot
) -> None:
    optional, required = DateEdit(), DateEdit(required=True)
    qtbot.addWidget(optional)
    qtbot.addWidget(required)
    assert optional.check() is None
    assert required.problem() is not None


def test_search_waits_for_a_pause_and_escape_empties(dressed: QApplication, qtbot: QtBot) -> None:
    field = SearchField("さがす")
    qtbot.addWidget(field)
    heard: list[str] = []
    field.searched.connect(heard.append)
    QTest.keyClicks(field, "abc")
    qtbot.waitUntil(lambda: heard == ["abc"])
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert heard == ["abc", ""]


def test_down_goes_from_the_search_into_the_list(dressed: QApplication, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    field, view = SearchField("さがす", parent=window), QListView(window)
    model = QStringListModel(["一", "二"], view)
    view.setModel(model)
    field.leads_to(view)
    window.show()
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert view.currentIndex().row() == 0


def test_slot_announces_only_what_a_person_chooses(dressed: QApplication, qtbot: QtBot) -> None:
    slot = Slot([Choice("l2", "洪水 想定最大"), Choice("l1", "計画規模")], "l2", name="危険")
    qtbot.addWidget(slot)
    heard: list[str] = []
    slot.chosen.connect(heard.append)
    slot.set_value("l1")
    assert heard == []
    slot._group.actions()[0].trigger()
    assert heard == ["l2"]
    assert slot.accessibleName() == "危険: 洪水 想定最大"


def test_chips_choose_one_and_can_be_taken_back(dressed: QApplication, qtbot: QtBot) -> None:
    row = ChipRow([(1, "古賀 90m"), (2, "堤 140m")], name="支援者")
    qtbot.addWidget(row)
    assert row.value() is None
    with qtbot.waitSignal(row.chosen) as chosen:
        row._group.button(1).click()
    assert chosen.args == [2]
    assert row.value() == 2
    row.set_value(None)
    assert row.value() is None


def test_countdown_says_time_left_and_time_over(dressed: QApplication, qtbot: QtBot) -> None:
    clock = Countdown()
    qtbot.addWidget(clock)
    clock.set_remaining(760)
    assert clock.text() == "12:40"
    assert clock.accessibleName() == "残り12分40秒"
    clock.set_remaining(0.2)
    assert clock.text() == "0:01"
    clock.set_remaining(-65)
    assert clock.text() == "-1:05"
    assert clock.accessibleName() == "時間を1分5秒過ぎています"


def test_number_speaks_caption_number_and_rule(dressed: QApplication, qtbot: QtBot) -> None:
    number = NumberLabel("入れない人", "312", "人", "洪水 想定最大・4㎡")
    qtbot.addWidget(number)
    assert number.accessibleName() == "入れない人 312人"
    assert number.accessibleDescription() == "洪水 想定最大・4㎡"
    number.set_number("0")
    assert number.accessibleName() == "入れない人 0人"
