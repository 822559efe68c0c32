"""``import layer``, ``hazards`` and ``locate`` as somebody at a terminal uses them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kurume_bousai.domain.access import Role
from kurume_bousai.storage import create_database
from tests.fixtures import layers as made
from tests.helpers.command_line import CommandLine


@pytest.fixture
def line(tmp_path: Path) -> CommandLine:
    path = tmp_path / "city.db"
    city, _ = create_database(path, "架空", "demo", roles=list(Role), fictional=True)
    city.close()
    return CommandLine.of(tmp_path / "home", DB=str(path), OPERATOR="架空", PASSPHRASE="demo")


def hazards(answer: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(one["kind"], one["scenario"]): one for one in answer["hazards"]}


def test_a_package_in_a_place_asked_a_layer_removed(line: CommandLine, tmp_path: Path) -> None:
    path = made.a31a(tmp_path / "A31a-25_40_10_GEOJSON.zip")
    preview = line.ask("import", "layer", path)
    assert {"kind", "features", "repaired", "crs", "encoding", "warnings"} <= preview.keys()
    assert (preview["kind"], preview["committed"], preview["read"]) == ("A31a", False, 15)
    assert line.ask("hazards")["layers"] == []
    assert line.ask("import", "layer", path, "--commit")["committed"] is True
    place = ("locate", "--lat", made.SOUTH[1], "--lon")
    inside = hazards(line.ask(*place, made.SOUTH[0]))
    assert {"kind", "scenario", "value", "source"} <= inside["flood", "flood_l2"].keys()
    assert (inside["flood", "flood_l2"]["value"], inside["flood", "flood_l1"]["value"]) == (4, 1)
    assert inside["collapse", "flood_l2"]["words"].count("家屋倒壊") == 2
    beside = line.ask(*place, 130.65)
    assert hazards(beside)["flood", "flood_l2"]["state"] == "no_data"
    assert "安全という意味ではありません" in hazards(beside)["flood", "flood_l2"]["words"]
    assert any("県の管理する河川" in sentence for sentence in beside["missing"])
    line.ask("import", "layer", made.a31a(tmp_path / "20.zip", keeper=made.PREFECTURE, shift=0.1), "--commit")
    outside = hazards(line.ask(*place, 130.65))["flood", "flood_l2"]
    assert (outside["state"], outside["value"]) == ("outside", 0)
    assert "安全という意味ではありません" in outside["words"]
    done = line.ask("hazards", "--update")
    assert (done["members"], len(done["layers"])) == (0, 8)
    first = done["layers"][0]["id"]
    assert line.ask("hazards", "--remove", first)["removed"] == 1
    assert line.refused("hazards", "--remove", first)["code"] == "layer_none"
    assert line.refused("hazards", "--remove", first, "--update")["code"] == "hazards_two_acts"


def test_a_system_is_confirmed_by_a_person(line: CommandLine, tmp_path: Path) -> None:
    path = made.w05(tmp_path)
    preview = line.ask("import", "layer", path)
    assert (preview["needs_crs"], preview["encoding"]) == ("EPSG:4612", "CP932")
    error = line.refused("import", "layer", path, "--commit")
    assert error["code"] == "layer_crs_unconfirmed"
    assert "--crs EPSG:4612" in error["advice"]
    assert line.ask("import", "layer", path, "--commit", "--crs", "EPSG:4612")["committed"] is True


def test_a_map_of_ones_own(line: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("場所,深さ,電話,緯度,経度\n架空町,30,0942-00-0001,33.3,130.5\n", "utf-8")
    said = ("--title", "冠水の記録", "--label", "場所", "--value", "深さ", "--attribution", "架空協議会")
    assert line.refused("import", "layer", path)["code"] == "layer_unknown"
    assert line.refused("import", "layer", path, *said)["code"] == "own_without_kind"
    assert line.refused("import", "layer", path, "--kind", "other", *said[2:])["code"] == "own_without_title"
    wrong = line.refused("import", "layer", path, "--kind", "other", "--title", "x", "--label", "ない列")
    assert (wrong["code"], "場所" in wrong["advice"]) == ("layer_column", True)
    own = ("--kind", "other", *said, "--licence", "庁内だけ", "--shape", "point")
    answer = line.ask("import", "layer", path, *own, "--commit")
    (layer,) = answer["layers"]
    assert (layer["kind"], layer["title"], layer["attribution"], layer["licence"], layer["features"]) == (
        "other",
        "冠水の記録",
        "架空協議会",
        "庁内だけ",
        1,
    )
    listed = line.ask("hazards")
    assert [one["title"] for one in listed["layers"]] == ["冠水の記録"]
    states = {one["title"]: one["state"] for one in listed["wanted"]}
    assert states["土砂災害警戒区域"] == "missing"
    assert all(one["where"] for one in listed["wanted"])


def test_a_hostile_package_leaves_nothing(line: CommandLine, tmp_path: Path) -> None:
    path = made.write_zip(tmp_path / "x.zip", {"../x.geojson": b"{}"})
    assert line.refused("import", "layer", path, "--commit")["code"] == "zip_slip"
    assert line.ask("hazards")["layers"] == []


def test_real_boundaries(line: CommandLine, shared_data: Path) -> None:
    path = shared_data / "n03" / "N03-21_40_210101_s0010.geojson"
    answer = line.ask("import", "layer", path, "--commit")
    assert (answer["kind"], answer["read"]) == ("N03", 72)
    assert "missing" in line.ask("locate", "--lon", "130.5", "--lat", "33.3")
