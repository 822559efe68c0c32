"""取込 2 列の対応: which heading of the file is which column; what is found by name is filled in."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QGridLayout, QWidget

from kurume_bousai.services.roster_headings import RosterHeadings
from kurume_bousai.ui.kit.widgets import Para, card, grid, holder, label, vbox

_NONE = "（ファイルにない）"


class ColumnsStep(QWidget):
    """列の対応の段."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._headings: RosterHeadings | None = None
        self._boxes: dict[str, QComboBox] = {}
        self._words = Para("")
        self._table = QWidget()
        self._place = vbox(self._table)
        self.setLayout(vbox(card(self._words, holder(self._place)), None))

    def set_headings(self, headings: RosterHeadings) -> None:
        """Show the headings of a file."""
        self._headings = headings
        found = sum(1 for column in headings.columns if column.heading)
        missing = "、".join(headings.missing)
        self._words.set_text(
            f"名前で見つかった列は{found}です。{missing}にあたる列を選んでください。"
            if missing
            else f"必要な列はそろっています（名前で見つかった列は{found}）。違っていれば選び直せます。"
        )
        self._boxes = {}
        layout = QGridLayout()
        grid(layout, gap=1)
        for place, column in enumerate(headings.columns):
            box = self._box(headings, column.name, column.heading)
            # A column found by its name can be pointed elsewhere, but not taken away: the file has it.
            caption = f"{column.name}（必要）" if column.is_required else column.name
            side = (place % 2) * 2
            layout.addWidget(label(caption, "heading" if column.is_required else "body"), place // 2, side)
            layout.addWidget(box, place // 2, side + 1)
        for stretched in (1, 3):
            layout.setColumnStretch(stretched, 1)
        old, self._table = self._table, holder(layout)
        self._place.replaceWidget(old, self._table)
        old.hide()
        old.deleteLater()

    def box(self, column: str) -> QComboBox:
        """The choice for one column."""
        return self._boxes[column]

    def first_gap(self) -> QComboBox | None:
        """The first required column without a heading, else the first choice."""
        if self._headings is None:
            return None
        names = (*self._headings.missing, *(column.name for column in self._headings.columns))
        return self._boxes[names[0]]

    def mapping(self) -> dict[str, str] | None:
        """What was chosen beyond the names: canonical column → heading; None where nothing was.

        Raises
        ------
        KnownProblem
            ``columns_missing``.
        """
        if self._headings is None:
            return None
        chosen = {name: str(box.currentData() or "") for name, box in self._boxes.items()}
        return self._headings.mapping(chosen)

    def _box(self, headings: RosterHeadings, name: str, heading: str) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(f"{name}にあたる列")
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(8)
        if not heading:
            box.addItem(_NONE, "")
        for cell in headings.headings:
            box.addItem(cell, cell)
        box.setCurrentIndex(max(0, box.findData(heading)))
        self._boxes[name] = box
        return box
