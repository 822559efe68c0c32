"""容量の書類をそろえる: everything a paper of one form says, collected once, for window and command.

The whole city is solved once, also for the paper by 校区. What is asked beside the answer (何があれば減るか,
fewer sites open, a saved scenario) is solved only where the form shows it or the person wants it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.capacity_answer import CapacityAnswer
from kurume_bousai.domain.capacity_compare import Comparison, compare
from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.capacity_help import HelpAnswer
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.improvements import Improvement
from kurume_bousai.domain.scenarios import SavedScenario
from kurume_bousai.services.capacity.asking import CapacityService
from kurume_bousai.services.capacity.figures import CapacityContent, CapacityForm
from kurume_bousai.services.capacity.plan_board import PlanBoards
from kurume_bousai.services.capacity.report_contents import CapacityExtras
from kurume_bousai.services.papers.rules import refuse_one_district
from kurume_bousai.services.ports.capacity import never_stop
from kurume_bousai.services.progress import Progress, no_progress
from kurume_bousai.services.reporting.service import ReportingService

_ANSWERING: Final = "入りきれるかを計算しています"
_LADDER: Final = "開く施設が減ったときを計算しています"
_HELPING: Final = "何があれば減るかを調べています"
_COMPARING: Final = "くらべる条件を計算しています"
_PLANS: Final = "計画の行先を足しています"


class ImprovementSearch(Protocol):
    """何があれば減るかを調べる人; ``CapacityHelp`` is one."""

    def improvements(
        self,
        answer: CapacityAnswer,
        *,
        tell: Callable[[int, int, Improvement | None], None],
        should_stop: Callable[[], bool],
    ) -> HelpAnswer:
        """Try changes of sites on an answer."""
        ...


@dataclass(frozen=True, slots=True)
class CapacityPaperOrder:
    """書類の注文. ``with_extras`` None = as the form has it: the one page has them, the others have not."""

    form: CapacityForm
    conditions: CapacityConditions
    with_extras: bool | None = None
    compared_with: SavedScenario | None = None

    @property
    def wants_extras(self) -> bool:
        """Whether the ladder and the improvements are asked for."""
        return self.form is CapacityForm.SUMMARY if self.with_extras is None else self.with_extras


@dataclass(frozen=True, slots=True)
class CapacityPapers:
    """容量の書類の用件 on one open database. ``search`` gives the search once it is needed."""

    capacity: CapacityService
    search: Callable[[], ImprovementSearch]
    reporting: ReportingService

    def collect(
        self,
        order: CapacityPaperOrder,
        tell: Progress = no_progress,
        should_stop: Callable[[], bool] = never_stop,
    ) -> CapacityContent:
        """Solve what the order needs and return the content.

        Raises
        ------
        KnownProblem
            ``one_district``, ``not_reconciled`` and those of the conditions.
        Cancelled
            ``should_stop`` turned true.
        """
        refuse_one_district(order.form, order.conditions)
        if order.form is CapacityForm.FULL:
            refuse_unseen_numbers(self.reporting.database.access, order.conditions)
        if order.form is CapacityForm.PLANS:
            tell(0, 0, _PLANS)
            boards = PlanBoards(self.reporting.database, self.reporting.clock)
            return self.reporting.plans_content(boards.read(order.conditions.staff))
        tell(0, 0, _ANSWERING)
        answer = self.capacity.answer(order.conditions, should_stop)
        extras = self._extras(order, answer, tell, should_stop)
        return self.reporting.capacity_form(order.form, answer, extras)

    def _extras(
        self,
        order: CapacityPaperOrder,
        answer: CapacityAnswer,
        tell: Progress,
        should_stop: Callable[[], bool],
    ) -> CapacityExtras:
        ladder: tuple[CapacityAnswer, ...] = ()
        found: HelpAnswer | None = None
        if order.wants_extras and order.form is not CapacityForm.DISTRICTS:
            ladder = self.capacity.ladder(
                order.conditions, tell=lambda done, total: tell(done, total, _LADDER), should_stop=should_stop
            )
            if answer.unplaced_people:
                found = self.search().improvements(
                    answer,
                    tell=lambda done, total, _one: tell(done, total, _HELPING),
                    should_stop=should_stop,
                )
        return CapacityExtras(found, ladder, self._compared(order, answer, tell, should_stop))

    def _compared(
        self,
        order: CapacityPaperOrder,
        answer: CapacityAnswer,
        tell: Progress,
        should_stop: Callable[[], bool],
    ) -> tuple[str, Comparison] | None:
        scenario = order.compared_with
        if scenario is None or order.form is not CapacityForm.FULL:
            return None
        tell(0, 0, _COMPARING)
        other = self.capacity.answer(scenario.conditions, should_stop)
        return scenario.name, compare(answer, other)


def refuse_unseen_numbers(access: Access, conditions: CapacityConditions) -> None:
    """Refuse the full paper, which lists people by number, to whom those people are not shown (RULEBOOK §1).

    Raises ``KnownProblem`` ``no_right``, and ``other_districts`` for somebody of certain 校区 who asks for
    more than one of them.
    """
    access.require(Right.SEE_PEOPLE)
    seen = access.visible_districts
    if seen is not None and conditions.district_id not in seen:
        raise KnownProblem(
            "other_districts",
            "くわしい報告には、入れない人の番号が載ります。担当の校区の分だけを出せます。",
            where="--district",
            advice="担当の校区を選ぶか、番号の載らない「1枚のまとめ」か「校区ごと」を選んでください。",
        )
