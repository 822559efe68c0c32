"""Who helps whom: linked, asked, ordered and let go, each act audited and none against a no."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kurume_bousai.domain.access import Role
from kurume_bousai.domain.consents import Consent, ConsentKind, ConsentState
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import MemberId, SupporterId
from kurume_bousai.domain.plans import PlanState
from kurume_bousai.domain.supporters import Supporter
from kurume_bousai.services.roster.supporters import HelpersFile, PersonSupporters
from tests.fakes.city import FakeCity
from tests.fixtures.rosters import ARAKI, CLERK, FLAGGED, TSUBUKU, access
from tests.helpers.roster_desktop import HELPER, PEOPLE, fictional_city

ONE, HIDDEN = MemberId("m1"), MemberId("m900001")
NEAR = Supporter(
    SupporterId("s2"), "架空 近所", "カクウ キンジョ", phone="0942-00-9002", district_id=TSUBUKU,
    neighborhood="架空自治会",
)  # fmt: skip
FAR = Supporter(SupporterId("s3"), "架空 遠方", "カクウ エンポウ", phone="0942-00-9003", district_id=ARAKI)
NO = Supporter(SupporterId("s4"), "架空 断る", consent=ConsentState.REFUSED)


def office() -> tuple[FakeCity, PersonSupporters]:
    database = fictional_city()
    with database.writing() as session:
        session.supporters.save_many(CLERK, [NEAR, FAR, NO])
    return database, PersonSupporters(database)


def names(file: HelpersFile) -> list[str]:
    return [one.name for one in file.supporters]


def test_neighbours_are_found_first_by_name_kana_and_telephone() -> None:
    _database, service = office()
    found = service.search(ONE, "")
    assert (found.supporters[0].name, found.total) == ("架空 近所", 4)
    assert [one.name for one in service.search(ONE, "きんじょ").supporters] == ["架空 近所"]
    assert [one.name for one in service.search(ONE, "9003").supporters] == ["架空 遠方"]
    assert service.search(ONE, "いない人").total == 0


def test_a_link_is_made_ordered_and_let_go_and_audited() -> None:
    database, service = office()
    file = service.add(service.look(ONE), NEAR.supporter_id).value
    assert database.state.plans[ONE].state is PlanState.DRAFTING
    file = service.add(file, FAR.supporter_id).value
    assert names(file) == ["架空 近所", "架空 遠方"]
    file = service.first(file, FAR.supporter_id).value
    assert names(file) == ["架空 遠方", "架空 近所"]
    file = service.remove(service.remove(file, FAR.supporter_id).value, NEAR.supporter_id).value
    assert names(file) == []
    assert database.state.plans[ONE].state is PlanState.NO_SUPPORTER
    acts = [action for _who, action, *_rest in database.state.audit if action.startswith("supporter_")]
    assert acts == ["supporter_linked", "supporter_linked", "supporter_put_first", "supporter_let_go",
                    "supporter_let_go"]  # fmt: skip
    assert service.search(ONE, "").total == 4, "the supporters themselves stay"


def test_a_ready_plan_without_its_supporter_is_due() -> None:
    database, service = office()
    service.remove(service.look(MemberId("m2")), HELPER.supporter_id)
    assert database.state.plans[MemberId("m2")].state is PlanState.DUE


def test_nobody_who_said_no_is_linked() -> None:
    _database, service = office()
    with pytest.raises(KnownProblem, match="supporter_unwilling"):
        service.add(service.look(ONE), NO.supporter_id)
    file = service.add(service.look(ONE), NEAR.supporter_id).value
    file = service.answered(file, NEAR.supporter_id, ConsentState.GIVEN).value
    assert file.supporters[0].consent is ConsentState.GIVEN
    file = service.answered(file, NEAR.supporter_id, ConsentState.REFUSED).value
    assert names(file) == [], "who does not take it on is let go"


@pytest.mark.parametrize("state", [ConsentState.REFUSED, ConsentState.WITHDRAWN])
def test_no_supporter_is_linked_against_the_persons_own_no(state: ConsentState) -> None:
    database, service = office()
    no = Consent(ConsentKind.SUPPORTER, state)
    with database.writing() as session:
        session.members.save_many(CLERK, [replace(PEOPLE[0], consents=(no,))], source="架空")
    with pytest.raises(KnownProblem, match="person_refuses"):
        service.add(service.look(ONE), NEAR.supporter_id)


def test_somebody_new_lives_where_the_person_lives() -> None:
    database, service = office()
    file = service.add_new(service.look(ONE), Supporter(SupporterId(""), " 架空 新人 ")).value
    (made,) = file.supporters
    assert (made.name, made.district_id, made.neighborhood) == ("架空 新人", TSUBUKU, "架空自治会")
    before = len(database.state.supporters)
    with pytest.raises(KnownProblem, match="supporter_invalid"):
        service.add_new(file, Supporter(SupporterId(""), " "))
    assert len(database.state.supporters) == before


def test_anothers_change_in_between_is_not_overwritten() -> None:
    _database, service = office()
    seen = service.look(ONE)
    service.add(seen, NEAR.supporter_id)
    with pytest.raises(KnownProblem, match="changed_meanwhile"):
        service.add(seen, FAR.supporter_id)


def test_a_hidden_person_does_not_exist_and_a_viewer_may_not() -> None:
    database, service = office()
    with pytest.raises(KnownProblem, match="person_gone"):
        service.look(HIDDEN)
    assert PersonSupporters(database.seen_by(FLAGGED)).look(HIDDEN).supporters == ()
    with pytest.raises(KnownProblem, match="no_right"):
        PersonSupporters(database.seen_by(access(Role.VIEWER))).search(ONE, "")
