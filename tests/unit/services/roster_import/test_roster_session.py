"""Several offices at once: one member of three sources, whose word counts, what is asked and remembered."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.matching import PairVerdict
from kurume_bousai.domain.members import Reason, RosterMember
from kurume_bousai.services.matching.sources import said_by
from kurume_bousai.services.people.roster_file import ControlTotals
from kurume_bousai.services.roster_import.order import Confirmations, ImportFile, ImportOrder
from kurume_bousai.services.roster_import.pair_decisions import decide_pairs
from kurume_bousai.services.roster_import.results import FindingKind, RowKind
from kurume_bousai.services.roster_import.session import SessionPreview, commit_rosters, preview_rosters
from kurume_bousai.services.roster_import.undo import undo_import
from tests.fakes.city import FakeCity
from tests.fixtures.roster_imports import CLOCK, PART, WHOLE, change, commit, refused, stored
from tests.fixtures.rosters import CLERK, FLAGGED, city, person, roster_file

CARE, DISABILITY, RESIDENT = "介護保険課", "障害者福祉課", "市民課（住基）"
Rows = Sequence[Mapping[str, str]]


def file(source: str, rows: Rows, *, whole: bool = True, **options: object) -> ImportFile:
    typed = options.pop("typed", Confirmations())
    order = ImportOrder(source, is_whole=whole, **options)  # type: ignore[arg-type]
    return ImportFile(roster_file(rows, file_hash=f"{source}{rows}"), order, typed)  # type: ignore[arg-type]


def done(database: FakeCity, *files: ImportFile) -> SessionPreview:
    return commit_rosters(database, files, clock=CLOCK).value


def people(database: FakeCity) -> list[RosterMember]:
    return [member for member in database.state.members.values() if member.removed_on is None]


def of_three() -> tuple[ImportFile, ...]:
    """One person three offices write in three ways."""
    care = person(
        1, ID="K-1", 氏名="髙崎　花子", 住所="久留米市架空町９００１番地の１２", 身障等級="", 事由="要介護"
    )
    disability = person(
        1, ID="S-1", 氏名="高崎 花子", フリガナ="ﾀｶｻｷ ﾊﾅｺ", 要介護度="", 身障等級="1級",
        事由="身体障害者手帳", 電話1="0942-00-9999",
    )  # fmt: skip
    resident = person(
        1, ID="J-1", 氏名="高﨑 花子", フリガナ="タカサキ ハナコ", 要介護度="", 事由="", 電話1=""
    )
    care["フリガナ"] = "タカサキ ハナコ"
    return file(CARE, [care]), file(DISABILITY, [disability]), file(RESIDENT, [resident])


def test_one_person_of_three_offices_becomes_one_member() -> None:
    database = city()
    session = done(database, *of_three())
    (member,) = people(database)
    assert [preview.source for preview in session.files] == [CARE, DISABILITY, RESIDENT]
    assert [preview.joined for preview in session.files] == [1, 1, 0]
    assert session.people == {RowKind.ADDED: 1, RowKind.CHANGED: 0, RowKind.REMOVED: 0}
    assert (member.name, member.source) == ("高﨑 花子", RESIDENT)
    assert (member.care_level, member.physical_grade) == ("要介護3", "1級")
    assert {Reason.CARE_LEVEL, Reason.PHYSICAL_CERTIFICATE} <= member.reasons
    assert all(preview.recount_matches for preview in session.files)


def test_every_field_keeps_who_says_what() -> None:
    database = city()
    done(database, *of_three())
    with database.reading() as session:
        said = {one.field_name: one for one in said_by(session, CLERK, people(database)[0].member_id)}
    assert said["name"].followed == RESIDENT
    assert dict(said["name"].stated)[CARE] == "髙崎　花子"
    assert said["care_level"].followed == CARE
    assert said["physical_grade"].followed == DISABILITY


def test_the_order_of_the_files_says_nothing() -> None:
    found = set()
    for order in ((0, 1, 2), (2, 1, 0), (1, 0, 2)):
        database = city()
        files = of_three()
        done(database, *(files[place] for place in order))
        (member,) = people(database)
        found.add(dataclasses.replace(member, member_id=member.member_id.__class__("x")))
    assert len(found) == 1


def test_a_later_word_of_a_lower_office_does_not_change_what_a_higher_one_says() -> None:
    database = city()
    done(database, *of_three())
    again = person(
        1, ID="K-1", 氏名="髙崎　花江", 住所="久留米市別架空町9002", 要介護度="要介護5", 身障等級=""
    )
    done(database, file(CARE, [again]))
    (member,) = people(database)
    assert (member.name, member.care_level) == ("高﨑 花子", "要介護5")
    assert "架空町" in member.address
    assert "別" not in member.address


def test_a_pair_in_doubt_is_held_asked_once_and_remembered() -> None:
    database = city()
    commit(database, [person(1)], ImportOrder(DISABILITY, is_whole=False))
    moved = person(1, ID="K-1", 住所="久留米市別架空町9100-1")
    preview = preview_rosters(database, [file(CARE, [moved])])
    (pair,) = preview.files[0].pairs
    assert (preview.files[0].held, pair.number, pair.points) == (1, 1, 84)
    assert "架空" not in str(pair.as_json())
    decide_pairs(database, [(pair, PairVerdict.OTHER)], clock=CLOCK)
    assert done(database, file(CARE, [moved])).files[0].added == 1
    assert done(database, file(CARE, [moved | {"電話1": ""}])).files[0].held == 0
    assert len(people(database)) == 2


def test_a_person_who_is_the_same_is_joined_from_then_on_and_later_takes_it_back() -> None:
    database = city()
    commit(database, [person(1)], ImportOrder(DISABILITY, is_whole=False))
    moved = file(CARE, [person(1, ID="K-1", 住所="久留米市別架空町9100-1")], whole=False)
    (pair,) = preview_rosters(database, [moved]).files[0].pairs
    decide_pairs(database, [(pair, PairVerdict.SAME)], clock=CLOCK)
    assert preview_rosters(database, [moved]).files[0].joined == 1
    decide_pairs(database, [(pair, PairVerdict.DOUBT)], clock=CLOCK)
    assert preview_rosters(database, [moved]).files[0].held == 1
    decide_pairs(database, [(pair, PairVerdict.SAME)], clock=CLOCK)
    done(database, moved)
    (member,) = people(database)
    assert (member.source, member.source_key) == (DISABILITY, "A-00001")


def test_two_people_of_one_session_in_doubt_are_asked_too() -> None:
    first, second = person(1, ID="K-1"), person(1, ID="S-1", 住所="久留米市別架空町9100-1")
    preview = preview_rosters(city(), [file(CARE, [first]), file(DISABILITY, [second])])
    assert [one.held for one in preview.files] == [0, 1]
    assert preview.files[1].pairs[0].number == 0


def test_who_leaves_one_office_stays_while_another_names_them() -> None:
    database = city()
    both = person(1, ID="K-1")
    done(database, file(CARE, [both, person(2, ID="K-2")]), file(DISABILITY, [both | {"ID": "S-1"}]))
    gone = done(database, file(CARE, [person(2, ID="K-2")], typed=Confirmations()))
    assert (gone.files[0].removed, gone.files[0].left_source) == (0, 1)
    assert len(people(database)) == 2
    again = file(DISABILITY, [person(9, ID="S-9")], typed=Confirmations(removals=1))
    assert done(database, again).files[0].removed == 1


def test_nobody_is_removed_while_it_is_not_decided_whether_a_row_is_them() -> None:
    database = city()
    commit(database, [person(n) for n in range(1, 5)], WHOLE)
    rows = [person(n) for n in range(1, 4)] + [person(4, ID="A-99999", 住所="久留米市別架空町9100-1")]
    preview = preview_rosters(database, [file(CARE, rows)]).files[0]
    assert (preview.held, preview.removed) == (1, 0)


def test_a_new_id_of_the_same_office_is_the_same_person() -> None:
    database = city()
    commit(database, [person(n) for n in range(1, 5)], WHOLE)
    rows = [person(n) for n in range(1, 4)] + [person(4, ID="B-00004")]
    session = done(database, file(CARE, rows))
    assert (session.files[0].joined, session.files[0].removed) == (1, 0)
    assert stored(database, "B-00004").name == "架空 花子4"
    assert preview_rosters(database, [file(CARE, rows)]).files[0].unchanged == 4


def test_a_session_is_taken_back_whole_and_states_nothing_any_more() -> None:
    database = city()
    before = commit(database, [person(1)], ImportOrder(DISABILITY, is_whole=False))
    session = done(
        database, file(CARE, [person(1, ID="K-1"), person(2)]), file(RESIDENT, [person(1, ID="J-1")])
    )
    undone = undo_import(database, session.files[1].import_id, clock=CLOCK).value
    assert len(undone.together) == 1
    assert [member.source for member in people(database)] == [DISABILITY]
    assert {one.import_id for one in database.state.statements} == {before.import_id}
    undo_import(database, before.import_id, clock=CLOCK)
    assert not people(database)


def test_all_or_nothing() -> None:
    database = city()
    before = database.state
    wrong = file(DISABILITY, [person(2)], expected=ControlTotals({("総件数", ""): 2}))
    with pytest.raises(KnownProblem, match="totals_mismatch"):
        done(database, file(CARE, [person(1)]), wrong)
    assert database.state is before
    with pytest.raises(KnownProblem, match="source_repeated"):
        done(database, file(CARE, [person(1)]), file(CARE, [person(2)]))


def test_a_flag_in_one_file_hides_the_person_of_the_other() -> None:
    database = city()
    session = done(
        database, file(RESIDENT, [person(1, ID="J-1"), person(2, ID="J-2")]),
        file(CARE, [person(1, ID="K-1", 支援措置="○")]),
    )  # fmt: skip
    assert [preview.read for preview in session.files] == [1, 0]
    assert session.people[RowKind.ADDED] == 1
    assert [m.has_protected_address for m in people(database)].count(True) == 1


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 5), st.sampled_from(["", "○"]), st.booleans()), max_size=6),
    st.lists(st.tuples(st.integers(1, 5), st.sampled_from(["", "○"]), st.booleans()), max_size=6),
)
def test_hidden_people_stand_in_no_count_of_a_session(
    first: list[tuple[int, str, bool]], second: list[tuple[int, str, bool]]
) -> None:
    def rows(drawn: list[tuple[int, str, bool]], prefix: str) -> Rows:
        return [
            person(
                n,
                ID=f"{prefix}-{n}",
                支援措置=flag,
                住所="久留米市別架空町9100-1" if moved else f"架空町900{n}",
            )
            for n, flag, moved in drawn
        ]

    database = city(FLAGGED)
    clerk = database.seen_by(CLERK)
    files = [file(CARE, rows(first, "K"), whole=False), file(DISABILITY, rows(second, "S"), whole=False)]
    session = done(clerk, *files)
    hidden = {member.name for member in people(database) if member.has_protected_address}
    visible = [member for member in people(database) if not member.has_protected_address]
    assert session.people[RowKind.ADDED] == len(visible)
    for preview in session.files:
        assert preview.adds_up
        assert not hidden & {row.name for row in preview.rows}
        assert not hidden & {pair.stated.name for pair in preview.pairs}
        assert not hidden & {pair.kept.name for pair in preview.pairs}


def twenty(**cells: str) -> list[dict[str, str]]:
    return [person(n, 氏名=f"架空 {'一二三四五'[n % 5]}{'六七八九'[n % 4]}", **cells) for n in range(1, 21)]


def test_a_column_that_slipped_stops_the_commit() -> None:
    database = city()
    commit(database, twenty())
    slipped = [row | {"フリガナ": "ハナコ カクウ", "生年月日": "S11.2.3"} for row in twenty()]
    problem = refused(database, slipped, "finding_unaccepted")
    assert "フリガナ" in problem.message
    assert "生年月日" in problem.message
    taken = Confirmations(accepted=frozenset({FindingKind.SHIFTED_COLUMN}))
    assert commit(database, slipped, PART, taken).changed == 20


def test_one_district_declared_whole_stops_the_commit() -> None:
    database = city()
    half = [row | {"校区": "荒木"} for row in twenty()[:10]]
    commit(database, half + twenty()[10:])
    problem = refused(database, twenty()[10:], "finding_unaccepted", order=WHOLE)
    assert "津福" in problem.message
    assert "一部" in problem.message


def test_yesterdays_file_and_an_older_extract_are_said() -> None:
    database = city()
    yesterday, today = twenty(), [row | {"電話1": f"0942-00-7{n:03d}"} for n, row in enumerate(twenty())]
    commit(database, yesterday)
    same = preview_rosters(database, [file(CARE, [row | {"備考": ""} for row in yesterday])]).files[0]
    assert [one.kind for one in same.findings] == [FindingKind.SAME_CONTENT]
    commit(database, today)
    older = preview_rosters(database, [file(CARE, yesterday)]).files[0]
    assert older.findings[0].kind is FindingKind.OLDER_EXTRACT
    assert older.findings[0].must_accept


def test_the_stated_day_of_an_extract_is_compared() -> None:
    from datetime import date

    database = city()
    done(database, file(CARE, twenty(), extracted_on=date(2026, 11, 1)))
    preview = preview_rosters(
        database, [file(CARE, twenty(電話2="0942-00-0009"), extracted_on=date(2026, 10, 1))]
    )
    assert "令和8年10月1日" in preview.files[0].findings[0].message


def test_ids_of_another_office_stop_the_commit() -> None:
    database = city()
    commit(database, twenty())
    others = [person(n, ID=f"Z-{n}", 氏名=f"仮名 {n}", フリガナ=f"カナ {n}") for n in range(100, 120)]
    problem = refused(database, others, "finding_unaccepted", order=WHOLE)
    assert "ID" in problem.message


def test_what_the_program_made_since_stands_in_nobodys_way_and_a_hand_does() -> None:
    database = city()
    made = commit(database, [person(1), person(2)])
    for member in people(database):
        with database.writing() as session:
            placed = dataclasses.replace(member, flood_rank=3)
            session.members.save_many(CLERK, [placed], source="住所から位置を決定")
    undo_import(database, made.import_id, clock=CLOCK)
    assert not people(database)
    made = commit(database, [person(1), person(2)])
    change(database, dataclasses.replace(stored(database), note="架空"))
    with pytest.raises(KnownProblem, match="import_touched") as caught:
        undo_import(database, made.import_id, clock=CLOCK)
    assert f"番号{stored(database).number}" in caught.value.message


def test_what_was_seen_is_what_is_written_with_a_pair_inside_the_session() -> None:
    database = city()
    care = file(CARE, [person(1, ID="K-1")])
    disability = file(DISABILITY, [person(1, ID="S-1", 住所="久留米市別架空町9100-1")])
    seen = preview_rosters(database, [care, disability])
    written = commit_rosters(database, [care, disability], clock=CLOCK, previewed=seen).value
    assert [one.counts for one in written.files] == [one.counts for one in seen.files]
    assert [one.import_id for one in written.files] == [one.import_id for one in seen.files]
