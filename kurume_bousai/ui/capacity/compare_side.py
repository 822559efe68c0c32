"""くらべる片側: the conditions of one side in words, and how they are chosen."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QDialog, QFrame, QWidget

from kurume_bousai.domain.capacity import StaffShift
from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.scenarios import SavedScenario
from kurume_bousai.ui.capacity.choices import HALF, conditions_words, other_words
from kurume_bousai.ui.capacity.conditions_sentence import ConditionsSentence
from kurume_bousai.ui.capacity.dialogs import fill
from kurume_bousai.ui.capacity.reading import CapacityPlaces
from kurume_bousai.ui.kit.figures import Digits
from kurume_bousai.ui.kit.painters import State
from kurume_bousai.ui.kit.widgets import (
    Choice,
    Para,
    Slot,
    StateMark,
    button,
    hbox,
    holder,
    label,
    vbox,
)

_NOW: Final = "いまの条件"


class CompareSide(QFrame):
    """くらべる片側. ``changed()`` when other conditions were chosen; ``taken()``: look at this side alone."""

    changed = Signal()
    taken = Signal()

    def __init__(
        self,
        title: str,
        conditions: CapacityConditions,
        places: CapacityPlaces,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setAccessibleName(title)
        self._title = title
        self._places = places
        self._now = self._conditions = conditions
        self._saved: list[SavedScenario] = []
        self.words = Para("", "small", line=1.35)
        self.preset: Slot[CapacityConditions] = Slot(
            [Choice(conditions, _NOW)], conditions, name=f"{title}の条件"
        )
        self.preset.setProperty("shape", "low")
        self.preset.chosen.connect(self._take)
        self.edit = button(
            "条件を変える", "plain", "pencil-outline", self._on_edit, name=f"{title}の条件を変える"
        )
        self.take = button("この条件で見る", "flat", on_click=self.taken.emit, name=f"{title}の条件で見る")
        self._mark = StateMark(State.UNKNOWN, 24)
        self.number = Digits("—", "number")
        self._result = holder(hbox(self._mark, label("入れない人"), self.number, label("人", "quiet"), None))
        head = hbox(label(title, "lead_bold"), self.preset, None, self._result)
        buttons = holder(hbox(self.edit, self.take, None))
        self._body = vbox((self.words, 1), buttons, gap=0.5)
        self.setLayout(vbox(head, self._body, margins=(2, 1, 2, 1), gap=0.5))
        self._refresh()

    @property
    def conditions(self) -> CapacityConditions:
        """What this side asks."""
        return self._conditions

    def set_conditions(self, conditions: CapacityConditions) -> None:
        """Ask something else without announcing it."""
        self._conditions = conditions
        self._refresh()

    def set_saved(self, saved: list[SavedScenario]) -> None:
        """Offer the saved questions."""
        self._saved = saved
        self._refresh()

    def arrange(self, *, beside: bool) -> None:
        """Beside the other side the buttons stand below the words, else behind them."""
        down, along = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._body.setDirection(down if beside else along)

    def show_number(self, unplaced: int | None) -> None:
        """Show how many are left out; None = not known yet."""
        self.number.set_text("—" if unplaced is None else f"{unplaced:,}")
        state = State.UNKNOWN if unplaced is None else State.SHORT if unplaced else State.OK
        self._mark.set_state(state)
        self.setAccessibleDescription("" if unplaced is None else f"入れない人 {unplaced:,}人")

    def _presets(self) -> list[Choice[CapacityConditions]]:
        now = self._now
        offered: list[Choice[CapacityConditions]] = [
            Choice(now, _NOW),
            *(
                Choice(replace(now, open_rate=rate, open_at_most=None), words)
                for rate, words in (
                    (Decimal("0.6"), "60%だけ開く"),
                    (Decimal("0.4"), "40%だけ開く"),
                    (Decimal("0.2"), "20%だけ開く"),
                )
                if now.open_rate != rate
            ),
        ]
        if now.staff is not StaffShift.NONE and now.staff_share != HALF:
            offered.append(Choice(replace(now, staff_share=HALF), "職員が半分しか来られない"))
        if now.staff is not StaffShift.NIGHT:
            offered.append(Choice(replace(now, staff=StaffShift.NIGHT), "夜の職員だけ"))
        offered += [Choice(one.conditions, one.name, f"保存した条件: {one.name}") for one in self._saved]
        values = [choice.value for choice in offered]
        offered = [choice for place, choice in enumerate(offered) if choice.value not in values[:place]]
        if self._conditions not in values:
            offered.append(Choice(self._conditions, "自分で変えた条件"))
        return offered

    def _refresh(self) -> None:
        self.preset.set_choices(self._presets(), self._conditions)
        count = self._places.count
        self.words.set_text(f"{conditions_words(self._conditions, count)}\n{other_words(self._conditions)}")
        self.show_number(None)

    def _on_edit(self) -> None:
        dialog = ConditionsDialog(f"{self._title}の条件", self._conditions, self._places, self)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self._take(dialog.conditions())

    def _take(self, conditions: CapacityConditions) -> None:
        if conditions == self._conditions:
            return
        self.set_conditions(conditions)
        self.changed.emit()


class ConditionsDialog(QDialog):
    """条件を変える窓: the same sentence as on the screen; nothing is computed before it is agreed to."""

    def __init__(
        self,
        title: str,
        conditions: CapacityConditions,
        places: CapacityPlaces,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.sentence = ConditionsSentence(conditions)
        self.sentence.set_places(places)
        self.sentence.put(conditions)
        decide = button("この条件でくらべる", "main", "check", self.accept)
        fill(
            self,
            label(title, "lead_bold"),
            self.sentence,
            holder(vbox(None)),
            hbox(None, button("やめる", on_click=self.reject), decide),
            wide=960,
            high=420,
        )
        self.sentence.hazard.setFocus()

    def conditions(self) -> CapacityConditions:
        """Return what the sentence says."""
        return self.sentence.conditions
