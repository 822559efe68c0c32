"""The placement of a changing question: every object that still says the truth is used again."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from kurume_bousai.domain.members import Need
from kurume_bousai.domain.placement import (
    REASON_FULL,
    REASON_TOO_FAR,
    Assignment,
    Phase,
    Placement,
    SiteReason,
    UnplacedParty,
    need_reason,
)
from kurume_bousai.geo.allocation.instance import NEEDS, UNLIMITED_UNITS, BoolArray, IntArray
from kurume_bousai.geo.allocation.usage import site_usages, status_of, used_of
from kurume_bousai.geo.allocation.warm_table import CODE_OF_REASON, REASON_OF_CODE, CodeArray, Table

Reasons = tuple[SiteReason, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What was said last, by party, to be said again where nothing changed."""

    assignments: dict[str, Assignment] = field(default_factory=dict)
    unplaced: dict[str, UnplacedParty] = field(default_factory=dict)
    reasons: dict[bytes, Reasons] = field(default_factory=dict)


def told_by(placement: Placement) -> Told:
    """Remember an answer."""
    return Told(
        {each.party_id: each for each in placement.assignments},
        {each.party_id: each for each in placement.unplaced},
    )


def placement_of(
    table: Table, site_of: IntArray, phases: tuple[Phase, ...], solver_s: float, told: Told
) -> tuple[Placement, Told]:
    """Build the answer with every reason; all sites that are open count as opened."""
    sites, m = table.question.sites, table.site_count
    placed = np.nonzero(site_of >= 0)[0]
    used, units = used_of(site_of, table.size, table.kinds.needs[table.kind], m)
    assignments = _assignments(table, site_of, placed, told)
    unplaced, reasons = _unplaced(table, site_of, used, units, told)
    unplaced_people = int(table.size[site_of < 0].sum())
    placement = Placement(
        status=status_of(phases, is_empty=not (len(site_of) and m)),
        phases=phases,
        assignments=assignments,
        unplaced=unplaced,
        sites=site_usages(sites, used, units),
        opened=tuple(site.id for site in sites if site.is_open),
        total_cost=table.cost_of(site_of),
        placed_people=int(table.size.sum()) - unplaced_people,
        unplaced_people=unplaced_people,
        solver_s=solver_s,
    )
    said = Told(
        {each.party_id: each for each in assignments}, {each.party_id: each for each in unplaced}, reasons
    )
    return placement, said


def _assignments(table: Table, site_of: IntArray, placed: IntArray, told: Told) -> tuple[Assignment, ...]:
    parties, names = table.question.parties, [site.id for site in table.question.sites]
    sites = site_of[placed].tolist()
    metres = table.distance_m[placed, site_of[placed]].tolist()
    before = told.assignments
    found: list[Assignment] = []
    for row, site, distance_m in zip(placed.tolist(), sites, metres, strict=True):
        party_id = parties[row].id
        kept = before.get(party_id)
        if kept is None or kept.site_id != names[site] or kept.distance_m != distance_m:
            kept = Assignment(party_id, names[site], distance_m)
        found.append(kept)
    return tuple(found)


def _unplaced(
    table: Table, site_of: IntArray, used: IntArray, units: IntArray, told: Told
) -> tuple[tuple[UnplacedParty, ...], dict[bytes, Reasons]]:
    rows = np.nonzero(site_of < 0)[0]
    kinds = np.unique(table.kind[rows])
    gone = (table.units != UNLIMITED_UNITS) & (units >= table.units)
    codes = _reason_codes(table, kinds, table.capacity - used, gone)
    names = [site.id for site in table.question.sites]
    reasons: dict[bytes, Reasons] = {}
    of_kind: dict[int, Reasons] = {}
    for place, kind in enumerate(kinds.tolist()):
        key = codes[place].tobytes()
        said = reasons.get(key) or told.reasons.get(key)
        if said is None:
            pairs = zip(names, codes[place].tolist(), strict=True)
            said = tuple(SiteReason(name, REASON_OF_CODE[code]) for name, code in pairs)
        reasons[key] = of_kind[kind] = said
    parties, before = table.question.parties, told.unplaced
    found: list[UnplacedParty] = []
    for row, kind in zip(rows.tolist(), table.kind[rows].tolist(), strict=True):
        party = parties[row]
        kept = before.get(party.id)
        if kept is None or kept.reasons is not of_kind[kind] or kept.size != party.size:
            kept = UnplacedParty(party.id, party.size, of_kind[kind])
        found.append(kept)
    return tuple(found), reasons


def _reason_codes(table: Table, kinds: IntArray, free: IntArray, gone: BoolArray) -> CodeArray:
    """Code of the decisive reason of each site for each of the kinds; the later the weaker."""
    known, all_kinds = np.int8(0), table.kinds
    size = all_kinds.size[kinds]
    codes = np.full((len(kinds), table.site_count), CODE_OF_REASON[REASON_FULL], np.int8)
    left_over = free[None, :] >= size[:, None]
    for number in range(len(NEEDS) - 1, -1, -1):
        wanted = all_kinds.needs[kinds, number][:, None] & gone[None, :, number]
        codes[wanted] = CODE_OF_REASON[need_reason(Need(NEEDS[number]))]
        left_over &= ~wanted
    beyond = ~all_kinds.reach_ok[kinds]
    codes[beyond] = CODE_OF_REASON[REASON_TOO_FAR]
    standing = all_kinds.standing[kinds]
    codes = np.where(standing != known, standing, codes)
    if (left_over & ~beyond & (standing == known)).any():
        raise AssertionError("a party was left out although a site could take it")
    return codes
