"""いくつでも足せる行: contacts and dated reasons; rows are added and taken away by key."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.person_details import Contact, ReasonRecord
from kurume_bousai.domain.reasons import Reason
from kurume_bousai.labels import label as word_of
from kurume_bousai.ui.kit.fields import EnterMovesOn
from kurume_bousai.ui.kit.widgets import DateEdit, button, card, field, hbox, vbox

T = TypeVar("T")


class Row(QWidget, Generic[T]):
    """一行: a value, or its cells as texts for a draft. ``edited()`` after every change."""

    edited = Signal()

    def value(self) -> T | None:
        """The value as typed, None for a row left blank; raises ``KnownProblem``."""
        raise NotImplementedError

    def set_value(self, value: T) -> None:
        """Fill the cells."""
        raise NotImplementedError

    def texts(self) -> list[str]:
        """Every cell as typed."""
        raise NotImplementedError

    def set_texts(self, texts: Sequence[str]) -> None:
        """What ``texts`` gave."""
        raise NotImplementedError

    def hide_personal(self, *, hidden: bool) -> None:
        """Show dots instead of what the room must not read."""
        for edit in self.findChildren(QLineEdit):
            if not isinstance(edit.parent(), DateEdit):
                edit.setEchoMode(QLineEdit.EchoMode.Password if hidden else QLineEdit.EchoMode.Normal)


@dataclass(frozen=True, slots=True)
class RowWords:
    """行のことば: what one is called, and what the button that adds one says."""

    name: str
    add: str


class RowList(QWidget, Generic[T]):
    """行のならび. ``edited()`` after every change, ``grown()`` when a row came or went."""

    edited = Signal()
    grown = Signal()

    def __init__(self, words: RowWords, make: Callable[[int], Row[T]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._make = make
        self._hidden = False
        self._frames: list[tuple[Row[T], QWidget]] = []
        self._moves_on = EnterMovesOn(self)
        self._column = vbox(gap=0.75)
        self.add_button = button(words.add, "tool", "plus", self._on_add)
        self.setLayout(vbox(self._column, hbox(self.add_button, None), gap=0.75))
        self.setAccessibleName(words.name)

    def rows(self) -> list[Row[T]]:
        """The rows in their order."""
        return [row for row, _frame in self._frames]

    def values(self) -> tuple[T, ...]:
        """What the rows say; blank ones are left out. Raises ``KnownProblem``."""
        found = (row.value() for row in self.rows())
        return tuple(value for value in found if value is not None)

    def set_values(self, values: Sequence[T]) -> None:
        """Show these and no others."""
        self._clear()
        for value in values:
            self.add().set_value(value)

    def text(self) -> str:
        """Every cell of every row, for a draft."""
        return json.dumps([row.texts() for row in self.rows()], ensure_ascii=False)

    def set_text(self, text: str) -> None:
        """What ``text`` wrote; what cannot be read leaves no row."""
        try:
            kept = json.loads(text)
        except ValueError:
            kept = []
        self._clear()
        for texts in kept if isinstance(kept, list) else []:
            self.add().set_texts([str(one) for one in texts])

    def add(self) -> Row[T]:
        """Append a blank row."""
        row = self._make(len(self._frames) + 1)
        row.hide_personal(hidden=self._hidden)
        row.edited.connect(self.edited)
        for edit in row.findChildren(QLineEdit):
            edit.installEventFilter(self._moves_on)
        take = button(
            "はずす", "tool", on_click=lambda: self._remove(row), name=f"この{self._words.name}をはずす"
        )
        line = hbox((row, 1), gap=1)
        line.addWidget(take, 0, Qt.AlignmentFlag.AlignBottom)
        frame = card(line)
        self._frames.append((row, frame))
        self._column.addWidget(frame)
        return row

    def hide_personal(self, *, hidden: bool) -> None:
        """Show dots instead of what the room must not read."""
        self._hidden = hidden
        for row in self.rows():
            row.hide_personal(hidden=hidden)

    def _on_add(self) -> None:
        row = self.add()
        self._frames[-1][1].show()  # at once: what is not shown yet cannot have the keyboard
        row.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edited.emit()
        self.grown.emit()

    def _remove(self, row: Row[T]) -> None:
        self._drop(next(pair for pair in self._frames if pair[0] is row))
        self.edited.emit()
        self.grown.emit()
        self.add_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _clear(self) -> None:
        for pair in list(self._frames):
            self._drop(pair)

    def _drop(self, pair: tuple[Row[T], QWidget]) -> None:
        self._frames.remove(pair)
        self._column.removeWidget(pair[1])
        pair[1].hide()
        pair[1].deleteLater()


class ContactRow(Row[Contact]):
    """緊急連絡先の一行."""

    def __init__(self, place: int) -> None:
        super().__init__()
        names = ("氏名", "続柄", "電話", "住所", "備考")
        self._edits = [_line(f"緊急連絡先{place} {name}") for name in names]
        name, kinship, phone, address, note = self._edits
        self.setLayout(
            vbox(
                hbox((field("氏名", name), 3), (field("続柄", kinship), 2), (field("電話", phone), 3), gap=1),
                hbox((field("住所", address), 5), (field("備考", note), 3), gap=1),
                gap=0.5,
            )
        )  # fmt: skip
        self.setFocusProxy(name)
        for edit in self._edits:
            edit.textChanged.connect(lambda _text: self.edited.emit())

    def value(self) -> Contact | None:
        """The contact; None where nothing is typed."""
        name, kinship, phone, address, note = (text.strip() for text in self.texts())
        made = Contact(name, kinship, address, phone, note)
        return None if made == Contact() else made

    def set_value(self, value: Contact) -> None:
        """Fill the cells."""
        self.set_texts((value.name, value.kinship, value.phone, value.address, value.note))

    def texts(self) -> list[str]:
        """Every cell as typed."""
        return [edit.text() for edit in self._edits]

    def set_texts(self, texts: Sequence[str]) -> None:
        """What ``texts`` gave."""
        for edit, text in zip(self._edits, texts, strict=False):
            edit.setText(text)


class ReasonRow(Row[ReasonRecord]):
    """事由の記録の一行: which 事由, what stands behind it, from when to when, from where."""

    def __init__(self, place: int, *, today: Callable[[], date]) -> None:
        super().__init__()
        self.kind = QComboBox()
        self.kind.setAccessibleName(f"事由の記録{place} 事由")
        for reason in Reason:
            self.kind.addItem(word_of(reason), reason.value)
        self.detail, self.source = _line(f"事由の記録{place} 内容"), _line(f"事由の記録{place} 出どころ")
        self.since = DateEdit(f"事由の記録{place} いつから", today=today)
        self.until = DateEdit(f"事由の記録{place} いつまで", today=today)
        self.setLayout(
            vbox(
                hbox((field("事由", self.kind), 2), (field("内容", self.detail), 3), gap=1),
                hbox(
                    (field("いつから", self.since), 1), (field("いつまで", self.until), 1),
                    (field("出どころ", self.source), 1), gap=1,
                ),
                gap=0.5,
            )
        )  # fmt: skip
        self.setFocusProxy(self.kind)
        self.kind.currentIndexChanged.connect(lambda _index: self.edited.emit())
        for edit in (self.detail, self.source, self.since.line, self.until.line):
            edit.textChanged.connect(lambda _text: self.edited.emit())

    def value(self) -> ReasonRecord:
        """The record.

        Raises
        ------
        KnownProblem
            ``reason_period`` where the end comes before the beginning, or why a date cannot be read.
        """
        since, until = self.since.check(), self.until.check()
        if since is not None and until is not None and until < since:
            raise KnownProblem(
                "reason_period",
                "事由の終わりの日が、始まりの日より前になっています。",
                where="事由の記録",
                advice="いつから、いつまでをもう一度確かめてください。",
            )
        reason = Reason(str(self.kind.currentData()))
        return ReasonRecord(reason, self.detail.text().strip(), since, until, self.source.text().strip())

    def set_value(self, value: ReasonRecord) -> None:
        """Fill the cells."""
        self.kind.setCurrentIndex(self.kind.findData(value.reason.value))
        self.detail.setText(value.detail)
        self.source.setText(value.source)
        self.since.set_value(value.since)
        self.until.set_value(value.until)

    def texts(self) -> list[str]:
        """Every cell as typed."""
        edits = (self.detail, self.since.line, self.until.line, self.source)
        return [str(self.kind.currentData()), *(edit.text() for edit in edits)]

    def set_texts(self, texts: Sequence[str]) -> None:
        """What ``texts`` gave."""
        place = self.kind.findData(texts[0]) if texts else -1
        self.kind.setCurrentIndex(max(place, 0))
        edits = (self.detail, self.since.line, self.until.line, self.source)
        for edit, text in zip(edits, texts[1:], strict=False):
            edit.setText(text)


def _line(name: str) -> QLineEdit:
    made = QLineEdit()
    made.setAccessibleName(name)
    made.setMaxLength(500)
    return made
