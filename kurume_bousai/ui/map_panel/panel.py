"""地図のページの部品: the map page in Qt WebEngine; screens get one from ``map_making.create_map_view``."""

from __future__ import annotations

import json
import logging
import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, QUrl
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kurume_bousai.mapview.protocol import Asset, Line, MapPageSource, MapScene, PersonMark
from kurume_bousai.ui.kit import tokens as kit_tokens
from kurume_bousai.ui.map_panel.assets import overlay_files, reach_files, tile_folders
from kurume_bousai.ui.map_panel.bridge import MapBridge, look_json
from kurume_bousai.ui.map_panel.view import CITY_BOUNDS, MapView, bounds_of

if TYPE_CHECKING:
    from PySide6.QtWebEngineCore import QWebEnginePage

_LOG = logging.getLogger(__name__)

#: After so many deaths of the page in a row the panel says so and stays down until ``restore``.
_MOST_RESTARTS: Final = 3

#: Half the side of the ground shown around a place that is asked for before the page is there.
_AROUND_DEG: Final = 0.004

_RESTARTED: Final = "地図の表示が止まったので、もう一度開きました。記録は残っています。"
_GAVE_UP: Final = (
    "地図の表示が続けて止まりました。横の一覧は使えます。プログラムを開き直すと、地図も戻ります。"
)


class Handles:
    """合札: a short handle for each person, the same as long as the panel lives, never used twice.

    The page knows people by these alone: it needs no id of the database, and a press that comes late,
    from a scene before the last, still means the same person. Scenes are written on another thread than
    the one that hears the presses.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._handles: dict[str, str] = {}
        self._ids: dict[str, str] = {}

    def of(self, member_id: str) -> str:
        """Return the handle of a person; "" of nobody."""
        if not member_id:
            return ""
        return self._handles.get(member_id) or self._new(member_id)

    def _new(self, member_id: str) -> str:
        with self._lock:
            handle = self._handles.get(member_id)
            if handle is None:
                handle = f"{len(self._handles):x}"
                self._ids[handle] = member_id
                self._handles[member_id] = handle
            return handle

    def id_of(self, handle: str) -> str:
        """Return the id behind a handle; "" for one that was never given."""
        return self._ids.get(handle, "")

    def marks(self, marks: Sequence[PersonMark]) -> tuple[PersonMark, ...]:
        """Return the marks with handles for ids."""
        # Field by field: ``replace`` of 20,000 would hold the window for a third of a second.
        return tuple(
            PersonMark(
                self.of(mark.id), mark.lon, mark.lat, mark.number, mark.signs, mark.state, mark.table,
                mark.blurred, mark.is_rough,
            )
            for mark in marks
        )  # fmt: skip


class MapPanel(MapView):
    """地図のページ in a widget. Keeps the scene, so that a page that died is as it was when it is back."""

    def __init__(self, source: MapPageSource, parent: QWidget | None = None) -> None:
        from PySide6.QtWebChannel import QWebChannel
        from PySide6.QtWebEngineWidgets import QWebEngineView

        from kurume_bousai.ui.map_panel.page import LockedPage
        from kurume_bousai.ui.map_panel.scheme import (
            PAGE_URL,
            LocalFiles,
            RequestFilter,
            connect_profile,
            make_profile,
        )

        super().__init__(parent)
        self._source = source
        self._revision = 0
        self._is_ready = False
        self._corners: Line = ()
        self._seen: tuple[float, float, float, float] | None = None
        self._bounds: tuple[float, float, float, float] | None = None
        self._restarts = 0
        self._legend = True
        self._handles = Handles()
        self._url = QUrl(PAGE_URL)
        # Children die in the order of their birth: the page (in its holder) before the profile, the
        # profile before what it calls.
        holder = QObject(self)
        self._profile = make_profile(self)
        self._gate = RequestFilter(self)
        self._files = LocalFiles(source, self)
        connect_profile(self._profile, self._files, self._gate)
        self._page: QWebEnginePage = LockedPage(self._profile, holder)
        self.bridge = MapBridge(self)
        self._channel = QWebChannel(self._page)
        self._channel.registerObject("bridge", self.bridge)
        self._page.setWebChannel(self._channel)
        self._view = QWebEngineView(self._page, self)
        self._view.setAccessibleName(self.accessibleName())
        self._view.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._view)
        self.setFocusProxy(self._view)
        self._connect()
        self._serve()
        self._page.load(self._url)

    def _connect(self) -> None:
        bridge = self.bridge
        bridge.page_ready.connect(self._on_page_ready)
        bridge.page_drew.connect(self._on_page_drew)
        bridge.mark_pressed.connect(self._on_mark_pressed)
        bridge.point_pressed.connect(self.point_clicked)
        bridge.feature_finished.connect(self.feature_drawn)
        bridge.corners_measured.connect(self._on_corners_measured)
        bridge.place_picked.connect(self.picked)
        bridge.tool_put_away.connect(self._on_tool_put_away)
        bridge.ground_moved.connect(self._on_ground_moved)
        self._page.renderProcessTerminated.connect(self._on_page_died)
        kit_tokens.hub().tokens_changed.connect(self._on_tokens_changed)

    # ------------------------------------------------ what a view offers
    @property
    def is_ready(self) -> bool:
        """Whether the page can draw already."""
        return self._is_ready

    @property
    def blocked_requests(self) -> int:
        """How many addresses outside the program were asked for (and refused)."""
        return self._gate.blocked

    @property
    def served_bytes(self) -> int:
        """Bytes the page has loaded, shared libraries and fonts apart."""
        return self._files.served_bytes

    def set_scene(self, scene: MapScene) -> None:
        """Show a scene; the first one that shows something fits it."""
        is_first = self._bounds is None and bool(scene.districts or scene.people)
        self._scene = scene
        self._revision += 1
        self._serve()
        if is_first:
            self.fit_bounds(*bounds_of(scene, scene.chosen_district))
        if self._is_ready:
            self.bridge.scene_changed.emit(self._revision)

    def _serve(self) -> None:
        scene, revision = self._scene, self._revision
        made: dict[str, Callable[[], Asset]] = {"scene.json": lambda: self._scene_asset(scene, revision)}
        for image in scene.backgrounds:
            made[f"background/{image.id}.png"] = partial(Asset, "image/png", image.png)
        made |= overlay_files(scene.overlays, self._source)
        made |= reach_files(scene.reach)
        self._files.prepare(made, tile_folders(scene.tiles))

    def _scene_asset(self, scene: MapScene, revision: int) -> Asset:
        sent = replace(
            scene, people=self._handles.marks(scene.people), selected=self._handles.of(scene.selected)
        )
        return Asset("application/json; charset=utf-8", self._source.scene_json(sent, revision))

    def update_people(self, marks: Sequence[PersonMark]) -> None:
        """Show other people in the same scene, by a push instead of a whole scene."""
        self._scene = replace(self._scene, people=tuple(marks))
        self._revision += 1
        if self._is_ready:
            text = self._source.people_json(self._handles.marks(self._scene.people)).decode()
            self.bridge.people_changed.emit(text, self._revision)

    def select_person(self, member_id: str) -> None:
        """Ring a person and bring the place into view; "" takes the ring away."""
        self._scene = replace(self._scene, selected=member_id)
        mark = next((mark for mark in self._scene.people if mark.id == member_id), None)
        if self._is_ready and mark is not None:
            self.bridge.person_chosen.emit(self._handles.of(mark.id), mark.lon, mark.lat)
        elif self._is_ready:
            self.bridge.person_chosen.emit("", 0.0, 0.0)

    def _mark_changed(self) -> None:
        if self._is_ready:
            found, marked = self._scene.found, self._scene.selected_feature
            self.bridge.marks_chosen.emit(json.dumps({"found": found, "feature": marked}))

    def fit_bounds(self, west: float, south: float, east: float, north: float) -> None:
        """Show a box of degrees whole."""
        self._bounds = (west, south, east, north)
        self._seen = None
        if self._is_ready:
            self.bridge.bounds_wanted.emit(west, south, east, north)

    def look_at(self, lon: float, lat: float, least_zoom: float | None = None) -> None:
        """Bring a place into the middle; ``least_zoom`` = come nearer where the map shows more ground."""
        if self._is_ready:
            self.bridge.place_wanted.emit(lon, lat, least_zoom or 0.0)
        else:
            self._bounds = (lon - _AROUND_DEG, lat - _AROUND_DEG, lon + _AROUND_DEG, lat + _AROUND_DEG)

    def zoom_by(self, factor: float) -> None:
        """Show more (factor below 1) or less ground, around the middle; 2.0 = twice as large."""
        if self._is_ready:
            self.bridge.zoom_wanted.emit(math.log2(factor))

    def view_bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of what is in view, in degrees."""
        return self._seen or self._bounds or CITY_BOUNDS

    def _tool_taken(self) -> None:
        self._corners = ()
        if self._is_ready:
            self.bridge.tool_chosen.emit(self._tool.to_json() if self._tool else "")
        if self._tool is not None:
            self._view.setFocus()

    def _measure_changed(self) -> None:
        if self._is_ready:
            self.bridge.measure_told.emit(self._measure_words)

    def _measured_corners(self) -> Line:
        return self._corners

    def set_legend_visible(self, visible: bool) -> None:
        """Show or fold the legend."""
        self._legend = visible
        if self._is_ready:
            self.bridge.legend_wanted.emit(visible)

    def restore(self) -> None:
        """Load the page again; everything shown comes back from the program."""
        self._is_ready = False
        self._restarts = 0
        self._page.load(self._url)

    # ------------------------------------------------ what the page says
    def _on_page_ready(self) -> None:
        self._is_ready = True
        self.bridge.look_changed.emit(look_json())
        self.bridge.bounds_wanted.emit(*(self._bounds or CITY_BOUNDS))
        self.bridge.legend_wanted.emit(self._legend)
        self._tool_taken()
        # Selections since the last scene are in the scene kept here, so it is written anew.
        self._serve()
        self.bridge.scene_changed.emit(self._revision)
        self.ready.emit()

    def _on_page_drew(self, revision: int) -> None:
        self._restarts = 0
        self.drawn.emit(revision)

    def _on_mark_pressed(self, kind: str, mark_id: str) -> None:
        signals = {
            "person": self.person_selected,
            "site": self.site_selected,
            "district": self.district_selected,
            "drawn": self.feature_selected,
        }
        if kind == "person":
            mark_id = self._handles.id_of(mark_id)
            self.select_person(mark_id)
        if kind in signals:
            signals[kind].emit(mark_id)

    def _on_corners_measured(self, kind: str, corners: list[tuple[float, float]]) -> None:
        if kind == self.tool:  # not of a tool that was changed meanwhile
            self._corners = tuple(corners)
            self._measure_words = ""
            self.measured.emit(kind, corners)

    def _on_ground_moved(self, west: float, south: float, east: float, north: float) -> None:
        self._seen = (west, south, east, north)
        self.view_changed.emit(west, south, east, north)

    def _on_tool_put_away(self) -> None:
        self._tool = None
        self._corners = ()
        self._measure_words = ""
        self.tool_changed.emit("")

    def _on_tokens_changed(self) -> None:
        if self._is_ready:
            self.bridge.look_changed.emit(look_json())

    def _give_up(self) -> None:
        self.problem.emit(_GAVE_UP)

    def _on_page_died(self, *_: object) -> None:
        self._is_ready = False
        self._restarts += 1
        _LOG.warning("the process of the map page ended (%d in a row)", self._restarts)
        if self._restarts > _MOST_RESTARTS:
            self._give_up()
            return
        self.problem.emit(_RESTARTED)
        self._page.load(self._url)
