"""受け入れの台帳 (FEATURES E5, E7, E8, E14): write what happened, and read what follows from it.

The ledger is of real events only. An exercise has its own log and never writes here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import MemberId, OperationId, SiteId, new_id
from kurume_bousai.domain.operations import OperationKind
from kurume_bousai.domain.reception import (
    PARTY_KINDS,
    PartyStage,
    ReceptionEntry,
    ReceptionKind,
    ReceptionParty,
    ReceptionWords,
    RuleBroken,
    SiteOccupancy,
    SiteReport,
)
from kurume_bousai.domain.reception_board import Conflict, ReceptionBoard, broken_rule, cancelled_ids, fold
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession, WriteSession

MOST_PEOPLE: Final = 5_000
MOST_STAFF: Final = 1_000
LONGEST_NOTE: Final = 400
LONGEST_REPORTER: Final = 40
#: Stands beside the note: everybody who sees people reads it.
NOTE_HINT: Final = "人の名前や病気など、個人がわかることは書かないでください。"
_CLOCK_SLACK: Final = timedelta(minutes=5)
_TOPICS: Final = frozenset({Topic.RECEPTION})
#: Kinds that begin a party that was never written before.
_BEGINS: Final = frozenset(
    {ReceptionKind.REQUESTED, ReceptionKind.ASSIGNED, ReceptionKind.ADMITTED, ReceptionKind.TRANSFERRED}
)


@dataclass(frozen=True, slots=True)
class ReceptionDraft:
    """台帳に書くこと as a form holds it.

    A party is named by ``member_id`` (on the list) or ``party_id`` (written before); neither = a party that
    is not on the list and begins here, then ``people`` is needed. ``people`` None = the whole party.
    ``from_site_id`` None in a 移送 = where the party is now. ``at`` None = now; else aware.
    """

    kind: ReceptionKind
    site_id: SiteId
    member_id: MemberId | None = field(default=None, repr=False)
    party_id: str | None = None
    people: int | None = None
    from_site_id: SiteId | None = None
    at: datetime | None = None
    operation_id: OperationId | None = None
    report: SiteReport | None = None
    reported_by: str = field(default="", repr=False)
    note: str = field(default="", repr=False)


class ReceptionService:
    """受け入れの台帳を書く人 on one open database. Safe to call from any thread.

    The desk and a clerk write (``RUN_RECEPTION``), a facilitator does not; the board is counts only and
    needs ``SEE_COUNTS``; single entries and parties need ``SEE_PEOPLE``.
    """

    def __init__(self, database: CityDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @property
    def may_record(self) -> bool:
        """True where the operator may write."""
        return self._database.access.has(Right.RUN_RECEPTION)

    # -- reading -------------------------------------------------------------------------------

    def board(self) -> Mapping[SiteId, SiteOccupancy]:
        """Return the figures of every site that has an entry; any other has ``SiteOccupancy(site_id)``."""
        return self._fold().sites

    def occupied(self, site_id: SiteId) -> int:
        """Return how many people are there now."""
        return self._fold().site(site_id).occupied_people

    def entries(self, site_id: SiteId | None = None) -> list[ReceptionEntry]:
        """Return the ledger (of one site, transfers out of it too) in stamp order."""
        self._access.require(Right.SEE_PEOPLE)
        with self._database.reading() as session:
            found = session.reception.entries(self._access)
        return [one for one in found if site_id is None or site_id in (one.site_id, one.from_site_id)]

    def parties(self, site_id: SiteId | None = None) -> list[ReceptionParty]:
        """Return where every party stands now (at one site), the latest change first."""
        self._access.require(Right.SEE_PEOPLE)
        parties = self._fold().parties.values()
        wanted = [one for one in parties if site_id is None or one.site_id == site_id]
        return sorted(wanted, key=lambda one: (one.since, one.party_id), reverse=True)

    def conflicts(self) -> list[Conflict]:
        """Return entries of several machines that do not fit together; they count nowhere until 訂正."""
        self._access.require(Right.SEE_PEOPLE)
        return list(self._fold().conflicts)

    # -- writing -------------------------------------------------------------------------------

    def record(self, draft: ReceptionDraft) -> Outcome[ReceptionEntry]:
        """Append one entry.

        Raises
        ------
        KnownProblem
            ``no_right``, ``site_gone``, ``person_gone``, ``party_gone``, ``protected_in_reception``,
            ``exercise_apart``, ``reception_invalid``, ``reception_<rule>`` for a rule of the ledger
            (``already_admitted``, ``not_here``, ``not_asked``, ``other_source``, ``same_site``,
            ``too_many``, ``no_people``).
        """
        (entry,) = self.record_many([draft]).value
        return Outcome(entry, _TOPICS)

    def record_many(self, drafts: Sequence[ReceptionDraft]) -> Outcome[list[ReceptionEntry]]:
        """Append several entries in order, all of them or none; raises as ``record``."""
        self._access.require(Right.RUN_RECEPTION)
        if any(draft.kind is ReceptionKind.CANCELLED for draft in drafts):
            raise ValueError("an entry is taken back with cancel()")
        now = self._clock.now()
        for draft in drafts:
            _refuse_bad(draft, now)
        with self._database.writing() as session:
            entries = [self._append(session, draft, now) for draft in drafts]
        return Outcome(entries, _TOPICS)

    def cancel(self, entry_id: str, note: str = "") -> Outcome[ReceptionEntry]:
        """訂正: take an entry back by a new one; both stay in the ledger.

        Taking back a 訂正 restores what it took back.

        Raises
        ------
        KnownProblem
            ``no_right``, ``entry_gone``, ``already_cancelled``, ``later_entries`` where a later entry stands
            on this one and must be taken back first.
        """
        self._access.require(Right.RUN_RECEPTION)
        now = self._clock.now()
        with self._database.writing() as session:
            entries = session.reception.entries(self._access)
            target = next((one for one in entries if one.entry_id == entry_id), None)
            if target is None:
                raise _problem("entry_gone", "この記録は、台帳にありません。", "台帳を開き直してください。")
            if entry_id in cancelled_ids(entries):
                raise _problem(
                    "already_cancelled", "この記録は、もう訂正してあります。", "台帳を開き直してください。"
                )
            words = ReceptionWords(
                kind=ReceptionKind.CANCELLED,
                site_id=target.site_id,
                at=now,
                party_id=target.party_id,
                operation_id=target.operation_id,
                cancels=entry_id,
                note=note.strip(),
            )
            entry = session.reception.append(self._access, words, written_at=now)
            if _new_conflicts(entries, [*entries, entry]):
                raise _problem(
                    "later_entries",
                    "この後に続く記録があるため、これだけを訂正することはできません。",
                    "新しい記録から順に訂正してください。",
                )
        return Outcome(entry, _TOPICS)

    # -- inside --------------------------------------------------------------------------------

    @property
    def _access(self) -> Access:
        return self._database.access

    def _fold(self) -> ReceptionBoard:
        with self._database.reading() as session:
            return fold(session.reception.entries(self._access))

    def _append(self, session: WriteSession, draft: ReceptionDraft, now: datetime) -> ReceptionEntry:
        _require_site(session, draft.site_id)
        _require_event(session, draft.operation_id)
        words = self._words(session, draft, now)
        return session.reception.append(self._access, words, written_at=now)

    def _words(self, session: WriteSession, draft: ReceptionDraft, now: datetime) -> ReceptionWords:
        party = _FoundParty(None, None, None)
        if draft.kind in PARTY_KINDS:
            party = self._party(session, draft)
        words = ReceptionWords(
            kind=draft.kind,
            site_id=draft.site_id,
            at=draft.at or now,
            people=_people(draft, party),
            party_id=party.party_id,
            member_id=party.member_id,
            from_site_id=_source(draft, party),
            operation_id=draft.operation_id,
            report=draft.report,
            reported_by=draft.reported_by.strip(),
            note=draft.note.strip(),
        )
        _refuse_broken(words, party)
        return words

    def _party(self, session: WriteSession, draft: ReceptionDraft) -> _FoundParty:
        """Find the party an entry is about; a person keeps one party through the whole ledger."""
        parties = fold(session.reception.entries(self._access)).parties
        if draft.member_id is not None:
            size = self._size_of(session, draft.member_id)
            known = next((one for one in parties.values() if one.member_id == draft.member_id), None)
            return _FoundParty(known.party_id if known else new_id(), draft.member_id, known, size)
        if draft.party_id is not None:
            known = parties.get(draft.party_id)
            if known is None:
                raise _problem("party_gone", "この組は、台帳にありません。", "台帳を開き直してください。")
            # The party's own id is enough: a person flagged since must still be able to leave.
            return _FoundParty(known.party_id, None, known)
        if draft.kind not in _BEGINS:
            raise _problem(
                "party_gone", "どの組のことかがわかりません。", "台帳から組を選んで、もう一度書いてください。"
            )
        return _FoundParty(new_id(), None, None)

    def _size_of(self, session: WriteSession, member_id: MemberId) -> int:
        found = session.members.get_many(self._access, [member_id])
        if not found:
            raise _problem(
                "person_gone",
                "この人はもう名簿にありません。",
                "名簿にない人は、人数だけで書いてください。",
            )
        return found[0].party_size


@dataclass(frozen=True, slots=True)
class _FoundParty:
    party_id: str | None
    member_id: MemberId | None = field(repr=False)
    before: ReceptionParty | None
    size: int | None = field(default=None, repr=False)


def occupied_people(session: ReadSession, access: Access, site_id: SiteId) -> int:
    """Return how many people are at a site now, within a transaction: no closing while occupied (E6)."""
    return fold(session.reception.entries(access)).site(site_id).occupied_people


def _people(draft: ReceptionDraft, party: _FoundParty) -> int:
    if draft.people is not None:
        return draft.people
    if draft.kind not in PARTY_KINDS:
        return 0
    if party.before is not None and party.before.people:
        return party.before.people
    return party.size or 0


def _source(draft: ReceptionDraft, party: _FoundParty) -> SiteId | None:
    if draft.kind is not ReceptionKind.TRANSFERRED:
        return None
    is_in = party.before is not None and party.before.stage is PartyStage.ADMITTED
    if draft.from_site_id is None and party.before is not None and is_in:
        return party.before.site_id
    return draft.from_site_id


def _refuse_broken(words: ReceptionWords, party: _FoundParty) -> None:
    """Raise for an entry that breaks a rule of the ledger after what stands."""
    known = {} if party.before is None else {party.before.party_id: party.before}
    rule = broken_rule(known, words)
    if rule is not None:
        raise _problem(f"reception_{rule.value}", *_RULE_WORDS[rule])


_RULE_WORDS: Final[Mapping[RuleBroken, tuple[str, str]]] = {
    RuleBroken.ALREADY_ADMITTED: (
        "この組は、もう施設に入っています。",
        "別の施設に移るときは移送、出たときは退所を書いてください。",
    ),
    RuleBroken.NOT_HERE: ("この組は、この施設に入っていません。", "いまいる施設を確かめてください。"),
    RuleBroken.NOT_ASKED: (
        "この施設に、この組の要請は出ていません。",
        "先に要請を書くか、要請した施設を選んでください。",
    ),
    RuleBroken.OTHER_SOURCE: (
        "この組は、いまは別の施設に入っています。",
        "移る前の施設を、いまいる施設にしてください。",
    ),
    RuleBroken.SAME_SITE: ("移る前と移る先が、同じ施設です。", "移る先の施設を選び直してください。"),
    RuleBroken.TOO_MANY: (
        "人数が、いまそこにいる組の人数と合いません。",
        "退所はいる人数まで、移送は組の全員で書いてください。",
    ),
    RuleBroken.NO_PEOPLE: ("人数が入っていません。", "1人以上の人数を入れてください。"),
}


def _refuse_bad(draft: ReceptionDraft, now: datetime) -> None:
    report = draft.report
    needs_count = draft.kind is ReceptionKind.HEAD_COUNTED
    needs_report = draft.kind is ReceptionKind.REPORTED
    checks = (
        (draft.at is None or draft.at <= now + _CLOCK_SLACK, "日時", "日時が、今より後になっています。"),
        (
            draft.people is None or 0 <= draft.people <= MOST_PEOPLE,
            "人数",
            f"人数は0人から{MOST_PEOPLE:,}人までにしてください。",
        ),
        (not needs_count or draft.people is not None, "人数", "いる人数を入れてください。"),
        (not needs_report or report is not None, "状況", "職員、電気、水、トイレの様子を入れてください。"),
        (
            report is None or report.staff is None or 0 <= report.staff <= MOST_STAFF,
            "職員",
            f"職員は0人から{MOST_STAFF:,}人までにしてください。",
        ),
        (len(draft.note) <= LONGEST_NOTE, "メモ", f"メモは{LONGEST_NOTE}文字までにしてください。"),
        (
            len(draft.reported_by) <= LONGEST_REPORTER,
            "知らせた人",
            f"知らせた人は{LONGEST_REPORTER}文字までにしてください。",
        ),
    )
    for holds, where, message in checks:
        if not holds:
            raise KnownProblem(
                "reception_invalid", message, where=where, advice="直してから、もう一度書いてください。"
            )


def _require_site(session: ReadSession, site_id: SiteId) -> None:
    shelters = session.shelters
    known = {site.site_id for site in shelters.welfare()} | {site.site_id for site in shelters.designated()}
    if site_id not in known:
        raise _problem(
            "site_gone",
            "この施設は、福祉避難所にも指定避難所にもありません。",
            "施設の一覧を開き直して、選び直してください。",
        )


def _require_event(session: ReadSession, operation_id: OperationId | None) -> None:
    """Only a real event: an exercise never writes into the ledger."""
    if operation_id is None:
        return
    operation = session.operations.get(operation_id)
    if operation is None or operation.kind is not OperationKind.EVENT:
        raise _problem(
            "exercise_apart",
            "訓練の記録を、本当の受け入れの台帳に書くことはできません。",
            "訓練の中で決めてください。災害のときは、災害対応を選んでから書いてください。",
        )


def _new_conflicts(before: Sequence[ReceptionEntry], after: Sequence[ReceptionEntry]) -> bool:
    known = {one.entry.entry_id for one in fold(before).conflicts}
    return any(one.entry.entry_id not in known for one in fold(after).conflicts)


def _problem(code: str, message: str, advice: str) -> KnownProblem:
    return KnownProblem(code, message, advice=advice)
