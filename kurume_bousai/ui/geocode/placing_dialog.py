"""住所から位置を決める: how it stands, the batch with its result, and one person after the other."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QPushButton, QWidget

from kurume_bousai.domain.changes import Outcome
from kurume_bousai.services.places.geocoding_batch import BatchOptions, BatchResult
from kurume_bousai.services.places.home_placing import PlacingState, WorkItem
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.form_dialog import FormDialog
from kurume_bousai.ui.geocode.result_side import ResultSide
from kurume_bousai.ui.geocode.state_side import StateSide
from kurume_bousai.ui.geocode.told import Told
from kurume_bousai.ui.geocode.work_side import WorkSide
from kurume_bousai.ui.header import NamesButton
from kurume_bousai.ui.kit.layouts import hbox, vbox
from kurume_bousai.ui.kit.widgets import button, label, plate
from kurume_bousai.ui.tasks import Progress, Step, Task

QUESTION = "住所から位置を決めます"


class PlacingDialog(FormDialog):
    """住所から位置を決める.

    The batch writes nothing before 「書き込む」; the place of one person is written at once.
    """

    def __init__(self, desktop: Desktop, parent: QWidget | None = None, *, member_id: str = "") -> None:
        super().__init__(QUESTION, parent, size=(1366, 700))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desktop = desktop
        self._options = BatchOptions()
        self._running: Task | None = None
        self.state = StateSide()
        self.summary = ResultSide()
        self.work = WorkSide(desktop, self.messages)
        self._build()
        desktop.runner.progressed.connect(self._on_progress)
        for keys in ("F12", "Ctrl+Shift+H"):
            QShortcut(QKeySequence(keys), self).activated.connect(desktop.privacy.hide)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self.work).activated.connect(self.work.take)
        self._fill_parent()
        if member_id:
            self._all_button.hide()
            self.work.decided.connect(self.accept)
            self.show_step(self._step_work)
            self.work.show_only(member_id)
        else:
            self.show_step(self._step_state, self.batch_button)
            self._read_state()

    # -- the steps -----------------------------------------------------------------------------

    def _build(self) -> None:
        self.batch_button = button("いっせいに調べる", "main", "map-search-outline", self.preview)
        self.work_button = button("一人ずつ決める", icon="format-list-bulleted", on_click=self._open_work)
        leave = button("閉じる", on_click=self.reject)
        buttons: list[QPushButton | None] = [leave, None, self.work_button, self.batch_button]
        self._step_state = self.add_step("住所から、家の位置を決めます", [self.state], buttons)
        self.commit_button = button("書き込む", "main", "check", self.commit)
        self.rest_button = button(
            "残りの人を一人ずつ決める", icon="format-list-bulleted", on_click=self._open_work
        )
        again = button("はじめに戻る", on_click=self._back_to_state)
        self._step_result = self.add_step(
            "いっせいに調べた結果です",
            [self.summary],
            [again, None, self.rest_button, self.commit_button],
            is_weighty=True,
        )
        self._all_button = button(
            "全体を見る", on_click=self._back_to_state, name="全体の数といっせいに決める画面に戻る"
        )
        fictional = plate("架空のデータ")
        fictional.setVisible(self._desktop.is_fictional)
        head = hbox(
            label("この人の家は、どこですか", "title"),
            None,
            fictional,
            NamesButton(self._desktop.privacy, with_key=False),
            self._all_button,
            button("閉じる", on_click=self.reject),
            gap=1,
        )
        self._step_work = self.add_wide_step(vbox(head, (self.work, 1), gap=1))

    def _fill_parent(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.resize(parent.width() - 24, parent.height() - 24)

    def _back_to_state(self) -> None:
        self.show_step(self._step_state, self.batch_button)
        self._read_state()

    def _read_state(self) -> None:
        placing = self._desktop.services.home_placing
        self._desktop.runner.read(placing.state, self._on_state, on_fail=self.told, key="placing-state")

    def _on_state(self, state: PlacingState) -> None:
        self.state.show_state(state)
        self.batch_button.setEnabled(bool(state.sources) and state.people > 0)
        self.work_button.setEnabled(state.people > 0)
        words = f"一人ずつ決める({state.waiting:,}人)" if state.waiting else "一人ずつ決める"
        self.work_button.setText(words)
        self.work_button.setAccessibleName(words)

    def reject(self) -> None:
        """Close, unless a place is just being written: the other screens must hear of it (Qt)."""
        if not self.work.is_writing:
            super().reject()

    # -- the batch -----------------------------------------------------------------------------

    def preview(self) -> None:
        """いっせいに調べる: what would be written, nothing is."""
        geocoding, options = self._desktop.services.geocoding, self.state.options()
        self._options = options

        def work(progress: Progress) -> BatchResult:
            return geocoding.preview(options, Told(progress))

        self._run(
            self._desktop.runner.read(
                work,
                self._on_previewed,
                on_fail=self.told,
                on_cancel=self._on_stopped,
                title="住所から位置をさがしています",
            )
        )

    def _on_previewed(self, result: BatchResult) -> None:
        self.set_busy(busy=False)
        self.summary.show_result(result)
        has_work = bool(result.placed or result.cleared)
        self.commit_button.setVisible(True)
        self.commit_button.setEnabled(has_work)
        self.rest_button.setVisible(not has_work)
        self.show_step(self._step_result, self.commit_button if has_work else self.rest_button)

    def commit(self) -> None:
        """書き込む: looked up again and written in one go; stopping leaves nothing behind."""
        geocoding, options = self._desktop.services.geocoding, self._options

        def work(progress: Progress) -> Outcome[BatchResult]:
            return geocoding.run(options, Told(progress))

        self._run(
            self._desktop.runner.write(
                work,
                self._on_committed,
                on_fail=self.told,
                on_cancel=self._on_stopped,
                title="決まった位置を書き込んでいます",
            )
        )

    def _on_committed(self, outcome: Outcome[BatchResult]) -> None:
        self.set_busy(busy=False)
        self.summary.show_result(outcome.value)
        self.commit_button.setVisible(False)
        self.rest_button.setVisible(True)
        self.show_step(self._step_result, self.rest_button)
        self._desktop.finish(outcome, f"住所から{outcome.value.placed:,}人の位置を決めました。")

    def _run(self, task: Task) -> None:
        self.clear_messages()
        self._running = task
        self.set_busy(busy=True, task=task)

    def _on_stopped(self) -> None:
        self.set_busy(busy=False)
        self.messages.notice("中止しました。何も書き込んでいません。")

    def _on_progress(self, task: Task, step: Step) -> None:
        if task is self._running:
            done = f"{step.text}　{step.done:,} / {step.total:,}人" if step.total else step.text
            self.say_busy(done)

    # -- one by one ----------------------------------------------------------------------------

    def _open_work(self) -> None:
        self.show_step(self._step_work)
        self.work.start()
        placing = self._desktop.services.home_placing

        def work(progress: Progress) -> list[WorkItem]:
            return placing.worklist(Told(progress))

        self._run(
            self._desktop.runner.read(
                work,
                self._on_worklist,
                on_fail=self.told,
                on_cancel=self._on_list_stopped,
                title="位置を見てほしい人をさがしています",
            )
        )

    def _on_worklist(self, items: list[WorkItem]) -> None:
        self.set_busy(busy=False)
        self.work.show_items(items)
        self.work.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_list_stopped(self) -> None:
        self.set_busy(busy=False)
        self._back_to_state()


def open_placing(desktop: Desktop, parent: QWidget | None, member_id: str = "") -> PlacingDialog:
    """Open 「住所から位置を決める」 over a window; with a person, at once at that one."""
    made = PlacingDialog(desktop, parent, member_id=member_id)
    made.open()
    return made
