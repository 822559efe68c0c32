"""A file of the version before criteria and letters, opened by this program."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import inspect

from kurume_bousai.domain.access import Role
from kurume_bousai.services.eligibility.judging import EligibilityService
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.storage import create_database, migrations, open_database
from tests.fakes.city import FixedClock
from tests.storage.people import person

NEW_TABLES = {
    "eligibility_sets",
    "eligibility_runs",
    "eligibility_findings",
    "eligibility_decisions",
    "mailings",
    "mailing_letters",
    "mailing_checks",
    "registration_years",
}


def test_a_file_of_0009_is_judged_and_goes_down_again(tmp_path: Path) -> None:
    path = tmp_path / "city.db"
    city, _ = create_database(path, "架空", "demo", roles=list(Role), fictional=True)
    with city.writing() as session:
        session.members.add_many(city.access, [person("残る人", care_level="要介護4")], source="x")
    migrations.downgrade(city.writer_engine, "0009")
    assert not NEW_TABLES & set(inspect(city.writer_engine).get_table_names())
    city.close()
    city = open_database(path, "架空", "demo")
    try:
        judged = EligibilityService(city, FixedClock()).run().value
        assert judged.eligible == 1
        with city.reading() as session:
            assert len(session.members.rows(city.access, MemberQuery("残る"))) == 1
        migrations.downgrade(city.writer_engine, "0009")
        assert not NEW_TABLES & set(inspect(city.writer_engine).get_table_names())
    finally:
        city.close()
