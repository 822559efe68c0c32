"""What the criteria said of two records is joined at a merge and parted at a split."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import cast

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from kurume_bousai.domain.ids import MemberId
from kurume_bousai.storage.merged_findings import join_findings, part_findings
from kurume_bousai.storage.rows.letters import EligibilityDecisionRecord, EligibilityFindingRecord

KEPT, OTHER = MemberId("kept"), MemberId("other")
NOON = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
TABLES = tuple(
    cast("sa.Table", record.__table__) for record in (EligibilityFindingRecord, EligibilityDecisionRecord)
)


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = sa.create_engine("sqlite://")
    with engine.connect() as made:
        EligibilityFindingRecord.metadata.create_all(made, tables=list(TABLES))
        yield made
    engine.dispose()


def judged(
    made: Connection, who: MemberId, run: int, verdict: str, criteria: str, until: int | None = None
) -> None:
    row = {"member_id": who, "since_run": run, "until_run": until, "verdict": verdict, "criteria": criteria}
    made.execute(sa.insert(TABLES[0]), [row])


def decided(made: Connection, who: MemberId, run: int) -> None:
    row = {"member_id": who, "since_run": run, "decision": "kept", "reason": "架空", "decided_at": NOON,
           "decided_by": "架空係"}  # fmt: skip
    made.execute(sa.insert(TABLES[1]), [row])


def contents(made: Connection) -> list[list[str]]:
    return [sorted(map(repr, made.execute(sa.select(table)).mappings())) for table in TABLES]


def held(made: Connection) -> tuple[str, str]:
    rows = made.execute(
        sa.select(TABLES[0]).where(TABLES[0].c.member_id == KEPT, TABLES[0].c.until_run.is_(None))
    )
    row = rows.mappings().one()
    return row["verdict"], row["criteria"]


@pytest.mark.parametrize(
    ("own", "theirs", "joined"),
    [
        (None, ("met", '["a"]'), ("met", '["a"]')),
        (("not_met", "[]"), ("met", '["a"]'), ("met", '["a"]')),
        (("unknown", '["b"]'), ("met", '["a"]'), ("met", '["a"]')),
        (("met", '["b"]'), ("not_met", "[]"), ("met", '["b"]')),
        (("met", '["b"]'), ("met", '["a","b"]'), ("met", '["b","a"]')),
        (("not_met", "[]"), None, ("not_met", "[]")),
    ],
)
def test_the_kept_one_has_the_further_finding_and_a_split_takes_it_back(
    connection: Connection,
    own: tuple[str, str] | None,
    theirs: tuple[str, str] | None,
    joined: tuple[str, str],
) -> None:
    if own is not None:
        judged(connection, KEPT, 2, *own)
    if theirs is not None:
        judged(connection, OTHER, 1, "not_met", "[]", until=3)
        judged(connection, OTHER, 3, *theirs)
        decided(connection, OTHER, 3)
    before = contents(connection)
    taken = join_findings(connection, KEPT, OTHER)
    assert held(connection) == joined
    part_findings(connection, KEPT, taken)
    assert contents(connection) == before


def test_what_a_later_run_found_of_the_kept_one_stays(connection: Connection) -> None:
    judged(connection, KEPT, 2, "not_met", "[]")
    judged(connection, OTHER, 2, "met", '["a"]')
    taken = join_findings(connection, KEPT, OTHER)
    connection.execute(sa.update(TABLES[0]).where(TABLES[0].c.member_id == KEPT).values(until_run=3))
    judged(connection, KEPT, 3, "unknown", '["c"]')
    part_findings(connection, KEPT, taken)
    assert held(connection) == ("unknown", '["c"]')


def test_a_decision_of_the_kept_one_is_not_overwritten(connection: Connection) -> None:
    judged(connection, KEPT, 2, "not_met", "[]")
    decided(connection, KEPT, 2)
    judged(connection, OTHER, 2, "met", '["a"]')
    decided(connection, OTHER, 2)
    assert join_findings(connection, KEPT, OTHER)["decided"] == []
