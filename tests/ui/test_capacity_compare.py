from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.demand import Demand, DemandRule
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.ui.capacity.capacity_page import CapacityPage
from kurume_bousai.ui.capacity.compare_dialog import CompareDialog, Table
from kurume_bousai.ui.capacity.compare_side import ConditionsDialog
from kurume_bousai.ui.capacity.compare_words import difference_words
from kurume_bousai.ui.capacity.scenarios_dialog import ScenariosDialog
from kurume_bousai.ui.tasks import TaskRunner
from tests.helpers.city_screens import Screens, choose, open_screens, opened


@pytest.fixture
def page(screens: Screens) -> CapacityPage:
    page = screens.capacity()
    choose(page.sentence.who, Demand(DemandRule.ALL))
    screens.answered(page)
    return page


@pytest.fixture
def compared(screens: Screens, page: CapacityPage) -> CompareDialog:
    assert page._places is not None
    dialog = CompareDialog(
        screens.desktop, page.sentence.conditions, page._places, page._answer(), screens.window
    )
    screens.qtbot.addWidget(dialog)
    dialog.show()
    screens.wait(lambda: dialog.comparison is not None)
    return dialog


# -- two side by side -------------------------------------------------------------------------------


def test_two_questions_stand_side_by_side_with_their_difference(compared: CompareDialog) -> None:
    made = compared.comparison
    assert made is not None
    assert made.b.conditions.open_rate == Decimal("0.4")
    left, right = made.a.unplaced_people, made.b.unplaced_people
    assert compared.left.number.text() == f"{left:,}"
    assert compared.right.number.text() == f"{right:,}"
    rows = dict(compared.tables[Table.TOTALS].rows())
    assert rows["unplaced_people"][3].text == difference_words(right - left, "人")
    assert rows["free_places"][3].text == difference_words(made.b.free_places - made.a.free_places, "人分")
    for key, cells in compared.tables[Table.DISTRICTS].rows():
        pair = next(one for one in made.by_district if one.district_id == key)
        assert cells[3].text == difference_words(pair.unplaced_difference, "人")
    sites = compared.tables[Table.SITES].rows()
    assert len(sites) == len(made.by_site)
    assert "使わない" in {cells[2].text for _key, cells in sites}


def test_a_preset_of_one_side_computes_only_that_side(screens: Screens, compared: CompareDialog) -> None:
    before = compared.comparison
    assert before is not None
    half = next(c for c in compared.right.preset._choices if c.words == "職員が半分しか来られない")
    choose(compared.right.preset, half.value)
    assert compared.right.number.text() == "—"
    screens.wait(lambda: compared.comparison not in (None, before))
    after = compared.comparison
    assert after is not None
    assert after.a is before.a
    assert after.b.conditions.staff_share == Decimal("0.5")


def test_the_ladder_is_one_press(screens: Screens, compared: CompareDialog) -> None:
    QTest.keyClick(compared.chips._group.button(list(Table).index(Table.LADDER)), Qt.Key.Key_Space)
    table = compared.tables[Table.LADDER]
    screens.wait(lambda: len(table.rows()) == 4)
    assert [cells[0].text for _key, cells in table.rows()] == ["100%", "60%", "40%", "20%"]
    left = [int(cells[5].text.replace(",", "")) for _key, cells in table.rows()]
    assert left == sorted(left), "fewer sites never leave fewer people out"


def test_a_side_is_looked_at_alone(screens: Screens, compared: CompareDialog) -> None:
    taken: list[CapacityConditions] = []
    compared.taken.connect(taken.append)
    compared.right.take.click()
    assert taken == [compared.right.conditions]
    assert not compared.isVisible()


def test_leaving_stops_what_is_computed(screens: Screens, compared: CompareDialog) -> None:
    compared.show_table(Table.LADDER)
    compared.reject()
    screens.wait(lambda: not screens.runner.running())
    assert compared.tables[Table.LADDER].rows() == []


def test_a_question_that_cannot_be_computed_says_what_to_do(
    screens: Screens, compared: CompareDialog
) -> None:
    compared.right.set_conditions(replace(compared.right.conditions, district_id=DistrictId("ない校区")))
    compared._compute()
    screens.wait(lambda: "計算できません" in compared.words.text_shown())
    assert not compared.again.isHidden()


def test_conditions_of_a_side_are_the_same_sentence(screens: Screens, page: CapacityPage) -> None:
    assert page._places is not None
    dialog = ConditionsDialog("右の条件", page.sentence.conditions, page._places)
    screens.qtbot.addWidget(dialog)
    choose(dialog.sentence.stage, 3)
    assert dialog.conditions() == replace(page.sentence.conditions, stage=3)


# -- saved ------------------------------------------------------------------------------------------


def scenarios_of(screens: Screens, page: CapacityPage) -> ScenariosDialog:
    assert page._places is not None
    answer = page.view.answer if page.view is not None else None
    dialog = ScenariosDialog(screens.desktop, page.sentence.conditions, answer, page._places, screens.window)
    screens.qtbot.addWidget(dialog)
    dialog.show()
    screens.wait(lambda: not screens.runner.running())
    return dialog


def test_a_question_is_kept_opened_and_compared_with_today(screens: Screens, page: CapacityPage) -> None:
    dialog = scenarios_of(screens, page)
    QTest.keyClicks(dialog.name, "all people")
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    screens.wait(lambda: len(dialog.table.rows()) == 1)
    cells = dialog.table.rows()[0][1]
    assert page.view is not None
    assert cells[0].text == "all people"
    assert cells[1].text == f"{page.view.answer.unplaced_people:,}人"
    assert cells[4].text == screens.desktop.database.access.name
    kept = page.sentence.conditions
    choose(page.sentence.who, Demand(DemandRule.PLAN))
    screens.answered(page)
    dialog.opened.connect(page._open_saved)
    dialog.table.setFocus()
    QTest.keyClick(dialog.table, Qt.Key.Key_Return)
    assert screens.answered(page).answer.conditions == kept
    assert "同じ答え" in page.trial.words.text_shown()
    (saved,) = screens.desktop.services.scenarios.all()
    assert saved.totals is not None
    older = replace(saved, totals=replace(saved.totals, unplaced_people=saved.totals.unplaced_people + 3))
    page._open_saved(older)
    screens.wait(lambda: "とちがいます" in page.trial.words.text_shown())
    page.trial.keep.click()
    screens.wait(lambda: not page.trial.isVisible())
    (again,) = screens.desktop.services.scenarios.all()
    assert again.totals == saved.totals
    screens.desktop.services.scenarios.remove(saved.scenario_id)


def test_a_name_twice_is_said_in_words(screens: Screens, page: CapacityPage) -> None:
    saved = screens.desktop.services.scenarios.save("夜", page.sentence.conditions).value
    dialog = scenarios_of(screens, page)
    dialog.name.setText("夜")
    dialog.save.click()
    screens.wait(lambda: bool(dialog.messages.messages()))
    dialog.name.clear()
    dialog.save.click()
    assert "名前を入れてください" in dialog.messages.messages()[0].text
    screens.desktop.services.scenarios.remove(saved.scenario_id)


def test_taking_one_away_asks_first(screens: Screens, page: CapacityPage) -> None:
    screens.desktop.services.scenarios.save("消すもの", page.sentence.conditions)
    dialog = scenarios_of(screens, page)
    dialog.table.setFocus()
    dialog.remove.click()
    assert len(screens.desktop.services.scenarios.all()) == 1, "only asked so far"
    dialog._remove(screens.desktop.services.scenarios.all()[0].scenario_id)
    screens.wait(lambda: dialog.table.rows() == [])
    assert not dialog.open_one.isEnabled()


def test_who_may_not_save_can_still_open(qtbot: QtBot, runner: TaskRunner, city: Path) -> None:
    with opened(city, "閲覧") as database:
        made = open_screens(qtbot, runner, database)
        page = made.window.show_page("capacity")
        assert isinstance(page, CapacityPage)
        made.wait(lambda: page._places is not None)
        dialog = scenarios_of(made, page)
        assert not dialog.save.isEnabled()
        assert not dialog.name.isEnabled()
        made.window.close()
