from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import pyproj
import pytest
import shapely

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.exchange.districts_file import read_district_file

SQUARE = [[130.50, 33.28], [130.52, 33.28], [130.52, 33.30], [130.50, 33.30], [130.50, 33.28]]
BESIDE = [[x + 0.05, y] for x, y in SQUARE]
INSIDE = [[130.505, 33.285], [130.51, 33.285], [130.51, 33.29], [130.505, 33.29], [130.505, 33.285]]


def collection(*features: tuple[dict[str, Any], list[Any]]) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": properties,
                "geometry": {"type": "Polygon", "coordinates": rings},
            }
            for properties, rings in features
        ],
    }


def write(path: Path, content: dict[str, Any]) -> Path:
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    return path


def extent_m2(wkb: bytes) -> float:
    to_metric = pyproj.Transformer.from_crs("EPSG:6668", "EPSG:6670", always_xy=True)
    shape = shapely.from_wkb(wkb)

    moved = shapely.transform(
        shape, lambda points: np.column_stack(to_metric.transform(points[:, 0], points[:, 1]))
    )
    return float(shapely.area(moved))


def test_parts_written_as_extra_rings_become_parts_and_holes_stay_holes(tmp_path: Path) -> None:
    file = read_district_file(
        write(
            tmp_path / "d.geojson",
            collection(({"name": "津福"}, [SQUARE, BESIDE]), ({"name": "荒木"}, [SQUARE, INSIDE])),
        )
    )
    assert file.repaired == ("津福",)
    parts, hollow = (shapely.from_wkb(outline.wkb) for outline in file.outlines)
    assert shapely.is_valid(parts)
    assert len(shapely.get_parts(parts)) == 2
    assert shapely.get_num_interior_rings(hollow) == 1


def test_a_bow_tie_is_mended_and_told(tmp_path: Path) -> None:
    bow = [SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]]
    file = read_district_file(write(tmp_path / "d.geojson", collection(({"name": "津福"}, [bow]))))
    assert file.repaired == ("津福",)
    assert shapely.is_valid(shapely.from_wkb(file.outlines[0].wkb))
    assert any("津福" in warning for warning in file.warnings)


def test_no_crs_in_degrees_is_taken_for_jgd2011_and_said(tmp_path: Path) -> None:
    file = read_district_file(write(tmp_path / "d.geojson", collection(({"name": "津福"}, [SQUARE]))))
    assert file.crs == "EPSG:6668"
    assert any("みなしました" in warning for warning in file.warnings)


@pytest.mark.parametrize(
    ("properties", "rings", "code"),
    [
        ({"謎": 1}, [SQUARE], "layer_no_name"),
        ({"name": "津福"}, [[[x * 1000, y * 1000] for x, y in SQUARE]], "layer_crs"),
    ],
)
def test_a_layer_that_cannot_be_used(
    tmp_path: Path, properties: dict[str, Any], rings: list[Any], code: str
) -> None:
    path = write(tmp_path / "d.geojson", collection((properties, rings)))
    with pytest.raises(KnownProblem) as caught:
        read_district_file(path)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("d.geojson", b"{", "layer_unreadable"),
        ("d.geojson", b"", "file_empty"),
        ("d.zip", b"PK\x03\x04x", "zip_unreadable"),
    ],
)
def test_a_damaged_layer(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(KnownProblem) as caught:
        read_district_file(path)
    assert caught.value.code == code


def test_points_are_no_districts(tmp_path: Path) -> None:
    content = collection(({"name": "津福"}, [SQUARE]))
    content["features"][0]["geometry"] = {"type": "Point", "coordinates": SQUARE[0]}
    with pytest.raises(KnownProblem) as caught:
        read_district_file(write(tmp_path / "d.geojson", content))
    assert caught.value.code == "layer_no_polygons"


@pytest.mark.parametrize(("with_cpg", "encoding"), [(True, "UTF-8"), (False, "CP932")])
def test_a_zipped_shapefile_in_either_encoding(tmp_path: Path, with_cpg: bool, encoding: str) -> None:
    folder = tmp_path / "shp"
    folder.mkdir()
    pyogrio.raw.write(
        folder / "d.shp",
        geometry=shapely.to_wkb([shapely.Polygon(SQUARE)]),
        field_data=[
            np.array(["40203"], dtype=object),
            np.array(["津福小学校"], dtype=object),
        ],
        fields=["A27_001", "A27_004"],
        geometry_type="Polygon",
        crs="EPSG:4612",
        encoding=encoding,
    )
    if not with_cpg:
        (folder / "d.cpg").unlink(missing_ok=True)
    path = tmp_path / "d.zip"
    with zipfile.ZipFile(path, "w") as package:
        for found in folder.iterdir():
            package.write(found, f"フォルダー/{found.name}")
    file = read_district_file(path)
    assert (file.kind, file.encoding, file.crs) == ("A27", encoding, "EPSG:4612")
    assert file.outlines[0].name == "津福小学校"


def test_other_municipalities_are_left_out_and_said(tmp_path: Path) -> None:
    content = collection(
        ({"A27_001": "40203", "A27_004": "津福小学校"}, [SQUARE]),
        ({"A27_001": "40202", "A27_004": "x"}, [BESIDE]),
    )
    file = read_district_file(write(tmp_path / "d.geojson", content))
    assert [outline.name for outline in file.outlines] == ["津福小学校"]
    assert any("1件だけ" in warning for warning in file.warnings)


@pytest.mark.parametrize(
    "columns",
    [
        {"A27_001": "40203", "A27_002": "市", "A27_003": "B1", "A27_004": "津福小学校", "A27_005": "x"},
        {"A27_001": "40203", "A27_002": "市", "A27_003": "津福小学校", "A27_004": "津福町"},
        {"A27_005": "40203", "A27_006": "市", "A27_007": "津福小学校", "A27_008": "津福町"},
        {"A27_001": "40203", "A27_004_ja": "津福小学校"},
    ],
)
def test_the_name_by_edition(tmp_path: Path, columns: dict[str, str]) -> None:
    file = read_district_file(write(tmp_path / "d.geojson", collection((columns, [SQUARE]))))
    assert (file.kind, file.outlines[0].name) == ("A27", "津福小学校")


def test_a_zip_of_two_layers_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "d.zip"
    with zipfile.ZipFile(path, "w") as package:
        for name in ("a", "b"):
            package.writestr(f"{name}.geojson", json.dumps(collection(({"name": "津福"}, [SQUARE]))))
    with pytest.raises(KnownProblem) as caught:
        read_district_file(path)
    assert caught.value.code == "layer_missing"


def test_a_zip_that_would_leave_its_folder_is_refused_as_for_every_map(tmp_path: Path) -> None:
    path = tmp_path / "d.zip"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("a.geojson", json.dumps(collection(({"name": "津福"}, [SQUARE]))))
        package.writestr("../b.geojson", "{}")
    with pytest.raises(KnownProblem) as caught:
        read_district_file(path)
    assert caught.value.code == "zip_slip"
    assert not (tmp_path.parent / "b.geojson").exists()


@pytest.mark.parametrize(
    ("name", "features", "repaired"),
    [("kurume_a27_16_raw", 46, 3), ("kurume_a27_16_clean", 46, 0), ("kurume_a27_21_raw", 44, None)],
)
def test_the_real_files(shared_data: Path, name: str, features: int, repaired: int | None) -> None:
    file = read_district_file(shared_data / "kurume_school_districts" / f"{name}.geojson")
    assert len(file.outlines) == features
    assert repaired is None or len(file.repaired) == repaired
    assert all(shapely.is_valid(shapely.from_wkb(outline.wkb)) for outline in file.outlines)


def test_the_repaired_raw_file_is_the_clean_one(shared_data: Path) -> None:
    folder = shared_data / "kurume_school_districts"
    raw, clean = (
        {
            one.name: extent_m2(one.wkb)
            for one in read_district_file(folder / f"kurume_a27_16_{kind}.geojson").outlines
        }
        for kind in ("raw", "clean")
    )
    assert raw.keys() == clean.keys()
    assert sum(raw.values()) == pytest.approx(sum(clean.values()), rel=0.002)
    assert all(raw[name] == pytest.approx(clean[name], rel=0.05) for name in raw)


def test_the_real_prefecture_file_holds_nothing_of_the_city(shared_data: Path) -> None:
    with pytest.raises(KnownProblem) as caught:
        read_district_file(shared_data / "ksj" / "A27-23_29_GML" / "A27-23_29.shp")
    assert caught.value.code == "layer_elsewhere"
