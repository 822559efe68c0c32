from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from kurume_bousai.domain.capacity import StaffShift
from kurume_bousai.domain.capacity_answer import reconcile
from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.demand import Demand, DemandRule
from kurume_bousai.domain.hazards import HazardScenario
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.placement import Phase, PlacementStatus
from kurume_bousai.ui.capacity.answer_words import Ages
from kurume_bousai.ui.capacity.cards import AnswerCard
from kurume_bousai.ui.capacity.choices import Opening, Staffing
from kurume_bousai.ui.capacity.conditions_sentence import ConditionsSentence
from kurume_bousai.ui.capacity.details import Part
from kurume_bousai.ui.capacity.reading import read_places, site_reason, site_state
from kurume_bousai.ui.kit.painters import State
from kurume_bousai.ui.tasks import TaskRunner
from tests.helpers.city_screens import Screens, choose, open_screens, opened


def test_the_sum_on_the_card_equals_the_answer(screens: Screens) -> None:
    page = screens.capacity()
    choose(page.sentence.who, Demand(DemandRule.ALL))
    choose(page.sentence.opening, Opening(Decimal("0.2")))
    answer = screens.answered(page).answer
    reconcile(answer)
    assert answer.unplaced_people > 0
    assert page.answer_card.number.text() == f"{answer.unplaced_people:,}"
    assert page.answer_card.verdict.text() == "入りきれません"
    going, placed, left = answer.demand_people, answer.placed_people, answer.unplaced_people
    assert page.answer_card.sum.text() == f"行く人 {going:,} = 入れる {placed:,} + 入れない {left:,}"
    assert answer.demand_people == answer.placed_people + answer.unplaced_people
    shown = sum(int(cells[3].text.removesuffix("人")) for _key, cells in page.details.people.table.rows())
    assert shown == answer.unplaced_people
    districts = page.details.districts.rows()
    assert sum(int(cells[3].text.replace(",", "")) for _key, cells in districts) == answer.unplaced_people
    assert sum(flow.people for flow in answer.flows) == answer.placed_people


def test_all_fit_says_so_and_free_places_stand_apart(screens: Screens) -> None:
    page = screens.capacity()
    choose(page.sentence.who, Demand(DemandRule.SHARE, Decimal("0.05")))
    answer = screens.answered(page).answer
    if answer.unplaced_people == 0:
        assert page.answer_card.verdict.text() == "入りきれます"
    assert page.answer_card.number.text() == f"{answer.unplaced_people:,}"
    page.details.show_part(Part.SITES)
    assert f"{answer.free_places:,}人分" in page.details._note.text()


def test_choosing_a_word_computes_anew_and_the_old_answer_stays_greyed(screens: Screens) -> None:
    page = screens.capacity()
    before = page.view
    choose(page.sentence.rate, Decimal(2))
    assert page.view is before, "the old answer stays until the new one"
    assert page.needs_card.graphicsEffect() is not None
    assert "計算し直しています" in page.answer_card.status.text_shown()
    assert page.main_action is not None
    assert not page.main_action.isEnabled()
    view = screens.answered(page)
    assert view.answer.conditions.rate_m2 == 2
    assert page.needs_card.graphicsEffect() is None
    assert page.main_action.isEnabled()


def test_the_last_of_quick_choices_wins(screens: Screens) -> None:
    page = screens.capacity()
    for shift in (StaffShift.NIGHT, StaffShift.NONE):
        choose(page.sentence.staff, Staffing(shift))
    assert screens.answered(page).answer.conditions.staff is StaffShift.NONE


def test_stopping_keeps_the_old_answer_and_offers_to_begin_again(screens: Screens) -> None:
    page = screens.capacity()
    choose(page.sentence.rate, Decimal(2))
    screens.runner.cancel_titled()
    screens.wait(lambda: not page.answer_card.again.isHidden() or page.view is not None)
    if page.view is not None and page.view.answer.conditions.rate_m2 == 2:
        return  # it had been solved before it heard of it
    assert "中止" in page.answer_card.status.text_shown()
    page.answer_card.again.click()
    assert screens.answered(page).answer.conditions.rate_m2 == 2


def test_the_district_of_the_header_asks_for_its_share(screens: Screens) -> None:
    page = screens.capacity()
    screens.window.set_district("津福")
    assert page.question == "津福校区の人は、入りきれますか"
    share = screens.answered(page).answer
    assert share.conditions.district_id == "津福"
    assert not share.conditions.alone
    choose(page.sentence.scope, True)
    alone = screens.answered(page).answer
    assert alone.conditions.alone
    assert alone.demand_people == share.demand_people
    assert alone.unplaced_people <= share.unplaced_people
    screens.window.set_district("")
    assert page.question == "全市の人は、入りきれますか"
    assert not screens.answered(page).answer.conditions.alone


def test_a_facilitator_asks_for_the_own_district_alone(qtbot: QtBot, runner: TaskRunner, city: Path) -> None:
    with opened(city, "進行") as database:
        made = open_screens(qtbot, runner, database)
        made.window.set_district("津福")
        page = made.capacity()
        assert page.sentence.conditions.alone
        assert page.sentence.scope.isHidden()
        assert page.view is not None
        assert {flow.district_id for flow in page.view.answer.flows} <= {"津福"}
        made.window.close()


def test_a_viewer_is_told_who_can_ask(qtbot: QtBot, runner: TaskRunner, city: Path) -> None:
    with opened(city, "閲覧") as database:
        made = open_screens(qtbot, runner, database)
        page = made.window.show_page("capacity")
        made.wait(lambda: page.answer_card.verdict.text() == "計算できません")  # type: ignore[attr-defined]
        made.window.close()


def test_conditions_that_cannot_be_computed_say_what_to_choose(screens: Screens) -> None:
    page = screens.capacity()
    choose(page.sentence.who, Demand(DemandRule.IN_HAZARD))
    screens.wait(lambda: page.answer_card.verdict.text() == "計算できません")
    assert "--" not in page.answer_card.status.text_shown()
    assert screens.desktop.messages.messages() == ()
    choose(page.sentence.hazard, HazardScenario.FLOOD_L2)
    answer = screens.answered(page).answer
    assert answer.conditions.hazard is HazardScenario.FLOOD_L2
    assert not page.sentence.unconfirmed.isHidden()


# The offscreen platform has no keyboard that a menu could take for itself.
@pytest.mark.qt_log_ignore("grabbing the keyboard")
def test_the_sentence_is_chosen_by_keyboard_alone(screens: Screens) -> None:
    page = screens.capacity()
    slot = page.sentence.hazard
    assert page.first_focus() is slot
    slot.setFocus()
    QTest.keyClick(slot, Qt.Key.Key_Space)
    menu = slot.findChild(QMenu)
    assert menu is not None
    screens.qtbot.waitUntil(menu.isVisible)
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert screens.answered(page).answer.conditions.hazard is HazardScenario.FLOOD_L2
    order: list[QWidget] = []
    widget = slot.nextInFocusChain()
    while widget is not None and widget is not slot:
        order.append(widget)
        widget = widget.nextInFocusChain()
    slots: list[QWidget] = [
        page.sentence.opening,
        page.sentence.who,
        page.sentence.companions,
        page.sentence.rate,
    ]
    slots += [page.sentence.stage, page.sentence.staff, page.sentence.reach, page.sentence.limit]
    places = [order.index(one) for one in slots]
    assert places == sorted(places)


def test_an_unproven_answer_says_the_range_and_offers_more_time(screens: Screens) -> None:
    everybody = CapacityConditions(demand=Demand(DemandRule.ALL), open_rate=Decimal("0.2"))
    answer = screens.desktop.capacity.answer(everybody)
    phases = tuple(
        Phase(one.name, one.value, one.value - 2, proven=False) if one.name == "band_3" else one
        for one in answer.phases
    )
    card = AnswerCard()
    screens.qtbot.addWidget(card)
    found = answer.unplaced_people
    assert found > 2
    card.show_answer(replace(answer, status=PlacementStatus.TIME_LIMIT, phases=phases), Ages())
    assert f"{found - 2:,}人から{found:,}人のあいだ" in card.status.text_shown()
    assert not card.longer.isHidden()
    assert card.longer.text() == "もっと時間をかけて計算する(2分)"
    card.show_answer(answer, Ages())
    assert card.longer.isHidden()


def test_more_time_is_asked_for_with_the_same_question(screens: Screens) -> None:
    page = screens.capacity()
    page.answer_card.longer.click()
    answer = screens.answered(page).answer
    assert answer.conditions.time_limit_s == 120
    assert page.sentence.limit.text() == "2分まで"


def test_no_site_is_ever_short_in_this_question(screens: Screens) -> None:
    answer = screens.desktop.capacity.answer(CapacityConditions(open_rate=Decimal("0.4")))
    places = read_places(screens.desktop.database)
    states = {site_state(site, places) for site in answer.by_site}
    assert states <= {State.OK, State.FEW, State.UNKNOWN, None}
    assert all(site.free >= 0 for site in answer.by_site)


def test_free_places_that_nobody_may_take_yet_are_said_to_be_so(screens: Screens) -> None:
    answer = screens.desktop.capacity.answer(CapacityConditions())
    places = read_places(screens.desktop.database)
    first = places.sites[0]
    unknown = replace(places, sites=(replace(first, accepts=None), *places.sites[1:]))
    site = next(one for one in answer.by_site if one.site_id == first.site_id)
    assert "受入対象が未確認" in site_reason(site, unknown)
    assert site_state(site, unknown) is State.UNKNOWN


def test_the_sentence_keeps_its_words_without_places(dressed: object, qtbot: QtBot) -> None:
    sentence = ConditionsSentence(CapacityConditions(district_id=DistrictId("津福"), alone=True))
    qtbot.addWidget(sentence)
    assert sentence.conditions.alone
    sentence.set_district("")
    assert not sentence.conditions.alone
