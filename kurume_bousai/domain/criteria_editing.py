"""要件を足す・終える・消す: what may happen to a criterion, so that earlier judgements stay readable.

A criterion somebody was judged by is ended with a day and stays in its set; only one no run ever used can be
taken out. Its number is never given again.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from kurume_bousai.domain.eligibility import CriteriaSet, Criterion, Ground
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.reasons import Reason

#: The 事由 that goes with what a criterion looks at first.
REASON_OF: Final[Mapping[Ground, Reason]] = {
    Ground.CARE_LEVEL: Reason.CARE_LEVEL,
    Ground.PHYSICAL_GRADE: Reason.PHYSICAL_CERTIFICATE,
    Ground.INTELLECTUAL_GRADE: Reason.INTELLECTUAL_CERTIFICATE,
    Ground.MENTAL_GRADE: Reason.MENTAL_CERTIFICATE,
    Ground.ELDERLY_HOUSEHOLD: Reason.ELDERLY_HOUSEHOLD,
    Ground.LIVES_ALONE: Reason.EQUIVALENT,
    Ground.DISEASE: Reason.INTRACTABLE_DISEASE,
    Ground.STATED: Reason.EQUIVALENT,
}
_NUMBER: Final = re.compile(r"(\d+)$")


def next_criterion_id(set_id: str, known: Iterable[str]) -> str:
    """An id no criterion of any version of the set ever had."""
    numbers = [int(found[1]) for one in known if (found := _NUMBER.search(one)) is not None]
    return f"{set_id}-{max(numbers, default=0) + 1}"


def added(criteria: CriteriaSet, criterion: Criterion) -> CriteriaSet:
    """The set with one criterion more, after the others."""
    return replace(criteria, criteria=(*criteria.criteria, criterion))


def ended(criteria: CriteriaSet, criterion_id: str, last_day: date) -> CriteriaSet:
    """The set with a criterion that is in force up to a day, that day included.

    Raises
    ------
    KnownProblem
        ``criterion_unknown``, ``criteria_invalid`` where it would end before it begins.
    """
    criterion = _known(criteria, criterion_id)
    if criterion.valid_from is not None and last_day < criterion.valid_from:
        raise KnownProblem(
            "criteria_invalid",
            "終わりの日が、始まりの日より前です。",
            where=criterion.words,
            advice="始まりの日より後の日を入れてください。",
        )
    return _with(criteria, replace(criterion, valid_to=last_day))


def taken_out(criteria: CriteriaSet, criterion_id: str, used: Collection[str]) -> CriteriaSet:
    """The set without a criterion nobody was ever judged by.

    Raises
    ------
    KnownProblem
        ``criterion_unknown``, ``criterion_used``, ``criteria_invalid`` for the last one of a set.
    """
    criterion = _known(criteria, criterion_id)
    if criterion_id in used:
        raise used_problem(criterion.words)
    if len(criteria.criteria) == 1:
        raise KnownProblem(
            "criteria_invalid",
            "組のただ一つの要件は消せません。",
            where=criterion.words,
            advice="先に、ほかの要件を足してください。",
        )
    kept = tuple(one for one in criteria.criteria if one.criterion_id != criterion_id)
    return replace(criteria, criteria=kept)


def used_problem(words: str) -> KnownProblem:
    """What is said of a criterion that has to stay."""
    return KnownProblem(
        "criterion_used",
        "この要件では、もう判定をしています。消すと、前の判定のわけがわからなくなります。",
        where=words,
        advice="「終える」で、終わりの日を入れてください。その日のあとは使われません。",
    )


def difference(before: CriteriaSet | None, after: CriteriaSet) -> dict[str, list[str]]:
    """Ids of the criteria that came, changed and went: what the audit keeps beside a new version."""
    old = {one.criterion_id: one for one in before.criteria} if before is not None else {}
    new = {one.criterion_id: one for one in after.criteria}
    return {
        "added": [one for one in new if one not in old],
        "changed": [one for one, criterion in new.items() if one in old and old[one] != criterion],
        "removed": [one for one in old if one not in new],
    }


def _known(criteria: CriteriaSet, criterion_id: str) -> Criterion:
    found = next((one for one in criteria.criteria if one.criterion_id == criterion_id), None)
    if found is None:
        raise KnownProblem(
            "criterion_unknown",
            "その要件がありません。",
            where=criterion_id,
            advice="一覧にある要件を選んでください。",
        )
    return found


def _with(criteria: CriteriaSet, criterion: Criterion) -> CriteriaSet:
    kept = tuple(
        criterion if one.criterion_id == criterion.criterion_id else one for one in criteria.criteria
    )
    return replace(criteria, criteria=kept)
