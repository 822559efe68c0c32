"""Points for one person: the same both ways, never one person of two whose name or birth differs."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.matching import (
    LOWEST_ASKED,
    Likeness,
    MatchRules,
    PairVerdict,
    PersonFacts,
    blocking_keys,
    score,
)
from kurume_bousai.domain.names import fold
from kurume_bousai.domain.sources import SourceKind, SourceRules, kind_of
from kurume_bousai.labels.matching import LIKENESS_WORDS, reason_words

RULES = MatchRules()
HOUSE = "久留米市架空町9999-12"
HANAKO = PersonFacts("架空 花子", "カクウ ハナコ", date(1935, 4, 1), "female", HOUSE, "0942-00-0001")


def judged(**changes: object) -> PairVerdict:
    values = {name: getattr(HANAKO, name) for name in ("name", "kana", "born_on", "sex", "address", "phone")}
    return score(HANAKO, PersonFacts(**{**values, **changes})).verdict(RULES)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"phone": ""},
        {"kana": ""},
        {"name": "架空　花子", "kana": "ｶｸｳ ﾊﾅｺ", "address": "福岡県久留米市架空町９９９９番地の１２"},
        {"sex": ""},
    ],
)
def test_forms_of_writing_are_one_person(changes: dict[str, object]) -> None:
    assert judged(**changes) is PairVerdict.SAME


@pytest.mark.parametrize(
    "changes",
    [
        {"address": "久留米市別架空町9001-1"},  # moved
        {"address": ""},
        {"name": "仮名 花子", "kana": "カナ ハナコ"},  # married
        {"born_on": date(1935, 4, 11)},  # a slip
        {"born_on": None},
        {"name": "架空 〓子"},  # a letter the other office cannot write
    ],
)
def test_what_may_be_one_person_is_asked(changes: dict[str, object]) -> None:
    assert judged(**changes) is PairVerdict.DOUBT


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "架空 月子", "kana": "カクウ ツキコ"},  # twins in one house
        {"born_on": date(1962, 9, 30)},  # mother and daughter of one name
        {"name": "仮名 花子", "kana": "カナ ハナコ", "address": "久留米市別架空町9001-1", "phone": ""},
    ],
)
def test_neighbours_and_twins_are_two_people(changes: dict[str, object]) -> None:
    assert judged(**changes) is PairVerdict.OTHER


def test_variant_letters_are_one_name() -> None:
    one, other = (PersonFacts(name, "", date(1935, 4, 1), "", HOUSE) for name in ("髙﨑 邊子", "高崎 辺子"))
    found = score(one, other)
    assert Likeness.NAME_FORMS in found.parts
    assert found.verdict(RULES) is PairVerdict.SAME


names = st.sampled_from(
    ["架空 花子", "架空　花子", "髙空 花子", "高空 花子", "仮名 花子", "架空 月子", "架空花子", "月子"]
)
kanas = st.sampled_from(
    ["", "カクウ ハナコ", "ｶｸｳ ﾊﾅｺ", "カクウ ハナコー", "カナ ハナコ", "カクウ ツキコ", "カクヂ", "カクジ"]
)
days = st.one_of(
    st.none(), st.sampled_from([date(1935, 4, 1), date(1935, 1, 4), date(1935, 4, 2), date(1960, 4, 1)])
)
houses = st.sampled_from(["", HOUSE, "架空町9999番地12", "久留米市架空町9998", "久留米市別架空町9001-1"])
facts = st.builds(
    PersonFacts, names, kanas, days, st.sampled_from(["", "female", "male"]), houses,
    st.sampled_from(["", "0942-00-0001", "0942000001", "0942-00-0002"]),
)  # fmt: skip


@given(facts, facts)
def test_points_are_the_same_both_ways(one: PersonFacts, other: PersonFacts) -> None:
    assert score(one, other).points == score(other, one).points
    assert set(score(one, other).parts) == set(score(other, one).parts)
    assert 0 <= score(one, other).points <= 100


@given(facts, facts)
def test_nobody_is_merged_unasked_whose_name_or_birth_differs(one: PersonFacts, other: PersonFacts) -> None:
    if score(one, other).verdict(RULES) is PairVerdict.SAME:
        assert fold(one.name) == fold(other.name)
        assert one.born_on is not None
        assert one.born_on == other.born_on
        assert one.address
        assert other.address


@given(facts, facts)
def test_whoever_may_be_one_person_shares_a_heading(one: PersonFacts, other: PersonFacts) -> None:
    if score(one, other).points >= LOWEST_ASKED:
        assert set(blocking_keys(one)) & set(blocking_keys(other))


def test_rules_that_cannot_hold_are_refused() -> None:
    for upper, lower in ((50, 60), (80, 40), (101, 60)):
        with pytest.raises(KnownProblem):
            MatchRules(upper, lower)


def test_every_likeness_has_its_words() -> None:
    assert set(LIKENESS_WORDS) == set(Likeness)
    assert reason_words(score(HANAKO, HANAKO).parts).startswith("氏名が同じ、フリガナが同じ")


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("市民課（住基）", SourceKind.RESIDENT),
        ("介護保険課", SourceKind.CARE),
        ("障害者福祉課", SourceKind.DISABILITY),
        ("地域福祉課 申込書", SourceKind.OWN),
    ],
)
def test_the_name_of_an_office_tells_its_kind(source: str, kind: SourceKind) -> None:
    assert kind_of(source) is kind
    assert SourceRules({source: SourceKind.OWN}).kind(source) is SourceKind.OWN


def test_an_order_that_leaves_somebody_out_is_refused() -> None:
    with pytest.raises(KnownProblem):
        SourceRules(precedence={"name": (SourceKind.CARE,)})
