"""災害時提供モード (災対法49条の11③): for which event, where and to whom names may leave without consent.

Whether one is on is derived from what was written, never stored: it ends by hand, with its event, or when
its time is over, whichever comes first. It widens ``consents.may_share`` and nothing else; a 支援措置対象者
is shared in no mode at all (RULEBOOK §1).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NewType

from kurume_bousai.domain.bodies import Body, DataLevel, ceiling
from kurume_bousai.domain.consents import SharingMode
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId, OperationId
from kurume_bousai.domain.recipients import PartnerId

EmergencyId = NewType("EmergencyId", str)

#: Offered when it is switched on; an event that goes on longer is answered anew.
USUAL_TIME: Final = timedelta(hours=24)
#: A mode that nobody ends must not stand for weeks.
LONGEST_TIME: Final = timedelta(days=14)
LONGEST_WORDS: Final = 400
#: Bodies that may read a named list at all (RULEBOOK §1), in their order.
EMERGENCY_BODIES: Final = tuple(body for body in Body if ceiling(body) is DataLevel.REAL)


class EmergencyEnd(StrEnum):
    """終わり方."""

    BY_HAND = "by_hand"
    EVENT_FINISHED = "event_finished"
    TIME_OVER = "time_over"


@dataclass(frozen=True, slots=True)
class EmergencyEnding:
    """終わり: how and when."""

    kind: EmergencyEnd
    at: datetime


@dataclass(frozen=True, slots=True)
class EmergencyMode:
    """災害時提供モード, as it was switched on.

    ``operation_id`` names the event's operation, None = an event in words only, then ``until`` is set.
    ``districts`` None = the whole city. A recipient matches by its kind of body or by its own id in the
    master. ``until`` is the first moment at which it is over. ``ended_at`` is written by hand only.
    """

    emergency_id: EmergencyId
    event: str
    operation_id: OperationId | None
    districts: frozenset[DistrictId] | None
    bodies: frozenset[Body]
    partner_ids: frozenset[PartnerId]
    reason: str = field(repr=False)
    started_at: datetime
    started_by: str
    until: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str = ""
    end_note: str = field(default="", repr=False)

    def ending(self, now: datetime, finished_at: datetime | None) -> EmergencyEnding | None:
        """How it ended, the earliest reason first; None while it is on.

        ``finished_at`` is when the event's operation was finished, None while it runs.
        """
        reasons = (
            (EmergencyEnd.BY_HAND, self.ended_at),
            (EmergencyEnd.EVENT_FINISHED, finished_at),
            (EmergencyEnd.TIME_OVER, self.until),
        )
        past = [EmergencyEnding(kind, at) for kind, at in reasons if at is not None and at <= now]
        return min(past, key=lambda ending: ending.at, default=None)

    def includes(self, body: Body, partner_id: PartnerId | None) -> bool:
        """True where it names the recipient, by its kind of body or by its own id."""
        return body in self.bodies or (partner_id is not None and partner_id in self.partner_ids)

    def reaches(self, district_id: DistrictId | None) -> bool:
        """True for a person of that 校区; whose 校区 is not known belongs to the whole city only."""
        return self.districts is None or (district_id is not None and district_id in self.districts)


@dataclass(frozen=True, slots=True)
class EmergencySharing:
    """渡し方 for one recipient now: the city's ordinary mode, widened where a live emergency reaches.

    ``modes`` are the live ones that name this recipient, and no other.
    """

    ordinary: SharingMode
    modes: tuple[EmergencyMode, ...] = ()

    def mode(self, district_id: DistrictId | None) -> SharingMode:
        """The mode for people of a 校区, to be given to ``may_share``."""
        return SharingMode.EMERGENCY if self.emergency_for(district_id) is not None else self.ordinary

    def emergency_for(self, district_id: DistrictId | None) -> EmergencyId | None:
        """The earliest switched on that reaches the 校区; None = ordinary times there."""
        return next((mode.emergency_id for mode in self.modes if mode.reaches(district_id)), None)

    def emergencies_for(self, districts: Iterable[DistrictId | None]) -> tuple[EmergencyId, ...]:
        """Every emergency under which somebody of these 校区 left, in the order of their start."""
        used = {self.emergency_for(district_id) for district_id in districts}
        return tuple(mode.emergency_id for mode in self.modes if mode.emergency_id in used)


def live_modes(
    modes: Iterable[EmergencyMode], finished: Mapping[OperationId, datetime], now: datetime
) -> tuple[EmergencyMode, ...]:
    """Those that are on, the earliest first. ``finished``: when which operation was finished."""
    alive = [
        mode
        for mode in modes
        if mode.started_at <= now and mode.ending(now, _finished_at(mode, finished)) is None
    ]
    return tuple(sorted(alive, key=lambda mode: (mode.started_at, mode.emergency_id)))


def sharing_of(
    live: Iterable[EmergencyMode], ordinary: SharingMode, body: Body, partner_id: PartnerId | None
) -> EmergencySharing:
    """What holds for one recipient. A body that may never read names gets nothing of an emergency."""
    if ceiling(body) is not DataLevel.REAL:
        return EmergencySharing(ordinary)
    return EmergencySharing(ordinary, tuple(mode for mode in live if mode.includes(body, partner_id)))


def _finished_at(mode: EmergencyMode, finished: Mapping[OperationId, datetime]) -> datetime | None:
    return None if mode.operation_id is None else finished.get(mode.operation_id)


def check_mode(mode: EmergencyMode) -> None:
    """Refuse a mode without a reason, an event, a recipient or an end.

    Raises
    ------
    KnownProblem
        ``emergency_event``, ``emergency_reason``, ``emergency_recipients``, ``emergency_districts``,
        ``emergency_until``, ``emergency_words``.
    """
    for holds, code, message, where, advice in _checks(mode):
        if not holds:
            raise KnownProblem(code, message, where=where, advice=advice)


def _checks(mode: EmergencyMode) -> Iterable[tuple[bool, str, str, str, str]]:
    symbols_only = [body for body in mode.bodies if ceiling(body) is not DataLevel.REAL]
    has_end = mode.operation_id is not None or mode.until is not None
    days = LONGEST_TIME.days
    return (
        (
            bool(mode.event.strip()),
            "emergency_event",
            "どの災害のためかが入っていません。",
            "災害",
            "災害の名前を入れてください。例: 令和8年7月豪雨",
        ),
        (
            bool(mode.reason.strip()),
            "emergency_reason",
            "災害時提供モードにするわけが入っていません。",
            "わけ",
            "だれの命や体を守るために、なぜ同意を待てないかを入れてください。",
        ),
        (
            max(len(mode.event), len(mode.reason)) <= LONGEST_WORDS,
            "emergency_words",
            "入れた文が長すぎます。",
            "災害・わけ",
            f"それぞれ{LONGEST_WORDS}文字までにしてください。",
        ),
        (
            bool(mode.bodies or mode.partner_ids),
            "emergency_recipients",
            "渡す先が選ばれていません。",
            "渡す先",
            "名簿を渡す団体を選んでください。",
        ),
        (
            not symbols_only,
            "emergency_recipients",
            "名前の入った名簿を渡せない種類の団体が入っています。",
            "渡す先",
            "名前を見てよい団体だけを選んでください。",
        ),
        (
            mode.districts is None or bool(mode.districts),
            "emergency_districts",
            "校区が選ばれていません。",
            "範囲",
            "全市か、校区を選んでください。",
        ),
        (
            has_end,
            "emergency_until",
            "いつ終わるかが入っていません。",
            "終わる時",
            "災害対応の記録を選ぶか、終わる時を入れてください。",
        ),
        (
            mode.until is None or mode.started_at < mode.until <= mode.started_at + LONGEST_TIME,
            "emergency_until",
            f"終わる時は、今より後の{days}日までにしてください。",
            "終わる時",
            "長引くときは、終わった後にもう一度始めてください。",
        ),
    )
