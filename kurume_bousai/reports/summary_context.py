"""1枚のまとめ: one page for somebody who has one minute. Large numbers, three sentences, three best steps."""

from __future__ import annotations

from kurume_bousai.domain.dates import in_japan
from kurume_bousai.labels import label, need_sign
from kurume_bousai.reports.capacity_context import conditions_block, figures_of, place_words, sources_block
from kurume_bousai.reports.capacity_tables import improvement_table, ladder_table
from kurume_bousai.reports.capacity_words import (
    OUTSIDE,
    TOTALS_RULE,
    WITHOUT_PROTECTED,
    left_by_band,
    off_list_line,
    proof_lines,
    sum_line,
    three_sentences,
)
from kurume_bousai.reports.paper import Answer, Bar, Bars, Block, Notes, Paper, day_text, people
from kurume_bousai.reports.stamps import footer_lines, top_marks
from kurume_bousai.services.capacity.figures import CapacityReport, CapacitySummary
from kurume_bousai.services.papers.ports import PaperStamp

_BEST = 3


def summary_paper(summary: CapacitySummary, stamp: PaperStamp) -> Paper:
    """Return the one page; what does not fit is drawn smaller, never left out."""
    report = summary.report
    blocks: list[Block | None] = [
        Answer(
            f"入れない人 {people(report.unplaced_people)}",
            tuple(line for line in (sum_line(report), off_list_line(report)) if line),
        ),
        Notes("ひとことで", (*three_sentences(report), *proof_lines(report))),
        _people_bars(report),
        _need_bars(report),
        ladder_table(report),
        improvement_table(report, _BEST),
        conditions_block(report),
        sources_block(report),
        Notes("読むときの注意", (WITHOUT_PROTECTED, OUTSIDE)),
    ]
    return Paper(
        kind="capacity_summary",
        title="福祉避難所 容量のまとめ",
        subtitle=f"{place_words(report)} ・ {day_text(in_japan(stamp.made_at).date())}",
        marks=top_marks(stamp, None),
        blocks=tuple(block for block in blocks if block is not None),
        footer=footer_lines(stamp, TOTALS_RULE),
        made_at=stamp.made_at,
        is_one_page=True,
        figures=figures_of(report),
    )


def _people_bars(report: CapacityReport) -> Bars:
    whole = Bar("行く人", report.placed_people, report.unplaced_people)
    bands: tuple[Bar, ...] = ()
    if report.conditions.district_id is None or report.conditions.alone:
        bands = tuple(Bar(f"うち{words}", 0, left, is_left_only=True) for words, left in left_by_band(report))
    return Bars("入れる人と入れない人(人)", (whole, *bands), "人")


def _need_bars(report: CapacityReport) -> Bars | None:
    bars = tuple(
        Bar(f"{need_sign(row.need)} {label(row.need)}", row.placed, row.unplaced)
        for row in report.by_need
        if row.parties
    )
    return Bars("必要な支援ごと(組)", bars, "組") if bars else None
