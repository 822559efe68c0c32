"""地図で測る: a map view says the corners, the program computes on the ground and says the words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.labels import length_words, surface_words
from kurume_bousai.mapview.protocol import MeasureKind
from kurume_bousai.ui.map_panel.view import MapView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kurume_bousai.services.ports.measures import GroundMeasures

_CROSSED = "線が交わっているので、広さを出せません。"


class MapMeasuring(QObject):
    """地図で測る. ``told(words)`` says the same words that stand on the map."""

    told = Signal(str)

    def __init__(self, view: MapView, measures: GroundMeasures, parent: QObject | None = None) -> None:
        super().__init__(parent or view)
        self._view = view
        self._measures = measures
        view.measured.connect(self._on_measured)

    def _on_measured(self, kind: str, corners: list[tuple[float, float]]) -> None:
        points = [LonLat(lon, lat) for lon, lat in corners]
        words = measure_words(self._measures, MeasureKind(kind), points)
        self._view.show_measure(words)
        self.told.emit(words)


def measure_words(measures: GroundMeasures, kind: MeasureKind, points: Sequence[LonLat]) -> str:
    """Say a length (with its last leg) or a surface; "" while there is nothing to measure."""
    if kind is MeasureKind.SURFACE:
        if len(set(points)) < 3:
            return ""
        surface = measures.surface_m2(points)
        return _CROSSED if surface is None else surface_words(surface)
    if len(points) < 2:
        return ""
    whole = length_words(measures.length_m(points))
    if len(points) == 2:
        return whole
    return f"{whole}(終わりの区間 {length_words(measures.length_m(points[-2:]))})"
