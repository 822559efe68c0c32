"""校区ごとの報告: one solve of the whole city, a cover whose rows add up, and a page for every 校区."""

from __future__ import annotations

from kurume_bousai.domain.dates import in_japan
from kurume_bousai.reports.capacity_checks import Check, checks_table, totals_table
from kurume_bousai.reports.capacity_context import (
    answer_lines,
    conditions_block,
    figures_of,
    place_words,
    sources_block,
)
from kurume_bousai.reports.capacity_tables import district_table, public_districts
from kurume_bousai.reports.capacity_words import OUTSIDE, TOTALS_RULE, WITHOUT_PROTECTED
from kurume_bousai.reports.conditions import how_counted
from kurume_bousai.reports.flow_counts import NamedFlows, nameable_flows
from kurume_bousai.reports.paper import (
    Answer,
    Cell,
    Column,
    Facts,
    Formula,
    Notes,
    Paper,
    Ref,
    Section,
    Table,
    cell_text,
    day_text,
    people,
)
from kurume_bousai.reports.small_counts import PublicRows, Shown
from kurume_bousai.reports.stamps import footer_lines, top_marks
from kurume_bousai.services.capacity.figures import CapacityByDistrict, CapacityReport
from kurume_bousai.services.papers.ports import PaperStamp

_SHARE = "全市の入れ方のうち、この校区の分です。46校区と校区不明の分を足すと、表紙の全市の答えになります。"
_PLACED = 2  # column of the cover


def districts_paper(content: CapacityByDistrict, stamp: PaperStamp) -> Paper:
    """Return the cover and the pages; small counts are withheld on both in the same way."""
    report = content.report
    public = public_districts(report)
    head = (
        Answer(f"入れない人 {people(report.unplaced_people)}", tuple(answer_lines(report))),
        conditions_block(report),
        Notes(
            "読むときの注意",
            (WITHOUT_PROTECTED, OUTSIDE, "全市を一度に計算し、校区ごとに分けて示しています。"),
        ),
        sources_block(report),
    )
    body = _too_few(report) if public is None else _pages(report, public)
    return Paper(
        kind="capacity_districts",
        title="福祉避難所 容量確認 校区ごと",
        subtitle=f"{place_words(report)} ・ {day_text(in_japan(stamp.made_at).date())}",
        marks=top_marks(stamp, None),
        blocks=(*head, *body),
        footer=footer_lines(stamp, TOTALS_RULE),
        made_at=stamp.made_at,
        figures=figures_of(report),
    )


def _too_few(report: CapacityReport) -> tuple[Notes, ...]:
    words = "人数が少なく、個人がわかるおそれがあるため、校区ごとの数は載せません。"
    return (Notes("校区ごと(人)", (words if report.demand_people else "行く人がいません。",)),)


def _pages(report: CapacityReport, public: PublicRows) -> tuple[Table | Section, ...]:
    names = {str(site.site_id): site.name for site in report.by_site}
    withheld = [
        row.district
        for row, shown in zip(report.by_district, public.rows, strict=True)
        if not all(isinstance(cell, int) for cell in shown)
    ]
    flows = nameable_flows(((flow.district, flow.site_id, flow.people) for flow in report.flows), withheld)
    sections = tuple(
        _section(report, index, shown, flows.get(report.by_district[index].district), names)
        for index, shown in enumerate(public.rows)
    )
    cover = district_table(report, public)
    return (cover, *sections, *_computed(report, cover, flows))


def _key(index: int) -> str:
    return f"flows_{index}"


def _section(
    report: CapacityReport,
    index: int,
    shown: tuple[Shown, Shown, Shown],
    flows: NamedFlows | None,
    names: dict[str, str],
) -> Section:
    district = report.by_district[index].district
    total, placed, left = (_with_unit(cell) for cell in shown)
    blocks = (
        Answer(f"入れない人 {left}", (f"行く人 {total} = 入れる人 {placed} + 入れない人 {left}",)),
        _flow_block(report, index, shown, flows, names),
        Notes("読むときの注意", (_SHARE, WITHOUT_PROTECTED, OUTSIDE)),
        Facts("条件", conditions_block(report).items),
    )
    title = district if district.endswith("不明") else f"{district}校区"
    return Section(title, blocks)


def _with_unit(cell: Shown) -> str:
    return people(cell) if isinstance(cell, int) else cell_text(cell)


def _flow_block(
    report: CapacityReport,
    index: int,
    shown: tuple[Shown, Shown, Shown],
    flows: NamedFlows | None,
    names: dict[str, str],
) -> Table | Notes:
    heading = "どの施設に入るか(人)"
    placed = report.by_district[index].placed
    if isinstance(shown[1], int) and placed == 0:
        return Notes(
            heading, ("入れる人はいません。" if report.by_district[index].people else "行く人がいません。",)
        )
    if flows is None:
        return Notes(heading, ("人数が少なく、個人がわかるおそれがあるため、施設ごとの数は載せません。",))
    rows: list[tuple[Cell, ...]] = [(names.get(site, site), count) for site, count in flows.named]
    if flows.others:
        rows.append(("そのほかの施設", flows.others))
    return Table(
        key=_key(index),
        heading=heading,
        columns=(Column("施設", 5), Column("人数", 1, is_count=True, adds_up=True)),
        rows=tuple(rows),
        total=("入れる人の計", placed),
        basis=f"5人未満の施設は「そのほかの施設」にまとめました。 / {how_counted(report.conditions)}",
    )


def _computed(report: CapacityReport, cover: Table, flows: dict[str, NamedFlows]) -> tuple[Table, ...]:
    totals = totals_table(
        (
            ("行く人", report.demand_people),
            ("入れる人", report.placed_people),
            ("入れない人", report.unplaced_people),
        )
    )

    def answer(row: int, value: int) -> Formula:
        return Formula(value, (Ref("totals", 1, row),))

    def on_cover(column: int, value: int) -> Formula:
        return Formula(value, (Ref(cover.key, column, is_total=True),))

    demand, placed, left = report.demand_people, report.placed_people, report.unplaced_people
    checks = [
        Check(
            "行く人 = 入れる人 + 入れない人",
            answer(0, demand),
            Formula(placed + left, (Ref("totals", 1, 1), "+", Ref("totals", 1, 2))),
        ),
        Check(
            "行く人 = 校区ごとの計", answer(0, demand), on_cover(1, sum(r.people for r in report.by_district))
        ),
        Check(
            "入れる人 = 校区ごとの計",
            answer(1, placed),
            on_cover(2, sum(r.placed for r in report.by_district)),
        ),
        Check(
            "入れない人 = 校区ごとの計",
            answer(2, left),
            on_cover(3, sum(r.unplaced for r in report.by_district)),
        ),
    ]
    for index, row in enumerate(report.by_district):
        if row.district in flows and row.placed:
            named = flows[row.district]
            again = sum(count for _, count in named.named) + named.others
            checks.append(
                Check(
                    f"{row.district}: 表紙の入れる人 = 施設ごとの計",
                    Formula(row.placed, (Ref(cover.key, _PLACED, index),)),
                    Formula(again, (Ref(_key(index), 1, is_total=True),)),
                )
            )
    return (totals, checks_table(checks))
