"""Criteria, letters, replies and rates on a real encrypted file, with a 支援措置対象者 among the people."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from pypdf import PdfReader

from kurume_bousai.domain.access import Role
from kurume_bousai.domain.consents import ConsentGiver, ConsentKind, ConsentMethod, ConsentState
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.districts import SchoolDistrict
from kurume_bousai.domain.eligibility import (
    HOME_UNKNOWN,
    Condition,
    EligibilityChange,
    Ground,
    HomeRule,
    Verdict,
)
from kurume_bousai.domain.eligibility_sets import KURUME_2016
from kurume_bousai.domain.errors import Cancelled, KnownProblem
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.mailings import Audience, NotInvited, ReplyKind, letter_codes, show_code
from kurume_bousai.domain.members import Registration, RegistrationState, RosterMember
from kurume_bousai.domain.person_details import PersonDetails, Residence
from kurume_bousai.domain.reasons import Reason
from kurume_bousai.services.letters.replies import Reply
from kurume_bousai.services.office.registration_rates import StatedEligible
from kurume_bousai.storage import EncryptedCityDatabase
from tests.fakes.city import FixedClock
from tests.helpers.letter_desk import ORDER, Desk, opened, somebody
from tests.storage.people import DISTRICTS


@pytest.fixture
def people(city: EncryptedCityDatabase) -> list[RosterMember]:
    """Eight who meet a criterion, one who does not, one whose household is open, one hidden."""
    met = [somebody(number) for number in range(1, 9)]
    unmet = somebody(20, care_level="要介護1", born_on=date(1990, 1, 1))
    open_one = somebody(21, care_level="")
    hidden = somebody(30, name="架空 守子", has_protected_address=True)
    made = [*met, unmet, open_one, hidden]
    with city.writing() as session:
        session.districts.save_many(
            city.access,
            [
                SchoolDistrict(one, one, "", "", LonLat(130.5, 33.3), place)
                for place, one in enumerate(DISTRICTS)
            ],
        )
        session.members.add_many(city.access, made, source="架空")
    city.add_operator("窓口", "demo", roles={Role.CLERK})
    city.add_operator("閲覧", "demo", roles={Role.VIEWER})
    return made


@pytest.fixture
def clerk(city: EncryptedCityDatabase, people: Sequence[RosterMember]) -> Iterator[Desk]:
    """A clerk without the flag 支援措置担当."""
    assert people
    with opened(city, "窓口", "demo") as desk:
        yield desk


def pages_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(KnownProblem) as caught:
        work()
    assert caught.value.message.endswith("。")
    return caught.value.code


# -- eligibility ---------------------------------------------------------------------------------


def test_a_run_judges_everybody_and_changes_nobody(clerk: Desk, people: list[RosterMember]) -> None:
    judged = clerk.eligibility.run().value
    assert judged.verdicts == {Verdict.MET: 8, Verdict.NOT_MET: 1, Verdict.UNKNOWN: 1}
    assert judged.changes[EligibilityChange.JOINED] == 8
    assert judged.by_criterion["kurume-2"] == 8
    assert people[-1].member_id not in {one.member_id for one in judged.people}
    again = clerk.eligibility.run().value
    assert again.changes[EligibilityChange.STAYS] == 8
    assert {one.since_on for one in again.people} == {clerk.eligibility.today}


def test_who_meets_none_any_more_is_proposed_and_a_person_decides(
    clerk: Desk, people: list[RosterMember]
) -> None:
    clerk.eligibility.run()
    before = clerk.member(people[0].member_id)
    with clerk.city.writing() as session:
        better = replace(before, care_level="要介護1", born_on=date(1980, 1, 1))
        session.members.save_many(clerk.city.access, [better], source="介護")
    found = clerk.eligibility.run().value
    left = [one for one in found.people if one.change is EligibilityChange.LEFT]
    assert [one.member_id for one in left] == [people[0].member_id]
    assert left[0].before is not None
    assert left[0].before.criteria == ("kurume-2", HOME_UNKNOWN)
    assert refused(lambda: clerk.eligibility.remove([people[1].member_id])) == "not_proposed"
    assert refused(lambda: clerk.eligibility.keep([people[0].member_id], " ")) == "reason_missing"
    clerk.eligibility.keep([people[0].member_id], "家で一人になることが多い")
    assert Reason.EQUIVALENT in clerk.member(people[0].member_id).reasons
    again = clerk.eligibility.run().value
    assert next(one for one in again.people if one.member_id == people[0].member_id).finding.criteria == (
        "kurume-6",
        HOME_UNKNOWN,
    )
    clerk.eligibility.remove([people[8].member_id])
    with clerk.city.reading() as session:
        assert session.members.get(clerk.city.access, people[8].member_id) is None


def test_a_trial_of_other_rules_keeps_nothing(clerk: Desk) -> None:
    wider = replace(
        KURUME_2016,
        criteria=tuple(
            replace(one, conditions=(replace(one.conditions[0], at_least=1),))
            if one.criterion_id == "kurume-2"
            else one
            for one in KURUME_2016.criteria
        ),
    )
    assert clerk.eligibility.preview(criteria=wider).verdicts[Verdict.MET] == 9
    assert clerk.eligibility.results() is None


def test_a_saved_set_is_a_version_with_its_days(clerk: Desk) -> None:
    ended = replace(KURUME_2016.criteria[1], valid_to=date(2026, 3, 31), is_unconfirmed=False)
    wanted = replace(KURUME_2016, criteria=(KURUME_2016.criteria[0], ended, *KURUME_2016.criteria[2:]))
    assert clerk.eligibility.save_set(wanted).value.version == 1
    assert clerk.eligibility.save_set(wanted).value.version == 1
    assert clerk.eligibility.preview(date(2026, 3, 31)).verdicts[Verdict.MET] == 8
    assert clerk.eligibility.preview(date(2026, 4, 1)).verdicts[Verdict.MET] == 0


def test_criteria_are_added_ended_and_taken_out_and_the_audit_says_which(clerk: Desk) -> None:
    criteria = clerk.eligibility.criteria
    clerk.eligibility.run()
    new = replace(KURUME_2016.criteria[1], words="要介護1以上", conditions=(Condition(Ground.CARE_LEVEL, 1),))
    added = criteria.add("kurume", new).value
    assert added.criteria[-1].criterion_id == "kurume-7"
    assert criteria.used("kurume") == {one.criterion_id for one in KURUME_2016.criteria}
    assert clerk.eligibility.preview().verdicts[Verdict.MET] == 9
    assert len(criteria.delete("kurume", "kurume-7").value.criteria) == 6
    assert refused(lambda: criteria.delete("kurume", "kurume-2")) == "criterion_used"
    missing = replace(KURUME_2016, criteria=KURUME_2016.criteria[1:])
    assert refused(lambda: clerk.eligibility.save_set(missing)) == "criterion_used"
    criteria.end("kurume", "kurume-2", date(2026, 3, 31))
    assert clerk.eligibility.preview().verdicts[Verdict.MET] == 0
    assert criteria.add("kurume", new).value.criteria[-1].criterion_id == "kurume-8"
    with clerk.city.reading() as session:
        assert sum(one.action == "criteria_saved" for one in session.audit.entries()) == 4
        assert session.audit.verify() == []


def test_who_lives_in_a_facility_is_proposed_and_who_is_not_known_is_told(
    clerk: Desk, people: list[RosterMember]
) -> None:
    judged = clerk.eligibility.run().value
    assert (judged.eligible, judged.home_unknown) == (8, 8)
    with clerk.city.writing() as session:
        moved = [
            replace(clerk.member(one.member_id), details=PersonDetails(residence=residence))
            for one, residence in zip(people, (Residence.FACILITY, Residence.HOME), strict=False)
        ]
        session.members.save_many(clerk.city.access, moved, source="架空")
    judged = clerk.eligibility.run().value
    assert (judged.eligible, judged.home_unknown) == (7, 6)
    found = {one.member_id: one for one in judged.people}
    assert found[people[0].member_id].change is EligibilityChange.LEFT
    assert found[people[1].member_id].change is EligibilityChange.STAYS
    clerk.eligibility.save_set(replace(KURUME_2016, home_rule=HomeRule.MUST_BE_TOLD))
    assert clerk.eligibility.run().value.eligible == 1


# -- 支援措置対象者 -------------------------------------------------------------------------------


def test_a_hidden_person_is_in_no_list_count_code_or_paper(
    city: EncryptedCityDatabase, people: list[RosterMember]
) -> None:
    hidden = people[-1]
    flagged = Desk(city, FixedClock())
    judged = flagged.eligibility.run().value
    assert sum(judged.verdicts.values()) == len(people) - 1
    own = flagged.posted(replace(ORDER, is_protected=True))
    assert own.number == 900
    code = flagged.codes(900)[hidden.member_id]
    plain = flagged.posted()
    assert plain.number == 1
    assert hidden.member_id not in flagged.codes(1)
    with opened(city, "窓口", "demo") as desk:
        assert [one.number for one in desk.mailings.all()] == [1]
        assert refused(lambda: desk.mailings.status(900)) == "no_mailing"
        unknown = refused(lambda: desk.replies.echo(next(letter_codes(2))))
        assert refused(lambda: desk.replies.echo(code)) == unknown == "letter_out_of_reach"
        assert hidden.member_id not in {one.member_id for one in desk.replies.open_letters()}
        assert refused(lambda: desk.mailings.plan(replace(ORDER, is_protected=True))) == "no_right"
        with desk.city.reading() as session:
            assert sum(session.mailings.open_counts(desk.city.access).values()) == 8


def test_a_late_flag_hides_a_letter_that_is_out(
    city: EncryptedCityDatabase, people: list[RosterMember]
) -> None:
    flagged = Desk(city, FixedClock())
    flagged.eligibility.run()
    flagged.posted()
    code = flagged.codes(1)[people[0].member_id]
    with city.writing() as session:
        one = session.members.get_many(city.access, [people[0].member_id])[0]
        session.members.save_many(city.access, [replace(one, has_protected_address=True)], source="x")
    with opened(city, "窓口", "demo") as desk:
        assert len(desk.mailings.status(1).letters) == 7
        assert sum(desk.mailings.status(1).replies.values()) == 7
        assert refused(lambda: desk.replies.answer(code, Reply(ReplyKind.APPLIED, date(2026, 11, 21)))) == (
            "letter_out_of_reach"
        )


# -- letters -------------------------------------------------------------------------------------


def test_letters_and_forms_stand_in_the_order_of_the_envelopes(clerk: Desk) -> None:
    clerk.eligibility.run()
    number = clerk.mailings.create(ORDER).value.number
    status = clerk.mailings.status(number)
    assert [one.position for one in status.letters] == list(range(1, 9))
    assert [one.code for one in status.letters] == sorted(one.code for one in status.letters)
    pages = [
        page.extract_text()
        for page in PdfReader(io.BytesIO(clerk.mailings.print_pages(number).value.content)).pages
    ]
    assert len(pages) == 16
    for place, letter in enumerate(status.letters):
        code = show_code(letter.code)
        name = clerk.member(letter.member_id).name
        assert code in pages[2 * place]
        assert name in pages[2 * place]
        assert code in pages[2 * place + 1]
        assert name not in pages[2 * place + 1]
    control = "".join(pages_of(clerk.mailings.control_pages(number).value.content))
    assert show_code(status.bundles[0].first) in control
    assert "架空 01" not in control


def test_letters_are_printed_in_parts_and_posted_only_when_all_are_on_paper(
    clerk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk.eligibility.run()
    number = clerk.mailings.create(ORDER).value.number
    monkeypatch.setattr("kurume_bousai.services.letters.status.MOST_AT_ONCE", 5)
    assert refused(lambda: clerk.mailings.print_pages(number)) == "letters_too_many"
    assert clerk.mailings.status(number).next_bundles == (1, 1)
    assert clerk.mailings.print_pages(number, 1, 1).value.pages == 10
    status = clerk.mailings.status(number)
    assert (status.printed, status.next_bundles) == (5, (2, 2))
    assert refused(lambda: clerk.mailings.post(number, unchecked_reason="架空の試し")) == "not_printed"
    clerk.mailings.print_pages(number, 2, 2)
    assert clerk.mailings.status(number).next_bundles is None
    clerk.mailings.post(number, unchecked_reason="架空の試し")
    assert refused(lambda: clerk.mailings.print_pages(number, 9)) == "no_such_bundle"


def test_posting_says_how_far_it_is_and_stops_whole(clerk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kurume_bousai.services.letters.posting.AT_ONCE", 3)
    clerk.eligibility.run()
    number = clerk.mailings.create(ORDER).value.number
    clerk.mailings.print_pages(number)
    people = list(clerk.codes(number))
    said: list[tuple[int, int]] = []

    def stop(done: int, total: int, _text: str) -> None:
        said.append((done, total))
        if done == 6:
            raise Cancelled

    with pytest.raises(Cancelled):
        clerk.mailings.post(number, None, "架空の試し", stop)
    assert said == [(0, 8), (3, 8), (6, 8)]
    assert clerk.mailings.status(number).mailing.posted_on is None
    assert {clerk.member(one).registration.state for one in people} == {RegistrationState.NOT_INVITED}
    clerk.mailings.post(number, None, "架空の試し", lambda done, total, _text: said.append((done, total)))
    assert said[3:] == [(0, 8), (3, 8), (6, 8), (8, 8)]
    assert {clerk.member(one).registration.state for one in people} == {RegistrationState.INVITED}


def test_a_letter_waits_for_a_run_and_nobody_is_left_out_unsaid(clerk: Desk) -> None:
    assert refused(lambda: clerk.mailings.plan(ORDER)) == "not_judged"
    clerk.eligibility.run()
    plan = clerk.mailings.plan(ORDER)
    assert {why: len(who) for why, who in plan.left_out.items()} == {
        NotInvited.NOT_ELIGIBLE: 1,
        NotInvited.DOUBTFUL: 1,
    }
    assert plan.total == 10
    clerk.posted()
    assert len(clerk.mailings.plan(ORDER).left_out[NotInvited.WAITING]) == 8
    assert refused(lambda: clerk.mailings.create(ORDER)) == "nobody_to_invite"


def test_a_form_in_a_wrong_envelope_stops_the_posting(clerk: Desk) -> None:
    clerk.eligibility.run()
    number = clerk.mailings.create(ORDER).value.number
    assert refused(lambda: clerk.mailings.post(number)) == "not_printed"
    clerk.mailings.print_pages(number)
    assert refused(lambda: clerk.mailings.post(number)) == "envelopes_unchecked"
    one, other = clerk.mailings.status(number).to_check[:2]
    assert not clerk.mailings.check_pair(number, one, other).value.is_match
    assert refused(lambda: clerk.mailings.post(number, unchecked_reason="急ぐ")) == "envelopes_unchecked"
    for code in clerk.mailings.status(number).to_check:
        clerk.mailings.check_pair(number, code, code)
    assert clerk.mailings.post(number).value.posted_on == clerk.eligibility.today
    assert clerk.mailings.status(number).to_check == ()


def test_who_left_the_list_before_printing_gets_no_letter(clerk: Desk, people: list[RosterMember]) -> None:
    clerk.eligibility.run()
    number = clerk.mailings.create(ORDER).value.number
    gone = clerk.member(people[0].member_id)
    with clerk.city.writing() as session:
        applied = replace(gone, registration=Registration(RegistrationState.APPLIED, date(2026, 11, 20)))
        session.members.save_many(clerk.city.access, [applied], source="窓口")
    assert clerk.mailings.print_pages(number).value.pages == 14


# -- replies -------------------------------------------------------------------------------------

TODAY = date(2026, 11, 21)


def test_an_application_registers_and_the_letter_was_the_explanation(
    clerk: Desk, people: list[RosterMember]
) -> None:
    clerk.eligibility.run()
    clerk.posted()
    one = people[0].member_id
    assert clerk.member(one).registration.state is RegistrationState.INVITED
    code = clerk.codes(1)[one]
    result = clerk.replies.answer(code, Reply(ReplyKind.APPLIED, TODAY, roster=ConsentState.GIVEN)).value
    assert result.registration is RegistrationState.APPLIED
    kept = clerk.member(one)
    consent = kept.consent(ConsentKind.ROSTER)
    assert (consent.state, consent.explained_on, consent.method, consent.given_by) == (
        ConsentState.GIVEN,
        TODAY,
        ConsentMethod.WRITTEN,
        ConsentGiver.PERSON,
    )
    assert kept.consent_state(ConsentKind.PLAN) is ConsentState.UNANSWERED
    assert refused(lambda: clerk.replies.answer(code, Reply(ReplyKind.DECLINED, TODAY))) == "answered_twice"
    assert one not in {each.member_id for each in clerk.replies.open_letters(1)}
    with clerk.city.reading() as session:
        unreturned = session.mailings.unreturned(clerk.city.access)
        assert set(unreturned) == set(session.mailings.last_letters(clerk.city.access)) - {one}
    clerk.replies.take_back(code)
    back = clerk.member(one)
    assert back.registration.state is RegistrationState.INVITED
    assert back.consent_state(ConsentKind.ROSTER) is ConsentState.UNANSWERED


def test_no_is_no_and_a_later_answer_is_not_overtaken(clerk: Desk, people: list[RosterMember]) -> None:
    clerk.eligibility.run()
    clerk.posted()
    codes = clerk.codes(1)
    declined, refusing, moved = (one.member_id for one in people[:3])
    clerk.replies.answer(codes[declined], Reply(ReplyKind.DECLINED, TODAY))
    assert clerk.member(declined).registration.state is RegistrationState.DECLINED
    assert clerk.member(declined).consent_state(ConsentKind.ROSTER) is ConsentState.REFUSED
    clerk.replies.answer(codes[refusing], Reply(ReplyKind.REFUSED, TODAY))
    assert clerk.member(refusing).registration.state is RegistrationState.INVITED
    clerk.replies.answer(codes[moved], Reply(ReplyKind.UNDELIVERED, TODAY))
    assert clerk.member(moved).consent_state(ConsentKind.ROSTER) is ConsentState.UNANSWERED
    late = people[3].member_id
    clerk.replies.answer(codes[late], Reply(ReplyKind.APPLIED, TODAY, roster=ConsentState.GIVEN))
    clerk.clock.moment += timedelta(days=40)
    second = clerk.posted(replace(ORDER, audience=Audience.REMINDER, reply_by=date(2027, 2, 28)))
    # The file's own clock is later than the fixed one, so the record of who moved counts as mended.
    assert set(clerk.codes(second.number)) == {moved, *(one.member_id for one in people[4:8])}


def test_a_form_of_another_mailing_and_one_that_was_never_sent(
    clerk: Desk, people: list[RosterMember]
) -> None:
    clerk.eligibility.run()
    clerk.posted()
    code = clerk.codes(1)[people[0].member_id]
    assert refused(lambda: clerk.replies.echo(code, 2)) == "other_mailing"
    assert refused(lambda: clerk.replies.echo("001-00001-2")) == "code_check"
    assert refused(lambda: clerk.replies.echo("")) == "code_empty"
    early = Reply(ReplyKind.APPLIED, TODAY, date(2026, 11, 1), roster=ConsentState.GIVEN)
    assert refused(lambda: clerk.replies.answer(code, early)) == "consent_before_explanation"
    assert clerk.replies.echo(code).letter.reply is None


def test_a_mixed_up_form_answers_nothing(clerk: Desk, people: list[RosterMember]) -> None:
    clerk.eligibility.run()
    clerk.posted()
    code = clerk.codes(1)[people[0].member_id]
    clerk.replies.mixed_up(code)
    assert clerk.replies.echo(code).letter.reply is None
    assert len(clerk.replies.open_letters(1)) == 8


# -- rates ---------------------------------------------------------------------------------------


def test_the_rate_is_the_sum_over_the_sum(clerk: Desk) -> None:
    clerk.rates.set_eligible([StatedEligible(DISTRICTS[0], 40, TODAY)])
    found = clerk.rates.figures()
    assert (found.city.part, found.city.whole, found.city.percent) == (0, 40, "0.0")
    assert set(found.without_denominator) == set(DISTRICTS[1:])
    assert refused(lambda: clerk.rates.set_eligible([StatedEligible(DISTRICTS[0], 40, None)])) == (
        "eligible_invalid"
    )
    assert (
        refused(lambda: clerk.rates.set_eligible([StatedEligible(DistrictId("ない"), 4, TODAY)]))
        == "unknown_district"
    )


def test_kumamotos_indicator_from_the_same_figures(clerk: Desk) -> None:
    clerk.rates.set_target("50.0")
    clerk.rates.type_year(2019, 242, 1000, date(2020, 3, 31), "資料")
    clerk.rates.type_year(2025, 500, 1000, date(2026, 3, 31), "資料")
    years = clerk.rates.figures().years
    assert [one.rate.percent for one in years] == ["24.2", "50.0"]
    clerk.rates.set_eligible([StatedEligible(DISTRICTS[0], 9, TODAY)])
    assert clerk.rates.figures().needed_for_target == 5


def test_a_year_is_taken_down_without_the_hidden(clerk: Desk) -> None:
    clerk.rates.count_from_list(is_whole=True)
    year = clerk.rates.record_year().value
    assert year.rate.whole == 10
    assert year.is_by_district
    assert refused(lambda: clerk.rates.record_year(2020)) == "year_invalid"
    assert refused(lambda: clerk.rates.type_year(2024, 5, 4, TODAY, "資料")) == "year_invalid"


def test_without_a_denominator_there_is_no_rate(clerk: Desk) -> None:
    assert clerk.rates.figures().city.percent == "—"
    assert clerk.rates.figures().needed_for_target is None


def test_a_viewer_sees_rates_and_no_letters(city: EncryptedCityDatabase, people: list[RosterMember]) -> None:
    assert people
    with opened(city, "閲覧", "demo") as desk:
        assert desk.rates.figures().city.percent == "—"
        for work in (
            desk.mailings.all,
            desk.eligibility.results,
            desk.eligibility.run,
            desk.replies.open_letters,
        ):
            assert refused(work) == "no_right"
        assert refused(lambda: desk.rates.set_target("50")) == "no_right"
