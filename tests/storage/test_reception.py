"""受け入れの台帳 on the encrypted file: who may write, who is seen, what follows."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.changes import Topic
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.exercises import ExerciseSettings
from kurume_bousai.domain.ids import MemberId, OperationId, SiteId
from kurume_bousai.domain.members import RemovalReason, RosterMember
from kurume_bousai.domain.operations import Operation, OperationKind, OperationState
from kurume_bousai.domain.presets import PRESETS
from kurume_bousai.domain.reception import PartyStage, ReceptionKind, SiteOccupancy, SiteReport
from kurume_bousai.domain.shelters import Ownership, WelfareShelter, YesNoUnknown
from kurume_bousai.services.ports.sessions import ReadSession, WriteSession
from kurume_bousai.services.shelters.reception import ReceptionDraft, ReceptionService, occupied_people
from kurume_bousai.storage import EncryptedCityDatabase, open_database
from tests.storage.conftest import OPERATOR, PASSPHRASE
from tests.storage.people import CLERK, DISTRICTS, FLAGGED, VIEWER, access, person

A, B = SiteId("W-01"), SiteId("W-02")
DESK = access(Role.DESK)
FACILITATOR = access(Role.FACILITATOR, districts=frozenset({DISTRICTS[1]}))
K = ReceptionKind


@dataclass
class Clock:
    moment: datetime = datetime(2026, 7, 10, 6, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


@dataclass
class SeenBy:
    """The same file for another operator."""

    city: EncryptedCityDatabase
    access: Access

    def reading(self) -> AbstractContextManager[ReadSession]:
        return self.city.reading()

    def writing(self) -> AbstractContextManager[WriteSession]:
        return self.city.writing()

    def close(self) -> None:
        """The file stays open for the others."""


@dataclass
class Place:
    """What a test has in hand."""

    city: EncryptedCityDatabase
    clock: Clock
    member: RosterMember
    hidden: RosterMember

    def by(self, access: Access) -> ReceptionService:
        return ReceptionService(SeenBy(self.city, access), self.clock)

    def write(self, kind: ReceptionKind, site: SiteId = A, **more: object) -> str:
        self.clock.moment += timedelta(minutes=1)
        draft = ReceptionDraft(kind, site, **more)  # type: ignore[arg-type]
        return self.by(DESK).record(draft).value.entry_id

    def site(self, site: SiteId = A) -> SiteOccupancy:
        return self.by(VIEWER).board().get(site, SiteOccupancy(site))


@pytest.fixture
def place(city: EncryptedCityDatabase) -> Place:
    member = person("通う人", companion_count=1)
    hidden = person("隠れる人", has_protected_address=True)
    sites = [WelfareShelter(site, f"架空{site}", site, Ownership.PUBLIC, None) for site in (A, B)]
    with city.writing() as session:
        session.members.add_many(FLAGGED, [member, hidden], source="架空")
        session.shelters.save_welfare(CLERK, sites)
    return Place(city, Clock(), member, hidden)


def code_of(call: Callable[..., object], *args: object, **more: object) -> str:
    with pytest.raises(KnownProblem) as caught:
        call(*args, **more)
    return caught.value.code


def test_a_person_of_the_list_from_request_to_leaving(place: Place) -> None:
    someone = place.member.member_id
    seen = []
    for kind in (K.REQUESTED, K.OFFERED, K.ASSIGNED, K.ADMITTED, K.LEFT):
        place.write(kind, member_id=someone)
        site = place.site()
        seen.append((site.waiting_people, site.expected_people, site.occupied_people))
    assert seen == [(2, 0, 0), (2, 0, 0), (0, 2, 0), (0, 0, 2), (0, 0, 0)]
    (party,) = place.by(DESK).parties()
    assert (party.stage, party.member_id) == (PartyStage.LEFT, someone)
    place.write(K.ADMITTED, B, member_id=someone)  # comes back: the same party
    (party,) = place.by(DESK).parties()
    assert (party.stage, party.site_id, party.people) == (PartyStage.ADMITTED, B, 2)


def test_nobody_is_admitted_twice(place: Place) -> None:
    place.write(K.ADMITTED, member_id=place.member.member_id)
    assert (
        code_of(place.write, K.ADMITTED, B, member_id=place.member.member_id) == "reception_already_admitted"
    )
    assert (place.site(A).occupied_people, place.site(B).occupied_people) == (2, 0)
    assert len(place.by(DESK).entries()) == 1


def test_a_transfer_keeps_the_total_and_finds_its_source(place: Place) -> None:
    place.write(K.ADMITTED, member_id=place.member.member_id)
    place.write(K.TRANSFERRED, B, member_id=place.member.member_id)
    assert (place.site(A).occupied_people, place.site(B).occupied_people) == (0, 2)
    assert place.by(DESK).entries(A)[-1].from_site_id == A
    assert code_of(place.write, K.LEFT, A, member_id=place.member.member_id) == "reception_not_here"


def test_people_who_are_not_on_the_list_are_a_number(place: Place) -> None:
    place.write(K.ADMITTED, people=3)
    place.write(K.HEAD_COUNTED, people=10, reported_by="施設長")
    (party,) = place.by(DESK).parties(A)
    place.write(K.LEFT, party_id=party.party_id, people=1)
    site = place.site()
    assert (site.admitted_people, site.counted_people, site.occupied_people) == (2, 10, 12)
    assert site.counted_at == place.clock.moment - timedelta(minutes=1)
    assert place.by(DESK).board()[A].counted_by == "施設長"
    assert site.counted_by == "検査", "a viewer sees who wrote it, not who called"


def test_a_report_of_the_site(place: Place) -> None:
    said = SiteReport(4, YesNoUnknown.YES, YesNoUnknown.NO, YesNoUnknown.UNKNOWN)
    place.write(K.REPORTED, report=said, note="給水車を待っている", reported_by="当直")
    site = place.by(DESK).board()[A]
    assert (site.report, site.report_note, site.reported_by) == (said, "給水車を待っている", "当直")
    assert (place.site().report, place.site().report_note) == (said, "")


def test_a_correction_stays_in_the_ledger_and_can_be_corrected(place: Place) -> None:
    first = place.write(K.ADMITTED, people=5)
    desk = place.by(DESK)
    taken = desk.cancel(first, "人数の誤り").value
    assert place.site().occupied_people == 0
    assert code_of(desk.cancel, first) == "already_cancelled"
    desk.cancel(taken.entry_id)
    assert place.site().occupied_people == 5
    assert [one.kind for one in desk.entries()] == [K.ADMITTED, K.CANCELLED, K.CANCELLED]


def test_what_others_stand_on_is_not_taken_back_alone(place: Place) -> None:
    first = place.write(K.ADMITTED, people=5)
    party = place.by(DESK).parties()[0].party_id
    last = place.write(K.LEFT, party_id=party)
    assert code_of(place.by(DESK).cancel, first) == "later_entries"
    assert len(place.by(DESK).entries()) == 2, "nothing of it is written"
    place.by(DESK).cancel(last)
    place.by(DESK).cancel(first)
    assert place.site().occupied_people == 0


def test_who_may_write(place: Place) -> None:
    draft = ReceptionDraft(K.HEAD_COUNTED, A, people=1)
    for role in (Role.VIEWER, Role.FACILITATOR, Role.ADMINISTRATOR):
        service = place.by(access(role))
        assert not service.may_record
        assert code_of(service.record, draft) == "no_right"
        assert code_of(service.cancel, "x") == "no_right"
    for role in (Role.DESK, Role.CLERK):
        assert place.by(access(role)).record(draft).changes == frozenset({Topic.RECEPTION})


def test_a_viewer_sees_numbers_only(place: Place) -> None:
    place.write(K.ADMITTED, member_id=place.member.member_id, note="x", reported_by="y")
    assert place.site().occupied_people == 2
    for read in (place.by(VIEWER).entries, place.by(VIEWER).parties, place.by(VIEWER).conflicts):
        assert code_of(read) == "no_right"
    with place.city.reading() as session:
        (entry,) = session.reception.entries(VIEWER)
    assert (entry.member_id, entry.note, entry.reported_by, entry.people) == (None, "", "", 2)


def test_a_facilitator_of_another_district_sees_no_person(place: Place) -> None:
    place.write(K.ADMITTED, member_id=place.member.member_id)
    assert [one.member_id for one in place.by(FACILITATOR).entries()] == [None]
    assert [one.member_id for one in place.by(DESK).entries()] == [place.member.member_id]


@pytest.mark.parametrize(("viewer", "code"), [(DESK, "person_gone"), (FLAGGED, "protected_in_reception")])
def test_a_protected_person_is_never_an_entry(place: Place, viewer: Access, code: str) -> None:
    draft = ReceptionDraft(K.ADMITTED, A, member_id=place.hidden.member_id)
    assert code_of(place.by(viewer).record, draft) == code
    assert place.by(FLAGGED).entries() == []


def test_a_flag_that_arrives_late_leaves_a_number(place: Place) -> None:
    place.write(K.ADMITTED, member_id=place.member.member_id)
    with place.city.writing() as session:
        (now,) = session.members.get_many(FLAGGED, [place.member.member_id])
        session.members.save_many(FLAGGED, [replace(now, has_protected_address=True)], source="架空")
    for viewer in (DESK, CLERK):
        assert [one.member_id for one in place.by(viewer).entries()] == [None]
        assert [one.member_id for one in place.by(viewer).parties()] == [None]
    party = place.by(DESK).parties()[0]
    assert place.site().occupied_people == 2
    place.by(FLAGGED).record(ReceptionDraft(K.TRANSFERRED, B, party_id=party.party_id))
    place.write(K.LEFT, B, party_id=party.party_id)
    assert (place.site(A).occupied_people, place.site(B).occupied_people) == (0, 0)
    assert next(one.member_id for one in place.by(FLAGGED).entries()) == place.member.member_id


def test_a_person_who_left_the_list_stays_a_number(place: Place) -> None:
    place.write(K.ADMITTED, member_id=place.member.member_id)
    with place.city.writing() as session:
        session.members.remove_many(
            CLERK, [place.member.member_id], RemovalReason.MOVED_OUT, source="x", on=place.clock.moment.date()
        )
    assert [one.member_id for one in place.by(DESK).entries()] == [None]
    assert place.site().occupied_people == 2
    with place.city.writing() as session:
        session.members.purge_added(CLERK, [place.member.member_id])
    assert place.site().occupied_people == 2


def test_an_exercise_never_writes_here(place: Place) -> None:
    settings = ExerciseSettings(DISTRICTS[0], PRESETS[0], ())
    with place.city.writing() as session:
        for name, kind in (("訓練", OperationKind.EXERCISE), ("災害", OperationKind.EVENT)):
            operation = Operation(OperationId(name), kind, OperationState.RUNNING, settings)
            session.operations.save(access(Role.FACILITATOR), operation)
    for name in ("訓練", "ない"):
        draft = ReceptionDraft(K.HEAD_COUNTED, A, people=1, operation_id=OperationId(name))
        assert code_of(place.by(DESK).record, draft) == "exercise_apart"
    place.write(K.HEAD_COUNTED, people=1, operation_id=OperationId("災害"))
    assert place.by(DESK).entries()[0].operation_id == "災害"


BAD: dict[str, tuple[ReceptionDraft, str]] = {
    "no such site": (ReceptionDraft(K.HEAD_COUNTED, SiteId("?"), people=1), "site_gone"),
    "no such person": (ReceptionDraft(K.ADMITTED, A, member_id=MemberId("?")), "person_gone"),
    "no such party": (ReceptionDraft(K.LEFT, A, party_id="?"), "party_gone"),
    "nobody named": (ReceptionDraft(K.LEFT, A, people=1), "party_gone"),
    "nobody counted": (ReceptionDraft(K.ADMITTED, A), "reception_no_people"),
    "no count": (ReceptionDraft(K.HEAD_COUNTED, A), "reception_invalid"),
    "negative": (ReceptionDraft(K.HEAD_COUNTED, A, people=-1), "reception_invalid"),
    "no report": (ReceptionDraft(K.REPORTED, A), "reception_invalid"),
    "staff": (ReceptionDraft(K.REPORTED, A, report=SiteReport(-1)), "reception_invalid"),
    "future": (
        ReceptionDraft(K.HEAD_COUNTED, A, people=1, at=datetime(2026, 7, 11, tzinfo=UTC)),
        "reception_invalid",
    ),
    "long note": (ReceptionDraft(K.HEAD_COUNTED, A, people=1, note="あ" * 401), "reception_invalid"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_is_not_written(place: Place, name: str) -> None:
    draft, code = BAD[name]
    assert code_of(place.by(DESK).record, draft) == code
    assert place.by(DESK).entries() == []


def test_a_clock_set_back_changes_no_order(place: Place) -> None:
    place.write(K.ADMITTED, people=2)
    place.clock.moment -= timedelta(days=2)
    party = place.by(DESK).parties()[0].party_id
    place.write(K.LEFT, party_id=party)
    assert [one.kind for one in place.by(DESK).entries()] == [K.ADMITTED, K.LEFT]
    assert place.site().occupied_people == 0


def test_occupied_within_a_transaction_and_after_opening_again(place: Place, city_path: Path) -> None:
    place.write(K.ADMITTED, people=2)
    place.write(K.HEAD_COUNTED, people=3)
    with place.city.reading() as session:
        assert occupied_people(session, VIEWER, A) == 5
        assert occupied_people(session, VIEWER, B) == 0
    assert place.by(VIEWER).occupied(A) == 5
    place.city.close()
    again = open_database(city_path, OPERATOR, PASSPHRASE)
    try:
        assert ReceptionService(again, place.clock).occupied(A) == 5
        with again.reading() as session:
            assert session.audit.verify() == []
            assert [one.action for one in session.audit.entries()].count("reception_recorded") == 2
    finally:
        again.close()


def test_the_file_itself_refuses_a_negative_number(place: Place) -> None:
    place.write(K.HEAD_COUNTED, people=3)
    with pytest.raises(Exception, match="people_not_negative"), place.city.writing() as session:
        session.connection.execute(text("UPDATE reception_entries SET people = -1"))
