"""提供元の決めごと: which kind of office a name means, and whose word counts where two differ."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from kurume_bousai.domain.sources import SourceKind, kind_of
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.matching.source_rules import GROUPS, SourceRulesService, SourceSettings
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.kit.layouts import hbox, holder, vbox
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import ChipRow, card
from kurume_bousai.ui.kit.widgets import field as labelled
from kurume_bousai.ui.preferences.kept_card import KeptCard

_ABOUT: Final = (
    "同じ人について二つの課の値が違うときに、どちらを使うかの決まりです。"
    "使わなかった値も残り、その人の記録の「提供元の記載」で見られます。"
)
_KINDS: Final = "課の名前から種類がわからないときは、ここで決めます。"
_NO_NAMES: Final = "まだ取り込んだ名簿がありません。取り込むと、その提供元がここに並びます。"
_JOINED: Final = (
    "事由・支援の必要・受入対象は、どの課の言うことも合わせます。同意と支援措置には、この順を使いません。"
    "変えた決まりは、次の取込から使います。もう取り込んだ値は変わりません。"
)
_NO_CHANGE: Final = (
    "この決まりを変えられるのは、「名簿の担当」か「管理者」の役割がある人だけです。"
    "変えた人と前の決まりは、監査記録に残ります。"
)
#: What each group of fields is called, in the order of ``GROUPS``.
_GROUP_WORDS: Final = (
    "氏名・フリガナ・生年月日・性別・住所・世帯",
    "要介護度",
    "手帳の等級・難病",
    "電話・メール・自治会・民生委員・同行者・情報伝達手段・備考",
)


class SourcesCard(KeptCard[SourceSettings]):
    """設定の札: a kind for each office, an office first for each group of fields."""

    task = "source-rules"
    saving = "提供元の決めごとを保存しています"
    saved = "提供元の決めごとを保存しました。次の取込から使います。"

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(desktop, SourceRulesService(desktop.database), SourceSettings(), parent)
        self.kinds: dict[str, QComboBox] = {}
        self.firsts = tuple(
            ChipRow(
                [(kind, word_of(kind)) for kind in order],
                order[0],
                name=f"{words}は、どの値を先に使うか",
            )
            for words, (order, _names) in zip(_GROUP_WORDS, GROUPS, strict=True)
        )
        self._offices = holder(vbox(gap=0.5))
        self._none = Para(_NO_NAMES, "quiet")
        self._build()
        for row in self.firsts:
            row.chosen.connect(self._arm)
        self.begin()

    def chosen(self) -> SourceSettings:
        """The rules as they stand in the fields."""
        found = self._kept
        for name, box in self.kinds.items():
            kind = box.currentData()  # Qt gives a plain text back
            found = found.with_kind(name, SourceKind(kind) if kind else None)
        for group, row in enumerate(self.firsts):
            found = found.with_first(group, row.value() or found.first_of(group))
        return found

    def show_rules(self, kept: SourceSettings) -> None:
        """Put a line for each office, and the first office of each group."""
        if tuple(self.kinds) != kept.names:
            self._lay_offices(kept.names)
        for name, box in self.kinds.items():
            box.blockSignals(True)
            box.setCurrentIndex(max(0, box.findData(kept.settings.sources.kinds.get(name))))
            box.blockSignals(False)
        for group, row in enumerate(self.firsts):
            row.set_value(kept.first_of(group))

    def fields(self) -> tuple[QWidget, ...]:
        """Every choice."""
        return (*self.kinds.values(), *self.firsts)

    def _lay_offices(self, names: tuple[str, ...]) -> None:
        layout = self._offices.layout()
        if layout is None:
            return
        while layout.count():
            item = layout.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                old.hide()
                old.deleteLater()
        self.kinds = {name: self._box(name) for name in names}
        for name, box in self.kinds.items():
            layout.addWidget(labelled(name, box))
        self._none.setVisible(not names)

    def _box(self, name: str) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(f"{name}の種類")
        box.addItem(f"名前から決める（{word_of(kind_of(name))}）", None)
        for kind in SourceKind:
            box.addItem(word_of(kind), kind)
        box.currentIndexChanged.connect(self._arm)
        return box

    def _build(self) -> None:
        parts: list[QWidget] = [Para(_ABOUT, line=1.35)]
        parts += [labelled(row.accessibleName(), row) for row in self.firsts]
        parts += [
            Para(_JOINED, "small", line=1.35),
            labelled("提供元の種類", holder(vbox(Para(_KINDS, "small"), self._none, self._offices, gap=0.5))),
            self.words,
            holder(hbox(self.save_button, self.back_button, None)),
        ]
        if not self._service.may_change:
            parts.append(Para(_NO_CHANGE, "quiet"))
        made = QVBoxLayout(self)
        made.setContentsMargins(0, 0, 0, 0)
        made.addWidget(card(*parts, title="どの課の値を使うかの決めごと(どの機械でも同じ)", gap=1.25))
