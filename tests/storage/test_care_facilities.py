"""候補の施設 and records of sites in the encrypted file, and who may write them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from kurume_bousai.domain.access import Role
from kurume_bousai.domain.care_facilities import CareFacility
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.shelters import OpeningState
from kurume_bousai.domain.site_record import FacilityRecord, FigureSource, SiteContacts, SiteFigure
from kurume_bousai.services.shelters.care_facilities import adopt_care_facility, care_facilities
from kurume_bousai.services.shelters.editing import SiteEditing
from kurume_bousai.storage import EncryptedCityDatabase, open_database
from tests.storage.conftest import OPERATOR, PASSPHRASE

FACILITY = CareFacility(
    "4099999999:介護老人福祉施設", "4099999999", "架空苑", "介護老人福祉施設", "久留米市架空町9999-12",
    "0942-00-0001", LonLat(130.5, 33.3), capacity=40, source="care.csv", read_on=date(2026, 11, 21),
)  # fmt: skip


def test_a_candidate_is_kept_adopted_and_put_right(city: EncryptedCityDatabase, city_path: Path) -> None:
    with city.writing() as session:
        session.shelters.save_care_facilities(city.access, [FACILITY])
    site = adopt_care_facility(city, FACILITY.facility_id).value
    after = replace(
        site,
        rate_m2=Decimal("3.5"),
        figure_sources={SiteFigure.ROOMS: FigureSource("図面", date(2026, 11, 20))},
        record=FacilityRecord(SiteContacts("架空 太郎", "0942-00-0002", "0942-00-0003"), date(2026, 4, 1)),
    )
    editing = SiteEditing(city)
    editing.save(site, after, today=date(2026, 11, 21))
    editing.set_state(site.site_id, OpeningState.OPEN)
    city.close()
    again = open_database(city_path, OPERATOR, PASSPHRASE)
    try:
        with again.reading() as session:
            assert session.shelters.welfare() == [replace(after, state=OpeningState.OPEN)]
            assert session.audit.verify() == []
        assert care_facilities(again) == (replace(FACILITY, adopted_as=site.site_id),)
    finally:
        again.close()


def test_the_file_shows_no_name_of_who_answers(city: EncryptedCityDatabase, city_path: Path) -> None:
    with city.writing() as session:
        session.shelters.save_care_facilities(city.access, [replace(FACILITY, name="龘龘の苑")])
    city.checkpoint()
    assert "龘龘".encode() not in city_path.read_bytes()


def test_a_viewer_writes_no_candidate(city: EncryptedCityDatabase, city_path: Path) -> None:
    city.add_operator("閲覧", PASSPHRASE, roles={Role.VIEWER})
    city.close()
    viewer = open_database(city_path, "閲覧", PASSPHRASE)
    try:
        with pytest.raises(KnownProblem, match="no_right"), viewer.writing() as session:
            session.shelters.save_care_facilities(viewer.access, [FACILITY])
        assert care_facilities(viewer) == ()
    finally:
        viewer.close()
