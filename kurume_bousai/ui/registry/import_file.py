"""取込 1 ファイル: which file, from which office, all or some people, and the office's own totals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit, QWidget

from kurume_bousai.domain.dates import format_wareki, in_japan
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import ImportId
from kurume_bousai.services.ports.imports import ImportRecord
from kurume_bousai.services.roster_import.desk import FileChoice
from kurume_bousai.ui.kit.widgets import ChipRow, Para, button, card, field, fix, hbox, holder, label, vbox

FILES = "名簿のファイル (*.xlsx *.xlsm *.xls *.csv *.tsv *.txt);;すべてのファイル (*)"
_PAST_SHOWN = 10


class FileStep(QWidget):
    """ファイルの段. ``undo_wanted(import id)`` from the list of past imports."""

    undo_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path = QLineEdit()
        self.path.setPlaceholderText("例 名簿.xlsx の場所")
        self.totals = QLineEdit()
        self.source = QComboBox()
        self.source.setEditable(True)
        self.source.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.source.setAccessibleName("提供元")
        line = self.source.lineEdit()
        if line is not None:
            line.setAccessibleName("提供元")
            line.setPlaceholderText("例 介護保険課")
        self.extent = ChipRow[bool](
            [(True, "全件（この課の全員）"), (False, "一部の人だけ")], name="ファイルの範囲"
        )
        fix(self.extent, min_height=40)
        self._extent_words = Para("", "small", line=1.35)
        self.extent.chosen.connect(lambda _whole: self._say_extent())
        self._past = vbox(gap=0.5)
        self._past_rows: list[QWidget] = []
        self._past_card = card(holder(self._past), title="これまでの取込")
        self._build()

    def _build(self) -> None:
        choose = button("ファイルを選ぶ", on_click=partial(self._choose, self.path, "名簿のファイルを選ぶ"))
        choose_totals = button(
            "件数表を選ぶ", on_click=partial(self._choose, self.totals, "提供元の件数表を選ぶ")
        )
        which = card(
            field("ファイルの場所", holder(hbox((self.path, 1), choose))),
            field("提供元（同じ課には毎回同じ名前）", self.source),
            field("このファイルに入っているのは", self.extent),
            self._extent_words,
            field(
                "提供元の件数表（なくてもよい）",
                holder(hbox((self.totals, 1), choose_totals)),
                hint="「区分」と「値」の2列の表です（例 総件数 6000、校区:津福 130）。件数を照らします。",
            ),
            gap=1.5,
        )
        self._extent_words.hide()
        self.path.setAccessibleName("ファイルの場所")
        self.totals.setAccessibleName("提供元の件数表の場所")
        self._past_card.hide()
        note = Para("確定するまで、名簿は変わりません。", "quiet")
        self.setLayout(vbox(which, note, self._past_card, None, gap=1.5))

    def check(self) -> FileChoice:
        """What was chosen.

        Raises
        ------
        KnownProblem
            ``file_not_chosen``, ``source_missing`` or ``extent_missing``.
        """
        path = _path(self.path.text())
        if path is None:
            raise KnownProblem(
                "file_not_chosen", "ファイルが選ばれていません。", advice="取り込むファイルを選んでください。"
            )
        source = self.source.currentText().strip()
        if not source:
            raise KnownProblem(
                "source_missing",
                "提供元の名前がありません。",
                advice="例: 介護保険課。同じ提供元には毎回同じ名前を使います。",
            )
        is_whole = self.extent.value()
        if is_whole is None:
            raise KnownProblem(
                "extent_missing",
                "全件か一部かが選ばれていません。",
                advice="全件のファイルでは、ファイルにない人が名簿から消除されます。",
            )
        return FileChoice(path, source, is_whole, _path(self.totals.text()))

    def set_sources(self, sources: Sequence[str]) -> None:
        """Offer the sources used before; what is typed stays."""
        typed = self.source.currentText()
        self.source.clear()
        self.source.addItems(list(sources))
        self.source.setCurrentText(typed)

    def set_past(self, records: Sequence[ImportRecord]) -> None:
        """Show past imports, newest first."""
        for row in self._past_rows:
            self._past.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._past_rows = [self._past_row(record) for record in records[:_PAST_SHOWN]]
        for row in self._past_rows:
            self._past.addWidget(row)
        self._past_card.setVisible(bool(records))

    def _past_row(self, record: ImportRecord) -> QWidget:
        at = in_japan(record.committed_at)
        counts = record.counts
        numbers = (
            f"新規 {counts.get('added', 0):,}人、変更 {counts.get('changed', 0):,}人、"
            f"消除 {counts.get('removed', 0):,}人"
        )
        when = f"{format_wareki(at.date())} {at:%H:%M}"
        words = Para(f"{when}　{record.source}\n{numbers}。取り込んだ人: {record.operator}", line=1.35)
        row = hbox((words, 1), gap=1)
        if record.undone_at is None:
            undo: Callable[[], object] = partial(self.undo_wanted.emit, str(ImportId(record.import_id)))
            row.addWidget(
                button("取り消す", "tool", on_click=undo, name=f"{when} {record.source} の取込を取り消す")
            )
        else:
            row.addWidget(label("取り消しました", "quiet"))
        return holder(row)

    def _say_extent(self) -> None:
        whole = self.extent.value()
        words = (
            "ファイルにない人は、名簿から消除されます。2%を超えるときは、確定の前に人数を入れて確かめます。"
            if whole
            else "ファイルにない人は、名簿にそのまま残ります。"
        )
        self._extent_words.set_text(words)
        self._extent_words.show()

    def _choose(self, target: QLineEdit, title: str) -> None:
        found, _filter = QFileDialog.getOpenFileName(self, title, target.text(), FILES)
        if found:
            target.setText(found)


def _path(text: str) -> Path | None:
    cleaned = text.strip().strip('"')
    return Path(cleaned).expanduser() if cleaned else None
