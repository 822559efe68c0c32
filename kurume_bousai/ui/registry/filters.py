"""しぼりこみ: six filters with their counts and ほか…; one button しぼる in the compact layout."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QPushButton, QVBoxLayout, QWidget

from kurume_bousai.labels import label as word_of
from kurume_bousai.services.ports.members import MemberFilter
from kurume_bousai.ui.kit.widgets import button, chip, fix, flow

SHOWN: Final = (
    MemberFilter.ALL,
    MemberFilter.NO_SUPPORTER,
    MemberFilter.NO_PLAN,
    MemberFilter.NO_CONSENT,
    MemberFilter.NEEDS_POWER,
    MemberFilter.DEEP_FLOOD,
)
#: Under ほか…; PROTECTED only where the counts tell of it (RULEBOOK §1).
OTHERS: Final = tuple(kind for kind in MemberFilter if kind not in SHOWN)
#: Letters of a name that the one button of the compact layout has room for.
_NARROW_LETTERS: Final = 12
_NARROW: Final = "自治会・民生委員でしぼる…"
_SHORT: Final = {
    MemberFilter.NO_SUPPORTER: "支援者なし",
    MemberFilter.NO_PLAN: "計画なし",
    MemberFilter.NO_CONSENT: "同意なし",
    MemberFilter.NEEDS_POWER: "電源が要る",
}


def filter_words(kind: MemberFilter) -> str:
    """Short words of a filter."""
    return _SHORT.get(kind, word_of(kind))


class FilterBar(QWidget):
    """しぼりこみの札. ``chosen(MemberFilter)`` when a person chooses one.

    ``narrow_wanted()`` to narrow by 自治会 or 民生委員, ``narrow_dropped()`` to take that off.
    """

    chosen = Signal(object)
    narrow_wanted = Signal()
    narrow_dropped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value = MemberFilter.ALL
        self._counts: Mapping[MemberFilter, int] = {}
        self._chips: dict[MemberFilter, QPushButton] = {}
        for kind in SHOWN:
            made = chip(filter_words(kind), name=filter_words(kind))
            made.clicked.connect(lambda _checked=False, kind=kind: self._choose(kind))
            self._chips[kind] = made
        self._more = chip("ほか…", name="ほかのしぼりこみ")
        self._more.clicked.connect(lambda _checked=False: self._open_menu(self._more, OTHERS))
        self._narrowing = ""
        self._narrow = button("", "tool", "close", self.narrow_dropped.emit)
        self._narrow.hide()
        self._one = button("", "plain", "filter-outline", name="しぼる")
        self._one.clicked.connect(lambda _checked=False: self._open_menu(self._one, tuple(MemberFilter)))
        self._row = flow([*self._chips.values(), self._more, self._narrow])
        self._menu = QMenu(self)
        self._menu.setAccessibleName("しぼりこみの一覧")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._row)
        # Else the height of all lines at the smallest width would be asked of every parent.
        fix(self, min_height=40)
        self.setAccessibleName("しぼりこみ")
        self.refresh()

    @property
    def compact_button(self) -> QPushButton:
        """しぼる: stands beside the search field in the compact layout."""
        return self._one

    def value(self) -> MemberFilter:
        """The filter in force."""
        return self._value

    def set_counts(self, counts: Mapping[MemberFilter, int]) -> None:
        """Show how many people each filter leaves."""
        self._counts = counts
        self.refresh()

    def set_value(self, kind: MemberFilter) -> None:
        """Put a filter in force without announcing it."""
        self._value = kind
        self.refresh()

    def set_narrowing(self, words: str) -> None:
        """Say by which 自治会 or 民生委員 the list is narrowed; empty = by none."""
        self._narrowing = words
        self._narrow.setText(words)
        self._narrow.setAccessibleName(f"{words} のしぼりこみをはずす")
        self._narrow.setVisible(bool(words))
        self.refresh()

    def choices(self, kinds: tuple[MemberFilter, ...] = OTHERS) -> list[MemberFilter]:
        """Those of ``kinds`` that exist for this operator."""
        return [kind for kind in kinds if kind is not MemberFilter.PROTECTED or kind in self._counts]

    def refresh(self) -> None:
        """Write words and counts anew."""
        for kind, made in self._chips.items():
            words = self._counted(kind) if kind is not MemberFilter.ALL else filter_words(kind)
            made.setText(words)
            made.setAccessibleName(words)
            made.setChecked(kind is self._value)
        is_other = self._value in OTHERS
        self._more.setText(self._counted(self._value) if is_other else "ほか…")
        self._more.setChecked(is_other)
        narrowed = f"・{self._narrowing[:_NARROW_LETTERS]}" if self._narrowing else ""
        self._one.setText(f"しぼる: {filter_words(self._value)}{narrowed}")
        self._one.setAccessibleName(f"しぼる: {self._counted(self._value)}")
        layout = self._row.layout()
        if layout is not None:
            layout.invalidate()
        self._row.updateGeometry()

    def _counted(self, kind: MemberFilter) -> str:
        count = self._counts.get(kind)
        return filter_words(kind) if count is None else f"{filter_words(kind)} {count:,}"

    def _choose(self, kind: MemberFilter) -> None:
        # Pressing the filter in force again takes it off.
        self._value = MemberFilter.ALL if kind is self._value else kind
        self.refresh()
        self.chosen.emit(self._value)

    def _open_menu(self, below: QPushButton, kinds: tuple[MemberFilter, ...]) -> None:
        self._menu.clear()
        for kind in self.choices(kinds):
            action = self._menu.addAction(self._counted(kind))
            action.setCheckable(True)
            action.setChecked(kind is self._value)
            action.triggered.connect(lambda _checked=False, kind=kind: self._choose_from_menu(kind))
        self._menu.addSeparator()
        self._menu.addAction(_NARROW).triggered.connect(lambda _checked=False: self.narrow_wanted.emit())
        if self._narrowing:
            drop = self._menu.addAction(f"{self._narrowing} のしぼりこみをはずす")
            drop.triggered.connect(lambda _checked=False: self.narrow_dropped.emit())
        self.refresh()
        self._menu.popup(below.mapToGlobal(below.rect().bottomLeft()))

    def _choose_from_menu(self, kind: MemberFilter) -> None:
        self._value = kind
        self.refresh()
        self.chosen.emit(kind)
