"""The map-paper service: rights, refusals, the audit before the file, and people only in cells."""

from __future__ import annotations

from pathlib import Path

import pytest

from kurume_bousai.app.map_papers import map_papers
from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId, OperatorId
from kurume_bousai.domain.map_papers import MOST_PAGES, MapHazard, PaperSize
from kurume_bousai.services.maps.papers import MapPaperService
from kurume_bousai.services.papers.map_ports import (
    MadeMap,
    MapPaperContent,
    MapPaperOrder,
    MapPlan,
)
from kurume_bousai.services.papers.ports import PaperStamp
from kurume_bousai.services.progress import Progress
from tests.fakes.city import FakeCity, FixedClock
from tests.fakes.state import CityState
from tests.fixtures import map_papers as fixture

CLERK = Access(OperatorId("o1"), "架空", frozenset({Role.CLERK, Role.FACILITATOR}))


class PaperFake:
    """A maker that keeps what it was given."""

    def __init__(self, pages: int = 1) -> None:
        self.pages = pages
        self.written: list[tuple[MapPaperContent, PaperStamp]] = []
        self.seen: list[tuple[MapPaperContent, PaperStamp]] = []

    def plan(self, content: MapPaperContent, order: MapPaperOrder) -> MapPlan:
        return MapPlan(self.pages, self.pages, 0, has_index=False, scales=(5_000,))

    def preview(
        self, content: MapPaperContent, order: MapPaperOrder, stamp: PaperStamp, page: int
    ) -> tuple[bytes, MapPlan]:
        self.seen.append((content, stamp))
        return b"%PDF", self.plan(content, order)

    def render(
        self, content: MapPaperContent, order: MapPaperOrder, stamp: PaperStamp, progress: Progress
    ) -> tuple[bytes, MadeMap]:
        return b"%PDF", self.write(content, order, stamp, Path("memory"), progress)

    def write(
        self,
        content: MapPaperContent,
        order: MapPaperOrder,
        stamp: PaperStamp,
        place: Path,
        progress: Progress,
    ) -> MadeMap:
        self.written.append((content, stamp))
        return MadeMap(self.pages, (5_000,))


def city() -> FakeCity:
    what = fixture.content()
    state = CityState(
        districts={one.district_id: one for one in what.districts},
        designated={one.site_id: one for one in what.designated},
        layers={layer.layer_id: (layer, features) for layer, features in what.layers},
        facts={"is_fictional": "1"},
    )
    return FakeCity(CLERK, state)


def service(database: FakeCity, maker: PaperFake) -> MapPaperService:
    return MapPaperService(database, maker, FixedClock(), list)


@pytest.mark.parametrize(
    ("order", "place", "code"),
    [
        (MapPaperOrder(), "atlas.xlsx", "map_needs_pdf"),
        (MapPaperOrder(), "atlas.txt", "unknown_ending"),
        (MapPaperOrder(scale=1_499), "a.pdf", "map_scale"),
        (MapPaperOrder(scale=25_001), "a.pdf", "map_scale"),
        (MapPaperOrder(is_tiled=True), "a.pdf", "map_tiles"),
        (
            MapPaperOrder(is_tiled=True, paper=PaperSize.A1, district_id=fixture.DISTRICT),
            "a.pdf",
            "map_tiles",
        ),
        (MapPaperOrder(district_id=DistrictId("ない")), "a.pdf", "unknown_district"),
    ],
)
def test_orders_that_cannot_be_are_refused_in_words(order: MapPaperOrder, place: str, code: str) -> None:
    maker = PaperFake()
    with pytest.raises(KnownProblem) as problem:
        service(city(), maker).write(order, Path(place))
    assert problem.value.code == code
    assert not maker.written


def test_too_many_pages_are_refused_before_anything_is_written() -> None:
    database, maker = city(), PaperFake(MOST_PAGES + 1)
    with pytest.raises(KnownProblem) as problem:
        service(database, maker).write(MapPaperOrder(), Path("a.pdf"))
    assert problem.value.code == "too_many_pages"
    assert database.state.audit == ()


def test_the_audit_comes_first_and_its_head_is_printed() -> None:
    database, maker = city(), PaperFake()
    written = service(database, maker).write(MapPaperOrder(), Path("a.pdf")).value
    assert [entry[1] for entry in database.state.audit] == ["report.anonymous"]
    assert written.audit_head == maker.written[0][1].audit_head
    assert maker.written[0][1].is_fictional


@pytest.mark.parametrize(
    ("hazard", "kinds"),
    [
        (MapHazard.FLOOD_L2, {"flood", "landslide", "collapse"}),
        (MapHazard.FLOOD_L1, {"landslide"}),
        (MapHazard.LANDSLIDE, {"landslide"}),
        (MapHazard.NONE, set()),
    ],
)
def test_one_water_at_a_time(hazard: MapHazard, kinds: set[str]) -> None:
    content = service(city(), PaperFake()).content(MapPaperOrder(hazard=hazard))
    found = {layer.kind for layer, _ in content.layers}
    assert found - {"road", "river", "school"} == kinds
    assert {"road", "river", "school"} <= found
    # The invented flood stands in only where none was imported: twice the same colour says nothing more.
    assert (content.flood is not None) == (hazard is MapHazard.FLOOD_L1)


def test_viewers_may_print_maps_without_people() -> None:
    viewer = Access(OperatorId("o2"), "見る人", frozenset({Role.VIEWER}))
    assert service(city().seen_by(viewer), PaperFake()).write(MapPaperOrder(), Path("a.pdf")).value.pages == 1


def test_wired_in_app_homes_are_blurred_to_cells() -> None:
    home = LonLat(130.49171, 33.29663)
    blurred = map_papers(city()).blur([home])[0]
    assert blurred != home
    again = map_papers(city()).blur([blurred])[0]
    assert (again.lon, again.lat) == pytest.approx((blurred.lon, blurred.lat), abs=1e-9)
