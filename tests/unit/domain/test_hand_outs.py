"""Columns, copies and 差分 as pure rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hand_outs import (
    CopyEvent,
    CopyEventKind,
    CopyState,
    HandedCopy,
    HandOutPaper,
    HeldPart,
    check_event,
    difference,
    known_to_holder,
)
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.members import Need, Reason, RosterMember
from kurume_bousai.domain.roster_columns import (
    DEFAULT_RULES,
    HEALTH_COLUMNS,
    BodyRule,
    RosterColumn,
    RosterEntry,
    check_rule,
    columns_of,
    entry_of,
)

TODAY = date(2026, 11, 21)
COPY = HandedCopy(
    "2026-0001", "名簿", "架空の団体", "見守り", datetime(2026, 4, 1, 3, tzinfo=UTC), "窓口",
    date(2026, 12, 31), date(2026, 12, 31), 3, first_holder="架空 会長",
)  # fmt: skip

entries = st.builds(
    lambda number, name, phone: RosterEntry(
        number, ((RosterColumn.NAME, name), (RosterColumn.PHONE, phone))
    ),
    st.integers(1, 9999), st.text(max_size=3), st.text(max_size=3),
)  # fmt: skip
lists = st.dictionaries(st.text("abcdef", min_size=1, max_size=1).map(MemberId), entries)


def event(kind: CopyEventKind, number: int = 1, **changes: object) -> CopyEvent:
    made = CopyEvent(f"e{number}", "2026-0001", kind, TODAY, datetime(2026, 11, 21, tzinfo=UTC), "窓口")
    return replace(made, **changes)  # type: ignore[arg-type]


def after(*kinds: CopyEventKind) -> HandedCopy:
    return replace(COPY, events=tuple(event(kind, number) for number, kind in enumerate(kinds)))


@given(lists, lists)
def test_a_holder_who_follows_the_difference_has_the_list_of_now(
    held: dict[MemberId, RosterEntry], now: dict[MemberId, RosterEntry]
) -> None:
    found = difference(held, now)
    gone = {key for key in held if key not in now}
    touched = {key: entry for key, entry in now.items() if held.get(key) != entry}
    parts = [
        HeldPart(HandOutPaper.ROSTER, held),
        HeldPart(HandOutPaper.DIFFERENCE, touched, frozenset(gone)),
    ]
    assert known_to_holder(parts) == now
    assert found.is_empty == (held == now)
    assert len(found.added) + len(found.changed) == len(touched)
    assert sorted(found.removed) == sorted(held[key].number for key in gone)


def test_a_new_whole_list_replaces_what_was_there() -> None:
    old = {MemberId("a"): RosterEntry(1, ())}
    new = {MemberId("b"): RosterEntry(2, ())}
    parts = [HeldPart(HandOutPaper.ROSTER, old), HeldPart(HandOutPaper.ROSTER, new)]
    assert known_to_holder(parts) == new


def test_a_change_tells_old_and_new_of_the_holders_columns_only() -> None:
    before = RosterMember(MemberId("a"), 5, "架空 一", phone="0942-00-0001", disease="秘")
    now = replace(before, phone="0942-00-0002", disease="別の秘", number=6)
    columns = (RosterColumn.NAME, RosterColumn.PHONE)
    found = difference({before.member_id: entry_of(before, columns)}, {now.member_id: entry_of(now, columns)})
    [entry] = found.changed
    assert (entry.was_number, entry.number) == (5, 6)
    assert entry.changes == ((RosterColumn.PHONE, "0942-00-0001", "0942-00-0002"),)
    assert "秘" not in repr(found)


@pytest.mark.parametrize("body", list(DEFAULT_RULES))
def test_the_default_columns_stand_by_their_own_rule_and_tell_no_illness_outside_the_city(body: Body) -> None:
    rule = DEFAULT_RULES[body]
    check_rule(body, rule)
    if body is not Body.CITY:
        assert not rule.columns & HEALTH_COLUMNS


@given(st.sets(st.sampled_from(RosterColumn)))
def test_an_entry_holds_its_columns_and_nothing_else(columns: set[RosterColumn]) -> None:
    member = RosterMember(
        MemberId("a"), 1, "架空 一", disease="難病の名", care_level="要介護5", physical_grade="1級",
        needs=frozenset({Need.POWER}), reasons=frozenset({Reason.CARE_LEVEL}), note="メモ",
    )  # fmt: skip
    entry = entry_of(member, columns)
    assert {column for column, _ in entry.values} == columns
    told = str([value for _, value in entry.values])
    for column, secret in ((RosterColumn.DISEASE, "難病の名"), (RosterColumn.CARE_LEVEL, "要介護5")):
        assert (secret in told) == (column in columns)
    assert "メモ" not in told


@pytest.mark.parametrize(
    ("body", "rule", "code"),
    [
        (Body.TEACHER, DEFAULT_RULES[Body.CITY], "recipient_symbols_only"),
        (Body.POLICE, BodyRule(frozenset({RosterColumn.PHONE})), "column_name"),
        (Body.POLICE, BodyRule(frozenset({RosterColumn.NAME, RosterColumn.DISEASE})), "column_health"),
        (Body.POLICE, BodyRule(frozenset({RosterColumn.NAME}), valid_days=0), "valid_days"),
    ],
)
def test_a_rule_that_gives_too_much_is_refused(body: Body, rule: BodyRule, code: str) -> None:
    with pytest.raises(KnownProblem) as caught:
        check_rule(body, rule)
    assert caught.value.code == code


def test_fields_of_a_record_stand_in_known_columns() -> None:
    assert columns_of(["building", "phone", "note", "physical_grade"]) == {
        RosterColumn.ADDRESS, RosterColumn.PHONE, RosterColumn.CERTIFICATES,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kinds", "state", "is_out"),
    [
        ((), CopyState.AWAITING_RECEIPT, True),
        ((CopyEventKind.RECEIVED,), CopyState.HELD, True),
        ((CopyEventKind.RECALLED, CopyEventKind.RECEIVED), CopyState.RECALLED, True),
        ((CopyEventKind.RECEIVED, CopyEventKind.LOST), CopyState.LOST, True),
        ((CopyEventKind.LOST, CopyEventKind.FOUND), CopyState.HELD, True),
        ((CopyEventKind.RECEIVED, CopyEventKind.RETURNED), CopyState.RETURNED, False),
        ((CopyEventKind.NOT_PRINTED,), CopyState.NOT_PRINTED, False),
        ((CopyEventKind.RECEIVED, CopyEventKind.HANDED_OVER), CopyState.HELD, True),
    ],
)
def test_where_a_copy_is(kinds: tuple[CopyEventKind, ...], state: CopyState, is_out: bool) -> None:
    copy = after(*kinds)
    assert (copy.state, copy.is_out) == (state, is_out)


@given(st.lists(st.sampled_from(CopyEventKind), max_size=8))
def test_no_way_leads_back_out_of_a_copy_that_is_gone(kinds: list[CopyEventKind]) -> None:
    copy = COPY
    for number, kind in enumerate(kinds):
        made = event(kind, number, holder="架空 次", cancels=None)
        try:
            check_event(copy, made, TODAY)
        except KnownProblem:
            continue
        assert copy.is_out or kind is CopyEventKind.CORRECTED
        copy = replace(copy, events=(*copy.events, made))


def test_a_correction_takes_the_record_back_and_stays_to_be_read() -> None:
    lost = after(CopyEventKind.LOST)
    taken = event(CopyEventKind.CORRECTED, 9, cancels=lost.events[0].event_id)
    check_event(lost, taken, TODAY)
    corrected = replace(lost, events=(*lost.events, taken))
    assert corrected.state is CopyState.AWAITING_RECEIPT
    assert len(corrected.events) == 2
    with pytest.raises(KnownProblem):
        check_event(corrected, replace(taken, event_id="e10"), TODAY)


def test_the_holder_is_the_last_one_it_was_handed_to() -> None:
    assert COPY.holder == "架空 会長"
    handed = replace(COPY, events=(event(CopyEventKind.HANDED_OVER, holder="架空 次期会長"),))
    assert handed.holder == "架空 次期会長"


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (event(CopyEventKind.RETURNED, happened_on=date(2026, 11, 22)), "copy_event_future"),
        (event(CopyEventKind.RETURNED, happened_on=date(2026, 3, 31)), "copy_event_early"),
        (event(CopyEventKind.HANDED_OVER), "copy_holder"),
        (event(CopyEventKind.FOUND), "copy_state"),
    ],
)
def test_what_cannot_have_happened_is_refused(made: CopyEvent, code: str) -> None:
    with pytest.raises(KnownProblem) as caught:
        check_event(COPY, made, TODAY)
    assert caught.value.code == code


def test_late_is_what_should_be_back_and_is_not() -> None:
    late = date(2027, 1, 1)
    assert COPY.is_overdue(late)
    assert COPY.is_expired(late)
    assert not after(CopyEventKind.RETURNED).is_overdue(late)
    assert not COPY.is_overdue(TODAY)
