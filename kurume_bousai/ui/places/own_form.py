"""自分の地図の読み方: what a file is called, where it is from, and which columns are shown."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.services.ports.layer_files import FileColumn, FileShapes, OwnMapping
from kurume_bousai.ui.columns import Columns
from kurume_bousai.ui.kit.layouts import vbox
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import ChipRow, field
from kurume_bousai.ui.places.layer_words import SHAPES

_NONE: Final = "（使わない）"
_MOST_LETTERS: Final = 60


class OwnForm(QWidget):
    """自分の地図の欄. Only the two chosen columns are kept of the file."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shapes: FileShapes | None = None
        self._words = Para("")
        self.name = QLineEdit()
        self.name.setMaxLength(_MOST_LETTERS)
        self.attribution = QLineEdit()
        self.attribution.setMaxLength(200)
        self.licence = QLineEdit()
        self.licence.setMaxLength(200)
        self.geometry_row = ChipRow[str]([], name="図形の種類")
        self.label_column = _column_box("名前として見せる列")
        self.value_column = _column_box("色分けに使う列")
        rows = Columns(
            [
                field("地図の名前", self.name, hint="例 令和3年8月の冠水の記録"),
                field("図形の種類", self.geometry_row),
                field("名前として見せる列", self.label_column, hint="地図で図形のそばに出す言葉です"),
                field("色分けに使う列", self.value_column, hint="値ごとに分けて、凡例に出します"),
                field("出典", self.attribution, hint="例 ○○市 防災対策課。紙にも印刷します"),
                field("利用条件", self.licence, hint="例 CC BY 4.0、庁内だけで使う"),
            ],
            most=2,
            column=330,
        )
        keep = Para(
            "選んだ2つの列だけを残し、ほかの列は取り込みません。人の名前や住所の列は選ばないでください。",
            "quiet",
            line=1.35,
        )
        self.setLayout(vbox(self._words, rows, keep, gap=1.25))

    def set_shapes(self, shapes: FileShapes) -> None:
        """Offer the columns of a file, and its name as the map's."""
        self._shapes = shapes
        counts = "、".join(f"{SHAPES[kind]} {count:,}件" for kind, count in shapes.counts.items())
        self._words.set_text(f"「{shapes.file_name}」の図形: {counts or 'なし'}。列 {len(shapes.columns)}。")
        self.name.setText(shapes.file_name.rsplit(".", 1)[0][:_MOST_LETTERS])
        kinds = [(kind, SHAPES[kind]) for kind in shapes.counts]
        most = max(shapes.counts, key=lambda kind: shapes.counts[kind], default=None)
        self.geometry_row.set_choices(kinds, most)
        for box in (self.label_column, self.value_column):
            _fill(box, shapes.columns)

    def mapping(self) -> OwnMapping:
        """What was chosen.

        Raises
        ------
        KnownProblem
            ``layer_no_title`` or ``layer_no_attribution``.
        """
        if not self.name.text().strip():
            raise KnownProblem(
                "layer_no_title", "地図の名前が空です。", advice="地図に出す名前を入れてください。"
            )
        if not self.attribution.text().strip():
            raise KnownProblem(
                "layer_no_attribution",
                "出典が空です。",
                advice="だれがつくった図か(自分たちなら団体の名前)を入れてください。",
            )
        return OwnMapping(
            title=self.name.text().strip(),
            attribution=self.attribution.text().strip(),
            licence=self.licence.text().strip(),
            geometry=self.geometry_row.value() or "",
            label=str(self.label_column.currentData() or ""),
            value=str(self.value_column.currentData() or ""),
        )


def _column_box(name: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(10)
    return box


def _fill(box: QComboBox, columns: tuple[FileColumn, ...]) -> None:
    box.clear()
    box.addItem(_NONE, "")
    for column in columns:
        samples = "、".join(column.samples)
        box.addItem(f"{column.name}　例 {samples}" if samples else column.name, column.name)
