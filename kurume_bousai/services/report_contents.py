"""容量確認の報告の中身: from the answer to the figures a paper shows, reconciled before anything is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from kurume_bousai.domain.capacity_answer import (
    CapacityAnswer,
    ReconcileError,
    SiteCapacity,
    UnplacedNumber,
    reconcile,
)
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.placement import REASON_CAPACITY_UNKNOWN, SiteReason
from kurume_bousai.domain.shelters import Unlimited, Verification, WelfareShelter
from kurume_bousai.services.ports_reports import (
    CapacityReport,
    DistrictFigures,
    NeedFigures,
    SiteFigures,
    SourceNote,
    UnplacedFigures,
)


def capacity_report(answer: CapacityAnswer, sources: Sequence[SourceNote] = ()) -> CapacityReport:
    """Return the content of the capacity paper.

    Raises
    ------
    KnownProblem
        ``not_reconciled`` where a total differs from its rows (RULEBOOK §5): no paper is made of it.
    """
    _refuse_unreconciled(answer)
    conditions = answer.conditions
    names = {site.site_id: site.name for site in answer.by_site}
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
        by_site=tuple(_site(site) for site in answer.by_site),
        by_district=tuple(
            DistrictFigures(row.district_id, row.people, row.placed, row.unplaced)
            for row in answer.by_district
        ),
        unplaced=tuple(_unplaced(row) for row in answer.unplaced),
        off_list_people=answer.off_list.people,
        off_list_unplaced=answer.off_list.unplaced,
        unproven=tuple((phase.name, phase.gap) for phase in answer.phases if not phase.proven),
        opened=tuple(names[site_id] for site_id in answer.opened) if conditions.open_rate < 1 else (),
        homes_unknown=answer.homes_unknown,
        sources=tuple(sources),
    )


def _refuse_unreconciled(answer: CapacityAnswer) -> None:
    try:
        reconcile(answer)
    except ReconcileError as error:
        raise KnownProblem(
            "not_reconciled",
            "合計が内訳と合わないため、書類をつくりませんでした。",
            where=str(error),
            advice="もう一度計算し、それでも合わないときは管理者に知らせてください。",
        ) from None


def _site(site: SiteCapacity) -> SiteFigures:
    remarks = [site.refusal] if site.refusal is not None else []
    if site.floor is None and REASON_CAPACITY_UNKNOWN not in remarks:
        remarks.append(REASON_CAPACITY_UNKNOWN)
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
    )


def _unplaced(row: UnplacedNumber) -> UnplacedFigures:
    return UnplacedFigures(str(row.number), row.people, count_reasons(row.reasons))


def count_reasons(reasons: Iterable[SiteReason]) -> tuple[tuple[str, int], ...]:
    """Return (reason, number of sites), the most frequent first, then by code."""
    counts = Counter(reason.reason for reason in reasons)
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def source_notes(sites: Sequence[WelfareShelter], *, is_fictional: bool) -> tuple[SourceNote, ...]:
    """Return where the figures of the sites come from, each source with its latest 確認日."""
    if is_fictional:
        return (SourceNote("施設と人", "架空の市の見本データ"),)
    notes = []
    for source in dict.fromkeys(site.source or "出どころの記録なし" for site in sites):
        same = [site for site in sites if (site.source or "出どころの記録なし") == source]
        days = [site.verified_on for site in same if site.verified_on is not None]
        confirmed = sum(site.verification is Verification.CONFIRMED for site in same)
        what = f"福祉避難所 {len(same)}施設(うち確認済 {confirmed}施設)"
        notes.append(SourceNote(what, source, max(days) if days else None))
    return tuple(notes)
