"""計画と定員の突合 (B7): what plans have decided against what the sites can take. Nothing is placed."""

from __future__ import annotations

from collections.abc import Sequence

from kurume_bousai.domain.capacity import StaffShift
from kurume_bousai.labels import label, need_sign
from kurume_bousai.reports.capacity_checks import Check, checks_table, totals_table
from kurume_bousai.reports.capacity_context import source_words
from kurume_bousai.reports.capacity_words import OUTSIDE, WITHOUT_PROTECTED
from kurume_bousai.reports.conditions import named
from kurume_bousai.reports.paper import (
    Answer,
    Cell,
    Column,
    Facts,
    Formula,
    Notes,
    Paper,
    Ref,
    Table,
    count_of,
    day_text,
    decimal_text,
    people,
)
from kurume_bousai.reports.stamps import footer_lines, top_marks
from kurume_bousai.services.capacity.figures import PlanNeedFigures, PlanSiteFigures, PlansReport
from kurume_bousai.services.papers.ports import PaperStamp

TOTALS_RULE = (
    "合計のつくり方: どの合計も、その表の行を足した数です。四捨五入はしません。"
    "施設の空きと不足は、差し引きしません。"
)
_SITES, _NEEDS = "plan_sites", "plan_needs"
_FLOOR, _BLOCKED, _STAFF, _USABLE, _ASSIGNED, _FREE, _SHORT = range(2, 9)
_NEED_UNITS, _NEED_ASSIGNED = 2, 3


def plans_paper(report: PlansReport, stamp: PaperStamp) -> Paper:
    """Return the paper; a balance below zero is said as 「不足 13」."""
    sites = _sites(report)
    needs = _needs(report)
    return Paper(
        kind="plans_capacity",
        title="計画と定員の突合",
        subtitle=f"久留米市 全域 ・ {day_text(report.as_of)}",
        marks=top_marks(stamp, None),
        blocks=(
            _answer(report),
            Facts("数え方", _rule(report)),
            _remarks(report),
            Notes(
                "数の出どころと確認日", tuple(source_words(one) for one in report.sources) or ("記録なし",)
            ),
            sites,
            needs,
            *_computed(report, sites),
        ),
        footer=footer_lines(stamp, TOTALS_RULE),
        made_at=stamp.made_at,
        figures=figures_of(report),
    )


def figures_of(report: PlansReport) -> tuple[tuple[str, int | str], ...]:
    """Return the totals by name; free places and shortage stand apart."""
    return (
        ("assigned_people", sum(site.assigned for site in report.sites)),
        ("undecided_people", report.undecided_people),
        ("usable_places", sum(site.usable or 0 for site in report.sites)),
        ("free_places", sum(max(0, site.balance) for site in report.sites)),
        ("shortage", sum(max(0, -site.balance) for site in report.sites)),
        ("sites_short", sum(site.balance < 0 for site in report.sites)),
    )


def _answer(report: PlansReport) -> Answer:
    short = [site for site in report.sites if site.balance < 0]
    assigned = sum(site.assigned for site in report.sites)
    planned = assigned + report.undecided_people
    headline = f"不足 {_short(report.sites)}" if short else "不足のある施設はありません"
    lines = [
        (
            f"計画で福祉避難所へ行く人 {people(planned)} = 施設が決まった人 {people(assigned)}"
            f" + 施設がまだの人 {people(report.undecided_people)}"
        ),
        (
            f"使える人数 {sum(site.usable or 0 for site in report.sites):,}人分"
            f" ・ 空き {sum(max(0, site.balance) for site in report.sites):,}人分"
            f"({sum(site.balance > 0 for site in report.sites)}施設)"
        ),
        *_the_37(report),
    ]
    need_short = sum((row.balance or 0) < 0 for site in report.sites for row in site.needs)
    if need_short:
        lines.append(f"人数は足りていても、必要な支援の枠が足りない所が {need_short}か所あります。")
    return Answer(headline, tuple(lines))


def _short(sites: Sequence[PlanSiteFigures]) -> str:
    """「527人分(21施設)」: what is missing where something is."""
    short = [-site.balance for site in sites if site.balance < 0]
    return f"{sum(short):,}人分({len(short)}施設)"


def _the_37(report: PlansReport) -> list[str]:
    """The city's sites without the power-first one, as the screen counts them (RULEBOOK §2)."""
    the_37 = [site for site in report.sites if not site.is_power_first]
    if len(the_37) == len(report.sites):
        return []
    usable = sum(site.usable or 0 for site in the_37)
    return [f"電源優先施設を除く{len(the_37)}施設では 使える人数 {usable:,}人分 ・ 不足 {_short(the_37)}"]


def _rule(report: PlansReport) -> tuple[tuple[str, str], ...]:
    shift = label(report.shift)
    if report.shift is not StaffShift.NONE:
        shift = f"{shift}(1人につき{report.places_per_staff}人まで)"
    own = [site.name for site in report.sites if site.rate_m2 != report.rate_m2]
    rate = f"{decimal_text(report.rate_m2)}㎡"
    return (
        ("数える人", "マイプランの行先が福祉避難所の人"),
        ("同行者", "数える"),
        ("支援措置対象者", "含まない"),
        ("1人あたりの面積", f"{rate}(施設で決めている所: {named(own)})" if own else rate),
        ("職員", shift),
        ("数えた日", day_text(report.as_of)),
    )


def _remarks(report: PlansReport) -> Notes:
    unknown = [site.name for site in report.sites if site.usable is None]
    lines = [
        "計画で決めたことを足した数です。入りきれるかを計算したものではありません。",
        WITHOUT_PROTECTED,
        OUTSIDE,
    ]
    if unknown:
        lines.append(f"床面積がわからず、0人分と数えた施設({len(unknown)}): {named(unknown)}")
    return Notes("読むときの注意", tuple(lines))


def _state(site: PlanSiteFigures) -> str:
    words = []
    if site.usable is None:
        words.append("床面積が不明(要確認)")
    if site.balance < 0:
        words.append(f"不足 {-site.balance:,}")
    elif site.usable is not None:
        words.append(f"空き {site.balance:,}" if site.balance else "満員")
    if site.is_power_first:
        words.append("電源優先施設(37に含まない)")
    return "、".join(words)


def _sites(report: PlansReport) -> Table:
    rows = tuple(_site_row(site, index) for index, site in enumerate(report.sites))
    columns = (
        Column("施設", 3),
        Column("1人の面積(㎡)", 0.9, is_count=True),
        Column("床面積による人数", 1.1, is_count=True, adds_up=True),
        Column("使えない人数分", 1, is_count=True, adds_up=True),
        Column("職員で見られる人数", 1.1, is_count=True),
        Column("使える人数", 0.9, is_count=True, adds_up=True),
        Column("行くと決めた人", 0.9, is_count=True, adds_up=True),
        Column("空き", 0.7, is_count=True, adds_up=True),
        Column("不足", 0.7, is_count=True, adds_up=True),
        Column("状態", 2),
    )
    sums: list[Cell] = [
        sum(count_of(row[index]) for row in rows) if column.adds_up else ""
        for index, column in enumerate(columns)
    ]
    return Table(
        key=_SITES,
        heading="施設ごと(人分)",
        columns=columns,
        rows=rows,
        total=(f"合計 {len(rows)}施設", *sums[1:]) if rows else None,
        basis="空き = 使える人数 − 行くと決めた人(0より大きいとき)、不足 = その逆。"
        "空きと不足は別々に足します。",
        empty="福祉避難所がまだ登録されていません。",
    )


def _site_row(site: PlanSiteFigures, index: int) -> tuple[Cell, ...]:
    def at(column: int) -> Ref:
        return Ref(_SITES, column, index)

    floor, blocked, staff = at(_FLOOR), at(_BLOCKED), at(_STAFF)
    room: tuple[str | Ref, ...] = (floor, "-", blocked)
    usable = Formula(
        site.usable or 0,
        (
            "IF(ISNUMBER(",
            floor,
            "),MAX(0,MIN(",
            *room,
            ",IF(ISNUMBER(",
            staff,
            "),",
            staff,
            ",",
            *room,
            "))),0)",
        ),
    )
    return (
        site.name,
        site.rate_m2,
        site.floor,
        site.blocked,
        site.staff_limit,
        usable,
        site.assigned,
        Formula(max(0, site.balance), ("MAX(0,", at(_USABLE), "-", at(_ASSIGNED), ")")),
        Formula(max(0, -site.balance), ("MAX(0,", at(_ASSIGNED), "-", at(_USABLE), ")")),
        _state(site),
    )


def _needs(report: PlansReport) -> Table:
    pairs = [(site, need) for site in report.sites for need in site.needs if need.assigned]
    return Table(
        key=_NEEDS,
        heading="施設と必要な支援ごと(組)",
        columns=(
            Column("施設", 3),
            Column("必要な支援", 2),
            Column("受け入れられる組", 1.2, is_count=True),
            Column("行くと決めた組", 1.1, is_count=True),
            Column("空き", 0.7, is_count=True),
            Column("不足", 0.7, is_count=True),
            Column("状態", 1.6),
        ),
        rows=tuple(_need_row(site, need, index) for index, (site, need) in enumerate(pairs)),
        basis="行くと決めた組のある支援だけを載せました。未確認の枠は、確かめるまで0と数えます。",
        empty="必要な支援のある人の行先は、まだ決まっていません。",
    )


def _need_row(site: PlanSiteFigures, row: PlanNeedFigures, index: int) -> tuple[Cell, ...]:
    words = f"{need_sign(row.need)} {label(row.need)}"
    if row.balance is None:
        return site.name, words, "上限なし", row.assigned, None, None, "足りる"
    units: Cell = "未確認" if row.is_unknown else row.units
    at_units, at_assigned = Ref(_NEEDS, _NEED_UNITS, index), Ref(_NEEDS, _NEED_ASSIGNED, index)
    known: tuple[str | Ref, ...] = ("N(", at_units, ")")
    state = (
        f"不足 {-row.balance:,}" if row.balance < 0 else f"空き {row.balance:,}" if row.balance else "満員"
    )
    return (
        site.name,
        words,
        units,
        row.assigned,
        Formula(max(0, row.balance), ("MAX(0,", *known, "-", at_assigned, ")")),
        Formula(max(0, -row.balance), ("MAX(0,", at_assigned, "-", *known, ")")),
        state if not row.is_unknown else f"{state}(枠が未確認)",
    )


def _computed(report: PlansReport, sites: Table) -> tuple[Table, ...]:
    numbers = dict(figures_of(report))
    rows = [
        ("行くと決めた人", int(numbers["assigned_people"]), _ASSIGNED),
        ("使える人数", int(numbers["usable_places"]), _USABLE),
        ("空き", int(numbers["free_places"]), _FREE),
        ("不足", int(numbers["shortage"]), _SHORT),
    ]
    totals = totals_table([(words, count) for words, count, _ in rows])
    if sites.total is None:
        return (totals,)
    checks = [
        Check(
            f"{words} = 施設ごとの計",
            Formula(count, (Ref("totals", 1, index),)),
            Formula(count_of(sites.total[column]), (Ref(_SITES, column, is_total=True),)),
        )
        for index, (words, count, column) in enumerate(rows)
    ]
    rest = count_of(sites.total[_USABLE]) - count_of(sites.total[_ASSIGNED])
    checks.append(
        Check(
            "空き − 不足 = 使える人数 − 行くと決めた人",
            Formula(
                int(numbers["free_places"]) - int(numbers["shortage"]),
                (Ref("totals", 1, 2), "-", Ref("totals", 1, 3)),
            ),
            Formula(rest, (Ref(_SITES, _USABLE, is_total=True), "-", Ref(_SITES, _ASSIGNED, is_total=True))),
        )
    )
    return (totals, checks_table(checks))
