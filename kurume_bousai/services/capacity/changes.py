"""Which changes of a site are worth asking about, under the conditions of a question."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from kurume_bousai.domain.capacity_help import MorePlaces
from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.improvements import SiteChange, SiteChangeKind
from kurume_bousai.domain.members import AdmissionCategory, Need
from kurume_bousai.domain.placement import PlacementSite
from kurume_bousai.domain.shelters import Unlimited
from kurume_bousai.domain.site_changes import apply_change
from kurume_bousai.services.capacity.sites import SiteUse


@dataclass(frozen=True, slots=True)
class Candidate:
    """試す変更: a change, what is made with it, and the site as it would be."""

    change: SiteChange
    also: tuple[SiteChange, ...]
    site: PlacementSite

    @property
    def changed(self) -> dict[str, PlacementSite]:
        """The site under its id."""
        return {self.site.id: self.site}


def candidates_at(site: PlacementSite, step: int) -> Iterator[Candidate]:
    """Every single change of one site that may let somebody in, and one bundle for a site hardly known.

    A closed site is opened, nothing else; a site unfit for the hazard has none. An unknown figure is supposed
    to turn out as ``step``, an unknown 受入対象 as everyone: the answer says so by ``amount``.
    """
    if site.excluded:
        return
    if site.closed:
        if site.capacity is not None:
            yield _candidate(site, SiteChange(SiteId(site.id), SiteChangeKind.OPEN))
        return
    unknown = list(_confirmations(site, step))
    if site.capacity is not None:
        yield _candidate(site, SiteChange(SiteId(site.id), SiteChangeKind.PLACES, step))
        for change in [*unknown, *_more(site, step)]:
            yield _candidate(site, change)
    elif len(unknown) == 1:
        yield _candidate(site, unknown[0])
    if len(unknown) > 1:
        yield _candidate(site, *unknown)


def one_more_at(site: PlacementSite) -> Iterator[Candidate]:
    """One more place, and one more unit of each need with a limit, at a site that is open."""
    if not site.is_open or site.capacity is None:
        return
    yield _candidate(site, SiteChange(SiteId(site.id), SiteChangeKind.PLACES, 1))
    for need in _limited(site):
        yield _candidate(site, SiteChange(SiteId(site.id), SiteChangeKind.UNITS, 1, need))


def more_places(use: SiteUse, step: int) -> MorePlaces | None:
    """What ``step`` more usable places take at the site; None where its floor is unknown."""
    if use.usable is None or use.floor is None:
        return None
    wanted = use.usable + step
    floor = max(0, wanted - (use.floor - use.site.blocked_places))
    if use.staff is None:
        return MorePlaces(floor, None)
    return MorePlaces(floor, max(0, math.ceil(wanted / use.places_per_staff) - use.staff))


def _candidate(site: PlacementSite, change: SiteChange, *also: SiteChange) -> Candidate:
    after = site
    for each in (change, *also):
        after = apply_change(after, each)
    return Candidate(change, also, after)


def _confirmations(site: PlacementSite, step: int) -> Iterator[SiteChange]:
    site_id = SiteId(site.id)
    if site.capacity is None:
        yield SiteChange(site_id, SiteChangeKind.CONFIRM_CAPACITY, step)
    if site.accepts is None:
        yield SiteChange(site_id, SiteChangeKind.ACCEPT)
    for need in Need:
        if site.need_capacity.get(need) is None:
            yield SiteChange(site_id, SiteChangeKind.CONFIRM_NEED, step, need)


def _more(site: PlacementSite, step: int) -> Iterator[SiteChange]:
    site_id = SiteId(site.id)
    for need in _limited(site):
        yield SiteChange(site_id, SiteChangeKind.UNITS, step, need)
    if site.accepts is not None and not isinstance(site.accepts, Unlimited):
        for category in AdmissionCategory:
            if category not in site.accepts:
                yield SiteChange(site_id, SiteChangeKind.ACCEPT, categories=frozenset({category}))


def _limited(site: PlacementSite) -> list[Need]:
    units = {need: site.need_capacity.get(need) for need in Need}
    return [need for need, found in units.items() if found is not None and not isinstance(found, Unlimited)]
