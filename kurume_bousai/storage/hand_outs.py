"""申し出と写し in the database. Implements ``HandOutRepository``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Table, and_, func, insert, or_, select, true

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.consents import Consent, ConsentKind, ConsentState, SharingMode, shares_with
from kurume_bousai.domain.hand_outs import (
    LIST_CONSENT,
    CopyEvent,
    CopyEventKind,
    HandedCopy,
    HandOutOrder,
    HandOutPaper,
    OrderId,
)
from kurume_bousai.domain.ids import MemberId, OperatorId
from kurume_bousai.domain.recipients import PartnerId
from kurume_bousai.domain.roster_columns import RosterColumn
from kurume_bousai.domain.second_person import SecondPersonGround
from kurume_bousai.services.ports.hand_outs import CopyNote, NamedPerson
from kurume_bousai.storage import codec
from kurume_bousai.storage.absorbed import absorbed_into
from kurume_bousai.storage.household_links import as_seen
from kurume_bousai.storage.mapping import members as mapping
from kurume_bousai.storage.repository import Repository, chunks
from kurume_bousai.storage.rows.hand_outs import CopyEventRecord, CopyNoteRecord, HandOutOrderRecord
from kurume_bousai.storage.rows.people import MemberRecord, MemberVersionRecord
from kurume_bousai.storage.rows.records import LedgerPersonRecord, LedgerRecord

_ORDERS = cast("Table", HandOutOrderRecord.__table__)
_NOTES = cast("Table", CopyNoteRecord.__table__)
_EVENTS = cast("Table", CopyEventRecord.__table__)
_LEDGER = cast("Table", LedgerRecord.__table__)
#: The state of a person who may stand in a plain list: nothing of a copy has to be looked at.
_PLAIN: Final = (ConsentState.GIVEN.value,)
#: The list beside the list, so that no query that reads people takes this one for its own.
_HIDDEN: Final = cast("Table", MemberRecord.__table__).alias("hidden_members")
_CLOSING: Final = frozenset({CopyEventKind.RETURNED, CopyEventKind.DISPOSED, CopyEventKind.NOT_PRINTED})


class HandOuts(Repository):
    """申し出と写し."""

    # -- orders --------------------------------------------------------------------------------

    def save_order(self, access: Access, order: HandOutOrder) -> None:
        """Store one, new or changed."""
        self.require_writing()
        access.require(Right.PRINT_NAMED)
        self.upsert(_ORDERS, [_order_to_row(order)])
        self.session.audit.record(
            access,
            "hand_out_order_saved",
            [order.order_id, order.partner_id],
            {
                "copies": order.copies,
                "people": order.people,
                "confirmed_by": order.confirmed_by,
                "is_open": order.is_open,
            },
        )

    def order(self, access: Access, order_id: OrderId) -> HandOutOrder | None:
        """One order."""
        return next(iter(self._orders(access, HandOutOrderRecord.order_id == order_id)), None)

    def orders(self, access: Access) -> list[HandOutOrder]:
        """The latest first."""
        return self._orders(access, true())

    def _orders(self, access: Access, wanted: ColumnElement[bool]) -> list[HandOutOrder]:
        access.require(Right.PRINT_NAMED)
        statement = (
            select(_ORDERS)
            .where(wanted)
            .order_by(HandOutOrderRecord.ordered_at.desc(), HandOutOrderRecord.order_id)
        )
        return [_order_from_row(row) for row in self.connection.execute(statement).mappings()]

    # -- copies --------------------------------------------------------------------------------

    def note_copies(self, access: Access, notes: Sequence[CopyNote]) -> None:
        """Write beside the ledger's rows by which order they left."""
        self.require_writing()
        access.require(Right.PRINT_NAMED)
        self.insert_many(_NOTES, [_note_to_row(note) for note in notes])

    def copies(self, access: Access) -> list[HandedCopy]:
        """Every copy of the ledger, the latest first."""
        return self._copies(access, true())

    def copy(self, access: Access, copy_number: str) -> HandedCopy | None:
        """One copy."""
        return next(iter(self._copies(access, LedgerRecord.copy_number == copy_number)), None)

    def copies_naming(self, access: Access, member_ids: Sequence[MemberId]) -> list[HandedCopy]:
        """Copies that name one of these people, those hidden from the viewer left out."""
        numbers = sorted(self.naming(access, member_ids))
        return [one for part in chunks(numbers) for one in self._copies(access, _is_one_of(part))]

    def naming(self, access: Access, member_ids: Collection[MemberId]) -> dict[str, frozenset[MemberId]]:
        """Per copy number who of these people stands there."""
        access.require(Right.PRINT_NAMED)
        found: defaultdict[str, set[MemberId]] = defaultdict(set)
        # A copy that names a record which was taken into another one names that person.
        wanted = frozenset(member_ids)
        absorbed = absorbed_into(self.connection, wanted)
        for part in chunks(sorted({*wanted, *absorbed})):
            statement = select(LedgerPersonRecord.copy_number, LedgerPersonRecord.member_id).where(
                LedgerPersonRecord.member_id.in_(part),
                LedgerPersonRecord.is_removed.is_(False),
                _may_be_told(access),
            )
            for number, member_id in self.connection.execute(statement):
                named = MemberId(member_id)
                found[number].add(named if named in wanted else absorbed[named])
        return {number: frozenset(people) for number, people in found.items()}

    def _copies(self, access: Access, wanted: ColumnElement[bool]) -> list[HandedCopy]:
        access.require(Right.PRINT_NAMED)
        numbers = select(LedgerRecord.copy_number).where(wanted)
        people = self._people_counts(access, LedgerPersonRecord.copy_number.in_(numbers))
        events = self._events(CopyEventRecord.copy_number.in_(numbers))
        statement = (
            select(_LEDGER, *(_NOTES.c[name] for name in _NOTE_COLUMNS))
            .outerjoin(_NOTES, CopyNoteRecord.copy_number == LedgerRecord.copy_number)
            .where(wanted)
            .order_by(LedgerRecord.position.desc())
        )
        return [
            _copy_from_row(row, people.get(row["copy_number"], 0), events[row["copy_number"]])
            for row in self.connection.execute(statement).mappings()
        ]

    def _people_counts(self, access: Access, wanted: ColumnElement[bool]) -> dict[str, int]:
        """How many the viewer may know of, per copy: the number of the day it left would tell of a flag."""
        statement = (
            select(LedgerPersonRecord.copy_number, func.count())
            .where(LedgerPersonRecord.is_removed.is_(False), _may_be_told(access), wanted)
            .group_by(LedgerPersonRecord.copy_number)
        )
        return {row[0]: int(row[1]) for row in self.connection.execute(statement)}

    def _events(self, wanted: ColumnElement[bool]) -> defaultdict[str, list[CopyEvent]]:
        found: defaultdict[str, list[CopyEvent]] = defaultdict(list)
        for row in self.connection.execute(select(_EVENTS).where(wanted).order_by(CopyEventRecord.position)):
            event = CopyEvent(
                row.event_id, row.copy_number, CopyEventKind(row.kind), row.happened_on, row.recorded_at,
                row.recorded_by, row.holder, row.note, row.cancels,
            )  # fmt: skip
            found[row.copy_number].append(event)
        return found

    def add_event(self, access: Access, event: CopyEvent) -> None:
        """Append what happened; the ledger's own day of return follows what stands."""
        self.require_writing()
        access.require(Right.PRINT_NAMED)
        self.connection.execute(
            insert(_EVENTS).values(
                event_id=event.event_id,
                copy_number=event.copy_number,
                kind=event.kind.value,
                happened_on=event.happened_on,
                recorded_at=event.recorded_at,
                recorded_by=event.recorded_by,
                holder=event.holder,
                note=event.note,
                cancels=event.cancels,
            )
        )
        self._follow(access, event.copy_number)
        self.session.audit.record(
            access,
            "copy_event",
            [event.copy_number],
            {"kind": event.kind.value, "on": str(event.happened_on)},
        )

    def _follow(self, access: Access, copy_number: str) -> None:
        copy = self._copies(access, LedgerRecord.copy_number == copy_number)[0]
        closing = [event for event in copy.standing if event.kind in _CLOSING]
        on = closing[-1].happened_on if closing and not copy.is_out else None
        self.connection.execute(
            _LEDGER.update().where(LedgerRecord.copy_number == copy_number).values(returned_on=on)
        )

    # -- who stands in them --------------------------------------------------------------------

    def people(self, access: Access, copy_number: str) -> list[NamedPerson]:
        """Who stands in a copy, with the record as it left, in order of number."""
        access.require(Right.PRINT_NAMED)
        statement = (
            select(
                LedgerPersonRecord.member_id,
                LedgerPersonRecord.is_removed,
                MemberRecord.removed_on,
                MemberRecord.version,
                MemberVersionRecord.content,
            )
            .outerjoin(MemberRecord, MemberRecord.member_id == LedgerPersonRecord.member_id)
            .outerjoin(
                MemberVersionRecord,
                and_(
                    MemberVersionRecord.member_id == LedgerPersonRecord.member_id,
                    MemberVersionRecord.version == LedgerPersonRecord.member_version,
                ),
            )
            .where(LedgerPersonRecord.copy_number == copy_number, _may_be_told(access))
        )
        rows = list(self.connection.execute(statement))
        kept = [row.content for row in rows if row.content is not None]
        # As they were, but for links to people who do not exist for the viewer.
        then = iter(as_seen(self.connection, access, [mapping.from_version(one) for one in kept]))
        found = [
            NamedPerson(
                MemberId(row.member_id),
                None if row.content is None else next(then),
                row.version is not None and row.removed_on is None,
                row.is_removed,
            )
            for row in rows
        ]
        if found:
            self.session.audit.record(access, "copy_people_seen", [copy_number], {"people": len(found)})
        return sorted(found, key=lambda one: (0 if one.then is None else one.then.number, one.member_id))

    def numbers_naming(self, access: Access, member_ids: Collection[MemberId]) -> frozenset[str]:
        """Numbers of copies that name one of these people, hidden ones too; who is on which is not told."""
        access.require(Right.PRINT_NAMED)
        found: set[str] = set()
        absorbed = absorbed_into(self.connection, member_ids)
        for part in chunks(sorted({*member_ids, *absorbed})):
            statement = select(LedgerPersonRecord.copy_number).where(
                LedgerPersonRecord.member_id.in_(part), LedgerPersonRecord.is_removed.is_(False)
            )
            found.update(self.connection.scalars(statement))
        return frozenset(found)

    def to_recall(
        self, access: Access, mode: SharingMode, *, in_emergency: Collection[str] = ()
    ) -> frozenset[str]:
        """Copies that name somebody who may not stand there any more; who it is, is not told."""
        access.require(Right.PRINT_NAMED)
        statement = (
            select(
                LedgerPersonRecord.copy_number,
                func.coalesce(CopyNoteRecord.body, LedgerRecord.recipient_body).label("body"),
                LedgerRecord.consent_kinds,
                MemberRecord.has_protected_address,
                MemberRecord.consents,
            )
            .join(MemberRecord, MemberRecord.member_id == LedgerPersonRecord.member_id)
            .outerjoin(CopyNoteRecord, CopyNoteRecord.copy_number == LedgerPersonRecord.copy_number)
            .join(LedgerRecord, LedgerRecord.copy_number == LedgerPersonRecord.copy_number)
            .where(
                LedgerPersonRecord.is_removed.is_(False),
                LedgerRecord.returned_on.is_(None),
                or_(
                    MemberRecord.has_protected_address.is_(True),
                    MemberRecord.roster_consent.not_in(_PLAIN),
                    # Somebody agreed to some bodies only.
                    MemberRecord.consents.like('%"exceptions":[{%'),
                    MemberRecord.consents.like('%"covers":[%'),
                    # Papers of a マイプラン are few; their other consent stands in no column of its own.
                    LedgerRecord.consent_kinds.contains(ConsentKind.PLAN.value),
                ),
            )
        )
        found: set[str] = set()
        for row in self.connection.execute(statement):
            if row.copy_number in found:
                continue
            bodies = () if row.body is None else (Body(row.body),)
            rule = SharingMode.EMERGENCY if row.copy_number in in_emergency else mode
            hidden: bool = row.has_protected_address
            if hidden or not all(
                shares_with(_consent(row.consents, kind), bodies, rule, protected_address=hidden)
                for kind in _kinds(row.consent_kinds)
            ):
                found.add(row.copy_number)
        return frozenset(found)


def _is_one_of(numbers: Sequence[str]) -> ColumnElement[bool]:
    return LedgerRecord.copy_number.in_(numbers)


@lru_cache(maxsize=4096)
def _consent(text: str, kind: ConsentKind) -> Consent:
    """The answer of one kind; the same few texts stand in thousands of rows."""
    consents = codec.loads(tuple[Consent, ...], text)
    return next((one for one in consents if one.kind is kind), Consent(kind))


def _kinds(text: str | None) -> frozenset[ConsentKind]:
    """The consents a copy stands on; one of an older program is a list."""
    return LIST_CONSENT if text is None else codec.loads(frozenset[ConsentKind], text)


def _may_be_told(access: Access) -> ColumnElement[bool]:
    """People whose standing in a copy the viewer may know of: not those under 支援措置 now (RULEBOOK §1).

    People taken off the list stay: whose name was on a lost paper is asked for years afterwards.
    """
    if access.sees_protected:
        return true()
    hidden = select(_HIDDEN.c.member_id).where(_HIDDEN.c.has_protected_address.is_(True))
    return LedgerPersonRecord.member_id.not_in(hidden)


_NOTE_COLUMNS: Final = (
    "order_id", "partner_id", "body", "paper", "columns", "mode", "holder", "confirmed_by",
)  # fmt: skip
_ORDER_SAME: Final = (
    "order_id", "partner_id", "purpose", "copies", "expires_on", "due_on", "people", "ordered_at",
    "ordered_by", "ordered_by_id", "confirmed_by", "issued_at", "cancelled_at",
)  # fmt: skip


def _order_to_row(order: HandOutOrder) -> dict[str, Any]:
    return {**{name: getattr(order, name) for name in _ORDER_SAME}, "paper": order.paper.value}


def _order_from_row(row: Mapping[Any, Any]) -> HandOutOrder:
    same = {name: row[name] for name in _ORDER_SAME}
    typed = {
        "order_id": OrderId(row["order_id"]),
        "partner_id": PartnerId(row["partner_id"]),
        "ordered_by_id": OperatorId(row["ordered_by_id"]),
        "paper": HandOutPaper(row["paper"]),
    }
    return HandOutOrder(**{**same, **typed})


def _note_to_row(note: CopyNote) -> dict[str, Any]:
    return {
        "copy_number": note.copy_number,
        "order_id": note.order_id,
        "partner_id": note.partner_id,
        "body": note.body.value,
        "paper": note.paper.value,
        "columns": codec.dumps(note.columns),
        "mode": note.mode.value,
        "holder": note.holder,
        "confirmed_by": note.confirmed_by,
    }


def _copy_from_row(row: Mapping[Any, Any], people: int, events: Sequence[CopyEvent]) -> HandedCopy:
    shown, body = row["shown_columns"], row["recipient_body"]
    noted: dict[str, Any] = {
        "columns": frozenset() if shown is None else codec.loads(frozenset[RosterColumn], shown),
        "body": None if body is None else Body(body),
    }
    if row["order_id"] is not None:
        noted = {
            "order_id": OrderId(row["order_id"]),
            "partner_id": PartnerId(row["partner_id"]),
            "body": Body(row["body"]),
            "paper": HandOutPaper(row["paper"]),
            "columns": codec.loads(frozenset[RosterColumn], row["columns"]),
            "mode": SharingMode(row["mode"]),
            "first_holder": row["holder"],
        }
    ground = row["second_ground"]
    return HandedCopy(
        copy_number=row["copy_number"],
        document=row["document"],
        recipient=row["recipient"],
        purpose=row["purpose"],
        issued_at=row["issued_at"],
        operator=row["operator"],
        expires_on=row["expires_on"],
        due_on=row["due_on"],
        people=people,
        events=tuple(events),
        confirmed_by=row["second_person"] or row["confirmed_by"] or "",
        second_ground=None if ground is None else SecondPersonGround(ground),
        kinds=_kinds(row["consent_kinds"]),
        **noted,
    )
