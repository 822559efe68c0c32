"""訓練の上の帯: time left, the question, tables that are done, names, next."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QMenu, QPushButton, QWidget

from kurume_bousai.domain.ids import TableId
from kurume_bousai.ui.exercise.controller import SessionController
from kurume_bousai.ui.header import NamesButton
from kurume_bousai.ui.kit.widgets import Countdown, button, chip, hbox, holder, label, vbox

_TICK_MS = 250
#: More tables than this do not fit beside the question: they are in a menu.
MOST_IN_A_ROW = 5


class SessionBar(QFrame):
    """上の帯. ``menu_chosen(name)``: projector, seats, fit, pause, finish."""

    menu_chosen = Signal(str)

    def __init__(self, controller: SessionController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self.setObjectName("header")
        self._countdown = Countdown()
        self._heading = label("", "small")
        self._question = label("", "lead_bold")
        self._done_words = label("", "small")
        self._tables = self._table_chips()
        self._table_place = holder(vbox(self._done_words, hbox(*self._tables.values(), gap=0.5), gap=0.25))
        self._done_button = button("できた班", "plain")
        self._done_button.setMenu(QMenu(self))
        self._names = NamesButton(controller.desktop.privacy)
        self._more = button("＋5分", "plain", on_click=controller.add_minutes, name="5分のばす")
        self._next = button("次の問いへ", "plain", "skip-next", controller.next_task)
        self._menu_button = button("ほか", "plain", "dots-horizontal")
        self._menu_button.setMenu(self._menu())
        title = vbox(self._heading, self._question, gap=0)
        tables = (self._table_place, self._done_button)
        buttons = (self._names, self._more, self._next, self._menu_button)
        row = (self._countdown, (holder(title), 1), *tables, *buttons)
        self.setLayout(hbox(*row, margins=(1.5, 0.5, 1.5, 0.5), gap=1))
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        controller.changed.connect(self.refresh)
        self.refresh()

    def _table_chips(self) -> dict[TableId, QPushButton]:
        chips: dict[TableId, QPushButton] = {}
        for table in self._controller.session.tables:
            made = chip(table.name, name=f"{table.name} できた")
            made.clicked.connect(
                lambda _checked=False, table_id=table.table_id: self._controller.toggle_done(table_id)
            )
            chips[table.table_id] = made
        return chips

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        for name, words in (
            ("done", "この班は「できた」(もう一度で取り消し)"),
            ("fit", "入りきれますか"),
            ("projector", "投影の画面を出す・しまう"),
            ("seats", "この班にいる人を変える"),
            ("print", "訓練の報告を書き出す"),
            ("pause", "いったん閉じる(あとで続ける)"),
            ("finish", "訓練を終える"),
        ):
            menu.addAction(words, partial(self.menu_chosen.emit, name))
        return menu

    def set_compact(self, *, compact: bool) -> None:
        """Shorter words and no row of tables on a small screen."""
        in_a_row = not compact and len(self._tables) <= MOST_IN_A_ROW
        self._table_place.setVisible(in_a_row)
        self._done_button.setVisible(not in_a_row and not compact)
        self._names.set_with_key(with_key=not compact)
        self._next.setText("次へ" if compact else "次の問いへ")

    def refresh(self) -> None:
        """Show the running question and who is done."""
        session = self._controller.session
        task = session.current_task()
        tasks = session.operation.settings.preset.tasks
        self._heading.setText(f"問い {tasks.index(task) + 1} / {len(tasks)}　{task.heading}")
        self._question.setText(task.question)
        done = session.tables_done(task.task_id)
        self._done_words.setText(f"できた班 {len(done)} / {len(self._tables)}")
        self._done_button.setText(f"できた班 {len(done)}/{len(self._tables)}")
        self._fill_done_menu(done)
        for table_id, made in self._tables.items():
            made.setChecked(table_id in done)
        self._tick()

    def _fill_done_menu(self, done: set[TableId]) -> None:
        menu = self._done_button.menu()
        menu.clear()
        for table in self._controller.session.tables:
            entry = menu.addAction(table.name, partial(self._controller.toggle_done, table.table_id))
            entry.setCheckable(True)
            entry.setChecked(table.table_id in done)

    def _tick(self) -> None:
        self._countdown.set_remaining(self._controller.remaining_s())

    def stop(self) -> None:
        """Stop the clock of the screen."""
        self._timer.stop()
