"""As-you-type search in a list of 20,000, against a direct LIKE scan of the same encrypted rows.

Both give the same rows in the same order, as the list shows them; the words are one kanji, two kanji and
kana. ``ours_s`` and ``other_s`` are of all three together; ``keystroke_s`` is the most that one key costs on
the reader: rows, the counts of every filter and the total.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from sqlalchemy import select

from kurume_bousai import app
from kurume_bousai.domain.access import Access
from kurume_bousai.domain.members import MemberRow
from kurume_bousai.domain.names import fold
from kurume_bousai.services.ports import CityDatabase, MemberQuery
from kurume_bousai.services.roster import RosterService
from kurume_bousai.storage import open_database
from kurume_bousai.storage.mapping import members as mapping
from kurume_bousai.storage.members import _HAS_SUPPORTER, _PLAN_STATE, _with_plans
from kurume_bousai.storage.rows_people import MemberRecord
from kurume_bousai.storage.unit_of_work import Session
from kurume_bousai.storage.visible import visible
from tests.benchmarks.surroundings import OPERATOR, PASSPHRASE, PEOPLE, fictional_city, median, seconds

WORDS: Final = ("森", "山田", "やまだ")
RUNS: Final = 15


def run(runs: int = RUNS) -> dict[str, Any]:
    """Search each word in turn by both ways."""
    database = open_database(fictional_city(), OPERATOR, PASSPHRASE)
    try:
        parts = {word: _measure(database, word, runs) for word in WORDS}
        service = RosterService(database, app.SystemClock())
        keys = [
            median(seconds(partial(service.find, MemberQuery(word))) for _ in range(runs)) for word in WORDS
        ]
    finally:
        database.close()
    ours_s = round(sum(part["ours_s"] for part in parts.values()), 4)
    other_s = round(sum(part["other_s"] for part in parts.values()), 4)
    return {
        "ours_s": ours_s,
        "other": "LIKE scan of the same rows",
        "other_s": other_s,
        "ratio": round(other_s / ours_s, 2),
        "n": PEOPLE,
        "keystroke_s": max(keys),
        "words": parts,
    }


def _measure(database: CityDatabase, word: str, runs: int) -> dict[str, Any]:
    access = database.access
    with database.reading() as session:
        assert isinstance(session, Session)
        if _ours(session, access, word) != _scan(session, access, word):
            raise RuntimeError("both ways must find the same people")
        times = [
            (seconds(partial(_ours, session, access, word)), seconds(partial(_scan, session, access, word)))
            for _ in range(runs)
        ]
        found = len(_ours(session, access, word))
    ours, others = zip(*times, strict=True)
    return {"ours_s": median(ours), "other_s": median(others), "found": found}


def _ours(session: Session, access: Access, word: str) -> list[MemberRow]:
    return session.members.rows(access, MemberQuery(word))


def _scan(session: Session, access: Access, word: str) -> list[MemberRow]:
    statement = (
        select(*(getattr(MemberRecord, name) for name in mapping.LIST_COLUMNS), _PLAN_STATE, _HAS_SUPPORTER)
        .select_from(_with_plans())
        .where(visible(access), MemberRecord.search_text.contains(fold(word)))
        .order_by(MemberRecord.kana == "", MemberRecord.kana, MemberRecord.number)
    )
    return [mapping.to_list_row(found) for found in session.connection.execute(statement)]
