"""Three extracts, 30,000 rows, from the files to committed, reconciled and audited, against pandas.

Ours reads every cell by its rule, holds the office's control totals against the file, compares with the whole
list, gives each person a 校区 and writes into an encrypted file with first versions, the search index and the
audit, counts again from the database and only then keeps it, durable on the disk. The rival keeps text: read
and ``to_sql`` into plain SQLite; no check, no key, no history. Both do three workbooks and then the same rows
as three CSV; ours and the rival take turns and the lower of two counts for each, so that neither pays for the
other's first use of a library.
"""

from __future__ import annotations

import gc
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kurume_bousai import app
from kurume_bousai.services.people.roster_file import ControlTotals
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.services.ports.sessions import CityDatabase
from kurume_bousai.services.roster_import.control_totals import DISTRICT, TOTAL
from kurume_bousai.services.roster_import.order import ImportFile, ImportOrder
from kurume_bousai.services.roster_import.session import commit_rosters
from tests.benchmarks import extracts

ROWS: Final = 30_000
#: Workbooks: no more time than pandas. CSV: at most this many times.
MOST_TIMES_CSV: Final = 15.0
_ROUNDS: Final = 2
OPERATOR: Final = "架空係"
PASSPHRASE: Final = "架空の市の長い合言葉"


@dataclass(frozen=True, slots=True)
class Extract:
    """One office's file with what it must add up to."""

    source: str
    path: Path
    totals: ControlTotals


def run(rows: int = ROWS) -> dict[str, Any]:
    """Bring the same rows in by both ways, as workbooks and as CSV."""
    with tempfile.TemporaryDirectory(prefix="kurume_bousai_bench_") as name:
        folder = Path(name)
        found = {kind: _compare(folder, kind, rows) for kind in ("xlsx", "csv")}
    books, texts = found["xlsx"], found["csv"]
    return {
        "ours_s": books["ours_s"],
        "other": "pandas read_excel(engine=openpyxl) + to_sql, plain SQLite",
        "other_s": books["other_s"],
        "ratio": round(books["other_s"] / books["ours_s"], 2),
        "n": rows,
        "target": f"Excelはpandasの時間まで、CSVはpandasの{MOST_TIMES_CSV:g}倍まで",
        "met": books["times"] <= 1 and texts["times"] <= MOST_TIMES_CSV,
        "xlsx": books,
        "csv": {"other": "pandas read_csv + to_sql, plain SQLite", **texts},
    }


def make_extracts(folder: Path, kind: str, rows: int) -> list[Extract]:
    """Three files of ``rows`` in all; the same at every call."""
    share, made = rows // len(extracts.SOURCES), []
    for office, source in enumerate(extracts.SOURCES):
        people = list(extracts.people(share, seed=1, office=office))
        write = extracts.workbook if kind == "xlsx" else extracts.csv_file
        by_district = Counter(person["校区"] for person in people)
        totals = ControlTotals(
            {(TOTAL, ""): len(people), **{(DISTRICT, name): told for name, told in by_district.items()}}
        )
        made.append(Extract(source, write(folder / f"extract_{office}.{kind}", people), totals))
    return made


def _compare(folder: Path, kind: str, rows: int) -> dict[str, Any]:
    files = make_extracts(folder, kind, rows)
    stages: list[dict[str, float]] = []
    others: list[float] = []
    for turn in range(_ROUNDS):
        stages.append(bring_in(folder / f"{kind}_{turn}.db", files, rows))
        others.append(rival(folder / f"{kind}_{turn}_plain.db", [file.path for file in files], rows))
    best = min(stages, key=lambda stage: stage["ours_s"])
    other_s = min(others)
    return {
        **{name: round(taken, 3) for name, taken in best.items()},
        "other_s": round(other_s, 3),
        "times": round(best["ours_s"] / other_s, 2),
    }


def bring_in(path: Path, files: Sequence[Extract], rows: int) -> dict[str, float]:
    """Import the files together into a new city; seconds of the stages. Checked after the time."""
    database, _recovery_key = app.create_city(path, OPERATOR, PASSPHRASE)
    try:
        service = app.roster_import(database)
        # Libraries are loaded before, as the rival's are.
        locator = app.locator(database)
        gc.collect()
        start = time.perf_counter()
        rosters = service.read_all([file.path for file in files])
        read = [
            ImportFile(roster, ImportOrder(file.source, is_whole=True, expected=file.totals))
            for file, roster in zip(files, rosters, strict=True)
        ]
        read_s = time.perf_counter() - start
        commit_rosters(database, read, clock=app.SystemClock(), locator=locator)
        taken_s = time.perf_counter() - start
        require_whole(database, rows)
    finally:
        database.close()
    return {"ours_s": taken_s, "read_s": read_s, "commit_s": taken_s - read_s}


def require_whole(database: CityDatabase, rows: int) -> None:
    """Everybody is there and the audit is whole."""
    with database.reading() as session:
        kept = session.members.count(database.access, MemberQuery())
        faults = session.audit.verify()
    if kept != rows or faults:
        raise RuntimeError(f"{kept} people were kept, with {len(faults)} faults of the audit")


def rival(path: Path, files: Sequence[Path], rows: int) -> float:
    """Read the files with pandas and write them into plain SQLite; seconds."""
    import pandas as pd

    def workbook(file: Path) -> pd.DataFrame:
        return pd.read_excel(file, engine="openpyxl", dtype=str)

    def text(file: Path) -> pd.DataFrame:
        return pd.read_csv(file, dtype=str, encoding="cp932")

    read: Callable[[Path], pd.DataFrame] = workbook if files[0].suffix == ".xlsx" else text
    gc.collect()
    start = time.perf_counter()
    kept = 0
    with closing(sqlite3.connect(path)) as connection:
        for file in files:
            frame = read(file)
            frame.to_sql("members", connection, index=False, if_exists="append")
            kept += len(frame)
        connection.commit()
    taken_s = time.perf_counter() - start
    if kept != rows:
        raise RuntimeError("the rival lost rows")
    return taken_s
