"""Map with 6,000 people: from data ready to everything drawn, and what the page weighs.

Ours: marks → scene → page over the local scheme → drawn.  The rival: ``folium.Marker`` in a
``MarkerCluster`` (short Japanese popups), saved to a file and loaded until its markers are there.  Both
have every asset on the disk, both start with Python and Chromium warm, and shared libraries (Leaflet,
markercluster, jquery's stand-in, QWebChannel) and fonts are counted for neither.

markercluster is not on PyPI.  Where ``KURUME_BOUSAI_MARKERCLUSTER`` names a folder with the ``dist`` files
of the npm package (for measuring only, never shipped), it is used; elsewhere the rival is plain Marker,
and ``other`` says so.  The rival's Python side and file size do not depend on it.
"""

from __future__ import annotations

import importlib
import os
import random
import re
import shutil
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from kurume_bousai.domain.members import MemberRow
    from kurume_bousai.mapview.protocol import PersonMark

PEOPLE: Final = 6000
MARKERCLUSTER: Final = "KURUME_BOUSAI_MARKERCLUSTER"
_SIZE: Final = (1366, 768)
_PATIENCE_S: Final = 300.0


#: The application of a run by hand: it must outlive its views.
_kept: list[object] = []


def run(people: int = PEOPLE) -> dict[str, Any]:
    """Measure both in this process and return the ratios."""
    _prepare_qt()
    ours_s, ours_bytes = _ours(people)
    other, other_s, other_bytes = _rival(people)
    return {
        "ours_s": round(ours_s, 3),
        "other": other,
        "other_s": round(other_s, 3),
        "ratio": round(other_s / ours_s, 1),
        "n": people,
        "ours_bytes": ours_bytes,
        "other_bytes": other_bytes,
        "bytes_ratio": round(ours_bytes / other_bytes, 4),
    }


def _prepare_qt() -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")
    from kurume_bousai.ui.map_panel import scheme as map_scheme

    map_scheme.register_scheme()
    from PySide6.QtWebEngineWidgets import QWebEngineView
    from PySide6.QtWidgets import QApplication

    if QApplication.instance() is None:
        _kept.append(QApplication([]))
    QApplication.setQuitOnLastWindowClosed(False)
    from kurume_bousai.ui.kit.fonts import load_fonts

    load_fonts()
    # Chromium's first start belongs to neither.
    view = QWebEngineView()
    view.show()
    done: list[bool] = []
    view.loadFinished.connect(done.append)
    view.setHtml("<p>.</p>")
    _wait(lambda: bool(done))
    _delete(view)
    for module in ("folium.plugins", "kurume_bousai.mapview.features"):
        importlib.import_module(module)  # imports belong to neither


def _delete(view: QWidget) -> None:
    from PySide6.QtCore import QEvent
    from PySide6.QtWidgets import QApplication

    view.close()
    view.deleteLater()
    QApplication.sendPostedEvents(view, QEvent.Type.DeferredDelete)


def _wait(is_done: Callable[[], bool], patience_s: float = _PATIENCE_S) -> None:
    from PySide6.QtCore import QEventLoop
    from PySide6.QtWidgets import QApplication

    until = time.perf_counter() + patience_s
    while not is_done():
        if time.perf_counter() > until:
            raise TimeoutError("the map was not drawn")
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


def _places(people: int) -> list[tuple[float, float]]:
    dice = random.Random(11)
    return [(dice.uniform(130.42, 130.70), dice.uniform(33.24, 33.36)) for _ in range(people)]


# ---------------------------------------------------------------- ours
def _ours(people: int) -> tuple[float, int]:
    from kurume_bousai.mapview import page as page_module
    from kurume_bousai.mapview.protocol import MapScene
    from kurume_bousai.ui.map_panel.panel import MapPanel

    rows = _rows(people)
    page_module.map_page.cache_clear()  # building the page with folium is part of the time
    start = time.perf_counter()
    view = MapPanel(page_module.map_page())
    view.resize(*_SIZE)
    drawn: list[int] = []
    view.drawn.connect(drawn.append)
    view.set_scene(MapScene(people=_marks(rows)))
    view.show()
    _wait(lambda: bool(drawn))
    taken_s = time.perf_counter() - start
    weight = view.served_bytes
    _delete(view)
    return taken_s, weight


def _rows(people: int) -> list[MemberRow]:
    from kurume_bousai.domain.consents import ConsentState
    from kurume_bousai.domain.ids import DistrictId, MemberId
    from kurume_bousai.domain.members import MemberRow, Need, RegistrationState

    dice = random.Random(12)
    needs = list(Need)
    return [
        MemberRow(
            member_id=MemberId(f"{dice.getrandbits(128):032x}"),
            number=number,
            name=f"架空 {number}",
            kana="",
            district_id=DistrictId("津福"),
            neighborhood="架空",
            needs=frozenset(dice.sample(needs, dice.randint(0, 2))),
            roster_consent=ConsentState.GIVEN,
            registration=RegistrationState.APPLIED,
            plan_state="none",
            has_supporter=dice.random() < 0.7,
            flood_rank=None,
            lon=place[0],
            lat=place[1],
        )
        for number, place in enumerate(_places(people), start=1)
    ]


def _marks(rows: list[MemberRow]) -> tuple[PersonMark, ...]:
    from kurume_bousai.domain.bodies import DataLevel
    from kurume_bousai.mapview.features import roster_people

    return roster_people(rows, DataLevel.REAL)


# ---------------------------------------------------------------- the rival
_DOLLAR: Final = (
    "window.$=function(html){const box=document.createElement('div');box.innerHTML=html;"
    "return [box.firstElementChild]};"
)


def _rival(people: int) -> tuple[str, float, int]:
    folder = Path(tempfile.mkdtemp(prefix="kurume_bousai_bench_"))
    try:
        cluster = _copy_libraries(folder)
        page = folder / "rival.html"
        start = time.perf_counter()
        _write_rival(page, people, clustered=cluster)
        _load_rival(page, people, clustered=cluster)
        taken_s = time.perf_counter() - start
        kind = "folium Marker + MarkerCluster" if cluster else "folium Marker (markercluster is not here)"
        return f"{kind}, short popups, from a file", taken_s, page.stat().st_size
    finally:
        shutil.rmtree(folder)


def _copy_libraries(folder: Path) -> bool:
    spec = find_spec("pyqtlet2")
    carrier = Path((spec.submodule_search_locations or [])[0]) if spec else folder
    leaflet = carrier / "web/modules/leaflet_193"
    for name in ("leaflet.js", "leaflet.css"):
        shutil.copy(leaflet / name, folder / name)
    shutil.copytree(leaflet / "images", folder / "images")
    (folder / "dollar.js").write_text(_DOLLAR, encoding="utf-8")
    dist = os.environ.get(MARKERCLUSTER)
    if not dist:
        return False
    for name in ("leaflet.markercluster.js", "MarkerCluster.css", "MarkerCluster.Default.css"):
        shutil.copy(Path(dist) / name, folder / name)
    return True


def _write_rival(page: Path, people: int, *, clustered: bool) -> None:
    import folium
    from branca.element import Element
    from folium.plugins import MarkerCluster

    made = folium.Map(location=[33.3055, 130.555], zoom_start=12, tiles=None, max_zoom=19)
    made.options["maxZoom"] = 19  # markercluster refuses a map without
    target: Element = made
    if clustered:
        target = MarkerCluster().add_to(made)  # type: ignore[no-untyped-call]
    for number, (lon, lat) in enumerate(_places(people), start=1):
        folium.Marker([lat, lon], popup=f"番号{number}<br>電源・車いす<br>支援者なし").add_to(target)
    html = made.get_root().render()
    page.write_text(_local(html), encoding="utf-8")


_NEEDED: Final = {
    "leaflet.js": "leaflet.js",
    "leaflet.css": "leaflet.css",
    "jquery": "dollar.js",
    "leaflet.markercluster.js": "leaflet.markercluster.js",
    "MarkerCluster.css": "MarkerCluster.css",
    "MarkerCluster.Default.css": "MarkerCluster.Default.css",
}


def _local(html: str) -> str:
    """Point the libraries to the folder and drop what a marker does not need."""

    def replaced(found: re.Match[str]) -> str:
        address = found["url"]
        local = next((file for part, file in _NEEDED.items() if part in address), None)
        return found[0].replace(address, local) if local else ""

    html = re.sub(r'<script src="(?P<url>https:[^"]+)"></script>', replaced, html)
    return re.sub(r'<link rel="stylesheet" href="(?P<url>https:[^"]+)"\s*/>', replaced, html)


def _load_rival(page: Path, people: int, *, clustered: bool) -> None:
    from PySide6.QtCore import QUrl
    from PySide6.QtWebEngineWidgets import QWebEngineView

    view = QWebEngineView()
    view.resize(*_SIZE)
    view.show()
    loaded: list[bool] = []
    view.loadFinished.connect(loaded.append)
    view.load(QUrl.fromLocalFile(str(page)))
    _wait(lambda: bool(loaded))
    # Drawn: the markers (or their clusters) are in the page, and two frames have passed.
    least = 5 if clustered else people
    view.page().runJavaScript(
        "window.benchDone=false;"
        f"const tick=()=>document.querySelectorAll('.leaflet-marker-icon').length>={least}"
        "?requestAnimationFrame(()=>requestAnimationFrame(()=>{window.benchDone=true})):setTimeout(tick,10);tick();"
    )
    done: list[bool] = []

    def ask() -> bool:
        view.page().runJavaScript(
            "window.benchDone===true", lambda value: done.append(True) if value else None
        )
        return bool(done)

    _wait(ask)
    _delete(view)


if __name__ == "__main__":
    print(run())
