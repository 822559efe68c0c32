"""書きかけを守る: what a form holds is kept in the encrypted file while one types, and offered again.

The process may be killed, the power may go, somebody may press Esc: nothing typed is lost, and nothing of
it ever lies on a disk in clear. Passwords and passphrases are never among the fields.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QLineEdit, QPlainTextEdit

from kurume_bousai.domain.dates import in_japan
from kurume_bousai.services.drafts import KeptDrafts
from kurume_bousai.services.ports.drafts import Draft
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.kit.number_field import NumberField
from kurume_bousai.ui.kit.widgets import ChipRow, DateEdit, Para, button, card, hbox

DRAFT_EVERY_MS: Final = 3000
#: How a field is read, and filled with what was read.
Kept = tuple[Callable[[], str], Callable[[str], object]]
Editor = QLineEdit | QPlainTextEdit | QComboBox | QCheckBox | ChipRow[Any] | DateEdit | NumberField


class FormDraft(QObject):
    """書きかけ of one form in a window. ``card`` is the offer; it stands above the fields.

    ``begin()`` when the fields stand as they are to be filled, ``finish()`` once it is saved, ``leave()``
    when the form is put away unsaved. ``marks`` say whose form it is: a draft of another is not offered.
    ``on_taken`` after the fields were filled, for what shows or hides with them.
    """

    def __init__(
        self,
        form: str,
        desktop: Desktop,
        editors: Mapping[str, Editor | Kept],
        window: QDialog,
        *,
        marks: Callable[[], Mapping[str, str]] = dict,
        on_taken: Callable[[], object] | None = None,
    ) -> None:
        super().__init__(window)
        self._form = form
        self._desktop = desktop
        self._drafts = KeptDrafts(desktop.database)
        self._editors = {name: one if isinstance(one, tuple) else _kept(one) for name, one in editors.items()}
        self._marks = marks
        self._on_taken = on_taken
        self._start: dict[str, str] | None = None  # None while the form is not open
        self._stored: dict[str, str] = {}
        self._found: Draft | None = None
        self._is_stored = False
        self._words = Para("", line=1.35)
        self.take_button = button("つづきから書く", "tool", on_click=self.take)
        self.drop_button = button("書きかけを捨てる", "tool", on_click=self.drop)
        self.card = card(hbox((self._words, 1), self.take_button, self.drop_button, gap=1.5), role="message")
        self.card.hide()
        self._timer = QTimer(self)
        self._timer.setInterval(DRAFT_EVERY_MS)
        self._timer.timeout.connect(self.keep)
        window.finished.connect(self.leave)

    def fields(self) -> dict[str, str]:
        """What the fields hold now."""
        return {name: read() for name, (read, _fill) in self._editors.items()}

    def begin(self) -> None:
        """Remember how the form begins, look for what was left of it, and keep it from now on."""
        self._start = self._stored = self.fields()
        self._found, self._is_stored = None, False
        self.card.hide()
        self._timer.start()
        self._desktop.runner.read(
            partial(self._drafts.load, self._form), self._on_found, on_fail=lambda _error: True
        )

    def keep(self) -> None:
        """Keep what is typed now, where it differs from what is kept."""
        fields = self.fields()
        if self._start is None or fields == self._stored:
            return
        self._stored = fields
        self._is_stored = True
        draft = Draft(self._form, self._desktop.clock.now(), {**fields, **self._marks()})
        self._desktop.runner.write(partial(self._drafts.keep, draft))

    def leave(self, _result: int = 0) -> None:
        """The form goes away unsaved: what was typed waits for the next time."""
        if self._start is None:
            return
        self._timer.stop()
        if self.fields() == self._start:
            self._forget(only=self._is_stored)  # typed and taken back again
        else:
            self.keep()
        self._start = None

    def finish(self) -> None:
        """It is saved: nothing of it is kept any more."""
        self._timer.stop()
        self._start = None
        self.card.hide()
        self._forget(only=self._is_stored)

    def take(self) -> None:
        """つづきから書く: fill the form with what was left."""
        found = self._found
        if found is None:
            return
        for name, (_read, fill) in self._editors.items():
            if name in found.fields:
                fill(found.fields[name])
        if self._on_taken is not None:
            self._on_taken()
        self._is_stored = True
        self._put_away_offer()

    def drop(self) -> None:
        """書きかけを捨てる."""
        self._put_away_offer()
        self._forget(only=True)

    def _put_away_offer(self) -> None:
        self._found = None
        self.card.hide()  # Qt moves the keyboard on to the next control: the first field

    def _forget(self, *, only: bool) -> None:
        if only:
            self._is_stored = False
            self._desktop.runner.write(partial(self._drafts.forget, self._form))

    def _on_found(self, draft: Draft | None) -> None:
        if draft is None or self._start is None:
            return
        marks = dict(self._marks())
        if {name: draft.fields.get(name, "") for name in marks} != marks:
            return  # of another person, another record: it waits for that one
        self._found = draft
        at = in_japan(draft.kept_at)
        words = f"保存していない書きかけがあります（{at.month}月{at.day}日 {at:%H:%M}）。"
        self._words.set_text(words)
        self.card.setAccessibleName(words)
        self.card.show()


def _kept(editor: Editor) -> Kept:
    """How an ordinary field is read and filled."""
    if isinstance(editor, DateEdit):
        return editor.line.text, editor.line.setText
    if isinstance(editor, QLineEdit):
        return editor.text, editor.setText
    if isinstance(editor, QPlainTextEdit):
        return editor.toPlainText, editor.setPlainText
    return _kept_choice(editor)


def _kept_choice(editor: NumberField | QCheckBox | QComboBox | ChipRow[Any]) -> Kept:
    if isinstance(editor, NumberField):
        return lambda: str(editor.value()), lambda text: editor.set_value(int(text))
    if isinstance(editor, QCheckBox):
        return lambda: str(editor.isChecked()), lambda text: editor.setChecked(text == str(True))
    if isinstance(editor, QComboBox):
        return lambda: str(editor.currentData() or ""), partial(_choose_item, editor)
    return lambda: _word(editor.value()), partial(_choose_chip, editor)


def _word(value: object) -> str:
    return "" if value is None else str(value)


def _choose_item(box: QComboBox, text: str) -> None:
    place = next((at for at in range(box.count()) if str(box.itemData(at) or "") == text), -1)
    if place >= 0:  # what is no longer offered is not chosen
        box.setCurrentIndex(place)


def _choose_chip(row: ChipRow[Any], text: str) -> None:
    value = next((one for one in row.choices() if _word(one) == text), None)
    if value is not None or not text:
        row.set_value(value)
