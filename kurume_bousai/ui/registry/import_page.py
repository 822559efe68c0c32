"""取込: ファイル → 列の対応 → 点検 → 判断 → 確定. Nothing is written before 確定."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import ImportId
from kurume_bousai.domain.mapping_profiles import ColumnMapping
from kurume_bousai.services.ports.imports import ImportRecord
from kurume_bousai.services.roster_import.desk import (
    CheckedFile,
    CheckedSession,
    FileChoice,
    RosterImportDesk,
)
from kurume_bousai.services.roster_import.headings import RosterHeadings
from kurume_bousai.services.roster_import.session import SessionPreview
from kurume_bousai.services.roster_import.undo import UndoneImport
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.form_dialog import ask
from kurume_bousai.ui.kit.widgets import button, vbox
from kurume_bousai.ui.messages import Message
from kurume_bousai.ui.page import Page
from kurume_bousai.ui.registry.duplicates import DuplicatesDialog
from kurume_bousai.ui.registry.import_basket import Basket
from kurume_bousai.ui.registry.import_check import CheckStep
from kurume_bousai.ui.registry.import_columns import ColumnsStep
from kurume_bousai.ui.registry.import_confirm import ConfirmStep
from kurume_bousai.ui.registry.import_file import FileStep
from kurume_bousai.ui.registry.import_judge import JudgeStep
from kurume_bousai.ui.registry.import_result import print_result
from kurume_bousai.ui.registry.import_work import Told, WorkRow
from kurume_bousai.ui.registry.step_bar import Step, StepBar
from kurume_bousai.ui.tasks import Progress, Task
from kurume_bousai.ui.tasks import Step as WorkStep

_QUESTIONS: Final = {
    Step.FILE: "どのファイルを取り込みますか",
    Step.COLUMNS: "どの列がどの項目ですか",
    Step.CHECK: "ファイルに困った行はありませんか",
    Step.JUDGE: "取り込めない行をどうしますか",
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
        self._current = ""  # source of the file the first two steps hold; "" = none of the session
        self._ordered: dict[str, tuple[FileChoice, ColumnMapping | None]] = {}
        self._headings: RosterHeadings | None = None
        self._done: SessionPreview | None = None
        self._task: Task | None = None
        self._told: list[Message] = []
        self.bar = StepBar()
        self.file = FileStep()
        self.columns = ColumnsStep()
        sees = desktop.database.access.sees_protected
        self.check = CheckStep(desktop.privacy, sees_protected=sees)
        self.judge = JudgeStep(desktop.privacy)
        self.confirm = ConfirmStep(sees_protected=sees)
        # Not a stack: that would be as high as its highest step and scroll without need.
        self._steps: tuple[QWidget, ...] = (self.file, self.columns, self.check, self.judge, self.confirm)
        self._work = WorkRow(self._cancel)
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
        self._basket = Basket()
        self._basket.hide()
        self.set_body(vbox(self.bar, self._work, self._basket, *((step, 1) for step in self._steps), gap=1.5))
        self._connect()
        self._show_step(Step.FILE)

    def _connect(self) -> None:
        self.file.undo_wanted.connect(lambda import_id: self.ask_undo(ImportId(import_id)))
        self.file.path.returnPressed.connect(self.go_on)
        self.columns.save_wanted.connect(self.save_mapping)
        self.check.line_wanted.connect(self._on_line_wanted)
        self.check.removals.partial_wanted.connect(self.check_as_partial)
        self._basket.out_wanted.connect(self.leave_out)
        self.confirm.undo_wanted.connect(self._undo_done)
        self.confirm.paper_wanted.connect(self._print_result)
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
            self._tell(problem)
            if (focus := self.first_focus()) is not None:
                focus.setFocus(Qt.FocusReason.OtherFocusReason)

    def _tell(self, problem: KnownProblem) -> None:
        self._told.append(self._desktop.messages.problem(problem))

    def _forget_told(self) -> None:
        """What was wrong before has been mended: its message must not stand over the next step."""
        for message in self._told:
            self._desktop.messages.forget(message)
        self._told = []

    def go_back(self) -> None:
        """前へ: what was chosen stays."""
        if self._task is not None or self.bar.step() is Step.FILE:
            return
        if self.bar.step() is Step.CHECK and not self._current:
            self.add_file()  # the file of the first two steps was left out
            return
        self._show_step(Step(self.bar.step() - 1))

    def _show_step(self, step: Step) -> None:
        self.bar.set_step(step)
        for place, body in enumerate(self._steps):
            body.setVisible(place == step)
        self.set_question(self.judge.question() if step is Step.JUDGE else _QUESTIONS[step])
        self._forget_told()
        is_basket_step = step is Step.CHECK or (step is Step.FILE and self._is_adding)
        count = 0 if self._session is None else len(self._session.files)
        self._basket.setVisible(is_basket_step and count > (0 if self._is_adding else 1))
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
        self._check(choice, self.columns.mapping(), self._current)

    def _check(self, choice: FileChoice, mapping: ColumnMapping | None, instead_of: str) -> None:
        """Look at a file beside those of the session, in place of the one of that source."""
        desk = self._desk
        files = () if self._session is None else self._session.files
        beside = [one for one in files if one.order.source != instead_of]

        def work(progress: Progress) -> CheckedSession:
            return desk.check(choice, mapping, Told(progress), beside)

        self._begin(
            self._desktop.runner.read(
                work,
                partial(self._on_checked, choice, mapping),
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
        self._forget_told()
        self.columns.set_saved(outcome.value)
        self._desktop.finish(Outcome(outcome.value, outcome.changes), "列の対応を保存しました。")

    def show_duplicates(self) -> DuplicatesDialog:
        """同じ人かもしれない組: of the people who are on the list already."""
        dialog = DuplicatesDialog(self._desktop, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        return dialog

    def add_file(self) -> None:
        """ほかの提供元のファイルを加える: what was checked stays, to be committed together."""
        if self._task is not None or self._session is None:
            return
        self._is_adding = True
        self._current = ""
        self.file.path.clear()
        self.file.totals.clear()
        self.file.source.setCurrentText("")
        self.file.extent.set_value(None)
        self._show_step(Step.FILE)

    def _on_checked(self, choice: FileChoice, mapping: ColumnMapping | None, session: CheckedSession) -> None:
        self._finish()
        self._is_adding = False
        self._current = session.files[-1].order.source
        self._ordered[self._current] = choice, mapping
        self._set_session(session)
        self._show_step(Step.CHECK)

    def leave_out(self, place: int) -> None:
        """外す: one file of the session, also the first; the others are looked at again without it."""
        session = self._session
        if self._task is not None or session is None:
            return
        if session.files[place].order.source == self._current:
            self._current = ""
        if len(session.files) == 1:
            self._session, self._is_adding = None, False
            self._show_step(Step.FILE)
            return
        desk = self._desk

        def work(progress: Progress) -> CheckedSession:
            return desk.without(session, place, Told(progress))

        self._begin(
            self._desktop.runner.read(
                work,
                self._on_left_out,
                on_fail=self._on_failed,
                on_cancel=self._finish,
                title="残りのファイルを点検しています",
            )
        )

    def _on_left_out(self, session: CheckedSession) -> None:
        self._finish()
        self._set_session(session)
        self._show_step(Step.FILE if self._is_adding else Step.CHECK)

    def check_as_partial(self) -> None:
        """一部の人だけのファイルとして点検しなおす: nobody leaves the list by it."""
        if self._task is not None or self._checked is None:
            return
        source = self._checked.order.source
        choice, mapping = self._ordered[source]
        if source == self._current:
            self.file.extent.set_value(False)
        self._check(replace(choice, is_whole=False), mapping, source)

    def _set_session(self, session: CheckedSession) -> None:
        self._session = session
        self.check.set_preview(session.files[-1].preview)
        self.judge.set_previews(session.preview.files)
        self.confirm.set_session(session.preview)
        self._basket.set_files([one.preview for one in session.files])

    def _leave_judging(self) -> None:
        """Keep the answers, and look again at what the files do with them; no file is read anew."""
        answers, session = self.judge.answers, self._session
        if not answers or session is None:
            self._show_step(Step.CONFIRM)
            return
        desk = self._desk

        def work(progress: Progress) -> Outcome[CheckedSession]:
            kept = desk.decide(answers)
            return Outcome(desk.check_again(session, Told(progress)), kept.changes)

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
            return desk.commit(session, confirmations, Told(progress))

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
        self._forget_told()
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

    def _print_result(self) -> None:
        if self._done is not None:
            print_result(self._desktop, self._done, self.window())

    def _undo_done(self) -> None:
        if self._done is not None:
            self.ask_undo(self._done.files[0].import_id)

    def ask_undo(self, import_id: ImportId) -> None:
        """Ask before an import is taken back whole: one press would undo thousands of records."""
        lines = [
            "この取込で加わった人は名簿から外れ、直した人は前の記録に戻ります。",
            "一緒に取り込んだほかの課のファイルも、まとめて取り消します。",
            "取り消したあとは、ファイルをもう一度取り込めば同じ内容になります。",
        ]
        ask(self, "この取込を取り消しますか", lines, "取り消す", partial(self.undo, import_id))

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
        self.set_question("取込を取り消しました" if self._done is not None else _QUESTIONS[Step.FILE])
        self._desktop.finish(Outcome(outcome.value, outcome.changes), "取込を取り消しました。")
        self.entered()

    # -- progress ------------------------------------------------------------------------------

    def _begin(self, task: Task) -> None:
        self._task = task
        self.forward.setEnabled(False)
        self.back.setEnabled(False)
        self.another.setEnabled(False)
        self._leave.setEnabled(False)
        self._work.begin(task)

    def _finish(self) -> None:
        self._task = None
        self.forward.setEnabled(True)
        self.back.setEnabled(True)
        self.another.setEnabled(True)
        self._leave.setEnabled(True)
        self._work.hide()

    def _on_failed(self, error: BaseException) -> bool:
        self._finish()
        if isinstance(error, KnownProblem):
            self._tell(error)
            return True
        return False

    def _on_progressed(self, task: Task, step: WorkStep) -> None:
        if task is self._task:
            self._work.tell(step)

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()
