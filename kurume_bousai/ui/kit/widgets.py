"""Small widgets with their words: labels, buttons, chips, cards; the one import for the screens."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, Literal, TypeVar

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QLabel,
    QLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from kurume_bousai.ui.kit.fields import DateEdit, SearchField, field
from kurume_bousai.ui.kit.figures import Bar, Countdown, Digits, NeedMark, NumberLabel, StateMark, state_row
from kurume_bousai.ui.kit.flow import FlowLayout, flow
from kurume_bousai.ui.kit.layouts import (
    Margins,
    Part,
    VScroll,
    add_part,
    fix,
    grid,
    hbox,
    holder,
    set_icon,
    tab_behind,
    vbox,
)
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.press_button import PressButton
from kurume_bousai.ui.kit.slots import Choice, Slot, sentence

__all__ = [
    "Bar",
    "ChipRow",
    "Choice",
    "Countdown",
    "DateEdit",
    "Digits",
    "FlowLayout",
    "NeedMark",
    "NumberLabel",
    "Para",
    "SearchField",
    "Slot",
    "StateMark",
    "VScroll",
    "add_part",
    "button",
    "card",
    "chip",
    "door",
    "field",
    "fix",
    "flow",
    "grid",
    "hbox",
    "holder",
    "icon_label",
    "label",
    "plate",
    "row_button",
    "rule",
    "sentence",
    "set_icon",
    "set_kind",
    "set_role",
    "state_row",
    "vbox",
]

Kind = Literal["plain", "main", "flat", "tool", "chip", "slot", "nav", "door", "row"]
_ICON_COLOURS = {"main": "on_accent", "flat": "accent", "slot": "accent", "door": "accent"}
_CHANGES_FILL = frozenset({QEvent.Type.FocusIn, QEvent.Type.FocusOut, QEvent.Type.EnabledChange})
_T = TypeVar("_T", bound=Hashable)


def label(text: str = "", role: str = "body", *, align: Qt.AlignmentFlag | None = None) -> QLabel:
    """One line of plain text; roles: body small quiet heading lead lead_bold title number big plate."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", role)
    if align is not None:
        made.setAlignment(align)
    return made


def plate(text: str) -> QLabel:
    """Mark on a solid ground, as high as its words (架空のデータ)."""
    made = label(text, "plate", align=Qt.AlignmentFlag.AlignCenter)
    made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return made


def icon_label(name: str, colour: str = "quiet", size: float = 18) -> QLabel:
    """Icon beside words; silent for a screen reader, the words say it."""
    made = QLabel()
    set_icon(made, name, colour, size)
    return made


def button(
    text: str,
    kind: Kind = "plain",
    icon: str = "",
    on_click: Callable[[], object] | None = None,
    *,
    name: str = "",
    checkable: bool = False,
) -> QPushButton:
    """Button with words, verb first; `icon` is an `mdi6` name, `name` a longer accessible name."""
    made = _ThemedButton(text) if kind in {"main", "chip", "tool"} else PressButton(text)
    made.setProperty("kind", kind)
    made.setAccessibleName(name or text)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    made.setCheckable(checkable)
    made.setAutoDefault(False)
    if icon:
        set_icon(made, icon, _ICON_COLOURS.get(kind, "text"))
    if on_click is not None:
        made.clicked.connect(lambda _checked=False: on_click())
    return made


class _ThemedButton(PressButton):
    """Button whose icon keeps its contrast when the fill changes."""

    def event(self, event: QEvent) -> bool:
        """Recolour the icon after focus, check or theme changed the fill (Qt)."""
        handled = super().event(event)
        if event.type() in _CHANGES_FILL:
            self._recolour()
        return handled

    def nextCheckState(self) -> None:
        """Recolour with the new state (Qt)."""
        super().nextCheckState()
        self._recolour()

    def _recolour(self) -> None:
        kept = self.property("kitIcon")
        if not kept:
            return
        filled = self.property("kind") == "main" or self.isChecked()
        ink = ("focus_accent_text" if self.hasFocus() else "on_accent") if filled else "text"
        if not self.isEnabled():
            ink = "quiet"  # the fill is as pale as that of any button that is off
        set_icon(self, str(kept[0]), ink, float(kept[2]))


def set_kind(target: QPushButton, kind: Kind) -> None:
    """Change the kind of a button after it has been shown."""
    target.setProperty("kind", kind)
    _restyle(target)


def set_role(target: QWidget, role: str) -> None:
    """Change the role of a label or frame after it has been shown."""
    target.setProperty("role", role)
    _restyle(target)


def _restyle(target: QWidget) -> None:
    target.style().unpolish(target)
    target.style().polish(target)
    target.update()


def chip(
    text: str, *, checked: bool = False, on_toggle: Callable[[bool], object] | None = None, name: str = ""
) -> QPushButton:
    """Round button that is on or off: a filter or one choice of a row."""
    made = button(text, "chip", name=name, checkable=True)
    made.setChecked(checked)
    if on_toggle is not None:
        made.toggled.connect(on_toggle)
    return made


class ChipRow(QWidget, Generic[_T]):
    """選ぶ札の列: one choice of a few, as chips; arrow keys move, Space chooses.

    `chosen(value)` is emitted when a person chooses, not when the program sets the value.
    """

    chosen = Signal(object)

    def __init__(
        self,
        choices: Sequence[tuple[_T, str]],
        current: _T | None = None,
        *,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._values: list[_T] = []
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self._on_clicked)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._flow: QWidget | None = None
        self.set_choices(choices, current)

    def set_choices(self, choices: Sequence[tuple[_T, str]], current: _T | None = None) -> None:
        """Replace all chips."""
        if self._flow is not None:
            for old in self._group.buttons():
                self._group.removeButton(old)
            self._layout.removeWidget(self._flow)
            self._flow.hide()  # at once: a chip may carry a name that has just been hidden
            self._flow.deleteLater()
        self._values = [value for value, _text in choices]
        chips = [chip(text) for _value, text in choices]
        for number, one in enumerate(chips):
            self._group.addButton(one, number)
        self._flow = flow(chips)
        self._layout.addWidget(self._flow)
        tab_behind(self, chips)
        self.set_value(current)

    def choices(self) -> tuple[_T, ...]:
        """Return what may be chosen."""
        return tuple(self._values)

    def value(self) -> _T | None:
        """Return the chosen value, None while nothing is chosen."""
        number = self._group.checkedId()
        return self._values[number] if number >= 0 else None

    def set_value(self, value: _T | None) -> None:
        """Choose a value without announcing it; None takes the choice back."""
        self._group.setExclusive(False)
        for number, one in enumerate(self._values):
            self._group.button(number).setChecked(value is not None and one == value)
        self._group.setExclusive(True)

    def _on_clicked(self, number: int) -> None:
        self.chosen.emit(self._values[number])


def card(
    *parts: Part,
    title: str = "",
    role: str = "card",
    margins: Margins = (2, 1.25, 2, 1.25),
    gap: float = 1,
    name: str = "",
) -> QFrame:
    """White card with a thin edge; parts below each other, an optional heading on top."""
    made = QFrame()
    made.setProperty("role", role)
    made.setAccessibleName(name or title)
    body: QLayout = vbox(*((label(title, "heading"),) if title else ()), *parts, margins=margins, gap=gap)
    made.setLayout(body)
    return made


def rule(*, upright: bool = False) -> QFrame:
    """Thin dividing line."""
    made = QFrame()
    made.setProperty("role", "rule_upright" if upright else "rule")
    return made


class _Inside(QWidget):
    """Content of a button that lets the mouse through."""

    def __init__(self, layout: QLayout, parent: QWidget) -> None:
        super().__init__(parent)
        self.setLayout(layout)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Leave the hover to the button (Qt)."""
        event.ignore()


def door(
    text: str, beneath: str, icon: str, on_click: Callable[[], object], *, low: bool = False
) -> QPushButton:
    """Large door of the first screen: icon, words, one line beneath; `low` for the compact layout."""
    made = button("", "door", on_click=on_click, name=text)
    made.setAccessibleDescription(beneath)
    made.setProperty("shape", "low" if low else "")
    words = vbox(None, label(text, "door"), *(() if low else (label(beneath, "small"),)), None, gap=0.5)
    row = hbox(icon_label(icon, "accent", 28 if low else 40), (words, 1), margins=(2, 0.5, 2, 0.5), gap=2)
    outer = hbox(_Inside(row, made))
    made.setLayout(outer)
    return made


def row_button(
    left: str, right: str, on_click: Callable[[], object], *, icon: str = "chevron-right"
) -> QPushButton:
    """One line that opens something: words at the left, their answer and a chevron at the right."""
    made = button("", "row", on_click=on_click, name=f"{left} {right}".strip())
    row = hbox(
        label(left, "heading"), None, label(right, "quiet"), icon_label(icon), margins=(1.5, 0, 1, 0), gap=0.5
    )
    made.setLayout(hbox(_Inside(row, made)))
    return made
