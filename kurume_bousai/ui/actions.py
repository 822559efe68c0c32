"""Every action is declared once; menus, shortcuts and the printed shortcut list derive from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QWidget

from kurume_bousai.ui.kit.icons import icon

EVERYWHERE: Final = ""
KEY_NAMES: Final = {
    "Return": "Enter",
    "PgUp": "PageUp",
    "PgDown": "PageDown",
    "Del": "Delete",
    "Space": "スペース",
}


def _always() -> bool:
    return True


@lru_cache(maxsize=512)
def _keys_of(shortcut: str) -> tuple[str, ...]:
    """Each key in Qt's spelling, "" for one that Qt cannot read; every new action is held against all."""
    portable = QKeySequence.SequenceFormat.PortableText
    return tuple(
        QKeySequence.fromString(written, portable).toString(portable) for written in shortcut.split()
    )


@dataclass(frozen=True, slots=True)
class Action:
    """操作: its words (verb first), keys, icon, group, what it does and when it may be done.

    `shortcut` in Qt's portable spelling ("Ctrl+F"), several separated by a blank, empty for none.
    `scope` is the id of the screen it belongs to; `EVERYWHERE` for all.
    """

    id: str
    text: str
    shortcut: str = ""
    icon: str = ""
    group: str = "そのほか"
    handler: Callable[[], object] | None = field(default=None, repr=False)
    when: Callable[[], bool] = field(default=_always, repr=False)
    scope: str = EVERYWHERE

    def key_list(self) -> tuple[str, ...]:
        """Keys in Qt's portable spelling; ValueError for one that Qt cannot read."""
        found = _keys_of(self.shortcut)
        for written, text in zip(self.shortcut.split(), found, strict=True):
            if not text:
                raise ValueError(f"unreadable shortcut {written!r} of action {self.id}")
        return found


class ShortcutRow(NamedTuple):
    """一覧の1行: where, what, which keys (as printed)."""

    group: str
    text: str
    keys: str
    action_id: str


class ActionRegistry(QObject):
    """操作の台帳: the one place where actions are declared.

    `changed` is emitted when actions were added or removed; `triggered(id)` after each one done.
    """

    changed = Signal()
    triggered = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._actions: dict[str, Action] = {}
        self._notes: list[ShortcutRow] = []
        self._hosts: dict[str, QWidget] = {}
        self._shortcuts: dict[str, list[QShortcut]] = {}

    def add(self, *actions: Action) -> None:
        """Declare actions; ValueError for a second one with the same id or the same key in reach."""
        for action in actions:
            if action.id in self._actions:
                raise ValueError(f"action {action.id} is declared twice")
            self._refuse_duplicates(action)
            self._actions[action.id] = action
            if action.scope in self._hosts:
                self._install(action, self._hosts[action.scope])
        self.changed.emit()

    def remove(self, *ids: str) -> None:
        """Take actions back (a session that ends)."""
        for action_id in ids:
            self._actions.pop(action_id, None)
            for shortcut in self._shortcuts.pop(action_id, []):
                shortcut.setEnabled(False)
                shortcut.deleteLater()
        self.changed.emit()

    def note(self, group: str, text: str, keys: str) -> None:
        """Add a line to the list for keys that a widget handles itself (arrows, Enter, Esc)."""
        self._notes.append(ShortcutRow(group, text, keys, ""))

    def host(self, widget: QWidget, scope: str = EVERYWHERE) -> None:
        """Name the widget that carries the shortcuts of a scope: the window, or one screen."""
        self._hosts[scope] = widget
        for action in self._actions.values():
            if action.scope == scope:
                self._install(action, widget)

    def get(self, action_id: str) -> Action:
        """Return an action; KeyError for an unknown id."""
        return self._actions[action_id]

    def all(self) -> tuple[Action, ...]:
        """All actions in the order of declaration."""
        return tuple(self._actions.values())

    def is_possible(self, action_id: str) -> bool:
        """Whether it may be done now."""
        action = self._actions[action_id]
        return action.handler is not None and action.when()

    def trigger(self, action_id: str) -> bool:
        """Do it when it may be done now; says whether it was."""
        if not self.is_possible(action_id):
            return False
        handler = self._actions[action_id].handler
        if handler is not None:
            handler()
        self.triggered.emit(action_id)
        return True

    def menu(self, group: str, parent: QWidget) -> QMenu:
        """Menu of a group; what cannot be done now is grey when it opens."""
        made = QMenu(group, parent)
        entries = [
            (action, made.addAction(action.text))
            for action in self._actions.values()
            if action.group == group
        ]
        for action, entry in entries:
            self._fill(entry, action)

        def refresh() -> None:
            for action, entry in entries:
                entry.setEnabled(self.is_possible(action.id))

        made.aboutToShow.connect(refresh)
        return made

    def shortcut_rows(self) -> tuple[ShortcutRow, ...]:
        """Every action and every noted key, by group, in the order of declaration."""
        rows = [
            ShortcutRow(action.group, action.text, printed_keys(action.key_list()), action.id)
            for action in self._actions.values()
        ]
        rows += self._notes
        order = list(dict.fromkeys(row.group for row in rows))
        return tuple(sorted(rows, key=lambda row: order.index(row.group)))

    def shortcut_text(self) -> str:
        """List as plain text, one action a line."""
        lines: list[str] = []
        group = None
        for row in self.shortcut_rows():
            if row.group != group:
                group = row.group
                lines.append(f"■{group}")
            lines.append(f"  {row.text}\t{row.keys or 'F1の一覧から'}")
        return "\n".join(lines)

    def shortcut_html(self, title: str = "操作とキーの一覧") -> str:
        """List as one page to print."""
        body: list[str] = []
        group = None
        for row in self.shortcut_rows():
            if row.group != group:
                group = row.group
                body.append(f'<tr><th colspan="2" align="left">{escape(group)}</th></tr>')
            body.append(f"<tr><td>{escape(row.text)}</td><td>{escape(row.keys or 'F1の一覧から')}</td></tr>")
        return (
            f'<html lang="ja"><head><meta charset="utf-8"><title>{escape(title)}</title></head>'
            f'<body><h1>{escape(title)}</h1><table cellpadding="4">{"".join(body)}</table></body></html>'
        )

    def _refuse_duplicates(self, action: Action) -> None:
        own = set(action.key_list())
        for other in self._actions.values():
            reachable = EVERYWHERE in {action.scope, other.scope} or action.scope == other.scope
            shared = own & set(other.key_list())
            if reachable and shared:
                raise ValueError(f"{sorted(shared)} is the key of both {other.id} and {action.id}")

    def _install(self, action: Action, widget: QWidget) -> None:
        context = (
            Qt.ShortcutContext.WindowShortcut
            if action.scope == EVERYWHERE
            else Qt.ShortcutContext.WidgetWithChildrenShortcut
        )
        for key in action.key_list():
            shortcut = QShortcut(QKeySequence(key), widget)
            shortcut.setContext(context)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(lambda action_id=action.id: self.trigger(action_id))
            self._shortcuts.setdefault(action.id, []).append(shortcut)

    def _fill(self, entry: QAction, action: Action) -> None:
        if action.icon:
            entry.setIcon(icon(action.icon))
        if keys := action.key_list():
            # Only shown: the QShortcut above does the work, two owners of a key would be ambiguous.
            entry.setText(f"{action.text}\t{printed_keys(keys)}")
        entry.triggered.connect(lambda _checked=False, action_id=action.id: self.trigger(action_id))


def printed_keys(keys: tuple[str, ...]) -> str:
    """Keys as printed on the page and on the keyboard."""
    printed = []
    for key in keys:
        parts = [KEY_NAMES.get(part, part) for part in key.split("+")]
        printed.append("+".join(parts))
    return "、".join(printed)
