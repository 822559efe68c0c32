"""何があれば減るか: changes of a site ranked by what they bring, each solved again (E11, E12)."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from kurume_bousai.domain.capacity_answer import CapacityAnswer
from kurume_bousai.domain.capacity_help import HelpAnswer, MorePlaces, WithoutSite, Worth
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.improvements import DEFAULT_STEP, Improvement
from kurume_bousai.domain.placement import PHASE_POWER, Phase, Placement, PlacementSite
from kurume_bousai.services.capacity.changes import Candidate, candidates_at, more_places, one_more_at
from kurume_bousai.services.capacity.question import CapacityQuestion
from kurume_bousai.services.capacity.sites import SiteUse
from kurume_bousai.services.capacity.source import DatabaseCapacitySource
from kurume_bousai.services.ports.capacity import CapacitySource, PeopleQuestion, WhatIf, never_stop
from kurume_bousai.services.ports.sessions import CityDatabase

#: ``tell(done, total, found)``: changes asked about, and an improvement as soon as it is found.
HelpTell = Callable[[int, int, Improvement | None], None]

#: The share of the time that may go by before the next part begins: changes, then sites that stay shut.
SHARES = (0.5, 0.75)


def tell_nobody(_done: int, _total: int, _found: Improvement | None) -> None:
    """Report nothing."""


class CapacityHelp:
    """「何があれば減るか」 on a city database."""

    def __init__(self, database: CityDatabase, what_if: WhatIf) -> None:
        self._source = DatabaseCapacitySource(database)
        self._what_if = what_if

    def improvements(
        self,
        answer: CapacityAnswer,
        step: int = DEFAULT_STEP,
        most: int = 10,
        budget_s: float = 30.0,
        tell: HelpTell = tell_nobody,
        should_stop: Callable[[], bool] = never_stop,
    ) -> HelpAnswer:
        """Find what would help most; see ``find_help``."""
        return find_help(self._source, self._what_if, answer, step, most, budget_s, tell, should_stop)


def find_help(
    source: CapacitySource,
    what_if: WhatIf,
    answer: CapacityAnswer,
    step: int = DEFAULT_STEP,
    most: int = 10,
    budget_s: float = 30.0,
    tell: HelpTell = tell_nobody,
    should_stop: Callable[[], bool] = never_stop,
) -> HelpAnswer:
    """Ask for every change of a site what it brings, solving the people-phases again each time.

    ``step``: places or units a change adds. ``most``: improvements returned. The conditions are the
    answer's; sites it left closed by ``open_at_most`` stay closed, the chosen ones stay chosen. Stopping, or
    the end of ``budget_s``, ends the search with what was found and ``complete`` False. Raises
    ``KnownProblem`` where the list or the sites changed after the answer, and for a step below 1.
    """
    if step < 1 or answer.placement is None:
        raise KnownProblem(
            "improve_step",
            "増やす数は1以上にしてください。" if step < 1 else "先に、入りきれるかを調べてください。",
            advice="条件を直して、もう一度実行してください。",
        )
    question = CapacityQuestion(source, answer.conditions)
    sites = question.sites_after(answer.placement)
    options = replace(question.options, open_at_most=None, time_limit_s=budget_s)
    began = time.perf_counter()
    asked = what_if.ask(question.parties, sites, options, answer.placement, should_stop)
    needed = _needed(question.uses_after(answer.placement), step)
    if asked is None:
        nobody = not question.parties or not sites
        return _nothing(answer, question, needed, time.perf_counter() - began, complete=nobody)
    search = _Search(asked, sites, began, budget_s, tell, should_stop)
    search.run([c for site in sites for c in candidates_at(site, step)], answer.placement)
    ranked = sorted(_simplest(search.found), key=lambda row: (-row.gain, _values(row.phases)))
    return HelpAnswer(
        conditions=answer.conditions,
        unplaced_people=left_out_people(asked.before),
        phases=asked.before,
        proven=all(phase.proven for phase in asked.before),
        improvements=tuple(ranked[:most]),
        needed=needed,
        worth=tuple(search.worth),
        without_site=tuple(sorted(search.without, key=lambda row: -row.loss)),
        complete=search.complete,
        solver_s=time.perf_counter() - began,
    )


def left_out_people(phases: Sequence[Phase]) -> int:
    """People left out: every phase but that of those who need power, who count in their band too."""
    return round(sum(phase.value for phase in phases if phase.name != PHASE_POWER))


class _Search:
    """One search: changes by what prices promise, then sites that stay shut, then one more of everything."""

    def __init__(
        self,
        asked: PeopleQuestion,
        sites: Sequence[PlacementSite],
        began: float,
        budget_s: float,
        tell: HelpTell,
        should_stop: Callable[[], bool],
    ) -> None:
        self._asked, self._sites, self._tell, self._should_stop = asked, sites, tell, should_stop
        self._began, self._budget_s = began, budget_s
        self._before = left_out_people(asked.before)
        self._proven = all(phase.proven for phase in asked.before)
        self._done = self._total = 0
        self.found: list[Improvement] = []
        self.worth: list[Worth] = []
        self.without: list[WithoutSite] = []
        self.complete = True

    def run(self, candidates: Sequence[Candidate], placement: Placement) -> None:
        """Ask as much as the time allows; what is proven without solving is never left out."""
        useful = [c for c in candidates if not self._asked.is_idle(c.changed)]
        useful.sort(key=lambda candidate: -self._asked.estimate(candidate.changed))
        ones = [c for site in self._sites for c in one_more_at(site)]
        open_sites = [site for site in self._sites if site.is_open]
        self._total = len(useful) + len(ones) + len(open_sites)
        self._tell(0, self._total, None)
        for candidate in useful:
            self._improve(candidate, SHARES[0])
        used = {usage.site_id: usage.used for usage in placement.sites}
        for site in sorted(open_sites, key=lambda site: -used[site.id]):
            self._close(site, used[site.id], SHARES[1])
        for candidate in sorted(ones, key=lambda candidate: -self._asked.estimate(candidate.changed)):
            self._one_more(candidate)

    def _is_over(self, share: float) -> bool:
        over = time.perf_counter() - self._began > self._budget_s * share or self._should_stop()
        self.complete = self.complete and not over
        return over

    def _told(self, found: Improvement | None = None) -> None:
        self._done += 1
        self._tell(self._done, self._total, found)

    def _improve(self, candidate: Candidate, share: float) -> None:
        phases = None if self._is_over(share) else self._after(candidate.changed)
        better = phases is not None and _values(phases) < _values(self._asked.before)
        found = None
        if phases is not None and better:
            after = left_out_people(phases)
            found = Improvement(
                candidate.change, self._before, after, phases, self._is_proven(phases), candidate.also
            )
            self.found.append(found)
        self._told(found)

    def _close(self, site: PlacementSite, used: int, share: float) -> None:
        """Nobody is at an unused site: without it the same placement stands and none can be better."""
        site_id = SiteId(site.id)
        if used == 0:
            self.without.append(WithoutSite(site_id, self._before, self._before, self._proven))
        elif not self._is_over(share):
            phases = self._after({site.id: replace(site, closed=True)})
            if phases is not None:
                left = left_out_people(phases)
                self.without.append(WithoutSite(site_id, self._before, left, self._is_proven(phases)))
        self._told()

    def _one_more(self, candidate: Candidate) -> None:
        site_id, need = candidate.change.site_id, candidate.change.need
        if self._asked.is_idle(candidate.changed):
            self.worth.append(Worth(site_id, need, 0, self._proven))
        else:
            phases = None if self._is_over(1.0) else self._after(candidate.changed)
            if phases is None:
                promised = round(self._asked.estimate(candidate.changed))
                self.worth.append(Worth(site_id, need, promised, verified=False))
            else:
                gain = self._before - left_out_people(phases)
                self.worth.append(Worth(site_id, need, gain, self._is_proven(phases)))
        self._told()

    def _after(self, changed: dict[str, PlacementSite]) -> tuple[Phase, ...] | None:
        phases = self._asked.after(changed)
        self.complete = self.complete and phases is not None
        return phases

    def _is_proven(self, phases: Sequence[Phase]) -> bool:
        return self._proven and all(phase.proven for phase in phases)


def _simplest(found: Sequence[Improvement]) -> list[Improvement]:
    """Drop a bundle where a single change of the same site does as much."""
    single: dict[SiteId, tuple[float, ...]] = {}
    for row in found:
        if not row.also:
            best = single.get(row.change.site_id)
            single[row.change.site_id] = min(_values(row.phases), best or _values(row.phases))
    return [
        row
        for row in found
        if not row.also or _values(row.phases) < single.get(row.change.site_id, (math.inf,))
    ]


def _values(phases: Sequence[Phase]) -> tuple[float, ...]:
    return tuple(phase.value for phase in phases)


def _needed(uses: Sequence[SiteUse], step: int) -> dict[SiteId, MorePlaces]:
    found = {use.site.site_id: more_places(use, step) for use in uses if use.refusal is None}
    return {site_id: more for site_id, more in found.items() if more is not None}


def _nothing(
    answer: CapacityAnswer,
    question: CapacityQuestion,
    needed: dict[SiteId, MorePlaces],
    taken_s: float,
    *,
    complete: bool,
) -> HelpAnswer:
    """Nobody to place, nowhere to place them, or no time even to begin."""
    placed = {a.party_id for a in answer.placement.assignments} if answer.placement else set()
    return HelpAnswer(
        conditions=answer.conditions,
        unplaced_people=sum(party.size for party in question.parties if party.id not in placed),
        phases=(),
        proven=False,
        improvements=(),
        needed=needed,
        worth=(),
        without_site=(),
        complete=complete,
        solver_s=taken_s,
    )
