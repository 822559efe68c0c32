"""Map packs that are hostile, changed or stopped: nothing of them is taken in, nothing stays behind."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kurume_bousai.app.map_packs import map_packs, open_map_pack
from kurume_bousai.app.tiles import tile_packs
from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.errors import Cancelled, KnownProblem
from kurume_bousai.domain.ids import OperatorId
from kurume_bousai.services.maps.map_pack import MapPackOrder
from kurume_bousai.services.progress import no_progress
from kurume_bousai.storage import EncryptedCityDatabase, open_database
from tests.storage.conftest import OPERATOR, PASSPHRASE
from tests.storage.map_packs import (
    another_laptop,
    fill,
    layers_of,
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
