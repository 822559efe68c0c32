"""Bringing sites in: 指定避難所, 指定緊急避難場所, the city's own 福祉避難所. No site is dropped."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Generic, TypeVar

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.care_facilities import CareFacility
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.coordinates import LonLat, in_city_extent
from kurume_bousai.domain.errors import KnownProblem, RowProblem
from kurume_bousai.domain.ids import DistrictId, SiteId
from kurume_bousai.domain.names import fold
from kurume_bousai.domain.shelters import (
    DesignatedShelter,
    EmergencyEvacuationSite,
    Ownership,
    WelfareShelter,
)
from kurume_bousai.services.districts.names import DistrictNames
from kurume_bousai.services.ports.clock import DistrictLocator
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession, WriteSession
from kurume_bousai.services.shelters.merge import cleared_figures, merged_site
from kurume_bousai.services.shelters.site_file import ParsedSite, SiteFile, SiteImportResult, SiteKind

S = TypeVar("S", DesignatedShelter, EmergencyEvacuationSite, WelfareShelter, CareFacility)


def preview_sites(
    database: CityDatabase, file: SiteFile, *, locator: DistrictLocator | None = None
) -> SiteImportResult:
    """Say what the file would add and change. Writes nothing.

    Raises
    ------
    KnownProblem
        ``no_right``.
    """
    database.access.require(Right.EDIT_SITES)
    with database.reading() as session:
        return _plan(session, file, locator).result


def commit_sites(
    database: CityDatabase,
    file: SiteFile,
    *,
    locator: DistrictLocator | None = None,
    today: date | None = None,
) -> Outcome[SiteImportResult]:
    """Write the sites of a file in one transaction.

    Care facilities are kept as 候補の施設 with ``today`` as the day they were read; none of them becomes a
    福祉避難所 by an import.

    Raises
    ------
    KnownProblem
        ``no_right``, ``sites_elsewhere`` (more than half lie outside the city).
    """
    database.access.require(Right.EDIT_SITES)
    _refuse_elsewhere(file)
    with database.writing() as session:
        plan = _plan(session, file, locator)
        plan.save(session, database.access, today)
        session.audit.record(
            database.access,
            "sites.import",
            plan.written,
            {"kind": file.kind.value, "added": plan.result.added, "changed": plan.result.changed},
        )
    topics = frozenset({Topic.SHELTERS}) if plan.written else frozenset()
    return Outcome(dataclasses.replace(plan.result, is_committed=True), topics)


@dataclasses.dataclass(frozen=True, slots=True)
class _Plan:
    """取込の計画 of sites, by class; ``replaced`` are seeded records that give way to the city's own."""

    result: SiteImportResult
    designated: tuple[DesignatedShelter, ...] = ()
    emergency: tuple[EmergencyEvacuationSite, ...] = ()
    welfare: tuple[WelfareShelter, ...] = ()
    replaced: tuple[SiteId, ...] = ()
    care: tuple[CareFacility, ...] = ()

    @property
    def written(self) -> list[str]:
        """Ids of the sites that are new or changed."""
        return [
            *(site.site_id for site in self.designated),
            *(site.site_id for site in self.emergency),
            *(site.site_id for site in self.welfare),
            *(facility.facility_id for facility in self.care),
        ]

    def save(self, session: WriteSession, access: Access, today: date | None) -> None:
        """Hand each site to the repository."""
        if self.designated:
            session.shelters.save_designated(access, self.designated)
        if self.emergency:
            session.shelters.save_emergency(access, self.emergency)
        if self.replaced:
            session.shelters.remove_welfare(access, self.replaced)
        if self.welfare:
            session.shelters.save_welfare(access, self.welfare)
        if self.care:
            read = [dataclasses.replace(facility, read_on=today) for facility in self.care]
            session.shelters.save_care_facilities(access, read)


def _plan(session: ReadSession, file: SiteFile, locator: DistrictLocator | None) -> _Plan:
    finder = _DistrictFinder(DistrictNames(session.districts.all()), locator)
    shelters = session.shelters
    if file.kind is SiteKind.DESIGNATED:
        kept_designated = {site.site_id: site for site in shelters.designated()}
        fates_designated = [
            _designated(site, kept_designated.get(site.site_id), finder) for site in file.sites
        ]
        return _Plan(_result(file, fates_designated, finder), designated=_to_write(fates_designated))
    if file.kind is SiteKind.EMERGENCY:
        kept_emergency = {site.site_id: site for site in shelters.emergency()}
        fates_emergency = [_emergency(site, kept_emergency.get(site.site_id), finder) for site in file.sites]
        return _Plan(_result(file, fates_emergency, finder), emergency=_to_write(fates_emergency))
    if file.kind is SiteKind.WELFARE:
        kept_welfare = {site.site_id: site for site in shelters.welfare()}
        fates_welfare = [_welfare(site, kept_welfare.get(site.site_id), finder) for site in file.sites]
        replaced = _replaced_power_first(kept_welfare, [fate.after for fate in fates_welfare])
        return _Plan(
            _result(file, fates_welfare, finder), welfare=_to_write(fates_welfare), replaced=replaced
        )
    kept_care = {facility.facility_id: facility for facility in shelters.care_facilities()}
    fates_care = [_care(site, kept_care.get(site.site_id), finder, file.file_name) for site in file.sites]
    result = dataclasses.replace(_result(file, fates_care, finder), care=tuple(f.after for f in fates_care))
    return _Plan(result, care=_to_write(fates_care))


@dataclasses.dataclass(frozen=True, slots=True)
class _Fate(Generic[S]):
    before: S | None
    after: S

    @property
    def is_changed(self) -> bool:
        """True where more than the name of the source differs: the same fact from a newer file is no news."""
        if self.before is None or self.before == self.after:
            return False
        return dataclasses.replace(self.after, source=self.before.source) != self.before


def _to_write(fates: Sequence[_Fate[S]]) -> tuple[S, ...]:
    return tuple(fate.after for fate in fates if fate.before is None or fate.is_changed)


class _DistrictFinder:
    """校区さがし for sites; remembers how many it found none for."""

    def __init__(self, names: DistrictNames, locator: DistrictLocator | None) -> None:
        self._names, self._locator = names, locator
        self.problems: list[RowProblem] = []
        self.without_district = 0

    def find(self, site: ParsedSite) -> tuple[DistrictId | None, str]:
        """校区 and method, from the column and else from the position."""
        if site.district_text:
            stated = self._names.find(site.district_text)
            if stated is not None:
                return stated, "stated"
            near = self._names.suggest(site.district_text)
            hint = f"46校区にない名前です。「{near}」ではありませんか。" if near else "46校区にない名前です。"
            self.problems.append(RowProblem(site.row, "校区", site.district_text, "district_unknown", hint))
        if site.point is not None and self._locator is not None:
            found, method, _distance_m = self._locator.locate(site.point)
            if found is not None:
                return found, method
        self.without_district += 1
        return None, "unknown"


def _designated(
    site: ParsedSite, kept: DesignatedShelter | None, finder: _DistrictFinder
) -> _Fate[DesignatedShelter]:
    point = _needed_point(site)
    if kept is not None and kept.point == point and kept.district_id is not None:
        return _Fate(kept, dataclasses.replace(kept, name=site.name, **site.values))
    district_id, method = finder.find(site)
    placed: dict[str, Any] = {"point": point, "district_id": district_id, "district_method": method}
    if kept is not None:
        return _Fate(kept, dataclasses.replace(kept, name=site.name, **placed, **site.values))
    blank = DesignatedShelter(site.site_id, site.name, "", "", point, None)
    return _Fate(None, dataclasses.replace(blank, **placed, **site.values))


def _emergency(
    site: ParsedSite, kept: EmergencyEvacuationSite | None, finder: _DistrictFinder
) -> _Fate[EmergencyEvacuationSite]:
    point = _needed_point(site)
    if kept is not None and kept.point == point and kept.district_id is not None:
        return _Fate(kept, dataclasses.replace(kept, name=site.name, **site.values))
    district_id, _method = finder.find(site)
    base = kept or EmergencyEvacuationSite(site.site_id, site.name, "", point, frozenset())
    after = dataclasses.replace(base, name=site.name, point=point, district_id=district_id, **site.values)
    return _Fate(kept, after)


def _welfare(site: ParsedSite, kept: WelfareShelter | None, finder: _DistrictFinder) -> _Fate[WelfareShelter]:
    base = kept or WelfareShelter(site.site_id, site.name, site.name, Ownership.PUBLIC, None)
    after = merged_site(base, site)
    if site.district_text or after.district_id is None or after.point != base.point:
        after = dataclasses.replace(after, district_id=finder.find(site)[0])
    if kept is not None:
        finder.problems.extend(cleared_figures(site.row, kept, after))
    return _Fate(kept, after)


def _care(
    site: ParsedSite, kept: CareFacility | None, finder: _DistrictFinder, source: str
) -> _Fate[CareFacility]:
    base = kept or CareFacility(site.site_id, "", site.name)
    after = dataclasses.replace(
        base, name=site.name, point=site.point or base.point, source=source, **site.values
    )
    if after.district_id is None or after.point != base.point:
        after = dataclasses.replace(after, district_id=finder.find(site)[0])
    return _Fate(kept, after)


def _needed_point(site: ParsedSite) -> LonLat:
    if site.point is None:
        raise ValueError("the reader rejects public sites without a position")
    return site.point


def _replaced_power_first(
    kept: Mapping[SiteId, WelfareShelter], incoming: Sequence[WelfareShelter]
) -> tuple[SiteId, ...]:
    """Find the seeded 総合福祉会館 (known by name only) that the city's own record replaces."""
    names = {fold(site.name) for site in incoming if site.is_power_first}
    ids = {site.site_id for site in incoming}
    return tuple(
        site.site_id
        for site in kept.values()
        if site.is_power_first and not site.rooms and site.site_id not in ids and fold(site.name) in names
    )


def _result(file: SiteFile, fates: Sequence[_Fate[Any]], finder: _DistrictFinder) -> SiteImportResult:
    added = sum(fate.before is None for fate in fates)
    changed = sum(fate.is_changed for fate in fates)
    return SiteImportResult(
        file_name=file.file_name,
        kind=file.kind,
        encoding=file.encoding,
        read=file.read,
        added=added,
        changed=changed,
        unchanged=len(fates) - added - changed,
        rejected=file.rejected,
        unknown_capacity=file.unknown_capacity,
        without_district=finder.without_district,
        problems=tuple(sorted((*file.problems, *finder.problems), key=lambda problem: problem.row)),
    )


def _refuse_elsewhere(file: SiteFile) -> None:
    points = [site.point for site in file.sites if site.point is not None]
    outside = sum(not in_city_extent(point) for point in points)
    if points and outside * 2 > len(points):
        raise KnownProblem(
            "sites_elsewhere",
            f"{len(points)}施設のうち{outside}施設が久留米市の外にあります。別の市町村のファイルのようです。",
            where=file.file_name,
            advice="久留米市のファイルを選んでください。",
        )
