"""未返送の一覧: letters that went out and did not come back, in the order of the envelopes."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from kurume_bousai.domain.mailings import show_code
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.mailing_replies import LetterEcho
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.figure_table import Cell, Column, FigureTable, Row
from kurume_bousai.ui.form_dialog import FormDialog
from kurume_bousai.ui.kit.widgets import Para, button, hbox, label, vbox

_COLUMNS: Final = (
    Column("用紙の番号", at_least=130),
    Column("番号", is_figure=True, at_least=70),
    Column("氏名", stretches=True, at_least=140),
    Column("校区", at_least=90, drop=1),
    Column("登録", at_least=80),
)


class OpenLettersDialog(FormDialog):
    """だれの返送がまだですか."""

    def __init__(self, desktop: Desktop, number: int, parent: QWidget | None = None) -> None:
        super().__init__("未返送の一覧", parent, size=(860, 560))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desktop = desktop
        self._found: list[LetterEcho] = []
        self.table = FigureTable(_COLUMNS, name="未返送の人")
        self.about = Para("読んでいます。", "quiet", line=1.35)
        self.add_wide_step(
            vbox(
                label("だれの返送がまだですか", "title"),
                self.about,
                (self.table, 1),
                hbox(None, button("とじる", "plain", "close", self.reject)),
                gap=1.25,
            )
        )
        self.show_step(0, self.table)
        desktop.privacy.changed.connect(self._on_privacy)
        replies = desktop.services.letters.replies()
        desktop.runner.read(lambda: replies.open_letters(number), self._on_read, on_fail=self.told)

    def _on_read(self, found: list[LetterEcho]) -> None:
        self._found = found
        self.about.set_text(
            f"未返送 {len(found):,}通、封筒の順です。期限を過ぎたら「新しい案内をつくる」で2回目を送れます。"
        )
        self._show()

    def _on_privacy(self, _hidden: bool) -> None:
        self._show()

    def _show(self) -> None:
        self.table.set_rows([self._row(one) for one in self._found])

    def _row(self, one: LetterEcho) -> Row:
        return one.code, (
            Cell(show_code(one.code)),
            Cell(f"{one.number}"),
            Cell(self._desktop.privacy.shown(one.name)),
            Cell("校区不明" if one.district_id is None else str(one.district_id)),
            Cell(word_of(one.registration)),
        )
