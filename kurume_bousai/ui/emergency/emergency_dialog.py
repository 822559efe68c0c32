"""災害時提供モードの窓: what is on and was, who was told; beginning it and ending it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.emergency import EmergencyId, EmergencyMode
from kurume_bousai.domain.operations import Operation
from kurume_bousai.domain.recipients import PartnerId, SupportPartner
from kurume_bousai.services.disclosure.emergency import EmergencyOrder, EmergencyService, EmergencyStatus
from kurume_bousai.services.ports.office_papers import EmergencyReport
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.emergency.emergency_form import EmergencyForm
from kurume_bousai.ui.emergency.words import (
    LAW,
    LIMITS,
    moment_words,
    recipient_words,
    state_words,
    until_words,
)
from kurume_bousai.ui.emergency_band import where_words
from kurume_bousai.ui.figure_table import Cell, Column, FigureTable
from kurume_bousai.ui.form_dialog import FormDialog, ask
from kurume_bousai.ui.form_drafts import FormDraft
from kurume_bousai.ui.kit.empty import EmptyState
from kurume_bousai.ui.kit.layouts import fix
from kurume_bousai.ui.kit.widgets import Para, button
from kurume_bousai.ui.reports.save_window import SaveReportDialog
from kurume_bousai.ui.tasks import Progress

QUESTION = "災害時提供モード"
_NO_RIGHT = "始めたり終えたりできるのは、災害対応の担当と、市が認めた名簿の担当だけです。"

_Read = tuple[list[EmergencyStatus], bool, list[Operation], list[SupportPartner]]


class EmergencyDialog(FormDialog):
    """災害時提供モード. Nothing begins before the second window that says what, where and to whom."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(QUESTION, parent, size=(1000, 640))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desktop = desktop
        self._service = EmergencyService(desktop.database, desktop.clock)
        self._statuses: dict[EmergencyId, EmergencyStatus] = {}
        self._may_switch = False
        self._partner_names: dict[PartnerId, str] = {}
        self.table = FigureTable(
            [
                Column("ようす", at_least=150),
                Column("災害", stretches=True, at_least=140),
                Column("範囲", at_least=110),
                Column("始めた人", drop=2),
                Column("終わる時・終わった時", drop=1),
                Column("渡した写し", is_figure=True),
            ],
            name="災害時提供モードの一覧",
        )
        fix(self.table, min_height=200)
        self.says = Para("")
        self.none = EmptyState("shield-outline", "災害時提供モードは、まだ一度も始めていません。")
        self.none.hide()
        self.start_button = button("始める", "main", "alert-outline", self._open_form)
        self.end_button = button("終える", icon="stop-circle-outline", on_click=self.end_chosen)
        self.paper_button = button("記録を出す", icon="printer-outline", on_click=self.print_chosen)
        self._step_list = self.add_step(
            "災害時提供モードは、いまどうなっていますか",
            [Para(LAW), Para(LIMITS, "quiet"), self.table, self.none, self.says],
            [
                button("閉じる", on_click=self.reject),
                None,
                self.paper_button,
                self.end_button,
                self.start_button,
            ],
            is_weighty=True,
        )
        header = desktop.window.header.district
        names = [str(header.itemData(place)) for place in range(1, header.count())]
        self.form = EmergencyForm(names)
        self.draft = FormDraft(
            "emergency", desktop, self.form.editors(), self, on_taken=self.form.show_districts
        )
        self.check_button = button("確かめて始める", "main", "alert-outline", self.confirm)
        self._step_form = self.add_step(
            "災害時提供モードを始めます",
            [self.draft.card, Para(LIMITS, "quiet"), self.form],
            [button("やめる", on_click=self._back), None, self.check_button],
            is_weighty=True,
        )
        self.table.moved.connect(lambda _key: self._show_chosen())
        self.show_step(self._step_list)
        self.reload()

    def reload(self) -> None:
        """Read what there was and what may be chosen."""
        database, service = self._desktop.database, self._service

        def read() -> _Read:
            access = database.access
            partners: list[SupportPartner] = []
            if access.has(Right.PRINT_NAMED):
                with database.reading() as session:
                    partners = [one for one in session.partners.all(access) if one.ended_on is None]
            return service.listed(), service.may_switch, service.running_events(), partners

        self._desktop.runner.read(read, self._on_read, on_fail=self.told, key="emergency")

    def _on_read(self, found: _Read) -> None:
        statuses, self._may_switch, events, partners = found
        self._statuses = {one.mode.emergency_id: one for one in statuses}
        self.table.set_rows([(one.mode.emergency_id, _cells(one)) for one in statuses])
        self.table.setVisible(bool(statuses))
        self.none.setVisible(not statuses)
        if statuses and self.table.key() is None:
            self.table.choose(statuses[0].mode.emergency_id)
        self.start_button.setEnabled(self._may_switch)
        self.form.set_events(events)
        self.form.set_partners(partners)
        self._partner_names = {one.partner_id: one.name for one in partners}
        self._show_chosen()
        focus = self.table if statuses else self.start_button
        focus.setFocus(Qt.FocusReason.OtherFocusReason)

    def chosen(self) -> EmergencyStatus | None:
        """Return the one in force in the list."""
        key = self.table.key()
        return self._statuses.get(EmergencyId(str(key))) if key is not None else None

    def _show_chosen(self) -> None:
        status = self.chosen()
        is_on = status is not None and status.is_on
        self.end_button.setEnabled(is_on and self._may_switch)
        self.paper_button.setEnabled(status is not None)
        words = ""
        if status is not None:
            told = "、".join(recipient_words(status.mode, self._partner_names))
            words = f"だれに: {told}\nわけ: {status.mode.reason}"
        self.says.set_text(words if self._may_switch else f"{words}\n{_NO_RIGHT}".strip())

    # -- beginning -----------------------------------------------------------------------------

    def _open_form(self) -> None:
        self.draft.begin()
        self.show_step(self._step_form, self.form.event_name)

    def _back(self) -> None:
        self.draft.leave()
        self.show_step(self._step_list)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def confirm(self) -> None:
        """Ask once more what is going to happen, to whom and where; what is missing is said before."""
        order = self.form.order(self._desktop.clock.now())
        self.clear_messages()
        self.set_busy(busy=True)
        self._desktop.runner.read(
            partial(self._service.check, order),
            lambda mode: self._ask_to_begin(order, mode),
            on_fail=self.told,
            key="emergency-check",
        )

    def _ask_to_begin(self, order: EmergencyOrder, mode: EmergencyMode) -> None:
        self.set_busy(busy=False)
        where = (
            "市の全体"
            if mode.districts is None
            else "、".join(f"{one}校区" for one in sorted(mode.districts))
        )
        until = "決めていません" if mode.until is None else f"{moment_words(mode.until)}まで"
        ask(
            self,
            "災害時提供モードを始めますか",
            [
                (
                    f"どの災害: {mode.event}\nどこの人: {where}\n"
                    f"だれに: {'、'.join(self.form.recipient_words())}\nいつまで: {until}"
                ),
                (
                    "このモードのあいだは、同意がない人の分も渡せます。支援措置対象者は渡しません。"
                    "始めたこと、渡したもの、終えたことは、すべて記録に残ります。"
                ),
            ],
            "始める",
            partial(self._begin, order),
        )

    def _begin(self, order: EmergencyOrder) -> None:
        self.set_busy(busy=True)
        self._desktop.runner.write(partial(self._service.switch_on, order), self._on_begun, on_fail=self.told)

    def _on_begun(self, outcome: Outcome[EmergencyMode]) -> None:
        self.set_busy(busy=False)
        self.draft.finish()
        self._desktop.finish(outcome, "災害時提供モードを始めました。終わったら、すぐに終えてください。")
        self.show_step(self._step_list)
        self.reload()

    # -- ending and paper ----------------------------------------------------------------------

    def end_chosen(self) -> None:
        """終える: asks once, then at once."""
        status = self.chosen()
        if status is None or not status.is_on:
            return
        ask(
            self,
            "災害時提供モードを終えますか",
            [
                f"「{status.mode.event}」のための災害時提供モードを終えます。",
                f"このモードで渡した写しは{status.copies}部です。返してもらう日を、提供台帳で確かめてください。",
            ],
            "終える",
            partial(self._end, status.mode.emergency_id),
        )

    def _end(self, emergency_id: EmergencyId) -> None:
        self.set_busy(busy=True)
        self._desktop.runner.write(
            partial(self._service.switch_off, emergency_id), self._on_ended, on_fail=self.told
        )

    def _on_ended(self, outcome: Outcome[EmergencyStatus]) -> None:
        self.set_busy(busy=False)
        self._desktop.finish(outcome, "災害時提供モードを終えました。")
        self.reload()

    def print_chosen(self) -> None:
        """Print or write the record of one with everything that left under it."""
        status = self.chosen()
        if status is None:
            return
        service, emergency_id = self._service, status.mode.emergency_id

        def collect(_progress: Progress) -> EmergencyReport:
            return service.report(emergency_id)

        day = f"{self._desktop.clock.now().date():%Y%m%d}"
        title = "災害時提供モードの記録"
        SaveReportDialog(self._desktop, title, f"{title}_{day}", collect, self).open()


def _cells(status: EmergencyStatus) -> tuple[Cell, ...]:
    return (
        Cell(state_words(status), is_quiet=not status.is_on),
        Cell(status.mode.event),
        Cell(where_words(status.mode)),
        Cell(status.mode.started_by),
        Cell(until_words(status)),
        Cell(f"{status.copies}部"),
    )


def open_emergency(desktop: Desktop, parent: QWidget | None) -> EmergencyDialog:
    """Open the window over another."""
    made = EmergencyDialog(desktop, parent)
    made.open()
    return made
