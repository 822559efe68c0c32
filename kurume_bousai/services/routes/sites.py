"""経路の行先と避難目標地点: the city's places as ends of ways, and which of them are goals in a hazard."""

from __future__ import annotations

from collections.abc import Collection
from types import MappingProxyType
from typing import Final

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hazards import Fitness, HazardScenario
from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.plans import DestinationKind
from kurume_bousai.domain.route_answers import Destination, Goal, GoalKind
from kurume_bousai.domain.shelters import EmergencyEvacuationSite, OpeningState, WelfareShelter
from kurume_bousai.services.ports.sessions import ReadSession

#: The columns of the official list of 指定緊急避難場所 that mean our scenarios (RULES F1).
OFFICIAL_HAZARDS: Final = MappingProxyType(
    {
        HazardScenario.FLOOD_L2: "洪水",
        HazardScenario.FLOOD_L1: "洪水",
        HazardScenario.INLAND: "内水氾濫",
        HazardScenario.LANDSLIDE: "崖崩れ、土石流及び地滑り",
        HazardScenario.EARTHQUAKE: "地震",
    }
)


def destinations(
    session: ReadSession, scenario: HazardScenario = HazardScenario.NONE, closed: Collection[SiteId] = ()
) -> tuple[Destination, ...]:
    """Places with a point that are not unfit for the hazard: 福祉避難所, 指定避難所, 指定緊急避難場所.

    指定避難所 have no fitness of their own: they are always among them, and a person judges.
    """
    shelters = session.shelters
    found = [
        Destination(site.site_id, DestinationKind.WELFARE_SHELTER, site.name, site.point)
        for site in shelters.welfare()
        if site.point is not None and _is_fit(site, scenario)
    ]
    found += [
        Destination(site.site_id, DestinationKind.DESIGNATED_SHELTER, site.name, site.point)
        for site in shelters.designated()
    ]
    found += [
        Destination(site.site_id, DestinationKind.EMERGENCY_SITE, site.name, site.point)
        for site in shelters.emergency()
        if is_for(site, scenario)
    ]
    return tuple(one for one in found if one.site_id not in closed)


def _is_fit(site: WelfareShelter, scenario: HazardScenario) -> bool:
    return site.state is not OpeningState.CLOSED and site.fitness_for(scenario) is not Fitness.UNFIT


def is_for(site: EmergencyEvacuationSite, scenario: HazardScenario) -> bool:
    """Whether a 指定緊急避難場所 is designated for the hazard; without a hazard every one counts."""
    name = OFFICIAL_HAZARDS.get(scenario)
    return name is None or name in site.hazards


def site_goals(sites: tuple[Destination, ...], kind: GoalKind) -> tuple[Goal, ...]:
    """Goals of a 逃げ地図 among the places of a hazard."""
    wanted = {
        GoalKind.EMERGENCY: DestinationKind.EMERGENCY_SITE,
        GoalKind.WELFARE: DestinationKind.WELFARE_SHELTER,
        GoalKind.DESIGNATED: DestinationKind.DESIGNATED_SHELTER,
    }[kind]
    return tuple(Goal(kind, one.point, one.name, one.site_id) for one in sites if one.kind is wanted)


def unconfirmed_welfare(session: ReadSession, scenario: HazardScenario) -> int:
    """How many 福祉避難所 with a point are used though nobody has confirmed that they are fit."""
    if scenario is HazardScenario.NONE:
        return 0
    return sum(
        site.fitness_for(scenario) is Fitness.UNCONFIRMED and _is_fit(site, scenario)
        for site in session.shelters.welfare()
        if site.point is not None
    )


def chosen_destination(sites: tuple[Destination, ...], words: str) -> Destination:
    """The place with this id or name.

    Raises
    ------
    KnownProblem
        ``site_unknown``, or ``site_ambiguous`` where several at different points have the name.
    """
    wanted = words.strip()
    by_id = [one for one in sites if one.site_id == wanted]
    found = by_id or [one for one in sites if one.name == wanted]
    found = found or [one for one in sites if wanted and wanted in one.name]
    if not found:
        raise KnownProblem(
            "site_unknown",
            "この名前や番号の行先は、見つかりません。",
            where=wanted,
            advice="施設の名前か番号、または「経度,緯度」を書いてください。",
        )
    points = {(one.point.lon, one.point.lat) for one in found}
    if len(points) > 1:
        names = "、".join(f"{one.name}({one.site_id})" for one in found[:5])
        raise KnownProblem(
            "site_ambiguous",
            f"行先の候補が{len(found)}か所あります。",
            where=names,
            advice="番号で一つを選んでください。",
        )
    return found[0]
