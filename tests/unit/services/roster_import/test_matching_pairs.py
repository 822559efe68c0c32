"""Pairs of a list that may be one person: each once, and none is lost where many share a heading."""

from __future__ import annotations

from datetime import date

import pytest

from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.matching import MatchRules
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.services.matching import scores as matching
from kurume_bousai.services.matching.scores import MatchIndex, facts_of


def person(number: int, name: str = "架空 花子", kana: str = "カクウ ハナコ") -> RosterMember:
    return RosterMember(
        member_id=MemberId(f"{number:032x}"),
        number=number,
        name=name,
        kana=kana,
        born_on=date(1940, 4, 1),
        address="久留米市架空町9999-12",
    )


def numbers(members: list[RosterMember]) -> list[tuple[int, int]]:
    found = MatchIndex.of(members).pairs(MatchRules())
    return [(int(first, 16), int(second, 16)) for first, second, _ in found]


def test_each_pair_is_told_once_the_earlier_first() -> None:
    other = person(2, "架空 次郎", "カクウ ジロウ")
    assert numbers([person(1), other, person(3)]) == [(1, 3)]


def test_who_came_when_a_heading_was_full_is_found_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "MOST_UNDER_ONE_KEY", 1)
    monkeypatch.setattr(matching, "_MOST_OF_A_DAY", 1)
    assert numbers([person(1), person(2), person(3)]) == [(1, 2), (1, 3)]


def test_what_is_expected_is_found_as_what_is_not() -> None:
    kept = [person(n, f"架空 {n}郎", f"カクウ {n}ロウ") for n in range(1, 4)]
    asked = [facts_of(one) for one in (*kept, person(9, "別人 一", "ベツジン イチ"), *kept)]
    plain, ahead = MatchIndex.of(kept), MatchIndex.of(kept)
    # Some of it is passed over, and one is asked that nobody expected.
    ahead.expect([*asked[:2], facts_of(person(8, "来ない 人", "コナイ ヒト")), *asked[2:5]])
    rules = MatchRules()
    assert [ahead.alike(one, rules) for one in asked] == [plain.alike(one, rules) for one in asked]
