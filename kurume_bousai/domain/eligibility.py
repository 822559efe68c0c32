"""対象者の要件: who belongs on the statutory list, as data with dates, never as code (RULES B, FEATURES A5).

A set of criteria is kept by the city; a person who meets one of them on a day is a 対象者. What the
extracts do not tell stays unknown: nobody is taken off a list because a field was empty.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from kurume_bousai.domain.dates import age_on
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.reasons import Reason

#: Why somebody meets no criterion or may not: not a criterion of the city, so it has a name of its own.
NOT_AT_HOME: Final = "not_at_home"
AT_FACILITY: Final = "at_facility"
#: Beside the criteria of somebody of whom nobody said whether they live at home.
HOME_UNKNOWN: Final = "home_unknown"
_LONGEST_WORDS: Final = 200
_MOST_CRITERIA: Final = 30


class Ground(StrEnum):
    """見るところ: what of a person's record a condition looks at."""

    CARE_LEVEL = "care_level"  # 要介護度
    PHYSICAL_GRADE = "physical_grade"  # 身体障害者手帳
    INTELLECTUAL_GRADE = "intellectual_grade"  # 療育手帳
    MENTAL_GRADE = "mental_grade"  # 精神障害者保健福祉手帳
    ELDERLY_HOUSEHOLD = "elderly_household"  # 高齢者のみの世帯
    LIVES_ALONE = "lives_alone"  # 単身
    DISEASE = "disease"  # 難病
    STATED = "stated"  # 市が認めた事由 (準じる人)


class HomeRule(StrEnum):
    """在宅のあつかい: what the set makes of where somebody lives. Nobody is ever guessed to be at home."""

    UNLESS_TOLD = "unless_told"  # 入所・入院 is out; 不明 counts, and how many is told
    MUST_BE_TOLD = "must_be_told"  # 入所・入院 is out; 不明 is for a person to look at
    NOT_ASKED = "not_asked"  # not a part of the criteria


class Verdict(StrEnum):
    """判定: met, not met, or not to be told from what is stored."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


class EligibilityChange(StrEnum):
    """前の判定からの変わり方."""

    JOINED = "joined"  # not judged before, meets a criterion
    BECAME = "became"  # judged before and did not meet one, now does
    STAYS = "stays"
    LEFT = "left"  # met one before, meets none now
    NEVER = "never"  # meets none and never did
    DOUBTFUL = "doubtful"  # cannot be told


class EligibilityDecision(StrEnum):
    """判断 about somebody who meets no criterion or cannot be told."""

    KEPT = "kept"  # 対象者として残す
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Condition:
    """条件: one look at the record. ``at_least``: 要介護 level or age; ``grades``: those that fit."""

    ground: Ground
    at_least: int | None = None
    grades: tuple[str, ...] = ()
    stated: Reason | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    """要件: all its conditions together, in force between two days (both included; None = open).

    ``is_unconfirmed``: the primary text was not read, so papers say 「要確認」 and never print it as law.
    """

    criterion_id: str
    words: str
    conditions: tuple[Condition, ...]
    reason: Reason
    valid_from: date | None = None
    valid_to: date | None = None
    is_unconfirmed: bool = True
    basis: str = ""

    def holds_on(self, day: date) -> bool:
        """True where the criterion is in force on that day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


@dataclass(frozen=True, slots=True)
class CriteriaSet:
    """要件の組: a person is a 対象者 where one of its criteria is met.

    ``adopted_from`` None = a sample the city does not use. On a day the set adopted last before it is used.
    """

    set_id: str
    name: str
    basis: str
    criteria: tuple[Criterion, ...]
    adopted_from: date | None = None
    version: int = 0  # 0 = as shipped
    home_rule: HomeRule = HomeRule.UNLESS_TOLD

    def on(self, day: date) -> tuple[Criterion, ...]:
        """The criteria in force on a day."""
        return tuple(one for one in self.criteria if one.holds_on(day))

    def words_of(self, criterion_id: str) -> str:
        """The words of a criterion, also one that is no longer in force; its id where it is gone."""
        return next((one.words for one in self.criteria if one.criterion_id == criterion_id), criterion_id)


@dataclass(frozen=True, slots=True)
class EligibilityFacts:
    """判定に使うこと of one person; texts as the offices wrote them.

    ``others_born_on``: the days of birth of the other people of the household who are on the list.
    ``household_size`` None = not known. ``is_at_facility``: the address is that of a facility.
    """

    member_id: MemberId
    born_on: date | None = field(repr=False)
    reasons: frozenset[Reason] = field(default_factory=frozenset, repr=False)
    care_level: str = field(default="", repr=False)
    physical_grade: str = field(default="", repr=False)
    intellectual_grade: str = field(default="", repr=False)
    mental_grade: str = field(default="", repr=False)
    disease: str = field(default="", repr=False)
    household_size: int | None = field(default=None, repr=False)
    others_born_on: tuple[date | None, ...] = field(default=(), repr=False)
    is_at_facility: bool = field(default=False, repr=False)
    is_at_home: bool | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Finding:
    """判定の結果: the verdict and the criteria behind it (those met, or those that cannot be told)."""

    verdict: Verdict
    criteria: tuple[str, ...] = ()


def judge(
    criteria: Iterable[Criterion],
    facts: EligibilityFacts,
    day: date,
    home_rule: HomeRule = HomeRule.UNLESS_TOLD,
) -> Finding:
    """Hold one person against the criteria in force on a day.

    One criterion met is enough. Where none is met and one cannot be told, the finding is unknown. Who does
    not live at home meets none; who is registered at the address of a facility is for a person to look at;
    of whom nobody said it, the finding says so (``HOME_UNKNOWN``) and the set's rule decides.
    """
    met: list[str] = []
    doubtful: list[str] = []
    for criterion in criteria:
        verdict = _all_of(meets(condition, facts, day) for condition in criterion.conditions)
        if verdict is Verdict.MET:
            met.append(criterion.criterion_id)
        elif verdict is Verdict.UNKNOWN:
            doubtful.append(criterion.criterion_id)
    if met:
        return _at_home(tuple(met), facts, home_rule)
    if facts.is_at_home is False and home_rule is not HomeRule.NOT_ASKED:
        return Finding(Verdict.NOT_MET, (NOT_AT_HOME,))
    return Finding(Verdict.UNKNOWN, tuple(doubtful)) if doubtful else Finding(Verdict.NOT_MET)


def _at_home(met: tuple[str, ...], facts: EligibilityFacts, home_rule: HomeRule) -> Finding:
    """The finding of somebody who meets criteria, by where they live."""
    if home_rule is HomeRule.NOT_ASKED or facts.is_at_home:
        return Finding(Verdict.MET, met)
    if facts.is_at_home is False:
        return Finding(Verdict.NOT_MET, (NOT_AT_HOME,))
    if facts.is_at_facility:
        return Finding(Verdict.UNKNOWN, (AT_FACILITY, *met))
    verdict = Verdict.UNKNOWN if home_rule is HomeRule.MUST_BE_TOLD else Verdict.MET
    return Finding(verdict, (*met, HOME_UNKNOWN))


def _all_of(verdicts: Iterable[Verdict]) -> Verdict:
    found = set(verdicts)
    if not found or Verdict.NOT_MET in found:
        return Verdict.NOT_MET
    return Verdict.UNKNOWN if Verdict.UNKNOWN in found else Verdict.MET


def meets(condition: Condition, facts: EligibilityFacts, day: date) -> Verdict:
    """Hold one person against one condition."""
    if condition.ground is Ground.CARE_LEVEL:
        return _care(facts.care_level, condition.at_least or 0)
    if condition.ground in _GRADES:
        return _grade(getattr(facts, condition.ground.value), condition.grades, condition.ground)
    if condition.ground is Ground.ELDERLY_HOUSEHOLD:
        return _elderly_household(facts, condition.at_least or 65, day)
    if condition.ground is Ground.LIVES_ALONE:
        return _alone(facts)
    if condition.ground is Ground.DISEASE:
        return _met(bool(facts.disease.strip()) or Reason.INTRACTABLE_DISEASE in facts.reasons)
    return _met(condition.stated is not None and condition.stated in facts.reasons)


_GRADES: Final = frozenset({Ground.PHYSICAL_GRADE, Ground.INTELLECTUAL_GRADE, Ground.MENTAL_GRADE})
_NO_GRADE: Final = frozenset({"", "なし", "無", "非該当", "0", "-"})
_CARE: Final = re.compile(r"(?:要介護)?([1-5])")
_LOW_CARE: Final = re.compile(r"要支援[12]?|自立|非該当|事業対象者|なし|無")
_LEVEL: Final = re.compile(r"(?:身障|身体|精神|手帳)?([1-7])級?")
_INTELLECTUAL: Final = re.compile(r"(?:療育)?([ABC])[1-3]?")


def _met(holds: bool) -> Verdict:  # noqa: FBT001 - the answer itself
    return Verdict.MET if holds else Verdict.NOT_MET


def _plain(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()


def _care(text: str, at_least: int) -> Verdict:
    plain = _plain(text)
    if not plain or _LOW_CARE.fullmatch(plain):
        return Verdict.NOT_MET
    found = _CARE.fullmatch(plain)
    return Verdict.UNKNOWN if found is None else _met(int(found[1]) >= at_least)


def _grade(text: str, grades: tuple[str, ...], ground: Ground) -> Verdict:
    plain = _plain(text)
    if plain in _NO_GRADE:
        return Verdict.NOT_MET
    pattern = _INTELLECTUAL if ground is Ground.INTELLECTUAL_GRADE else _LEVEL
    found = pattern.fullmatch(plain)
    return Verdict.UNKNOWN if found is None else _met(found[1] in grades)


def _elderly_household(facts: EligibilityFacts, age: int, day: date) -> Verdict:
    """All of the household have reached the age; those nobody knows of leave it open."""
    known = [born_on for born_on in (facts.born_on, *facts.others_born_on) if born_on is not None]
    if any(age_on(born_on, day) < age for born_on in known):
        return Verdict.NOT_MET
    if facts.born_on is not None and facts.household_size is not None and len(known) >= facts.household_size:
        return Verdict.MET
    # The 住基 office says so, and nothing that is stored speaks against it.
    return Verdict.MET if Reason.ELDERLY_HOUSEHOLD in facts.reasons else Verdict.UNKNOWN


def _alone(facts: EligibilityFacts) -> Verdict:
    if facts.others_born_on:
        return Verdict.NOT_MET
    return Verdict.UNKNOWN if facts.household_size is None else _met(facts.household_size == 1)


def change_of(before: Finding | None, after: Finding, *, was_ever_met: bool) -> EligibilityChange:
    """How a finding differs from the one before it; ``before`` None = not judged before."""
    if after.verdict is Verdict.UNKNOWN:
        return EligibilityChange.DOUBTFUL
    if after.verdict is Verdict.MET:
        if before is None:
            return EligibilityChange.JOINED
        return EligibilityChange.STAYS if before.verdict is Verdict.MET else EligibilityChange.BECAME
    return EligibilityChange.LEFT if was_ever_met else EligibilityChange.NEVER


def set_in_force(sets: Iterable[CriteriaSet], day: date) -> CriteriaSet | None:
    """The set adopted last on or before a day; None where the city has adopted none by then."""
    adopted = [one for one in sets if one.adopted_from is not None and one.adopted_from <= day]
    return max(adopted, key=lambda one: (one.adopted_from or date.min, one.set_id), default=None)


# -- keeping the criteria right ------------------------------------------------------------------


def check_set(one: CriteriaSet) -> None:
    """Refuse a set that could not be judged by.

    Raises
    ------
    KnownProblem
        ``criteria_invalid`` with what is wrong in Japanese.
    """
    _require(one.name.strip(), "名前", "要件の組の名前が入っていません。")
    _require(one.criteria, one.name, "要件が一つもありません。")
    _require(len(one.criteria) <= _MOST_CRITERIA, one.name, f"要件は{_MOST_CRITERIA}までです。")
    names = [criterion.criterion_id for criterion in one.criteria]
    _require(len(set(names)) == len(names), one.name, "同じ番号の要件が2つあります。")
    for criterion in one.criteria:
        _check(criterion)


def _check(criterion: Criterion) -> None:
    where = criterion.words or criterion.criterion_id
    _require(criterion.words.strip(), criterion.criterion_id, "要件の言葉が入っていません。")
    _require(
        len(criterion.words) <= _LONGEST_WORDS and len(criterion.basis) <= _LONGEST_WORDS,
        where,
        f"要件の言葉と根拠は{_LONGEST_WORDS}文字までです。",
    )
    _require(criterion.conditions, where, "条件が一つもありません。")
    starts, ends = criterion.valid_from, criterion.valid_to
    _require(starts is None or ends is None or starts <= ends, where, "終わりの日が、始まりの日より前です。")
    for condition in criterion.conditions:
        _require(_is_whole(condition), where, _NEEDS[condition.ground])


def _is_whole(condition: Condition) -> bool:
    at_least, grades = condition.at_least, condition.grades
    if condition.ground is Ground.CARE_LEVEL:
        return at_least is not None and 1 <= at_least <= 5
    if condition.ground is Ground.ELDERLY_HOUSEHOLD:
        return at_least is not None and 40 <= at_least <= 100
    if condition.ground is Ground.INTELLECTUAL_GRADE:
        return bool(grades) and set(grades) <= {"A", "B", "C"}
    if condition.ground in _GRADES:
        return bool(grades) and set(grades) <= set("1234567")
    return condition.ground is not Ground.STATED or condition.stated is not None


_NEEDS: Final[Mapping[Ground, str]] = {
    Ground.CARE_LEVEL: "要介護度は1から5までで決めてください。",
    Ground.PHYSICAL_GRADE: "身体障害者手帳の等級を1から7までで選んでください。",
    Ground.INTELLECTUAL_GRADE: "療育手帳の判定をA・B・Cから選んでください。",
    Ground.MENTAL_GRADE: "精神障害者保健福祉手帳の等級を選んでください。",
    Ground.ELDERLY_HOUSEHOLD: "年齢は40から100までで決めてください。",
    Ground.LIVES_ALONE: "",
    Ground.DISEASE: "",
    Ground.STATED: "市が認めた事由を選んでください。",
}


def _require(holds: object, where: str, message: str) -> None:
    if not holds:
        raise KnownProblem(
            "criteria_invalid", message, where=where, advice="直してから、もう一度保存してください。"
        )
