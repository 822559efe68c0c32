"""A window walked as somebody without a mouse walks it: with real keys, and what is wrong in whole words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QPushButton,
    QTabBar,
    QTextEdit,
    QWidget,
)

_CONTROLS = (
    QAbstractButton, QLineEdit, QComboBox, QAbstractSpinBox, QAbstractItemView, QPlainTextEdit, QTextEdit,
    QTabBar,
)  # fmt: skip
#: Qt's own parts: the corner of a table, the list behind a closed combo box, the line inside a number.
_PARTS = {"QTableCornerButton", "QComboBoxListView", "QComboBoxPrivateContainer", "QHeaderView"}
_MOST_KEYS = 400
#: px that two controls of one line may differ in height.
_SAME_LINE = 12


def controls(window: QWidget) -> list[QWidget]:
    """Everything one can press, choose or type into, that is on and to be seen."""
    return [
        one
        for one in window.findChildren(QWidget)
        if isinstance(one, _CONTROLS)
        and one.isVisibleTo(window)
        and one.isEnabledTo(window)
        and one.window() is window.window()
        and type(one).__name__ not in _PARTS
        and not isinstance(one, QHeaderView)
        and not isinstance(one.parent(), QAbstractSpinBox | QComboBox | QAbstractItemView | QLineEdit)
    ]


def spoken(widget: QWidget) -> str:
    """What a screen reader says the control is called; "" for a nameless one."""
    if name := widget.accessibleName().strip():
        return name
    for beside in widget.window().findChildren(QLabel):
        if beside.buddy() is widget:
            return beside.text().strip()
    # On Linux Qt calls a combo box by what is chosen in it, which says nothing of what is asked.
    interface = None if isinstance(widget, QComboBox) else QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name).strip() if interface is not None else ""


def words(widget: QWidget) -> str:
    """How a finding names a control."""
    return f"{type(widget).__name__}「{spoken(widget)}」"


def tab_chain(window: QWidget) -> list[QWidget]:
    """Every control that Tab reaches, in the order of the window, walked from where the keyboard is.

    Walked until the keyboard comes round; what it left for good (never to be reached again) stands last.
    """
    now = QApplication.focusWidget()
    if now is None or now.window() is not window.window():
        window.window().activateWindow()
        window.setFocus(Qt.FocusReason.TabFocusReason)
    reached: list[QWidget] = []
    for _key in range(_MOST_KEYS):
        focused = QApplication.focusWidget()
        if focused is None:
            return reached
        if focused in reached:
            round_at = reached.index(focused)
            return _from_the_top(window, reached[round_at:])
        reached.append(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    return reached


def _from_the_top(window: QWidget, cycle: list[QWidget]) -> list[QWidget]:
    """The round begun with what stands first in the window, however the walk began."""
    one = window.nextInFocusChain()
    while one is not None and one is not window:
        if one in cycle:
            place = cycle.index(one)
            return cycle[place:] + cycle[:place]
        one = one.nextInFocusChain()
    return cycle


def findings(window: QWidget) -> list[str]:
    """What keeps somebody without a mouse or without eyes from working in this window."""
    reached = tab_chain(window)
    return [
        *_unreached(window, reached),
        *_nameless(window),
        *_jumps(window, reached),
        *_defaults(window),
        *sideways(window),
    ]


def _unreached(window: QWidget, reached: list[QWidget]) -> Iterator[str]:
    got = {id(one) for one in reached}
    if not got:
        yield "nothing has the keyboard"
    if len(got) == 1 and len(controls(window)) > 1:
        yield f"a trap: {words(reached[0])} keeps its Tab"
    for one in reached:
        parent = one.parent()
        got.add(id(one.focusProxy() or one))
        if isinstance(parent, QAbstractSpinBox | QComboBox):
            got.add(id(parent))
    for one in controls(window):
        if id(one) in got or (isinstance(one, QAbstractButton) and _sister_reached(one, got)):
            continue
        yield f"Tab never reaches {words(one)}"


def _sister_reached(one: QAbstractButton, got: set[int]) -> bool:
    """One of a group of which one is chosen: the arrow keys go on from the chosen one."""
    group = one.group()
    if group is not None and group.exclusive():
        return any(id(sister) in got for sister in group.buttons())
    if one.autoExclusive():
        parent = one.parentWidget()
        return parent is not None and any(id(sister) in got for sister in parent.findChildren(type(one)))
    return False


def _nameless(window: QWidget) -> Iterator[str]:
    for one in controls(window):
        if not spoken(one):
            yield f"no name for a screen reader: {type(one).__name__} in {type(one.parent()).__name__}"


def _jumps(window: QWidget, reached: list[QWidget]) -> Iterator[str]:
    """The order of reading: Tab never goes up again, unless into another column."""
    inside = [one for one in reached if window.isAncestorOf(one)]
    frames = [_frame(window, one) for one in inside]
    places = [_place(window, one) for one in inside]
    if not places:
        return
    for at, (before, after) in enumerate(pairwise(places)):
        one, other = inside[at], inside[at + 1]
        if frames[at] is not frames[at + 1]:
            continue  # what scrolls may be longer than what stands below it
        if after.bottom() < before.top() + _SAME_LINE and after.left() < before.right():
            yield f"Tab goes up from {words(one)} to {words(other)}"


def _frame(window: QWidget, one: QWidget) -> QWidget:
    """The frame that scrolls a control, else the window."""
    walked: QWidget | None = one.parentWidget()
    while walked is not None and walked is not window:
        if isinstance(walked, QAbstractScrollArea):
            return walked
        walked = walked.parentWidget()
    return window


def _place(window: QWidget, one: QWidget) -> QRect:
    """Where a control stands in its window as if nothing were scrolled."""
    at, walked = QPoint(0, 0), one
    while walked is not window:
        parent = walked.parentWidget()
        if parent is None:
            break
        frame = parent.parentWidget()
        if not (isinstance(frame, QAbstractScrollArea) and frame.viewport() is parent):
            at += walked.pos()
        walked = parent
    return QRect(at, one.size())


def _defaults(window: QWidget) -> Iterator[str]:
    """At most one button answers Enter, and none that destroys or sends."""
    if not isinstance(window, QDialog):
        return
    pressed = [one for one in window.findChildren(QPushButton) if one.isDefault() and one.isVisibleTo(window)]
    if len(pressed) > 1:
        yield f"{len(pressed)} default buttons"
    for one in pressed:
        if any(word in spoken(one) for word in _DANGEROUS):
            yield f"Enter presses {words(one)}"
    for one in window.findChildren(QPushButton):
        if one.autoDefault() and one.isVisibleTo(window):
            yield f"auto default: {words(one)}"


#: Words of buttons that destroy, send, or write what others will believe.
_DANGEROUS = (
    "消す", "削除", "外す", "捨て", "印刷に進む", "印刷する", "確定", "始める", "終える", "取り消す",
    "つくり直", "まとめる", "紛失", "廃棄", "回収", "匿名", "書き込む", "暗号化",
)  # fmt: skip


def sideways(window: QWidget) -> Iterator[str]:
    """What scrolls sideways, or would if it might."""
    for one in window.findChildren(QAbstractScrollArea):
        if not one.isVisibleTo(window) or isinstance(one, QHeaderView) or one.window() is not window.window():
            continue
        bar = one.horizontalScrollBar()
        if bar.maximum() > bar.minimum():
            yield f"{words(one)} scrolls sideways by {bar.maximum() - bar.minimum()}"


class Keys:
    """手: what somebody without a mouse does; every key goes to what has the keyboard."""

    def __init__(self, settle: Callable[[], None]) -> None:
        self._settle = settle

    @property
    def at(self) -> QWidget:
        """What has the keyboard."""
        found = QApplication.activePopupWidget() or QApplication.focusWidget()
        over = QApplication.activeModalWidget()
        if found is None or (over is not None and found.window() not in {over, found}):
            self._activate()
            found = QApplication.focusWidget()
        assert found is not None, "nothing has the keyboard"
        return found

    def press(self, *keys: Qt.Key, with_ctrl: bool = False) -> None:
        """Press keys one after the other, waiting for what they begin."""
        held = Qt.KeyboardModifier.ControlModifier if with_ctrl else Qt.KeyboardModifier.NoModifier
        for key in keys:
            QTest.keyClick(self.at, key, held)
            self._settle()

    def type(self, text: str) -> None:
        """Type into what has the keyboard, as an input method does."""
        composed = QInputMethodEvent()
        composed.setCommitString(text)
        QApplication.sendEvent(self.at, composed)

    def tab_to(self, name: str) -> QWidget:
        """Press Tab until a control of that name has the keyboard."""
        return self.tab_until(lambda one: name in (spoken(one) or spoken(one.parentWidget() or one)), name)

    def tab_until(self, is_there: Callable[[QWidget], bool], name: str) -> QWidget:
        """Press Tab until the keyboard is where it is wanted."""
        passed: list[str] = []
        for _key in range(_MOST_KEYS):
            here = self.at
            if is_there(here):
                return here
            passed.append(words(here))
            QTest.keyClick(here, Qt.Key.Key_Tab)
            if self.at is here:
                break
        raise AssertionError(f"Tab never came to 「{name}」: {passed[:60]}")

    def _activate(self) -> None:
        """Where no window system does it: the window that was below comes to the front again."""
        below = QApplication.activeModalWidget()
        if below is None:
            below = next(
                one
                for one in QApplication.topLevelWidgets()
                if isinstance(one, QMainWindow) and one.isVisible()
            )
        below.activateWindow()
        self._settle()

    def fill(self, name: str, text: str) -> None:
        """Go to a field by Tab and type into it in place of what stands there."""
        self.tab_to(name)
        QTest.keyClick(self.at, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        self.type(text)

    def do(self, name: str) -> None:
        """Go to a button by Tab and press it with Enter."""
        self.tab_to(name)
        self.press(Qt.Key.Key_Return)
