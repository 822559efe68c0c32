"""A value made quickly is the value the class makes."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass, field, replace
from datetime import date

import pytest

from kurume_bousai.domain.consents import Consent, ConsentKind, ConsentState
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.quick import quickly

_member = quickly(RosterMember)
SOMEBODY = RosterMember(MemberId("m1"), 7, "山田 花子（架空）", companion_count=2)


def test_it_is_what_the_class_makes() -> None:
    made = _member(MemberId("m1"), 7, "山田 花子（架空）", companion_count=2)
    assert type(made) is RosterMember
    assert made == SOMEBODY
    assert hash(made) == hash(SOMEBODY)
    assert repr(made) == repr(SOMEBODY)
    assert replace(made, number=8) == replace(SOMEBODY, number=8)


def test_it_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        _member(MemberId("m1"), 7, "山田 花子（架空）").number = 8  # type: ignore[misc]


def test_each_value_has_a_default_of_its_own() -> None:
    @dataclass(frozen=True, slots=True)
    class Basket:
        things: list[str] = field(default_factory=list)

    basket = quickly(Basket)
    first, second = basket(), basket()
    first.things.append("笛")
    assert second.things == []


def test_it_takes_what_the_class_takes() -> None:
    with pytest.raises(TypeError, match="name"):
        _member(MemberId("m1"), 7)  # type: ignore[call-arg]


def test_what_the_class_refuses_is_refused() -> None:
    made = quickly(Consent)
    assert made(ConsentKind.ROSTER, ConsentState.GIVEN) == Consent(ConsentKind.ROSTER, ConsentState.GIVEN)
    with pytest.raises(KnownProblem, match="consent_before_explanation"):
        made(ConsentKind.ROSTER, ConsentState.GIVEN, date(2025, 4, 1), date(2025, 4, 2))


@pytest.mark.parametrize("kind", [str, dataclass(type("Loose", (), {}))])
def test_another_class_is_refused(kind: type) -> None:
    with pytest.raises(TypeError, match="cannot be made quickly"):
        quickly(kind)
