"""Schema versions: alembic, run by path, all or nothing, on the connection of the encrypted file."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, inspect, text

from kurume_bousai import bundled
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.storage.files import sync_file, sync_folder

#: Every revision this program knows, oldest first. Stands here, so that opening a file that is up to
#: date loads neither alembic nor the scripts; a test compares it with the scripts.
REVISIONS: Final = (
    "0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0012", "0014", "0015",
    "0016", "0017", "0018", "0019", "0020", "0021",
)  # fmt: skip
HEAD: Final = REVISIONS[-1]


def scripts_folder() -> Path:
    """Where the migrations are."""
    return bundled.db_folder() / "migrations"


def current_revision(connection: Connection) -> str | None:
    """The revision a file has; None = no schema of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def require_known(revision: str, path: Path) -> None:
    """Refuse a file of a newer program.

    Raises
    ------
    KnownProblem
        ``newer_file``.
    """
    if revision not in REVISIONS:
        raise KnownProblem(
            "newer_file",
            "このデータベースは、新しい版のソフトで作られています。ファイルには手を加えていません。",
            where=str(path),
            advice="このソフトを新しい版にしてから開いてください。",
        )


def upgrade(engine: Engine, revision: str = "head", *, scripts: Path | None = None) -> None:
    """Bring the schema up in one transaction: after a failure nothing of it is left."""
    _run(engine, "upgrade", revision, scripts)


def downgrade(engine: Engine, revision: str, *, scripts: Path | None = None) -> None:
    """Bring the schema down in one transaction."""
    _run(engine, "downgrade", revision, scripts)


def _run(engine: Engine, direction: str, revision: str, scripts: Path | None) -> None:
    from alembic import command  # a third of a second that only a migration pays
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(scripts or scripts_folder()).replace("%", "%%"))
    # The begin event makes this BEGIN IMMEDIATE on a connection without implicit transactions, else
    # SQLite's DDL would be committed statement by statement.
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        if direction == "upgrade":
            command.upgrade(config, revision)
        else:
            command.downgrade(config, revision)


def copy_before(path: Path, revision: str) -> Path:
    """Copy a closed, checkpointed file beside itself before it is migrated; an older copy is replaced.

    Raises
    ------
    OSError
        No room or no right; nothing was changed.
    """
    copy = path.with_name(f"{path.name}.before-{revision}")
    shutil.copy2(path, copy)
    sync_file(copy)
    sync_folder(path.parent)
    return copy
