"""活動の実績: the city's yearly table as it prints it, gone on with, and the 46 校区 one by one (D9)."""

from __future__ import annotations

from kurume_bousai.domain.activities import (
    COVERAGE_YEARS,
    ActivityCell,
    ActivityKind,
    ActivityMeasure,
    ActivityRow,
    ActivitySource,
    DistrictCoverage,
)
from kurume_bousai.domain.fiscal_years import fiscal_year_letter, fiscal_year_words
from kurume_bousai.labels import label
from kurume_bousai.reports.paper import Answer, Cell, Column, Notes, Paper, Table, day_text
from kurume_bousai.reports.stamps import footer_lines, top_marks
from kurume_bousai.services.papers.ports import PaperStamp
from kurume_bousai.services.ports.office_papers import ActivitiesReport

TOTALS_RULE = "合計のつくり方: 市の表の値はそのまま、後の年度は記録を足した数です。四捨五入はしません。"
_UNITS = {ActivityMeasure.TIMES: "回", ActivityMeasure.PEOPLE: "人", ActivityMeasure.DISTRICTS: "校区"}


def activities_paper(report: ActivitiesReport, stamp: PaperStamp) -> Paper:
    """Return the paper; a cell nobody recorded is 「記録なし」, never 0."""
    return Paper(
        kind="activities",
        title="名簿・図上訓練・マイプランの活動の実績",
        subtitle=f"久留米市 全域 ・ {day_text(report.as_of)}",
        marks=top_marks(stamp, None),
        blocks=(
            _answer(report),
            yearly_table(report),
            _coverage(report),
            Notes("読むときの注意", _notes(report)),
        ),
        footer=footer_lines(stamp, TOTALS_RULE),
        made_at=stamp.made_at,
        landscape=True,
        figures=_figures(report),
    )


def yearly_table(report: ActivitiesReport) -> Table:
    """Return the city's table: its seven rows, a column per 年度."""
    years = tuple(Column(fiscal_year_letter(year), 1.05, is_count=True) for year in report.table.fiscal_years)
    rows = tuple(
        (label(row.kind), f"{label(row.measure)}({_UNITS[row.measure]})", *map(cell_of, row.cells))
        for row in report.table.rows
    )
    return Table(
        heading="年度ごとの実績",
        columns=(Column("活動", 1.8), Column("数えるもの", 1.7), *years),
        rows=rows,
        basis="「-」は市の表のとおり。「記録なし」は、その年度の記録がこのファイルにないことです。",
        key="activities",
    )


def cell_of(cell: ActivityCell) -> Cell:
    """Return a cell as the paper prints it."""
    if cell.source is ActivitySource.PRINTED_NONE:
        return "-"
    if cell.source is ActivitySource.NOT_RECORDED:
        return "記録なし"
    return "未記入" if cell.value is None else cell.value


def _answer(report: ActivitiesReport) -> Answer:
    held = sum(row.times[ActivityKind.TABLETOP] > 0 for row in report.coverage)
    year = fiscal_year_words(report.fiscal_year)
    return Answer(
        f"図上訓練をした校区 {held} / {len(report.coverage)}({year})",
        (
            f"{COVERAGE_YEARS}年のあいだ図上訓練の記録がない校区 {len(report.overdue)}",
            "どちらも、このファイルの記録から数えています。",
        ),
    )


def _coverage(report: ActivitiesReport) -> Table:
    rows = tuple(_coverage_row(row) for row in report.coverage)
    sums = [sum(row.times[kind] for row in report.coverage) for kind in ActivityKind]
    people = sum(row.people for row in report.coverage)
    return Table(
        heading=f"校区ごとの実績({fiscal_year_words(report.fiscal_year)})",
        columns=(
            Column("校区", 1.2),
            *(Column(f"{label(kind)}(回)", 1.2, is_count=True, adds_up=True) for kind in ActivityKind),
            Column("参加人数(人)", 1.0, is_count=True, adds_up=True),
            Column("最後の図上訓練", 1.8),
        ),
        rows=rows,
        total=("合計", *sums, people, ""),
        basis="校区のわかる記録だけを数えています。",
        key="activity_districts",
    )


def _coverage_row(row: DistrictCoverage) -> tuple[Cell, ...]:
    last = "記録なし"
    if row.last_tabletop_on is not None:
        old = f"({COVERAGE_YEARS}年より前)" if row.is_overdue else ""
        last = f"{day_text(row.last_tabletop_on)}{old}"
    times = (row.times[kind] for kind in ActivityKind)
    return (str(row.district_id), *times, row.people, last)


def _notes(report: ActivitiesReport) -> tuple[str, ...]:
    lines = [f"市の表の値: {'、'.join(report.sources)}"] if report.sources else []
    lines.append("図上訓練は、このソフトで終えた訓練と、手で書いた記録を数えます。練習は数えません。")
    years = report.table.fiscal_years
    for row in report.table.rows:
        for year, cell in zip(years, row.cells, strict=True):
            if cell.uncounted:
                lines.append(_uncounted_words(row, year, cell))
    return tuple(lines)


def _uncounted_words(row: ActivityRow, year: int, cell: ActivityCell) -> str:
    what = "人数" if row.measure is ActivityMeasure.PEOPLE else "校区"
    words = f"{fiscal_year_letter(year)} {label(row.kind)}"
    return f"{words}: {what}のわからない回が{cell.uncounted}回あり、{label(row.measure)}に入っていません。"


def _figures(report: ActivitiesReport) -> tuple[tuple[str, int | str], ...]:
    """Every cell by name: 「tabletop.times.R6」; 「-」 and 「記録なし」 as on the paper."""
    return tuple(
        (f"{row.kind.value}.{row.measure.value}.{fiscal_year_letter(year)}", _plain(cell))
        for row in report.table.rows
        for year, cell in zip(report.table.fiscal_years, row.cells, strict=True)
    )


def _plain(cell: ActivityCell) -> int | str:
    shown = cell_of(cell)
    return shown if isinstance(shown, int | str) else ""
