"""Scenes of a city with imported layers: what is shown, read once, and never a danger left out in silence."""

from __future__ import annotations

import dataclasses

import pytest
import shapely

from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.ids import OperatorId, SiteId
from kurume_bousai.domain.layers import LayerFeature, LayerId, MapLayer
from kurume_bousai.mapview.packing import unpack
from kurume_bousai.mapview.protocol import LayerVisibility, MapScene, TileGround
from kurume_bousai.mapview.scenes import CityScenes
from kurume_bousai.services.facts import FACT_FICTIONAL
from tests.fakes.city import FakeCity
from tests.fakes.layers import FakeLayers
from tests.unit.mapview.test_overlays import box, feature, stored

CLERK = Access(OperatorId("o"), "架空", frozenset({Role.CLERK, Role.ADMINISTRATOR}))


@pytest.fixture
def city() -> FakeCity:
    return FakeCity(CLERK)


def keep(city: FakeCity, layer: MapLayer, *features: LayerFeature) -> None:
    with city.writing() as session:
        session.layers.add(CLERK, layer, features or (feature(box(), 3),))


def entries(scene: MapScene) -> list[str]:
    return [one.entry for one in scene.overlays]


def test_every_scene_of_the_ground_shows_what_was_imported(city: FakeCity) -> None:
    keep(city, stored())
    scenes = CityScenes(city)
    for scene in (scenes.ground(), scenes.roster([]), scenes.sites({SiteId("w1"): "不足 1"})):
        assert entries(scene) == ["flood_l2"]
    assert scenes.city({}, {}).overlays == ()


def test_several_rivers_are_several_overlays_of_one_entry(city: FakeCity) -> None:
    keep(city, stored(name="a"))
    keep(city, stored(name="b"))
    assert entries(CityScenes(city).ground()) == ["flood_l2", "flood_l2"]


def test_a_real_flood_takes_the_place_of_the_fictional_one(city: FakeCity) -> None:
    with city.writing() as session:
        session.set_fact(FACT_FICTIONAL, "1")
    scenes = CityScenes(city)
    assert scenes.ground().hazards
    keep(city, stored())
    scenes.forget()
    assert not scenes.ground().hazards
    assert entries(scenes.ground()) == ["flood_l2"]


def test_layers_that_are_off_are_read_only_when_asked_for(
    city: FakeCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[LayerId] = []
    usual = FakeLayers.features

    def features(self: FakeLayers, layer_id: LayerId) -> list[LayerFeature]:
        asked.append(layer_id)
        return usual(self, layer_id)

    monkeypatch.setattr(FakeLayers, "features", features)
    keep(
        city,
        stored("road", "", name="road", dataset="N13"),
        feature(shapely.LineString([(130.5, 33.3), (130.6, 33.3)]), 1),
    )
    keep(city, stored())
    scenes = CityScenes(city)
    scenes.prepare()
    assert entries(scenes.ground()) == ["flood_l2"]
    assert asked == ["a"]
    assert entries(scenes.ground(LayerVisibility(shown=frozenset({"road"})))) == ["flood_l2", "road"]
    scenes.forget()
    scenes.ground(LayerVisibility(shown=frozenset({"road"})))
    assert asked == ["a", "road"]


def test_what_a_person_set_goes_with_every_scene(city: FakeCity) -> None:
    keep(city, stored())
    scenes = CityScenes(city)
    scenes.use(LayerVisibility(hidden=frozenset({"flood_l2"}), opacities={"river": 0.4}, order=("river",)))
    scene = scenes.roster([])
    assert scene.overlays == ()
    assert scene.visibility.opacities == {"river": 0.4}
    assert scene.visibility.order == ("river",)


def test_the_smaller_flood_is_shown_as_long_as_the_largest_is_not_there(city: FakeCity) -> None:
    keep(city, stored("flood", "flood_l1", name="l1"))
    scenes = CityScenes(city)
    assert entries(scenes.ground()) == ["flood_l1"]
    assert entries(scenes.ground(LayerVisibility(hidden=frozenset({"flood_l1"})))) == []
    keep(city, stored(name="l2"))
    scenes.forget()
    assert entries(scenes.ground()) == ["flood_l2"]


def test_the_choices_say_what_is_there_the_topmost_first(city: FakeCity) -> None:
    keep(city, stored(name="a", title="架空川1"))
    keep(city, stored(name="b", title="架空川2"))
    scenes = CityScenes(city)
    choices = scenes.choices(LayerVisibility(opacities={"flood_l2": 0.5}))
    assert choices[0].id == "person"
    assert choices[-1].id == "graticule"
    flood = next(one for one in choices if one.id == "flood_l2")
    assert dataclasses.astuple(flood) == (
        "flood_l2", "洪水浸水想定区域(想定最大規模)", flood.wording, True, 0.5, True, ("架空川1", "架空川2"),
        "架空の出どころ",
    )  # fmt: skip
    road = next(one for one in choices if one.id == "road")
    assert (road.is_shown, road.has_content, road.titles) == (False, False, ())


def test_tile_packs_lie_under_every_scene_and_are_asked_for_again_after_a_change(city: FakeCity) -> None:
    packs = [TileGround("t", "架空", lambda *_: None, 130.4, 33.2, 130.7, 33.4, 10, 15)]
    scenes = CityScenes(city, lambda: tuple(packs))
    assert [one.id for one in scenes.ground().tiles] == ["t"]
    packs.clear()
    assert scenes.roster([]).tiles
    scenes.forget()
    assert scenes.roster([]).tiles == ()


def _covering(layer: MapLayer, *box_: float) -> MapLayer:
    return dataclasses.replace(layer, coverage=shapely.to_wkb(shapely.box(*box_)))


def test_ground_without_data_is_hatched_and_never_looks_dry(city: FakeCity) -> None:
    # Mesh 4930 alone: north of 33 degrees 20 minutes nothing is known (RULES J4).
    keep(city, _covering(stored(), 130.0, 32.66, 131.0, 33 + 1 / 3))
    scenes = CityScenes(city)
    gap, flood = scenes.ground().overlays
    assert (gap.entry, flood.entry) == ("no_data", "flood_l2")
    (one,) = gap.classes
    assert one.words == "洪水浸水想定区域(想定最大規模)のデータなし"
    assert "安全という意味ではありません" in gap.wording
    faces = [shapely.Polygon(rings[0], rings[1:]) for rings in unpack(one.polygons)]
    north, south = shapely.Point(130.56, 33.345), shapely.Point(130.56, 33.30)
    assert any(face.contains(north) for face in faces)
    assert not any(face.contains(south) for face in faces)
    assert next(choice for choice in scenes.choices() if choice.id == "no_data").has_content
    # The other mesh closes the gap.
    keep(city, _covering(stored(name="b"), 130.0, 33 + 1 / 3, 131.0, 34.0))
    scenes.forget()
    assert entries(scenes.ground()) == ["flood_l2", "flood_l2"]


def test_nothing_is_hatched_where_no_layer_says_how_far_it_reaches(city: FakeCity) -> None:
    keep(city, stored())
    assert entries(CityScenes(city).ground()) == ["flood_l2"]


def test_the_hatching_follows_what_is_shown(city: FakeCity) -> None:
    keep(city, _covering(stored(), 130.0, 32.66, 131.0, 33 + 1 / 3))
    scenes = CityScenes(city)
    for hidden in ("flood_l2", "no_data"):
        scene = scenes.ground(LayerVisibility(hidden=frozenset({hidden})))
        assert "no_data" not in entries(scene)
