"""Reference facts of the city: read through a port, written once, never over a correction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.districts import ActivityFigure, SchoolDistrict
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.shelters import DesignatedShelter, EmergencyEvacuationSite, WelfareShelter
from kurume_bousai.services.facts import FACT_DISTRICT_NOTE
from kurume_bousai.services.ports.sessions import CityDatabase, WriteSession

T = TypeVar("T")

#: Key of the fact that keeps what is to be known about a 校区 (a merged school); the id follows.


@dataclass(frozen=True, slots=True)
class Town:
    """町丁・大字 and the 校区 its representative point lies in: not the city's own division."""

    name: str
    district_id: DistrictId
    source: str


@dataclass(frozen=True, slots=True)
class SeedFacts:
    """参照データ: everything ``db/seed`` holds, each record with its source."""

    districts: tuple[SchoolDistrict, ...]
    district_notes: tuple[tuple[DistrictId, str], ...]
    designated: tuple[DesignatedShelter, ...]
    emergency: tuple[EmergencyEvacuationSite, ...]
    activities: tuple[ActivityFigure, ...]
    towns: tuple[Town, ...]
    power_first_site: WelfareShelter


@dataclass(frozen=True, slots=True)
class SeedSummary:
    """参照データの件数 as they stand in the file after seeding (not only what was added)."""

    districts: int
    shelters: int
    emergency_sites: int
    welfare_shelters: int
    power_first_sites: int
    activities: int
    added: int

    def as_json(self) -> dict[str, int]:
        """Return the keys of ``init --json``."""
        return {
            "districts": self.districts,
            "shelters": self.shelters,
            "emergency_sites": self.emergency_sites,
            "welfare_shelters": self.welfare_shelters,
            "power_first_sites": self.power_first_sites,
            "activities": self.activities,
        }


def seed_city(database: CityDatabase, facts: SeedFacts) -> Outcome[SeedSummary]:
    """Give a real city's file its reference data, all or nothing, as often as one likes.

    Only absent rows are written, so a value the city corrected stays. 総合福祉会館 comes with unknown
    figures; no other welfare shelter is known (RULEBOOK §2).
    """
    access = _setting_up(database.access)
    with database.writing() as session:
        added = write_reference(session, access, facts)
        added += _add_power_first_site(session, access, facts.power_first_site)
        summary = _summary(session, added)
    topics = frozenset({Topic.DISTRICTS, Topic.SHELTERS, Topic.ACTIVITIES}) if added else frozenset()
    return Outcome(summary, topics)


def _setting_up(access: Access) -> Access:
    """Return the operator with the right to store sites and 校区, whatever role the first operator has.

    The facts are the program's own and hold no person; the audit still names the operator.
    """
    return replace(access, roles=access.roles | {Role.CLERK}, handles_protected=False)


def write_reference(session: WriteSession, access: Access, facts: SeedFacts) -> int:
    """Write the absent 校区, 避難所, 緊急避難場所 and activity figures; returns how many were added.

    What a fictional city shares with the real one: it has no welfare shelter in it.
    """
    districts, shelters = session.districts, session.shelters
    _keep_notes(session, facts.district_notes)
    return (
        _add_absent(
            facts.districts, districts.all(), lambda kept: kept.district_id,
            lambda new: districts.save_many(access, new),
        )
        + _add_absent(
            facts.designated, shelters.designated(), lambda kept: kept.site_id,
            lambda new: shelters.save_designated(access, new),
        )
        + _add_absent(
            facts.emergency, shelters.emergency(), lambda kept: kept.site_id,
            lambda new: shelters.save_emergency(access, new),
        )
        + _add_absent(
            facts.activities, districts.activities(), lambda kept: (kept.indicator, kept.fiscal_year),
            lambda new: districts.save_activities(access, new),
        )
    )  # fmt: skip


def _add_absent(
    facts: Sequence[T],
    kept: Iterable[T],
    key: Callable[[T], object],
    save: Callable[[Sequence[T]], None],
) -> int:
    known = {key(record) for record in kept}
    absent = [record for record in facts if key(record) not in known]
    if absent:
        save(absent)
    return len(absent)


def _keep_notes(session: WriteSession, notes: Iterable[tuple[DistrictId, str]]) -> None:
    for district_id, note in notes:
        if session.fact(FACT_DISTRICT_NOTE + district_id) is None:
            session.set_fact(FACT_DISTRICT_NOTE + district_id, note)


def _add_power_first_site(session: WriteSession, access: Access, site: WelfareShelter) -> int:
    # One power-first site is enough: a city that imported its own list may have given it another id.
    if any(kept.is_power_first or kept.site_id == site.site_id for kept in session.shelters.welfare()):
        return 0
    session.shelters.save_welfare(access, [site])
    return 1


def _summary(session: WriteSession, added: int) -> SeedSummary:
    welfare = session.shelters.welfare()
    power_first = sum(site.is_power_first for site in welfare)
    return SeedSummary(
        districts=len(session.districts.all()),
        shelters=len(session.shelters.designated()),
        emergency_sites=len(session.shelters.emergency()),
        welfare_shelters=len(welfare) - power_first,
        power_first_sites=power_first,
        activities=len(session.districts.activities()),
        added=added,
    )
