"""The index of the list is made anew on a file with people, and stands back again; nobody changes."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import inspect

from kurume_bousai.domain.access import Role
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.storage import create_database, migrations, open_database
from kurume_bousai.storage.city_database import EncryptedCityDatabase
from kurume_bousai.storage.rows.people import MemberRecord
from tests.storage.people import person


def _columns(city: EncryptedCityDatabase) -> list[str | None]:
    found = inspect(city.writer_engine).get_indexes("members")
    return next(index["column_names"] for index in found if index["name"] == "ix_members_order")


def test_the_index_holds_what_the_list_shows(tmp_path: Path) -> None:
    path = tmp_path / "city.db"
    city, _ = create_database(path, "架空", "demo", roles=list(Role), fictional=True)
    with city.writing() as session:
        session.members.add_many(city.access, [person("残る人", kana="ノコルヒト")], source="x")
        before = session.members.rows(city.access, MemberQuery())
    older = migrations.REVISIONS[migrations.REVISIONS.index("0019") - 1]
    migrations.downgrade(city.writer_engine, older)
    assert _columns(city) == ["kana", "number"]
    city.close()
    city = open_database(path, "架空", "demo")
    try:
        declared = next(index for index in MemberRecord.__table__.indexes if index.name == "ix_members_order")  # type: ignore[attr-defined]
        assert _columns(city) == [column.name for column in declared.columns]
        with city.reading() as session:
            assert session.members.rows(city.access, MemberQuery()) == before
    finally:
        city.close()
