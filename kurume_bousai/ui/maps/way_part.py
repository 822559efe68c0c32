"""道をしらべる: from a place to a place, or to the nearest three; the answer in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.plans import DestinationKind
from kurume_bousai.domain.route_answers import Destination, WayAnswer
from kurume_bousai.labels import label as word_of
from kurume_bousai.labels import length_words
from kurume_bousai.labels.routes import minutes_words, way_sentences
from kurume_bousai.services.ports.routes import RouteConditions
from kurume_bousai.services.routes.planning import RoutePlanning
from kurume_bousai.ui.kit.layouts import fix
from kurume_bousai.ui.kit.widgets import (
    Choice,
    Para,
    Slot,
    button,
    card,
    flow,
    hbox,
    holder,
    label,
    rule,
    sentence,
    vbox,
)
from kurume_bousai.ui.map_panel.tools import PICKING
from kurume_bousai.ui.map_panel.view import MapView

_KINDS: Final = (
    DestinationKind.WELFARE_SHELTER,
    DestinationKind.DESIGNATED_SHELTER,
    DestinationKind.EMERGENCY_SITE,
)
_KIND_CHOICES: Final[tuple[Choice[DestinationKind | None], ...]] = tuple(
    Choice(kind, f"近い{word_of(kind)}") for kind in _KINDS
)
_NOT_CHOSEN: Final = "まだ選んでいません"
_PICK_START: Final = "出発する所を、地図で押してください。"
_PICK_END: Final = "行先を、地図で押してください。"
_HOW: Final = "出発する所を選ぶと、道の長さと時間が出ます。"
#: What is worked out on a worker thread: planning, conditions → answers.
WaysWork = Callable[[RoutePlanning, RouteConditions], tuple[WayAnswer, ...]]


class WayPart(QWidget):
    """道をしらべる. ``wanted()`` when start or destination changed: the panel then does ``work()``."""

    wanted = Signal()
    number_entered = Signal(int)

    def __init__(self, view: MapView, *, may_see_people: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._map = view
        self._picking = ""
        self.start: LonLat | None = None
        self.is_from_home = False
        self._end: Destination | LonLat | None = None
        self.start_words = label(_NOT_CHOSEN, "body")
        self.clear = button("消す", "flat", on_click=self.forget, name="道を消す")
        self.pick_start = button("地図で選ぶ", "tool", name="出発する所を地図で選ぶ", checkable=True)
        self.pick_start.clicked.connect(lambda checked=False: self._pick("start" if checked else ""))
        self.by_number = button("名簿番号", "tool", name="出発する人を名簿の番号で選ぶ", checkable=True)
        self.by_number.toggled.connect(self._on_by_number)
        self.from_found = button(
            "さがした所", "tool", on_click=self._take_found, name="さがした所から出発する"
        )
        self.number = QLineEdit()
        self.number.setPlaceholderText("番号")
        self.number.setAccessibleName("名簿の番号")
        fix(self.number, fixed_width=84)
        self.number.returnPressed.connect(self._enter_number)
        self.from_home = button("この人の家から", "tool", "home-outline", self._enter_number)
        self._home_row = holder(hbox(self.number, self.from_home, None, gap=0.75))
        self._home_row.hide()
        self.kinds: Slot[DestinationKind | None] = Slot(_KIND_CHOICES, _KINDS[0], name="行先")
        self.kinds.chosen.connect(self._on_kind)
        self.pick_end = button("地図で選ぶ", "tool", name="行先を地図で選ぶ", checkable=True)
        self.pick_end.clicked.connect(lambda checked=False: self._pick("end" if checked else ""))
        self.how = Para(_HOW, line=1.35)
        self._answers = holder(vbox(gap=1))
        starts = [self.pick_start, *([self.by_number] if may_see_people else []), self.from_found]
        self.setLayout(
            vbox(
                hbox(label("出発", "heading"), (self.start_words, 1), self.clear, gap=1),
                flow(starts, gap=0.75),
                self._home_row,
                sentence(label("行先", "heading"), self.kinds, self.pick_end),
                rule(),
                self.how,
                self._answers,
                None,
                gap=0.75,
            )
        )
        view.picked.connect(self._on_picked)
        view.tool_changed.connect(self._on_tool)
        view.site_selected.connect(self._on_site)
        self._sites: dict[str, Destination] = {}

    # -- choosing ------------------------------------------------------------------------------

    def know_sites(self, sites: Sequence[Destination]) -> None:
        """Take the places a press on the map may mean."""
        self._sites = {site.site_id: site for site in sites}

    def start_at(self, point: LonLat, words: str, *, is_home: bool = False) -> None:
        """Begin at a point; ``words`` say which, never a name of a person."""
        self.start, self.is_from_home = point, is_home
        self.start_words.setText(words)
        self.wanted.emit()

    def forget(self) -> None:
        """Take ways, start and destination away."""
        self.put_away()
        self.start, self.is_from_home, self._end = None, False, None
        self.start_words.setText(_NOT_CHOSEN)
        self.number.clear()
        self.by_number.setChecked(False)
        self.kinds.set_choices(_KIND_CHOICES, _KINDS[0])
        self.show_answers(())
        self.wanted.emit()

    def put_away(self) -> None:
        """Put the picking of a place away."""
        if self._picking:
            self._map.set_picking("")

    def _pick(self, what: str) -> None:
        self._picking = what
        self._map.set_picking({"start": _PICK_START, "end": _PICK_END}.get(what, ""))
        self._show_picking()

    def _on_picked(self, lon: float, lat: float) -> None:
        what, point = self._picking, LonLat(lon, lat)
        if not what:
            return
        self._map.set_picking("")
        if what == "start":
            self.start_at(point, "地図で選んだ所")
        else:
            self._end_at(point)

    def _on_tool(self, tool: str) -> None:
        if tool != PICKING and self._picking:
            self._picking = ""
            self._show_picking()

    def _show_picking(self) -> None:
        self.pick_start.setChecked(self._picking == "start")
        self.pick_end.setChecked(self._picking == "end")

    def _on_site(self, site_id: str) -> None:
        """A place pressed on the map is where one wants to go, while this part is open."""
        if self.isVisible() and (site := self._sites.get(site_id)) is not None:
            self._end_at(site)

    def _take_found(self) -> None:
        if (found := self._map.scene.found) is not None:
            self.start_at(LonLat(*found), "さがした所")
        else:
            self._say("先に、上の欄で所をさがしてください。")

    def _enter_number(self) -> None:
        digits = self.number.text().strip()
        if digits.isdecimal():
            self.number_entered.emit(int(digits))
        else:
            self._say("名簿の番号を、数字で入れてください。")
            self.number.setFocus()

    def _on_by_number(self, is_on: bool) -> None:
        self._home_row.setVisible(is_on)
        if is_on:
            self.number.setFocus()

    def _on_kind(self, _kind: DestinationKind | None) -> None:
        self._end = None
        self.kinds.set_choices(_KIND_CHOICES, self._kind())
        self.wanted.emit()

    def _kind(self) -> DestinationKind:
        return self.kinds.value() or _KINDS[0]

    def _end_at(self, end: Destination | LonLat) -> None:
        self._end = end
        words = end.name if isinstance(end, Destination) else "地図で選んだ所"
        self.kinds.set_choices([*_KIND_CHOICES, Choice(None, words)], None)
        self.wanted.emit()

    # -- asking and showing --------------------------------------------------------------------

    def work(self) -> WaysWork | None:
        """What to work out; None while no start is chosen."""
        start, end, kind = self.start, self._end, self._kind()
        if start is None:
            return None

        def ways(planning: RoutePlanning, conditions: RouteConditions) -> tuple[WayAnswer, ...]:
            if end is not None:
                return (planning.way(start, end, conditions),)
            return planning.nearest_ways(start, conditions, kind=kind)

        return ways

    def show_answers(self, answers: Sequence[WayAnswer]) -> None:
        """Show the ways in words, the nearest first."""
        layout = self._answers.layout()
        while layout is not None and layout.count():
            item = layout.takeAt(0)
            if item is not None and (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for answer in answers:
            if layout is not None:
                layout.addWidget(_answer_card(answer))
        self._say("" if answers else _HOW if self.start is None else "行先が登録されていません。")

    def _say(self, words: str) -> None:
        self.how.set_text(words)
        self.how.setVisible(bool(words))


def _answer_card(answer: WayAnswer) -> QWidget:
    name = answer.destination.name if answer.destination else "行先"
    title = label(name, "heading")
    title.setWordWrap(True)
    parts: list[QWidget] = [title]
    if answer.route is not None:
        straight = "(直線)" if answer.route.is_straight else ""
        words = f"{minutes_words(answer.route.minutes)}　{length_words(answer.route.length_m)}{straight}"
        parts.append(label(words, "lead_bold"))
    said = way_sentences(answer)
    parts.extend(Para(one, "small", line=1.35) for one in (said[1:] if answer.route else said))
    return card(*parts, margins=(1.25, 1, 1.25, 1), gap=0.5, name=f"{name}までの道")
