from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.hazards import Fitness, HazardScenario
from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.members import Need
from kurume_bousai.domain.shelters import UNLIMITED, Ownership, Room, WelfareShelter, YesNoUnknown
from kurume_bousai.domain.site_figures import known_figures
from kurume_bousai.domain.site_record import FigureSource, SiteFigure
from kurume_bousai.services.shelters.questions import (
    QuestionKind,
    SiteQuestion,
    count_questions,
    open_questions,
)

TODAY = date(2026, 11, 21)
KNOWN = WelfareShelter(
    SiteId("w"), "架空園", "架空", Ownership.PUBLIC, LonLat(130.5, 33.3),
    designation=YesNoUnknown.YES, agreement=YesNoUnknown.NO, rooms=(Room("室", Decimal(40)),),
    accepts=UNLIMITED, need_capacity=dict.fromkeys(Need, 2), power_kw=5.0, power_hours=24.0,
    staff_by_day=4, staff_by_night=2, verified_on=date(2026, 4, 1),
    fitness=dict.fromkeys((one for one in HazardScenario if one is not HazardScenario.NONE), Fitness.FIT),
)  # fmt: skip
BLANK = WelfareShelter(SiteId("b"), "架空苑", "架空", Ownership.PUBLIC, None)


def kinds(site: WelfareShelter) -> list[QuestionKind]:
    return [question.kind for question in open_questions(site, TODAY)]


def test_nothing_is_asked_of_a_site_that_is_known() -> None:
    assert open_questions(KNOWN, TODAY) == ()


def test_everything_is_asked_of_a_blank_site_and_what_blocks_comes_first() -> None:
    assert kinds(BLANK) == [
        QuestionKind.FLOOR, QuestionKind.ACCEPTS, QuestionKind.POSITION, QuestionKind.NEEDS,
        QuestionKind.STAFF, QuestionKind.FITNESS, QuestionKind.DESIGNATION,
    ]  # fmt: skip
    questions = open_questions(BLANK, TODAY)
    assert [one.is_blocking for one in questions] == [True, True, False, False, False, False, False]
    assert questions[3].needs == tuple(Need)
    assert len(questions[5].hazards) == len(HazardScenario) - 1


@pytest.mark.parametrize(
    ("changed", "asked"),
    [
        (replace(KNOWN, rooms=()), [QuestionKind.FLOOR]),
        (replace(KNOWN, rooms=(*KNOWN.rooms, Room("和室", None))), [QuestionKind.FLOOR_PARTLY]),
        (replace(KNOWN, accepts=None), [QuestionKind.ACCEPTS]),
        (replace(KNOWN, accepts=frozenset()), []),
        (replace(KNOWN, point=None), [QuestionKind.POSITION]),
        (replace(KNOWN, staff_by_night=None), [QuestionKind.STAFF]),
        (replace(KNOWN, need_capacity={**KNOWN.need_capacity, Need.CARE: None}), [QuestionKind.NEEDS]),
        (replace(KNOWN, power_hours=None), [QuestionKind.POWER]),
        (
            replace(KNOWN, power_hours=None, need_capacity={**KNOWN.need_capacity, Need.POWER: 0}), [],
        ),
        (replace(KNOWN, agreement=YesNoUnknown.UNKNOWN), [QuestionKind.DESIGNATION]),
        (replace(KNOWN, verified_on=None), [QuestionKind.UNDATED]),
        (replace(KNOWN, verified_on=date(2025, 11, 20)), [QuestionKind.STALE]),
        (replace(KNOWN, verified_on=date(2025, 11, 21)), []),
    ],
)  # fmt: skip
def test_one_thing_at_a_time(changed: WelfareShelter, asked: list[QuestionKind]) -> None:
    assert kinds(changed) == asked


def test_a_figure_with_a_day_of_its_own_is_asked_by_that_day() -> None:
    old = FigureSource("電話で確認", date(2024, 2, 29))
    site = replace(KNOWN, figure_sources={SiteFigure.STAFF: old, SiteFigure.BLOCKED: old})
    assert open_questions(site, TODAY) == (
        SiteQuestion(QuestionKind.STALE, figures=(SiteFigure.STAFF,), confirmed_on=date(2024, 2, 29)),
    )
    fresh = FigureSource("電話で確認", TODAY)
    only_staff_is_fresh = replace(KNOWN, verified_on=None, figure_sources={SiteFigure.STAFF: fresh})
    asked = open_questions(only_staff_is_fresh, TODAY)[0]
    assert asked.figures == tuple(one for one in known_figures(KNOWN) if one is not SiteFigure.STAFF)


def test_sites_are_counted_once_per_kind() -> None:
    counts = count_questions([KNOWN, BLANK, replace(BLANK, site_id=SiteId("c"))], TODAY)
    assert counts[QuestionKind.FLOOR] == 2
    assert counts[QuestionKind.STALE] == 0
    assert list(counts) == list(QuestionKind)


def test_every_question_is_a_sentence() -> None:
    assert all(SiteQuestion(kind).text.endswith("。") for kind in QuestionKind)


def test_a_year_from_a_leap_day() -> None:
    leap = replace(KNOWN, verified_on=date(2027, 2, 28))
    assert open_questions(leap, date(2028, 2, 29)) == ()
