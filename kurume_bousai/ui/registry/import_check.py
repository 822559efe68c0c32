"""取込 3 点検: what the file would do, as counts that add up, and every problem with its line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from kurume_bousai.domain.errors import RowProblem
from kurume_bousai.services.import_results import ClassifiedRow, ImportPreview, RowKind
from kurume_bousai.ui.kit.widgets import NumberLabel, Para, card, flow, hbox, label, vbox
from kurume_bousai.ui.privacy import Privacy
from kurume_bousai.ui.registry.fold_card import FactList
from kurume_bousai.ui.registry.problems_table import ProblemsTable
from kurume_bousai.ui.registry.words import FIELD_WORDS, value_words

KIND_WORDS: Final[Mapping[RowKind, str]] = {
    RowKind.ADDED: "新規",
    RowKind.CHANGED: "変更",
    RowKind.UNCHANGED: "同一",
    RowKind.REMOVED: "消除",
    RowKind.REJECTED: "不採用",
    RowKind.HELD: "保留",
}
_EVERYTHING: Final = "すべて"


class CheckStep(QWidget):
    """点検の段. ``line_wanted(row)`` asks for what a line of the file says."""

    line_wanted = Signal(int)

    def __init__(self, privacy: Privacy, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._privacy = privacy
        self._preview: ImportPreview | None = None
        self._line: tuple[int, Mapping[str, str]] | None = None
        self._counts = vbox()
        self._count_row: QWidget | None = None
        self._sum = Para("", "small", line=1.35)
        self._notes = Para("", line=1.35)
        self.kinds = QComboBox()
        self.kinds.setAccessibleName("気をつける所をしぼる")
        self.table = ProblemsTable(privacy)
        self._none = Para("気をつける所はありません。", "quiet")
        self._line_title = label("", "heading")
        self._line_facts = FactList()
        self._line_card = card(self._line_title, self._line_facts, None, gap=0.5)
        self._line_card.hide()
        self._build()
        self.kinds.currentIndexChanged.connect(lambda _index: self._filter())
        self.table.line_wanted.connect(self.line_wanted)
        privacy.changed.connect(self._say_line)  # a method: Qt lets go of it with the widget

    def _build(self) -> None:
        self._heading = label("気をつける所", "heading")
        top = hbox(self._heading, None, label("しぼる", "quiet"), self.kinds)
        problems = vbox(top, self._none, hbox((self.table, 3), (self._line_card, 2), gap=1.5))
        self.setLayout(vbox(self._counts, self._sum, self._notes, (problems, 1), gap=1))

    def set_preview(self, preview: ImportPreview) -> None:
        """Show what an import would do."""
        self._preview = preview
        self._line = None
        self._line_card.hide()
        self._set_counts(preview)
        self._sum.set_text(
            f"読んだ {preview.read:,} = 新規 {preview.added:,} + 変更 {preview.changed:,} + "
            f"同一 {preview.unchanged:,} + 不採用 {preview.rejected:,} + 保留 {preview.held:,}"
        )
        notes = _notes(preview)
        self._notes.set_text(notes)
        self._notes.setVisible(bool(notes))
        self._heading.setText(
            f"気をつける所 {len(preview.problems):,}件　不採用 {preview.rejected:,}行"
            if preview.rejected
            else f"気をつける所 {len(preview.problems):,}件"
        )
        messages = dict.fromkeys(problem.message for problem in preview.problems)
        self.kinds.blockSignals(True)
        self.kinds.clear()
        self.kinds.addItem(_EVERYTHING, "")
        for message in messages:
            number = sum(1 for problem in preview.problems if problem.message == message)
            self.kinds.addItem(f"{message}（{number:,}）", message)
        self.kinds.blockSignals(False)
        self.kinds.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.kinds.setMinimumContentsLength(16)
        self._filter()

    def show_line(self, row: int, cells: Mapping[str, object]) -> None:
        """Show what a line of the file says."""
        self._line = (row, {column: value_words(value) for column, value in cells.items()})
        self._say_line()

    def _set_counts(self, preview: ImportPreview) -> None:
        numbers = [("読んだ", preview.read)]
        numbers += [(KIND_WORDS[kind], preview.counts[kind.value]) for kind in KIND_WORDS]
        cards = [
            card(NumberLabel(caption, f"{number:,}", "行" if caption == "読んだ" else "人"), name=caption)
            for caption, number in numbers
        ]
        old, self._count_row = self._count_row, flow(cards)
        if old is not None:
            self._counts.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._counts.addWidget(self._count_row)

    def _filter(self) -> None:
        if self._preview is None:
            return
        wanted = str(self.kinds.currentData() or "")
        shown: list[RowProblem] = [
            problem for problem in self._preview.problems if not wanted or problem.message == wanted
        ]
        self.table.problems.set_problems(shown)
        self.table.setVisible(bool(self._preview.problems))
        self.kinds.setEnabled(bool(self._preview.problems))
        self._none.setVisible(not self._preview.problems)

    def _say_line(self) -> None:
        if self._line is None or self._preview is None:
            return
        row, cells = self._line
        fate = next((line for line in self._preview.rows if line.row == row), None)
        words = KIND_WORDS[fate.kind] if fate is not None else ""
        self._line_title.setText(f"{row}行め　{words}")
        # Every reason in full: the table has room for one line of it.
        facts = [("わけ", problem.message) for problem in self._preview.problems if problem.row == row]
        facts += [("変わる項目", _changes(fate))] if fate is not None and fate.changes else []
        facts += [(column, self._privacy.shown(value)) for column, value in cells.items()]
        if not cells:
            facts.append(("行", "この行の中身は表示できません"))
        self._line_facts.set_facts(facts)
        self._line_card.show()


def _changes(fate: ClassifiedRow) -> str:
    return "、".join(FIELD_WORDS.get(change.field_name, change.field_name) for change in fate.changes)


def _notes(preview: ImportPreview) -> str:
    notes = []
    if preview.encoding:
        notes.append(f"文字コード: {preview.encoding}")
    if preview.unused_columns:
        notes.append(f"使わない列: {'、'.join(preview.unused_columns)}")
    notes += [finding.message for finding in preview.findings]
    if preview.joined:
        notes.append(f"ほかの提供元の名簿にいる人と同じ人: {preview.joined:,}人")
    if preview.left_source:
        notes.append(
            f"この提供元の名簿からいなくなり、ほかの提供元の名簿には残る人: {preview.left_source:,}人"
        )
    if preview.expected_matches:
        notes.append("提供元の件数と合っています。")
    for gap in preview.expected_differences:
        name = f"{gap.kind} {gap.item}".strip()
        found = "" if gap.found is None else f"、ファイルでは {gap.found:,}"
        notes.append(f"件数が合いません。{name}: 提供元 {gap.expected:,}{found}")
    return "\n".join(notes)
