"""要件を直す: words, days and basis of each criterion, and from when a set is used; saves are versions."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QWidget

from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.dates import format_wareki
from kurume_bousai.domain.eligibility import Condition, CriteriaSet, Criterion, Ground
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.eligibility import EligibilityService
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.form_dialog import FormDialog
from kurume_bousai.ui.kit.layouts import Part
from kurume_bousai.ui.kit.widgets import DateEdit, Para, button, card, field, hbox

_NUMBER: Final = {Ground.CARE_LEVEL: "要介護いくつ以上か(1から5)", Ground.ELDERLY_HOUSEHOLD: "何歳以上か"}
_GRADES: Final = {
    Ground.PHYSICAL_GRADE: "等級(例 1、2)",
    Ground.INTELLECTUAL_GRADE: "判定(例 A)",
    Ground.MENTAL_GRADE: "等級(例 1)",
}


class CriteriaDialog(FormDialog):
    """要件を直す. One criterion at a time; what was used before stays as an older version."""

    def __init__(self, desktop: Desktop, service: EligibilityService, parent: QWidget) -> None:
        super().__init__("要件を直す", parent, size=(860, 640))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desktop, self._service = desktop, service
        self._sets: list[CriteriaSet] = []
        self.which_set, self.which = QComboBox(), QComboBox()
        self.words, self.value, self.basis = QLineEdit(), QLineEdit(), QLineEdit()
        self.starts, self.ends = DateEdit("始まりの日"), DateEdit("終わりの日")
        self.adopted = DateEdit("この組を使いはじめる日")
        self.confirmed = QCheckBox("要綱で確かめた")
        self.about, self.rule = Para("", "quiet", line=1.35), Para("", "quiet", line=1.35)
        self._value_field = field("値", self.value)
        self._value_words = self._value_field.findChildren(QLabel)[0]
        for one in (self.starts, self.ends, self.adopted):
            one.line.setPlaceholderText("例 R9.4.1")
        self.which_set.currentIndexChanged.connect(lambda _place: self._show_set())
        self.which.currentIndexChanged.connect(lambda _place: self._show())
        save = button("保存する", "main", on_click=self.save)
        body: list[Part] = [
            hbox(
                (field("要件の組", self.which_set), 2),
                (field("この組を使いはじめる日", self.adopted), 1),
                gap=2,
            ),
            self.about,
            field("要件", self.which),
            card(
                field("要件の言葉", self.words),
                self.rule,
                self._value_field,
                hbox((field("始まりの日", self.starts), 1), (field("終わりの日", self.ends), 1), gap=2),
                field(
                    "根拠", self.basis, hint="要綱の名前と条。確かめていないものは「要確認」のままにします。"
                ),
                self.confirmed,
            ),
        ]
        self.add_step("要件を直す", body, [button("とじる", on_click=self.reject), None, save])
        self.show_step(0, self.which)
        desktop.runner.read(service.sets, self._on_sets, on_fail=self.told)

    def save(self) -> None:
        """Keep what is in the fields as a new version."""
        try:
            wanted = self._typed()
        except KnownProblem as problem:
            self.say(problem)
            return
        self.set_busy(busy=True)
        self._desktop.runner.write(lambda: self._service.save_set(wanted), self._on_saved, on_fail=self.told)

    # -- inside --------------------------------------------------------------------------------

    def _on_sets(self, sets: list[CriteriaSet]) -> None:
        self._sets = sets
        self.which_set.clear()
        for one in sets:
            self.which_set.addItem(one.name, one.set_id)

    def _set(self) -> CriteriaSet | None:
        chosen = self.which_set.currentData()
        return next((one for one in self._sets if one.set_id == chosen), None)

    def _criterion(self) -> Criterion | None:
        one = self._set()
        place = self.which.currentIndex()
        return None if one is None or not 0 <= place < len(one.criteria) else one.criteria[place]

    def _show_set(self) -> None:
        one = self._set()
        if one is None:
            return
        self.adopted.set_value(one.adopted_from)
        used = "市はこの組を使っていません。"
        if one.adopted_from is not None:
            used = f"{format_wareki(one.adopted_from)}から使う組です。"
        version = "はじめから入っているもの" if one.version == 0 else f"第{one.version}版"
        self.about.set_text(f"{used}{one.basis}。{version}です。日の最も新しい組が使われます。")
        self.which.blockSignals(True)
        self.which.clear()
        for criterion in one.criteria:
            self.which.addItem(criterion.words)
        self.which.blockSignals(False)
        self._show()

    def _show(self) -> None:
        one = self._criterion()
        if one is None:
            return
        self.words.setText(one.words)
        self.basis.setText(one.basis)
        self.starts.set_value(one.valid_from)
        self.ends.set_value(one.valid_to)
        self.confirmed.setChecked(not one.is_unconfirmed)
        first = one.conditions[0]
        looks = "、".join(word_of(condition.ground) for condition in one.conditions)
        self.rule.set_text(f"見るところ: {looks}。事由: {word_of(one.reason)}")
        has_value = first.ground in _NUMBER or first.ground in _GRADES
        self._value_field.setVisible(has_value)
        caption = _NUMBER.get(first.ground) or _GRADES.get(first.ground, "値")
        self.value.setAccessibleName(caption)
        self._value_words.setText(caption)
        self.value.setText("、".join(first.grades) if first.grades else str(first.at_least or ""))

    def _typed(self) -> CriteriaSet:
        one, criterion = self._set(), self._criterion()
        if one is None or criterion is None:
            raise KnownProblem(
                "criteria_invalid", "要件が選ばれていません。", advice="要件を選んでください。"
            )
        first = _with_value(criterion.conditions[0], self.value.text())
        changed = replace(
            criterion,
            words=self.words.text().strip(),
            conditions=(first, *criterion.conditions[1:]),
            valid_from=self.starts.check(),
            valid_to=self.ends.check(),
            basis=self.basis.text().strip(),
            is_unconfirmed=not self.confirmed.isChecked(),
        )
        kept = tuple(changed if each is criterion else each for each in one.criteria)
        return replace(one, criteria=kept, adopted_from=self.adopted.check())

    def _on_saved(self, outcome: Outcome[CriteriaSet]) -> None:
        self.set_busy(busy=False)
        words = (
            "要件を保存しました。次の判定から使います。" if outcome.changes else "変えたところはありません。"
        )
        self._desktop.finish(outcome, words)
        place, which = self.which_set.currentIndex(), self.which.currentIndex()
        self._sets = [outcome.value if one.set_id == outcome.value.set_id else one for one in self._sets]
        self.which_set.setCurrentIndex(place)
        self._show_set()
        self.which.setCurrentIndex(which)
        self.clear_messages()
        self.messages.done(words)


def _with_value(condition: Condition, text: str) -> Condition:
    """The condition with what was typed; raises for a number that cannot be read."""
    if condition.ground in _GRADES:
        parts = tuple(part.strip().upper() for part in text.replace(",", "、").split("、") if part.strip())
        return replace(condition, grades=parts)
    if condition.ground not in _NUMBER:
        return condition
    plain = text.strip()
    if not plain.isdecimal():
        raise KnownProblem(
            "criteria_invalid",
            "数が読めません。",
            where=_NUMBER[condition.ground],
            advice="数字だけを入れてください。",
        )
    return replace(condition, at_least=int(plain))
