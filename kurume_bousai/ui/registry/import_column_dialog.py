"""取込 2 列の対応, one column in detail: joined columns, parts, one value for all, the office's codes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QWidget

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.mapping_profiles import NEVER_CONSTANT, SPLIT_COLUMNS
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.roster_import.headings import ColumnChoice, RosterColumn
from kurume_bousai.ui.form_dialog import FormDialog
from kurume_bousai.ui.kit.widgets import button, field

_NONE: Final = "（なし）"
_PART_OF: Final = {column: split for split, column in SPLIT_COLUMNS.items()}
_CODE_LINES: Final = 6
_ONE_LINE_EACH: Final = "一行に一つ「相手のコード=こちらの言葉」で書きます。"
_NEVER_CODED: Final = NEVER_CONSTANT - {"名簿同意"}


class ColumnDialog(FormDialog):
    """項目をくわしく決める. ``decided(ColumnChoice)``."""

    decided = Signal(object)

    def __init__(
        self,
        column: RosterColumn,
        headings: Sequence[str],
        choice: ColumnChoice,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(f"「{column.name}」をくわしく決める", parent, size=(620, 620))
        self._column = column
        self.heading = _headings_box(headings, choice.heading, f"{column.name}にあたる列")
        self.further = _headings_box(headings, choice.further, "後ろにつなぐ列")
        part = _PART_OF.get(column.name)
        self.part = QCheckBox(word_of(part) if part is not None else "")
        self.part.setChecked(choice.is_part)
        self.constant = QLineEdit(choice.constant)
        self.constant.setAccessibleName("どの行にも入れる値")
        self.default = QLineEdit(choice.default)
        self.default.setAccessibleName("空欄のときの値")
        self.words = QPlainTextEdit("\n".join(f"{theirs}={ours}" for theirs, ours in choice.words.items()))
        self.words.setAccessibleName("コードの対応表")
        self.words.setTabChangesFocus(True)
        self.words.setPlaceholderText("21=要介護1\n22=要介護2")
        self.words.setFixedHeight(self.words.fontMetrics().lineSpacing() * _CODE_LINES + 16)
        self.use = button("この内容で決める", "main", on_click=self._on_use)
        self._build()

    def _build(self) -> None:
        column = self._column
        parts: list[QWidget] = [field("あてる列", self.heading)]
        parts.append(field("後ろにつなぐ列（姓と名が別の列にあるときなど）", self.further))
        self.part.setVisible(column.name in _PART_OF)
        if column.name in _PART_OF:
            parts.append(self.part)
        if column.name not in NEVER_CONSTANT:
            parts.append(field("どの行にも入れる値（列がないとき）", self.constant))
            parts.append(field("空欄のときに入れる値", self.default))
        if column.name not in _NEVER_CODED:
            words = f"使える言葉: {'、'.join(column.choices)}" if column.choices else _ONE_LINE_EACH
            parts.append(field("コードの対応表", self.words, hint=words))
        leave = button("やめる", on_click=self.reject)
        self.add_step(f"「{column.name}」をどう作りますか", parts, [None, leave, self.use])
        self.show_step(0, self.heading)

    def choice(self) -> ColumnChoice | None:
        """What was typed; None where a line of the code table is none."""
        words: dict[str, str] = {}
        for line in self.words.toPlainText().replace("＝", "=").splitlines():
            if not line.strip():
                continue
            theirs, mark, ours = line.partition("=")
            if not mark or not theirs.strip() or not ours.strip():
                return None
            words[theirs.strip()] = ours.strip()
        return ColumnChoice(
            heading=str(self.heading.currentData() or ""),
            further=str(self.further.currentData() or ""),
            constant=self.constant.text().strip(),
            default=self.default.text().strip(),
            words=words,
            is_part=self.part.isChecked(),
        )

    def _on_use(self) -> None:
        choice = self.choice()
        if choice is None:
            self.say(
                KnownProblem("codes_bad", "コードの対応表に、読めない行があります。", advice=_ONE_LINE_EACH)
            )
            self.words.setFocus()
            return
        self.decided.emit(choice)
        self.accept()


def say_choice(choice: ColumnChoice) -> str:
    """What is decided beyond one heading, in one line; "" = nothing."""
    told = [
        f"「{choice.further}」を後ろにつなぐ" if choice.further else "",
        "欄の一部を使う" if choice.is_part else "",
        f"どの行も「{choice.constant}」" if choice.constant else "",
        f"空欄は「{choice.default}」" if choice.default else "",
        f"コード{len(choice.words)}件" if choice.words else "",
    ]
    return "、".join(filter(None, told))


def _headings_box(headings: Sequence[str], chosen: str, name: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.addItem(_NONE, "")
    for heading in headings:
        box.addItem(heading, heading)
    box.setCurrentIndex(max(0, box.findData(chosen)))
    return box
