"""地図データのファイルを読む: a package or a file as published to layers (``import layer``)."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.exchange.layers.building import FAR, LayerBuilder
from kurume_bousai.exchange.layers.notes import Notes, problem
from kurume_bousai.exchange.layers.packages import copy_beside, unpack
from kurume_bousai.exchange.layers.recognisers import Recognisers, recognisers
from kurume_bousai.exchange.layers.sources import LayerPath, edition_of, find_layers, kind_is_html
from kurume_bousai.exchange.layers.vector import read_table
from kurume_bousai.services.layer_file import LayerFile, ParsedLayer
from kurume_bousai.services.progress import Progress, no_progress

MAX_FILE_BYTES: Final = 1_500_000_000
_ZIP_MAGIC: Final = b"PK"


def read_layer_file(
    path: Path,
    *,
    kind: str | None = None,
    crs: str | None = None,
    is_everywhere: bool = False,
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

    Raises
    ------
    KnownProblem
        ``file_*``, ``zip_*``, ``layer_*``: each with what is wrong and what to do.
    """
    sha256 = _hash(path)
    notes = Notes()
    with tempfile.TemporaryDirectory(prefix="kurume_layer_") as folder:
        root = Path(folder).resolve()
        layers, edition = _found(path, root, notes)
        builder = LayerBuilder(known or recognisers(), notes, kind=kind, crs=crs, is_everywhere=is_everywhere)
        for index, layer in enumerate(layers):
            progress(index, len(layers), f"「{layer.shown}」を読んでいます。")
            _add(builder, layer, notes, is_alone=len(layers) == 1)
        parsed = builder.layers(path.name, sha256, edition)
    _refuse_empty(parsed, notes, path.name)
    return LayerFile(path.name, sha256, parsed, tuple(notes.warnings))


def _add(builder: LayerBuilder, layer: LayerPath, notes: Notes, *, is_alone: bool) -> None:
    """One file of a package that nobody knows is told and passed over; alone, it is refused."""
    for table in read_table(layer, notes):
        try:
            builder.add(table, layer)
        except KnownProblem as problem_found:
            if is_alone or problem_found.code != "layer_unknown":
                raise
            notes.tell(f"「{layer.shown}」は読みません。{problem_found.message}")


def _found(path: Path, root: Path, notes: Notes) -> tuple[list[LayerPath], str]:
    with path.open("rb") as stream:
        head = stream.read(512)
    if kind_is_html(head):
        raise problem(
            "layer_html",
            "地図のデータではなく、Webページ(HTML)です。",
            path.name,
            "公開元のページを開き、データそのものをもう一度受け取ってください。",
        )
    if head.startswith(_ZIP_MAGIC):
        unpack(path, root, notes)
        return find_layers(root, notes, where=path.name), edition_of(root)
    copy_beside(path, root)
    found = find_layers(root, notes, where=path.name)
    return [one for one in found if one.path.stem == path.stem], ""


def _hash(path: Path) -> str:
    """SHA-256 of the file as received."""
    digest = hashlib.sha256()
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise problem(
                "file_too_large",
                "ファイルが大きすぎます。",
                path.name,
                "県や校区で分けて取り込んでください。",
            )
        with path.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
        if path.stat().st_size == 0:
            raise problem("file_empty", "ファイルが空です。", path.name)
    except FileNotFoundError:
        raise problem(
            "file_missing", "ファイルがありません。", path.name, "名前と場所を確かめてください。"
        ) from None
    except OSError as error:
        raise problem(
            "file_unreadable", "ファイルを開けません。", path.name, "読む権限があるかを確かめてください。"
        ) from error
    return digest.hexdigest()


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
    if far:
        raise problem(
            "layer_elsewhere",
            f"図形{far:,}件が、すべて久留米市から離れています。",
            where,
            "久留米市(福岡県40、1次メッシュ4930と5030)を含むファイルを選んでください。",
        )
    raise problem("layer_nothing", "取り込む図形がありません。", where)
