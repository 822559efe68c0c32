"""容量確認の紙: page one answers, the pages after it show every part of the sum."""

from __future__ import annotations

from kurume_bousai.domain.dates import in_japan
from kurume_bousai.labels import label, need_sign, phase_label, reason_label
from kurume_bousai.reports.conditions import conditions_rows, how_counted
from kurume_bousai.reports.paper import (
    Answer,
    Block,
    Cell,
    Column,
    Facts,
    Notes,
    Paper,
    Table,
    day_text,
    joined,
    people,
)
from kurume_bousai.reports.small_counts import SplitRow, suppress
from kurume_bousai.reports.stamps import footer_lines, top_marks
from kurume_bousai.services.ports_reports import CapacityReport, PaperStamp, SiteFigures, UnplacedFigures

TOTALS_RULE = (
    "合計のつくり方: どの合計も、その表の行を足した数です。四捨五入はしません。"
    "空きと入れない人は、差し引きしません。"
)
_OUTSIDE = "想定区域の外であることは、安全であることを意味しません。"
_WITHOUT_PROTECTED = "支援措置対象者は含みません。"


def capacity_paper(report: CapacityReport, stamp: PaperStamp) -> Paper:
    """Return the paper of a capacity answer; the numbers are taken as reconciled."""
    conditions = report.conditions
    district = conditions.district_id
    place = "久留米市 全域" if district is None else f"久留米市 {district}校区"
    site_names = {site.site_id: site.name for site in report.by_site}
    blocks: tuple[Block, ...] = (
        _answer(report),
        Facts("条件", conditions_rows(conditions, site_names)),
        _remarks(report),
        _sources(report),
        *_need_blocks(report),
        _sites(report),
        *_districts(report),
        _unplaced(report),
    )
    return Paper(
        kind="capacity",
        title="福祉避難所 容量確認",
        subtitle=f"{place} ・ {day_text(in_japan(stamp.made_at).date())}",
        marks=top_marks(stamp, None),
        blocks=blocks,
        footer=footer_lines(stamp, TOTALS_RULE),
        made_at=stamp.made_at,
    )


def _answer(report: CapacityReport) -> Answer:
    whole = (
        f"行く人 {people(report.demand_people)} = 入れる人 {people(report.placed_people)}"
        f" + 入れない人 {people(report.unplaced_people)}"
    )
    places = (
        f"使える人数 {report.usable_places:,}人分 ・ 空き {report.free_places:,}人分"
        f" ・ 37施設の床面積による人数 {report.floor_places:,}人分"
    )
    lines = [whole, places]
    if report.off_list_people:
        lines.append(
            f"行く人のうち名簿外の人は {people(report.off_list_people)}で、"
            f"そのうち入れない人は {people(report.off_list_unplaced)}です。"
        )
    return Answer(f"入れない人 {people(report.unplaced_people)}", tuple(lines))


def _remarks(report: CapacityReport) -> Notes:
    lines = [_WITHOUT_PROTECTED, _OUTSIDE]
    if report.conditions.district_id is not None:
        lines.append(
            "この校区だけで求めた答えです。46校区の答えを足しても、全市の答えにはなりません。"
            if report.conditions.alone
            else "全市の入れ方のうち、この校区の分です。46校区の分を足すと、全市の答えになります。"
        )
    if report.demand_people == 0:
        lines.append("この条件では、行く人がいません。マイプランの行先や条件を確かめてください。")
    lines += [
        f"「{phase_label(name)}」は、計算の時間内に最良であることを確かめられませんでした(差 {gap:.1%}まで)。"
        for name, gap in report.unproven
    ]
    if report.homes_unknown:
        lines.append(
            f"家の位置がわからない {people(report.homes_unknown)}は、校区の代表点にいるものとして数えました。"
        )
    if report.opened:
        lines.append(f"開く施設: {joined(report.opened)}")
    return Notes("読むときの注意", tuple(lines))


def _sources(report: CapacityReport) -> Notes:
    lines = tuple(f"{note.what}: {note.source}({day_text(note.as_of)})" for note in report.sources)
    return Notes("数の出どころ", lines or ("出どころは記録されていません。",))


def _need_blocks(report: CapacityReport) -> tuple[Block, ...]:
    if not report.by_need:
        return ()
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            f"{need_sign(row.need)} {label(row.need)}",
            row.parties,
            row.placed,
            row.unplaced,
            "上限なし" if row.capacity is None else row.capacity,
        )
        for row in report.by_need
    )
    table = Table(
        heading="必要な支援ごと(組)",
        columns=(
            Column("必要な支援", 2.6),
            Column("行く組", 1, is_count=True),
            Column("入れる", 1, is_count=True),
            Column("入れない", 1, is_count=True),
            Column("受け入れられる組", 1.5, is_count=True),
        ),
        rows=rows,
        basis="一つの組が二つ以上の支援を要ることがあるため、たて方向には足しません。 / "
        + how_counted(report.conditions),
    )
    return (table,)


def _site_remark(site: SiteFigures) -> str:
    remarks = [reason_label(code) for code in site.remarks]
    if site.is_blocked:
        remarks.append("使えない場所か職員不足で0人分")
    if site.is_power_first:
        remarks.append("電源優先施設(37に含まない)")
    if site.is_fitness_unconfirmed:
        remarks.append("災害への適否が未確認")
    if site.is_staff_unknown:
        remarks.append("職員数が未確認")
    return "、".join(remarks)


def _sites(report: CapacityReport) -> Table:
    """Return the table by site; a 校区's share shows beside its people those of the whole city."""
    share = report.conditions.district_id is not None and not report.conditions.alone
    columns = [
        Column("施設", 3),
        Column("床面積による人数", 1.75, is_count=True, adds_up=True),
        Column("使える人数", 1.15, is_count=True, adds_up=True),
        Column("この校区の人" if share else "入る人", 0.9, is_count=True, adds_up=True),
        *((Column("全市の人", 0.9, is_count=True, adds_up=True),) if share else ()),
        Column("空き", 0.8, is_count=True, adds_up=True),
        Column("0人分・要確認の理由など", 2.6),
    ]
    rows = tuple(_site_row(site, *((site.placed_all,) if share else ())) for site in report.by_site)
    sums = (
        sum(cell for row in rows if isinstance(cell := row[index], int))
        for index in range(1, len(columns) - 1)
    )
    power_first = sum(site.floor or 0 for site in report.by_site if site.is_power_first)
    basis = (
        f"{how_counted(report.conditions)} / 床面積による人数 = 37施設 {report.floor_places:,}人分"
        f" + 電源優先施設 {power_first:,}人分 / 使える人数 − 入る人 = 空き"
    )
    return Table(
        heading="施設ごと(人分)",
        columns=tuple(columns),
        rows=rows,
        total=(f"合計 {len(rows)}施設", *sums, "") if rows else None,
        basis=basis,
        empty="福祉避難所がまだ登録されていません。",
    )


def _site_row(site: SiteFigures, *others: int) -> tuple[Cell, ...]:
    return (site.name, site.floor, site.usable, site.placed, *others, site.free, _site_remark(site))


def _districts(report: CapacityReport) -> tuple[Block, ...]:
    """Return the table by 校区 with small counts withheld; a single 校区 is the headline itself."""
    if len(report.by_district) < 2:
        return ()
    public = suppress([SplitRow(row.placed, row.unplaced) for row in report.by_district])
    heading = "校区ごと(人)"
    if public is None:
        return (Notes(heading, ("人数が少なく、個人がわかるおそれがあるため、校区ごとの表は載せません。",)),)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (row.district, *shown) for row, shown in zip(report.by_district, public.rows, strict=True)
    )
    basis = how_counted(report.conditions)
    withheld: tuple[Cell, ...] | None = None
    if any(public.withheld):
        withheld = ("伏せた数の計", *public.withheld)
        basis += (
            " / 5人未満の数は伏せました。引き算でわかる数も「非表示」にしました。"
            "見えている数と「伏せた数の計」を足すと合計です。"
        )
    return (
        Table(
            heading=heading,
            columns=(
                Column("校区", 2),
                Column("行く人", 1, is_count=True, adds_up=True),
                Column("入れる人", 1, is_count=True, adds_up=True),
                Column("入れない人", 1, is_count=True, adds_up=True),
            ),
            rows=rows,
            total=(f"合計 {len(rows)}校区", *public.totals),
            withheld=withheld,
            basis=basis,
        ),
    )


def reason_counts(row: UnplacedFigures) -> str:
    """Return 「満員 16、受入対象外 7」: each reason with its number of sites."""
    return "、".join(f"{reason_label(code)} {count}" for code, count in row.reasons) or "—"


def _unplaced(report: CapacityReport) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            row.number,
            row.people,
            reason_counts(row),
        )
        for row in report.unplaced
    ]
    if report.off_list_unplaced:
        rows.append(("名簿外", report.off_list_unplaced, "名簿の人のあとに入れます"))
    return Table(
        heading="入れない人と理由(番号順)",
        columns=(
            Column("番号", 0.8),
            Column("人数", 0.6, is_count=True, adds_up=True),
            Column("施設が受け入れられない理由と施設の数", 7),
        ),
        rows=tuple(rows),
        total=("合計", report.unplaced_people, "") if rows else None,
        basis="人数は、本人といっしょに行く人の数です。理由のあとの数は、その理由の施設の数です。"
        "名前はこの紙にありません。",
        empty="全員が入れます。" if report.demand_people else "行く人がいません。",
    )
