"""One 図上訓練 on the fictional city: levels, decisions, capacity, undo, late changes, reopening."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai import app
from kurume_bousai.domain import acts
from kurume_bousai.domain.acts import Decision
from kurume_bousai.domain.bodies import Body, DataLevel
from kurume_bousai.domain.consents import Consent, ConsentKind, ConsentState
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.exercises import Participant
from kurume_bousai.domain.ids import DistrictId, SiteId, SupporterId
from kurume_bousai.domain.injects import InjectEffect
from kurume_bousai.domain.operations import EntryKind, FeatureKind
from kurume_bousai.domain.presets import KURUME_60
from kurume_bousai.domain.session import ExerciseSession, PersonState
from kurume_bousai.services.exercises.rehearsal import Rehearsal
from kurume_bousai.services.exercises.sessions import share_out
from kurume_bousai.storage import EncryptedCityDatabase
from tests.fixtures.demo_city import DISTRICT

DISTRICT_ID = DistrictId(DISTRICT)


@pytest.fixture
def session(demo_city: EncryptedCityDatabase) -> ExerciseSession:
    exercises = app.exercises(demo_city)
    return exercises.open(exercises.start(exercises.default_settings(DISTRICT_ID, tables=2)).value)


def real(demo_city: EncryptedCityDatabase) -> ExerciseSession:
    """The same session as if the people were real (no practice)."""
    exercises = app.exercises(demo_city)
    settings = replace(exercises.default_settings(DISTRICT_ID, tables=2), practice=False)
    return exercises.open(exercises.start(settings).value)


def test_everybody_of_the_district_counts_and_only_consenting_people_show(
    demo_city: EncryptedCityDatabase, session: ExerciseSession
) -> None:
    with demo_city.reading() as reading:
        members = reading.members.in_district(demo_city.access, DISTRICT_ID)
    consenting = {
        member.member_id
        for member in members
        if member.consent_state(ConsentKind.ROSTER) is ConsentState.GIVEN
        and member.consent(ConsentKind.ROSTER).covers_bodies((Body.DISTRICT_ORGANIZATION,))
    }
    assert set(session.people) == {member.member_id for member in members}
    assert {person.member_id for person in session.shown()} == consenting
    assert session.others_count() == len(members) - len(consenting) > 0


def test_a_supporter_and_a_destination_decide_a_person(
    demo_city: EncryptedCityDatabase, session: ExerciseSession
) -> None:
    log, capacity = app.session_log(demo_city), app.session_capacity()
    person = session.undecided()[0]
    assert session.state(person.member_id) in (PersonState.NO_SUPPORTER, PersonState.UNKNOWN)
    supporter = SupporterId(session.supporter_candidates(person.member_id)[0].key)
    log.perform(session, acts.decide(session, person.member_id, Decision(supporter_id=supporter)))
    assert session.state(person.member_id) is PersonState.PARTLY
    takes = capacity.balance(session).takes(person)
    site = SiteId(session.site_candidates(person.member_id, takes)[0].key)
    before = capacity.balance(session).sites[site].balance
    log.perform(
        session, acts.decide(session, person.member_id, Decision(site_id=site, travel_mode="car", level=3))
    )
    assert session.state(person.member_id) is PersonState.DECIDED
    assert session.board.assignment(person.member_id).supporter_id == supporter
    assert capacity.balance(session).sites[site].balance == before - person.party_size


def test_too_many_people_at_one_site_show_as_a_negative_number(
    demo_city: EncryptedCityDatabase, session: ExerciseSession
) -> None:
    log, capacity = app.session_log(demo_city), app.session_capacity()
    smallest = min(
        (row for row in capacity.balance(session).sites.values() if row.usable and not row.is_unknown),
        key=lambda row: row.usable,
    )
    sent = 0
    for person in session.shown():
        log.perform(session, acts.decide(session, person.member_id, Decision(site_id=smallest.site_id)))
        sent += person.party_size
    balance = capacity.balance(session)
    assert sent > smallest.usable
    assert balance.sites[smallest.site_id].balance == smallest.usable - sent < 0
    assert balance.words(smallest.site_id) == f"不足 {sent - smallest.usable}"
    places = next(row for row in balance.needs if row.need is None)
    # 空き of other sites are never netted against the shortage of this one.
    assert places.balance == smallest.usable - sent


def test_a_closed_site_takes_nobody_and_those_sent_there_are_short(
    demo_city: EncryptedCityDatabase, session: ExerciseSession
) -> None:
    log, capacity = app.session_log(demo_city), app.session_capacity()
    person = session.undecided()[0]
    takes = capacity.balance(session).takes(person)
    site = SiteId(session.site_candidates(person.member_id, takes)[0].key)
    log.perform(session, acts.decide(session, person.member_id, Decision(site_id=site)))
    card = next(card for card in KURUME_60.injects if card.effect is InjectEffect.CLOSE_SITE)
    log.perform(session, acts.play(session, card, site))
    balance = capacity.balance(session)
    assert balance.sites[site].balance == -person.party_size
    assert balance.takes(person)[site] is False
    with pytest.raises(KnownProblem) as caught:
        acts.decide(session, person.member_id, Decision(site_id=site))
    assert caught.value.code == "site_closed"
    assert card.inject_id in session.board.injects_played


def test_a_closing_card_must_name_a_site(session: ExerciseSession) -> None:
    card = next(card for card in KURUME_60.injects if card.effect is InjectEffect.CLOSE_SITE)
    with pytest.raises(KnownProblem) as caught:
        acts.play(session, card)
    assert caught.value.code == "no_such_site"


def test_fewer_staff_means_fewer_places(demo_city: EncryptedCityDatabase, session: ExerciseSession) -> None:
    log, capacity = app.session_log(demo_city), app.session_capacity()
    before = sum(row.usable for row in capacity.balance(session).sites.values())
    card = next(card for card in KURUME_60.injects if card.effect is InjectEffect.REDUCE_STAFF)
    log.perform(session, acts.play(session, card))
    assert sum(row.usable for row in capacity.balance(session).sites.values()) < before


def test_fit_adds_up_and_every_unplaced_party_has_a_reason(
    demo_city: EncryptedCityDatabase, session: ExerciseSession
) -> None:
    log, capacity = app.session_log(demo_city), app.session_capacity()
    rows = capacity.balance(session).sites.values()
    smallest = min((row for row in rows if row.usable), key=lambda row: row.usable)
    for site_id in session.sites:
        if site_id != smallest.site_id:
            log.perform(session, acts.close_site(site_id))
    answer = capacity.answer(capacity.fit_question(session))
    assert answer.demand_people == answer.placed_people + answer.unplaced_people
    assert answer.unplaced_people == sum(row.people for row in answer.unplaced) > 0
    assert all(
        row.reasons and sum(count for _, count in row.reasons) == len(session.sites)
        for row in answer.unplaced
    )
    assert answer.is_proven


def test_undo_takes_the_last_decision_back_and_keeps_it_in_the_log(
    demo_city: EncryptedCityDatabase, session: ExerciseSession
) -> None:
    log = app.session_log(demo_city)
    person = session.undecided()[0]
    supporter = SupporterId(session.supporter_candidates(person.member_id)[0].key)
    log.perform(session, acts.decide(session, person.member_id, Decision(supporter_id=supporter)))
    undo = acts.undo(session, person.table_id)
    assert undo is not None
    log.perform(session, undo)
    assert session.board.assignment(person.member_id).is_empty
    kinds = [entry.kind for entry in session.board.entries]
    assert kinds[-2:] == [EntryKind.ASSIGNED, EntryKind.UNDONE]


def test_a_card_played_by_mistake_is_taken_back_and_can_be_played_again(
    demo_city: EncryptedCityDatabase, session: ExerciseSession
) -> None:
    log = app.session_log(demo_city)
    card = next(card for card in KURUME_60.injects if card.effect is InjectEffect.CLOSE_SITE)
    wrong, right = list(session.sites)[:2]
    log.perform(session, acts.play(session, card, wrong))
    undo = acts.undo(session, session.tables[0].table_id)
    assert undo is not None
    log.perform(session, undo)
    assert session.board.is_open(wrong)
    assert card.inject_id not in session.board.injects_played
    log.perform(session, acts.play(session, card, right))
    assert session.board.closed_sites == {right}


def test_every_acknowledged_act_is_there_after_reopening(
    demo_city: EncryptedCityDatabase, session: ExerciseSession
) -> None:
    log = app.session_log(demo_city)
    table = session.tables[0].table_id
    log.perform(session, acts.draw(FeatureKind.ASSEMBLY_POINT, [LonLat(130.5, 33.3)], table, "公園"))
    log.perform(session, acts.mark_done(session, table))
    log.perform(session, acts.add_minutes(5))
    exercises = app.exercises(demo_city)
    latest = exercises.latest_running()
    assert latest is not None
    again = exercises.open(latest)
    assert again.board.features == session.board.features
    assert again.board.tasks_done == session.board.tasks_done
    assert again.board.clock == session.board.clock
    assert [person.number for person in again.shown()] == [person.number for person in session.shown()]


def test_a_withdrawal_takes_effect_at_once(
    demo_city: EncryptedCityDatabase, session: ExerciseSession
) -> None:
    log = app.session_log(demo_city)
    person = session.shown()[0]
    with demo_city.reading() as reading:
        member = reading.members.get_many(demo_city.access, [person.member_id])[0]
    withdrawn = Consent(ConsentKind.ROSTER, ConsentState.WITHDRAWN, decided_on=date(2026, 11, 21))
    others = tuple(consent for consent in member.consents if consent.kind is not ConsentKind.ROSTER)
    with demo_city.writing() as writing:
        writing.members.save_many(
            demo_city.access, [replace(member, consents=(withdrawn, *others))], source="画面"
        )
    view = log.look(session)
    assert person.member_id in view.hidden
    session.hidden_now = view.hidden
    assert person not in session.shown()
    with pytest.raises(KnownProblem):
        acts.decide(session, person.member_id, Decision(supporter_id=SupporterId("s")))


def test_names_need_a_table_that_may_see_them(demo_city: EncryptedCityDatabase) -> None:
    session = real(demo_city)
    log = app.session_log(demo_city)
    table = session.tables[0].table_id
    assert session.level(table) is DataLevel.REAL
    log.perform(session, acts.show_names(session, table))
    names = log.names(session, table)
    assert set(names.members) == {person.member_id for person in session.shown(table)}
    child = [*session.table(table).participants, Participant(Body.CHILD, 2)]
    log.perform(session, acts.seat(table, child))
    assert session.level(table) is DataLevel.SYMBOL
    with pytest.raises(KnownProblem) as caught:
        acts.show_names(session, table)
    assert caught.value.code == "names_not_allowed"


def test_the_log_holds_no_name(demo_city: EncryptedCityDatabase, session: ExerciseSession) -> None:
    log = app.session_log(demo_city)
    table = session.tables[0].table_id
    log.perform(session, acts.show_names(session, table))
    names = set(log.names(session, table).members.values())
    written = repr([(entry, dict(entry.payload)) for entry in session.board.entries])
    assert names
    assert not any(name in written for name in names)


def test_a_finished_session_takes_no_more_acts(
    demo_city: EncryptedCityDatabase, session: ExerciseSession
) -> None:
    app.exercises(demo_city).finish(session)
    with pytest.raises(KnownProblem) as caught:
        app.session_log(demo_city).perform(session, acts.add_minutes())
    assert caught.value.code == "session_finished"


def test_the_register_stays_as_it_was(demo_city: EncryptedCityDatabase) -> None:
    def state() -> object:
        with demo_city.reading() as reading:
            members = reading.members.in_district(demo_city.access, DISTRICT_ID)
            return members, reading.plans.by_member(demo_city.access, [m.member_id for m in members])

    before = state()
    exercises = app.exercises(demo_city)
    rehearsal = Rehearsal(exercises, app.session_log(demo_city), app.session_capacity(), lambda _text: None)
    summary, session, fit = rehearsal.run(exercises.default_settings(DISTRICT_ID))
    assert state() == before
    assert summary.decided + summary.undecided == summary.people_shown == len(session.shown())
    assert summary.closed_sites == 1
    assert fit.demand_people == fit.placed_people + fit.unplaced_people
    assert session.board.finished


@given(
    st.dictionaries(st.text("東西南北中", min_size=1, max_size=3), st.integers(1, 900), max_size=8),
    st.integers(1, 24),
)
def test_every_neighborhood_has_a_table_and_large_ones_have_several(
    sizes: dict[str, int], tables: int
) -> None:
    shares = share_out(sizes, tables)
    assert len(shares) == tables
    assert {name for names in shares for name in names} == set(sizes)
    if sizes and tables >= len(sizes):
        loads = {name: sizes[name] / sum(name in names for names in shares) for name in sizes}
        # Nobody is left with a fuller table than one more cut of the fullest would have given.
        shared = [load for name, load in loads.items() if sum(name in names for names in shares) > 1]
        assert all(load <= 2 * max(loads.values()) for load in shared)


def test_nobody_without_the_role_starts_a_session(demo_city: EncryptedCityDatabase) -> None:
    exercises = app.exercises(demo_city)
    settings = exercises.default_settings(DISTRICT_ID)
    with pytest.raises(KnownProblem) as caught:
        exercises.start(replace(settings, tables=()))
    assert caught.value.code == "no_tables"
