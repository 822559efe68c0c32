"""スクリーニング on the encrypted file: the 区分 of a person is that of the latest judgement, always."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.changes import Topic
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.members import RemovalReason, RosterMember
from kurume_bousai.domain.plans import TravelMode
from kurume_bousai.domain.screening import Profession, ScreeningClass, ScreeningResult
from kurume_bousai.services.roster.register import RosterService
from kurume_bousai.services.shelters.screenings import ScreeningDraft, ScreeningService
from kurume_bousai.storage import EncryptedCityDatabase
from tests.storage.people import CLERK, DISTRICTS, FLAGGED, VIEWER, access, person
from tests.storage.test_reception import Clock, SeenBy, code_of

DESK = access(Role.DESK)
NURSE = Profession.PUBLIC_HEALTH_NURSE
FULL, PARTIAL = ScreeningClass.FULL_CARE, ScreeningClass.PARTIAL_CARE


def service(
    city: EncryptedCityDatabase, viewer: Access = DESK, clock: Clock | None = None
) -> ScreeningService:
    return ScreeningService(SeenBy(city, viewer), clock or Clock())


def add(city: EncryptedCityDatabase, *members: RosterMember) -> None:
    with city.writing() as session:
        session.members.add_many(FLAGGED, members, source="架空")


def present(city: EncryptedCityDatabase, member_id: MemberId) -> RosterMember:
    with city.reading() as session:
        (found,) = session.members.get_many(FLAGGED, [member_id])
    return found


def test_a_judgement_in_full(city: EncryptedCityDatabase) -> None:
    someone = person()
    add(city, someone)
    clock = Clock()
    draft = ScreeningDraft(
        someone.member_id, FULL, NURSE, clock.moment - timedelta(hours=3), " 酸素を使う ", "福祉避難所",
        TravelMode.STRETCHER, 1, ScreeningResult.ACCEPTED, clock.moment - timedelta(hours=1),
    )  # fmt: skip
    outcome = service(city, clock=clock).record(draft)
    assert outcome.changes == frozenset({Topic.MEMBERS})
    (kept,) = service(city).history(someone.member_id)
    assert kept == outcome.value
    assert (kept.basis, kept.transport, kept.escort_count, kept.recorded_by) == (
        "酸素を使う", TravelMode.STRETCHER, 1, "検査",
    )  # fmt: skip
    assert present(city, someone.member_id).screening_class == 2
    with city.reading() as session:
        assert [one.source for one in session.members.versions(CLERK, someone.member_id)][-1] == (
            "スクリーニング"
        )
        assert "酸素" not in "".join(str(entry) for entry in session.audit.entries())


moments = st.lists(st.tuples(st.integers(0, 500), st.sampled_from(ScreeningClass)), min_size=1, max_size=6)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moments)
def test_the_latest_holds_in_whatever_order_they_are_typed(
    city: EncryptedCityDatabase, judged: Sequence[tuple[int, ScreeningClass]]
) -> None:
    someone, clock = person(), Clock()
    add(city, someone)
    for hours, kind in judged:
        clock.moment += timedelta(seconds=1)
        at = clock.moment.replace(minute=0, second=0) - timedelta(hours=hours)
        service(city, clock=clock).record(ScreeningDraft(someone.member_id, kind, NURSE, at))
    history = service(city).history(someone.member_id)
    assert len(history) == len(judged)
    assert [one.screened_at for one in history] == sorted((one.screened_at for one in history), reverse=True)
    assert present(city, someone.member_id).screening_class == history[0].screening_class


def test_counts_have_the_age_of_the_oldest_and_the_newest(city: EncryptedCityDatabase) -> None:
    people = [person(), person(), person(district_id=DISTRICTS[1]), person(screening_class=2)]
    hidden = person(has_protected_address=True)
    add(city, *people, hidden)
    clock = Clock()
    for hours, someone in ((1, people[0]), (9, people[1]), (5, people[2])):
        at = clock.moment - timedelta(hours=hours)
        service(city, clock=clock).record(ScreeningDraft(someone.member_id, FULL, NURSE, at))
    service(city, FLAGGED, clock).record(ScreeningDraft(hidden.member_id, FULL, NURSE))
    for viewer in (VIEWER, DESK, FLAGGED):
        counts = {one.screening_class: one for one in service(city, viewer).latest_counts()}
        assert len(counts) == 4
        full = counts[FULL]
        assert (full.people, full.undated) == (4, 1), "支援措置対象者 are in no number"
        assert full.oldest_at == clock.moment - timedelta(hours=9)
        assert full.newest_at == clock.moment - timedelta(hours=1)
        assert (counts[PARTIAL].people, counts[PARTIAL].newest_at) == (0, None)
    own = {one.screening_class: one for one in service(city, VIEWER).latest_counts(DISTRICTS[1])}
    assert (own[FULL].people, own[FULL].undated) == (1, 0)


def test_who_may_write_and_look_back(city: EncryptedCityDatabase) -> None:
    someone, hidden = person(), person(has_protected_address=True)
    add(city, someone, hidden)
    for role in (Role.VIEWER, Role.FACILITATOR, Role.ADMINISTRATOR):
        draft = ScreeningDraft(someone.member_id, FULL, NURSE)
        assert code_of(service(city, access(role)).record, draft) == "no_right"
    assert code_of(service(city, VIEWER).history, someone.member_id) == "no_right"
    assert code_of(service(city).record, ScreeningDraft(hidden.member_id, FULL, NURSE)) == "person_gone"
    service(city, FLAGGED).record(ScreeningDraft(hidden.member_id, FULL, NURSE))
    assert service(city).history(hidden.member_id) == []
    assert len(service(city, FLAGGED).history(hidden.member_id)) == 1
    assert present(city, hidden.member_id).has_protected_address


def test_a_plausible_moment_is_asked_for(city: EncryptedCityDatabase) -> None:
    someone, clock = person(), Clock()
    add(city, someone)
    now = clock.moment
    bad = (
        ScreeningDraft(someone.member_id, FULL, NURSE, now + timedelta(hours=1)),
        ScreeningDraft(someone.member_id, FULL, NURSE, now, arrived_at=now - timedelta(hours=1)),
        ScreeningDraft(someone.member_id, FULL, NURSE, basis="あ" * 401),
        ScreeningDraft(someone.member_id, FULL, NURSE, escort_count=-1),
    )
    for draft in bad:
        assert code_of(service(city, clock=clock).record, draft) == "screening_invalid"
    assert present(city, someone.member_id).screening_class is None


def test_the_class_is_not_lost_when_the_record_goes_back(city: EncryptedCityDatabase) -> None:
    someone = person(address="架空町9999")
    add(city, someone)
    service(city).record(ScreeningDraft(someone.member_id, FULL, NURSE))
    roster = RosterService(SeenBy(city, CLERK), Clock())
    roster.restore(someone.member_id, 1)
    assert present(city, someone.member_id).screening_class == 2
    with city.writing() as session:
        session.members.restore_versions(CLERK, {someone.member_id: 1}, source="取込の取り消し")
    assert present(city, someone.member_id).screening_class == 2


def test_a_judgement_meanwhile_stops_an_older_form(city: EncryptedCityDatabase) -> None:
    someone = person(address="架空町9999")
    add(city, someone)
    before = present(city, someone.member_id)
    service(city).record(ScreeningDraft(someone.member_id, FULL, NURSE))
    roster = RosterService(SeenBy(city, CLERK), Clock())
    assert code_of(roster.save, replace(before, phone="0942-00-0001"), before) == "changed_meanwhile"


def test_a_person_can_still_be_taken_off_and_purged(city: EncryptedCityDatabase) -> None:
    gone, purged = person(), person()
    add(city, gone, purged)
    for someone in (gone, purged):
        service(city).record(ScreeningDraft(someone.member_id, FULL, NURSE))
    with city.writing() as session:
        session.members.remove_many(
            CLERK,
            [gone.member_id],
            RemovalReason.DIED,
            source="x",
            on=date(2026, 7, 10),
        )
        session.members.purge_added(CLERK, [purged.member_id])
    assert service(city).history(gone.member_id) == []
    assert service(city).history(purged.member_id) == []
    assert sum(one.people for one in service(city).latest_counts()) == 0
    with pytest.raises(KnownProblem):
        service(city).record(ScreeningDraft(gone.member_id, PARTIAL, NURSE))
