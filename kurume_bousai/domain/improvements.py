"""何があれば減るか: changes of a site, what one of them brings, and the nearest one for a party left out."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.members import AdmissionCategory, Need
from kurume_bousai.domain.placement import Phase

#: How many places or units a change is asked with: 「ここに10人分増やすと…」.
DEFAULT_STEP = 10


class SiteChangeKind(StrEnum):
    """施設の変え方.

    Each answers the reasons of RULEBOOK §4 it removes: ``places`` → full; ``units`` → need_<id>;
    ``confirm_need`` → need_<id>_unknown; ``confirm_capacity`` → capacity_unknown; ``accept`` → category
    and category_unknown; ``open`` → closed; ``reach`` → too_far. A site unfit for the hazard has no change.
    """

    PLACES = "places"
    UNITS = "units"
    CONFIRM_NEED = "confirm_need"
    CONFIRM_CAPACITY = "confirm_capacity"
    ACCEPT = "accept"
    OPEN = "open"
    REACH = "reach"


@dataclass(frozen=True, slots=True)
class SiteChange:
    """施設の変更: one step at one site.

    ``amount``: people for ``places``, parties for ``units``, metres beyond the limit for ``reach``; for
    ``confirm_capacity`` and ``confirm_need`` what the confirmation is supposed to find; else 0.
    ``need`` with ``units`` and ``confirm_need``; ``categories`` with ``accept``.
    """

    site_id: SiteId
    kind: SiteChangeKind
    amount: int = 0
    need: Need | None = None
    categories: frozenset[AdmissionCategory] = frozenset()


@dataclass(frozen=True, slots=True)
class NearestChange:
    """一番近い手: the changes at one site that would let a party in, with everybody else where they are.

    Chosen by the fewest changes, then the nearest site, straight-line metres from the home.
    """

    changes: tuple[SiteChange, ...]
    distance_m: float = field(repr=False)

    @property
    def site_id(self) -> SiteId:
        """The one site."""
        return self.changes[0].site_id


@dataclass(frozen=True, slots=True)
class Improvement:
    """効き目 of one change of a site, found by solving the people-phases again.

    ``also``: changes of the same site made together with it, where one alone lets nobody in (a site of which
    neither places nor 受入対象 are known).
    ``unplaced_before`` and ``unplaced_after`` count people left out in the whole city under the same
    conditions; ``phases`` are the people-phases after the change. ``proven`` = nobody can better them.
    """

    change: SiteChange
    unplaced_before: int
    unplaced_after: int
    phases: tuple[Phase, ...]
    proven: bool
    also: tuple[SiteChange, ...] = ()

    @property
    def gain(self) -> int:
        """People fewer left out."""
        return self.unplaced_before - self.unplaced_after
