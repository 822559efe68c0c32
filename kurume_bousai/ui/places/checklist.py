"""市にほしい地図データ: whether each is in, what is missing of it, and where it is published."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from kurume_bousai.services.places.map_layers import WantedNow, WantedState
from kurume_bousai.ui.kit.layouts import fix, hbox, holder, vbox
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import icon_label, label
from kurume_bousai.ui.places.layer_words import WANTED, WANTED_ICONS
from kurume_bousai.ui.registry.fold_card import FoldCard


class Checklist(QWidget):
    """そろい具合. What is not known is never called safe: a missing line says so."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.summary = Para("", line=1.35)
        self._urgent, self._rest = QWidget(), QWidget()
        self._inside = vbox(self._rest)
        self.fold = FoldCard("ほしい地図データのすべて", holder(self._inside))
        self._place = vbox(self.summary, self._urgent, self.fold, gap=0.75)
        self.setLayout(self._place)

    def set_lines(self, lines: Sequence[WantedNow]) -> None:
        """Show the checklist; needed ones that are missing come first."""
        ordered = sorted(lines, key=lambda one: (one.state is WantedState.THERE, not one.wanted.is_needed))
        needed = [one for one in ordered if one.wanted.is_needed and one.state is not WantedState.THERE]
        names = "、".join(one.wanted.title for one in needed)
        self.summary.set_text(
            f"人の命にかかわるデータのうち、そろっていないもの: {names}。"
            "ないところは「データなし」で、安全という意味ではありません。"
            if needed
            else "人の命にかかわるデータは、そろっています。"
        )
        self._urgent = _swap(self._place, self._urgent, needed)
        self._rest = _swap(self._inside, self._rest, [one for one in ordered if one not in needed])
        there = sum(one.state is WantedState.THERE for one in lines)
        self.fold.set_answer(f"{len(lines)}のうち {there} が入っています")


def _swap(place: QVBoxLayout, old: QWidget, lines: Sequence[WantedNow]) -> QWidget:
    fresh = holder(vbox(*(_line(one) for one in lines), gap=0.75))
    place.replaceWidget(old, fresh)
    old.hide()
    old.deleteLater()
    return fresh


def _line(one: WantedNow) -> QWidget:
    mark = icon_label(WANTED_ICONS[one.state], "quiet", 18)
    state = label(WANTED[one.state], "small")
    fix(state, fixed_width=104)
    needed = "(必要)" if one.wanted.is_needed and one.state is not WantedState.THERE else ""
    words = [label(f"{one.wanted.title}{needed}", "heading")]
    body: list[QWidget] = [*words]
    if one.gaps:
        body.append(Para("\n".join(one.gaps), line=1.35))
    if one.state is not WantedState.THERE:
        body.append(Para(f"手に入れる所: {one.wanted.where}", "quiet", line=1.35))
    made = holder(hbox(vbox(mark, None), vbox(state, None), (vbox(*body, gap=0.25), 1), gap=1))
    made.setAccessibleName(f"{one.wanted.title} {WANTED[one.state]}")
    return made
