"""自宅の位置のいま: how each home stands on the map, and which of them a person should look at.

RULES G. Nothing here looks anything up: the dictionary's answer and the 校区 areas are the service's to ask.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from kurume_bousai.domain.addresses import same_house
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.gazetteer import HomePlace, PlaceLevel
from kurume_bousai.domain.ids import DistrictId, MemberId
from kurume_bousai.domain.members import DistrictMethod


class HomeStanding(StrEnum):
    """自宅の位置のいま: by what it was decided, or that it was not."""

    NUMBER = "number"
    BLOCK = "block"
    TOWN = "town"
    MANUAL = "manual"
    FROM_FILE = "from_file"  # a file or a form gave it; its level is not known
    UNPLACED = "unplaced"
    UNDECIDED = "undecided"  # a person looked and could not tell


class HomeDoubt(StrEnum):
    """位置を見てほしい理由, the most urgent first."""

    UNPLACED = "unplaced"
    ADDRESS_CHANGED = "address_changed"  # decided for another address than the list has now
    DISTRICT_DIFFERS = "district_differs"  # lies in another 校区 than the list says
    BENT = "bent"  # the address had to be bent a good deal to be found
    ROUGH = "rough"  # the middle of the 町字 only
    UNDECIDED = "undecided"  # set aside by a person; comes back when the address changes


@dataclass(frozen=True, slots=True)
class HomeUndecided:
    """「この住所では決められない」: who said so of which address, and when."""

    member_id: MemberId
    address_key: str = field(repr=False)
    set_by: str
    set_at: datetime


@dataclass(frozen=True, slots=True)
class HomeRecord:
    """自宅の一行: what the worklist needs of one person; no name.

    ``place`` is what was kept of how a home was decided, also where it no longer is the home: an old pin
    is offered again.
    """

    member_id: MemberId
    number: int
    address: str = field(repr=False)
    district_id: DistrictId | None = field(repr=False)
    district_method: DistrictMethod = field(repr=False)
    home: LonLat | None = field(repr=False)
    has_protected_address: bool = field(default=False, repr=False)
    place: HomePlace | None = field(default=None, repr=False)
    undecided: HomeUndecided | None = field(default=None, repr=False)

    @property
    def held(self) -> HomePlace | None:
        """How the present home was decided; None where a file or a form gave it, or there is none."""
        return self.place if self.place is not None and self.place.point == self.home else None

    @property
    def old_pin(self) -> HomePlace | None:
        """A pin set by hand that is not the home now."""
        is_old = self.place is not None and self.place.is_by_hand and self.place.point != self.home
        return self.place if is_old else None

    @property
    def is_set_aside(self) -> bool:
        """Whether a person said of this very address that it cannot be placed."""
        return (
            self.home is None
            and self.undecided is not None
            and same_house(self.undecided.address_key, self.address)
        )

    @property
    def standing(self) -> HomeStanding:
        """By what the home was decided."""
        if self.home is None:
            return HomeStanding.UNDECIDED if self.is_set_aside else HomeStanding.UNPLACED
        held = self.held
        return HomeStanding.FROM_FILE if held is None else HomeStanding(held.level.value)


#: So much less than the level's own confidence is doubtful: a 小字 that the dictionary does not have.
_DOUBTFUL_FROM: Final = {PlaceLevel.NUMBER: 0.8, PlaceLevel.BLOCK: 0.7}


def doubt_of(record: HomeRecord) -> HomeDoubt | None:
    """Why a person should look at this home; None = nothing is against it.

    Whether it lies in another 校区 than the list says is asked apart (``HomeDoubt.DISTRICT_DIFFERS``).
    """
    if record.home is None:
        if record.is_set_aside:
            return HomeDoubt.UNDECIDED
        return HomeDoubt.UNPLACED if record.old_pin is None else HomeDoubt.ADDRESS_CHANGED
    held = record.held
    if held is None:
        return None
    if not same_house(held.address_key, record.address):
        return HomeDoubt.ADDRESS_CHANGED
    if held.is_rough:
        return HomeDoubt.ROUGH
    least = _DOUBTFUL_FROM.get(held.level)
    # Rounding: 0.85 - 0.15 is kept as 0.7.
    return HomeDoubt.BENT if least is not None and held.confidence <= least else None
