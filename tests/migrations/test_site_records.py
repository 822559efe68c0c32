"""A file of the first version, with sites in it, opened by this program."""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from kurume_bousai.domain.access import Role
from kurume_bousai.domain.hazards import Fitness, HazardScenario
from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.members import AdmissionCategory, Need
from kurume_bousai.domain.shelters import UNLIMITED, Room, Verification, WelfareShelter, YesNoUnknown
from kurume_bousai.domain.site_record import FacilityRecord, FigureSource, SiteFigure
from kurume_bousai.storage import create_database, migrations, open_database

KNOWN = {
    "site_id": "W-01", "name": "架空福祉センター", "short_name": "架空", "ownership": "public",
    "lon": 130.5, "lat": 33.3, "address": "久留米市架空町9999", "phone": "0942-00-0001",
    "district_id": "津福", "designation": "yes", "agreement": "unknown",
    "rooms": '[{"floor_m2":"120.5","name":"集会室"},{"floor_m2":null,"name":"和室"}]',
    "declared_capacity": 40, "blocked_places": 2, "accepts": '["elderly"]',
    "need_capacity": '{"care":"*","power":4}', "power_kw": 5.5, "power_hours": 72.0,
    "staff_by_day": 6, "staff_by_night": None, "fitness": '{"flood_l2":"unfit"}', "opens_at_level": 4,
    "opening_order": 7, "is_power_first": False, "is_fictional": True, "state": "unopened",
    "verification": "confirmed", "verified_on": date(2026, 4, 1), "source": "市の一覧", "note": "裏口",
}  # fmt: skip
UNKNOWN = {
    **KNOWN, "site_id": "W-02", "lon": None, "lat": None, "rooms": "[]", "accepts": "null",
    "need_capacity": "{}", "fitness": "{}", "verified_on": None, "verification": "unconfirmed",
}  # fmt: skip


@pytest.fixture
def first_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database as the first version made it, with two sites."""
    scripts = tmp_path / "first"
    shutil.copytree(migrations.scripts_folder(), scripts, ignore=shutil.ignore_patterns("__pycache__"))
    for step in scripts.joinpath("versions").glob("[0-9]*.py"):
        if not step.name.startswith("0001"):
            step.unlink()
    path = tmp_path / "city.db"
    with monkeypatch.context() as older:
        older.setattr(migrations, "scripts_folder", lambda: scripts)
        older.setattr(migrations, "REVISIONS", ("0001",))
        older.setattr(migrations, "HEAD", "0001")
        city, _ = create_database(path, "架空", "demo", roles=list(Role), fictional=True)
        with city.writer_engine.begin() as connection:
            for row in (KNOWN, UNKNOWN):
                _insert(connection, row)
        city.close()
    return path


def _insert(connection: Connection, row: dict[str, object]) -> None:
    names = ", ".join(row)
    marks = ", ".join(f":{name}" for name in row)
    values = {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}
    connection.execute(text(f"INSERT INTO welfare_shelters ({names}) VALUES ({marks})"), values)  # noqa: S608 - names are this file's


def test_sites_of_the_first_version_are_kept_and_have_no_record_yet(first_version: Path) -> None:
    city = open_database(first_version, "架空", "demo")
    try:
        with city.reading() as session:
            known, unknown = sorted(session.shelters.welfare(), key=lambda site: site.site_id)
            assert session.shelters.care_facilities() == []
            assert session.audit.verify() == []
    finally:
        city.close()
    _assert_kept(known)
    assert (unknown.rooms, unknown.accepts, unknown.point, unknown.verified_on) == ((), None, None, None)
    for site in (known, unknown):
        assert (site.rate_m2, dict(site.figure_sources), site.record) == (None, {}, FacilityRecord())


def _assert_kept(known: WelfareShelter) -> None:
    assert known.rooms == (Room("集会室", Decimal("120.5")), Room("和室", None))
    assert known.accepts == frozenset({AdmissionCategory.ELDERLY})
    assert known.need_capacity == {Need.POWER: 4, Need.CARE: UNLIMITED}
    assert known.fitness == {HazardScenario.FLOOD_L2: Fitness.UNFIT}
    assert (known.staff_by_day, known.staff_by_night, known.blocked_places) == (6, None, 2)
    assert (known.designation, known.verification) == (YesNoUnknown.YES, Verification.CONFIRMED)
    assert known.source_of(SiteFigure.ROOMS) == FigureSource("市の一覧", date(2026, 4, 1))


def test_the_older_file_is_copied_before_it_is_changed(first_version: Path) -> None:
    before = first_version.read_bytes()
    open_database(first_version, "架空", "demo").close()
    copy = first_version.with_name("city.db.before-0001")
    assert copy.read_bytes() == before


def test_downgrade_keeps_the_sites(first_version: Path) -> None:
    city = open_database(first_version, "架空", "demo")
    try:
        migrations.downgrade(city.writer_engine, "0001")
        with city.writer_engine.connect() as connection:
            ids = connection.execute(text("SELECT site_id FROM welfare_shelters ORDER BY site_id")).scalars()
            assert [SiteId(found) for found in ids] == ["W-01", "W-02"]
    finally:
        city.close()
