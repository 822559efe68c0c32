"""点検: what a map file is, what would be kept of it, what not and why, and what a person must decide."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from kurume_bousai.services.places.map_layers import Coverage, LayerPreview
from kurume_bousai.services.ports.layer_files import ParsedLayer
from kurume_bousai.ui.figure_table import Cell, Column, FigureTable
from kurume_bousai.ui.kit.layouts import fix, hbox, vbox
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import ChipRow, button, card, field
from kurume_bousai.ui.places.extent_picture import ExtentPicture
from kurume_bousai.ui.places.layer_words import coverage_words, plain
from kurume_bousai.ui.places.number_cards import NumberCards
from kurume_bousai.ui.registry.fold_card import FoldCard

FAR: Final = "市から離れている"
SYSTEMS: Final = (
    ("EPSG:6668", "JGD2011(今の世界測地系)の経度・緯度"),
    ("EPSG:4612", "JGD2000(2011年までの世界測地系)の経度・緯度"),
    ("EPSG:4301", "日本測地系(2002年まで)の経度・緯度"),
    ("EPSG:6670", "JGD2011 平面直角座標 II系(メートル)"),
    ("EPSG:2444", "JGD2000 平面直角座標 II系(メートル)"),
)
_MOST: Final = 60
_LEGEND: Final = (
    "灰色は校区(なければ市の範囲)、藍色はファイルの図形、破線はこのファイルが知っている範囲です。"
)


class SystemChoice(QWidget):
    """座標系を選ぶ欄: the choice, and that a person has looked it up."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = QComboBox()
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.setMinimumContentsLength(16)
        for code, words in SYSTEMS:
            self.box.addItem(f"{words}　{code}", code)
        self.sure = QCheckBox("公開元の説明で、この座標系だと確かめました")
        self.read_again = button("この座標系で読み直す", icon="refresh", on_click=self._choose)
        self.read_again.setEnabled(False)
        self.sure.toggled.connect(self.read_again.setEnabled)
        self.box.activated.connect(lambda _place: self.sure.setChecked(False))
        self.setLayout(vbox(field("座標系", self.box), self.sure, hbox(self.read_again, None), gap=0.75))

    def propose(self, code: str) -> None:
        """Put a system in the field; nothing is confirmed by that."""
        self.box.setCurrentIndex(max(0, self.box.findData(code)))
        self.sure.setChecked(False)

    def _choose(self) -> None:
        self.chosen.emit(str(self.box.currentData()))


class LayerCheck(QWidget):
    """点検の結果と、決めること.

    ``read_again(crs, is_everywhere)``: the file must be read again with another answer.
    ``answered()``: an answer changed, so that it may be kept now.
    """

    read_again = Signal(str, bool)
    answered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preview: LayerPreview | None = None
        self.summary = Para("", "lead")
        self.numbers = NumberCards()
        self.picture = ExtentPicture()
        self._picture_words = Para("", "small", line=1.35)
        self.table = _table()
        self.grounds = Para("", line=1.35)
        self._grounds_card = card(self.grounds, title="この地図が知っている範囲")
        self.missing = Para("", line=1.35)
        self._missing_card = card(self.missing, title="足りないもの")
        self.system = SystemChoice()
        self.system_words = Para("", line=1.35)
        self.system_card = card(self.system_words, self.system, title="決めること: 座標系")
        self.older_words = Para("", line=1.35)
        self.older = ChipRow(
            [(True, "前の版を消して、入れかえる"), (False, "両方を使う")], name="前からある層"
        )
        self.older_card = card(self.older_words, self.older, title="決めること: 前からある層")
        self.far_words = Para("", line=1.35)
        self.far_button = button("離れた図形も残して読み直す", icon="refresh", on_click=self._take_far)
        self.far_card = card(self.far_words, hbox(self.far_button, None), title="市から離れた図形")
        self.repaired, self._repaired_words = _fold("直した図形")
        self.left_out, self._left_words = _fold("取り込まない図形")
        self.reading, self._reading_words = _fold("どう読んだか")
        self._build()
        self.system.chosen.connect(lambda code: self.read_again.emit(code, self._is_everywhere()))
        self.older.chosen.connect(lambda _value: self.answered.emit())

    def show_preview(self, preview: LayerPreview) -> None:
        """Show what a file would bring."""
        self._preview = preview
        layers = preview.file.layers
        self.summary.set_text(_summary(preview))
        self.numbers.set_numbers(_numbers(layers))
        self.picture.set_picture(preview.picture)
        self._picture_words.set_text(f"{_LEGEND}{self.picture.words()}")
        self.table.set_rows([_row(number, layer) for number, layer in enumerate(layers)])
        fix(self.table, fixed_height=36 * (min(len(layers), 5) + 1) + 8)
        self.grounds.set_text(_ground_words(preview))
        self._grounds_card.setVisible(bool(self.grounds.text_shown()))
        self.missing.set_text("\n".join(preview.result.missing))
        self._missing_card.setVisible(bool(preview.result.missing))
        self._show_questions(preview)
        self._show_lists(preview)

    def is_answered(self) -> bool:
        """Whether every question has its answer."""
        preview = self._preview
        if preview is None or preview.file.needs_crs:
            return False
        return not preview.result.older or self.older.value() is not None

    def replaces(self) -> bool:
        """Whether older layers of the same question go."""
        return bool(self.older.value())

    # ------------------------------------------------------------------ inside
    def _show_questions(self, preview: LayerPreview) -> None:
        file, result = preview.file, preview.result
        self.system_card.setVisible(bool(file.needs_crs))
        if file.needs_crs:
            self.system_words.set_text(
                "このファイルには座標系の記載(.prj)がありません。違う座標系で読むと、図がずれます"
                "(日本測地系なら約400m)。データの種類と年からは、次のものと考えられます。"
            )
            self.system.propose(file.needs_crs)
        names = "、".join(dict.fromkeys(one.title for one in result.older))
        files = "、".join(dict.fromkeys(f"「{one.source.file_name}」" for one in result.older))
        self.older_words.set_text(
            f"同じ種類の層が、{files}から前に入っています: {names}。"
            "古い版なら入れかえ、別の川や別の地域のものなら両方を使います。"
        )
        self.older_card.setVisible(bool(result.older))
        self.older.set_value(None)
        far = sum(layer.left_out.get(FAR, 0) for layer in file.layers)
        self.far_words.set_text(
            f"市から約5kmより離れた図形{far:,}件は、取り込みません。ほかの県のデータなど、残したいときだけ読み直します。"
        )
        self.far_card.setVisible(far > 0)

    def _show_lists(self, preview: LayerPreview) -> None:
        layers = preview.file.layers
        repaired = [f"{layer.title}: {name}" for layer in layers for name in layer.repaired]
        _fill(self.repaired, self._repaired_words, repaired, f"{len(repaired):,}件")
        left = [line for layer in layers for line in _left_out(layer)]
        total = sum(sum(layer.left_out.values()) for layer in layers)
        _fill(self.left_out, self._left_words, left, f"{total:,}件")
        told = [plain(one) for one in preview.file.warnings]
        _fill(self.reading, self._reading_words, told, f"{len(told)}件のお知らせ")

    def _is_everywhere(self) -> bool:
        return self._preview is not None and self._preview.order.is_everywhere

    def _take_far(self) -> None:
        crs = "" if self._preview is None else self._preview.order.crs
        self.read_again.emit(crs, True)

    def _build(self) -> None:
        self.table.setSizePolicy(self.table.sizePolicy().horizontalPolicy(), self.sizePolicy().Policy.Fixed)
        where = vbox(self.picture, self._picture_words, gap=0.25)
        self.setLayout(
            vbox(
                self.summary,
                self.system_card,
                self.older_card,
                self._missing_card,
                self.numbers,
                self.table,
                where,
                self._grounds_card,
                self.far_card,
                self.repaired,
                self.left_out,
                self.reading,
                gap=1.25,
            )
        )


def _table() -> FigureTable:
    made = FigureTable(
        [
            Column("名前", stretches=True, at_least=150),
            Column("取り込む", is_figure=True),
            Column("直した", is_figure=True, drop=3),
            Column("入れない", is_figure=True, drop=2),
        ],
        name="ファイルの中の層",
    )
    made.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
    return made


def _row(number: int, layer: ParsedLayer) -> tuple[int, tuple[Cell, ...]]:
    return number, (
        Cell(layer.title),
        Cell(f"{len(layer.features):,}"),
        Cell(f"{len(layer.repaired):,}"),
        Cell(f"{sum(layer.left_out.values()):,}"),
    )


def _summary(preview: LayerPreview) -> str:
    layers = preview.file.layers
    name = preview.file.file_name
    if preview.order.own is not None:
        return f"「{name}」を、自分の地図「{preview.order.own.title}」として読みました。"
    titles = "".join(dict.fromkeys(f"「{layer.title}」" for layer in layers))
    datasets = "、".join(dict.fromkeys(layer.dataset for layer in layers))
    again = "前に取り込んだものと同じ内容なので、入れかえます。" if preview.result.is_again else ""
    return f"「{name}」は、列の名前から{datasets}の{titles}とわかりました。{again}"


def _numbers(layers: tuple[ParsedLayer, ...]) -> list[tuple[str, str]]:
    return [
        ("読んだ図形", f"{sum(layer.read for layer in layers):,}"),
        ("取り込む図形", f"{sum(len(layer.features) for layer in layers):,}"),
        ("形を直した図形", f"{sum(len(layer.repaired) for layer in layers):,}"),
        ("取り込まない図形", f"{sum(sum(layer.left_out.values()) for layer in layers):,}"),
    ]


def _ground_words(preview: LayerPreview) -> str:
    """What the hazard layers of a file know of the city, a line for those that know the same."""
    by_words: dict[str, list[str]] = {}
    for layer, ground in zip(preview.file.layers, preview.grounds, strict=True):
        if ground.coverage is not Coverage.NOT_ASKED:
            by_words.setdefault(coverage_words(ground), []).append(f"「{layer.title}」")
    return "\n".join(f"{''.join(titles)}: {words}" for words, titles in by_words.items())


def _left_out(layer: ParsedLayer) -> list[str]:
    lines = []
    for reason, count in layer.left_out.items():
        lines.append(f"{layer.title}: {reason} {count:,}件")
        names = layer.left_out_names.get(reason, ())
        lines.extend(f"　{name}" for name in names)
    return lines


def _fold(heading: str) -> tuple[FoldCard, Para]:
    words = Para("", line=1.35)
    return FoldCard(heading, words), words


def _fill(fold: FoldCard, words: Para, lines: list[str], answer: str) -> None:
    rest = f"\nほか{len(lines) - _MOST:,}行" if len(lines) > _MOST else ""
    words.set_text("\n".join(lines[:_MOST]) + rest)
    fold.set_answer(answer)
    fold.setVisible(bool(lines))
    fold.set_open(is_open=False)
