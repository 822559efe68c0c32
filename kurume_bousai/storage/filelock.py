"""One program at a time per database file, held by the operating system and so gone with the process."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from kurume_bousai.domain.errors import KnownProblem

if sys.platform == "win32":
    import msvcrt

    # Windows locks byte ranges and keeps others from reading them: lock far behind the text.
    _LOCK_AT = 1 << 20

    def _seize(file: BinaryIO) -> bool:
        try:
            file.seek(_LOCK_AT)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _seize(file: BinaryIO) -> bool:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class FileLock:
    """占有: an exclusive hold on ``<file>.lock``. A file left by a killed program is no obstacle."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + ".lock")
        self._file: BinaryIO | None = None

    def acquire(self) -> None:
        """Take the hold.

        Raises
        ------
        KnownProblem
            ``already_open``: another copy of the program has the file.
        OSError
            The folder cannot be written.
        """
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        file = os.fdopen(handle, "r+b", buffering=0)
        if not _seize(file):
            holder = _holder(self._path)
            file.close()
            raise KnownProblem(
                "already_open",
                "このデータベースは、もう一つのこのソフトで開かれています。",
                where=holder,
                advice="開いている画面に切りかえるか、そちらを終了してから、もう一度開いてください。",
            )
        file.seek(0)
        file.truncate()
        started = datetime.now().astimezone().isoformat(timespec="seconds")
        file.write(json.dumps({"pid": os.getpid(), "opened_at": started}).encode())
        self._file = file

    def release(self) -> None:
        """Let go; the file stays, because removing it would race with the next holder."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _holder(path: Path) -> str:
    try:
        held = json.loads(path.read_text("utf-8"))
        return f"プロセス番号 {int(held['pid'])}、{held['opened_at']} から"
    except (OSError, ValueError, KeyError, TypeError):
        return ""
