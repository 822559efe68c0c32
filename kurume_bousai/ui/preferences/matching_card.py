"""同じ人かどうかの決めごと: from how many points two records are one person, from how many it is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from kurume_bousai.domain.matching import LOWEST_ASKED, MOST_POINTS, Likeness, MatchRules, points_of
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.matching.rules import MatchingRulesService, MatchingSettings
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.kit.layouts import hbox, holder
from kurume_bousai.ui.kit.number_field import NumberField
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import button, card
from kurume_bousai.ui.kit.widgets import field as labelled
from kurume_bousai.ui.preferences.kept_card import KeptCard
from kurume_bousai.ui.registry.fold_card import FactList, FoldCard

_ABOUT: Final = (
    "取り込んだ行と名簿の人、名簿の人どうしを、氏名・フリガナ・生年月日・住所でくらべて点をつけます。"
    "下の「同じ人とする点」以上なら同じ人、「人に尋ねる点」以上なら職員が見て決め、それより低ければ別の人です。"
)
_SAFE: Final = (
    "点が高くても、氏名・フリガナの名・生年月日・性別・番地のどれかが違うか、生年月日か住所がわからないときは、"
    "自動では同じ人にせず、かならず職員に尋ねます。"
)
_TRADE: Final = (
    "「同じ人とする点」を上げると、尋ねる組がふえます。下げると、別の人をまとめるおそれがふえます。"
    "変えた点は、次の取込と「同じ人かもしれない組」から使います。もうまとめた記録や、決めた組は変わりません。"
)
_NO_CHANGE: Final = (
    "この決まりを変えられるのは、「名簿の担当」か「管理者」の役割がある人だけです。"
    "変えた人と前の点は、監査記録に残ります。"
)
_TOLD: Final = (
    Likeness.NAME_SAME, Likeness.NAME_GIVEN, Likeness.NAME_DIFFERS, Likeness.KANA_SAME, Likeness.KANA_NEAR,
    Likeness.KANA_DIFFERS, Likeness.BIRTH_SAME, Likeness.BIRTH_DIFFERS, Likeness.HOUSE_SAME,
    Likeness.TOWN_SAME, Likeness.SEX_DIFFERS, Likeness.PHONE_SAME,
)  # fmt: skip


class MatchingCard(KeptCard[MatchingSettings]):
    """設定の札: two numbers with their defaults, what they mean, and the points of every likeness."""

    task = "matching-rules"
    saving = "照合の決めごとを保存しています"
    saved = "同じ人かどうかの決めごとを保存しました。次の取込から使います。"

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(desktop, MatchingRulesService(desktop.database), MatchingSettings(), parent)
        default = MatchRules()
        self.same_from = NumberField(
            default.upper, unit="点", name="同じ人とする点", least=LOWEST_ASKED, most=MOST_POINTS
        )
        self.asked_from = NumberField(
            default.lower, unit="点", name="人に尋ねる点", least=LOWEST_ASKED, most=MOST_POINTS
        )
        self.default_button = button("初めの値にする", on_click=self.show_defaults)
        self._build(default)
        self.same_from.changed.connect(self._arm)
        self.asked_from.changed.connect(self._arm)
        self.begin()

    def chosen(self) -> MatchingSettings:
        """The rules as they are typed; ``KnownProblem`` where the lower one is not the lower."""
        return replace(self._kept, rules=MatchRules(self.same_from.value(), self.asked_from.value()))

    def is_changed(self) -> bool:
        """Whether a number differs; two that contradict each other differ too."""
        kept = self._kept.rules
        return (self.same_from.value(), self.asked_from.value()) != (kept.upper, kept.lower)

    def show_rules(self, kept: MatchingSettings) -> None:
        """Put the two numbers into their fields."""
        self.same_from.set_value(kept.rules.upper)
        self.asked_from.set_value(kept.rules.lower)

    def fields(self) -> tuple[QWidget, ...]:
        """The numbers and their defaults."""
        return (self.same_from, self.asked_from, self.default_button)

    def show_defaults(self) -> None:
        """Put the defaults into the fields; nothing is kept before 「保存」."""
        default = MatchRules()
        self.same_from.set_value(default.upper)
        self.asked_from.set_value(default.lower)

    def _build(self, default: MatchRules) -> None:
        points = FactList()
        points.set_facts([(f"{points_of(one):+d}点", word_of(one)) for one in _TOLD])
        folded = FoldCard("点のつけ方", points)
        folded.set_answer(f"氏名 {points_of(Likeness.NAME_SAME)}点・生年月日 "
                          f"{points_of(Likeness.BIRTH_SAME)}点 など")  # fmt: skip
        parts: list[QWidget] = [
            Para(_ABOUT, line=1.35),
            Para(_SAFE, line=1.35),
            labelled(f"同じ人とする点(初めの値 {default.upper}点)", holder(hbox(self.same_from, None))),
            labelled(f"人に尋ねる点(初めの値 {default.lower}点)", holder(hbox(self.asked_from, None))),
            Para(_TRADE, "small", line=1.35),
            folded,
            self.words,
            holder(hbox(self.save_button, self.back_button, self.default_button, None)),
        ]
        if not self._service.may_change:
            parts.append(Para(_NO_CHANGE, "quiet"))
        made = QVBoxLayout(self)
        made.setContentsMargins(0, 0, 0, 0)
        made.addWidget(card(*parts, title="同じ人かどうかの決めごと(どの機械でも同じ)", gap=1.25))
