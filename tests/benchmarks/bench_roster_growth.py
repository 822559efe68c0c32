"""The list at 2,000, 20,000 and 200,000 people: import, search, opening, counts, memory, size on the disk.

Each size in a process of its own, which tells its peak memory; the people come in by three extracts through
the program's own import into an empty encrypted city. ``per_person_us`` is what one person costs on the way
in: a straight line keeps it level. ``quality_s`` are the counts of 名簿の点検 per 校区, ``duplicates_s`` the
pairs that may be one person; ``search_s`` is everybody a word finds with the counts of every filter and the
total, ``search_first_s`` its first screenful. ``cpu_s`` is what the reading thread itself spent on the same,
for a machine that does other work too. ``steeper`` names what grew worse than in a straight line between the
last two sizes (more than 12 times for 10 times the people, and over half a second). The alternative, at the
smallest size only: pandas for the same files.
"""

from __future__ import annotations

import gc
import resource
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

from tests.benchmarks.rivals import told_by
from tests.benchmarks.surroundings import median, seconds

SIZES: Final = (2_000, 20_000, 200_000)
WORDS: Final = ("森", "山田", "やまだ")
_RUNS: Final = 5
_PATIENCE_S: Final = 2400.0
_STRAIGHT: Final = 1.2
_NOTICED_S: Final = 0.5
_LEAST_S: Final = 0.002
_TIMES: Final = (
    "import_s", "open_all_s", "statistics_s", "quality_s", "duplicates_s",
    *(f"search_s {word}" for word in WORDS), *(f"search_first_s {word}" for word in WORDS),
)  # fmt: skip


def run(sizes: tuple[int, ...] = SIZES) -> dict[str, Any]:
    """All sizes, smallest first."""
    found = []
    for size in sizes:
        told = list(told_by(_grow, (size,), _PATIENCE_S))
        if len(told) != 1:
            raise RuntimeError(f"{size} people: no answer")
        found.append(told[0])
    first = found[0]
    return {
        "ours_s": first["import_s"],
        "other": f"pandas read_csv + to_sql, plain SQLite, {sizes[0]:,} people",
        "other_s": first["pandas_s"],
        "ratio": round(first["pandas_s"] / first["import_s"], 3),
        "n": sizes[0],
        "sizes": found,
        "steeper": _steeper(found[-2], found[-1]) if len(found) > 1 else [],
    }


def _steeper(smaller: dict[str, Any], larger: dict[str, Any]) -> list[str]:
    """What took more than in proportion, and long enough to be noticed."""
    times = larger["n"] / smaller["n"] * _STRAIGHT
    return [
        name
        for name in _TIMES
        if larger[name] > _NOTICED_S and larger[name] > times * max(smaller[name], _LEAST_S)
    ]


def _grow(send: Callable[[Any], None], size: int) -> None:
    from tests.benchmarks import bench_import

    rows = size - size % 3
    with tempfile.TemporaryDirectory(prefix="kurume_bousai_bench_") as name:
        folder = Path(name)
        files = bench_import.make_extracts(folder, "csv", rows)
        gc.collect()
        send("ready")
        stages = bench_import.bring_in(folder / "city.db", files, rows)
        pandas_s = bench_import.rival(folder / "plain.db", [file.path for file in files], rows)
        looked = _look_at(folder / "city.db")
        sizes_mb = {
            key: round((folder / file).stat().st_size / 1e6, 1)
            for key, file in (("file_mb", "city.db"), ("plain_mb", "plain.db"))
        }
    send(
        {
            "n": rows,
            "import_s": round(stages["ours_s"], 2),
            "per_person_us": round(stages["ours_s"] / rows * 1e6),
            "pandas_s": round(pandas_s, 2),
            **looked,
            **sizes_mb,
            "bytes_per_person": round(sizes_mb["file_mb"] * 1e6 / rows),
            "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        }
    )


def _look_at(path: Path) -> dict[str, Any]:
    """What a person waits for: the first screenful, everybody, each search, the figures per 校区."""
    from kurume_bousai import app
    from kurume_bousai.services.ports.members import MemberQuery
    from kurume_bousai.services.roster.merges import duplicate_pairs
    from kurume_bousai.services.roster.register import RosterService
    from tests.benchmarks.bench_import import OPERATOR, PASSPHRASE

    database = app.open_city(path, OPERATOR, PASSPHRASE)
    try:
        service = RosterService(database, app.SystemClock())

        def figures() -> None:
            with database.reading() as session:
                session.members.district_counts(database.access)

        def quality() -> None:
            with database.reading() as session:
                session.quality.counts(database.access, service.today)

        def duplicates() -> None:
            with database.reading() as session:
                duplicate_pairs(session, database.access)

        began = time.perf_counter()
        service.first(MemberQuery())
        opened_s = time.perf_counter() - began
        open_all_s = round(seconds(partial(service.find, MemberQuery())), 3)
        acts: dict[str, Callable[[], object]] = {
            **{f"search_first_s {word}": partial(service.first, MemberQuery(word)) for word in WORDS},
            **{f"search_s {word}": partial(service.find, MemberQuery(word)) for word in WORDS},
            "statistics_s": figures,
            "quality_s": quality,
        }
        taken = {name: _of_several(act) for name, act in acts.items()}
        return {
            "open_first_s": round(opened_s, 4),
            "open_all_s": open_all_s,
            **{name: wall_s for name, (wall_s, _) in taken.items()},
            "duplicates_s": round(seconds(duplicates), 3),
            "cpu_s": {name: cpu_s for name, (_, cpu_s) in taken.items()},
        }
    finally:
        database.close()


def _of_several(act: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock and of this thread's own work, the middle of several."""
    both = []
    for _ in range(_RUNS):
        worked = time.thread_time()
        wall_s = seconds(act)
        both.append((wall_s, time.thread_time() - worked))
    return median(wall_s for wall_s, _ in both), median(cpu_s for _, cpu_s in both)
