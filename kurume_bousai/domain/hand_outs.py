"""名簿を渡す: an order, its numbered copies, and what happened to each of them until it came back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NewType

from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.consents import ConsentKind, SharingMode, shares_with
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import MemberId, OperatorId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.recipients import PartnerId
from kurume_bousai.domain.roster_columns import ColumnValue, RosterColumn, RosterEntry
from kurume_bousai.domain.second_person import SecondPersonGround

OrderId = NewType("OrderId", str)

#: What a list stands on; the papers of a マイプラン stand on the consent about the plan too.
LIST_CONSENT: Final = frozenset({ConsentKind.ROSTER})


class HandOutPaper(StrEnum):
    """渡す書類: the whole list, what changed since the recipient's last one, or an emergency's part of it."""

    ROSTER = "roster"
    DIFFERENCE = "difference"
    EMERGENCY = "emergency"  # only where a live 災害時提供モード holds


@dataclass(frozen=True, slots=True)
class HandOutOrder:
    """名簿を渡す申し出. ``people`` is how many it was about when it was written; the list is made anew."""

    order_id: OrderId
    partner_id: PartnerId
    paper: HandOutPaper
    purpose: str
    copies: int
    expires_on: date | None
    due_on: date | None
    people: int
    ordered_at: datetime
    ordered_by: str
    ordered_by_id: OperatorId
    confirmed_by: str = ""
    issued_at: datetime | None = None
    cancelled_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """True while it waits for a second person."""
        return self.issued_at is None and self.cancelled_at is None


class CopyEventKind(StrEnum):
    """写しに起きたこと: only ever added; a mistake is taken back by a 訂正."""

    RECEIVED = "received"  # 受領
    RETURNED = "returned"  # 返却
    DISPOSED = "disposed"  # 廃棄
    LOST = "lost"  # 紛失
    FOUND = "found"  # 発見
    HANDED_OVER = "handed_over"  # 引き継ぎ
    RECALLED = "recalled"  # 回収を求めた
    NOT_PRINTED = "not_printed"
    CORRECTED = "corrected"  # 訂正


class CopyState(StrEnum):
    """写しの状態, folded from what happened to it."""

    AWAITING_RECEIPT = "awaiting_receipt"
    HELD = "held"
    RECALLED = "recalled"
    RETURNED = "returned"
    DISPOSED = "disposed"
    LOST = "lost"
    NOT_PRINTED = "not_printed"


#: Where somebody outside may still have the paper, a lost one too: it names people to whoever finds it.
OUT_STATES: Final = frozenset(
    {CopyState.AWAITING_RECEIPT, CopyState.HELD, CopyState.RECALLED, CopyState.LOST}
)
#: Where a holder is expected to bring it back.
HELD_STATES: Final = OUT_STATES - {CopyState.LOST}

_AFTER: Final[Mapping[CopyEventKind, CopyState]] = {
    CopyEventKind.RECEIVED: CopyState.HELD,
    CopyEventKind.RETURNED: CopyState.RETURNED,
    CopyEventKind.DISPOSED: CopyState.DISPOSED,
    CopyEventKind.LOST: CopyState.LOST,
    CopyEventKind.FOUND: CopyState.HELD,
    CopyEventKind.RECALLED: CopyState.RECALLED,
    CopyEventKind.NOT_PRINTED: CopyState.NOT_PRINTED,
}
_FROM: Final[Mapping[CopyEventKind, frozenset[CopyState]]] = {
    CopyEventKind.RECEIVED: frozenset({CopyState.AWAITING_RECEIPT, CopyState.RECALLED}),
    CopyEventKind.RETURNED: OUT_STATES,
    CopyEventKind.DISPOSED: HELD_STATES,
    CopyEventKind.LOST: HELD_STATES,
    CopyEventKind.FOUND: frozenset({CopyState.LOST}),
    CopyEventKind.HANDED_OVER: HELD_STATES,
    CopyEventKind.RECALLED: HELD_STATES,
    CopyEventKind.NOT_PRINTED: frozenset({CopyState.AWAITING_RECEIPT}),
}


@dataclass(frozen=True, slots=True)
class CopyEvent:
    """写しの記録 of one act. ``holder``: who has the paper from then on; ``cancels``: the act taken back."""

    event_id: str
    copy_number: str
    kind: CopyEventKind
    happened_on: date
    recorded_at: datetime
    recorded_by: str
    holder: str = field(default="", repr=False)
    note: str = field(default="", repr=False)
    cancels: str | None = None


@dataclass(frozen=True, slots=True)
class CopyContents:
    """写しの中身: the columns it shows, the kind of body it goes to, the kinds of consent it stands on.

    No ``kinds`` = it goes to the people themselves, whose consent nobody asks for that.
    """

    columns: frozenset[RosterColumn] = frozenset()
    body: Body | None = None
    kinds: frozenset[ConsentKind] = LIST_CONSENT


@dataclass(frozen=True, slots=True)
class HandedCopy:
    """渡した写し: one numbered copy with everything that happened to it, in order.

    ``people`` counts those the viewer may know of. Copies without an order have no partner; those of an
    older program no columns and no body. ``kinds``: the consents it stands on. ``mode``: under which rule of
    sharing it left. ``second_ground``: why ``confirmed_by`` is empty, or None for a copy of an older program.
    """

    copy_number: str
    document: str
    recipient: str = field(repr=False)
    purpose: str
    issued_at: datetime
    operator: str
    expires_on: date | None
    due_on: date | None
    people: int
    partner_id: PartnerId | None = None
    order_id: OrderId | None = None
    body: Body | None = None
    paper: HandOutPaper | None = None
    columns: frozenset[RosterColumn] = frozenset()
    mode: SharingMode | None = None
    first_holder: str = field(default="", repr=False)
    confirmed_by: str = ""
    second_ground: SecondPersonGround | None = None
    kinds: frozenset[ConsentKind] = LIST_CONSENT
    events: tuple[CopyEvent, ...] = ()

    def may_name(self, member: RosterMember, mode: SharingMode) -> bool:
        """True where the person may still stand on it: every consent it stands on lives for its body."""
        bodies = () if self.body is None else (self.body,)
        hidden = member.has_protected_address
        return not hidden and all(
            shares_with(member.consent(kind), bodies, mode, protected_address=hidden) for kind in self.kinds
        )

    @property
    def standing(self) -> tuple[CopyEvent, ...]:
        """What happened, without what was taken back."""
        taken_back = {event.cancels for event in self.events if event.cancels is not None}
        return tuple(
            event
            for event in self.events
            if event.kind is not CopyEventKind.CORRECTED and event.event_id not in taken_back
        )

    @property
    def state(self) -> CopyState:
        """Where the copy is now."""
        # A file of letters goes to the people themselves: nobody signs for it.
        state = CopyState.AWAITING_RECEIPT if self.kinds else CopyState.HELD
        for event in self.standing:
            # A receipt that arrives after the copy was called back does not end the recall.
            if event.kind is CopyEventKind.RECEIVED and state is CopyState.RECALLED:
                continue
            state = _AFTER.get(event.kind, state)
        return state

    @property
    def holder(self) -> str:
        """Who has the paper: 責任者 of then, or whoever it was handed over to."""
        return next((event.holder for event in reversed(self.standing) if event.holder), self.first_holder)

    @property
    def received_on(self) -> date | None:
        """The day of the 受領書."""
        return self._day_of(CopyEventKind.RECEIVED)

    @property
    def closed_on(self) -> date | None:
        """The day it came back or was destroyed."""
        return self._day_of(CopyEventKind.RETURNED) or self._day_of(CopyEventKind.DISPOSED)

    @property
    def is_out(self) -> bool:
        """True where somebody outside may have it."""
        return self.state in OUT_STATES

    def is_overdue(self, today: date) -> bool:
        """True where it should be back already."""
        return self.state in HELD_STATES and self.due_on is not None and self.due_on < today

    def is_expired(self, today: date) -> bool:
        """True where its 使用期限 is over and somebody may still use it."""
        return self.state in HELD_STATES and self.expires_on is not None and self.expires_on < today

    def _day_of(self, kind: CopyEventKind) -> date | None:
        return next((event.happened_on for event in reversed(self.standing) if event.kind is kind), None)


def check_event(copy: HandedCopy, event: CopyEvent, today: date) -> None:
    """Refuse an act that cannot have happened to a copy.

    Raises
    ------
    KnownProblem
        ``copy_state``, ``copy_event_future``, ``copy_event_early``, ``copy_holder``, ``copy_nothing``.
    """
    if event.kind is CopyEventKind.CORRECTED:
        if event.cancels not in {one.event_id for one in copy.standing}:
            raise _problem(
                copy, "copy_nothing", "訂正する記録がありません。", "記録の一覧を確かめてください。"
            )
        return
    if copy.state not in _FROM[event.kind]:
        raise _problem(
            copy,
            "copy_state",
            "この写しには、いまこの記録を書けません。",
            "写しのいまの状態を確かめ、まちがった記録は「訂正」してください。",
        )
    if event.happened_on > today:
        raise _problem(copy, "copy_event_future", "日付が今日より後です。", "日付を確かめてください。")
    if event.happened_on < copy.issued_at.date():
        raise _problem(copy, "copy_event_early", "写しを出した日より前です。", "日付を確かめてください。")
    if event.kind is CopyEventKind.HANDED_OVER and not event.holder.strip():
        raise _problem(
            copy, "copy_holder", "引き継いだ人が入っていません。", "だれが持つかを入れてください。"
        )


def _problem(copy: HandedCopy, code: str, message: str, advice: str) -> KnownProblem:
    return KnownProblem(code, message, where=f"写し {copy.copy_number}", advice=advice)


# ---------------------------------------------------------------- 差分名簿
@dataclass(frozen=True, slots=True)
class ChangedEntry:
    """変わった人: the number on the recipient's paper, the number now, and each column old → new."""

    was_number: int
    number: int
    changes: tuple[tuple[RosterColumn, ColumnValue, ColumnValue], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class RosterDifference:
    """差分: what the holder adds, changes and strikes out.

    Of those to be struck out only the numbers on the holder's paper stand here: nothing about them may be
    handed out any more.
    """

    added: tuple[RosterEntry, ...] = field(repr=False)
    changed: tuple[ChangedEntry, ...] = field(repr=False)
    removed: tuple[int, ...]

    @property
    def is_empty(self) -> bool:
        """True where the holder's list is as it should be."""
        return not (self.added or self.changed or self.removed)


def difference(held: Mapping[MemberId, RosterEntry], now: Mapping[MemberId, RosterEntry]) -> RosterDifference:
    """Return what turns the list a holder has into the list of now, each in order of number."""
    added = sorted((now[key] for key in now.keys() - held.keys()), key=lambda entry: entry.number)
    removed = sorted(held[key].number for key in held.keys() - now.keys())
    changed = [
        ChangedEntry(held[key].number, now[key].number, _changes(held[key], now[key]))
        for key in held.keys() & now.keys()
        if held[key] != now[key]
    ]
    changed.sort(key=lambda entry: entry.was_number)
    return RosterDifference(tuple(added), tuple(changed), tuple(removed))


def _changes(old: RosterEntry, new: RosterEntry) -> tuple[tuple[RosterColumn, ColumnValue, ColumnValue], ...]:
    before = dict(old.values)
    return tuple(
        (column, before.get(column), value) for column, value in new.values if before.get(column) != value
    )


@dataclass(frozen=True, slots=True)
class HeldPart:
    """持っている分: one copy's rows as far as they matter for what its holder knows, oldest first."""

    paper: HandOutPaper
    listed: Mapping[MemberId, RosterEntry] = field(repr=False)
    removed: frozenset[MemberId] = frozenset()


def known_to_holder(parts: Sequence[HeldPart]) -> dict[MemberId, RosterEntry]:
    """Return what a holder's papers say together: a whole list replaces, a 差分 changes it."""
    known: dict[MemberId, RosterEntry] = {}
    for part in parts:
        if part.paper is HandOutPaper.ROSTER:
            known = {}
        known.update(part.listed)
        for member_id in part.removed:
            known.pop(member_id, None)
    return known
