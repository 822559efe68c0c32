"""A file without くわしい記録 is brought up with its people and versions, and down again."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import inspect

from kurume_bousai.domain.access import Role
from kurume_bousai.domain.person_details import NO_DETAILS, PersonDetails
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.storage import create_database, migrations, open_database
from tests.storage.people import person


def test_people_and_versions_of_an_older_file_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "city.db"
    city, _ = create_database(path, "架空", "demo", roles=list(Role), fictional=True)
    member = person("残る人", address="久留米市架空町9999", details=PersonDetails(pets="犬"))
    with city.writing() as session:
        session.members.add_many(city.access, [member], source="x")
    older = migrations.REVISIONS[migrations.REVISIONS.index("0009") - 1]
    migrations.downgrade(city.writer_engine, older)
    columns = {item["name"] for item in inspect(city.writer_engine).get_columns("members")}
    assert not columns & {"details", "anonymised_on"}
    city.close()
    city = open_database(path, "架空", "demo")
    try:
        with city.reading() as session:
            kept = session.members.get(city.access, member.member_id)
            assert kept is not None
            assert (kept.name, kept.details) == ("残る人", NO_DETAILS)
            (version,) = session.members.versions(city.access, member.member_id)
            assert version.member.details == PersonDetails(pets="犬")
            assert len(session.members.rows(city.access, MemberQuery("残る"))) == 1
    finally:
        city.close()
