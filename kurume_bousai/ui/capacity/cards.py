"""容量確認の札: the answer with its sum, and the needs."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGraphicsOpacityEffect, QGridLayout, QWidget

from kurume_bousai.domain.capacity import PLACES_PER_STAFF, StaffShift
from kurume_bousai.domain.capacity_answer import CapacityAnswer, NeedCapacity
from kurume_bousai.domain.hazards import HazardScenario
from kurume_bousai.domain.members import Need
from kurume_bousai.domain.placement import PlacementStatus
from kurume_bousai.labels import label as word_of
from kurume_bousai.labels import need_sign, phase_label
from kurume_bousai.ui.kit.layouts import grid
from kurume_bousai.ui.kit.painters import State
from kurume_bousai.ui.kit.widgets import Digits, NeedMark, Para, StateMark, button, hbox, holder, label, vbox

#: The needs in the words of a narrow column; the full ones are spoken.
_SHORT_WORDS: Final = {Need.STRETCHER: "寝台", Need.CARE: "介助・見守り"}
_FADED: Final = 0.4
_RIGHT: Final = Qt.AlignmentFlag.AlignRight
_MIDDLE: Final = Qt.AlignmentFlag.AlignVCenter


def fade(part: QWidget, *, faded: bool) -> None:
    """Grey a part whose figures are out of date, or bring it back."""
    if not faded:
        part.setGraphicsEffect(None)  # type: ignore[arg-type]  # None takes it off (Qt)
        return
    effect = QGraphicsOpacityEffect(part)
    effect.setOpacity(_FADED)
    part.setGraphicsEffect(effect)


class AnswerCard(QFrame):
    """答えの札: one word, one number, the sum that makes it, and the rule."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.verdict = label("計算しています", "lead_bold")
        self._mark = StateMark(State.UNKNOWN, 38)
        self._word = label("入れない人", "lead")
        self.number = Digits("", "big")
        self._unit = label("人", "quiet")
        self._number_row = holder(hbox(self._mark, self._word, self.number, self._unit, None, gap=1))
        self._number_row.hide()
        self.sum = Digits("", "body", bold=False)
        self.rule = Para("", "small", line=1.4)
        self.status = Para("", "small", line=1.4)
        self.again = button("計算し直す", "plain", "refresh")
        self.again.hide()
        self._made = holder(vbox(self.verdict, self._number_row, self.sum, self.rule, gap=0.5))
        self.setLayout(
            vbox(self._made, self.status, hbox(self.again, None), None, margins=(2, 1, 2, 1), gap=0.5)
        )

    def set_stale(self, *, stale: bool) -> None:
        """Fade what belongs to other conditions; what is happening stays readable."""
        fade(self._made, faded=stale)

    def show_answer(self, answer: CapacityAnswer) -> None:
        """Say whether they fit, with the sum written out."""
        left = answer.unplaced_people
        fits = left == 0
        self.verdict.setText(_verdict(answer))
        self._number_row.show()
        self._mark.set_state(State.OK if fits else State.SHORT)
        self.number.set_text(f"{left:,}")
        self.sum.set_text(
            f"行く人 {answer.demand_people:,} = 入れる {answer.placed_people:,} + 入れない {left:,}"
        )
        self.rule.set_text(_rule_words(answer))
        self.status.set_text(_status_words(answer))
        self.again.hide()
        self.setAccessibleName(f"{self.verdict.text()}。入れない人 {left:,}人。{self.sum.text()}")

    def show_problem(self, message: str, advice: str) -> None:
        """Say why there is no answer under these conditions."""
        self.verdict.setText("計算できません")
        self._number_row.hide()
        self.sum.set_text("")
        self.rule.set_text(message)
        self.status.set_text(advice)
        self.setAccessibleName(f"計算できません。{message}{advice}")

    def show_waiting(self, words: str, *, offers_again: bool = False) -> None:
        """Say what is happening while the old answer still stands."""
        self.status.set_text(words)
        self.again.setVisible(offers_again)


def _verdict(answer: CapacityAnswer) -> str:
    if answer.demand_people == 0:
        return "行く人がいません"
    return "入りきれます" if answer.unplaced_people == 0 else "入りきれません"


def _rule_words(answer: CapacityAnswer) -> str:
    conditions = answer.conditions
    used = [site for site in answer.by_site if site.refusal is None]
    first = [site for site in used if site.is_power_first]
    power = f"(うち電源優先 {sum(site.usable for site in first):,}人分)" if first else ""
    words = [f"使う {len(used)}施設の使える人数 {answer.usable_places:,}人分{power}。"]
    staff = "" if conditions.staff is StaffShift.NONE else f"、職員1人につき{PLACES_PER_STAFF}人まで"
    words.append(f"室ごとに ㎡ ÷ {conditions.rate_m2}㎡(端数は切り捨て){staff}。")
    if conditions.hazard is not HazardScenario.NONE:
        unconfirmed = sum(site.is_fitness_unconfirmed for site in used)
        words += [f"この災害での適否が未確認の {unconfirmed}施設も使っています。"] if unconfirmed else []
    if answer.off_list.people:
        off = answer.off_list
        words.append(f"うち名簿外 {off.people:,} = 入れる {off.placed:,} + 入れない {off.unplaced:,}。")
    if answer.homes_unknown:
        words.append(f"家の位置がわからない {answer.homes_unknown:,}人は校区の中心から数えました。")
    words.append("支援措置対象者は含みません。")
    return "".join(words)


def _status_words(answer: CapacityAnswer) -> str:
    seconds = f"計算 {answer.solver_s:.1f}秒。"
    if answer.status is PlacementStatus.TIME_LIMIT:
        open_ones = [phase for phase in answer.phases if not phase.proven]
        gaps = "、".join(f"{phase_label(phase.name)} 差 {phase.gap:.1%}" for phase in open_ones)
        return f"時間内に見つけた入れ方です。もっと入れる入れ方があるかもしれません({gaps})。{seconds}"
    return f"{word_of(answer.status)}。{seconds}"


class NeedsCard(QFrame):
    """必要な支援ごとの札, in parties: who goes, who fits, who does not."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setAccessibleName("必要な支援ごと")
        place = QGridLayout()
        grid(place, gap=0.75)
        place.setColumnStretch(1, 1)
        for column, words in ((2, "行く組"), (3, "入れる組"), (4, "入れない組")):
            place.addWidget(label(words, "small", align=_RIGHT), 0, column)
        self._rows: dict[Need, tuple[Digits, Digits, StateMark, Digits]] = {}
        for number, need in enumerate(Need, start=1):
            place.addWidget(NeedMark(need_sign(need), word_of(need)), number, 0, _MIDDLE)
            name = label(_SHORT_WORDS.get(need, word_of(need)))
            place.addWidget(name, number, 1, _MIDDLE)
            going, placed, left = (Digits("", "body", bold=False, align=_RIGHT) for _ in range(3))
            mark = StateMark(State.OK, 16)
            place.addWidget(going, number, 2, _MIDDLE)
            place.addWidget(placed, number, 3, _MIDDLE)
            place.addLayout(hbox(None, mark, left, gap=0.5), number, 4)
            self._rows[need] = (going, placed, mark, left)
        self.setLayout(vbox(label("必要な支援ごと", "heading"), place, None, margins=(2, 1, 2, 1), gap=0.5))

    def show_answer(self, answer: CapacityAnswer) -> None:
        """Fill the rows; a need nobody has is a dash."""
        for need, parts in self._rows.items():
            self._show_need(need, answer.by_need[need], parts)

    @staticmethod
    def _show_need(need: Need, row: NeedCapacity, parts: tuple[Digits, Digits, StateMark, Digits]) -> None:
        going, placed, mark, left = parts
        going.set_text(f"{row.parties:,}" if row.parties else "—")
        placed.set_text(f"{row.placed:,}" if row.parties else "—")
        left.set_text(f"{row.unplaced:,}" if row.parties else "—")
        mark.setVisible(row.parties > 0)
        mark.set_state(
            State.SHORT if row.unplaced else State.OK, "入れない組がある" if row.unplaced else "全員入れる"
        )
        left.setAccessibleName(f"{word_of(need)} 入れない {row.unplaced:,}組")
