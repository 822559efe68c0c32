"""二つの条件を並べる: this answer beside a saved scenario, solved with the same list and sites."""

from __future__ import annotations

from typing import Final

from kurume_bousai.reports.conditions import conditions_rows
from kurume_bousai.reports.paper import Block, Cell, Column, Formula, Ref, Table
from kurume_bousai.services.capacity.figures import CapacityReport, ComparisonFigures
from kurume_bousai.services.capacity.report_contents import site_rates

_WORDS: Final = {
    "demand_people": "行く人",
    "demand_parties": "行く組",
    "floor_places": "37施設の床面積による人数",
    "usable_places": "使える人数",
    "placed_people": "入れる人",
    "unplaced_people": "入れない人",
    "free_places": "空き",
    "open_sites": "使う施設",
}


def comparison_blocks(report: CapacityReport) -> tuple[Block, ...]:
    """Return the tables of the comparison; empty where none was asked for."""
    found = report.comparison
    if found is None:
        return ()
    return (_totals(found), _conditions(report, found), _sites(found))


def _totals(found: ComparisonFigures) -> Table:
    key = "comparison"
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            _WORDS[pair.name],
            pair.a,
            pair.b,
            Formula(pair.b - pair.a, (Ref(key, 2, index), "-", Ref(key, 1, index))),
        )
        for index, pair in enumerate(found.totals)
    )
    return Table(
        key=key,
        heading="二つの条件をくらべる",
        columns=(
            Column("何の数", 2.4),
            Column("この報告", 1, is_count=True),
            Column(f"「{found.name}」", 1.4, is_count=True),
            Column("ちがい", 1, is_count=True),
        ),
        rows=rows,
        basis=f"「{found.name}」は保存してある条件です。いまの名簿と施設で計算し直しました。"
        "ちがいは、保存した条件 − この報告 です。空きと入れない人は、差し引きしません。",
    )


def _conditions(report: CapacityReport, found: ComparisonFigures) -> Table:
    names = {site.site_id: site.name for site in report.by_site}
    here = dict(conditions_rows(report.conditions, names, site_rates(report)))
    there = dict(conditions_rows(found.conditions, names))
    if found.conditions.rate_m2 == report.conditions.rate_m2:
        there["1人あたりの面積"] = here["1人あたりの面積"]
    words = dict.fromkeys((*here, *there))
    rows = tuple(
        (word, here.get(word, "全市"), there.get(word, "全市"))
        for word in words
        if here.get(word) != there.get(word)
    )
    return Table(
        heading="ちがう条件",
        columns=(Column("条件", 1.4), Column("この報告", 2.4), Column(f"「{found.name}」", 2.4)),
        rows=rows,
        empty="条件は同じです。",
    )


def _sites(found: ComparisonFigures) -> Table:
    return Table(
        heading="使える人数がちがう施設",
        columns=(
            Column("施設", 3),
            Column("この報告", 1, is_count=True),
            Column(f"「{found.name}」", 1.4, is_count=True),
        ),
        rows=found.sites,
        empty="どの施設も、使える人数は同じです。",
    )
