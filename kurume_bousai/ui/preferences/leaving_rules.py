"""名前が外に出るときの決まり: the second person, and who may declare 災害時提供モード; shown to everybody."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.second_person import NamedKind, SecondPersonRule
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.disclosure.second_person import LeavingRules, SecondPersonNeed
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.kit.layouts import hbox, holder, vbox
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import ChipRow, button, card
from kurume_bousai.ui.kit.widgets import field as labelled
from kurume_bousai.ui.preferences.body_rules_dialog import BodyRulesDialog
from kurume_bousai.ui.preferences.kept_card import KeptCard
from kurume_bousai.ui.second_person import SecondPersonFields

_ABOUT: Final = (
    "名前の入った紙やファイルは、出す前に、名簿の担当のほかの人が内容を読み、自分の合言葉で署名します。"
    "「名簿を渡す」では、いつも署名が要ります。"
    "だれが確かめたか、なぜ一人で出したかは、提供台帳に残ります。"
)
_LONE: Final = (
    "操作者を二人以上にすると、この決まりは使われません。一人で出した紙は、台帳に"
    "「確認した人: なし(操作する人が一人だけ)」と残ります。"
)
_EMERGENCY: Final = (
    "災害時提供モード(災害対策基本法第49条の11第3項)が始まっている間の、その渡す先だけの決まりです。"
    "「名簿を渡す」では「災害時の名簿」だけが当たります。"
    "一人で出した紙は、台帳に「なし(災害時提供モードのため)」と残ります。"
)
_DECLARE: Final = "始めると、同意のない人の名前も、決めた渡す先に渡せるようになります。"
_NO_CHANGE: Final = (
    "この決まりを変えられるのは、「名簿の担当」か「管理者」の役割がある人だけです。"
    "変えた人と前の決まりは、監査記録に残ります。"
)
_LOOSER: Final = (
    "決まりをゆるめるときは、名簿の担当か管理者の、もう一人が確かめて、自分の合言葉を入れます。"
    "ゆるめてある間は、提供台帳にそのことが出ます。"
)
_TWO: Final = ((True, "もう一人が確かめる"), (False, "一人で出せる"))


class LeavingRulesCard(KeptCard[LeavingRules]):
    """名前が外に出るときの決まり: changed by whoever may, as one."""

    task = "leaving-rules"
    saving = "決まりを保存しています"
    saved = "名前が外に出るときの決まりを保存しました。"

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        self._rules = desktop.services.leaving_rules
        super().__init__(desktop, self._rules, LeavingRules(), parent)
        self.signed = SecondPersonFields(kept_in="監査記録", asked_for=_LOOSER)
        self.signed.hide()
        self.lists = ChipRow(_TWO, True, name=word_of(NamedKind.LIST))
        self.others = ChipRow(_TWO, True, name=word_of(NamedKind.OTHER))
        self.lone = ChipRow(
            ((True, "一人で出せる"), (False, "出せない")), True, name="操作する人が一人だけのとき"
        )
        self.emergency = ChipRow(_TWO, True, name="災害時提供モードのとき")
        self.declare = ChipRow(
            ((True, "災害対応の担当と、名簿の担当"), (False, "災害対応の担当だけ")),
            True,
            name="災害時提供モードを始め、終えられる人",
        )
        self.bodies_button = button(
            "団体の種類ごとの決まり(列・協定・研修・日数)", icon="table-column", on_click=self.show_bodies
        )
        self._build()
        for row in self.fields():
            row.chosen.connect(self._arm)
        self.begin()

    def chosen(self) -> LeavingRules:
        """The rules as they stand in the fields."""
        return LeavingRules(
            SecondPersonRule(
                lists=bool(self.lists.value()),
                others=bool(self.others.value()),
                lone_operator=bool(self.lone.value()),
                emergency_alone=not self.emergency.value(),
            ),
            emergency_by_clerk=bool(self.declare.value()),
        )

    def show_rules(self, kept: LeavingRules) -> None:
        """Put rules into the rows of chips."""
        self.lists.set_value(kept.second.lists)
        self.others.set_value(kept.second.others)
        self.lone.set_value(kept.second.lone_operator)
        self.emergency.set_value(not kept.second.emergency_alone)
        self.declare.set_value(kept.emergency_by_clerk)

    def keeping(self, before: LeavingRules, after: LeavingRules) -> Callable[[], Outcome[LeavingRules]]:
        """What asks for less than before is signed by another, once the fields for it stand there."""
        confirmation = None if self.signed.isHidden() else self.signed.confirmation()
        return partial(self._rules.save, before, after, confirmation)

    def fields(self) -> tuple[ChipRow[bool], ...]:
        """Every row of chips."""
        return (self.lists, self.others, self.lone, self.emergency, self.declare)

    def show_bodies(self) -> None:
        """Open the rules per kind of body."""
        BodyRulesDialog(self._desktop, self._desktop.services.recipients, self.window()).open()

    def _on_failed(self, error: BaseException) -> bool:
        if isinstance(error, KnownProblem) and error.code == "second_person_missing":
            need = partial(self._rules.need, self._kept, self.chosen())
            self._desktop.runner.read(need, self._on_need, key="leaving-rules-need")
        return super()._on_failed(error)

    def _on_need(self, need: SecondPersonNeed) -> None:
        self.signed.ask(need)
        self.signed.setVisible(need.is_needed)
        if need.is_needed and need.names:
            self.words.hide()  # the field says what is wanted
            self.signed.passphrase.setFocus()

    def _arm(self, value: object = None) -> None:
        super()._arm(value)
        if not self.is_changed() and hasattr(self, "signed"):
            self.signed.forget()
            self.signed.hide()

    def _build(self) -> None:
        parts: list[QWidget] = [
            Para(_ABOUT, line=1.35),
            _rule(self.lists),
            _rule(self.others),
            _rule(self.lone, _LONE),
            _rule(self.emergency, _EMERGENCY),
            _rule(self.declare, _DECLARE),
            self.signed,
            self.words,
        ]
        foot = holder(hbox(self.save_button, self.back_button, None))
        foot.setVisible(self._service.may_change)
        parts.append(foot)
        if not self._service.may_change:
            parts.append(Para(_NO_CHANGE, "quiet"))
        parts.append(holder(hbox(self.bodies_button, None)))
        made = QVBoxLayout(self)
        made.setContentsMargins(0, 0, 0, 0)
        made.addWidget(card(*parts, title="名前が外に出るときの決まり(どの機械でも同じ)", gap=1.25))


def _rule(choice: ChipRow[bool], source: str = "") -> QWidget:
    parts: list[QWidget] = [labelled(choice.accessibleName(), choice)]
    if source:
        parts.append(Para(source, "small", line=1.35))
    return holder(vbox(*parts, gap=0.5))
