"""架空の人の状態: age, sex, reasons, grades and needs of one kind of person, consistent with each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Final

from kurume_bousai.domain.members import AdmissionCategory, Need, Reason, Sex
from kurume_bousai.services.fictional.draw import Lottery
from kurume_bousai.services.fictional.profile import PersonKind

ELDERLY_FROM: Final = 65
_BATTERY_HOURS: Final = (None, 2.0, 4.0, 6.0, 8.0, 12.0)
#: Screening (RULES C): 2 needs everything done, 3 needs some help, 4 can manage.
_FULL_HELP: Final = frozenset({Need.POWER, Need.STRETCHER})
_SOME_HELP: Final = frozenset({Need.WHEELCHAIR, Need.PRIVATE_ROOM, Need.CARE, Need.INFANT})
#: Without any of these a person can use an ordinary shelter more easily.


@dataclass(frozen=True, slots=True)
class Condition:
    """状態 of one fictional person; ``age`` in full years on the profile's base date."""

    age: int = field(repr=False)
    born_on: date = field(repr=False)
    sex: Sex = field(repr=False)
    reasons: frozenset[Reason] = field(repr=False)
    categories: frozenset[AdmissionCategory] = field(repr=False)
    needs: frozenset[Need] = field(repr=False)
    power_hours: float | None = field(repr=False)
    care_level: str = field(repr=False)
    physical_grade: str = field(repr=False)
    intellectual_grade: str = field(repr=False)
    mental_grade: str = field(repr=False)
    disease: str = field(repr=False)


def draw_condition(rng: Random, kind: PersonKind, base_date: date) -> Condition:
    """Return the state of one person of a kind."""
    youngest, oldest = kind.ages
    age = min(oldest, int(rng.triangular(youngest, oldest + 1, kind.typical_age)))
    needs = _draw_needs(rng, kind)
    reasons, categories = kind.reasons, kind.categories
    if age >= ELDERLY_FROM and rng.random() < kind.elderly_household:
        reasons |= {Reason.ELDERLY_HOUSEHOLD}
    if age >= ELDERLY_FROM and AdmissionCategory.PHYSICAL in categories:
        categories |= {AdmissionCategory.ELDERLY}
    return Condition(
        age=age,
        born_on=_birthday(rng, age, base_date),
        sex=_draw_sex(rng, age),
        reasons=reasons,
        categories=categories,
        needs=needs,
        power_hours=rng.choice(_BATTERY_HOURS) if Need.POWER in needs else None,
        care_level=_maybe(rng, kind.care_levels),
        physical_grade=_maybe(rng, kind.physical_grades),
        intellectual_grade=_maybe(rng, kind.intellectual_grades),
        mental_grade=_maybe(rng, kind.mental_grades),
        disease=_maybe(rng, kind.diseases),
    )


def screening_class(rng: Random, needs: frozenset[Need]) -> int:
    """Return 区分 1–4 as a nurse might find it; a few need a hospital first."""
    if needs & _FULL_HELP:
        return 1 if rng.random() < 0.08 else 2
    if needs & _SOME_HELP:
        return 2 if Need.CARE in needs and rng.random() < 0.3 else 3
    return 1 if rng.random() < 0.01 else 4


def _draw_needs(rng: Random, kind: PersonKind) -> frozenset[Need]:
    needs = {need for need, share in kind.needs if rng.random() < share}
    if Need.STRETCHER in needs:
        needs.discard(Need.WHEELCHAIR)  # who lies down does not use a wheelchair
    return frozenset(needs)


def _draw_sex(rng: Random, age: int) -> Sex:
    if rng.random() < 0.002:
        return Sex.UNKNOWN
    share_of_women = 0.66 if age >= 80 else 0.52
    return Sex.FEMALE if rng.random() < share_of_women else Sex.MALE


def _birthday(rng: Random, age: int, base_date: date) -> date:
    """Return a day on which the age fits; ages count in full years."""
    latest = date(base_date.year - age, base_date.month, 1)
    return latest - timedelta(days=rng.randint(0, 363))


def _maybe(rng: Random, lottery: Lottery[str] | None) -> str:
    return lottery.draw(rng) if lottery else ""
