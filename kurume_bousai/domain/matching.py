"""同じ人かどうか: how alike two records of a person are, in points that can be told in words (FEATURES A4).

Name, kana, day of birth and house each give or take points. Nothing here decides by itself: at and above
``upper`` two records are taken for one person, from ``lower`` on a person is asked, below that they are two
people. Without being asked nobody is taken for the same person whose name, day of birth or house differs
or is not known: twins in one house, father and son of one name, somebody who moved, a slip of the pen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Final

from kurume_bousai.domain.addresses import AddressText, parse_address
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.names import fold_digits, fold_each
from kurume_bousai.domain.quick import quickly


class Likeness(StrEnum):
    """一致のぐあい of one part of two records; the words are in ``labels.matching``."""

    NAME_SAME = "name_same"
    NAME_FORMS = "name_forms"  # the same but for 異体字, width or spaces
    NAME_GIVEN = "name_given"  # the same 名, another 姓: a marriage, perhaps
    NAME_DIFFERS = "name_differs"
    KANA_SAME = "kana_same"
    KANA_NEAR = "kana_near"  # ヂ/ジ, small letters, long vowels
    KANA_GIVEN = "kana_given"
    KANA_MISSING = "kana_missing"
    KANA_DIFFERS = "kana_differs"
    BIRTH_SAME = "birth_same"
    BIRTH_NEAR = "birth_near"  # one part differs: a slip, perhaps
    BIRTH_MISSING = "birth_missing"
    BIRTH_DIFFERS = "birth_differs"
    HOUSE_SAME = "house_same"
    TOWN_SAME = "town_same"
    HOUSE_MISSING = "house_missing"
    HOUSE_DIFFERS = "house_differs"
    SEX_DIFFERS = "sex_differs"
    PHONE_SAME = "phone_same"


class PairVerdict(StrEnum):
    """組の判断: of the score, or of a person who was asked."""

    SAME = "same"  # 同じ人
    DOUBT = "doubt"  # 人が決める
    OTHER = "other"  # 別の人


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """くらべる事実: what two records are compared by, as received."""

    name: str = field(repr=False)
    kana: str = field(default="", repr=False)
    born_on: date | None = field(default=None, repr=False)
    sex: str = field(default="", repr=False)  # "" = not known
    address: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)


_POINTS: Final[dict[Likeness, int]] = {
    Likeness.NAME_SAME: 35, Likeness.NAME_FORMS: 35, Likeness.NAME_GIVEN: 14, Likeness.NAME_DIFFERS: -10,
    Likeness.KANA_SAME: 15, Likeness.KANA_NEAR: 12, Likeness.KANA_GIVEN: 6, Likeness.KANA_MISSING: 0,
    Likeness.KANA_DIFFERS: -20,
    Likeness.BIRTH_SAME: 30, Likeness.BIRTH_NEAR: 0, Likeness.BIRTH_MISSING: 0, Likeness.BIRTH_DIFFERS: -45,
    Likeness.HOUSE_SAME: 20, Likeness.TOWN_SAME: 8, Likeness.HOUSE_MISSING: 0, Likeness.HOUSE_DIFFERS: 0,
    Likeness.SEX_DIFFERS: -25, Likeness.PHONE_SAME: 4,
}  # fmt: skip


_MOST_OF_HOUSE: Final = _POINTS[Likeness.HOUSE_SAME]
#: Below this a pair may share no heading (``blocking_keys``), so that it would be asked or not by chance.
LOWEST_ASKED: Final = 55
MOST_POINTS: Final = 100


@dataclass(frozen=True, slots=True)
class MatchRules:
    """照合の決めごと ⚙: from how many points two records are one person, and from how many it is asked."""

    upper: int = 85
    lower: int = 55

    def __post_init__(self) -> None:
        if not LOWEST_ASKED <= self.lower < self.upper <= MOST_POINTS:
            raise KnownProblem(
                "matching_rules_invalid",
                "照合の点は、「同じ人とする点」が「人に尋ねる点」より高く、どちらも55点から100点までにします。",
                advice="たとえば、同じ人とする点を85点、人に尋ねる点を55点にします。",
            )


@dataclass(frozen=True, slots=True)
class MatchScore:
    """照合の点, with what gave it. ``points`` is between 0 and 100."""

    points: int
    parts: tuple[Likeness, ...]

    def verdict(self, rules: MatchRules) -> PairVerdict:
        """What the points say under the rules."""
        if self.points >= rules.upper and not _FORBIDS.intersection(self.parts):
            return PairVerdict.SAME
        return PairVerdict.DOUBT if self.points >= rules.lower else PairVerdict.OTHER


#: With one of these nobody is taken for the same person without being asked.
_FORBIDS: Final = frozenset({
    Likeness.NAME_GIVEN, Likeness.NAME_DIFFERS, Likeness.KANA_DIFFERS, Likeness.KANA_GIVEN,
    Likeness.BIRTH_NEAR, Likeness.BIRTH_MISSING, Likeness.BIRTH_DIFFERS, Likeness.SEX_DIFFERS,
    Likeness.TOWN_SAME, Likeness.HOUSE_DIFFERS, Likeness.HOUSE_MISSING,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Prepared:
    """そろえた事実: a record folded once, so that it can be compared with many."""

    facts: PersonFacts = field(repr=False)
    name: str = field(repr=False)
    kana: str = field(repr=False)
    sound: str = field(repr=False)
    given: str = field(repr=False)  # the folded 名; "" = no space says which part it is
    given_kana: str = field(repr=False)
    phone: str = field(repr=False)
    headings: tuple[str, ...] = field(repr=False)  # see ``blocking_keys``


_prepared: Final = quickly(Prepared)


def prepare(facts: PersonFacts) -> Prepared:
    """Fold a record."""
    return prepare_all([facts])[0]


def prepare_all(records: Sequence[PersonFacts]) -> list[Prepared]:
    """Fold records, some hundreds at once: most of the time goes into the calls, not into the letters."""
    texts: list[str] = []
    for one in records:
        texts += (one.name, one.kana, _given(one.name), _given(one.kana))
    folded = iter(fold_each(texts))
    found = []
    for one, (name, kana, given, given_kana) in zip(records, zip(*[folded] * 4, strict=True), strict=True):
        sound = _sound(kana)
        found.append(
            _prepared(
                one, name, kana, sound, given, given_kana, fold_digits(one.phone),
                _headings(one.born_on, name, kana, sound),
            )
        )  # fmt: skip
    return found


def score(one: PersonFacts, other: PersonFacts) -> MatchScore:
    """How alike two records are; the same whichever comes first."""
    return compare(prepare(one), prepare(other))


def compare(one: Prepared, other: Prepared) -> MatchScore:
    """How alike two folded records are; the same whichever comes first."""
    found = compare_above(one, other, -sum(map(abs, _POINTS.values())))
    if found is None:  # nothing lies below that
        raise AssertionError("two records were not compared")
    return found


def compare_above(one: Prepared, other: Prepared, lowest: int) -> MatchScore | None:
    """``compare``; None where the points cannot reach ``lowest`` even with the same house.

    Most records that share a heading are namesakes of another age: their addresses are never taken apart.
    """
    first, second = one.facts, other.facts
    parts = [_name(one, other), _kana(one, other), _birth(first.born_on, second.born_on)]
    rest = []
    if first.sex and second.sex and first.sex != second.sex:
        rest.append(Likeness.SEX_DIFFERS)
    if one.phone and one.phone == other.phone:
        rest.append(Likeness.PHONE_SAME)
    points = 0
    for part in (*parts, *rest):
        points += _POINTS[part]
    if points + _MOST_OF_HOUSE < lowest:
        return None
    house = _house(first.address, second.address)
    points += _POINTS[house]
    return MatchScore(max(0, min(MOST_POINTS, points)), (*parts, house, *rest))


def points_of(part: Likeness) -> int:
    """The points one likeness gives or takes."""
    return _POINTS[part]


def _name(one: Prepared, other: Prepared) -> Likeness:
    if one.facts.name == other.facts.name:
        return Likeness.NAME_SAME
    if one.name == other.name:
        return Likeness.NAME_FORMS
    shares = _shares_given(one.name, one.given, other.name, other.given)
    return Likeness.NAME_GIVEN if shares else Likeness.NAME_DIFFERS


def _kana(one: Prepared, other: Prepared) -> Likeness:
    if not one.kana or not other.kana:
        return Likeness.KANA_MISSING
    if one.kana == other.kana:
        return Likeness.KANA_SAME
    if one.sound == other.sound:
        return Likeness.KANA_NEAR
    shares = _shares_given(one.kana, one.given_kana, other.kana, other.given_kana)
    return Likeness.KANA_GIVEN if shares else Likeness.KANA_DIFFERS


_BETWEEN: Final = re.compile(r"[\s　・]+")
_SHORTEST_GIVEN: Final = 2


def _given(text: str) -> str:
    """The last part of a name that is written in parts."""
    parts = _BETWEEN.split(text.strip())
    return parts[-1] if len(parts) > 1 else ""


def _shares_given(one: str, given: str, other: str, other_given: str) -> bool:
    """The same 名 behind another 姓; without a space, the same ending of two letters or more."""
    if given and other_given:
        return given == other_given
    if given or other_given:
        return other.endswith(given) if given else one.endswith(other_given)
    return one[-_SHORTEST_GIVEN:] == other[-_SHORTEST_GIVEN:] and len(one) >= _SHORTEST_GIVEN


#: Letters that an office writes one way and a family another, after folding to hiragana.
_SOUNDS: Final = str.maketrans("ぢづぁぃぅぇぉゃゅょっゎをゐゑ", "じずあいうえおやゆよつわおいえ")
_LONG: Final = re.compile(r"(?<=[おこそとのほもよろごぞどぼぽ])[おうー-]|[ー-]")


def _sound(kana: str) -> str:
    return _LONG.sub("", kana.translate(_SOUNDS))


def _birth(one: date | None, other: date | None) -> Likeness:
    if one is None or other is None:
        return Likeness.BIRTH_MISSING
    if one == other:
        return Likeness.BIRTH_SAME
    alike = (one.year == other.year) + (one.month == other.month) + (one.day == other.day)
    swapped = one.year == other.year and (one.month, one.day) == (other.day, other.month)
    return Likeness.BIRTH_NEAR if alike == 2 or swapped else Likeness.BIRTH_DIFFERS


def _house(one: str, other: str) -> Likeness:
    if not one.strip() or not other.strip():
        return Likeness.HOUSE_MISSING
    if one == other:
        return Likeness.HOUSE_SAME
    first, second = _parsed(one), _parsed(other)
    if (first.head, first.numbers) == (second.head, second.numbers):
        return Likeness.HOUSE_SAME
    return Likeness.TOWN_SAME if first.head and first.head == second.head else Likeness.HOUSE_DIFFERS


# An address is compared with the few candidates of one person and rarely again.
@lru_cache(maxsize=8192)
def _parsed(address: str) -> AddressText:
    return parse_address(address)


def blocking_keys(facts: PersonFacts) -> tuple[str, ...]:
    """Under which headings a record stands: only records that share one are ever compared.

    Whole name; day of birth with the end of the name or of the kana. A pair that shares none of them cannot
    reach ``LOWEST_ASKED``: without the birth it needs the name, without the name it needs the birth and
    either the given name or the sound of the kana.
    """
    return prepare(facts).headings


def _headings(born_on: date | None, name: str, kana: str, sound: str) -> tuple[str, ...]:
    keys = [f"n{name}"] if name else []
    if born_on is not None:
        born = born_on.isoformat()
        keys.append(f"b{born}{name[-1:]}")
        if kana:
            keys.append(f"c{born}{sound}")
    return tuple(keys)
