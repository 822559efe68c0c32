"""After a merge nothing live points at the absorbed record; after the split everything is as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import MetaData

from kurume_bousai.domain.consents import Consent, ConsentKind, ConsentState
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.eligibility import EligibilityDecision, Finding, Verdict
from kurume_bousai.domain.exercises import ExerciseSettings
from kurume_bousai.domain.gazetteer import HomePlace, PlaceLevel
from kurume_bousai.domain.ids import ImportId, MemberId, OperationId, PlanId, SiteId, SupporterId, new_id
from kurume_bousai.domain.mailings import Audience, EnvelopeOrder, Letter, LetterCode, Mailing, MailingId
from kurume_bousai.domain.matching import PairVerdict
from kurume_bousai.domain.members import Need, RosterMember
from kurume_bousai.domain.operations import FrozenPerson, Operation, OperationKind, OperationState
from kurume_bousai.domain.person_details import Contact, HouseholdPerson, PersonDetails, linked_ids
from kurume_bousai.domain.plans import IndividualEvacuationPlan, PlanState
from kurume_bousai.domain.presets import KURUME_60
from kurume_bousai.domain.reception import ReceptionKind, ReceptionWords
from kurume_bousai.domain.screening import Profession, Screening, ScreeningClass
from kurume_bousai.domain.supporters import Supporter
from kurume_bousai.services.ports.eligibility import EligibilityRun
from kurume_bousai.services.ports.matching import PairDecision, SourceStatement, member_ref
from kurume_bousai.services.roster.merges import MergeService
from kurume_bousai.storage import EncryptedCityDatabase
from kurume_bousai.storage.base import Row
from kurume_bousai.storage.merging import RULES, Rule
from kurume_bousai.storage.unit_of_work import Session
from tests.fakes.city import FixedClock
from tests.storage.people import DISTRICTS, person

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
CLOCK = FixedClock(NOW)
MET, UNMET = Finding(Verdict.MET, ("要介護3以上",)), Finding(Verdict.NOT_MET, ())
ASPECTS = (
    "screened", "lettered", "placed", "planned", "helped", "agreed", "refused", "detailed", "decided",
    "handed_out", "received", "frozen", "stated", "related", "flagged", "judged",
)  # fmt: skip
aspects = st.frozensets(st.sampled_from(ASPECTS))


def somebody(name: str, has: frozenset[str]) -> RosterMember:
    state = ConsentState.REFUSED if "refused" in has else ConsentState.GIVEN
    answered = Consent(ConsentKind.ROSTER, state, date(2026, 4, 1), date(2026, 3, 1), "架空")
    contact = Contact(f"架空 {name}子", "子", "架空町9999", "0942-00-0001")
    return person(
        f"架空 {name}", address="架空町9999", source="介護", source_key=f"K-{new_id()}",
        needs=frozenset({Need.POWER if name == "甲" else Need.CARE}),
        home=LonLat(130.5, 33.3) if "placed" in has else None,
        consents=(answered,) if {"agreed", "refused"} & has else (),
        details=PersonDetails(contacts=(contact,), pets=name) if "detailed" in has else PersonDetails(),
        has_protected_address="flagged" in has,
    )  # fmt: skip


def live(city: EncryptedCityDatabase, session: Session, one: RosterMember, has: frozenset[str]) -> None:
    """Everything that is written of a person in years."""
    access, key = city.access, one.member_id
    if "screened" in has:
        day = NOW.replace(day=len(has))
        session.screenings.add(access, Screening(new_id(), key, ScreeningClass(1 + len(has) % 4), day,
                                                 Profession.NURSE, recorded_at=day))  # fmt: skip
    if "placed" in has and one.home is not None:
        place = HomePlace(key, PlaceLevel.MANUAL, one.home, 1.0, "架空町9999", "k", "架空", NOW)
        session.gazetteer.save_places(access, [place])
    if {"planned", "helped"} & has:
        helper = Supporter(SupporterId(new_id()), "架空 支援", consent=ConsentState.GIVEN)
        session.supporters.save_many(access, [helper])
        helpers = (helper.supporter_id,) if "helped" in has else ()
        session.plans.save_many(
            access, [IndividualEvacuationPlan(PlanId(new_id()), key, PlanState.COMPLETE, helpers)]
        )
    if "decided" in has:
        refs = sorted((member_ref(key), member_ref(MemberId("x"))))
        session.matching.save_decisions(
            access, [PairDecision(refs[0], refs[1], PairVerdict.OTHER, NOW, "架空")]
        )
    if "stated" in has:
        stated = SourceStatement("障害", f"S-{key}", key, ImportId("i"), "d", '{"name":"架空"}')
        session.matching.add_statements(access, [stated])
    if "flagged" in has:
        return  # nothing of the rest is ever written of a hidden person
    if "handed_out" in has:
        session.ledger.issue(
            access, document="roster", recipient="架空の区", purpose="見守り", copies=1, member_ids=[key],
            at=NOW, expires_on=None, due_on=None,
        )  # fmt: skip
    if "received" in has:
        words = ReceptionWords(kind=ReceptionKind.ADMITTED, site_id=SiteId("w"), at=NOW, people=1,
                               party_id=new_id(), member_id=key)  # fmt: skip
        session.reception.append(access, words, written_at=NOW)


def judge(city: EncryptedCityDatabase, session: Session, found: dict[MemberId, Finding]) -> None:
    run = EligibilityRun(0, NOW.date(), NOW, "架空", "s", 1)
    session.eligibility.record(city.access, run, found)
    session.eligibility.decide(city.access, list(found), EligibilityDecision.KEPT, "架空", at=NOW)


def operation(session: Session, city: EncryptedCityDatabase, people: list[RosterMember]) -> OperationId:
    running = Operation(
        OperationId(new_id()), OperationKind.EXERCISE, OperationState.RUNNING,
        ExerciseSettings(DISTRICTS[0], KURUME_60, ()),
    )  # fmt: skip
    session.operations.save(city.access, running)
    frozen = [
        FrozenPerson(one.member_id, None, n, DISTRICTS[0], "", None, frozenset(), frozenset(), 1, 1)
        for n, one in enumerate(people, start=1)
    ]
    session.operations.freeze(running.operation_id, frozen, [])
    return running.operation_id


_UNTOLD = {"version", "updated_at", "row_id"}
_HISTORY = {"audit_entries", "audit_payloads", "audit_heads", "member_versions", "member_merges"}


def everything(city: EncryptedCityDatabase, apart: tuple[MemberId, MemberId]) -> dict[str, Any]:
    """Every table but history, without versions; without the decision that the two are two people."""
    found = {}
    metadata: MetaData = Row.metadata
    with city.reading() as session:
        for table in metadata.sorted_tables:
            if table.name in _HISTORY:
                continue
            columns = [column for column in table.columns if column.name not in _UNTOLD]
            rows = [
                tuple(row) for row in session.connection.execute(table.select().with_only_columns(*columns))
            ]
            if table.name == "pair_decisions":
                own = tuple(sorted(map(member_ref, apart)))
                rows = [row for row in rows if tuple(sorted(row[:2])) != own]
            found[table.name] = sorted(rows, key=repr)
    return found


def mailing(city: EncryptedCityDatabase, session: Session, people: list[RosterMember], number: int) -> None:
    made = Mailing(
        MailingId(new_id()), number, "架空", Audience.FIRST,
        next(iter(EnvelopeOrder)), 10, 0, date(2026, 12, 1), NOW, "架空",
    )  # fmt: skip
    letters = [
        Letter(LetterCode(f"{number:05d}{n:04d}"), made.mailing_id, n, one.member_id, date(2026, 11, 1))
        for n, one in enumerate(people, start=1)
    ]  # fmt: skip
    session.mailings.add(city.access, made, letters)


@settings(
    max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)  # fmt: skip
@example(frozenset(ASPECTS) - {"flagged"}, frozenset(ASPECTS) - {"flagged"}, True)
@example(frozenset(), frozenset(ASPECTS) - {"flagged"}, True)
@example(frozenset(ASPECTS) - {"flagged"}, frozenset({"flagged", "screened"}), False)
@example(frozenset({"flagged"}), frozenset({"handed_out", "frozen", "received"}), False)
@given(first=aspects, second=aspects, with_supporters=st.booleans())
def test_a_merge_leaves_nothing_behind_and_a_split_brings_everything_back(
    city: EncryptedCityDatabase, first: frozenset[str], second: frozenset[str], with_supporters: bool
) -> None:
    kept, absorbed = somebody("甲", first), somebody("乙", second)
    family = tuple(
        HouseholdPerson(kinship="夫", link=one.member_id)
        for one, has in ((kept, first), (absorbed, second))
        if "related" in has
    )
    relative = person("架空 妻", details=PersonDetails(household=family))
    with city.writing() as session:
        session.members.add_many(city.access, [kept, absorbed, relative], source="画面で入力")
        for one, has in ((kept, first), (absorbed, second)):
            live(city, session, one, has)
        lettered = [one for one, has in ((kept, first), (absorbed, second)) if "lettered" in has]
        mailing(city, session, lettered, session.mailings.next_number(is_protected=False))
        frozen = [one for one, has in ((kept, first), (absorbed, second)) if "frozen" in has - {"flagged"}]
        running = operation(session, city, frozen)
        found = {kept.member_id: UNMET, absorbed.member_id: MET}
        judge(city, session, {one.member_id: found[one.member_id] for one, has in
                              ((kept, first), (absorbed, second)) if "judged" in has})  # fmt: skip
    apart = (kept.member_id, absorbed.member_id)
    before = everything(city, apart)
    service = MergeService(city, CLOCK)
    merge = service.merge(*apart, with_supporters=with_supporters).value
    check_merged(city, apart, first, second, running)
    service.split(merge.merge_id)
    assert everything(city, apart) == before
    with city.reading() as session:
        assert session.audit.verify() == []


def check_merged(
    city: EncryptedCityDatabase,
    apart: tuple[MemberId, MemberId],
    first: frozenset[str],
    second: frozenset[str],
    running: OperationId,
) -> None:
    kept, absorbed = apart
    access = city.access
    with city.reading() as session:
        one = session.members.get(access, kept)
        assert one is not None
        assert session.members.get(access, absorbed) is None
        finding = session.eligibility.findings(access).get(kept)
        judged = MET if "judged" in second else UNMET if "judged" in first else None
        assert (None if finding is None else finding.finding) == judged
        assert one.has_protected_address == bool({"flagged"} & (first | second)), (
            "a flag of either side holds"
        )
        moved = {name for name, rule in RULES.items() if rule in (Rule.MOVES, Rule.BY_KEY)}
        for name in moved:
            table = Row.metadata.tables[name]
            assert not list(session.connection.execute(table.select().where(table.c.member_id == absorbed)))
        for member in session.members.in_district(access, None):
            assert absorbed not in linked_ids(member.details)
            assert member.member_id not in linked_ids(member.details)
        screenings = session.screenings.of_member(access, kept)
        assert len(screenings) == ("screened" in first) + ("screened" in second)
        assert one.screening_class == (screenings[0].screening_class.value if screenings else None)
        entries = session.reception.entries(access)
        assert absorbed not in {entry.member_id for entry in entries}
        hidden = one.has_protected_address
        received = ("received" in first - {"flagged"}) + ("received" in second - {"flagged"})
        if "flagged" not in first and "flagged" not in second:
            assert sum(entry.member_id == kept for entry in entries) == received
            out = sum("handed_out" in has for has in (first, second))
            assert len(session.ledger.copies_naming(access, kept)) == out
            assert set(session.hand_outs.naming(access, [kept]).values()) <= {frozenset({kept})}
            assert len(session.hand_outs.naming(access, [kept])) == out
        if hidden:
            assert session.operations.frozen_people(access, running) == [], "a flag takes effect at once"
            out = sum("handed_out" in has and "flagged" not in has for has in (first, second))
            named = session.hand_outs.numbers_naming(access, [kept])
            assert len(named) == out
        assert (kept in session.plans.by_member(access)) == bool({"planned", "helped"} & (first | second))
        assert (kept in session.gazetteer.places(access)) == ("placed" in first | second)


def test_what_is_forbidden_after_a_merge_is_forbidden_of_the_absorbed_record_too(
    city: EncryptedCityDatabase,
) -> None:
    """A late flag and a withdrawal reach what was written under the old id, and stay at a split."""
    kept, absorbed = somebody("甲", frozenset({"agreed"})), somebody("乙", frozenset({"agreed"}))
    with city.writing() as session:
        session.members.add_many(city.access, [kept, absorbed], source="画面で入力")
        running = operation(session, city, [absorbed])
        live(city, session, absorbed, frozenset({"handed_out"}))
    service = MergeService(city, CLOCK)
    merge = service.merge(kept.member_id, absorbed.member_id).value
    with city.writing() as session:
        one = session.members.get(city.access, kept.member_id)
        assert one is not None
        no = replace(
            one.consent(ConsentKind.ROSTER), state=ConsentState.WITHDRAWN, decided_on=date(2026, 11, 2)
        )
        session.members.save_many(city.access, [replace(one, consents=(no,))], source="画面で入力")
        assert len(session.operations.frozen_people(city.access, running)) == 1
        rows = session.connection.exec_driver_sql(
            "SELECT roster_consent FROM members WHERE member_id = ?", (absorbed.member_id,)
        )
        assert rows.scalar() == "withdrawn"
        one = session.members.get(city.access, kept.member_id)
        assert one is not None
        session.members.save_many(
            city.access, [replace(one, has_protected_address=True)], source="画面で入力"
        )
        assert session.operations.frozen_people(city.access, running) == []
    service.split(merge.merge_id)
    with city.reading() as session:
        both = session.members.get_many(city.access, [kept.member_id, absorbed.member_id])
        assert [member.has_protected_address for member in both] == [True, True]
        assert {member.consent_state(ConsentKind.ROSTER) for member in both} == {ConsentState.WITHDRAWN}


def test_every_table_that_names_a_person_has_its_rule() -> None:
    named = {"member_id", "kept_id", "absorbed_id"}
    found = {table.name for table in Row.metadata.sorted_tables if named & set(table.columns.keys())}
    assert found | {"pair_decisions"} == set(RULES)
