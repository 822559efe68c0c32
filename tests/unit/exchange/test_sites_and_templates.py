from __future__ import annotations

import csv
import io
import json
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hazards import Fitness, HazardScenario
from kurume_bousai.domain.mapping_profiles import ColumnMapping
from kurume_bousai.domain.members import AdmissionCategory, Need
from kurume_bousai.domain.person_details import MedicalDevice
from kurume_bousai.domain.shelters import UNLIMITED, Ownership, Room, Unlimited, Verification, YesNoUnknown
from kurume_bousai.exchange.care_rows import read_care_facilities
from kurume_bousai.exchange.columns import names_of
from kurume_bousai.exchange.control_files import read_control_totals, read_mapping
from kurume_bousai.exchange.gsi import read_shelters
from kurume_bousai.exchange.roster_rows import RosterReader
from kurume_bousai.exchange.templates import EXPLANATION_SHEET, TemplateKind, columns_of, write_template
from kurume_bousai.exchange.welfare_columns import FITNESS_COLUMNS, WELFARE_COLUMNS
from kurume_bousai.exchange.welfare_rows import WelfareReader
from kurume_bousai.services.people.detail_columns import DETAIL_COLUMNS
from kurume_bousai.services.shelters.site_file import ParsedSite, SiteFile, SiteKind
from tests.fixtures.rosters import COLUMNS, csv_bytes, person

TODAY = date(2026, 11, 21)
WELFARE = names_of(WELFARE_COLUMNS)
HALF_KNOWN = (Room("集会室", Decimal(120)), Room("和室", None))
UNASKED: dict[Need, None] = {Need.PRIVATE_ROOM: None, Need.CARE: None, Need.INFANT: None}
WITHOUT_POWER: dict[Need, int | Unlimited | None] = {Need.WHEELCHAIR: UNLIMITED, Need.STRETCHER: 0, **UNASKED}
OTHER_HAZARDS: dict[HazardScenario, Fitness] = dict.fromkeys(
    (one for one in FITNESS_COLUMNS if one is not HazardScenario.FLOOD_L2), Fitness.UNCONFIRMED
)


def site_row(**cells: str) -> dict[str, str]:
    return {
        "ID": "F-01",
        "名称": "架空福祉センター",
        "区分": "公共",
        "経度": "130.5",
        "緯度": "33.3",
        "校区": "津福",
        "指定": "はい",
        "室と面積": "集会室=120.5;和室=40",
        "受入対象": "高齢;身体",
        "電源": "4",
        "車いす": "*",
        "寝台": "0",
        "洪水L2適否": "不適",
        "確認日": "R8.4.1",
    } | cells


def read_welfare(tmp_path: Path, *rows: dict[str, str]) -> SiteFile:
    path = tmp_path / "w.csv"
    path.write_bytes(csv_bytes(rows, columns=WELFARE))
    return WelfareReader(TODAY)(path)


def read_site(tmp_path: Path, **cells: str) -> tuple[ParsedSite, list[str]]:
    file = read_welfare(tmp_path, site_row(**cells))
    return file.sites[0], [problem.code for problem in file.problems]


def test_a_welfare_shelter_is_read_whole(tmp_path: Path) -> None:
    site, codes = read_site(tmp_path)
    assert codes == []
    values = site.values
    assert values["ownership"] is Ownership.PUBLIC
    assert values["rooms"] == (Room("集会室", Decimal("120.5")), Room("和室", Decimal(40)))
    assert values["accepts"] == {AdmissionCategory.ELDERLY, AdmissionCategory.PHYSICAL}
    assert values["need_capacity"] == WITHOUT_POWER | {Need.POWER: 4}
    assert values["fitness"] == OTHER_HAZARDS | {HazardScenario.FLOOD_L2: Fitness.UNFIT}
    assert values["designation"] is YesNoUnknown.YES
    assert values["agreement"] is YesNoUnknown.UNKNOWN
    assert values["verification"] is Verification.CONFIRMED


@pytest.mark.parametrize(
    ("column", "value", "code", "field", "stored"),
    [
        ("室と面積", "", "floor_unknown", "rooms", ()),
        ("室と面積", "集会室=0", "floor_unknown", "rooms", (Room("集会室", None),)),
        ("室と面積", "集会室=120;和室=", "floor_partly_unknown", "rooms", HALF_KNOWN),
        ("室と面積", "集会室=１２０㎡;和室=広い", "floor_partly_unknown", "rooms", HALF_KNOWN),
        ("届出定員", "0", "count_zero", "declared_capacity", None),
        ("届出定員", "約50", "count_approximate", "declared_capacity", None),
        ("1人の面積", "3", "rate_bad", "rate_m2", None),
        ("値の出典", "室=図面@きのう", "figure_sources_bad", "figure_sources", {}),
        ("受入対象", "宇宙", "categories_unknown", "accepts", None),
        ("電源", "たくさん", "need_number_bad", "need_capacity", WITHOUT_POWER),
        ("開設レベル", "5", "level_bad", "opens_at_level", None),
        ("職員昼", "-3", "whole_bad", "staff_by_day", None),
        ("発電kW", "nan", "number_bad", "power_kw", None),
        ("指定", "たぶん", "answer_unknown", "designation", None),
        ("確認日", "きのう", "verified_on_unreadable", "verification", Verification.UNCONFIRMED),
        ("確認日", "2027-01-01", "verified_on_future", "verification", Verification.UNCONFIRMED),
        ("洪水L2適否", "たぶん", "fitness_unknown", "fitness", OTHER_HAZARDS),
        ("電源優先", "たぶん", "answer_unknown", "is_power_first", None),
    ],
)  # fmt: skip
def test_what_is_unknown_about_a_shelter_is_told(
    tmp_path: Path, column: str, value: str, code: str, field: str, stored: object
) -> None:
    site, codes = read_site(tmp_path, **{column: value})
    assert codes == [code]
    assert site.values.get(field) == stored


def test_star_and_empty_of_admission_are_two_things(tmp_path: Path) -> None:
    assert read_site(tmp_path, 受入対象="*")[0].values["accepts"] is UNLIMITED
    assert read_site(tmp_path, 受入対象="")[0].values["accepts"] is None


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([site_row(ID="")], "id_empty"),
        ([site_row(名称="")], "name_empty"),
        ([site_row(区分="宇宙")], "ownership_unknown"),
        ([site_row(), site_row()], "id_repeated"),
    ],
)
def test_a_shelter_that_cannot_be_named_is_refused(
    tmp_path: Path, rows: list[dict[str, str]], code: str
) -> None:
    file = read_welfare(tmp_path, *rows)
    assert (file.rejected, file.problems[-1].code) == (1, code)


def test_shelters_without_any_floor_are_counted(tmp_path: Path) -> None:
    file = read_welfare(tmp_path, site_row(), site_row(ID="F-02", 室と面積=""))
    assert (file.read, file.unknown_capacity) == (2, 1)


# ---------------------------------------------------------------- public files


@pytest.mark.parametrize(
    ("name", "kind", "read"),
    [
        ("derived_kurume_1_evacuation.csv", SiteKind.DESIGNATED, 142),
        ("derived_kurume_1_evacuation_sjis.csv", SiteKind.DESIGNATED, 142),
        ("evacuation_402036.geojson", SiteKind.DESIGNATED, 142),
        ("derived_kurume_2_emergency.csv", SiteKind.EMERGENCY, 11),
        ("emergency_402036.geojson", SiteKind.EMERGENCY, 11),
    ],
)
def test_the_real_shelter_files_are_read_as_they_are(
    shared_data: Path, name: str, kind: SiteKind, read: int
) -> None:
    file = read_shelters(shared_data / "kurume_shelters" / name)
    assert (file.kind, file.read, file.rejected, file.problems) == (kind, read, 0, ())
    if kind is SiteKind.EMERGENCY:
        assert {site.values["hazards"] for site in file.sites} == {frozenset({"崖崩れ、土石流及び地滑り"})}


def test_one_truth_in_three_formats(shared_data: Path) -> None:
    folder = shared_data / "kurume_shelters"
    names = (
        "derived_kurume_1_evacuation.csv",
        "derived_kurume_1_evacuation_sjis.csv",
        "evacuation_402036.geojson",
    )
    first, second, third = (
        {site.site_id: (site.name, site.point, site.values) for site in read_shelters(folder / name).sites}
        for name in names
    )
    assert first == second == third


def test_swapped_file_names_do_no_harm(shared_data: Path, tmp_path: Path) -> None:
    swapped = tmp_path / "40203_1.csv"
    swapped.write_bytes((shared_data / "kurume_shelters" / "derived_kurume_2_emergency.csv").read_bytes())
    assert read_shelters(swapped).kind is SiteKind.EMERGENCY


def test_the_bracket_column_may_be_missing(shared_data: Path, tmp_path: Path) -> None:
    original = (shared_data / "kurume_shelters" / "derived_kurume_1_evacuation.csv").read_text("utf-8-sig")
    rows = [[*row[:2], *row[3:]] for row in csv.reader(io.StringIO(original))]
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    path = tmp_path / "40203_1.csv"
    path.write_text(text.getvalue(), "utf-8")
    assert read_shelters(path).read == 142


def test_the_municipal_standard_with_capacities_as_sentences(shared_data: Path) -> None:
    file = read_shelters(shared_data / "shelter_csv" / "nanao_jichitai_standard.csv")
    codes = Counter(problem.code for problem in file.problems)
    assert (file.kind, file.read, file.rejected, file.unknown_capacity) == (SiteKind.EMERGENCY, 112, 0, 3)
    assert codes == {"outside_city": 112, "count_in_and_out": 109}
    assert "洪水" in file.sites[0].values["hazards"]
    kept = {
        name: file.sites[1].values[name] for name in ("indoor_capacity", "outdoor_capacity", "capacity_text")
    }
    assert kept == {"indoor_capacity": 1371, "outdoor_capacity": 5470, "capacity_text": "面積の1/2"}


def test_the_real_care_facilities(shared_data: Path) -> None:
    file = read_care_facilities(shared_data / "kurume_care_facilities" / "kurume_jigyosho_510_520.csv")
    assert (file.kind, file.read, file.rejected, file.unknown_capacity) == (SiteKind.CARE, 13, 0, 8)


def public_row(**cells: str) -> dict[str, str]:
    return {
        "共通ID": "E4020399999111", "施設・場所名": "架空小学校", "住所": "久留米市架空町9999",
        "指定緊急避難場所との住所同一": "", "緯度": "33.3", "経度": "130.5",
    } | cells  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "code", "rejected"),
    [
        ({"共通ID": ""}, "id_empty", 1),
        ({"共通ID": "123"}, "common_id_unusual", 0),
        ({"共通ID": "E4020399999121"}, "welfare_kind", 0),
        ({"施設・場所名": ""}, "name_empty", 1),
        ({"経度": ""}, "position_missing", 1),
        ({"緯度": "130.5", "経度": "33.3"}, "position_swapped", 1),
        ({"緯度": "35.0", "経度": "135.0"}, "outside_city", 0),
    ],
)
def test_doubtful_rows_of_public_files(
    tmp_path: Path, cells: dict[str, str], code: str, rejected: int
) -> None:
    path = tmp_path / "s.csv"
    path.write_bytes(csv_bytes([public_row(**cells)], columns=list(public_row())))
    file = read_shelters(path)
    assert [problem.code for problem in file.problems] == [code]
    assert file.rejected == rejected


@pytest.mark.parametrize(
    ("content", "code"),
    [('{"features": 3}', "geojson_damaged"), ("{", "geojson_damaged"), ("a,b\n1,2\n", "shelters_unknown")],
)
def test_a_file_of_something_else(tmp_path: Path, content: str, code: str) -> None:
    path = tmp_path / "s.dat"
    path.write_text(content, "utf-8")
    with pytest.raises(KnownProblem) as caught:
        read_shelters(path)
    assert caught.value.code == code


# ---------------------------------------------------------------- templates


@pytest.mark.parametrize("kind", list(TemplateKind))
def test_a_workbook_template_explains_every_column(tmp_path: Path, kind: TemplateKind) -> None:
    path = tmp_path / "t.xlsx"
    columns = write_template(kind, path)
    workbook = openpyxl.load_workbook(path)
    sheet = workbook.worksheets[0]
    optional = [one.name for one in DETAIL_COLUMNS] if kind is TemplateKind.ROSTER else []
    assert [cell.value for cell in sheet[1]] == [*columns, *optional], "the canonical ones come first"
    assert columns == columns_of(kind)
    assert sheet.freeze_panes == "C2"
    explained = [
        row[0].value for row in workbook[EXPLANATION_SHEET].iter_rows(min_row=2, max_row=len(columns) + 1)
    ]
    assert explained == columns
    names = {row[0].value for row in workbook[EXPLANATION_SHEET].iter_rows()}
    assert names >= set(optional)
    assert sheet.column_dimensions["A"].width


def test_the_roster_template_has_the_columns_of_the_rulebook(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    write_template(TemplateKind.ROSTER, path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert path.read_text("utf-8-sig").strip() == (
        "ID,氏名,フリガナ,生年月日,性別,郵便番号,住所,方書,電話1,電話2,メール・FAX,校区,自治会,民生委員,事由,要介護度,身障等級,"
        "療育,精神等級,難病,支援の必要,受入対象,世帯ID,同居人数,同行者数,情報伝達手段,登録状態,登録日,名簿同意,同意日,説明日,"
        "説明者,支援措置,経度,緯度,備考"
    )


def test_a_filled_template_comes_back_in(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    write_template(TemplateKind.ROSTER, path)
    workbook = openpyxl.load_workbook(path)
    for position, column in enumerate(COLUMNS, start=1):
        workbook.worksheets[0].cell(2, position, person(1).get(column))
    workbook.save(path)
    row = RosterReader(TODAY)(path).rows[0]
    assert (row.row, row.key, row.problems) == (2, "A-00001", ())
    headings = [cell.value for cell in workbook.worksheets[0][1]]
    workbook.worksheets[0].cell(2, headings.index("医療機器") + 1, "在宅酸素")
    workbook.save(path)
    read = RosterReader(TODAY)(path)
    assert (read.unused_columns, read.rows[0].problems) == ((), ())
    assert read.rows[0].details.values == {"devices": frozenset({MedicalDevice.OXYGEN})}


@pytest.mark.parametrize(
    ("name", "code"), [("t.pdf", "template_format"), ("no/such/t.csv", "file_unwritable")]
)
def test_a_template_that_cannot_be_written(tmp_path: Path, name: str, code: str) -> None:
    with pytest.raises(KnownProblem) as caught:
        write_template(TemplateKind.ROSTER, tmp_path / name)
    assert caught.value.code == code
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------- totals and mapping


def test_control_totals(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text('区分,値\n総件数,"6,000"\n校区：津福,130件\n支援の必要=電源,５\n', "utf-8")
    assert read_control_totals(path).totals == {
        ("総件数", ""): 6000, ("校区", "津福"): 130, ("支援の必要", "電源"): 5,
    }  # fmt: skip


@pytest.mark.parametrize("line", ["総件数,たくさん", "総件数,-1", "総件数,1\n総件数,2", ""])
def test_control_totals_that_cannot_be_read(tmp_path: Path, line: str) -> None:
    path = tmp_path / "e.csv"
    path.write_text(f"区分,値\n{line}\n", "utf-8")
    with pytest.raises(KnownProblem) as caught:
        read_control_totals(path)
    assert caught.value.code == "expect_bad"


def test_a_mapping_as_json_and_as_a_table(tmp_path: Path) -> None:
    as_json, as_table = tmp_path / "m.json", tmp_path / "m.csv"
    as_json.write_text(json.dumps({"氏名": "対象者"}), "utf-8")
    as_table.write_bytes("項目,列名\n氏名,対象者\n".encode("cp932"))
    assert read_mapping(as_json) == read_mapping(as_table) == ColumnMapping.of({"氏名": "対象者"})


@pytest.mark.parametrize("content", ['{"宇宙": "x"}', "[]", "{}", "{"])
def test_a_mapping_that_cannot_be_used(tmp_path: Path, content: str) -> None:
    path = tmp_path / "m.json"
    path.write_text(content, "utf-8")
    with pytest.raises(KnownProblem) as caught:
        read_mapping(path)
    assert caught.value.code == "mapping_bad"
