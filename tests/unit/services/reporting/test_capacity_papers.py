"""What each of the four papers asks for, and that the city is solved no more often than needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from kurume_bousai import app
from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.capacity_answer import CapacityAnswer
from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.capacity_help import HelpAnswer
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.dates import JAPAN
from kurume_bousai.domain.demand import parse_demand
from kurume_bousai.domain.districts import SchoolDistrict
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId, MemberId, OperatorId, SiteId
from kurume_bousai.domain.improvements import Improvement, SiteChange, SiteChangeKind
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.scenarios import SavedScenario, ScenarioId
from kurume_bousai.domain.shelters import UNLIMITED, Ownership, Room, WelfareShelter
from kurume_bousai.domain.site_record import FigureSource, SiteFigure
from kurume_bousai.reports.maker import ReportMaker
from kurume_bousai.services.capacity.asking import CapacityService
from kurume_bousai.services.capacity.figures import (
    CapacityByDistrict,
    CapacityForm,
    CapacityReport,
    CapacitySummary,
    PlansReport,
)
from kurume_bousai.services.capacity.report_contents import CapacityExtras, capacity_report, source_notes
from kurume_bousai.services.papers.ports import ReportFormat
from kurume_bousai.services.reporting.capacity_papers import (
    CapacityPaperOrder,
    CapacityPapers,
    refuse_unseen_numbers,
)
from kurume_bousai.services.reporting.service import ReportingService
from tests.fakes.city import FakeCity, FixedClock
from tests.fakes.hand_outs import FakeSecond
from tests.fakes.state import CityState
from tests.fixtures.papers import STAMP

DISTRICT = DistrictId("津福")
ALL = CapacityConditions(demand=parse_demand("all"))
Tell = Callable[[int, int, Improvement | None], None]


class CountedCapacity(CapacityService):
    """The real service, its questions counted."""

    def __init__(self, database: FakeCity) -> None:
        super().__init__(database, app.allocator())
        self.asked: list[CapacityConditions] = []

    def answer(
        self, conditions: CapacityConditions, should_stop: Callable[[], bool] = lambda: False
    ) -> CapacityAnswer:
        self.asked.append(conditions)
        return super().answer(conditions, should_stop)


class OneImprovement:
    """調べる人 who knows one step."""

    asked = 0

    def improvements(
        self, answer: CapacityAnswer, *, tell: Tell, should_stop: Callable[[], bool]
    ) -> HelpAnswer:
        type(self).asked += 1
        tell(1, 1, None)
        found = Improvement(
            SiteChange(SiteId("w1"), SiteChangeKind.PLACES, 10), answer.unplaced_people, 0, (), proven=True
        )
        return HelpAnswer(
            answer.conditions, answer.unplaced_people, (), True, (found,), {}, (), (), True, 0.0
        )


def city() -> FakeCity:
    members = {
        MemberId(f"m{number}"): RosterMember(
            MemberId(f"m{number}"),
            number,
            f"架空 {number}号",
            district_id=DISTRICT,
            home=LonLat(130.5, 33.3),
        )
        for number in range(1, 9)
    }
    site = WelfareShelter(
        SiteId("w1"), "架空苑", "架空苑", Ownership.PUBLIC, LonLat(130.5, 33.31),
        rooms=(Room("広間", Decimal(20)),), accepts=UNLIMITED,
    )  # fmt: skip
    state = CityState(
        members=members,
        districts={
            DISTRICT: SchoolDistrict(DISTRICT, "津福", "つぶく", "久留米地域", LonLat(130.5, 33.3), 1)
        },
        welfare={site.site_id: site},
    )
    return FakeCity(Access(OperatorId("o"), "架空", frozenset({Role.CLERK})), state)


def papers_of(database: FakeCity) -> tuple[CapacityPapers, CountedCapacity]:
    counted = CountedCapacity(database)
    reporting = ReportingService(database, ReportMaker(), FixedClock(), FakeSecond())
    return CapacityPapers(counted, OneImprovement, reporting), counted


def test_the_full_report_asks_once_and_searches_only_when_wanted() -> None:
    papers, counted = papers_of(city())
    content = papers.collect(CapacityPaperOrder(CapacityForm.FULL, ALL))
    assert isinstance(content, CapacityReport)
    assert (len(counted.asked), content.improvements, content.ladder) == (1, None, ())
    assert (content.placed_people, content.unplaced_people) == (5, 3)
    with_extras = papers.collect(CapacityPaperOrder(CapacityForm.FULL, ALL, with_extras=True))
    assert isinstance(with_extras, CapacityReport)
    assert [one.open_rate for one in with_extras.ladder] == [
        1,
        Decimal("0.6"),
        Decimal("0.4"),
        Decimal("0.2"),
    ]
    assert with_extras.improvements is not None
    assert with_extras.improvements[0].unplaced_after == 0


def test_the_summary_has_ladder_and_improvements_by_itself() -> None:
    papers, _ = papers_of(city())
    said: list[str] = []
    content = papers.collect(
        CapacityPaperOrder(CapacityForm.SUMMARY, ALL), lambda _done, _total, text: said.append(text)
    )
    assert isinstance(content, CapacitySummary)
    assert len(content.report.ladder) == 4
    assert list(dict.fromkeys(said)) == [
        "入りきれるかを計算しています",
        "開く施設が減ったときを計算しています",
        "何があれば減るかを調べています",
    ]
    without = papers.collect(CapacityPaperOrder(CapacityForm.SUMMARY, ALL, with_extras=False))
    assert isinstance(without, CapacitySummary)
    assert without.report.ladder == ()


def test_nothing_is_searched_where_everybody_fits() -> None:
    papers, _ = papers_of(city())
    before = OneImprovement.asked
    nobody = replace(ALL, demand=parse_demand("plan"))
    papers.collect(CapacityPaperOrder(CapacityForm.SUMMARY, nobody))
    assert OneImprovement.asked == before


def test_the_paper_by_district_solves_the_city_once() -> None:
    papers, counted = papers_of(city())
    content = papers.collect(CapacityPaperOrder(CapacityForm.DISTRICTS, ALL, with_extras=True))
    assert isinstance(content, CapacityByDistrict)
    assert len(counted.asked) == 1
    assert content.report.flows[0].people == 5


@pytest.mark.parametrize("form", [CapacityForm.DISTRICTS, CapacityForm.PLANS])
def test_a_paper_of_the_whole_city_is_refused_for_one_district(form: CapacityForm) -> None:
    papers, counted = papers_of(city())
    with pytest.raises(KnownProblem, match="one_district"):
        papers.collect(CapacityPaperOrder(form, replace(ALL, district_id=DISTRICT)))
    assert counted.asked == []


def test_plans_are_summed_and_nothing_is_solved() -> None:
    papers, counted = papers_of(city())
    content = papers.collect(CapacityPaperOrder(CapacityForm.PLANS, ALL))
    assert isinstance(content, PlansReport)
    assert counted.asked == []
    assert [(site.name, site.usable, site.assigned) for site in content.sites] == [("架空苑", 5, 0)]


def test_a_saved_scenario_stands_beside_the_answer() -> None:
    papers, counted = papers_of(city())
    other = replace(ALL, rate_m2=Decimal(2))
    scenario = SavedScenario(ScenarioId("s"), "2㎡で", other, datetime(2026, 11, 1, tzinfo=JAPAN), "架空")
    content = papers.collect(CapacityPaperOrder(CapacityForm.FULL, ALL, compared_with=scenario))
    assert isinstance(content, CapacityReport)
    assert [asked.rate_m2 for asked in counted.asked] == [4, 2]
    assert content.comparison is not None
    pairs = {pair.name: (pair.a, pair.b) for pair in content.comparison.totals}
    assert pairs["unplaced_people"] == (3, 0)
    assert content.comparison.sites == (("架空苑", 5, 10),)
    made = ReportMaker().render(content, STAMP, ReportFormat.JSON).content.decode()
    for words in ("二つの条件をくらべる", "「2㎡で」", "使える人数がちがう施設"):
        assert words in made


def test_help_that_starts_from_other_people_makes_no_paper() -> None:
    _, counted = papers_of(city())
    answer = counted.answer(ALL)
    found = OneImprovement().improvements(answer, tell=lambda *_: None, should_stop=lambda: False)
    with pytest.raises(KnownProblem, match="not_reconciled"):
        capacity_report(answer, extras=CapacityExtras(help=replace(found, unplaced_people=99)))


def test_sources_have_their_range_of_days_and_what_was_never_confirmed() -> None:
    site = city().state.welfare[SiteId("w1")]
    asked = replace(
        site, source="架空の調査", verified_on=date(2026, 6, 30),
        figure_sources={
            SiteFigure.ROOMS: FigureSource("架空の調査", date(2026, 10, 1)),
            SiteFigure.STAFF: FigureSource("架空の電話", None),
        },
    )  # fmt: skip
    notes = source_notes([asked, site], is_fictional=True)
    found = {note.source: (note.since, note.as_of) for note in notes}
    assert found["架空の調査"] == (date(2026, 6, 30), date(2026, 10, 1))
    assert found["架空の電話"] == (None, None)
    assert notes[-1].what == "確認日のない数がある施設"
    assert notes[-1].source == "2施設"


def test_numbers_of_people_are_on_no_paper_of_somebody_who_may_not_see_them() -> None:
    """RULEBOOK §1: a viewer sees counts, a facilitator the own 校区."""
    own = replace(ALL, district_id=DISTRICT)
    viewer = Access(OperatorId("v"), "見る係", frozenset({Role.VIEWER}))
    with pytest.raises(KnownProblem, match="no_right"):
        refuse_unseen_numbers(viewer, own)
    facilitator = Access(
        OperatorId("f"), "進行係", frozenset({Role.FACILITATOR}), districts=frozenset({DISTRICT})
    )
    refuse_unseen_numbers(facilitator, own)
    for conditions in (ALL, replace(ALL, district_id=DistrictId("荒木"))):
        with pytest.raises(KnownProblem, match="other_districts"):
            refuse_unseen_numbers(facilitator, conditions)
    papers, _capacity = papers_of(city())
    assert isinstance(papers.collect(CapacityPaperOrder(CapacityForm.FULL, own)), CapacityReport)
