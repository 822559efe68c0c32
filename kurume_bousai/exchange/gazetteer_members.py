"""The tables inside a dictionary as published: one file, a zip (also of zips), or a folder of them."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.exchange.archives import UNREADABLE_ZIP, member_name
from kurume_bousai.exchange.csv_files import CP932, UTF8, UTF8_BOM
from kurume_bousai.exchange.tables import read_bytes

_TABLE_SUFFIXES: Final = (".csv", ".json")
#: All the tables of one prefecture in ABR stay below this; a bomb does not.
_UNPACKED_LIMIT_BYTES: Final = 1_500_000_000
_MOST_MEMBERS: Final = 5000
_SAMPLE_BYTES: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Member:
    """一つの表 inside the dictionary: its name, its day in the archive ("" = not told) and its bytes."""

    name: str
    day: str
    content: bytes = field(repr=False)

    @property
    def is_json(self) -> bool:
        """True for a list of objects."""
        return self.name.casefold().endswith(".json")

    def encoding(self) -> str:
        """UTF-8 (with or without BOM) where the text is, else CP932: nothing else is published."""
        if self.content.startswith(codecs.BOM_UTF8):
            return UTF8_BOM
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            decoder.decode(self.content[:_SAMPLE_BYTES], final=len(self.content) <= _SAMPLE_BYTES)
        except UnicodeDecodeError:
            return CP932
        return UTF8

    def rows(self) -> Iterator[list[str]]:
        """The records of a CSV, the header first.

        Raises
        ------
        KnownProblem
            ``encoding_unknown``, ``csv_damaged``.
        """
        codec = {UTF8: "utf-8", UTF8_BOM: "utf-8-sig", CP932: "cp932"}[self.encoding()]
        try:
            yield from csv.reader(io.TextIOWrapper(io.BytesIO(self.content), codec, newline=""))
        except UnicodeDecodeError:
            raise KnownProblem(
                "encoding_unknown",
                "文字の種類(文字コード)がわかりません。",
                where=self.name,
                advice="公開されているファイルを、開いて保存し直さずにそのまま使ってください。",
            ) from None
        except csv.Error:
            raise _damaged(self.name) from None

    def objects(self) -> list[dict[str, object]]:
        """The objects of a JSON list.

        Raises
        ------
        KnownProblem
            ``gazetteer_damaged``.
        """
        try:
            found = json.loads(self.content.decode("utf-8-sig"))
        except (ValueError, RecursionError):
            raise _damaged(self.name) from None
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise _damaged(self.name)
        return found


def read_members(path: Path) -> tuple[list[Member], str]:
    """Every table of a dictionary, and the SHA-256 of what was read.

    Raises
    ------
    KnownProblem
        ``file_*``, ``gazetteer_damaged``, ``gazetteer_nothing`` (no CSV or JSON inside).
    """
    contents = [(found.name, read_bytes(found)) for found in _files(path)]
    budget = _Budget(_UNPACKED_LIMIT_BYTES, _MOST_MEMBERS)
    members = [
        member for name, content in contents for member in _members(name, content, "", budget, depth=0)
    ]
    if not members:
        raise KnownProblem(
            "gazetteer_nothing",
            "住所辞書の表(CSV)がありません。",
            where=path.name,
            advice="位置参照情報かアドレス・ベース・レジストリのzip、またはそれを入れたフォルダーを選んでください。",
        )
    digest = hashlib.sha256()
    for _, content in contents:
        digest.update(hashlib.sha256(content).digest() if len(contents) > 1 else content)
    return members, digest.hexdigest()


def _files(path: Path) -> Sequence[Path]:
    if not path.is_dir():
        return [path]
    wanted = {*_TABLE_SUFFIXES, ".zip"}
    return [one for one in sorted(path.iterdir()) if one.is_file() and one.suffix.casefold() in wanted]


@dataclass(slots=True)
class _Budget:
    """残り: bytes and members that may still come out, over all packages inside each other."""

    left_bytes: int
    left_members: int


def _members(name: str, content: bytes, day: str, budget: _Budget, *, depth: int) -> Iterator[Member]:
    if name.casefold().endswith(_TABLE_SUFFIXES):
        yield Member(name, day, content)
    elif name.casefold().endswith(".zip") or content.startswith(b"PK\x03\x04"):
        if depth > 1:
            raise _damaged(name)
        yield from _unpacked(name, content, budget, depth)


def _unpacked(name: str, content: bytes, budget: _Budget, depth: int) -> Iterator[Member]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            inside = [one for one in package.infolist() if not one.is_dir()]
            budget.left_bytes -= sum(one.file_size for one in inside)
            budget.left_members -= len(inside)
            if budget.left_bytes < 0 or budget.left_members < 0:
                raise KnownProblem(
                    "file_too_large",
                    "圧縮ファイルの中身が大きすぎます。",
                    where=name,
                    advice="福岡県か久留米市だけのファイルを使ってください。",
                )
            for one in inside:
                # Only the last part of a name is used, and nothing is written to the disk.
                short = PurePosixPath(member_name(one).replace("\\", "/")).name
                if short.casefold().endswith((*_TABLE_SUFFIXES, ".zip")):
                    day = "{:04}-{:02}-{:02}".format(*one.date_time[:3])
                    yield from _members(short, package.read(one), day, budget, depth=depth + 1)
    except (*UNREADABLE_ZIP, OSError):
        raise _damaged(name) from None


def _damaged(name: str) -> KnownProblem:
    return KnownProblem(
        "gazetteer_damaged",
        "住所辞書のファイルが壊れています。",
        where=name,
        advice="公開元から、もう一度取り出してください。",
    )
