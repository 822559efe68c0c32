"""Who may see what (RULEBOOK §1)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.access import Access, Right, Role
from kurume_bousai.domain.bodies import Body, DataLevel, ceiling, table_level
from kurume_bousai.domain.consents import Consent, ConsentKind, ConsentState, SharingMode, may_share
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId, OperatorId


def access(*roles: Role, districts: frozenset[DistrictId] | None = None, flag: bool = False) -> Access:
    return Access(OperatorId("1"), "架空", frozenset(roles), districts, flag)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ADMINISTRATOR])
def test_counting_roles_see_no_person(role: Role) -> None:
    with pytest.raises(KnownProblem) as caught:
        access(role).require(Right.SEE_PEOPLE)
    assert caught.value.code == "no_right"


@given(st.sets(st.sampled_from(list(Role))), st.booleans())
def test_hidden_addresses_exist_only_for_the_flagged_clerk(roles: set[Role], flag: bool) -> None:
    assert access(*roles, flag=flag).sees_protected == (flag and Role.CLERK in roles)


def test_a_facilitator_sees_the_own_district_and_a_clerk_all() -> None:
    own = frozenset({DistrictId("津福")})
    assert access(Role.FACILITATOR, districts=own).sees_district(DistrictId("津福"))
    assert not access(Role.FACILITATOR, districts=own).sees_district(DistrictId("南"))
    assert access(Role.FACILITATOR, Role.CLERK, districts=own).sees_district(DistrictId("南"))


TABLE = {
    (SharingMode.OPT_IN, ConsentState.GIVEN): True,
    (SharingMode.OPT_OUT_BY_ORDINANCE, ConsentState.GIVEN): True,
    (SharingMode.OPT_OUT_BY_ORDINANCE, ConsentState.UNANSWERED): True,
    **{(SharingMode.EMERGENCY, state): True for state in ConsentState},
}


@pytest.mark.parametrize("mode", list(SharingMode))
@pytest.mark.parametrize("state", list(ConsentState))
def test_the_table_of_sharing(mode: SharingMode, state: ConsentState) -> None:
    assert may_share(state, mode, protected_address=False) is TABLE.get((mode, state), False)
    assert may_share(state, mode, protected_address=True) is False


def test_consent_covers_only_the_bodies_it_names() -> None:
    consent = Consent(ConsentKind.ROSTER, ConsentState.GIVEN, covers=frozenset({Body.CITY}))
    assert consent.covers_bodies([Body.CITY])
    assert not consent.covers_bodies([Body.CITY, Body.POLICE])
    assert Consent(ConsentKind.ROSTER, ConsentState.GIVEN).covers_bodies(list(Body))


@given(st.lists(st.sampled_from(list(Body)), min_size=1, max_size=8))
def test_the_lowest_ceiling_rules_a_table(bodies: list[Body]) -> None:
    level = table_level(bodies, practice=False)
    assert all(level <= ceiling(body) for body in bodies)
    assert table_level([*bodies, Body.CHILD], practice=False) is DataLevel.SYMBOL
    assert table_level(bodies, practice=True) is DataLevel.FICTIONAL


def test_an_empty_table_and_a_stranger_mean_symbols() -> None:
    assert table_level([], practice=False) is DataLevel.SYMBOL
    assert table_level([Body.CITY], practice=False, outsiders=True) is DataLevel.SYMBOL
    assert table_level([Body.CITY, Body.WELFARE_COMMISSIONER], practice=False) is DataLevel.REAL
