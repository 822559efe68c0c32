"""要件の組を直す (FEATURES A5): add, end and take out criteria; every change is a new version, audited."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Final

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.criteria_editing import (
    added,
    ended,
    next_criterion_id,
    taken_out,
    used_problem,
)
from kurume_bousai.domain.eligibility import CriteriaSet, Criterion, check_set
from kurume_bousai.domain.eligibility_sets import SHIPPED_SETS
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession, WriteSession

_TOPICS: Final = frozenset({Topic.ELIGIBILITY})


class CriteriaService:
    """要件を直す用件 on one open database. Reading needs ``SEE_COUNTS``, changing ``KEEP_CITY_RULES``."""

    def __init__(self, database: CityDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def used(self, set_id: str) -> frozenset[str]:
        """The criteria somebody was judged by: they can be ended, never taken out."""
        self._database.access.require(Right.SEE_COUNTS)
        with self._database.reading() as session:
            return used_criteria(session, set_id)

    def add(self, set_id: str, criterion: Criterion) -> Outcome[CriteriaSet]:
        """Add a criterion; its id is given here.

        Raises
        ------
        KnownProblem
            ``no_right``, ``criteria_unknown``, ``criteria_invalid``.
        """

        def change(session: ReadSession, standing: CriteriaSet) -> CriteriaSet:
            known = {one for each in _versions(session, set_id) for one in _ids(each)}
            return added(standing, replace(criterion, criterion_id=next_criterion_id(set_id, known)))

        return self._change(set_id, change)

    def end(self, set_id: str, criterion_id: str, last_day: date) -> Outcome[CriteriaSet]:
        """End a criterion with a day (its last).

        Raises
        ------
        KnownProblem
            ``no_right``, ``criteria_unknown``, ``criterion_unknown``, ``criteria_invalid``.
        """
        return self._change(set_id, lambda _session, standing: ended(standing, criterion_id, last_day))

    def delete(self, set_id: str, criterion_id: str) -> Outcome[CriteriaSet]:
        """Take out a criterion no run ever used; older versions keep it.

        Raises
        ------
        KnownProblem
            those of ``end``, and ``criterion_used``.
        """
        return self._change(
            set_id,
            lambda session, standing: taken_out(standing, criterion_id, used_criteria(session, set_id)),
        )

    def save(self, wanted: CriteriaSet) -> Outcome[CriteriaSet]:
        """Keep a new version of a whole set; older ones stay.

        Raises
        ------
        KnownProblem
            ``no_right``, ``criteria_invalid``, ``criterion_used`` where one that was used is missing.
        """
        self._database.access.require(Right.KEEP_CITY_RULES)
        check_set(wanted)
        with self._database.writing() as session:
            standing = next((one for one in session.eligibility.sets() if one.set_id == wanted.set_id), None)
            if standing is not None:
                if replace(wanted, version=standing.version) == standing:
                    return Outcome(standing)
                _refuse_missing(session, standing, wanted)
            return self._keep(session, wanted)

    def _change(
        self, set_id: str, change: Callable[[ReadSession, CriteriaSet], CriteriaSet]
    ) -> Outcome[CriteriaSet]:
        self._database.access.require(Right.KEEP_CITY_RULES)
        with self._database.writing() as session:
            standing = next((one for one in session.eligibility.sets() if one.set_id == set_id), None)
            if standing is None:
                raise unknown_set(set_id)
            wanted = change(session, standing)
            check_set(wanted)
            return Outcome(standing) if wanted == standing else self._keep(session, wanted)

    def _keep(self, session: WriteSession, wanted: CriteriaSet) -> Outcome[CriteriaSet]:
        kept = session.eligibility.save_set(self._database.access, wanted, at=self._clock.now())
        return Outcome(kept, _TOPICS)


def used_criteria(session: ReadSession, set_id: str) -> frozenset[str]:
    """The criteria of the versions that runs were made with."""
    versions = {run.set_version for run in session.eligibility.runs() if run.set_id == set_id}
    return frozenset(
        one for each in _versions(session, set_id) if each.version in versions for one in _ids(each)
    )


def unknown_set(set_id: str) -> KnownProblem:
    """What is said of a set that is not there."""
    return KnownProblem(
        "criteria_unknown",
        "その要件の組がありません。",
        where=set_id,
        advice="一覧にある組を選んでください。",
    )


def _versions(session: ReadSession, set_id: str) -> list[CriteriaSet]:
    shipped = [one for one in SHIPPED_SETS if one.set_id == set_id]
    return [*shipped, *(one for one, _at, _by in session.eligibility.versions(set_id))]


def _ids(criteria: CriteriaSet) -> list[str]:
    return [one.criterion_id for one in criteria.criteria]


def _refuse_missing(session: ReadSession, standing: CriteriaSet, wanted: CriteriaSet) -> None:
    missing = used_criteria(session, wanted.set_id) & set(_ids(standing)) - set(_ids(wanted))
    if missing:
        raise used_problem("、".join(standing.words_of(one) for one in sorted(missing)))
