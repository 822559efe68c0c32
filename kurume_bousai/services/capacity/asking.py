"""容量確認: can they fit? Demand, sites, placement and the answer that adds up (RULEBOOK §2–§5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from kurume_bousai.domain.capacity_answer import CapacityAnswer
from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.services.capacity.derivation import derive_answer, parties_left
from kurume_bousai.services.capacity.question import CapacityQuestion
from kurume_bousai.services.capacity.source import DatabaseCapacitySource, read_material
from kurume_bousai.services.ports.capacity import Allocator, CapacitySource, never_stop
from kurume_bousai.services.ports.sessions import CityDatabase

#: Opening rates of the exercise of X5: 能登 2024, 15 of 39 agreed sites open five weeks later.
LADDER_RATES = (Decimal(1), Decimal("0.6"), Decimal("0.4"), Decimal("0.2"))

#: ``tell(done, total)``: answers ready of those asked for.
LadderTell = Callable[[int, int], None]


def tell_nobody(_done: int, _total: int) -> None:
    """Report nothing."""


class CapacityService:
    """「入りきれますか」 on a city database."""

    def __init__(self, database: CityDatabase, allocator: Allocator) -> None:
        self._source = DatabaseCapacitySource(database)
        self._allocator = allocator

    def answer(
        self, conditions: CapacityConditions, should_stop: Callable[[], bool] = never_stop
    ) -> CapacityAnswer:
        """Solve and reconcile; see ``answer_capacity``."""
        return answer_capacity(self._source, self._allocator, conditions, should_stop)

    def ladder(
        self,
        conditions: CapacityConditions,
        rates: Sequence[Decimal] = LADDER_RATES,
        tell: LadderTell = tell_nobody,
        should_stop: Callable[[], bool] = never_stop,
    ) -> tuple[CapacityAnswer, ...]:
        """Answer the same question at several opening rates; see ``answer_ladder``."""
        return answer_ladder(self._source, self._allocator, conditions, rates, tell, should_stop)


def answer_capacity(
    source: CapacitySource,
    allocator: Allocator,
    conditions: CapacityConditions,
    should_stop: Callable[[], bool] = never_stop,
) -> CapacityAnswer:
    """Place the demand at the sites in use and derive every figure from the placement.

    Where time runs out the answer has the status ``time_limit`` and each phase its value, bound and gap;
    to go on, ask again with a longer limit. Raises ``KnownProblem`` for conditions that cannot be computed
    with, ``Cancelled`` when stopped.
    """
    question = CapacityQuestion(source, conditions)
    placement = allocator.place(question.parties, question.placement_sites, question.options, should_stop)
    distances_m = allocator.distances_m(parties_left(question, placement), question.placement_sites)
    return derive_answer(question, placement, distances_m)


def answer_ladder(
    source: CapacitySource,
    allocator: Allocator,
    conditions: CapacityConditions,
    rates: Sequence[Decimal] = LADDER_RATES,
    tell: LadderTell = tell_nobody,
    should_stop: Callable[[], bool] = never_stop,
) -> tuple[CapacityAnswer, ...]:
    """Answer at each opening rate, in the order given, on one reading of the city.

    Each answer has the time limit of the conditions. Raises as ``answer_capacity``.
    """
    material = read_material(source)
    answers: list[CapacityAnswer] = []
    for rate in rates:
        tell(len(answers), len(rates))
        asked = replace(conditions, open_rate=rate)
        answers.append(answer_capacity(material, allocator, asked, should_stop))
    tell(len(answers), len(rates))
    return tuple(answers)
