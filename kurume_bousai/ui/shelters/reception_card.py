"""受け入れの札: who is at a site now, how old that figure is, and what can be written about it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from PySide6.QtWidgets import QLayout, QWidget

from kurume_bousai.domain.dates import in_japan
from kurume_bousai.domain.reception import SiteOccupancy, SiteReport
from kurume_bousai.domain.shelters import YesNoUnknown
from kurume_bousai.services.capacity.plan_board import BoardSite
from kurume_bousai.ui.kit.widgets import Digits, Para, hbox, label, vbox
from kurume_bousai.ui.shelters.board_rows import age_of

_WORKS: Final = {YesNoUnknown.YES: "使える", YesNoUnknown.NO: "使えない", YesNoUnknown.UNKNOWN: "不明"}
_OLD_H: Final = 3


def reception_rows(row: BoardSite, now: datetime) -> list[QWidget | QLayout]:
    """Where the number of people comes from, line by line, and the newest report."""
    there = row.occupancy or SiteOccupancy(row.site.site_id)
    counted = "報告なし" if there.counted_people is None else f"{there.counted_people:,}人"
    lines = (
        ("番号で書いた人", f"{there.admitted_people:,}人"),
        ("人数だけの報告", counted),
        ("いまいる人", occupied_words(there)),
        ("割当(これから来る人)", f"{there.expected_people:,}人"),
        ("要請・返事待ち", f"{there.waiting_people:,}人"),
    )
    made: list[QWidget | QLayout] = [label("いまの受入", "small")]
    made += [_line(words, figure, is_sum=words == "いまいる人") for words, figure in lines]
    made.append(Para(_told(there, now), "small", line=1.3))
    if there.report is not None:
        made.append(Para(_report(there.report), line=1.35))
    if there.report_note:
        made.append(Para(there.report_note, line=1.35))
    return [vbox(*made, gap=0.25)]


def occupied_words(there: SiteOccupancy) -> str:
    """「12人」; a site that nobody has told of is not said to be empty."""
    is_told = there.newest_at is not None or there.counted_at is not None
    return f"{there.occupied_people:,}人" if is_told else "報告なし"


def _line(words: str, figure: str, *, is_sum: bool) -> QLayout:
    return hbox(label(words, "heading" if is_sum else "body"), None, Digits(figure, "body", bold=is_sum))


def _told(there: SiteOccupancy, now: datetime) -> str:
    """「人数は 21日 3:10(2時間前、施設長から)」."""
    if there.counted_at is None and there.newest_at is None:
        return "まだ何も知らされていません。0人ということではありません。"
    at = there.counted_at or there.newest_at
    if at is None:
        return ""
    local = in_japan(at)
    by = f"、{there.counted_by}から" if there.counted_by else ""
    old = "古い数です。" if (now - at).total_seconds() > _OLD_H * 3600 else ""
    return f"人数は {local.month}月{local.day}日 {local:%H:%M}({age_of(at, now)}{by})のものです。{old}"


def _report(report: SiteReport) -> str:
    staff = "不明" if report.staff is None else f"{report.staff}人"
    return (
        f"職員 {staff}・電気 {_WORKS[report.power]}・水 {_WORKS[report.water]}・"
        f"トイレ {_WORKS[report.toilet]}"
    )
