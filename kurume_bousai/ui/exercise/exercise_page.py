"""図上訓練の準備: everything has a default, so that a stranger presses one button."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from kurume_bousai.domain.changes import Topic
from kurume_bousai.domain.dates import format_wareki, in_japan
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.exercises import ExerciseSettings
from kurume_bousai.domain.ids import DistrictId, OperationId
from kurume_bousai.domain.operations import Operation, OperationState
from kurume_bousai.domain.presets import PRESETS
from kurume_bousai.domain.session import ExerciseSession
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.exercises.sessions import LEAST_TABLES, MOST_TABLES
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.exercise.controller import SessionController, session_band
from kurume_bousai.ui.exercise.session_view import SessionView
from kurume_bousai.ui.kit.turns import next_turn
from kurume_bousai.ui.kit.widgets import (
    Para,
    button,
    card,
    field,
    fix,
    flow,
    holder,
    row_button,
    vbox,
)
from kurume_bousai.ui.page import Page
from kurume_bousai.ui.privacy import notice_of


class ExercisePage(Page):
    """図上訓練. Choose a 校区, look at the tables, begin; or go on with what was left open."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__("どの校区で、図上訓練をしますか", parent)
        self._desktop = desktop
        self._settings: ExerciseSettings | None = None
        self._view: SessionView | None = None
        # A disabled button cannot hold the keyboard; it gets it back when the tables are known.
        self._waits_for_focus = False
        self._district = QComboBox()
        self._district.setAccessibleName("校区")
        self._preset = QComboBox()
        self._preset.setAccessibleName("訓練のひな形")
        for preset in PRESETS:
            self._preset.addItem(preset.name, preset.preset_id)
        self._count = QComboBox()
        self._count.setAccessibleName("班の数")
        for number in range(LEAST_TABLES, MOST_TABLES + 1):
            self._count.addItem(f"{number}班", number)
        self._place = QLineEdit()
        self._place.setAccessibleName("会場")
        self._tables = Para("", role="body")
        self._tasks = Para("", role="small")
        self._open_sessions = holder(vbox(gap=0.5))
        self._past = holder(vbox(gap=0.5))
        self._begin = button("訓練をはじめる", "main", "play", self.begin)
        self._begin.setEnabled(False)
        self.set_main_action(self._begin)
        if not desktop.is_fictional:
            self.add_action_button(
                button("練習する(架空の市で)", "plain", "school-outline", desktop.start_practice)
            )
        self._build()
        self._district.currentIndexChanged.connect(lambda _index: self._suggest())
        self._preset.currentIndexChanged.connect(lambda _index: self._suggest())
        self._count.activated.connect(lambda _index: self._suggest(self._count.currentData()))
        desktop.changes.follow(frozenset({Topic.OPERATIONS, Topic.MEMBERS, Topic.DISTRICTS}), self.reload)

    def _build(self) -> None:
        for editor, width in ((self._district, 200), (self._preset, 200), (self._count, 110)):
            fix(editor, fixed_width=width)
        fix(self._place, min_width=260)
        choices = flow(
            [
                field("校区", self._district),
                field("ひな形", self._preset),
                field("班の数", self._count),
                field("会場", self._place),
            ],
            gap=2,
        )
        setting = card(choices, self._tables, self._tasks, title="きょうの訓練", gap=1)
        self._open_card = card(self._open_sessions, title="つづきから")
        self._past_card = card(self._past, title="これまでの訓練")
        note = Para(
            "訓練で決めたことは、訓練の記録に残ります。名簿とマイプランは変わりません。", role="quiet"
        )
        self.set_body(vbox(self._open_card, setting, note, self._past_card, None, gap=1.5))

    # -- choosing ------------------------------------------------------------------------------

    def entered(self) -> None:
        """Fill the page when it is shown."""
        self._waits_for_focus = True
        # A session's map is made on the Qt thread at every press, so its ground is read ahead of it.
        self._desktop.runner.compute(self._desktop.scenes.prepare, key="map-ground")
        self.reload()

    def first_focus(self) -> QWidget:
        """はじめる: Enter begins with what is shown."""
        return self._begin

    def district_changed(self, district_id: str) -> None:
        """Take over the 校区 of the header."""
        if district_id:
            self._district.setCurrentIndex(max(0, self._district.findData(district_id)))

    def reload(self) -> None:
        """Read 校区 and sessions."""
        database = self._desktop.database

        def read() -> tuple[list[str], list[Operation]]:
            with database.reading() as session:
                names = [
                    district.district_id
                    for district in session.districts.all()
                    if database.access.sees_district(district.district_id)
                ]
                return [str(name) for name in names], session.operations.all()

        self._desktop.runner.read(read, self._on_read, key="exercise-page")

    def _on_read(self, found: tuple[list[str], list[Operation]]) -> None:
        districts, operations = found
        if self._district.count() != len(districts):
            before = (
                self._desktop.window.district()
                or self._desktop.settings.text("last_district")
                or self._district.currentData()
            )
            self._district.blockSignals(True)
            self._district.clear()
            for name in districts:
                self._district.addItem(f"{name}校区", name)
            self._district.setCurrentIndex(max(0, self._district.findData(before)))
            self._district.blockSignals(False)
        self._list_sessions(operations)
        self._suggest()

    def _list_sessions(self, operations: list[Operation]) -> None:
        running = [item for item in operations if item.state is OperationState.RUNNING]
        done = [item for item in operations if item.state is OperationState.FINISHED]
        self._open_card.setVisible(bool(running))
        self._past_card.setVisible(bool(done))
        _fill(self._open_sessions, [self._session_row(item, "つづける", self.resume) for item in running])
        _fill(
            self._past, [self._session_row(item, "報告を書き出す", self._report) for item in done[-10:][::-1]]
        )

    def _session_row(self, operation: Operation, words: str, act: object) -> QWidget:
        held = format_wareki(operation.held_on) if operation.held_on else ""
        at = f"{in_japan(operation.started_at):%H:%M}" if operation.started_at else ""
        text = f"{operation.settings.district_id}校区　{held} {at}"
        if not callable(act):
            raise TypeError("act must be callable")
        return row_button(text, words, lambda: act(operation.operation_id))

    def _suggest(self, count: int | None = None) -> None:
        district = self._district.currentData()
        if not district:
            return
        preset = PRESETS[self._preset.currentIndex()]
        exercises = self._desktop.exercises
        self._begin.setEnabled(False)
        self._desktop.runner.read(
            lambda: exercises.default_settings(DistrictId(district), preset, count),
            self._on_suggested,
            key="exercise-suggest",
        )

    def _on_suggested(self, settings: ExerciseSettings) -> None:
        if self._settings is None or self._settings.district_id != settings.district_id:
            self._place.setText(settings.place)
        self._settings = settings
        self._count.setCurrentIndex(self._count.findData(len(settings.tables)))
        lines = []
        shared = Counter(name for table in settings.tables for name in table.neighborhoods)
        for table in settings.tables:
            level = word_of(table.level(settings.district_id, practice=settings.practice))
            names = [f"{name}の一部" if shared[name] > 1 else name for name in table.neighborhoods if name]
            covers = "・".join(names) or "校区全体"
            lines.append(f"{table.name}　{covers}(データ水準 {level})")
        self._tables.set_text("\n".join(lines))
        steps = "　→　".join(f"{task.heading} {task.minutes}分" for task in settings.preset.tasks)
        self._tasks.set_text(steps)
        self._begin.setEnabled(True)
        if self._waits_for_focus:
            self._waits_for_focus = False
            self._begin.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- beginning -----------------------------------------------------------------------------

    def begin(self) -> None:
        """訓練をはじめる."""
        if self._settings is None:
            return
        settings = replace(self._settings, place=self._place.text().strip())
        self._begin.setEnabled(False)
        exercises = self._desktop.exercises
        self._desktop.remember(last_district=settings.district_id)
        self._desktop.runner.write(
            lambda: exercises.start(settings),
            lambda outcome: self.resume(outcome.value),
            on_fail=self._on_not_begun,
            title="訓練を準備しています",
        )

    def _on_not_begun(self, _error: BaseException) -> bool:
        self._begin.setEnabled(True)
        return False

    def resume(self, operation_id: OperationId) -> None:
        """Open a running session, also one that a crash left."""
        exercises = self._desktop.exercises
        self._desktop.runner.read(
            lambda: exercises.open(operation_id), self._enter, key="exercise-open", title="訓練を開いています"
        )

    def _enter(self, session: ExerciseSession) -> None:
        desktop = self._desktop
        controller = SessionController(desktop, session)
        view = self._view = SessionView(desktop, controller)
        controller.setParent(view)
        view.left.connect(self._on_left)
        view.report_wanted.connect(lambda operation_id: self._report(OperationId(operation_id)))
        # Made in one turn of the event loop and laid out in the next: the window does not stand still.
        next_turn(view, partial(self._give_window, view))

    def _give_window(self, view: SessionView) -> None:
        desktop, session = self._desktop, view.controller.session
        desktop.messages.clear()  # what other screens said; the session says its own, a watched screen first
        desktop.window.enter_session(view, session_band(session, is_fictional=desktop.is_fictional))
        desktop.window.status.set_note(notice_of(desktop.privacy.watch))

    def _on_left(self, finished: bool) -> None:
        self._desktop.window.status.set_note("")
        left = self._desktop.window.leave_session()
        if left is not None:
            left.deleteLater()
        self._view = None
        if finished:
            self._desktop.messages.done(
                "訓練を終えました。記録は残っています。",
                advice="報告は、この画面の「報告を書き出す」から出せます。",
            )
        self.reload()

    def _report(self, operation_id: OperationId) -> None:
        from kurume_bousai.ui.reports.save_dialog import save_exercise_report

        try:
            save_exercise_report(self._desktop, operation_id, self.window())
        except KnownProblem as problem:
            self._desktop.messages.problem(problem)


def _fill(place: QWidget, rows: list[QWidget]) -> None:
    layout = place.layout()
    if layout is None:
        return
    while layout.count():
        item = layout.takeAt(0)
        if item is not None and (old := item.widget()) is not None:
            old.deleteLater()
    for row in rows:
        layout.addWidget(row)
