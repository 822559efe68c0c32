"""ファイルの番の用件をつなぐ: audit, backup and the sheets for the safe."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kurume_bousai.app.files import DATABASE_NAME, log_path
from kurume_bousai.domain.access import Right

if TYPE_CHECKING:
    from kurume_bousai.services.ports.operators import FileKeeping
    from kurume_bousai.storage import EncryptedCityDatabase


def keeping(database: EncryptedCityDatabase) -> FileKeeping:
    """監査記録, backup and the sheets for the safe."""
    from kurume_bousai.services.ports.operators import AuditCheck, FileKeeping

    def verify(expected_head: str) -> AuditCheck:
        database.access.require(Right.VERIFY_AUDIT)
        with database.reading() as session:
            faults = session.audit.verify(expected_head or None)
            entries, head = len(session.audit.entries()), session.audit.head()
        if broken := database.broken_pages():
            faults.append(f"データベースのファイルに、壊れた箇所が{broken}か所あります。")
        return AuditCheck(entries, head, tuple(faults))

    def backup(place: Path) -> str:
        from kurume_bousai.storage.backup import backup as write

        return write(database, place)

    return FileKeeping(verify, backup, recovery_pdf, shortcut_pdf, log_path())


def recovery_pdf(recovery_key: str) -> bytes:
    """The sheet of the recovery key in large type; in memory only."""
    from kurume_bousai.reports.sheets import recovery_sheet

    return recovery_sheet(recovery_key, DATABASE_NAME)


def shortcut_pdf(rows: Sequence[tuple[str, str, str]]) -> bytes:
    """The page of all actions with their keys."""
    from kurume_bousai.reports.sheets import shortcut_sheet

    return shortcut_sheet(rows)
