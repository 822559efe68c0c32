from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.schema import CreateIndex, CreateTable

from kurume_bousai.domain.access import Role
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.storage import create_database, migrations, open_database
from kurume_bousai.storage.engine import create_file, writer_engine
from kurume_bousai.storage.rows.every import metadata
from tests.storage.people import person

POSTGRESQL = PGDialect()  # type: ignore[no-untyped-call]
KEY = bytes(range(32))
NEXT = "9990"
BROKEN = f"""
import sqlalchemy as sa
from alembic import op
revision = "{NEXT}"
down_revision = "{migrations.HEAD}"
branch_labels = None
depends_on = None
def upgrade():
    op.create_table("half_done", sa.Column("x", sa.Integer()))
    op.add_column("facts", sa.Column("half_done", sa.Text()))
    op.execute("UPDATE facts SET value = 'changed'")
    raise RuntimeError("deliberate")
def downgrade():
    pass
"""  # noqa: S608 - both names are the program's own


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    path = tmp_path / "bare.db"
    create_file(path)
    engine = writer_engine(path, KEY)
    yield engine
    engine.dispose()


@pytest.fixture
def broken_scripts(tmp_path: Path) -> Path:
    scripts = tmp_path / "migrations"
    shutil.copytree(migrations.scripts_folder(), scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / f"{NEXT}_broken.py").write_text(BROKEN, "utf-8")
    return scripts


def _tables(engine: Engine) -> set[str]:
    return {name for name in inspect(engine).get_table_names() if not name.startswith("member_search")}


def test_up_and_down(engine: Engine) -> None:
    migrations.upgrade(engine)
    assert _tables(engine) == {*metadata.tables, "alembic_version"}
    migrations.downgrade(engine, "base")
    assert _tables(engine) == {"alembic_version"}
    assert not inspect(engine).has_table("member_search")
    migrations.upgrade(engine)
    assert _tables(engine) == {*metadata.tables, "alembic_version"}


def test_models_are_the_head(engine: Engine) -> None:
    migrations.upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_object": lambda _item, name, kind, *_: (
                    not (kind == "table" and name.startswith("member_search"))
                ),
            },
        )
        assert compare_metadata(context, metadata) == []


def test_constraints_have_the_same_names_in_models_and_file(engine: Engine) -> None:
    migrations.upgrade(engine)
    inspector = inspect(engine)
    for table in metadata.sorted_tables:
        named = {str(constraint.name) for constraint in table.constraints}
        found = {str(inspector.get_pk_constraint(table.name)["name"])}
        found |= {str(item["name"]) for item in inspector.get_unique_constraints(table.name)}
        found |= {str(item["name"]) for item in inspector.get_foreign_keys(table.name)}
        found |= {str(item["name"]) for item in inspector.get_check_constraints(table.name)}
        compiled = str(CreateTable(table).compile(dialect=POSTGRESQL))
        assert all(f"CONSTRAINT {name}" in compiled for name in found), (table.name, found, named)


def test_program_knows_every_revision() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations.scripts_folder()))
    script = ScriptDirectory.from_config(config)
    assert tuple(reversed([item.revision for item in script.walk_revisions()])) == migrations.REVISIONS
    assert script.get_current_head() == migrations.HEAD


def test_failed_migration_leaves_nothing_behind(engine: Engine, broken_scripts: Path) -> None:
    migrations.upgrade(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO facts VALUES ('a', 'b')")
    with pytest.raises(RuntimeError, match="deliberate"):
        migrations.upgrade(engine, NEXT, scripts=broken_scripts)
    assert "half_done" not in _tables(engine)
    assert [item["name"] for item in inspect(engine).get_columns("facts")] == ["key", "value"]
    with engine.connect() as connection:
        assert migrations.current_revision(connection) == migrations.HEAD
        assert connection.exec_driver_sql("SELECT value FROM facts").scalar() == "b"


def test_failed_migration_at_opening_keeps_file_and_copy(
    tmp_path: Path, broken_scripts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "city.db"
    city, _ = create_database(path, "架空", "demo", roles=list(Role), fictional=True)
    with city.writing() as session:
        session.members.add_many(city.access, [person("残る人")], source="x")
    city.close()
    with monkeypatch.context() as newer:
        newer.setattr(migrations, "scripts_folder", lambda: broken_scripts)
        newer.setattr(migrations, "REVISIONS", (*migrations.REVISIONS, NEXT))
        newer.setattr(migrations, "HEAD", NEXT)
        with pytest.raises(RuntimeError, match="deliberate"):
            open_database(path, "架空", "demo")
    assert path.with_name(f"city.db.before-{migrations.HEAD}").is_file()
    city = open_database(path, "架空", "demo")
    with city.reading() as session:
        assert session.members.count(city.access, MemberQuery("残る")) == 1
        assert session.audit.verify() == []
    city.close()


def test_data_survives_a_step_up(
    tmp_path: Path, broken_scripts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = broken_scripts / "versions" / f"{NEXT}_broken.py"
    step.write_text(BROKEN.replace('    raise RuntimeError("deliberate")\n', "").replace(
        "UPDATE facts SET value = 'changed'", "SELECT 1"), "utf-8")  # fmt: skip
    path = tmp_path / "city.db"
    city, _ = create_database(path, "架空", "demo", roles=list(Role), fictional=True)
    with city.writing() as session:
        session.members.add_many(city.access, [person("残る人")], source="x")
    city.close()
    monkeypatch.setattr(migrations, "scripts_folder", lambda: broken_scripts)
    monkeypatch.setattr(migrations, "REVISIONS", (*migrations.REVISIONS, NEXT))
    monkeypatch.setattr(migrations, "HEAD", NEXT)
    city = open_database(path, "架空", "demo")
    with city.reading() as session:
        assert session.members.count(city.access, MemberQuery("残る")) == 1
        assert inspect(session.connection).has_table("half_done")
        assert session.audit.verify() == []
    city.close()


def test_unknown_revision() -> None:
    with pytest.raises(KnownProblem, match="newer_file"):
        migrations.require_known("9999", Path("city.db"))


def test_every_table_compiles_for_postgresql() -> None:
    for table in metadata.sorted_tables:
        assert f"CREATE TABLE {table.name}" in str(CreateTable(table).compile(dialect=POSTGRESQL))
        for index in table.indexes:
            assert str(index.name) in str(CreateIndex(index).compile(dialect=POSTGRESQL))
