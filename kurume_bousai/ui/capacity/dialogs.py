"""容量確認の小さな窓: which sites are closed, how many beyond the list, everybody who is left out."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLayout, QListWidget, QListWidgetItem, QSpinBox, QWidget

from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.shelters import WelfareShelter
from kurume_bousai.labels import reason_label
from kurume_bousai.ui.capacity.reading import CapacityPlaces, CapacityView
from kurume_bousai.ui.figure_table import Cell, Column, FigureTable
from kurume_bousai.ui.kit.tokens import control, width
from kurume_bousai.ui.kit.widgets import Para, button, field, hbox, label, vbox

MOST_OFF_LIST = 99_999


def ask_closed_sites(
    sites: Sequence[WelfareShelter], closed: frozenset[SiteId], parent: QWidget
) -> frozenset[SiteId] | None:
    """Let a person tick the sites that stay closed; None = left without choosing."""
    dialog = ClosedSitesDialog(sites, closed, parent)
    return dialog.closed() if dialog.exec() == QDialog.DialogCode.Accepted else None


def ask_off_list(people: int, parent: QWidget) -> int | None:
    """Let a person type how many come who are on no list; None = left without choosing."""
    dialog = OffListDialog(people, parent)
    return dialog.people() if dialog.exec() == QDialog.DialogCode.Accepted else None


class ClosedSitesDialog(QDialog):
    """閉じる施設を選ぶ窓: space ticks, Enter decides, Esc leaves."""

    def __init__(
        self, sites: Sequence[WelfareShelter], closed: frozenset[SiteId], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("閉じる施設を選ぶ")
        self._list = QListWidget()
        self._list.setAccessibleName("施設の一覧。印をつけた施設を閉じます。")
        for site in sites:
            entry = QListWidgetItem(f"{site.name}{'(電源優先)' if site.is_power_first else ''}")
            entry.setData(Qt.ItemDataRole.UserRole, site.site_id)
            is_closed = site.site_id in closed
            entry.setCheckState(Qt.CheckState.Checked if is_closed else Qt.CheckState.Unchecked)
            self._list.addItem(entry)
        if sites:
            self._list.setCurrentRow(0)
        decide = button("この施設を閉じて計算する", "main", "check", self.accept)
        decide.setDefault(True)
        _fill(
            self,
            Para("印をつけた施設は、開かないものとして計算します。", line=1.35),
            self._list,
            hbox(None, button("やめる", on_click=self.reject), decide),
        )

    def closed(self) -> frozenset[SiteId]:
        """Return the ticked sites."""
        entries = [self._list.item(place) for place in range(self._list.count())]
        return frozenset(
            SiteId(entry.data(Qt.ItemDataRole.UserRole))
            for entry in entries
            if entry.checkState() is Qt.CheckState.Checked
        )


class OffListDialog(QDialog):
    """名簿外の人数を入れる窓."""

    def __init__(self, people: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("名簿外の人数")
        self._people = QSpinBox()
        self._people.setRange(0, MOST_OFF_LIST)
        self._people.setSuffix("人")
        self._people.setValue(people)
        self._people.selectAll()
        decide = button("この人数で計算する", "main", "check", self.accept)
        decide.setDefault(True)
        _fill(
            self,
            Para(
                "名簿にいない人(旅行者や、支援措置対象者の分など)が何人来るとして計算しますか。"
                "校区の名簿の大きさに応じて分け、最後に入れます。",
                line=1.35,
            ),
            field("名簿外の人数", self._people),
            hbox(None, button("やめる", on_click=self.reject), decide),
            high=220,
        )
        self._people.setFocus()

    def people(self) -> int:
        """Return the number typed."""
        return self._people.value()


class UnplacedDialog(QDialog):
    """入れない人の窓: everybody by number; beside it every site with the reason it cannot take them."""

    def __init__(self, view: CapacityView, places: CapacityPlaces, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = {row.number: row for row in view.answer.unplaced}
        self._places = places
        self.setWindowTitle("入れない人")
        self._people = FigureTable(
            [Column("番号", is_figure=True), Column("人数", is_figure=True), Column("理由", stretches=True)],
            name="入れない人",
        )
        self._people.set_rows(
            [
                (row.number, (Cell(f"{row.number}"), Cell(f"{row.people}人"), Cell(words)))
                for row, words in zip(view.answer.unplaced, view.reasons, strict=True)
            ]
        )
        self._heading = label("", "heading")
        self._sites = FigureTable(
            [Column("施設", stretches=True, at_least=140), Column("入れない理由", at_least=200)],
            name="施設ごとの理由",
        )
        self._people.moved.connect(self._show_one)
        leave = button("閉じる", "main", on_click=self.accept)
        count = f"入れない人 {view.answer.unplaced_people - view.answer.off_list.unplaced:,}人"
        _fill(
            self,
            hbox(label(count, "lead_bold"), None),
            hbox((self._people, 3), (vbox(self._heading, self._sites), 2), gap=2),
            hbox(None, leave),
            wide=1080,
            high=560,
        )
        if view.answer.unplaced:
            self._people.choose(view.answer.unplaced[0].number)
            self._people.setFocus()

    def _show_one(self, number: int) -> None:
        self._heading.setText(f"番号 {number} の人が入れない理由")
        reasons = [(SiteId(one.site_id), reason_label(one.reason)) for one in self._rows[number].reasons]
        self._sites.set_rows(
            [(site_id, (Cell(self._places.short_name(site_id)), Cell(words))) for site_id, words in reasons]
        )


def _fill(dialog: QDialog, *parts: QWidget | QLayout, wide: float = 560, high: float = 480) -> None:
    stretched = [
        (part, 1) if isinstance(part, (QListWidget,)) or part is parts[1] else part for part in parts
    ]
    dialog.setLayout(vbox(*stretched, margins=(2, 2, 2, 2), gap=1.5))
    available = dialog.screen().availableSize()
    dialog.resize(min(width(wide), available.width() - 40), min(control(high), available.height() - 60))
