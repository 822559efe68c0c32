"""Every broken or hostile file has its own message: what is wrong, where, what to do; and nothing stays."""

from __future__ import annotations

import contextlib
import errno
import io
import json
import math
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kurume_bousai.app.layers import layer_tools
from kurume_bousai.domain.errors import Cancelled, KnownProblem
from kurume_bousai.exchange.districts_file import read_district_file
from kurume_bousai.exchange.layers import packages, reader, xml_safety
from kurume_bousai.exchange.layers.reader import read_layer_file
from kurume_bousai.services.places.map_layers import MapLayersService
from kurume_bousai.services.ports.map_layers import LayerOrder
from tests.fakes.city import FakeCity, FixedClock
from tests.fixtures import layers as made
from tests.fixtures.rosters import CLERK
from tests.fixtures.shapefiles import POLYGON, Field, write_shapefile

KML = """<?xml version="1.0" encoding="UTF-8"?>{dtd}
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>架空{word}</name>
<Point><coordinates>130.5,33.3</coordinates></Point></Placemark></Document></kml>"""
LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
ZONE = (Field("A33_001", width=2), Field("A33_002", width=2))


@dataclass(frozen=True)
class Bad:
    """A file that must be refused: how it is made, and what is said."""

    name: str
    make: Callable[[Path], Path]
    code: str
    words: str


def zone() -> bytes:
    return made.collection(made.river(1, 2, made.around(made.SOUTH)))


def zipped(name: str, content: bytes = b"{}", beside: str = "x.geojson") -> Callable[[Path], Path]:
    return lambda folder: made.write_zip(folder / "x.zip", {beside: zone(), name: content}, cp932=False)


def written(name: str, content: bytes) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content)
        return path

    return make


def linked(folder: Path) -> Path:
    path = folder / "x.zip"
    with zipfile.ZipFile(path, "w") as package:
        link = zipfile.ZipInfo("x.geojson")
        link.external_attr = 0o120777 << 16
        package.writestr(link, "/etc/passwd")
    return path


def with_nul(folder: Path) -> Path:
    path = zipped("ab.geojson")(folder)
    path.write_bytes(path.read_bytes().replace(b"ab.geojson", b"a\0.geojson"))
    return path


def nested(folder: Path) -> Path:
    content = zone()
    for depth in range(5):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as package:
            package.writestr(f"{depth}.zip" if depth else "x.geojson", content)
        content = out.getvalue()
    return written("x.zip", content)(folder)


def cut(make: Callable[[Path], Path], share: float, part: str = "") -> Callable[[Path], Path]:
    def made_and_cut(folder: Path) -> Path:
        path = make(folder)
        victim = path.with_suffix(part) if part else path
        victim.write_bytes(victim.read_bytes()[: int(victim.stat().st_size * share)])
        return path

    return made_and_cut


def without(part: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = made.a33(folder)
        path.with_suffix(part).unlink()
        return path

    return make


def shp(*rings: list[tuple[float, float]]) -> Callable[[Path], Path]:
    rows = [["1", "1"] for _ in rings]
    return lambda folder: write_shapefile(folder / "x.shp", POLYGON, [[one] for one in rings], ZONE, rows)


def gpkg(*statements: str, features: int = 300) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        import geopandas

        path = folder / "x.gpkg"
        frame = geopandas.GeoDataFrame(
            {"A33_001": ["1"] * features, "A33_002": ["2"] * features},
            geometry=[shapely.Polygon(made.around(made.SOUTH))] * features,
            crs="EPSG:6668",
        )
        frame.to_file(path, driver="GPKG")
        with closing(sqlite3.connect(path)) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()
        return path

    return make


VIEW = (
    "CREATE VIEW forever AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n",
    "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('forever', 'attributes', 'f')",
)
NOWHERE = [(float("nan"), float("nan"))] * 4
HALF_NAN = [*made.around(made.SOUTH)[:2], (float("nan"), 33.3), *made.around(made.SOUTH)[3:]]
ABSURD = [(1e300, 1e300), (1e300, -1e300), (-1e300, -1e300), (1e300, 1e300)]
INFINITE = made.collection(made.river(1, 2, made.around(made.SOUTH))).replace(b"130.49", b"1e999")
ENDLESS = made.p29_gml().replace(f"<gml:pos>{made.SOUTH[1]}".encode(), b"<gml:pos>inf")

BAD = (
    Bad("zip slip", zipped("../evil.geojson"), "zip_slip", "取り出し先の外"),
    Bad("zip slip by backslash", zipped("..\\evil.geojson"), "zip_slip", "取り出し先の外"),
    Bad("absolute name in a zip", zipped("/evil.geojson"), "zip_slip", "取り出し先の外"),
    Bad("link in a zip", linked, "zip_slip", "取り出し先の外"),
    Bad("control character in a name", zipped("a\x1b[2J.geojson"), "zip_name", "見えない文字"),
    Bad("line break in a name", zipped("a\nb.geojson"), "zip_name", "見えない文字"),
    Bad("NUL in a name", with_nul, "zip_name", "見えない文字"),
    Bad("zips in zips", nested, "zip_nested", "重を超えて"),
    Bad("half a zip", cut(zipped("y.geojson", zone()), 0.5), "zip_unreadable", "途中で切れて"),
    Bad("html for a file", written("x.zip", b"<!DOCTYPE html><html>404</html>"), "layer_html", "Webページ"),
    Bad("no .dbf", without(".dbf"), "layer_no_table", ".dbf"),
    Bad("half a .shp", cut(made.a33, 0.6), "layer_unreadable", "(.shp)が途中で"),
    Bad("half a .dbf", cut(made.a33, 0.6, ".dbf"), "layer_unreadable", "(.dbf)が途中で"),
    Bad("half a .geojson", cut(written("x.geojson", zone()), 0.5), "layer_unreadable", "途中で切れて"),
    Bad("half a .gml", cut(written("x.gml", made.p29_gml()), 0.7), "layer_unreadable", "途中で切れて"),
    Bad("half a .gpkg", cut(gpkg(), 0.5), "layer_unreadable", "途中で切れて"),
    Bad("half a .kml", cut(written("x.kml", KML.format(dtd="", word="").encode()), 0.7), "layer_unreadable",
        "途中で切れて"),
    Bad("laughs in a KML", written("x.kml", KML.format(dtd=LAUGHS, word="&c;").encode()), "layer_hostile",
        "DOCTYPE"),
    Bad("laughs in a GML", written("x.gml", made.p29_gml().replace(b"?>", b"?>" + LAUGHS.encode(), 1)),
        "layer_hostile", "DOCTYPE"),
    Bad("a view as a layer", gpkg(*VIEW), "layer_hostile", "ビュー"),
    Bad("a table of a module", gpkg("CREATE VIRTUAL TABLE trick USING fts4(x)"), "layer_hostile", "ビュー"),
    Bad("corners that are no numbers", shp(NOWHERE), "layer_nothing", "図形がない(1件)"),
    Bad("one corner that is no number", shp(HALF_NAN), "layer_nothing", "数ではない"),
    Bad("endless corners", written("x.geojson", INFINITE), "layer_unreadable", "読めません"),
    Bad("endless corners in a GML", written("x.gml", ENDLESS), "layer_nothing", "数ではない"),
    Bad("absurd corners", shp(ABSURD), "layer_crs", "日本の経度・緯度ではありません"),
    Bad("no features", written("x.geojson", made.collection()), "layer_nothing", "1件も入っていません"),
    Bad("no records", shp(), "layer_nothing", "1件も入っていません"),
    Bad("a picture named .geojson", written("x.geojson", b"\x89PNG\r\n\x1a\n" + bytes(99)), "layer_missing",
        "見つかりません"),
    Bad("a GeoJSON named .zip", written("x.zip", zone()), "layer_missing", "GeoJSON"),
    Bad("a folder", lambda folder: folder, "file_is_folder", "フォルダー"),
    Bad("nothing in it", written("x.geojson", b""), "file_empty", "0バイト"),
    Bad("not there", lambda folder: folder / "none.zip", "file_missing", "ありません"),
    Bad("a NUL in the path", lambda folder: folder / "a\0b.zip", "file_unreadable", "読めません"),
)  # fmt: skip


@pytest.fixture
def own_temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
def test_it_is_refused_with_its_own_words_and_nothing_stays(
    bad: Bad, tmp_path: Path, own_temporary: Path
) -> None:
    (tmp_path / "in").mkdir()
    path = bad.make(tmp_path / "in")
    database = FakeCity(CLERK)
    service = MapLayersService(database, layer_tools(lambda: None), FixedClock())
    with pytest.raises(KnownProblem) as caught:
        service.preview(LayerOrder(path))
    problem = caught.value
    assert (problem.code, bad.words in problem.message) == (bad.code, True), problem.message
    assert problem.advice
    assert problem.where
    assert problem.where.isprintable()
    assert not database.state.layers
    assert list(own_temporary.iterdir()) == []
    assert not list(tmp_path.rglob("evil*"))


@pytest.mark.parametrize(
    "bad", [one for one in BAD if one.code.startswith(("zip_", "file_"))], ids=lambda bad: bad.name
)
def test_the_import_of_districts_refuses_the_same(bad: Bad, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(KnownProblem) as caught:
        read_district_file(bad.make(tmp_path / "in"))
    assert caught.value.code == bad.code


@pytest.mark.parametrize(("limit", "value"), [("MAX_UNPACKED_BYTES", 5_000_000), ("SMALL_BYTES", 1_000_000)])
def test_bombs_by_size_and_by_ratio(
    limit: str, value: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, limit, value)
    path = made.write_zip(tmp_path / "x.zip", {"x.geojson": b"{" + b" " * 30_000_000})
    with pytest.raises(KnownProblem) as caught:
        read_layer_file(path)
    assert (caught.value.code, "大きすぎます" in caught.value.message) == ("zip_bomb", True)


@pytest.mark.parametrize(
    ("number", "code", "words"),
    [
        (errno.EIO, "file_unreadable", "外れて"),
        (errno.ESTALE, "file_unreadable", "外れて"),
        (errno.ENOSPC, "disk_full", "空きが足りない"),
    ],
)
def test_a_disk_that_goes_away_or_is_full_on_the_way(
    number: int, code: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_path: Path, _folder: Path) -> None:
        raise OSError(number, "架空")

    monkeypatch.setattr(reader, "copy_beside", fail)
    with pytest.raises(KnownProblem) as caught:
        read_layer_file(written("x.geojson", zone())(tmp_path))
    assert (caught.value.code, words in caught.value.message) == (code, True)


def test_a_declaration_across_two_reads_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_safety, "_CHUNK", 16)
    path = written("x.kml", KML.format(dtd=LAUGHS, word="&c;").encode())(tmp_path)
    with pytest.raises(KnownProblem, match="layer_hostile"):
        read_layer_file(path, kind="other")


def test_what_is_bad_among_good_is_left_out_by_name(tmp_path: Path) -> None:
    far = made.around((0.0, 0.0))
    file = read_layer_file(shp(made.around(made.SOUTH), HALF_NAN, far)(tmp_path))
    (layer,) = file.layers
    assert layer.read == 3
    assert len(layer.features) == 1
    assert layer.left_out == {"座標の値が数ではない(NaNや無限大)": 1, "座標の値が日本の外にある": 1}
    assert layer.left_out_names["座標の値が数ではない(NaNや無限大)"] == ("x.shp(2件目)",)


def test_a_stray_shape_does_not_stretch_the_ground_a_file_knows(tmp_path: Path) -> None:
    path = tmp_path / "x.geojson"
    near = [made.river(number, 2, made.around(made.SOUTH)) for number in (1, 2)]
    path.write_bytes(made.collection(*near, made.river(3, 2, made.around((0.0, 0.0)))))
    (layer,) = read_layer_file(path).layers
    assert layer.coverage is not None
    assert not shapely.covers(shapely.from_wkb(layer.coverage), shapely.Point(130.6, 33.25))


def test_a_name_that_lies_is_read_by_its_content_and_told(tmp_path: Path) -> None:
    package = made.a31a(tmp_path / "x.geojson")  # a zip with another ending
    assert len(read_layer_file(package).layers) == 4
    path = gpkg(features=2)(tmp_path).rename(tmp_path / "y.geojson")
    file = read_layer_file(path)
    assert len(file.layers[0].features) == 2
    assert any("中身はGeoPackage" in one for one in file.warnings)


def test_a_system_that_makes_no_sense_is_told_and_asked_for(tmp_path: Path) -> None:
    path = made.a33(tmp_path, prj='GEOGCS["架空の\xed",DATUM['.replace("架空の\xed", "x\x00y"))
    file = read_layer_file(path)
    assert file.needs_crs == "EPSG:6668"
    assert any(".prj" in one for one in file.warnings)


def test_a_geopackage_with_broken_names_is_unreadable_and_no_crash(tmp_path: Path) -> None:
    path = gpkg(features=2)(tmp_path)
    path.write_bytes(
        path.read_bytes().replace(b"CREATE TABLE gpkg_contents", b"CREATE TABLE \xed\xbckg_contents")
    )
    with pytest.raises(KnownProblem, match="layer_unreadable"):
        read_layer_file(path)


def test_a_kmz_is_a_zip_with_a_kml(tmp_path: Path) -> None:
    path = made.write_zip(tmp_path / "x.kmz", {"doc.kml": KML.format(dtd="", word="甲").encode()})
    (layer,) = read_layer_file(path, kind="other").layers
    assert layer.features[0].attributes["Name"] == "架空甲"


def test_triggers_do_not_run(tmp_path: Path) -> None:
    trick = "CREATE TRIGGER trick AFTER INSERT ON x BEGIN DELETE FROM gpkg_contents; END"
    path = gpkg(trick, features=3)(tmp_path)
    before = path.read_bytes()
    (layer,) = read_layer_file(path).layers
    assert len(layer.features) == 3
    assert path.read_bytes() == before


def test_control_characters_in_a_cell_do_not_reach_the_map(tmp_path: Path) -> None:
    path = tmp_path / "x.geojson"
    name = "架空\u0007川\u001b[31m\u202e夜"
    path.write_bytes(made.collection(made.feature([made.around(made.SOUTH)], 名前=name)))
    (layer,) = read_layer_file(path, kind="other").layers
    assert layer.features[0].attributes["名前"] == "架空 川 [31m 夜"


def test_a_polygon_of_a_million_corners_as_geojson(tmp_path: Path) -> None:
    count = 1_000_000
    ring = [
        [
            round(130.55 + 0.6 * math.cos(2 * math.pi * step / count), 9),
            round(33.3 + 0.4 * math.sin(2 * math.pi * step / count), 9),
        ]
        for step in range(count)
    ]
    path = tmp_path / "x.geojson"
    shape = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    feature = {"type": "Feature", "properties": {"A33_001": 1, "A33_002": 1}, "geometry": shape}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    (layer,) = read_layer_file(path).layers
    shape_kept = shapely.from_wkb(layer.features[0].wkb)
    assert shapely.covers(shape_kept, shapely.Point(made.SOUTH))


def test_reading_can_be_stopped_and_leaves_nothing(tmp_path: Path, own_temporary: Path) -> None:
    def stop(_done: int, _total: int, text: str) -> None:
        if "読んでいます" in text:
            raise Cancelled

    with pytest.raises(Cancelled):
        read_layer_file(made.a31a(tmp_path / "x.zip"), progress=stop)
    assert list(own_temporary.iterdir()) == []


SEEDS: dict[str, Callable[[Path], Path]] = {
    "shp": made.a33,
    "geojson": written("x.geojson", zone()),
    "gml": written("x.gml", made.p29_gml()),
    "gpkg": gpkg(features=5),
    "kml": written("x.kml", KML.format(dtd="", word="").encode()),
    "zip": lambda folder: made.a31a(folder / "x.zip"),
    "csv": written("x.csv", "名称,医療機関の種類,緯度,経度\n架空,病院,33.3,130.5\n".encode("cp932")),
}


@pytest.fixture(scope="module")
def whole_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    """Good files with what belongs to them; the first of each is the one a person chooses."""
    found: dict[str, list[Path]] = {}
    for name, make in SEEDS.items():
        path = make(tmp_path_factory.mktemp(name))
        beside = [one for one in path.parent.iterdir() if one.stem == path.stem and one != path]
        found[name] = [path, *sorted(beside)]
    return found


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(sorted(SEEDS)),
    part=st.integers(0, 3),
    at=st.floats(0, 1, exclude_max=True),
    gone=st.integers(0, 40),
    put=st.binary(max_size=12),
)
def test_whatever_is_broken_in_a_file_it_is_read_or_refused(
    whole_files: dict[str, list[Path]], name: str, part: int, at: float, gone: int, put: bytes
) -> None:
    """A defect of ours (any other exception) fails; thousands of such files were tried by hand as well."""
    files = whole_files[name]
    victim = files[part % len(files)]
    with tempfile.TemporaryDirectory() as folder:
        for one in files:
            content = one.read_bytes()
            if one == victim:
                start = int(len(content) * at)
                content = content[:start] + put + content[start + gone :]
            (Path(folder) / one.name).write_bytes(content)
        with contextlib.suppress(KnownProblem):
            read_layer_file(Path(folder) / files[0].name)
