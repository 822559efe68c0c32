"""From what a report says (values of the domain) to the paper people read."""

from __future__ import annotations

from collections import Counter

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.reports.capacity_checks import AGREES, CHECKS
from kurume_bousai.reports.capacity_context import capacity_paper
from kurume_bousai.reports.districts_context import districts_paper
from kurume_bousai.reports.exercise_context import exercise_paper
from kurume_bousai.reports.hand_out_forms import loss_paper, receipt_paper
from kurume_bousai.reports.handed_lists import partner_difference_paper, partner_roster_paper
from kurume_bousai.reports.named_context import exercise_sheet, roster_paper
from kurume_bousai.reports.office_context import office_paper
from kurume_bousai.reports.paper import Paper, cell_text, sum_faults, tables_of
from kurume_bousai.reports.plans_context import plans_paper
from kurume_bousai.reports.registration_context import registration_paper
from kurume_bousai.reports.summary_context import summary_paper
from kurume_bousai.services.capacity.figures import (
    CapacityByDistrict,
    CapacityContent,
    CapacityReport,
    CapacitySummary,
    LadderFigures,
    PlansReport,
)
from kurume_bousai.services.papers.hand_outs import LossReport, PartnerDifference, PartnerRoster, ReceiptForm
from kurume_bousai.services.papers.ports import (
    CopyMark,
    ExerciseReport,
    ExerciseSheet,
    ListContent,
    PaperContent,
    PaperStamp,
    RosterReport,
)
from kurume_bousai.services.papers.registration import RegistrationReport
from kurume_bousai.services.ports.office_papers import (
    ActivitiesReport,
    EmergencyReport,
    ImportReport,
    YearlySheet,
)

#: The last column of the sheet of checks says whether they agree.
_VERDICT = 3


def make_paper(content: PaperContent, stamp: PaperStamp, copy: CopyMark | None) -> Paper:
    """Return the paper; named content needs its copy mark.

    Raises
    ------
    KnownProblem
        ``not_reconciled`` where a printed total is not the sum of its printed rows (RULEBOOK §5).
    """
    if isinstance(content, CapacitySummary | CapacityByDistrict):
        faults = _headline_faults(content.report)
    else:
        faults = _headline_faults(content) if isinstance(content, CapacityReport) else []
    _refuse(faults)
    paper = _paper_of(content, stamp, copy)
    _refuse([*_sum_faults(paper), *_check_faults(paper)])
    return paper


def _sum_faults(paper: Paper) -> list[str]:
    return [f"{table.heading}: {column}" for table in tables_of(paper) for column in sum_faults(table)]


def _check_faults(paper: Paper) -> list[str]:
    """Return the checks of the workbook that would say 「合いません」."""
    checks = (row for table in tables_of(paper) if table.key == CHECKS for row in table.rows)
    return [cell_text(row[0]) for row in checks if cell_text(row[_VERDICT]) != AGREES]


def _refuse(faults: list[str]) -> None:
    if faults:
        raise KnownProblem(
            "not_reconciled",
            "表の合計が行の和と合わないため、書類をつくりませんでした。",
            where="、".join(faults),
            advice="もう一度計算し、それでも合わないときは管理者に知らせてください。",
        )


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
        *_flow_sums(report),
        *((f"開く割合 {one.open_rate}", one.demand, one.placed + one.unplaced) for one in report.ladder),
        *((f"開く割合 {one.open_rate}", one.unplaced, report.unplaced_people) for one in _same_rung(report)),
        *((site.name, site.usable - site.placed_all, site.free) for site in sites),
        *((str(row.need), row.parties, row.placed + row.unplaced) for row in report.by_need),
    )
    return [words for words, headline, parts in sums if headline != parts]


def _same_rung(report: CapacityReport) -> list[LadderFigures]:
    """Return the rung that asks the paper's own question, where both are proven: they must agree."""
    if any(not phase.is_proven for phase in report.phases):
        return []
    rate = report.conditions.open_rate
    return [one for one in report.ladder if one.open_rate == rate and one.is_proven]


def _flow_sums(report: CapacityReport) -> list[tuple[str, int, int]]:
    """Return the flows against the people placed, by 校区 and by site; none where no flow is known."""
    if not report.flows:
        return []
    by_district: Counter[str] = Counter()
    by_site: Counter[str] = Counter()
    for flow in report.flows:
        by_district[flow.district] += flow.people
        by_site[flow.site_id] += flow.people
    return [
        *((f"流れ {row.district}", row.placed, by_district[row.district]) for row in report.by_district),
        *((f"流れ {site.name}", site.placed, by_site[site.site_id]) for site in report.by_site),
    ]


def _paper_of(content: PaperContent, stamp: PaperStamp, copy: CopyMark | None) -> Paper:
    if isinstance(content, RosterReport | ExerciseSheet | PartnerRoster | PartnerDifference):
        if copy is None:
            raise ValueError("a named paper is never made without a numbered copy")
        return _named_paper_of(content, stamp, copy)
    if isinstance(content, ActivitiesReport | YearlySheet | EmergencyReport | ImportReport):
        return office_paper(content, stamp)
    if isinstance(content, ReceiptForm | LossReport):
        return (
            receipt_paper(content, stamp) if isinstance(content, ReceiptForm) else loss_paper(content, stamp)
        )
    if isinstance(content, RegistrationReport):
        return registration_paper(content, stamp)
    if isinstance(content, ExerciseReport):
        return exercise_paper(content, stamp)
    return _capacity_paper_of(content, stamp)


def _named_paper_of(content: ListContent, stamp: PaperStamp, copy: CopyMark) -> Paper:
    if isinstance(content, PartnerRoster):
        return partner_roster_paper(content, stamp, copy)
    if isinstance(content, PartnerDifference):
        return partner_difference_paper(content, stamp, copy)
    if isinstance(content, RosterReport):
        return roster_paper(content, stamp, copy)
    return exercise_sheet(content, stamp, copy)


def _capacity_paper_of(content: CapacityContent, stamp: PaperStamp) -> Paper:
    if isinstance(content, CapacitySummary):
        return summary_paper(content, stamp)
    if isinstance(content, CapacityByDistrict):
        return districts_paper(content, stamp)
    if isinstance(content, PlansReport):
        return plans_paper(content, stamp)
    return capacity_paper(content, stamp)
