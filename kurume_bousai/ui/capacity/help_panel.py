"""何があれば減るか: each change solved again, the best first; and which site carries the most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QProgressBar, QWidget

from kurume_bousai.domain.capacity_answer import CapacityAnswer
from kurume_bousai.domain.capacity_help import HelpAnswer
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.improvements import Improvement, SiteChange
from kurume_bousai.labels import change_words, how_to_do
from kurume_bousai.ui.capacity import help_words
from kurume_bousai.ui.capacity.reading import CapacityPlaces
from kurume_bousai.ui.figure_table import FigureTable
from kurume_bousai.ui.kit.layouts import fix, grid
from kurume_bousai.ui.kit.widgets import Para, button, flow, hbox, holder, vbox
from kurume_bousai.ui.tasks import Progress, Task, TaskRunner

if TYPE_CHECKING:
    from kurume_bousai.services.capacity.help import CapacityHelp

#: Rest after an answer before the search begins: quick choices one after the other start none.
_REST_MS: Final = 700
_BUDGET_S: Final = 30.0
_LONGER: Final = 4
_TITLE: Final = "何があれば減るかを調べています"


class HelpPanel(QWidget):
    """何があれば減るか.

    ``tried(CapacityConditions)``: look at these conditions instead. ``explained(SiteChange, str)``: no
    condition stands for the change; the words say what has to be done.
    """

    tried = Signal(object)
    explained = Signal(object, str)
    _found = Signal(int, object)

    def __init__(self, runner: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._help: CapacityHelp | None = None
        self._asked: CapacityAnswer | None = None
        self._places = CapacityPlaces({}, ())
        self._answer: HelpAnswer | None = None
        self._so_far: list[Improvement] = []
        self._task: Task | None = None
        self._turn = 0
        self._budget_s = _BUDGET_S
        self._was_stopped = False
        self._is_paused = False
        self.words = Para("答えが出たあとに、何があれば減るかを調べます。", "small", line=1.4)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("調べた割合")
        fix(self.bar, fixed_width=160)
        self.stop = button("調べるのを中止", "tool", on_click=self._stop_for_good)
        self.again = button("調べる", "plain", "magnify", self._begin_again)
        self.helps = FigureTable(help_words.HELP_COLUMNS, name="何があれば減るかの一覧")
        self.losses = FigureTable(help_words.LOSS_COLUMNS, name="施設が開かないときの一覧")
        self.try_help = button("この手をためしてみる", "plain", "check", self._try_help)
        self.try_loss = button("開かないとしてためしてみる", "plain", "check", self._try_loss)
        self.helps.opened.connect(lambda _key: self._try_help())
        self.losses.opened.connect(lambda _key: self._try_loss())
        self._found.connect(self._on_found)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._begin)
        self._working = holder(hbox(self.bar, self.stop))
        self._place = QGridLayout()
        grid(self._place, gap=1)
        self.setLayout(
            vbox(hbox((self.words, 1), self._working, self.again), (holder(self._place), 1), gap=0.75)
        )
        self._left = holder(vbox((self.helps, 1), flow([self.try_help]), gap=0.5))
        self._right = holder(vbox((self.losses, 1), flow([self.try_loss]), gap=0.5))
        self.arrange(is_compact=False)
        self._refresh()

    @property
    def answer(self) -> HelpAnswer | None:
        """What was found for the conditions asked about; None while it is not known."""
        return self._answer

    def arrange(self, *, is_compact: bool) -> None:
        """Two lists beside each other, or one below the other where there is little room."""
        for part in (self._left, self._right):
            self._place.removeWidget(part)
        self._place.addWidget(self._left, 0, 0)
        self._place.addWidget(self._right, 1 if is_compact else 0, 0 if is_compact else 1)
        self._place.setColumnStretch(0, 3)
        self._place.setColumnStretch(1, 0 if is_compact else 2)

    def ask(self, help_service: CapacityHelp | None, answer: CapacityAnswer, places: CapacityPlaces) -> None:
        """Look for what would help with this answer, after a short rest."""
        self.forget()
        self._help, self._asked, self._places = help_service, answer, places
        self._budget_s = _BUDGET_S
        if help_service is not None:
            self._rest.start()
        self._refresh()

    def forget(self) -> None:
        """Drop what was found and what is being looked for: the conditions have changed."""
        self._rest.stop()
        self._turn += 1
        if self._task is not None:
            self._task.cancel()
        self._task = None
        self._answer, self._asked, self._so_far = None, None, []
        self._was_stopped = self._is_paused = False
        self.helps.set_rows([])
        self.losses.set_rows([])
        self._refresh()

    def pause(self) -> None:
        """Stop looking for now: another computation, or another screen, has the computer."""
        self._is_paused = self._task is not None or self._rest.isActive()
        self._rest.stop()
        self._stop()
        self._refresh()

    def resume(self) -> None:
        """Go on where it was paused; a search that a person stopped stays stopped."""
        if self._is_paused and self._asked is not None:
            self._rest.start()
            self._refresh()
        self._is_paused = False

    # -- looking -------------------------------------------------------------------------------

    def _begin_again(self) -> None:
        if self._answer is not None and not self._was_stopped:
            self._budget_s *= _LONGER
        self._begin()

    def _begin(self) -> None:
        self._rest.stop()
        service, asked = self._help, self._asked
        if service is None or asked is None:
            return
        self._turn += 1
        turn, budget_s = self._turn, self._budget_s
        self._was_stopped = False
        self._answer, self._so_far = None, []

        def work(progress: Progress) -> HelpAnswer:
            def tell(done: int, total: int, found: Improvement | None) -> None:
                progress.step(done, total)
                self._found.emit(turn, (done, total, found))

            return service.improvements(
                asked, budget_s=budget_s, tell=tell, should_stop=lambda: progress.cancelled
            )

        self.bar.setRange(0, 0)
        self._task = self._runner.compute(
            work,
            lambda answer: self._on_answer(turn, answer),
            on_fail=lambda error: self._on_failed(turn, error),
            on_cancel=lambda: self._on_stopped(turn),
            key="capacity-help",
            title=_TITLE,
        )
        self._refresh()

    def _stop_for_good(self) -> None:
        self._is_paused = False
        self._stop()

    def _stop(self) -> None:
        if self._task is not None:
            self._was_stopped = True
            self._task.cancel()

    def _on_found(self, turn: int, step: tuple[int, int, Improvement | None]) -> None:
        if turn != self._turn or self._task is None:
            return
        done, total, found = step
        self.bar.setRange(0, max(1, total))
        self.bar.setValue(done)
        if found is not None and found.gain > 0:
            self._so_far.append(found)
            self._so_far.sort(key=lambda one: (-one.gain, one.change.site_id))
            self.helps.set_rows([help_words.improvement_row(one, None, self._named) for one in self._so_far])
            self._refresh()

    def _on_answer(self, turn: int, answer: HelpAnswer) -> None:
        if turn != self._turn:
            return
        # 「中止」 of the status bar reaches the search too, which then ends with what it has.
        self._was_stopped |= self._task is not None and self._task.progress.cancelled
        self._task, self._answer = None, answer
        self.helps.set_rows(help_words.improvement_rows(answer, self._named))
        self.losses.set_rows([help_words.loss_row(one, self._named) for one in answer.without_site])
        self._refresh()

    def _on_stopped(self, turn: int) -> None:
        if turn == self._turn:
            self._task = None
            self._refresh()

    def _on_failed(self, turn: int, error: BaseException) -> bool:
        if turn != self._turn:
            return True
        self._task = None
        self._refresh()
        if isinstance(error, KnownProblem):
            self.words.set_text(error.message)
            return True
        return False

    def _refresh(self) -> None:
        busy, answer = self._task is not None, self._answer
        self._working.setVisible(busy)
        self.again.setVisible(not busy and self._asked is not None and not (answer and answer.complete))
        ran_out = answer is not None and not self._was_stopped
        self.again.setText(
            "もっと時間をかけて調べる" if ran_out else "調べ直す" if self._was_stopped else "調べる"
        )
        self.try_help.setEnabled(bool(self.helps.rows()))
        self.try_loss.setEnabled(bool(self.losses.rows()))
        if busy:
            self.words.set_text("一つずつ計算し直して調べています。見つかったものから並べます。")
        elif self._is_paused:
            self.words.set_text("いったん止めています。この画面にもどると続けます。")
        elif self._was_stopped:
            self.words.set_text("中止しました。見つかったところまでを並べています。")
        elif answer is not None:
            self.words.set_text(help_words.head_words(answer))
        elif self._rest.isActive():
            self.words.set_text("まもなく、何があれば減るかを調べます。")
        elif self._asked is not None:
            self.words.set_text("何があれば入れない人が減るかは、まだ調べていません。")
        else:
            self.words.set_text("答えが出たあとに、何があれば減るかを調べます。")

    def _named(self, site_id: SiteId) -> str:
        return self._places.short_name(site_id)

    # -- trying --------------------------------------------------------------------------------

    def _try_help(self) -> None:
        change = _key_or_first(self.helps)
        if not isinstance(change, SiteChange) or self._asked is None:
            return
        conditions = help_words.tried_by_opening(change, self._asked)
        if conditions is not None and not self._opens_later(change.site_id):
            self.tried.emit(conditions)
            return
        name = self._named(change.site_id)
        self.explained.emit(change, f"{change_words(change, name)}。\n{how_to_do(change, name)}")

    def _opens_later(self, site_id: SiteId) -> bool:
        """Whether the stage keeps it shut too: opening it alone is no condition of the sentence."""
        stage = self._asked.conditions.stage if self._asked is not None else 0
        return any(site.site_id == site_id and site.opens_at_level > stage for site in self._places.sites)

    def _try_loss(self) -> None:
        site_id = _key_or_first(self.losses)
        if isinstance(site_id, str) and self._asked is not None:
            self.tried.emit(help_words.tried_by_closing(SiteId(site_id), self._asked))


def _key_or_first(table: FigureTable) -> object:
    rows = table.rows()
    key = table.key()
    return key if key is not None else rows[0][0] if rows else None
