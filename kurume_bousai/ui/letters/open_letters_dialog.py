"""未返送の一覧: letters that went out and did not come back, in the order of the envelopes, by 校区."""

from __future__ import annotations

from collections import Counter
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QWidget

from kurume_bousai.domain.mailings import show_code
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.letters.replies import OpenLetter
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.figure_table import Cell, Column, FigureTable, Row
from kurume_bousai.ui.form_dialog import FormDialog
from kurume_bousai.ui.kit.layouts import fix
from kurume_bousai.ui.kit.widgets import Para, button, hbox, label, vbox
from kurume_bousai.ui.registry.words import number_words

_COLUMNS: Final = (
    Column("用紙の番号", at_least=130),
    Column("番号", is_figure=True, at_least=70),
    Column("氏名", stretches=True, at_least=140),
    Column("校区", at_least=90, drop=1),
    Column("登録", at_least=80),
)
#: More rows than these nobody reads; the 校区 narrows them.
_MOST_ROWS: Final = 2_000
_ALL: Final = "*"


class OpenLettersDialog(FormDialog):
    """だれの返送がまだですか."""

    def __init__(self, desktop: Desktop, number: int, parent: QWidget | None = None) -> None:
        super().__init__("未返送の一覧", parent, size=(860, 560))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desktop = desktop
        self._found: list[OpenLetter] = []
        self.table = FigureTable(_COLUMNS, name="未返送の人")
        self.about = Para("読んでいます。", "quiet", line=1.35)
        self.district = QComboBox()
        self.district.setAccessibleName("校区でしぼる")
        fix(self.district, min_width=270)
        self.district.currentIndexChanged.connect(lambda _place: self._show())
        self.add_wide_step(
            vbox(
                hbox(label("だれの返送がまだですか", "title"), None, self.district),
                self.about,
                (self.table, 1),
                hbox(None, button("閉じる", "plain", "close", self.reject)),
                gap=1.25,
            )
        )
        self.show_step(0, self.table)
        desktop.privacy.changed.connect(self._on_privacy)
        replies = desktop.services.letters.replies()
        desktop.runner.read(lambda: replies.open_list(number), self._on_read, on_fail=self.told)

    def _on_read(self, found: list[OpenLetter]) -> None:
        self._found = found
        counts = Counter(_district(one) for one in found)
        self.district.blockSignals(True)
        self.district.clear()
        self.district.addItem(f"すべての校区 {len(found):,}通", _ALL)
        for name, count in sorted(counts.items(), key=lambda one: (-one[1], one[0])):
            self.district.addItem(f"{name} {count:,}通", name)
        self.district.blockSignals(False)
        self._show()

    def _on_privacy(self, _hidden: bool) -> None:
        self._show()

    def _show(self) -> None:
        chosen = self.district.currentData() or _ALL
        shown = [one for one in self._found if chosen in (_ALL, _district(one))]
        words = f"未返送 {len(shown):,}通、封筒の順です。"
        if len(shown) > _MOST_ROWS:
            words += f"はじめの{_MOST_ROWS:,}通を出しています。校区でしぼると、残りも見えます。"
        self.about.set_text(
            f"{words}期限を過ぎたら「新しい案内をつくる」で「返送のない人(2回目)」を選ぶと、2回目を送れます。"
        )
        self.table.set_rows([self._row(one) for one in shown[:_MOST_ROWS]])

    def _row(self, one: OpenLetter) -> Row:
        return one.code, (
            Cell(show_code(one.code)),
            Cell(number_words(one.number)),
            Cell(self._desktop.privacy.shown(one.name)),
            Cell(_district(one)),
            Cell(word_of(one.registration)),
        )


def _district(one: OpenLetter) -> str:
    return "校区不明" if one.district_id is None else str(one.district_id)
