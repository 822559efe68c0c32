"""提供台帳の欄: filters, the table of copies, and what can be written of the chosen ones."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from kurume_bousai.domain.dates import format_wareki, in_japan
from kurume_bousai.domain.hand_outs import CopyEventKind, HandedCopy
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.disclosure.loosening import Loosened
from kurume_bousai.services.hand_outs.copies import CopyList
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.kit.layouts import vbox
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import ChipRow, button, flow, label
from kurume_bousai.ui.reports.copy_event_dialog import CopyEventDialog
from kurume_bousai.ui.reports.copy_window import CopyWindow, confirmed_words
from kurume_bousai.ui.reports.ledger_table import LedgerModel, LedgerTable

OUT: Final = "out"
OVERDUE: Final = "overdue"
AWAITED: Final = "awaited"
UNSIGNED: Final = "unsigned"
ALL: Final = "all"
_WORDS: Final = (
    (OUT, "出ている"), (OVERDUE, "期限切れ"), (AWAITED, "返却待ち"), (UNSIGNED, "受領書待ち"),
    (ALL, "すべて"),
)  # fmt: skip
_ACTS: Final = (
    (CopyEventKind.RECEIVED, "受領"),
    (CopyEventKind.RETURNED, "返却"),
    (CopyEventKind.DISPOSED, "廃棄"),
    (CopyEventKind.RECALLED, "回収を求める"),
    (CopyEventKind.HANDED_OVER, "引き継ぎ"),
    (CopyEventKind.LOST, "紛失"),
)


_HINT: Final = "行を選ぶと、受領・返却などを書けます。Enterで、だれの情報が載っているかを見られます。"


class CopiesPanel(QWidget):
    """提供台帳の欄. Each filter tells its count; buttons act on the chosen rows."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desktop = desktop
        self._found = CopyList((), frozenset(), desktop.clock.now().date())
        self._model = LedgerModel(lambda: desktop.clock.now().date(), self)
        self.table = LedgerTable(self._model)
        self.table.selectionModel().selectionChanged.connect(lambda *_args: self._on_chosen())
        self.table.doubleClicked.connect(lambda _index: self.open())
        self.filter = ChipRow(_WORDS, OUT, name="提供台帳のしぼりこみ")
        self.filter.chosen.connect(lambda _value: self._show())
        self.open_button = button("だれの情報か", icon="account-search-outline", on_click=self.open)
        self.acts = {kind: button(words, on_click=partial(self.act, kind)) for kind, words in _ACTS}
        self.warning = Para("", line=1.35)
        self.warning.hide()
        self._nothing = label("", "quiet")
        self._hint = Para(_HINT, "quiet")
        buttons = flow([self.open_button, *self.acts.values()])
        self.setLayout(vbox(self.warning, self.filter, self._nothing, self.table, buttons, self._hint, gap=1))
        self._on_chosen()

    def show_copies(self, found: CopyList) -> None:
        """Show what was read."""
        self._found = found
        self.warning.setVisible(found.loosened is not None)
        if found.loosened is not None:
            self.warning.set_text(loosened_words(found.loosened))
        counts = {
            OUT: found.out(),
            OVERDUE: found.overdue(),
            AWAITED: found.awaited(),
            UNSIGNED: found.unsigned(),
        }
        kept = self.filter.value() or OUT
        self.filter.set_choices(
            [
                (name, f"{words} {len(found.copies) if name == ALL else len(counts[name])}")
                for name, words in _WORDS
            ],
            kept,
        )
        self._show()

    def set_hidden(self, *, hidden: bool) -> None:
        """Hide or show recipients."""
        self._model.set_hidden(hidden=hidden)
        self._on_chosen()

    def chosen(self) -> list[HandedCopy]:
        """Return the copies that are chosen."""
        return [self._model.copy_at(row) for row in self.table.chosen()]

    def open(self) -> None:
        """「誰の情報が載っていたか」 of the chosen copy."""
        copies = self.chosen()
        if len(copies) == 1:
            CopyWindow(self._desktop, copies[0].copy_number, self.window()).open()

    def act(self, kind: CopyEventKind) -> None:
        """Ask for the day and write it of every chosen copy."""
        copies = self.chosen()
        if copies:
            CopyEventDialog(self._desktop, copies, kind, self.window()).open()

    def minimumSizeHint(self) -> QSize:
        """As high as it is at its width: the lines of buttons ask for less than in a narrow one (Qt)."""
        least = super().minimumSizeHint()
        return QSize(
            least.width(), min(least.height(), self.heightForWidth(max(self.width(), least.width())))
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width, another height (Qt)."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()

    def show_only(self, name: str) -> None:
        """Choose a filter from elsewhere: a count on another screen opens those behind it."""
        self.filter.set_value(name)
        self._show()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the chosen copy (Qt)."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.table.hasFocus():
            self.open()
            return
        super().keyPressEvent(event)

    def _show(self) -> None:
        rows = self._rows(str(self.filter.value() or OUT))
        self._model.set_rows(rows, self._found.to_recall)
        self.table.setVisible(bool(rows))
        self.table.choose_first()
        self._nothing.setVisible(not rows)
        self._nothing.setText(
            "名前の入った紙は、まだ出していません。"
            if not self._found.copies
            else "あてはまる写しはありません。"
        )
        self._on_chosen()

    def _rows(self, name: str) -> Sequence[HandedCopy]:
        found = self._found
        if name == OUT:
            return found.out()
        if name == OVERDUE:
            return found.overdue()
        if name == AWAITED:
            return found.awaited()
        return found.unsigned() if name == UNSIGNED else found.copies

    def _on_chosen(self) -> None:
        chosen = self.chosen()
        count = len(chosen)
        self._hint.set_text(signed_words(chosen[0]) if count == 1 else _HINT)
        self.open_button.setEnabled(count == 1)
        for one in self.acts.values():
            one.setEnabled(count > 0)


def signed_words(copy: HandedCopy) -> str:
    """Who let a copy out, and who confirmed it."""
    return f"写し {copy.copy_number}　出した人: {copy.operator}　確かめた人: {confirmed_words(copy)}"


def loosened_words(found: Loosened) -> str:
    """What one person may let out alone, since when, by whom."""
    papers = "、".join(word_of(one) for one in found.rules)
    told = f"注意: 市の決まりで、{papers}は、もう一人の確認なしで外に出せます。"
    if found.at is None:
        return f"{told}だれが決めたかの記録はありません。"
    by = f"{format_wareki(in_japan(found.at).date())}に{found.by}が決めました"
    return f"{told}{by}(確かめた人: {found.confirmed_by or 'なし'})。"
