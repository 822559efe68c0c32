"""容量の書類の中身: from answers to the figures a paper shows, reconciled before anything is made."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from kurume_bousai.domain.capacity_answer import (
    CapacityAnswer,
    ReconcileError,
    SiteCapacity,
    UnplacedNumber,
    reconcile,
)
from kurume_bousai.domain.capacity_compare import Comparison
from kurume_bousai.domain.capacity_help import HelpAnswer
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.placement import (
    PHASE_COST,
    REASON_CAPACITY_UNKNOWN,
    REASON_CATEGORY_UNKNOWN,
    PlacementStatus,
    SiteReason,
)
from kurume_bousai.domain.shelters import Unlimited, WelfareShelter
from kurume_bousai.domain.site_record import FigureSource, SiteFigure
from kurume_bousai.services.capacity.figures import (
    CapacityReport,
    ComparisonFigures,
    DistrictFigures,
    FlowFigures,
    ImprovementFigures,
    LadderFigures,
    NeedFigures,
    PairFigures,
    PhaseFigures,
    QuestionFigures,
    RoomFigures,
    SiteFigures,
    SourceNote,
    UnplacedFigures,
)
from kurume_bousai.services.shelters.questions import open_questions

#: The figures of a site that decide who gets in.
DECIDING_FIGURES: Final = (SiteFigure.ROOMS, SiteFigure.STAFF, SiteFigure.ACCEPTS, SiteFigure.NEEDS)


@dataclass(frozen=True, slots=True)
class CapacityExtras:
    """報告に添えるもの, each asked for on its own: help None and ladder () = not asked.

    ``compared``: the name of a saved scenario and this answer (a) beside its answer (b).
    """

    help: HelpAnswer | None = None
    ladder: tuple[CapacityAnswer, ...] = ()
    compared: tuple[str, Comparison] | None = None


def capacity_report(
    answer: CapacityAnswer,
    sites: Sequence[WelfareShelter] = (),
    *,
    sources: Sequence[SourceNote] = (),
    questions: Sequence[QuestionFigures] = (),
    extras: CapacityExtras | None = None,
) -> CapacityReport:
    """Return the content of the capacity papers.

    Raises
    ------
    KnownProblem
        ``not_reconciled`` where a total differs from its rows (RULEBOOK §5): no paper is made of it.
    """
    extras = extras or CapacityExtras()
    for one in (answer, *extras.ladder):
        _refuse_unreconciled(one)
    _refuse_other_question(answer, extras)
    conditions = answer.conditions
    names = {site.site_id: site.name for site in answer.by_site}
    records = {site.site_id: site for site in sites}
    help_answer = extras.help
    chosen = conditions.open_rate < 1 or conditions.open_at_most is not None
    return CapacityReport(
        conditions=conditions,
        status=answer.status.value,
        demand_people=answer.demand_people,
        demand_parties=answer.demand_parties,
        floor_places=answer.floor_places,
        usable_places=answer.usable_places,
        placed_people=answer.placed_people,
        unplaced_people=answer.unplaced_people,
        free_places=answer.free_places,
        by_need=tuple(
            NeedFigures(
                need,
                row.parties,
                row.placed,
                row.unplaced,
                None if isinstance(row.capacity, Unlimited) else row.capacity,
            )
            for need, row in answer.by_need.items()
        ),
        by_site=tuple(_site(site, records.get(site.site_id)) for site in answer.by_site),
        by_district=tuple(
            DistrictFigures(row.district_id, row.people, row.placed, row.unplaced)
            for row in answer.by_district
        ),
        unplaced=tuple(_unplaced(row) for row in answer.unplaced),
        off_list_people=answer.off_list.people,
        off_list_unplaced=answer.off_list.unplaced,
        phases=tuple(
            PhaseFigures(phase.name, phase.value, phase.bound, phase.proven) for phase in answer.phases
        ),
        opened=tuple(names[site_id] for site_id in answer.opened) if chosen else (),
        homes_unknown=answer.homes_unknown,
        sources=tuple(sources),
        flows=tuple(FlowFigures(flow.district_id, flow.site_id, flow.people) for flow in answer.flows),
        improvements=None if help_answer is None else _improvements(help_answer),
        is_help_complete=help_answer is None or help_answer.complete,
        ladder=tuple(_ladder(one) for one in extras.ladder),
        comparison=None if extras.compared is None else _comparison(*extras.compared),
        questions=tuple(questions),
    )


def _refuse_unreconciled(answer: CapacityAnswer) -> None:
    try:
        reconcile(answer)
    except ReconcileError as error:
        raise _not_reconciled(str(error)) from None


def _refuse_other_question(answer: CapacityAnswer, extras: CapacityExtras) -> None:
    """Refuse help that starts from another number of people left out; two unproven answers may differ."""
    found = extras.help
    if found is None or not found.proven or answer.status is PlacementStatus.TIME_LIMIT:
        return
    is_whole_city = answer.conditions.district_id is None or answer.conditions.alone
    if is_whole_city and found.unplaced_people != answer.unplaced_people:
        raise _not_reconciled(f"help starts from {found.unplaced_people}")


def _not_reconciled(where: str) -> KnownProblem:
    return KnownProblem(
        "not_reconciled",
        "合計が内訳と合わないため、書類をつくりませんでした。",
        where=where,
        advice="もう一度計算し、それでも合わないときは管理者に知らせてください。",
    )


def _site(site: SiteCapacity, record: WelfareShelter | None) -> SiteFigures:
    remarks = [site.refusal] if site.refusal is not None else []
    if site.floor is None and REASON_CAPACITY_UNKNOWN not in remarks:
        remarks.append(REASON_CAPACITY_UNKNOWN)
    if record is not None and record.accepts is None:
        remarks.append(REASON_CATEGORY_UNKNOWN)
    rooms = () if record is None else record.rooms
    return SiteFigures(
        site_id=site.site_id,
        name=site.name,
        floor=site.floor,
        usable=site.usable,
        placed=site.placed,
        free=site.free,
        placed_all=site.placed_all,
        is_power_first=site.is_power_first,
        is_fitness_unconfirmed=site.is_fitness_unconfirmed,
        is_staff_unknown=site.is_staff_unknown,
        is_blocked=site.refusal is None and site.floor is not None and site.usable == 0,
        remarks=tuple(remarks),
        rate_m2=site.rate_m2,
        blocked=site.blocked,
        staff=site.staff,
        staff_limit=site.staff_limit,
        is_used=site.refusal is None,
        rooms=tuple(RoomFigures(room.name, room.floor_m2) for room in rooms),
    )


def _unplaced(row: UnplacedNumber) -> UnplacedFigures:
    changes = () if row.nearest is None else row.nearest.changes
    return UnplacedFigures(str(row.number), row.people, count_reasons(row.reasons), changes)


def count_reasons(reasons: Iterable[SiteReason]) -> tuple[tuple[str, int], ...]:
    """Return (reason, number of sites), the most frequent first, then by code."""
    counts = Counter(reason.reason for reason in reasons)
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _improvements(found: HelpAnswer) -> tuple[ImprovementFigures, ...]:
    """Each change once, as it stands first."""
    first = {one.change: one for one in reversed(found.improvements)}
    return tuple(
        ImprovementFigures(one.change, one.unplaced_before, one.unplaced_after, one.proven)
        for one in found.improvements
        if first[one.change] is one
    )


def _ladder(answer: CapacityAnswer) -> LadderFigures:
    return LadderFigures(
        open_rate=answer.conditions.open_rate,
        open_sites=sum(not site.is_power_first and site.refusal is None for site in answer.by_site),
        demand=answer.demand_people,
        placed=answer.placed_people,
        unplaced=answer.unplaced_people,
        is_proven=answer.status is not PlacementStatus.TIME_LIMIT,
    )


def _comparison(name: str, found: Comparison) -> ComparisonFigures:
    sites = (
        (pair.name, pair.a.usable if pair.a else 0, pair.b.usable if pair.b else 0) for pair in found.by_site
    )
    return ComparisonFigures(
        name=name,
        conditions=found.b.conditions,
        totals=tuple(PairFigures(pair.name, pair.a, pair.b) for pair in found.totals),
        sites=tuple(row for row in sites if row[1] != row[2]),
    )


def source_notes(sites: Sequence[WelfareShelter], *, is_fictional: bool) -> tuple[SourceNote, ...]:
    """Return where the figures that decide come from: each source with the range of its 確認日.

    The last note counts the sites where one of these figures has never been confirmed.
    """
    found: dict[str, dict[SiteId, list[date | None]]] = {}
    for site in sites:
        for figure in DECIDING_FIGURES:
            said = site.source_of(figure)
            by_site = found.setdefault(said.source or "出どころの記録なし", {})
            by_site.setdefault(site.site_id, []).append(said.confirmed_on)
    notes = [SourceNote("施設と人", "架空の市の見本データ")] if is_fictional else []
    for source, by_site in found.items():
        days = sorted(day for said_days in by_site.values() for day in said_days if day is not None)
        notes.append(
            SourceNote(
                f"福祉避難所 {len(by_site)}施設の床面積・職員・受入対象・枠",
                source,
                days[-1] if days else None,
                days[0] if days else None,
            )
        )
    unconfirmed = sum(any(said.confirmed_on is None for said in _deciding(site)) for site in sites)
    if unconfirmed:
        notes.append(SourceNote("確認日のない数がある施設", f"{unconfirmed}施設"))
    return tuple(notes)


def question_figures(sites: Sequence[WelfareShelter], today: date) -> tuple[QuestionFigures, ...]:
    """Return the sites somebody has to ask, those that take nobody until then first."""
    found = [QuestionFigures(site.name, open_questions(site, today)) for site in sites]
    asked = [one for one in found if one.questions]
    return tuple(sorted(asked, key=lambda one: not any(question.is_blocking for question in one.questions)))


def _deciding(site: WelfareShelter) -> Iterable[FigureSource]:
    return (site.source_of(figure) for figure in DECIDING_FIGURES)


def best_improvements(report: CapacityReport, most: int) -> tuple[ImprovementFigures, ...]:
    """Return the improvements that bring something, best first."""
    found = [one for one in report.improvements or () if one.unplaced_after < one.unplaced_before]
    return tuple(sorted(found, key=lambda one: one.unplaced_after)[:most])


def unproven_range(phase: PhaseFigures) -> tuple[int, int] | None:
    """Return from–to of a phase that was not proven, in people; None for the distance."""
    if phase.name == PHASE_COST:
        return None
    return max(0, math.ceil(phase.bound - 1e-6)), round(phase.value)


def site_rates(report: CapacityReport) -> Mapping[Decimal, tuple[str, ...]]:
    """Return the sites whose rate is not the question's, by rate."""
    own: dict[Decimal, tuple[str, ...]] = {}
    for site in report.by_site:
        if site.rate_m2 != report.conditions.rate_m2:
            own[site.rate_m2] = (*own.get(site.rate_m2, ()), site.name)
    return own
