"""件数の照合: what the office counted beside what the file holds, line by line, and how many would leave."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kurume_bousai.services.roster_import.results import ImportPreview
from kurume_bousai.ui.figure_table import ROW_HEIGHT, Cell, Column, FigureTable, Row
from kurume_bousai.ui.kit.painters import State
from kurume_bousai.ui.kit.tokens import control, hub
from kurume_bousai.ui.kit.widgets import Para, button, card, hbox, vbox

_MOST_ROWS: Final = 6
#: Always the same sentence for whoever may not know of hidden people: it tells nothing of a single file.
_NOT_TOLD: Final = (
    "ファイルの側の件数は、支援措置担当が点検したときだけ出ます。提供元に、区分ごとの件数を確かめてください。"
)


#: Said to everybody without the flag, of every file: it tells nothing of a single one.
HIDDEN_ARE_LEFT_OUT: Final = (
    "支援措置の印がある人は、ここの数に入りません。"
    "印を知らせるファイルは、数が変わらなくても確定してください。"
)


class TotalsCard(QWidget):
    """件数の照合の札: shown where the office's totals and the file do not agree."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = Para("", line=1.35)
        self.table = FigureTable(
            [
                Column("区分", stretches=True, at_least=140),
                Column("提供元の件数", is_figure=True, at_least=110),
                Column("ファイルの件数", is_figure=True, at_least=110),
                Column("差", is_figure=True, at_least=80),
            ],
            name="件数の照合",
        )
        self.setLayout(vbox(card(self._words, self.table, title="提供元の件数と合いません")))
        hub().tokens_changed.connect(self._fit)

    def set_preview(self, preview: ImportPreview) -> None:
        """Show where the two differ; hidden where they agree or where nothing was to be compared."""
        gaps = preview.expected_differences
        self.setVisible(bool(gaps))
        rows: list[Row] = []
        for gap in gaps:
            found = "—" if gap.found is None else f"{gap.found:,}"
            differs = "—" if gap.found is None else f"{gap.found - gap.expected:+,}"
            rows.append(
                (
                    (gap.kind, gap.item),
                    (
                        Cell(f"{gap.kind} {gap.item}".strip(), State.SHORT),
                        Cell(f"{gap.expected:,}"),
                        Cell(found),
                        Cell(differs),
                    ),
                )
            )
        self.table.set_rows(rows)
        untold = any(gap.found is None for gap in gaps)
        read = f"違う区分が{len(gaps):,}あります。読んだのは{preview.read:,}行です。"
        self._words.set_text(f"{read}{_NOT_TOLD}" if untold else read)
        self._fit()

    def _fit(self) -> None:
        shown = min(len(self.table.rows()), _MOST_ROWS)
        self.table.setFixedHeight(control(ROW_HEIGHT) * (shown + 1) + 4)


class RemovalWarning(QWidget):
    """消除が多いときの知らせ. ``partial_wanted()``: the file is of some people only, look again."""

    partial_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = Para("", "heading", line=1.35)
        self.partial = button("一部の人だけのファイルとして点検しなおす", on_click=self.partial_wanted.emit)
        self.setLayout(
            vbox(card(self._words, hbox(self.partial, None), title="消除される人が多すぎませんか"))
        )

    def set_preview(self, preview: ImportPreview) -> None:
        """Say how much of the office's list would leave; hidden below the city's limit."""
        self.setVisible(preview.removal_needs_confirmation)
        self._words.set_text(removal_words(preview))

    def text_shown(self) -> str:
        """What is said."""
        return self._words.text_shown()


def removal_words(preview: ImportPreview) -> str:
    """How many of the office's people the file leaves out, as numbers and as a share."""
    stays = preview.changed + preview.unchanged - preview.joined + preview.left_source
    before = stays + preview.removed
    share = round(100 * preview.removed / before) if before else 0
    return (
        f"「{preview.source}」の名簿にいる{before:,}人のうち、{preview.removed:,}人（およそ{share}%）が"
        "このファイルになく、消除されます。一つの校区や、一部の人だけのファイルではありませんか。"
    )
