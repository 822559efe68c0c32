"""Every official file beside the checkout comes in as an independent reading with geopandas has it.

With ``KURUME_BOUSAI_EVIDENCE=folder`` the summary is written there as ``official_files.md``.
"""

from __future__ import annotations

import os
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas
import pyproj
import pytest
import shapely

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.exchange.care_rows import read_care_facilities
from kurume_bousai.exchange.districts_file import read_district_file
from kurume_bousai.exchange.gazetteer_files import read_gazetteer
from kurume_bousai.exchange.gsi import read_shelters
from kurume_bousai.exchange.layers.locating import KEPT_EXTENT
from kurume_bousai.exchange.layers.reader import read_layer_file
from kurume_bousai.services.ports.layer_files import LayerFile, OwnMapping, ParsedLayer

HEADINGS = ("ファイル", "読み方", "読んだ", "入れた", "直した", "入れない", "文字・座標系", "比べた値", "秒")


@dataclass
class Evidence:
    """The lines of the summary."""

    lines: list[tuple[str, ...]] = field(default_factory=list)

    def tell(self, *cells: object) -> None:
        self.lines.append(tuple(str(cell) for cell in cells))

    def markdown(self) -> str:
        rows = [HEADINGS, tuple("---" for _ in HEADINGS), *sorted(self.lines)]
        return "".join(f"| {' | '.join(row)} |\n" for row in rows)


@pytest.fixture(scope="module")
def evidence() -> Iterator[Evidence]:
    made = Evidence()
    yield made
    if folder := os.environ.get("KURUME_BOUSAI_EVIDENCE"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        (Path(folder) / "official_files.md").write_text(made.markdown(), "utf-8")


def only(file: LayerFile) -> ParsedLayer:
    (layer,) = file.layers
    return layer


def ours(wkb: list[bytes]) -> Any:  # noqa: ANN401 - shapely carries no types
    """Our shapes in metres of EPSG:6670."""
    change = pyproj.Transformer.from_crs("EPSG:6668", "EPSG:6670", always_xy=True)
    return shapely.transform(shapely.from_wkb(wkb), change.transform, interleaved=False)


def theirs(path: Path, crs: str | None = None, **options: Any) -> Any:  # noqa: ANN401 - as above
    """The same file as geopandas reads it, in EPSG:6670."""
    frame = geopandas.read_file(path, on_invalid="fix", **options)
    if crs:
        frame = frame.set_crs(crs, allow_override=True)
    return frame


def measured(layer: ParsedLayer, frame: Any) -> tuple[str, float, float]:  # noqa: ANN401 - as above
    """What is compared (area, length or the sum of places), ours and theirs."""
    shapes = ours([feature.wkb for feature in layer.features])
    metric = frame.to_crs("EPSG:6670").geometry.make_valid()
    kinds = set(shapely.get_type_id(shapes).tolist())
    if kinds & {3, 6}:
        return "面積 km²", float(shapely.area(shapes).sum()) / 1e6, float(metric.area.sum()) / 1e6
    if kinds & {1, 5}:
        return "長さ km", float(shapely.length(shapes).sum()) / 1e3, float(metric.length.sum()) / 1e3
    return (
        "座標の和 km",
        float(shapely.get_coordinates(shapes).sum()) / 1e3,
        float((metric.x + metric.y).sum()) / 1e3,
    )


@dataclass(frozen=True)
class Case:
    """A file as a layer: what it is known as, and the system that geopandas must be told."""

    path: str
    dataset: str
    crs: str | None = None
    confirmed: str | None = None
    encoding: str | None = None
    repaired: int = 0
    is_everywhere: bool = True
    own: OwnMapping | None = None
    truth: str = ""


OWN = OwnMapping("架空の題", "架空", label="name")
CASES = (
    Case("n03/N03-21_40_210101_s0010.geojson", "N03", "EPSG:6668"),
    Case("n03/N03-21_40_210101_s0010.geojson", "N03", "EPSG:6668", is_everywhere=False),
    Case("n03/N03-21_41_210101_s0010.geojson", "N03", "EPSG:6668"),
    Case("n03/N03-21_41_210101_s0010.geojson", "N03", "EPSG:6668", is_everywhere=False),
    Case("ksj/A27-23_29_GML/A27-23_29.shp", "A27", repaired=1),
    Case("ksj/P29-21_29_GML/P29-21_29.shp", "P29", encoding="cp932"),
    Case("ksj/P29-21_29_GML/P29-21_29.geojson", "P29", "EPSG:6668"),
    Case("ksj/P29-21_29_GML/P29-21_29.xml", "P29", "EPSG:6668", truth="ksj/P29-21_29_GML/P29-21_29.geojson"),
    Case("ksj/W05-08_35_GML/W05-08_35-g_Stream.shp", "W05", "EPSG:4612", "EPSG:4612", "cp932"),
    Case("kurume_boundary/40203.geojson", "other", "EPSG:6668", own=OWN),
    Case("kurume_school_districts/kurume_a27_16_clean.geojson", "other", own=OWN),
    Case("kurume_school_districts/kurume_a27_21_raw.geojson", "other", "EPSG:6668", own=OWN, repaired=-1),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.path}-{case.is_everywhere}")
def test_counts_areas_and_lengths_are_those_of_geopandas(
    shared_data: Path, evidence: Evidence, case: Case
) -> None:
    began = time.perf_counter()
    file = read_layer_file(
        shared_data / case.path, crs=case.confirmed, is_everywhere=case.is_everywhere, own=case.own
    )
    spent = time.perf_counter() - began
    layer = only(file)
    options = {"encoding": case.encoding} if case.encoding else {}
    frame = theirs(shared_data / (case.truth or case.path), case.crs, **options)
    assert (layer.dataset, layer.read) == (case.dataset, len(frame))
    assert len(layer.features) + sum(layer.left_out.values()) == layer.read
    if not case.is_everywhere:
        west, south, east, north = KEPT_EXTENT
        bounds = frame.bounds
        frame = frame[
            (bounds.maxx >= west) & (bounds.minx <= east) & (bounds.maxy >= south) & (bounds.miny <= north)
        ]
    assert len(layer.features) == len(frame)
    if case.repaired >= 0:
        assert len(layer.repaired) == case.repaired
    what, own, other = measured(layer, frame)
    # A ring meant as a part is ground of ours and a hole of nobody: only the raw districts differ by it.
    assert own == pytest.approx(other, rel=1e-6 if case.repaired == 0 else 2e-3)
    assert not file.needs_crs
    words = "もとのまま" if case.is_everywhere else "市と周り5km"
    evidence.tell(
        case.path,
        f"{layer.dataset} {layer.kind}({words})",
        layer.read,
        len(layer.features),
        len(layer.repaired),
        sum(layer.left_out.values()),
        f"{layer.source.encoding} {layer.source.crs}",
        f"{what} {own:,.3f} = {other:,.3f}",
        f"{spent:.2f}",
    )


def test_the_area_of_the_city_is_the_official_one(shared_data: Path) -> None:
    layer = only(read_layer_file(shared_data / "kurume_boundary" / "40203.geojson", own=OWN))
    area_km2 = float(shapely.area(ours([layer.features[0].wkb]))[0]) / 1e6
    assert area_km2 == pytest.approx(229.96, abs=0.05)


def test_the_rivers_as_a_package_leave_their_nodes_and_say_so(
    shared_data: Path, tmp_path: Path, evidence: Evidence
) -> None:
    folder, package = shared_data / "ksj" / "W05-08_35_GML", tmp_path / "W05-08_35_GML.zip"
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as out:
        for one in sorted(folder.iterdir()):
            out.write(one, f"W05-08_35_GML/{one.name}")
    began = time.perf_counter()
    file = read_layer_file(package, crs="EPSG:4612", is_everywhere=True)
    nodes = len(theirs(folder / "W05-08_35-g_RiverNode.shp", encoding="cp932"))
    assert any(f"{nodes:,}件" in one and "端点" in one for one in file.warnings)
    assert only(file).read == 4502
    evidence.tell(
        "ksj/W05-08_35_GML(zip)", "W05 river", 4502, 4502, 0, f"端点 {nodes:,}(使わないため)",
        "CP932 EPSG:4612", "同じ", f"{time.perf_counter() - began:.2f}",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "rows", "repaired"),
    [("kurume_a27_16_clean", 46, 0), ("kurume_a27_16_raw", 46, 3), ("kurume_a27_21_raw", 44, None)],
)
def test_the_46_districts(
    shared_data: Path, evidence: Evidence, name: str, rows: int, repaired: int | None
) -> None:
    path = shared_data / "kurume_school_districts" / f"{name}.geojson"
    began = time.perf_counter()
    file = read_district_file(path)
    spent = time.perf_counter() - began
    frame = theirs(path, "EPSG:6668")
    assert len(file.outlines) == len(frame) == rows
    assert repaired is None or len(file.repaired) == repaired
    own = float(shapely.area(ours([one.wkb for one in file.outlines])).sum()) / 1e6
    other = float(frame.to_crs("EPSG:6670").geometry.make_valid().area.sum()) / 1e6
    assert own == pytest.approx(other, rel=1e-6 if repaired == 0 else 2e-3)
    evidence.tell(
        f"kurume_school_districts/{name}.geojson", "校区の区域", rows, rows, len(file.repaired), 0,
        f"{file.encoding} {file.crs}", f"面積 km² {own:,.3f} = {other:,.3f}", f"{spent:.2f}",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "kind", "rows"),
    [
        ("derived_kurume_1_evacuation.csv", "designated_shelter", 142),
        ("derived_kurume_1_evacuation_sjis.csv", "designated_shelter", 142),
        ("evacuation_402036.geojson", "designated_shelter", 142),
        ("derived_kurume_2_emergency.csv", "emergency_site", 11),
        ("emergency_402036.geojson", "emergency_site", 11),
    ],
)
def test_the_real_shelters(shared_data: Path, evidence: Evidence, name: str, kind: str, rows: int) -> None:
    path = shared_data / "kurume_shelters" / name
    file = read_shelters(path)
    assert (file.kind.value, file.read, len(file.sites)) == (kind, rows, rows)
    frame = theirs(path.with_name("evacuation_402036.geojson" if rows == 142 else "emergency_402036.geojson"))
    own = sum(site.point.lon + site.point.lat for site in file.sites if site.point)
    other = float((frame.geometry.x + frame.geometry.y).sum())
    assert own == pytest.approx(other, abs=1e-6)
    evidence.tell(f"kurume_shelters/{name}", f"施設 {kind}", rows, rows, 0, 0, f"{file.encoding} EPSG:6668",
                  f"経度+緯度の和 {own:.6f} = {other:.6f}", "")  # fmt: skip
    with pytest.raises(KnownProblem, match="layer_is_shelters"):
        read_layer_file(path)


def test_the_care_facilities_as_points_and_as_candidates(shared_data: Path, evidence: Evidence) -> None:
    path = shared_data / "kurume_care_facilities" / "kurume_jigyosho_510_520.csv"
    layer = only(read_layer_file(path))
    assert (layer.dataset, layer.read) == ("KAIGO", 13)
    assert len(layer.features) + sum(layer.left_out.values()) == 13
    candidates = read_care_facilities(path)
    assert candidates.read == 13
    evidence.tell(
        "kurume_care_facilities/kurume_jigyosho_510_520.csv", "KAIGO care_facility", 13,
        len(layer.features), 0, sum(layer.left_out.values()), f"{layer.source.encoding} EPSG:6668",
        f"候補の施設 {len(candidates.sites)}", "",
    )  # fmt: skip


def test_another_city_s_emergency_sites_are_read_and_told_to_be_elsewhere(
    shared_data: Path, evidence: Evidence
) -> None:
    file = read_shelters(shared_data / "shelter_csv" / "nanao_jichitai_standard.csv")
    assert file.read == 112
    assert any(problem.code == "outside_city" for problem in file.problems)
    evidence.tell(
        "shelter_csv/nanao_jichitai_standard.csv", "施設 emergency_site", 112, len(file.sites), 0,
        file.rejected, f"{file.encoding} EPSG:6668",
        f"収容人数が不明 {file.unknown_capacity}(市の外なので取り込みは断る)", "",
    )  # fmt: skip


def test_the_towns_of_the_city_and_dictionaries_of_others(shared_data: Path, evidence: Evidence) -> None:
    towns = read_gazetteer(shared_data / "kurume_towns" / "kurume_towns.json")
    assert (towns.read, len(towns.points)) == (241, 241)
    evidence.tell("kurume_towns/kurume_towns.json", "住所の辞書(町字)", 241, 241, 0, 0,
                  f"{towns.encoding} {towns.crs}", "", "")  # fmt: skip
    told: list[tuple[str, str]] = [
        ("isj/45000-17.0b.zip", "gazetteer_elsewhere"),
        ("isj/abr_city_all.zip", "gazetteer_cities_only"),
    ]
    for name, code in told:
        with pytest.raises(KnownProblem) as caught:
            read_gazetteer(shared_data / name)
        assert caught.value.code == code
        evidence.tell(name, "断る", "—", 0, 0, "—", "", caught.value.message, "")


def test_a_layer_far_away_is_refused_unless_asked(shared_data: Path) -> None:
    ways: list[Callable[[], LayerFile]] = [
        lambda: read_layer_file(shared_data / "ksj" / "A27-23_29_GML" / "A27-23_29.shp"),
        lambda: read_layer_file(shared_data / "ksj" / "P29-21_29_GML" / "P29-21_29.geojson"),
    ]
    for way in ways:
        with pytest.raises(KnownProblem, match="layer_elsewhere"):
            way()
