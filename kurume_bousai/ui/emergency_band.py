"""災害時提供モードの帯: one truth for the whole program, shown on every window while it is on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from kurume_bousai.domain.dates import format_wareki_short, in_japan
from kurume_bousai.domain.emergency import EmergencyMode
from kurume_bousai.ui.band import Band, BandKind, BandSpec

_MOST_DISTRICTS: Final = 3


class EmergencyHub(QObject):
    """災害時提供モードのようす as the windows know it: ``changed()`` after it was told anew."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._spec: BandSpec | None = None

    @property
    def spec(self) -> BandSpec | None:
        """The band of what is on; None = nothing is."""
        return self._spec

    def tell(self, modes: Sequence[EmergencyMode]) -> None:
        """Say which emergencies are on."""
        spec = band_of(modes)
        if spec != self._spec:
            self._spec = spec
            self.changed.emit()


_HUB: Final[list[EmergencyHub]] = []


def hub() -> EmergencyHub:
    """The one hub of the program; made when Qt is there."""
    if not _HUB:
        _HUB.append(EmergencyHub())
    return _HUB[0]


class EmergencyBand(Band):
    """災害時提供モードの帯 of a window: it comes and goes by itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        hub().changed.connect(self._on_changed)
        self._on_changed()

    def _on_changed(self) -> None:
        self.set_spec(hub().spec)


def band_of(modes: Sequence[EmergencyMode]) -> BandSpec | None:
    """The band of those that are on: event, where and until when; several are counted."""
    if not modes:
        return None
    first = modes[0]
    words = [f"「{first.event}」", where_words(first)]
    if first.until is not None:
        until = in_japan(first.until)
        words.append(f"{format_wareki_short(until.date())} {until:%H:%M}まで")
    else:
        words.append("災害対応が終わるまで")
    if len(modes) > 1:
        words.append(f"ほかに{len(modes) - 1}件")
    return BandSpec(BandKind.EMERGENCY, "　".join(words))


def where_words(mode: EmergencyMode) -> str:
    """全市, the 校区 by name, or how many."""
    if mode.districts is None:
        return "全市"
    names = sorted(mode.districts)
    if len(names) > _MOST_DISTRICTS:
        return f"{names[0]}校区など{len(names)}校区"
    return "・".join(f"{name}校区" for name in names)
