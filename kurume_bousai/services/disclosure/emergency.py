"""災害時提供モードを始める・終える (災対法49条の11③), and what a recipient may be told while it is on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from kurume_bousai.domain.access import Access, Right, Role
from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.consents import SharingMode
from kurume_bousai.domain.dates import in_japan
from kurume_bousai.domain.emergency import (
    EmergencyEnding,
    EmergencyId,
    EmergencyMode,
    EmergencySharing,
    check_mode,
    live_modes,
    sharing_of,
)
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId, OperationId, new_id
from kurume_bousai.domain.operations import Operation, OperationKind, OperationState
from kurume_bousai.domain.recipients import PartnerId, SupportPartner
from kurume_bousai.services.facts import sharing_mode
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.office_papers import EmergencyCopyLine, EmergencyReport
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession, WriteSession

#: 「0」 where only the desk may switch it on ⚙; anything else = a clerk may too.
FACT_EMERGENCY_BY_CLERK: Final = "emergency_by_clerk"
_TOPICS: Final = frozenset({Topic.EMERGENCY})


@dataclass(frozen=True, slots=True)
class EmergencyOrder:
    """災害時提供モードの申し出 as a form or a command holds it; see ``EmergencyMode``."""

    event: str
    reason: str = field(repr=False)
    bodies: frozenset[Body] = frozenset()
    partner_ids: frozenset[PartnerId] = frozenset()
    districts: frozenset[DistrictId] | None = None
    operation_id: OperationId | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class EmergencyStatus:
    """災害時提供モードのようす: as it was switched on, how it ended (None = it is on), what left under it."""

    mode: EmergencyMode
    ending: EmergencyEnding | None
    copies: int

    @property
    def is_on(self) -> bool:
        """True while names may leave under it."""
        return self.ending is None


@dataclass(frozen=True, slots=True)
class LiveSharing:
    """渡し方 for one recipient within a transaction (``services.hand_outs.service.Sharing``)."""

    sharing: EmergencySharing

    def mode(self, district_id: DistrictId | None) -> SharingMode:
        """The mode for people of a 校区, to be given to ``may_share``."""
        return self.sharing.mode(district_id)

    def ends_on(self) -> date | None:
        """The first day on which one of them is over by itself."""
        ends = [in_japan(mode.until).date() for mode in self.sharing.modes if mode.until is not None]
        return min(ends, default=None)

    def note(
        self,
        session: WriteSession,
        access: Access,
        copy_numbers: Sequence[str],
        district_ids: Iterable[DistrictId | None],
    ) -> None:
        """Write that copies left under every emergency that reached somebody in them."""
        for emergency_id in self.sharing.emergencies_for(district_ids):
            session.emergencies.note_copies(access, emergency_id, copy_numbers)


def live_emergencies(session: ReadSession, now: datetime) -> tuple[EmergencyMode, ...]:
    """Those that are on in this reading, the earliest first."""
    modes = session.emergencies.all()
    return live_modes(modes, _finished(session, modes), now)


def sharing_for(
    session: ReadSession, *, body: Body, partner_id: PartnerId | None, now: datetime
) -> LiveSharing:
    """What holds for one recipient now: the city's ordinary mode, widened by the live emergencies."""
    return LiveSharing(sharing_of(live_emergencies(session, now), sharing_mode(session), body, partner_id))


class SharingNow:
    """渡し方を答える人, as hand-outs call it: ``SharingNow(clock)(session, partner)``."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def __call__(self, session: ReadSession, partner: SupportPartner) -> LiveSharing:
        """What holds for a recipient of the master now."""
        now = self._clock.now()
        return sharing_for(session, body=partner.body, partner_id=partner.partner_id, now=now)


class EmergencyService:
    """災害時提供モードの用件 on one open database. Safe to call from any thread."""

    def __init__(self, database: CityDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @property
    def may_switch(self) -> bool:
        """True for the desk, and for a clerk where the city lets them."""
        with self._database.reading() as session:
            return self._may_switch(session)

    def switch_on(self, order: EmergencyOrder) -> Outcome[EmergencyMode]:
        """始める: audited with all it says; nothing leaves by it alone.

        Raises
        ------
        KnownProblem
            ``no_right``, those of ``check_mode``, ``emergency_operation`` for an exercise or an event that
            does not run, ``emergency_districts`` and ``emergency_recipients`` for those the city does not
            have, ``emergency_overlap`` where the same event is on for the same places and recipients.
        """
        with self._database.writing() as session:
            self._require(session)
            mode = self._checked(session, order)
            session.emergencies.add(self._database.access, mode)
            kept = session.emergencies.get(mode.emergency_id)
        return Outcome(kept or mode, _TOPICS)

    def check(self, order: EmergencyOrder) -> EmergencyMode:
        """What ``switch_on`` would begin, before anybody is asked; raises as ``switch_on``."""
        with self._database.reading() as session:
            self._require(session)
            return self._checked(session, order)

    def switch_off(self, emergency_id: EmergencyId, note: str = "") -> Outcome[EmergencyStatus]:
        """終える by hand, at once.

        Raises
        ------
        KnownProblem
            ``no_right``, ``emergency_gone``, ``emergency_ended``.
        """
        now = self._clock.now()
        with self._database.writing() as session:
            self._require(session)
            mode = session.emergencies.get(emergency_id)
            if mode is None:
                raise _problem(
                    "emergency_gone", "その災害時提供モードの記録はありません。", "一覧を開き直してください。"
                )
            if _ending(session, mode, now) is not None:
                raise _problem(
                    "emergency_ended",
                    "この災害時提供モードは、もう終わっています。",
                    "一覧を開き直してください。",
                )
            session.emergencies.end(self._database.access, emergency_id, at=now, note=note.strip())
            status = self._status(session, session.emergencies.get(emergency_id) or mode, now)
        return Outcome(status, _TOPICS)

    def now(self) -> datetime:
        """Return the moment from which a time to end is counted."""
        return self._clock.now()

    def live(self) -> tuple[EmergencyMode, ...]:
        """Those that are on now; needs no right: the band stands on every window."""
        with self._database.reading() as session:
            return live_emergencies(session, self._clock.now())

    def next_end(self) -> datetime | None:
        """When the first of those that are on is over by itself; None = none has a time."""
        return min((mode.until for mode in self.live() if mode.until is not None), default=None)

    def listed(self) -> list[EmergencyStatus]:
        """Every one there was, the latest first; needs ``SEE_PEOPLE``."""
        self._database.access.require(Right.SEE_PEOPLE)
        now = self._clock.now()
        with self._database.reading() as session:
            return [self._status(session, mode, now) for mode in session.emergencies.all()]

    def left_under(self, emergency_id: EmergencyId) -> list[EmergencyCopyLine]:
        """The copies that left under one, in order; needs ``PRINT_NAMED`` or ``SWITCH_EMERGENCY``."""
        with self._database.reading() as session:
            return session.emergencies.copies(self._database.access, emergency_id)

    def report(self, emergency_id: EmergencyId) -> EmergencyReport:
        """Return the content of its paper; raises ``emergency_gone``."""
        access, now = self._database.access, self._clock.now()
        with self._database.reading() as session:
            mode = session.emergencies.get(emergency_id)
            if mode is None:
                raise _gone()
            copies = session.emergencies.copies(access, emergency_id)
            partners = _partner_names(session, access, mode)
            return EmergencyReport(mode, _ending(session, mode, now), partners, tuple(copies), now.date())

    def running_events(self) -> list[Operation]:
        """The operations that an emergency may be for."""
        with self._database.reading() as session:
            return [operation for operation in session.operations.all() if _is_running_event(operation)]

    # -- inside --------------------------------------------------------------------------------

    def _may_switch(self, session: ReadSession) -> bool:
        access = self._database.access
        if not access.has(Right.SWITCH_EMERGENCY):
            return False
        return Role.DESK in access.roles or session.fact(FACT_EMERGENCY_BY_CLERK) != "0"

    def _require(self, session: ReadSession) -> None:
        self._database.access.require(Right.SWITCH_EMERGENCY)
        if not self._may_switch(session):
            raise _problem(
                "no_right",
                "この市では、災害時提供モードを始めたり終えたりできるのは、災害対応の担当だけです。",
                "災害対応の担当に頼んでください。",
            )

    def _checked(self, session: ReadSession, order: EmergencyOrder) -> EmergencyMode:
        mode = self._mode(session, order)
        check_mode(mode)
        _refuse_unknown(session, self._database.access, mode)
        self._refuse_overlap(session, mode)
        return mode

    def _mode(self, session: ReadSession, order: EmergencyOrder) -> EmergencyMode:
        operation_id = order.operation_id
        if operation_id is not None:
            operation = session.operations.get(operation_id)
            if operation is None or not _is_running_event(operation):
                raise _problem(
                    "emergency_operation",
                    "その災害対応は、いま行われていません。訓練では災害時提供モードを使えません。",
                    "行われている災害対応を選ぶか、災害の名前と終わる時を入れてください。",
                )
        return EmergencyMode(
            emergency_id=EmergencyId(new_id()),
            event=order.event.strip(),
            operation_id=operation_id,
            districts=order.districts,
            bodies=order.bodies,
            partner_ids=order.partner_ids,
            reason=order.reason.strip(),
            started_at=self._clock.now(),
            started_by=self._database.access.name,
            until=order.until,
        )

    def _refuse_overlap(self, session: ReadSession, new: EmergencyMode) -> None:
        for mode in live_emergencies(session, new.started_at):
            same = (mode.event, mode.districts, mode.bodies, mode.partner_ids)
            if same == (new.event, new.districts, new.bodies, new.partner_ids):
                raise _problem(
                    "emergency_overlap",
                    "同じ災害・範囲・渡す先の災害時提供モードが、もう始まっています。",
                    "一覧を確かめてください。続けるときは、終わった後にもう一度始めてください。",
                )

    def _status(self, session: ReadSession, mode: EmergencyMode, now: datetime) -> EmergencyStatus:
        access = self._database.access
        may_count = access.has(Right.PRINT_NAMED) or access.has(Right.SWITCH_EMERGENCY)
        copies = len(session.emergencies.copies(access, mode.emergency_id)) if may_count else 0
        return EmergencyStatus(mode, _ending(session, mode, now), copies)


def _finished(session: ReadSession, modes: Collection[EmergencyMode]) -> dict[OperationId, datetime]:
    """When which event was finished. An operation that is gone or is no event any more counts as finished."""
    found: dict[OperationId, datetime] = {}
    for mode in modes:
        if mode.operation_id is None:
            continue
        operation = session.operations.get(mode.operation_id)
        if operation is None or not _is_running_event(operation):
            finished = None if operation is None else operation.finished_at
            found[mode.operation_id] = finished or mode.started_at
    return found


def _ending(session: ReadSession, mode: EmergencyMode, now: datetime) -> EmergencyEnding | None:
    finished = _finished(session, [mode])
    return mode.ending(now, None if mode.operation_id is None else finished.get(mode.operation_id))


def _gone() -> KnownProblem:
    return _problem(
        "emergency_gone", "その災害時提供モードの記録はありません。", "一覧を開き直してください。"
    )


def _partner_names(session: ReadSession, access: Access, mode: EmergencyMode) -> tuple[str, ...]:
    """The chosen recipients by name; their number alone for who may not read the master."""
    if not mode.partner_ids:
        return ()
    if not access.has(Right.PRINT_NAMED):
        return (f"台帳の渡す先 {len(mode.partner_ids)}件",)
    known = {partner.partner_id: partner.name for partner in session.partners.all(access)}
    return tuple(known.get(one, "台帳にない渡す先") for one in sorted(mode.partner_ids))


def _is_running_event(operation: Operation) -> bool:
    return operation.kind is OperationKind.EVENT and operation.state is OperationState.RUNNING


def _refuse_unknown(session: ReadSession, access: Access, mode: EmergencyMode) -> None:
    known = {district.district_id for district in session.districts.all()}
    strange = sorted((mode.districts or frozenset()) - known)
    if strange:
        raise KnownProblem(
            "emergency_districts",
            "市にない校区が入っています。",
            where="、".join(strange),
            advice="校区の名前を確かめてください。",
        )
    if mode.partner_ids and access.has(Right.PRINT_NAMED):
        partners = {partner.partner_id for partner in session.partners.all(access)}
        if mode.partner_ids - partners:
            raise KnownProblem(
                "emergency_recipients",
                "渡す先の台帳にない渡す先が入っています。",
                where="渡す先",
                advice="台帳を開いて選び直してください。",
            )


def _problem(code: str, message: str, advice: str) -> KnownProblem:
    return KnownProblem(code, message, advice=advice)
