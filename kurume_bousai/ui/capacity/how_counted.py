"""どう数えたか: the rules, the phases told in plain words and the age of the figures, in one window."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QDialog, QWidget

from kurume_bousai.domain.capacity_answer import CapacityAnswer
from kurume_bousai.domain.placement import Phase
from kurume_bousai.labels import label as word_of
from kurume_bousai.ui.capacity import answer_words
from kurume_bousai.ui.capacity.choices import conditions_words, other_words
from kurume_bousai.ui.capacity.dialogs import fill
from kurume_bousai.ui.capacity.reading import CapacityPlaces
from kurume_bousai.ui.figure_table import Cell, Column, FigureTable, Row
from kurume_bousai.ui.kit.layouts import VScroll, fix
from kurume_bousai.ui.kit.tokens import control
from kurume_bousai.ui.kit.widgets import Para, button, hbox, label, vbox

_COLUMNS: Final = (
    Column("順", is_figure=True),
    Column("何を先に決めるか", stretches=True, at_least=200),
    Column("見つけた入れ方", stretches=True, at_least=140),
    Column("確かさ", stretches=True, at_least=160),
)
_ORDER: Final = (
    "上の順に、一つずつ「これより入れない人を減らせない」ことを確かめてから次へ進みます。"
    "前の順で決まった人数を、あとの順で増やすことはありません。家族・介助者は分けずに入れます。"
    "見つけた入れ方は、計算とは別の検査で、定員・支援の枠・受入対象を守っていることを確かめてから見せています。"
)


class HowCountedDialog(QDialog):
    """どう数えたかの窓."""

    def __init__(self, answer: CapacityAnswer, places: CapacityPlaces, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("どう数えたか")
        self.phases = FigureTable(_COLUMNS, name="入れる順と確かさ")
        self.phases.set_rows([_row(number, phase) for number, phase in enumerate(answer.phases, start=1)])
        fix(self.phases, min_height=36 * (len(answer.phases) + 1) + 12)
        now = answer.conditions
        body = VScroll(
            vbox(
                label("条件", "heading"),
                Para(f"{conditions_words(now, places.count)}\n{other_words(now)}", line=1.35),
                label("人数", "heading"),
                Para("\n".join([answer_words.sum_words(answer), *answer_words.notes(answer)]), line=1.35),
                label("使える人数", "heading"),
                Para(answer_words.places_words(answer) + answer_words.rule_words(answer), line=1.35),
                label("入れる順", "heading"),
                self.phases,
                Para(_ORDER, line=1.35),
                Para(f"{word_of(answer.status)}。{answer_words.range_words(answer)}", line=1.35),
                label("数の新しさ", "heading"),
                Para(answer_words.age_words(places.ages), line=1.35),
                None,
                gap=0.75,
            )
        )
        body.setMinimumHeight(control(160))
        leave = button("閉じる", "main", on_click=self.accept)
        fill(self, body, hbox(None, leave), stretched=body, wide=860, high=620)
        leave.setFocus()


def _row(number: int, phase: Phase) -> Row:
    what, found, sure = answer_words.phase_words(phase)
    return number, (Cell(f"{number}"), Cell(what), Cell(found), Cell(sure))
