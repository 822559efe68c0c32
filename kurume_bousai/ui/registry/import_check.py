"""取込 3 点検: what the file would do, as counts that add up, and every problem with its line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from kurume_bousai.domain.errors import RowProblem
from kurume_bousai.services.roster_import.results import ImportPreview, RowKind
from kurume_bousai.ui.kit.painters import State
from kurume_bousai.ui.kit.widgets import NumberLabel, Para, button, card, fix, flow, hbox, holder, label, vbox
from kurume_bousai.ui.privacy import Privacy
from kurume_bousai.ui.registry.fold_card import FactList
from kurume_bousai.ui.registry.import_changes import ImportChangesWindow, pairs_of
from kurume_bousai.ui.registry.import_totals import HIDDEN_ARE_LEFT_OUT, RemovalWarning, TotalsCard
from kurume_bousai.ui.registry.problems_table import ProblemsTable
from kurume_bousai.ui.registry.words import NOTHING, value_words

KIND_WORDS: Final[Mapping[RowKind, str]] = {
    RowKind.ADDED: "新規",
    RowKind.CHANGED: "変更",
    RowKind.UNCHANGED: "同一",
    RowKind.REMOVED: "消除",
    RowKind.REJECTED: "不採用",
    RowKind.HELD: "保留",
}
_EVERYTHING: Final = "すべて"
_REFUSED: Final = "refused"
#: What is counted in lines of the file; the rest are people.
_LINES: Final = frozenset({RowKind.REJECTED, RowKind.HELD})
#: Messages to choose from; a file that is bad in more ways than these is read by its table.
_MOST_MESSAGES: Final = 200


class CheckStep(QWidget):
    """点検の段. ``line_wanted(row)`` asks for what a line of the file says."""

    line_wanted = Signal(int)

    def __init__(
        self, privacy: Privacy, parent: QWidget | None = None, *, sees_protected: bool = True
    ) -> None:
        super().__init__(parent)
        self._privacy = privacy
        self._sees_protected = sees_protected
        self._preview: ImportPreview | None = None
        self._line: tuple[int, Mapping[str, str]] | None = None
        self._refused: frozenset[int | None] = frozenset()
        self._counts = vbox()
        self._count_row: QWidget | None = None
        self._sum = Para("", "small", line=1.35)
        self._notes = Para("", line=1.35)
        self.changes_button = button(
            "変わる人の前と後を見る", "plain", "compare", self.show_changes, name="変わる人の前と後を見る"
        )
        self.removals = RemovalWarning()
        self.totals = TotalsCard()
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
        self._narrow = holder(hbox(label("しぼる", "quiet"), (self.kinds, 1)))
        self._narrow.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        top = hbox(self._heading, None, (self._narrow, 2))
        self._lines = holder(hbox((self.table, 3), (self._line_card, 2), gap=1.5))
        # What is left of the page goes to the lines, or below everything where there are none.
        self._spring = QWidget()
        self._spring.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.setLayout(
            vbox(
                self._counts, hbox((self._sum, 1), self.changes_button), self.removals, self.totals,
                self._notes, top, self._none,
                (self._lines, 1), (self._spring, 1), gap=1.5,
            )
        )  # fmt: skip

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
        can_compare = any(line.after is not None for line in preview.rows if line.kind is RowKind.CHANGED)
        self.changes_button.setVisible(can_compare)
        self.removals.set_preview(preview)
        self.totals.set_preview(preview)
        notes = "\n".join(_notes(preview) + ([] if self._sees_protected else [HIDDEN_ARE_LEFT_OUT]))
        self._notes.set_text(notes)
        self._notes.setVisible(bool(notes))
        self._heading.setText(
            f"気をつける所 {len(preview.problems):,}件　不採用 {preview.rejected:,}行"
            if preview.rejected
            else f"気をつける所 {len(preview.problems):,}件"
        )
        messages = Counter(problem.message for problem in preview.problems)
        self.kinds.blockSignals(True)
        self.kinds.clear()
        self.kinds.addItem(_EVERYTHING, "")
        self._refused = frozenset(
            line.row for line in preview.rows if preview.rejected and line.kind is RowKind.REJECTED
        )
        if self._refused:
            self.kinds.addItem(f"取り込まない行だけ（{len(self._refused):,}行）", _REFUSED)
        for message, number in list(messages.items())[:_MOST_MESSAGES]:
            self.kinds.addItem(f"{message}（{number:,}）", message)
        self.kinds.blockSignals(False)
        self.kinds.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.kinds.setMinimumContentsLength(16)
        self._filter()

    def show_changes(self) -> None:
        """Open every changed person, before and after."""
        if self._preview is not None:
            ImportChangesWindow(self._preview.rows, self._privacy, self.window()).open()

    def show_line(self, row: int, cells: Mapping[str, object]) -> None:
        """Show what a line of the file says."""
        self._line = (row, {column: value_words(value) for column, value in cells.items()})
        self._say_line()

    def _set_counts(self, preview: ImportPreview) -> None:
        cards = [card(NumberLabel("読んだ", f"{preview.read:,}", "行"), name="読んだ")]
        for kind, caption in KIND_WORDS.items():
            unit = "行" if kind in _LINES else "人"
            too_many = kind is RowKind.REMOVED and preview.removal_needs_confirmation
            state = State.SHORT if too_many else None
            number = NumberLabel(caption, f"{preview.counts[kind.value]:,}", unit, state=state)
            cards.append(card(number, name=caption))
        for one in cards:
            fix(one, min_width=108)  # the numbers stand in even steps
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
            problem
            for problem in self._preview.problems
            if not wanted
            or problem.message == wanted
            or (wanted == _REFUSED and problem.row in self._refused)
        ]
        # What is not taken at all comes first; thousands of small notes must not bury it.
        shown.sort(key=lambda problem: problem.row not in self._refused)
        self.table.problems.set_problems(shown)
        has_any = bool(self._preview.problems)
        self._lines.setVisible(has_any)
        self._narrow.setVisible(has_any)
        self._spring.setVisible(not has_any)
        self._none.setVisible(not has_any)

    def _say_line(self) -> None:
        if self._line is None or self._preview is None:
            return
        row, cells = self._line
        fate = next((line for line in self._preview.rows if line.row == row), None)
        words = KIND_WORDS[fate.kind] if fate is not None else ""
        self._line_title.setText(f"{row}行め　{words}")
        # Every reason in full: the table has room for one line of it.
        facts = [("わけ", problem.message) for problem in self._preview.problems if problem.row == row]
        if fate is not None:
            shown = self._privacy.shown
            facts += [
                (
                    f"変わる: {pair.caption}",
                    " → ".join(
                        (shown(text) if pair.is_naming else text) if text else NOTHING
                        for text in (pair.before, pair.after)
                    ),
                )
                for pair in pairs_of(fate)
            ]
        facts += [(column, self._privacy.shown(value)) for column, value in cells.items()]
        if not cells:
            facts.append(("行", "この行の中身は表示できません"))
        self._line_facts.set_facts(facts)
        self._line_card.show()


def _notes(preview: ImportPreview) -> list[str]:
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
    if preview.expected_differences:
        notes.append("件数が合いません。このままでは確定できません。")
    return notes
