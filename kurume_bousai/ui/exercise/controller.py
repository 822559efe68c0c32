"""訓練の進行: between the widgets and the log. Every act is written first and shown after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import shiboken6
from PySide6.QtCore import QObject, QTimer, Signal

from kurume_bousai.domain import acts
from kurume_bousai.domain.acts import Act, Decision
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.dates import in_japan
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.exercises import Participant
from kurume_bousai.domain.ids import MemberId, SiteId, SupporterId, TableId
from kurume_bousai.domain.injects import Inject
from kurume_bousai.domain.operations import FeatureKind, LogEntry
from kurume_bousai.domain.session import ExerciseSession
from kurume_bousai.services.exercises.capacity import SessionBalance
from kurume_bousai.services.exercises.log import LiveView, RevealedNames
from kurume_bousai.ui.band import BandKind, BandSpec
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.exercise.words import short_place

#: Consents and flags are looked at again this often while a session runs.
LOOK_AGAIN_MS = 15_000


class SessionController(QObject):
    """進行係.

    Signals: ``changed()`` after acts were applied; ``selected(member id or "")``; ``table_changed()``;
    ``names_changed()`` when names appear or go; ``saved(datetime)`` after an act stands on the disk;
    ``ended()``.
    """

    changed = Signal()
    selected = Signal(str)
    table_changed = Signal()
    names_changed = Signal()
    saved = Signal(object)
    ended = Signal()

    def __init__(self, desktop: Desktop, session: ExerciseSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.desktop = desktop
        self.session = session
        self.table_id: TableId = session.tables[0].table_id
        self.member_id: MemberId | None = None
        self.names: RevealedNames | None = None
        self.balance: SessionBalance = desktop.session_capacity.balance(session)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_AGAIN_MS)
        self._timer.timeout.connect(self.look_again)
        self._timer.start()
        self._is_closed = False
        desktop.privacy.changed.connect(self._on_privacy)

    # -- what is in front of the facilitator -----------------------------------------------------

    def choose_table(self, table_id: TableId) -> None:
        """Work with another table."""
        if table_id != self.table_id:
            self.table_id = table_id
            self.names = None
            self.desktop.privacy.release()
            self.choose_person(None)
            self.table_changed.emit()

    def choose_person(self, member_id: MemberId | None) -> None:
        """Show a person's card; a person of another table brings that table forward."""
        person = self.session.people.get(member_id) if member_id else None
        if person is not None and person.table_id and person.table_id != self.table_id:
            self.choose_table(person.table_id)
        self.member_id = member_id
        self.selected.emit(member_id or "")

    def remaining_s(self) -> int:
        """Seconds left for the running question."""
        clock = self.session.board.clock
        return clock.remaining_s(self.desktop.clock.now()) if clock else 0

    def member_words(self, member_id: MemberId) -> str:
        """The name while names are shown, else nothing."""
        return self.names.members.get(member_id, "") if self.names else ""

    def supporter_words(self, supporter_id: SupporterId) -> str:
        """The supporter's name while names are shown, else S07."""
        if self.names and (name := self.names.supporters.get(supporter_id)):
            return name
        spot = self.session.supporters.get(supporter_id)
        return spot.label if spot else "支援者"

    def site_words(self, site_id: SiteId) -> str:
        """The short name of a destination."""
        if site := self.session.sites.get(site_id):
            return site.short_name or site.name
        shelter = self.session.shelters.get(site_id)
        return short_place(shelter.name) if shelter else "行先"

    # -- acts --------------------------------------------------------------------------------------

    def perform(self, act: Act | None, words: str = "") -> None:
        """Write an act on the writer thread and apply it when it stands on the disk."""
        if act is None:
            return
        try:
            acts.require_running(self.session)
        except KnownProblem as problem:
            self.desktop.messages.problem(problem)
            return
        log, operation_id = self.desktop.log, self.session.operation.operation_id
        self.desktop.runner.write(
            lambda: log.write(operation_id, act), lambda entries: self._on_written(entries, words)
        )

    def _on_written(self, entries: Sequence[LogEntry], words: str) -> None:
        self.session.apply(entries)
        if not shiboken6.isValid(self):  # left while the act was on its way to the disk
            return
        self.balance = self.desktop.session_capacity.balance(self.session)
        self.saved.emit(self.desktop.clock.now())
        if words:
            self.desktop.messages.done(words)
        self.changed.emit()

    def try_act(self, make: Callable[[], Act | None], words: str = "") -> None:
        """Perform what ``make()`` returns; a known problem goes to the message bar."""
        try:
            act = make()
        except KnownProblem as problem:
            self.desktop.messages.problem(problem)
            return
        self.perform(act, words)

    def decide(self, member_id: MemberId, decision: Decision) -> None:
        """決める."""
        self.try_act(lambda: acts.decide(self.session, member_id, decision))

    def take_back(self, member_id: MemberId) -> None:
        """決めたことを消す."""
        self.perform(acts.take_back(self.session, member_id))

    def undo(self) -> None:
        """ひとつ戻す."""
        act = acts.undo(self.session, self.table_id)
        if act is None:
            self.desktop.messages.notice("戻せるものがありません。")
        self.perform(act)

    def draw(self, kind: FeatureKind, points: Sequence[LonLat], text: str = "") -> None:
        """かく."""
        self.try_act(lambda: acts.draw(kind, points, self.table_id, text))

    def next_task(self) -> None:
        """次の問いへ; after the last one nothing is left to ask."""
        act = acts.next_task(self.session)
        if act is None:
            self.desktop.messages.notice(
                "これが最後の問いです。", advice="終わるときは「訓練を終える」を押します。"
            )
        self.perform(act)

    def add_minutes(self) -> None:
        """＋5分."""
        self.perform(acts.add_minutes(5))

    def toggle_done(self, table_id: TableId) -> None:
        """できた, or not yet."""
        done = table_id in self.session.tables_done(self.session.current_task().task_id)
        self.perform(acts.mark_done(self.session, table_id, done=not done))

    def play(self, inject: Inject, subject: str = "") -> None:
        """状況を出す."""
        self.try_act(lambda: acts.play(self.session, inject, subject))

    def seat(self, table_id: TableId, participants: Sequence[Participant]) -> None:
        """Somebody came late: names go first, then the level follows."""
        self.names = None
        self.desktop.privacy.release()
        self.names_changed.emit()
        self.perform(acts.seat(table_id, participants))
        self.look_again()

    def finish(self) -> None:
        """訓練を終える."""
        self._timer.stop()
        self.desktop.runner.write(lambda: self.desktop.exercises.finish(self.session), self._on_finished)

    def _on_finished(self, _outcome: object) -> None:
        self.ended.emit()

    def close(self) -> None:
        """Leave the session open and come back later; nothing is lost."""
        self._timer.stop()
        self.names = None
        if not self._is_closed:
            # A session that was left must not write 「名前を見せた」 when names are shown somewhere else.
            self._is_closed = True
            self.desktop.privacy.changed.disconnect(self._on_privacy)

    # -- names and consents ----------------------------------------------------------------------

    def look_again(self) -> None:
        """Take withdrawals and late flags over at once."""
        log, session = self.desktop.log, self.session
        self.desktop.runner.read(lambda: log.look(session), self._on_looked, key="session-look")

    def _on_looked(self, view: LiveView) -> None:
        if view.hidden == self.session.hidden_now and view.people.keys() == self.session.people.keys():
            return
        self.session.people = view.people
        self.session.hidden_now = view.hidden
        if self.member_id and (self.member_id in view.hidden or self.member_id not in view.people):
            self.choose_person(None)
        self.balance = self.desktop.session_capacity.balance(self.session)
        self.changed.emit()

    def _on_privacy(self, hidden: bool) -> None:
        if hidden:
            self.names = None
            self.names_changed.emit()
            return
        try:
            act = acts.show_names(self.session, self.table_id)
        except KnownProblem as problem:
            self.desktop.privacy.release()
            self.desktop.messages.problem(problem)
            return
        log, session, table_id = self.desktop.log, self.session, self.table_id
        operation_id = session.operation.operation_id
        # The log first: nobody reads a name that is not written down.
        self.desktop.runner.write(
            lambda: (log.write(operation_id, act), log.names(session, table_id)),
            lambda result: self._on_named(result[0], result[1], table_id),
        )

    def _on_named(self, entries: Sequence[LogEntry], names: RevealedNames, table_id: TableId) -> None:
        self.session.apply(entries)
        is_left = self._is_closed or not shiboken6.isValid(self)
        if is_left or self.desktop.privacy.hidden or table_id != self.table_id:
            return
        self.names = names
        self.names_changed.emit()

    def elapsed(self) -> timedelta:
        """Time since the session began."""
        started = self.session.operation.started_at
        return self.desktop.clock.now() - started if started else timedelta()


def session_band(session: ExerciseSession, *, is_fictional: bool) -> BandSpec:
    """The band over a running session: 訓練, which 校区, which day, and that the list stays as it is."""
    started = session.operation.started_at
    parts = [f"{session.district_id}校区"]
    if started is not None:
        day = in_japan(started)
        parts.append(f"{day.month}月{day.day}日")
    if is_fictional:
        parts.append("架空のデータ")
    return BandSpec(BandKind.EXERCISE, "　".join([*parts, "名簿は変わりません"]))
