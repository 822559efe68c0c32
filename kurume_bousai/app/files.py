"""どのファイルか: names and places of the databases and of the clean log."""

from __future__ import annotations

import traceback
from datetime import UTC, datetime
from pathlib import Path

from kurume_bousai.settings import data_dir

APP_NAME = "kurume_bousai"
DATABASE_NAME = "kurume.db"
DEMO_DATABASE_NAME = "kakuu.db"
DEMO_OPERATOR = "架空"
DEMO_PASSPHRASE = "demo"  # noqa: S105 - opens nothing but a fictional database


def default_database_path() -> Path:
    """The database that opens when none is named."""
    return data_dir() / DATABASE_NAME


def demo_database_path(folder: Path | None = None) -> Path:
    """The fictional city's own file, never the city's."""
    return (folder or data_dir() / "kakuu") / DEMO_DATABASE_NAME


def log_path() -> Path:
    """The log of defects: free of personal data, so that it can be handed over."""
    return data_dir() / "log" / "kurume_bousai.log"


def bug_place(error: BaseException) -> str:
    """Where a defect happened: module and line only, never a value."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if APP_NAME in frame.filename] or list(frames)
    if not own:
        return type(error).__name__
    last = own[-1]
    return f"{type(error).__name__} {Path(last.filename).name}:{last.lineno}"


def log_bug(error: BaseException) -> str:
    """Write a defect into the clean log; returns its place. A log that cannot be written is no second bug."""
    place = bug_place(error)
    try:
        path = log_path()
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as log:
            log.write(f"{datetime.now(UTC).isoformat(timespec='seconds')} {place}\n")
    except OSError:
        return place
    return place
