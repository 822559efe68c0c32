"""フォルダーの中の図形のファイル: which files are layers, and which say the same thing again."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kurume_bousai.exchange.layers.notes import Notes, listed, problem

#: The format that is read where one truth comes in several: first what carries its own encoding and system.
_PREFERRED: Final = ("geojson", "gpkg", "shp", "gml", "kml", "table")
#: A list with longitude and latitude (CSV, Excel).
TABLE: Final = "table"
_TABLE_ENDINGS: Final = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xls"})
_FORMAT_WORDS: Final = {
    "shp": "Shapefile",
    "gpkg": "GeoPackage",
    "json": "GeoJSON",
    "kml": "KML",
    "xml": "GML",
    "zip": "圧縮ファイル(zip)",
}
#: Folders that hold the same files in two encodings (国土数値情報 since 2024).
_ENCODING_FOLDERS: Final = {"utf-8": 0, "utf8": 0, "shift-jis": 1, "shift_jis": 1, "sjis": 1, "cp932": 1}
_SHAPE_MAGIC: Final = b"\x00\x00\x27\x0a"
_META_DATE: Final = re.compile(r"<date>\s*(\d{4}-\d{2}-\d{2})\s*</date>")


@dataclass(frozen=True, slots=True)
class LayerPath:
    """図形のファイル: its format by content, and its folder inside the package as published."""

    path: Path
    format: str
    folder: str

    @property
    def shown(self) -> str:
        """The name to tell a person."""
        return self.path.name


#: Endings of files that are looked into.
READABLE: Final = frozenset({".shp", ".geojson", ".json", ".gpkg", ".gml", ".xml", ".kml"}) | _TABLE_ENDINGS


def find_layers(root: Path, notes: Notes, *, where: str) -> list[LayerPath]:
    """Every layer below a folder, one per truth, in order of folder and name.

    Raises
    ------
    KnownProblem
        ``layer_missing``: no file with shapes.
    """
    found = [
        LayerPath(path, kind, path.parent.relative_to(root).as_posix())
        for path in sorted(root.rglob("*"))
        if path.is_file() and (kind := _format_of(path, notes))
    ]
    if not found:
        raise problem("layer_missing", "図形のファイルが見つかりません。", where)
    kept: dict[tuple[str, ...], LayerPath] = {}
    again: list[str] = []
    for one in sorted(found, key=_preference):
        key = _truth(one)
        if key in kept:
            again.append(f"{one.folder}/{one.shown}" if one.folder != "." else one.shown)
        else:
            kept[key] = one
    if again:
        notes.tell(f"同じ内容の別の形式なので、読まなかったファイルがあります: {listed(sorted(again))}。")
    return sorted(kept.values(), key=lambda one: (one.folder, one.shown))


def edition_of(root: Path) -> str:
    """Date of the data as the metadata of a 国土数値情報 package says; empty = it says none."""
    for path in sorted(root.rglob("KS-META*.xml")):
        text = path.read_bytes()[:20_000].decode("cp932", errors="replace")
        if match := _META_DATE.search(text):
            return match.group(1)
    return ""


def _preference(one: LayerPath) -> tuple[int, int, str]:
    words = [
        _ENCODING_FOLDERS[part] for part in one.folder.casefold().split("/") if part in _ENCODING_FOLDERS
    ]
    return _PREFERRED.index(one.format), min(words, default=0), str(one.path)


def _truth(one: LayerPath) -> tuple[str, ...]:
    """What two copies of one truth have in common: the stem, and the folders that are no encoding."""
    folders = [part for part in one.folder.split("/") if part.casefold() not in _ENCODING_FOLDERS]
    return (*folders, one.path.stem.casefold())


def _format_of(path: Path, notes: Notes) -> str:
    """Format by content: a name can lie, and GDAL would open whatever the content asks for."""
    suffix = path.suffix.casefold()
    if suffix in _TABLE_ENDINGS:
        return _table_of(path, notes)
    if suffix not in READABLE:
        return ""
    with path.open("rb") as stream:
        head = stream.read(4096)
    kind = _sniffed(head)
    if kind == "json" and not _is_feature_json(path, head):
        return ""
    if kind == "xml" and suffix != ".gml" and b"KS-META" not in path.name.encode() and b"MD_Metadata" in head:
        return ""
    told = {"json": "geojson", "xml": "gml"}.get(kind, kind)
    if (
        suffix == ".xml"
        and told in {"", "gml"}
        and b"Dataset" not in head
        and b"FeatureCollection" not in head
    ):
        return ""
    if not told and suffix not in {".xml", ".json"}:
        reason = "Webページ(HTML)です" if kind_is_html(head) else "中身が、名前の示す形式ではありません"
        notes.tell(f"「{path.name}」は読みません。{reason}。")
    if told and told not in _READ_AS[suffix]:
        words = _FORMAT_WORDS.get(kind, kind)
        notes.tell(f"「{path.name}」の中身は{words}です。名前ではなく、中身のとおりに読みました。")
    return told


#: Formats that a file with this ending may be without anybody wondering.
_READ_AS: Final = {
    ".shp": {"shp"},
    ".geojson": {"geojson"},
    ".json": {"geojson"},
    ".gpkg": {"gpkg"},
    ".gml": {"gml"},
    ".xml": {"gml", "kml"},
    ".kml": {"kml"},
}


def _table_of(path: Path, notes: Notes) -> str:
    with path.open("rb") as stream:
        head = stream.read(4096)
    if kind_is_html(head):
        notes.tell(f"「{path.name}」は読みません。Webページ(HTML)です。")
        return ""
    return TABLE


def words_of_content(head: bytes) -> str:
    """What a file is by its first bytes, in words; empty = none that we read."""
    if head.startswith(b"PK"):
        return _FORMAT_WORDS["zip"]
    return _FORMAT_WORDS.get(_sniffed(head), "")


def kind_is_html(head: bytes) -> bool:
    """True for a page that a web server sent instead of the file."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return text.startswith((b"<!doctype html", b"<html", b"<head", b"<body"))


def _sniffed(head: bytes) -> str:
    if head.startswith(_SHAPE_MAGIC):
        return "shp"
    if head.startswith(b"SQLite format 3\x00"):
        return "gpkg"
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith(b"{"):
        return "json"
    if text.startswith(b"<") and not kind_is_html(head):
        if b"<kml" in head:
            return "kml"
        if b"opengis.net/gml" in head or b"KsjAppSchema" in head:
            return "xml"
    return ""


def _is_feature_json(path: Path, head: bytes) -> bool:
    """GeoJSON, and no other JSON: a small file is read, of a large one the beginning must say it."""
    if b'"FeatureCollection"' in head or b'"Feature"' in head:
        return True
    if path.stat().st_size > 5_000_000:
        return b'"type"' in head and b'"features"' in head
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return path.suffix.casefold() == ".geojson"  # truncated: the reader says so
    return isinstance(content, dict) and content.get("type") in {"FeatureCollection", "Feature"}
