"""紙の並べ方の決めごと ⚙: one fact of the file, changed with an audit (``Right.KEEP_CITY_RULES``)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.paper_order import PaperOrder, in_paper_order
from kurume_bousai.domain.roster_columns import RosterColumn
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession

FACT_PAPER_ORDER: Final = "paper_order:1"


def paper_order_of(session: ReadSession) -> PaperOrder:
    """How the city orders its papers; a value of a newer program reads as the usual order."""
    kept = session.fact(FACT_PAPER_ORDER)
    return next((order for order in PaperOrder if order.value == kept), PaperOrder.KANA)


def ordered_for_paper(
    session: ReadSession, members: Iterable[RosterMember], columns: Collection[RosterColumn]
) -> tuple[RosterMember, ...]:
    """The people as they stand on a paper with these columns."""
    return in_paper_order(
        members,
        paper_order_of(session),
        districts={one.district_id: one.order for one in session.districts.all()},
        by_neighborhood=RosterColumn.NEIGHBORHOOD in columns,
    )


class PaperOrderService:
    """並べ方を変える人 on one open database."""

    def __init__(self, database: CityDatabase) -> None:
        self._database = database

    @property
    def may_change(self) -> bool:
        """True for a clerk and an administrator."""
        return self._database.access.has(Right.KEEP_CITY_RULES)

    def read(self) -> PaperOrder:
        """What holds."""
        with self._database.reading() as session:
            return paper_order_of(session)

    def save(self, before: PaperOrder, after: PaperOrder) -> Outcome[PaperOrder]:
        """Keep another order; ``before`` is what the screen showed.

        Raises
        ------
        KnownProblem
            ``no_right``, ``changed_meanwhile``.
        """
        access = self._database.access
        access.require(Right.KEEP_CITY_RULES)
        with self._database.writing() as session:
            if paper_order_of(session) is not before:
                raise KnownProblem(
                    "changed_meanwhile",
                    "開いている間に、ほかの人が書類の並べ方を変えました。",
                    advice="画面を開き直して、いまの並べ方を確かめてください。",
                )
            if after is not before:
                session.set_fact(FACT_PAPER_ORDER, after.value)
                told = {"before": before.value, "after": after.value}
                session.audit.record(access, "paper_order_saved", [], told)
        return Outcome(after, frozenset({Topic.CITY_SETTINGS}))
