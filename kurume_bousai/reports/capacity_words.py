"""容量の書類の文: sentences made from the numbers, the same on every paper. Nothing is netted."""

from __future__ import annotations

from collections import Counter

from kurume_bousai.domain.placement import (
    PHASE_BANDS,
    PHASE_COST,
    PHASE_OFF_LIST,
    PHASE_POWER,
    PHASE_POWER_FIRST,
)
from kurume_bousai.labels import change_words, phase_label, reason_label
from kurume_bousai.reports.paper import people
from kurume_bousai.services.capacity.figures import CapacityReport, ImprovementFigures, PhaseFigures
from kurume_bousai.services.capacity.report_contents import best_improvements, unproven_range

OUTSIDE = "想定区域の外であることは、安全であることを意味しません。"
WITHOUT_PROTECTED = "支援措置対象者は含みません。"
TOTALS_RULE = (
    "合計のつくり方: どの合計も、その表の行を足した数です。四捨五入はしません。"
    "空きと入れない人は、差し引きしません。"
)
_LONGEST_NAME = 30


def sum_line(report: CapacityReport) -> str:
    """Return 「行く人 896人 = 入れる人 584人 + 入れない人 312人」."""
    return (
        f"行く人 {people(report.demand_people)} = 入れる人 {people(report.placed_people)}"
        f" + 入れない人 {people(report.unplaced_people)}"
    )


def places_line(report: CapacityReport) -> str:
    """Return the places, apart from the people."""
    return (
        f"使える人数 {report.usable_places:,}人分 ・ 空き {report.free_places:,}人分"
        f" ・ 37施設の床面積による人数 {report.floor_places:,}人分"
    )


def off_list_line(report: CapacityReport) -> str:
    """Return what is 名簿外 in the totals; empty where nobody is."""
    if not report.off_list_people:
        return ""
    placed = report.off_list_people - report.off_list_unplaced
    return (
        f"そのうち名簿外の人 {people(report.off_list_people)} = 入れる人 {people(placed)}"
        f" + 入れない人 {people(report.off_list_unplaced)}"
    )


def proof_lines(report: CapacityReport) -> list[str]:
    """Return what was not proven in time, phase by phase, in plain words; empty = everything is proven."""
    whole = "全市で " if _is_share(report) else ""
    return [
        f"時間内に確かめきれませんでした: {whole}{_unproven(one)}"
        for one in report.phases
        if not one.is_proven
    ]


def _unproven(phase: PhaseFigures) -> str:
    found = unproven_range(phase)
    if found is None:
        return f"{phase_label(PHASE_COST)}する計算(いちばん良い答えとの差は最大で {phase.gap:.1%})"
    least, most = found
    span = f"{least:,}人以上{most:,}人以下"
    if phase.name == PHASE_POWER:
        return f"電源がいる組で入れない人は {span}"
    if phase.name == PHASE_POWER_FIRST:
        return f"電源優先施設に入る、電源のいらない人は {span}"
    return f"{phase_label(phase.name)}で入れない人は {span}"


def status_line(report: CapacityReport) -> str:
    """Return whether the answer is the best there is."""
    if any(not phase.is_proven for phase in report.phases):
        return "計算の結果: 時間内に見つけた入れ方です。もっと良い入れ方がないとは、言いきれません。"
    if report.demand_people == 0 or not report.by_site:
        return "計算の結果: 行く人か、施設がありません。"
    return "計算の結果: これより良い入れ方がないことを、確かめました。"


def left_by_band(report: CapacityReport) -> list[tuple[str, int]]:
    """Return the people left out per 優先度 and 名簿外, as the phases counted them in the whole city."""
    return [
        (phase_label(phase.name), round(phase.value))
        for phase in report.phases
        if phase.name in (*PHASE_BANDS, PHASE_OFF_LIST)
    ]


def _is_share(report: CapacityReport) -> bool:
    return report.conditions.district_id is not None and not report.conditions.alone


def three_sentences(report: CapacityReport) -> tuple[str, str, str]:
    """Return what a manager needs to know in three plain sentences."""
    return _fit_sentence(report), _free_sentence(report), _help_sentence(report)


def _fit_sentence(report: CapacityReport) -> str:
    if report.demand_people == 0:
        return "この条件では、福祉避難所へ行く人がいません。"
    if report.unplaced_people == 0:
        return f"この条件では、福祉避難所へ行く {people(report.demand_people)}の全員が入れます。"
    if report.placed_people == 0:
        return f"この条件では、福祉避難所へ行く {people(report.demand_people)}のだれも入れません。"
    return (
        f"この条件では、福祉避難所へ行く {people(report.demand_people)}のうち、"
        f"{people(report.placed_people)}が入れて、{people(report.unplaced_people)}が入れません。"
    )


def _free_sentence(report: CapacityReport) -> str:
    if report.usable_places == 0:
        return "使える福祉避難所がありません。床面積や職員の数が未確認の施設は、0人分と数えています。"
    if report.free_places == 0:
        return f"使える {report.usable_places:,}人分は、すべて使いきります。"
    if report.unplaced_people == 0:
        return f"全員が入ったあとも、{report.free_places:,}人分の空きがあります。"
    return (
        f"空きは {report.free_places:,}人分ありますが、必要な支援や受入対象などが合わないため、"
        "入れない人の数からは引けません。"
    )


def _help_sentence(report: CapacityReport) -> str:
    if report.unplaced_people == 0:
        return "開く施設が減ったときの人数は、下の表を見てください。" if report.ladder else OUTSIDE
    best = best_improvements(report, 1)
    if best:
        names = {site.site_id: site.name for site in report.by_site}
        words = change_words(best[0].change, shorter(names.get(best[0].change.site_id, "")))
        whose = "全市の入れない人" if _is_share(report) else "入れない人"
        left = people(best[0].unplaced_after)
        return f"調べた中でいちばん効く手は「{words}」で、{whose}は {left}に減ります。"
    reasons: Counter[str] = Counter()
    for row in report.unplaced:
        reasons.update(dict(row.reasons))
    if not reasons:
        return "入れない人は、名簿の人のあとに数えた名簿外の人です。"
    common = reason_label(reasons.most_common(1)[0][0])
    return f"施設が受け入れられない理由でいちばん多いのは、「{common}」です。"


def improvement_words(report: CapacityReport, found: ImprovementFigures) -> str:
    """Return the change in words with the name of its site."""
    names = {site.site_id: site.name for site in report.by_site}
    return change_words(found.change, names.get(found.change.site_id, str(found.change.site_id)))


def shorter(name: str, most: int = _LONGEST_NAME) -> str:
    """Return a name that fits a line; the whole name stands in the report."""
    return name if len(name) <= most else f"{name[: most - 1]}…"
