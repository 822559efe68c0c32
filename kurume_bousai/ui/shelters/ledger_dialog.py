"""受け入れの台帳の窓: every entry of one site, the newest first; 訂正 by a new entry, nothing is deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtWidgets import QWidget

from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.dates import in_japan
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.reception import ReceptionEntry, ReceptionKind
from kurume_bousai.domain.reception_board import cancelled_ids
from kurume_bousai.domain.shelters import WelfareShelter
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.shelters.reception import ReceptionService
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.figure_table import Cell, Column, FigureTable, Row
from kurume_bousai.ui.form_dialog import FormDialog, ask
from kurume_bousai.ui.kit.widgets import button, hbox, label, vbox

_COLUMNS: Final = (
    Column("日時", at_least=110),
    Column("何があったか", at_least=110),
    Column("番号", is_figure=True),
    Column("人数", is_figure=True),
    Column("メモ", stretches=True, at_least=140, drop=1),
    Column("書いた人", at_least=90, drop=2),
)


class LedgerDialog(FormDialog):
    """台帳. Shows numbers of people, never names."""

    def __init__(self, desktop: Desktop, site: WelfareShelter, parent: QWidget) -> None:
        super().__init__("受け入れの台帳", parent, size=(860, 560))
        self._desktop, self._site = desktop, site
        self._service = ReceptionService(desktop.database, desktop.clock)
        self.table = FigureTable(_COLUMNS, name="受け入れの台帳")
        self.table.moved.connect(lambda _key: self._follow())
        self.take_back = button("この記録を訂正する", "plain", "undo-variant", self._ask)
        self.take_back.setVisible(self._service.may_record)
        self.take_back.setEnabled(False)
        self._gone: frozenset[str] = frozenset()
        leave = button("とじる", "plain", "close", self.reject)
        self.add_wide_step(
            vbox(
                label(f"{site.name}の台帳", "title"),
                (self.table, 1),
                label("消すことはできません。まちがいは、訂正の記録で打ち消します。", "small"),
                hbox(self.take_back, None, leave),
                gap=1.25,
            )
        )
        self._read()

    def _read(self) -> None:
        service, site_id, database = self._service, self._site.site_id, self._desktop.database

        def read() -> tuple[Sequence[ReceptionEntry], Mapping[MemberId, int]]:
            entries = service.entries(site_id)
            wanted = list({entry.member_id for entry in entries if entry.member_id is not None})
            with database.reading() as session:
                people = session.members.get_many(database.access, wanted)
            return entries, {member.member_id: member.number for member in people}

        self._desktop.runner.read(read, self._on_read, on_fail=self.told, key="reception-ledger")

    def _on_read(self, found: tuple[Sequence[ReceptionEntry], Mapping[MemberId, int]]) -> None:
        entries, numbers = found
        self._gone = frozenset(cancelled_ids(entries))
        self.table.set_rows([_row(entry, numbers, self._gone) for entry in reversed(entries)])
        self._follow()

    def _follow(self) -> None:
        key = self.table.key()
        self.take_back.setEnabled(key is not None and key not in self._gone)

    def _ask(self) -> None:
        key = self.table.key()
        if key is None:
            return
        lines = ["打ち消した記録も、台帳に残ります。"]
        ask(self, "この記録を訂正しますか", lines, "訂正する", lambda: self._cancel(str(key)))

    def _cancel(self, entry_id: str) -> None:
        self.set_busy(busy=True)
        self._desktop.runner.write(
            lambda: self._service.cancel(entry_id), self._on_cancelled, on_fail=self.told
        )

    def _on_cancelled(self, outcome: Outcome[ReceptionEntry]) -> None:
        self.set_busy(busy=False)
        self._desktop.finish(outcome, "訂正を書きました。")
        self._read()


def _row(entry: ReceptionEntry, numbers: Mapping[MemberId, int], gone: frozenset[str]) -> Row:
    at = in_japan(entry.at)
    is_gone = entry.entry_id in gone
    word = f"{word_of(entry.kind)}(訂正ずみ)" if is_gone else word_of(entry.kind)
    number = "" if entry.member_id is None else f"{numbers.get(entry.member_id, '—')}"
    without = entry.kind in (ReceptionKind.REPORTED, ReceptionKind.CANCELLED)
    return entry.entry_id, (
        Cell(f"{at.month}月{at.day}日 {at:%H:%M}", is_quiet=is_gone),
        Cell(word, is_quiet=is_gone),
        Cell(number, is_quiet=is_gone),
        Cell("" if without else f"{entry.people:,}", is_quiet=is_gone),
        Cell(entry.note, is_quiet=is_gone),
        Cell(entry.operator, is_quiet=True),
    )
