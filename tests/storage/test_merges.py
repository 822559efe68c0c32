"""Two records of one person made one, and brought back, on the real database."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kurume_bousai.domain.access import Role
from kurume_bousai.domain.consents import Consent, ConsentKind, ConsentState
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import MemberId, PlanId, SupporterId
from kurume_bousai.domain.matching import PairVerdict
from kurume_bousai.domain.members import Need, RosterMember
from kurume_bousai.domain.plans import IndividualEvacuationPlan, PlanState
from kurume_bousai.domain.supporters import Supporter
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.services.roster.merges import MergeService
from kurume_bousai.services.roster_import.importing import Confirmations, ImportOrder, commit_roster
from kurume_bousai.services.roster_import.order import ImportFile
from kurume_bousai.services.roster_import.pair_decisions import decide_pairs
from kurume_bousai.services.roster_import.results import RowKind
from kurume_bousai.services.roster_import.session import commit_rosters, preview_rosters
from kurume_bousai.storage import EncryptedCityDatabase, create_database, open_database
from tests.fakes.city import FixedClock
from tests.fixtures.rosters import person, roster_file

CLOCK = FixedClock()
FIRST = person(1, ID="K-1", 支援の必要="車いす", 電話2="")
SECOND = person(
    1, ID="S-1", 住所="久留米市別架空町9100-1", 支援の必要="電源", 電話2="0942-00-0055",
    名簿同意="撤回", 同意日="R7.4.1",
)  # fmt: skip


@pytest.fixture(scope="module")
def empty_office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of somebody without the flag 支援措置担当, made once."""
    path = tmp_path_factory.mktemp("office") / "city.db"
    database, _key = create_database(path, "架空", "demo", roles=list(Role), fictional=True)
    database.close()
    return path


@pytest.fixture
def office(empty_office: Path, tmp_path: Path) -> Iterator[EncryptedCityDatabase]:
    for name in ("city.db", "city.db.keys"):
        shutil.copy(empty_office.with_name(name), tmp_path / name)
    database = open_database(tmp_path / "city.db", "架空", "demo")
    yield database
    database.close()


def bring(office: EncryptedCityDatabase, source: str, *rows: dict[str, str]) -> None:
    order = ImportOrder(source, is_whole=False)
    file = roster_file(list(rows), file_hash=f"{source}{rows}")
    preview = preview_rosters(office, [ImportFile(file, order)])
    decide_pairs(office, [(pair, PairVerdict.OTHER) for pair in preview.files[0].pairs], clock=CLOCK)
    commit_roster(office, file, order, Confirmations(), clock=CLOCK)


def listed(office: EncryptedCityDatabase) -> dict[str, RosterMember]:
    with office.reading() as session:
        return {one.source_key: one for one in session.members.in_district(office.access, None)}


def helped(office: EncryptedCityDatabase, member_id: MemberId, name: str) -> SupporterId:
    helper = Supporter(SupporterId(f"s-{name}"), name, consent=ConsentState.GIVEN)
    plan = IndividualEvacuationPlan(
        PlanId(f"p-{name}"), member_id, PlanState.COMPLETE, (helper.supporter_id,)
    )
    with office.writing() as session:
        session.supporters.save_many(office.access, [helper])
        session.plans.save_many(office.access, [plan])
    return helper.supporter_id


def contents(people: dict[str, RosterMember]) -> dict[str, RosterMember]:
    return {key: dataclasses.replace(one, version=0, updated_at=None) for key, one in people.items()}


def two(office: EncryptedCityDatabase) -> tuple[RosterMember, RosterMember]:
    bring(office, "介護保険課", FIRST)
    bring(office, "障害者福祉課", SECOND)
    found = listed(office)
    return found["K-1"], found["S-1"]


def test_a_merge_and_its_split_leave_everything_as_it_was(office: EncryptedCityDatabase) -> None:
    kept, absorbed = two(office)
    own = helped(office, kept.member_id, "甲")
    theirs = helped(office, absorbed.member_id, "乙")
    before = listed(office)
    service = MergeService(office, CLOCK)
    preview = service.preview(kept.member_id, absorbed.member_id)
    assert {(one.name, one.knows_kept, one.knows_absorbed) for one in preview.receivers} == {
        ("甲", True, False), ("乙", False, True),
    }  # fmt: skip
    merge = service.merge(kept.member_id, absorbed.member_id).value
    (one,) = listed(office).values()
    assert one.needs == {Need.WHEELCHAIR, Need.POWER}
    assert one.phone_second == "0942-00-0055"
    assert one.consent_state(ConsentKind.ROSTER) is ConsentState.WITHDRAWN, "the later word holds"
    with office.reading() as session:
        plans = session.plans.by_member(office.access)
        assert plans[kept.member_id].supporter_ids == (own,), "nobody new hears of the kept one unasked"
        links = {one.source_key: one.member_id for one in session.matching.statements()}
    assert links == {("介護保険課", "K-1"): kept.member_id, ("障害者福祉課", "S-1"): kept.member_id}
    service.split(merge.merge_id)
    after = listed(office)
    assert contents(after) == contents(before)
    with office.reading() as session:
        plans = session.plans.by_member(office.access)
        assert plans[absorbed.member_id].supporter_ids == (theirs,)
        links = {one.source_key: one.member_id for one in session.matching.statements()}
        assert session.audit.verify() == []
    assert links["障害者福祉課", "S-1"] == absorbed.member_id
    assert not service.duplicates(), "a pair that was taken apart is not asked again"


def test_supporters_are_taken_over_only_when_that_was_said(office: EncryptedCityDatabase) -> None:
    kept, absorbed = two(office)
    theirs = helped(office, absorbed.member_id, "乙")
    service = MergeService(office, CLOCK)
    merge = service.merge(kept.member_id, absorbed.member_id, with_supporters=True).value
    with office.reading() as session:
        assert session.plans.by_member(office.access)[kept.member_id].supporter_ids == (theirs,)
    service.split(merge.merge_id)
    with office.reading() as session:
        plans = session.plans.by_member(office.access)
        assert kept.member_id not in plans, "the plan that the merge made is gone, as before"
        assert plans[absorbed.member_id].supporter_ids == (theirs,)


def test_what_was_written_since_stays_with_the_kept_one(office: EncryptedCityDatabase) -> None:
    kept, absorbed = two(office)
    service = MergeService(office, CLOCK)
    merge = service.merge(kept.member_id, absorbed.member_id).value
    (one,) = listed(office).values()
    with office.writing() as session:
        session.members.save_many(office.access, [dataclasses.replace(one, note="架空")], source="画面で入力")
    assert service.split(merge.merge_id).value.kept_since == ("note",)
    after = listed(office)
    assert (after["K-1"].note, after["S-1"].note) == ("架空", "")
    assert after["K-1"].needs == {Need.WHEELCHAIR}


def test_next_months_files_know_the_merged_person(office: EncryptedCityDatabase) -> None:
    kept, absorbed = two(office)
    MergeService(office, CLOCK).merge(kept.member_id, absorbed.member_id)
    bring(office, "障害者福祉課", SECOND | {"電話2": "0942-00-0066"})
    (one,) = listed(office).values()
    assert (one.member_id, one.phone_second) == (kept.member_id, "0942-00-0066")


def test_duplicates_are_listed_until_somebody_decides(office: EncryptedCityDatabase) -> None:
    with office.writing() as session:
        base = RosterMember(
            MemberId("a"), 0, "架空 花子", "カクウ ハナコ", born_on=None, address="架空町9999"
        )
        twin = dataclasses.replace(base, member_id=MemberId("b"), name="架空　花子")
        session.members.add_many(office.access, [base, twin], source="画面で入力")
    service = MergeService(office, CLOCK)
    (pair,) = service.duplicates()
    assert (pair.first_number, pair.second_number, pair.points) == (1, 2, 70)
    service.are_others(pair)
    assert not service.duplicates()


def test_a_hidden_person_is_in_no_pair_for_the_others(office: EncryptedCityDatabase) -> None:
    kept, absorbed = two(office)
    with office.writing() as session:
        hidden = dataclasses.replace(absorbed, has_protected_address=True)
        session.members.save_many(office.access, [hidden], source="画面で入力")
    assert not MergeService(office, CLOCK).duplicates()
    with pytest.raises(KnownProblem, match="merge_unknown"):
        MergeService(office, CLOCK).preview(kept.member_id, absorbed.member_id)


def test_a_session_of_three_offices_on_the_real_file_and_back(office: EncryptedCityDatabase) -> None:
    rows = [person(n, ID=f"J-{n}", 要介護度="") for n in range(1, 30)]
    files = [
        ImportFile(roster_file([row | {"ID": row["ID"].replace("J", mark)} for row in rows], file_hash=mark),
                   ImportOrder(source, is_whole=True))
        for mark, source in (("J", "市民課（住基）"), ("K", "介護保険課"), ("S", "障害者福祉課"))
    ]  # fmt: skip
    done = commit_rosters(office, files, clock=CLOCK).value
    assert [preview.joined for preview in done.files] == [0, 29, 29]
    with office.reading() as session:
        assert session.members.count(office.access, MemberQuery()) == 29
        assert len(session.matching.statements()) == 87
        assert {record.session_id for record in session.imports.all()} == {done.session_id}
    again = preview_rosters(office, files)
    assert [preview.unchanged for preview in again.files] == [29, 29, 29]


def test_consents_of_the_kept_answer_by_kind(office: EncryptedCityDatabase) -> None:
    kept, absorbed = two(office)
    with office.writing() as session:
        answers = (*kept.consents, Consent(ConsentKind.PLAN, ConsentState.GIVEN))
        session.members.save_many(office.access, [dataclasses.replace(kept, consents=answers)], source="画面")
    after = MergeService(office, CLOCK).preview(kept.member_id, absorbed.member_id).after
    assert after.consent_state(ConsentKind.PLAN) is ConsentState.GIVEN


def test_a_late_flag_hides_at_once_and_calls_the_paper_back(
    office: EncryptedCityDatabase,
) -> None:
    bring(office, "介護保険課", person(1), person(2))
    ids = [one.member_id for one in listed(office).values()]
    with office.writing() as session:
        session.ledger.issue(
            office.access, document="名簿", recipient="架空の区", purpose="見守り", copies=1, member_ids=ids,
            at=CLOCK.now(), expires_on=None, due_on=None,
        )  # fmt: skip
    flagged = ImportFile(
        roster_file([person(1, 支援措置="○"), person(2, 電話1="0942-00-7777")], file_hash="late"),
        ImportOrder("介護保険課", is_whole=False),
    )
    done = commit_rosters(office, [flagged], clock=CLOCK).value
    assert done.people[RowKind.CHANGED] == 1, "the hidden one stands in no number"
    assert list(listed(office)) == ["A-00002"]
    (told,) = done.as_json()["tell_holders"]
    assert (told["recipient"], told["must_come_back"], told["remove"]) == ("架空の区", True, 0)
