"""浸水などの読み取りを書き込む: what the layers say of every home and site, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.dates import in_japan
from kurume_bousai.domain.hazard_readings import ZONE_KINDS, HazardReading, HazardSource, StoredReading
from kurume_bousai.domain.hazards import HazardScenario
from kurume_bousai.domain.ids import MemberId, SiteId
from kurume_bousai.domain.layers import LayerFeature, MapLayer
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.services.places.layer_import import DUE_FACT
from kurume_bousai.services.ports.layers import HazardLocator
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession
from kurume_bousai.services.progress import Progress, no_progress

#: Builds a locator over layers with their features (implemented in geo).
HazardLocatorMaker = Callable[[Sequence[tuple[MapLayer, Sequence[LayerFeature]]]], HazardLocator]
Subject = TypeVar("Subject", MemberId, SiteId)

SOURCE: Final = "地図データ"
_FLOOD: Final = ("flood", HazardScenario.FLOOD_L2.value)
#: Points asked at once: often enough to be stopped, seldom enough to be quick.
_AT_ONCE: Final = 2000


@dataclass(frozen=True, slots=True)
class HazardUpdateResult:
    """読み取りの結果: numbers only.

    ``by_question`` counts homes by state per question; ``missing`` says what of the city no layer knows.
    """

    members: int
    changed: int
    sites: int
    by_question: Mapping[tuple[str, str], Mapping[str, int]]
    missing: tuple[str, ...]
    site_readings: Mapping[SiteId, Sequence[StoredReading]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the object of ``hazards --update --json``."""
        return {
            "members": self.members,
            "changed": self.changed,
            "sites": self.sites,
            "counts": [
                {"kind": kind, "scenario": scenario, **dict(counts)}
                for (kind, scenario), counts in self.by_question.items()
            ],
            "missing": list(self.missing),
        }


def read_locator(session: ReadSession, make_locator: HazardLocatorMaker) -> HazardLocator:
    """The locator over every hazard layer that is kept."""
    layers = [layer for layer in session.layers.all() if layer.is_hazard]
    return make_locator([(layer, session.layers.features(layer.layer_id)) for layer in layers])


def update_hazards(
    database: CityDatabase, *, make_locator: HazardLocatorMaker, progress: Progress = no_progress
) -> Outcome[HazardUpdateResult]:
    """Write flood ranks and readings of all homes and sites anew; all or nothing, and it can be stopped.

    A home without data keeps its rank, unless that rank came from an earlier reading. 支援措置対象者 are
    read by the flagged clerk only (RULEBOOK §1).

    Raises
    ------
    KnownProblem
        ``no_right``. ``Cancelled`` from ``progress`` leaves everything as it was.
    """
    access = database.access
    access.require(Right.EDIT_PEOPLE)
    access.require(Right.EDIT_SITES)
    with database.writing() as session:
        locator = read_locator(session, make_locator)
        members = [
            member
            for member in session.members.in_district(access, None)
            if member.removed_on is None and member.home is not None
        ]
        homes = {member.member_id: member.home for member in members if member.home is not None}
        before = session.layers.member_readings(access, list(homes))
        readings = _read(homes, locator, progress, "自宅の浸水などを読み取っています。")
        changed = _changed(members, readings, before)
        progress(len(homes), len(homes), "書き込んでいます。")
        session.members.save_many(access, changed, source=SOURCE)
        session.layers.replace_member_readings(
            access,
            {member_id: stored_readings(homes[member_id], found) for member_id, found in readings.items()},
        )
        sites = _site_points(session)
        site_readings = {
            site_id: stored_readings(sites[site_id], found)
            for site_id, found in _read(sites, locator, no_progress, "").items()
        }
        session.layers.replace_site_readings(access, site_readings)
        session.set_fact(DUE_FACT, "")
        result = HazardUpdateResult(
            len(members), len(changed), len(sites), _counts(readings), locator.missing(), site_readings
        )
        session.audit.record(
            access,
            "hazards.update",
            [],
            {"members": result.members, "changed": result.changed, "sites": result.sites},
        )
    return Outcome(result, frozenset({Topic.MEMBERS, Topic.SHELTERS}))


def flood_rank_of(readings: Sequence[HazardReading]) -> int | None:
    """The rank of 洪水 想定最大 at a place; None without data."""
    flood = next(one for one in readings if (one.kind, one.scenario) == _FLOOD)
    return None if flood.state == "no_data" else flood.value


_SCENARIOS: Final = frozenset(scenario.value for scenario in HazardScenario)


def hazard_zones(home: LonLat | None, readings: Sequence[StoredReading]) -> frozenset[HazardScenario]:
    """Scenarios in whose zone a home lies, from readings that hold for the home where it is now."""
    if home is None or not readings:
        return frozenset()
    place = home.lon, home.lat
    return frozenset(
        HazardScenario(reading.scenario)
        for reading in readings
        if reading.state == "inside"
        and reading.kind in ZONE_KINDS
        and reading.scenario in _SCENARIOS
        and (reading.lon, reading.lat) == place
    )


def _read(
    points: Mapping[Subject, LonLat], locator: HazardLocator, progress: Progress, words: str
) -> dict[Subject, tuple[HazardReading, ...]]:
    found: dict[Subject, tuple[HazardReading, ...]] = {}
    subjects = list(points)
    for start in range(0, len(subjects), _AT_ONCE):
        progress(start, len(subjects), words)
        part = subjects[start : start + _AT_ONCE]
        found.update(zip(part, locator.readings([points[one] for one in part]), strict=True))
    return found


def _changed(
    members: Sequence[RosterMember],
    readings: Mapping[MemberId, Sequence[HazardReading]],
    before: Mapping[MemberId, Sequence[StoredReading]],
) -> list[RosterMember]:
    """Members whose flood rank is another one now."""
    changed = []
    for member in members:
        flood = next(one for one in readings[member.member_id] if (one.kind, one.scenario) == _FLOOD)
        rank = flood.value
        if flood.state == "no_data" and not _was_ours(member, before.get(member.member_id, ())):
            rank = member.flood_rank
        if rank != member.flood_rank:
            changed.append(replace(member, flood_rank=rank))
    return changed


def _was_ours(member: RosterMember, before: Sequence[StoredReading]) -> bool:
    return any(
        (one.kind, one.scenario) == _FLOOD and one.value == member.flood_rank and one.state != "no_data"
        for one in before
    )


def hazard_sources(session: ReadSession) -> tuple[HazardSource, ...]:
    """The layers that answer for homes and sites now, with what each file says of itself."""
    return tuple(
        HazardSource(
            layer.kind,
            layer.scenario,
            layer.source.attribution,
            layer.source.edition,
            in_japan(layer.imported_at).date(),
        )
        for layer in session.layers.all()
        if layer.is_hazard
    )


def stored_readings(point: LonLat, readings: Sequence[HazardReading]) -> list[StoredReading]:
    """What is kept of a place: no row is kept for no data."""
    return [
        StoredReading(one.kind, one.scenario, one.state, one.value, one.level, point.lon, point.lat)
        for one in readings
        if one.state != "no_data"
    ]


def _site_points(session: ReadSession) -> dict[SiteId, LonLat]:
    shelters = session.shelters
    points: dict[SiteId, LonLat | None] = {site.site_id: site.point for site in shelters.welfare()}
    points |= {site.site_id: site.point for site in shelters.designated()}
    points |= {site.site_id: site.point for site in shelters.emergency()}
    return {site_id: point for site_id, point in points.items() if point is not None}


def _counts(
    readings: Mapping[MemberId, Sequence[HazardReading]],
) -> dict[tuple[str, str], dict[str, int]]:
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for several in readings.values():
        for one in several:
            states = counts.setdefault((one.kind, one.scenario), {"inside": 0, "outside": 0, "no_data": 0})
            states[one.state] += 1
    return counts
