"""いまの位置: how the homes stand, which dictionary is loaded, and how the batch is to decide."""

from __future__ import annotations

from PySide6.QtWidgets import QRadioButton, QWidget

from kurume_bousai.services.places.geocoding_batch import BatchOptions
from kurume_bousai.services.places.home_placing import PlacingState
from kurume_bousai.ui.columns import Columns
from kurume_bousai.ui.geocode.words import (
    CHOICES,
    hazard_words,
    method_facts,
    source_lines,
    standing_facts,
    state_sentence,
)
from kurume_bousai.ui.kit.layouts import vbox
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import card
from kurume_bousai.ui.registry.fold_card import FactList


class StateSide(QWidget):
    """いまの位置と、いっせいに決めるときの決め方."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = Para("読んでいます。", "lead", line=1.35)
        self.standings = FactList(caption=128)
        self.methods = FactList(caption=128)
        self.sources = Para("", line=1.35)
        self.hazards = Para("", "quiet", line=1.35)
        self.choices: list[tuple[BatchOptions, QRadioButton]] = []
        rows: list[QWidget] = []
        for options, choice, meaning in CHOICES:
            made = QRadioButton(choice)
            made.setAccessibleDescription(meaning)
            self.choices.append((options, made))
            rows += [made, Para(meaning, "small", line=1.35)]
        self.choices[0][1].setChecked(True)
        facts = Columns(
            [
                card(self.standings, None, title="家の位置", gap=0.5),
                card(self.methods, None, title="校区の決め方", gap=0.5),
                card(self.sources, self.hazards, None, title="住所辞書", gap=0.5),
            ],
            most=3,
            column=300,
        )
        ways = card(*rows, title="いっせいに決めるときの決め方", gap=0.25)
        self.setLayout(vbox(self.sentence, facts, ways, gap=1.25))

    def options(self) -> BatchOptions:
        """How the batch is to decide."""
        return next(options for options, made in self.choices if made.isChecked())

    def show_state(self, state: PlacingState) -> None:
        """Fill in how it stands now."""
        self.sentence.set_text(state_sentence(state))
        self.standings.set_facts(standing_facts(state))
        self.methods.set_facts(method_facts(state))
        self.sources.set_text(source_lines(state.sources))
        self.hazards.set_text(hazard_words(state))
