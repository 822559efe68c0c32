"""施設の値: what each figure of a site consists of, whether it is known, and what changed (RULEBOOK §2)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kurume_bousai.domain.hazards import Fitness
from kurume_bousai.domain.shelters import WelfareShelter, YesNoUnknown
from kurume_bousai.domain.site_record import SiteFigure

_FIELDS: Final = {
    SiteFigure.DESIGNATION: ("designation", "agreement"),
    SiteFigure.ROOMS: ("rooms",),
    SiteFigure.BLOCKED: ("blocked_places",),
    SiteFigure.STAFF: ("staff_by_day", "staff_by_night"),
    SiteFigure.ACCEPTS: ("accepts",),
    SiteFigure.NEEDS: ("need_capacity",),
    SiteFigure.POWER: ("power_kw", "power_hours"),
    SiteFigure.FITNESS: ("fitness",),
}


def changed_figures(before: WelfareShelter, after: WelfareShelter) -> tuple[SiteFigure, ...]:
    """Return the figures whose value differs, in the order of ``SiteFigure``."""
    return tuple(
        figure
        for figure in SiteFigure
        if any(getattr(before, name) != getattr(after, name) for name in _FIELDS[figure])
    )


def known_figures(site: WelfareShelter) -> tuple[SiteFigure, ...]:
    """Return the figures of which at least something is known, in the order of ``SiteFigure``."""
    answers = {
        SiteFigure.DESIGNATION: not (site.designation is site.agreement is YesNoUnknown.UNKNOWN),
        SiteFigure.ROOMS: any(room.floor_m2 is not None for room in site.rooms),
        SiteFigure.BLOCKED: site.blocked_places > 0,
        SiteFigure.STAFF: site.staff_by_day is not None or site.staff_by_night is not None,
        SiteFigure.ACCEPTS: site.accepts is not None,
        SiteFigure.NEEDS: any(units is not None for units in site.need_capacity.values()),
        SiteFigure.POWER: site.power_kw is not None and site.power_hours is not None,
        SiteFigure.FITNESS: any(one is not Fitness.UNCONFIRMED for one in site.fitness.values()),
    }
    return tuple(figure for figure in SiteFigure if answers[figure])


def without_outdated_sources(before: WelfareShelter, after: WelfareShelter) -> WelfareShelter:
    """Return ``after`` without the source of a figure that changed while its source did not.

    Who said the old value did not say the new one: what stands for the whole site then stands for it.
    """
    outdated = {
        figure
        for figure in changed_figures(before, after)
        if figure in after.figure_sources
        and after.figure_sources[figure] == before.figure_sources.get(figure)
    }
    if not outdated:
        return after
    kept = {figure: told for figure, told in after.figure_sources.items() if figure not in outdated}
    return replace(after, figure_sources=kept)
