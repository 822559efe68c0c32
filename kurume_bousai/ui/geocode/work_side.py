"""一人ずつ決める: the list of people to look at, the one chosen, and the map beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.coordinates import LonLat, in_city_extent
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.home_places import HomeDoubt
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.labels import label as word_of
from kurume_bousai.mapview.protocol import MapScene, PersonMark
from kurume_bousai.services.places.home_placing import Candidate, PlacingCase, WorkItem
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.geocode.case_panel import CasePanel, match_of
from kurume_bousai.ui.geocode.work_table import WorkTable
from kurume_bousai.ui.kit.layouts import fix, hbox, holder, vbox
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import ChipRow
from kurume_bousai.ui.map_panel.making import create_map_view
from kurume_bousai.ui.messages import MessageBar
from kurume_bousai.ui.registry.words import number_words

_REST_MS = 150
#: Degrees around one candidate, about 500 m: the streets around it stay in view.
_AROUND = 0.005
_HINT = (
    "家の場所を地図で押すと、そこに置けます。"
    "キーボードでは、矢印キーで地図を動かし、スペースキーで置く所を決めます。"
)


class WorkSide(QWidget):
    """一人ずつ決める. ``decided()`` when a person's place has been written."""

    decided = Signal()

    def __init__(self, desktop: Desktop, messages: MessageBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desktop = desktop
        self._messages = messages
        self._items: list[WorkItem] = []
        self._last: MemberId | None = None
        self._wanted = ""
        self._is_writing = False
        self._is_single = False
        self._ground = MapScene()
        self.doubts: ChipRow[HomeDoubt] = ChipRow([], name="見てほしいわけ")
        self.table = WorkTable(desktop.privacy)
        self.case = CasePanel(desktop.privacy)
        self.hint = Para(_HINT, "small", line=1.35)
        self.map = create_map_view(self)
        self.map.set_legend_visible(False)
        self.map.setMinimumSize(180, 160)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._read_case)
        self._build()
        self._connect()

    def _build(self) -> None:
        left = holder(vbox((self.table, 2), (self.case, 3), gap=0.75))
        fix(left, fixed_width=500)
        self._map_side = holder(vbox(self.hint, (self.map, 1), gap=0.5))
        self._no_map = Para("この人の位置は、地図に出しません。", "quiet")
        self._no_map.hide()
        sides = hbox(left, (self._map_side, 1), (self._no_map, 1), gap=1.5)
        self.setLayout(vbox(self.doubts, (sides, 1), gap=0.75))
        self.case.set_can_go_back(can=False)

    def _connect(self) -> None:
        self.doubts.chosen.connect(self._on_doubt)
        self.table.person_chosen.connect(self._on_person)
        self.table.wanted.connect(self._to_candidates)
        self.case.candidate_chosen.connect(self._on_candidate)
        self.case.take_wanted.connect(self.take)
        self.case.set_aside_wanted.connect(self.set_aside)
        self.case.later_wanted.connect(self.later)
        self.case.back_wanted.connect(self.back)
        self.map.point_clicked.connect(self._on_point)
        self.map.person_selected.connect(self._on_mark)
        self.map.problem.connect(self._messages.notice)

    @property
    def is_writing(self) -> bool:
        """Whether a place is being written: its window waits for the answer."""
        return self._is_writing

    # -- the list ------------------------------------------------------------------------------

    def show_items(self, items: Sequence[WorkItem]) -> None:
        """Show whom to look at, those of the most urgent reason first."""
        self._items = list(items)
        counts = Counter(item.doubt for item in items)
        reasons = [one for one in HomeDoubt if counts[one]]
        shown = next(iter(reasons), None)
        self.doubts.set_choices([(one, f"{word_of(one)} {counts[one]:,}") for one in reasons], shown)
        self._show_doubt(shown)

    def start(self) -> None:
        """Read the ground of the map and put the keyboard into the list."""
        scenes = self._desktop.scenes
        self._desktop.runner.compute(lambda: scenes.roster((), ""), self._on_ground, key="placing-ground")
        self.table.setFocus()

    def show_only(self, member_id: str) -> None:
        """Show one person without the list (from the record: 「地図で位置を直す」)."""
        self._is_single = True
        self.doubts.hide()
        self.table.hide()
        self.case.set_single()
        self.start()
        self._show_person(member_id)

    def _show_person(self, member_id: str) -> None:
        self._wanted = member_id
        self._read_case()

    def _on_doubt(self, doubt: HomeDoubt) -> None:
        self._show_doubt(doubt)

    def _show_doubt(self, doubt: HomeDoubt | None) -> None:
        self.table.show_items([item for item in self._items if item.doubt is doubt])

    def _on_person(self, member_id: str) -> None:
        self._wanted = member_id
        # A case is read when the arrows rest: each reading is an entry of the audit.
        self._rest.start()

    def _read_case(self) -> None:
        self._rest.stop()
        if not self._wanted:
            self._on_case(None)
            return
        placing = self._desktop.services.home_placing
        self._desktop.runner.read(
            partial(placing.case, MemberId(self._wanted)), self._on_case, key="placing-case"
        )

    def _on_case(self, case: PlacingCase | None) -> None:
        if case is not None and case.member.member_id != self._wanted:
            return
        self.case.set_case(case)
        is_hidden = case is not None and case.member.has_protected_address
        self._map_side.setVisible(not is_hidden)
        self._no_map.setVisible(is_hidden)
        self._show_marks(case)

    def _to_candidates(self) -> None:
        first = self.case.choices[0] if self.case.choices else self.map
        first.setFocus()

    # -- the map -------------------------------------------------------------------------------

    def _on_ground(self, scene: MapScene) -> None:
        self._ground = replace(scene, people=())
        self._show_marks(self.case.case)

    def _show_marks(self, case: PlacingCase | None) -> None:
        is_shown = case is not None and not case.member.has_protected_address
        candidates = case.candidates if case is not None and is_shown else ()
        marks = tuple(
            PersonMark(
                str(number),
                one.match.point.lon,
                one.match.point.lat,
                number + 1,
                is_rough=one.match.level.value == "town",
            )
            for number, one in enumerate(candidates)
        )
        self.map.set_scene(replace(self._ground, people=marks, found=None))
        if candidates:
            lons = [one.match.point.lon for one in candidates]
            lats = [one.match.point.lat for one in candidates]
            self.map.fit_bounds(
                min(lons) - _AROUND, min(lats) - _AROUND, max(lons) + _AROUND, max(lats) + _AROUND
            )
        elif case is not None and is_shown:
            self.map.fit_district(str(case.member.district_id or ""))
        chosen = self.case.chosen()
        if isinstance(chosen, Candidate):
            self.map.select_person(str(candidates.index(chosen)) if chosen in candidates else "")

    def _on_point(self, lon: float, lat: float) -> None:
        case, point = self.case.case, LonLat(lon, lat)
        if case is None or case.member.has_protected_address or self._is_writing:
            return
        if not in_city_extent(point):
            self._messages.notice("久留米市の外の地点です。", advice="市の中で、家の場所を押してください。")
            return
        self.map.show_found(lon, lat)
        self.case.set_pin(point)
        self.case.take_button.setFocus()

    def _on_mark(self, mark_id: str) -> None:
        if mark_id:
            self.case.choose(int(mark_id))

    def _on_candidate(self, number: int) -> None:
        if number >= 0:
            self.map.clear_found()
            self.map.select_person(str(number))
        else:
            self.map.select_person("")
            if self.case.pin is not None:
                self.map.show_found(self.case.pin.lon, self.case.pin.lat)

    # -- deciding ------------------------------------------------------------------------------

    def take(self) -> None:
        """この位置に決める: the candidate marked, or the place pressed on the map."""
        case, chosen = self.case.case, self.case.chosen()
        if case is None or chosen is None or self._is_writing or not self.case.take_button.isEnabled():
            return
        geocoding, member_id = self._desktop.services.geocoding, case.member.member_id
        if isinstance(chosen, LonLat):
            self._write(partial(geocoding.pin, member_id, chosen), case, "手で置いた位置に決めました。")
            return
        match = match_of(chosen)
        if match is None:
            self._write(partial(geocoding.pin, member_id, chosen.match.point), case, "この位置に決めました。")
        else:
            self._write(partial(geocoding.take, member_id, match), case, "選んだ候補の位置に決めました。")

    def set_aside(self) -> None:
        """この住所では決められない: asked again when the address changes."""
        case = self.case.case
        if case is None or self._is_writing:
            return
        geocoding = self._desktop.services.geocoding
        words = "「この住所では決められない」としました。住所が変わると、また出てきます。"
        self._write(partial(geocoding.set_aside, case.member.member_id), case, words)

    def later(self) -> None:
        """あとにする: the next one on the list."""
        row = self.table.currentIndex().row()
        if 0 <= row < len(self.table.work.items) - 1:
            self.table.choose_row(row + 1)

    def back(self) -> None:
        """前の人に戻る: the one decided last, to be decided otherwise."""
        if self._last is not None:
            self._show_person(self._last)

    def _write(
        self, work: Callable[[], Outcome[RosterMember] | Outcome[None]], case: PlacingCase, words: str
    ) -> None:
        self._is_writing = True
        self._desktop.runner.write(
            work,
            lambda outcome: self._on_written(outcome.changes, case, words),
            on_fail=self._on_not_written,
        )

    def _on_not_written(self, error: BaseException) -> bool:
        self._is_writing = False
        if not isinstance(error, KnownProblem):
            return False
        self._messages.problem(error)
        return True

    def _on_written(self, changes: frozenset[Topic], case: PlacingCase, words: str) -> None:
        self._is_writing = False
        self._last = case.member.member_id
        said = f"{number_words(case.member.number)}番は、{words}"
        self._desktop.finish(Outcome(None, changes), said)
        # The window's own bar lies behind this one.
        self.hint.set_text(f"{said}\n{_HINT}")
        if not self._is_single:
            self._move_on(case.member.member_id)
        self.decided.emit()

    def _move_on(self, decided: MemberId) -> None:
        """The person who was decided leaves the list; the next one is shown."""
        self.case.set_can_go_back(can=True)
        self._items = [item for item in self._items if item.member_id != decided]
        shown = self.doubts.value()
        counts = Counter(item.doubt for item in self._items)
        reasons = [one for one in HomeDoubt if counts[one] or one is shown]
        self.doubts.set_choices([(one, f"{word_of(one)} {counts[one]:,}") for one in reasons], shown)
        if self.table.work.row_of(decided) >= 0:
            self.table.finish(decided)
        elif self._wanted == decided:
            self._read_case()
