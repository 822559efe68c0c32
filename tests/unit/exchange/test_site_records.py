"""The facility record in the city's own list: read, told, written and brought back in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hazards import Fitness
from kurume_bousai.domain.ids import DistrictId, SiteId
from kurume_bousai.domain.members import AdmissionCategory, Need
from kurume_bousai.domain.shelters import (
    UNLIMITED,
    Ownership,
    Room,
    Verification,
    WelfareShelter,
    YesNoUnknown,
)
from kurume_bousai.domain.site_record import (
    Equipment,
    EquipmentFact,
    FacilityRecord,
    FigureSource,
    SiteFigure,
    StockItem,
)
from kurume_bousai.exchange.columns import names_of
from kurume_bousai.exchange.site_cells import (
    read_equipment,
    read_figure_sources,
    read_rooms,
    read_stock,
)
from kurume_bousai.exchange.templates import TemplateKind, write_template, write_welfare_list
from kurume_bousai.exchange.welfare_columns import FITNESS_COLUMNS, WELFARE_COLUMNS
from kurume_bousai.exchange.welfare_rows import WelfareReader
from kurume_bousai.exchange.welfare_writing import LEFT_OUT_COLUMNS, welfare_cells
from kurume_bousai.services.shelters.merge import merged_site
from tests.fixtures.rosters import csv_bytes

TODAY = date(2026, 11, 21)
APRIL = date(2026, 4, 1)
COLUMNS = names_of(WELFARE_COLUMNS)


# ---------------------------------------------------------------- cells of several parts


@pytest.mark.parametrize(
    ("raw", "items", "bad"),
    [
        ("", {}, []),
        (
            "バリアフリートイレ=有@R8.4.1;エレベーター=無",
            {
                Equipment.ACCESSIBLE_TOILET: EquipmentFact(is_there=True, confirmed_on=APRIL),
                Equipment.ELEVATOR: EquipmentFact(is_there=False),
            },
            [],
        ),
        ("多目的トイレ＝○（１階のみ）＠2026/4/1", {
            Equipment.ACCESSIBLE_TOILET: EquipmentFact(is_there=True, confirmed_on=APRIL, note="１階のみ"),
        }, []),
        ("宇宙船=有;入浴=あり", {Equipment.BATH: EquipmentFact(is_there=True)}, [1]),
        ("入浴=たぶん", {}, [1]),
        ("入浴", {}, [1]),
        ("入浴=有@きのう;給水=有", {Equipment.WATER: EquipmentFact(is_there=True)}, [1]),
        ("入浴=有@2027-01-01", {}, [1]),
    ],
)  # fmt: skip
def test_equipment(raw: str, items: dict[Equipment, EquipmentFact], bad: list[int]) -> None:
    cell = read_equipment(raw, TODAY)
    assert (cell.items, cell.bad_parts) == (items, bad)


@pytest.mark.parametrize(
    ("raw", "items", "bad"),
    [
        ("毛布=30枚@R8.4.1", (StockItem("毛布", Decimal(30), "枚", APRIL),), []),
        ("水=１，２００L;毛布=", (StockItem("水", Decimal(1200), "L"), StockItem("毛布")), []),
        ("毛布=たくさん;水=1.5t", (StockItem("水", Decimal("1.5"), "t"),), [1]),
        ("=30", (), [1]),
        ("毛布=-3枚", (), [1]),
    ],
)
def test_stock(raw: str, items: tuple[StockItem, ...], bad: list[int]) -> None:
    cell = read_stock(raw, TODAY)
    assert (cell.items, cell.bad_parts) == (items, bad)


@pytest.mark.parametrize(
    ("raw", "items", "bad"),
    [
        (
            "室と面積=図面@R8.4.1;職員=電話で確認",
            {SiteFigure.ROOMS: FigureSource("図面", APRIL), SiteFigure.STAFF: FigureSource("電話で確認")},
            [],
        ),
        ("床面積=@R8.4.1", {SiteFigure.ROOMS: FigureSource("", APRIL)}, []),
        ("室=", {}, [1]),
        ("天気=晴れ;電源=取扱書", {SiteFigure.POWER: FigureSource("取扱書")}, [1]),
    ],
)
def test_sources_of_figures(raw: str, items: dict[SiteFigure, FigureSource], bad: list[int]) -> None:
    cell = read_figure_sources(raw, TODAY)
    assert (cell.items, cell.bad_parts) == (items, bad)


@pytest.mark.parametrize(
    ("raw", "rooms", "bad"),
    [
        ("集会室=１２０．５㎡;和室=40", (Room("集会室", Decimal("120.5")), Room("和室", Decimal(40))), []),
        ("ホール＝1,200平米", (Room("ホール", Decimal(1200)),), []),
        ("集会室=0;和室=", (Room("集会室", None), Room("和室", None)), []),
        ("集会室=約100;和室=10m2", (Room("集会室", None), Room("和室", Decimal(10))), [1]),
        ("集会室", (Room("集会室", None),), []),
        ("ホール=nan", (Room("ホール", None),), [1]),
        ("ホール=-5", (Room("ホール", None),), [1]),
    ],
)
def test_rooms(raw: str, rooms: tuple[Room, ...], bad: list[int]) -> None:
    cell = read_rooms(raw)
    assert (cell.items, cell.bad_parts) == (rooms, bad)


# ---------------------------------------------------------------- out and in again


def _verified(site: WelfareShelter) -> WelfareShelter:
    confirmed = site.verified_on is not None
    return replace(site, verification=Verification.CONFIRMED if confirmed else Verification.UNCONFIRMED)


days = st.none() | st.dates(date(2019, 6, 1), TODAY)
plain = st.text("架空園集会室図面確認電話0123ABCア", min_size=1, max_size=8)
amounts = st.none() | st.decimals(0, 999, places=1)
limits = st.none() | st.just(UNLIMITED) | st.integers(0, 99)
records = st.builds(
    FacilityRecord,
    agreement_on=days,
    announced_on=days,
    equipment=st.dictionaries(
        st.sampled_from(Equipment), st.builds(EquipmentFact, st.booleans(), days, st.just("") | plain)
    ),
    stock=st.lists(st.builds(StockItem, plain, st.just(Decimal(3)), st.just("枚"), days), max_size=2).map(
        tuple
    ),
)
sites = st.builds(
    WelfareShelter,
    site_id=st.just(SiteId("F-01")),
    name=plain.map("架空".__add__),
    short_name=plain,
    ownership=st.sampled_from(Ownership),
    point=st.just(LonLat(130.5, 33.3)),
    district_id=st.just(DistrictId("津福")),
    designation=st.sampled_from(YesNoUnknown),
    agreement=st.sampled_from(YesNoUnknown),
    rooms=st.lists(st.builds(Room, plain, st.none() | st.decimals(1, 999, places=2)), max_size=3).map(tuple),
    declared_capacity=st.none() | st.integers(1, 999),
    blocked_places=st.integers(0, 99),
    accepts=st.none() | st.just(UNLIMITED) | st.frozensets(st.sampled_from(AdmissionCategory)),
    need_capacity=st.fixed_dictionaries(dict.fromkeys(Need, limits)),
    power_kw=st.none() | st.sampled_from([0.5, 5.5, 20.0]),
    power_hours=st.none() | st.sampled_from([8.0, 72.0]),
    staff_by_day=st.none() | st.integers(0, 99),
    staff_by_night=st.none() | st.integers(0, 99),
    fitness=st.fixed_dictionaries({hazard: st.sampled_from(Fitness) for hazard in FITNESS_COLUMNS}),
    opens_at_level=st.sampled_from([3, 4]),
    opening_order=st.none() | st.integers(1, 38),
    is_power_first=st.booleans(),
    verified_on=days,
    source=plain,
    rate_m2=st.sampled_from([None, Decimal(4), Decimal("3.5"), Decimal(2)]),
    figure_sources=st.dictionaries(
        st.sampled_from(SiteFigure), st.builds(FigureSource, st.just("") | plain, days)
    ),
    record=records,
).map(_verified)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(sites)
def test_a_site_comes_back_as_it_was(tmp_path: Path, site: WelfareShelter) -> None:
    path = tmp_path / "sites.csv"
    path.write_bytes(
        csv_bytes([welfare_cells(site)], columns=[c for c in COLUMNS if c not in LEFT_OUT_COLUMNS])
    )
    file = WelfareReader(TODAY)(path)
    assert {problem.code for problem in file.problems} <= {"floor_unknown", "floor_partly_unknown"}
    assert merged_site(site, file.sites[0]) == site
    blank = WelfareShelter(SiteId("F-01"), "", "", Ownership.PUBLIC, None, district_id=site.district_id)
    assert welfare_cells(merged_site(blank, file.sites[0])) == welfare_cells(site)


def test_the_filled_form_and_the_empty_form_have_the_same_columns(tmp_path: Path) -> None:
    site = WelfareShelter(SiteId("F-01"), "架空園", "架空", Ownership.PUBLIC, None)
    filled = write_welfare_list([site], tmp_path / "filled.xlsx")
    empty = write_template(TemplateKind.WELFARE, tmp_path / "empty.xlsx")
    assert filled == [name for name in empty if name not in LEFT_OUT_COLUMNS]
    workbook = openpyxl.load_workbook(tmp_path / "filled.xlsx")
    assert [cell.value for cell in workbook.worksheets[0][1]] == filled
    back = WelfareReader(TODAY)(tmp_path / "filled.xlsx")
    assert [(one.row, one.site_id, one.name) for one in back.sites] == [(2, "F-01", "架空園")]
    with pytest.raises(KnownProblem, match="template_format"):
        write_welfare_list([site], tmp_path / "filled.csv")


def test_a_form_filled_by_hand_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    columns = write_template(TemplateKind.WELFARE, path)
    workbook = openpyxl.load_workbook(path)
    cells = {column.name: column.example for column in WELFARE_COLUMNS}
    for position, column in enumerate(columns, start=1):
        workbook.worksheets[0].cell(2, position, cells[column])
    workbook.save(path)
    file = WelfareReader(TODAY)(path)
    assert (file.rejected, file.problems) == (0, ())
    site = merged_site(WelfareShelter(SiteId(""), "", "", Ownership.PUBLIC, None), file.sites[0])
    assert (site.record.contacts.in_charge, site.record.contacts.by_night) == ("架空 太郎", "0942-00-0003")
    assert site.record.announced_on == date(2025, 4, 1)
    assert site.source_of(SiteFigure.STAFF) == FigureSource("電話で確認", date(2026, 9, 1))
    assert site.source_of(SiteFigure.ACCEPTS) == FigureSource("架空の様式", APRIL)


def test_a_problem_names_its_row_and_column(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    good = {"ID": "F-01", "名称": "架空園", "区分": "公共", "室と面積": "室=40"}
    path.write_bytes(csv_bytes([good, good | {"ID": "F-02", "設備": "入浴=?;給水=有"}], columns=COLUMNS))
    problem = WelfareReader(TODAY)(path).problems[0]
    assert (problem.row, problem.column, problem.code) == (3, "設備", "equipment_bad")
    assert "1番目" in problem.message


def test_an_older_list_without_the_new_columns_changes_nothing_of_them(tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_bytes("ID,名称,区分,室と面積\nF-01,架空園,公共,室=40\n".encode())
    kept = WelfareShelter(
        SiteId("F-01"), "架空園", "架空園", Ownership.PUBLIC, None, rooms=(Room("室", Decimal(40)),),
        rate_m2=Decimal("3.5"), accepts=UNLIMITED, need_capacity={Need.POWER: 3}, staff_by_day=4,
        figure_sources={SiteFigure.ROOMS: FigureSource("図面", APRIL)},
        record=FacilityRecord(agreement_on=APRIL),
    )  # fmt: skip
    assert merged_site(kept, WelfareReader(TODAY)(path).sites[0]) == kept
