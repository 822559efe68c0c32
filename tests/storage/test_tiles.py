"""Map pictures of any making become packs of one plain form; a hostile file stores nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kurume_bousai.app.tiles import tile_faults, tile_grounds, tile_packs, tile_shelf
from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.errors import Cancelled, KnownProblem
from kurume_bousai.domain.ids import OperatorId
from kurume_bousai.domain.tile_grid import bounds_of, box_of, column_of, row_of
from kurume_bousai.domain.tile_packs import TilePack
from kurume_bousai.services.maps.tile_packs import TilePackService
from kurume_bousai.services.ports.tiles import PackState
from kurume_bousai.services.progress import no_progress
from kurume_bousai.storage import EncryptedCityDatabase
from kurume_bousai.storage.tiles import checking, guarded
from kurume_bousai.storage.tiles.kinds import read_tile_file
from kurume_bousai.storage.tiles.shelf import require_ours
from tests.fixtures import tiles as made

LON, LAT = 130.51, 33.31


@pytest.fixture
def packs(city: EncryptedCityDatabase) -> TilePackService:
    return tile_packs(city)


def added(packs: TilePackService, path: Path, credit: str = "架空市") -> TilePack:
    preview = packs.preview(path)
    return packs.add(preview.named("架空の地図", credit, "CC BY 4.0")).value


def files(city: EncryptedCityDatabase) -> list[Path]:
    folder = tile_shelf(city).folder
    return sorted(folder.iterdir()) if folder.exists() else []


# ---------------------------------------------------------------- what is kept


@pytest.mark.parametrize("view", [False, True])
def test_an_mbtiles_is_kept_and_each_tile_comes_back(
    city: EncryptedCityDatabase, packs: TilePackService, tmp_path: Path, view: bool
) -> None:
    path = made.mbtiles(tmp_path / "架空.mbtiles", view=view)
    preview = packs.preview(path)
    assert preview.facts.title == "架空の地図"
    assert (preview.facts.min_zoom, preview.facts.max_zoom, preview.facts.tile_count) == (13, 15, 15)
    assert files(city) == []
    pack = packs.add(preview).value
    assert [one.name for one in files(city)] == [f"{pack.sha256}.mbtiles"]
    (ground,) = tile_grounds(city)
    assert (ground.title, ground.attribution, ground.min_zoom, ground.max_zoom) == (
        "架空の地図",
        "架空市",
        13,
        15,
    )
    column, row = column_of(LON, 15), row_of(LAT, 15)
    assert ground.read(column, row, 15) == made.png((150, column % 256, row % 256))
    assert ground.read(column, row + 500, 15) is None
    assert ground.read(column, row, 99) is None
    assert bounds_of(box_of(*made.BOX, 15)) == pytest.approx(
        (ground.west, ground.south, ground.east, ground.north), abs=1e-9
    )


def test_what_is_kept_is_of_our_own_making(packs: TilePackService, tmp_path: Path) -> None:
    path = made.mbtiles(tmp_path / "x.mbtiles", view=True)
    pack = added(packs, path)
    kept = packs.shelf.path(pack.sha256)
    require_ours(kept)
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (0x4D504258,)
        facts = dict(connection.execute("SELECT name, value FROM metadata"))
    assert (facts["format"], facts["license"], facts["minzoom"]) == ("png", "CC BY 4.0", "13")
    with pytest.raises(KnownProblem) as refused:
        packs.shelf.keep_copy(path, no_progress)  # not of our making
    assert refused.value.code == "tiles_not_ours"


def test_a_pack_of_ours_is_copied_byte_for_byte(
    city: EncryptedCityDatabase, packs: TilePackService, tmp_path: Path
) -> None:
    pack = added(packs, made.mbtiles(tmp_path / "x.mbtiles"))
    away = tmp_path / "away.mbtiles"
    away.write_bytes(packs.shelf.path(pack.sha256).read_bytes())
    packs.remove(pack.pack_id)
    assert files(city) == []
    again = packs.add_copy(away).value
    assert (again.sha256, again.size_bytes, again.source) == (pack.sha256, pack.size_bytes, pack.source)
    assert packs.add_copy(away).value.pack_id == again.pack_id  # the same file is the same pack
    assert len(packs.packs()) == 1


def test_a_pack_is_in_the_audit_and_gone_after_removal(
    city: EncryptedCityDatabase, packs: TilePackService, tmp_path: Path
) -> None:
    pack = added(packs, made.mbtiles(tmp_path / "x.mbtiles"))
    packs.remove(pack.pack_id)
    with city.reading() as session:
        assert session.audit.verify() == []
        actions = [entry.action for entry in session.audit.entries()]
    assert actions[-2:] == ["tile_pack_added", "tile_pack_removed"]
    with pytest.raises(KnownProblem) as refused:
        packs.remove(pack.pack_id)
    assert refused.value.code == "tiles_no_pack"


def test_a_map_goes_on_without_a_file_that_is_missing_or_changed(
    city: EncryptedCityDatabase, packs: TilePackService, tmp_path: Path
) -> None:
    pack = added(packs, made.mbtiles(tmp_path / "x.mbtiles"))
    path = packs.shelf.path(pack.sha256)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert packs.packs()[0].state is PackState.CHANGED
    assert tile_grounds(city) == ()
    assert "変わっています" in tile_faults(city)[0]
    path.unlink()
    assert packs.packs()[0].state is PackState.MISSING
    assert "ありません" in tile_faults(city)[0]
    # The same file again makes it whole: it is the same pack.
    again = added(packs, tmp_path / "x.mbtiles")
    assert again.pack_id == pack.pack_id
    assert tile_faults(city) == ()


def test_a_stopped_job_leaves_nothing(
    city: EncryptedCityDatabase, packs: TilePackService, tmp_path: Path
) -> None:
    preview = packs.preview(made.mbtiles(tmp_path / "x.mbtiles"))

    def stop(_done: int, _total: int, _text: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        packs.add(preview, stop)
    assert files(city) == []
    assert packs.packs() == ()


def test_a_map_needs_a_name_and_a_source(packs: TilePackService, tmp_path: Path) -> None:
    preview = packs.preview(made.mbtiles(tmp_path / "x.mbtiles", facts={}))
    assert preview.facts.title == "x"
    for words, code in ((("", "架空市"), "tiles_no_title"), (("名", " "), "tiles_no_credit")):
        with pytest.raises(KnownProblem) as refused:
            preview.named(*words, "")
        assert refused.value.code == code
    with pytest.raises(KnownProblem, match="tiles_no_credit"):
        packs.add(preview)


def test_a_viewer_keeps_nothing(city: EncryptedCityDatabase, tmp_path: Path) -> None:
    service = tile_packs(city)
    preview = service.preview(made.mbtiles(tmp_path / "x.mbtiles"))
    city._access = Access(OperatorId("v"), "閲覧", frozenset({Role.VIEWER}))
    for act in (lambda: service.preview(tmp_path / "x.mbtiles"), lambda: service.add(preview)):
        with pytest.raises(KnownProblem, match="no_right"):
            act()
    assert files(city) == []


# ---------------------------------------------------------------- hostile files

COLUMNS = "zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB"
ENDLESS = (
    "CREATE VIEW tiles AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
    "SELECT 1 AS zoom_level, i AS tile_column, 0 AS tile_row, x'00' AS tile_data FROM n"
)
ACTING = (
    "CREATE VIEW tiles AS SELECT 1 AS zoom_level, 0 AS tile_column, 0 AS tile_row, "
    "randomblob(100000000) AS tile_data"
)


def one(content: object, zoom: object = 3, column: object = 1, row: object = 1) -> list[made.Row]:
    return [(zoom, column, row, content)]


def cut(path: Path) -> Path:
    path.write_bytes(path.read_bytes()[:-3000])
    return path


def hostile(kind: str, path: Path) -> Path:
    """A file of one kind of badness."""
    png = made.png()
    rows: dict[str, list[made.Row]] = {
        "zoom": one(png, zoom=60, column=1, row=1),
        "negative": one(png, zoom=-1, column=0, row=0),
        "column": one(png, column=8),
        "text": one(png, zoom="3; DROP TABLE tiles"),
        "gzip": one(b"\x1f\x8b\x08vector"),
        "html": one(b"<html><script>alert(1)</script></html>"),
        "svg": one(b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        "wide": one(made.png(size=2000)),
        "heavy": one(b"\x89PNG" + b"\0" * 3_000_000),
        "huge": one(b"\0" * 5_000_000),
        "empty": [],
    }
    if kind in rows:
        return made.mbtiles(path, rows[kind])
    sql = {
        "no tables": ("CREATE TABLE other (x INTEGER)",),
        "no columns": ("CREATE TABLE tiles (x INTEGER)",),
        "endless": (ENDLESS,),
        "acting": (ACTING,),
        "gpkg": ("CREATE TABLE gpkg_contents (table_name TEXT)",),
    }
    if kind in sql:
        return made.with_sql(path, *sql[kind])
    if kind == "pbf":
        return made.mbtiles(path, one(png), facts={"format": "pbf"})
    contents = {
        "html file": b"<html>403 Forbidden</html>",
        "nothing": b"",
        "header": b"SQLite format 3\0junk",
    }
    if kind in contents:
        path.write_bytes(contents[kind])
        return path
    assert kind == "cut"
    return cut(made.mbtiles(path))


CASES = {
    "zoom": "tiles_absurd_place",
    "negative": "tiles_absurd_place",
    "column": "tiles_absurd_place",
    "text": "tiles_absurd_place",
    "gzip": "tiles_vector",
    "pbf": "tiles_vector",
    "html": "tiles_wrong_media",
    "svg": "tiles_wrong_media",
    "wide": "tiles_huge_tile",
    "heavy": "tiles_huge_tile",
    "huge": "tiles_huge_tile",
    "empty": "tiles_none",
    "no tables": "tiles_no_tables",
    "no columns": "tiles_no_tables",
    "gpkg": "tiles_no_tables",
    "endless": "tiles_unsafe",
    "acting": "tiles_unsafe",
    "html file": "tiles_unknown_kind",
    "nothing": "tiles_unknown_kind",
    "header": "tiles_unreadable",
    "cut": "tiles_unreadable",
}


@pytest.mark.parametrize("kind", CASES)
def test_a_hostile_file_is_told_and_stores_nothing(
    city: EncryptedCityDatabase, packs: TilePackService, tmp_path: Path, kind: str
) -> None:
    path = hostile(kind, tmp_path / "怪しい.mbtiles")
    before = path.read_bytes()
    with pytest.raises(KnownProblem) as refused:
        packs.preview(path)
    problem = refused.value
    assert problem.code == CASES[kind]
    assert problem.message.endswith("。")
    assert problem.where == path.name
    assert problem.advice.endswith("。")
    assert files(city) == []
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.glob("怪しい*")] == [path.name]  # no -wal, -shm, -journal


def test_a_view_that_takes_for_ever_is_stopped(
    packs: TilePackService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guarded, "_MOST_PAUSES", 5)
    path = made.with_sql(
        tmp_path / "x.mbtiles",
        "CREATE TABLE n (i INTEGER)",
        "INSERT INTO n SELECT value FROM json_each('[" + "1," * 399 + "1]')",
        "CREATE VIEW tiles AS SELECT 1 AS zoom_level, 0 AS tile_column, 0 AS tile_row, x'00' AS tile_data "
        "FROM n a, n b, n c, n d WHERE a.i + b.i + c.i + d.i < 0",
    )
    with pytest.raises(KnownProblem, match="tiles_too_slow"):
        packs.preview(path)


def test_a_file_still_open_elsewhere_is_not_read(packs: TilePackService, tmp_path: Path) -> None:
    path = tmp_path / "x.mbtiles"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"CREATE TABLE tiles ({COLUMNS})")
        connection.commit()
        with pytest.raises(KnownProblem, match="tiles_still_open"):
            packs.preview(path)


def test_too_much_is_refused(packs: TilePackService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made.mbtiles(tmp_path / "x.mbtiles")
    monkeypatch.setattr(checking, "MOST_TILES", 5)
    with pytest.raises(KnownProblem, match="tiles_too_many"):
        packs.preview(path)
    monkeypatch.setattr(checking, "MOST_TILES", 500)
    monkeypatch.setattr(checking, "MOST_PACK_BYTES", 5)
    with pytest.raises(KnownProblem, match="tiles_too_many"):
        packs.preview(path)


def test_damaged_tiles_are_left_out_and_said(packs: TilePackService, tmp_path: Path) -> None:
    whole = made.rows((14,))
    torn = [(*whole[0][:3], made.png()[:-20]), (*whole[1][:3], None), *whole[2:]]
    preview = packs.preview(made.mbtiles(tmp_path / "x.mbtiles", torn))
    assert preview.facts.tile_count == len(whole) - 2
    assert "壊れているタイルが2枚" in preview.warnings[0]


def test_a_map_of_elsewhere_is_said(packs: TilePackService, tmp_path: Path) -> None:
    preview = packs.preview(made.mbtiles(tmp_path / "x.mbtiles", one(made.png(), zoom=10, column=5, row=5)))
    assert "重なっていません" in preview.warnings[0]


def test_a_scheme_that_counts_from_the_north_is_believed(packs: TilePackService, tmp_path: Path) -> None:
    rows = [(zoom, column, 2**zoom - 1 - row, content) for zoom, column, row, content in made.rows((15,))]  # type: ignore[operator]
    preview = packs.preview(made.mbtiles(tmp_path / "x.mbtiles", rows, facts={"scheme": "xyz"}))
    assert preview.warnings == ()


def test_jpeg_and_png_may_be_mixed(packs: TilePackService, tmp_path: Path) -> None:
    rows = made.rows((13,), made.png()) + made.rows((14, 15), made.jpeg())
    assert packs.preview(made.mbtiles(tmp_path / "x.mbtiles", rows)).facts.media_type == "image/jpeg"


# ---------------------------------------------------------------- GeoPackage


def test_a_geopackage_on_the_web_map_is_taken_as_it_is(tmp_path: Path) -> None:
    file = read_tile_file(made.web_geopackage(tmp_path / "x.gpkg"), no_progress)
    assert (file.facts.title, file.facts.attribution, file.facts.min_zoom) == ("架空の図", "架空市", 15)
    found = {(tile.column, tile.row): tile.content for tile in file.tiles(no_progress)}
    box = box_of(*made.BOX, 15)
    assert found.keys() == set(box.places())
    assert found[box.first_column, box.first_row] == made.png((0, 0, 77))


def test_a_geopackage_in_the_plane_is_cut_anew(tmp_path: Path) -> None:
    path = made.geopackage(
        tmp_path / "x.gpkg",
        epsg=6670,
        left=-46_000,
        top=35_000,
        unit=2.0,
        wide=4,
        high=3,
        table='odd "name; --',
    )
    file = read_tile_file(path, no_progress)
    assert file.facts.max_zoom >= 15
    assert len(list(file.tiles(no_progress))) <= file.facts.tile_count


@pytest.mark.parametrize(("epsg", "code"), [(4301, "tiles_system"), (32652, "tiles_system")])
def test_a_geopackage_in_a_system_not_computed_here_is_refused(tmp_path: Path, epsg: int, code: str) -> None:
    path = made.geopackage(tmp_path / "x.gpkg", epsg=epsg, left=0, top=0, unit=1, wide=1, high=1)
    with pytest.raises(KnownProblem, match=code):
        read_tile_file(path, no_progress)
