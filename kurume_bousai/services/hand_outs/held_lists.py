"""渡す先が持っている名簿: what its papers say together, read from the versions that went out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.dates import in_japan
from kurume_bousai.domain.hand_outs import HandedCopy, HandOutPaper, HeldPart, OrderId, known_to_holder
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.recipients import PartnerId
from kurume_bousai.domain.roster_columns import RosterColumn, RosterEntry, entry_of
from kurume_bousai.services.disclosure.recipients import held_by
from kurume_bousai.services.ports.sessions import ReadSession


@dataclass(frozen=True, slots=True)
class _Part:
    """One order's copies: who was listed with which record, who was struck out."""

    copy: HandedCopy
    numbers: tuple[str, ...]
    members: Mapping[MemberId, RosterMember] = field(repr=False)
    removed: frozenset[MemberId] = frozenset()


@dataclass(frozen=True, slots=True)
class HeldList:
    """持っている名簿: since the last whole list, that one and every 差分 after it, oldest first."""

    parts: tuple[_Part, ...] = field(repr=False)

    @property
    def columns(self) -> frozenset[RosterColumn]:
        """The columns of the whole list."""
        return self.parts[0].copy.columns

    @property
    def copy_numbers(self) -> tuple[str, ...]:
        """The papers, oldest first."""
        return tuple(number for part in self.parts for number in part.numbers)

    @property
    def issued_on(self) -> date:
        """The day of the last of them."""
        return in_japan(self.parts[-1].copy.issued_at).date()

    @property
    def member_ids(self) -> frozenset[MemberId]:
        """Who stands in it."""
        return frozenset(self.entries(()))

    def entries(self, columns: Iterable[RosterColumn]) -> dict[MemberId, RosterEntry]:
        """What the holder's papers say in these columns."""
        wanted = frozenset(columns)
        return known_to_holder(
            [
                HeldPart(
                    part.copy.paper or HandOutPaper.ROSTER,
                    {key: entry_of(member, wanted) for key, member in part.members.items()},
                    part.removed,
                )
                for part in self.parts
            ]
        )


def held_list(session: ReadSession, access: Access, partner_id: PartnerId) -> HeldList | None:
    """Return what a recipient holds now; None without a whole list."""
    by_order: dict[OrderId | None, list[HandedCopy]] = {}
    for copy in held_by(session, access, partner_id):  # the latest first
        if copy.paper is HandOutPaper.EMERGENCY:
            continue  # goes back after the event; no 差分 is ever made to it
        by_order.setdefault(copy.order_id, []).append(copy)
    kept: list[list[HandedCopy]] = []
    for copies in by_order.values():
        kept.append(copies)
        if copies[0].paper is HandOutPaper.ROSTER:
            return HeldList(tuple(_part(session, access, one) for one in reversed(kept)))
    return None


def _part(session: ReadSession, access: Access, copies: list[HandedCopy]) -> _Part:
    copy = copies[0]
    people = session.hand_outs.people(access, copy.copy_number)
    return _Part(
        copy,
        tuple(sorted(one.copy_number for one in copies)),
        {one.member_id: one.then for one in people if one.then is not None and not one.is_removed},
        frozenset(one.member_id for one in people if one.is_removed),
    )
