"""何があれば減るか behind the port ``services.ports.capacity.WhatIf``: from a placement to its phases."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.placement import (
    Phase,
    Placement,
    PlacementOptions,
    PlacementParty,
    PlacementSite,
)
from kurume_bousai.geo.allocation.clock import Clock
from kurume_bousai.geo.allocation.instance import IntArray, build_instance, plane_points
from kurume_bousai.geo.allocation.kinds import Kinds, kinds_of, people_goals
from kurume_bousai.geo.allocation.what_if import PeopleModel
from kurume_bousai.services.ports.capacity import never_stop


class HighsWhatIf:
    """何があれば減るか を解く人 with HiGHS."""

    def ask(
        self,
        parties: Sequence[PlacementParty],
        sites: Sequence[PlacementSite],
        options: PlacementOptions,
        placement: Placement,
        should_stop: Callable[[], bool] = never_stop,
    ) -> HighsPeopleQuestion | None:
        """See ``WhatIf.ask``."""
        if not parties or not sites:
            return None
        clock = Clock(options.time_limit_s, should_stop)
        free = replace(options, open_at_most=None)
        instance = build_instance(
            parties,
            sites,
            free,
            plane_points([party.position for party in parties]),
            plane_points([site.position for site in sites]),
        )
        kinds = kinds_of(parties, instance)
        model = PeopleModel(kinds, people_goals(kinds), sites, free, clock)
        placed = _placed(placement, parties, sites, kinds)
        if placed is None or not model.fits(placed):
            raise KnownProblem(
                "answer_outdated",
                "答えを出したあとで、名簿か施設が変わりました。",
                advice="もう一度「入りきれるか」を調べてから、何があれば減るかを調べてください。",
            )
        before = model.begin(placed)
        return None if before is None or clock.is_cancelled else HighsPeopleQuestion(model, before, clock)


class HighsPeopleQuestion:
    """人の段階だけの問い; see ``PeopleQuestion``."""

    def __init__(self, model: PeopleModel, before: tuple[Phase, ...], clock: Clock) -> None:
        self._model, self._before, self._clock = model, before, clock

    @property
    def before(self) -> tuple[Phase, ...]:
        """See ``PeopleQuestion.before``."""
        return self._before

    def after(self, changed: Mapping[str, PlacementSite]) -> tuple[Phase, ...] | None:
        """See ``PeopleQuestion.after``."""
        return None if self._clock.is_over else self._model.solve(changed)

    def is_idle(self, changed: Mapping[str, PlacementSite]) -> bool:
        """See ``PeopleQuestion.is_idle``."""
        return self._model.is_idle(changed)

    def estimate(self, changed: Mapping[str, PlacementSite]) -> float:
        """See ``PeopleQuestion.estimate``."""
        return self._model.estimate(changed)


def _placed(
    placement: Placement, parties: Sequence[PlacementParty], sites: Sequence[PlacementSite], kinds: Kinds
) -> IntArray | None:
    """Parties of each kind at each site (k, m); None where the placement is of other parties or sites."""
    party_number = {party.id: i for i, party in enumerate(parties)}
    site_number = {site.id: j for j, site in enumerate(sites)}
    known = {a.party_id for a in placement.assignments} | {u.party_id for u in placement.unplaced}
    if known != set(party_number) or not {a.site_id for a in placement.assignments} <= set(site_number):
        return None
    placed = np.zeros((kinds.number, len(sites)), np.int64)
    at = [(kinds.of[party_number[a.party_id]], site_number[a.site_id]) for a in placement.assignments]
    if at:
        kind, site = np.array(at, np.int64).T
        np.add.at(placed, (kind, site), 1)
    return placed
