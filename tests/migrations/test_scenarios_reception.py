"""Files of the first two versions, with people and sites in them, opened by this program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from kurume_bousai.domain.access import Role
from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.reception import ReceptionKind
from kurume_bousai.domain.screening import Profession, ScreeningClass
from kurume_bousai.domain.shelters import Ownership, WelfareShelter
from kurume_bousai.services.capacity.scenarios import ScenarioService
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.services.shelters.reception import ReceptionDraft, ReceptionService
from kurume_bousai.services.shelters.screenings import ScreeningDraft, ScreeningService
from kurume_bousai.storage import EncryptedCityDatabase, create_database, migrations, open_database
from tests.fakes.city import FixedClock
from tests.storage.people import person

NEW_TABLES = {"scenarios", "screenings", "reception_entries"}
SITE = WelfareShelter(SiteId("W-01"), "架空園", "架空", Ownership.PUBLIC, None)


@pytest.fixture
def older_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """A database as an older version left it: written by this one, then taken down to it."""

    def make(revision: str) -> Path:
        path = tmp_path / "city.db"
        city, _ = create_database(path, "架空", "demo", roles=list(Role), fictional=True)
        with city.writing() as session:
            session.members.add_many(city.access, [person("残る人", screening_class=3)], source="x")
            session.shelters.save_welfare(city.access, [SITE])
        migrations.downgrade(city.writer_engine, revision)
        city.close()
        return path

    return make


def _opened(path: Path) -> EncryptedCityDatabase:
    return open_database(path, "架空", "demo")


@pytest.mark.parametrize("revision", ["0001", "0002"])
def test_data_of_an_older_version_is_kept_and_the_new_tables_work(
    older_file: Callable[[str], Path], revision: str
) -> None:
    path = older_file(revision)
    city = _opened(path)
    try:
        with city.reading() as session:
            (row,) = session.members.rows(city.access, MemberQuery("残る"))
            assert [site.site_id for site in session.shelters.welfare()] == ["W-01"]
            assert session.audit.verify() == []
        clock = FixedClock()
        ScenarioService(city, clock).save("案", CapacityConditions())
        counts = ScreeningService(city, clock).latest_counts()
        assert [(one.people, one.undated) for one in counts] == [(0, 0), (0, 0), (1, 1), (0, 0)]
        draft = ScreeningDraft(row.member_id, ScreeningClass.FULL_CARE, Profession.NURSE)
        ScreeningService(city, clock).record(draft)
        ReceptionService(city, clock).record(
            ReceptionDraft(ReceptionKind.ADMITTED, SITE.site_id, member_id=row.member_id)
        )
        assert ReceptionService(city, clock).occupied(SITE.site_id) == 1
    finally:
        city.close()
    assert path.with_name(f"city.db.before-{revision}").is_file()


def test_going_down_takes_only_what_this_step_brought(older_file: Callable[[str], Path]) -> None:
    city = _opened(older_file("0002"))
    try:
        migrations.downgrade(city.writer_engine, "0002")
        assert not NEW_TABLES & set(inspect(city.writer_engine).get_table_names())
        with city.writer_engine.connect() as connection:
            assert connection.execute(text("SELECT count(*) FROM members")).scalar() == 1
    finally:
        city.close()
