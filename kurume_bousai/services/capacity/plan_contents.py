"""計画と定員の突合 (B7): from the board of plans to the figures of its paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kurume_bousai.domain.decided import NeedBalance
from kurume_bousai.domain.members import Need
from kurume_bousai.domain.shelters import Unlimited
from kurume_bousai.services.capacity.figures import PlanNeedFigures, PlanSiteFigures, PlansReport, SourceNote
from kurume_bousai.services.capacity.plan_board import BoardSite, SiteBoard


def plans_report(board: SiteBoard, as_of: date, sources: Sequence[SourceNote] = ()) -> PlansReport:
    """Return the content of the paper; what people chose is summed and never netted between sites."""
    settings = board.rule.settings
    return PlansReport(
        sites=tuple(_site(one) for one in board.sites),
        undecided_people=board.undecided_people,
        rate_m2=settings.rate_m2,
        places_per_staff=settings.places_per_staff,
        shift=board.rule.shift,
        as_of=as_of,
        sources=tuple(sources),
    )


def _site(one: BoardSite) -> PlanSiteFigures:
    by_need = one.decided.by_need
    return PlanSiteFigures(
        name=one.site.name,
        floor=one.floor,
        blocked=one.site.blocked_places,
        staff_limit=one.staff_limit,
        usable=one.usable,
        assigned=one.assigned,
        rate_m2=one.rate_m2,
        is_power_first=one.site.is_power_first,
        needs=tuple(_need(need, by_need[need]) for need in Need if need in by_need),
    )


def _need(need: Need, row: NeedBalance) -> PlanNeedFigures:
    units = None if isinstance(row.capacity, Unlimited) else row.capacity
    return PlanNeedFigures(need, units, row.assigned, is_unknown=row.capacity is None)
