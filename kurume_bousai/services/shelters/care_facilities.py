"""候補の施設: care facilities that might be asked for an agreement, and making a 福祉避難所 of one."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.care_facilities import CareFacility
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.shelters import Ownership, WelfareShelter
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession

_SHORT_NAME: Final = 10


def care_facilities(database: CityDatabase) -> tuple[CareFacility, ...]:
    """Return the 候補の施設, those not adopted first, then by name."""
    database.access.require(Right.SEE_COUNTS)
    with database.reading() as session:
        found = session.shelters.care_facilities()
    return tuple(sorted(found, key=lambda one: (one.adopted_as is not None, one.name, one.facility_id)))


def adopt_care_facility(database: CityDatabase, facility_id: str) -> Outcome[WelfareShelter]:
    """Make a 福祉避難所 of a 候補の施設, with everything unknown: it takes nobody until somebody has asked.

    The 定員 of the care service is no number of places in a disaster, so it only stands in the note.

    Raises
    ------
    KnownProblem
        ``no_right``, ``facility_gone``, ``already_adopted`` (also where another service of the same
        building was).
    """
    access = database.access
    access.require(Right.EDIT_SITES)
    with database.writing() as session:
        facility = _facility(session, facility_id)
        site = _blank_site(facility)
        _refuse_second(session, site)
        session.shelters.save_welfare(access, [site])
        session.shelters.save_care_facilities(access, [replace(facility, adopted_as=site.site_id)])
        session.audit.record(access, "care_facility_adopted", [site.site_id], {"facility": facility_id})
    return Outcome(site, frozenset({Topic.SHELTERS}))


def _facility(session: ReadSession, facility_id: str) -> CareFacility:
    for facility in session.shelters.care_facilities():
        if facility.facility_id == facility_id:
            return facility
    raise KnownProblem(
        "facility_gone",
        "この候補の施設の記録がありません。",
        where=facility_id,
        advice="介護事業所の一覧を取り込み直してください。",
    )


def _blank_site(facility: CareFacility) -> WelfareShelter:
    capacity = f"介護の定員は{facility.capacity:,}人です(計算には使いません)。" if facility.capacity else ""
    return WelfareShelter(
        site_id=SiteId(facility.office_number),
        name=facility.name,
        short_name=facility.name[:_SHORT_NAME],
        ownership=Ownership.WELFARE_FACILITY,
        point=facility.point,
        address=facility.address,
        phone=facility.phone,
        district_id=facility.district_id,
        source=facility.source,
        note=f"候補の施設から作りました。{capacity}",
    )


def _refuse_second(session: ReadSession, site: WelfareShelter) -> None:
    for kept in session.shelters.welfare():
        if kept.site_id == site.site_id:
            raise KnownProblem(
                "already_adopted",
                "この施設は、もう福祉避難所の一覧にあります。",
                where=kept.name,
                advice="一覧の施設を直してください。",
            )
