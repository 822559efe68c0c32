from __future__ import annotations

import json
from pathlib import Path

import pytest

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.gazetteer import GazetteerKind, GazetteerPoint, PlaceLevel
from kurume_bousai.exchange import gazetteer_files as reader
from kurume_bousai.exchange.gazetteer_files import read_gazetteer
from tests.fixtures.gazetteers import (
    abr_members,
    as_csv,
    isj_block_rows,
    isj_block_zip,
    isj_town_rows,
    town_list,
    zipped,
)


def by_number(points: tuple[GazetteerPoint, ...], number: str) -> GazetteerPoint:
    return next(point for point in points if point.number == number)


def problem(path: Path, kind: GazetteerKind | None = None) -> KnownProblem:
    with pytest.raises(KnownProblem) as caught:
        read_gazetteer(path, kind)
    assert caught.value.message
    assert caught.value.advice
    return caught.value


def test_blocks_as_published(tmp_path: Path) -> None:
    file = read_gazetteer(isj_block_zip(tmp_path))
    assert (file.kind, file.encoding, file.crs) == (GazetteerKind.ISJ_BLOCK, "CP932(Shift_JIS)", "EPSG:6668")
    assert (file.edition, len(file.sha256)) == ("24.0a", 64)
    assert "国土交通省" in file.licence
    assert file.read == 19
    assert len(file.points) == 13
    # Everything that was read is a point or is counted under a reason.
    assert file.read == len(file.points) + sum(file.left_out.values())
    assert dict(file.left_out) == {
        reader.REPEATED: 1, reader.ELSEWHERE: 1, reader.ENDED: 1, reader.SWAPPED: 1, reader.OUTSIDE: 1,
        reader.NOT_A_NUMBER: 1,
    }  # fmt: skip
    assert len(file.warnings) == 6
    block = by_number(file.points, "10")
    assert (block.town, block.level, block.is_residential) == ("山川追分二丁目", PlaceLevel.BLOCK, True)
    assert block.point == LonLat(130.5693, 33.3146)  # the representative row, not the other


def test_the_flagged_row_wins_wherever_it_stands(tmp_path: Path) -> None:
    rows = isj_block_rows()[:2][::-1]
    (tmp_path / "x.csv").write_bytes(as_csv(rows, "cp932"))
    (point,) = read_gazetteer(tmp_path / "x.csv").points
    assert point.point == LonLat(130.5693, 33.3146)


def test_older_headings_are_known(tmp_path: Path) -> None:
    renamed = [
        {key.replace("・", "_").replace("Ｘ", "X"): value for key, value in row.items()}
        for row in isj_block_rows()
    ]
    (tmp_path / "old.csv").write_bytes(as_csv(renamed, "utf-8"))
    assert len(read_gazetteer(tmp_path / "old.csv").points) == 13


def test_towns_of_the_same_ministry(tmp_path: Path) -> None:
    path = zipped(tmp_path / "40000-19.0b.zip", {"40_2025.csv": as_csv(isj_town_rows(), "cp932")})
    file = read_gazetteer(path)
    assert (file.kind, file.edition) == (GazetteerKind.ISJ_TOWN, "19.0b")
    assert {point.level for point in file.points} == {PlaceLevel.TOWN}


@pytest.mark.parametrize("shape", ["folder", "zip", "zip of zips"])
def test_registry_names_and_points_are_joined(tmp_path: Path, shape: str) -> None:
    path = tmp_path / "abr"
    if shape == "folder":
        path.mkdir()
        for name, content in abr_members().items():
            (path / name).write_bytes(content)
    elif shape == "zip":
        zipped(path, abr_members())
    else:
        inner = {
            f"{name}.zip": zipped(tmp_path / "one.zip", {name: content}).read_bytes()
            for name, content in abr_members().items()
        }
        zipped(path, inner)
    file = read_gazetteer(path)
    assert file.kind is GazetteerKind.ABR
    assert "CC BY 4.0" in file.licence
    house, parcel = by_number(file.points, "10-16"), by_number(file.points, "1600-4")
    assert (house.level, house.is_residential) == (PlaceLevel.NUMBER, True)
    assert (parcel.town, parcel.level, parcel.is_residential) == ("御井町", PlaceLevel.NUMBER, False)
    assert by_number(file.points, "10").level is PlaceLevel.BLOCK
    assert {point.town for point in file.points if not point.number} == {"山川追分二丁目", "御井町"}
    assert dict(file.left_out) == {reader.ENDED: 1, reader.ELSEWHERE: 1}


def test_a_list_of_towns_keeps_its_koaza(tmp_path: Path) -> None:
    path = town_list(
        tmp_path / "towns.json", [("東町", "", 33.31, 130.52), ("東町", "上天神田", 33.312, 130.52)]
    )
    file = read_gazetteer(path)
    assert (file.kind, [point.koaza for point in file.points]) == (GazetteerKind.TOWN_FILE, ["", "上天神田"])


def test_what_is_no_dictionary_is_refused_with_what_to_do(tmp_path: Path) -> None:
    members = abr_members()
    only_names = zipped(tmp_path / "names.zip", {"mt_town_all.csv": members["mt_town_all.csv"]})
    assert problem(only_names).code == "gazetteer_no_points"
    only_points = zipped(tmp_path / "points.zip", {"p.csv": members["mt_town_pos_pref40.csv"]})
    assert problem(only_points).code == "gazetteer_no_points"
    (tmp_path / "other.csv").write_text("名前,年\n架空,1\n", encoding="utf-8")
    assert problem(tmp_path / "other.csv").code == "gazetteer_unknown"
    (tmp_path / "text.txt").write_text("x", encoding="utf-8")
    assert problem(tmp_path / "text.txt").code == "gazetteer_nothing"
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 not a zip")
    assert problem(tmp_path / "broken.zip").code == "gazetteer_damaged"
    (tmp_path / "broken.json").write_text("[1,", encoding="utf-8")
    assert problem(tmp_path / "broken.json").code == "gazetteer_damaged"
    (tmp_path / "list.json").write_text("[1]", encoding="utf-8")
    assert problem(tmp_path / "list.json").code == "gazetteer_damaged"
    mixed = zipped(
        tmp_path / "mixed.zip",
        {"a.csv": as_csv(isj_town_rows(), "cp932"), "mt_town_all.csv": members["mt_town_all.csv"]},
    )
    assert problem(mixed).code == "gazetteer_mixed"
    assert problem(isj_block_zip(tmp_path), GazetteerKind.ABR).code == "gazetteer_kind"
    elsewhere = [row | {"市区町村名": "小郡市"} for row in isj_block_rows()]
    (tmp_path / "ogori.csv").write_bytes(as_csv(elsewhere, "cp932"))
    assert problem(tmp_path / "ogori.csv").code == "gazetteer_elsewhere"
    assert problem(tmp_path / "missing.zip").code == "file_missing"


def test_a_truncated_zip_and_a_bomb_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = isj_block_zip(tmp_path)
    (tmp_path / "cut.zip").write_bytes(whole.read_bytes()[:-40])
    assert problem(tmp_path / "cut.zip").code == "gazetteer_damaged"
    monkeypatch.setattr("kurume_bousai.exchange.gazetteer_members._UNPACKED_LIMIT_BYTES", 100)
    assert problem(whole).code == "file_too_large"


def test_a_member_name_that_leaves_the_folder_touches_nothing(tmp_path: Path) -> None:
    zipped(tmp_path / "slip.zip", {"../../evil.csv": as_csv(isj_town_rows(), "cp932")})
    assert len(read_gazetteer(tmp_path / "slip.zip").points) == 2
    assert not list(tmp_path.parent.glob("evil.csv"))


def test_the_real_files(shared_data: Path) -> None:
    towns = read_gazetteer(shared_data / "kurume_towns" / "kurume_towns.json")
    kept = json.loads((shared_data / "kurume_towns" / "kurume_towns.json").read_text("utf-8"))
    assert (len(towns.points), towns.read, dict(towns.left_out)) == (len(kept), 241, {})
    miyazaki = problem(shared_data / "isj" / "45000-17.0b.zip")  # a real 位置参照情報, of another prefecture
    assert (miyazaki.code, "1,308" in miyazaki.advice) == ("gazetteer_elsewhere", True)
    assert problem(shared_data / "isj" / "abr_city_all.zip").code == "gazetteer_cities_only"
    assert problem(shared_data / "shelter_csv" / "nanao_jichitai_standard.csv").code == "gazetteer_unknown"
