"""地図パックのフォルダーとzip: written whole or not at all, opened only after every hash is compared."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kurume_bousai.exchange.archives import UNREADABLE_ZIP
from kurume_bousai.exchange.map_pack import geopackage, manifest, problems
from kurume_bousai.services.ports.map_pack import (
    LayerEntry,
    MapContents,
    PackedDistrict,
    PackedLayer,
    PackedSite,
    PackManifest,
    TilesEntry,
)
from kurume_bousai.services.progress import Progress

_CHUNK: Final = 1 << 20
_READ_ME: Final = """久留米市 防災 地図パック

このフォルダーには、人の情報は入っていません。地図の層、校区の区域、避難所の場所と、背景の地図だけです。

開き方(QGIS)
  map.gpkg を QGIS の画面に引き入れると、層の一覧が出ます。
  tiles_*.mbtiles も同じように引き入れると、背景の地図になります。

このソフトへの取り込み
  「地図データ」の「地図パック」で、このフォルダー(またはzip)を選びます。
  コマンドでは map-pack import です。

中身の一覧、出典、利用の条件は manifest.json にあります。出典を消さずに使ってください。
"""


def write_pack(contents: MapContents, out: Path, progress: Progress) -> PackManifest:
    """Write a folder, or one file where ``out`` ends with ``.zip``."""
    fresh = out.with_name(f".{out.name}.{secrets.token_hex(4)}.new")
    try:
        with problems.told(out):
            fresh.mkdir(parents=True)
            made = _fill(contents, fresh, progress)
            if out.suffix.casefold() == ".zip":
                _zip(fresh, out, progress)
            else:
                fresh.rename(out)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return made


def _fill(contents: MapContents, folder: Path, progress: Progress) -> PackManifest:
    progress(0, len(contents.tiles) + 1, "地図の層を書いています")
    geopackage.write_geopackage(contents, folder / manifest.GEOPACKAGE)
    for number, one in enumerate(contents.tiles, start=1):
        progress(number, len(contents.tiles) + 1, "背景の地図を写しています")
        shutil.copyfile(one.path, folder / manifest.tiles_name(one))
    (folder / manifest.READ_ME).write_text(_READ_ME, encoding="utf-8")
    files = {
        path.name: (_sha256(path), path.stat().st_size)
        for path in sorted(folder.iterdir(), key=lambda one: one.name)
    }
    (folder / manifest.NAME).write_bytes(manifest.dump(contents, files))
    made = manifest.read_list(folder)
    # What was written is read back: a shape that GDAL changed would be noticed here, not on the other laptop.
    for entry in made.layers:
        progress(0, 0, "書いた層を確かめています")
        geopackage.read_layer(folder / manifest.GEOPACKAGE, made, entry)
    return made


def _zip(folder: Path, out: Path, progress: Progress) -> None:
    fresh = folder.with_suffix(".zip")
    try:
        with zipfile.ZipFile(fresh, "x", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(folder.iterdir(), key=lambda one: one.name):
                progress(0, 0, "一つのファイルにまとめています")
                # Pictures are packed already; packing them again only takes time.
                packing = zipfile.ZIP_STORED if path.suffix == ".mbtiles" else zipfile.ZIP_DEFLATED
                archive.write(path, path.name, packing)
        with fresh.open("rb+") as file:
            os.fsync(file.fileno())
        fresh.replace(out)
    finally:
        fresh.unlink(missing_ok=True)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class FolderPack:
    """開いた地図パック. Implements ``OpenPack``."""

    manifest: PackManifest
    root: Path

    def layers(self, wanted: Sequence[LayerEntry]) -> Iterator[PackedLayer]:
        """The named layers, each checked against its digest."""
        for entry in wanted:
            yield geopackage.read_layer(self.root / manifest.GEOPACKAGE, self.manifest, entry)

    def districts(self) -> list[PackedDistrict]:
        """The 校区 of the pack."""
        found = geopackage.read_districts(self.root / manifest.GEOPACKAGE)
        if len(found) != self.manifest.districts:
            raise problems.broken(self.root.name)
        return found

    def sites(self) -> list[PackedSite]:
        """The sites of the pack."""
        found = geopackage.read_sites(self.root / manifest.GEOPACKAGE)
        if len(found) != self.manifest.sites:
            raise problems.broken(self.root.name)
        return found

    def tiles(self, entry: TilesEntry) -> Path:
        """The file of a set of tiles."""
        return self.root / entry.file_name


@contextmanager
def open_pack(path: Path, progress: Progress) -> Iterator[FolderPack]:
    """Open a folder or a zip; every file of its list is read and compared.

    Raises
    ------
    KnownProblem
        ``map_pack_none``, ``map_pack_newer``, ``map_pack_hostile``, ``map_pack_broken``.
    """
    if path.is_dir():
        yield _compared(path, path.name, progress)
        return
    with tempfile.TemporaryDirectory(prefix="kurume_bousai_map_") as folder:
        _unzip(path, Path(folder), progress)
        yield _compared(Path(folder), path.name, progress)


def _compared(root: Path, where: str, progress: Progress) -> FolderPack:
    told = manifest.read_list(root)
    files = told.details["files"]
    for number, (name, (sha256, size)) in enumerate(files.items()):
        progress(number, len(files), "地図パックを確かめています")
        path = root / name
        with problems.told(path):
            if path.is_symlink() or not path.is_file() or path.stat().st_size != size:
                raise problems.broken(where)
            if _sha256(path) != sha256:
                raise problems.broken(where)
    return FolderPack(told, root)


def _unzip(path: Path, folder: Path, progress: Progress) -> None:
    """Take out what the list names, each not larger than it says; nothing else."""
    with problems.told(path):
        try:
            with zipfile.ZipFile(path) as archive:
                names = archive.namelist()
                if names.count(manifest.NAME) != 1:
                    raise problems.not_a_pack(path.name)
                _take(archive, manifest.NAME, folder, manifest.MOST_BYTES, path.name)
                told = manifest.read_list(folder)
                for number, (name, (_, size)) in enumerate(told.details["files"].items()):
                    progress(number, len(told.details["files"]), "地図パックを広げています")
                    if names.count(name) != 1:
                        raise problems.broken(path.name)
                    _take(archive, name, folder, size, path.name)
        except UNREADABLE_ZIP:
            raise problems.broken(path.name) from None


def _take(archive: zipfile.ZipFile, name: str, folder: Path, most: int, where: str) -> None:
    written = 0
    with archive.open(name) as stream, (folder / name).open("xb") as out:
        while chunk := stream.read(_CHUNK):
            written += len(chunk)
            if written > most:
                raise problems.hostile(where)
            out.write(chunk)
