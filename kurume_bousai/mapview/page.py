"""地図のページ: built once with folium, served from ``app://map/`` (``mapview.protocol.MapPageSource``).

folium gives the skeleton (head, container, Leaflet map).  Its inline scripts and styles are moved into
files of their own, so that the Content-Security-Policy can refuse every inline script.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Final

from kurume_bousai.bundled import maps_folder
from kurume_bousai.mapview.assets import (
    LEAFLET_VERSION,
    PAGE_SCRIPTS,
    PAGE_STYLE,
    QWEBCHANNEL,
    AssetFolder,
    assets,
    media_type,
)
from kurume_bousai.mapview.catalogue import read_catalogue, source_file
from kurume_bousai.mapview.protocol import (
    Asset,
    Layer,
    LayerClass,
    MapScene,
    OverlayClass,
    PersonMark,
)
from kurume_bousai.mapview.wire import (
    Json,
    overlay_points,
    overlay_shapes,
    people_value,
    scene_value,
    to_json,
)

#: Only the local scheme; no inline script or style; pictures may also be data of the page itself.
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src app:; style-src app:; img-src app: data:; font-src app:; "
    "connect-src app:; base-uri 'none'; form-action 'none'"
)
ACCESSIBLE_NAME: Final = (
    "地図。矢印キーで動かし、プラスとマイナスで大きさを変え、スペースで中央の印を選びます。"
    "人は番号と記号だけで、同じ内容の一覧が横にあります。"
)
_CENTRE: Final = (33.3055, 130.555)
_CENTRE_ZOOM: Final = 12
_MAX_ZOOM: Final = 19
_MIN_ZOOM: Final = 9
_MAP_NAME: Final = "map_kurume"
_MADE_SCRIPT: Final = "page/made-map.js"
_MADE_STYLE: Final = "page/made-map.css"

_PLAIN_CLASS: Final = LayerClass("")

_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(?P<code>.*?)</script>", re.DOTALL)
_INLINE_STYLE = re.compile(r"<style[^>]*>(?P<code>.*?)</style>", re.DOTALL)


class MapPage:
    """地図のページ and everything it may ask for."""

    def __init__(self, folder: Path, files: AssetFolder) -> None:
        self._folder = folder
        self._files = files
        self._layers = read_catalogue(folder)
        self._made = _built_files(files)
        self._made["layers.json"] = Asset(media_type("layers.json"), to_json(self._settings()))

    @property
    def layers(self) -> Sequence[Layer]:
        """The catalogue in drawing order."""
        return self._layers

    def asset(self, path: str) -> Asset | None:
        """Return the file at ``path`` of ``app://map/``; "" is the page itself; None = there is none."""
        if path in self._made:
            return self._made[path]
        if path.startswith("layers/"):
            return self._layer_file(path.removeprefix("layers/").removesuffix(".json"))
        return self._files.read(path)

    def _layer_file(self, layer_id: str) -> Asset | None:
        layer = next((one for one in self._layers if one.id == layer_id and one.kind == "geojson"), None)
        if layer is None:
            return None
        return Asset(media_type("layer.json"), source_file(layer, self._folder).read_bytes())

    def scene_json(self, scene: MapScene, revision: int) -> bytes:
        """Write a scene as the page reads it; backgrounds only by id and bounds."""
        return to_json(scene_value(scene, self._layers, revision))

    def overlay_asset(self, overlay: OverlayClass, *, points: bool) -> Asset:
        """Write the shapes or the points of one class, as the page fetches them once."""
        if points:
            return Asset(media_type("points.json"), overlay_points(overlay))
        return Asset(media_type("shapes.bin"), overlay_shapes(overlay))

    def people_json(self, marks: Sequence[PersonMark]) -> bytes:
        """Write people alone, for a push."""
        return to_json(people_value(marks))

    def _settings(self) -> Json:
        return {
            "map": _MAP_NAME,
            "accessible_name": ACCESSIBLE_NAME,
            "layers": [_layer_value(layer) for layer in self._layers],
        }


def _layer_value(layer: Layer) -> Json:
    style: dict[str, Json] = dict(layer.style)
    return {
        "id": layer.id,
        "title": layer.title,
        "kind": layer.kind,
        "style": style,
        "opacity": layer.opacity,
        "min_zoom": layer.min_zoom,
        "wording": layer.wording,
        "classes": [_class_value(one) for one in layer.classes],
        # Leaflet reads an attribution as HTML.
        "attribution": escape(layer.attribution),
    }


def _class_value(one: LayerClass) -> Json:
    """What a class says; the page knows what it leaves out (``KB.plainClass``)."""
    said: dict[str, Json] = {"words": one.words}
    for name in ("fill", "line", "width", "hatch", "letter"):
        if getattr(one, name) != getattr(_PLAIN_CLASS, name):
            said[name] = getattr(one, name)
    for name in ("dash", "slopes"):
        if getattr(one, name) != getattr(_PLAIN_CLASS, name):
            said[name] = list(getattr(one, name))
    return said


def _built_files(files: AssetFolder) -> dict[str, Asset]:
    """The page and the two files its inline parts were moved to."""
    html = _folium_html()
    scripts = "\n".join(found["code"] for found in _INLINE_SCRIPT.finditer(html))
    styles = "\n".join(found["code"] for found in _INLINE_STYLE.finditer(html))
    html = _INLINE_STYLE.sub("", _INLINE_SCRIPT.sub("", html))
    html = html.replace("<html>", '<html lang="ja">', 1)
    html = html.replace("<head>", f"<head>\n    {_head()}", 1)
    # The map is made where folium made it: after the container, before our scripts look for it.
    html = html.replace("</head>", f'<link rel="stylesheet" href="/page/{PAGE_STYLE}">\n</head>', 1)
    wanted = (_MADE_SCRIPT, *(f"page/{name}" for name in PAGE_SCRIPTS))
    tags = "\n".join(f'<script src="/{name}"></script>' for name in wanted)
    html = html.replace("</body>", f"{tags}\n</body>", 1)
    page = files.rewrite(html)
    return {
        "": Asset(media_type("page.html"), page.encode()),
        _MADE_SCRIPT: Asset(media_type(_MADE_SCRIPT), scripts.encode()),
        _MADE_STYLE: Asset(media_type(_MADE_STYLE), styles.encode()),
    }


def _head() -> str:
    policy = escape(CONTENT_SECURITY_POLICY)
    return f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">'


def _folium_html() -> str:
    import folium  # a fifth of a second: not before the first map
    from branca.element import CssLink, Figure

    skeleton = folium.Map(
        location=_CENTRE,
        zoom_start=_CENTRE_ZOOM,
        tiles=None,
        zoom_control=False,
        zoom_animation=False,  # nothing moves by itself (UI.md), and a zoom is drawn once
        fade_animation=False,
        inertia=False,
        attribution_control=False,
    )
    skeleton._name, skeleton._id = _MAP_NAME.split("_")  # noqa: SLF001 - else the name is random in each build
    leaflet = f"https://cdn.jsdelivr.net/npm/leaflet@{LEAFLET_VERSION}/dist/leaflet"
    # Popups, icons and grids are not used, so jquery, bootstrap and the icon fonts stay out.
    skeleton.default_js = [("leaflet", f"{leaflet}.js"), ("qwebchannel", f"/{QWEBCHANNEL}")]
    skeleton.default_css = [("leaflet_css", f"{leaflet}.css")]
    # folium keeps max_zoom and min_zoom for its tiles, and there are none.
    skeleton.options.update(max_zoom=_MAX_ZOOM, min_zoom=_MIN_ZOOM, zoom_snap=0.25)
    figure = skeleton.get_root()
    if not isinstance(figure, Figure):
        raise TypeError("folium.Map has no Figure around it")
    figure.header.add_child(CssLink(f"/{_MADE_STYLE}"), name="made_css")
    return str(figure.render())


@lru_cache(maxsize=1)
def map_page() -> MapPage:
    """Return the page of this installation, built at the first call."""
    return MapPage(maps_folder(), assets())
