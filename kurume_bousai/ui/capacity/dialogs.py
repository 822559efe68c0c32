"""容量確認の小さな窓: which sites are closed, and a number to be typed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLayout, QListWidget, QListWidgetItem, QSpinBox, QWidget

from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.shelters import WelfareShelter
from kurume_bousai.ui.kit.tokens import control, width
from kurume_bousai.ui.kit.widgets import Para, button, field, hbox, vbox


def ask_closed_sites(
    sites: Sequence[WelfareShelter], closed: frozenset[SiteId], parent: QWidget
) -> frozenset[SiteId] | None:
    """Let a person tick the sites that stay closed; None = left without choosing."""
    dialog = ClosedSitesDialog(sites, closed, parent)
    return dialog.closed() if dialog.exec() == QDialog.DialogCode.Accepted else None


def ask_number(
    title: str, question: str, value: int, values: range, unit: str, parent: QWidget
) -> int | None:
    """Let a person type a number; None = left without choosing."""
    dialog = NumberDialog(title, question, value, values, unit, parent)
    return dialog.number() if dialog.exec() == QDialog.DialogCode.Accepted else None


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
        fill(
            self,
            Para("印をつけた施設は、開かないものとして計算します。", line=1.35),
            self._list,
            hbox(None, button("やめる", on_click=self.reject), decide),
            stretched=self._list,
        )

    def closed(self) -> frozenset[SiteId]:
        """Return the ticked sites."""
        entries = [self._list.item(place) for place in range(self._list.count())]
        return frozenset(
            SiteId(entry.data(Qt.ItemDataRole.UserRole))
            for entry in entries
            if entry.checkState() is Qt.CheckState.Checked
        )


class NumberDialog(QDialog):
    """数を入れる窓: one question, one number, Enter decides."""

    def __init__(
        self,
        title: str,
        question: str,
        value: int,
        values: range,
        unit: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self._number = QSpinBox()
        self._number.setRange(values[0], values[-1])
        self._number.setSuffix(unit)
        self._number.setGroupSeparatorShown(True)
        self._number.setProperty("bare", True)
        self._number.setValue(value)
        self._number.selectAll()
        decide = button("この数で計算する", "main", "check", self.accept)
        decide.setDefault(True)
        fill(
            self,
            Para(question, line=1.35),
            field(title, self._number),
            hbox(None, button("やめる", on_click=self.reject), decide),
            high=240,
        )
        self._number.setFocus()

    def number(self) -> int:
        """Return the number typed."""
        return self._number.value()


def fill(
    dialog: QDialog,
    *parts: QWidget | QLayout,
    stretched: QWidget | None = None,
    wide: float = 560,
    high: float = 480,
) -> None:
    """Lay out a small window: never larger than the screen, ``stretched`` takes what is left."""
    laid = [(part, 1) if part is stretched else part for part in parts]
    dialog.setLayout(vbox(*laid, margins=(2, 2, 2, 2), gap=1.5))
    available = dialog.screen().availableSize()
    dialog.resize(min(width(wide), available.width() - 40), min(control(high), available.height() - 60))
