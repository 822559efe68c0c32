"""取込 2 列の対応: which heading of the file is which column; what is found or was saved is filled in."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLineEdit, QWidget

from kurume_bousai.domain.dates import format_wareki, in_japan
from kurume_bousai.domain.mapping_profiles import ColumnMapping
from kurume_bousai.services.roster_import.headings import ColumnChoice, RosterColumn, RosterHeadings
from kurume_bousai.services.roster_import.mapping_profiles import Recognised
from kurume_bousai.ui.kit.layouts import tab_behind
from kurume_bousai.ui.kit.tokens import space, tokens
from kurume_bousai.ui.kit.widgets import Para, button, card, grid, hbox, holder, label, vbox
from kurume_bousai.ui.registry.import_column_dialog import ColumnDialog, say_choice

_NONE: Final = "（ファイルにない）"
_CONSTANT: Final = "（どの行も同じ値）"
_TWO_FIT_UP_TO: Final = 1.25
#: With more of the needed columns missing than these, the file is likely another one.
_FEW: Final = 2


class ColumnsStep(QWidget):
    """列の対応の段. ``save_wanted(name)`` when a person keeps the mapping under an office's name."""

    save_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._headings: RosterHeadings | None = None
        self._choices: dict[str, ColumnChoice] = {}
        self._first: dict[str, ColumnChoice] = {}
        self._boxes: dict[str, QComboBox] = {}
        self._details: dict[str, QWidget] = {}
        self.dialog: ColumnDialog | None = None
        self._said = ""
        self._words = Para("")
        self._notices = Para("")
        self.hidden = QCheckBox("Excelで隠した行も取り込む")
        self.name = QLineEdit()
        self.name.setAccessibleName("列の対応の名前")
        self.name.setPlaceholderText("例 介護保険課")
        self.save = button("この対応を保存する", on_click=self._on_save)
        self._saved = Para("保存すると、次に同じ見出しのファイルを選んだときに使われます。", "quiet")
        self._table = QWidget()
        self._place = vbox(self._table)
        keep = hbox(label("この対応の名前"), (self.name, 1), self.save)
        self._notice_card = card(self._notices, self.hidden)
        self.setLayout(
            vbox(
                self._notice_card,
                card(self._words, holder(self._place)),
                card(holder(keep), self._saved),
                None,
                gap=1.5,
            )
        )

    def set_headings(self, headings: RosterHeadings, source: str = "") -> None:
        """Show the headings of a file."""
        self._headings = headings
        self._choices = headings.choices()
        self._first = dict(self._choices)
        self._said = _found_words(headings)
        self._words.set_text(self._said)
        told = "\n".join(
            f"{notice.column}　{notice.message}" if notice.column else notice.message
            for notice in headings.notices
        )
        self._notices.set_text(told)
        self.hidden.setChecked(False)
        self.hidden.setVisible(headings.has_hidden_rows)
        self._notice_card.setVisible(bool(told))
        self.name.setText(headings.recognised.profile.name if headings.recognised else source)
        self._build_table(headings)

    def _build_table(self, headings: RosterHeadings) -> None:
        self._boxes = {}
        # Made in its place: a hundred widgets that change their parent are styled anew each time.
        old, self._table = self._table, QWidget(self._table.parentWidget())
        self._table.hide()
        layout = QGridLayout(self._table)
        grid(layout, gap=1)
        # With large letters two columns of choices would push the window wider than the screen.
        beside = 1 if tokens().scale > _TWO_FIT_UP_TO else 2
        for place, column in enumerate(headings.columns):
            caption = f"{column.name}（必要）" if column.is_required else column.name
            side, line = (place % beside) * 4, place // beside
            layout.addWidget(label(caption, "heading" if column.is_required else "body"), line, side)
            layout.addWidget(self._box(column), line, side + 1)
            more = button(
                "くわしく",
                "tool",
                on_click=partial(self.ask, column.name),
                name=f"{column.name}をくわしく決める",
            )
            self._details[column.name] = more
            layout.addWidget(more, line, side + 2)
            self._say(column.name)
        for stretched in (1, 5)[:beside]:
            layout.setColumnStretch(stretched, 1)
        if beside > 1:
            layout.setColumnMinimumWidth(3, space(1))  # keeps the two columns apart
        self._place.replaceWidget(old, self._table)
        made = [(self._boxes[column.name], self._details[column.name]) for column in headings.columns]
        tab_behind(self._words, [one for pair in made for one in pair])
        self._table.show()
        old.hide()
        old.deleteLater()

    def words(self) -> str:
        """What is said above the columns."""
        return self._said

    def box(self, column: str) -> QComboBox:
        """The choice for one column."""
        return self._boxes[column]

    def choice(self, column: str) -> ColumnChoice:
        """All that is decided about one column."""
        return self._choices[column]

    def first_gap(self) -> QComboBox | None:
        """The first required column without a heading, else the first choice."""
        if self._headings is None:
            return None
        names = (*self._headings.missing, *(column.name for column in self._headings.columns))
        return self._boxes[names[0]]

    def takes_hidden_rows(self) -> bool:
        """Whether rows hidden in the workbook are people too."""
        return self.hidden.isChecked()

    def mapping(self) -> ColumnMapping | None:
        """What was chosen; None where everything stands as the names say.

        Raises
        ------
        KnownProblem
            ``columns_missing`` or ``mapping_bad``.
        """
        if self._headings is None:
            return None
        chosen = self._headings.column_mapping(self._choices)
        return None if self._headings.recognised is None and self._choices == self._first else chosen

    def whole_mapping(self) -> ColumnMapping:
        """What is kept under a name: everything, also what the names found by themselves."""
        if self._headings is None:
            return ColumnMapping()
        return self._headings.column_mapping(self._choices)

    def set_saved(self, name: str) -> None:
        """Say that it was kept."""
        self._saved.set_text(
            f"列の対応「{name}」を保存しました。次に同じ見出しのファイルを選んだときに使われます。"
        )

    # -- one column ----------------------------------------------------------------------------

    def ask(self, column: str) -> None:
        """くわしく: joined columns, one value for all rows, codes."""
        if self._headings is None:
            return
        meant = next(one for one in self._headings.columns if one.name == column)
        self.dialog = ColumnDialog(meant, self._headings.headings, self._choices[column], self)
        self.dialog.decided.connect(partial(self._set_choice, column))
        self.dialog.open()

    def _set_choice(self, column: str, choice: ColumnChoice) -> None:
        self._choices[column] = choice
        box = self._boxes[column]
        box.blockSignals(True)
        self._fill(box, column)
        box.blockSignals(False)
        self._say(column)
        self._say_missing()

    def _say_missing(self) -> None:
        """What is still to be chosen, so that nobody looks for a gap that was filled."""
        headings = self._headings
        if headings is None or not headings.missing:
            return
        left = [
            name
            for name in headings.missing
            if not self._choices[name].heading and not self._choices[name].constant
        ]
        self._words.set_text(
            f"あと、{'、'.join(left)}にあたる列を選んでください。"
            if left
            else "必要な列は、全部決まりました。「点検する」で次へ進めます。"
        )

    def _on_chosen(self, column: str, _place: int) -> None:
        choice = self._choices[column]
        heading = str(self._boxes[column].currentData() or "")
        self._set_choice(
            column,
            ColumnChoice(
                heading, choice.further if heading else "", "", choice.default, choice.words, choice.is_part
            ),
        )

    def _say(self, column: str) -> None:
        words = say_choice(self._choices[column])
        more = self._details[column]
        more.setToolTip(words)
        more.setAccessibleDescription(words)
        set_text = getattr(more, "setText", None)
        if set_text is not None:
            set_text("くわしく" if self._choices[column].is_plain else "設定あり")

    def _box(self, column: RosterColumn) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(f"{column.name}にあたる列")
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(8)
        self._boxes[column.name] = box
        self._fill(box, column.name)
        box.currentIndexChanged.connect(partial(self._on_chosen, column.name))
        return box

    def _fill(self, box: QComboBox, column: str) -> None:
        choice = self._choices[column]
        headings = self._headings.headings if self._headings else ()
        box.clear()
        # A column found by its name can be pointed elsewhere, but not taken away: the file has it.
        if not self._first[column].heading or choice.constant:
            box.addItem(_CONSTANT if choice.constant else _NONE, "")
        for cell in headings:
            box.addItem(cell, cell)
        box.setCurrentIndex(0 if choice.constant else max(0, box.findData(choice.heading)))

    def _on_save(self) -> None:
        self.save_wanted.emit(self.name.text())


def _found_words(headings: RosterHeadings) -> str:
    if headings.recognised is not None:
        return _recognised_words(headings.recognised, headings.missing)
    found = sum(1 for column in headings.columns if column.heading)
    missing = "、".join(headings.missing)
    if len(headings.missing) > _FEW:
        return (
            f"必要な列（{missing}）が見つかりません。ほかの課のファイルではありませんか。"
            "このファイルでよければ、あたる列を選んでください。"
        )
    return (
        f"名前で見つかった列は{found}です。{missing}にあたる列を選んでください。"
        if missing
        else f"必要な列はそろっています（名前で見つかった列は{found}）。違っていれば選び直せます。"
    )


def _recognised_words(recognised: Recognised, missing: tuple[str, ...]) -> str:
    profile = recognised.profile
    on = format_wareki(in_japan(profile.saved_at).date())
    used = f"保存した列の対応「{profile.name}」（{on}・{profile.saved_by}）を使います。"
    differs = "".join(recognised.difference.sentences())
    if not differs:
        return f"{used}見出しは保存したときと同じです。"
    gap = f"{'、'.join(missing)}にあたる列を選んでください。" if missing else "違っていれば選び直せます。"
    return f"{used}見出しが保存したときとちがいます。{differs}{gap}"
