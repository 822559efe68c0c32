"""A screen that holds the cards of 地図データ alone, without the map beside them."""

from __future__ import annotations

from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.page import Page
from kurume_bousai.ui.places.places_cards import PlacesCards


class CardsPage(Page):
    """「データを入れる・確かめる」 as the real screen hosts it."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__("地図には、何が入っていますか")
        self.cards = PlacesCards(desktop)
        if not self.cards.add_button.isHidden():
            self.set_main_action(self.cards.add_button)
        self.set_body(self.cards)

    def entered(self) -> None:
        self.cards.reload()
