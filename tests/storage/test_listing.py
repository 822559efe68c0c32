"""The list and its counts: the same by every way through the file, and never through the long rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Connection, event

from kurume_bousai.domain.ids import MemberId, PlanId, SupporterId
from kurume_bousai.domain.members import Need, Registration, RegistrationState, Sex
from kurume_bousai.domain.plans import IndividualEvacuationPlan, PlanState
from kurume_bousai.domain.statutory import StatutoryItem, missing_items
from kurume_bousai.services.ports.members import DistrictCount, MemberFilter, MemberQuery
from kurume_bousai.services.ports.quality import QualityKind
from kurume_bousai.storage import EncryptedCityDatabase, search
from kurume_bousai.storage.engine import reader_cache_kb
from kurume_bousai.storage.unit_of_work import Session
from tests.storage.people import CLERK, DISTRICTS, FLAGGED, person

TODAY = date(2026, 11, 22)
APPLIED = Registration(RegistrationState.APPLIED)
PEOPLE = (
    person("架空 森子", kana="カクウ モリコ", district_id=DISTRICTS[0], registration=APPLIED),
    person("架空 森男", kana="", district_id=DISTRICTS[1], needs=frozenset({Need.POWER})),
    person("架空 山田", kana="アヤマダ", district_id=DISTRICTS[0], phone="", registration=APPLIED),
    person("架空 無校区", kana="ムコウク モリ", district_id=None),
    person("架空 秘森", kana="ヒモリ", district_id=DISTRICTS[0], has_protected_address=True),
)
PLANS = (
    IndividualEvacuationPlan(PlanId("p1"), PEOPLE[0].member_id, PlanState.COMPLETE),
    IndividualEvacuationPlan(PlanId("p2"), PEOPLE[1].member_id, supporter_ids=(SupporterId("s"),)),
)
#: Looks at one or a few people by key are allowed; going through everybody is for the indexes.
THROUGH_THE_ROWS = re.compile(r"SCAN members$|SCAN members USING INDEX ")


@pytest.fixture
def stocked(city: EncryptedCityDatabase) -> EncryptedCityDatabase:
    with city.writing() as session:
        session.members.add_many(FLAGGED, PEOPLE, source="福祉課")
        session.plans.save_many(FLAGGED, PLANS)
    return city


#: Each statement is new to SQLAlchemy once: few of them, and no two that ask the same.
QUERIES = (
    MemberQuery("森"),
    MemberQuery("架空", most=3),
    MemberQuery("かくう 森", MemberFilter.NO_SUPPORTER),
    MemberQuery("森", district_id=DISTRICTS[0]),
    MemberQuery(district_id=DISTRICTS[0]),
    MemberQuery("無い"),
)


def _everything(session: Session) -> list[object]:
    found: list[object] = [session.members.rows(CLERK, query) for query in QUERIES]
    return [*found, *(session.members.filter_counts(CLERK, query) for query in QUERIES[::3])]


def test_the_way_through_the_list_finds_what_the_look_ups_find(
    stocked: EncryptedCityDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stocked.reading() as session:
        looked_up = _everything(session)
        monkeypatch.setattr(search, "_FITTING", 0)
        monkeypatch.setattr(search, "_WIDE_SHARE", 10**9)
        assert search.is_wide(session.connection, "森")
        assert not search.is_wide(session.connection, "無い")
        assert not search.is_wide(session.connection, "")
        assert _everything(session) == looked_up


def test_rows_and_counts_in_one_are_those_asked_for_apart(stocked: EncryptedCityDatabase) -> None:
    with stocked.reading() as session:
        members = session.members
        for who, text in ((CLERK, "森"), (FLAGGED, "架空"), (CLERK, "無い"), (CLERK, "")):
            apart = members.filter_counts(who, MemberQuery(text))
            for kind in (MemberFilter.ALL, MemberFilter.NO_SUPPORTER, MemberFilter.PROTECTED):
                query = MemberQuery(text, kind)
                rows, counts = members.rows_and_counts(who, query)
                assert (rows, counts) == (members.rows(who, query), apart)
                assert counts.get(kind, 0) == len(rows)


def test_counts_per_district(stocked: EncryptedCityDatabase) -> None:
    with stocked.reading() as session:
        assert {one.district_id: one for one in session.members.district_counts(FLAGGED)} == {
            None: DistrictCount(None, 1, 0, 0, 1, 1),
            DISTRICTS[0]: DistrictCount(DISTRICTS[0], 2, 2, 1, 2, 2),
            DISTRICTS[1]: DistrictCount(DISTRICTS[1], 1, 0, 0, 0, 1),
        }


COUNTS: dict[str, Callable[[Session], object]] = {
    "statistics": lambda session: session.members.district_counts(CLERK),
    "worklist": lambda session: session.quality.counts(CLERK, TODAY),
    "totals": lambda session: session.quality.totals(CLERK),
    "count": lambda session: session.members.count(CLERK, MemberQuery()),
    "filters": lambda session: session.members.filter_counts(CLERK, MemberQuery()),
    "list": lambda session: session.members.rows(CLERK, MemberQuery()),
}


@pytest.mark.parametrize("name", COUNTS)
def test_counts_never_go_through_the_long_rows(stocked: EncryptedCityDatabase, name: str) -> None:
    with stocked.reading() as session, _plans(session) as steps:
        COUNTS[name](session)
    assert any("ix_members_" in step for step in steps)
    assert [step for step in steps if THROUGH_THE_ROWS.match(step)] == []


def test_a_walk_reads_the_index_of_the_list_alone(
    stocked: EncryptedCityDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_FITTING", 0)
    monkeypatch.setattr(search, "_WIDE_SHARE", 10**9)
    with stocked.reading() as session, _plans(session) as steps:
        session.members.rows(CLERK, MemberQuery("森", most=1))
    people = [step for step in steps if " members " in step]
    assert people
    assert all("COVERING INDEX ix_members_order" in step for step in people if "max" not in step)
    assert not any("TEMP B-TREE FOR ORDER BY" in step for step in steps)


@contextmanager
def _plans(session: Session) -> Iterator[list[str]]:
    """Collect how SQLite goes about each statement."""
    steps: list[str] = []

    def explain(
        connection: Connection, _cursor: object, statement: str, values: tuple[object, ...], *_more: object
    ) -> None:
        if statement.startswith("SELECT") and "max(row_id)" not in statement:
            found = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            steps.extend(str(row[-1]) for row in found)

    event.listen(session.connection, "before_cursor_execute", explain)
    yield steps


def test_every_gap_is_found_by_the_index_of_gaps(city: EncryptedCityDatabase) -> None:
    """Whatever kind of nothing stands in a field: the index that is asked first may leave nobody out."""
    whole = person("架空 全", phone="0942-00-1234")
    nothing = ["", *(chr(code) for code in range(0x3001) if chr(code).isspace())]
    odd = [
        *(replace(whole, name=blank) for blank in nothing),
        *(replace(whole, address=blank * 2) for blank in nothing),
        *(replace(whole, phone=blank, phone_second=nothing[-1], mail_or_fax="") for blank in nothing),
        replace(whole, born_on=None),
        replace(whole, sex=Sex.UNKNOWN),
        replace(whole, reasons=frozenset()),
        *(replace(whole, phone="", mail_or_fax=mail) for mail in ("架空＠架空", "k@example.jp", "~", "!")),
        *(replace(whole, name=name, address=name) for name in ("KAKUU", "・架空", "!")),
    ]
    everybody = [whole, *(replace(one, member_id=MemberId(f"m{at}")) for at, one in enumerate(odd))]
    with city.writing() as session:
        session.members.add_many(CLERK, everybody, source="架空")
    gap, unreachable = QualityKind.STATUTORY_GAP, QualityKind.NO_PHONE
    wanted = {
        gap: {one.member_id for one in everybody if missing_items(one)},
        unreachable: {one.member_id for one in everybody if StatutoryItem.PHONE in missing_items(one)},
    }
    with city.reading() as session:
        counts = session.quality.counts(CLERK, TODAY)
        for kind, ids in wanted.items():
            assert {one.member_id for one in session.quality.people(CLERK, kind, TODAY)} == ids
            assert sum(one.people for one in counts if one.kind is kind) == len(ids)


def test_a_reader_keeps_a_share_of_the_file_within_bounds() -> None:
    assert reader_cache_kb(0) == 32_000
    assert reader_cache_kb(150_000_000) == 48_000
    assert reader_cache_kb(1_000_000_000) == reader_cache_kb(10**12) == 128_000


def test_the_cache_follows_the_file(stocked: EncryptedCityDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kurume_bousai.storage.engine._LEAST_CACHE_KB", 40_000)
    with stocked.reading() as session:
        assert session.connection.exec_driver_sql("PRAGMA cache_size").scalar() == -40_000
