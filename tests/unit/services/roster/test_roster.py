from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.changes import Topic
from kurume_bousai.domain.consents import Consent, ConsentGiver, ConsentKind, ConsentMethod, ConsentState
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import MemberId, OperatorId
from kurume_bousai.domain.members import Reason, RemovalReason, RosterMember
from kurume_bousai.services.drafts import PERSON_FORM, KeptDrafts
from kurume_bousai.services.ports.drafts import Draft
from kurume_bousai.services.ports.members import MemberFilter, MemberQuery
from kurume_bousai.services.ports.sessions import CityDatabase
from kurume_bousai.services.roster.register import FIRST_ROWS, RosterService, with_consent
from kurume_bousai.storage import create_database
from tests.fakes.city import FakeCity, FixedClock
from tests.fakes.state import NOW
from tests.fixtures.rosters import ADMINISTRATOR, CLERK, FLAGGED, TSUBUKU, access, city

TODAY = NOW.date()


def service(database: CityDatabase) -> RosterService:
    return RosterService(database, FixedClock())


def person(name: str = "架空 花子", **fields: object) -> RosterMember:
    made = RosterMember(
        member_id=MemberId("m1"),
        number=0,
        name=name,
        born_on=date(1935, 4, 1),
        address="久留米市架空町9999-12",
        reasons=frozenset({Reason.CARE_LEVEL}),
        district_id=TSUBUKU,
    )
    return dataclasses.replace(made, **fields)  # type: ignore[arg-type]


def with_person(viewer: Access = CLERK, **fields: object) -> tuple[FakeCity, RosterMember]:
    database = city(FLAGGED)
    service(database).add(person(**fields))  # type: ignore[arg-type]
    return database.seen_by(viewer), database.state.members[MemberId("m1")]


def code_of(caught: pytest.ExceptionInfo[KnownProblem]) -> str:
    return caught.value.code


def test_a_new_person_needs_the_statutory_fields_only() -> None:
    database = city()
    outcome = service(database).add(person(born_on=None))
    assert outcome.changes == {Topic.MEMBERS, Topic.CONSENTS}
    stored = database.state.members[MemberId("m1")]
    assert (stored.number, stored.version) == (1, 1)
    assert [one.source for one in database.state.versions[MemberId("m1")]] == ["画面で入力"]


def test_the_first_rows_are_those_the_whole_list_begins_with() -> None:
    database = city()
    roster = service(database)
    for number in range(FIRST_ROWS + 3):
        one = person(f"架空 {number}", kana=f"{number:04d}", member_id=MemberId(f"m{number}"))
        roster.add(dataclasses.replace(one, address=f"久留米市架空町{9000 + number}-12"))
    whole = roster.find(MemberQuery())
    assert roster.first(MemberQuery()) == whole.rows[:FIRST_ROWS]
    assert len(whole.rows) == whole.total == FIRST_ROWS + 3
    assert [row.name for row in roster.first(MemberQuery("架空 7"))][:1] == ["架空 7"]


def test_the_first_rows_hide_whom_the_list_hides() -> None:
    database, _ = with_person(has_protected_address=True)
    assert service(database).first(MemberQuery()) == []
    assert len(service(database.seen_by(FLAGGED)).first(MemberQuery())) == 1
    with pytest.raises(KnownProblem) as caught:
        service(database.seen_by(ADMINISTRATOR)).first(MemberQuery())
    assert code_of(caught) == "no_right"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": "　"}, "name_missing"),
        ({"address": ""}, "address_missing"),
        ({"reasons": frozenset()}, "reason_missing"),
        ({"born_on": date(2026, 11, 22)}, "birth_future"),
        ({"name": "あ" * 501}, "text_too_long"),
        ({"has_protected_address": True}, "protected_flag"),
    ],
)
def test_what_is_missing_or_wrong_is_told(fields: dict[str, object], code: str) -> None:
    database = city()
    with pytest.raises(KnownProblem) as caught:
        service(database).add(dataclasses.replace(person(), **fields))  # type: ignore[arg-type]
    assert code_of(caught) == code
    assert not database.state.members


def test_an_imported_person_without_address_can_be_edited() -> None:
    database, kept = with_person()
    with database.writing() as session:
        session.members.save_many(CLERK, [dataclasses.replace(kept, address="")], source="")
    before = database.state.members[MemberId("m1")]
    service(database).save(dataclasses.replace(before, phone="0942-00-0009"), before)
    assert database.state.members[MemberId("m1")].version == 3


def test_saving_without_a_change_writes_nothing() -> None:
    database, kept = with_person()
    assert service(database).save(kept, kept).changes == frozenset()
    assert database.state.members[MemberId("m1")].version == 1


@pytest.mark.parametrize(
    ("consent", "code"),
    [
        (Consent(ConsentKind.ROSTER, ConsentState.GIVEN, None, date(2026, 1, 1)), "consent_undated"),
        (Consent(ConsentKind.ROSTER, ConsentState.GIVEN, date(2026, 1, 1)), "consent_unexplained"),
        (Consent(ConsentKind.PLAN, ConsentState.REFUSED), "consent_undated"),
        (Consent(ConsentKind.PLAN, ConsentState.REFUSED, date(2027, 1, 1)), "consent_future"),
    ],
)
def test_an_answer_given_anew_needs_its_days(consent: Consent, code: str) -> None:
    database, kept = with_person()
    with pytest.raises(KnownProblem) as caught:
        service(database).save(with_consent(kept, consent), kept)
    assert code_of(caught) == code


def test_an_answer_from_a_file_without_days_does_not_stop_an_edit() -> None:
    database, kept = with_person()
    undated = with_consent(kept, Consent(ConsentKind.ROSTER, ConsentState.GIVEN))
    with database.writing() as session:
        session.members.save_many(CLERK, [undated], source="")
    before = database.state.members[MemberId("m1")]
    service(database).save(dataclasses.replace(before, phone="0942-00-0009"), before)
    assert database.state.members[MemberId("m1")].phone == "0942-00-0009"


def test_consents_of_other_kinds_stay() -> None:
    answered = with_consent(person(), Consent(ConsentKind.PLAN, ConsentState.REFUSED, date(2026, 1, 1)))
    both = with_consent(answered, Consent(ConsentKind.ROSTER, ConsentState.REFUSED, date(2026, 1, 2)))
    assert [one.kind for one in both.consents] == [ConsentKind.ROSTER, ConsentKind.PLAN]
    assert with_consent(both, both.consent(ConsentKind.PLAN)) is both


def test_somebody_taken_off_keeps_the_history() -> None:
    database, kept = with_person()
    service(database).remove(kept, RemovalReason.MOVED_OUT)
    gone = database.state.members[MemberId("m1")]
    assert (gone.removal_reason, gone.removed_on) == (RemovalReason.MOVED_OUT, TODAY)
    assert len(database.state.versions[MemberId("m1")]) == 2


def test_a_clerk_gives_no_reason_of_the_import() -> None:
    database, kept = with_person()
    with pytest.raises(ValueError, match="absent_from_whole_file"):
        service(database).remove(kept, RemovalReason.ABSENT_FROM_WHOLE_FILE)


def test_going_back_brings_back_no_withdrawn_consent_and_keeps_the_protection() -> None:
    given = Consent(
        ConsentKind.ROSTER, ConsentState.GIVEN, date(2025, 1, 2), date(2025, 1, 1), "架空の職員",
        method=ConsentMethod.WRITTEN, given_by=ConsentGiver.PERSON,
    )  # fmt: skip
    withdrawn = dataclasses.replace(given, state=ConsentState.WITHDRAWN, decided_on=date(2026, 1, 1))
    database, kept = with_person(FLAGGED, consents=(given,))
    later = dataclasses.replace(kept, consents=(withdrawn,), phone="1", has_protected_address=True)
    service(database).save(later, kept)
    service(database).restore(MemberId("m1"), 1)
    restored = database.state.members[MemberId("m1")]
    assert restored.version == 3
    assert restored.phone == ""
    assert restored.consent_state(ConsentKind.ROSTER) is ConsentState.WITHDRAWN
    assert restored.has_protected_address
    assert service(database).history(MemberId("m1"))[0].source == "第1版に戻した"


def test_a_version_that_is_not_there_is_told() -> None:
    database, _kept = with_person()
    with pytest.raises(KnownProblem) as caught:
        service(database).restore(MemberId("m1"), 7)
    assert code_of(caught) == "version_unknown"


@pytest.mark.parametrize("viewer", [ADMINISTRATOR, access(Role.VIEWER), access(Role.FACILITATOR)])
def test_only_who_may_edit_edits(viewer: Access) -> None:
    database, kept = with_person(viewer)
    asked = service(database)
    for act in (
        lambda: asked.add(person(member_id=MemberId("m2"))),
        lambda: asked.save(dataclasses.replace(kept, phone="1"), kept),
        lambda: asked.remove(kept, RemovalReason.DIED),
        lambda: asked.restore(MemberId("m1"), 1),
    ):
        with pytest.raises(KnownProblem) as caught:
            act()
        assert code_of(caught) == "no_right"


@pytest.mark.parametrize("viewer", [ADMINISTRATOR, access(Role.VIEWER)])
def test_who_sees_no_people_finds_none(viewer: Access) -> None:
    database, _kept = with_person(viewer)
    with pytest.raises(KnownProblem) as caught:
        service(database).find(MemberQuery())
    assert code_of(caught) == "no_right"


@given(hidden=st.lists(st.booleans(), min_size=1, max_size=8), text=st.sampled_from(["", "架", "花", "9"]))
def test_people_with_hidden_address_are_nowhere(hidden: list[bool], text: str) -> None:
    database = city(FLAGGED)
    for number, is_hidden in enumerate(hidden):
        service(database).add(person(member_id=MemberId(f"m{number}"), has_protected_address=is_hidden))
    asked = service(database.seen_by(CLERK))
    for kind in MemberFilter:
        found = asked.find(MemberQuery(text, kind))
        assert not any(hidden[int(row.member_id[1:])] for row in found.rows)
        assert found.total == hidden.count(False)
        assert MemberFilter.PROTECTED not in found.counts
        assert found.counts[MemberFilter.ALL] <= hidden.count(False)
    for number, is_hidden in enumerate(hidden):
        member_id = MemberId(f"m{number}")
        assert (asked.open(member_id) is None) == is_hidden
        assert bool(asked.history(member_id)) != is_hidden
    same = asked.lookalikes(person(member_id=MemberId("new")))
    assert len(same) == hidden.count(False)


def test_a_draft_belongs_to_its_operator() -> None:
    database = city()
    other = Access(OperatorId("other"), "架空係2", frozenset({Role.CLERK}))
    KeptDrafts(database).keep(Draft(PERSON_FORM, NOW, {"name": "架空 花子"}))
    kept = KeptDrafts(database).load(PERSON_FORM)
    assert kept is not None
    assert (kept.fields, kept.kept_at) == ({"name": "架空 花子"}, NOW)
    assert "花子" not in repr(kept)
    assert KeptDrafts(database.seen_by(other)).load(PERSON_FORM) is None
    KeptDrafts(database).forget(PERSON_FORM)
    assert KeptDrafts(database).load(PERSON_FORM) is None


@pytest.mark.parametrize("text", ["{", "[]", "3", '{"fields": 1, "kept_at": "x"}', '{"fields": {}}'])
def test_a_damaged_draft_is_none(text: str) -> None:
    database = city()
    with database.writing() as session:
        session.set_fact(f"draft.{PERSON_FORM}.{database.access.operator_id}", text)
    assert KeptDrafts(database).load(PERSON_FORM) is None


def test_the_same_on_an_encrypted_file(tmp_path: Path) -> None:
    database, _key = create_database(
        tmp_path / "kakuu.db", "架空", "demo", roles=[Role.ADMINISTRATOR, Role.CLERK], fictional=True
    )
    try:
        asked = service(database)
        new = dataclasses.replace(asked.blank(), name="架空 花子", address="9999-12",
                                  reasons=frozenset({Reason.EQUIVALENT}))  # fmt: skip
        asked.add(new)
        row = asked.find(MemberQuery("花")).rows[0]
        first = asked.open(row.member_id)
        assert first is not None
        asked.save(dataclasses.replace(first.member, phone="0942-00-0001"), first.member)
        with pytest.raises(KnownProblem) as caught:
            asked.save(dataclasses.replace(first.member, phone="0942-00-0002"), first.member)
        assert code_of(caught) == "changed_meanwhile"
        asked.restore(row.member_id, 1)
        history = asked.history(row.member_id)
        assert [one.version for one in history] == [3, 2, 1]
        assert history[0].member.phone == ""
        KeptDrafts(database).keep(Draft(PERSON_FORM, NOW, {"name": "架空 書きかけ"}))
        asked.remove(history[0].member, RemovalReason.DIED)
        assert asked.open(row.member_id) is None
        with database.reading() as session:
            assert session.audit.verify() == []
    finally:
        database.close()
    raw = (tmp_path / "kakuu.db").read_bytes()
    assert "書きかけ".encode() not in raw
