"""A file without saved mappings is brought up with its people, and down again."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import inspect

from kurume_bousai.domain.access import Role
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.storage import create_database, migrations, open_database
from tests.storage.people import person


def test_people_of_an_older_file_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "city.db"
    city, _ = create_database(path, "架空", "demo", roles=list(Role), fictional=True)
    with city.writing() as session:
        session.members.add_many(city.access, [person("残る人", address="久留米市架空町9999")], source="x")
    older = migrations.REVISIONS[migrations.REVISIONS.index("0016") - 1]
    migrations.downgrade(city.writer_engine, older)
    assert "mapping_profiles" not in inspect(city.writer_engine).get_table_names()
    city.close()
    city = open_database(path, "架空", "demo")
    try:
        with city.reading() as session:
            assert session.mapping_profiles.all(city.access).profiles == ()
            assert len(session.members.rows(city.access, MemberQuery("残る"))) == 1
    finally:
        city.close()
