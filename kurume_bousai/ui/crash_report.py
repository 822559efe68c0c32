"""What may be written about a defect: types and places, never values or messages. No Qt here.

A message can quote a name, and so can a local variable; a path can hold the account name of a person.
So a report has the exception's type, module:line of each frame, and the code of a KnownProblem.
"""

from __future__ import annotations

import logging
import platform
import sys
import threading
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Final

from kurume_bousai.domain.errors import KnownProblem

MAX_LOG_BYTES: Final = 256 * 1024
KEPT_LOGS: Final = 3
_MAX_CHAIN: Final = 8
_LOCK: Final = threading.Lock()


def describe(error: BaseException) -> str:
    """Return the report of an exception and of what caused it, one line per frame."""
    lines: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen and len(seen) < _MAX_CHAIN:
        seen.add(id(current))
        lines += _one(current, "caused by " if lines else "")
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "\n".join(lines)


def _one(error: BaseException, lead: str) -> list[str]:
    kind = type(error)
    code = f" [{error.code}]" if isinstance(error, KnownProblem) else ""
    lines = [f"{lead}{kind.__module__}.{kind.__qualname__}{code}", *_frames(error.__traceback__)]
    if isinstance(error, BaseExceptionGroup):
        for part in error.exceptions:
            lines += [f"  {line}" for line in _one(part, "one of ")]
    return lines


def _frames(trace: TracebackType | None) -> list[str]:
    return [f"  {frame.f_globals.get('__name__', '?')}:{line}" for frame, line in traceback.walk_tb(trace)]


def append(log_path: Path, report: str) -> bool:
    """Add a report to the log, rotating it; False when the disk refuses (a crash must not crash)."""
    stamp = datetime.now(UTC).isoformat(timespec="seconds")
    head = f"{stamp} python {platform.python_version()} {sys.platform}"
    try:
        with _LOCK:
            log_path.parent.mkdir(parents=True, exist_ok=True)
            _rotate(log_path)
            with log_path.open("a", encoding="utf-8") as log:
                log.write(f"{head}\n{report}\n\n")
    except OSError:
        return False
    return True


def _rotate(log_path: Path) -> None:
    if not log_path.exists() or log_path.stat().st_size < MAX_LOG_BYTES:
        return
    for number in range(KEPT_LOGS - 1, 0, -1):
        older = log_path.with_name(f"{log_path.name}.{number}")
        if older.exists():
            older.replace(log_path.with_name(f"{log_path.name}.{number + 1}"))
    log_path.replace(log_path.with_name(f"{log_path.name}.1"))


class CleanFormatter(logging.Formatter):
    """Formatter for the program's log that writes tracebacks without messages and values."""

    def formatException(
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        """Return type and frames only (logging)."""
        return describe(ei[1]) if ei[1] is not None else ""

    def format(self, record: logging.LogRecord) -> str:
        """Format without a traceback text that another handler has cached (logging)."""
        record.exc_text = None
        return super().format(record)
