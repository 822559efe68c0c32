"""Imported layers on a screen: every zone, in its class, however large the file."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.layers import LayerFeature, LayerId, LayerSource, MapLayer
from kurume_bousai.mapview import overlays as module
from kurume_bousai.mapview.catalogue import catalogue, entry_of
from kurume_bousai.mapview.overlays import MOST_CORNERS, OverlayBook, make_overlay
from kurume_bousai.mapview.packing import unpack
from kurume_bousai.mapview.protocol import Layer, MapOverlay, OverlayClass

_SOURCE = LayerSource("架空.zip", "", "架空の出どころ", "架空")
_EXTENT = (130.4, 33.2, 130.7, 33.4)


def stored(
    kind: str = "flood",
    scenario: str = "flood_l2",
    *,
    name: str = "a",
    dataset: str = "A31a",
    title: str = "架空",
) -> MapLayer:
    when = datetime(2026, 10, 8, tzinfo=UTC)
    return MapLayer(LayerId(name), dataset, kind, scenario, title, _SOURCE, when, "架空", _EXTENT)


def entry(layer: MapLayer) -> Layer:
    found = entry_of(layer, catalogue())
    assert found is not None
    return found


def box(size: float = 0.01, at: float = 130.5) -> shapely.Polygon:
    return shapely.box(at, 33.3, at + size, 33.3 + size)


def feature(
    shape: object, value: int | None = None, level: int | None = None, *, name: str = "", group: str = ""
) -> LayerFeature:
    return LayerFeature(shapely.to_wkb(shape), value, level, {"name": name, "class": group})


def made(layer: MapLayer, *features: LayerFeature) -> MapOverlay:
    return make_overlay(layer, features, entry(layer))


def area(one: OverlayClass) -> float:
    return sum(float(shapely.Polygon(rings[0], rings[1:]).area) for rings in unpack(one.polygons))


def test_each_rank_is_a_class_in_the_order_of_the_style() -> None:
    overlay = made(
        stored(), feature(box(), 5), feature(box(at=130.6), None), feature(box(), 2), feature(box(), 5)
    )
    assert [(one.value, one.words) for one in overlay.classes] == [
        (None, "深さ不明"),
        (2, "浸水 0.5m以上3m未満"),
        (5, "浸水 10m以上20m未満"),
    ]
    assert (overlay.entry, overlay.attribution) == ("flood_l2", "架空の出どころ")
    assert "安全とは限りません" in overlay.wording
    assert [overlay.look(one).fill for one in overlay.classes] == ["", "#FFD8C0", "#F285C9"]


def test_a_value_that_no_class_names_is_drawn_as_unknown() -> None:
    (one,) = made(stored(), feature(box(), 99)).classes
    assert (one.value, one.words) == (None, "深さ不明")
    assert area(one) == pytest.approx(1e-4, rel=1e-3)


def test_landslides_are_told_by_kind_and_level() -> None:
    overlay = made(
        stored("landslide", "landslide", dataset="A33"),
        feature(box(), 2, 2),
        feature(box(), 2, 1),
        feature(box(), 9, 9),
    )
    assert [(one.value, one.level, one.words) for one in overlay.classes] == [
        (None, None, "土砂災害 区分不明"),
        (2, 1, "土石流 警戒区域"),
        (2, 2, "土石流 特別警戒区域"),
    ]


def test_every_kind_of_shape_is_kept() -> None:
    whole = shapely.GeometryCollection(
        [
            shapely.MultiPolygon([box(), box(at=130.6)]),
            shapely.GeometryCollection([shapely.LineString([(130.5, 33.3), (130.6, 33.3)])]),
            shapely.MultiPoint([(130.51, 33.31), (130.52, 33.32)]),
            shapely.Polygon(),
        ]
    )
    (one,) = made(stored("other", "", dataset="other"), feature(whole, name="倉庫")).classes
    assert len(list(unpack(one.polygons))) == 2
    assert len(list(unpack(one.lines))) == 1
    assert one.points == ((130.51, 33.31), (130.52, 33.32))
    assert one.names == ("倉庫", "倉庫")


def test_holes_turn_against_their_outer_ring() -> None:
    for wrong in (False, True):
        shape = shapely.Polygon(box().exterior.coords, [box(0.002, 130.502).exterior.coords[::-1]])
        turned = shapely.reverse(shape) if wrong else shape
        ((outer, hole),) = unpack(made(stored(), feature(turned, 1)).classes[0].polygons)
        assert shapely.is_ccw(shapely.linearrings(outer))
        assert not shapely.is_ccw(shapely.linearrings(hole))


def test_classes_of_a_file_of_ones_own_have_its_words() -> None:
    layer = stored("other", "", dataset="other", title="架空の水路")
    overlay = made(layer, feature(box(), 1, group="深い"), feature(box(), 2, group="浅い"), feature(box()))
    assert [one.words for one in overlay.classes] == ["架空の水路", "深い", "浅い"]
    # A column of an official file that happens to have the name is not a legend.
    school = made(stored("school", "", dataset="P29"), feature(shapely.Point(130.5, 33.3), group="16001"))
    assert [one.words for one in school.classes] == ["学校"]


def _wavy(corners: int, radius: float = 0.05, at: float = 130.5) -> shapely.Polygon:
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    wave = radius * (1 + 0.001 * np.sin(40 * angles))
    return shapely.Polygon(np.column_stack((at + wave * np.cos(angles), 33.3 + wave * np.sin(angles))))


def test_a_huge_polygon_is_light_and_no_small_zone_is_lost() -> None:
    tiny = [feature(box(3e-6, 130.6 + n * 1e-4), 6) for n in range(50)]  # 0.3 m: less than any tolerance
    huge = _wavy(1_000_000)
    overlay = made(stored(), feature(huge, 3), *tiny)
    wide, small = overlay.classes
    corners = sum(len(ring) for rings in unpack(wide.polygons) for ring in rings)
    assert corners <= MOST_CORNERS
    assert area(wide) == pytest.approx(huge.area, rel=1e-3)
    assert len(list(unpack(small.polygons))) == 50
    assert all(len(ring) >= 4 for rings in unpack(small.polygons) for ring in rings)


def test_half_a_million_corners_in_many_zones_become_light() -> None:
    zones = [feature(_wavy(5000, 0.01, 130.4 + n / 400), 1 + n % 6) for n in range(100)]
    overlay = made(stored(), *zones)
    corners = sum(len(r) for one in overlay.classes for rings in unpack(one.polygons) for r in rings)
    assert corners <= MOST_CORNERS
    assert sum(len(list(unpack(one.polygons))) for one in overlay.classes) == 100


def test_a_small_layer_keeps_every_corner() -> None:
    shape = _wavy(1000)
    (one,) = made(stored(), feature(shape, 1)).classes
    assert [len(ring) for rings in unpack(one.polygons) for ring in rings] == [1001]


@given(
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 90), st.integers(1, 6)), min_size=1, max_size=12)
)
def test_no_zone_is_dropped_whatever_its_size(zones: list[tuple[int, int, int]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MOST_CORNERS", 0)  # every tolerance is tried
        _check_no_zone_is_dropped(zones)


def _check_no_zone_is_dropped(zones: list[tuple[int, int, int]]) -> None:
    shapes = [
        shapely.box(130 + x / 1e3, 33 + y / 1e3, 130 + x / 1e3 + 2e-6, 33 + y / 1e3 + 2e-6)
        for x, y, _ in zones
    ]
    rings = module.light(shapely.get_exterior_ring(shapes), np.full(len(shapes), 4))
    assert len(rings) == len(zones)
    assert all(len(ring) >= 4 for ring in rings)


class _Reader:
    """Tells which layers were read."""

    def __init__(self) -> None:
        self.asked: list[LayerId] = []

    def __call__(self, layer_id: LayerId) -> Sequence[LayerFeature]:
        self.asked.append(layer_id)
        return [feature(box(), 1)]


def test_a_layer_is_read_once_and_only_when_it_is_shown() -> None:
    book, read = OverlayBook(catalogue()), _Reader()
    layers = [stored(), stored("road", "", name="b", dataset="N13")]
    for _ in range(2):
        shown = book.overlays(layers, frozenset({"flood_l2"}), read)
        assert [one.id for one in shown] == ["a"]
    assert read.asked == ["a"]
    assert len(book.overlays(layers, frozenset({"flood_l2", "road"}), read)) == 2
    assert read.asked == ["a", "b"]
    book.keep(layers[1:])
    book.overlays(layers, frozenset({"flood_l2"}), read)
    assert read.asked == ["a", "b", "a"]


def test_two_threads_read_a_layer_once() -> None:
    book, read = OverlayBook(catalogue()), _Reader()
    threads = [
        threading.Thread(target=lambda: book.overlays([stored()], frozenset({"flood_l2"}), read))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read.asked == ["a"]


def test_an_empty_layer_has_no_place_on_the_map() -> None:
    assert OverlayBook(catalogue()).overlays([stored()], frozenset({"flood_l2"}), lambda _: []) == ()


def test_the_revision_follows_the_shapes() -> None:
    first, same, other = (made(stored(), feature(box(size), 1)) for size in (0.01, 0.01, 0.02))
    assert first.revision == same.revision != other.revision
    assert dataclasses.replace(first, layer=None).look(first.classes[0]).line
