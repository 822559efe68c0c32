"""地図の見え方: what a person set of the layers, kept on this installation, for every map of the program."""

from __future__ import annotations

from PySide6.QtCore import QObject

from kurume_bousai.domain.changes import Topic
from kurume_bousai.mapview.protocol import LayerVisibility
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.maps.layer_settings import SETTING, text_of, visibility_of


class LayerLook(QObject):
    """地図の見え方 in force."""

    def __init__(self, desktop: Desktop, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desktop = desktop
        self._visibility = visibility_of(desktop.settings)

    @property
    def visibility(self) -> LayerVisibility:
        """What was set."""
        return self._visibility

    def use(self, visibility: LayerVisibility) -> None:
        """Set another look: kept on this installation, and told to every screen with a map."""
        if visibility == self._visibility:
            return
        self._visibility = visibility
        self._desktop.scenes.use(visibility)
        self._desktop.remember(**{SETTING: text_of(visibility)})
        self._desktop.changes.tell(frozenset({Topic.MAP_LAYERS}))
