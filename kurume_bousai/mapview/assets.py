"""部品の置き場所: the one place that knows where each file of the map page comes from.

Leaflet comes as plain files of the pyqtlet2 wheel and the font from matplotlib-fontja; both packages
are only located, never imported (they would bring Qt bindings and matplotlib).  Everything the page
may ask for has a name here; anything else does not exist.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from kurume_bousai.bundled import maps_folder
from kurume_bousai.mapview.protocol import Asset

LEAFLET_VERSION: Final = "1.9.3"

_LEAFLET: Final = ("pyqtlet2", "web/modules/leaflet_193")
_FONTS: Final = ("matplotlib_fontja", "fonts")
#: Names under which the page asks, → package and path inside.
_LIBRARY: Final = {
    "lib/leaflet.js": (*_LEAFLET, "leaflet.js"),
    "lib/leaflet.css": (*_LEAFLET, "leaflet.css"),
    "lib/images/layers.png": (*_LEAFLET, "images/layers.png"),
    "lib/images/layers-2x.png": (*_LEAFLET, "images/layers-2x.png"),
    "lib/images/marker-icon.png": (*_LEAFLET, "images/marker-icon.png"),
    "lib/images/marker-icon-2x.png": (*_LEAFLET, "images/marker-icon-2x.png"),
    "lib/images/marker-shadow.png": (*_LEAFLET, "images/marker-shadow.png"),
    "font/ipaexg.ttf": (*_FONTS, "ipaexg.ttf"),
}
#: Our own scripts in the order in which they are loaded.
PAGE_SCRIPTS: Final = (
    "core.js",
    "labels.js",
    "marks.js",
    "plates.js",
    "overlays.js",
    "tiles.js",
    "ground.js",
    "reach.js",
    "places.js",
    "people.js",
    "tools.js",
    "chrome.js",
    "channel.js",
)
PAGE_STYLE: Final = "map.css"
#: Served by the map view from Qt's own resources.
QWEBCHANNEL: Final = "lib/qwebchannel.js"

#: Where folium and its elements point to → the name here.
_KNOWN_URLS: Final = {
    f"https://cdn.jsdelivr.net/npm/leaflet@{LEAFLET_VERSION}/dist/leaflet.js": "lib/leaflet.js",
    f"https://cdn.jsdelivr.net/npm/leaflet@{LEAFLET_VERSION}/dist/leaflet.css": "lib/leaflet.css",
}
_MEDIA_TYPES: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".png": "image/png",
    ".ttf": "font/ttf",
    ".bin": "application/octet-stream",
}
_LINK = re.compile(
    r"""(?P<before>\b(?:src|href)\s*=\s*)(?P<quote>["'])(?P<url>[^"']*)(?P=quote)""", re.IGNORECASE
)


class UnmappedAssetError(ValueError):
    """A page asks for an address that has no file here: it would need the network."""


@dataclass(frozen=True, slots=True)
class AssetFolder:
    """部品: resolves a name to a file, and an address in a page to a name."""

    page_folder: Path

    def names(self) -> frozenset[str]:
        """Every name that can be asked for."""
        return frozenset(_LIBRARY) | {f"page/{name}" for name in (*PAGE_SCRIPTS, PAGE_STYLE)}

    def file(self, name: str) -> Path | None:
        """Return the file behind a name; None = there is no such name."""
        if name not in self.names():
            return None
        if name.startswith("page/"):
            return self.page_folder / name.removeprefix("page/")
        package, *inner = _LIBRARY[name]
        return _package_folder(package).joinpath(*inner)

    def read(self, name: str) -> Asset | None:
        """Return the content behind a name; None = there is no such name."""
        path = self.file(name)
        return None if path is None else Asset(media_type(name), path.read_bytes())

    def resolve(self, url: str) -> str:
        """Return the local address of an address in a page.

        Raises
        ------
        UnmappedAssetError
            Nothing here stands for it.
        """
        name = _KNOWN_URLS.get(url, url.removeprefix("/"))
        if name not in self.names() and name != QWEBCHANNEL and not name.startswith("page/made-"):
            raise UnmappedAssetError(url)
        return f"/{name}"

    def rewrite(self, html: str) -> str:
        """Point every ``src`` and ``href`` of a page to this program; UnmappedAssetError for a stranger."""
        return _LINK.sub(lambda found: f'{found["before"]}"{self.resolve(found["url"])}"', html)


def media_type(name: str) -> str:
    """Media type of a file by its ending; text says its charset, or it would be mojibake."""
    return _MEDIA_TYPES[Path(name).suffix]


@lru_cache(maxsize=4)
def _package_folder(package: str) -> Path:
    spec = find_spec(package)
    folders = list(spec.submodule_search_locations or ()) if spec else []
    if not folders:
        raise FileNotFoundError(f"package {package} is not installed")
    return Path(folders[0])


def assets() -> AssetFolder:
    """Return the files of this installation."""
    return AssetFolder(maps_folder() / "page")
