"""名簿を渡す: an order builds exactly one recipient's list; a second person confirms before it leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.consents import SharingMode
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hand_outs import HandedCopy, HandOutOrder, HandOutPaper, OrderId, difference
from kurume_bousai.domain.ids import DistrictId, OperatorId, new_id
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.paper_order import PaperOrder
from kurume_bousai.domain.recipients import PartnerId, SupportPartner, refuse_unready
from kurume_bousai.domain.roster_columns import BodyRule, RosterColumn, entry_of
from kurume_bousai.domain.second_person import Confirmation, NamedKind
from kurume_bousai.services.disclosure.recipients import body_rules, find_partner, held_by
from kurume_bousai.services.disclosure.second_person import SecondPersonNeed
from kurume_bousai.services.facts import sharing_mode
from kurume_bousai.services.hand_outs.copies import to_recall_now
from kurume_bousai.services.hand_outs.held_lists import HeldList, held_list
from kurume_bousai.services.hand_outs.sharing import Sharing, SharingFor, ordinary_sharing
from kurume_bousai.services.papers.hand_outs import PartnerDifference, PartnerRoster, PartnerScope
from kurume_bousai.services.papers.paper_order import ordered_for_paper, paper_order_of
from kurume_bousai.services.papers.rules import (
    NamedRequest,
    Ordered,
    Recipient,
    may_receive,
    refuse_incomplete,
)
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.hand_outs import CopyNote
from kurume_bousai.services.ports.ledger import LedgerEntry
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession, WriteSession
from kurume_bousai.services.reporting.service import ReportingService, versions_of
from kurume_bousai.services.reporting.written import Collect, Collected, NamedPaper, WrittenReport

_TOPICS = frozenset({Topic.LEDGER})
_EMERGENCY = SharingMode.EMERGENCY
#: A list of an emergency whose end nobody has set is asked for again after a week.
_EMERGENCY_DAYS = 7


@dataclass(frozen=True, slots=True)
class HandOutDraft:
    """名簿を渡す申し出の下書き, as it is typed. None = the usual day."""

    partner_id: PartnerId
    purpose: str
    copies: int = 1
    paper: HandOutPaper = HandOutPaper.ROSTER
    expires_on: date | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class OrderPreview:
    """申し出の見通し: to whom, which columns, how many people, what the recipient still has.

    ``others`` live in its part of the city and are left out for want of consent; ``by_emergency`` of the
    people stand in it only because an emergency is on. Of a 差分 the three counts.
    """

    partner: SupportPartner
    rule: BodyRule
    columns: tuple[RosterColumn, ...]
    people: int
    others: int
    expires_on: date
    due_on: date
    still_out: tuple[HandedCopy, ...]
    added: int = 0
    changed: int = 0
    removed: int = 0
    by_emergency: int = 0


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What leaves, collected in one transaction."""

    partner: SupportPartner
    rule: BodyRule
    columns: frozenset[RosterColumn]
    members: tuple[RosterMember, ...]
    others: int
    sharing: Sharing
    by_emergency: int
    order: PaperOrder
    districts: tuple[DistrictId, ...] = ()  # of a list of an emergency: where it holds


class HandOutService:
    """名簿を渡す用件 on one open database. Safe to call from any thread."""

    def __init__(
        self,
        database: CityDatabase,
        reporting: ReportingService,
        clock: Clock,
        sharing_for: SharingFor = ordinary_sharing,
    ) -> None:
        self._database = database
        self._reporting = reporting
        self._clock = clock
        self._sharing_for = sharing_for

    @property
    def access(self) -> Access:
        """Who asks."""
        return self._database.access

    @property
    def today(self) -> date:
        """Today by the clock."""
        return self._clock.now().date()

    def confirmers(self) -> list[str]:
        """Who could confirm for the one who opened the file."""
        return self._reporting.gate.names()

    def need(self, draft: HandOutDraft) -> SecondPersonNeed:
        """Say whether a second person must confirm this draft, and who could."""
        with self._database.reading() as session:
            partner = find_partner(session, self.access, draft.partner_id)
        request = NamedRequest(
            Recipient(partner.body, partner.name, partner.district_id),
            draft.purpose,
            draft.copies,
            ordered=_ordered(self.access.operator_id, partner.partner_id, draft.paper),
        )
        return self._reporting.gate.need(NamedKind.HAND_OUT, request)

    # -- the order -----------------------------------------------------------------------------

    def preview(self, draft: HandOutDraft) -> OrderPreview:
        """Say everything about what would leave; raises what ``order`` raises."""
        with self._database.reading() as session:
            return self._preview(session, draft)

    def order(self, draft: HandOutDraft) -> Outcome[HandOutOrder]:
        """Write an order down; nothing leaves before a second person confirmed it.

        Raises
        ------
        KnownProblem
            ``no_right``, ``partner_unknown``, ``partner_ended``, ``partner_no_responsible``,
            ``partner_no_agreement``, ``partner_no_training``, ``named_incomplete``, ``copies``, ``expired``,
            ``due_day``, ``nobody_to_share``, ``no_base``, ``base_recalled``, ``nothing_changed``.
        """
        with self._database.writing() as session:
            preview = self._preview(session, draft)
            order = HandOutOrder(
                order_id=OrderId(new_id()[:12]),
                partner_id=draft.partner_id,
                paper=draft.paper,
                purpose=draft.purpose.strip(),
                copies=draft.copies,
                expires_on=preview.expires_on,
                due_on=preview.due_on,
                people=preview.people,
                ordered_at=self._clock.now(),
                ordered_by=self.access.name,
                ordered_by_id=self.access.operator_id,
            )
            session.hand_outs.save_order(self.access, order)
        return Outcome(order, _TOPICS)

    def orders(self) -> list[HandOutOrder]:
        """Every order, the latest first."""
        with self._database.reading() as session:
            return session.hand_outs.orders(self.access)

    def find(self, order_id: OrderId) -> HandOutOrder:
        """One order; raises ``order_unknown``."""
        with self._database.reading() as session:
            return self._order(session, order_id)

    def cancel(self, order_id: OrderId) -> Outcome[HandOutOrder]:
        """Take an order back before anything left; raises ``order_closed``."""
        with self._database.writing() as session:
            order = self._open_order(session, order_id)
            cancelled = replace(order, cancelled_at=self._clock.now())
            session.hand_outs.save_order(self.access, cancelled)
        return Outcome(cancelled, _TOPICS)

    # -- leaving -------------------------------------------------------------------------------

    def print_copies(
        self, order_id: OrderId, confirmation: Confirmation | None = None
    ) -> Outcome[list[NamedPaper]]:
        """Return the numbered copies of a confirmed order for the printer, in memory, the ledger first.

        Raises
        ------
        KnownProblem
            ``order_unknown``, ``order_closed``, ``same_person``, ``wrong_passphrase``, ``second_no_right``,
            ``named_locked``, and what ``order`` raises: the list is made anew.
        """
        collect, request = self._ready(order_id, confirmation)
        return self._reporting.print_named(NamedKind.HAND_OUT, collect, request)

    def write_copies(
        self,
        order_id: OrderId,
        place: Path,
        password: Callable[[], str],
        confirmation: Confirmation | None = None,
    ) -> Outcome[WrittenReport]:
        """Write the encrypted copies of a confirmed order; raises as ``print_copies`` and ``write_named``."""
        collect, request = self._ready(order_id, confirmation)
        return self._reporting.write_named(NamedKind.HAND_OUT, collect, request, place, password)

    # -- inside --------------------------------------------------------------------------------

    def _ready(self, order_id: OrderId, confirmation: Confirmation | None) -> tuple[Collect, NamedRequest]:
        self.access.require(Right.PRINT_NAMED)
        with self._database.reading() as session:
            order = self._open_order(session, order_id)
            partner = find_partner(session, self.access, order.partner_id)
        request = NamedRequest(
            Recipient(partner.body, partner.name, partner.district_id),
            order.purpose,
            order.copies,
            order.expires_on,
            order.due_on,
            confirmation,
            _ordered(order.ordered_by_id, order.partner_id, order.paper),
        )

        def collect(session: ReadSession) -> Collected:
            live = self._open_order(session, order_id)
            prepared = self._prepare(session, live.partner_id, live.paper)
            if live.paper is HandOutPaper.DIFFERENCE:
                made = self._difference(session, prepared)
            else:
                made = self._roster(prepared)

            def note(writing: WriteSession, entries: Sequence[LedgerEntry]) -> None:
                self._note(writing, live, prepared, entries)

            return replace(made, note=note)

        return collect, request

    def _preview(self, session: ReadSession, draft: HandOutDraft) -> OrderPreview:
        prepared = self._prepare(session, draft.partner_id, draft.paper)
        partner = prepared.partner
        request = NamedRequest(
            Recipient(partner.body, partner.name, partner.district_id),
            draft.purpose,
            draft.copies,
            draft.expires_on,
        )
        refuse_incomplete(request, self.today)
        expires_on = request.expiry(self.today, self._valid_days(prepared, draft.paper))
        due_on = draft.due_on or expires_on
        if due_on < self.today:
            raise KnownProblem(
                "due_day",
                "返してもらう日が過ぎた日になっています。",
                advice="きょうより後の日にしてください。",
            )
        still_out = tuple(held_by(session, self.access, partner.partner_id))
        columns = tuple(column for column in RosterColumn if column in prepared.columns)
        if draft.paper is not HandOutPaper.DIFFERENCE:
            people = len(self._roster(prepared).member_ids)
            return OrderPreview(
                partner, prepared.rule, columns, people, prepared.others, expires_on, due_on, still_out,
                by_emergency=prepared.by_emergency,
            )  # fmt: skip
        collected = self._difference(session, prepared)
        assert isinstance(collected.content, PartnerDifference)  # noqa: S101 - what _difference makes
        found = collected.content.difference
        return OrderPreview(
            partner, prepared.rule, collected.content.columns, len(collected.member_ids), prepared.others,
            expires_on, due_on, still_out, len(found.added), len(found.changed), len(found.removed),
            prepared.by_emergency,
        )  # fmt: skip

    def _prepare(self, session: ReadSession, partner_id: PartnerId, paper: HandOutPaper) -> _Prepared:
        access = self.access
        access.require(Right.PRINT_NAMED)
        partner = find_partner(session, access, partner_id)
        rule = body_rules(session)[partner.body]
        refuse_unready(
            partner,
            needs_agreement=rule.needs_agreement,
            needs_training=rule.needs_training,
            today=self.today,
        )
        sharing = self._sharing_for(session, partner)
        recipient = Recipient(partner.body, partner.name, partner.district_id)
        looked_after = [
            member
            for member in session.members.in_district(access, partner.district_id)
            if partner.looks_after(member) and not member.has_protected_address
        ]
        districts: tuple[DistrictId, ...] = ()
        if paper is HandOutPaper.EMERGENCY:
            looked_after = [one for one in looked_after if sharing.mode(one.district_id) is _EMERGENCY]
            if not looked_after:
                raise _no_emergency(partner)
            districts = tuple(sorted({one.district_id for one in looked_after if one.district_id}))
        members = tuple(
            member
            for member in looked_after
            if may_receive(member, recipient, sharing.mode(member.district_id))
        )
        members = ordered_for_paper(session, members, rule.columns)
        others = len(looked_after) - len(members)
        ordinary = sharing_mode(session)
        only_now = sum(not may_receive(member, recipient, ordinary) for member in members)
        order = paper_order_of(session)
        return _Prepared(partner, rule, rule.columns, members, others, sharing, only_now, order, districts)

    def _valid_days(self, prepared: _Prepared, paper: HandOutPaper) -> int:
        """As long as the body may keep a list; one of an emergency no longer than that emergency lasts."""
        if paper is not HandOutPaper.EMERGENCY:
            return prepared.rule.valid_days
        ends_on = prepared.sharing.ends_on()
        days = _EMERGENCY_DAYS if ends_on is None else (ends_on - self.today).days
        return min(days, prepared.rule.valid_days)

    def _roster(self, prepared: _Prepared) -> Collected:
        if not prepared.members:
            raise KnownProblem(
                "nobody_to_share",
                "この渡す先に名前を渡してよい人がいません。",
                where=prepared.partner.name,
                advice="名簿の同意と、渡す先の受け持ちの範囲を確かめてください。",
            )
        columns = tuple(column for column in RosterColumn if column in prepared.columns)
        content = PartnerRoster(
            scope=_scope(prepared.partner, prepared.districts),
            columns=columns,
            rows=tuple(entry_of(member, columns) for member in prepared.members),
            as_of=self.today,
            mode=self._mode(prepared),
            order=prepared.order,
        )
        return Collected(
            document="災害時の名簿" if prepared.districts else "名簿",
            content=content,
            member_ids=tuple(member.member_id for member in prepared.members),
            valid_days=prepared.rule.valid_days,
            versions=versions_of(prepared.members),
            columns=prepared.columns,
        )

    def _difference(self, session: ReadSession, prepared: _Prepared) -> Collected:
        held = self._held(session, prepared)
        columns = prepared.columns & held.columns
        now = {member.member_id: entry_of(member, columns) for member in prepared.members}
        found = difference(held.entries(columns), now)
        if found.is_empty:
            raise KnownProblem(
                "nothing_changed",
                "この渡す先が持っている名簿から、変わったところはありません。",
                where=prepared.partner.name,
                advice="差分を渡す必要はありません。",
            )
        fresh = {entry.number for entry in found.added} | {entry.number for entry in found.changed}
        named = [member for member in prepared.members if member.number in fresh]
        content = PartnerDifference(
            scope=_scope(prepared.partner),
            columns=tuple(column for column in RosterColumn if column in columns),
            base_copies=held.copy_numbers,
            base_on=held.issued_on,
            difference=found,
            as_of=self.today,
            mode=self._mode(prepared),
        )
        return Collected(
            document="差分名簿",
            content=content,
            member_ids=tuple(member.member_id for member in named),
            valid_days=prepared.rule.valid_days,
            versions=versions_of(named),
            removed=tuple(sorted(held.member_ids - now.keys())),
            columns=columns,
        )

    def _held(self, session: ReadSession, prepared: _Prepared) -> HeldList:
        access, partner = self.access, prepared.partner
        held = held_list(session, access, partner.partner_id)
        if held is None:
            raise KnownProblem(
                "no_base",
                "この渡す先は、いま名簿を持っていません。",
                where=partner.name,
                advice="差分ではなく、名簿の全体を渡してください。",
            )
        if to_recall_now(session, access, self._clock) & set(held.copy_numbers):
            raise KnownProblem(
                "base_recalled",
                "この渡す先の写しには、載せられなくなった人がいます。差分では直せません。",
                where="、".join(held.copy_numbers),
                advice="写しを回収して、新しい名簿と取りかえてください。",
            )
        return held

    def _mode(self, prepared: _Prepared) -> SharingMode:
        """The widest rule anything of it leaves under."""
        modes = {prepared.sharing.mode(member.district_id) for member in prepared.members}
        if SharingMode.EMERGENCY in modes:
            return SharingMode.EMERGENCY
        return next(iter(modes), SharingMode.OPT_IN)

    def _note(
        self,
        session: WriteSession,
        order: HandOutOrder,
        prepared: _Prepared,
        entries: Sequence[LedgerEntry],
    ) -> None:
        """Close the order and write beside each row of the ledger by what it left."""
        access, partner = self.access, prepared.partner
        confirmed_by = entries[0].second_person
        done = replace(order, confirmed_by=confirmed_by, issued_at=self._clock.now())
        session.hand_outs.save_order(access, done)
        session.hand_outs.note_copies(
            access,
            [
                CopyNote(
                    entry.copy_number, order.order_id, partner.partner_id, partner.body, order.paper,
                    prepared.columns, self._mode(prepared), partner.responsible, confirmed_by,
                )
                for entry in entries
            ],
        )  # fmt: skip
        numbers = [entry.copy_number for entry in entries]
        districts = {member.district_id for member in prepared.members}
        prepared.sharing.note(session, access, numbers, districts)

    def _order(self, session: ReadSession, order_id: OrderId) -> HandOutOrder:
        order = session.hand_outs.order(self.access, order_id)
        if order is None:
            raise KnownProblem(
                "order_unknown",
                "その申し出はありません。",
                where=order_id,
                advice="申し出の番号を確かめてください。",
            )
        return order

    def _open_order(self, session: ReadSession, order_id: OrderId) -> HandOutOrder:
        order = self._order(session, order_id)
        if not order.is_open:
            raise KnownProblem(
                "order_closed",
                "この申し出は、もう終わっています。",
                where=order_id,
                advice="もう一度渡すときは、新しい申し出をしてください。",
            )
        return order


def _ordered(by: OperatorId, partner_id: PartnerId, paper: HandOutPaper) -> Ordered:
    return Ordered(by, partner_id, by_emergency=paper is HandOutPaper.EMERGENCY)


def _scope(partner: SupportPartner, districts: tuple[DistrictId, ...] = ()) -> PartnerScope:
    return PartnerScope(partner.body, partner.district_id, partner.neighborhood, districts)


def _no_emergency(partner: SupportPartner) -> KnownProblem:
    return KnownProblem(
        "no_emergency",
        "この渡す先に渡せる災害時提供モードは、いま始まっていません。",
        where=partner.name,
        advice="「災害時提供モード」で災害・範囲・渡す先を確かめるか、「名簿」を選んでください。",
    )
