"""訓練の下の帯: what has been decided per need, and the next 状況."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QMenu, QWidget

from kurume_bousai.domain.injects import Inject
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.exercises.capacity import NeedBalance
from kurume_bousai.ui.exercise.controller import SessionController
from kurume_bousai.ui.kit.painters import State
from kurume_bousai.ui.kit.widgets import StateMark, button, hbox, holder, label, rule

#: How many needs fit into the strip; the rest is one press away.
_SHOWN, _SHOWN_COMPACT = 4, 1


class CapacityStrip(QFrame):
    """容量の帯. ``details_wanted()`` and ``inject_chosen(Inject)``."""

    details_wanted = Signal()
    inject_chosen = Signal(object)

    def __init__(self, controller: SessionController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._compact = False
        self.setProperty("role", "card")
        self.setAccessibleName("決めた行先の容量")
        self._needs = holder(hbox(gap=1.5))
        self._details = button(
            "くわしく", "flat", on_click=self.details_wanted.emit, name="容量をくわしく見る"
        )
        self._next_words = label("", "small")
        self._play = button("状況を出す", "plain", "bullhorn-outline")
        self._menu = QMenu(self)
        self._play.setMenu(self._menu)
        shown = (label("容量", "heading"), self._needs, self._details)
        coming = (rule(upright=True), self._next_words, self._play)
        self.setLayout(hbox(*shown, None, *coming, margins=(1.5, 0.75, 1.5, 0.75), gap=1.5))
        controller.changed.connect(self.refresh)
        self.refresh()

    def set_compact(self, *, compact: bool) -> None:
        """The worst need only, and no name of the next card, on a small screen."""
        self._compact = compact
        self._next_words.setVisible(not compact)
        self.refresh()

    def refresh(self) -> None:
        """Show the worst needs first, then what comes next."""
        layout = self._needs.layout()
        while layout is not None and layout.count():
            item = layout.takeAt(0)
            if item is not None and (old := item.widget()) is not None:
                old.deleteLater()
        shown = self._controller.balance.needs_worst_first()
        limit = _SHOWN_COMPACT if self._compact else _SHOWN
        if layout is not None:
            for need in shown[:limit]:
                layout.addWidget(self._entry(need))
            if not shown:
                layout.addWidget(label("福祉避難所へ行く人は、まだ決まっていません。", "quiet"))
            if len(shown) > limit:
                layout.addWidget(label(f"ほか{len(shown) - limit}", "quiet"))
        self._fill_injects()

    @staticmethod
    def _entry(need: NeedBalance) -> QWidget:
        state = State.SHORT if need.balance < 0 else State.FEW if need.is_scarce else State.OK
        word = f"不足 {-need.balance}" if need.balance < 0 else f"空き {need.balance}"
        name = word_of(need.need) if need.need else "場所"
        return holder(hbox(StateMark(state, name=word), label(f"{name} {word}"), gap=0.5))

    def _fill_injects(self) -> None:
        played = set(self._controller.session.board.injects_played)
        injects = self._controller.session.operation.settings.preset.injects
        waiting = [inject for inject in injects if inject.inject_id not in played]
        self._menu.clear()
        for inject in waiting:
            self._menu.addAction(f"{inject.planned_min}分　{inject.title}", partial(self._choose, inject))
        self._play.setEnabled(bool(waiting))
        self._next_words.setText(
            f"次の状況　{waiting[0].planned_min}分　{waiting[0].title}"
            if waiting
            else "状況カードは全部出しました"
        )

    def open_injects(self) -> None:
        """Open the menu of 状況カード."""
        if self._play.isEnabled():
            self._play.showMenu()

    def _choose(self, inject: Inject) -> None:
        self.inject_chosen.emit(inject)
