"""A file of the version before the tile packs keeps its people, takes a pack, and goes down again."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import inspect

from kurume_bousai.app.tiles import tile_grounds, tile_packs
from kurume_bousai.domain.access import Role
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.storage import create_database, migrations, open_database
from tests.fixtures import tiles as made
from tests.storage.people import person


def test_a_file_of_0006_takes_packs_and_goes_down_again(tmp_path: Path) -> None:
    path = tmp_path / "city.db"
    city, _ = create_database(path, "架空", "demo", roles=list(Role), fictional=True)
    with city.writing() as session:
        session.members.add_many(city.access, [person("残る人")], source="x")
    migrations.downgrade(city.writer_engine, "0006")
    assert "tile_packs" not in inspect(city.writer_engine).get_table_names()
    city.close()
    city = open_database(path, "架空", "demo")
    try:
        packs = tile_packs(city)
        packs.add(packs.preview(made.mbtiles(tmp_path / "x.mbtiles")))
        with city.reading() as session:
            assert len(session.members.rows(city.access, MemberQuery("残る"))) == 1
        assert len(tile_grounds(city)) == 1
        migrations.downgrade(city.writer_engine, "0006")
        assert "tile_packs" not in inspect(city.writer_engine).get_table_names()
        migrations.upgrade(city.writer_engine)
        assert tile_grounds(city) == ()
    finally:
        city.close()
