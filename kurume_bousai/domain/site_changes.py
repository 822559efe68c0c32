"""A site as the solver would see it after a change; the words of the changes are in ``improvements``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kurume_bousai.domain.improvements import SiteChange, SiteChangeKind
from kurume_bousai.domain.members import AdmissionCategory, Need
from kurume_bousai.domain.placement import PlacementSite
from kurume_bousai.domain.shelters import UNLIMITED, Unlimited


def apply_change(site: PlacementSite, change: SiteChange) -> PlacementSite:
    """Return the site after the change.

    ``confirm_capacity`` and ``confirm_need`` find ``amount`` (a need at least 1); ``accept`` without
    categories means everyone, because a party without a category is taken only by ``*`` (RULEBOOK §2).
    ``reach`` changes no site: it is a limit of the question or of the party. Raises ``ValueError`` for
    another site's change, and for more of a figure that is unknown or has no limit.
    """
    if change.site_id != site.id:
        raise ValueError("a change of another site")
    match change.kind:
        case SiteChangeKind.OPEN:
            return replace(site, closed=False)
        case SiteChangeKind.ACCEPT:
            return replace(site, accepts=_accepts(site.accepts, change.categories))
        case SiteChangeKind.PLACES | SiteChangeKind.CONFIRM_CAPACITY:
            return replace(site, capacity=_places(site.capacity, change))
        case SiteChangeKind.UNITS | SiteChangeKind.CONFIRM_NEED:
            return replace(site, need_capacity=_units(site.need_capacity, change))
        case SiteChangeKind.REACH:
            return site


def _places(now: int | None, change: SiteChange) -> int:
    if change.kind is SiteChangeKind.CONFIRM_CAPACITY:
        return change.amount
    if now is None:
        raise ValueError("an unknown capacity cannot be raised, only confirmed")
    return now + change.amount


def _units(
    units: Mapping[Need, int | Unlimited | None], change: SiteChange
) -> dict[Need, int | Unlimited | None]:
    need = change.need
    if need is None:
        raise ValueError("a change of units names its need")
    if change.kind is SiteChangeKind.CONFIRM_NEED:
        return {**units, need: max(1, change.amount)}
    now = units.get(need)
    if now is None or isinstance(now, Unlimited):
        raise ValueError("only a known number of units can be raised")
    return {**units, need: now + change.amount}


def _accepts(
    now: frozenset[AdmissionCategory] | Unlimited | None, more: frozenset[AdmissionCategory]
) -> frozenset[AdmissionCategory] | Unlimited:
    if isinstance(now, Unlimited) or not more:
        return UNLIMITED
    return more if now is None else now | more
