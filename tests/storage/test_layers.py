"""Layers inside the encrypted file: features whole, readings with their people, nothing readable outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.hazard_readings import StoredReading
from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.layers import LayerId
from kurume_bousai.exchange.layers.reader import read_layer_file
from kurume_bousai.geo.hazards import LayerHazards
from kurume_bousai.services.places.hazard_update import update_hazards
from kurume_bousai.services.places.layer_import import commit_layers, remove_layers
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.storage import EncryptedCityDatabase
from tests.fakes.city import FixedClock
from tests.fixtures import layers as made
from tests.storage.people import person

READING = StoredReading("flood", "flood_l2", "inside", 4, None, *made.SOUTH)


@pytest.fixture
def rivers(city: EncryptedCityDatabase, tmp_path: Path) -> EncryptedCityDatabase:
    commit_layers(city, read_layer_file(made.a31a(tmp_path / "架空.zip")), clock=FixedClock())
    return city


def test_a_layer_comes_back_as_it_was(rivers: EncryptedCityDatabase, tmp_path: Path) -> None:
    parsed = {(one.kind, one.scenario): one for one in read_layer_file(tmp_path / "架空.zip").layers}
    with rivers.reading() as session:
        layers = session.layers.all()
        assert len(layers) == 4
        for layer in layers:
            source = parsed[layer.question]
            assert layer.source == source.source
            assert (layer.coverage, layer.parts, layer.extent) == (
                source.coverage,
                source.parts,
                source.extent,
            )
            assert (layer.left_out, layer.feature_count) == (source.left_out, len(source.features))
            assert session.layers.features(layer.layer_id) == list(source.features)
        assert session.audit.verify() == []


def test_a_layer_goes_with_its_features(rivers: EncryptedCityDatabase) -> None:
    with rivers.reading() as session:
        first = session.layers.all()[0].layer_id
    remove_layers(rivers, [first])
    with rivers.reading() as session:
        assert len(session.layers.all()) == 3
        assert session.layers.features(first) == []
        assert session.layers.features(LayerId("nobody")) == []


def test_homes_are_read_and_readings_go_with_their_person(rivers: EncryptedCityDatabase) -> None:
    with rivers.writing() as session:
        session.members.add_many(rivers.access, [person("住む人", home=LonLat(*made.SOUTH))], source="x")
    result = update_hazards(rivers, make_locator=LayerHazards).value
    assert (result.members, result.changed) == (1, 1)
    with rivers.reading() as session:
        (row,) = session.members.rows(rivers.access, MemberQuery("住む"))
        readings = session.layers.member_readings(rivers.access, [row.member_id])[row.member_id]
        inside = session.layers.member_readings(rivers.access, [row.member_id], inside_only=True)
    assert row.flood_rank == 4
    assert READING in readings
    assert {one.state for one in inside[row.member_id]} == {"inside"}
    with rivers.writing() as session:
        session.members.purge_added(rivers.access, [row.member_id])
    with rivers.reading() as session:
        assert session.layers.member_readings(rivers.access, [row.member_id]) == {}


def test_readings_of_sites_are_written_anew(city: EncryptedCityDatabase) -> None:
    with city.writing() as session:
        session.layers.replace_site_readings(city.access, {SiteId("A"): [READING]})
    with city.writing() as session:
        session.layers.replace_site_readings(city.access, {SiteId("B"): [READING]})
    with city.reading() as session:
        assert session.layers.site_readings() == {SiteId("B"): [READING]}


def test_nothing_of_a_layer_is_written_while_reading(city: EncryptedCityDatabase) -> None:
    with city.reading() as session, pytest.raises(RuntimeError, match="writing"):
        session.layers.remove(city.access, [LayerId("x")])


def test_the_file_shows_no_layer(rivers: EncryptedCityDatabase) -> None:
    rivers.checkpoint()
    content = rivers.path.read_bytes()
    assert "架空川".encode() not in content
    assert "国土数値情報".encode() not in content
