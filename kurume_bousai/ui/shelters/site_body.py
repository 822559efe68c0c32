"""施設の札の中身: the answer, who is counted, what is not known, and how 使える人数 is made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLayout, QWidget

from kurume_bousai.domain.decided import NeedBalance
from kurume_bousai.domain.members import Need
from kurume_bousai.domain.reception import SiteOccupancy
from kurume_bousai.domain.shelters import Room, Unlimited
from kurume_bousai.domain.site_record import SiteFigure
from kurume_bousai.labels import label as word_of
from kurume_bousai.labels import need_sign
from kurume_bousai.services.capacity.plan_board import BoardRule, BoardSite, BoardSubject, SiteBoard
from kurume_bousai.ui.kit.layouts import grid
from kurume_bousai.ui.kit.painters import State
from kurume_bousai.ui.kit.widgets import Bar, Digits, NeedMark, Para, StateMark, flow, hbox, label, vbox
from kurume_bousai.ui.shelters.board_head import staff_words
from kurume_bousai.ui.shelters.board_rows import state_of, tile_words
from kurume_bousai.ui.shelters.reception_card import occupied_words, reception_rows
from kurume_bousai.ui.shelters.site_facts import fact_rows, source_words

_RIGHT = Qt.AlignmentFlag.AlignRight
_UNKNOWN = "不明"
_SUM = "使える人数"


def site_body(row: BoardSite, board: SiteBoard, now: datetime, buttons: Sequence[QWidget] = ()) -> QLayout:
    """Everything about one site, the answer first, then what can be done about it."""
    rule, site = board.rule, row.site
    is_reception = board.subject is BoardSubject.RECEPTION
    subject = reception_rows(row, now) if is_reception else [_needs(row)]
    column = vbox(gap=1, margins=(0, 0, 1, 0))
    doing = [flow(buttons, gap=1, line_gap=0.5)] if buttons else []
    for part in (_figure(row), *doing, *subject, *_questions(row), _making(row, rule), *fact_rows(site)):
        if isinstance(part, QWidget):
            column.addWidget(part)
        else:
            column.addLayout(part)
    column.addStretch(1)
    return column


def _figure(row: BoardSite) -> QLayout:
    words, state = tile_words(row), state_of(row)
    bar = Bar(row.assigned, row.usable or 0, known=state is not State.UNKNOWN, name=words.full)
    mark = [StateMark(state, 22)] if state else []
    line = hbox(
        *mark, label(words.word, "lead"), Digits(words.number, "number"),
        label("人分" if words.number else "", "quiet"), None, gap=0.75,
    )  # fmt: skip
    usable = _UNKNOWN if row.usable is None else f"{row.usable:,}人"
    who = f"マイプランで行く人 {row.assigned:,}人"
    if row.subject is BoardSubject.RECEPTION:
        who = f"いまいる人 {occupied_words(row.occupancy or SiteOccupancy(row.site.site_id))}"
    return vbox(line, bar, label(f"{who} / 使える人数 {usable}", "small"), gap=0.5)


def _questions(row: BoardSite) -> list[QLayout]:
    """要確認: what is not known about the site, those that keep people out first."""
    if not row.questions:
        return []
    lines = sorted(row.questions, key=lambda one: not one.is_blocking)
    parts = [hbox(StateMark(State.UNKNOWN, 16), (Para(one.text, line=1.3), 1), gap=0.5) for one in lines]
    return [vbox(label(f"要確認 {len(lines)}件", "small"), *parts, gap=0.25)]


def _making(row: BoardSite, rule: BoardRule) -> QLayout:
    """使える人数 = what is made of which room."""
    site = row.site
    place = QGridLayout()
    grid(place, gap=0.25)
    place.setColumnStretch(0, 1)
    lines = [(_room_words(room), _room_places(room, row.rate_m2)) for room in site.rooms]
    lines.append(("床面積による人数", _UNKNOWN if row.floor is None else f"{row.floor:,}人"))
    if site.blocked_places:
        lines.append(("使えない場所", f"-{site.blocked_places:,}人"))
    staff = "不明(制限しない)" if row.staff_limit is None else f"{row.staff_limit:,}人まで"
    lines.append((f"職員 昼 {_people(site.staff_by_day)}・夜 {_people(site.staff_by_night)}", staff))
    lines.append((_SUM, _UNKNOWN if row.usable is None else f"{row.usable:,}人"))
    if site.declared_capacity is not None:
        lines.append(("定員(届出)", f"{site.declared_capacity:,}人"))
    for number, (words, figure) in enumerate(lines):
        is_sum = words in {"床面積による人数", _SUM}
        place.addWidget(label(words, "heading" if is_sum else "body"), number, 0)
        place.addWidget(Digits(figure, "body", bold=is_sum, align=_RIGHT), number, 1)
    own = "・この施設だけの基準" if site.rate_m2 is not None else ""
    heading = Para(
        f"使える人数(1人{row.rate_m2.normalize():f}㎡{own}、室ごとに端数切り捨て。{staff_words(rule)})",
        "small",
        line=1.3,
    )
    sources = [source_words(site, one) for one in (SiteFigure.ROOMS, SiteFigure.STAFF)]
    return vbox(heading, place, *(Para(words, "small", line=1.2) for words in sources if words), gap=0.5)


def _room_words(room: Room) -> str:
    floor = "㎡が不明" if room.floor_m2 is None else f"{room.floor_m2.normalize():f}㎡"
    return f"{room.name or '室'} {floor}"


def _room_places(room: Room, rate_m2: Decimal) -> str:
    return "—" if room.floor_m2 is None else f"{int(room.floor_m2 // rate_m2):,}人"


def _people(count: int | None) -> str:
    return _UNKNOWN if count is None else f"{count}人"


def _needs(row: BoardSite) -> QLayout:
    place = QGridLayout()
    grid(place, gap=0.5)
    place.setColumnStretch(1, 1)
    for column, words in ((2, "行く組"), (3, "受け入れ")):
        place.addWidget(label(words, "small", align=_RIGHT), 0, column)
    for number, need in enumerate(Need, start=1):
        balance = row.decided.by_need.get(need, NeedBalance(0, None))
        place.addWidget(NeedMark(need_sign(need), word_of(need), 20), number, 0)
        place.addWidget(label(word_of(need)), number, 1)
        place.addWidget(Digits(f"{balance.assigned}組", "body", bold=False, align=_RIGHT), number, 2)
        place.addWidget(Digits(_capacity(balance), "body", bold=False, align=_RIGHT), number, 3)
        place.addWidget(_need_mark(need, balance), number, 4)
    return vbox(label("必要な支援", "small"), place, gap=0.25)


def _capacity(balance: NeedBalance) -> str:
    if balance.capacity is None:
        return _UNKNOWN
    return "制限なし" if isinstance(balance.capacity, Unlimited) else f"{balance.capacity}組"


def _need_mark(need: Need, balance: NeedBalance) -> QWidget:
    left = balance.balance
    state = State.OK if isinstance(balance.capacity, Unlimited) else State.UNKNOWN
    if balance.capacity is not None and left is not None:
        state = State.SHORT if left < 0 else State.OK
    words = {State.SHORT: f"{word_of(need)} 不足", State.UNKNOWN: f"{word_of(need)} 不明"}
    return StateMark(state, 16, name=words.get(state, f"{word_of(need)} 足りる"))
