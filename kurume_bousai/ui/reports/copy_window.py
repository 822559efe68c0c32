"""「誰の情報が載っていたか」: one copy with everybody on it, the columns, what happened to it."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.dates import format_wareki, in_japan
from kurume_bousai.domain.hand_outs import CopyEvent, CopyEventKind, CopyState, HandedCopy
from kurume_bousai.domain.roster_columns import RosterColumn
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.hand_outs.copies import CopyFile, NamedOnCopy
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.form_dialog import FormDialog, ask
from kurume_bousai.ui.kit.layouts import hbox, vbox
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.tokens import control
from kurume_bousai.ui.kit.widgets import button, card, label
from kurume_bousai.ui.printing import PreviewDialog, Sheet
from kurume_bousai.ui.privacy import HIDDEN_TEXT
from kurume_bousai.ui.registry.fold_card import FactList
from kurume_bousai.ui.registry.words import number_words
from kurume_bousai.ui.reports.ledger_table import state_words

_NO_RECORD: Final = "記録がありません"
_HEADINGS: Final = ("番号", "氏名", "いまの電話", "自治会", "いま")
#: The city's own steps; days of a report to the authorities are looked up by the department.
_WHOM: Final = (
    "知らせる先: 市の個人情報の担当と地域福祉の担当の長、渡した先の責任者、載っていた人。"
    "盗まれたおそれがあるときは警察。報告の期限は、担当が決まりで確かめます。"
)


class CopyWindow(FormDialog):
    """一部の記録. Names follow the privacy of the window."""

    def __init__(self, desktop: Desktop, copy_number: str, parent: QWidget | None = None) -> None:
        super().__init__(f"写し {copy_number}", parent, size=(960, 700))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desktop = desktop
        self._number = copy_number
        self._file: CopyFile | None = None
        self._facts, self._course = FactList(), FactList()
        self._whom = Para(_WHOM, line=1.35)
        self._heading = label("載っている人", "heading")
        self.table = QTableWidget(0, len(_HEADINGS))
        self._build_table()
        self.report_button = button(
            "紛失の報告を印刷する(番号だけ)", icon="printer-outline", on_click=self.report
        )
        self.found_button = button("見つかった", on_click=self.found)
        self.correct_button = button("最後の記録を訂正する", on_click=self.correct)
        close = button("閉じる", "main", on_click=self.accept)
        title = label(f"写し {copy_number} には、だれの情報が載っていますか", "title")
        title.setWordWrap(True)
        foot = hbox(self.report_button, self.found_button, self.correct_button, None, close)
        step = self.add_wide_step(
            vbox(
                title, card(hbox((vbox(self._facts, None), 3), (vbox(self._course, None), 2), gap=3)),
                self._whom, self._heading,
                (self.table, 1), foot, gap=1,
            )
        )  # fmt: skip
        self.show_step(step, self.table)
        desktop.privacy.changed.connect(self._on_privacy)
        self.reload()

    def reload(self) -> None:
        """Read the copy and everybody on it."""
        copies = self._desktop.services.copies
        self._desktop.runner.read(
            partial(copies.open, self._number), self._on_read, on_fail=self.told, key="copy-window"
        )

    def report(self) -> None:
        """Show the report of a loss and print it; it carries numbers, no names."""
        copies, reporting = self._desktop.services.copies, self._desktop.services.reporting

        def make() -> bytes:
            return reporting.print_pages(copies.loss_report(self._number)).value.content

        self._desktop.runner.write(make, self._on_report, on_fail=self.told, title="報告をつくっています")

    def found(self) -> None:
        """A lost copy was found."""
        copies = self._desktop.services.copies
        work = partial(copies.record, [self._number], CopyEventKind.FOUND, copies.today)
        self._desktop.runner.write(work, self._on_written, on_fail=self.told)

    def correct(self) -> None:
        """Take the last record back after asking."""
        copies = self._desktop.services.copies

        def write() -> None:
            work = partial(copies.correct, self._number, "画面で訂正")
            self._desktop.runner.write(work, self._on_written, on_fail=self.told)

        ask(
            self,
            "最後の記録を訂正しますか",
            ["訂正した記録も、消えずに残ります。", "そのあとで、正しい記録を書いてください。"],
            "訂正する",
            write,
        )

    # ------------------------------------------------------------------ inside
    def _build_table(self) -> None:
        self.table.setAccessibleName("載っている人")
        self.table.setHorizontalHeaderLabels(_HEADINGS)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(control(36))
        self.table.setProperty("kind", "plain")
        self.table.setShowGrid(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setTabKeyNavigation(False)
        self.table.setMinimumHeight(control(108))
        head = self.table.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)

    def _on_read(self, found: CopyFile) -> None:
        self._file = found
        self._show()

    def _on_privacy(self, hidden: bool) -> None:  # noqa: ARG002 - Qt gives it
        if self._file is not None:
            self._show()

    def _show(self) -> None:
        found = self._file
        if found is None:
            return
        copy, hidden = found.copy, self._desktop.privacy.hidden
        self._facts.set_facts(_facts(copy, hidden=hidden))
        state = state_words(copy, self._desktop.clock.now().date(), must_come_back=found.must_come_back)
        self._course.set_facts(_course(copy, state))
        self._heading.setText(f"載っている人 {len(found.people)}人")
        is_lost = copy.state is CopyState.LOST
        self._whom.setVisible(is_lost)
        self.report_button.setVisible(is_lost)
        self.found_button.setVisible(is_lost)
        self.correct_button.setEnabled(bool(copy.standing))
        self.table.setRowCount(len(found.people))
        for row, person in enumerate(found.people):
            for column, text in enumerate(_person_cells(person, hidden=hidden)):
                self.table.setItem(row, column, QTableWidgetItem(text))

    def _on_report(self, pdf: bytes) -> None:
        PreviewDialog(
            "紛失の報告を印刷しますか", [Sheet("紛失の報告", pdf)], self._desktop.runner, parent=self
        ).open()

    def _on_written(self, outcome: Outcome[list[HandedCopy]]) -> None:
        self._desktop.finish(outcome, "提供台帳に書きました。")
        self.reload()


def _facts(copy: HandedCopy, *, hidden: bool) -> list[tuple[str, str]]:
    columns = "、".join(word_of(one) for one in RosterColumn if one in copy.columns)
    return [
        ("書類", copy.document),
        ("渡した先", HIDDEN_TEXT if hidden else copy.recipient),
        ("持っている人", HIDDEN_TEXT if hidden else copy.holder or _NO_RECORD),
        ("載せたこと", columns or _NO_RECORD),
    ]


def _course(copy: HandedCopy, state: str) -> list[tuple[str, str]]:
    """What became of the copy."""
    issued = format_wareki(in_japan(copy.issued_at).date())
    return [
        ("いま", state),
        ("出した人", f"{copy.operator}({issued})"),
        ("確かめた人", confirmed_words(copy)),
        ("その後", "\n".join(event_words(event) for event in copy.standing) or "まだ何も書かれていません"),
    ]


def confirmed_words(copy: HandedCopy) -> str:
    """Who confirmed that the copy leaves, or why nobody had to."""
    if copy.confirmed_by:
        return copy.confirmed_by
    return _NO_RECORD if copy.second_ground is None else word_of(copy.second_ground)


def event_words(event: CopyEvent) -> str:
    """「令和8年11月21日 返却された(窓口)」."""
    return f"{format_wareki(event.happened_on)} {word_of(event.kind)}({event.recorded_by})"


def _person_cells(person: NamedOnCopy, *, hidden: bool) -> tuple[str, ...]:
    now, said = person.now, person.said
    if now is None:
        name = "" if said is None else str(said.value(RosterColumn.NAME) or "")
        number = "" if said is None else number_words(said.number)
        return (number, HIDDEN_TEXT if hidden and name else name, "", "", "名簿にいない")
    if hidden:
        return (number_words(now.number), HIDDEN_TEXT, HIDDEN_TEXT, now.neighborhood, "名簿にいる")
    return (number_words(now.number), now.shown_name, now.phone, now.neighborhood, "名簿にいる")
