"""What the criteria said of two records that turn out to be one person, joined and parted again.

Nobody may stop being 対象者 by a merge: until the next run the kept record has the further of the two
findings (met before doubtful before not met), with the criteria of both where both are met.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Connection, Table, delete, insert, select, update

from kurume_bousai.domain.audit import canonical_json
from kurume_bousai.domain.eligibility import Verdict
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.storage.rows.letters import EligibilityDecisionRecord, EligibilityFindingRecord

_FINDINGS: Final = cast("Table", EligibilityFindingRecord.__table__)
_DECISIONS: Final = cast("Table", EligibilityDecisionRecord.__table__)
_FURTHER: Final = {Verdict.MET.value: 2, Verdict.UNKNOWN.value: 1, Verdict.NOT_MET.value: 0}
_Row = dict[str, Any]


def join_findings(connection: Connection, kept_id: MemberId, absorbed_id: MemberId) -> dict[str, Any]:
    """Let the kept record hold what both met; returns what ``part_findings`` needs, as JSON can keep it."""
    own, theirs = _rows(connection, _FINDINGS, kept_id), _rows(connection, _FINDINGS, absorbed_id)
    taken: dict[str, Any] = {"added": [], "changed": None, "decided": []}
    if not theirs:
        return taken
    decisions = _rows(connection, _DECISIONS, absorbed_id)
    if not own:
        connection.execute(insert(_FINDINGS), [{**row, "member_id": kept_id} for row in theirs])
        taken["added"] = [[row["since_run"], row["verdict"], row["criteria"]] for row in theirs]
        taken["decided"] = _decide(connection, kept_id, decisions)
        return taken
    now, other = own[-1], theirs[-1]  # the last of each holds
    after = _further(now, other)
    if after == (now["verdict"], now["criteria"]):
        return taken
    _write(connection, kept_id, now["since_run"], after)
    taken["changed"] = [now["since_run"], [now["verdict"], now["criteria"]], list(after)]
    decided = {row["since_run"] for row in _rows(connection, _DECISIONS, kept_id)}
    if now["since_run"] not in decided:
        about = [
            {**row, "since_run": now["since_run"]}
            for row in decisions
            if row["since_run"] == other["since_run"]
        ]
        taken["decided"] = _decide(connection, kept_id, about)
    return taken


def part_findings(connection: Connection, kept_id: MemberId, taken: Mapping[str, Any]) -> None:
    """Undo ``join_findings``; what a later run or a person said of the kept record since stays."""
    for since_run, verdict, criteria in taken["added"]:
        same = (_FINDINGS.c.verdict == verdict, _FINDINGS.c.criteria == criteria)
        of_row = (_FINDINGS.c.member_id == kept_id, _FINDINGS.c.since_run == since_run)
        connection.execute(delete(_FINDINGS).where(*of_row, *same))
    if taken["changed"] is not None:
        since_run, before, after = taken["changed"]
        row = next(
            (one for one in _rows(connection, _FINDINGS, kept_id) if one["since_run"] == since_run), None
        )
        if row is not None and [row["verdict"], row["criteria"]] == after:
            _write(connection, kept_id, since_run, (before[0], before[1]))
    for since_run, decided_at in taken["decided"]:
        connection.execute(
            delete(_DECISIONS).where(
                _DECISIONS.c.member_id == kept_id,
                _DECISIONS.c.since_run == since_run,
                _DECISIONS.c.decided_at == datetime.fromisoformat(decided_at),
            )
        )


def _further(now: _Row, other: _Row) -> tuple[str, str]:
    own, theirs = _FURTHER[now["verdict"]], _FURTHER[other["verdict"]]
    if own != theirs:
        best = now if own > theirs else other
        return best["verdict"], best["criteria"]
    both = dict.fromkeys([*json.loads(now["criteria"]), *json.loads(other["criteria"])])
    return now["verdict"], canonical_json(list(both))


def _write(connection: Connection, member_id: MemberId, since_run: int, said: tuple[str, str]) -> None:
    connection.execute(
        update(_FINDINGS)
        .where(_FINDINGS.c.member_id == member_id, _FINDINGS.c.since_run == since_run)
        .values(verdict=said[0], criteria=said[1])
    )


def _decide(connection: Connection, kept_id: MemberId, rows: list[_Row]) -> list[list[Any]]:
    if rows:
        connection.execute(insert(_DECISIONS), [{**row, "member_id": kept_id} for row in rows])
    return [[row["since_run"], row["decided_at"].isoformat()] for row in rows]


def _rows(connection: Connection, table: Table, member_id: MemberId) -> list[_Row]:
    """All rows of a person, the earliest run first."""
    statement = select(table).where(table.c.member_id == member_id).order_by(table.c.since_run)
    return [dict(row) for row in connection.execute(statement).mappings()]
