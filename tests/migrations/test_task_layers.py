"""A file of the version before the task layers, opened by this program."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import inspect

from kurume_bousai.domain.access import Role
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.operations import FeatureKind
from kurume_bousai.services.maps.task_layers import TaskLayerService
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.storage import create_database, migrations, open_database
from tests.fakes.city import FixedClock
from tests.storage.people import person

NEW_TABLES = {"task_layers", "task_features", "task_steps"}


def test_a_file_of_0005_takes_drawings_and_goes_down_again(tmp_path: Path) -> None:
    path = tmp_path / "city.db"
    city, _ = create_database(path, "架空", "demo", roles=list(Role), fictional=True)
    with city.writing() as session:
        session.members.add_many(city.access, [person("残る人")], source="x")
    migrations.downgrade(city.writer_engine, "0005")
    assert not NEW_TABLES & set(inspect(city.writer_engine).get_table_names())
    city.close()
    city = open_database(path, "架空", "demo")
    try:
        layers = TaskLayerService(city, FixedClock())
        layers.draw(None, FeatureKind.DANGER, [LonLat(130.5, 33.3)], "塀")
        with city.reading() as session:
            assert len(session.members.rows(city.access, MemberQuery("残る"))) == 1
        migrations.downgrade(city.writer_engine, "0005")
        assert not NEW_TABLES & set(inspect(city.writer_engine).get_table_names())
    finally:
        city.close()
