"""要件を直す: add, mend, end and take out criteria, and from when a set is used; saves are versions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QPushButton, QWidget

from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.dates import format_wareki, format_wareki_short
from kurume_bousai.domain.eligibility import CriteriaSet, Criterion, HomeRule
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.eligibility.judging import EligibilityService
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.figure_table import Cell, Column, FigureTable, Row
from kurume_bousai.ui.form_dialog import FormDialog, ask
from kurume_bousai.ui.kit.layouts import fix
from kurume_bousai.ui.kit.widgets import ChipRow, DateEdit, Para, button, field, hbox, label, vbox
from kurume_bousai.ui.letters.criterion_form import CriterionForm

_COLUMNS: Final = (
    Column("要件", stretches=True, at_least=220),
    Column("見るところ", stretches=True, at_least=150, drop=2),
    Column("始まり", at_least=84),
    Column("終わり", at_least=84),
    Column("確かめ", at_least=76, drop=1),
    Column("判定に使った", at_least=100),
)


class CriteriaDialog(FormDialog):
    """要件を直す. What was used before stays as an older version; a used criterion is ended, not erased."""

    def __init__(self, desktop: Desktop, service: EligibilityService, parent: QWidget) -> None:
        super().__init__("要件を直す", parent, size=(1040, 640))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desktop, self._service = desktop, service
        self._sets: list[CriteriaSet] = []
        self._used: dict[str, frozenset[str]] = {}
        self._is_new = False
        self.which_set = QComboBox()
        self.which_set.setAccessibleName("要件の組")
        fix(self.which_set, min_width=200)
        self.about = Para("", "quiet", line=1.35)
        self.table = FigureTable(_COLUMNS, name="この組の要件")
        self.form = CriterionForm()
        self.last_day = DateEdit("終わりの日", required=True, today=lambda: service.today)
        self.adopted = DateEdit("この組を使いはじめる日")
        self.adopted.line.setPlaceholderText("例 R9.4.1")
        self.home_rule = ChipRow[HomeRule](
            [(one, word_of(one)) for one in HomeRule], HomeRule.UNLESS_TOLD, name="入所・入院の人"
        )
        self.edit_button = button("直す", "plain", "pencil-outline", self._to_edit)
        self.end_button = button("終える", "plain", "calendar-end", self._to_end)
        self.delete_button = button("消す", "plain", "delete-outline", self._ask_delete)
        self._list_step = self._build_list()
        self._form_step = self._build_form()
        self._end_step = self._build_end()
        self._rule_step = self._build_rules()
        self.which_set.currentIndexChanged.connect(lambda _place: self._show_set())
        self.table.moved.connect(lambda _key: self._follow())
        self.table.opened.connect(lambda _key: self._to_edit())
        self.show_step(self._list_step, self.table)
        self.read()

    # -- building ------------------------------------------------------------------------------

    def _build_list(self) -> int:
        head = hbox(label("要件を直す", "title"), None, self.which_set)
        foot = hbox(
            button("足す", "main", "plus", self._to_add),
            self.edit_button,
            self.end_button,
            self.delete_button,
            button("組の決めごと", "plain", "cog-outline", self._to_rules),
            None,
            button("閉じる", "plain", "close", self.reject),
        )
        return self.add_wide_step(vbox(head, self.about, (self.table, 1), foot, gap=1))

    def _build_form(self) -> int:
        return self.add_step(
            "どんな人を対象にしますか",
            self.form.body(),
            [self._back(), None, button("保存する", "main", on_click=self.save)],
        )

    def _build_end(self) -> int:
        self._end_words = Para("")
        return self.add_step(
            "いつまで使いますか",
            [self._end_words, field("終わりの日", self.last_day, hint="この日まで使います。")],
            [self._back(), None, button("終える", "main", on_click=self._end)],
            is_weighty=True,
        )

    def _build_rules(self) -> int:
        hint = "人の記録の「在宅・入所」で見ます。住所だけでは決めません。"
        return self.add_step(
            "この組を、いつから、どう使いますか",
            [
                field(
                    "この組を使いはじめる日",
                    self.adopted,
                    hint="日の最も新しい組が使われます。空欄の組は使いません。",
                ),
                field("入所・入院の人を、対象者から", self.home_rule, hint=hint),
            ],
            [self._back(), None, button("保存する", "main", on_click=self.save_rules)],
        )

    def _back(self) -> QPushButton:
        return button("もどる", on_click=self._to_list)

    # -- reading -------------------------------------------------------------------------------

    def read(self) -> None:
        """Read every set, and which criteria somebody was judged by."""
        service = self._service

        def work() -> tuple[list[CriteriaSet], dict[str, frozenset[str]]]:
            sets = service.sets()
            return sets, {one.set_id: service.criteria.used(one.set_id) for one in sets}

        self._desktop.runner.read(work, self._on_read, on_fail=self.told)

    def _on_read(self, found: tuple[list[CriteriaSet], dict[str, frozenset[str]]]) -> None:
        self._sets, self._used = found
        chosen = self.which_set.currentData()
        self.which_set.blockSignals(True)
        self.which_set.clear()
        for one in self._sets:
            self.which_set.addItem(one.name, one.set_id)
        self.which_set.setCurrentIndex(max(0, self.which_set.findData(chosen)))
        self.which_set.blockSignals(False)
        self._show_set()

    def _set(self) -> CriteriaSet | None:
        chosen = self.which_set.currentData()
        return next((one for one in self._sets if one.set_id == chosen), None)

    def chosen(self) -> Criterion | None:
        """The criterion in force in the table."""
        one = self._set()
        found = () if one is None else one.criteria
        return next((each for each in found if each.criterion_id == self.table.key()), None)

    def _show_set(self) -> None:
        one = self._set()
        if one is None:
            return
        used = "市はこの組を使っていません。"
        if one.adopted_from is not None:
            used = f"{format_wareki(one.adopted_from)}から使う組です。"
        version = "はじめから入っているもの" if one.version == 0 else f"第{one.version}版"
        home = f"入所・入院の人: {word_of(one.home_rule)}。"
        self.about.set_text(f"{used}{one.basis}。{version}です。{home}")
        self.table.set_rows([self._row(each, one.set_id) for each in one.criteria])
        if self.table.key() is None:
            self.table.choose(one.criteria[0].criterion_id)
        self._follow()

    def _row(self, one: Criterion, set_id: str) -> Row:
        is_used = one.criterion_id in self._used.get(set_id, frozenset())
        return one.criterion_id, (
            Cell(one.words, is_quiet=not one.holds_on(self._service.today)),
            Cell("、".join(word_of(condition.ground) for condition in one.conditions), is_quiet=True),
            Cell("はじめから" if one.valid_from is None else format_wareki_short(one.valid_from)),
            Cell("" if one.valid_to is None else format_wareki_short(one.valid_to)),
            Cell("要確認" if one.is_unconfirmed else "確認済"),
            Cell("使った" if is_used else "まだ", is_quiet=not is_used),
        )

    def _follow(self) -> None:
        one, criteria = self.chosen(), self._set()
        used = self._used.get("" if criteria is None else criteria.set_id, frozenset())
        self.edit_button.setEnabled(one is not None)
        self.end_button.setEnabled(one is not None)
        can_go = one is not None and one.criterion_id not in used
        self.delete_button.setEnabled(can_go)
        self.delete_button.setToolTip(
            "" if can_go else "判定に使った要件は消せません。「終える」を使います。"
        )

    # -- doing ---------------------------------------------------------------------------------

    def _to_list(self) -> None:
        self.show_step(self._list_step, self.table)

    def _to_add(self) -> None:
        self._is_new = True
        self.form.show(None)
        self.form.starts.set_value(self._service.today)
        self.show_step(self._form_step, self.form.words)

    def _to_edit(self) -> None:
        one = self.chosen()
        if one is not None:
            self._is_new = False
            self.form.show(one)
            self.show_step(self._form_step, self.form.words)

    def save(self) -> None:
        """Keep what is in the fields, as a new criterion or in place of the chosen one."""
        criteria = self._set()
        if criteria is None:
            return
        try:
            typed = self.form.check()
        except KnownProblem as problem:
            self.say(problem)
            return
        if self._is_new:
            work = partial(self._service.criteria.add, criteria.set_id, typed)
            self._write(work, "要件を足しました。次の判定から使います。")
            return
        kept = tuple(typed if one.criterion_id == typed.criterion_id else one for one in criteria.criteria)
        wanted = replace(criteria, criteria=kept)
        self._write(partial(self._service.save_set, wanted), "要件を保存しました。次の判定から使います。")

    def _to_end(self) -> None:
        one = self.chosen()
        if one is None:
            return
        self._end_words.set_text(f"「{one.words}」を終えます。前の判定のわけは残ります。")
        self.last_day.set_value(one.valid_to or self._service.today)
        self.show_step(self._end_step, self.last_day)

    def _end(self) -> None:
        one, criteria = self.chosen(), self._set()
        if one is None or criteria is None:
            return
        try:
            day = self.last_day.check()
        except KnownProblem as problem:
            self.say(problem)
            return
        if day is not None:
            work = partial(self._service.criteria.end, criteria.set_id, one.criterion_id, day)
            self._write(work, f"{format_wareki(day)}で終わる要件にしました。")

    def _ask_delete(self) -> None:
        one, criteria = self.chosen(), self._set()
        if one is None or criteria is None:
            return
        work = partial(self._service.criteria.delete, criteria.set_id, one.criterion_id)
        lines = [f"「{one.words}」を組から消します。だれの判定にも使っていません。"]
        ask(self, "要件を消しますか", lines, "消す", partial(self._write, work, "要件を消しました。"))

    def _to_rules(self) -> None:
        one = self._set()
        if one is not None:
            self.adopted.set_value(one.adopted_from)
            self.home_rule.set_value(one.home_rule)
            self.show_step(self._rule_step, self.adopted)

    def save_rules(self) -> None:
        """Keep from when the set is used, and what it makes of people who do not live at home."""
        one = self._set()
        if one is None:
            return
        try:
            day = self.adopted.check()
        except KnownProblem as problem:
            self.say(problem)
            return
        wanted = replace(one, adopted_from=day, home_rule=self.home_rule.value() or HomeRule.UNLESS_TOLD)
        self._write(partial(self._service.save_set, wanted), "組の決めごとを保存しました。")

    def _write(self, work: Callable[[], Outcome[CriteriaSet]], words: str) -> None:
        self.clear_messages()
        self.set_busy(busy=True)
        self._desktop.runner.write(work, partial(self._on_saved, words), on_fail=self.told)

    def _on_saved(self, words: str, outcome: Outcome[CriteriaSet]) -> None:
        self.set_busy(busy=False)
        said = words if outcome.changes else "変えたところはありません。"
        self._desktop.finish(outcome, said)
        self._to_list()
        self.messages.done(said)
        self.read()
