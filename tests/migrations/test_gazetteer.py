"""A file without a dictionary is brought up with its people, and down again."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import inspect, text

from kurume_bousai.app.geocoding import geocoding
from kurume_bousai.domain.access import Role
from kurume_bousai.domain.gazetteer import GeocodeReason
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.storage import create_database, migrations, open_database
from tests.storage.people import person

TABLES = {"gazetteer_sources", "gazetteer_points", "home_places"}


def test_people_of_an_older_file_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "city.db"
    city, _ = create_database(path, "架空", "demo", roles=list(Role), fictional=True)
    with city.writing() as session:
        session.members.add_many(city.access, [person("残る人")], source="x")
    migrations.downgrade(city.writer_engine, "0004")
    assert not TABLES & set(inspect(city.writer_engine).get_table_names())
    with city.writer_engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM members")).scalar() == 1
    city.close()
    city = open_database(path, "架空", "demo")
    try:
        assert set(inspect(city.writer_engine).get_table_names()) >= TABLES
        with city.reading() as session:
            assert len(session.members.rows(city.access, MemberQuery("残る"))) == 1
            assert session.gazetteer.sources() == []
        assert geocoding(city).find("東町1").reason is GeocodeReason.DICTIONARY_EMPTY
    finally:
        city.close()
