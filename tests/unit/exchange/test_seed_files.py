from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from kurume_bousai.bundled import db_folder
from kurume_bousai.domain.coordinates import in_city_extent
from kurume_bousai.domain.districts import SchoolDistrict
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.shelters import DesignatedShelter, EmergencyEvacuationSite, Verification
from kurume_bousai.exchange.seed_files import SeedFiles
from kurume_bousai.services.fictional.seeding import SeedFacts, Town

Place = SchoolDistrict | DesignatedShelter | EmergencyEvacuationSite

REFERENCE = Path(__file__).parents[4] / "shared" / "reference"
needs_reference = pytest.mark.skipif(not REFERENCE.is_dir(), reason="../shared/reference is not here")


@pytest.fixture(scope="module")
def facts() -> SeedFacts:
    return SeedFiles().read()


def seed_rows(name: str) -> list[dict[str, str]]:
    with (db_folder() / "seed" / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def reference_rows(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_counts_are_the_citys(facts: SeedFacts) -> None:
    assert len(facts.districts) == 46
    assert len(facts.designated) == 142
    assert len(facts.emergency) == 11
    assert len(facts.towns) == 229
    assert len({shelter.site_id for shelter in facts.designated}) == 142
    assert len({site.site_id for site in facts.emergency}) == 11


def test_every_record_names_its_source(facts: SeedFacts) -> None:
    places: list[Place | Town] = [*facts.districts, *facts.designated, *facts.emergency, *facts.towns]
    assert all(record.source for record in places)
    assert all(figure.source for figure in facts.activities)
    assert facts.power_first_site.source


def test_every_point_lies_in_the_city_and_every_reference_to_a_district_exists(facts: SeedFacts) -> None:
    known = {district.district_id for district in facts.districts}
    places: list[Place] = [*facts.districts, *facts.designated, *facts.emergency]
    for record in places:
        assert in_city_extent(record.point)
        assert record.district_id in known
    assert {town.district_id for town in facts.towns} == known


def test_districts_stay_46_though_schools_closed(facts: SeedFacts) -> None:
    assert {district_id for district_id, _ in facts.district_notes} == {"下田", "浮島", "青峰", "大橋"}
    assert [district.order for district in facts.districts] == list(range(1, 47))


def test_eleven_districts_have_a_landslide_zone_and_one_emergency_site_each(facts: SeedFacts) -> None:
    zones = {district.district_id for district in facts.districts if district.has_landslide_warning}
    assert len(zones) == 11
    assert {site.district_id for site in facts.emergency} == zones
    assert all(site.hazards == {"崖崩れ、土石流及び地滑り"} for site in facts.emergency)


def test_derived_districts_are_unconfirmed(facts: SeedFacts) -> None:
    for shelter in facts.designated:
        if shelter.district_method != "名称一致":
            assert shelter.verification is Verification.UNCONFIRMED
    assert any(shelter.verification is Verification.CONFIRMED for shelter in facts.designated)


def test_activities_are_r2_to_r6_and_the_unknown_year_stays_out(facts: SeedFacts) -> None:
    assert {figure.fiscal_year for figure in facts.activities} == {2020, 2021, 2022, 2023, 2024}
    by_key = {(figure.indicator, figure.fiscal_year): figure.value for figure in facts.activities}
    assert by_key["図上訓練_参加人数(人)", 2022] == 1216
    assert by_key["図上訓練_実施校区数(校区)", 2024] == 18
    assert by_key["マイプラン出前講座_実施回数(回)", 2020] is None
    assert len(by_key) == 35


def test_the_power_first_site_has_no_invented_figure(facts: SeedFacts) -> None:
    site = facts.power_first_site
    assert site.is_power_first
    assert not site.is_fictional
    assert (site.rooms, site.accepts, dict(site.need_capacity), site.staff_by_day) == ((), None, {}, None)
    assert site.verification is Verification.UNCONFIRMED


@needs_reference
def test_districts_equal_the_reference_row_by_row() -> None:
    columns = {
        "district": "koku", "kana": "kana", "kana_basis": "kana_confidence", "part_of_city": "area",
        "lon": "rep_lon", "lat": "rep_lat", "has_landslide_warning": "landslide_warning_koku",
        "city_list_order": "list_order_seen",
        "school": "school", "school_status": "school_status", "school_closed_on": "school_closed_on",
        "merged_into": "merged_into", "school_source": "school_status_source",
        "flood_opening_rule": "flood_opening_rule_2019", "source": "coord_source",
    }  # fmt: skip
    assert_equal_columns(seed_rows("districts.csv"), reference_rows("koku.csv"), columns)


@needs_reference
def test_shelters_equal_the_reference_row_by_row() -> None:
    columns = {
        "common_id": "gsi_id", "name": "name", "kind": "kind", "address": "address",
        "lon": "lon", "lat": "lat", "district": "koku", "district_method": "koku_method", "note": "note",
    }  # fmt: skip
    reference = reference_rows("shelters.csv")
    assert_equal_columns(seed_rows("designated_shelters.csv"), reference, columns)
    emergency = [row for row in reference if row["shitei_kinkyu_hinanbasho"] == "1"]
    columns = {
        "shelter_common_id": "gsi_id", "name": "name", "address": "address",
        "lon": "lon", "lat": "lat", "district": "koku", "district_method": "koku_method",
        "hazards": "kinkyu_hazards", "note": "note",
    }  # fmt: skip
    assert_equal_columns(seed_rows("emergency_sites.csv"), emergency, columns)


@needs_reference
def test_activities_and_towns_equal_the_reference_row_by_row() -> None:
    activities = [row for row in reference_rows("activity_stats.csv") if row["fy"] != "R7"]
    columns = {
        "indicator": "indicator",
        "fiscal_year": "fy",
        "value": "value",
        "status": "status",
        "source": "source",
    }
    assert_equal_columns(seed_rows("activities.csv"), activities, columns)
    towns = {"town": "town", "district": "koku_at_town_centre"}
    assert_equal_columns(seed_rows("towns.csv"), reference_rows("towns.csv"), towns)


def assert_equal_columns(
    ours: list[dict[str, str]], reference: list[dict[str, str]], columns: dict[str, str]
) -> None:
    mine = [{column: row[column] for column in columns} for row in ours]
    theirs = [{column: row[source] for column, source in columns.items()} for row in reference]
    assert mine == theirs


@pytest.mark.parametrize(
    ("file_name", "old", "new"),
    [
        ("districts.csv", "130.526493", "きゅう"),
        ("districts.csv", ",unconfirmed", ",たぶん"),
        ("activities.csv", "R2,67", "X2,67"),
        ("designated_shelters.csv", "common_id", "id"),
        ("power_first_site.toml", "lon = ", "longitude = "),
    ],
)
def test_a_damaged_file_is_refused_whole(tmp_path: Path, file_name: str, old: str, new: str) -> None:
    folder = tmp_path / "seed"
    shutil.copytree(db_folder() / "seed", folder)
    text = (folder / file_name).read_text(encoding="utf-8")
    assert old in text
    (folder / file_name).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(KnownProblem) as caught:
        SeedFiles(folder).read()
    assert caught.value.code == "seed_damaged"
    assert caught.value.where.startswith(file_name)


def test_an_absent_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KnownProblem) as caught:
        SeedFiles(tmp_path).read()
    assert caught.value.code == "seed_damaged"
