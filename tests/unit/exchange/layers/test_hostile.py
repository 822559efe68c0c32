"""Broken, mislabelled and hostile files: each with its own message, and nothing written outside."""

from __future__ import annotations

import math
import zipfile
from pathlib import Path

import pytest
import shapely

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.exchange.layers import packages
from kurume_bousai.exchange.layers.reader import read_layer_file
from tests.fixtures import layers as made
from tests.fixtures.shapefiles import POLYGON, Field, write_shapefile


def refused(path: Path, code: str) -> KnownProblem:
    with pytest.raises(KnownProblem) as caught:
        read_layer_file(path)
    assert caught.value.code == code
    assert caught.value.advice
    return caught.value


def zone() -> bytes:
    return made.collection(made.river(1, 2, made.around(made.SOUTH)))


@pytest.mark.parametrize(
    "name",
    ["../evil.geojson", "a/../../evil.geojson", "/evil.geojson", "..\\evil.geojson", "C:/evil.geojson"],
)
def test_a_member_that_would_leave_the_folder(tmp_path: Path, name: str) -> None:
    inside = tmp_path / "deep" / "er"
    inside.mkdir(parents=True)
    refused(made.write_zip(inside / "x.zip", {"good.geojson": zone(), name: zone()}), "zip_slip")
    assert not list(tmp_path.rglob("evil*"))


def test_a_link_in_a_package(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as package:
        link = zipfile.ZipInfo("x.geojson")
        link.external_attr = 0o120777 << 16
        package.writestr(link, "/etc/passwd")
    refused(path, "zip_slip")


def test_a_bomb_stops_before_it_is_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "SMALL_BYTES", 1_000_000)
    path = made.write_zip(tmp_path / "x.zip", {"x.geojson": b"{" + b" " * 30_000_000})
    assert path.stat().st_size < 100_000
    refused(path, "zip_bomb")


def test_too_many_members_and_too_deep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "MAX_MEMBERS", 5)
    refused(made.write_zip(tmp_path / "m.zip", {f"{n}.txt": b"x" for n in range(9)}), "zip_bomb")
    inner = made.write_zip(tmp_path / "0.zip", {"x.geojson": zone()})
    for depth in range(1, 4):
        inner = made.write_zip(tmp_path / f"{depth}.zip", {f"{depth - 1}.zip": inner.read_bytes()})
    refused(inner, "zip_nested")


def test_a_package_of_packages_is_read(tmp_path: Path) -> None:
    inner = made.a31a(tmp_path / "in.zip")
    file = read_layer_file(made.write_zip(tmp_path / "out.zip", {"40/in.zip": inner.read_bytes()}))
    assert len(file.layers) == 4


def test_a_truncated_package_and_one_with_a_password(tmp_path: Path) -> None:
    path = made.a31a(tmp_path / "x.zip")
    path.write_bytes(path.read_bytes()[:-40])
    refused(path, "zip_unreadable")
    locked = made.write_zip(tmp_path / "y.zip", {"x.geojson": zone()})
    content = bytearray(locked.read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    locked.write_bytes(bytes(content))
    refused(locked, "zip_encrypted")


def test_backslashes_and_cp932_in_member_names(tmp_path: Path) -> None:
    members = {"A31a-25\\20_想定最大規模\\架空.geojson": zone()}
    assert read_layer_file(made.write_zip(tmp_path / "x.zip", members)).kind == "A31a"
    folder = "42_家屋倒壊等氾濫想定区域_河岸侵食"
    collapse = made.collection(made.river(1, None, made.around(made.SOUTH), level=4))
    (layer,) = read_layer_file(
        made.write_zip(tmp_path / "y.zip", {f"a\\{folder}\\x.geojson": collapse})
    ).layers
    assert layer.features[0].value == 2


def test_html_for_a_file_and_html_in_a_cpg(tmp_path: Path) -> None:
    page = b"<!DOCTYPE html><html><body>404 Not Found</body></html>"
    path = tmp_path / "A33-25_40.zip"
    path.write_bytes(page)
    refused(path, "layer_html")
    file = read_layer_file(made.a33(tmp_path / "a", cpg=page))
    assert any(".cpg" in one and "HTML" in one for one in file.warnings)
    assert file.layers[0].features[1].attributes["name"] == "架空沢"


@pytest.mark.parametrize(
    ("encoding", "options", "expected", "words"),
    [
        ("cp932", {"cpg": "SJIS"}, "CP932", ".cpg の記載"),
        ("utf-8", {"cpg": "UTF8"}, "UTF-8", ".cpg の記載"),
        ("cp932", {"language": 0x13}, "CP932", "DBFの言語"),
        ("utf-8", {}, "UTF-8", "中身から"),
        ("cp932", {}, "CP932", "中身から"),
        ("cp932", {"cpg": "UTF-8"}, "CP932", "中身と合わない"),
        ("utf-8", {"language": 0x13}, "UTF-8", "中身から"),
        ("cp932", {"cpg": "EUC-XX"}, "CP932", "知らない名前"),
    ],
)
def test_encodings_by_stated_rules_and_told(
    tmp_path: Path, encoding: str, options: dict[str, object], expected: str, words: str
) -> None:
    file = read_layer_file(made.a33(tmp_path, encoding=encoding, **options))
    assert file.layers[0].source.encoding == expected
    assert any(words in one for one in file.warnings)
    assert file.layers[0].features[0].attributes["name"] == "架空ヶ丘(急)"


def test_the_copy_in_utf_8_is_taken_of_two(tmp_path: Path) -> None:
    made.a33(tmp_path / "in" / "Shift-JIS")
    made.a33(tmp_path / "in" / "UTF-8", encoding="utf-8")
    file = read_layer_file(made.packed(tmp_path / "in", tmp_path / "x.zip"))
    assert (file.layers[0].source.encoding, file.layers[0].read) == ("UTF-8", 3)
    assert any("Shift-JIS/A33-25_40Polygon.shp" in one for one in file.warnings)


def test_japanese_column_names_in_cp932(tmp_path: Path) -> None:
    path = write_shapefile(
        tmp_path / "x.shp", POLYGON, [[made.around(made.SOUTH)]], [Field("区域名称")], [["架空"]]
    )
    (layer,) = read_layer_file(path, kind="other").layers
    assert layer.features[0].attributes == {"区域名称": "架空"}


def test_a_missing_index_is_rebuilt_beside_nothing_of_yours(tmp_path: Path) -> None:
    path = made.a33(tmp_path / "a", with_index=False)
    before = sorted(one.name for one in path.parent.iterdir())
    file = read_layer_file(path)
    assert any(".shx" in one and "作り直して" in one for one in file.warnings)
    assert len(file.layers[0].features) == 3
    assert sorted(one.name for one in path.parent.iterdir()) == before


def test_a_shapefile_without_its_table_and_cut_ones(tmp_path: Path) -> None:
    path = made.a33(tmp_path / "a")
    path.with_suffix(".dbf").unlink()
    assert ".dbf" in refused(path, "layer_no_table").message
    for ending, words in ((".shp", "(.shp)が途中で"), (".dbf", "(.dbf)が途中で")):
        path = made.a33(tmp_path / ending[1:])
        part = path.with_suffix(ending)
        part.write_bytes(part.read_bytes()[: -60 if ending == ".shp" else -200])
        assert words in refused(path, "layer_unreadable").message


@pytest.mark.parametrize("keep", [0.4, 0.97])
def test_a_geojson_cut_in_the_middle(tmp_path: Path, keep: float) -> None:
    path = tmp_path / "x.geojson"
    content = made.collection(*(made.river(n, 2, made.around(made.SOUTH)) for n in range(50)))
    path.write_bytes(content[: int(len(content) * keep)])
    refused(path, "layer_unreadable")


def test_names_that_lie(tmp_path: Path) -> None:
    path = tmp_path / "x.shp"
    path.write_bytes(b"%PDF-1.7 " + bytes(200))
    refused(path, "layer_missing")
    path = tmp_path / "y.geojson"
    path.write_text("<OGRVRTDataSource><OGRVRTLayer name='x'/></OGRVRTDataSource>", "utf-8")
    refused(path, "layer_missing")
    path = tmp_path / "z.zip"
    path.write_bytes(zone())  # GeoJSON with the ending of a zip
    refused(path, "layer_missing")


def test_entities_in_a_gml(tmp_path: Path) -> None:
    path = tmp_path / "x.gml"
    content = made.p29_gml().decode()
    head, _, rest = content.partition("?>")
    path.write_text(f'{head}?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>{rest}', "utf-8")
    assert "DOCTYPE" in refused(path, "layer_hostile").message


def test_gml_is_latitude_first(tmp_path: Path) -> None:
    path = tmp_path / "x.xml"
    path.write_bytes(made.p29_gml())
    file = read_layer_file(path)
    point = shapely.from_wkb(file.layers[0].features[0].wkb)
    assert (shapely.get_x(point), shapely.get_y(point)) == made.SOUTH
    assert any("緯度・経度の順" in one for one in file.warnings)
    path.write_bytes(made.p29_gml()[:-30])
    refused(path, "layer_unreadable")


def test_a_missing_prj_is_asked_for_by_dataset_and_year(tmp_path: Path) -> None:
    file = read_layer_file(made.a33(tmp_path, prj=None))
    assert file.needs_crs == "EPSG:6668"
    old = write_shapefile(
        tmp_path / "P04-10_40.shp",
        POLYGON,
        [[made.around(made.SOUTH)]],
        [Field("A33_001", width=2), Field("A33_002", width=2)],
        [["1", "1"]],
        prj=None,
    )
    assert read_layer_file(old).needs_crs == "EPSG:4612"
    assert read_layer_file(old, crs="EPSG:6668").needs_crs == ""
    with pytest.raises(KnownProblem, match="layer_crs"):
        read_layer_file(old, crs="地球")


def test_metres_without_a_prj_are_no_degrees(tmp_path: Path) -> None:
    ring = [(-46_000 + x, 33_000 + y) for x, y in ((0, 0), (500, 0), (500, 500), (0, 500), (0, 0))]
    fields = [Field("A33_001", width=2), Field("A33_002", width=2)]
    path = write_shapefile(tmp_path / "x.shp", POLYGON, [[ring]], fields, [["1", "1"]], prj=None)
    assert "平面直角座標" in refused(path, "layer_crs").message
    (layer,) = read_layer_file(path, crs="EPSG:6670").layers
    assert 130.4 < layer.extent[0] < 130.6


def test_swapped_coordinates_are_turned(tmp_path: Path) -> None:
    path = tmp_path / "x.geojson"
    turned = [(y, x) for x, y in made.around(made.SOUTH)]
    path.write_bytes(made.collection(made.river(1, 2, turned), made.river(2, 2, made.around(made.SOUTH))))
    file = read_layer_file(path)
    assert any("入れかわっている図形が1件" in one for one in file.warnings)
    assert len(file.layers[0].features) == 2


def test_a_bow_tie_loses_no_ground_and_is_listed(tmp_path: Path) -> None:
    west, south = made.SOUTH
    bow = [
        (west, south),
        (west + 0.01, south + 0.01),
        (west + 0.01, south),
        (west, south + 0.01),
        (west, south),
    ]
    doubled = [
        made.around(made.SOUTH),
        made.around((made.SOUTH[0] + 0.05, made.SOUTH[1])),
    ]  # a part as a ring
    path = tmp_path / "x.geojson"
    parts = made.river(2, 2, doubled[0])
    parts["geometry"]["coordinates"].append(doubled[1])
    path.write_bytes(made.collection(made.river(1, 2, bow), parts))
    (layer,) = read_layer_file(path).layers
    assert layer.repaired == ("架空川1(1件目)", "架空川2(2件目)")
    shapes = shapely.from_wkb([feature.wkb for feature in layer.features])
    assert shapely.is_valid(shapes).all()
    assert len(shapely.get_parts(shapes[1])) == 2


def test_numbers_declared_without_decimals_are_not_cut(tmp_path: Path) -> None:
    fields = [Field("名前"), Field("深さ", "N", 8, 0)]
    path = write_shapefile(
        tmp_path / "x.shp", POLYGON, [[made.around(made.SOUTH)]] * 2, fields, [["a", "2.75"], ["b", "3"]]
    )
    file = read_layer_file(path, kind="other")
    assert [one.attributes["深さ"] for one in file.layers[0].features] == [2.75, 3]
    assert any("深さ" in one and "切り捨てず" in one for one in file.warnings)


def test_a_polygon_of_a_million_vertices(tmp_path: Path) -> None:
    count = 1_000_000
    ring = [
        (130.55 + 0.6 * math.cos(turn) * (1 + 0.01 * (step % 2)), 33.3 + 0.4 * math.sin(turn))
        for step in range(count)
        for turn in (2 * math.pi * step / count,)
    ]
    fields = [Field("A33_001", width=2), Field("A33_002", width=2)]
    path = write_shapefile(tmp_path / "x.shp", POLYGON, [[[*ring, ring[0]]]], fields, [["1", "1"]])
    file = read_layer_file(path)
    (layer,) = file.layers
    assert any("市とその周り" in one for one in file.warnings)
    shape = shapely.from_wkb(layer.features[0].wkb)
    assert shapely.get_num_coordinates(shape) < 100_000
    assert shapely.covers(shape, shapely.Point(made.SOUTH))


@pytest.mark.parametrize("suffix", ["gpkg", "kml"])
def test_packages_of_geopackage_and_kml(tmp_path: Path, suffix: str) -> None:
    import geopandas

    frame = geopandas.GeoDataFrame(
        {"A33_001": ["1"], "A33_002": ["2"]},
        geometry=[shapely.Polygon(made.around(made.SOUTH))],
        crs="EPSG:6668",
    )
    path = tmp_path / f"x.{suffix}"
    frame.to_file(path, driver="GPKG" if suffix == "gpkg" else "KML")
    (layer,) = read_layer_file(path).layers
    assert (layer.dataset, layer.features[0].level) == ("A33", 2)


def test_nothing_and_nowhere(tmp_path: Path) -> None:
    refused(tmp_path / "no.zip", "file_missing")
    path = tmp_path / "x.geojson"
    path.write_bytes(b"")
    refused(path, "file_empty")
    path.write_bytes(made.collection(made.river(1, 2, made.around((135.0, 34.0)))))
    assert "1件" in refused(path, "layer_elsewhere").message
