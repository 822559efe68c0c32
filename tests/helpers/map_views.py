"""Both map views as a person has them in front of them: shown, pressed, typed on."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kurume_bousai.mapview.protocol import MapScene
from kurume_bousai.ui.map_panel.native import NativeMapView
from kurume_bousai.ui.map_panel.panel import MapPanel
from kurume_bousai.ui.map_panel.view import MapView

#: The machines of the tests are slow and shared: a wait ends as soon as what it waits for is there.
PATIENCE_MS = 30_000


def shown(
    made: MapView, qtbot: QtBot, scene: MapScene, box: tuple[float, float, float, float]
) -> Iterator[MapView]:
    """Show a view of 800 × 600 px with a scene; afterwards it is gone and has asked for nothing outside."""
    made.resize(800, 600)
    made.set_scene(scene)
    made.fit_bounds(*box)
    with qtbot.waitSignal(made.drawn, timeout=PATIENCE_MS):
        made.show()
    # A page tells which ground it shows; around the box there is always a margin.
    qtbot.waitUntil(lambda: made.view_bounds() != box, timeout=PATIENCE_MS)
    yield made
    assert made.blocked_requests == 0
    delete(made)


def delete(view: MapView) -> None:
    """Put a view away."""
    view.close()
    view.deleteLater()
    QApplication.sendPostedEvents(view, QEvent.Type.DeferredDelete)


def surface(view: MapView) -> QWidget:
    """The widget that takes the mouse and the keys: Chromium's own, inside the panel."""
    inner: QWidget = view
    while (deeper := inner.focusProxy()) is not None:
        inner = deeper
    return inner


def press(view: MapView, at: QPoint) -> None:
    """Press a pixel."""
    QTest.mouseClick(surface(view), Qt.MouseButton.LeftButton, pos=at)


def press_place(view: MapView, qtbot: QtBot, lon: float, lat: float) -> None:
    """Press a place in degrees."""
    press(view, pixel(view, qtbot, lon, lat))


def key(view: MapView, wanted: Qt.Key) -> None:
    """Press a key."""
    QTest.keyClick(surface(view), wanted)


def ask(panel: MapPanel, qtbot: QtBot, script: str) -> object:
    """Return what the page answers."""
    answers: list[object] = []
    panel._page.runJavaScript(script, answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=PATIENCE_MS)
    return answers[0]


def pixel(view: MapView, qtbot: QtBot, lon: float, lat: float) -> QPoint:
    """Where a place is on the screen."""
    if isinstance(view, NativeMapView):
        return view._viewport.to_screen(lon, lat).toPoint()
    assert isinstance(view, MapPanel)
    script = f"(p=>Math.round(p.x)+' '+Math.round(p.y))(KB.map.latLngToContainerPoint([{lat},{lon}]))"
    x, y = str(ask(view, qtbot, script)).split()
    return QPoint(int(x), int(y))


def focus(view: MapView, qtbot: QtBot) -> None:
    """Put the keyboard on the map."""
    if isinstance(view, MapPanel):
        ask(view, qtbot, "KB.map.getContainer().focus();1")


def settle(view: MapView, qtbot: QtBot) -> None:
    """Wait until the page has heard what the program told it, and painted it."""
    if isinstance(view, MapPanel):
        script = "window.settled=0;requestAnimationFrame(()=>requestAnimationFrame(()=>{window.settled=1}));1"
        ask(view, qtbot, script)
        qtbot.waitUntil(lambda: ask(view, qtbot, "window.settled") == 1, timeout=PATIENCE_MS)
    QApplication.processEvents()


def redrawn(view: MapView, qtbot: QtBot, scene: MapScene) -> None:
    """Show another scene and wait until it is on the screen."""
    with qtbot.waitSignal(view.drawn, timeout=PATIENCE_MS):
        view.set_scene(scene)


def changed_pixels(before: QImage, after: QImage) -> int:
    """Count pixels that look different; the edges of letters vary a little from one painting to the next."""
    first, second = (np.frombuffer(image.constBits(), np.uint8).astype(np.int16) for image in (before, after))
    return int((np.abs(first - second).reshape(-1, 4)[:, :3].max(axis=1) > 96).sum())


def has_colour(image: QImage, at: QPoint, wanted: int, reach: int = 4) -> bool:
    """Whether a colour (0xRRGGBB) is within a few pixels of a place."""
    near = range(-reach, reach + 1)
    return any(
        image.rect().contains(at.x() + x, at.y() + y)
        and image.pixel(at.x() + x, at.y() + y) & 0xFFFFFF == wanted
        for x in near
        for y in near
    )
