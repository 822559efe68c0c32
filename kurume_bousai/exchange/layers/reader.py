"""地図データのファイルを読む: a package or a file as published to layers (``import layer``)."""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.exchange.archives import UNREADABLE_ZIP
from kurume_bousai.exchange.layers.building import LayerBuilder
from kurume_bousai.exchange.layers.notes import Notes, empty_file, problem
from kurume_bousai.exchange.layers.own import describe
from kurume_bousai.exchange.layers.packages import copy_beside, refuse_full_disk, unpack
from kurume_bousai.exchange.layers.recognisers import Recognisers, recognisers
from kurume_bousai.exchange.layers.sorting import FAR
from kurume_bousai.exchange.layers.sources import (
    READABLE,
    LayerPath,
    edition_of,
    find_layers,
    kind_is_html,
    words_of_content,
)
from kurume_bousai.exchange.layers.tables import RawTable
from kurume_bousai.exchange.layers.vector import read_table
from kurume_bousai.services.ports.layer_files import FileShapes, LayerFile, OwnMapping, ParsedLayer
from kurume_bousai.services.progress import Progress, no_progress

MAX_FILE_BYTES: Final = 1_500_000_000
_ZIP_MAGIC: Final = b"PK"
_GONE_ADVICE: Final = "名前と場所を確かめ、つなぎ直してから、もう一度選んでください。"


def read_layer_file(
    path: Path,
    *,
    kind: str | None = None,
    crs: str | None = None,
    is_everywhere: bool = False,
    own: OwnMapping | None = None,
    known: Recognisers | None = None,
    progress: Progress = no_progress,
) -> LayerFile:
    """Read every layer of a file in EPSG:6668, near the city, repaired and with its values.

    Parameters
    ----------
    kind
        A dataset of ``maps/datasets.toml`` or ``other``; None = by the attributes.
    crs
        The system that a person confirms for a file that says none, e.g. ``EPSG:4612``.
    is_everywhere
        Keep shapes far from the city too (a neighbouring prefecture's file, a test of a reader).
    own
        What a file of one's own is called and which of its columns are shown.

    Raises
    ------
    KnownProblem
        ``file_*``, ``zip_*``, ``layer_*``, ``disk_full``: each with what is wrong and what to do.
    Cancelled
        From ``progress``; nothing stays behind.
    """
    ready = known or recognisers()
    with opened_layers(path, progress) as opened:
        notes, layers = opened.notes, opened.layers
        builder = LayerBuilder(ready, notes, kind=kind, crs=crs, is_everywhere=is_everywhere, own=own)
        for index, layer in enumerate(layers):
            progress(index, len(layers), f"「{layer.shown}」を読んでいます。")
            _add(builder, layer, notes, ready, is_alone=len(layers) == 1)
        progress(len(layers), len(layers), "図形をまとめています。")
        parsed = builder.layers(shown_name(path), opened.sha256, opened.edition)
    _refuse_empty(parsed, notes, shown_name(path))
    return LayerFile(shown_name(path), opened.sha256, parsed, tuple(notes.warnings))


def describe_layer_file(
    path: Path, *, known: Recognisers | None = None, progress: Progress = no_progress
) -> FileShapes:
    """Say what columns and shapes a file has, for one that nobody recognises.

    Raises ``KnownProblem`` as ``read_layer_file`` does.
    """
    ready = known or recognisers()
    with opened_layers(path, progress) as opened:
        tables: list[RawTable] = []
        for index, layer in enumerate(opened.layers):
            progress(index, len(opened.layers), f"「{layer.shown}」を読んでいます。")
            tables.extend(read_table(layer, opened.notes, ready.aliases))
    return describe(shown_name(path), tables)


@dataclass(frozen=True, slots=True)
class OpenedLayers:
    """開いたファイル: its layers in a folder of ours, which goes away with the context."""

    sha256: str
    layers: list[LayerPath]
    edition: str
    notes: Notes


@contextmanager
def opened_layers(path: Path, progress: Progress = no_progress) -> Iterator[OpenedLayers]:
    """Unpack or copy a file into a folder of ours and find its layers; the original is never touched.

    Raises ``KnownProblem`` as ``read_layer_file`` does, but for ``layer_*`` of single layers.
    """
    sha256 = _hash(path, progress)
    notes = Notes()
    with tempfile.TemporaryDirectory(prefix="kurume_layer_") as folder:
        root = Path(folder).resolve()
        try:
            layers, edition = _found(path, root, notes, progress)
        except OSError as error:
            refuse_full_disk(error, shown_name(path))
            raise _gone(path) from error
        yield OpenedLayers(sha256, layers, edition, notes)


def shown_name(path: Path) -> str:
    """The name of a file as it is told and kept: without characters that no one sees."""
    return "".join(letter if letter.isprintable() else "?" for letter in path.name)


def _add(
    builder: LayerBuilder, layer: LayerPath, notes: Notes, known: Recognisers, *, is_alone: bool
) -> None:
    """One file of a package that nobody knows is told and passed over; alone, it is refused."""
    passed_over = {"layer_unknown", "layer_no_points", "no_header", "layer_no_shapes"}
    try:
        for table in read_table(layer, notes, known.aliases):
            builder.add(table, layer)
    except KnownProblem as problem_found:
        if is_alone or problem_found.code not in passed_over:
            raise
        notes.tell(f"「{layer.shown}」は読みません。{problem_found.message}")


def _found(path: Path, root: Path, notes: Notes, progress: Progress) -> tuple[list[LayerPath], str]:
    with path.open("rb") as stream:
        head = stream.read(512)
    name = shown_name(path)
    if kind_is_html(head):
        raise problem(
            "layer_html",
            "地図のデータではなく、Webページ(HTML)です。",
            name,
            "公開元のページを開き、データそのものをもう一度受け取ってください。",
        )
    if head.startswith(_ZIP_MAGIC) and not _is_workbook(path):
        unpack(path, root, notes, progress)
        return find_layers(root, notes, where=name), edition_of(root)
    if path.suffix.casefold() not in READABLE and (words := words_of_content(head)):
        raise problem(
            "layer_missing",
            f"名前の終わりが「{path.suffix}」なので、図形のファイルが見つかりません。中身は{words}です。",
            name,
            "名前の終わりを、中身に合わせて直してください(例 .geojson、.gpkg、.kml)。",
        )
    copy_beside(path, root)
    found = [one for one in find_layers(root, notes, where=name) if one.path.stem == path.stem]
    if not found:
        raise problem("layer_missing", "図形のファイルが見つかりません。", name)
    return found, ""


def _is_workbook(path: Path) -> bool:
    """True for an Excel book, which is a zip too."""
    try:
        with zipfile.ZipFile(path) as package:
            return "[Content_Types].xml" in package.namelist()
    except UNREADABLE_ZIP:
        return False


def _hash(path: Path, progress: Progress) -> str:
    """SHA-256 of the file as received."""
    digest, where = hashlib.sha256(), shown_name(path)
    try:
        if path.is_dir():
            raise problem(
                "file_is_folder",
                "これはフォルダーで、ファイルではありません。",
                where,
                "中のファイルを選ぶか、フォルダーを右クリックしてzipにまとめてから選んでください。",
            )
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise problem(
                "file_too_large", "ファイルが大きすぎます。", where, "県や校区で分けて取り込んでください。"
            )
        if size == 0:
            raise problem(
                "file_empty", "ファイルが空です(0バイト)。", where, "公開元からもう一度受け取ってください。"
            )
        with path.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                progress(0, 0, "ファイルを確かめています。")
                digest.update(chunk)
    except FileNotFoundError:
        raise problem("file_missing", "ファイルがありません。", where, _GONE_ADVICE) from None
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL
        raise _gone(path) from error
    return digest.hexdigest()


def _gone(path: Path) -> KnownProblem:
    return problem(
        "file_unreadable",
        "ファイルを読めません。読む権限がないか、USBメモリーや共有フォルダーが外れています。",
        shown_name(path),
        _GONE_ADVICE,
    )


def _refuse_empty(layers: Sequence[ParsedLayer], notes: Notes, where: str) -> None:
    """A file with nothing near the city is refused, and where its shapes are is told.

    An empty hazard layer that is known to cover the city is an answer (nothing lies there), so it is kept.
    """
    if any(layer.features or layer.coverage for layer in layers):
        return
    if not layers:
        told = " ".join(notes.warnings[:3])
        raise problem("layer_nothing", f"取り込む図形がありません。{told}", where)
    far = sum(layer.left_out.get(FAR, 0) for layer in layers)
    if far and far == sum(sum(layer.left_out.values()) for layer in layers):
        raise problem(
            "layer_elsewhere",
            f"図形{far:,}件が、すべて久留米市から離れています。",
            where,
            "久留米市(福岡県40、1次メッシュ4930と5030)を含むファイルを選んでください。",
        )
    reasons = Counter[str]()
    for layer in layers:
        reasons.update(layer.left_out)
    if not reasons:
        raise empty_file(where)
    told = "、".join(f"{reason}({count:,}件)" for reason, count in reasons.most_common())
    raise problem(
        "layer_nothing",
        f"取り込める図形が1件もありません。わけ: {told}。",
        where,
        "図形の入ったデータを、公開元からもう一度受け取ってください。",
    )
