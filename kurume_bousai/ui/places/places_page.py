"""地図データ: the map of the city, and beside it what it stands on."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from PySide6.QtWidgets import QButtonGroup, QWidget

from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.kit.stack import Stack
from kurume_bousai.ui.kit.widgets import VScroll, button, chip, hbox, holder
from kurume_bousai.ui.maps.map_desk import MapDesk
from kurume_bousai.ui.page import Page
from kurume_bousai.ui.places.places_cards import PlacesCards


class PlacesView(StrEnum):
    """見かた: the two views of the page."""

    MAP = "map"
    CARDS = "cards"


_QUESTIONS: Final = {
    PlacesView.MAP: "久留米の地図",
    PlacesView.CARDS: "地図には、何が入っていますか",
}
_VIEWS: Final = (
    (PlacesView.MAP, "地図を見る"),
    (PlacesView.CARDS, "データを入れる・確かめる"),
)


class PlacesPage(Page):
    """地図データ. Chips beside the title choose the view; the map comes first."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(_QUESTIONS[PlacesView.MAP], parent)
        self.desk = MapDesk(desktop)
        self.cards = PlacesCards(desktop)
        self._may_add = not self.cards.add_button.isHidden()
        self.view = PlacesView.MAP
        self._chips = QButtonGroup(self)
        for number, (_view, words) in enumerate(_VIEWS):
            self._chips.addButton(chip(words), number)
        self._chips.idClicked.connect(lambda number: self.show_view(_VIEWS[number][0]))
        self.add_action_button(holder(hbox(*self._chips.buttons(), gap=0.75)))
        self.print_button = button("地図を印刷する", "main", "printer-outline", self.desk.print_map)
        self.add_action_button(self.print_button)
        self.add_action_button(self.cards.add_button)
        self._stack = Stack()
        self._stack.addWidget(self.desk)
        self._stack.addWidget(VScroll(self.cards))
        # The map fills what there is: a scrolling body would let it grow with its panel.
        self._outer.addWidget(self._stack, 1)
        self._arrange()

    def show_view(self, view: PlacesView) -> None:
        """Show one of the two views and fill it."""
        if view is not self.view:
            self.left()
        self.view = view
        self._arrange()
        if self.isVisible():
            self.entered()

    def entered(self) -> None:
        """Fill the view when it is shown."""
        if self.view is PlacesView.MAP:
            self.desk.entered()
        else:
            self.cards.reload()

    def left(self) -> None:
        """Put the tools of the map away."""
        self.desk.left()

    def first_focus(self) -> QWidget | None:
        """What gets the keyboard when the screen opens."""
        return self.desk.first_focus() if self.view is PlacesView.MAP else self.cards.first_focus()

    def focus_search(self) -> bool:
        """Ctrl+F: the field that finds a place."""
        if self.view is PlacesView.CARDS:
            self.show_view(PlacesView.MAP)
        return self.desk.focus_search()

    def district_changed(self, district_id: str) -> None:
        """Another 校区 in the header."""
        self.desk.district_changed(district_id)

    def layout_changed(self, *, is_compact: bool) -> None:
        """Rearrange for the compact layout or back."""
        self.desk.set_compact(compact=is_compact)
        self.print_button.setText("印刷する" if is_compact else "地図を印刷する")

    def _arrange(self) -> None:
        view = self.view
        self.set_question(_QUESTIONS[view])
        self._chips.button([one for one, _ in _VIEWS].index(view)).setChecked(True)
        self._stack.setCurrentIndex(0 if view is PlacesView.MAP else 1)
        self.print_button.setVisible(view is PlacesView.MAP)
        self.cards.add_button.setVisible(self._may_add and view is PlacesView.CARDS)
