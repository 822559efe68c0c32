"""Names shown or hidden: the room is watching (UI.md principle 8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QObject, QRect, Signal
from PySide6.QtGui import QGuiApplication, QScreen

HIDDEN_TEXT: Final = "かくしています"


class Watch(StrEnum):
    """画面の見られ方."""

    SINGLE = "single"  # one screen: it may be the projector, or mirrored by the system
    MIRRORED = "mirrored"  # several screens show the same
    EXTENDED = "extended"  # the projector shows something else

    @property
    def is_watched(self) -> bool:
        """Whether names on this window may be seen by the room."""
        return self is not Watch.EXTENDED


_NOTICES: Final = {
    Watch.SINGLE: "画面は1つです。"
    "プロジェクターに同じ画面が映っているかもしれないので、名前をかくして始めます。",
    Watch.MIRRORED: "プロジェクターに同じ画面が映っています。名前をかくして始めます。"
    "画面の設定を「拡張」にすると、投影だけを別の画面に出せます。",
    Watch.EXTENDED: "",
}


@dataclass(frozen=True, slots=True)
class ScreenFacts:
    """画面ひとつの位置と大きさ, in px of the desktop."""

    left: int
    top: int
    width: int
    height: int


def watch_of(screens: Sequence[ScreenFacts]) -> Watch:
    """How far the room can see this window. Screens that overlap show the same picture."""
    if len(screens) < 2:
        return Watch.SINGLE
    boxes = [QRect(one.left, one.top, one.width, one.height) for one in screens]
    pairs = ((a, b) for number, a in enumerate(boxes) for b in boxes[number + 1 :])
    return Watch.MIRRORED if any(a.intersects(b) for a, b in pairs) else Watch.EXTENDED


def notice_of(watch: Watch) -> str:
    """Sentence for the message bar; empty when there is nothing to say."""
    return _NOTICES[watch]


def current_watch() -> Watch:
    """Watch of the screens connected now."""
    facts = []
    for screen in QGuiApplication.screens():
        box = screen.geometry()
        facts.append(ScreenFacts(box.x(), box.y(), box.width(), box.height()))
    return watch_of(facts)


class Privacy(QObject):
    """名前の表示: hidden or shown, for the whole program.

    In hold mode (sessions) names start hidden and show only between `press` and `release`.
    `changed(hidden)` after every change; `mode_changed(hold_only)`; `watch_changed(Watch)` when
    screens come or go; names are hidden first.
    """

    changed = Signal(bool)
    mode_changed = Signal(bool)
    watch_changed = Signal(object)

    def __init__(self, *, hidden: bool = False, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hidden = hidden
        self._hold_only = False
        self._watch = current_watch()
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.screenAdded.connect(self._on_screen_added)
            application.screenRemoved.connect(self._on_screens_changed)
            for screen in QGuiApplication.screens():
                screen.geometryChanged.connect(self._on_screens_changed)

    @property
    def hidden(self) -> bool:
        """Whether names are hidden now."""
        return self._hidden

    @property
    def hold_only(self) -> bool:
        """Whether names show only while pressed and held."""
        return self._hold_only

    @property
    def watch(self) -> Watch:
        """How far the room can see this window."""
        return self._watch

    def hide(self) -> None:
        """Hide all names at once; safe to press twice in a hurry."""
        self._set_hidden(hidden=True)

    def show(self) -> None:
        """Show names; does nothing in hold mode."""
        if not self._hold_only:
            self._set_hidden(hidden=False)

    def toggle(self) -> None:
        """Show or hide; in hold mode only hide."""
        if self._hidden:
            self.show()
        else:
            self.hide()

    def set_hold_only(self, *, hold_only: bool) -> None:
        """Enter or leave hold mode; entering hides, leaving keeps names hidden until asked for."""
        if hold_only == self._hold_only:
            return
        self._hold_only = hold_only
        self._set_hidden(hidden=True)
        self.mode_changed.emit(hold_only)

    def press(self) -> None:
        """Show names while the button is held."""
        if self._hold_only:
            self._set_hidden(hidden=False)

    def release(self) -> None:
        """Hide names again after the button was held."""
        if self._hold_only:
            self._set_hidden(hidden=True)

    def shown(self, text: str) -> str:
        """Return `text`, or the words that stand for it while names are hidden."""
        return HIDDEN_TEXT if self._hidden and text else text

    def _set_hidden(self, *, hidden: bool) -> None:
        if hidden != self._hidden:
            self._hidden = hidden
            self.changed.emit(hidden)

    def _on_screen_added(self, screen: QScreen) -> None:
        screen.geometryChanged.connect(self._on_screens_changed)
        self._on_screens_changed()

    def _on_screens_changed(self) -> None:
        watch = current_watch()
        if watch is self._watch:
            return
        self._watch = watch
        if watch.is_watched:
            self.hide()
        self.watch_changed.emit(watch)
