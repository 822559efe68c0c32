"""Files that a person asks for: a free name, written whole or not at all, and its folder opened."""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path

from PySide6.QtCore import QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from kurume_bousai.domain.errors import KnownProblem


def documents() -> Path:
    """Return the person's folder for documents."""
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(place) if place and Path(place).is_dir() else Path.home()


def free_place(folder: Path, stem: str, suffix: str) -> Path:
    """Return a name in the folder that no file has yet: 「名前.pdf」, 「名前_2.pdf」 …"""
    place = folder / f"{stem}{suffix}"
    number = 2
    while place.exists():
        place = folder / f"{stem}_{number}{suffix}"
        number += 1
    return place


def write_whole(place: Path, content: bytes) -> None:
    """Write a file readable by its owner only, whole or not at all. On a worker thread.

    Raises
    ------
    KnownProblem
        ``file_unwritable`` or ``disk_full``.
    """
    fresh = place.with_name(f"{place.name}.new")
    try:
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(place)
    except OSError as error:
        with contextlib.suppress(OSError):
            fresh.unlink()
        if error.errno == errno.ENOSPC:
            raise KnownProblem(
                "disk_full",
                "ディスクの空きが足りないため、書けませんでした。",
                where=str(place.parent),
                advice="いらないファイルを片づけるか、別の場所を選んでください。",
            ) from None
        raise KnownProblem(
            "file_unwritable",
            "この場所には書けません。",
            where=str(place),
            advice="別のフォルダーを選ぶか、そのファイルを開いているプログラムを閉じてください。",
        ) from None


def open_folder(place: Path) -> None:
    """Show the folder of a file in the system's own window."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(place.parent)))


def choose_place(parent: QWidget, title: str, place: Path, kinds: str) -> Path | None:
    """Ask where to write; None where the person closed the window. Overwriting is asked there."""
    chosen, _ = QFileDialog.getSaveFileName(parent, title, str(place), kinds)
    return Path(chosen) if chosen else None


def choose_file(parent: QWidget, title: str, kinds: str) -> Path | None:
    """Ask which file to read; None where the person closed the window."""
    chosen, _ = QFileDialog.getOpenFileName(parent, title, str(documents()), kinds)
    return Path(chosen) if chosen else None
