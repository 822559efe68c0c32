"""Ports of the recipients' master, the orders and the copies, and of the second person who confirms."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.consents import SharingMode
from kurume_bousai.domain.hand_outs import CopyEvent, HandedCopy, HandOutOrder, HandOutPaper, OrderId
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.recipients import PartnerId, SupportPartner
from kurume_bousai.domain.roster_columns import RosterColumn


@dataclass(frozen=True, slots=True)
class PartnerVersion:
    """渡す先の版: one saved state."""

    partner: SupportPartner
    saved_at: datetime
    operator: str


@dataclass(frozen=True, slots=True)
class CopyNote:
    """写しの添え書き: what the ledger keeps of a copy that left by an order."""

    copy_number: str
    order_id: OrderId
    partner_id: PartnerId
    body: Body
    paper: HandOutPaper
    columns: frozenset[RosterColumn]
    mode: SharingMode
    holder: str = field(repr=False)
    confirmed_by: str


@dataclass(frozen=True, slots=True)
class NamedPerson:
    """写しに載った人: the record as it was when the copy left, and whether they are on the list now.

    ``then`` None = that version is kept no longer. ``is_removed``: the copy said to strike them out.
    """

    member_id: MemberId
    then: RosterMember | None = field(repr=False)
    is_on_list: bool
    is_removed: bool = False


class PartnerRepository(Protocol):
    """渡す先の台帳. Needs ``PRINT_NAMED``; every save is a version of its own."""

    def all(self, access: Access) -> list[SupportPartner]:
        """In order of 校区, kind and name; ended ones too."""

    def get(self, access: Access, partner_id: PartnerId) -> SupportPartner | None: ...

    def versions(self, access: Access, partner_id: PartnerId) -> list[PartnerVersion]:
        """Oldest first."""

    def save(self, access: Access, partner: SupportPartner) -> SupportPartner:
        """Store a new version; ``changed_meanwhile`` where another saved one since this was read."""


class HandOutRepository(Protocol):
    """申し出と写し. Needs ``PRINT_NAMED``. 支援措置対象者 exist only for the flagged clerk, in counts too."""

    def save_order(self, access: Access, order: HandOutOrder) -> None:
        """Store one, new or changed; audited."""

    def order(self, access: Access, order_id: OrderId) -> HandOutOrder | None: ...

    def orders(self, access: Access) -> list[HandOutOrder]:
        """The latest first."""

    def note_copies(self, access: Access, notes: Sequence[CopyNote]) -> None:
        """Write beside the ledger's rows what they left by; in the transaction that issued them."""

    def copies(self, access: Access) -> list[HandedCopy]:
        """Every copy of the ledger, the latest first."""

    def copy(self, access: Access, copy_number: str) -> HandedCopy | None: ...

    def add_event(self, access: Access, event: CopyEvent) -> None:
        """Append what happened to a copy; audited by its number only."""

    def people(self, access: Access, copy_number: str) -> list[NamedPerson]:
        """Who stands in a copy, those taken off the list since too, in order of number."""

    def copies_naming(self, access: Access, member_ids: Sequence[MemberId]) -> list[HandedCopy]:
        """Copies that name one of these people, the latest first, in any state."""

    def naming(self, access: Access, member_ids: Collection[MemberId]) -> Mapping[str, frozenset[MemberId]]:
        """Per copy number who of these people stands there; nobody the viewer may not know of."""

    def numbers_naming(self, access: Access, member_ids: Collection[MemberId]) -> frozenset[str]:
        """Numbers of copies that name one of these people, hidden ones too; never with who it is."""

    def to_recall(
        self, access: Access, mode: SharingMode, *, in_emergency: Collection[str] = ()
    ) -> frozenset[str]:
        """Numbers of copies that name somebody who may not stand there any more under ``mode``.

        A 支援措置対象者 counts for every viewer, without being told apart from a withdrawn consent.
        ``in_emergency``: copies that left under an emergency that still lasts.
        """


class SecondPerson(Protocol):
    """もう一人の確認: another operator vouches with their own passphrase."""

    def names(self, right: Right = Right.PRINT_NAMED) -> list[str]:
        """Operators who could confirm for the one who opened the file: those with the right."""

    def operators(self) -> int:
        """How many operators the file has, of any role."""

    def vouch(self, name: str, passphrase: str, right: Right = Right.PRINT_NAMED) -> Access:
        """Return who it is, somebody with the right; audited either way.

        Raises ``wrong_passphrase``, ``same_person``, ``second_no_right``.
        """


class HandOutSession(Protocol):
    """渡した名簿の書庫 of one transaction; a part of ``ReadSession``."""

    @property
    def partners(self) -> PartnerRepository: ...
    @property
    def hand_outs(self) -> HandOutRepository: ...
