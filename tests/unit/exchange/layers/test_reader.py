"""Packages as published become layers: datasets by attributes, values by code tables, everything told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import shapely

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.exchange.layers.reader import read_layer_file
from kurume_bousai.services.ports.layer_files import LayerFile, ParsedLayer
from tests.fixtures import layers as made
from tests.fixtures.shapefiles import POINT, POLYGON, Field, write_shapefile


def only(file: LayerFile) -> ParsedLayer:
    (layer,) = file.layers
    return layer


def told(file: LayerFile, *words: str) -> bool:
    return any(all(word in warning for word in words) for warning in file.warnings)


def by_question(file: LayerFile) -> dict[tuple[str, str], ParsedLayer]:
    return {(layer.kind, layer.scenario): layer for layer in file.layers}


def test_a_package_of_rivers_becomes_a_layer_per_kind(tmp_path: Path) -> None:
    file = read_layer_file(made.a31a(tmp_path / "何か.zip"))
    layers = by_question(file)
    assert file.kind == "A31a"
    assert set(layers) == {
        ("flood", "flood_l1"), ("flood", "flood_l2"), ("duration", "flood_l2"), ("collapse", "flood_l2")
    }  # fmt: skip
    flood = layers["flood", "flood_l2"]
    assert (flood.read, len(flood.features)) == (5, 3)
    assert flood.left_out == {"市から離れている": 2}
    assert sorted(feature.value or 0 for feature in flood.features) == [2, 3, 4]
    assert {feature.attributes["name"] for feature in flood.features} == {"架空川1", "架空川2"}
    assert flood.parts == {"国の管理する河川"}
    assert flood.wanted_parts - flood.parts == {"県の管理する河川"}
    assert "国土交通省" in flood.source.attribution
    assert len(flood.source.sha256) == 64


def test_a31a_405_is_a_kind_and_the_folder_says_which(tmp_path: Path) -> None:
    file = read_layer_file(made.a31a(tmp_path / "a.zip"))
    collapse = by_question(file)["collapse", "flood_l2"]
    assert sorted(feature.value or 0 for feature in collapse.features) == [1, 2]
    assert told(file, "河岸侵食", "フォルダーの名前と違います")


def test_the_coverage_of_a_package_spans_all_its_rivers(tmp_path: Path) -> None:
    flood = by_question(read_layer_file(made.a31a(tmp_path / "a.zip")))["flood", "flood_l2"]
    assert flood.coverage is not None
    ground = shapely.from_wkb(flood.coverage)
    assert shapely.covers(ground, shapely.box(130.37, 33.21, 130.75, 33.38))


def test_a_file_of_one_river_knows_nothing_of_the_ground_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "one.geojson"
    path.write_bytes(made.collection(made.river(1, 2, made.around(made.SOUTH))))
    file = read_layer_file(path)
    assert only(file).coverage is None
    assert told(file, "川が1本しかありません", "データなし")


@pytest.mark.parametrize(("place", "mesh"), [(made.SOUTH, "4930"), (made.NORTH, "5030")])
def test_a31b_knows_its_meshes(tmp_path: Path, place: tuple[float, float], mesh: str) -> None:
    layer = only(read_layer_file(made.a31b(tmp_path / "b.zip", mesh, place)))
    assert (layer.kind, layer.scenario, layer.meshes) == ("flood", "flood_l2", (mesh,))
    assert layer.coverage is not None
    ground = shapely.from_wkb(layer.coverage)
    assert shapely.covers(ground, shapely.Point(place))
    assert not shapely.covers(ground, shapely.Point(made.SOUTH if place == made.NORTH else made.NORTH))


def test_the_old_codes_of_a31_12_are_refused_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "A31a-25_40.geojson"  # a name that lies
    path.write_bytes(made.collection(made.feature([made.around(made.SOUTH)], A31_001="14", A31_002="架空川")))
    with pytest.raises(KnownProblem, match="layer_old_flood_codes") as caught:
        read_layer_file(path)
    assert "11〜15" in caught.value.message
    assert "A31a" in caught.value.advice


def test_a31_of_r2_has_the_ranks_of_today(tmp_path: Path) -> None:
    path = tmp_path / "x.geojson"
    zone = made.feature([made.around(made.SOUTH)], A31_201="1", A31_202="架空川", A31_205=5)
    path.write_bytes(made.collection(zone))
    assert only(read_layer_file(path)).features[0].value == 5


def test_landslides_have_a_kind_and_a_level(tmp_path: Path) -> None:
    made.a33(tmp_path / "a33")
    layer = only(read_layer_file(made.packed(tmp_path / "a33", tmp_path / "A33-25_40_GML.zip")))
    found = [(feature.value, feature.level, feature.attributes["name"]) for feature in layer.features]
    assert found == [(1, 1, "架空ヶ丘(急)"), (2, 2, "架空沢"), (3, 1, "架空坂")]
    assert layer.coverage is not None
    assert layer.features[0].attributes["announced_on"] == "9999/1/1"


def test_a_code_without_meaning_stays_as_a_zone_and_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.geojson"
    path.write_bytes(made.collection(made.river(1, 9, made.around(made.SOUTH))))
    file = read_layer_file(path)
    assert only(file).features[0].value is None
    assert told(file, "A31a_205", "9(1件)")


@pytest.mark.parametrize(
    ("make", "dataset", "kind"),
    [
        (lambda folder: made.a51(folder / "x.geojson"), "A51", "inland"),
        (lambda folder: made.a49(folder / "x.geojson", "1m以上3m未満"), "A49", "storm_surge"),
        (lambda folder: made.n13(folder / "x.geojson"), "N13", "road"),
        (lambda folder: made.p04(folder / "p"), "P04", "medical"),
        (lambda folder: made.w05(folder / "w"), "W05", "river"),
    ],
)
def test_each_dataset_is_known_by_its_attributes(
    tmp_path: Path, make: Callable[[Path], Path], dataset: str, kind: str
) -> None:
    layer = only(read_layer_file(make(tmp_path)))
    assert (layer.dataset, layer.kind) == (dataset, kind)
    assert layer.features


@pytest.mark.parametrize(
    ("columns", "dataset"),
    [
        (("P14_001", "P14_002", "P14_003", "P14_004", "P14_005", "P14_008", "P14_010"), "P14"),
        (("P29_001", "P29_002", "P29_003", "P29_004"), "P29"),
        (("P20_001", "P20_002", "P20_005"), "P20"),
    ],
)
def test_points_are_known_by_their_columns(tmp_path: Path, columns: tuple[str, ...], dataset: str) -> None:
    path = write_shapefile(
        tmp_path / "x.shp",
        POINT,
        [[[made.SOUTH]]],
        [Field(name) for name in columns],
        [["架空"] * len(columns)],
        language=0x13,
    )
    assert only(read_layer_file(path)).dataset == dataset


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        ("A27_001 A27_002 A27_003 A27_004 A27_005", "A27_004"),
        ("A27_001 A27_002 A27_003 A27_004_ja A27_005", "A27_004_ja"),
        ("A27_001 A27_002 A27_003 A27_004", "A27_003"),
        ("A27_005 A27_006 A27_007 A27_008", "A27_007"),
    ],
)
def test_school_areas_of_each_edition(tmp_path: Path, columns: str, name: str) -> None:
    names = columns.split()
    cells = ["架空小学校" if column == name else "別" for column in names]
    path = write_shapefile(
        tmp_path / "x.shp", POLYGON, [[made.around(made.SOUTH)]], [Field(one) for one in names], [cells]
    )
    layer = only(read_layer_file(path))
    assert (layer.dataset, layer.features[0].attributes["name"]) == ("A27", "架空小学校")


def points(path: Path, columns: str, *cells: str) -> Path:
    fields = [Field(name) for name in columns.split()]
    return write_shapefile(path, POINT, [[[made.SOUTH]]], fields, [list(cells)], language=0x13)


def test_old_editions_never_lend_a_column_another_meaning(tmp_path: Path) -> None:
    old = "P04_001 P04_002 P04_003 P04_007 P04_008"
    layer = only(file := read_layer_file(points(tmp_path / "p04.shp", old, "1", "架空病院", "x", "1", "2")))
    assert "beds" not in layer.features[0].attributes
    assert told(file, "古い年度の医療機関")
    path = points(tmp_path / "p14.shp", "P14_001 P14_003 P14_004 P14_005 P14_007 P14_008", *["架空"] * 6)
    with pytest.raises(KnownProblem, match="layer_old_columns"):
        read_layer_file(path)
    columns = "P29_001 P29_002 P29_003 P29_004"
    file = read_layer_file(points(tmp_path / "p29.shp", columns, "40203", "B1", "16", "16001"))
    assert told(file, "名称の列が、数字ばかり")


def test_wards_stand_apart_since_2024(tmp_path: Path) -> None:
    path = tmp_path / "x.geojson"
    zone = made.feature(
        [made.around(made.SOUTH)],
        N03_001="福岡県", N03_003=None, N03_004="北九州市", N03_005="門司区", N03_007="40101",
    )  # fmt: skip
    path.write_bytes(made.collection(zone))
    kept = only(read_layer_file(path)).features[0].attributes
    assert (kept["name"], kept["ward"]) == ("北九州市", "門司区")


def test_a_town_of_another_city_does_not_cover_ours(tmp_path: Path) -> None:
    assert only(read_layer_file(made.a51(tmp_path / "x.geojson"))).coverage is not None
    other = made.a51(tmp_path / "y.geojson", code="40202")
    content = other.read_text("utf-8").replace("久留米市", "架空市")
    other.write_text(content, "utf-8")
    assert only(read_layer_file(other)).coverage is None


def test_nodes_of_rivers_are_known_and_left(tmp_path: Path) -> None:
    made.w05(tmp_path / "w")
    write_shapefile(
        tmp_path / "w" / "W05-07_40-g_RiverNode.shp",
        POINT,
        [[[made.SOUTH]]],
        [Field("W05_000", width=8), Field("W05_001", width=4), Field("W05_011", "N", 8, 2)],
        [["n1", "84", "1.50"]],
        prj=None,
    )
    file = read_layer_file(made.packed(tmp_path / "w", tmp_path / "w.zip"))
    assert [layer.kind for layer in file.layers] == ["river"]
    assert told(file, "端点", "取り込みません")


def test_points_and_lines_beside_the_polygons_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "x.geojson"
    line = made.feature([list(made.SOUTH), list(made.NORTH)], "LineString", A33_001=1, A33_002=1)
    nothing = {"type": "Feature", "properties": {"A33_001": 1, "A33_002": 1}, "geometry": None}
    zone = made.feature([made.around(made.SOUTH)], A33_001=1, A33_002=1)
    path.write_bytes(made.collection(zone, line, nothing))
    layer = only(read_layer_file(path))
    assert layer.left_out == {"図形がない": 1, "面の図形ではない": 1}
    assert len(layer.features) + sum(layer.left_out.values()) == layer.read


def test_a_file_of_nobody_is_refused_with_its_columns_unless_it_is_a_plain_picture(tmp_path: Path) -> None:
    path = tmp_path / "x.geojson"
    path.write_bytes(made.collection(made.feature([made.around(made.SOUTH)], 名前="架空")))
    with pytest.raises(KnownProblem, match="layer_unknown") as caught:
        read_layer_file(path)
    assert "名前" in caught.value.message
    layer = only(read_layer_file(path, kind="other"))
    assert (layer.kind, layer.features[0].attributes) == ("other", {"名前": "架空"})
    assert layer.coverage is None


def test_a_kind_that_the_file_is_not(tmp_path: Path) -> None:
    path = made.n13(tmp_path / "x.geojson")
    with pytest.raises(KnownProblem, match="layer_kind") as caught:
        read_layer_file(path, kind="A33")
    assert "N13_006" in caught.value.message
    with pytest.raises(KnownProblem, match="layer_kind") as caught:
        read_layer_file(path, kind="A99")
    assert "A31a" in caught.value.advice


def test_real_boundaries_of_two_prefectures(shared_data: Path) -> None:
    layer = only(read_layer_file(shared_data / "n03" / "N03-21_40_210101_s0010.geojson"))
    assert (layer.dataset, layer.read) == ("N03", 72)
    assert "久留米市" in {feature.attributes["name"] for feature in layer.features}
    assert layer.read == len(layer.features) + sum(layer.left_out.values())


def test_real_files_of_other_prefectures_are_elsewhere_and_can_be_read_all_the_same(
    shared_data: Path,
) -> None:
    path = shared_data / "ksj" / "A27-23_29_GML" / "A27-23_29.shp"
    with pytest.raises(KnownProblem, match="layer_elsewhere"):
        read_layer_file(path)
    file = read_layer_file(path, is_everywhere=True)
    assert (len(only(file).features), len(only(file).repaired)) == (166, 1)
    assert told(file, "UTF-8", ".cpg")


def test_one_truth_in_three_formats(shared_data: Path) -> None:
    folder = shared_data / "ksj" / "P29-21_29_GML"
    names = []
    for ending in ("shp", "geojson", "xml"):
        layer = only(read_layer_file(folder / f"P29-21_29.{ending}", is_everywhere=True))
        points = shapely.get_coordinates(shapely.from_wkb([one.wkb for one in layer.features])).round(7)
        names.append(
            {(one.attributes["name"], *place) for one, place in zip(layer.features, points, strict=True)}
        )
        assert len(layer.features) == 699
    assert names[0] == names[1] == names[2]


def test_the_real_rivers_ask_for_their_system(shared_data: Path) -> None:
    path = shared_data / "ksj" / "W05-08_35_GML" / "W05-08_35-g_Stream.shp"
    file = read_layer_file(path, is_everywhere=True)
    assert (file.needs_crs, only(file).source.encoding, only(file).read) == ("EPSG:4612", "CP932", 4502)
    assert read_layer_file(path, crs="4612", is_everywhere=True).needs_crs == ""
