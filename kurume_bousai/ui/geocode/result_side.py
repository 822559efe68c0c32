"""いっせいに決めた結果: what would be written, then what was, in counts that add up."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from kurume_bousai.services.places.geocoding_batch import BatchResult
from kurume_bousai.ui.columns import Columns
from kurume_bousai.ui.geocode.words import (
    batch_facts,
    batch_levels,
    batch_notes,
    batch_reasons,
    batch_sentence,
)
from kurume_bousai.ui.kit.layouts import vbox
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import card
from kurume_bousai.ui.registry.fold_card import FactList


class ResultSide(QWidget):
    """いっせいに決めた結果."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = Para("", "lead", line=1.35)
        self.facts = FactList(caption=128)
        self.levels = FactList(caption=176)
        self.reasons = FactList()
        self.notes = Para("", line=1.5)
        cards = Columns(
            [
                card(self.facts, None, title="全員の内訳", gap=0.5),
                card(self.levels, None, title="見つかった細かさ", gap=0.5),
                card(self.reasons, None, title="位置を決めないわけ", gap=0.5),
            ],
            most=3,
            column=300,
        )
        self.setLayout(vbox(self.sentence, cards, self.notes, gap=1.25))

    def show_result(self, result: BatchResult) -> None:
        """Fill in a preview or what was written."""
        self.sentence.set_text(batch_sentence(result))
        self.facts.set_facts(batch_facts(result))
        self.levels.set_facts(batch_levels(result))
        self.reasons.set_facts(batch_reasons(result) or [("0人", "全員が見つかりました。")])
        self.notes.set_text("\n".join(batch_notes(result)))
