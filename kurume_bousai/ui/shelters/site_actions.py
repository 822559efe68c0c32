"""施設にすること: the windows behind the buttons of a site's card."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDialog

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.opening import opening_cautions
from kurume_bousai.domain.reception import SiteOccupancy
from kurume_bousai.domain.shelters import OpeningState, WelfareShelter
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.capacity.plan_board import BoardSite, SiteBoard
from kurume_bousai.services.shelters.editing import SiteEditing
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.form_dialog import ask
from kurume_bousai.ui.shelters.ledger_dialog import LedgerDialog
from kurume_bousai.ui.shelters.reception_dialogs import CountDialog, MoveDialog
from kurume_bousai.ui.shelters.site_card import CardAction
from kurume_bousai.ui.shelters.site_form import SiteForm


class SiteActions(QObject):
    """施設にすることの受け手. ``find`` gives a site by id, ``board`` the whole; None before it is read."""

    def __init__(
        self,
        desktop: Desktop,
        find: Callable[[str], BoardSite | None],
        board: Callable[[], SiteBoard | None],
    ) -> None:
        super().__init__()
        self._desktop, self._find, self._board = desktop, find, board
        self.allowed = _allowed(desktop)

    def take(self, action: CardAction, site_id: str) -> None:
        """Open the window of an action, where the site is still there."""
        row = self._find(site_id)
        if row is None or action not in self.allowed:
            return
        window = self._desktop.window
        now = row.occupancy or SiteOccupancy(row.site.site_id)
        made: dict[CardAction, Callable[[], object]] = {
            CardAction.EDIT: lambda: self._edit(row),
            CardAction.COUNT: lambda: _show(CountDialog(self._desktop, row.site, now, window)),
            CardAction.MOVE: lambda: _show(MoveDialog(self._desktop, row.site, self._sites(), window)),
            CardAction.LEDGER: lambda: _show(LedgerDialog(self._desktop, row.site, window)),
            CardAction.OPEN: lambda: self._ask_open(row),
            CardAction.CLOSE: lambda: self._ask_close(row),
        }
        made[action]()

    def _sites(self) -> list[WelfareShelter]:
        board = self._board()
        return [row.site for row in board.sites] if board else []

    # -- opening and closing ---------------------------------------------------------------------

    def _ask_open(self, row: BoardSite) -> None:
        cautions = [word_of(caution) for caution in opening_cautions(row.site)]
        lines = cautions or ["気をつけることは、記録にありません。"]
        question = f"「{row.site.name}」を開設しますか"
        ask(self._desktop.window, question, lines, "開設する", partial(self._set, row, OpeningState.OPEN))

    def _ask_close(self, row: BoardSite) -> None:
        lines = [f"いまいる人は{row.assigned:,}人です。人がいる間は閉じられません。"]
        question = f"「{row.site.name}」を閉じますか"
        ask(self._desktop.window, question, lines, "閉じる", partial(self._set, row, OpeningState.CLOSED))

    def _set(self, row: BoardSite, to: OpeningState) -> None:
        desktop, site_id = self._desktop, row.site.site_id
        editing = SiteEditing(desktop.database)

        def done(outcome: Outcome[WelfareShelter]) -> None:
            self._desktop.finish(outcome, f"「{outcome.value.name}」を「{word_of(to)}」にしました。")

        desktop.runner.write(lambda: editing.set_state(site_id, to), done)

    # -- the record ------------------------------------------------------------------------------

    def _edit(self, row: BoardSite) -> None:
        editing = SiteEditing(self._desktop.database)
        today = self._desktop.clock.now().date()

        def save(before: WelfareShelter, after: WelfareShelter) -> None:
            self._desktop.runner.write(
                lambda: editing.save(before, after, today=today),
                lambda outcome: self._on_saved(form, outcome),
                on_fail=lambda error: _on_not_saved(form, error),
            )

        form = SiteForm(row.site, save, self._desktop.window, today=lambda: today)
        _show(form)

    def _on_saved(self, form: SiteForm, outcome: Outcome[WelfareShelter]) -> None:
        form.saved()
        self._desktop.finish(Outcome(None, outcome.changes), f"「{outcome.value.name}」を直しました。")


def _allowed(desktop: Desktop) -> frozenset[CardAction]:
    access = desktop.database.access
    found = {CardAction.EDIT} if access.has(Right.EDIT_SITES) else set()
    if access.has(Right.RUN_RECEPTION):
        found |= {CardAction.COUNT, CardAction.MOVE, CardAction.OPEN, CardAction.CLOSE}
    if access.has(Right.SEE_PEOPLE):
        found.add(CardAction.LEDGER)
    return frozenset(found)


def _show(dialog: QDialog) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()


def _on_not_saved(form: SiteForm, error: BaseException) -> bool:
    if isinstance(error, KnownProblem):
        form.fail(error)
        return True
    form.keep.setEnabled(True)
    return False
