"""The commands on the fictional city, one after another: keys, numbers that add up, refusals."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import msoffcrypto
import openpyxl
import pytest
from pypdf import PdfReader

from kurume_bousai.exchange.columns import names_of
from kurume_bousai.exchange.roster_columns import ROSTER_COLUMNS
from kurume_bousai.exchange.welfare_columns import WELFARE_COLUMNS
from tests.fixtures.rosters import csv_bytes, person, write_csv, write_xlsx
from tests.helpers.command_line import CommandLine

CAPACITY_KEYS = {
    "conditions", "status", "phases", "demand_people", "demand_parties", "floor_places", "usable_places",
    "placed_people", "unplaced_people", "free_places", "by_need", "by_site", "by_district", "unplaced",
    "solver_s",
}  # fmt: skip
IMPORT_KEYS = {
    "import_id", "read", "added", "changed", "unchanged", "removed", "rejected", "held", "expected_matches",
    "recount_matches", "problems",
}  # fmt: skip
SITE_IMPORT_KEYS = {"read", "added", "changed", "unchanged", "rejected", "unknown_capacity", "problems"}
ALLOCATE_KEYS = {
    "status", "phases", "total_cost", "placed_people", "unplaced_people", "opened", "assignments", "unplaced",
    "sites", "solver_s",
}  # fmt: skip
REPORT_KEYS = {"files", "pages", "copies", "audit_head"}


# -- a fictional city --------------------------------------------------------------------------------


def test_demo_makes_a_city_once_and_uses_it_again(home: Path, tmp_path: Path) -> None:
    person_ = CommandLine.of(home)
    words = ("demo", "--dir", tmp_path, "--members", "300", "--seed", "3")
    made = person_.ask(*words, fresh=True)
    expected = {
        "districts": 46,
        "welfare_shelters": 37,
        "power_first_sites": 1,
        "floor_places": 1460,
        "members": 300,
    }
    assert {key: made[key] for key in expected} == expected
    assert made["db"] == str(tmp_path / "kakuu.db")
    assert made["files"] == []
    assert made["usable_places"] > 0
    assert person_.ask(*words) == made
    other = person_.refused("demo", "--dir", tmp_path, "--members", "300", "--seed", "4")
    assert other["code"] == "demo_differs"


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_headless_demo_is_a_whole_exercise_with_its_papers(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    made = CommandLine.of(home).ask(
        "demo",
        "--dir",
        tmp_path / "city",
        "--members",
        "600",
        "--seed",
        "3",
        "--headless",
        "--out",
        out,
        fresh=True,
    )
    files = {Path(place).name for place in made["files"]}
    assert {
        "capacity_report.pdf",
        "capacity_report.xlsx",
        "exercise_report.pdf",
        "exercise_report.xlsx",
    } <= files
    assert all(Path(place).stat().st_size for place in made["files"])
    assert any(name.endswith(".png") for name in files)
    assert made["blocked_requests"] == 0
    held = made["exercise"]
    assert held["decided"] + held["undecided"] == held["people_shown"]
    assert held["demand_people"] == held["placed_people"] + held["unplaced_people"]


# -- the list ------------------------------------------------------------------------------------------


def test_templates_have_the_canonical_columns(home: Path, tmp_path: Path) -> None:
    person_ = CommandLine.of(home)
    roster = person_.ask("template", "roster", "--out", tmp_path / "r.xlsx")
    assert roster == {"file": str(tmp_path / "r.xlsx"), "columns": list(names_of(ROSTER_COLUMNS))}
    welfare = person_.ask("template", "welfare-shelters", "--out", tmp_path / "w.csv")
    assert welfare["columns"] == list(names_of(WELFARE_COLUMNS))
    assert person_.refused("template", "roster", "--out", tmp_path / "r.doc")["code"]
    assert sorted(place.name for place in tmp_path.iterdir()) == ["r.xlsx", "w.csv"]


def test_a_list_is_seen_first_then_written_then_taken_back(clerk: CommandLine, tmp_path: Path) -> None:
    rows = [person(1), person(2, 生年月日="昭和75年1月1日"), person(3, 氏名=""), person(4, 支援措置="○")]
    path = write_xlsx(tmp_path / "list.xlsx", rows)
    words = ("import", "roster", path, "--source", "架空の窓口", "--part")
    before = clerk.ask("capacity", "--rule", "all")["demand_people"]
    preview = clerk.ask(*words, fresh=True)
    assert set(preview) >= IMPORT_KEYS
    # The 支援措置対象者 does not exist for this operator, in no count.
    assert (preview["read"], preview["added"] + preview["rejected"] + preview["held"]) == (3, 3)
    assert {problem["row"] for problem in preview["problems"]} >= {3, 4}
    for problem in preview["problems"]:
        assert set(problem) == {"row", "column", "value", "code", "message"}
        assert problem["message"].endswith("。")
    assert clerk.ask("capacity", "--rule", "all")["demand_people"] == before
    done = clerk.ask(*words, "--commit")
    assert done["recount_matches"] is True
    assert clerk.ask("capacity", "--rule", "all")["demand_people"] > before
    undone = clerk.ask("import", "undo", done["import_id"])
    assert undone["undone"] == done["import_id"]
    assert clerk.ask("capacity", "--rule", "all")["demand_people"] == before
    assert clerk.refused("import", "undo", done["import_id"])["code"]
    assert clerk.refused("import", "undo", "nothing")["code"]


def test_control_totals_that_differ_refuse_the_commit(clerk: CommandLine, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", [person(11)], encoding="cp932")
    totals = tmp_path / "totals.csv"
    totals.write_text("区分,値\n総件数,2\n", "utf-8")
    words = ("import", "roster", path, "--source", "架空の総数", "--part", "--expect", totals)
    assert clerk.ask(*words)["expected_matches"] is False
    assert clerk.refused(*words, "--commit")["code"] == "totals_mismatch"


def test_a_whole_file_that_would_remove_many_wants_their_number(clerk: CommandLine, tmp_path: Path) -> None:
    source = ("--source", "架空の全件", "--whole", "--commit")
    many = write_csv(tmp_path / "many.csv", [person(number) for number in range(21, 27)])
    clerk.ask("import", "roster", many, *source)
    few = write_csv(tmp_path / "few.csv", [person(21)])
    assert clerk.refused("import", "roster", few, *source)["code"] == "removals_unconfirmed"
    removed = clerk.ask("import", "roster", few, *source, "--confirm-removals", "5")
    assert removed["removed"] == 5
    clerk.ask("import", "undo", removed["import_id"])


# -- places --------------------------------------------------------------------------------------------


def test_welfare_shelters_of_the_citys_list(clerk: CommandLine, tmp_path: Path) -> None:
    cells = {"ID": "架空-99", "名称": "架空の新しい施設", "区分": "公共", "経度": "130.5", "緯度": "33.3"}
    path = tmp_path / "w.csv"
    path.write_bytes(csv_bytes([cells, {"ID": "", "名称": "番号なし"}], columns=names_of(WELFARE_COLUMNS)))
    preview = clerk.ask("import", "welfare-shelters", path)
    assert set(preview) >= SITE_IMPORT_KEYS
    assert (preview["read"], preview["added"], preview["rejected"]) == (2, 1, 1)
    assert preview["unknown_capacity"] >= 1
    assert preview["problems"][0]["message"]


def test_the_real_shelters_and_polygons_import_as_they_are(clerk: CommandLine, shared_data: Path) -> None:
    shelters = clerk.ask("import", "shelters", shared_data / "kurume_shelters" / "evacuation_402036.geojson")
    assert set(shelters) >= SITE_IMPORT_KEYS
    assert (shelters["read"], shelters["unchanged"], shelters["rejected"]) == (142, 142, 0)
    districts = clerk.ask(
        "import",
        "districts",
        shared_data / "kurume_school_districts" / "kurume_a27_16_raw.geojson",
        fresh=True,
    )
    assert {"kind", "features", "repaired", "crs", "encoding", "warnings"} <= set(districts)
    assert districts["features"] == 46


def test_a_point_in_the_city_and_one_far_away(clerk: CommandLine) -> None:
    here = clerk.ask("locate", "--lon", "130.5", "--lat", "33.3", fresh=True)
    assert set(here) == {"district", "method", "distance_m", "hazards"}
    assert set(here["hazards"][0]) == {"kind", "scenario", "value", "source"}
    assert "架空" in here["hazards"][0]["source"]
    assert clerk.refused("locate", "--lon", "1300", "--lat", "33.3")["code"] == "not_a_point"


# -- can they fit? -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(clerk: CommandLine) -> dict[str, Any]:
    return clerk.ask("capacity", "--rule", "all", "--hazard", "flood_l2", "--open-rate", "0.4", fresh=True)


def test_the_answer_has_its_keys_and_adds_up(whole: dict[str, Any]) -> None:
    assert set(whole) >= CAPACITY_KEYS
    assert whole["status"] == "optimal"
    assert all(phase["proven"] for phase in whole["phases"])
    assert whole["demand_people"] == whole["placed_people"] + whole["unplaced_people"]
    assert whole["unplaced_people"] > 0
    assert sum(row["placed"] for row in whole["by_site"]) == whole["placed_people"]
    assert all(row["free"] == row["usable"] - row["placed"] >= 0 for row in whole["by_site"])
    assert all(row["balance"] == row["usable"] - row["assigned"] for row in whole["by_site"])
    for key, part in (
        ("demand_people", "people"),
        ("placed_people", "placed"),
        ("unplaced_people", "unplaced"),
    ):
        assert sum(row[part] for row in whole["by_district"]) == whole[key]
    for row in whole["by_need"].values():
        assert row["parties"] == row["placed"] + row["unplaced"]
    assert all(row["reasons"] for row in whole["unplaced"])
    assert whole["conditions"]["protected_included"] is False


def test_a_districts_share_is_its_part_of_the_whole(clerk: CommandLine, whole: dict[str, Any]) -> None:
    share = clerk.ask(
        "capacity", "--rule", "all", "--hazard", "flood_l2", "--open-rate", "0.4", "--district", "津福校区"
    )
    row = next(row for row in whole["by_district"] if row["district"] == "津福")
    # Where one neighbour or another is left out may be equally good: the demand is the same, always.
    assert share["demand_people"] == row["people"]
    assert share["demand_people"] == share["placed_people"] + share["unplaced_people"]


def test_a_closed_site_is_out_and_an_unknown_one_is_told(clerk: CommandLine, whole: dict[str, Any]) -> None:
    site = next(row for row in whole["by_site"] if row["placed"])["id"]
    closed = clerk.ask("capacity", "--rule", "all", "--closed", site)
    assert all(row["placed"] == 0 for row in closed["by_site"] if row["id"] == site)
    assert clerk.refused("capacity", "--closed", "どこにもない")["code"]
    assert clerk.refused("capacity", "--district", "どこにもない")["code"]
    assert clerk.refused("capacity", "--rule", "share:2")["code"]


@pytest.mark.parametrize("ending", ["pdf", "xlsx", "csv", "html", "json"])
def test_the_capacity_paper_in_every_form(clerk: CommandLine, tmp_path: Path, ending: str) -> None:
    place = tmp_path / f"capacity.{ending}"
    written = clerk.ask("report", "capacity", "--out", place, fresh=ending == "pdf")
    assert set(written) >= REPORT_KEYS
    assert written["files"] == [str(place)]
    assert written["copies"] == []
    assert place.stat().st_size > 0
    assert [one.name for one in tmp_path.iterdir()] == [place.name]


def test_an_unknown_ending_is_refused_and_nothing_is_written(clerk: CommandLine, tmp_path: Path) -> None:
    assert clerk.refused("report", "capacity", "--out", tmp_path / "c.doc")["code"] == "unknown_ending"
    assert list(tmp_path.iterdir()) == []


# -- one exercise --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def held(clerk: CommandLine, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return clerk.ask(
        "exercise", "run", "--district", "津福", "--out", tmp_path_factory.mktemp("held"), fresh=True
    )


def test_an_exercise_without_a_window_adds_up(held: dict[str, Any]) -> None:
    assert held["decided"] + held["undecided"] == held["people_shown"] <= held["people_in_demand"]
    assert held["demand_people"] == held["placed_people"] + held["unplaced_people"]
    assert held["closed_sites"] == 1
    assert [Path(place).suffix for place in held["files"]] == [".pdf", ".xlsx"]
    assert all(Path(place).stat().st_size for place in held["files"])


def test_the_report_of_an_exercise(clerk: CommandLine, held: dict[str, Any], tmp_path: Path) -> None:
    written = clerk.ask("report", "exercise", "--session", held["operation_id"], "--out", tmp_path / "e.pdf")
    assert set(written) >= REPORT_KEYS
    text = "".join(page.extract_text() for page in PdfReader(tmp_path / "e.pdf").pages)
    assert "訓練" in text
    assert "津福" in text
    assert clerk.refused("report", "exercise", "--session", "none", "--out", tmp_path / "x.pdf")["code"]


def test_a_district_nobody_knows_has_no_exercise(clerk: CommandLine) -> None:
    assert clerk.refused("exercise", "run", "--district", "どこにもない")["code"]


# -- papers with names ---------------------------------------------------------------------------------

NAMED = ("--named", "--recipient", "district_organization", "--purpose", "図上訓練", "--copies", "2")


def test_the_list_leaves_only_encrypted_and_numbered(clerk: CommandLine, tmp_path: Path) -> None:
    words = ("report", "roster", "--district", "津福")
    assert clerk.refused(*words, "--out", tmp_path / "r.pdf")["code"] == "named_required"
    for ending in ("csv", "html", "json"):
        assert clerk.refused(*words, *NAMED, "--out", tmp_path / f"r.{ending}")["code"]
    assert list(tmp_path.iterdir()) == []
    written = clerk.ask(*words, *NAMED, "--out", tmp_path / "r.pdf", fresh=True)
    assert len(written["copies"]) == len(set(written["copies"])) == len(written["files"]) == 2
    for place in written["files"]:
        paper = PdfReader(place)
        assert paper.is_encrypted
        assert paper.decrypt("架空の長い合言葉です")
        assert "取扱注意" in "".join(page.extract_text() for page in paper.pages)
    book = clerk.ask(*words, *NAMED[:-2], "--out", tmp_path / "r.xlsx")
    with Path(book["files"][0]).open("rb") as file:
        locked = msoffcrypto.OfficeFile(file)
        assert locked.is_encrypted()
        locked.load_key(password="架空の長い合言葉です")
        opened = io.BytesIO()
        locked.decrypt(opened)
    assert openpyxl.load_workbook(opened).sheetnames


def test_a_named_paper_wants_a_password_of_ten_letters(clerk: CommandLine, tmp_path: Path) -> None:
    words = ("report", "roster", "--district", "津福", *NAMED, "--out", tmp_path / "r.pdf")
    assert clerk.changed(OUTPUT_PASSWORD=None).refused(*words)["code"] == "output_password_missing"
    assert clerk.changed(OUTPUT_PASSWORD="みじかい").refused(*words)["code"]
    assert list(tmp_path.iterdir()) == []


# -- keeping the file ----------------------------------------------------------------------------------


def test_placement_from_files_needs_no_database(home: Path, tmp_path: Path) -> None:
    parties, sites = tmp_path / "p.csv", tmp_path / "s.csv"
    parties.write_text(
        "id,lon,lat,size,needs\na,130.50,33.31,3,power;wheelchair\nb,130.5,33.31,9,\n", "utf-8"
    )
    sites.write_text("id,lon,lat,capacity,cap_power,accepts_category\ns,130.5,33.31,5,1,*\n", "utf-8-sig")
    person_ = CommandLine.of(home)
    words = ("allocate", "--parties", parties, "--sites", sites)
    answer = person_.ask(*words, "--out", tmp_path / "out.csv", fresh=True)
    assert set(answer) >= ALLOCATE_KEYS
    assert [row["party"] for row in answer["assignments"]] == ["a"]
    assert answer["unplaced"] == [{"party": "b", "reasons": [{"site": "s", "reason": "full"}]}]
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.DictReader(file))["party"] == "a"
    assert person_.refused(*words, "--open", "2")["code"]
    parties.write_text("id,lon,lat,size\na,130.50,33.31,none\nb,x,33.3,1\n", "utf-8")
    bad = person_.refused(*words)
    assert "2" in bad["message"] + bad["where"]
    json.dumps(answer, allow_nan=False)


def test_the_chain_is_whole_after_all_this(clerk: CommandLine, held: dict[str, Any]) -> None:
    checked = clerk.ask("audit", "verify")
    assert (checked["ok"], checked["faults"]) == (True, [])
    assert checked["entries"] > 10


@pytest.mark.slow
def test_the_program_tests_itself(home: Path) -> None:
    answer = CommandLine.of(home).ask("self-test", fresh=True)
    assert answer["ok"] is True
    assert all(set(check) == {"name", "ok", "detail"} and check["ok"] for check in answer["checks"])
