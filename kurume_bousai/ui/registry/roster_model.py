"""名簿の表の中身: 20,000 rows as they came; nothing is done per row before it is painted."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.members import MemberRow
from kurume_bousai.labels import label as word_of
from kurume_bousai.ui.privacy import HIDDEN_TEXT, Privacy
from kurume_bousai.ui.registry.words import (
    NOTHING,
    UNKNOWN,
    flood_words,
    needs_words,
    number_words,
    plan_words,
    reading_words,
)

Index = QModelIndex | QPersistentModelIndex


class Column(IntEnum):
    """列 of the list, in order."""

    NUMBER = 0
    NAME = 1
    DISTRICT = 2
    NEEDS = 3
    CONSENT = 4
    PLAN = 5
    HAZARD = 6


HEADINGS: Final[dict[Column, str]] = {
    Column.NUMBER: "番号",
    Column.NAME: "氏名",
    Column.DISTRICT: "校区・自治会",
    Column.NEEDS: "必要な支援",
    Column.CONSENT: "同意",
    Column.PLAN: "計画",
    Column.HAZARD: "危険",
}
#: Columns that the compact layout leaves out, and those that give way to the map.
COMPACT_DROPS: Final = frozenset({Column.CONSENT, Column.HAZARD})
MAP_DROPS: Final = COMPACT_DROPS | {Column.DISTRICT, Column.PLAN}


class RosterTableModel(QAbstractTableModel):
    """名簿の表: a row per person, in the order of the search (kana, then number)."""

    def __init__(self, privacy: Privacy, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._privacy = privacy
        self._rows: list[MemberRow] = []
        self._places: dict[MemberId, int] | None = None
        privacy.changed.connect(self._on_privacy_changed)

    @property
    def rows(self) -> list[MemberRow]:
        """What is shown; not to be changed."""
        return self._rows

    @property
    def hides_names(self) -> bool:
        """Whether names are hidden now."""
        return self._privacy.hidden

    def set_rows(self, rows: Sequence[MemberRow]) -> None:
        """Show other people."""
        self.beginResetModel()
        self._rows = rows if isinstance(rows, list) else list(rows)
        self._places = None
        self.endResetModel()

    def row_of(self, member_id: str) -> int:
        """The row of a person; -1 where not listed."""
        if self._places is None:
            self._places = {row.member_id: place for place, row in enumerate(self._rows)}
        return self._places.get(MemberId(member_id), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Number of people (Qt)."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Seven (Qt)."""
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401 - Qt's signature
        """Headings (Qt)."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return HEADINGS[Column(section)]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's signature
        """A cell in words (Qt). The delegate takes its row from ``rows``: Qt would make a list of it."""
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.words(row, Column(index.column()))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            column = Column(index.column())
            return f"{HEADINGS[column]} {self.words(row, column)}"
        return None

    def words(self, row: MemberRow, column: Column) -> str:  # noqa: PLR0911 - one answer per column
        """What a cell says."""
        match column:
            case Column.NUMBER:
                mark = "支援措置 " if row.has_protected_address else ""
                return f"{mark}{number_words(row.number)}"
            case Column.NAME:
                return HIDDEN_TEXT if self.hides_names else f"{reading_words(row)} {row.name}".strip()
            case Column.DISTRICT:
                return f"{row.district_id or UNKNOWN} {row.neighborhood}".strip()
            case Column.NEEDS:
                return needs_words(row)
            case Column.CONSENT:
                return word_of(row.roster_consent)
            case Column.PLAN:
                return plan_words(row.plan_state)[1]
            case Column.HAZARD:
                flood = flood_words(row.flood_rank)
                return "浸水想定区域の外" if flood == NOTHING else flood

    def _on_privacy_changed(self, _hidden: bool) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0, Column.NAME), self.index(len(self._rows) - 1, Column.NAME))
