"""What ``capacity --json`` prints (CLI.md), with more keys for those who look closer."""

from __future__ import annotations

from kurume_bousai.domain.capacity_answer import CapacityAnswer, NeedCapacity, SiteCapacity, UnplacedNumber
from kurume_bousai.domain.capacity_compare import Comparison
from kurume_bousai.domain.capacity_conditions import conditions_json
from kurume_bousai.domain.capacity_help import HelpAnswer
from kurume_bousai.domain.improvements import NearestChange, SiteChange, SiteChangeKind
from kurume_bousai.domain.nearest_change import ObstacleBook
from kurume_bousai.domain.placement import Phase
from kurume_bousai.domain.shelters import Unlimited

#: Metres a file tells of the way from a home to a site: exact ones to known points would tell the home.
ROUNDED_M = 100


def to_json(answer: CapacityAnswer) -> dict[str, object]:
    """Return the object without anybody's name; metres from a home are rounded to 100 m."""
    return {
        "conditions": conditions_json(answer.conditions),
        "status": answer.status.value,
        "phases": [_phase_json(phase) for phase in answer.phases],
        "demand_people": answer.demand_people,
        "demand_parties": answer.demand_parties,
        "floor_places": answer.floor_places,
        "usable_places": answer.usable_places,
        "placed_people": answer.placed_people,
        "unplaced_people": answer.unplaced_people,
        "free_places": answer.free_places,
        "by_need": {need.value: _need_json(row) for need, row in answer.by_need.items()},
        "by_site": [_site_json(site) for site in answer.by_site],
        "by_district": [
            {"district": d.district_id, "people": d.people, "placed": d.placed, "unplaced": d.unplaced}
            for d in answer.by_district
        ],
        "unplaced": [_unplaced_json(row, answer.obstacles) for row in answer.unplaced],
        "off_list": {
            "people": answer.off_list.people,
            "placed": answer.off_list.placed,
            "unplaced": answer.off_list.unplaced,
        },
        "opened": list(answer.opened),
        "homes_unknown": answer.homes_unknown,
        "solver_s": answer.solver_s,
    }


def help_json(found: HelpAnswer) -> dict[str, object]:
    """Return the keys ``--improve`` adds."""
    return {
        "improvements": [
            {
                **_change_json(row.change),
                "site": row.change.site_id,
                "unplaced_before": row.unplaced_before,
                "unplaced_after": row.unplaced_after,
                "gain": row.gain,
                "proven": row.proven,
                "also": [_change_json(change) for change in row.also],
                "phases": [_phase_json(phase) for phase in row.phases],
            }
            for row in found.improvements
        ],
        "needed": [
            {"site": site_id, "floor": more.floor, "staff": more.staff}
            for site_id, more in found.needed.items()
        ],
        "worth": [
            {
                "site": row.site_id,
                "need": None if row.need is None else row.need.value,
                "gain": row.gain,
                "verified": row.verified,
            }
            for row in found.worth
        ],
        "without_site": [
            {"site": row.site_id, "unplaced": row.unplaced_people, "loss": row.loss, "proven": row.proven}
            for row in found.without_site
        ],
        "improvements_complete": found.complete,
        "improvements_s": found.solver_s,
    }


def need_loss_json(both: Comparison) -> dict[str, object]:
    """Return the key ``--improve`` adds for a partial opening: ``a`` with all sites open, ``b`` as asked."""
    return {
        "need_loss": [
            {
                "need": row.need.value,
                "unplaced_all_open": row.a.unplaced,
                "unplaced": row.b.unplaced,
                "loss": row.unplaced_difference,
            }
            for row in both.by_need
        ]
    }


def _phase_json(phase: Phase) -> dict[str, object]:
    return {
        "name": phase.name,
        "value": phase.value,
        "bound": phase.bound,
        "gap": phase.gap,
        "proven": phase.proven,
    }


def _unplaced_json(row: UnplacedNumber, obstacles: ObstacleBook) -> dict[str, object]:
    every: dict[str, tuple[str, ...]] = (
        {site.site_id: site.reasons for site in obstacles.of(row.number)} if len(obstacles) else {}
    )
    return {
        "number": row.number,
        "people": row.people,
        "reasons": [
            {
                "site": r.site_id,
                "reason": r.reason,
                "also": [reason for reason in every.get(r.site_id, ()) if reason != r.reason],
            }
            for r in row.reasons
        ],
        "nearest": None if row.nearest is None else _nearest_json(row.nearest),
    }


def _nearest_json(nearest: NearestChange) -> dict[str, object]:
    return {
        "site": nearest.site_id,
        "changes": [_change_json(change) for change in nearest.changes],
        "distance_m": round(nearest.distance_m / ROUNDED_M) * ROUNDED_M,
    }


def _change_json(change: SiteChange) -> dict[str, object]:
    """``reach`` is rounded up, so that the change still suffices and the home stays untold."""
    amount = change.amount
    if change.kind is SiteChangeKind.REACH:
        amount = -(-amount // ROUNDED_M) * ROUNDED_M
    return {
        "kind": change.kind.value,
        "need": None if change.need is None else change.need.value,
        "amount": amount,
        "categories": sorted(category.value for category in change.categories),
    }


def _need_json(row: NeedCapacity) -> dict[str, object]:
    return {
        "parties": row.parties,
        "placed": row.placed,
        "unplaced": row.unplaced,
        "capacity": row.capacity.value if isinstance(row.capacity, Unlimited) else row.capacity,
    }


def _site_json(site: SiteCapacity) -> dict[str, object]:
    return {
        "id": site.site_id,
        "name": site.name,
        "floor": site.floor,
        "usable": site.usable,
        "placed": site.placed,
        "free": site.free,
        "assigned": site.assigned,
        "balance": site.balance,
        "power_first": site.is_power_first,
        "refusal": site.refusal,
        "fitness_unconfirmed": site.is_fitness_unconfirmed,
        "staff_unknown": site.is_staff_unknown,
        "staff": site.staff,
        "rate": float(site.rate_m2),
    }
