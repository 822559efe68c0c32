"""What has been decided (board, session, 計画と定員の突合): sums, negative when over, never netted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.members import Need
from kurume_bousai.domain.shelters import Unlimited


@dataclass(frozen=True, slots=True)
class DecidedSite:
    """決まったことの相手: a site's usable places (None = unknown) and units per need."""

    site_id: SiteId
    usable: int | None
    need_capacity: Mapping[Need, int | Unlimited | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """決めた行先: one party of ``size`` people, whole, at one site."""

    site_id: SiteId
    size: int
    needs: frozenset[Need] = field(default_factory=frozenset, repr=False)


@dataclass(frozen=True, slots=True)
class NeedBalance:
    """必要な支援の過不足 in parties; ``balance`` None where the site sets no limit or it is unknown."""

    assigned: int
    capacity: int | Unlimited | None

    @property
    def balance(self) -> int | None:
        """Units left, negative when over; unknown counts as none."""
        if isinstance(self.capacity, Unlimited):
            return None
        return (self.capacity or 0) - self.assigned


@dataclass(frozen=True, slots=True)
class DecidedBalance:
    """過不足 of one site. ``balance`` is negative when over; an unknown floor counts as 0 usable places."""

    site_id: SiteId
    usable: int | None
    assigned: int
    by_need: Mapping[Need, NeedBalance]

    @property
    def balance(self) -> int:
        """Usable − assigned."""
        return (self.usable or 0) - self.assigned

    @property
    def shortage(self) -> int:
        """不足: people beyond the usable places, 0 when there is room."""
        return max(0, -self.balance)


class DecidedTally:
    """決まったことの集計 of a live board: each decision costs a constant time."""

    def __init__(self, sites: Iterable[DecidedSite]) -> None:
        self._sites = {site.site_id: site for site in sites}
        self._people = dict.fromkeys(self._sites, 0)
        self._units: dict[SiteId, dict[Need, int]] = {site_id: {} for site_id in self._sites}

    def add(self, decision: Decision) -> None:
        """Count a decision. A site unknown to the tally raises ``KeyError``."""
        self._count(decision, 1)

    def remove(self, decision: Decision) -> None:
        """Take a decision back."""
        self._count(decision, -1)

    def balance(self, site_id: SiteId) -> DecidedBalance:
        """Return the balance of one site now."""
        site, units = self._sites[site_id], self._units[site_id]
        by_need = {
            need: NeedBalance(units.get(need, 0), site.need_capacity.get(need))
            for need in Need
            if units.get(need, 0) or need in site.need_capacity
        }
        return DecidedBalance(site_id, site.usable, self._people[site_id], by_need)

    def balances(self) -> list[DecidedBalance]:
        """Return the balances of all sites in the order given."""
        return [self.balance(site_id) for site_id in self._sites]

    def _count(self, decision: Decision, sign: int) -> None:
        units = self._units[decision.site_id]
        self._people[decision.site_id] += sign * decision.size
        for need in decision.needs:
            units[need] = units.get(need, 0) + sign


def decided_balances(sites: Iterable[DecidedSite], decisions: Iterable[Decision]) -> list[DecidedBalance]:
    """Return what the decisions leave at each site, from nothing; equal to a tally that followed them."""
    tally = DecidedTally(sites)
    for decision in decisions:
        tally.add(decision)
    return tally.balances()
