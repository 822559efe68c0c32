"""施設の札: one site in full, every figure with how it is made."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLayout, QWidget

from kurume_bousai.domain.capacity import RATES_M2
from kurume_bousai.domain.dates import format_wareki
from kurume_bousai.domain.decided import NeedBalance
from kurume_bousai.domain.hazards import HazardScenario
from kurume_bousai.domain.members import AdmissionCategory, Need
from kurume_bousai.domain.shelters import Room, Unlimited, WelfareShelter
from kurume_bousai.labels import label as word_of
from kurume_bousai.labels import need_sign
from kurume_bousai.services.plan_board import BoardSite
from kurume_bousai.ui.kit.layouts import grid
from kurume_bousai.ui.kit.painters import State
from kurume_bousai.ui.kit.widgets import (
    Bar,
    Digits,
    NeedMark,
    Para,
    StateMark,
    VScroll,
    button,
    hbox,
    holder,
    label,
    rule,
    vbox,
)
from kurume_bousai.ui.shelters.board_rows import state_of, tile_words

_RIGHT = Qt.AlignmentFlag.AlignRight
_UNKNOWN = "不明"


class SiteCard(QFrame):
    """施設の札. ``closed()`` on Esc or とじる; ``edit_wanted(site_id)``."""

    closed = Signal()
    edit_wanted = Signal(str)

    def __init__(self, *, may_edit: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._row: BoardSite | None = None
        self._name = Para("", "lead_bold", line=1.2)
        self._edit = button("直す", "plain", "pencil-outline", self._on_edit, name="この施設を直す")
        self._edit.setVisible(may_edit)
        self._leave = button("とじる", "plain", "close", self.closed.emit, name="施設の札をとじる")
        self._body = QWidget()
        self._scroll = VScroll(self._body)
        self.setLayout(
            vbox(
                self._name, rule(), (self._scroll, 1), hbox(self._edit, self._leave, None),
                margins=(2, 1, 1, 1), gap=0.75,
            )
        )  # fmt: skip

    @property
    def row(self) -> BoardSite | None:
        """The site shown."""
        return self._row

    def show_row(self, row: BoardSite) -> None:
        """Show a site."""
        self._row = row
        self._name.set_text(row.site.name)
        self.setAccessibleName(tile_words(row).full)
        body = holder(_body(row))
        body.setProperty("role", "scrolled")
        self._scroll.setWidget(body)  # the old one is deleted by Qt
        self._body = body

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes (Qt)."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
            return
        super().keyPressEvent(event)

    def _on_edit(self) -> None:
        if self._row is not None:
            self.edit_wanted.emit(str(self._row.site.site_id))


def _body(row: BoardSite) -> QLayout:
    site = row.site
    column = vbox(gap=1, margins=(0, 0, 1, 0))
    for part in (_figure(row), _making(row), _needs(row), *_facts(site)):
        if isinstance(part, QWidget):
            column.addWidget(part)
        else:
            column.addLayout(part)
    column.addStretch(1)
    return column


def _figure(row: BoardSite) -> QLayout:
    words, state = tile_words(row), state_of(row)
    bar = Bar(row.assigned, row.usable or 0, known=row.usable is not None, name=words.full)
    line = hbox(
        StateMark(state or State.UNKNOWN, 22), label(words.word, "lead"), Digits(words.number, "number"),
        label("人分" if words.number else "", "quiet"), None, gap=0.75,
    )  # fmt: skip
    usable = _UNKNOWN if row.usable is None else f"{row.usable:,}人"
    return vbox(
        line, bar, label(f"マイプランで行く人 {row.assigned:,}人 / 使える人数 {usable}", "small"), gap=0.5
    )


def _making(row: BoardSite) -> QLayout:
    """使える人数 = what is made of which room."""
    site = row.site
    place = QGridLayout()
    grid(place, gap=0.25)
    place.setColumnStretch(0, 1)
    lines = [(_room_words(room), _room_places(room)) for room in site.rooms]
    lines.append(("床面積による人数", _UNKNOWN if row.floor is None else f"{row.floor:,}人"))
    if site.blocked_places:
        lines.append(("使えない場所", f"-{site.blocked_places:,}人"))
    staff = "不明(制限しない)" if row.staff_limit is None else f"{row.staff_limit:,}人まで"
    lines.append((f"職員 昼 {_people(site.staff_by_day)}・夜 {_people(site.staff_by_night)}", staff))
    lines.append(("使える人数(昼)", _UNKNOWN if row.usable is None else f"{row.usable:,}人"))
    if site.declared_capacity is not None:
        lines.append(("定員(届出)", f"{site.declared_capacity:,}人"))
    for number, (words, figure) in enumerate(lines):
        is_sum = words in {"床面積による人数", "使える人数(昼)"}
        place.addWidget(label(words, "heading" if is_sum else "body"), number, 0)
        place.addWidget(Digits(figure, "body", bold=is_sum, align=_RIGHT), number, 1)
    heading = label(f"使える人数(1人 {RATES_M2[0]}㎡、室ごとに端数切り捨て)", "small")
    return vbox(heading, place, gap=0.5)


def _room_words(room: Room) -> str:
    floor = "㎡が不明" if room.floor_m2 is None else f"{room.floor_m2.normalize():f}㎡"
    return f"{room.name or '室'} {floor}"


def _room_places(room: Room) -> str:
    return "—" if room.floor_m2 is None else f"{int(room.floor_m2 // RATES_M2[0]):,}人"


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


def _facts(site: WelfareShelter) -> list[QWidget | QLayout]:
    verified = format_wareki(site.verified_on) if site.verified_on else "なし"
    facts = (
        ("受入対象", _accepts(site)),
        ("適否", _fitness(site)),
        ("指定・協定", f"指定 {word_of(site.designation)}・協定 {word_of(site.agreement)}"),
        ("開く段階", f"警戒レベル{site.opens_at_level}{_order(site)}"),
        ("電源", _power(site)),
        ("住所", site.address or _UNKNOWN),
        ("電話", site.phone or _UNKNOWN),
        ("確認", f"{word_of(site.verification)}・確認日 {verified}"),
        ("出典", site.source or _UNKNOWN),
        ("備考", site.note),
    )
    made: list[QWidget | QLayout] = [rule()]
    made += [_fact(caption, words) for caption, words in facts if words]
    return made


def _fact(caption: str, words: str) -> QLayout:
    return vbox(label(caption, "small"), Para(words, line=1.35), gap=0)


def _accepts(site: WelfareShelter) -> str:
    if site.accepts is None:
        return "不明(確認するまで誰も入れません)"
    if isinstance(site.accepts, Unlimited):
        return "全員"
    return "・".join(word_of(one) for one in AdmissionCategory if one in site.accepts) or "なし"


def _fitness(site: WelfareShelter) -> str:
    scenarios = [one for one in HazardScenario if one is not HazardScenario.NONE]
    return "、".join(f"{word_of(one)} {word_of(site.fitness_for(one))}" for one in scenarios)


def _order(site: WelfareShelter) -> str:
    return "" if site.opening_order is None else f"・{site.opening_order}番目に開く"


def _power(site: WelfareShelter) -> str:
    if site.power_kw is None and site.power_hours is None:
        return ""
    kw = _UNKNOWN if site.power_kw is None else f"{site.power_kw:g}kW"
    hours = _UNKNOWN if site.power_hours is None else f"{site.power_hours:g}時間"
    return f"{kw}・{hours}"
