"""容量確認の札: the answer with its sum, and the needs."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGraphicsOpacityEffect, QGridLayout, QWidget

from kurume_bousai.domain.capacity_answer import CapacityAnswer, NeedCapacity
from kurume_bousai.domain.members import Need
from kurume_bousai.domain.placement import PlacementStatus
from kurume_bousai.labels import label as word_of
from kurume_bousai.labels import need_sign
from kurume_bousai.ui.capacity import answer_words
from kurume_bousai.ui.capacity.answer_words import Ages
from kurume_bousai.ui.capacity.choices import seconds_words
from kurume_bousai.ui.kit.layouts import grid
from kurume_bousai.ui.kit.painters import State
from kurume_bousai.ui.kit.widgets import (
    Digits,
    NeedMark,
    Para,
    StateMark,
    button,
    hbox,
    holder,
    label,
    vbox,
)

#: The needs in the words of a narrow column; the full ones are spoken.
SHORT_WORDS: Final = {Need.STRETCHER: "寝台", Need.CARE: "介助・見守り"}
#: How much more time is offered where an answer was not proven.
_LONGER: Final = 2
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


def longer_limit(answer: CapacityAnswer) -> float:
    """The time offered next: at least two minutes, else twice what was not enough, in seconds."""
    return max(120.0, answer.conditions.time_limit_s * _LONGER)


class AnswerCard(QFrame):
    """答えの札: one word, one number, the sum that makes it, how sure it is, how old the figures are."""

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
        self.age = Para("", "small", line=1.4)
        self.status = Para("", "small", line=1.4)
        self.again = button("計算し直す", "plain", "refresh")
        self.longer = button("もっと時間をかけて計算する", "plain", "timer-outline")
        self.how = button("どう数えたか", "flat", "help-circle-outline")
        for one in (self.again, self.longer, self.how):
            one.hide()
        self._made = holder(vbox(self.verdict, self._number_row, self.sum, self.rule, self.age, gap=0.5))
        self.setLayout(
            vbox(
                self._made,
                self.status,
                hbox(self.longer, self.again, self.how, None),
                None,
                margins=(2, 1, 2, 1),
                gap=0.5,
            )
        )

    def set_stale(self, *, stale: bool) -> None:
        """Fade what belongs to other conditions; what is happening stays readable."""
        fade(self._made, faded=stale)

    def show_answer(self, answer: CapacityAnswer, ages: Ages) -> None:
        """Say whether they fit, with the sum written out."""
        left = answer.unplaced_people
        self.verdict.setText(answer_words.verdict(answer))
        self._number_row.show()
        self._mark.set_state(State.OK if left == 0 else State.SHORT)
        self.number.set_text(f"{left:,}")
        self.sum.set_text(answer_words.sum_words(answer))
        self.rule.set_text("".join([answer_words.places_words(answer), *answer_words.card_notes(answer)]))
        self.age.set_text(answer_words.short_age_words(ages))
        self.status.set_text(answer_words.status_words(answer))
        self.again.hide()
        self.longer.setVisible(answer.status is PlacementStatus.TIME_LIMIT)
        self.longer.setText(f"もっと時間をかけて計算する({seconds_words(longer_limit(answer))})")
        self.longer.setAccessibleName(self.longer.text())
        self.how.show()
        self.setAccessibleName(f"{self.verdict.text()}。入れない人 {left:,}人。{self.sum.text()}")

    def show_problem(self, message: str, advice: str) -> None:
        """Say why there is no answer under these conditions."""
        self.verdict.setText("計算できません")
        self._number_row.hide()
        self.sum.set_text("")
        self.rule.set_text(message)
        self.age.set_text("")
        self.status.set_text(advice)
        self.longer.hide()
        self.how.hide()
        self.setAccessibleName(f"計算できません。{message}{advice}")

    def show_waiting(self, words: str, *, offers_again: bool = False) -> None:
        """Say what is happening while the old answer still stands."""
        self.status.set_text(words)
        self.longer.hide()
        self.again.setVisible(offers_again)


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
            name = label(SHORT_WORDS.get(need, word_of(need)))
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
