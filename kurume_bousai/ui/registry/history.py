"""履歴をならべて見る: every version of a record, and two of them side by side, old and new."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHeaderView,
    QListWidget,
    QListWidgetItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from kurume_bousai.domain.dates import format_wareki_short, in_japan
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.services.ports.members import MemberVersion
from kurume_bousai.services.roster.register import Relative, RosterService
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.header import NamesButton
from kurume_bousai.ui.kit.tokens import control, px, width
from kurume_bousai.ui.kit.widgets import Para, button, chip, fix, hbox, label, vbox
from kurume_bousai.ui.privacy import HIDDEN_TEXT
from kurume_bousai.ui.registry.history_words import FieldPair, compared
from kurume_bousai.ui.registry.words import NOTHING, number_words

_COLUMNS = ("項目", "前の版", "この版")


class HistoryDialog(QDialog):
    """履歴: ↑↓ moves through the versions; the table says what each changed. ``restore_wanted(version)``."""

    restore_wanted = Signal(int)

    def __init__(
        self,
        desktop: Desktop,
        service: RosterService,
        member: RosterMember,
        *,
        may_restore: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("履歴")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desktop = desktop
        self._may_restore = may_restore
        self._versions: list[MemberVersion] = []
        self._relatives: dict[MemberId, Relative] = {}
        self.list = QListWidget()
        self.list.setAccessibleName("版の一覧")
        fix(self.list, fixed_width=300)
        self.table = _table()
        self.all = chip("変わらない項目も見る", on_toggle=lambda _on: self._show_chosen())
        self.said = Para("読んでいます", "quiet", line=1.35)
        self.restore = button("この版に戻す", "plain", "backup-restore", self._restore)
        self.restore.setVisible(may_restore)
        self.restore.setEnabled(False)
        who = label(f"{number_words(member.number)}", "quiet")
        top = hbox(
            label("この人の記録は、いつ、だれが変えましたか", "title"),
            who,
            None,
            NamesButton(desktop.privacy),
        )
        side = vbox((self.said, 0), (self.table, 1), hbox(self.all, None), gap=1)
        foot = hbox(self.restore, None, button("閉じる", on_click=self.reject, name="閉じる Esc"))
        self.setLayout(vbox(top, (hbox(self.list, (side, 1), gap=1.5), 1), foot, margins=(2, 1.5, 2, 1.5)))
        self.list.currentRowChanged.connect(lambda _row: self._show_chosen())
        desktop.privacy.changed.connect(self._on_privacy_changed)
        self.resize(self.sizeHint())
        desktop.runner.read(partial(_read, service, member.member_id), self._on_read)

    def sizeHint(self) -> QSize:
        """As large as the window allows (Qt)."""
        wanted = QSize(width(1080), control(640))
        parent = self.parentWidget()
        room = parent.size() if parent is not None else wanted
        return wanted.boundedTo(QSize(room.width() - 32, room.height() - 32))

    def pairs(self) -> list[FieldPair]:
        """What the table shows of the chosen version."""
        place = self.list.currentRow()
        if not 0 <= place < len(self._versions):
            return []
        older = self._versions[place + 1].member if place + 1 < len(self._versions) else None
        found = compared(older, self._versions[place].member, self._relatives)
        return found if self.all.isChecked() else [pair for pair in found if pair.is_changed]

    def _on_read(self, found: tuple[list[MemberVersion], tuple[Relative, ...]]) -> None:
        self._versions, relatives = found
        self._relatives = {one.member_id: one for one in relatives}
        self.list.clear()
        for version in self._versions:
            item = QListWidgetItem(_version_words(version), self.list)
            item.setSizeHint(QSize(0, px(52)))
        self.list.setCurrentRow(0)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self._versions:
            self.said.set_text("見られる版がありません。")

    def _on_privacy_changed(self, _hidden: bool) -> None:
        self._show_chosen()

    def _show_chosen(self) -> None:
        place, pairs = self.list.currentRow(), self.pairs()
        if not 0 <= place < len(self._versions):
            return
        version, is_first = self._versions[place], place == len(self._versions) - 1
        self.said.set_text(_said(version, len(pairs), is_first=is_first, is_all=self.all.isChecked()))
        hidden = self._desktop.privacy.hidden
        self.table.setRowCount(len(pairs))
        for row, pair in enumerate(pairs):
            texts = [
                pair.caption,
                *(_cell(text, hidden=hidden and pair.is_naming) for text in (pair.before, pair.after)),
            ]
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setTextAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
                self.table.setItem(row, column, item)
        self.table.resizeRowsToContents()
        for row in range(self.table.rowCount()):
            self.table.setRowHeight(row, self.table.rowHeight(row) + px(8))
        self.restore.setEnabled(self._may_restore and place > 0 and version.member.removed_on is None)
        self.restore.setAccessibleName(f"第{version.version}版に戻す")

    def _restore(self) -> None:
        place = self.list.currentRow()
        if 0 < place < len(self._versions):
            self.restore_wanted.emit(self._versions[place].version)
            self.accept()


def _read(service: RosterService, member_id: MemberId) -> tuple[list[MemberVersion], tuple[Relative, ...]]:
    versions = service.history(member_id)
    return versions, service.relatives(*(version.member for version in versions))


def _table() -> QTableWidget:
    made = QTableWidget(0, len(_COLUMNS))
    made.setHorizontalHeaderLabels(_COLUMNS)
    made.setAccessibleName("変わった項目")
    made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    made.setWordWrap(True)
    made.verticalHeader().hide()
    made.setTabKeyNavigation(False)
    made.setShowGrid(False)
    made.setProperty("kind", "plain")
    header = made.horizontalHeader()
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
    for column in (1, 2):
        header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
    return made


def _version_words(version: MemberVersion) -> str:
    at = in_japan(version.saved_at)
    return (
        f"第{version.version}版　{format_wareki_short(at.date())} {at:%H:%M}\n"
        f"{version.operator}さん・出どころ: {version.source}"
    )


def _said(version: MemberVersion, fields: int, *, is_first: bool, is_all: bool) -> str:
    at = in_japan(version.saved_at)
    when = f"{format_wareki_short(at.date())} {at:%H:%M}"
    who = (
        f"第{version.version}版は、{when}に{version.operator}さんが保存しました(出どころ: {version.source})。"
    )
    if is_first:
        return f"{who}見られる最初の版です。"
    if is_all:
        return who
    return f"{who}{f'変わった項目は{fields}個です。' if fields else '変わった項目はありません。'}"


def _cell(text: str, *, hidden: bool) -> str:
    if not text:
        return NOTHING
    return HIDDEN_TEXT if hidden else text


def rows_shown(table: QTableWidget) -> Sequence[tuple[str, ...]]:
    """The texts of the table, for tests."""
    return [
        tuple(item.text() if (item := table.item(row, column)) else "" for column in range(len(_COLUMNS)))
        for row in range(table.rowCount())
    ]
