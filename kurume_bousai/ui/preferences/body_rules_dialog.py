"""団体の種類ごとの決まり: which columns a kind of body gets, what must be in order first, for how long."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.roster_columns import (
    DEFAULT_RULES,
    HEALTH_COLUMNS,
    BodyRule,
    RosterColumn,
    check_rule,
)
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.disclosure.recipients import RecipientService
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.form_dialog import FormDialog
from kurume_bousai.ui.kit.layouts import Part, hbox, holder, vbox
from kurume_bousai.ui.kit.number_field import NumberField
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import ChipRow, button
from kurume_bousai.ui.kit.widgets import field as labelled
from kurume_bousai.ui.registry.chip_set import ChipSet

_ABOUT: Final = (
    "その団体の支援に要る列だけを選びます。番号はいつも入ります。変えた人と前の決まりは、監査記録に残ります。"
)
_HEALTH_HINT: Final = "市以外の団体に渡すときは、わけを書きます。わけは監査記録に残ります。"
_OUT: Final = (
    "いま出ている写しは変わりません。"
    "列を減らしたときは、新しい名簿を渡して、前の写しを返してもらってください。"
)
_NO_RIGHT: Final = "変えられるのは、「名簿の担当」か「管理者」の役割がある人だけです。"
_NEEDED: Final = ((True, "要る"), (False, "要らない"))
_PLAIN: Final = tuple(one for one in RosterColumn if one not in HEALTH_COLUMNS)
_HEALTH: Final = tuple(one for one in RosterColumn if one in HEALTH_COLUMNS)


class BodyRulesDialog(FormDialog):
    """団体の種類ごとの決まり ⚙: one kind at a time; what is typed is kept only by 「保存する」."""

    def __init__(self, desktop: Desktop, service: RecipientService, parent: QWidget | None = None) -> None:
        super().__init__("どの団体に、何を渡しますか", parent, size=(1000, 700))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desktop = desktop
        self._service = service
        self._rules: dict[Body, BodyRule] = dict(DEFAULT_RULES)
        self._make_fields()
        self._step = self._add_form()
        self._follow_changes()
        self._show()
        self.show_step(self._step, self.body)
        self.reload()

    # ------------------------------------------------------------------ building
    def _make_fields(self) -> None:
        self.body = QComboBox()
        self.body.setAccessibleName("団体の種類")
        for body in DEFAULT_RULES:
            self.body.addItem(word_of(body), body.value)
        chosen = self.body.findData(Body.DISTRICT_ORGANIZATION.value)
        self.body.setCurrentIndex(max(0, chosen))
        self.columns = ChipSet(_PLAIN, word_of, name="渡す列")
        self.health = ChipSet(_HEALTH, word_of, name="病気や障害がわかる列")
        self.reason = QLineEdit()
        self.reason.setAccessibleName("病気や障害がわかる列を渡すわけ")
        self.reason.setPlaceholderText("例 医療機器の電源が切れたときに、救急が先に行くため")
        self.agreement = ChipRow(_NEEDED, False, name="協定")
        self.training = ChipRow(_NEEDED, False, name="取扱者の研修")
        self.days = NumberField(365, least=1, most=366, unit="日", name="写しを使える日数")
        # A list without names is no list: the chip stands there, and cannot be turned off.
        self.columns.chip(RosterColumn.NAME).setEnabled(False)

    def _add_form(self) -> int:
        close = button("閉じる", on_click=self.reject)
        self.back_button = button("直す前に戻す", on_click=self._show)
        self.default_button = button("初めの決まりに戻す", icon="restore", on_click=self.reset)
        self.save_button = button("保存する", "main", "content-save-outline", self.save)
        self._state = Para("", "quiet")
        self._reason_part = holder(
            vbox(labelled("病気や障害がわかる列を渡すわけ", self.reason, hint=_HEALTH_HINT))
        )
        body: list[Part] = [
            Para(_ABOUT, line=1.35),
            hbox((labelled("団体の種類", self.body), 1), (self._state, 1), gap=2),
            labelled("渡す列", self.columns),
            labelled("病気や障害がわかる列", self.health),
            self._reason_part,
            hbox(
                (labelled("協定", self.agreement), 1),
                (labelled("取扱者の研修", self.training), 1),
                (labelled("写しを使える日数", holder(hbox(self.days, None))), 1),
                gap=2,
            ),
            Para(_OUT, "quiet", line=1.35),
        ]
        if not self._service.may_change_rules:
            body.append(Para(_NO_RIGHT, "quiet"))
        return self.add_step(
            "どの団体に、何を渡しますか",
            body,
            [close, self.default_button, None, self.back_button, self.save_button],
        )

    def _follow_changes(self) -> None:
        self.body.currentIndexChanged.connect(self._show)
        for chips in (self.columns, self.health):
            chips.changed.connect(self._arm)
        for row in (self.agreement, self.training):
            row.chosen.connect(self._arm)
        self.days.changed.connect(self._arm)
        self.reason.textChanged.connect(self._arm)

    # ------------------------------------------------------------------ what a person does
    def reload(self) -> None:
        """Read the rules."""
        self._desktop.runner.read(self._service.rules, self._on_read, on_fail=self.told, key="body-rules")

    def chosen(self) -> Body:
        """The kind of body that is shown."""
        return Body(str(self.body.currentData()))

    def rule(self) -> BodyRule:
        """The rule as it stands in the fields."""
        return BodyRule(
            self.columns.values() | self.health.values(),
            bool(self.agreement.value()),
            bool(self.training.value()),
            self.days.value(),
            self.reason.text().strip(),
        )

    def save(self) -> None:
        """Keep what stands in the fields, on the writer lane."""
        body, rule = self.chosen(), self.rule()
        try:
            check_rule(body, rule)
        except KnownProblem as problem:
            self.say(problem)
            return
        shown = self._rules[body]
        self._write(lambda: self._service.set_rule(body, rule, shown=shown))

    def reset(self) -> None:
        """元に戻す: the rule the program began with."""
        body = self.chosen()
        self._write(partial(self._service.reset_rule, body, shown=self._rules[body]))

    # ------------------------------------------------------------------ inside
    def _write(self, work: Callable[[], Outcome[BodyRule]]) -> None:
        self.clear_messages()
        self.set_busy(busy=True)
        self._desktop.runner.write(work, self._on_saved, on_fail=self.told)

    def _on_read(self, rules: dict[Body, BodyRule]) -> None:
        self._rules = rules
        self._show()

    def _on_saved(self, outcome: Outcome[BodyRule]) -> None:
        self.set_busy(busy=False)
        self._rules[self.chosen()] = outcome.value
        self._desktop.finish(outcome, f"{word_of(self.chosen())}に渡すときの決まりを保存しました。")
        self._show()

    def _show(self, _index: int = 0) -> None:
        rule = self._rules[self.chosen()]
        fields = (self.columns, self.health, self.agreement, self.training, self.days, self.reason)
        blockers = [QSignalBlocker(one) for one in fields]
        self.columns.set_values(rule.columns)
        self.health.set_values(rule.columns)
        self.agreement.set_value(rule.needs_agreement)
        self.training.set_value(rule.needs_training)
        self.days.set_value(rule.valid_days)
        self.reason.setText(rule.health_reason)
        del blockers
        self._arm()

    def _arm(self, _value: object = None) -> None:
        body, may = self.chosen(), self._service.may_change_rules
        kept = self._rules[body]
        is_changed = self.rule() != kept
        is_default = kept == DEFAULT_RULES[body]
        self._state.set_text(state_words(is_default=is_default, is_changed=is_changed))
        self._reason_part.setVisible(body is not Body.CITY and bool(self.health.values()))
        # Another kind is chosen only when nothing typed would be lost by it.
        self.body.setEnabled(not is_changed)
        for one in (self.columns, self.health, self.agreement, self.training, self.days, self.reason):
            one.setEnabled(may)
        self.columns.chip(RosterColumn.NAME).setEnabled(False)
        self.save_button.setEnabled(may and is_changed)
        self.back_button.setEnabled(is_changed)
        self.default_button.setEnabled(may and not is_default and not is_changed)


def state_words(*, is_default: bool, is_changed: bool) -> str:
    """Where the shown rule stands."""
    if is_changed:
        return "まだ保存していません。保存するか、直す前に戻すと、ほかの団体を選べます。"
    return "初めの決まりのままです。" if is_default else "市が直した決まりです。"
