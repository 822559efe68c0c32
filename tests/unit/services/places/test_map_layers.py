"""Looking at a map file, keeping it, the checklist, and what a stored layer knows of the city."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kurume_bousai.app.layers import layer_tools
from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.changes import Topic
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import OperatorId
from kurume_bousai.services.places.map_layers import Coverage, LayersNow, MapLayersService, WantedState
from kurume_bousai.services.ports.layer_files import OwnMapping
from kurume_bousai.services.ports.map_layers import LayerOrder
from tests.fakes.city import FakeCity, FixedClock
from tests.fixtures import gazetteers
from tests.fixtures import layers as made
from tests.fixtures.rosters import CLERK


def service(database: FakeCity, changed: list[str] | None = None) -> MapLayersService:
    told = [] if changed is None else changed
    return MapLayersService(database, layer_tools(lambda: told.append("ground")), FixedClock())


def states(now: LayersNow) -> dict[str, WantedState]:
    return {line.wanted.title: line.state for line in now.checklist}


def test_what_is_shown_is_what_is_kept(tmp_path: Path) -> None:
    database, changed = FakeCity(CLERK), list[str]()
    layers = service(database, changed)
    preview = layers.preview(LayerOrder(made.a31a(tmp_path / "a.zip")))
    assert not database.state.layers
    assert preview.picture.total == 7
    assert len(preview.picture.rings) == 7
    assert preview.picture.coverage
    outcome = layers.commit(preview)
    assert outcome.changes == {Topic.BACKGROUNDS}
    assert changed == ["ground"]
    assert [one.layer.feature_count for one in layers.now().layers] == [2, 1, 1, 3]
    assert {one.ground.coverage for one in layers.now().layers} == {Coverage.WHOLE}


def test_an_older_layer_stays_or_goes_as_a_person_says(tmp_path: Path) -> None:
    database = FakeCity(CLERK)
    layers = service(database)
    layers.commit(layers.preview(LayerOrder(made.a31a(tmp_path / "a.zip"))))
    preview = layers.preview(LayerOrder(made.a31a(tmp_path / "b.zip", shift=0.1)))
    assert len(preview.result.older) == 4
    assert not preview.result.is_again
    layers.commit(replace(preview, order=replace(preview.order, replaces=True)))
    assert {one.layer.source.file_name for one in layers.now().layers} == {"b.zip"}
    assert layers.preview(preview.order).result.is_again


def test_the_checklist_tells_there_partly_and_missing(tmp_path: Path) -> None:
    layers = service(FakeCity(CLERK))
    assert set(states(layers.now()).values()) == {WantedState.MISSING}
    layers.commit(layers.preview(LayerOrder(made.a31a(tmp_path / "a.zip"))))
    layers.commit(layers.preview(LayerOrder(made.n13(tmp_path / "n13.geojson"))))
    found = states(layers.now())
    assert found["洪水浸水想定区域(想定最大規模)"] is WantedState.PART
    assert found["道路"] is WantedState.THERE
    assert found["土砂災害警戒区域"] is WantedState.MISSING
    flood = next(line for line in layers.now().checklist if "想定最大" in line.wanted.title)
    assert "県の管理する河川" in flood.gaps[0]
    other = made.a31a(tmp_path / "20.zip", keeper=made.PREFECTURE, shift=0.1)
    layers.commit(layers.preview(LayerOrder(other)))
    assert states(layers.now())["洪水浸水想定区域(想定最大規模)"] is WantedState.THERE
    assert all(line.wanted.where for line in layers.now().checklist)


def test_one_mesh_is_a_part_of_the_city(tmp_path: Path) -> None:
    layers = service(FakeCity(CLERK))
    layers.commit(layers.preview(LayerOrder(made.a31b(tmp_path / "s.zip", "4930", made.SOUTH))))
    (stored,) = layers.now().layers
    assert stored.ground.coverage is Coverage.PART
    assert 0.6 < stored.ground.share < 0.9
    line = next(one for one in layers.now().checklist if "想定最大" in one.wanted.title)
    assert (line.state, "5030" in line.gaps[0]) == (WantedState.PART, True)


def test_a_file_of_one_river_knows_nowhere(tmp_path: Path) -> None:
    layers = service(FakeCity(CLERK))
    path = tmp_path / "one.geojson"
    path.write_bytes(made.collection(made.river(1, 2, made.around(made.SOUTH))))
    layers.commit(layers.preview(LayerOrder(path)))
    assert layers.now().layers[0].ground.coverage is Coverage.NONE


def test_what_was_left_out_is_kept_by_name(tmp_path: Path) -> None:
    layers = service(FakeCity(CLERK))
    path = tmp_path / "x.csv"
    path.write_text("名称,医療機関の種類,緯度,経度\n架空甲,病院,33.3,130.5\n架空乙,病院,,\n", "utf-8")
    layers.commit(layers.preview(LayerOrder(path)))
    (stored,) = layers.now().layers
    assert any("架空乙(3行目)" in warning for warning in stored.layer.warnings)


def test_ones_own_map_and_taking_it_away(tmp_path: Path) -> None:
    layers = service(FakeCity(CLERK))
    path = made.n13(tmp_path / "x.geojson")
    assert layers.describe(path).counts == {"line": 3}
    own = OwnMapping("架空の道", "架空協議会", label="N13_008")
    layers.commit(layers.preview(LayerOrder(path, own=own)))
    (stored,) = layers.now().layers
    assert (stored.layer.kind, stored.ground.coverage) == ("other", Coverage.NOT_ASKED)
    assert layers.remove([stored.layer.layer_id]).value == 1
    assert layers.now().layers == ()


def test_two_maps_of_ones_own_are_no_editions_of_each_other(tmp_path: Path) -> None:
    layers = service(FakeCity(CLERK))
    for name, title in (("a", "冠水"), ("b", "集合場所"), ("c", "冠水")):
        path = tmp_path / f"{name}.csv"
        path.write_text(f"場所,緯度,経度\n架空{name},33.3,130.5\n", "utf-8")
        preview = layers.preview(LayerOrder(path, own=OwnMapping(title, "架空")))
        assert len(preview.result.older) == (1 if name == "c" else 0)
        layers.commit(replace(preview, order=replace(preview.order, replaces=name == "c")))
    assert sorted(one.layer.source.file_name for one in layers.now().layers) == ["b.csv", "c.csv"]


def test_hazards_are_due_until_homes_are_read_again(tmp_path: Path) -> None:
    layers = service(FakeCity(CLERK))
    layers.commit(layers.preview(LayerOrder(made.n13(tmp_path / "n13.geojson"))))
    assert not layers.now().is_update_due
    preview = layers.preview(LayerOrder(made.a31a(tmp_path / "a.zip")))
    assert {ground.missing_parts for ground in preview.grounds} == {frozenset({"県の管理する河川"})}
    layers.commit(preview)
    assert layers.now().is_update_due
    layers.update_hazards()
    assert not layers.now().is_update_due
    hazard = next(one.layer for one in layers.now().layers if one.layer.is_hazard)
    layers.remove([hazard.layer_id])
    assert layers.now().is_update_due


def test_a_dictionary_of_addresses(tmp_path: Path) -> None:
    database = FakeCity(CLERK)
    layers = service(database)
    preview = layers.preview_gazetteer(gazetteers.isj_block_zip(tmp_path))
    assert not layers.now().gazetteers
    layers.commit_gazetteer(preview)
    (source,) = layers.now().gazetteers
    layers.remove_gazetteer(source.source_id)
    assert not layers.now().gazetteers


def test_only_who_may_edit_maps(tmp_path: Path) -> None:
    viewer = Access(OperatorId("v"), "閲覧", frozenset({Role.VIEWER}))
    layers = service(FakeCity(viewer))
    path = made.n13(tmp_path / "x.geojson")
    for ask in (lambda: layers.preview(LayerOrder(path)), lambda: layers.describe(path)):
        with pytest.raises(KnownProblem, match="no_right"):
            ask()
    assert layers.now().layers == ()
