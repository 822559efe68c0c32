from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from kurume_bousai.domain.access import Role
from kurume_bousai.domain.changes import Topic
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.reception import ReceptionKind
from kurume_bousai.domain.shelters import OpeningState, Ownership, WelfareShelter
from kurume_bousai.domain.site_record import (
    Equipment,
    EquipmentFact,
    FacilityRecord,
    FigureSource,
    SiteFigure,
    StockItem,
)
from kurume_bousai.services.shelters.editing import SiteEditing, refuse_bad_site
from kurume_bousai.services.shelters.reception import ReceptionDraft, ReceptionService
from tests.fakes.city import FakeCity, FixedClock
from tests.fixtures.rosters import access, city

TODAY, TOMORROW = date(2026, 11, 21), date(2026, 11, 22)
SITE = WelfareShelter(SiteId("w"), "架空園", "架空", Ownership.PUBLIC, None)


def with_site(site: WelfareShelter = SITE) -> FakeCity:
    database = city()
    database.state.welfare[site.site_id] = site
    return database


def test_a_site_opens_and_closes_and_the_audit_says_so() -> None:
    database = with_site()
    editing = SiteEditing(database)
    opened = editing.set_state(SITE.site_id, OpeningState.OPEN)
    assert (opened.value.state, opened.changes) == (OpeningState.OPEN, frozenset({Topic.SHELTERS}))
    reception = ReceptionService(database, FixedClock())
    reception.record(ReceptionDraft(ReceptionKind.HEAD_COUNTED, SITE.site_id, people=2))
    with pytest.raises(KnownProblem, match="still_occupied"):
        editing.set_state(SITE.site_id, OpeningState.CLOSED)
    assert database.state.welfare[SITE.site_id].state is OpeningState.OPEN
    reception.record(ReceptionDraft(ReceptionKind.HEAD_COUNTED, SITE.site_id, people=0))
    editing.set_state(SITE.site_id, OpeningState.CLOSED)
    told = [entry for entry in database.state.audit if "site_state_changed" in entry]
    assert [entry[-1]["after"] for entry in told] == ["open", "closed"]
    assert told[0][-1] == {"before": "unopened", "after": "open", "occupied": 0}


def test_a_site_that_is_gone_and_an_operator_without_the_right() -> None:
    with pytest.raises(KnownProblem, match="site_gone"):
        SiteEditing(with_site()).set_state(SiteId("x"), OpeningState.OPEN)
    viewer = with_site().seen_by(access(Role.VIEWER))
    with pytest.raises(KnownProblem, match="no_right"):
        SiteEditing(viewer).set_state(SITE.site_id, OpeningState.OPEN)


def record(**values: object) -> WelfareShelter:
    return replace(SITE, record=replace(FacilityRecord(), **values))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("site", "where"),
    [
        (replace(SITE, rate_m2=Decimal(3)), "1人の面積"),
        (replace(SITE, power_kw=-1.0), "発電"),
        (replace(SITE, power_hours=float("nan")), "発電"),
        (replace(SITE, figure_sources={SiteFigure.ROOMS: FigureSource("図面", TOMORROW)}), "確認日"),
        (record(agreement_on=TOMORROW), "協定日"),
        (record(announced_on=TOMORROW), "公示日"),
        (record(equipment={Equipment.BATH: EquipmentFact(True, TOMORROW)}), "設備の確認日"),
        (record(stock=(StockItem("毛布", Decimal(-1), "枚"),)), "備蓄"),
        (record(stock=(StockItem("", Decimal(3), "枚"),)), "備蓄"),
        (record(stock=(StockItem("毛布", Decimal(3), "枚", TOMORROW),)), "備蓄の確認日"),
    ],
)
def test_what_cannot_be_kept_is_refused_beside_its_field(site: WelfareShelter, where: str) -> None:
    with pytest.raises(KnownProblem, match="site_invalid") as caught:
        refuse_bad_site(site, today=TODAY)
    assert caught.value.where == where


@pytest.mark.parametrize("rate", [None, Decimal(4), Decimal("3.5"), Decimal(2)])
def test_the_rates_of_the_rulebook_are_kept(rate: Decimal | None) -> None:
    database = with_site()
    saved = SiteEditing(database).save(SITE, replace(SITE, rate_m2=rate), today=TODAY).value
    assert database.state.welfare[SITE.site_id] == saved
    assert saved.rate_m2 == rate
