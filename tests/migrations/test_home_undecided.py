"""A file without 「この住所では決められない」 is brought up with its places, and down again."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import inspect

from kurume_bousai.app.geocoding import geocoding
from kurume_bousai.domain.access import Role
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.storage import create_database, migrations, open_database
from tests.storage.people import person


def test_places_of_an_older_file_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "city.db"
    city, _ = create_database(path, "架空", "demo", roles=list(Role), fictional=True)
    member = person("残る人", address="久留米市架空町9999")
    with city.writing() as session:
        session.members.add_many(city.access, [member], source="x")
    geocoding(city).pin(member.member_id, LonLat(130.5, 33.3))
    before = geocoding(city).places()
    older = migrations.REVISIONS[migrations.REVISIONS.index("0008") - 1]
    migrations.downgrade(city.writer_engine, older)
    assert "home_undecided" not in inspect(city.writer_engine).get_table_names()
    city.close()
    city = open_database(path, "架空", "demo")
    try:
        assert geocoding(city).places() == before
        geocoding(city).set_aside(member.member_id)
        with city.reading() as session:
            assert list(session.gazetteer.undecided(city.access)) == [member.member_id]
            assert session.members.rows(city.access, MemberQuery("残る"))[0].home is None
    finally:
        city.close()
