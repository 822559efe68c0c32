"""What SQLite and the disk say, turned into problems a person can mend. Never a value of a row in it."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy.exc import DBAPIError
from sqlcipher3 import dbapi2 as driver

from kurume_bousai.domain.errors import Cancelled, KnownProblem

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_DENIED = (errno.EACCES, errno.EPERM, errno.EROFS)


def disk_full(path: Path) -> KnownProblem:
    """No room on the disk; what was saved before stands."""
    return KnownProblem(
        "disk_full",
        "ディスクの空きがなく、保存できませんでした。これまでに保存したものは残っています。",
        where=str(path),
        advice="不要なファイルを消して空きをつくり、もう一度保存してください。",
    )


def read_only(path: Path) -> KnownProblem:
    """Folder or file cannot be written."""
    return KnownProblem(
        "read_only",
        "データベースのある場所に書き込めません。",
        where=str(path),
        advice="書き込みのできるフォルダーに移すか、フォルダーの権限を確かめてください。",
    )


def not_a_database(path: Path) -> KnownProblem:
    """Half-written, cut off or damaged."""
    return KnownProblem(
        "not_a_database",
        "データベースのファイルが壊れているか、途中で切れています。ファイルには手を加えていません。",
        where=str(path),
        advice="このファイルを別の場所にとっておき、最後の控えから「復元」してください。",
    )


def not_ours(path: Path) -> KnownProblem:
    """Some other program's file."""
    return KnownProblem(
        "not_ours",
        "このファイルは、このソフトのデータベースではありません。",
        where=str(path),
        advice="開くファイルを確かめてください。",
    )


def not_found(path: Path) -> KnownProblem:
    """No such database."""
    return KnownProblem(
        "no_database",
        "データベースが見つかりません。",
        where=str(path),
        advice="場所を確かめるか、新しく作ってください(コマンドでは init または demo)。",
    )


def translate(error: BaseException, path: Path) -> BaseException:
    """The problem behind a driver's or the system's error; the error itself where it is a defect of ours."""
    if isinstance(error, DBAPIError) and error.orig is not None:
        return translate(error.orig, path)
    if isinstance(error, OSError):
        return _translate_os(error, path)
    if isinstance(error, driver.Error):
        return _translate_driver(error, path)
    return error


def _translate_os(error: OSError, path: Path) -> BaseException:
    if error.errno in _FULL:
        return disk_full(path)
    if error.errno in _DENIED:
        return read_only(path)
    if error.errno == errno.ENOENT:
        return not_found(path)
    return error


def _translate_driver(error: Exception, path: Path) -> BaseException:
    text = str(error).lower()
    for words, problem in _SAID:
        if any(word in text for word in words):
            return problem(path)
    return error


def _disk_error(path: Path) -> KnownProblem:
    return KnownProblem(
        "disk_error",
        "ディスクの読み書きに失敗しました。これまでに保存したものは残っています。",
        where=str(path),
        advice="ディスクの空きと接続を確かめて、もう一度試してください。",
    )


def _busy(path: Path) -> KnownProblem:
    return KnownProblem(
        "busy",
        "ほかの処理がデータベースを使っているため、保存できませんでした。",
        where=str(path),
        advice="少し待って、もう一度試してください。",
    )


def _interrupted(_path: Path) -> Cancelled:
    return Cancelled()


#: What SQLite says; the driver gives no codes for every kind of error.
_SAID: Final[tuple[tuple[tuple[str, ...], Callable[[Path], Exception]], ...]] = (
    (("interrupted",), _interrupted),
    (("disk is full",), disk_full),
    (("readonly", "unable to open", "permission"), read_only),
    (("not a database", "malformed"), not_a_database),
    (("disk i/o",), _disk_error),
    (("locked", "busy"), _busy),
)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Raise driver's and system's errors inside as known problems."""
    try:
        yield
    except (DBAPIError, OSError, driver.Error) as error:
        found = translate(error, path)
        if found is error:
            raise
        # The driver's error is dropped: its text may quote what stood in a row.
        raise found from None
