"""書類の並べ方: the order of people on papers with names, one for the whole city."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from kurume_bousai.domain.paper_order import PaperOrder
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.papers.paper_order import PaperOrderService
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.kit.layouts import hbox, holder
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import ChipRow, card
from kurume_bousai.ui.kit.widgets import field as labelled
from kurume_bousai.ui.preferences.kept_card import KeptCard

_ABOUT: Final = (
    "渡す名簿に、人をどの順に並べるかです。フリガナのわからない人は、その自治会の終わりに並びます。"
    "差分名簿は番号で人を指します。紙の名簿に差分を書きこんでもらうことが多いときは、番号の順が探しやすくなります。"
)
_NO_CHANGE: Final = "並べ方を変えられるのは、「名簿の担当」か「管理者」の役割がある人だけです。"


class PaperOrderCard(KeptCard[PaperOrder]):
    """設定の札: one choice of two."""

    task = "paper-order"
    saving = "書類の並べ方を保存しています"
    saved = "書類の並べ方を保存しました。次につくる書類から使います。"

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(desktop, PaperOrderService(desktop.database), PaperOrder.KANA, parent)
        self.order = ChipRow(
            [(one, word_of(one)) for one in PaperOrder], PaperOrder.KANA, name="渡す名簿の並べ方"
        )
        self._build()
        self.order.chosen.connect(self._arm)
        self.begin()

    def chosen(self) -> PaperOrder:
        """The order as it stands in the field."""
        return self.order.value() or self._kept

    def show_rules(self, kept: PaperOrder) -> None:
        """Put the order into the field."""
        self.order.set_value(kept)

    def fields(self) -> tuple[QWidget, ...]:
        """The one choice."""
        return (self.order,)

    def _build(self) -> None:
        parts: list[QWidget] = [
            Para(_ABOUT, line=1.35),
            labelled("渡す名簿の並べ方", self.order),
            self.words,
            holder(hbox(self.save_button, self.back_button, None)),
        ]
        if not self._service.may_change:
            parts.append(Para(_NO_CHANGE, "quiet"))
        made = QVBoxLayout(self)
        made.setContentsMargins(0, 0, 0, 0)
        made.addWidget(card(*parts, title="書類の並べ方(どの機械でも同じ)", gap=1.25))
