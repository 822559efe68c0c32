"""二人を並べて見る: a row of a file beside somebody on the list, differences marked, answered by keyboard."""

from __future__ import annotations

from datetime import date
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from kurume_bousai.domain.addresses import same_house
from kurume_bousai.domain.dates import format_wareki
from kurume_bousai.domain.matching import PairVerdict, PersonFacts
from kurume_bousai.domain.members import Sex
from kurume_bousai.domain.names import fold, fold_digits
from kurume_bousai.labels import label as word_of
from kurume_bousai.ui.kit.widgets import Para, button, fix, grid, hbox, holder, label, set_role, vbox
from kurume_bousai.ui.privacy import Privacy

_FIELDS: Final = (
    ("name", "氏名"), ("kana", "フリガナ"), ("born_on", "生年月日"), ("sex", "性別"), ("address", "住所"),
    ("phone", "電話"),
)  # fmt: skip
_SAME: Final = "同じ"
_DIFFERENT: Final = "違う"
_UNKNOWN: Final = "片方にない"
_KEYS: Final = {"1": PairVerdict.SAME, "2": PairVerdict.OTHER, "3": PairVerdict.DOUBT}


class PairCard(QWidget):
    """並べた札. ``decided(PairVerdict)``: 同じ人 (1)、別の人 (2)、あとで (3)."""

    decided = Signal(object)

    def __init__(self, privacy: Privacy, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._privacy = privacy
        self._facts: tuple[PersonFacts, PersonFacts] | None = None
        self._heads = (label("", "heading"), label("", "heading"))
        self.reason = Para("", line=1.35)
        self._lines: list[tuple[Para, Para, Para]] = []
        self.same = button("同じ人（1）", on_click=lambda: self.decided.emit(PairVerdict.SAME))
        self.other = button("別の人（2）", on_click=lambda: self.decided.emit(PairVerdict.OTHER))
        self.later = button("あとで（3）", on_click=lambda: self.decided.emit(PairVerdict.DOUBT))
        # The answers first: they must stand on the smallest screen without scrolling.
        answers = hbox(self.same, self.other, self.later, None)
        self.setLayout(vbox(answers, self._table(), self.reason, None, gap=1))
        self.listen_to(self.same, self.other, self.later)
        privacy.changed.connect(self._fill)

    def listen_to(self, *fields: QWidget) -> None:
        """Take 1, 2 and 3 as answers while one of these has the keyboard, such as the list of pairs."""
        for one in fields:
            one.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """An answer typed in a field that was named."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            verdict = _KEYS.get(event.text())
            plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
            if verdict is not None and plain:
                self.decided.emit(verdict)
                return True
        return super().eventFilter(watched, event)

    def _table(self) -> QWidget:
        layout = QGridLayout()
        grid(layout, gap=0.75)
        for column, head in enumerate(self._heads):
            layout.addWidget(head, 0, column + 1)
            layout.setColumnStretch(column + 1, 1)
        for row, (_name, caption) in enumerate(_FIELDS, start=1):
            first, second = Para("", line=1.35), Para("", line=1.35)
            # Paragraphs all four: a plain label would stand lower than the words it belongs to.
            verdict, title = Para("", line=1.35), Para(caption, "quiet", line=1.35)
            fix(verdict, fixed_width=84)
            fix(title, fixed_width=84)
            for place, part in enumerate((title, first, second, verdict)):
                layout.addWidget(part, row, place, Qt.AlignmentFlag.AlignTop)
            self._lines.append((first, second, verdict))
        return holder(layout)

    def show_pair(
        self, first: PersonFacts, second: PersonFacts, *, heads: tuple[str, str], reason: str
    ) -> None:
        """Lay two records side by side."""
        self._facts = (first, second)
        for head, text in zip(self._heads, heads, strict=True):
            head.setText(text)
        self.reason.set_text(reason)
        self._fill()

    def _fill(self) -> None:
        if self._facts is None:
            return
        one, other = self._facts
        for (name, caption), (first, second, words) in zip(_FIELDS, self._lines, strict=True):
            texts = _text(getattr(one, name)), _text(getattr(other, name))
            verdict = _verdict(name, *texts)
            for shown, text in zip((first, second), texts, strict=True):
                shown.set_text(self._privacy.shown(text) if text else "—")
                set_role(shown, "heading" if verdict == _DIFFERENT else "body")
                shown.setAccessibleName(f"{caption} {shown.text_shown()} {verdict}")
            words.set_text(verdict)
            set_role(words, "heading" if verdict == _DIFFERENT else "quiet")

    def verdicts(self) -> list[str]:
        """What stands beside each field."""
        return [words.text_shown() for _first, _second, words in self._lines]


def _text(value: object) -> str:
    if isinstance(value, date):
        return format_wareki(value)
    if value in {sex.value for sex in Sex}:
        return word_of(Sex(str(value)))
    return str(value or "")


def _verdict(name: str, one: str, other: str) -> str:
    if not one or not other:
        return _SAME if one == other else _UNKNOWN
    if name == "address":
        same = same_house(one, other)
    else:
        plain = fold_digits if name == "phone" else fold
        same = plain(one) == plain(other)
    return _SAME if same else _DIFFERENT
