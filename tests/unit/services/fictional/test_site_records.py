from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from kurume_bousai.domain.capacity import floor_places
from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.shelters import Ownership, Room, WelfareShelter, YesNoUnknown
from kurume_bousai.domain.site_record import Equipment, FacilityRecord
from kurume_bousai.services.fictional.city import DemoSources
from kurume_bousai.services.fictional.profile import GeneratorProfile
from kurume_bousai.services.fictional.site_records import with_records
from kurume_bousai.services.shelters.questions import QuestionKind, count_questions


@pytest.fixture
def profile(sources: DemoSources) -> GeneratorProfile:
    return sources.profile


def _sites(profile: GeneratorProfile) -> tuple[WelfareShelter, ...]:
    return tuple(
        WelfareShelter(
            SiteId(f"demo-{number:02d}"), f"架空 施設{number}", "施設", Ownership.WELFARE_FACILITY, None,
            agreement=YesNoUnknown.YES, designation=YesNoUnknown.NO, rooms=(Room("ホール", Decimal(160)),),
            power_kw=5.5 if number % 2 else None, staff_by_day=4, staff_by_night=2,
            verified_on=profile.people.base_date - timedelta(days=30),
        )
        for number in range(40)
    )  # fmt: skip


def test_records_are_the_same_for_the_same_seed_and_change_no_figure(profile: GeneratorProfile) -> None:
    sites = _sites(profile)
    made = with_records(7, sites, profile)
    assert made == with_records(7, sites, profile)
    assert made != with_records(8, sites, profile)
    bare = tuple(replace(site, record=FacilityRecord(), figure_sources={}) for site in made)
    assert bare == sites
    assert sum(floor_places(site.rooms, Decimal(4)) or 0 for site in made) == 40 * 40


def test_everything_in_a_record_is_marked_fictional_and_possible(profile: GeneratorProfile) -> None:
    today = profile.people.base_date
    made = with_records(7, _sites(profile), profile)
    for site in made:
        contacts, record = site.record.contacts, site.record
        assert contacts.in_charge.endswith("(架空)")
        assert all(
            phone == "" or phone.startswith("0942-00-") for phone in (contacts.by_day, contacts.by_night)
        )
        assert record.agreement_on is not None
        assert record.agreement_on < today
        assert record.announced_on is None
        assert (Equipment.EMERGENCY_POWER in record.equipment) is (site.power_kw is not None)
        assert all("架空" in told.source for told in site.figure_sources.values())
    counts = count_questions(made, today)
    assert 0 < counts[QuestionKind.STALE] < len(made)
