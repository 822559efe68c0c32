"""容量確認のくわしい報告: page one answers, the pages after it show every part of the sum."""

from __future__ import annotations

from kurume_bousai.domain.dates import in_japan
from kurume_bousai.reports.capacity_checks import (
    SITES,
    TOTALS,
    Check,
    checks_table,
    rooms_table,
    totals_table,
)
from kurume_bousai.reports.capacity_tables import (
    SITE_FLOOR,
    SITE_PLACED,
    SITE_USABLE,
    district_block,
    improvement_table,
    is_share,
    ladder_table,
    need_table,
    question_table,
    site_table,
    unplaced_table,
)
from kurume_bousai.reports.capacity_words import (
    OUTSIDE,
    TOTALS_RULE,
    WITHOUT_PROTECTED,
    off_list_line,
    places_line,
    proof_lines,
    status_line,
    sum_line,
)
from kurume_bousai.reports.comparison_tables import comparison_blocks
from kurume_bousai.reports.conditions import conditions_rows, named
from kurume_bousai.reports.paper import (
    Answer,
    Block,
    Facts,
    Formula,
    Notes,
    Paper,
    Ref,
    Table,
    count_of,
    day_text,
    joined,
    people,
)
from kurume_bousai.reports.stamps import footer_lines, top_marks
from kurume_bousai.services.capacity.figures import CapacityReport, SourceNote
from kurume_bousai.services.capacity.report_contents import site_rates
from kurume_bousai.services.papers.ports import PaperStamp


def capacity_paper(report: CapacityReport, stamp: PaperStamp) -> Paper:
    """Return the paper of a capacity answer; the numbers are taken as reconciled."""
    sites, unplaced, districts = site_table(report), unplaced_table(report), district_block(report)
    blocks: list[Block | None] = [
        Answer(f"入れない人 {people(report.unplaced_people)}", tuple(answer_lines(report))),
        conditions_block(report),
        sources_block(report),
        _remarks(report),
        need_table(report),
        sites,
        districts,
        unplaced,
        improvement_table(report),
        ladder_table(report),
        *comparison_blocks(report),
        question_table(report),
        *_computed(report, sites, unplaced, districts if isinstance(districts, Table) else None),
    ]
    return Paper(
        kind="capacity",
        title="福祉避難所 容量確認",
        subtitle=f"{place_words(report)} ・ {day_text(in_japan(stamp.made_at).date())}",
        marks=top_marks(stamp, None),
        blocks=tuple(block for block in blocks if block is not None),
        footer=footer_lines(stamp, TOTALS_RULE),
        made_at=stamp.made_at,
        figures=figures_of(report),
    )


def place_words(report: CapacityReport) -> str:
    """Return whose answer it is."""
    district = report.conditions.district_id
    return "久留米市 全域" if district is None else f"久留米市 {district}校区"


def answer_lines(report: CapacityReport) -> list[str]:
    """Return the sum, the places, 名簿外 apart, and how sure it is."""
    lines = [sum_line(report), off_list_line(report), places_line(report), status_line(report)]
    return [line for line in (*lines, *proof_lines(report)) if line]


def conditions_block(report: CapacityReport) -> Facts:
    """Return every condition, with the rates of sites that have their own."""
    names = {site.site_id: site.name for site in report.by_site}
    return Facts("条件", conditions_rows(report.conditions, names, site_rates(report)))


def _remarks(report: CapacityReport) -> Notes:
    lines = [WITHOUT_PROTECTED, OUTSIDE]
    if report.conditions.district_id is not None:
        lines.append(
            "この校区だけで求めた答えです。46校区の答えを足しても、全市の答えにはなりません。"
            if report.conditions.alone
            else "全市の入れ方のうち、この校区の分です。46校区の分を足すと、全市の答えになります。"
        )
    if report.demand_people == 0:
        lines.append("この条件では、行く人がいません。マイプランの行先や条件を確かめてください。")
    if report.homes_unknown:
        lines.append(
            f"家の位置がわからない {people(report.homes_unknown)}は、校区の代表点にいるものとして数えました。"
        )
    if report.opened:
        lines.append(f"開く施設({len(report.opened)}): {joined(report.opened)}")
    unconfirmed = [site.name for site in report.by_site if site.is_fitness_unconfirmed and site.is_used]
    if unconfirmed:
        lines.append(f"災害への適否が未確認のまま使った施設({len(unconfirmed)}): {named(unconfirmed)}")
    blocking = [one.site for one in report.questions if any(q.is_blocking for q in one.questions)]
    if blocking:
        lines.append(f"確かめるまで誰も入れない施設({len(blocking)}): {named(blocking)}")
    return Notes("読むときの注意", tuple(lines))


def sources_block(report: CapacityReport) -> Notes:
    """Return where the figures come from, each with the range of its 確認日."""
    lines = tuple(source_words(note) for note in report.sources)
    return Notes("数の出どころと確認日", lines or ("出どころは記録されていません。",))


def source_words(note: SourceNote) -> str:
    """Return one source with its days."""
    if note.as_of is None:
        return f"{note.what}: {note.source}"
    days = day_text(note.as_of)
    if note.since is not None and note.since != note.as_of:
        days = f"{day_text(note.since)}から{days}まで"
    return f"{note.what}: {note.source}(確認日 {days})"


def figures_of(report: CapacityReport) -> tuple[tuple[str, int | str], ...]:
    """Return the totals under the names of ``capacity --json``."""
    return (
        ("status", report.status),
        ("demand_people", report.demand_people),
        ("demand_parties", report.demand_parties),
        ("placed_people", report.placed_people),
        ("unplaced_people", report.unplaced_people),
        ("usable_places", report.usable_places),
        ("free_places", report.free_places),
        ("floor_places", report.floor_places),
        ("off_list_people", report.off_list_people),
        ("off_list_unplaced", report.off_list_unplaced),
    )


def _computed(
    report: CapacityReport, sites: Table, unplaced: Table, districts: Table | None
) -> tuple[Table, ...]:
    """Return the tables that only compute: rooms, the answer's numbers, and the checks."""
    totals = totals_table(
        (
            ("行く人", report.demand_people),
            ("入れる人", report.placed_people),
            ("入れない人", report.unplaced_people),
            ("使える人数", report.usable_places),
            ("空き", report.free_places),
            ("床面積による人数(37施設と電源優先施設)", sum(site.floor or 0 for site in report.by_site)),
        )
    )
    checks = _checks(report, sites, unplaced, districts)
    rooms = (rooms_table(report),) if any(site.rooms for site in report.by_site) else ()
    return (*rooms, totals, checks_table(checks))


def _total(table: Table, column: int) -> Formula | None:
    """Return the total of a column of a table that has rows."""
    if table.total is None:
        return None
    return Formula(count_of(table.total[column]), (Ref(table.key, column, is_total=True),))


def _checks(report: CapacityReport, sites: Table, unplaced: Table, districts: Table | None) -> list[Check]:
    def answer(row: int, value: int) -> Formula:
        return Formula(value, (Ref(TOTALS, 1, row),))

    demand, placed = answer(0, report.demand_people), answer(1, report.placed_people)
    left, usable = answer(2, report.unplaced_people), answer(3, report.usable_places)
    free, floor = answer(4, report.free_places), answer(5, sum(site.floor or 0 for site in report.by_site))
    both = report.placed_people + report.unplaced_people
    found = [
        Check("行く人 = 入れる人 + 入れない人", demand, Formula(both, (*placed.parts, "+", *left.parts)))
    ]
    last_people = SITE_PLACED + is_share(report)
    pairs: list[tuple[str, Formula, Formula | None]] = [
        ("入れる人 = 施設ごとの計", placed, _total(sites, SITE_PLACED)),
        ("使える人数 = 施設ごとの計", usable, _total(sites, SITE_USABLE)),
        ("空き = 施設ごとの計", free, _total(sites, last_people + 1)),
        ("床面積による人数 = 施設ごとの計", floor, _total(sites, SITE_FLOOR)),
        ("入れない人 = 番号ごとの計", left, _total(unplaced, 1)),
    ]
    if districts is not None:
        pairs += [
            ("行く人 = 校区ごとの計", demand, _total(districts, 1)),
            ("入れる人 = 校区ごとの計", placed, _total(districts, 2)),
            ("入れない人 = 校区ごとの計", left, _total(districts, 3)),
        ]
    whole = sum(site.placed_all for site in report.by_site)
    if sites.total is not None:
        rest = Formula(
            report.usable_places - whole,
            (Ref(SITES, SITE_USABLE, is_total=True), "-", Ref(SITES, last_people, is_total=True)),
        )
        pairs.append(("空き = 使える人数 − 全市の入る人", free, rest))
    if any(site.rooms for site in report.by_site):
        rooms = rooms_table(report)
        pairs.append(("床面積による人数 = 室ごとの計", floor, _total(rooms, 4)))
    return found + [Check(words, left_side, again) for words, left_side, again in pairs if again is not None]
