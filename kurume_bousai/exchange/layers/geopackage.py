"""GeoPackageの点検: only plain tables are read, so that no query inside the file runs on opening it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

from kurume_bousai.exchange.layers.notes import ADVICE_AGAIN, problem

_HEADER: Final = 100
_RTREE: Final = re.compile(r"USING\s+[\"']?(rtree|rtree_i32)\b", re.IGNORECASE)
#: Steps of SQLite between two looks; a query on the list of tables needs far fewer in all.
_MOST_STEPS: Final = 5_000_000


def check_geopackage(path: Path, shown: str) -> None:
    """Refuse a file that is cut, broken, or whose tables are queries.

    A view in the list of layers could count for ever or read what it should not; triggers only act on
    writing, and nothing is written.

    Raises
    ------
    KnownProblem
        ``layer_unreadable`` or ``layer_hostile``.
    """
    with path.open("rb") as stream:
        head = stream.read(_HEADER)
    page = int.from_bytes(head[16:18], "big")
    pages = int.from_bytes(head[28:32], "big")
    size = 65536 if page == 1 else page
    if len(head) < _HEADER or path.stat().st_size < size * pages:
        raise _unreadable(shown, "途中で切れています")
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            connection.text_factory = lambda text: bytes(text).decode("utf-8", errors="replace")
            connection.set_progress_handler(_stopper(), 1000)
            made = connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
            _refuse_queries(made, shown)
            connection.set_progress_handler(None, 0)
            (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except (sqlite3.Error, UnicodeDecodeError) as error:  # the latter while SQLite words its own error
        raise _unreadable(shown, "壊れています") from error
    if answer != "ok":
        raise _unreadable(shown, "壊れています")


def _refuse_queries(made: list[tuple[str, str, str | None]], shown: str) -> None:
    views = [name for kind, name, _ in made if kind == "view"]
    virtual = [
        name
        for kind, name, sql in made
        if kind == "table" and sql and "VIRTUAL" in sql[:30].upper() and not _RTREE.search(sql)
    ]
    if not views and not virtual:
        return
    names = "、".join([*views, *virtual][:5])
    raise problem(
        "layer_hostile",
        f"GeoPackageの中に、開くと動く命令で作られる表(ビュー)があります: {names}。読みませんでした。",
        shown,
        "QGISなどで、その層をふつうの表として別のファイルに保存し直してください。" + ADVICE_AGAIN,
    )


def _stopper() -> Callable[[], int]:
    steps = 0

    def stop() -> int:
        nonlocal steps
        steps += 1000
        return int(steps > _MOST_STEPS)

    return stop


def _unreadable(shown: str, why: str) -> Exception:
    return problem("layer_unreadable", f"GeoPackageとして読めません。{why}。", shown, ADVICE_AGAIN)
