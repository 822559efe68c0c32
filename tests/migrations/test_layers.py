"""A file of the version before the layers, opened by this program."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import inspect

from kurume_bousai.domain.access import Role
from kurume_bousai.exchange.layers.reader import read_layer_file
from kurume_bousai.services.places.layer_import import commit_layers
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.storage import create_database, migrations, open_database
from tests.fakes.city import FixedClock
from tests.fixtures import layers as made
from tests.storage.people import person

NEW_TABLES = {"layers", "layer_features", "member_hazards", "site_hazards"}


def test_a_file_of_0003_takes_layers_and_goes_down_again(tmp_path: Path) -> None:
    path = tmp_path / "city.db"
    city, _ = create_database(path, "架空", "demo", roles=list(Role), fictional=True)
    with city.writing() as session:
        session.members.add_many(city.access, [person("残る人")], source="x")
    migrations.downgrade(city.writer_engine, "0003")
    assert not NEW_TABLES & set(inspect(city.writer_engine).get_table_names())
    city.close()
    city = open_database(path, "架空", "demo")
    try:
        commit_layers(city, read_layer_file(made.a51(tmp_path / "x.geojson")), clock=FixedClock())
        with city.reading() as session:
            assert len(session.members.rows(city.access, MemberQuery("残る"))) == 1
            assert len(session.layers.all()) == 1
        migrations.downgrade(city.writer_engine, "0003")
        assert not NEW_TABLES & set(inspect(city.writer_engine).get_table_names())
    finally:
        city.close()
