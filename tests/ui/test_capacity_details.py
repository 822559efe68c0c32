from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar, cast

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog

from kurume_bousai import app
from kurume_bousai.domain.capacity_answer import CapacityAnswer
from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.capacity_help import HelpAnswer, MorePlaces, WithoutSite
from kurume_bousai.domain.demand import Demand, DemandRule
from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.improvements import Improvement, SiteChange, SiteChangeKind
from kurume_bousai.domain.members import Need
from kurume_bousai.domain.placement import REASON_CLOSED
from kurume_bousai.services.ports.sessions import CityDatabase
from kurume_bousai.ui.capacity.capacity_page import CapacityPage
from kurume_bousai.ui.capacity.details import Part
from kurume_bousai.ui.capacity.flow_map import Lit, LitKind
from kurume_bousai.ui.capacity.help_words import tried_by_closing, tried_by_opening
from kurume_bousai.ui.capacity.how_counted import HowCountedDialog
from kurume_bousai.ui.capacity.unplaced_dialog import UnplacedDialog
from tests.helpers.city_screens import Screens, choose

if TYPE_CHECKING:
    from kurume_bousai.services.capacity.help import CapacityHelp

_D = TypeVar("_D", bound=QDialog)
_MANY = CapacityConditions(demand=Demand(DemandRule.ALL), open_rate=Decimal("0.2"))


@pytest.fixture
def page(screens: Screens) -> CapacityPage:
    """容量確認 where many do not fit."""
    page = screens.capacity()
    page._put(replace(_MANY, time_limit_s=page.sentence.conditions.time_limit_s))
    answer = screens.answered(page).answer
    assert len(answer.unplaced) > 10
    return page


def answer_of(page: CapacityPage) -> CapacityAnswer:
    assert page.view is not None
    return page.view.answer


def caught(monkeypatch: pytest.MonkeyPatch, kind: type[_D]) -> list[_D]:
    """The windows of a kind that are opened, without waiting for an answer."""
    seen: list[_D] = []

    def see(dialog: _D) -> int:
        seen.append(dialog)
        return 0

    monkeypatch.setattr(kind, "exec", see)
    return seen


# -- people left out --------------------------------------------------------------------------------


def test_the_filters_show_a_part_and_take_themselves_off(page: CapacityPage) -> None:
    panel, answer = page.details.people, answer_of(page)
    with_need = [row for row in answer.unplaced if Need.WHEELCHAIR in row.needs]
    choose(panel.need, Need.WHEELCHAIR)
    assert [key for key, _cells in panel.table.rows()] == [row.number for row in with_need]
    assert panel.count.text().endswith(f"{sum(row.people for row in with_need):,}人")
    district_id = with_need[0].district_id
    choose(panel.district, district_id)
    assert {row.district_id for row in panel.shown()} == {district_id}
    assert not panel.every.isHidden()
    panel.every.click()
    assert len(panel.table.rows()) == len(answer.unplaced)
    assert panel.every.isHidden()


def test_every_row_says_reasons_and_the_nearest_change_and_no_name(
    page: CapacityPage, database: CityDatabase
) -> None:
    answer = answer_of(page)
    with database.reading() as session:
        names = {one.name for one in session.members.in_district(database.access, None)}
    for row, (_number, cells) in zip(answer.unplaced, page.details.people.table.rows(), strict=True):
        assert "施設" in cells[4].text
        assert row.nearest is None or cells[5].text
        assert not any(name in cell.text for cell in cells for name in names if name)


def test_enter_opens_every_site_with_what_refuses_and_what_would_help(
    page: CapacityPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = caught(monkeypatch, UnplacedDialog)
    table = page.details.people.table
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_Return)
    (dialog,) = seen
    answer = answer_of(page)
    assert dialog.numbers.key() == table.key()
    rows = dialog.sites.rows()
    assert len(rows) == len(answer.by_site)
    nearest = next(row.nearest for row in answer.unplaced if row.number == table.key())
    assert nearest is not None
    assert rows[0][0] == nearest.site_id, "the nearest way in stands first"
    assert all(cells[1].text for _key, cells in rows)


# -- map and lists ----------------------------------------------------------------------------------


def lit_of(page: CapacityPage) -> Lit | None:
    return page.flow_map.lit


def test_a_row_lights_its_flows_and_the_map_lights_its_row(page: CapacityPage) -> None:
    details, flow_map = page.details, page.flow_map
    details.show_part(Part.DISTRICTS)
    details.districts.choose("津福")
    assert lit_of(page) == Lit(LitKind.DISTRICT, "津福")
    assert "津福校区" in page.map_card.words.text_shown()
    flow_map.setFocus()
    QTest.keyClick(flow_map, Qt.Key.Key_PageDown)
    assert lit_of(page) not in (None, Lit(LitKind.DISTRICT, "津福"))
    assert lit_of(page) == Lit(LitKind.DISTRICT, str(details.districts.key()))
    QTest.keyClick(flow_map, Qt.Key.Key_Escape)
    assert lit_of(page) is None
    assert details.districts.key() is None
    details.show_part(Part.SITES)
    site_id = answer_of(page).flows[0].site_id
    details.sites.choose(site_id)
    assert lit_of(page) == Lit(LitKind.SITE, site_id)
    details.show_part(Part.PEOPLE)
    assert lit_of(page) is None


def test_a_site_pressed_in_the_map_is_chosen_in_the_list(page: CapacityPage) -> None:
    answer = answer_of(page)
    point = next(
        (site, page.flow_map._points[site.site_id])
        for site in answer.by_site
        if site.refusal is None and site.site_id in page.flow_map._points
    )
    at = page.flow_map._viewport.to_screen(point[1].lon, point[1].lat)
    page.flow_map._press(QPointF(at))
    lit = page.flow_map.lit
    assert lit is not None
    assert lit.kind is LitKind.SITE
    assert page.details.part is Part.SITES
    assert page.details.sites.key() == lit.id


def test_the_site_list_says_what_makes_the_usable_places(page: CapacityPage) -> None:
    for key, cells in page.details.sites.rows():
        site = next(one for one in answer_of(page).by_site if one.site_id == key)
        assert cells[2].text == f"{site.rate_m2.normalize():f}"
        assert cells[5].text == ("不明" if site.floor is None else f"{site.usable:,}")
        if site.refusal is not None:
            assert cells[8].text


def test_how_it_was_counted_stands_behind_one_button(
    page: CapacityPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = caught(monkeypatch, HowCountedDialog)
    page.answer_card.how.click()
    assert len(seen[0].phases.rows()) == len(answer_of(page).phases)


# -- what would help --------------------------------------------------------------------------------


@dataclass
class Helping:
    """何があれば減るか, answered from a note; ``gate`` holds it back."""

    gate: threading.Event = field(default_factory=threading.Event)
    asked: list[CapacityAnswer] = field(default_factory=list)
    kinds: tuple[SiteChangeKind, ...] = (SiteChangeKind.PLACES, SiteChangeKind.UNITS)

    def improvements(
        self,
        answer: CapacityAnswer,
        step: int = 10,
        most: int = 10,
        budget_s: float = 30.0,
        tell: Callable[[int, int, Improvement | None], None] = lambda *_: None,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> HelpAnswer:
        self.asked.append(answer)
        sites = [site.site_id for site in answer.by_site]
        found = tuple(
            Improvement(
                SiteChange(site_id, kind, step, Need.POWER if kind is SiteChangeKind.UNITS else None),
                answer.unplaced_people,
                answer.unplaced_people - 8 + place,
                (),
                proven=True,
            )
            for place, (site_id, kind) in enumerate(zip(sites, self.kinds, strict=False))
        )
        tell(1, 2, found[0])
        while not self.gate.wait(0.01):
            if should_stop():
                return self.note(answer, found[:1], step, is_complete=False)
        return self.note(answer, found, step, is_complete=True)

    def note(
        self, answer: CapacityAnswer, found: tuple[Improvement, ...], step: int, *, is_complete: bool
    ) -> HelpAnswer:
        sites, left = [site.site_id for site in answer.by_site], answer.unplaced_people
        return HelpAnswer(
            conditions=answer.conditions,
            unplaced_people=left,
            phases=(),
            proven=True,
            improvements=found,
            needed={sites[0]: MorePlaces(step, 1)},
            worth=(),
            without_site=(WithoutSite(answer.opened[0], left, left + 29, proven=True),),
            complete=is_complete,
            solver_s=0.1,
        )


def help_with(screens: Screens, helping: Helping) -> None:
    services = replace(screens.desktop.services, capacity_help=cast("CapacityHelp", helping))
    screens.desktop.services = services


def test_what_would_help_is_said_as_the_new_total(screens: Screens, page: CapacityPage) -> None:
    helping = Helping()
    helping.gate.set()
    help_with(screens, helping)
    page.compute()
    panel = page.details.help
    screens.wait(lambda: panel.answer is not None)
    before = answer_of(page).unplaced_people
    first = panel.helps.rows()[0][1]
    assert "10人分増やす" in first[0].text
    assert first[1].text == f"{before - 8:,}人に減る"
    assert first[2].text == "8人"
    assert first[3].text == "床 10人分・職員 1人"
    loss = panel.losses.rows()[0][1]
    assert loss[1].text == f"{before + 29:,}人"
    assert f"{before - 8:,}人まで減らせます" in panel.words.text_shown()


def test_the_search_shows_what_it_has_and_can_be_stopped(screens: Screens, page: CapacityPage) -> None:
    helping = Helping()
    help_with(screens, helping)
    page.compute()
    panel = page.details.help
    screens.qtbot.waitUntil(lambda: bool(panel.helps.rows()), timeout=30_000)
    assert not panel.stop.isHidden()
    assert panel.answer is None
    panel.stop.click()
    screens.wait(lambda: panel._task is None)
    assert "中止しました" in panel.words.text_shown()
    assert len(panel.helps.rows()) == 1
    helping.gate.set()
    panel.again.click()
    screens.wait(lambda: len(panel.helps.rows()) == 2)
    assert panel.again.isHidden()


def test_another_question_drops_the_search(screens: Screens, page: CapacityPage) -> None:
    helping = Helping()
    help_with(screens, helping)
    page.compute()
    panel = page.details.help
    screens.qtbot.waitUntil(lambda: bool(panel.helps.rows()), timeout=30_000)
    choose(page.sentence.rate, Decimal(2))
    assert panel.helps.rows() == []
    helping.gate.set()
    screens.wait(lambda: panel.answer is not None)
    assert helping.asked[-1].conditions.rate_m2 == 2


def test_leaving_the_screen_stops_the_search(screens: Screens, page: CapacityPage) -> None:
    help_with(screens, Helping())
    page.compute()
    screens.qtbot.waitUntil(lambda: bool(page.details.help.helps.rows()), timeout=30_000)
    screens.window.show_page("roster")
    screens.wait(lambda: page.details.help._task is None)


def test_a_trial_closes_a_site_and_leads_back(screens: Screens, page: CapacityPage) -> None:
    helping = Helping()
    helping.gate.set()
    help_with(screens, helping)
    page.compute()
    panel, before = page.details.help, page.sentence.conditions
    screens.wait(lambda: panel.answer is not None)
    opened_before = answer_of(page).opened
    site_id = SiteId(str(panel.losses.rows()[0][0]))
    page.details.show_part(Part.HELP)
    panel.losses.setFocus()
    QTest.keyClick(panel.losses, Qt.Key.Key_Return)
    trial = screens.answered(page).answer
    assert site_id in trial.conditions.closed
    assert set(trial.opened) == set(opened_before) - {site_id}, "no other site takes its place"
    assert page.trial.isVisible()
    page.trial.back.click()
    assert screens.answered(page).answer.conditions == before
    assert not page.trial.isVisible()


def test_opening_a_closed_site_is_tried_and_the_rest_is_explained(
    screens: Screens, page: CapacityPage
) -> None:
    closed = answer_of(page).by_site[0].site_id
    helping = Helping(kinds=(SiteChangeKind.OPEN, SiteChangeKind.PLACES))
    helping.gate.set()
    help_with(screens, helping)
    page._put(replace(page.sentence.conditions, closed=frozenset({closed}), open_rate=Decimal(1)))
    panel = page.details.help
    screens.wait(lambda: panel.answer is not None)
    said: list[str] = []
    panel.explained.connect(lambda _change, words: said.append(words))
    panel.helps.choose(panel.helps.rows()[1][0])
    panel.try_help.click()
    assert len(said) == 1
    assert "福祉避難所" in said[0]
    panel.helps.choose(panel.helps.rows()[0][0])
    panel.try_help.click()
    assert screens.answered(page).answer.conditions.closed == frozenset()


def test_under_a_rate_one_more_site_is_opened_beside_the_same_ones(
    screens: Screens, page: CapacityPage
) -> None:
    before = answer_of(page)
    shut = next(site.site_id for site in before.by_site if site.refusal == REASON_CLOSED)
    tried = tried_by_opening(SiteChange(shut, SiteChangeKind.OPEN), before)
    assert tried is not None
    page._put(tried)
    assert set(screens.answered(page).answer.opened) == {*before.opened, shut}


def test_the_real_search_says_what_the_trial_then_answers(
    screens: Screens, page: CapacityPage, database: CityDatabase
) -> None:
    services = replace(screens.desktop.services, capacity_help=app.capacity_help(database))
    screens.desktop.services = services
    page.compute()
    panel = page.details.help
    screens.wait(lambda: panel.answer is not None)
    found = panel.answer
    assert found is not None
    loss = next(one for one in found.without_site if one.proven)
    page._put(tried_by_closing(loss.site_id, answer_of(page)))
    assert screens.answered(page).answer.unplaced_people == loss.unplaced_people
    page.details.help.forget()
