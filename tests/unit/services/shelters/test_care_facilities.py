from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from kurume_bousai.domain.access import Role
from kurume_bousai.domain.capacity import floor_places
from kurume_bousai.domain.changes import Topic
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hazards import Fitness, HazardScenario
from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.members import Need
from kurume_bousai.domain.shelters import (
    UNLIMITED,
    Ownership,
    Room,
    Verification,
    WelfareShelter,
    YesNoUnknown,
)
from kurume_bousai.domain.site_record import FigureSource, SiteFigure, StockItem
from kurume_bousai.services.shelters.care_facilities import adopt_care_facility, care_facilities
from kurume_bousai.services.shelters.importing import commit_sites, preview_sites
from kurume_bousai.services.shelters.questions import QuestionKind, open_questions
from kurume_bousai.services.shelters.site_file import ParsedSite, SiteFile, SiteKind
from tests.fakes.city import BoxLocator, FakeCity
from tests.fixtures.rosters import TSUBUKU, access, city

TODAY = date(2026, 11, 21)
HERE = LonLat(130.50, 33.29)
EVERYWHERE = BoxLocator({TSUBUKU: (130.0, 33.0, 131.0, 34.0)})


def facility(number: str = "4099999999", service: str = "介護老人福祉施設", **values: object) -> ParsedSite:
    stated = {
        "office_number": number, "service": service, "address": "久留米市架空町9999", "phone": "0942-00-0001",
        "capacity": 40, "capacity_text": "", "note": "", **values,
    }  # fmt: skip
    return ParsedSite(2, SiteId(f"{number}:{service}"), "架空苑", HERE, values=stated)


def care_file(*facilities: ParsedSite, name: str = "care.csv") -> SiteFile:
    return SiteFile(name, "UTF-8", SiteKind.CARE, facilities, len(facilities), 0, 0, ())


def imported(*facilities: ParsedSite) -> FakeCity:
    database = city()
    commit_sites(database, care_file(*(facilities or (facility(),))), locator=EVERYWHERE, today=TODAY)
    return database


def test_care_facilities_become_candidates_and_no_shelters() -> None:
    database = city()
    file = care_file(facility(), facility(service="短期入所"))
    assert preview_sites(database, file, locator=EVERYWHERE).added == 2
    assert not database.state.care
    outcome = commit_sites(database, file, locator=EVERYWHERE, today=TODAY)
    assert outcome.changes == frozenset({Topic.SHELTERS})
    kept = care_facilities(database)
    assert [(one.office_number, one.district_id, one.read_on) for one in kept] == [
        ("4099999999", TSUBUKU, TODAY), ("4099999999", TSUBUKU, TODAY),
    ]  # fmt: skip
    assert not database.state.welfare


def test_the_same_file_again_changes_nothing_and_a_new_figure_is_a_change() -> None:
    database = imported()
    again = commit_sites(database, care_file(facility(), name="new.csv"), locator=EVERYWHERE, today=TODAY)
    assert (again.value.unchanged, again.changes) == (1, frozenset())
    more = commit_sites(database, care_file(facility(capacity=50)), locator=EVERYWHERE, today=TODAY).value
    assert (more.changed, care_facilities(database)[0].capacity) == (1, 50)


def test_the_result_lists_the_candidates() -> None:
    shown = preview_sites(city(), care_file(facility(capacity=None, capacity_text="約50"))).as_json()
    assert shown["file"] == "care.csv"
    assert shown["facilities"] == [
        {
            "id": "4099999999:介護老人福祉施設", "name": "架空苑", "service": "介護老人福祉施設",
            "address": "久留米市架空町9999", "district_id": None, "capacity": None, "capacity_text": "約50",
            "adopted_as": None,
        }
    ]  # fmt: skip


def test_an_adopted_facility_takes_nobody_until_somebody_has_asked() -> None:
    database = imported()
    outcome = adopt_care_facility(database, "4099999999:介護老人福祉施設")
    site = database.state.welfare[SiteId("4099999999")]
    assert outcome.value == site
    assert floor_places(site.rooms, Decimal(4)) is None
    assert (site.accepts, site.declared_capacity, site.staff_by_day) == (None, None, None)
    assert (site.agreement, site.designation) == (YesNoUnknown.UNKNOWN, YesNoUnknown.UNKNOWN)
    assert "40人" in site.note
    asked = [question.kind for question in open_questions(site, TODAY)]
    assert {QuestionKind.FLOOR, QuestionKind.ACCEPTS, QuestionKind.DESIGNATION} <= set(asked)
    assert care_facilities(database)[0].adopted_as == site.site_id
    assert any("care_facility_adopted" in entry for entry in database.state.audit)


def test_a_later_import_keeps_what_was_adopted() -> None:
    database = imported()
    adopt_care_facility(database, "4099999999:介護老人福祉施設")
    commit_sites(database, care_file(facility(capacity=50)), locator=EVERYWHERE, today=TODAY)
    assert care_facilities(database)[0].adopted_as == "4099999999"


def test_a_building_is_adopted_once() -> None:
    database = imported(facility(), facility(service="短期入所"))
    adopt_care_facility(database, "4099999999:介護老人福祉施設")
    for twice in ("4099999999:介護老人福祉施設", "4099999999:短期入所"):
        with pytest.raises(KnownProblem, match="already_adopted"):
            adopt_care_facility(database, twice)
    with pytest.raises(KnownProblem, match="facility_gone"):
        adopt_care_facility(database, "1")


def test_adopting_needs_the_right_to_edit_sites() -> None:
    database = imported()
    with pytest.raises(KnownProblem, match="no_right"):
        adopt_care_facility(database.seen_by(access(Role.VIEWER)), "4099999999:介護老人福祉施設")


# ---------------------------------------------------------------- what a row says over what is stored

STORED = WelfareShelter(
    SiteId("F-01"), "架空園", "架空", Ownership.PUBLIC, HERE, district_id=TSUBUKU,
    rooms=(Room("集会室", Decimal(120)), Room("和室", Decimal(40))), accepts=UNLIMITED,
    need_capacity={Need.POWER: 4, Need.CARE: 2}, staff_by_day=6, staff_by_night=2,
    fitness={HazardScenario.FLOOD_L2: Fitness.FIT}, verified_on=date(2026, 4, 1), source="市の一覧",
    verification=Verification.CONFIRMED,
    figure_sources={SiteFigure.ROOMS: FigureSource("図面", date(2025, 4, 1))},
)  # fmt: skip


def row(merged: tuple[str, ...] = (), **values: object) -> SiteFile:
    stated = {"ownership": Ownership.PUBLIC, **values}
    site = ParsedSite(2, SiteId("F-01"), "架空園", None, "", stated, merged=frozenset(merged))
    return SiteFile("w.csv", "UTF-8", SiteKind.WELFARE, (site,), 1, 0, 0, ())


def stored_after(file: SiteFile) -> tuple[WelfareShelter, list[str]]:
    database = city()
    database.state.welfare[STORED.site_id] = STORED
    result = commit_sites(database, file).value
    return database.state.welfare[STORED.site_id], [problem.column for problem in result.problems]


def test_a_row_that_says_little_changes_little() -> None:
    assert stored_after(row()) == (STORED, [])


def test_an_empty_cell_says_unknown_and_is_told() -> None:
    after, told = stored_after(row(rooms=(), accepts=None, staff_by_day=None, staff_by_night=None))
    assert (after.rooms, after.accepts, after.staff_by_day) == ((), None, None)
    assert told == ["室と面積", "職員昼・職員夜", "受入対象"]


def test_a_part_that_could_not_be_read_takes_nothing_away() -> None:
    half = (Room("集会室", Decimal(100)), Room("和室", None))
    after, told = stored_after(row(("rooms", "need_capacity"), rooms=half, need_capacity={Need.CARE: 3}))
    assert after.rooms == (Room("集会室", Decimal(100)), Room("和室", Decimal(40)))
    assert after.need_capacity == {Need.POWER: 4, Need.CARE: 3}
    assert told == []


def test_stock_that_could_not_be_read_whole_is_added_to() -> None:
    blanket, water = StockItem("毛布", Decimal(3), "枚"), StockItem("水", Decimal(9), "L")
    database = city()
    record = replace(STORED.record, stock=(blanket, water))
    database.state.welfare[STORED.site_id] = replace(STORED, record=record)
    file = row(("stock",))
    more = replace(file.sites[0], record={"stock": (StockItem("毛布", Decimal(5), "枚"),)})
    commit_sites(database, replace(file, sites=(more,)))
    assert database.state.welfare[STORED.site_id].record.stock == (replace(blanket, amount=Decimal(5)), water)


def test_who_said_the_old_figure_did_not_say_the_new_one() -> None:
    after, _told = stored_after(
        row(rooms=(Room("集会室", Decimal(80)),), verified_on=TODAY, source="新しい一覧")
    )
    assert after.figure_sources == {}
    assert after.source_of(SiteFigure.ROOMS) == FigureSource("新しい一覧", TODAY)
