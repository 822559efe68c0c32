"""地図の絵と投影: a picture of what is in view, and the map on the wall; nothing about a person in either."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QWidget

from kurume_bousai.domain.dates import format_wareki, in_japan
from kurume_bousai.mapview.protocol import MapScene
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.map_panel.view import MapView
from kurume_bousai.ui.maps.map_picture import PictureWords, paint_picture
from kurume_bousai.ui.maps.map_projector import MapProjector
from kurume_bousai.ui.maps.picture_dialog import PictureDialog
from kurume_bousai.ui.maps.public_scene import public_scene

_COPIED = "地図の絵をコピーしました。文書にはりつけられます。人と、描いた言葉は入っていません。"


class ShownMap(Protocol):
    """映される地図: the map screen, as pictures and the wall need it."""

    @property
    def map(self) -> MapView:
        """The map."""

    @property
    def may_show_ways(self) -> bool:
        """Whether anybody may see the ways that are shown."""

    @property
    def place_words(self) -> str:
        """What the map shows, for titles."""


class DeskPictures(QObject):
    """地図の絵と投影 of the map screen."""

    def __init__(self, desktop: Desktop, desk: ShownMap, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self._desktop = desktop
        self._desk = desk
        self.projector: MapProjector | None = None

    def picture(self) -> QImage:
        """Paint what is in view, without anything about a person."""
        view = self._desk.map
        scene = public_scene(view.scene, with_ways=self._desk.may_show_ways)
        words = PictureWords(f"{self._desk.place_words}の地図", self._day())
        return paint_picture(scene, view.view_bounds(), view.size(), words)

    def copy(self) -> None:
        """Put the picture on the clipboard."""
        QGuiApplication.clipboard().setImage(self.picture())
        self._desktop.messages.done(_COPIED)

    def save(self) -> PictureDialog:
        """Ask for a name and write the picture there."""
        day = in_japan(self._desktop.clock.now()).date()
        stem = f"{self._desk.place_words}の地図_{day:%Y%m%d}"
        made = PictureDialog(self._desktop, self.picture(), stem, self._parent.window())
        made.open()
        return made

    def open_projector(self) -> MapProjector:
        """Show the map on the wall; it follows this screen from then on."""
        if self.projector is None:
            self.projector = MapProjector(self._parent.window())
        self.follow_scene(self._desk.map.scene, even_hidden=True)
        self.projector.show_bounds(*self._desk.map.view_bounds())
        self.projector.place()
        return self.projector

    def follow_scene(self, scene: MapScene, *, even_hidden: bool = False) -> None:
        """Show another scene on the wall."""
        if self.projector is not None and (even_hidden or self.projector.isVisible()):
            title = f"{self._desk.place_words}の地図"
            self.projector.show_scene(scene, title, self._day(), with_ways=self._desk.may_show_ways)

    def follow_view(self, west: float, south: float, east: float, north: float) -> None:
        """Show other ground on the wall."""
        if self.projector is not None and self.projector.isVisible():
            self.projector.show_bounds(west, south, east, north)

    def _day(self) -> str:
        return format_wareki(in_japan(self._desktop.clock.now()).date())
