"""Files appear whole or not at all: written beside their place, then moved there."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from kurume_bousai.domain.errors import KnownProblem

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}


class StagedFiles:
    """仕上げ前のファイル, mode 0600, with names that say nothing."""

    def __init__(self) -> None:
        self._pending: list[tuple[Path, Path]] = []

    def add(self, place: Path, content: bytes) -> None:
        """Write one file beside its place.

        Raises
        ------
        KnownProblem
            ``folder_missing``, ``folder_read_only``, ``disk_full``, ``is_folder`` or ``write_failed``.
        """
        neighbour = place.with_name(f".{secrets.token_hex(8)}.tmp")
        self._pending.append((neighbour, place))
        try:
            _check_place(place)
            _write(neighbour, content)
        except OSError as error:
            raise _known(error, place) from None

    def reserve(self, place: Path, size: int) -> None:
        """Keep room for a file beside its place, with nothing in it yet; problems as ``add``."""
        self.add(place, bytes(size))

    def fill(self, place: Path, content: bytes) -> None:
        """Write a file into the room that was kept for it; problems as ``add``."""
        neighbour = next(beside for beside, target in self._pending if target == place)
        try:
            with neighbour.open("r+b") as stream:
                stream.write(content)
                stream.truncate()
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            raise _known(error, place) from None

    @contextlib.contextmanager
    def stream(self, place: Path) -> Iterator[BinaryIO]:
        """Write one file piece by piece beside its place; problems as ``add``."""
        neighbour = place.with_name(f".{secrets.token_hex(8)}.tmp")
        self._pending.append((neighbour, place))
        try:
            _check_place(place)
            with _opened(neighbour) as stream:
                yield stream
        except OSError as error:
            raise _known(error, place) from None

    def publish(self) -> None:
        """Give every file its name; raises ``file_in_use`` where another program holds the old one."""
        while self._pending:
            _move(*self._pending[0])
            del self._pending[0]

    def discard(self) -> None:
        """Remove what was not published."""
        for neighbour, _ in self._pending:
            with contextlib.suppress(OSError):
                neighbour.unlink(missing_ok=True)
        self._pending.clear()


@contextlib.contextmanager
def staging() -> Iterator[StagedFiles]:
    """Files that appear together or not at all; what is not published is gone at the end."""
    files = StagedFiles()
    try:
        yield files
    finally:
        files.discard()


def save(place: Path, content: bytes) -> None:
    """Write one file whole or not at all; errors as ``StagedFiles``."""
    with staging() as files:
        files.add(place, content)
        files.publish()


def _check_place(target: Path) -> None:
    if target.is_dir():
        raise KnownProblem(
            "is_folder",
            "書き出し先がフォルダーです。",
            where=str(target),
            advice="ファイルの名前まで指定してください。",
        )
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "read-only file")


def _write(place: Path, content: bytes) -> None:
    with _opened(place) as stream:
        stream.write(content)


@contextlib.contextmanager
def _opened(place: Path) -> Iterator[BinaryIO]:
    """A new file that is on the disk for certain when the block ends well."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(place, flags, 0o600), "wb") as stream:
        yield stream
        stream.flush()
        os.fsync(stream.fileno())


def _move(neighbour: Path, place: Path) -> None:
    try:
        neighbour.replace(place)
    except PermissionError:
        # Windows refuses to replace a file that another program holds open.
        raise KnownProblem(
            "file_in_use",
            "ファイルがほかのプログラムで開かれているため、書き出せません。",
            where=str(place),
            advice="開いているプログラムを閉じるか、別の名前にしてください。",
        ) from None
    except OSError as error:
        raise _known(error, place) from None


def _known(error: OSError, target: Path) -> KnownProblem:
    where = str(target)
    if error.errno in _FULL:
        return KnownProblem(
            "disk_full",
            "ディスクの空きが足りないため、書き出せません。",
            where=where,
            advice="不要なファイルを消すか、別のディスクを指定してください。",
        )
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return KnownProblem(
            "folder_missing",
            "書き出し先のフォルダーがありません。",
            where=where,
            advice="フォルダーをつくるか、別の場所を指定してください。",
        )
    if error.errno in _READ_ONLY:
        return KnownProblem(
            "folder_read_only",
            "書き出し先に書き込めません。",
            where=where,
            advice="書き込める場所を指定するか、読み取り専用を外してください。",
        )
    return KnownProblem(
        "write_failed",
        "ファイルを書き出せませんでした。",
        where=where,
        advice="別の場所に書き出してみてください。",
    )
