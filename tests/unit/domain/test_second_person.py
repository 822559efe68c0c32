"""もう一人の確認の決まり: when one person suffices, for every paper, rule and moment."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.second_person import (
    Confirmation,
    NamedKind,
    SecondPersonGround,
    SecondPersonRule,
    ground_alone,
)

RULES = st.builds(SecondPersonRule, st.booleans(), st.booleans(), st.booleans(), st.booleans())


@given(st.sampled_from(NamedKind), st.integers(2, 50))
def test_the_default_asks_of_every_paper_in_every_office_of_two(kind: NamedKind, operators: int) -> None:
    for in_emergency in (False, True):
        rule = SecondPersonRule()
        assert ground_alone(kind, rule, operators=operators, in_emergency=in_emergency) is None


@given(st.sampled_from(NamedKind), RULES, st.integers(1, 3), st.booleans())
def test_each_ground_is_one_the_city_chose(
    kind: NamedKind, rule: SecondPersonRule, operators: int, in_emergency: bool
) -> None:
    found = ground_alone(kind, rule, operators=operators, in_emergency=in_emergency)
    if found is SecondPersonGround.EMERGENCY:
        assert in_emergency
        assert rule.emergency_alone
    elif found is SecondPersonGround.LONE:
        assert operators == 1
        assert rule.lone_operator
    elif found is SecondPersonGround.NOT_ASKED:
        assert not (rule.lists if kind is NamedKind.LIST else rule.others)
    if found in (SecondPersonGround.LONE, SecondPersonGround.NOT_ASKED):
        assert kind is not NamedKind.HAND_OUT
    assert found is not SecondPersonGround.CONFIRMED


@given(RULES, st.integers(1, 3))
def test_a_hand_out_in_ordinary_times_always_has_two(rule: SecondPersonRule, operators: int) -> None:
    assert ground_alone(NamedKind.HAND_OUT, rule, operators=operators, in_emergency=False) is None


def test_a_passphrase_is_never_shown() -> None:
    assert "秘密" not in repr(Confirmation("架空二", "秘密の合言葉"))
