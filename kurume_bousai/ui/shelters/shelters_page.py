"""福祉避難所: 「マイプランの行先は、定員に入りますか」. The board of the 37, each site in full beside it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QWidget

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.shelters import WelfareShelter
from kurume_bousai.mapview.protocol import LayerVisibility, MapScene, SiteKind, SiteMark
from kurume_bousai.services.plan_board import BoardSite, PlanBoard, PlanBoards
from kurume_bousai.services.site_editing import SiteEditing
from kurume_bousai.ui.actions import Action
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.kit.layouts import fix, grid
from kurume_bousai.ui.kit.painters import State
from kurume_bousai.ui.kit.widgets import (
    ChipRow,
    Digits,
    NeedMark,
    Para,
    StateMark,
    button,
    card,
    flow,
    hbox,
    holder,
    label,
    state_row,
    vbox,
)
from kurume_bousai.ui.map_native import NativeMapView
from kurume_bousai.ui.page import Page
from kurume_bousai.ui.shelters.board_rows import (
    SORTING_WORDS,
    HeadLine,
    Sorting,
    head_line,
    sorted_rows,
    state_of,
    tile_words,
)
from kurume_bousai.ui.shelters.board_view import BoardView, Density
from kurume_bousai.ui.shelters.site_card import SiteCard
from kurume_bousai.ui.shelters.site_form import SiteForm

_FOLLOWED: Final = frozenset({Topic.SHELTERS, Topic.PLANS, Topic.MEMBERS, Topic.IMPORTS})
_RULE: Final = "マイプランで行くと決めた人と、使える人数(1人4㎡・昼の職員1人に10人まで)を比べています。"
_ANY_WIDTH: Final = 16_777_215  # Qt's QWIDGETSIZE_MAX
_PANEL_WIDTH: Final = 372
#: With the site's card beside it the map gives way to a second column of tiles.
_MAP_WIDTH, _NARROW_MAP_WIDTH = 460, 300


class SheltersPage(Page):
    """福祉避難所. What has been decided in the plans; shortages are told, never netted with free places."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__("マイプランの行先は、定員に入りますか", parent)
        self._desktop = desktop
        self._board: PlanBoard | None = None
        self._scene: MapScene | None = None
        self._is_stale = True
        self._shows_map = False
        access = desktop.database.access
        self._may_edit = access.has(Right.EDIT_SITES)
        self.sorting = QComboBox()
        self.sorting.setAccessibleName("並び")
        self.sorting.view().setAccessibleName("並びの一覧")
        for one in Sorting:
            self.sorting.addItem(f"並び: {SORTING_WORDS[one]}", one.value)
        self.sorting.currentIndexChanged.connect(lambda _index: self._show_rows())
        self.density: ChipRow[Density] = ChipRow(
            [(Density.GLANCE, "全部を一目で"), (Density.DETAIL, "くわしく")],
            Density.GLANCE,
            name="盤のこまかさ",
        )
        self.density.chosen.connect(self._on_density)
        fix(self.density, fixed_width=250)
        self.board = BoardView(lambda: desktop.clock.now().date())
        self.board.opened.connect(self.open_site)
        self.board.moved.connect(self._on_moved)
        self.card = SiteCard(may_edit=self._may_edit)
        self.card.closed.connect(self.close_site)
        self.card.edit_wanted.connect(self._edit)
        self.card.hide()
        self.map: NativeMapView | None = None
        self._map_place = holder(vbox())
        self._map_place.hide()
        self._head_place = QHBoxLayout()
        grid(self._head_place)
        self._head: QWidget = holder(hbox(label("数えています", "quiet"), None))
        self._head_place.addWidget(self._head, 1)
        self._map_button = button("地図を横に出す", "plain", "map-outline", self.toggle_map)
        self.add_action_button(self._map_button)
        if self._may_edit:
            self.set_main_action(
                button(
                    "一覧を取り込む", "main", "tray-arrow-down", partial(desktop.window.show_page, "places")
                )
            )
        self._legend = _legend()
        self._help = self._make_help()
        self._help.hide()
        self._head_row = holder(hbox((self._head_place, 1), self.sorting, self.density, gap=1))
        middle = hbox((self.board, 1), self.card, self._map_place, gap=1.5)
        self.set_body(vbox(self._head_row, self._help, (middle, 1), self._legend, gap=1))
        fix(self.card, fixed_width=_PANEL_WIDTH)
        self._declare()
        desktop.changes.follow(_FOLLOWED, self._on_changed)
        desktop.changes.follow(frozenset({Topic.DISTRICTS}), self._forget_map)

    # -- frame ---------------------------------------------------------------------------------

    def entered(self) -> None:
        """Read the board when it is out of date."""
        QTimer.singleShot(0, self, self._catch_up)

    def first_focus(self) -> QWidget:
        """The board: arrows move, Enter opens."""
        return self.board

    def layout_changed(self, *, is_compact: bool) -> None:
        """Board or site, one at a time, where there is little room."""
        _hold_width(self.card, None if is_compact else _PANEL_WIDTH)
        self.sorting.setVisible(not is_compact)
        self._show_parts()

    def _declare(self) -> None:
        self._desktop.actions.add(
            Action(
                "shelters.density", "盤を一目で・くわしくで切り替える", "Ctrl+L", "view-grid-outline",
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
        self.card.show_row(row)
        self.card.show()
        self.board.choose(site_id)
        self._show_parts()
        if self.is_compact:
            self.card.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_site(self) -> None:
        """Put the site away; the keyboard goes back to the board."""
        self.card.hide()
        self._show_parts()
        self.board.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_moved(self, site_id: str) -> None:
        if self.card.isVisible() and not self.is_compact:
            row = self._row(site_id)
            if row is not None:
                self.card.show_row(row)
        self._refresh_map()

    def _row(self, site_id: str) -> BoardSite | None:
        rows = self._board.sites if self._board else ()
        return next((row for row in rows if row.site.site_id == site_id), None)

    def _edit(self, site_id: str) -> None:
        row = self._row(site_id)
        if row is None or not self._may_edit:
            return
        editing = SiteEditing(self._desktop.database)
        today = self._desktop.clock.now().date()

        def save(before: WelfareShelter, after: WelfareShelter) -> None:
            self._desktop.runner.write(
                lambda: editing.save(before, after, today=today),
                lambda outcome: self._on_saved(form, outcome),
                on_fail=lambda error: self._on_not_saved(form, error),
            )

        form = SiteForm(row.site, save, self.window())
        form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        form.open()

    def _on_saved(self, form: SiteForm, outcome: Outcome[WelfareShelter]) -> None:
        form.saved()
        self._desktop.finish(Outcome(None, outcome.changes), f"「{outcome.value.name}」を直しました。")

    @staticmethod
    def _on_not_saved(form: SiteForm, error: BaseException) -> bool:
        if isinstance(error, KnownProblem):
            form.fail(error)
            return True
        form.keep.setEnabled(True)
        return False

    # -- map -----------------------------------------------------------------------------------

    def toggle_map(self) -> None:
        """Put the map beside the board, or away."""
        self._shows_map = not self._shows_map
        words = "地図をしまう" if self._shows_map else "地図を横に出す"
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
        chosen = self.board.site_id()
        marks = [_mark(row, is_named=row.site.site_id == chosen) for row in self._board.sites]
        sites = tuple(mark for mark in marks if mark is not None)
        self.map.set_scene(replace(self._scene, sites=sites, visibility=hidden))

    # -- reading and showing -------------------------------------------------------------------

    def _on_changed(self) -> None:
        self._is_stale = True
        if self._desktop.window.current_page() is self:
            self._catch_up()

    def _catch_up(self) -> None:
        if not self._is_stale:
            return
        self._is_stale = False
        boards = PlanBoards(self._desktop.database)
        self._desktop.runner.read(boards.read, self._on_read, on_fail=self._on_not_read, key="shelters")

    def _on_not_read(self, _error: BaseException) -> bool:
        self._is_stale = True
        return False

    def _on_read(self, board: PlanBoard) -> None:
        self._board = board
        self._show_rows()
        shown = self.card.row
        if shown is not None and self.card.isVisible():
            fresh = self._row(str(shown.site.site_id))
            if fresh is None:
                self.close_site()
            else:
                self.card.show_row(fresh)
        self._refresh_map()

    def _show_rows(self) -> None:
        if self._board is None:
            return
        self.board.set_rows(sorted_rows(self._board, Sorting(self.sorting.currentData())))
        self._help.setVisible(not self._board.the_37)
        self._show_head(head_line(self._board))
        self._show_parts()

    def _show_head(self, head: HeadLine) -> None:
        made = _head_words(head)
        old, self._head = self._head, made
        self._head_place.replaceWidget(old, made)
        self._head_place.setStretchFactor(made, 1)
        old.hide()
        old.deleteLater()

    def _show_parts(self) -> None:
        alone = self.is_compact and (not self.card.isHidden() or self._shows_map)
        self.board.setVisible(not alone)
        self._legend.setVisible(not alone)
        self._map_place.setVisible(self._shows_map and not (self.is_compact and not self.card.isHidden()))
        wide = _MAP_WIDTH if self.card.isHidden() else _NARROW_MAP_WIDTH
        _hold_width(self._map_place, None if self.is_compact else wide)
        self._refresh_map()

    def _on_density(self, density: Density) -> None:
        self.board.set_density(density)

    def _next_density(self) -> None:
        other = Density.GLANCE if self.board.density is Density.DETAIL else Density.DETAIL
        self.density.set_value(other)
        self.board.set_density(other)

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


def _head_words(head: HeadLine) -> QWidget:
    parts: list[QWidget] = [label("市の一覧はまだありません", "quiet")]
    if head.sites:
        parts = [
            _figure(f"{head.sites}施設のうち", f"{head.with_room}", "施設に空き"),
            _figure("", f"{head.free:,}", "人分"),
        ]
    if head.short:
        parts.append(_figure("不足", f"{head.short:,}", f"人分({head.short_sites}施設)", State.SHORT))
    if head.unknown:
        parts.append(_figure("不明", f"{head.unknown}", "施設", State.UNKNOWN))
    if head.undecided:
        parts.append(_figure("施設が未定", f"{head.undecided:,}", "人"))
    made = flow(parts, gap=1.5, line_gap=0.25)
    made.setToolTip(_RULE)
    made.setAccessibleName("盤のまとめ")
    made.setAccessibleDescription(_RULE)
    return made


def _figure(before: str, number: str, after: str, state: State | None = None) -> QWidget:
    parts: list[QWidget] = [StateMark(state, 20, name=before)] if state else []
    if before:
        parts.append(label(before, "quiet"))
    parts += [Digits(number, "number"), label(after, "quiet")]
    return holder(hbox(*parts, gap=0.75))


def _legend() -> QWidget:
    rule_words: QLabel = label("太い棒 = 行く人 / 使える人数(1人4㎡・昼の職員1人に10人まで)", "small")
    first = holder(hbox(NeedMark("電", "電源", 16), label("電源優先施設(37に数えない)", "small"), gap=0.5))
    entries = [
        state_row(State.OK, "空きあり"),
        state_row(State.FEW, "空きわずか(1割以下か2人以下)"),
        state_row(State.SHORT, "不足"),
        state_row(State.UNKNOWN, "不明"),
        first,
        rule_words,
    ]
    return flow(entries, gap=1.5, line_gap=0.25)
