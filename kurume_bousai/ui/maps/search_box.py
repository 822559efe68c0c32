"""場所をさがす: one field over 校区, 自治会, sites and addresses; no people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from kurume_bousai.domain.changes import Topic
from kurume_bousai.domain.map_places import MapPlace
from kurume_bousai.labels import label as word_of
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.kit.widgets import Para, SearchField, button, hbox, holder, vbox
from kurume_bousai.ui.maps.rows_list import Row, RowsList

_NAMES: Final = frozenset({Topic.DISTRICTS, Topic.SHELTERS, Topic.MEMBERS, Topic.IMPORTS, Topic.GAZETTEER})
_NOTHING: Final = (
    "見つかりません。校区・自治会・避難所の名前か、住所を入れてください。人の名前ではさがせません。"
)
_MOST_HIGH, _LEAST_HIGH = 320, 84


class SearchBox(QWidget):
    """場所をさがす欄. ``found(MapPlace)`` when one is taken, ``left()`` when the ring is to go."""

    found = Signal(object)
    left = Signal()

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desktop = desktop
        self._places: Sequence[MapPlace] = ()
        self.field = SearchField("校区・自治会・避難所・住所　Ctrl+F", name="場所をさがす")
        self.results = RowsList("見つかった場所")
        self.words = Para("", "small", line=1.35)
        self._clear = button("消す", "flat", "close", self.clear, name="さがした場所を消す")
        self._said = holder(hbox((self.words, 1), self._clear, gap=0.5))
        self.field.leads_to(self.results)
        self.results.keep_low(_MOST_HIGH, _LEAST_HIGH)
        self.setLayout(vbox(self.field, self.results, self._said, gap=0.5))
        self.results.hide()
        self._said.hide()
        self.field.searched.connect(self.search)
        self.field.returnPressed.connect(self._take_first)
        self.results.taken.connect(self._take)
        self.results.installEventFilter(self)
        desktop.changes.follow(_NAMES, self._forget)

    def search(self, text: str) -> None:
        """Look for a text; an older question that is still under way is dropped."""
        if not text:
            self._show(())
            return
        search = self._desktop.services.map_search
        self._desktop.runner.read(lambda: search.find(text), self._show, key="map-search")

    def say(self, title: str, words: str) -> None:
        """Say something about a place that was pressed on the map."""
        self.words.set_text(f"{title}\n{words}")
        self._said.show()
        self._clear.show()

    def clear(self) -> None:
        """Take answers, words and ring away."""
        self.field.clear()
        self._show(())
        self._said.hide()
        self.left.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc leads from the answers back into the field (Qt)."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            back = event.key() == Qt.Key.Key_Escape
            above = event.key() == Qt.Key.Key_Up and self.results.currentIndex().row() == 0
            if back or above:
                self.field.setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return super().eventFilter(watched, event)

    def _show(self, places: Sequence[MapPlace]) -> None:
        self._places = places
        rows = [_row(place, number) for number, place in enumerate(places)]
        self.results.set_current("")
        self.results.set_rows(rows)
        self.results.setVisible(bool(rows))
        typed = self.field.text().strip()
        self._said.setVisible(bool(typed) and not rows)
        self._clear.hide()
        if typed and not rows:
            self.words.set_text(_NOTHING)

    def _take_first(self) -> None:
        if self._places and self.results.isVisible():
            self._take("0")

    def _take(self, key: str) -> None:
        place = self._places[int(key)]
        self._show(())
        self.say(place.title, word_of(place.exactness))
        self.found.emit(place)

    def _forget(self) -> None:
        self._desktop.services.map_search.forget()


def _row(place: MapPlace, number: int) -> Row:
    beneath = f"{word_of(place.kind)}　{place.beside}" if place.beside else word_of(place.kind)
    return Row(str(number), place.title, beneath)
