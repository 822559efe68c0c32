"""``route`` and ``reach`` as somebody at a terminal uses them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kurume_bousai.domain.access import Role
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.districts import SchoolDistrict
from kurume_bousai.domain.ids import DistrictId, SiteId
from kurume_bousai.domain.shelters import EmergencyEvacuationSite, Ownership, WelfareShelter
from kurume_bousai.storage import create_database
from tests.fixtures.roads import MIDDLE, junctions, n13_package
from tests.helpers.command_line import CommandLine

SMALL = 12
GRID = junctions(SMALL)


def at(point: LonLat) -> str:
    return f"{point.lon},{point.lat}"


@pytest.fixture
def line(tmp_path: Path) -> CommandLine:
    path = tmp_path / "city.db"
    city, _ = create_database(path, "架空", "demo", roles=list(Role), fictional=True)
    with city.writing() as session:
        garden = WelfareShelter(SiteId("w1"), "架空の園", "架空", Ownership.PUBLIC, GRID[1][1])
        session.shelters.save_welfare(city.access, [garden])
        district = SchoolDistrict(DistrictId("津福"), "津福", "つぶく", "久留米地域", MIDDLE, 1)
        session.districts.save_many(city.access, [district])
        hill = EmergencyEvacuationSite(
            SiteId("e1"), "架空の丘", "架空町9999", GRID[9][5], frozenset({"洪水"})
        )
        session.shelters.save_emergency(city.access, [hill])
    city.close()
    return CommandLine.of(tmp_path / "home", DB=str(path), OPERATOR="架空", PASSPHRASE="demo")


def test_a_way_straight_then_along_roads(line: CommandLine, tmp_path: Path) -> None:
    ask = ("route", "--from", at(GRID[8][8]))
    bare = line.ask(*ask)
    assert (bare["roads"]["title"], bare["roads"]["straight_factor"]) == ("", 1.3)
    assert bare["ways"][0]["is_straight"] is True
    line.ask("import", "layer", n13_package(tmp_path / "N13-24_4930_GEOJSON.zip", SMALL), "--commit")
    found = line.ask(*ask, "--to", "架空の園", "--mode", "wheelchair", "--night", "--scenario", "flood_l2")
    (way,) = found["ways"]
    assert found["roads"]["edges"] > 200
    assert (way["site"], way["is_straight"], way["no_way"]) == ("w1", False, None)
    assert way["minutes"] == pytest.approx(way["length_m"] / 24, abs=0.1)
    assert way["line"][0] == [GRID[8][8].lon, GRID[8][8].lat]
    assert way["hazards_asked"]
    assert "車いすで" in way["words"][0]
    other = line.ask(*ask, "--to", at(GRID[9][9]))["ways"][0]
    assert (other["site"], other["name"]) == (None, None)
    far = line.ask("route", "--from", "130.7,33.36", "--to", "w1")["ways"][0]
    assert (far["no_way"], far["length_m"]) == ("off_road", None)


def test_what_cannot_be_asked_is_said(line: CommandLine) -> None:
    start = ("route", "--from", "130.5,33.3")
    assert line.refused(*start, "--to", "ない園")["code"] == "site_unknown"
    assert line.refused(*start, "--closed-from", "3")["code"] == "route_no_scenario"
    assert line.refused("route", "--from", "200,33")["code"] == "not_a_point"
    address = line.refused("route", "--from", "架空町9999-12")
    assert address["code"] == "route_start_unknown"
    assert "9999" not in address["where"]
    assert line.refused("reach")["code"] == "reach_no_roads"
    assert line.refused("reach", "--out", "x.png")["code"] == "reach_format"
    assert line.refused("reach", "--out", "x.pdf")["code"] == "reach_no_district"
    assert line.ask(*start, "--kind", "emergency", "--scenario", "earthquake")["ways"] == []


def test_reach_is_told_and_written(line: CommandLine, tmp_path: Path) -> None:
    line.ask("import", "layer", n13_package(tmp_path / "N13-24_4930_GEOJSON.zip", SMALL), "--commit")
    out = tmp_path / "逃げ地図.geojson"
    told = line.ask("reach", "--goals", "welfare", "--scenario", "flood_l1", "--out", out)
    assert told["goals"] == 1
    assert told["steps"][0]["step"] == 1
    assert told["files"] == [str(out)]
    written = json.loads(out.read_bytes())
    kinds = [one["geometry"]["type"] for one in written["features"]]
    assert (kinds.count("Point"), kinds[0]) == (1, "LineString")
    green = [one for one in written["features"] if one["properties"].get("step") == 1]
    assert all(one["properties"]["from_min"] <= 3.0 + 1e-9 for one in green)
    paper = tmp_path / "逃げ地図.pdf"
    sheet = line.ask("reach", "--goals", "welfare", "--district", "津福校区", "--out", paper)
    assert sheet["files"] == [str(paper)]
    assert paper.read_bytes().startswith(b"%PDF")
    unconfirmed = line.refused("reach", "--goals", "boundary", "--scenario", "flood_l2")
    assert unconfirmed["code"] == "reach_unconfirmed"
