"""何があれば減るか, the whole answer: the best changes, the worth of one more, and what one site carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.improvements import Improvement
from kurume_bousai.domain.members import Need
from kurume_bousai.domain.placement import Phase


@dataclass(frozen=True, slots=True)
class MorePlaces:
    """定員を増やすのに要るもの: floor places and members of staff for so many more usable places.

    ``staff`` None = the staff is unknown or not counted, so that it limits nothing here.
    """

    floor: int
    staff: int | None


@dataclass(frozen=True, slots=True)
class Worth:
    """一つ増やす値打ち: people fewer left out with one more place (``need`` None) or unit at a site.

    ``gain`` may be below 0: a unit that lets in one who depends on power may cost others their places,
    because the phases come in order. ``verified`` = solved again with one more; else the linear model says
    so.
    """

    site_id: SiteId
    need: Need | None
    gain: int
    verified: bool


@dataclass(frozen=True, slots=True)
class WithoutSite:
    """その施設が開かないとき: people left out if this one site of those in use did not open."""

    site_id: SiteId
    unplaced_before: int
    unplaced_people: int
    proven: bool

    @property
    def loss(self) -> int:
        """People more left out."""
        return self.unplaced_people - self.unplaced_before


@dataclass(frozen=True, slots=True)
class HelpAnswer:
    """何があれば減るか under the conditions. Every count is of the whole city.

    ``phases`` are the people-phases before any change. ``improvements`` best first, solved again each;
    ``needed`` says what ``step`` more usable places take at each site. ``without_site`` greatest loss first.
    ``complete`` False = time ran out or the search was ended: what stands here holds, more was not tried.
    """

    conditions: CapacityConditions
    unplaced_people: int
    phases: tuple[Phase, ...]
    proven: bool
    improvements: tuple[Improvement, ...]
    needed: Mapping[SiteId, MorePlaces]
    worth: tuple[Worth, ...]
    without_site: tuple[WithoutSite, ...]
    complete: bool
    solver_s: float
