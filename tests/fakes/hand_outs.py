"""渡す先・申し出・写し of the fake city, and a second person who always vouches."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence

from kurume_bousai.domain.access import Access, Right, Role
from kurume_bousai.domain.consents import SharingMode
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hand_outs import CopyContents, CopyEvent, HandedCopy, HandOutOrder, OrderId
from kurume_bousai.domain.ids import MemberId, OperatorId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.recipients import PartnerId, SupportPartner
from kurume_bousai.services.ports.hand_outs import CopyNote, NamedPerson, PartnerVersion
from kurume_bousai.services.ports.ledger import LedgerEntry
from tests.fakes.state import NOW, CityState


class FakePartners:
    """渡す先の台帳 in memory."""

    def __init__(self, state: CityState) -> None:
        self._state = state

    def all(self, access: Access) -> list[SupportPartner]:
        access.require(Right.PRINT_NAMED)
        return [versions[-1].partner for versions in self._state.partners.values()]

    def get(self, access: Access, partner_id: PartnerId) -> SupportPartner | None:
        versions = self.versions(access, partner_id)
        return versions[-1].partner if versions else None

    def versions(self, access: Access, partner_id: PartnerId) -> list[PartnerVersion]:
        access.require(Right.PRINT_NAMED)
        return list(self._state.partners.get(partner_id, ()))

    def save(self, access: Access, partner: SupportPartner) -> SupportPartner:
        access.require(Right.PRINT_NAMED)
        kept = self._state.partners.get(partner.partner_id, ())
        if len(kept) != partner.version:
            raise KnownProblem("changed_meanwhile", "ほかの人が変えました。")
        saved = dataclasses.replace(partner, version=partner.version + 1)
        self._state.partners[partner.partner_id] = (*kept, PartnerVersion(saved, NOW, access.name))
        return saved


class FakeHandOuts:
    """申し出と写し in memory."""

    def __init__(self, state: CityState) -> None:
        self._state = state

    def save_order(self, access: Access, order: HandOutOrder) -> None:
        access.require(Right.PRINT_NAMED)
        self._state.orders[order.order_id] = order

    def order(self, access: Access, order_id: OrderId) -> HandOutOrder | None:
        access.require(Right.PRINT_NAMED)
        return self._state.orders.get(order_id)

    def orders(self, access: Access) -> list[HandOutOrder]:
        access.require(Right.PRINT_NAMED)
        return list(self._state.orders.values())[::-1]

    def note_copies(self, access: Access, notes: Sequence[CopyNote]) -> None:
        for note in notes:
            self._state.copy_notes[note.copy_number] = note

    def copies(self, access: Access) -> list[HandedCopy]:
        access.require(Right.PRINT_NAMED)
        return [self._copy(access, entry) for entry in reversed(self._state.ledger)]

    def copy(self, access: Access, copy_number: str) -> HandedCopy | None:
        return next((one for one in self.copies(access) if one.copy_number == copy_number), None)

    def add_event(self, access: Access, event: CopyEvent) -> None:
        self._state.copy_events = (*self._state.copy_events, event)

    def people(self, access: Access, copy_number: str) -> list[NamedPerson]:
        return [
            NamedPerson(member_id, self._then(member_id, version), self._is_on_list(member_id), is_removed)
            for member_id, version, is_removed in self._rows(access, copy_number)
        ]

    def copies_naming(self, access: Access, member_ids: Sequence[MemberId]) -> list[HandedCopy]:
        numbers = self.naming(access, member_ids)
        return [copy for copy in self.copies(access) if copy.copy_number in numbers]

    def naming(self, access: Access, member_ids: Collection[MemberId]) -> Mapping[str, frozenset[MemberId]]:
        wanted = set(member_ids)
        found = {
            number: frozenset(row[0] for row in self._rows(access, number) if not row[2] and row[0] in wanted)
            for number in self._state.copy_people
        }
        return {number: people for number, people in found.items() if people}

    def numbers_naming(self, access: Access, member_ids: Collection[MemberId]) -> frozenset[str]:
        return frozenset(
            number
            for number, rows in self._state.copy_people.items()
            if any(not is_removed and one in member_ids for one, _, is_removed in rows)
        )

    def to_recall(
        self, access: Access, mode: SharingMode, *, in_emergency: Collection[str] = ()
    ) -> frozenset[str]:
        return frozenset(
            copy.copy_number
            for copy in self.copies(access)
            if copy.closed_on is None
            and any(
                not is_removed and not self._may_stand(copy, one, mode, in_emergency)
                for one, _, is_removed in self._state.copy_people.get(copy.copy_number, ())
            )
        )

    def _may_stand(
        self, copy: HandedCopy, member_id: MemberId, mode: SharingMode, in_emergency: Collection[str]
    ) -> bool:
        member = self._state.members.get(member_id)
        rule = SharingMode.EMERGENCY if copy.copy_number in in_emergency else mode
        return member is None or copy.may_name(member, rule)

    def _rows(self, access: Access, number: str) -> list[tuple[MemberId, int | None, bool]]:
        members = self._state.members
        return [
            row
            for row in self._state.copy_people.get(number, ())
            if access.sees_protected or row[0] not in members or not members[row[0]].has_protected_address
        ]

    def _then(self, member_id: MemberId, version: int | None) -> RosterMember | None:
        kept = self._state.versions.get(member_id, ())
        return next((one.member for one in kept if one.version == version), None)

    def _is_on_list(self, member_id: MemberId) -> bool:
        member = self._state.members.get(member_id)
        return member is not None and member.removed_on is None

    def _copy(self, access: Access, entry: LedgerEntry) -> HandedCopy:
        events = tuple(one for one in self._state.copy_events if one.copy_number == entry.copy_number)
        contents = self._state.copy_contents.get(entry.copy_number, CopyContents())
        plain = HandedCopy(
            entry.copy_number, entry.document, entry.recipient, entry.purpose, entry.issued_at,
            entry.operator, entry.expires_on, entry.due_on,
            sum(not row[2] for row in self._rows(access, entry.copy_number)), events=events,
            confirmed_by=entry.second_person, second_ground=entry.second_ground,
            columns=contents.columns, body=contents.body, kinds=contents.kinds,
        )  # fmt: skip
        note = self._state.copy_notes.get(entry.copy_number)
        if note is None:
            return plain
        return dataclasses.replace(
            plain, partner_id=note.partner_id, order_id=note.order_id, body=note.body, paper=note.paper,
            columns=note.columns, mode=note.mode, first_holder=note.holder,
        )  # fmt: skip


class FakeSecond:
    """確かめる人 who has the passphrase 「demo」."""

    def __init__(self, name: str = "架空二") -> None:
        self._name = name

    def names(self, right: Right = Right.PRINT_NAMED) -> list[str]:
        return [self._name]

    def operators(self) -> int:
        return 2

    def vouch(self, name: str, passphrase: str, right: Right = Right.PRINT_NAMED) -> Access:
        if passphrase != "demo":
            raise KnownProblem("wrong_passphrase", "操作者の名前か合言葉が違います。")
        return Access(OperatorId(name), name, frozenset({Role.CLERK}))


class FakeLone(FakeSecond):
    """A file with one operator: nobody else could confirm."""

    def names(self, right: Right = Right.PRINT_NAMED) -> list[str]:
        return []

    def operators(self) -> int:
        return 1
