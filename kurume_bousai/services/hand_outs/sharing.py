"""渡してよい決まり for one recipient: the city's policy, or what an emergency that is on allows where."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.consents import SharingMode
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.recipients import SupportPartner
from kurume_bousai.services.facts import sharing_mode
from kurume_bousai.services.ports.sessions import ReadSession, WriteSession


class Sharing(Protocol):
    """渡してよい決まり for one recipient now; per 校区, as an emergency may hold for some only."""

    def mode(self, district_id: DistrictId | None) -> SharingMode:
        """The rule for people of one 校区 (None = not known)."""

    def ends_on(self) -> date | None:
        """The day on which a live emergency is over by itself; None without one, or where none is set."""

    def note(
        self,
        session: WriteSession,
        access: Access,
        copy_numbers: Sequence[str],
        district_ids: Collection[DistrictId | None],
    ) -> None:
        """Write down what left only because of an emergency, in the transaction that issues it."""


@dataclass(frozen=True, slots=True)
class OrdinarySharing:
    """平常時: the city's policy everywhere."""

    ordinary: SharingMode

    def mode(self, district_id: DistrictId | None) -> SharingMode:  # noqa: ARG002 - the same everywhere
        """The city's policy."""
        return self.ordinary

    def ends_on(self) -> date | None:
        """No emergency."""
        return None

    def note(
        self,
        session: WriteSession,
        access: Access,
        copy_numbers: Sequence[str],
        district_ids: Collection[DistrictId | None],
    ) -> None:
        """Nothing special left."""


SharingFor = Callable[[ReadSession, SupportPartner], Sharing]


def ordinary_sharing(session: ReadSession, partner: SupportPartner) -> Sharing:  # noqa: ARG001 - for everybody
    """The city's policy for ordinary times."""
    return OrdinarySharing(sharing_mode(session))
