"""一緒に取り込むファイル: the files of one session, each of which can be left out again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kurume_bousai.services.roster_import.results import ImportPreview
from kurume_bousai.ui.kit.widgets import Para, button, card, hbox, holder, vbox


class Basket(QWidget):
    """一緒に取り込むファイル. ``out_wanted(place)``: that file is to stay out."""

    out_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[str] = []
        self._rows: list[QWidget] = []
        self._box = vbox(gap=0.5)
        self.outs: list[QWidget] = []
        self.setLayout(vbox(card(holder(self._box), title="一緒に取り込むファイル", gap=0.5)))

    def set_files(self, previews: Sequence[ImportPreview]) -> None:
        """Show these files."""
        for row in self._rows:
            self._box.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows, self.outs = [], []
        self._lines = [_line(preview) for preview in previews]
        for place, (preview, line) in enumerate(zip(previews, self._lines, strict=True)):
            act: Callable[[], object] = partial(self.out_wanted.emit, place)
            out = button("外す", "tool", on_click=act, name=f"{preview.source}のファイルを外す")
            row = holder(hbox((Para(line, line=1.35), 1), out, gap=2))
            self.outs.append(out)
            self._rows.append(row)
            self._box.addWidget(row)

    def text_shown(self) -> str:
        """What is said of the files, line by line."""
        return "\n".join(self._lines)


def _line(one: ImportPreview) -> str:
    parts = [
        f"{one.source}（{one.file_name}）　{one.read:,}行", f"新規 {one.added:,}人",
        f"変更 {one.changed:,}人", f"同一 {one.unchanged:,}人",
    ]  # fmt: skip
    parts += [f"保留 {one.held:,}行"] if one.held else []
    parts += [f"不採用 {one.rejected:,}行"] if one.rejected else []
    parts += [f"消除 {one.removed:,}人"] if one.removed else []
    parts += [f"ほかの課と同じ人 {one.joined:,}人"] if one.joined else []
    if one.expected_matches is not None:
        parts.append("件数は合っています" if one.expected_matches else "件数が合いません")
    return "、".join(parts)
