"""同じ人の二つの記録を一つにまとめる・分ける (FEATURES A4, X2).

A merge keeps both former records: the absorbed one leaves the list with the reason 「まとめた」; the kept one
takes what it lacked, and the other's screenings, letters, home, family links and decisions about pairs with
it (``MatchingRepository.take_over``). Copies that left, sessions and the reception keep the old id and are
followed to the kept record. 「分ける」 brings both back and leaves with the kept one what was written since.
No supporter of one ever hears of the other unasked: the preview says who would receive whose data, and
supporters are taken over only when that was said.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import ImportId, MemberId, PlanId, SupporterId, new_id
from kurume_bousai.domain.matching import Likeness, PairVerdict, PersonFacts
from kurume_bousai.domain.members import RemovalReason, RosterMember
from kurume_bousai.domain.screening import latest
from kurume_bousai.services.matching.rules import matching_settings_of
from kurume_bousai.services.matching.scores import Decisions, MatchIndex, facts_of, in_order, refs_of
from kurume_bousai.services.matching.sources import digest, implied_by, statement_text
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.matching import (
    MemberMerge,
    PairDecision,
    SourceKey,
    SourceStatement,
    member_ref,
)
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession, WriteSession
from kurume_bousai.services.roster.merged_member import merged_member, parted_member, restricted
from kurume_bousai.services.roster_import.merge import field_changes
from kurume_bousai.services.roster_import.recalls import tell_holders
from kurume_bousai.services.roster_import.results import FieldChange, HolderToTell

SOURCE: Final = "記録をまとめる・分ける"
_TOPICS: Final = frozenset({Topic.MEMBERS, Topic.CONSENTS, Topic.PLANS, Topic.IMPORTS})


@dataclasses.dataclass(frozen=True, slots=True)
class DuplicatePair:
    """同じ人かもしれない組 on the list."""

    first_id: MemberId
    second_id: MemberId
    first_number: int
    second_number: int
    first: PersonFacts = dataclasses.field(repr=False)
    second: PersonFacts = dataclasses.field(repr=False)
    points: int
    parts: tuple[Likeness, ...]

    def as_json(self) -> dict[str, Any]:
        """One of ``import duplicates --json``."""
        return {
            "first": self.first_number,
            "second": self.second_number,
            "points": self.points,
            "parts": [part.value for part in self.parts],
        }


@dataclasses.dataclass(frozen=True, slots=True)
class Receiver:
    """だれの何がだれに渡るか: a supporter who would hear of the merged person."""

    supporter_id: SupporterId
    name: str = dataclasses.field(repr=False)
    relation: str = dataclasses.field(repr=False)
    knows_kept: bool  # is already the kept record's supporter
    knows_absorbed: bool


@dataclasses.dataclass(frozen=True, slots=True)
class MergePreview:
    """まとめる前の確認: what the one record would be, and who would receive whose data."""

    kept: RosterMember = dataclasses.field(repr=False)
    absorbed: RosterMember = dataclasses.field(repr=False)
    after: RosterMember = dataclasses.field(repr=False)
    changes: tuple[FieldChange, ...] = dataclasses.field(repr=False)
    receivers: tuple[Receiver, ...] = dataclasses.field(repr=False)
    tell_holders: tuple[HolderToTell, ...] = dataclasses.field(default=(), repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class SplitResult:
    """分けた結果: ``kept_since`` = fields written since the merge, which stay with the kept record."""

    kept_id: MemberId
    absorbed_id: MemberId
    kept_since: tuple[str, ...] = ()


def duplicate_pairs(session: ReadSession, access: Access) -> list[DuplicatePair]:
    """Pairs on the list that may be one person and about whom nobody decided, the likeliest first.

    Of people who exist for the operator only (RULEBOOK §1).

    Raises
    ------
    KnownProblem
        ``no_right``.
    """
    access.require(Right.EDIT_PEOPLE)
    people = {member.member_id: member for member in session.members.in_district(access, None)}
    decisions = Decisions.of(session.matching.decisions())
    keys: dict[MemberId, list[SourceKey]] = {}
    for stated in session.matching.statements():
        keys.setdefault(stated.member_id, []).append(stated.source_key)
    for member in people.values():
        keys.setdefault(member.member_id, []).append((member.source, member.source_key))
    found = []
    for first, second, score in MatchIndex.of(people.values()).pairs(matching_settings_of(session).rules):
        refs = refs_of(first, keys[first])
        if decisions.verdict(refs, refs_of(second, keys[second])) is PairVerdict.OTHER:
            continue
        one, other = people[first], people[second]
        found.append(
            DuplicatePair(
                first, second, one.number, other.number, facts_of(one), facts_of(other), score.points,
                score.parts,
            )
        )  # fmt: skip
    return sorted(found, key=lambda pair: (-pair.points, pair.first_number, pair.second_number))


class MergeService:
    """記録をまとめる・分ける人. Every method may run on a worker thread."""

    def __init__(self, database: CityDatabase, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def duplicates(self) -> list[DuplicatePair]:
        """See ``duplicate_pairs``."""
        with self._database.reading() as session:
            return duplicate_pairs(session, self._database.access)

    def are_others(self, pair: DuplicatePair) -> Outcome[None]:
        """別の人: the pair is not asked again."""
        access = self._database.access
        access.require(Right.EDIT_PEOPLE)
        with self._database.writing() as session:
            self._decide(session, access, pair.first_id, pair.second_id)
        return Outcome(None, frozenset({Topic.IMPORTS}))

    def ask_again(self, pair: DuplicatePair) -> Outcome[None]:
        """別の人を取り消す: the pair waits for an answer as before."""
        access = self._database.access
        access.require(Right.EDIT_PEOPLE)
        with self._database.writing() as session:
            self._decide(session, access, pair.first_id, pair.second_id, PairVerdict.DOUBT)
        return Outcome(None, frozenset({Topic.IMPORTS}))

    def preview(self, kept_id: MemberId, absorbed_id: MemberId, *, taken: Iterable[str] = ()) -> MergePreview:
        """What a merge would do; ``taken``: fields in which the absorbed record's word is to hold.

        Raises
        ------
        KnownProblem
            ``no_right``, ``merge_unknown`` (one of them is not on the list for this operator).
        """
        with self._database.reading() as session:
            return self._preview(session, kept_id, absorbed_id, frozenset(taken))

    def merge(
        self,
        kept_id: MemberId,
        absorbed_id: MemberId,
        *,
        taken: Iterable[str] = (),
        with_supporters: bool = False,
    ) -> Outcome[MemberMerge]:
        """Make one record of two; ``with_supporters``: those of the absorbed record help the kept one too.

        Raises as ``preview``.
        """
        access = self._database.access
        with self._database.writing() as session:
            seen = self._preview(session, kept_id, absorbed_id, frozenset(taken))
            merge_id = new_id()
            keys, implied = _keys(session, seen.absorbed)
            made = ImportId(f"merge:{merge_id}"[:64])
            if implied is not None:
                session.matching.add_statements(access, [dataclasses.replace(implied, import_id=made)])
            session.matching.point_to(access, keys, kept_id)
            plan = _take_plan(session, access, kept_id, absorbed_id, with_supporters=with_supporters)
            taken_over = session.matching.take_over(
                access, kept_id, absorbed_id, with_home=seen.after.home != seen.kept.home
            )
            session.members.save_many(access, [seen.after], source=SOURCE)
            session.members.remove_many(
                access, [absorbed_id], RemovalReason.MERGED, source=SOURCE, on=self._clock.now().date()
            )
            content = {
                "kept_version": seen.kept.version,
                "merged_version": seen.kept.version + 1,
                "absorbed_version": seen.absorbed.version,
                "keys": [list(key) for key in keys],
                "implied": None if implied is None else made,
                "plan": plan,
                "taken": taken_over,
            }
            merge = MemberMerge(
                merge_id, kept_id, absorbed_id, self._clock.now(), access.name,
                json.dumps(content, ensure_ascii=False),
            )  # fmt: skip
            session.matching.save_merge(access, merge)
        return Outcome(merge, _TOPICS)

    def merges(self) -> list[MemberMerge]:
        """Merges that hold, the latest first, of people who exist for the operator."""
        access = self._database.access
        access.require(Right.EDIT_PEOPLE)
        with self._database.reading() as session:
            held = [merge for merge in session.matching.merges() if merge.split_at is None]
            seen = {one.member_id for one in session.members.get_many(access, [m.kept_id for m in held])}
        return [merge for merge in held if merge.kept_id in seen]

    def split(self, merge_id: str) -> Outcome[SplitResult]:
        """分ける: both records come back; what was written since stays with the kept one.

        Raises
        ------
        KnownProblem
            ``no_right``, ``merge_unknown``, ``merge_later`` (a later merge of the same record stands).
        """
        access = self._database.access
        access.require(Right.EDIT_PEOPLE)
        with self._database.writing() as session:
            merge = _held(session, merge_id)
            current = session.members.get(access, merge.kept_id)
            if current is None:
                raise _unknown()
            content: dict[str, Any] = json.loads(merge.content)
            session.matching.mark_split(access, merge_id, self._clock.now())
            session.members.restore_versions(
                access, {merge.absorbed_id: content["absorbed_version"]}, source=SOURCE
            )
            since = _part(session, access, current, merge, content)
            session.matching.point_to(
                access, [(source, key) for source, key in content["keys"]], merge.absorbed_id
            )
            if content["implied"]:
                session.matching.take_back(access, [ImportId(content["implied"])])
            since += _give_back_plan(session, access, merge.kept_id, content["plan"])
            self._decide(session, access, merge.kept_id, merge.absorbed_id)
        return Outcome(SplitResult(merge.kept_id, merge.absorbed_id, since), _TOPICS)

    def _preview(
        self, session: ReadSession, kept_id: MemberId, absorbed_id: MemberId, taken: frozenset[str]
    ) -> MergePreview:
        access = self._database.access
        access.require(Right.EDIT_PEOPLE)
        found = {one.member_id: one for one in session.members.get_many(access, [kept_id, absorbed_id])}
        if len(found) < 2 or any(one.removed_on for one in found.values()):
            raise _unknown()
        kept, absorbed = found[kept_id], found[absorbed_id]
        after = _with_screening(session, access, merged_member(kept, absorbed, taken), absorbed)
        told: Sequence[HolderToTell] = ()
        if access.has(Right.PRINT_NAMED) and session.ledger.all(access):
            changed = {kept_id: tuple(one.field_name for one in field_changes(kept, after))}
            hides = after.has_protected_address
            hidden = frozenset(one for one in found if hides and not found[one].has_protected_address)
            told = tell_holders(session, access, removed={absorbed_id}, hidden=hidden, changed=changed)
        return MergePreview(
            kept, absorbed, after, field_changes(kept, after),
            _receivers(session, access, kept_id, absorbed_id), tuple(told),
        )  # fmt: skip

    def _decide(
        self,
        session: WriteSession,
        access: Access,
        one: MemberId,
        other: MemberId,
        verdict: PairVerdict = PairVerdict.OTHER,
    ) -> None:
        refs = in_order(member_ref(one), member_ref(other))
        decision = PairDecision(*refs, verdict, self._clock.now(), access.name)
        session.matching.save_decisions(access, [decision])


def _unknown() -> KnownProblem:
    return KnownProblem(
        "merge_unknown",
        "まとめる、または分ける記録が、名簿にありません。",
        advice="画面を開き直して、もう一度選んでください。",
    )


def _keys(session: ReadSession, member: RosterMember) -> tuple[list[SourceKey], SourceStatement | None]:
    """The IDs the absorbed record is known by, and a statement for one that was never kept."""
    stated = [one.source_key for one in session.matching.statements_of(member.member_id)]
    own = (member.source, member.source_key)
    if not member.source_key or own in stated:
        return stated, None
    text = statement_text(implied_by(member))
    implied = SourceStatement(*own, member.member_id, ImportId(""), digest(text), text)
    return [*stated, own], implied


def _receivers(
    session: ReadSession, access: Access, kept_id: MemberId, absorbed_id: MemberId
) -> tuple[Receiver, ...]:
    plans = session.plans.by_member(access, [kept_id, absorbed_id])
    of_kept = set(plans[kept_id].supporter_ids) if kept_id in plans else set()
    of_absorbed = set(plans[absorbed_id].supporter_ids) if absorbed_id in plans else set()
    return tuple(
        Receiver(one.supporter_id, one.name, one.relation, one.supporter_id in of_kept,
                 one.supporter_id in of_absorbed)
        for one in session.supporters.all(access)
        if one.supporter_id in of_kept | of_absorbed
    )  # fmt: skip


def _take_plan(
    session: WriteSession, access: Access, kept_id: MemberId, absorbed_id: MemberId, *, with_supporters: bool
) -> dict[str, Any] | None:
    """Let the kept record have the other's plan where it has none; what to give back, None = nothing."""
    plans = session.plans.by_member(access, [kept_id, absorbed_id])
    own, other = plans.get(kept_id), plans.get(absorbed_id)
    if other is None:
        return None
    helpers = other.supporter_ids if with_supporters else ()
    base = own or dataclasses.replace(other, plan_id=PlanId(new_id()), member_id=kept_id, supporter_ids=())
    joined = (*base.supporter_ids, *(one for one in helpers if one not in base.supporter_ids))
    after = dataclasses.replace(base, supporter_ids=joined)
    if after == own:
        return None
    session.plans.save_many(access, [after])
    return {
        "plan_id": after.plan_id,
        "was_there": own is not None,
        "added": [one for one in joined if own is None or one not in own.supporter_ids],
        "version": session.plans.by_member(access, [kept_id])[kept_id].version,
    }


def _give_back_plan(
    session: WriteSession, access: Access, kept_id: MemberId, taken: dict[str, Any] | None
) -> tuple[str, ...]:
    """Take the other's plan or supporters away again; ("plan",) where it was written in since and stays."""
    if taken is None:
        return ()
    plan = session.plans.by_member(access, [kept_id]).get(kept_id)
    if plan is None:
        return ()
    if not taken["was_there"] and plan.version == taken["version"]:
        session.matching.remove_plan(access, plan.plan_id)
        return ()
    left = tuple(one for one in plan.supporter_ids if one not in taken["added"])
    if left != plan.supporter_ids:
        session.plans.save_many(access, [dataclasses.replace(plan, supporter_ids=left)])
    return () if taken["was_there"] else ("plan",)


def _with_screening(
    session: ReadSession, access: Access, after: RosterMember, absorbed: RosterMember
) -> RosterMember:
    """The one record with the 区分 of the latest screening of both; without a record, the one it has."""
    both = (after.member_id, absorbed.member_id)
    holds = latest([one for member_id in both for one in session.screenings.of_member(access, member_id)])
    if holds is not None:
        return dataclasses.replace(after, screening_class=holds.screening_class.value)
    return dataclasses.replace(after, screening_class=after.screening_class or absorbed.screening_class)


def _held(session: ReadSession, merge_id: str) -> MemberMerge:
    merges = [merge for merge in session.matching.merges() if merge.split_at is None]
    merge = next((one for one in merges if one.merge_id == merge_id), None)
    if merge is None:
        raise _unknown()
    about = {merge.kept_id, merge.absorbed_id}
    later = [one for one in merges if one is not merge and one.merged_at > merge.merged_at]
    if any(about & {one.kept_id, one.absorbed_id} for one in later):
        raise KnownProblem(
            "merge_later",
            "この後に、同じ記録をもう一度まとめています。",
            advice="後にまとめたものから順に分けてください。",
        )
    return merge


def _part(
    session: WriteSession, access: Access, current: RosterMember, merge: MemberMerge, content: dict[str, Any]
) -> tuple[str, ...]:
    """Write both records as before the merge, with what was written since; returns which fields that are."""
    versions = {one.version: one.member for one in session.members.versions(access, current.member_id)}
    before, merged = versions.get(content["kept_version"]), versions.get(content["merged_version"])
    if before is None or merged is None:
        raise _unknown()
    since = tuple(
        one.field_name.partition(".")[0] for one in field_changes(merged, current)
        if one.field_name != "screening_class"
    )  # fmt: skip
    session.matching.give_back(
        access, merge.kept_id, merge.absorbed_id, content["taken"], with_home="home" not in since
    )
    parted = parted_member(before, merged, current, dict.fromkeys(since))
    holds = latest(session.screenings.of_member(access, current.member_id))
    screened = before.screening_class if holds is None else holds.screening_class.value
    # A merge that hid the person took the number away; papers know the old one.
    number = before.number if session.matching.is_free(before.number) else current.number
    parted = dataclasses.replace(parted, screening_class=screened, number=number)
    session.members.save_many(access, [parted], source=SOURCE)
    absorbed = session.members.get(access, merge.absorbed_id)
    if absorbed is not None and (after := restricted(absorbed, merged, current)) != absorbed:
        session.members.save_many(access, [after], source=SOURCE)
    return tuple(dict.fromkeys(since))
