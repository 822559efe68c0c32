"""A map pack carries the map to another laptop, the same to the last bit, and nobody's data with it."""

from __future__ import annotations

import io
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import shapely
from PIL import Image

from kurume_bousai.app.map_packs import map_packs
from kurume_bousai.app.tiles import tile_grounds
from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import BackgroundId, OperatorId
from kurume_bousai.domain.layers import LayerFeature, LayerId
from kurume_bousai.domain.shelters import (
    Ownership,
)
from kurume_bousai.services.maps.map_pack import Arrival, MapPackOrder
from kurume_bousai.storage import EncryptedCityDatabase
from tests.storage.map_packs import (
    DESIGNATED,
    EMERGENCY,
    SENTINELS,
    TSUBUKU,
    another_laptop,
    fill,
    layers_of,
    sites_of,
)


@pytest.fixture
def full(city: EncryptedCityDatabase, tmp_path: Path) -> EncryptedCityDatabase:
    fill(city, tmp_path)
    return city


@pytest.fixture
def other(empty_city: Path, tmp_path: Path) -> Iterator[EncryptedCityDatabase]:
    database = another_laptop(empty_city, tmp_path)
    yield database
    database.close()


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
