from __future__ import annotations

import dataclasses
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Connection, event, func, select
from sqlalchemy.dialects.postgresql.base import PGDialect

from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.consents import Consent, ConsentKind, ConsentState
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import PlanId, SupporterId
from kurume_bousai.domain.members import CountedMember, Need, Registration, RegistrationState, RemovalReason
from kurume_bousai.domain.plans import IndividualEvacuationPlan, PlanState
from kurume_bousai.services.ports.members import MemberFilter, MemberQuery
from kurume_bousai.storage import EncryptedCityDatabase, search
from kurume_bousai.storage.rows.every import MemberRecord, MemberVersionRecord
from tests.storage.people import ADMINISTRATOR, CLERK, DISTRICTS, FLAGGED, VIEWER, access, person

POSTGRESQL = PGDialect()  # type: ignore[no-untyped-call]
MORI = person("大森 花子", kana="オオモリ ハナコ", address="久留米市津福本町9999-12", phone="0942-00-1234")
TAKA = person("髙橋𠮷男", kana="タカハシ ヨシオ", district_id=DISTRICTS[1], neighborhood="北区")


@pytest.fixture
def stocked(city: EncryptedCityDatabase) -> EncryptedCityDatabase:
    with city.writing() as session:
        session.members.add_many(CLERK, [MORI, TAKA], source="福祉課")
    return city


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("森", ["大森 花子"]),
        ("大森", ["大森 花子"]),
        ("おおもり", ["大森 花子"]),
        ("ｵｵﾓﾘ", ["大森 花子"]),
        ("子", ["大森 花子"]),
        ("高橋", ["髙橋𠮷男"]),
        ("吉", ["髙橋𠮷男"]),
        ("男", ["髙橋𠮷男"]),
        ("9999-12", ["大森 花子"]),
        ("９９９９－１２", ["大森 花子"]),
        ("0942001234", ["大森 花子"]),
        ("大森 津福", ["大森 花子"]),
        ("大森 北区", []),
        ("子久", []),  # not over the end of a field
        ("", ["大森 花子", "髙橋𠮷男"]),
        ("　 ", ["大森 花子", "髙橋𠮷男"]),
        ('" OR *', []),
        ("%", []),
        ("_", []),
    ],
)
def test_search_from_one_letter(stocked: EncryptedCityDatabase, text: str, found: list[str]) -> None:
    with stocked.reading() as session:
        assert [row.name for row in session.members.rows(CLERK, MemberQuery(text))] == found
        assert session.members.count(CLERK, MemberQuery(text)) == len(found)


def test_search_falls_back_to_like_elsewhere() -> None:
    statement = search.matches("大森 %", "postgresql").compile(
        dialect=POSTGRESQL, compile_kwargs={"literal_binds": True}
    )
    assert "member_search" not in str(statement)
    assert "大森" in str(statement)
    assert str(statement).count("ESCAPE") == 2


def test_a_word_over_a_surrogate_pair_is_found(city: EncryptedCityDatabase) -> None:
    strange = person("𩸽田", kana="ホッケダ")
    with city.writing() as session:
        session.members.add_many(CLERK, [strange], source="x")
    with city.reading() as session:
        for text in ("𩸽", "𩸽田", "田"):
            assert session.members.count(CLERK, MemberQuery(text)) == 1


def test_rows_come_in_order_of_kana(stocked: EncryptedCityDatabase) -> None:
    with stocked.reading() as session:
        assert [row.kana for row in session.members.rows(CLERK, MemberQuery())] == [
            "オオモリ ハナコ",
            "タカハシ ヨシオ",
        ]


def test_filters_and_their_counts_agree(city: EncryptedCityDatabase) -> None:
    consent = (Consent(ConsentKind.ROSTER, ConsentState.GIVEN),)
    people = [
        person("ア", needs=frozenset({Need.POWER}), flood_rank=3, consents=consent),
        person("イ", district_id=None, home=LonLat(130.5, 33.3)),
        person("ウ", registration=Registration(RegistrationState.APPLIED), flood_rank=2),
    ]
    plan = IndividualEvacuationPlan(PlanId("p"), people[2].member_id, PlanState.COMPLETE, (SupporterId("s"),))
    with city.writing() as session:
        session.members.add_many(CLERK, people, source="x")
        session.plans.save_many(CLERK, [plan])
    expected = {
        MemberFilter.ALL: 3, MemberFilter.NO_SUPPORTER: 2, MemberFilter.NO_PLAN: 2,
        MemberFilter.NO_CONSENT: 2, MemberFilter.NEEDS_POWER: 1, MemberFilter.DEEP_FLOOD: 1,
        MemberFilter.NO_DISTRICT: 1, MemberFilter.UNPLACED: 2, MemberFilter.NOT_APPLIED: 2,
    }  # fmt: skip
    with city.reading() as session:
        assert session.members.filter_counts(CLERK, MemberQuery()) == expected
        for kind, count in expected.items():
            query = MemberQuery(filter=kind)
            assert session.members.count(CLERK, query) == count
            assert len(session.members.rows(CLERK, query)) == count
        row = session.members.rows(CLERK, MemberQuery("ウ"))[0]
        assert (row.plan_state, row.has_supporter) == ("complete", True)


def test_numbers_of_protected_people_leave_no_gap(city: EncryptedCityDatabase) -> None:
    people = [person(), person(has_protected_address=True), person()]
    with city.writing() as session:
        session.members.add_many(FLAGGED, people, source="x")
    with city.reading() as session:
        numbers = [member.number for member in session.members.in_district(FLAGGED, None)]
        shown = [row.number for row in session.members.rows(CLERK, MemberQuery())]
    assert numbers == [1, 2, 900_001]
    assert sorted(shown) == [1, 2]


def test_late_flag_moves_the_number_and_hides_at_once(stocked: EncryptedCityDatabase) -> None:
    with stocked.reading() as session:
        member = session.members.get(FLAGGED, MORI.member_id)
    assert member is not None
    with stocked.writing() as session:
        session.members.save_many(FLAGGED, [replace(member, has_protected_address=True)], source="手入力")
    with stocked.reading() as session:
        assert session.members.get(CLERK, MORI.member_id) is None
        assert session.members.versions(CLERK, MORI.member_id) == []
        assert session.members.count(CLERK, MemberQuery("森")) == 0
        hidden = session.members.get(FLAGGED, MORI.member_id)
    assert hidden is not None
    assert hidden.number == 900_001


def test_flag_is_taken_off_only_by_one_who_sees_it(city: EncryptedCityDatabase) -> None:
    with city.writing() as session:
        session.members.add_many(
            FLAGGED, [person(has_protected_address=True, source="福祉課", source_key="7")], source="福祉課"
        )
        kept = session.members.by_source_keys("福祉課")["7"]
        session.members.save_many(CLERK, [replace(kept, has_protected_address=False)], source="福祉課")
        again = session.members.by_source_keys("福祉課")["7"]
        assert again.has_protected_address
        session.members.save_many(FLAGGED, [replace(again, has_protected_address=False)], source="福祉課")
        assert not session.members.by_source_keys("福祉課")["7"].has_protected_address


def test_version_of_a_protected_time_stays_hidden(city: EncryptedCityDatabase) -> None:
    hidden = person(has_protected_address=True)
    with city.writing() as session:
        session.members.add_many(FLAGGED, [hidden], source="x")
        stored = session.members.by_source_keys  # the port has no other way to reach hidden people
        assert stored("x") == {}
        member = session.members.get(FLAGGED, hidden.member_id)
        assert member is not None
        session.members.save_many(FLAGGED, [replace(member, has_protected_address=False)], source="x")
    with city.reading() as session:
        assert [version.version for version in session.members.versions(CLERK, hidden.member_id)] == [2]
        assert [version.version for version in session.members.versions(FLAGGED, hidden.member_id)] == [1, 2]


def test_stale_save_is_refused(stocked: EncryptedCityDatabase) -> None:
    with stocked.reading() as session:
        member = session.members.get(CLERK, MORI.member_id)
    assert member is not None
    with stocked.writing() as session:
        session.members.save_many(CLERK, [replace(member, note="一")], source="x")
    with pytest.raises(KnownProblem, match="changed_meanwhile"), stocked.writing() as session:
        session.members.save_many(CLERK, [replace(member, note="二")], source="x")


def test_remove_and_restore(stocked: EncryptedCityDatabase) -> None:
    member_id = MORI.member_id
    with stocked.writing() as session:
        session.members.remove_many(
            CLERK, [member_id], RemovalReason.MOVED_OUT, source="x", on=date(2026, 6, 1)
        )
    with stocked.reading() as session:
        assert session.members.count(CLERK, MemberQuery()) == 1
        assert session.members.get(CLERK, member_id) is None
    with stocked.writing() as session:
        session.members.restore_versions(CLERK, {member_id: 1}, source="取消")
    with stocked.reading() as session:
        back = session.members.get(CLERK, member_id)
        assert back is not None
        assert (back.version, back.name, back.number, back.removed_on) == (3, "大森 花子", 1, None)
        assert session.members.count(CLERK, MemberQuery("森")) == 1


def test_purge_leaves_nothing(stocked: EncryptedCityDatabase) -> None:
    with stocked.writing() as session:
        session.members.purge_added(CLERK, [MORI.member_id])
    with stocked.reading() as session:
        assert session.members.count(CLERK, MemberQuery("森")) == 0
        for record in (MemberVersionRecord, MemberRecord):
            assert session.connection.scalar(select(func.count()).select_from(record)) == 1


def _add_and_fail(city: EncryptedCityDatabase) -> None:
    with city.writing() as session:
        session.members.add_many(CLERK, [person("消える人")], source="x")
        raise RuntimeError("stop")


def test_failed_write_leaves_nothing(stocked: EncryptedCityDatabase) -> None:
    with pytest.raises(RuntimeError, match="stop"):
        _add_and_fail(stocked)
    with stocked.reading() as session:
        assert session.members.count(CLERK, MemberQuery()) == 2
        assert session.members.count(CLERK, MemberQuery("消")) == 0
        assert session.audit.verify() == []


@pytest.mark.parametrize("who", [VIEWER, ADMINISTRATOR])
def test_no_person_for_those_without_the_right(stocked: EncryptedCityDatabase, who: Access) -> None:
    with stocked.reading() as session:
        for read in (
            lambda: session.members.rows(who, MemberQuery()),
            lambda: session.members.count(who, MemberQuery()),
            lambda: session.members.filter_counts(who, MemberQuery()),
            lambda: session.members.get(who, MORI.member_id),
            lambda: session.members.get_many(who, [MORI.member_id]),
            lambda: session.members.in_district(who, None),
            lambda: session.members.versions(who, MORI.member_id),
            lambda: session.plans.by_member(who),
            lambda: session.supporters.all(who),
        ):
            with pytest.raises(KnownProblem, match="no_right"):
                read()
        counts = session.members.district_counts(who)
    assert [(found.district_id, found.total) for found in counts] == [(DISTRICTS[0], 1), (DISTRICTS[1], 1)]


def test_facilitator_sees_own_districts_only(stocked: EncryptedCityDatabase) -> None:
    own = access(Role.FACILITATOR, districts=frozenset({DISTRICTS[1]}))
    nowhere = access(Role.FACILITATOR, districts=frozenset())
    with stocked.reading() as session:
        assert [row.name for row in session.members.rows(own, MemberQuery())] == ["髙橋𠮷男"]
        assert session.members.get(own, MORI.member_id) is None
        assert session.members.rows(nowhere, MemberQuery()) == []
        assert session.supporters.all(nowhere) == []


def test_reading_a_person_is_audited_before_it_is_shown(stocked: EncryptedCityDatabase) -> None:
    with stocked.reading() as session:
        session.members.get(CLERK, MORI.member_id)
        session.members.get_many(CLERK, [TAKA.member_id, MORI.member_id])
    with stocked.reading() as session:
        last = session.audit.entries()[-2:]
    assert [(entry.action, entry.operator) for entry in last] == [
        ("member_seen", "検査"),
        ("members_seen", "検査"),
    ]
    assert last[0].subjects == (MORI.member_id,)
    assert set(last[1].subjects) == {MORI.member_id, TAKA.member_id}


def test_writing_while_reading_is_a_defect(stocked: EncryptedCityDatabase) -> None:
    with stocked.reading() as session, pytest.raises(RuntimeError, match="writing session"):
        session.members.add_many(CLERK, [person()], source="x")


@pytest.mark.parametrize(("most", "kana"), [(None, ["ア", "イ", ""]), (1, ["ア"]), (3, ["ア", "イ", ""])])
def test_people_without_kana_come_last(
    city: EncryptedCityDatabase, most: int | None, kana: list[str]
) -> None:
    with city.writing() as session:
        people = [person("架空 甲", kana=""), person("架空 乙", kana="イ"), person("架空 丙", kana="ア")]
        session.members.add_many(CLERK, people, source="架空")
    with city.reading() as session:
        rows = session.members.rows(CLERK, MemberQuery(most=most))
        assert [row.kana for row in rows] == kana


def test_the_first_rows_come_from_the_index_of_the_order(stocked: EncryptedCityDatabase) -> None:
    plans: list[str] = []
    with stocked.reading() as session:

        def explain(
            connection: Connection,
            _cursor: object,
            statement: str,
            values: tuple[object, ...],
            *_more: object,
        ) -> None:
            if statement.startswith("SELECT members.member_id"):
                found = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
                plans.append(" ".join(str(row[-1]) for row in found))

        event.listen(session.connection, "before_cursor_execute", explain)
        session.members.rows(CLERK, MemberQuery(most=1))
    assert len(plans) == 1
    # Long records (details, consents) are not passed over: the index alone is read.
    assert "COVERING INDEX ix_members_order" in plans[0]
    assert "TEMP B-TREE" not in plans[0], "20,000 sorted to show one"


def test_the_counted_are_the_visible_without_the_protected(stocked: EncryptedCityDatabase) -> None:
    """Even for the flagged clerk, and with the same figures as the whole record (RULEBOOK §1)."""
    hidden = person("架空 秘子", has_protected_address=True)
    rich = person("架空 細子", home=LonLat(130.5, 33.3), needs=frozenset({Need.POWER}), companion_count=2)
    with stocked.writing() as session:
        session.members.add_many(FLAGGED, [hidden, rich], source="福祉課")
    names = [one.name for one in dataclasses.fields(CountedMember)]
    for who in (CLERK, FLAGGED):
        with stocked.reading() as session:
            whole = session.members.in_district(who, None)
            counted = session.members.counted(who)
        wanted = [member for member in whole if not member.has_protected_address]
        assert [[getattr(one, name) for name in names] for one in counted] == [
            [getattr(member, name) for name in names] for member in wanted
        ]
        assert len(counted) == 3
