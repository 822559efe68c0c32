"""A map pack carries the map to another laptop, the same to the last bit, and nobody's data with it."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import struct
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import shapely
from PIL import Image

from kurume_bousai.app.map_packs import map_packs, open_map_pack
from kurume_bousai.app.tiles import tile_grounds, tile_packs
from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.districts import DistrictOutline, SchoolDistrict
from kurume_bousai.domain.errors import Cancelled, KnownProblem
from kurume_bousai.domain.ids import BackgroundId, DistrictId, OperatorId, SiteId
from kurume_bousai.domain.layers import LayerFeature, LayerId
from kurume_bousai.domain.shelters import (
    DesignatedShelter,
    EmergencyEvacuationSite,
    Ownership,
    WelfareShelter,
)
from kurume_bousai.exchange.layers.reader import read_layer_file
from kurume_bousai.services.layer_import import commit_layers
from kurume_bousai.services.map_pack import Arrival, MapPackOrder
from kurume_bousai.services.ports import Background
from kurume_bousai.services.ports_map_pack import PackedLayer
from kurume_bousai.services.progress import no_progress
from kurume_bousai.storage import EncryptedCityDatabase, open_database
from tests.fakes.city import FixedClock
from tests.fixtures import layers as files
from tests.fixtures import tiles as made
from tests.storage.conftest import OPERATOR, PASSPHRASE
from tests.storage.people import person

TSUBUKU = DistrictId("津福")
#: Words that must not be in any byte of a pack.
SENTINELS = ("秘密の人名", "0942-00-9876", "秘密の備考", "秘密の支援者")


DESIGNATED = DesignatedShelter(
    SiteId("D1"),
    "架空小学校",
    "小学校",
    "久留米市架空町9999-2",
    LonLat(130.5, 33.291),
    TSUBUKU,
    "stated",
    120,
)
EMERGENCY = EmergencyEvacuationSite(
    SiteId("E1"), "架空公園", "久留米市架空町9999-3", LonLat(130.501, 33.291), frozenset({"洪水", "地震"}),
    TSUBUKU, "", 40, None, "屋内40人",
)  # fmt: skip


def fill(city: EncryptedCityDatabase, folder: Path) -> None:
    """People, layers, sites, 校区, tiles and a pinned picture; all fictional."""
    commit_layers(city, read_layer_file(files.a31a(folder / "架空.zip")), clock=FixedClock())
    square = shapely.to_wkb(shapely.box(130.49, 33.28, 130.51, 33.30))
    picture = io.BytesIO()
    Image.new("RGBA", (300, 200), (200, 40, 40, 255)).save(picture, "PNG")
    with city.writing() as session:
        session.members.add_many(city.access, [person("秘密の人名", home=LonLat(*files.SOUTH))], source="x")
        session.districts.save_many(
            city.access, [SchoolDistrict(TSUBUKU, "津福", "ツブク", "久留米地域", LonLat(130.5, 33.29), 1)]
        )
        session.districts.replace_outlines(
            city.access, [DistrictOutline(TSUBUKU, square, approximate=False, source="架空の区域")]
        )
        shelter = WelfareShelter(
            SiteId("W1"), "架空園", "架空", Ownership.WELFARE_FACILITY, LonLat(130.5, 33.29),
            address="久留米市架空町9999-1", phone="0942-00-9876", note="秘密の備考",
        )  # fmt: skip
        session.shelters.save_welfare(city.access, [shelter])
        session.shelters.save_designated(city.access, [DESIGNATED])
        session.shelters.save_emergency(city.access, [EMERGENCY])
        session.backgrounds.add(
            city.access,
            Background(
                BackgroundId("B1"), "手書きの地図", picture.getvalue(), 130.49, 33.28, 130.52, 33.30, 3.0
            ),
        )
    packs = tile_packs(city)
    packs.add(packs.preview(made.mbtiles(folder / "t.mbtiles")))


@pytest.fixture
def full(city: EncryptedCityDatabase, tmp_path: Path) -> EncryptedCityDatabase:
    fill(city, tmp_path)
    return city


@pytest.fixture
def other(empty_city: Path, tmp_path: Path) -> Iterator[EncryptedCityDatabase]:
    """Another laptop."""
    path = tmp_path / "other" / "city.db"
    path.parent.mkdir()
    shutil.copy(empty_city, path)
    shutil.copy(empty_city.with_name("city.db.keys"), path.with_name("city.db.keys"))
    database = open_database(path, OPERATOR, PASSPHRASE)
    with database.writing() as session:
        session.districts.save_many(
            database.access,
            [SchoolDistrict(TSUBUKU, "津福", "ツブク", "久留米地域", LonLat(130.5, 33.29), 1)],
        )
    yield database
    database.close()


def sites_of(
    city: EncryptedCityDatabase,
) -> tuple[list[DesignatedShelter], list[EmergencyEvacuationSite], list[WelfareShelter]]:
    with city.reading() as session:
        shelters = session.shelters
        return shelters.designated(), shelters.emergency(), shelters.welfare()


def layers_of(city: EncryptedCityDatabase) -> list[str]:
    with city.reading() as session:
        kept = session.layers.all()
        return sorted(PackedLayer(one, tuple(session.layers.features(one.layer_id))).digest for one in kept)


# ---------------------------------------------------------------- there and back


@pytest.mark.parametrize("name", ["パック", "パック.zip"])
def test_another_laptop_gets_the_same_map(
    full: EncryptedCityDatabase, other: EncryptedCityDatabase, tmp_path: Path, name: str
) -> None:
    out = tmp_path / "out" / name
    written = map_packs(full).create(MapPackOrder(), out)
    assert (len(written.layers), written.districts, written.sites, len(written.tiles)) == (4, 1, 3, 1)
    assert [one.name for one in out.parent.iterdir()] == [name]
    service = map_packs(other)
    preview = service.preview(out)
    assert {arrival for _, arrival in preview.layers} == {Arrival.NEW}
    assert preview.brings == 4 + 1 + 1 + 3
    assert layers_of(other) == []
    assert tile_grounds(other) == ()
    service.commit(preview)
    assert layers_of(other) == layers_of(full)
    with full.reading() as here, other.reading() as there:
        assert there.districts.outlines() == here.districts.outlines()
        assert [one.sha256 for one in there.tile_packs.all()] == [one.sha256 for one in here.tile_packs.all()]
        first, second = here.layers.all(), there.layers.all()
        assert [one.source for one in first] == [one.source for one in second]
        assert [one.coverage for one in first] == [one.coverage for one in second]
        assert there.audit.verify() == []
        actions = [entry.action for entry in there.audit.entries()]
    assert actions[-1] == "map_pack_imported"
    (ours,), (theirs,) = tile_grounds(full), tile_grounds(other)
    assert theirs.read(28262, 13165, 15) == ours.read(28262, 13165, 15) is not None
    again = service.preview(out)
    assert (again.brings, again.sites.same) == (0, 3)
    assert {arrival for _, arrival in (*again.layers, *again.tiles)} == {Arrival.SAME}


def test_sites_arrive_without_their_people_and_figures(
    full: EncryptedCityDatabase, other: EncryptedCityDatabase, tmp_path: Path
) -> None:
    map_packs(full).create(MapPackOrder(), tmp_path / "p")
    service = map_packs(other)
    preview = service.preview(tmp_path / "p")
    assert any("要確認" in words for words in preview.warnings)
    service.commit(preview)
    (designated,), (emergency,), (welfare,) = sites_of(other)
    assert replace(designated, source="") == DESIGNATED
    assert replace(emergency, source="") == EMERGENCY
    assert (welfare.name, welfare.ownership, welfare.point) == (
        "架空園", Ownership.WELFARE_FACILITY, LonLat(130.5, 33.29),
    )  # fmt: skip
    assert (welfare.phone, welfare.note, welfare.rooms) == ("", "", ())


def test_a_site_that_is_known_here_stays(
    full: EncryptedCityDatabase, other: EncryptedCityDatabase, tmp_path: Path
) -> None:
    own = replace(DESIGNATED, name="架空小学校(直した名前)")
    with other.writing() as session:
        session.shelters.save_designated(other.access, [own])
    map_packs(full).create(MapPackOrder(), tmp_path / "p")
    service = map_packs(other)
    preview = service.preview(tmp_path / "p")
    assert preview.sites.as_json() == {"new": 2, "same": 0, "other": 1}
    service.commit(preview)
    assert sites_of(other)[0] == [own]


def test_a_facilitator_brings_the_map_and_leaves_the_sites(
    full: EncryptedCityDatabase, other: EncryptedCityDatabase, tmp_path: Path
) -> None:
    map_packs(full).create(MapPackOrder(), tmp_path / "p")
    other._access = Access(OperatorId("f"), "進行", frozenset({Role.FACILITATOR}))
    preview = map_packs(other).preview(tmp_path / "p")
    assert preview.sites.new == ()
    assert any("施設を直す役割" in words for words in preview.warnings)


def test_attributes_of_every_type_come_back(
    full: EncryptedCityDatabase, other: EncryptedCityDatabase, tmp_path: Path
) -> None:
    point = shapely.to_wkb(shapely.Point(130.5, 33.3))
    area = shapely.to_wkb(shapely.MultiPolygon([shapely.box(130.5, 33.3, 130.51, 33.31)]))
    odd: dict[str, Any] = {
        "名前": "架空",
        "fid": 1,
        "Geom": 0.5,
        "FID": None,
        "数": 2**40,
        "混": "x",
        'a"b`': 1,
    }
    features = [
        LayerFeature(point, None, None, odd),
        LayerFeature(area, 3, 1, {"混": 5, "数": 0.25}),
        LayerFeature(shapely.to_wkb(shapely.box(130.5, 33.3, 130.52, 33.31)), 0, None, {}),
    ]
    with full.writing() as session:
        layer = replace(session.layers.all()[0], layer_id=LayerId("mixed"), scenario="mixed", coverage=None)
        session.layers.add(full.access, layer, features)
    map_packs(full).create(MapPackOrder(), tmp_path / "p")
    map_packs(other).commit(map_packs(other).preview(tmp_path / "p"))
    with other.reading() as session:
        (kept,) = [one for one in session.layers.all() if one.scenario == "mixed"]
        assert session.layers.features(kept.layer_id) == features


def test_one_district_leaves_the_rest_unknown(
    full: EncryptedCityDatabase, other: EncryptedCityDatabase, tmp_path: Path
) -> None:
    out = tmp_path / "p.zip"
    written = map_packs(full).create(MapPackOrder(TSUBUKU), out)
    assert written.district == "津福"
    assert any(one.is_clipped for one in written.layers)
    service = map_packs(other)
    preview = service.preview(out)
    assert any("津福校区の周りだけ" in words for words in preview.warnings)
    service.commit(preview)
    with other.reading() as session:
        for layer in session.layers.all():
            if layer.coverage is not None:
                west, south, east, north = shapely.from_wkb(layer.coverage).bounds
                assert (west, south) >= (130.48 - 1e-9, 33.27 - 1e-9)
                assert max(east - 130.52, north - 33.31) <= 1e-9
    # Where the whole layer is kept, a part of it does not take its place.
    assert {arrival for _, arrival in map_packs(full).preview(out).layers} <= {Arrival.SAME, Arrival.OTHER}


# ---------------------------------------------------------------- nobody's data


def test_no_person_and_no_contact_is_inside(full: EncryptedCityDatabase, tmp_path: Path) -> None:
    map_packs(full).create(MapPackOrder(), tmp_path / "p")
    for path in (tmp_path / "p").iterdir():
        content = path.read_bytes()
        for words in SENTINELS:
            assert words.encode() not in content, (path.name, words)
    assert tables(tmp_path / "p" / "map.gpkg") == {
        "coverages", "districts", "sites", "layer_01_collapse_flood_l2", "layer_02_duration_flood_l2",
        "layer_03_flood_flood_l1", "layer_04_flood_flood_l2",
    }  # fmt: skip
    with closing(sqlite3.connect(tmp_path / "p" / "map.gpkg")) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(sites)")]
    assert columns == [
        "fid", "geom", "kind", "site_id", "name", "address", "district", "施設の種類", "収容人数",
        "対象の災害", "attributes_json",
    ]  # fmt: skip


def test_a_pinned_picture_goes_in_only_by_name(full: EncryptedCityDatabase, tmp_path: Path) -> None:
    service = map_packs(full)
    assert [one.name for one in service.choices().pictures] == ["手書きの地図"]
    assert all(not one.is_picture for one in service.create(MapPackOrder(), tmp_path / "a").tiles)
    written = service.create(MapPackOrder(pictures=(BackgroundId("B1"),)), tmp_path / "b")
    (picture,) = [one for one in written.tiles if one.is_picture]
    assert picture.facts.title == "手書きの地図"
    assert picture.facts.attribution
    with closing(sqlite3.connect(tmp_path / "b" / picture.file_name)) as connection:
        content = connection.execute(
            "SELECT tile_data FROM tiles ORDER BY zoom_level DESC, tile_column, tile_row LIMIT 1 OFFSET 4"
        ).fetchone()[0]
    with Image.open(io.BytesIO(content)) as tile:
        assert tile.size == (256, 256)
    with pytest.raises(KnownProblem, match="unknown_background"):
        service.create(MapPackOrder(pictures=(BackgroundId("none"),)), tmp_path / "c")
    assert not (tmp_path / "c").exists()


def test_a_layer_of_ones_own_goes_in_only_by_name(full: EncryptedCityDatabase, tmp_path: Path) -> None:
    with full.writing() as session:
        layer = replace(session.layers.all()[0], layer_id=LayerId("own"), dataset="other", title="自分の層")
        session.layers.add(full.access, layer, session.layers.features(session.layers.all()[0].layer_id))
    service = map_packs(full)
    assert [one.title for one in service.choices().own_layers] == ["自分の層"]
    assert len(service.create(MapPackOrder(), tmp_path / "a").layers) == 4
    assert len(service.create(MapPackOrder(own_layers=(LayerId("own"),)), tmp_path / "b").layers) == 5


# ---------------------------------------------------------------- an independent reader


def tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {row[0] for row in connection.execute("SELECT table_name FROM gpkg_contents")}


def shapes(path: Path, table: str) -> list[shapely.Geometry]:
    """Geometry as the GeoPackage specification has it: a header, an envelope, then WKB."""
    found = []
    with closing(sqlite3.connect(path)) as connection:
        for (blob,) in connection.execute(f"SELECT geom FROM {table} ORDER BY fid"):  # noqa: S608 - ours
            magic, version, flags, srs = struct.unpack("<2sBBi", blob[:8])
            assert (magic, version, srs) == (b"GP", 0, 6668)
            envelope = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}[flags >> 1 & 7]
            found.append(shapely.from_wkb(blob[8 + envelope :]))
    return found


def test_the_geopackage_is_one_by_its_specification(full: EncryptedCityDatabase, tmp_path: Path) -> None:
    written = map_packs(full).create(MapPackOrder(), tmp_path / "p")
    path = tmp_path / "p" / "map.gpkg"
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (0x47504B47,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        contents = connection.execute("SELECT data_type, srs_id FROM gpkg_contents").fetchall()
        srs = connection.execute(
            "SELECT organization, organization_coordsys_id FROM gpkg_spatial_ref_sys WHERE srs_id = 6668"
        ).fetchone()
        kinds = connection.execute(
            "SELECT table_name, geometry_type_name FROM gpkg_geometry_columns"
        ).fetchall()
    assert set(contents) == {("features", 6668)}
    assert srs == ("EPSG", 6668)
    assert dict(kinds)["sites"] == "POINT"
    with full.reading() as session:
        kept = {one.scenario + one.kind: one for one in session.layers.all()}
        for entry in written.layers:
            layer = kept[entry.origin[2] + entry.kind]
            own = shapely.from_wkb([one.wkb for one in session.layers.features(layer.layer_id)])
            assert all(one.equals(two) for one, two in zip(shapes(path, entry.table), own, strict=True))


def test_the_tiles_are_mbtiles_by_their_specification(full: EncryptedCityDatabase, tmp_path: Path) -> None:
    written = map_packs(full).create(MapPackOrder(), tmp_path / "p")
    with closing(sqlite3.connect(tmp_path / "p" / written.tiles[0].file_name)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (0x4D504258,)
        facts = dict(connection.execute("SELECT name, value FROM metadata"))
        lowest, highest = connection.execute("SELECT min(zoom_level), max(zoom_level) FROM tiles").fetchone()
        index = connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'").fetchall()
    assert {"name", "format", "bounds", "minzoom", "maxzoom", "attribution", "type"} <= facts.keys()
    assert (int(facts["minzoom"]), int(facts["maxzoom"])) == (lowest, highest)
    assert index == [("tile_index",)]


# ---------------------------------------------------------------- hostile packs


@pytest.fixture(scope="module")
def built(empty_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole pack, made once."""
    folder = tmp_path_factory.mktemp("built")
    shutil.copy(empty_city, folder / "city.db")
    shutil.copy(empty_city.with_name("city.db.keys"), folder / "city.db.keys")
    database = open_database(folder / "city.db", OPERATOR, PASSPHRASE)
    fill(database, folder)
    map_packs(database).create(MapPackOrder(), folder / "p")
    database.close()
    return folder / "p"


@pytest.fixture
def pack(built: Path, tmp_path: Path) -> Path:
    shutil.copytree(built, tmp_path / "p")
    return tmp_path / "p"


Change = Callable[[dict[str, Any]], object]


def rewrite(pack: Path, change: Change) -> None:
    path = pack / "manifest.json"
    told = json.loads(path.read_text("utf-8"))
    change(told)
    path.write_text(json.dumps(told), "utf-8")


def read_all(path: Path) -> None:
    with open_map_pack(path, no_progress) as opened:
        list(opened.layers(opened.manifest.layers))
        opened.districts()
        opened.sites()


def refused(path: Path) -> KnownProblem:
    with pytest.raises(KnownProblem) as caught:
        read_all(path)
    assert caught.value.message.endswith("。")
    return caught.value


def test_a_pack_that_was_changed_is_refused(pack: Path, other: EncryptedCityDatabase) -> None:
    path = pack / "map.gpkg"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert refused(pack).code == "map_pack_broken"
    with pytest.raises(KnownProblem, match="map_pack_broken"):
        map_packs(other).preview(pack)
    assert layers_of(other) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda told: told["files"].append({"name": "../x.gpkg", "sha256": "0" * 64, "bytes": 1}), "hostile"),
        (lambda told: told["files"].append({"name": "C:x.gpkg", "sha256": "0" * 64, "bytes": 1}), "hostile"),
        (lambda told: told["files"].append({"name": "a.exe", "sha256": "0" * 64, "bytes": 1}), "hostile"),
        (lambda told: told["files"][0].update(bytes=10**13), "hostile"),
        (lambda told: told["files"][0].update(sha256="x"), "broken"),
        (lambda told: told["files"].append({"name": "none.gpkg", "sha256": "0" * 64, "bytes": 1}), "broken"),
        (lambda told: told.update(version=2), "newer"),
        (lambda told: told.update(format="other"), "none"),
        (lambda told: told.update(layers=None), "broken"),
        (lambda told: told["layers"][0].update(table='x"; DROP'), "broken"),
        (lambda told: told["layers"][0].update(digest="0" * 64), "broken"),
        (lambda told: told["layers"][0].update(title="別の名前"), "broken"),
        (lambda told: told["layers"][0]["source"].update(sha256=5), "broken"),
        (lambda told: told["layers"][0]["source"].update(secret="x"), "broken"),
        (lambda told: told["layers"][0].update(table="layer_99_none"), "broken"),
        (lambda told: told["layers"].append(told["layers"][0]), "broken"),
        (lambda told: told.update(created_at="yesterday"), "broken"),
        (lambda told: told.update(districts=40), "broken"),
        (lambda told: told.update(sites=40), "broken"),
        (lambda told: told["tiles"][0].update(file="../../t.mbtiles"), "broken"),
        (lambda told: told["tiles"][0]["facts"].update(title=["x"]), "broken"),
    ],
)
def test_a_hostile_list_is_refused(pack: Path, change: Change, code: str) -> None:
    rewrite(pack, change)
    assert refused(pack).code == f"map_pack_{code}"


def zipped(pack: Path, extra: dict[str, bytes] | None = None, left_out: str = "") -> Path:
    path = pack.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(pack.iterdir()):
            if file.name != left_out:
                archive.write(file, file.name)
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return path


def test_a_zip_gives_only_what_its_list_names(pack: Path) -> None:
    path = zipped(pack, {"../evil.txt": b"x", "evil.gpkg": b"x"})
    with open_map_pack(path, no_progress) as opened:
        assert {one.name for one in opened.root.iterdir()} == {one.name for one in pack.iterdir()}  # type: ignore[attr-defined]
    assert not (pack.parent / "evil.txt").exists()


def test_zips_that_are_no_pack(pack: Path, tmp_path: Path) -> None:
    assert refused(zipped(pack, left_out="manifest.json")).code == "map_pack_none"
    assert refused(zipped(pack, left_out="map.gpkg")).code == "map_pack_broken"
    whole = zipped(pack)
    whole.write_bytes(whole.read_bytes()[:-500])
    assert refused(whole).code == "map_pack_broken"
    page = tmp_path / "page.zip"
    page.write_bytes(b"<html>403</html>")
    assert refused(page).code == "map_pack_broken"
    assert refused(tmp_path / "other-folder-that-is-not").code == "file_unreadable"
    (tmp_path / "empty").mkdir()
    assert refused(tmp_path / "empty").code == "map_pack_none"


def test_a_bomb_is_stopped_where_the_list_ends(pack: Path) -> None:
    (pack / "map.gpkg").write_bytes(b"\0" * 50_000_000)
    assert refused(zipped(pack)).code == "map_pack_hostile"


def test_a_folder_of_links_is_refused(pack: Path, tmp_path: Path) -> None:
    away = tmp_path / "away.gpkg"
    shutil.move(pack / "map.gpkg", away)
    (pack / "map.gpkg").symlink_to(away)
    assert refused(pack).code == "map_pack_broken"


def test_a_pack_that_changes_between_look_and_import(pack: Path, other: EncryptedCityDatabase) -> None:
    service = map_packs(other)
    preview = service.preview(pack)
    rewrite(pack, lambda told: told.update(program="other"))
    with pytest.raises(KnownProblem, match="map_pack_changed"):
        service.commit(preview)
    assert layers_of(other) == []


# ---------------------------------------------------------------- nothing half-done


def test_a_stopped_job_leaves_nothing(full: EncryptedCityDatabase, tmp_path: Path) -> None:
    def stop(_done: int, _total: int, text: str) -> None:
        if "写して" in text:
            raise Cancelled

    (tmp_path / "out").mkdir()
    with pytest.raises(Cancelled):
        map_packs(full).create(MapPackOrder(), tmp_path / "out" / "p.zip", stop)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_missing_file_of_tiles_is_told(full: EncryptedCityDatabase, tmp_path: Path) -> None:
    packs = tile_packs(full)
    packs.shelf.remove(packs.packs()[0].pack.sha256)
    with pytest.raises(KnownProblem, match="map_pack_tiles"):
        map_packs(full).create(MapPackOrder(), tmp_path / "p")
    assert not (tmp_path / "p").exists()


def test_what_stands_there_is_not_overwritten(full: EncryptedCityDatabase, tmp_path: Path) -> None:
    (tmp_path / "p.zip").write_bytes(b"x")
    with pytest.raises(KnownProblem, match="already_exists"):
        map_packs(full).create(MapPackOrder(), tmp_path / "p.zip")


def test_a_viewer_may_not(full: EncryptedCityDatabase, tmp_path: Path) -> None:
    full._access = Access(OperatorId("v"), "閲覧", frozenset({Role.VIEWER}))
    with pytest.raises(KnownProblem, match="no_right"):
        map_packs(full).create(MapPackOrder(), tmp_path / "p")
    with pytest.raises(KnownProblem, match="no_right"):
        map_packs(full).preview(tmp_path)
