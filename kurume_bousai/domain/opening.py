"""開設の決まり: which opening state may follow which, and what to know before opening (FEATURES E6, E13)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hazards import Fitness, HazardScenario
from kurume_bousai.domain.shelters import OpeningState, WelfareShelter, YesNoUnknown

#: What may follow. A site that never opened is not closed: it stays 未開設.
TRANSITIONS: Final = {
    OpeningState.UNOPENED: frozenset({OpeningState.OPEN}),
    OpeningState.OPEN: frozenset({OpeningState.CLOSED, OpeningState.UNOPENED}),
    OpeningState.CLOSED: frozenset({OpeningState.OPEN, OpeningState.UNOPENED}),
}


class OpeningCaution(StrEnum):
    """開設の前に確かめること: none of them forbids; the person who opens decides."""

    UNFIT = "unfit"
    FITNESS_UNCONFIRMED = "fitness_unconfirmed"
    TOO_EARLY = "too_early"
    CAPACITY_UNKNOWN = "capacity_unknown"
    ACCEPTS_UNKNOWN = "accepts_unknown"
    NO_AGREEMENT = "no_agreement"


def opening_cautions(
    site: WelfareShelter, hazard: HazardScenario = HazardScenario.NONE, level: int | None = None
) -> tuple[OpeningCaution, ...]:
    """Return what speaks against opening a site now, gravest first.

    ``level``: the 警戒レベル in force (3 or 4); None = not said.
    """
    fitness = site.fitness_for(hazard) if hazard is not HazardScenario.NONE else Fitness.FIT
    told = {
        OpeningCaution.UNFIT: fitness is Fitness.UNFIT,
        OpeningCaution.FITNESS_UNCONFIRMED: fitness is Fitness.UNCONFIRMED,
        OpeningCaution.TOO_EARLY: level is not None and level < site.opens_at_level,
        OpeningCaution.CAPACITY_UNKNOWN: not any(room.floor_m2 is not None for room in site.rooms),
        OpeningCaution.ACCEPTS_UNKNOWN: site.accepts is None,
        OpeningCaution.NO_AGREEMENT: YesNoUnknown.YES not in (site.designation, site.agreement),
    }
    return tuple(caution for caution, holds in told.items() if holds)


def refuse_transition(site: WelfareShelter, to: OpeningState, *, occupied: int) -> None:
    """Refuse a change of state that the rules do not allow.

    ``occupied``: people checked in at the site and not yet checked out (the reception ledger).

    Raises
    ------
    KnownProblem
        ``still_occupied`` (no closing while people are inside), ``never_opened``, ``state_same``.
    ValueError
        ``occupied`` is negative: a defect of the ledger.
    """
    if occupied < 0:
        raise ValueError("a site cannot hold fewer than nobody")
    if site.state is to:
        raise KnownProblem("state_same", "この施設は、もうその状態です。", where=site.name)
    if site.state is OpeningState.OPEN and occupied:
        raise KnownProblem(
            "still_occupied",
            f"入所している人が{occupied:,}人います。人がいる間は閉じられません。",
            where=site.name,
            advice="移送か退所を記録してから、もう一度閉じてください。",
        )
    if to not in TRANSITIONS[site.state]:
        raise KnownProblem(
            "never_opened",
            "開設していない施設は、閉鎖にできません。",
            where=site.name,
            advice="使えない施設は、適否を「不適」にするか、使えない人数に入れてください。",
        )
