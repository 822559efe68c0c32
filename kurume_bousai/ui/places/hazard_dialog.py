"""危険をもう一度調べる: what the layers say of every home and site, with numbers only; never 「安全」."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.hazard_readings import QUESTIONS, WORDS_NO_DATA, WORDS_OUTSIDE
from kurume_bousai.services.places.hazard_update import HazardUpdateResult
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.figure_table import Cell, Column, FigureTable
from kurume_bousai.ui.kit.layouts import fix
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import button, card
from kurume_bousai.ui.places.layer_words import kind_words
from kurume_bousai.ui.places.number_cards import NumberCards
from kurume_bousai.ui.places.working import WorkingDialog

NO_HAZARD_RIGHT: Final = (
    "住んでいる所の危険を調べて書き込むには、「名簿の担当」の役割がいります。担当の人に頼んでください。"
)
_WHAT: Final = (
    "取り込んだ地図をもとに、名簿の人の自宅と施設の一つひとつが、どの区域に入るかを調べて書き込みます。"
    "全部終わるまで何も変わらず、途中で中止できます。"
)
_NOT_SAFE: Final = f"区域外: {WORDS_OUTSIDE}\nデータなし: {WORDS_NO_DATA}"


def may_update_hazards(access: Access) -> bool:
    """Whether the operator may write what the layers say of homes and sites."""
    return access.has(Right.EDIT_PEOPLE) and access.has(Right.EDIT_SITES)


class HazardDialog(WorkingDialog):
    """だれの家が、どの区域に入りますか. Two steps: what will be done, and the numbers."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__("危険をもう一度調べます", desktop, parent, size=(860, 640))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.numbers = NumberCards()
        self.table = FigureTable(
            [
                Column("何の区域か", stretches=True, at_least=200),
                Column("区域の中", is_figure=True),
                Column("区域外", is_figure=True),
                Column("データなし", is_figure=True),
            ],
            name="区域ごとの人数",
        )
        fix(self.table, fixed_height=36 * (len(QUESTIONS) + 1) + 8)
        self.missing = Para("", line=1.35)
        self._missing_card = card(self.missing, title="足りないデータ")
        stop = button("やめる", on_click=self.reject)
        self.start_button = button("調べる", "main", "home-search-outline", self.start)
        self._ask_step = self.add_step(
            "危険をもう一度調べますか", [Para(_WHAT)], [stop, None, self.start_button]
        )
        close = button("閉じる", "main", on_click=self.accept)
        self._done_step = self.add_step(
            "調べ終わりました",
            [self.numbers, self.table, Para(_NOT_SAFE, "quiet", line=1.35), self._missing_card],
            [None, close],
        )
        self.show_step(self._ask_step, self.start_button)

    def start(self) -> None:
        """Read everything anew; all or nothing."""
        layers = self.desktop.services.layers
        self.keep(
            layers.update_hazards,
            self._on_done,
            title="自宅と施設の危険を調べています",
            may_stop=True,
        )

    def _on_done(self, outcome: Outcome[HazardUpdateResult]) -> None:
        result = outcome.value
        self.desktop.finish(outcome, f"{result.members:,}人の自宅と施設{result.sites:,}か所を調べました。")
        self.numbers.set_numbers(
            [
                ("調べた自宅", f"{result.members:,}人"),
                ("浸水の深さが変わった人", f"{result.changed:,}人"),
                ("調べた施設", f"{result.sites:,}"),
            ]
        )
        nobody = {"inside": 0, "outside": 0, "no_data": result.members}
        self.table.set_rows(
            [
                (
                    question,
                    (
                        Cell(kind_words(*question)),
                        *(
                            Cell(f"{result.by_question.get(question, nobody)[state]:,}人")
                            for state in ("inside", "outside", "no_data")
                        ),
                    ),
                )
                for question in QUESTIONS
            ]
        )
        self.missing.set_text("\n".join(result.missing))
        self._missing_card.setVisible(bool(result.missing))
        self.show_step(self._done_step)
