"""Layers of a file are kept with their source, and homes and sites get what they say, all or nothing."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import Cancelled, KnownProblem
from kurume_bousai.domain.hazards import HazardScenario
from kurume_bousai.domain.ids import DistrictId, MemberId, OperatorId, SiteId
from kurume_bousai.domain.layers import LayerId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.shelters import Ownership, WelfareShelter
from kurume_bousai.exchange.layers.reader import read_layer_file
from kurume_bousai.geo.hazards import LayerHazards
from kurume_bousai.services.capacity.source import DatabaseCapacitySource
from kurume_bousai.services.places.hazard_update import update_hazards
from kurume_bousai.services.places.layer_import import commit_layers, preview_layers, remove_layers
from tests.fakes.city import FakeCity, FixedClock
from tests.fixtures import layers as made

CLERK = Access(OperatorId("o"), "架空", frozenset({Role.CLERK}))
DEEP, DRY, NORTH = LonLat(*made.SOUTH), LonLat(130.65, 33.27), LonLat(*made.NORTH)


def person(number: int, home: LonLat | None, **values: object) -> RosterMember:
    member = RosterMember(MemberId(f"m{number}"), number, f"架空 {number}", home=home)
    return dataclasses.replace(member, district_id=DistrictId("津福"), **values)  # type: ignore[arg-type]


def city(*members: RosterMember) -> FakeCity:
    made_city = FakeCity(CLERK)
    with made_city.writing() as session:
        session.members.add_many(CLERK, list(members), source="架空")
    return made_city


def take(database: FakeCity, path: Path, *, replace: bool = False) -> None:
    commit_layers(database, read_layer_file(path), clock=FixedClock(), replace=replace)


@pytest.fixture
def whole(tmp_path: Path) -> tuple[Path, Path]:
    """Both packages of the rivers: those of the state and those of the prefecture."""
    other = made.a31a(tmp_path / "40_20.zip", keeper=made.PREFECTURE, shift=0.1)
    return made.a31a(tmp_path / "40_10.zip"), other


def ranks(database: FakeCity) -> dict[int, int | None]:
    return {member.number: member.flood_rank for member in database.state.members.values()}


def test_a_preview_writes_nothing_and_a_commit_keeps_the_source(tmp_path: Path) -> None:
    database = city()
    file = read_layer_file(made.a31a(tmp_path / "A31a.zip"))
    preview = preview_layers(database, file)
    assert not database.state.layers
    assert not preview.is_committed
    assert {"kind", "features", "repaired", "crs", "encoding", "warnings"} <= preview.as_json().keys()
    take(database, tmp_path / "A31a.zip")
    kept = [layer for layer, _ in database.state.layers.values()]
    assert {layer.imported_by for layer in kept} == {"架空"}
    assert all(layer.source.sha256 == file.sha256 and layer.source.attribution for layer in kept)


def test_the_same_file_again_replaces_itself_and_an_older_edition_when_asked(tmp_path: Path) -> None:
    database = city()
    take(database, made.a31a(tmp_path / "a.zip"))
    take(database, tmp_path / "a.zip")
    assert len(database.state.layers) == 4
    newer = read_layer_file(made.a31a(tmp_path / "b.zip", shift=0.01))
    assert any("--replace" in one for one in preview_layers(database, newer).warnings)
    take(database, tmp_path / "b.zip")
    assert len(database.state.layers) == 8
    take(database, tmp_path / "b.zip", replace=True)
    assert {layer.source.file_name for layer, _ in database.state.layers.values()} == {"b.zip"}


def test_a_file_without_a_system_is_not_kept_before_it_is_confirmed(tmp_path: Path) -> None:
    database = city()
    with pytest.raises(KnownProblem, match="layer_crs_unconfirmed"):
        take(database, made.w05(tmp_path))
    assert not database.state.layers


def test_homes_get_the_deepest_rank_outside_or_nothing(whole: tuple[Path, Path]) -> None:
    database = city(person(1, DEEP), person(2, DRY), person(3, None), person(4, LonLat(132.0, 33.3)))
    take(database, whole[0])
    update_hazards(database, make_locator=LayerHazards)
    assert ranks(database) == {1: 4, 2: None, 3: None, 4: None}  # rivers of the prefecture are missing
    take(database, whole[1])
    result = update_hazards(database, make_locator=LayerHazards).value
    assert ranks(database) == {1: 4, 2: 0, 3: None, 4: None}
    assert (result.members, result.changed) == (3, 1)
    assert result.by_question["flood", "flood_l2"] == {"inside": 1, "outside": 1, "no_data": 1}


def test_without_data_a_stated_rank_stays_and_a_read_one_goes(whole: tuple[Path, Path]) -> None:
    database = city(person(1, DEEP), person(2, DRY, flood_rank=2))
    take(database, whole[0])
    update_hazards(database, make_locator=LayerHazards)
    assert ranks(database) == {1: 4, 2: 2}
    remove_layers(database, list(database.state.layers))
    update_hazards(database, make_locator=LayerHazards)
    assert ranks(database) == {1: None, 2: 2}
    with pytest.raises(KnownProblem, match="layer_none"):
        remove_layers(database, [LayerId("nobody")])


def test_a_stop_on_the_way_leaves_everything_as_it_was(whole: tuple[Path, Path]) -> None:
    database = city(person(1, DEEP))
    take(database, whole[0])

    def stop(_done: int, _total: int, _text: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        update_hazards(database, make_locator=LayerHazards, progress=stop)
    assert ranks(database) == {1: None}
    assert not database.state.member_readings


def test_sites_get_readings_and_people_of_other_scenarios_are_counted(tmp_path: Path) -> None:
    database = city(person(1, DEEP), person(2, DRY))
    site = WelfareShelter(SiteId("W-1"), "架空園", "架空", Ownership.PUBLIC, DEEP)
    with database.writing() as session:
        session.shelters.save_welfare(CLERK, [site])
    made.a33(tmp_path / "a")
    take(database, made.packed(tmp_path / "a", tmp_path / "A33.zip"))
    take(database, made.a51(tmp_path / "a51.geojson"))
    update_hazards(database, make_locator=LayerHazards)
    found = {(one.kind, one.state, one.level) for one in database.state.site_readings[site.site_id]}
    assert found == {("landslide", "inside", 2), ("inland", "inside", None)}
    zones = {one.number: one.hazard_zones for one in DatabaseCapacitySource(database).people()}
    assert zones == {1: {HazardScenario.LANDSLIDE, HazardScenario.INLAND}, 2: frozenset()}
    moved = dataclasses.replace(database.state.members[MemberId("m1")], home=DRY)
    with database.writing() as session:
        session.members.save_many(CLERK, [moved], source="架空")
    zones = {one.number: one.hazard_zones for one in DatabaseCapacitySource(database).people()}
    assert zones == {1: frozenset(), 2: frozenset()}


def test_only_who_may_edit_people_and_sites(whole: tuple[Path, Path]) -> None:
    database = city().seen_by(Access(OperatorId("v"), "見る人", frozenset({Role.FACILITATOR})))
    with pytest.raises(KnownProblem, match="no_right"):
        update_hazards(database, make_locator=LayerHazards)
    viewer = database.seen_by(Access(OperatorId("v"), "見る人", frozenset({Role.VIEWER})))
    with pytest.raises(KnownProblem, match="no_right"):
        take(viewer, whole[0])


def test_the_missing_mesh_is_named_until_the_other_is_there(tmp_path: Path) -> None:
    database = city()
    south = read_layer_file(made.a31b(tmp_path / "s.zip", "4930", made.SOUTH))
    assert any("5030" in one for one in preview_layers(database, south).warnings)
    take(database, tmp_path / "s.zip")
    north = read_layer_file(made.a31b(tmp_path / "n.zip", "5030", made.NORTH))
    assert not any("4930" in one for one in preview_layers(database, north).warnings)
