"""自治会 on paper: how far a sheet reaches, and that no small number of homes is told by it."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId, MemberId, OperatorId
from kurume_bousai.domain.layers import NEIGHBORHOOD_KIND, LayerFeature
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.geo.crs import blur
from kurume_bousai.services.maps.papers import MapPaperService
from kurume_bousai.services.papers.map_ports import AssociationGround, MapPaperOrder
from tests.fakes.city import FakeCity, FixedClock
from tests.fakes.state import CityState
from tests.fixtures import map_papers as fixture
from tests.unit.services.maps.test_map_papers import CLERK, PaperFake

ORDER = MapPaperOrder(district_id=fixture.DISTRICT)


def person(number: int, name: str, *, home: LonLat | None, protected: bool = False) -> RosterMember:
    return RosterMember(
        MemberId(f"m{number}"),
        number,
        f"架空 {number}号",
        district_id=fixture.DISTRICT,
        neighborhood=name,
        home=home,
        has_protected_address=protected,
    )


def homes(count: int, name: str, start: int = 1, *, protected: bool = False) -> list[RosterMember]:
    """People 150 m apart: each in a cell of its own."""
    return [
        person(
            start + index,
            name,
            home=LonLat(fixture.LON + 0.0016 * index, fixture.LAT),
            protected=protected,
        )
        for index in range(count)
    ]


def grounds(
    people: list[RosterMember], order: MapPaperOrder, viewer: Access = CLERK
) -> tuple[AssociationGround, ...]:
    what = fixture.content(count=3, with_layers=False)
    state = CityState(
        districts={one.district_id: one for one in what.districts},
        members={one.member_id: one for one in people},
    )
    service = MapPaperService(FakeCity(viewer, state), PaperFake(), FixedClock(), blur)
    return service.content(order).associations


@given(st.integers(0, 8))
def test_cells_are_told_from_five_homes_on(count: int) -> None:
    people = [*homes(count, "架空東"), person(90, "架空東", home=None)]
    (found,) = grounds(people, replace(ORDER, association="架空東"))
    assert bool(found.cells) == (count >= 5)
    assert set(found.cells) <= set(blur([one.home for one in people if one.home is not None]))


def test_many_homes_in_one_cell_are_a_spot_and_not_told() -> None:
    spot = LonLat(fixture.LON, fixture.LAT)
    people = [person(number, "架空東", home=spot) for number in range(1, 9)]
    assert grounds(people, replace(ORDER, association="架空東"))[0].cells == ()


def test_a_protected_home_never_widens_a_sheet() -> None:
    flagged = Access(OperatorId("o"), "架空", frozenset({Role.CLERK}), None, handles_protected=True)
    people = [*homes(5, "架空東"), *homes(9, "架空東", 50, protected=True)[6:]]
    plain = grounds(homes(5, "架空東"), replace(ORDER, association="架空東"))
    assert grounds(people, replace(ORDER, association="架空東"), flagged) == plain
    hidden = homes(3, "架空奥", 70, protected=True)
    every = replace(ORDER, by_association=True)
    assert [one.name for one in grounds([*people, *hidden], every, flagged)] == ["架空東"]


def test_every_association_of_the_list_gets_a_sheet_in_order() -> None:
    people = [*homes(5, "架空西"), *homes(2, "架空東", 20)]
    found = grounds(people, replace(ORDER, by_association=True))
    assert [(one.name, bool(one.cells)) for one in found] == [("架空東", False), ("架空西", True)]


@pytest.mark.parametrize(
    ("viewer", "order", "code"),
    [
        (CLERK, replace(ORDER, association="ない"), "unknown_association"),
        (
            Access(OperatorId("v"), "見る人", frozenset({Role.VIEWER})),
            replace(ORDER, association="架空東"),
            "no_right",
        ),
        (
            Access(OperatorId("f"), "進行", frozenset({Role.FACILITATOR}), frozenset({DistrictId("荒木")})),
            replace(ORDER, by_association=True),
            "no_district",
        ),
    ],
)
def test_who_may_not_see_homes_gets_no_sheet(viewer: Access, order: MapPaperOrder, code: str) -> None:
    with pytest.raises(KnownProblem) as problem:
        grounds(homes(6, "架空東"), order, viewer)
    assert problem.value.code == code


def test_a_layer_of_borders_comes_first() -> None:
    box = shapely.to_wkb(shapely.box(fixture.LON, fixture.LAT, fixture.LON + 0.01, fixture.LAT + 0.01))
    kept = fixture.layer(NEIGHBORHOOD_KIND, "", "境", LayerFeature(box, attributes={"name": "架空北"}))
    what = fixture.content(count=1, with_layers=False)
    state = CityState(
        districts={one.district_id: one for one in what.districts}, layers={kept[0].layer_id: kept}
    )
    service = MapPaperService(FakeCity(CLERK, state), PaperFake(), FixedClock(), blur)
    (found,) = service.content(replace(ORDER, association="架空北")).associations
    assert found.outline == box


def test_an_association_needs_its_district() -> None:
    service = MapPaperService(FakeCity(CLERK, CityState()), PaperFake(), FixedClock(), blur)
    with pytest.raises(KnownProblem) as problem:
        service.preview(MapPaperOrder(by_association=True))
    assert problem.value.code == "map_association"
