"""はじめから入っている要件の組: the city's of 2016, and the sample of the guideline. All marked 要確認.

Neither text was read in its primary form (RULES A, B), so nothing here is law: a clerk holds it against
the 実施要綱, mends it and takes the mark off.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from kurume_bousai.domain.eligibility import Condition, CriteriaSet, Criterion, Ground
from kurume_bousai.domain.reasons import Reason

_CITY_PAGE: Final = "市の説明(2016年1月時点)。いまの実施要綱で確かめる"
_SAMPLE: Final = "取組指針の例として紹介されているもの。原文で確かめる"


def _city(number: int, words: str, condition: Condition, reason: Reason) -> Criterion:
    return Criterion(f"kurume-{number}", words, (condition,), reason, basis=_CITY_PAGE)


def _guideline(number: int, words: str, reason: Reason, *conditions: Condition) -> Criterion:
    return Criterion(f"guideline-{number}", words, conditions, reason, basis=_SAMPLE)


_EQUIVALENT: Final = Condition(Ground.STATED, stated=Reason.EQUIVALENT)

KURUME_2016: Final = CriteriaSet(
    set_id="kurume",
    name="久留米市の要件",
    basis="2016年1月時点の市の説明による。入院・入所の人は含まない",
    criteria=(
        _city(
            1,
            "65歳以上の人だけの世帯",
            Condition(Ground.ELDERLY_HOUSEHOLD, at_least=65),
            Reason.ELDERLY_HOUSEHOLD,
        ),
        _city(2, "要介護3以上", Condition(Ground.CARE_LEVEL, at_least=3), Reason.CARE_LEVEL),
        _city(
            3,
            "身体障害者手帳 1級・2級",
            Condition(Ground.PHYSICAL_GRADE, grades=("1", "2")),
            Reason.PHYSICAL_CERTIFICATE,
        ),
        _city(
            4,
            "療育手帳 A",
            Condition(Ground.INTELLECTUAL_GRADE, grades=("A",)),
            Reason.INTELLECTUAL_CERTIFICATE,
        ),
        _city(
            5,
            "精神障害者保健福祉手帳 1級",
            Condition(Ground.MENTAL_GRADE, grades=("1",)),
            Reason.MENTAL_CERTIFICATE,
        ),
        _city(6, "これらに準じると市が認めた人", _EQUIVALENT, Reason.EQUIVALENT),
    ),
    adopted_from=date(2016, 1, 1),
)

GUIDELINE_SAMPLE: Final = CriteriaSet(
    set_id="guideline",
    name="取組指針の例",
    basis="取組指針の例。久留米市の決まりではない",
    criteria=(
        _guideline(1, "要介護3から5", Reason.CARE_LEVEL, Condition(Ground.CARE_LEVEL, at_least=3)),
        _guideline(
            2,
            "身体障害者手帳 1級・2級(心臓・じん臓だけの人は、人が見て外す)",
            Reason.PHYSICAL_CERTIFICATE,
            Condition(Ground.PHYSICAL_GRADE, grades=("1", "2")),
        ),
        _guideline(
            3,
            "療育手帳 A",
            Reason.INTELLECTUAL_CERTIFICATE,
            Condition(Ground.INTELLECTUAL_GRADE, grades=("A",)),
        ),
        _guideline(
            4,
            "精神障害者保健福祉手帳 1級・2級で、一人暮らし",
            Reason.MENTAL_CERTIFICATE,
            Condition(Ground.MENTAL_GRADE, grades=("1", "2")),
            Condition(Ground.LIVES_ALONE),
        ),
        _guideline(5, "難病の人", Reason.INTRACTABLE_DISEASE, Condition(Ground.DISEASE)),
        _guideline(6, "自治会などが必要と認めた人", Reason.EQUIVALENT, _EQUIVALENT),
    ),
)

#: What a city file has before a clerk saves a set.
SHIPPED_SETS: Final = (KURUME_2016, GUIDELINE_SAMPLE)
