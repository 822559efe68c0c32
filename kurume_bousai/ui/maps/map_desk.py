"""地図を見る: the map of the city, large, and beside it what can be done with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Topic
from kurume_bousai.domain.map_places import MapPlace
from kurume_bousai.mapview.protocol import MapScene, ReachShape, WayShape
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.kit.layouts import hbox
from kurume_bousai.ui.kit.widgets import vbox
from kurume_bousai.ui.map_panel.legend import SITE_WORDS
from kurume_bousai.ui.map_panel.making import create_map_view
from kurume_bousai.ui.maps.desk_actions import declare_actions
from kurume_bousai.ui.maps.desk_foot import DeskFoot
from kurume_bousai.ui.maps.desk_panel import DeskPanel
from kurume_bousai.ui.maps.desk_reading import DeskReading, drawn_marks, reader
from kurume_bousai.ui.maps.draw_section import DrawSection
from kurume_bousai.ui.maps.drawing import Drawing
from kurume_bousai.ui.maps.layer_look import LayerLook
from kurume_bousai.ui.maps.layer_settings import PEOPLE, moved, switched, with_step
from kurume_bousai.ui.maps.layers_section import LayersSection
from kurume_bousai.ui.maps.measure_section import MeasureSection
from kurume_bousai.ui.maps.pictures import DeskPictures
from kurume_bousai.ui.maps.search_box import SearchBox
from kurume_bousai.ui.maps.task_desk import TaskDesk

if TYPE_CHECKING:
    from kurume_bousai.ui.maps.routes_panel import RoutesPanel

LAYERS, DRAW, MEASURE, ROUTES = "のせるもの", "かく", "はかる", "道"
_GROUND: Final = frozenset({Topic.DISTRICTS, Topic.SHELTERS, Topic.BACKGROUNDS})
_PEOPLE: Final = frozenset({Topic.MEMBERS, Topic.PLANS, Topic.SUPPORTERS})
_NO_HIGHER: Final = "これより上には重ねられません。人や場所のしるしは、いつも地図の面より上に出ます。"
_NO_LOWER: Final = "これより下には重ねられません。地図の面は、いつも人や場所のしるしより下に出ます。"


class MapDesk(QWidget):
    """地図の机: the map, its panel, and the row of buttons beneath."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desktop = desktop
        access = desktop.database.access
        self._may_see_people = access.has(Right.SEE_PEOPLE)
        self._shows_people = False
        self._district = ""
        self._is_old = True
        self._is_compact = False
        self._reading: DeskReading | None = None
        self._found: tuple[float, float] | None = None
        self._ways: tuple[WayShape, ...] = ()
        self._reach: ReachShape | None = None
        self._is_personal = False
        self.map = create_map_view(self)
        self.look = LayerLook(desktop, self)
        self.tasks = TaskDesk(desktop, self.look, self)
        self.search = SearchBox(desktop)
        self.panel = DeskPanel(self.search)
        self.layers = LayersSection(may_see_people=self._may_see_people)
        self.drawing = Drawing(self.map, self.tasks, self)
        self.draw = DrawSection(self.tasks, desktop.privacy, self.drawing.take)
        self.drawing.serve(self.draw)
        self.measure = MeasureSection(self.map, desktop.services.measures)
        self.routes: RoutesPanel | None = None
        self.pictures = DeskPictures(desktop, self, self)
        self._build()
        self._connect()
        declare_actions(
            desktop, self, self.pictures, self.tasks, fit=self.fit, toggle_panel=self.toggle_panel
        )

    # ------------------------------------------------------------------ building
    def _build(self) -> None:
        self.panel.add_filling_section(LAYERS, self.layers)
        self.panel.add_section(DRAW, self.draw)
        self.panel.add_section(MEASURE, self.measure)
        self._add_routes()
        self.foot = DeskFoot(self.map, self.pictures, self.fit)
        self.foot.tools.toggled.connect(self._arrange)
        self.setLayout(hbox((vbox((self.map, 1), self.foot, gap=0.75), 1), self.panel, gap=1.5))

    def _add_routes(self) -> None:
        from kurume_bousai.ui.maps.routes_panel import RoutesPanel

        self.routes = RoutesPanel(self._desktop, self)
        self.panel.add_section(ROUTES, self.routes)

    def _connect(self) -> None:
        desktop = self._desktop
        self.search.found.connect(self.go_to)
        self.search.left.connect(self._leave_found)
        self.layers.switched.connect(self.switch_layer)
        self.layers.strength_wanted.connect(
            lambda layer, step: self.look.use(with_step(self.look.visibility, layer, step))
        )
        self.layers.moved.connect(lambda layer, up: self.move_layer(layer, up=up))
        self.tasks.changed.connect(self._show)
        self.tasks.drawn.connect(self._on_drawn)
        self.drawing.changed.connect(self._show)
        self.map.feature_selected.connect(self._on_feature_selected)
        self.map.site_selected.connect(self._on_site)
        self.map.problem.connect(desktop.messages.notice)
        self.map.view_changed.connect(self.pictures.follow_view)
        self.panel.section_changed.connect(self._on_section)
        desktop.privacy.changed.connect(self._show)
        desktop.changes.follow(_GROUND | {Topic.MAP_LAYERS}, self.refresh)
        desktop.changes.follow(_PEOPLE, self._on_people_changed)

    # ------------------------------------------------------------------ being a view
    def entered(self) -> None:
        """Read what is old."""
        if self.tasks.may_draw:
            self._desktop.session_actions.lend_undo(self.tasks.undo)
        self.tasks.reload()
        if self._is_old:
            self.refresh()

    def left(self) -> None:
        """Put the tools away."""
        self._desktop.session_actions.lend_undo(None)
        self.drawing.take(None)
        if self.routes is not None:
            self.routes.left()

    def first_focus(self) -> QWidget | None:
        """The field that finds a place; the map where the panel is folded."""
        return self.search.field if self.panel.isVisibleTo(self) else self.map

    def focus_search(self) -> bool:
        """Ctrl+F: the field that finds a place."""
        self._open_panel()
        self.search.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.field.selectAll()
        return True

    def district_changed(self, district_id: str) -> None:
        """Show another 校区."""
        self._district = district_id
        self._is_old = True
        if self.routes is not None:
            self.routes.district_changed(district_id)
        if self.isVisible():
            self.refresh()
            self.fit()

    def set_compact(self, *, compact: bool) -> None:
        """The panel behind one button, and no legend over the map."""
        self._is_compact = compact
        self.foot.set_compact(compact=compact)
        self._arrange()

    def toggle_panel(self) -> None:
        """Fold the panel away, or bring it back."""
        if self._is_compact:
            self.foot.tools.click()
        else:
            self.panel.setVisible(self.panel.isHidden())

    def print_map(self) -> None:
        """Open the window that prints maps on paper."""
        from kurume_bousai.ui.reports.map_dialog import open_map_print  # its libraries load with the window

        open_map_print(self._desktop, self.window(), district_id=self._district)

    def fit(self) -> None:
        """Show the chosen 校区 whole, or the city."""
        self.map.fit_district(self._district)

    # ------------------------------------------------------------------ what a person does
    def go_to(self, place: MapPlace) -> None:
        """Go to a place that was found: ring a point, show a 校区 whole."""
        if place.point is None:
            self._leave_found()
            self.map.fit_district(place.district_id or "")
            return
        self._found = (place.point.lon, place.point.lat)
        self.map.show_found(place.point.lon, place.point.lat)

    def switch_layer(self, layer_id: str, on: bool) -> None:
        """Show or hide a layer; people only here and only now."""
        if layer_id != PEOPLE:
            self.look.use(switched(self.look.visibility, layer_id, on=on))
        elif self._may_see_people:
            self._shows_people = on
            self.refresh()

    def move_layer(self, layer_id: str, *, up: bool) -> None:
        """Lay a layer above or below its neighbour; says where it cannot be."""
        reading = self._reading
        if reading is None:
            return
        drawn = [one.id for one in reading.choices]
        wanted = moved(self.look.visibility, drawn, self.layers.listed(), layer_id, up=up)
        scenes = self._desktop.scenes
        self._desktop.runner.compute(
            lambda: [one.id for one in scenes.choices(wanted)],
            lambda order: (
                self.layers.say_order(_NO_HIGHER if up else _NO_LOWER)
                if order == drawn
                else self.look.use(wanted)
            ),
            key="map-order",
        )

    def show_routes(self, ways: tuple[WayShape, ...], reach: ReachShape | None, *, is_personal: bool) -> None:
        """Show ways and 逃げ地図; personal ones begin at somebody's home and stay on this screen."""
        self._ways, self._reach, self._is_personal = ways, reach, is_personal
        self._show()
        self.pictures.follow_scene(self.map.scene)

    @property
    def may_show_ways(self) -> bool:
        """Whether anybody may see the ways that are shown."""
        return not self._is_personal

    @property
    def place_words(self) -> str:
        """What the map shows, for titles: 「津福校区」 or the city."""
        return f"{self._district}校区" if self._district else "久留米市"

    # ------------------------------------------------------------------ reading and showing
    def refresh(self) -> None:
        """Make the scene again, off the Qt thread."""
        self._is_old = False
        read = reader(
            self._desktop.database, self._desktop.scenes, self._district, with_people=self._shows_people
        )
        self._desktop.runner.compute(read, self._on_read, on_fail=self._on_not_read, key="map-desk")

    def _on_people_changed(self) -> None:
        if self._shows_people:
            self.refresh()

    def _on_not_read(self, _error: BaseException) -> bool:
        self._is_old = True
        return False

    def _on_read(self, reading: DeskReading) -> None:
        self._reading = reading
        self.layers.show_choices(
            [
                replace(one, is_shown=self._shows_people) if one.id == PEOPLE else one
                for one in reading.choices
            ]
        )
        self._show()

    def _show(self, *_: object) -> None:
        if self._reading is None:
            return
        selected = self.tasks.feature
        scene: MapScene = replace(
            self._reading.scene,
            drawn=drawn_marks(self.tasks.shown(), self.drawing.waiting, self._desktop.privacy.shown),
            ways=self._ways,
            reach=self._reach,
            found=self._found,
            selected_feature=selected.feature_id if selected is not None else "",
        )
        if scene != self.map.scene:
            self.map.set_scene(scene)
            self.pictures.follow_scene(scene)

    def _leave_found(self) -> None:
        self._found = None
        self.map.clear_found()

    def _on_site(self, site_id: str) -> None:
        site = next((one for one in self.map.scene.sites if one.id == site_id), None)
        if site is not None:
            self.search.say(site.name, SITE_WORDS[site.kind])

    def _on_drawn(self) -> None:
        self.panel.reveal(self.draw.card)
        self.draw.card.ask_words()

    def _on_feature_selected(self, feature_id: str) -> None:
        if feature_id:
            self.panel.show_section(DRAW)
            self.panel.reveal(self.draw.card)

    def _on_section(self, title: str) -> None:
        self.drawing.take(None)
        if self.routes is not None and title != ROUTES:
            self.routes.left()

    def _arrange(self, *_: object) -> None:
        self.panel.setVisible(not self._is_compact or self.foot.tools.isChecked())

    def _open_panel(self) -> None:
        if self._is_compact and not self.foot.tools.isChecked():
            self.foot.tools.click()
        self.panel.show()
