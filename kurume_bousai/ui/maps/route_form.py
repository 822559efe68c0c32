"""経路の条件: how somebody goes, when, in which hazard, and whether its zones are closed, in two lines."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kurume_bousai.domain.hazards import HazardScenario
from kurume_bousai.domain.plans import TravelMode
from kurume_bousai.domain.routes import TravelChoice
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.ports.routes import RouteConditions
from kurume_bousai.services.routes.obstacles import Drawn, barriers_of
from kurume_bousai.ui.kit.widgets import Choice, Para, Slot, sentence, vbox

_OPEN: Final = 0
_CLOSED: Final = (
    Choice(_OPEN, "通れるとする", "通れるとして、通る長さだけ知らせる"),
    Choice(1, "通れないとする", "区域をすべて通れないとする"),
    Choice(2, "0.5m以上は通れない", "浸水0.5m以上の区域を通れないとする"),
    Choice(3, "3m以上は通れない", "浸水3m以上の区域を通れないとする"),
)


class RouteForm(QWidget):
    """経路の条件. ``changed()`` when a person chooses anything else."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mode: Slot[TravelMode] = Slot(
            [Choice(mode, word_of(mode)) for mode in TravelMode], TravelMode.WALK, name="手段"
        )
        self.night: Slot[bool] = Slot(
            [Choice(False, "昼"), Choice(True, "夜", "夜(速さを8割にする)")], False, name="昼か夜"
        )
        self.scenario: Slot[HazardScenario] = Slot(
            [Choice(one, word_of(one)) for one in HazardScenario], HazardScenario.FLOOD_L2, name="災害"
        )
        self.closed: Slot[int] = Slot(_CLOSED, _OPEN, name="災害の区域")
        for slot in (self.mode, self.night, self.scenario, self.closed):
            slot.chosen.connect(self._on_chosen)
        self._depth = Para("", "small", line=1.35)
        self.setLayout(
            vbox(
                sentence(self.mode, self.night, self.scenario, "区域は", self.closed),
                self._depth,
                gap=0.5,
            )
        )
        self._show_depth()

    def conditions(self, drawn: tuple[Drawn, ...] = ()) -> RouteConditions:
        """What is chosen, with what is drawn on the map."""
        scenario, rank = self.scenario.value(), self.closed.value()
        is_closed = rank != _OPEN and scenario is not HazardScenario.NONE
        return RouteConditions(
            TravelChoice(self.mode.value(), self.night.value()),
            scenario,
            rank if is_closed else None,
            barriers_of(drawn),
        )

    def _on_chosen(self, _value: object) -> None:
        self._show_depth()
        self.changed.emit()

    def _show_depth(self) -> None:
        """Say what a depth means for zones that have none; without a hazard there is no zone to close."""
        self.closed.setEnabled(self.scenario.value() is not HazardScenario.NONE)
        by_depth = self.closed.value() > 1 and self.scenario.value() is not HazardScenario.NONE
        self._depth.set_text(
            "土砂災害と家屋倒壊の区域、深さのわからない区域は、深さを選んでも通れないとします。"
            if by_depth
            else ""
        )
        self._depth.setVisible(by_depth)
