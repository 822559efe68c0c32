"""容量の書類の表: by need, site, 校区 and number, each with the formulas a workbook computes it by."""

from __future__ import annotations

from kurume_bousai.labels import change_words, label, need_sign, reason_label
from kurume_bousai.reports.capacity_checks import (
    DISTRICTS,
    NEEDS,
    SITES,
    UNPLACED,
    floor_cell,
    staff_limit_cell,
    usable_cell,
)
from kurume_bousai.reports.capacity_words import improvement_words
from kurume_bousai.reports.conditions import how_counted, percent
from kurume_bousai.reports.paper import Cell, Column, Formula, Notes, Ref, Table, count_of
from kurume_bousai.reports.small_counts import PublicRows, SplitRow, suppress
from kurume_bousai.services.capacity.figures import CapacityReport, SiteFigures, UnplacedFigures

_ONLY_SUMS = (
    " / 5人未満の数は伏せました。引き算でわかる数も「非表示」にしました。"
    "見えている数と「伏せた数の計」を足すと合計です。"
)

#: Columns of the table by site that formulas point at.
SITE_RATE, SITE_FLOOR, SITE_BLOCKED, SITE_STAFF, SITE_USED, SITE_USABLE, SITE_PLACED = range(1, 8)


def is_share(report: CapacityReport) -> bool:
    """Return whether this is one 校区's share of the whole city's answer."""
    return report.conditions.district_id is not None and not report.conditions.alone


def need_table(report: CapacityReport) -> Table | None:
    """Return the table by need, in parties; None where no need was counted."""
    if not report.by_need:
        return None
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            f"{need_sign(row.need)} {label(row.need)}",
            Formula(row.parties, (Ref(NEEDS, 2, index), "+", Ref(NEEDS, 3, index))),
            row.placed,
            row.unplaced,
            "上限なし" if row.capacity is None else row.capacity,
        )
        for index, row in enumerate(report.by_need)
    )
    return Table(
        key=NEEDS,
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


def site_table(report: CapacityReport) -> Table:
    """Return the table by site; a 校区's share shows beside its people those of the whole city."""
    share = is_share(report)
    columns = [
        Column("施設", 2.9),
        Column("1人の面積(㎡)", 0.8, is_count=True),
        Column("床面積による人数", 1.05, is_count=True, adds_up=True),
        Column("使えない人数分", 1, is_count=True, adds_up=True),
        Column("職員で見られる人数", 1.05, is_count=True),
        Column("使うか", 1.35),
        Column("使える人数", 0.85, is_count=True, adds_up=True),
        Column("この校区の人" if share else "入る人", 0.75, is_count=True, adds_up=True),
        *((Column("全市の人", 0.75, is_count=True, adds_up=True),) if share else ()),
        Column("空き", 0.75, is_count=True, adds_up=True),
        Column("0人分・要確認の理由など", 3.2),
    ]
    rows = tuple(_site_row(report, index) for index in range(len(report.by_site)))
    total: tuple[Cell, ...] = tuple(
        sum(count_of(row[index]) for row in rows) if column.adds_up else None
        for index, column in enumerate(columns)
    )
    power_first = sum(site.floor or 0 for site in report.by_site if site.is_power_first)
    return Table(
        key=SITES,
        heading="施設ごと(人分)",
        columns=tuple(columns),
        rows=rows,
        total=(f"合計 {len(rows)}施設", *("" if cell is None else cell for cell in total[1:]))
        if rows
        else None,
        basis=f"{how_counted(report.conditions)} / 床面積による人数 = 37施設 {report.floor_places:,}人分"
        f" + 電源優先施設 {power_first:,}人分 / 使える人数 = 床面積による人数 − 使えない人数分 と"
        " 職員で見られる人数 の小さい方(使わない施設は 0) / 使える人数 − 入る人 = 空き",
        empty="福祉避難所がまだ登録されていません。",
    )


def _site_row(report: CapacityReport, index: int) -> tuple[Cell, ...]:
    site, share = report.by_site[index], is_share(report)
    last_people = SITE_PLACED + share  # those of the whole city

    def at(column: int) -> Ref:
        return Ref(SITES, column, index)

    return (
        site.name,
        site.rate_m2,
        floor_cell(report, index),
        site.blocked,
        staff_limit_cell(site, report.conditions.places_per_staff, None),
        "使う" if site.is_used else "使わない",
        usable_cell(at(SITE_USED), at(SITE_FLOOR), at(SITE_BLOCKED), at(SITE_STAFF), site),
        site.placed,
        *((site.placed_all,) if share else ()),
        Formula(site.free, (at(SITE_USABLE), "-", at(last_people))),
        _site_remark(site),
    )


def public_districts(report: CapacityReport) -> PublicRows | None:
    """Return the rows by 校区 as they may leave the program; None where no hiding is enough."""
    return suppress([SplitRow(row.placed, row.unplaced) for row in report.by_district])


def district_table(report: CapacityReport, public: PublicRows) -> Table:
    """Return the table by 校区 with small counts withheld."""
    rows = []
    for index, (row, shown) in enumerate(zip(report.by_district, public.rows, strict=True)):
        total: Cell = shown[0]
        if all(isinstance(cell, int) for cell in shown):
            total = Formula(row.people, (Ref(DISTRICTS, 2, index), "+", Ref(DISTRICTS, 3, index)))
        rows.append((row.district, total, *shown[1:]))
    basis = how_counted(report.conditions)
    withheld: tuple[Cell, ...] | None = None
    if any(public.withheld):
        withheld = ("伏せた数の計", *public.withheld)
        basis += _ONLY_SUMS
    return Table(
        key=DISTRICTS,
        heading="校区ごと(人)",
        columns=(
            Column("校区", 2),
            Column("行く人", 1, is_count=True, adds_up=True),
            Column("入れる人", 1, is_count=True, adds_up=True),
            Column("入れない人", 1, is_count=True, adds_up=True),
        ),
        rows=tuple(rows),
        total=(f"合計 {len(rows)}校区", *public.totals),
        withheld=withheld,
        basis=basis,
    )


def district_block(report: CapacityReport) -> Table | Notes | None:
    """Return the table by 校区, or why it is not there; a single 校区 is the headline itself."""
    if len(report.by_district) < 2:
        return None
    public = public_districts(report)
    if public is None:
        return Notes(
            "校区ごと(人)", ("人数が少なく、個人がわかるおそれがあるため、校区ごとの表は載せません。",)
        )
    return district_table(report, public)


def reason_counts(row: UnplacedFigures) -> str:
    """Return 「満員 16、受入対象外 7」: each reason with its number of sites."""
    return "、".join(f"{reason_label(code)} {count}" for code, count in row.reasons) or "—"


def nearest_words(row: UnplacedFigures, names: dict[str, str]) -> str:
    """Return the changes at one site that would let the party in; the distance is never told."""
    if not row.nearest:
        return "—"
    return "、".join(change_words(one, names.get(one.site_id, one.site_id)) for one in row.nearest)


def unplaced_table(report: CapacityReport) -> Table:
    """Return the list of those who do not get in, by number."""
    names = {str(site.site_id): site.name for site in report.by_site}
    rows: list[tuple[Cell, ...]] = [
        (row.number, row.people, reason_counts(row), nearest_words(row, names)) for row in report.unplaced
    ]
    if report.off_list_unplaced:
        rows.append(("名簿外", report.off_list_unplaced, "名簿の人のあとに入れます", "—"))
    return Table(
        key=UNPLACED,
        heading="入れない人と理由(番号順)",
        columns=(
            Column("番号", 0.8),
            Column("人数", 0.6, is_count=True, adds_up=True),
            Column("施設が受け入れられない理由と施設の数", 4),
            Column("入れるようにする一番近い手", 3.2),
        ),
        rows=tuple(rows),
        total=("合計", report.unplaced_people, "", "") if rows else None,
        basis="人数は、本人といっしょに行く人の数です。理由のあとの数は、その理由の施設の数です。"
        "一番近い手は、ほかの人をそのままにして、その組だけを入れるときの手です。名前はこの紙にありません。",
        empty="全員が入れます。" if report.demand_people else "行く人がいません。",
    )


def improvement_table(report: CapacityReport, most: int | None = None) -> Table | None:
    """Return what would help, as new totals; None where it was not asked or nobody is left out."""
    found = report.improvements
    if found is None or report.unplaced_people == 0:
        return None
    key = "improvements"
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            improvement_words(report, one),
            one.unplaced_before,
            one.unplaced_after,
            Formula(one.unplaced_before - one.unplaced_after, (Ref(key, 1, index), "-", Ref(key, 2, index))),
            "確かめました" if one.is_proven else "時間内に確かめきれませんでした",
        )
        for index, one in enumerate(found[:most])
    )
    limits = "" if report.is_help_complete else "時間が足りず、調べていない手があります。"
    return Table(
        key=key,
        heading="何があれば減るか(全市の入れない人)",
        columns=(
            Column("手", 4.2),
            Column("いまの人数", 1, is_count=True),
            Column("その手のあと", 1.1, is_count=True),
            Column("減る人数", 0.9, is_count=True),
            Column("確かさ", 1.7),
        ),
        rows=rows,
        basis="一つの手だけを行って、全員の入れ方を求め直した数です。二つの手の減る人数を足すことはできません。"
        + limits,
        empty="調べた手の中に、入れない人を減らすものはありませんでした。",
    )


def ladder_table(report: CapacityReport) -> Table | None:
    """Return the same question with fewer sites open; None where it was not asked."""
    if not report.ladder:
        return None
    key = "ladder"
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            percent(one.open_rate),
            one.open_sites,
            Formula(one.demand, (Ref(key, 3, index), "+", Ref(key, 4, index))),
            one.placed,
            one.unplaced,
            "確かめました" if one.is_proven else "確かめきれませんでした",
        )
        for index, one in enumerate(report.ladder)
    )
    return Table(
        key=key,
        heading="開く施設が減ると",
        columns=(
            Column("37施設のうち開く割合", 1.4),
            Column("開く施設", 0.8, is_count=True),
            Column("行く人", 0.8, is_count=True),
            Column("入れる人", 0.8, is_count=True),
            Column("入れない人", 0.9, is_count=True),
            Column("確かさ", 1.4),
        ),
        rows=rows,
        basis="ほかの条件は同じです。",
    )


def question_table(report: CapacityReport) -> Table | None:
    """Return what is 要確認, site by site; None where nothing is."""
    if not report.questions:
        return None
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            one.site,
            "はい" if any(question.is_blocking for question in one.questions) else "いいえ",
            "、".join(dict.fromkeys(label(question.kind) for question in one.questions)),
        )
        for one in report.questions
    )
    return Table(
        heading="要確認の施設",
        columns=(Column("施設", 2.6), Column("確かめるまで誰も入れない", 1.4), Column("確かめること", 5)),
        rows=rows,
        basis=f"{len(rows)}施設に、わからない数か古い数があります。",
    )
