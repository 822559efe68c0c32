"""同意の決まり: only who agreed stands on a list, or by an ordinance everybody who did not refuse."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.consents import SharingMode
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.services.disclosure.second_person import SecondPersonNeed
from kurume_bousai.services.disclosure.sharing_rule import LONGEST_NAME, Asked, SharingRule
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.kit.fields import DateEdit
from kurume_bousai.ui.kit.layouts import hbox, holder, vbox
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import ChipRow, card
from kurume_bousai.ui.kit.widgets import field as labelled
from kurume_bousai.ui.preferences.kept_card import KeptCard
from kurume_bousai.ui.second_person import SecondPersonFields

_ABOUT: Final = (
    "平常時に渡す名簿に、だれを載せるかの決まりです(災害対策基本法 第49条の11第2項)。"
    "不同意・撤回の人と支援措置対象者は、どちらでも載りません。"
)
_BY_ORDINANCE: Final = (
    "条例に特別の定めがある市だけが選べます。まだ答えていない人も名簿に載ります。"
    "変えるには、条例の名前と施行の日と、もう一人の確認が要ります。"
)
_SIGN: Final = "名簿の担当か管理者の、もう一人が条例を確かめて、自分の合言葉を入れます。"
_NO_CHANGE: Final = "この決まりを変えられるのは、「名簿の担当」か「管理者」の役割がある人だけです。"


class SharingCard(KeptCard[SharingRule]):
    """設定の札: one choice of two, and what the second rests on."""

    task = "sharing-rule"
    saving = "同意の決まりを保存しています"
    saved = "同意の決まりを保存しました。次に渡す名簿から使います。"

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        self._rules = desktop.services.leaving_rules.sharing
        super().__init__(desktop, self._rules, SharingRule(), parent)
        self.mode = ChipRow(
            [
                (SharingMode.OPT_IN, "同意した人だけを載せる"),
                (SharingMode.OPT_OUT_BY_ORDINANCE, "条例により、断った人のほかを載せる"),
            ],
            SharingMode.OPT_IN,
            name="平常時の名簿に載せる人",
        )
        self.ordinance = QLineEdit()
        self.ordinance.setMaxLength(LONGEST_NAME)
        self.ordinance.setAccessibleName("条例の名前")
        self.since = DateEdit("施行の日")
        self.signed = SecondPersonFields(kept_in="監査記録", asked_for=_SIGN)
        self._basis = holder(
            vbox(
                Para(_BY_ORDINANCE, "small", line=1.35),
                hbox(
                    (labelled("条例の名前", self.ordinance), 3), (labelled("施行の日", self.since), 2), gap=2
                ),
                self.signed,
                gap=1,
            )
        )
        self._build()
        self.mode.chosen.connect(self._arm)
        self.ordinance.textChanged.connect(self._arm)
        self.since.value_changed.connect(self._arm)
        self.begin()

    def chosen(self) -> SharingRule:
        """The rule as it stands in the fields."""
        mode = self.mode.value() or SharingMode.OPT_IN
        if mode is SharingMode.OPT_IN:
            return SharingRule()
        return SharingRule(mode, self.ordinance.text().strip(), self.since.value())

    def show_rules(self, kept: SharingRule) -> None:
        """Put the rule into the fields."""
        self.mode.set_value(kept.mode)
        self.ordinance.setText(kept.ordinance)
        self.since.set_value(kept.since)

    def keeping(self, before: SharingRule, after: SharingRule) -> Callable[[], Outcome[SharingRule]]:
        """To list who has not answered is signed by another, once the fields for it stand there."""
        confirmation = None if self.signed.isHidden() else self.signed.confirmation()
        return partial(self._rules.save, before, after, confirmation)

    def fields(self) -> tuple[QWidget, ...]:
        """Every field."""
        return (self.mode, self.ordinance, self.since)

    def _on_failed(self, error: BaseException) -> bool:
        if isinstance(error, KnownProblem) and error.code == "second_person_missing":
            need = partial(self._rules.asks_for, self._kept, self.chosen())
            self._desktop.runner.read(need, self._on_need, key="sharing-rule-need")
        return super()._on_failed(error)

    def _on_need(self, asked: Asked) -> None:
        need = SecondPersonNeed(*asked)
        self.signed.ask(need)
        self.signed.setVisible(need.is_needed)
        if need.is_needed:
            self.signed.passphrase.setFocus()

    def _arm(self, value: object = None) -> None:
        super()._arm(value)
        self._basis.setVisible(self.mode.value() is SharingMode.OPT_OUT_BY_ORDINANCE)
        if not self.is_changed():
            self.signed.forget()
            self.signed.hide()

    def _build(self) -> None:
        self.signed.hide()
        parts: list[QWidget] = [
            Para(_ABOUT, line=1.35),
            labelled("平常時の名簿に載せる人", self.mode),
            self._basis,
            self.words,
            holder(hbox(self.save_button, self.back_button, None)),
        ]
        if not self._service.may_change:
            parts.append(Para(_NO_CHANGE, "quiet"))
        made = QVBoxLayout(self)
        made.setContentsMargins(0, 0, 0, 0)
        made.addWidget(card(*parts, title="同意の決まり(どの機械でも同じ)", gap=1.25))
