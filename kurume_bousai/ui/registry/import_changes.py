"""変わる人の窓: whom an import changes, and every field of theirs before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QListWidget, QWidget

from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.names import fold
from kurume_bousai.domain.person_details import linked_ids, without_links
from kurume_bousai.services.roster_import.results import ClassifiedRow, RowKind
from kurume_bousai.ui.form_dialog import FormDialog
from kurume_bousai.ui.kit.layouts import VScroll, fix, hbox, holder, vbox
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import button, card, label
from kurume_bousai.ui.privacy import Privacy
from kurume_bousai.ui.registry.fold_card import FactList
from kurume_bousai.ui.registry.history_words import FieldPair, compared
from kurume_bousai.ui.registry.words import NOTHING, number_words

_MOST_LISTED: Final = 500


class ImportChangesWindow(FormDialog):
    """変わる人. Nothing in it can be changed; ↑ and ↓ go through the people."""

    def __init__(
        self, rows: Sequence[ClassifiedRow], privacy: Privacy, parent: QWidget | None = None
    ) -> None:
        super().__init__("この取込で変わる人", parent, size=(960, 640))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._privacy = privacy
        self._rows = [row for row in rows if row.kind is RowKind.CHANGED and row.after is not None]
        self._listed: list[ClassifiedRow] = []
        self.search = QLineEdit()
        self.search.setPlaceholderText("氏名・番号・変わる項目でさがす")
        self.search.setAccessibleName("変わる人をさがす")
        self.people = QListWidget()
        self.people.setAccessibleName("変わる人")
        self.people.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        fix(self.people, min_height=300)
        self.count = Para("", "small")
        self._who = label("", "heading")
        self.facts = FactList()
        self._build()
        self.search.textChanged.connect(lambda _text: self._fill())
        self.search.returnPressed.connect(lambda: self.people.setFocus(Qt.FocusReason.OtherFocusReason))
        self.people.currentRowChanged.connect(self._show)
        privacy.changed.connect(self._fill)
        self._fill()

    def _build(self) -> None:
        side = vbox(self.search, (self.people, 1), self.count, gap=0.75)
        shown = card(self._who, VScroll(holder(vbox(self.facts, None))), gap=0.75)
        close = button("閉じる", "main", on_click=self.accept)
        title = label(f"変わる人は{len(self._rows):,}人です。前と後を確かめてください", "title")
        both = hbox((holder(side), 2), (shown, 3), gap=1.5)
        # Enter goes to the list, it does not close the window.
        step = self.add_wide_step(vbox(title, (holder(both), 1), hbox(None, close), gap=1.75))
        self.show_step(step, self.people)

    def _fill(self) -> None:
        wanted = fold(self.search.text())
        found = [row for row in self._rows if not wanted or wanted in self._found_by(row)]
        self._listed = found[:_MOST_LISTED]
        row = self.people.currentRow()
        self.people.blockSignals(True)
        self.people.clear()
        for one in self._listed:
            captions = "、".join(pair.caption for pair in pairs_of(one))
            self.people.addItem(f"{self._name(one)}　{captions}")
        self.people.blockSignals(False)
        more = len(found) - len(self._listed)
        self.count.set_text(f"ほかに{more:,}人います。文字を足してしぼってください。" if more else "")
        if self._listed:
            self.people.setCurrentRow(min(max(row, 0), len(self._listed) - 1))
        self._show(self.people.currentRow())

    def _show(self, place: int) -> None:
        if not 0 <= place < len(self._listed):
            self._who.setText("あてはまる人はいません。")
            self.facts.set_facts([])
            return
        row = self._listed[place]
        line = "" if row.row is None else f"　ファイルの{row.row:,}行め"
        self._who.setText(f"{self._name(row)}{line}")
        self.facts.set_facts([(pair.caption, self._words(pair)) for pair in pairs_of(row)])

    def _words(self, pair: FieldPair) -> str:
        shown = self._privacy.shown if pair.is_naming else str
        before, after = (shown(text) if text else NOTHING for text in (pair.before, pair.after))
        return f"{before}\n→ {after}"

    def _name(self, row: ClassifiedRow) -> str:
        return f"{_number(row)}　{self._privacy.shown(row.name)}"

    def _found_by(self, row: ClassifiedRow) -> str:
        name = "" if self._privacy.hidden else row.name
        return fold(f"{name} {_number(row)} {' '.join(pair.caption for pair in pairs_of(row))}")


def _number(row: ClassifiedRow) -> str:
    """番号, or in its place that the person comes with another file of the same import."""
    if row.before is None:
        return ""
    return number_words(row.before.number) if row.before.number else "一緒に取り込む人"


def pairs_of(row: ClassifiedRow) -> list[FieldPair]:
    """The fields that a row changes, before and after, as a person reads them."""
    if row.after is None:
        return []
    before = None if row.before is None else _without_family_links(row.before)
    return [pair for pair in compared(before, _without_family_links(row.after), {}) if pair.is_changed]


def _without_family_links(member: RosterMember) -> RosterMember:
    """An import sees links to people whom the operator may not know of: none of them is told."""
    links = frozenset(linked_ids(member.details))
    return replace(member, details=without_links(member.details, links)) if links else member
