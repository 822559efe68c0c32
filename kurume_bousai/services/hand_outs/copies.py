"""渡した写し: what is out, what is late, what must come back, and whose names were on a lost one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.dates import in_japan
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hand_outs import (
    CopyEvent,
    CopyEventKind,
    CopyState,
    HandedCopy,
    OrderId,
    check_event,
)
from kurume_bousai.domain.ids import MemberId, new_id
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.roster_columns import RosterColumn, RosterEntry, entry_of
from kurume_bousai.services.disclosure.emergency import live_emergencies
from kurume_bousai.services.disclosure.loosening import Loosened, loosened_now, second_person_rule
from kurume_bousai.services.disclosure.recipients import find_partner
from kurume_bousai.services.facts import sharing_mode
from kurume_bousai.services.papers.hand_outs import LossReport, LostPerson, PartnerScope, ReceiptForm
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession

_TOPICS = frozenset({Topic.LEDGER})
_MOST_NOTE = 500


@dataclass(frozen=True, slots=True)
class NamedOnCopy:
    """載っていた人 of one copy, for the screen: what of them stood there, and how to reach them now.

    ``said`` None = that record is kept no longer. ``now`` None = off the list.
    """

    member_id: MemberId
    said: RosterEntry | None = field(repr=False)
    now: RosterMember | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class CopyFile:
    """一部の記録: the copy, who stood on it, and whether it must come back."""

    copy: HandedCopy
    people: tuple[NamedOnCopy, ...] = field(repr=False)
    must_come_back: bool


@dataclass(frozen=True, slots=True)
class CopyList:
    """写しの一覧: every copy, the latest first, and the numbers of those that must come back."""

    copies: tuple[HandedCopy, ...]
    to_recall: frozenset[str]
    today: date
    loosened: Loosened | None = None  # what one person may let out alone by the city's rules

    def out(self) -> list[HandedCopy]:
        """出ている."""
        return [copy for copy in self.copies if copy.is_out]

    def overdue(self) -> list[HandedCopy]:
        """期限切れ: past the day of return or the 使用期限."""
        return [copy for copy in self.copies if copy.is_overdue(self.today) or copy.is_expired(self.today)]

    def awaited(self) -> list[HandedCopy]:
        """返却待ち: called back, or naming somebody who may not stand there any more."""
        return [
            copy
            for copy in self.copies
            if copy.state is CopyState.RECALLED or (copy.is_out and copy.copy_number in self.to_recall)
        ]

    def unsigned(self) -> list[HandedCopy]:
        """受領書待ち."""
        return [copy for copy in self.copies if copy.state is CopyState.AWAITING_RECEIPT]

    def holders(self) -> list[tuple[str, str, list[HandedCopy]]]:
        """Recipient, holder and the copies in their hands, in order of recipient."""
        grouped: dict[tuple[str, str], list[HandedCopy]] = {}
        for copy in self.out():
            grouped.setdefault((copy.recipient, copy.holder), []).append(copy)
        return [(*who, grouped[who]) for who in sorted(grouped)]


class HandOutCopies:
    """渡した写しの用件 on one open database. Safe to call from any thread."""

    def __init__(self, database: CityDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @property
    def access(self) -> Access:
        """Who asks."""
        return self._database.access

    @property
    def today(self) -> date:
        """Today by the clock."""
        return self._clock.now().date()

    def ledger(self) -> CopyList:
        """Every copy that ever left."""
        with self._database.reading() as session:
            return CopyList(
                tuple(session.hand_outs.copies(self.access)),
                to_recall_now(session, self.access, self._clock),
                self.today,
                loosened_now(session, second_person_rule(session)),
            )

    def open(self, copy_number: str) -> CopyFile:
        """「誰の情報が載っていたか」: one copy with everybody on it, in one reading.

        Raises
        ------
        KnownProblem
            ``no_right``, ``copy_unknown``.
        """
        with self._database.reading() as session:
            copy = self._copy(session, copy_number)
            named = [one for one in session.hand_outs.people(self.access, copy_number) if not one.is_removed]
            ids = [one.member_id for one in named]
            now = {one.member_id: one for one in session.members.get_many(self.access, ids)}
            recalled = to_recall_now(session, self.access, self._clock)
        people = tuple(
            NamedOnCopy(
                one.member_id,
                None if one.then is None else entry_of(one.then, copy.columns or _USUAL_COLUMNS),
                now.get(one.member_id) if one.is_on_list else None,
            )
            for one in named
        )
        return CopyFile(copy, people, copy.is_out and copy_number in recalled)

    def copies_out_naming(self, member_ids: Collection[MemberId]) -> list[HandedCopy]:
        """Copies that are out and name one of these people."""
        with self._database.reading() as session:
            return copies_out_naming(session, self.access, member_ids)

    def record(
        self,
        copy_numbers: Sequence[str],
        kind: CopyEventKind,
        on: date,
        *,
        holder: str = "",
        note: str = "",
    ) -> Outcome[list[HandedCopy]]:
        """Write down what happened to copies, all of them or none.

        Raises
        ------
        KnownProblem
            ``no_right``, ``copy_unknown``, ``text_too_long`` and those of ``check_event``.
        """
        return self._record(
            [
                CopyEvent(
                    new_id(),
                    number,
                    kind,
                    on,
                    self._clock.now(),
                    self.access.name,
                    holder.strip(),
                    note.strip(),
                )
                for number in copy_numbers
            ]
        )

    def correct(self, copy_number: str, why: str) -> Outcome[list[HandedCopy]]:
        """Take the last thing written of a copy back; it stays to be read.

        Raises
        ------
        KnownProblem
            ``copy_unknown``, ``copy_nothing``.
        """
        with self._database.reading() as session:
            standing = self._copy(session, copy_number).standing
        event = CopyEvent(
            new_id(), copy_number, CopyEventKind.CORRECTED, self.today, self._clock.now(), self.access.name,
            note=why.strip(), cancels=standing[-1].event_id if standing else None,
        )  # fmt: skip
        return self._record([event])

    def receipt_form(self, copy_numbers: Sequence[str]) -> ReceiptForm:
        """The 受領書 of copies of one order; it names nobody of the list.

        Raises
        ------
        KnownProblem
            ``copy_unknown``, ``receipt_mixed``.
        """
        with self._database.reading() as session:
            copies = [self._copy(session, number) for number in copy_numbers]
            orders = {copy.order_id for copy in copies}
            first = copies[0]
            if len(orders) != 1 or first.partner_id is None:
                raise KnownProblem(
                    "receipt_mixed",
                    "受領書は、一度に渡した写しについて1枚つくります。",
                    where="、".join(copy_numbers),
                    advice="同じときに同じ渡す先へ渡した写しを選んでください。",
                )
            partner = find_partner(session, self.access, first.partner_id)
        return ReceiptForm(
            recipient=first.recipient,
            scope=PartnerScope(partner.body, partner.district_id, partner.neighborhood),
            copies=tuple(sorted(copy.copy_number for copy in copies)),
            people=first.people,
            purpose=first.purpose,
            columns=tuple(column for column in RosterColumn if column in first.columns),
            issued_on=in_japan(first.issued_at).date(),
            expires_on=first.expires_on,
            due_on=first.due_on,
        )

    def copies_of(self, order_id: OrderId) -> list[HandedCopy]:
        """The copies of one order, in order of number."""
        found = [copy for copy in self.ledger().copies if copy.order_id == order_id]
        return sorted(found, key=lambda copy: copy.copy_number)

    def loss_report(self, copy_number: str) -> LossReport:
        """What a file of the city needs of a lost copy: numbers and columns, no name."""
        found = self.open(copy_number)
        copy = found.copy
        lost = [event for event in copy.standing if event.kind is CopyEventKind.LOST]
        people = [person for person in map(_lost_person, found.people) if person is not None]
        return LossReport(
            copy_number=copy.copy_number,
            document=copy.document,
            recipient=copy.recipient,
            purpose=copy.purpose,
            issued_on=in_japan(copy.issued_at).date(),
            lost_on=lost[-1].happened_on if lost else None,
            columns=tuple(column for column in RosterColumn if column in copy.columns),
            people=tuple(sorted(people, key=lambda one: one.number)),
            unknown_people=len(found.people) - len(people),
            operator=copy.operator,
            confirmed_by=copy.confirmed_by,
            second_ground=copy.second_ground,
        )

    # -- inside --------------------------------------------------------------------------------

    def _record(self, events: Sequence[CopyEvent]) -> Outcome[list[HandedCopy]]:
        self.access.require(Right.PRINT_NAMED)
        if any(len(event.note) > _MOST_NOTE for event in events):
            raise KnownProblem(
                "text_too_long", "メモが長すぎます。", advice=f"{_MOST_NOTE}文字までにしてください。"
            )
        with self._database.writing() as session:
            for event in events:
                check_event(self._copy(session, event.copy_number), event, self.today)
                session.hand_outs.add_event(self.access, event)
            after = [self._copy(session, event.copy_number) for event in events]
        return Outcome(after, _TOPICS)

    def _copy(self, session: ReadSession, copy_number: str) -> HandedCopy:
        wanted = copy_number.strip()
        copy = session.hand_outs.copy(self.access, wanted)
        if copy is not None:
            return copy
        raise KnownProblem(
            "copy_unknown",
            "その番号の写しは、提供台帳にありません。",
            where=wanted,
            advice="紙の上にある「写しの番号」をもう一度確かめてください。",
        )


#: The columns of a list that left without an order (``report roster``).
_USUAL_COLUMNS = frozenset(
    {
        RosterColumn.NAME, RosterColumn.KANA, RosterColumn.NEIGHBORHOOD, RosterColumn.ADDRESS,
        RosterColumn.PHONE, RosterColumn.NEEDS,
    }
)  # fmt: skip


def to_recall_now(session: ReadSession, access: Access, clock: Clock) -> frozenset[str]:
    """Return the copies that name somebody who may not stand there any more; emergencies that last count."""
    lasting = live_emergencies(session, clock.now())
    spared = {
        entry.copy_number
        for emergency in lasting
        for entry in session.emergencies.copies(access, emergency.emergency_id)
    }
    return session.hand_outs.to_recall(access, sharing_mode(session), in_emergency=spared)


def _lost_person(one: NamedOnCopy) -> LostPerson | None:
    if one.now is not None:
        return LostPerson(one.now.number, one.now.district_id, one.now.neighborhood, is_on_list=True)
    return None if one.said is None else LostPerson(one.said.number, None, "", is_on_list=False)


def copies_to_call_back(session: ReadSession, access: Access, member: RosterMember) -> tuple[HandedCopy, ...]:
    """Return the copies that are out and may not name this person any more, as things stand."""
    mode = sharing_mode(session)
    naming = copies_out_naming(session, access, [member.member_id])
    return tuple(copy for copy in naming if not copy.may_name(member, mode))


def copies_out_naming(
    session: ReadSession, access: Access, member_ids: Collection[MemberId]
) -> list[HandedCopy]:
    """Return the copies that are out and name one of these people, the latest first."""
    return [copy for copy in session.hand_outs.copies_naming(access, list(member_ids)) if copy.is_out]
