"""地図の注文の欄: which map, of what ground, on which paper, with what on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.map_papers import SCALES, TILE_SIZES, MapHazard, PaperSize, ThemeMeasure
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.papers.map_ports import MapPaperOrder
from kurume_bousai.services.papers.theme_ports import ThemeOrder
from kurume_bousai.ui.kit.layouts import fix, vbox
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import ChipRow
from kurume_bousai.ui.kit.widgets import field as labelled
from kurume_bousai.ui.reports.map_words import typed_scale


class MapPaperKind(StrEnum):
    """地図の種類 of the window."""

    DISTRICT = "district"
    ASSOCIATION = "association"
    ATLAS = "atlas"
    THEME = "theme"


KIND_WORDS: Final = {
    MapPaperKind.DISTRICT: "校区の地図",
    MapPaperKind.ASSOCIATION: "自治会の地図",
    MapPaperKind.ATLAS: "全校区の地図帳",
    MapPaperKind.THEME: "校区を数で塗り分けた図",
}
_FITTING: Final = "おまかせ"
_EVERY: Final = "自治会を1枚ずつ、全部"


@dataclass(frozen=True, slots=True)
class MapChoice:
    """選んだもの: an order of a map, or of a map of numbers; ``session`` "" = without people."""

    order: MapPaperOrder
    theme: ThemeOrder | None = None
    session: str = ""


class MapChoices(QWidget):
    """地図の注文の欄. Signals: `changed()` another map is wanted; `district_chosen(str)`."""

    changed = Signal()
    district_chosen = Signal(str)

    def __init__(self, kinds: Sequence[MapPaperKind], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sessions: tuple[tuple[str, str, str], ...] = ()
        self.kind = ChipRow([(kind, KIND_WORDS[kind]) for kind in kinds], kinds[0], name="地図の種類")
        self.district = _combo("校区")
        self.association = _combo("自治会")
        self.measure = _combo("塗り分ける数", [(one, word_of(one)) for one in ThemeMeasure])
        self.paper = ChipRow([(one, one.value) for one in PaperSize], PaperSize.A3, name="紙の大きさ")
        self.scale = _combo("縮尺", [(None, _FITTING), *((one, f"1:{one:,}") for one in SCALES)])
        self.scale.setEditable(True)
        self.scale.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.tiled = QCheckBox("A4かA3に分けて、貼り合わせる")
        self.mono = QCheckBox("白黒(シールや書きこみが目立つ)")
        self.hazard = _combo("かく災害", [(one, word_of(one)) for one in MapHazard])
        self.session = _combo("のせる人", [("", "人をのせない")])
        self._people_note = Para(
            "人は番号と記号だけです。位置は100mのます目の中心で、家の場所ではありません。", "quiet", line=1.35
        )
        self._parts = {
            "district": labelled("校区", self.district),
            "association": labelled("自治会", self.association),
            "measure": labelled("塗り分ける数", self.measure),
            "scale": labelled(
                "縮尺(選ぶか、1:3,000 のように書く)",
                self.scale,
                hint="おまかせは、1枚に入る大きさ(貼り合わせは 1:2,500)です。",
            ),
            "hazard": labelled("かく災害", self.hazard),
            "session": labelled("のせる人", self.session),
        }
        self.setLayout(
            vbox(
                labelled("地図の種類", self.kind),
                self._parts["district"],
                self._parts["association"],
                self._parts["measure"],
                labelled("紙", self.paper),
                self._parts["scale"],
                self.tiled,
                self._parts["hazard"],
                self.mono,
                self._parts["session"],
                self._people_note,
                gap=1.25,
            )
        )
        self._connect()
        self._show_parts()

    # ------------------------------------------------------------------ what is there to choose
    def set_districts(self, names: Sequence[str], chosen: str) -> None:
        """Fill in the 校区 that the operator sees."""
        self.district.blockSignals(True)
        self.district.clear()
        for name in names:
            self.district.addItem(f"{name}校区", name)
        self.district.setCurrentIndex(max(0, self.district.findData(chosen)))
        self.district.blockSignals(False)

    def set_associations(self, names: Sequence[str], chosen: str) -> None:
        """Fill in the 自治会 of the 校区."""
        self.association.blockSignals(True)
        self.association.clear()
        if len(names) > 1:
            self.association.addItem(_EVERY, "")
        for name in names:
            self.association.addItem(name, name)
        self.association.setCurrentIndex(max(0, self.association.findData(chosen)))
        self.association.blockSignals(False)

    def set_sessions(self, sessions: Sequence[tuple[str, str, str]], chosen: str) -> None:
        """Fill in the sessions: id, 校区, words; those of the chosen 校区 are offered."""
        self._sessions = tuple(sessions)
        self._fill_sessions(chosen)

    def chosen_district(self) -> str:
        """Return the 校区."""
        return str(self.district.currentData() or "")

    def chosen_kind(self) -> MapPaperKind:
        """Return the kind of map."""
        return self.kind.value() or MapPaperKind.DISTRICT

    def choice(self) -> MapChoice:
        """Return what is chosen; raises ``map_scale`` for a scale that cannot be read."""
        kind = self.chosen_kind()
        paper = self.paper.value() or PaperSize.A3
        if kind is MapPaperKind.THEME:
            theme = ThemeOrder(ThemeMeasure(self.measure.currentData()), paper)
            return MapChoice(MapPaperOrder(paper=paper), theme)
        is_one = kind is not MapPaperKind.ATLAS
        association = str(self.association.currentData() or "") if kind is MapPaperKind.ASSOCIATION else ""
        order = MapPaperOrder(
            paper=paper,
            scale=self._scale(),
            is_tiled=self.tiled.isChecked() and self.tiled.isVisibleTo(self),
            is_mono=self.mono.isChecked(),
            hazard=MapHazard(self.hazard.currentData()),
            district_id=DistrictId(self.chosen_district()) if is_one else None,
            association=association,
            by_association=kind is MapPaperKind.ASSOCIATION and not association,
        )
        return MapChoice(order, None, str(self.session.currentData() or "") if is_one else "")

    # ------------------------------------------------------------------ inside
    def _scale(self) -> int | None:
        text = self.scale.currentText().strip()
        return None if text in ("", _FITTING) else typed_scale(text)

    def _connect(self) -> None:
        for picker in (self.association, self.measure, self.hazard, self.session):
            picker.currentIndexChanged.connect(lambda _index: self.changed.emit())
        self.scale.currentTextChanged.connect(lambda _text: self.changed.emit())
        for box in (self.tiled, self.mono):
            box.toggled.connect(lambda _on: self.changed.emit())
        self.kind.chosen.connect(lambda _kind: self._on_kind())
        self.paper.chosen.connect(lambda _paper: self._on_kind())
        self.district.currentIndexChanged.connect(lambda _index: self._on_district())

    def _on_kind(self) -> None:
        self._show_parts()
        self.changed.emit()

    def _on_district(self) -> None:
        self._fill_sessions("")
        self.district_chosen.emit(self.chosen_district())
        self.changed.emit()

    def _fill_sessions(self, chosen: str) -> None:
        own = [one for one in self._sessions if one[1] == self.chosen_district()]
        self.session.blockSignals(True)
        self.session.clear()
        self.session.addItem("人をのせない", "")
        for operation_id, _, words in own:
            self.session.addItem(words, operation_id)
        self.session.setCurrentIndex(max(0, self.session.findData(chosen)))
        self.session.blockSignals(False)
        self._show_parts()

    def _show_parts(self) -> None:
        kind = self.chosen_kind()
        is_theme, is_one = (
            kind is MapPaperKind.THEME,
            kind in (MapPaperKind.DISTRICT, MapPaperKind.ASSOCIATION),
        )
        self._parts["district"].setVisible(is_one)
        self._parts["association"].setVisible(kind is MapPaperKind.ASSOCIATION)
        self._parts["measure"].setVisible(is_theme)
        self._parts["scale"].setVisible(not is_theme)
        self._parts["hazard"].setVisible(not is_theme)
        self._parts["session"].setVisible(is_one)
        self.mono.setVisible(not is_theme)
        self.tiled.setVisible(is_one and self.paper.value() in TILE_SIZES)
        self._people_note.setVisible(is_one and self.session.count() > 1)


def _combo(name: str, choices: Sequence[tuple[object, str]] = ()) -> QComboBox:
    made = QComboBox()
    made.setAccessibleName(name)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(10)
    for value, words in choices:
        made.addItem(words, value)
    fix(made, min_width=160)
    return made
