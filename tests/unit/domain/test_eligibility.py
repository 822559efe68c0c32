from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.criteria_editing import added, difference, ended, next_criterion_id, taken_out
from kurume_bousai.domain.eligibility import (
    AT_FACILITY,
    HOME_UNKNOWN,
    NOT_AT_HOME,
    Condition,
    CriteriaSet,
    EligibilityChange,
    EligibilityFacts,
    Finding,
    Ground,
    HomeRule,
    Verdict,
    change_of,
    check_set,
    judge,
    meets,
    set_in_force,
)
from kurume_bousai.domain.eligibility_sets import GUIDELINE_SAMPLE, KURUME_2016, SHIPPED_SETS
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.reasons import Reason

DAY = date(2026, 11, 21)
OLD, YOUNG = date(1940, 1, 1), date(1990, 1, 1)


def facts(**fields: object) -> EligibilityFacts:
    return replace(EligibilityFacts(MemberId("m"), OLD, household_size=2, is_at_home=True), **fields)  # type: ignore[arg-type]


def found(**fields: object) -> Finding:
    return judge(KURUME_2016.on(DAY), facts(others_born_on=(YOUNG,), **fields), DAY)


@pytest.mark.parametrize(
    ("fields", "criterion"),
    [
        ({"care_level": "要介護3"}, "kurume-2"),
        ({"care_level": "５"}, "kurume-2"),
        ({"physical_grade": "２級"}, "kurume-3"),
        ({"intellectual_grade": "Ａ１"}, "kurume-4"),
        ({"mental_grade": "1"}, "kurume-5"),
        ({"reasons": frozenset({Reason.EQUIVALENT})}, "kurume-6"),
    ],
)
def test_each_criterion_of_the_city(fields: dict[str, object], criterion: str) -> None:
    assert found(**fields) == Finding(Verdict.MET, (criterion,))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"care_level": "要介護2"},
        {"care_level": "要支援2"},
        {"physical_grade": "3級"},
        {"intellectual_grade": "B1"},
        {"mental_grade": "2級"},
        {"reasons": frozenset({Reason.CARE_LEVEL})},
    ],
)
def test_who_meets_none(fields: dict[str, object]) -> None:
    assert found(**fields).verdict is Verdict.NOT_MET


@pytest.mark.parametrize("text", ["要介護", "認定中", "23", "三"])
def test_what_cannot_be_read_is_not_a_no(text: str) -> None:
    assert found(care_level=text) == Finding(Verdict.UNKNOWN, ("kurume-2",))


def household(**fields: object) -> Verdict:
    return meets(Condition(Ground.ELDERLY_HOUSEHOLD, at_least=65), facts(**fields), DAY)


def test_a_household_is_known_when_everybody_of_it_is() -> None:
    assert household(others_born_on=(OLD,)) is Verdict.MET
    assert household(others_born_on=(YOUNG,)) is Verdict.NOT_MET
    assert household() is Verdict.UNKNOWN
    assert household(household_size=None) is Verdict.UNKNOWN
    assert household(household_size=1) is Verdict.MET
    assert household(born_on=None) is Verdict.UNKNOWN
    stated = frozenset({Reason.ELDERLY_HOUSEHOLD})
    assert household(reasons=stated) is Verdict.MET
    assert household(reasons=stated, others_born_on=(YOUNG,)) is Verdict.NOT_MET


def test_a_criterion_holds_between_its_days_only() -> None:
    first = KURUME_2016.criteria[1]
    ended = replace(first, valid_from=date(2020, 4, 1), valid_to=date(2026, 11, 20))
    one = replace(KURUME_2016, criteria=(ended,))
    assert one.on(date(2026, 11, 20)) == (ended,)
    assert one.on(date(2020, 4, 1)) == (ended,)
    assert one.on(DAY) == one.on(date(2020, 3, 31)) == ()


def test_who_lives_elsewhere_meets_none_and_a_facility_is_looked_at() -> None:
    assert found(care_level="要介護5", is_at_home=False) == Finding(Verdict.NOT_MET, (NOT_AT_HOME,))
    assert found(care_level="要介護5", is_at_facility=True, is_at_home=None) == Finding(
        Verdict.UNKNOWN, (AT_FACILITY, "kurume-2")
    )
    assert found(care_level="要介護5", is_at_facility=True, is_at_home=True).verdict is Verdict.MET


words = st.sampled_from(["", "要介護1", "要介護3", "要介護5", "自立", "？", "1級", "2", "A", "B2"])
anybody = st.builds(
    EligibilityFacts,
    member_id=st.just(MemberId("m")),
    born_on=st.none() | st.dates(date(1920, 1, 1), date(2020, 1, 1)),
    reasons=st.frozensets(st.sampled_from(Reason)),
    care_level=words,
    physical_grade=words,
    intellectual_grade=words,
    mental_grade=words,
    disease=st.sampled_from(["", "難病"]),
    household_size=st.none() | st.integers(1, 4),
    others_born_on=st.lists(st.none() | st.dates(date(1920, 1, 1), date(2020, 1, 1)), max_size=3).map(tuple),
)


@given(anybody, st.sampled_from(SHIPPED_SETS))
def test_more_criteria_never_take_anybody_away(one: EligibilityFacts, criteria: CriteriaSet) -> None:
    for cut in range(len(criteria.criteria)):
        if judge(criteria.criteria[:cut], one, DAY).verdict is Verdict.MET:
            assert judge(criteria.criteria, one, DAY).verdict is Verdict.MET


@given(anybody)
def test_nothing_known_is_never_a_no_to_an_old_person(one: EligibilityFacts) -> None:
    """Whose household is open is proposed for removal by no run."""
    bare = replace(one, born_on=OLD, household_size=None, others_born_on=())
    assert judge(KURUME_2016.criteria, bare, DAY).verdict is not Verdict.NOT_MET


def test_how_findings_change() -> None:
    met, unmet, unknown = Finding(Verdict.MET, ("a",)), Finding(Verdict.NOT_MET), Finding(Verdict.UNKNOWN)
    assert change_of(None, met, was_ever_met=False) is EligibilityChange.JOINED
    assert change_of(unmet, met, was_ever_met=True) is EligibilityChange.BECAME
    assert change_of(met, met, was_ever_met=True) is EligibilityChange.STAYS
    assert change_of(met, unmet, was_ever_met=True) is EligibilityChange.LEFT
    assert change_of(unmet, unmet, was_ever_met=False) is EligibilityChange.NEVER
    assert change_of(met, unknown, was_ever_met=True) is EligibilityChange.DOUBTFUL


def test_the_set_adopted_last_is_in_force() -> None:
    later = replace(GUIDELINE_SAMPLE, adopted_from=date(2027, 4, 1))
    assert set_in_force([KURUME_2016, GUIDELINE_SAMPLE], DAY) is KURUME_2016
    assert set_in_force([KURUME_2016, later], DAY) is KURUME_2016
    assert set_in_force([KURUME_2016, later], date(2027, 4, 1)) is later
    assert set_in_force([GUIDELINE_SAMPLE], DAY) is None


def test_what_is_shipped_is_whole_and_marked() -> None:
    for one in SHIPPED_SETS:
        check_set(one)
        assert all(criterion.is_unconfirmed for criterion in one.criteria)
        assert "条" not in "".join(criterion.words + criterion.basis for criterion in one.criteria)


@pytest.mark.parametrize(
    "condition",
    [
        Condition(Ground.CARE_LEVEL),
        Condition(Ground.CARE_LEVEL, at_least=6),
        Condition(Ground.PHYSICAL_GRADE),
        Condition(Ground.INTELLECTUAL_GRADE, grades=("1",)),
        Condition(Ground.ELDERLY_HOUSEHOLD, at_least=6),
        Condition(Ground.STATED),
    ],
)
def test_a_set_that_could_not_be_judged_by_is_refused(condition: Condition) -> None:
    bad = replace(KURUME_2016.criteria[0], conditions=(condition,))
    with pytest.raises(KnownProblem) as caught:
        check_set(replace(KURUME_2016, criteria=(bad,)))
    assert caught.value.code == "criteria_invalid"


@pytest.mark.parametrize(
    ("rule", "lives", "expected"),
    [
        (HomeRule.UNLESS_TOLD, None, Finding(Verdict.MET, ("kurume-2", HOME_UNKNOWN))),
        (HomeRule.UNLESS_TOLD, False, Finding(Verdict.NOT_MET, (NOT_AT_HOME,))),
        (HomeRule.MUST_BE_TOLD, None, Finding(Verdict.UNKNOWN, ("kurume-2", HOME_UNKNOWN))),
        (HomeRule.MUST_BE_TOLD, True, Finding(Verdict.MET, ("kurume-2",))),
        (HomeRule.NOT_ASKED, False, Finding(Verdict.MET, ("kurume-2",))),
    ],
)
def test_where_somebody_lives_is_told_and_never_guessed(
    rule: HomeRule, lives: bool | None, expected: Finding
) -> None:
    one = facts(others_born_on=(YOUNG,), care_level="要介護4", is_at_home=lives)
    assert judge(KURUME_2016.on(DAY), one, DAY, rule) == expected


def test_a_criterion_is_ended_and_taken_out_only_where_nobody_was_judged_by_it() -> None:
    new = replace(KURUME_2016.criteria[1], criterion_id="kurume-7", words="要介護2以上")
    wider = added(KURUME_2016, new)
    assert taken_out(wider, "kurume-7", {"kurume-2"}) == KURUME_2016
    over = ended(wider, "kurume-2", DAY)
    assert not next(one for one in over.criteria if one.criterion_id == "kurume-2").holds_on(
        date(2026, 11, 22)
    )
    assert difference(KURUME_2016, over) == {"added": ["kurume-7"], "changed": ["kurume-2"], "removed": []}
    with pytest.raises(KnownProblem, match="criterion_used"):
        taken_out(wider, "kurume-2", {"kurume-2"})
    with pytest.raises(KnownProblem, match="criterion_unknown"):
        taken_out(wider, "nobody", ())
    with pytest.raises(KnownProblem, match="criterion_unknown"):
        ended(over, "nobody", DAY)


@given(st.lists(st.integers(1, 40).map(lambda number: f"kurume-{number}")))
def test_a_number_is_never_given_again(known: list[str]) -> None:
    assert next_criterion_id("kurume", known) not in known
