"""From what a report says (values of the domain) to the paper people read."""

from __future__ import annotations

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.reports.capacity_context import capacity_paper
from kurume_bousai.reports.exercise_context import exercise_paper
from kurume_bousai.reports.named_context import exercise_sheet, roster_paper
from kurume_bousai.reports.paper import Paper, sum_faults, tables_of
from kurume_bousai.services.ports_reports import (
    CapacityReport,
    CopyMark,
    ExerciseReport,
    PaperStamp,
    ReportContent,
    RosterReport,
)


def make_paper(content: ReportContent, stamp: PaperStamp, copy: CopyMark | None) -> Paper:
    """Return the paper; named content needs its copy mark.

    Raises
    ------
    KnownProblem
        ``not_reconciled`` where a printed total is not the sum of its printed rows (RULEBOOK §5).
    """
    paper = _paper_of(content, stamp, copy)
    faults = _headline_faults(content) if isinstance(content, CapacityReport) else []
    faults += [f"{table.heading}: {column}" for table in tables_of(paper) for column in sum_faults(table)]
    if faults:
        raise KnownProblem(
            "not_reconciled",
            "表の合計が行の和と合わないため、書類をつくりませんでした。",
            where="、".join(faults),
            advice="もう一度計算し、それでも合わないときは管理者に知らせてください。",
        )
    return paper


def _headline_faults(report: CapacityReport) -> list[str]:
    """Return which of the headline figures are not the sums of what stands under them."""
    sites, districts = report.by_site, report.by_district
    unplaced = sum(row.people or 0 for row in report.unplaced) + report.off_list_unplaced
    sums = (
        ("行く人", report.demand_people, report.placed_people + report.unplaced_people),
        ("行く人(校区)", report.demand_people, sum(row.people for row in districts)),
        ("入れる人(校区)", report.placed_people, sum(row.placed for row in districts)),
        ("入れない人(校区)", report.unplaced_people, sum(row.unplaced for row in districts)),
        ("入れる人(施設)", report.placed_people, sum(site.placed for site in sites)),
        ("入れない人(番号)", report.unplaced_people, unplaced),
        ("使える人数", report.usable_places, sum(site.usable for site in sites)),
        ("空き", report.free_places, sum(site.free for site in sites)),
        (
            "床面積による人数",
            report.floor_places,
            sum(site.floor or 0 for site in sites if not site.is_power_first),
        ),
    )
    return [words for words, headline, parts in sums if headline != parts]


def _paper_of(content: ReportContent, stamp: PaperStamp, copy: CopyMark | None) -> Paper:
    if isinstance(content, CapacityReport):
        return capacity_paper(content, stamp)
    if isinstance(content, ExerciseReport):
        return exercise_paper(content, stamp)
    if copy is None:
        raise ValueError("a named paper is never made without a numbered copy")
    if isinstance(content, RosterReport):
        return roster_paper(content, stamp, copy)
    return exercise_sheet(content, stamp, copy)
