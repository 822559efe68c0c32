"""紙の頭と足もと: marks at the top of every page, the maker and the audit head at its foot."""

from __future__ import annotations

from kurume_bousai.reports.paper import day_text, moment_text
from kurume_bousai.services.papers.ports import CopyMark, PaperStamp


def top_marks(stamp: PaperStamp, copy: CopyMark | None) -> tuple[str, ...]:
    """Return the marks of every page: 架空, 取扱注意, the copy, its recipient and expiry."""
    marks = ["架空"] if stamp.is_fictional else []
    if copy is not None:
        marks += [
            "取扱注意",
            f"写し {copy.position}/{copy.copies}(番号 {copy.copy_number})",
            f"渡す先: {copy.recipient}",
            f"使用期限: {day_text(copy.expires_on)}",
        ]
    return tuple(marks)


def footer_lines(stamp: PaperStamp, totals_rule: str) -> tuple[str, ...]:
    """Return the lines at the foot of every page; the page number is added where pages exist."""
    made = f"作成 {moment_text(stamp.made_at)} ・ 操作者 {stamp.operator} ・ 監査記録 {stamp.audit_head}"
    return (made, totals_rule)
