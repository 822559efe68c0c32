"""訓練中の画面: the map, one table's people, one person's card, the capacity, the time."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QMessageBox, QPushButton, QWidget

from kurume_bousai.domain.acts import Decision
from kurume_bousai.domain.ids import MemberId, SiteId
from kurume_bousai.domain.injects import Inject, InjectEffect
from kurume_bousai.domain.operations import FeatureKind
from kurume_bousai.domain.session import count_in_public
from kurume_bousai.labels import label as word_of
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.exercise.capacity_strip import CapacityStrip
from kurume_bousai.ui.exercise.controller import SessionController
from kurume_bousai.ui.exercise.dialogs import BalanceDialog, FitDialog, SeatsDialog, SiteDialog
from kurume_bousai.ui.exercise.map_side import MapSide
from kurume_bousai.ui.exercise.people_list import PeopleList
from kurume_bousai.ui.exercise.person_card import PersonCard
from kurume_bousai.ui.exercise.projector import ProjectorWindow
from kurume_bousai.ui.exercise.session_bar import SessionBar
from kurume_bousai.ui.kit.painters import State
from kurume_bousai.ui.kit.tokens import is_compact
from kurume_bousai.ui.kit.widgets import StateMark, button, fix, hbox, holder, label, vbox

_RIGHT_WIDTH = 500
_RIGHT_WIDTH_COMPACT = 400
_ANY_WIDTH = 16_777_215  # Qt's own "no limit"


class SessionView(QWidget):
    """訓練中の画面. ``left(finished)`` when the facilitator goes back to the ordinary screens."""

    left = Signal(bool)
    report_wanted = Signal(str)

    def __init__(
        self, desktop: Desktop, controller: SessionController, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desktop = desktop
        self.controller = controller
        self._projector: ProjectorWindow | None = None
        self._compact: bool | None = None
        self.bar = SessionBar(controller)
        self.map_side = MapSide(controller)
        self.people = PeopleList(controller)
        self.card = PersonCard(controller)
        self.strip = CapacityStrip(controller)
        self._build()
        self._connect()
        self._refresh()
        desktop.session_actions.serve(self)

    # -- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        self._tables = QComboBox()
        self._tables.setAccessibleName("班")
        for table in self.controller.session.tables:
            self._tables.addItem(table.name, table.table_id)
        fix(self._tables, fixed_width=112)
        self._count_mark = StateMark(State.SHORT)
        self._count = label("", "lead_bold")
        self._facts = label("", "small")
        waiting = label("まだ決まっていない人", "quiet")
        head = hbox(self._tables, None, self._count_mark, waiting, self._count, gap=0.75)
        self._hint = label("地図か一覧で、一人を選んでください。", "quiet")
        self._list_side = holder(vbox(head, self._hint, (self.people, 1), self._facts, gap=0.5))
        self._back: QPushButton = button("一覧へ戻る", "flat", "chevron-left", self._show_list)
        self._card_side = holder(vbox(self._back, (self.card, 1), gap=0.5))
        self._right = holder(vbox((self._list_side, 1), self._card_side, gap=1))
        fix(self._right, fixed_width=_RIGHT_WIDTH)
        middle = hbox((self.map_side, 1), self._right, gap=1)
        self.setLayout(
            vbox(self.bar, (holder(vbox((middle, 1), self.strip, margins=(1, 1, 1, 1), gap=1)), 1), gap=0)
        )

    def _connect(self) -> None:
        controller = self.controller
        self._tables.activated.connect(lambda _index: controller.choose_table(self._tables.currentData()))
        self.people.person_chosen.connect(lambda member_id: controller.choose_person(MemberId(member_id)))
        self.map_side.person_chosen.connect(self._on_map_person)
        self.map_side.site_chosen.connect(self._on_map_site)
        self.card.decided.connect(self._on_decided)
        self.card.taken_back.connect(self._on_taken_back)
        self.card.closed.connect(lambda: controller.choose_person(None))
        self.strip.details_wanted.connect(partial(self.choose, "balance"))
        self.strip.inject_chosen.connect(self._play)
        self.bar.menu_chosen.connect(self.choose)
        controller.changed.connect(self._refresh)
        controller.selected.connect(self._on_selected)
        controller.table_changed.connect(self._refresh)
        controller.names_changed.connect(self._on_names)
        controller.saved.connect(self._on_saved)
        controller.ended.connect(self._on_ended)

    # -- refreshing ----------------------------------------------------------------------------

    def _refresh(self) -> None:
        controller = self.controller
        session = controller.session
        undecided = session.undecided(controller.table_id)
        everybody = undecided + [
            person for person in session.shown(controller.table_id) if person not in undecided
        ]
        self.people.set_people(everybody, controller.member_id)
        self._count.setText(f"{len(undecided)}人")
        self._count_mark.setVisible(bool(undecided))
        self._tables.setCurrentIndex(self._tables.findData(controller.table_id))
        level = session.level(controller.table_id)
        self._facts.setText(
            f"データ水準 {word_of(level)}　"
            f"このほか出ていない人 {count_in_public(session.others_count())}(校区)"
        )
        self._facts.setToolTip(
            "同意がないなどのため、どの班にも出ていない人です。必要な場所の数には入れています。"
        )
        if controller.member_id:
            self.card.show_person(controller.member_id)

    def _on_names(self) -> None:
        self.people.viewport().update()
        self.card.show_names()

    def _on_selected(self, member_id: str) -> None:
        self.card.show_person(MemberId(member_id) if member_id else None)
        self.people.show_selected(MemberId(member_id) if member_id else None)
        self._show_sides()

    def _on_map_person(self, member_id: str) -> None:
        self.controller.choose_person(MemberId(member_id))
        self.card.first_chip().setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_map_site(self, site_id: str) -> None:
        site = SiteId(site_id)
        words = self.controller.balance.words(site)
        name = self.controller.site_words(site)
        self._desktop.messages.notice(f"{name}　{words}" if words else name)

    def _show_list(self) -> None:
        self.controller.choose_person(None)

    def _on_saved(self, at: datetime) -> None:
        self._desktop.window.status.set_saved(at)

    # -- acting --------------------------------------------------------------------------------

    def _on_decided(self, decision: Decision) -> None:
        if self.controller.member_id:
            self.controller.decide(self.controller.member_id, decision)

    def _on_taken_back(self) -> None:
        if self.controller.member_id:
            self.controller.take_back(self.controller.member_id)

    def _play(self, inject: Inject) -> None:
        subject = inject.subject
        if inject.effect is InjectEffect.CLOSE_SITE and not subject:
            dialog = SiteDialog(self.controller, inject, self)
            if not dialog.exec():
                return
            subject = dialog.site_id()
        self.controller.play(inject, subject)

    def choose(self, name: str) -> None:
        """Do what the menu 「ほか」 or a key asks for."""
        {
            "done": self.mark_done,
            "fit": lambda: FitDialog(self.controller, self).exec(),
            "balance": lambda: BalanceDialog(self.controller, self).exec(),
            "projector": self.toggle_projector,
            "seats": lambda: SeatsDialog(self.controller, self).exec(),
            "print": lambda: self.report_wanted.emit(self.controller.session.operation.operation_id),
            "pause": lambda: self._leave(finished=False),
            "finish": self._ask_finish,
        }[name]()

    def decide_now(self) -> None:
        """決める with what the chips say."""
        if self.controller.member_id:
            self._on_decided(self.card.decision())

    def next_task(self) -> None:
        """次の問いへ."""
        self.controller.next_task()

    def add_minutes(self) -> None:
        """5分のばす."""
        self.controller.add_minutes()

    def open_injects(self) -> None:
        """Open the menu of 状況カード."""
        self.strip.open_injects()

    def undo(self) -> None:
        """ひとつ戻す."""
        self.controller.undo()

    def take(self, kind: FeatureKind) -> None:
        """Take a drawing tool."""
        self.map_side.take(kind)

    def next_table(self) -> None:
        """Bring the next table forward, the first after the last."""
        ids = [table.table_id for table in self.controller.session.tables]
        self.controller.choose_table(ids[(ids.index(self.controller.table_id) + 1) % len(ids)])

    def mark_done(self) -> None:
        """The table in front says できた, or takes it back."""
        self.controller.toggle_done(self.controller.table_id)

    def toggle_projector(self) -> None:
        """Show the projector's window on the second screen, or put it away."""
        if self._projector is None:
            self._projector = ProjectorWindow(self.controller)
            self._projector.place()
        elif self._projector.isVisible():
            self._projector.hide()
        else:
            self._projector.place()

    def _ask_finish(self) -> None:
        left = len(self.controller.session.undecided())
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.NoIcon)
        box.setWindowTitle("訓練を終えますか")
        box.setText("訓練を終えると、この訓練の記録は変えられなくなります。")
        box.setInformativeText(f"まだ決まっていない人が{left}人います。名簿は変わりません。")
        finish = box.addButton("訓練を終える", QMessageBox.ButtonRole.AcceptRole)
        stay = box.addButton("続ける", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        box.exec()
        if box.clickedButton() is finish:
            self.controller.finish()

    def _on_ended(self) -> None:
        self._leave(finished=True)

    def _leave(self, *, finished: bool) -> None:
        self._desktop.session_actions.release()
        self.bar.stop()
        self.controller.close()
        if self._projector is not None:
            self._projector.close()
            self._projector.deleteLater()
            self._projector = None
        self.left.emit(finished)

    # -- layout --------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Switch between list-and-card and list-or-card (Qt)."""
        super().resizeEvent(event)
        self.choose_layout()

    def choose_layout(self) -> None:
        """Take the layout for the room that the window has now."""
        self.set_compact(compact=is_compact(self.window()))

    def set_compact(self, *, compact: bool) -> None:
        """The compact layout shows the list or the person, never both."""
        if compact == self._compact:
            return
        self._compact = compact
        if compact:
            self._right.setMaximumWidth(_ANY_WIDTH)
            fix(self._right, min_width=_RIGHT_WIDTH_COMPACT)
        else:
            fix(self._right, fixed_width=_RIGHT_WIDTH)
        self._back.setVisible(compact)
        for part in (self.bar, self.map_side, self.strip):
            part.set_compact(compact=compact)
        self._show_sides()

    def _show_sides(self) -> None:
        """The list has all the room until somebody is chosen; a small screen then shows the card alone."""
        chosen = self.controller.member_id is not None
        self._list_side.setVisible(not self._compact or not chosen)
        self._card_side.setVisible(chosen)
        self._hint.setVisible(not chosen)
