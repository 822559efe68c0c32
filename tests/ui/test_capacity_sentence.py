from __future__ import annotations

from decimal import Decimal

import pytest
from pytestqt.qtbot import QtBot

from kurume_bousai.domain.capacity import StaffShift
from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.demand import Demand, DemandRule
from kurume_bousai.domain.hazards import HazardScenario
from kurume_bousai.services.ports.sessions import CityDatabase
from kurume_bousai.ui.capacity.choices import (
    ASK,
    ASK_FEW,
    HALF,
    Opening,
    Staffing,
    conditions_words,
    other_words,
    seconds_words,
)
from kurume_bousai.ui.capacity.conditions_sentence import ConditionsSentence
from kurume_bousai.ui.capacity.dialogs import ClosedSitesDialog, NumberDialog
from kurume_bousai.ui.capacity.reading import read_places
from kurume_bousai.ui.kit.tokens import set_scale
from tests.helpers.city_screens import Screens, choose

_ASK = "kurume_bousai.ui.capacity.conditions_sentence.{}"


@pytest.fixture
def sentence(qtbot: QtBot, dressed: object, database: CityDatabase) -> ConditionsSentence:
    made = ConditionsSentence(CapacityConditions())
    qtbot.addWidget(made)
    made.set_places(read_places(database))
    return made


def test_every_condition_of_the_question_can_be_chosen(sentence: ConditionsSentence) -> None:
    choose(sentence.hazard, HazardScenario.FLOOD_L2)
    choose(sentence.opening, Opening(Decimal("0.4")))
    choose(sentence.who, Demand(DemandRule.ALL))
    choose(sentence.companions, False)
    choose(sentence.rate, Decimal("3.5"))
    choose(sentence.stage, 3)
    choose(sentence.staff, Staffing(StaffShift.NIGHT, HALF))
    choose(sentence.per_staff, 5)
    choose(sentence.reach, 1000.0)
    choose(sentence.off_list, 100)
    choose(sentence.limit, 300.0)
    now = sentence.conditions
    assert (now.staff, now.staff_share, now.places_per_staff) == (StaffShift.NIGHT, HALF, 5)
    assert (now.reach_m, now.off_list_people, now.stage, now.time_limit_s) == (1000.0, 100, 3, 300.0)
    assert (now.hazard, now.open_rate, now.rate_m2) == (
        HazardScenario.FLOOD_L2,
        Decimal("0.4"),
        Decimal("3.5"),
    )
    assert not now.with_companions
    words = f"{conditions_words(now, 37)}{other_words(now)}"
    for said in ("洪水(想定最大)", "14施設まで(40%)", "名簿の全員", "本人だけで", "1人 3.5㎡"):
        assert said in words
    for said in ("警戒レベル3", "夜の職員の半分が1人で5人まで", "1,000m まで", "名簿外 100人", "5分まで"):
        assert said in words


def test_what_does_not_count_is_not_asked(sentence: ConditionsSentence) -> None:
    assert not sentence._unconfirmed_pair.isVisibleTo(sentence)
    choose(sentence.hazard, HazardScenario.LANDSLIDE)
    assert sentence._unconfirmed_pair.isVisibleTo(sentence)
    choose(sentence.staff, Staffing(StaffShift.NONE))
    assert not sentence._per_staff_pair.isVisibleTo(sentence)


def test_only_k_sites_are_typed_and_the_37_are_whole_again(
    sentence: ConditionsSentence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_ASK.format("ask_number"), lambda *_: 10)
    choose(sentence.opening, Opening(Decimal("0.4")))
    choose(sentence.opening, ASK_FEW)
    assert sentence.conditions.open_at_most == 10
    assert sentence.conditions.open_rate == 1
    assert sentence.opening.text() == "10施設だけ(どれを開くかは計算で選ぶ)"
    choose(sentence.opening, Opening())
    assert sentence.conditions.open_at_most is None


def test_numbers_are_typed(sentence: ConditionsSentence, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_ASK.format("ask_number"), lambda *_: 37)
    choose(sentence.off_list, ASK)
    assert sentence.conditions.off_list_people == 37
    assert sentence.off_list.text() == "37人"
    choose(sentence.who, ASK)
    assert sentence.conditions.demand == Demand(DemandRule.SHARE, Decimal("0.37"))
    assert sentence.who.text() == "名簿の 37%の人"
    choose(sentence.reach, ASK)
    assert sentence.conditions.reach_m == 37.0
    monkeypatch.setattr(_ASK.format("ask_number"), lambda *_: None)
    choose(sentence.reach, ASK)
    assert sentence.conditions.reach_m == 37.0, "left without choosing"


def test_the_menu_never_leaves_its_opener_in_force(
    sentence: ConditionsSentence, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = sentence._places.sites[0].site_id
    monkeypatch.setattr(_ASK.format("ask_closed_sites"), lambda *_: frozenset({site}))
    choose(sentence.opening, ASK)
    assert sentence.opening.value() == Opening(Decimal(1), frozenset({site}))
    choose(sentence.opening, Opening())
    assert not sentence.conditions.closed


def test_any_conditions_can_be_put_in(sentence: ConditionsSentence) -> None:
    odd = CapacityConditions(
        open_rate=Decimal("0.55"),
        demand=Demand(DemandRule.SHARE, Decimal("0.07")),
        off_list_people=7,
        reach_m=1234.0,
        places_per_staff=7,
        staff_share=Decimal("0.25"),
        time_limit_s=33,
    )
    sentence.put(odd)
    assert sentence.conditions == odd
    assert sentence.reach.text() == "歩いて・直線 1,234m まで"
    assert sentence.staff.text() == "昼の職員の 25%"


def test_the_dialogs_read_back_what_they_are_given(qtbot: QtBot, sentence: ConditionsSentence) -> None:
    sites = sentence._places.sites
    chosen = frozenset({sites[1].site_id})
    closing = ClosedSitesDialog(sites, chosen)
    qtbot.addWidget(closing)
    assert closing.closed() == chosen
    beyond = NumberDialog("名簿外の人数", "何人ですか。", 120, range(1000), "人")
    qtbot.addWidget(beyond)
    assert beyond.number() == 120


def test_little_room_folds_the_other_conditions_into_words(screens: Screens) -> None:
    page = screens.capacity()
    assert not page.sentence._others.isHidden()
    screens.window.resize(1093, 551)
    screens.wait(lambda: page.is_compact)
    assert page.sentence._others.isHidden()
    assert "警戒レベル4まで" in page.sentence._summary.text_shown()
    page.sentence.more.click()
    assert not page.sentence._others.isHidden()
    assert page.sentence.stage.hasFocus()


@pytest.mark.parametrize(("size", "scale"), [((1366, 690), 1.0), ((1093, 551), 1.0), ((1366, 690), 1.5)])
def test_the_screen_fits_the_laptop(screens: Screens, size: tuple[int, int], scale: float) -> None:
    set_scale(scale)
    screens.window.resize(*size)
    page = screens.capacity()
    hint = screens.window.minimumSizeHint()
    assert hint.width() <= size[0]
    assert hint.height() <= size[1]
    inside = page._body.widget() if page._body is not None else None
    assert inside is not None
    assert inside.width() <= page.width()


def test_seconds_are_said_in_minutes_where_they_are_whole() -> None:
    assert [seconds_words(one) for one in (10, 60, 90, 120, 600)] == ["10秒", "60秒", "90秒", "2分", "10分"]
