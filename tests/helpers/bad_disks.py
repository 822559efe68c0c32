"""Disks with bad luck for tests: one that is full, one that cannot be written."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def _mounted(*words: str) -> bool:
    if os.name != "posix" or os.geteuid() != 0:
        return False
    try:
        return subprocess.run(["mount", *words], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@contextmanager
def small_disk(place: Path, size_kib: int) -> Iterator[None]:
    """A disk of its own at ``place``; skips the test where none can be mounted."""
    place.mkdir()
    if not _mounted("-t", "tmpfs", "-o", f"size={size_kib}k", "tmpfs", str(place)):
        pytest.skip("a small disk of its own (tmpfs) can only be mounted by root")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def fill(place: Path) -> Path:
    """Leave no byte free on the disk of ``place``; returns the file that fills it."""
    filler = place / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue
    return filler


@contextmanager
def read_only(place: Path) -> Iterator[None]:
    """``place`` cannot be written: by a read-only mount for root, who ignores modes, else by its mode."""
    if os.name == "posix" and os.geteuid() != 0:
        place.chmod(0o500)
        try:
            yield
        finally:
            place.chmod(0o700)
        return
    if not (_mounted("--bind", str(place), str(place)) and _mounted("-o", "remount,bind,ro", str(place))):
        pytest.skip("as root, a read-only folder needs a bind mount, which is not allowed here")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)
