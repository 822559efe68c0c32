"""福祉避難所: 「マイプランの行先は、定員に入りますか」. The board of the 37, each site in full beside it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.changes import Topic
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.mapview.protocol import LayerVisibility, MapScene, SiteKind, SiteMark
from kurume_bousai.services.capacity.figures import CapacityForm
from kurume_bousai.services.capacity.plan_board import BoardSite, BoardSubject, PlanBoards, SiteBoard
from kurume_bousai.services.capacity.reception_board import ReceptionBoards
from kurume_bousai.ui.actions import Action
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.kit.layouts import fix, grid
from kurume_bousai.ui.kit.painters import State
from kurume_bousai.ui.kit.widgets import (
    Para,
    button,
    card,
    hbox,
    holder,
    label,
    vbox,
)
from kurume_bousai.ui.map_panel.native import NativeMapView
from kurume_bousai.ui.page import Page
from kurume_bousai.ui.shelters.board_head import head_words, legend, rule_words
from kurume_bousai.ui.shelters.board_rows import (
    HeadLine,
    head_line,
    sorted_rows,
    state_of,
    tile_words,
)
from kurume_bousai.ui.shelters.board_stack import BoardStack, BoardTools
from kurume_bousai.ui.shelters.board_view import Density
from kurume_bousai.ui.shelters.candidates_dialog import CandidatesDialog
from kurume_bousai.ui.shelters.site_actions import SiteActions
from kurume_bousai.ui.shelters.site_card import SiteCard

_FOLLOWED: Final = frozenset(
    {
        Topic.SHELTERS, Topic.PLANS, Topic.MEMBERS, Topic.IMPORTS, Topic.CITY_SETTINGS, Topic.RECEPTION,
    }
)  # fmt: skip
_QUESTIONS: Final = {
    BoardSubject.PLANS: "マイプランの行先は、定員に入りますか",
    BoardSubject.RECEPTION: "いま、どの福祉避難所に空きがありますか",
}
_SHOW_MAP: Final = "地図を出す"
_ANY_WIDTH: Final = 16_777_215  # Qt's QWIDGETSIZE_MAX
_PANEL_WIDTH: Final = 372
#: With the site's card beside it the map gives way to a second column of tiles.
_MAP_WIDTH, _NARROW_MAP_WIDTH = 460, 300


class SheltersPage(Page):
    """福祉避難所. What plans have decided, or who is there now; free places are never netted."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(_QUESTIONS[BoardSubject.PLANS], parent)
        self._desktop = desktop
        self._board: SiteBoard | None = None
        self._scene: MapScene | None = None
        self._is_stale = True
        self._shows_map = False
        access = desktop.database.access
        self._may_edit = access.has(Right.EDIT_SITES)
        self.site_actions = SiteActions(desktop, self._row, lambda: self._board)
        self.tools = BoardTools()
        self.tools.shift.currentIndexChanged.connect(self._on_changed)
        self.tools.subject.chosen.connect(self._on_changed)
        self.tools.sorting.currentIndexChanged.connect(self._show_rows)
        self.tools.density.chosen.connect(self._on_density)
        self.stack = BoardStack(desktop.clock.now)
        self.stack.opened.connect(self.open_site)
        self.stack.moved.connect(self._on_moved)
        self.card = SiteCard(self.site_actions.allowed)
        self.card.closed.connect(self.close_site)
        self.card.wanted.connect(self.site_actions.take)
        self.card.hide()
        self.map: NativeMapView | None = None
        self._map_place = holder(vbox())
        self._map_place.hide()
        self._head_place = QHBoxLayout()
        grid(self._head_place)
        self._head: QWidget = holder(hbox(label("数えています", "quiet"), None))
        self._head_place.addWidget(self._head, 1)
        self.add_action_button(self.tools.subject)
        self._map_button = button(_SHOW_MAP, "plain", "map-outline", self.toggle_map)
        self.add_action_button(self._map_button)
        self._paper = button(
            "紙にする", "plain", "printer-outline", self._on_paper, name="計画と定員を紙にする"
        )
        self.add_action_button(self._paper)
        self._candidates = button("候補の施設", "plain", "home-plus-outline", self._on_candidates)
        self._candidates.setVisible(self._may_edit)
        if self._may_edit:
            self.set_main_action(
                button(
                    "一覧を取り込む", "main", "tray-arrow-down", partial(desktop.window.show_page, "places")
                )
            )
        self._legend = legend()
        self._help = self._make_help()
        self._help.hide()
        tools = self.tools
        self._head_row = holder(hbox((self._head_place, 1), tools.density, gap=1))
        self._foot_row = holder(hbox((self._legend, 1), self._candidates, tools.shift, tools.sorting, gap=1))
        middle = hbox((self.stack, 1), self.card, self._map_place, gap=1.5)
        self.set_body(vbox(self._head_row, self._help, (middle, 1), self._foot_row, gap=0.75))
        fix(self.card, fixed_width=_PANEL_WIDTH)
        self._declare()
        desktop.changes.follow(_FOLLOWED, self._on_changed)
        desktop.changes.follow(frozenset({Topic.DISTRICTS}), self._forget_map)

    # -- frame ---------------------------------------------------------------------------------

    def entered(self) -> None:
        """Read the board when it is out of date."""
        QTimer.singleShot(0, self, self._catch_up)

    def first_focus(self) -> QWidget:
        """The board or the list: arrows move, Enter opens."""
        return self.stack.view

    def layout_changed(self, *, is_compact: bool) -> None:
        """Board or site, one at a time, where there is little room; every choice stays within reach."""
        _hold_width(self.card, None if is_compact else _PANEL_WIDTH)
        # Where there is little room the choices stay and the explanation of the signs goes.
        self._legend.setVisible(not is_compact)
        self._show_parts()

    def _declare(self) -> None:
        self._desktop.actions.add(
            Action(
                "shelters.density", "盤を一目で・くわしく・一覧で切り替える", "Ctrl+L", "view-grid-outline",
                "福祉避難所", self._next_density, scope="shelters",
            ),
            Action(
                "shelters.map", "施設の地図を出す・しまう", "Ctrl+M", "map-outline", "福祉避難所",
                self.toggle_map, scope="shelters",
            ),
        )  # fmt: skip
        self._desktop.actions.host(self, "shelters")

    # -- one site ------------------------------------------------------------------------------

    def open_site(self, site_id: str) -> None:
        """Show a site in full beside the board."""
        row = self._row(site_id)
        if row is None:
            return
        self._show_card(row)
        self.card.show()
        self.stack.choose(site_id)
        self._show_parts()
        if self.is_compact:
            self.card.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_site(self) -> None:
        """Put the site away; the keyboard goes back to the board."""
        self.card.hide()
        self._show_parts()
        self.stack.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_moved(self, site_id: str) -> None:
        if self.card.isVisible() and not self.is_compact:
            row = self._row(site_id)
            if row is not None:
                self._show_card(row)
        self._refresh_map()

    def _show_card(self, row: BoardSite) -> None:
        if self._board is not None:
            self.card.show_row(row, self._board, self._desktop.clock.now())

    def _row(self, site_id: str) -> BoardSite | None:
        rows = self._board.sites if self._board else ()
        return next((row for row in rows if row.site.site_id == site_id), None)

    # -- map -----------------------------------------------------------------------------------

    def toggle_map(self) -> None:
        """Put the map beside the board, or away."""
        self._shows_map = not self._shows_map
        words = "地図をしまう" if self._shows_map else _SHOW_MAP
        self._map_button.setText(words)
        self._map_button.setAccessibleName(words)
        if self._shows_map and self._scene is None:
            scenes = self._desktop.scenes
            self._desktop.runner.read(lambda: scenes.city({}, {}), self._on_scene, key="shelters-map")
        self._show_parts()

    def _on_scene(self, scene: MapScene) -> None:
        self._scene = scene
        if self.map is None:
            self.map = NativeMapView()
            self.map.set_legend_visible(visible=False)
            self.map.setAccessibleName("福祉避難所の地図。同じ内容は盤で読めます。")
            self.map.site_selected.connect(self.open_site)
            place = self._map_place.layout()
            if place is not None:
                place.addWidget(self.map)
        self._refresh_map()

    def _forget_map(self) -> None:
        self._scene = None

    def _refresh_map(self) -> None:
        if self.map is None or self._scene is None or self._board is None or not self._shows_map:
            return
        hidden = LayerVisibility(hidden=frozenset({"graticule"}))
        chosen = self.stack.site_id()
        marks = [_mark(row, is_named=row.site.site_id == chosen) for row in self._board.sites]
        sites = tuple(mark for mark in marks if mark is not None)
        self.map.set_scene(replace(self._scene, sites=sites, visibility=hidden))

    # -- reading and showing -------------------------------------------------------------------

    def _on_changed(self, _chosen: object = None) -> None:
        self._is_stale = True
        if self._desktop.window.current_page() is self:
            self._catch_up()

    def _catch_up(self) -> None:
        if not self._is_stale:
            return
        self._is_stale = False
        shift, subject = self.tools.chosen_shift(), self.tools.chosen_subject()
        boards: PlanBoards | ReceptionBoards = PlanBoards(self._desktop.database, self._desktop.clock)
        if subject is BoardSubject.RECEPTION:
            boards = ReceptionBoards(self._desktop.database, self._desktop.clock)
        self._desktop.runner.read(
            lambda: boards.read(shift), self._on_read, on_fail=self._on_not_read, key="shelters"
        )

    def _on_not_read(self, _error: BaseException) -> bool:
        self._is_stale = True
        return False

    def _on_read(self, board: SiteBoard) -> None:
        self._board = board
        self.set_question(_QUESTIONS[board.subject])
        self._show_rows()
        shown = self.card.row
        if shown is not None and self.card.isVisible():
            fresh = self._row(str(shown.site.site_id))
            if fresh is None:
                self.close_site()
            else:
                self._show_card(fresh)
        self._refresh_map()

    def _show_rows(self, _index: int = 0) -> None:
        if self._board is None:
            return
        self.stack.set_rows(sorted_rows(self._board, self.tools.chosen_sorting()))
        self._help.setVisible(not self._board.the_37)
        self._show_head(head_line(self._board), rule_words(self._board.rule))
        self._show_parts()

    def _show_head(self, head: HeadLine, rule: str) -> None:
        made = head_words(head, rule)
        old, self._head = self._head, made
        self._head_place.replaceWidget(old, made)
        self._head_place.setStretchFactor(made, 1)
        old.hide()
        old.deleteLater()

    def _show_parts(self) -> None:
        alone = self.is_compact and (not self.card.isHidden() or self._shows_map)
        self.stack.setVisible(not alone)
        self._foot_row.setVisible(not alone)
        self._map_place.setVisible(self._shows_map and not (self.is_compact and not self.card.isHidden()))
        wide = _MAP_WIDTH if self.card.isHidden() else _NARROW_MAP_WIDTH
        _hold_width(self._map_place, None if self.is_compact else wide)
        self._refresh_map()

    def _on_density(self, density: Density) -> None:
        self.stack.set_density(density)

    def _next_density(self) -> None:
        order = list(Density)
        other = order[(order.index(self.stack.density) + 1) % len(order)]
        self.tools.density.set_value(other)
        self.stack.set_density(other)

    def _on_paper(self) -> None:
        from kurume_bousai.ui.reports.save_dialog import save_capacity_report

        conditions = self._board.rule.settings.conditions() if self._board else CapacityConditions()
        try:
            save_capacity_report(
                self._desktop, replace(conditions, staff=self.tools.chosen_shift()), self.window(),
                form=CapacityForm.PLANS,
            )  # fmt: skip
        except KnownProblem as problem:
            self._desktop.messages.problem(problem)

    def _on_candidates(self) -> None:
        dialog = CandidatesDialog(self._desktop, self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _make_help(self) -> QFrame:
        """What to do while the city's list is not here: it is not public, so none is shipped."""
        steps = (
            "市の福祉避難所の一覧は、まだ入っていません。公表されていないため、はじめからは入れていません。\n"
            "1. 「地図データ」の画面で、福祉避難所のひな形(Excel)をつくります。\n"
            "2. 施設ごとに、名前・住所・室の面積・職員の数・受入対象を書きます。"
            "わからない欄は空のままにします。\n"
            "3. 同じ画面で「福祉避難所」のファイルとして選び、点検の結果を見てから取り込みます。"
        )
        go = button(
            "地図データの画面を開く",
            "plain",
            "layers-outline",
            partial(self._desktop.window.show_page, "places"),
        )
        return card(Para(steps), hbox(go, None), title="一覧の入れ方")


def _hold_width(part: QWidget, at_100: float | None) -> None:
    """Fix a width in px at 100 %; None lets the part take what there is."""
    fix(part, fixed_width=at_100)
    if at_100 is None:
        part.setMinimumWidth(0)
        part.setMaximumWidth(_ANY_WIDTH)


def _mark(row: BoardSite, *, is_named: bool) -> SiteMark | None:
    """The chosen site says its name, the others only what is short: a small map holds no 38 names."""
    site, state = row.site, state_of(row)
    if site.point is None:
        return None
    words = tile_words(row)
    note = f"{words.word} {words.number}".strip() if is_named or state is State.SHORT else ""
    name = words.name if is_named else ""
    return SiteMark(site.site_id, SiteKind.WELFARE, site.point.lon, site.point.lat, name, note, state is None)
