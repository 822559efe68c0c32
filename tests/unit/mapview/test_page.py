"""The page is whole without a network: every address has a file here, and nothing runs inline."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path

import pytest

from kurume_bousai.bundled import maps_folder
from kurume_bousai.domain.hazards import FloodRank
from kurume_bousai.domain.session import PersonState
from kurume_bousai.labels import label
from kurume_bousai.mapview.assets import (
    PAGE_SCRIPTS,
    AssetFolder,
    UnmappedAssetError,
    assets,
    media_type,
)
from kurume_bousai.mapview.catalogue import read_catalogue
from kurume_bousai.mapview.catalogue_styles import CatalogueError
from kurume_bousai.mapview.page import MapPage, map_page
from kurume_bousai.mapview.protocol import LayerVisibility, MapScene


def _html() -> str:
    page = map_page().asset("")
    assert page is not None
    assert page.media_type == "text/html; charset=utf-8"
    return page.content.decode()


def test_the_page_is_japanese_and_says_its_charset_first() -> None:
    html = _html()
    assert html.startswith('<!DOCTYPE html>\n<html lang="ja">')
    assert html.index('<meta charset="utf-8">') < 200


def test_every_address_of_the_page_has_a_file() -> None:
    addresses = re.findall(r"""(?:src|href)="([^"]+)\"""", _html())
    assert len(addresses) >= 14
    for address in addresses:
        assert address.startswith("/")
        if address != "/lib/qwebchannel.js":  # from Qt's own resources
            assert map_page().asset(address[1:]) is not None, address


def test_nothing_points_outside() -> None:
    made = [map_page().asset(name) for name in ("", "page/made-map.js", "page/made-map.css", "layers.json")]
    ours = [assets().read(f"page/{name}") for name in (*PAGE_SCRIPTS, "map.css")]
    for asset in (*made, *ours):
        assert asset is not None
        assert b"http:" not in asset.content
        assert b"https:" not in asset.content


def test_no_script_or_style_stands_in_the_page() -> None:
    html = _html()
    assert re.findall(r"<script(?![^>]*src=)", html) == []
    assert "<style" not in html
    assert "default-src &#x27;none&#x27;" in html
    assert "unsafe" not in html


def test_heavy_strangers_are_not_loaded() -> None:
    for stranger in ("jquery", "bootstrap", "fontawesome", "glyphicons", "awesome"):
        assert stranger not in _html().lower()


def test_our_scripts_never_read_text_as_html() -> None:
    for name in PAGE_SCRIPTS:
        asset = assets().read(f"page/{name}")
        assert asset is not None
        code = asset.content.decode()
        for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "bindPopup"):
            assert way not in code, (name, way)
        assert "'use strict';" in code
        assert len(code.splitlines()) < 300


def test_an_unmapped_address_is_an_error() -> None:
    for stranger in ("https://code.jquery.com/jquery-3.7.1.min.js", "//cdn.example/x.js", "/page/none.js"):
        with pytest.raises(UnmappedAssetError):
            assets().rewrite(f'<script src="{stranger}"></script>')


def test_leaflet_is_the_version_we_know() -> None:
    script = assets().read("lib/leaflet.js")
    assert script is not None
    assert b"Leaflet 1.9.3" in script.content[:100]
    digest = hashlib.sha256(script.content).hexdigest()
    assert digest == "5819285cec137b229c94e1ee5ad73e8b6b84345a4367d60f75fe477fe0fb7b03"


def test_every_named_part_exists() -> None:
    for name in assets().names():
        path = assets().file(name)
        assert path is not None
        assert path.is_file(), name
        assert media_type(name)


@pytest.mark.parametrize("path", ["../pyproject.toml", "page/../layers.toml", "/etc/passwd", "page/", "lib"])
def test_paths_outside_do_not_exist(path: str) -> None:
    assert map_page().asset(path) is None


def test_the_catalogue_reaches_the_page_in_drawing_order() -> None:
    settings = json.loads(_content("layers.json"))
    kinds = [layer["kind"] for layer in settings["layers"]]
    assert kinds[0] == "graticule"
    assert kinds[-1] == "person"
    assert re.search(rf"var {settings['map']} = L\.map\(", _content("page/made-map.js"))
    assert "maxZoom" in _content("page/made-map.js")


def _content(path: str) -> str:
    asset = map_page().asset(path)
    assert asset is not None
    return asset.content.decode()


def test_a_hidden_layer_is_hidden_in_the_scene() -> None:
    scene = MapScene(visibility=LayerVisibility(frozenset({"flood"})))
    assert "flood" in json.loads(map_page().scene_json(scene, 3))["hidden"]


@pytest.fixture
def own_maps(tmp_path: Path) -> Path:
    for name in ("styles", "page"):
        shutil.copytree(maps_folder() / name, tmp_path / name)
    shutil.copy(maps_folder() / "layers.toml", tmp_path)
    return tmp_path


def _add(folder: Path, entry: str) -> None:
    path = folder / "layers.toml"
    path.write_text(path.read_text(encoding="utf-8") + "\n[[layer]]\n" + entry, encoding="utf-8")


_ENTRY = 'id="hydrant"\ntitle="消火栓"\nkind="geojson"\nstyle="district"\norder=55\n'


def test_a_new_layer_needs_no_code(own_maps: Path) -> None:
    (own_maps / "hydrants.json").write_text('{"type":"FeatureCollection","features":[]}', encoding="utf-8")
    _add(own_maps, _ENTRY + 'source="hydrants.json"\nattribution="市 <b>"\nis_shown=false\n')
    page = MapPage(own_maps, AssetFolder(own_maps / "page"))
    asset = page.asset("layers/hydrant.json")
    assert asset is not None
    assert b"FeatureCollection" in asset.content
    settings = page.asset("layers.json")
    assert settings is not None
    assert b"<b>" not in settings.content
    assert "hydrant" in json.loads(page.scene_json(MapScene(), 1))["hidden"]


@pytest.mark.parametrize(
    "entry",
    [
        _ENTRY,  # no source
        _ENTRY + 'source="../secret.json"\n',
        _ENTRY + 'colour="red"\n',
        _ENTRY.replace("hydrant", "person").replace("geojson", "person"),
        _ENTRY.replace("geojson", "video"),
        _ENTRY.replace('"district"', '"../layers"'),
        'id="x"\n',
    ],
)
def test_a_wrong_entry_is_told_apart(own_maps: Path, entry: str) -> None:
    _add(own_maps, entry)
    with pytest.raises(CatalogueError):
        read_catalogue(own_maps)


def test_the_legend_of_the_page_has_the_words_of_the_labels() -> None:
    chrome = (maps_folder() / "page" / "chrome.js").read_text(encoding="utf-8")
    states = ", ".join(f"'{label(state)}'" for state in PersonState)
    ranks = ", ".join(f"'{label(rank)}'" for rank in FloodRank if rank is not FloodRank.OUTSIDE)
    assert f"const STATES = [{states}];" in chrome
    assert f"const RANKS = ['', {ranks}];" in chrome
