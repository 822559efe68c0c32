"""20,000 rows of a workbook, from the file to committed and audited, against pandas into plain SQLite.

Ours reads every cell by its rule, compares with the list, gives each person a 校区 and writes all in one
transaction into an encrypted file, with first versions, the search index and the audit. The rival keeps text:
``read_excel(engine="openpyxl")`` and ``to_sql``, no check, no key, no history.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from kurume_bousai import app
from kurume_bousai.services.ports import CityDatabase, MemberQuery
from kurume_bousai.services.roster_import import Confirmations, ImportOrder, commit_roster
from tests.benchmarks.surroundings import PEOPLE
from tests.fixtures.rosters import person, write_xlsx

_FAMILIES: Final = ("山田", "森", "久留米", "筑後", "高良")
_PASSPHRASE: Final = "架空の市の長い合言葉"


def run(people: int = PEOPLE) -> dict[str, Any]:
    """Bring the same file in by both ways, once each."""
    with tempfile.TemporaryDirectory(prefix="kurume_bousai_bench_") as name:
        folder = Path(name)
        rows = [
            person(number, 氏名=f"{_FAMILIES[number % len(_FAMILIES)]} 架空{number}")
            for number in range(1, people + 1)
        ]
        file = write_xlsx(folder / "roster.xlsx", rows)
        ours_s, read_s = _ours(folder, file, people)
        other_s = _rival(folder, file, people)
    return {
        "ours_s": round(ours_s, 3),
        "other": "pandas read_excel(engine=openpyxl) + to_sql, plain SQLite",
        "other_s": round(other_s, 3),
        "ratio": round(other_s / ours_s, 2),
        "n": people,
        "read_s": round(read_s, 3),
        "commit_s": round(ours_s - read_s, 3),
    }


def _ours(folder: Path, file: Path, people: int) -> tuple[float, float]:
    database, _recovery_key = app.create_city(folder / "city.db", "架空係", _PASSPHRASE)
    try:
        service = app.roster_import(database)
        # Libraries are loaded before, as the rival's are.
        import_nothing = app.locator(database)
        start = time.perf_counter()
        roster = service.read(file)
        read_s = time.perf_counter() - start
        commit_roster(
            database,
            roster,
            ImportOrder("架空の提供元", is_whole=True),
            Confirmations(),
            clock=app.SystemClock(),
            locator=import_nothing,
        )
        taken_s = time.perf_counter() - start
        _require_whole(database, people)
    finally:
        database.close()
    return taken_s, read_s


def _require_whole(database: CityDatabase, people: int) -> None:
    with database.reading() as session:
        kept = session.members.count(database.access, MemberQuery())
        faults = session.audit.verify()
    if kept != people or faults:
        raise RuntimeError(f"{kept} people were kept, with {len(faults)} faults of the audit")


def _rival(folder: Path, file: Path, people: int) -> float:
    import pandas as pd

    start = time.perf_counter()
    frame = pd.read_excel(file, engine="openpyxl", dtype=str)
    with closing(sqlite3.connect(folder / "plain.db")) as connection:
        frame.to_sql("members", connection, index=False)
        connection.commit()
    taken_s = time.perf_counter() - start
    if len(frame) != people:
        raise RuntimeError("the rival lost rows")
    return taken_s
