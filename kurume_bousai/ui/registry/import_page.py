"""取込: ファイル → 列の対応 → 点検 → 判断 → 確定. Nothing is written before 確定."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import ImportId
from kurume_bousai.services.import_undo import UndoneImport
from kurume_bousai.services.ports import ImportRecord
from kurume_bousai.services.roster_headings import RosterHeadings
from kurume_bousai.services.roster_import_desk import CheckedFile, CheckedSession, RosterImportDesk
from kurume_bousai.services.roster_session import SessionPreview
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.kit.widgets import Para, button, hbox, holder, label, vbox
from kurume_bousai.ui.page import Page
from kurume_bousai.ui.registry.duplicates import DuplicatesDialog
from kurume_bousai.ui.registry.import_check import CheckStep
from kurume_bousai.ui.registry.import_columns import ColumnsStep
from kurume_bousai.ui.registry.import_confirm import ConfirmStep
from kurume_bousai.ui.registry.import_file import FileStep
from kurume_bousai.ui.registry.import_judge import JudgeStep
from kurume_bousai.ui.registry.step_bar import Step, StepBar
from kurume_bousai.ui.tasks import Progress, Task
from kurume_bousai.ui.tasks import Step as WorkStep

_QUESTIONS: Final = {
    Step.FILE: "どのファイルを取り込みますか",
    Step.COLUMNS: "どの列がどの項目ですか",
    Step.CHECK: "ファイルに困った行はありませんか",
    Step.JUDGE: "取り込めない人をどうしますか",
    Step.CONFIRM: "この内容で名簿に書き込みますか",
}
_FORWARD: Final = {
    Step.FILE: "次へ",
    Step.COLUMNS: "点検する",
    Step.CHECK: "次へ",
    Step.JUDGE: "次へ",
    Step.CONFIRM: "確定する",
}


class ImportPage(Page):
    """取込. ``closed()`` when the person goes back to the list."""

    closed = Signal()

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(_QUESTIONS[Step.FILE], parent)
        self._desktop = desktop
        self._desk = RosterImportDesk(desktop.services.roster_import)
        self._session: CheckedSession | None = None
        self._is_adding = False
        self._headings: RosterHeadings | None = None
        self._done: SessionPreview | None = None
        self._task: Task | None = None
        self.bar = StepBar()
        self.file = FileStep()
        self.columns = ColumnsStep()
        self.check = CheckStep(desktop.privacy)
        self.judge = JudgeStep(desktop.privacy)
        self.confirm = ConfirmStep()
        # Not a stack: that would be as high as its highest step and scroll without need.
        self._steps: tuple[QWidget, ...] = (self.file, self.columns, self.check, self.judge, self.confirm)
        self._progress = QProgressBar()
        self._progress.setAccessibleName("進みぐあい")
        self._progress_words = label("", "quiet")
        self._stop = button("中止", "tool", on_click=self._cancel)
        self._work = holder(hbox(self._progress_words, (self._progress, 1), self._stop))
        self._work.hide()
        self.forward = button(_FORWARD[Step.FILE], "main", on_click=self.go_on)
        self.back = button("前へ", on_click=self.go_back)
        self.set_main_action(self.forward)
        self._leave = button("名簿に戻る", on_click=self.closed.emit)
        self.another = button("ほかの提供元のファイルを加える", on_click=self.add_file)
        self.twins = button("同じ人かもしれない組を見る", on_click=self.show_duplicates)
        self.add_action_button(self._leave)
        self.add_action_button(self.twins)
        self.add_action_button(self.another)
        self.add_action_button(self.back)
        self._basket = Para("", "small", line=1.35)
        self._basket.hide()
        self.set_body(vbox(self.bar, self._work, self._basket, *((step, 1) for step in self._steps), gap=1.5))
        self._connect()
        self._show_step(Step.FILE)

    def _connect(self) -> None:
        self.file.undo_wanted.connect(lambda import_id: self.undo(ImportId(import_id)))
        self.file.path.returnPressed.connect(self.go_on)
        self.columns.save_wanted.connect(self.save_mapping)
        self.check.line_wanted.connect(self._on_line_wanted)
        self.confirm.undo_wanted.connect(self._undo_done)
        self._desktop.runner.progressed.connect(self._on_progressed)

    @property
    def is_busy(self) -> bool:
        """Whether a file is being read, written or taken back."""
        return self._task is not None

    @property
    def _checked(self) -> CheckedFile | None:
        """The file that was checked last; the others of the session stand beside it."""
        return self._session.files[-1] if self._session is not None else None

    # -- being a screen ------------------------------------------------------------------------

    def entered(self) -> None:
        """Read the past imports when it is shown."""
        self._desktop.runner.read(self._desk.past, self._on_past, key="import-past")

    def first_focus(self) -> QWidget | None:
        """What the present step asks for first."""
        match self.bar.step():
            case Step.FILE:
                return self.file.path
            case Step.COLUMNS:
                return self.columns.first_gap()
            case Step.JUDGE:
                return self.judge.first_field() or self.forward
            case Step.CONFIRM:
                return self.confirm.first_field() or self.forward
            case _:
                return self.forward

    def _on_past(self, records: list[ImportRecord]) -> None:
        self.file.set_past(records)
        self.file.set_sources(list(dict.fromkeys(record.source for record in records)))

    # -- moving --------------------------------------------------------------------------------

    def go_on(self) -> None:
        """次へ・点検する・確定する."""
        if self._task is not None:
            return
        try:
            match self.bar.step():
                case Step.FILE:
                    self._read_headings()
                case Step.COLUMNS:
                    self._check_file()
                case Step.CHECK:
                    self._show_step(Step.JUDGE)
                case Step.JUDGE:
                    self._leave_judging()
                case Step.CONFIRM:
                    self._end()
        except KnownProblem as problem:
            self._desktop.messages.problem(problem)

    def go_back(self) -> None:
        """前へ: what was chosen stays."""
        if self._task is None and self.bar.step() is not Step.FILE:
            self._show_step(Step(self.bar.step() - 1))

    def _show_step(self, step: Step) -> None:
        self.bar.set_step(step)
        for place, body in enumerate(self._steps):
            body.setVisible(place == step)
        self.set_question(_QUESTIONS[step])
        self.forward.setText(_FORWARD[step])
        self.forward.setAccessibleName(_FORWARD[step])
        self.back.setVisible(step is not Step.FILE and self._done is None)
        self.another.setVisible(step is Step.CHECK and self._done is None)
        may_merge = self._desktop.database.access.has(Right.EDIT_PEOPLE)
        self.twins.setVisible(step is Step.FILE and may_merge and self._session is None)
        if self.isVisible() and (focus := self.first_focus()) is not None:
            focus.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- work ----------------------------------------------------------------------------------

    def _read_headings(self) -> None:
        choice = self.file.check()
        self._begin(
            self._desktop.runner.read(
                partial(self._desk.headings, choice.path, choice.source),
                self._on_headings,
                on_fail=self._on_failed,
                on_cancel=self._finish,
                title="ファイルの見出しを読んでいます",
            )
        )

    def _on_headings(self, headings: RosterHeadings) -> None:
        self._finish()
        self._headings = headings
        self.columns.set_headings(headings, self.file.source.currentText().strip())
        self._show_step(Step.COLUMNS)

    def _check_file(self) -> None:
        choice = replace(self.file.check(), takes_hidden_rows=self.columns.takes_hidden_rows())
        mapping = self.columns.mapping()
        desk = self._desk

        beside = self._beside()

        def work(progress: Progress) -> CheckedSession:
            return desk.check(choice, mapping, _Told(progress), beside)

        self._begin(
            self._desktop.runner.read(
                work,
                self._on_checked,
                on_fail=self._on_failed,
                on_cancel=self._finish,
                title="名簿のファイルを点検しています",
            )
        )

    def save_mapping(self, name: str) -> None:
        """この対応を保存する: under the office's name, for its next file."""
        if self._task is not None or self._headings is None:
            return
        try:
            mapping = self.columns.whole_mapping()
        except KnownProblem as problem:
            self._desktop.messages.problem(problem)
            return
        self._begin(
            self._desktop.runner.write(
                partial(self._desk.save_mapping, name, self._headings, mapping),
                self._on_mapping_saved,
                on_fail=self._on_failed,
                on_cancel=self._finish,
                title="列の対応を保存しています",
            )
        )

    def _on_mapping_saved(self, outcome: Outcome[str]) -> None:
        self._finish()
        self.columns.set_saved(outcome.value)
        self._desktop.finish(Outcome(outcome.value, outcome.changes), "列の対応を保存しました。")

    def show_duplicates(self) -> DuplicatesDialog:
        """同じ人かもしれない組: of the people who are on the list already."""
        dialog = DuplicatesDialog(self._desktop, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        return dialog

    def _beside(self) -> tuple[CheckedFile, ...]:
        """Files of the session that the one being checked comes beside: without its own earlier look."""
        if self._session is None:
            return ()
        return self._session.files if self._is_adding else self._session.files[:-1]

    def add_file(self) -> None:
        """ほかの提供元のファイルを加える: what was checked stays, to be committed together."""
        if self._task is not None or self._session is None:
            return
        self._is_adding = True
        self.file.path.clear()
        self.file.totals.clear()
        self.file.source.setCurrentText("")
        self.file.extent.set_value(None)
        self._show_step(Step.FILE)

    def _on_checked(self, session: CheckedSession) -> None:
        self._finish()
        self._is_adding = False
        self._set_session(session)
        self._show_step(Step.CHECK)

    def _set_session(self, session: CheckedSession) -> None:
        self._session = session
        self.check.set_preview(session.files[-1].preview)
        self.judge.set_previews(session.preview.files)
        self.confirm.set_session(session.preview)
        several = len(session.files) > 1
        self._basket.setVisible(several)
        if several:
            lines = [
                f"{one.preview.source}　読んだ {one.preview.read:,}　新規 {one.preview.added:,}　"
                f"変更 {one.preview.changed:,}　同一 {one.preview.unchanged:,}　保留 {one.preview.held:,}　"
                f"ほかの提供元と同じ人 {one.preview.joined:,}"
                for one in session.files
            ]
            self._basket.set_text("\n".join(["一緒に取り込むファイル", *lines]))

    def _leave_judging(self) -> None:
        """Keep the answers, and look again at what the files do with them; no file is read anew."""
        answers, session = self.judge.answers, self._session
        if not answers or session is None:
            self._show_step(Step.CONFIRM)
            return
        desk = self._desk

        def work(progress: Progress) -> Outcome[CheckedSession]:
            kept = desk.decide(answers)
            return Outcome(desk.check_again(session, _Told(progress)), kept.changes)

        self._begin(
            self._desktop.runner.write(
                work,
                self._on_judged,
                on_fail=self._on_failed,
                on_cancel=self._finish,
                title="判断を覚えて、もう一度点検しています",
            )
        )

    def _on_judged(self, outcome: Outcome[CheckedSession]) -> None:
        self._finish()
        self._set_session(outcome.value)
        self._show_step(Step.JUDGE if outcome.value.pairs else Step.CONFIRM)
        self._desktop.finish(Outcome(outcome.value, outcome.changes), "")

    def _on_line_wanted(self, row: int) -> None:
        if self._checked is not None:
            self.check.show_line(row, self._desk.line(self._checked, row))

    def _end(self) -> None:
        if self._done is not None:
            self.closed.emit()
            return
        session = self._session
        if session is None:
            return
        confirmations = self.confirm.confirmations()
        desk = self._desk

        def work(progress: Progress) -> Outcome[SessionPreview]:
            return desk.commit(session, confirmations, _Told(progress))

        self._begin(
            self._desktop.runner.write(
                work,
                self._on_committed,
                on_fail=self._on_failed,
                on_cancel=self._finish,
                title="名簿に書き込んでいます",
            )
        )

    def _on_committed(self, outcome: Outcome[SessionPreview]) -> None:
        self._finish()
        self._done = outcome.value
        self._basket.hide()
        self.confirm.set_result(outcome.value)
        self.set_question("取り込みが終わりました")
        self.back.hide()
        self._leave.hide()
        self.forward.setText("名簿に戻る")
        self.forward.setAccessibleName("名簿に戻る")
        self.forward.setFocus(Qt.FocusReason.OtherFocusReason)
        self._desktop.finish(
            Outcome(outcome.value, outcome.changes),
            "名簿を取り込みました。" if outcome.value.is_committed else "",
        )

    # -- taking back ---------------------------------------------------------------------------

    def _undo_done(self) -> None:
        if self._done is not None:
            self.undo(self._done.files[0].import_id)

    def undo(self, import_id: ImportId) -> None:
        """この取込を取り消す."""
        if self._task is not None:
            return
        self._begin(
            self._desktop.runner.write(
                partial(self._desk.undo, import_id),
                self._on_undone,
                on_fail=self._on_failed,
                on_cancel=self._finish,
                title="取込を取り消しています",
            )
        )

    def _on_undone(self, outcome: Outcome[UndoneImport]) -> None:
        self._finish()
        self.confirm.set_undone(outcome.value.taken_out, outcome.value.put_back)
        self._desktop.finish(Outcome(outcome.value, outcome.changes), "取込を取り消しました。")
        self.entered()

    # -- progress ------------------------------------------------------------------------------

    def _begin(self, task: Task) -> None:
        self._task = task
        self.forward.setEnabled(False)
        self.back.setEnabled(False)
        self.another.setEnabled(False)
        self._leave.setEnabled(False)
        self._progress.setRange(0, 0)
        self._progress_words.setText(task.title)
        self._work.show()

    def _finish(self) -> None:
        self._task = None
        self.forward.setEnabled(True)
        self.back.setEnabled(True)
        self.another.setEnabled(True)
        self._leave.setEnabled(True)
        self._work.hide()

    def _on_failed(self, _error: BaseException) -> bool:
        self._finish()
        return False

    def _on_progressed(self, task: Task, step: WorkStep) -> None:
        if task is not self._task:
            return
        self._progress.setRange(0, step.total)
        self._progress.setValue(step.done)
        words = f"{step.text} {step.done:,} / {step.total:,}" if step.total else step.text
        self._progress_words.setText(words)

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()


class _Told:
    """進みぐあい: how a use case says it, as the runner takes it; 中止 is looked at on the way."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def __call__(self, done: int, total: int, text: str) -> None:
        self._progress.raise_if_cancelled()
        self._progress.step(done, total, text)
