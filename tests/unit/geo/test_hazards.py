"""What layers say of places: the worst of several zones, and 区域外 never mixed with データなし."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from time import perf_counter

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.hazard_readings import QUESTIONS, HazardReading
from kurume_bousai.domain.layers import LayerFeature, LayerId, LayerSource, MapLayer
from kurume_bousai.domain.meshes import mesh_box
from kurume_bousai.geo.hazards import LayerHazards

CITY = shapely.box(130.3, 33.1, 130.9, 33.5)
SOURCE = LayerSource("架空.zip", "0" * 64, "架空の資料", "架空")
RIVERS = frozenset({"国の管理する河川", "県の管理する河川"})


def layer(
    kind: str = "flood",
    scenario: str = "flood_l2",
    *,
    coverage: shapely.Geometry | None = CITY,
    parts: frozenset[str] = frozenset(),
    wanted: frozenset[str] = frozenset(),
    dataset: str = "A31a",
) -> MapLayer:
    return MapLayer(
        LayerId(f"{kind}{parts}"),
        dataset,
        kind,
        scenario,
        "架空",
        SOURCE,
        datetime(2026, 1, 1, tzinfo=UTC),
        "架空",
        (130.0, 33.0, 131.0, 34.0),
        None if coverage is None else bytes(shapely.to_wkb(coverage)),
        parts,
        wanted,
    )


def zone(
    lon: float, lat: float, half: float, value: int | None, level: int | None = None, name: str = ""
) -> LayerFeature:
    shape = shapely.box(lon - half, lat - half, lon + half, lat + half)
    return LayerFeature(bytes(shapely.to_wkb(shape)), value, level, {"name": name})


def ask(
    layers: Sequence[tuple[MapLayer, Sequence[LayerFeature]]], lon: float, lat: float
) -> Mapping[tuple[str, str], HazardReading]:
    (readings,) = LayerHazards(layers).readings([LonLat(lon, lat)])
    assert tuple((one.kind, one.scenario) for one in readings) == QUESTIONS
    return {(one.kind, one.scenario): one for one in readings}


FLOOD = ("flood", "flood_l2")


def test_the_deepest_of_several_rivers_counts() -> None:
    rivers = [zone(130.5, 33.3, 0.02, 2, name="甲"), zone(130.5, 33.3, 0.01, 5, name="乙")]
    other = [zone(130.5, 33.3, 0.01, 3)]
    found = ask([(layer(), rivers), (layer(parts=frozenset({"x"})), other)], 130.5, 33.3)[FLOOD]
    assert (found.state, found.value, len(found.hits)) == ("inside", 5, 3)
    assert ask([(layer(), rivers)], 130.515, 33.3)[FLOOD].value == 2


def test_outside_and_no_data_differ_and_each_says_why() -> None:
    layers = [(layer(), [zone(130.5, 33.3, 0.01, 2)])]
    outside, nowhere = ask(layers, 130.6, 33.3)[FLOOD], ask(layers, 135.0, 34.0)[FLOOD]
    assert (outside.state, outside.value, outside.missing) == ("outside", 0, ())
    assert (nowhere.state, nowhere.value) == ("no_data", None)
    landslide = ask(layers, 130.5, 33.3)["landslide", "landslide"]
    assert landslide.state == "no_data"
    assert "取り込まれていません" in landslide.missing[0]


def test_one_mesh_of_two_leaves_the_north_without_data() -> None:
    south = layer(coverage=shapely.box(*mesh_box("4930")), dataset="A31b")
    layers = [(south, [zone(130.5, 33.3, 0.01, 2)])]
    assert ask(layers, 130.6, 33.3)[FLOOD].state == "outside"
    north = ask(layers, 130.56, 33.345)[FLOOD]
    assert north.state == "no_data"
    assert any("5030" in sentence and "北部" in sentence for sentence in north.missing)
    assert any("5030" in sentence for sentence in LayerHazards(layers).missing())
    both = [*layers, (layer(coverage=shapely.box(*mesh_box("5030")), dataset="A31b"), [])]
    assert ask(both, 130.56, 33.345)[FLOOD].state == "outside"
    assert not any("5030" in sentence for sentence in LayerHazards(both).missing())


def test_rivers_of_one_keeper_do_not_make_a_place_dry() -> None:
    state, prefecture = sorted(RIVERS)
    first = layer(parts=frozenset({state}), wanted=RIVERS)
    second = layer(parts=frozenset({prefecture}), wanted=RIVERS)
    alone = ask([(first, [])], 130.6, 33.3)[FLOOD]
    assert alone.state == "no_data"
    assert any(prefecture in sentence for sentence in alone.missing)
    assert ask([(first, []), (second, [])], 130.6, 33.3)[FLOOD].state == "outside"
    # A whole mesh beside it needs no keeper.
    mesh = layer(coverage=shapely.box(*mesh_box("4930")), dataset="A31b")
    assert ask([(first, []), (mesh, [])], 130.6, 33.3)[FLOOD].state == "outside"


def test_a_layer_without_coverage_speaks_inside_its_zones_only() -> None:
    layers = [(layer(coverage=None), [zone(130.5, 33.3, 0.01, 2)])]
    assert ask(layers, 130.5, 33.3)[FLOOD].value == 2
    assert ask(layers, 130.6, 33.3)[FLOOD].state == "no_data"


def test_an_unknown_depth_is_inside_and_never_hides_a_known_one() -> None:
    unknown = [zone(130.5, 33.3, 0.02, None), zone(130.5, 33.3, 0.01, 3)]
    assert ask([(layer(), unknown)], 130.5, 33.3)[FLOOD].value == 3
    beside = ask([(layer(), unknown)], 130.515, 33.3)[FLOOD]
    assert (beside.state, beside.value) == ("inside", None)


def test_the_worst_level_of_landslides_and_both_kinds_of_collapse() -> None:
    slopes = [zone(130.5, 33.3, 0.02, 1, 1), zone(130.5, 33.3, 0.02, 2, 2), zone(130.5, 33.3, 0.02, 3, 4)]
    collapse = [zone(130.5, 33.3, 0.02, 2), zone(130.5, 33.3, 0.02, 1)]
    found = ask(
        [(layer("landslide", "landslide"), slopes), (layer("collapse", "flood_l2"), collapse)], 130.5, 33.3
    )
    assert (found["landslide", "landslide"].value, found["landslide", "landslide"].level) == (2, 2)
    assert {hit.value for hit in found["collapse", "flood_l2"].hits} == {1, 2}
    assert found["collapse", "flood_l2"].value == 1


def test_a_road_is_no_hazard() -> None:
    assert ask([(layer("road", ""), [zone(130.5, 33.3, 0.1, 1)])], 130.5, 33.3)[FLOOD].state == "no_data"


@given(
    st.lists(
        st.tuples(
            st.floats(130.4, 130.7), st.floats(33.22, 33.36), st.floats(0.001, 0.05), st.integers(1, 6)
        ),
        max_size=12,
    ),
    st.lists(st.tuples(st.floats(130.4, 130.7), st.floats(33.22, 33.36)), min_size=1, max_size=20),
)
def test_many_points_at_once_are_the_same_as_one_by_one(
    zones: list[tuple[float, float, float, int]], points: list[tuple[float, float]]
) -> None:
    features = [zone(*one) for one in zones]
    answers = LayerHazards([(layer(), features)]).readings([LonLat(*point) for point in points])
    for point, readings in zip(points, answers, strict=True):
        inside = [
            value
            for (_, _, _, value), feature in zip(zones, features, strict=True)
            if shapely.intersects(shapely.from_wkb(feature.wkb), shapely.Point(point))
        ]
        expected = ("inside", max(inside)) if inside else ("outside", 0)
        assert (readings[0].state, readings[0].value) == expected


def test_twenty_thousand_homes_in_a_hundred_thousand_vertices() -> None:
    turns = np.linspace(0, 2 * np.pi, 20_000, endpoint=False)
    features = []
    for rank in range(1, 6):
        ring = np.column_stack(
            [130.55 + np.cos(turns) * 0.03 * (7 - rank), 33.3 + np.sin(turns) * 0.01 * (7 - rank)]
        )
        features.append(LayerFeature(bytes(shapely.to_wkb(shapely.Polygon(ring))), rank))
    places = np.random.default_rng(1).uniform((130.4, 33.22), (130.7, 33.37), (20_000, 2))
    locator = LayerHazards([(layer(), features)])
    started = perf_counter()
    answers = locator.readings([LonLat(float(lon), float(lat)) for lon, lat in places])
    assert perf_counter() - started < 10
    assert {readings[0].value for readings in answers} == {0, 1, 2, 3, 4, 5}
