"""Ports for keeping the file itself: is the audit whole, a backup, the sheets that go into a safe."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class AuditCheck:
    """監査記録の点検: number of entries, the printed head, and one Japanese sentence per fault."""

    entries: int
    head: str
    faults: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """No fault was found."""
        return not self.faults


@dataclass(frozen=True, slots=True)
class FileKeeping:
    """ファイルの管理: callables of the outer layers, safe on a worker thread.

    ``verify`` takes a head printed on a paper ("" = none); ``backup`` returns the head at that moment.
    Both raise ``KnownProblem`` ``no_right`` and what the disk says. ``recovery_pdf`` and
    ``shortcut_pdf`` return the bytes of a sheet and touch no disk.
    """

    verify: Callable[[str], AuditCheck] = field(repr=False)
    backup: Callable[[Path], str] = field(repr=False)
    recovery_pdf: Callable[[str], bytes] = field(repr=False)
    shortcut_pdf: Callable[[Sequence[tuple[str, str, str]]], bytes] = field(repr=False)
    log_path: Path
