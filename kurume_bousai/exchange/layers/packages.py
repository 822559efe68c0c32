"""公開されたままのzip: unpacked with its folders, and nothing hostile gets out of it."""

from __future__ import annotations

import errno
import shutil
import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from kurume_bousai.exchange.archives import UNREADABLE_ZIP, member_name
from kurume_bousai.exchange.layers.notes import ADVICE_AGAIN, Notes, problem
from kurume_bousai.services.progress import Progress, no_progress

MAX_MEMBERS: Final = 20_000
MAX_UNPACKED_BYTES: Final = 2_000_000_000
#: One stream that grows more than this is no map (shapes shrink 3 to 20 times), unless it is small.
MAX_RATIO: Final = 200
SMALL_BYTES: Final = 50_000_000
MAX_DEPTH: Final = 3  # a package of packages, as a prefecture's A31a is
_CHUNK: Final = 1 << 20
#: Endings worth unpacking; pictures, PDFs and programs of a package stay where they are.
WANTED: Final = frozenset(
    {
        *(".shp", ".shx", ".dbf", ".prj", ".cpg"),
        *(".geojson", ".json", ".gpkg", ".gml", ".xml", ".kml"),
        *(".csv", ".tsv", ".xlsx", ".xls"),
        ".zip",
    }
)
_UNPACKING: Final = "圧縮ファイルを開いています。"


@dataclass(slots=True)
class _Budget:
    """残り: bytes and members that may still come out, over all nested packages."""

    left_bytes: int
    left_members: int
    progress: Progress


def unpack(package: Path, folder: Path, notes: Notes, progress: Progress = no_progress) -> None:
    """Unpack a zip below ``folder``, keeping its folders; zips inside become folders of their own.

    Raises
    ------
    KnownProblem
        ``zip_unreadable``, ``zip_encrypted``, ``zip_slip`` (a member would leave the folder), ``zip_name``
        (a name that no office writes), ``zip_bomb`` (too large, too many or too dense), ``zip_nested``
        (packed more than three times over) or ``disk_full``.
    """
    budget = _Budget(MAX_UNPACKED_BYTES, MAX_MEMBERS, progress)
    _unpack(package, folder, notes, budget, depth=1, where=package.name)


def _unpack(package: Path, folder: Path, notes: Notes, budget: _Budget, *, depth: int, where: str) -> None:
    if depth > MAX_DEPTH:
        raise problem("zip_nested", f"圧縮ファイルの中の圧縮が{MAX_DEPTH}重を超えています。", where)
    try:
        with zipfile.ZipFile(package) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            _refuse_many(len(members), budget, where)
            names = [_safe_name(member, where) for member in members]
            for member, name in zip(members, names, strict=True):
                _extract(archive, member, folder.joinpath(*name), notes, budget, where)
    except (*UNREADABLE_ZIP, OSError) as error:
        refuse_full_disk(error, where)
        raise problem(
            "zip_unreadable", "圧縮ファイルが壊れているか、途中で切れています。", where, ADVICE_AGAIN
        ) from error
    for inner in sorted(folder.rglob("*")):
        if inner.suffix.casefold() == ".zip" and inner.is_file():
            below = inner.with_name(f"{inner.name}.d")
            _unpack(inner, below, notes, budget, depth=depth + 1, where=f"{where} の {inner.name}")
            inner.unlink()


def refuse_full_disk(error: BaseException, where: str) -> None:
    """Raise ``disk_full`` where that is what an error means."""
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        raise problem(
            "disk_full",
            "ディスクの空きが足りないため、ファイルの中身を取り出せませんでした。何も取り込んでいません。",
            where,
            "いらないファイルを片づけてから、もう一度取り込んでください。",
        ) from None


def _refuse_many(members: int, budget: _Budget, where: str) -> None:
    budget.left_members -= members
    if budget.left_members < 0:
        raise problem(
            "zip_bomb", f"圧縮ファイルの中身が{MAX_MEMBERS:,}個を超えています。", where, ADVICE_AGAIN
        )


def _safe_name(member: zipfile.ZipInfo, where: str) -> tuple[str, ...]:
    """The parts of a member's path; one that would leave the folder refuses the whole package."""
    name = member_name(member).replace("\\", "/")
    if any(ord(letter) < 32 or ord(letter) == 0x7F for letter in f"{name}{member.orig_filename}"):
        raise problem(
            "zip_name",
            "圧縮ファイルの中の名前に、使えない文字(改行や見えない文字)があります。何も取り出していません。",
            where,
            ADVICE_AGAIN,
        )
    parts = [part for part in name.split("/") if part not in {"", "."}]
    is_link = stat.S_ISLNK(member.external_attr >> 16)
    leaves = name.startswith("/") or ".." in parts or any(":" in part for part in parts)
    if leaves or is_link or not parts:
        raise problem(
            "zip_slip",
            "圧縮ファイルの中に、取り出し先の外を指す名前があります。何も取り出していません。",
            where,
            ADVICE_AGAIN,
        )
    return tuple(parts)


def _extract(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, notes: Notes, budget: _Budget, where: str
) -> None:
    if target.suffix.casefold() not in WANTED or target.name.startswith("."):
        return
    if member.flag_bits & 0x1:
        raise problem(
            "zip_encrypted",
            "圧縮ファイルに、パスワードがかかっています。",
            where,
            "パスワードを外したファイルにしてください。",
        )
    if target.exists():
        notes.tell(f"「{target.name}」が圧縮ファイルの中に2つあります。後のものは読みません。")
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(member) as stream, target.open("xb") as out:
        _copy(stream, out, member, budget, where)


def _copy(stream: IO[bytes], out: IO[bytes], member: zipfile.ZipInfo, budget: _Budget, where: str) -> None:
    """Copy what really comes out: a declared size can lie."""
    written = 0
    dense = max(member.compress_size, 1) * MAX_RATIO
    while chunk := stream.read(_CHUNK):
        budget.progress(0, 0, _UNPACKING)
        written += len(chunk)
        budget.left_bytes -= len(chunk)
        if budget.left_bytes < 0 or (written > SMALL_BYTES and written > dense):
            raise problem(
                "zip_bomb",
                "圧縮ファイルの中身が、地図のデータとして大きすぎます。取り込みをやめました。",
                where,
                ADVICE_AGAIN,
            )
        out.write(chunk)


def copy_beside(path: Path, folder: Path) -> None:
    """Copy a file and what of a Shapefile stands beside it: nothing is written next to the original."""
    stem = path.stem.casefold()
    kinds = {".shp", ".shx", ".dbf", ".prj", ".cpg"}
    if path.suffix.casefold() not in kinds:
        shutil.copyfile(path, folder / path.name)
        return
    for beside in path.parent.iterdir():
        if beside.stem.casefold() == stem and beside.suffix.casefold() in kinds and beside.is_file():
            shutil.copyfile(beside, folder / beside.name)
