"""盤の見出しと凡例: the sums of the 37 and what the signs mean."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QLabel, QWidget

from kurume_bousai.domain.capacity import StaffShift
from kurume_bousai.services.capacity.plan_board import BoardRule
from kurume_bousai.ui.kit.painters import State
from kurume_bousai.ui.kit.widgets import Digits, NeedMark, StateMark, flow, hbox, holder, label, state_row
from kurume_bousai.ui.shelters.board_rows import HeadLine

SHIFT_WORDS: Final = {
    StaffShift.DAY: "昼の職員",
    StaffShift.NIGHT: "夜の職員",
    StaffShift.NONE: "職員数えず",
}
_STAFF: Final = {StaffShift.DAY: "昼の職員", StaffShift.NIGHT: "夜の職員"}


def rule_words(rule: BoardRule) -> str:
    """「1人4㎡・昼の職員1人に10人まで」: what 使える人数 is made of."""
    return f"1人{rule.settings.rate_m2.normalize():f}㎡・{staff_words(rule)}"


def staff_words(rule: BoardRule) -> str:
    """「昼の職員1人に10人まで」."""
    if rule.shift is StaffShift.NONE:
        return "職員の数では限らない"
    return f"{_STAFF[rule.shift]}1人に{rule.settings.places_per_staff}人まで"


def head_words(head: HeadLine, rule: str) -> QWidget:
    """「37施設のうち 22施設に空き」 with the rule behind it."""
    parts: list[QWidget] = [label("市の一覧はまだありません", "quiet")]
    if head.sites and head.opened is None:
        parts = [
            _figure(f"{head.sites}施設のうち", f"{head.with_room}", "施設に空き"),
            _figure("", f"{head.free:,}", "人分"),
        ]
    elif head.sites:
        parts = [
            _figure(f"{head.sites}施設のうち", f"{head.opened}", "開設"),
            _figure("空き", f"{head.free:,}", f"人分({head.with_room}施設)"),
        ]
    if head.short:
        parts.append(_figure("不足", f"{head.short:,}", f"人分({head.short_sites}施設)", State.SHORT))
    if head.unknown:
        parts.append(_figure("不明", f"{head.unknown}", "施設", State.UNKNOWN))
    if head.undecided:
        parts.append(_figure("施設が未定", f"{head.undecided:,}", "人"))
    made = flow(parts, gap=1.5, line_gap=0.25)
    made.setToolTip(rule)
    made.setAccessibleName("盤のまとめ")
    made.setAccessibleDescription(rule)
    return made


def _figure(before: str, number: str, after: str, state: State | None = None) -> QWidget:
    parts: list[QWidget] = [StateMark(state, 20, name=before)] if state else []
    if before:
        parts.append(label(before, "quiet"))
    parts += [Digits(number, "number"), label(after, "quiet")]
    return holder(hbox(*parts, gap=0.75))


def legend() -> QWidget:
    """What the marks and the bar mean."""
    rule_words: QLabel = label("棒 = 人 / 使える人数", "small")
    first = holder(hbox(NeedMark("電", "電源", 16), label("電源優先(37に数えない)", "small"), gap=0.5))
    entries = [
        state_row(State.OK, "空きあり"),
        state_row(State.FEW, "空きわずか(1割以下か2人以下)"),
        state_row(State.SHORT, "不足"),
        state_row(State.UNKNOWN, "不明"),
        first,
        rule_words,
    ]
    return flow(entries, gap=1.5, line_gap=0.25)
