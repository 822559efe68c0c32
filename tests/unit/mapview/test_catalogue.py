"""A new layer is an entry, a file and a style, and a mistake in them is told."""

from __future__ import annotations

import dataclasses
import re
import shutil
import tomllib
from pathlib import Path

import pytest

from kurume_bousai.bundled import maps_folder
from kurume_bousai.domain.hazards import FLOOD_COLOURS, FloodRank
from kurume_bousai.domain.layers import HAZARD_KINDS
from kurume_bousai.mapview.catalogue import (
    GROUND_KINDS,
    catalogue,
    drawing_order,
    entry_of,
    read_catalogue,
)
from kurume_bousai.mapview.catalogue_styles import CatalogueError
from kurume_bousai.mapview.overlays import make_overlay
from kurume_bousai.mapview.protocol import Layer, LayerVisibility
from tests.unit.mapview.test_overlays import box, feature, stored


def layer(layer_id: str) -> Layer:
    return next(one for one in catalogue() if one.id == layer_id)


def _datasets() -> dict[str, dict[str, str]]:
    content = tomllib.loads((maps_folder() / "datasets.toml").read_text(encoding="utf-8"))
    return {name: dict(table) for name, table in content["codes"].items()}


@pytest.mark.parametrize(
    ("entry", "table", "before"),
    [
        ("flood_l2", "depth", "浸水 "),
        ("duration", "duration", "浸水継続 "),
        ("medical", "medical", ""),
        ("road", "road_width", "道路 幅"),
    ],
)
def test_the_words_of_the_styles_are_those_of_the_datasets(entry: str, table: str, before: str) -> None:
    words = {one.value: one.words for one in layer(entry).classes if one.value is not None}
    official = {int(code): before + said for code, said in _datasets()[table].items()}
    assert {code: said.replace("(車が入れない)", "") for code, said in words.items()} == official


def test_landslides_have_the_words_of_the_datasets() -> None:
    kinds, levels = _datasets()["landslide_kind"], _datasets()["landslide_level"]
    wanted = {
        (int(kind), int(level)): f"{name} {word.removeprefix('土砂災害')}"
        for kind, name in kinds.items()
        for level, word in levels.items()
    }
    assert {(one.value, one.level): one.words for one in layer("landslide").classes if one.says} == wanted


def test_depths_have_the_official_colours() -> None:
    for entry in ("flood_l2", "flood_l1", "inland", "storm_surge"):
        fills = {FloodRank(one.value): one.fill for one in layer(entry).classes if one.value is not None}
        assert fills == FLOOD_COLOURS


def test_official_colours_are_used_for_hazards_and_nothing_else() -> None:
    def colours(one: Layer) -> set[str]:
        return {
            shade.upper()[:7] for each in one.classes for shade in (each.fill, each.line, each.hatch) if shade
        }

    dangers = {match.kind: one for one in catalogue() for match in one.match if match.kind in HAZARD_KINDS}
    official = set[str]().union(
        *({each.fill.upper() for each in one.classes if each.fill} for one in dangers.values())
    )
    for one in catalogue():
        if not any(match.kind in HAZARD_KINDS for match in one.match):
            plain = {str(value).upper() for value in one.style.values() if str(value).startswith("#")}
            assert not (colours(one) | plain) & official, one.id


def test_every_kind_of_the_datasets_has_an_entry_with_words_of_its_own() -> None:
    content = tomllib.loads((maps_folder() / "datasets.toml").read_text(encoding="utf-8"))
    for one in content["layers"]:
        if "skip" in one:
            continue
        found = entry_of(stored(one["kind"], one.get("scenario", "")), catalogue())
        assert found is not None
        assert found.id != "other", one["kind"]
        assert found.wording.endswith("。"), found.id


def test_hazards_never_say_safe_without_a_doubt() -> None:
    for kind in ("flood", "inland", "storm_surge", "landslide", "duration"):
        found = entry_of(stored(kind, kind), catalogue())
        assert found is not None
        assert "安全とは限りません" in found.wording


def test_a_kind_without_an_entry_is_drawn_neutrally() -> None:
    found = entry_of(stored("new_kind", "", dataset="X"), catalogue())
    assert found is not None
    assert found.id == "other"
    (one,) = make_overlay(stored("new_kind", ""), [feature(box(), 77)], found).classes
    assert one.words == "そのほかの図"


@pytest.fixture
def own_maps(tmp_path: Path) -> Path:
    shutil.copytree(maps_folder() / "styles", tmp_path / "styles")
    shutil.copy(maps_folder() / "layers.toml", tmp_path)
    return tmp_path


def _add(folder: Path, entry: str, style: str = "") -> None:
    path = folder / "layers.toml"
    path.write_text(path.read_text(encoding="utf-8") + "\n[[layer]]\n" + entry, encoding="utf-8")
    if style:
        (folder / "styles" / "own.toml").write_text(style, encoding="utf-8")


_ENTRY = (
    'id="canal"\ntitle="水路"\nkind="overlay"\nstyle="own"\norder=31\n'
    'match=[{kind="other",title="架空の水路"}]\n'
)
_STYLE = '[[class]]\nwords="水路"\nline="#2F6DA8"\nwidth=3\n'


def test_a_new_overlay_is_an_entry_and_a_style(own_maps: Path) -> None:
    _add(own_maps, _ENTRY, _STYLE)
    layers = read_catalogue(own_maps)
    mine = stored("other", "", dataset="other", title="架空の水路")
    found = entry_of(mine, layers)
    assert found is not None
    assert found.id == "canal"
    overlay = make_overlay(mine, [feature(box())], found)
    assert overlay.look(overlay.classes[0]).line == "#2F6DA8"
    # Another layer of the same kind stays with the entry for all.
    rest = entry_of(dataclasses.replace(mine, title="ほか"), layers)
    assert rest is not None
    assert rest.id == "other"


@pytest.mark.parametrize(
    ("entry", "style"),
    [
        (_ENTRY.replace("match", "#"), _STYLE),
        (_ENTRY.replace('kind="other",', ""), _STYLE),
        (_ENTRY.replace('title="架空の水路"', 'colour="red"'), _STYLE),
        (_ENTRY.replace('title="架空の水路"', 'title=""'), _STYLE),
        (_ENTRY.replace('[{kind="other",title="架空の水路"}]', '[{kind="flood"}]'), _STYLE),  # stands twice
        (_ENTRY.replace('kind="overlay"', 'kind="drawn"'), _STYLE),
        (_ENTRY + 'instead_of="nothing"\n', _STYLE),
        (_ENTRY + 'instead_of="canal"\n', _STYLE),
        (_ENTRY, "width=3\n"),
        (_ENTRY, _STYLE.replace("#2F6DA8", "blue")),
        (_ENTRY, _STYLE.replace("#2F6DA8", "#2F6DA")),
        (_ENTRY, _STYLE.replace('words="水路"\n', "")),
        (_ENTRY, '[[class]]\nwords="水路"\n'),
        (_ENTRY, _STYLE + "value=1\n"),  # nothing for what is not 1
        (_ENTRY, _STYLE + _STYLE),
        (_ENTRY, _STYLE + "shape=1\n"),
    ],
)
def test_a_wrong_overlay_is_told(own_maps: Path, entry: str, style: str) -> None:
    _add(own_maps, entry, style)
    with pytest.raises(CatalogueError, match=r"canal|twice"):
        read_catalogue(own_maps)


def test_a_person_may_change_the_order_but_not_lift_the_ground_over_the_marks() -> None:
    layers = catalogue()
    usual = [one.id for one in drawing_order(layers, LayerVisibility())]
    changed = drawing_order(
        layers, LayerVisibility(order=("person", "landslide", "flood_l2", "nobody", "landslide"))
    )
    ids = [one.id for one in changed]
    assert sorted(ids) == sorted(usual)
    assert ids.index("landslide") < ids.index("flood_l2")
    kinds = [one.kind in GROUND_KINDS for one in changed]
    assert kinds == sorted(kinds, reverse=True)
    assert [one for one in ids if one not in ("landslide", "flood_l2", "person")] == [
        one for one in usual if one not in ("landslide", "flood_l2", "person")
    ]


def test_styles_say_their_colours_in_full() -> None:
    for path in (maps_folder() / "styles").glob("*.toml"):
        for shade in re.findall(r'= "(#[^"]*)"', path.read_text(encoding="utf-8")):
            assert re.fullmatch(r"#[0-9A-F]{6}([0-9A-F]{2})?", shade), (path.name, shade)
