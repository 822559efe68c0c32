"""住所の辞書を取り込む: choose a file or a folder, look at what is in it, then keep it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.gazetteer import TYPICAL_ERROR_M, PlaceLevel
from kurume_bousai.labels import label as words_of
from kurume_bousai.services.places.gazetteer_import import GazetteerImportResult
from kurume_bousai.services.places.map_layers import GazetteerPreview
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.figure_table import Cell, Column, FigureTable
from kurume_bousai.ui.files import choose_file, documents
from kurume_bousai.ui.kit.layouts import fix
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import button
from kurume_bousai.ui.places.number_cards import NumberCards
from kurume_bousai.ui.places.working import WorkingDialog

GAZETTEER_WORDS: Final = (
    "住所から家の位置を決めるための辞書です。国土交通省の位置参照情報(街区レベル)か、"
    "デジタル庁のアドレス・ベース・レジストリを使います。町字だけの一覧では、おおよその位置になります。"
)
_FORMATS: Final = "使えるファイル: 公開されたままのzip、CSV、JSON、またはそれを入れたフォルダー"
_PATTERNS: Final = "住所の辞書 (*.zip *.csv *.json);;すべて (*)"


class GazetteerDialog(WorkingDialog):
    """この辞書を取り込みますか. Nothing is written before 「取り込む」."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__("住所の辞書を選んでください", desktop, parent, size=(860, 600))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._preview: GazetteerPreview | None = None
        self.summary = Para("", "lead")
        self.numbers = NumberCards()
        self.table = FigureTable(
            [Column("取り込まない行のわけ", stretches=True, at_least=240), Column("件数", is_figure=True)],
            name="取り込まない行",
        )
        self.more = Para("", line=1.35)
        stop = button("やめる", on_click=self.reject)
        folder = button("フォルダーを選ぶ", icon="folder-outline", on_click=self.choose_folder)
        self.choose_button = button("ファイルを選ぶ", "main", "folder-open-outline", self.choose)
        self._choose_step = self.add_step(
            "住所の辞書を選んでください",
            [Para(GAZETTEER_WORDS), Para(_FORMATS, "quiet")],
            [stop, None, folder, self.choose_button],
        )
        back = button("別のファイルにする", on_click=self._start_anew)
        self.commit_button = button("取り込む", "main", "check", self.commit)
        self._check_step = self.add_step(
            "この辞書を取り込みますか",
            [self.summary, self.numbers, self.more, self.table],
            [back, None, self.commit_button],
        )
        self.show_step(self._choose_step, self.choose_button)

    def choose(self) -> None:
        """Ask for the file and look at it."""
        path = choose_file(self, "住所の辞書", _PATTERNS)
        if path is not None:
            self.check_file(path)

    def choose_folder(self) -> None:
        """Ask for the folder that holds the parts of a dictionary."""
        chosen = QFileDialog.getExistingDirectory(self, "住所の辞書を入れたフォルダー", str(documents()))
        if chosen:
            self.check_file(Path(chosen))

    def check_file(self, path: Path) -> None:
        """Read a dictionary and show what it would bring."""
        layers = self.desktop.services.layers

        self.look(
            lambda _told: layers.preview_gazetteer(path),
            self._on_checked,
            title=f"{path.name} を点検しています",
        )

    def commit(self) -> None:
        """Write exactly what was shown."""
        preview, layers = self._preview, self.desktop.services.layers
        if preview is not None:
            self.keep(
                lambda _told: layers.commit_gazetteer(preview),
                self._on_committed,
                title="住所の辞書を取り込んでいます",
            )

    # ------------------------------------------------------------------ inside
    def _on_checked(self, preview: GazetteerPreview) -> None:
        self._preview = preview
        result = preview.result
        edition = f"({result.edition}版)" if result.edition else ""
        self.summary.set_text(f"「{preview.file.file_name}」は、{words_of(result.kind)}{edition}です。")
        self.numbers.set_numbers(
            [
                ("読んだ行", f"{result.read:,}"),
                ("町字", f"{result.towns:,}"),
                *((words_of(level), f"{count:,}") for level, count in result.levels.items()),
            ]
        )
        self.more.set_text(_more(result))
        rows = [(reason, (Cell(reason), Cell(f"{count:,}"))) for reason, count in result.left_out.items()]
        self.table.set_rows(rows)
        self.table.setVisible(bool(rows))
        fix(self.table, fixed_height=36 * (len(rows) + 1) + 8)
        self.show_step(self._check_step, self.commit_button)

    def _on_committed(self, outcome: Outcome[GazetteerImportResult]) -> None:
        result = outcome.value
        self.desktop.finish(
            outcome, f"{words_of(result.kind)}を取り込みました。位置 {result.features:,}件です。"
        )
        self.accept()

    def _start_anew(self) -> None:
        self._preview = None
        self.show_step(self._choose_step, self.choose_button)


def _more(result: GazetteerImportResult) -> str:
    lines = [
        f"文字コードは{result.encoding}、座標系は{result.crs}です。",
        f"利用条件: {result.licence}",
    ]
    if result.is_same_file:
        lines.append("同じ内容の辞書が、もう入っています。")
    elif result.replaced:
        lines.append(
            f"今までの{words_of(result.kind)}({result.replaced:,}件)を、この辞書に置きかえます。"
            "ほかの種類の辞書はそのままです。"
        )
    if set(result.levels) == {PlaceLevel.TOWN}:
        error = TYPICAL_ERROR_M[PlaceLevel.TOWN]
        lines.append(
            f"町字の位置だけの辞書です。家の位置は、なかほどで約{error}mずれます。"
            "街区レベルの辞書もあわせて入れてください。"
        )
    lines.append("前に決めた家の位置は、そのまま残ります。")
    return "\n".join(lines)
