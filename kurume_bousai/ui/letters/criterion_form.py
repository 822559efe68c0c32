"""要件の欄: the words, what is looked at, from when to when, and on what ground; for new and for old ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QWidget

from kurume_bousai.domain.criteria_editing import REASON_OF
from kurume_bousai.domain.eligibility import Condition, Criterion, Ground
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.reasons import Reason
from kurume_bousai.labels import label as word_of
from kurume_bousai.ui.kit.layouts import Part, hbox
from kurume_bousai.ui.kit.widgets import DateEdit, Para, card, field

_NUMBER: Final = {Ground.CARE_LEVEL: "いくつ以上か(1から5)", Ground.ELDERLY_HOUSEHOLD: "何歳以上か"}
_GRADES: Final = {
    Ground.PHYSICAL_GRADE: "等級(例 1、2)",
    Ground.INTELLECTUAL_GRADE: "判定(例 A)",
    Ground.MENTAL_GRADE: "等級(例 1)",
}
#: Two conditions are offered; a criterion with more keeps the others as they are.
_OFFERED: Final = 2


class ConditionEditor(QWidget):
    """条件の欄: what is looked at, and the value that belongs to it."""

    def __init__(self, name: str, *, may_be_none: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ground = QComboBox()
        if may_be_none:
            self.ground.addItem("なし", None)
        for one in Ground:
            self.ground.addItem(word_of(one), one)
        self.value, self.stated = QLineEdit(), QComboBox()
        for reason in Reason:
            self.stated.addItem(word_of(reason), reason)
        self._value_field = field("値", self.value)
        self._value_words = self._value_field.findChildren(QLabel)[0]
        self._stated_field = field("事由", self.stated)
        row = hbox((field(name, self.ground), 1), (self._value_field, 1), (self._stated_field, 1), gap=2)
        row.setContentsMargins(0, 0, 0, 0)
        self.setLayout(row)
        self.ground.currentIndexChanged.connect(lambda _place: self._arrange())
        self._arrange()

    def set_condition(self, condition: Condition | None) -> None:
        """Show a condition; None = none."""
        ground = None if condition is None else condition.ground
        self.ground.setCurrentIndex(max(0, self.ground.findData(ground)))
        if condition is None:
            self.value.clear()
            return
        number = "" if condition.at_least is None else str(condition.at_least)
        self.value.setText("、".join(condition.grades) if condition.grades else number)
        stated = condition.stated or Reason.EQUIVALENT
        self.stated.setCurrentIndex(max(0, self.stated.findData(stated)))
        self._arrange()

    def check(self) -> Condition | None:
        """The condition as typed; raises ``criteria_invalid`` for a number that cannot be read."""
        ground = self.ground.currentData()
        if ground is None:
            return None
        ground = Ground(ground)
        text = self.value.text()
        if ground in _GRADES:
            parts = [part.strip().upper() for part in text.replace(",", "、").split("、")]
            return Condition(ground, grades=tuple(part for part in parts if part))
        if ground in _NUMBER:
            return Condition(ground, at_least=_number(text, _NUMBER[ground]))
        if ground is Ground.STATED:
            return Condition(ground, stated=Reason(self.stated.currentData()))
        return Condition(ground)

    def _arrange(self) -> None:
        data = self.ground.currentData()
        ground = None if data is None else Ground(data)
        caption = _NUMBER.get(ground) or _GRADES.get(ground, "値") if ground is not None else "値"
        self._value_field.setVisible(ground in _NUMBER or ground in _GRADES)
        self._stated_field.setVisible(ground is Ground.STATED)
        self.value.setAccessibleName(caption)
        self._value_words.setText(caption)


class CriterionForm:
    """要件の欄. ``check`` gives the criterion as typed, with the id of the one that was shown."""

    def __init__(self) -> None:
        self._kept: Criterion | None = None
        self.words, self.basis = QLineEdit(), QLineEdit()
        self.words.setPlaceholderText("例 要介護2以上で一人暮らし")
        self.conditions = [
            ConditionEditor("見るところ", may_be_none=False),
            ConditionEditor("さらに", may_be_none=True),
        ]
        self.rest = Para("", "quiet")
        self.starts, self.ends = DateEdit("始まりの日"), DateEdit("終わりの日")
        for one in (self.starts, self.ends):
            one.line.setPlaceholderText("例 R9.4.1")
        self.confirmed = QCheckBox("要綱で確かめた")

    def body(self) -> list[Part]:
        """The fields."""
        return [
            field("要件の言葉", self.words),
            card(*self.conditions, self.rest),
            hbox(
                (field("始まりの日", self.starts, hint="空欄は、はじめから。"), 1),
                (field("終わりの日", self.ends, hint="この日まで使います。空欄は、ずっと。"), 1),
                gap=2,
            ),
            field(
                "根拠",
                self.basis,
                hint="要綱の名前と条。確かめていないものは「要確認」のままにします。",
            ),
            self.confirmed,
        ]

    def show(self, criterion: Criterion | None) -> None:
        """Show a criterion, or empty fields for a new one."""
        self._kept = criterion
        self.words.setText("" if criterion is None else criterion.words)
        self.basis.setText("" if criterion is None else criterion.basis)
        self.starts.set_value(None if criterion is None else criterion.valid_from)
        self.ends.set_value(None if criterion is None else criterion.valid_to)
        self.confirmed.setChecked(criterion is not None and not criterion.is_unconfirmed)
        given = () if criterion is None else criterion.conditions
        for place, editor in enumerate(self.conditions):
            first = Condition(Ground.CARE_LEVEL, at_least=3) if place == 0 else None
            editor.set_condition(given[place] if place < len(given) else first)
        more = given[_OFFERED:]
        self.rest.setVisible(bool(more))
        self.rest.set_text("ほかの条件: " + "、".join(word_of(one.ground) for one in more) if more else "")

    def check(self) -> Criterion:
        """The criterion as typed; raises what ``DateEdit`` and the conditions raise."""
        typed = [editor.check() for editor in self.conditions]
        conditions = tuple(one for one in typed if one is not None)
        kept = self._kept
        if kept is not None:
            conditions += kept.conditions[_OFFERED:]
        made = kept or Criterion("", "", (), REASON_OF[conditions[0].ground])
        is_same = kept is not None and kept.conditions[:1] == conditions[:1]
        return replace(
            made,
            words=self.words.text().strip(),
            conditions=conditions,
            reason=made.reason if is_same else REASON_OF[conditions[0].ground],
            valid_from=self.starts.check(),
            valid_to=self.ends.check(),
            basis=self.basis.text().strip(),
            is_unconfirmed=not self.confirmed.isChecked(),
        )


def _number(text: str, caption: str) -> int:
    plain = text.strip()
    if not plain.isdecimal():
        raise KnownProblem(
            "criteria_invalid", "数が読めません。", where=caption, advice="数字だけを入れてください。"
        )
    return int(plain)
