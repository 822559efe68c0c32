"""取込の作業台: files are laid beside the list row by row, and each row is given its fate."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.ids import ImportId, MemberId
from kurume_bousai.domain.matching import Likeness, MatchScore, PairVerdict
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.names import fold
from kurume_bousai.domain.quick import quickly
from kurume_bousai.services.collecting import let_go
from kurume_bousai.services.matching.rules import MatchingSettings
from kurume_bousai.services.matching.scores import (
    Decisions,
    MatchIndex,
    facts_of,
    facts_of_row,
    in_order,
    refs_of,
)
from kurume_bousai.services.matching.sources import Stated, implied_by, settled_row, stated_by, stated_in
from kurume_bousai.services.people.roster_file import HUNDREDTHS, ParsedRosterRow, RosterFile, hundredths
from kurume_bousai.services.ports.matching import SourceKey, SourceStatement, source_ref
from kurume_bousai.services.progress import Progress
from kurume_bousai.services.roster_import.merge import (
    Surroundings,
    field_changes,
    merge_row,
    same_person_fields,
)
from kurume_bousai.services.roster_import.plan import Fate, Register, RosterPlan, SessionPlan
from kurume_bousai.services.roster_import.results import (
    ClassifiedRow,
    DoubtfulPair,
    HoldReason,
    RowKind,
)

_LOOKED_AHEAD: Final = 200
_PROGRESS_EVERY: Final = 500
_fate: Final = quickly(Fate)
_line: Final = quickly(ClassifiedRow)
#: Whoever is absent from a statement's office: no import of its own yet, filled in when it is kept.
_NO_IMPORT: Final = ImportId("")
#: Parts of a score that say "the same name" and "the same day of birth".
_IDENTITY: Final = {
    Likeness.NAME_SAME: "name", Likeness.NAME_FORMS: "name", Likeness.BIRTH_SAME: "birth",
}  # fmt: skip
_IDENTICAL: Final = frozenset(_IDENTITY.values())


@dataclasses.dataclass(frozen=True, slots=True)
class FileToPlan:
    """一つのファイル: what was read, from whom, all or some."""

    roster: RosterFile = dataclasses.field(repr=False)
    source: str
    is_whole: bool


@dataclasses.dataclass(frozen=True, slots=True)
class _Match:
    """見つかった相手, and what points and people say about the pair."""

    member: RosterMember = dataclasses.field(repr=False)
    score: MatchScore
    is_decided: bool  # a person said 同じ人
    is_in_file: bool  # the same office knows this person under another ID that still holds


class RosterBench:
    """作業台 for one session; used once."""

    def __init__(
        self, register: Register, access: Access, settings: MatchingSettings, surroundings: Surroundings
    ) -> None:
        self._access, self._settings, self._surroundings = access, settings, surroundings
        self._before = {member.member_id: member for member in register.people}
        self._members = dict(self._before)
        self._links = register.links()
        self._stated = {one.source_key: one for one in register.statements}
        self._keys_of: dict[MemberId, list[SourceKey]] = {}
        for key, member_id in self._links.items():
            self._keys_of.setdefault(member_id, []).append(key)
        self._said: dict[SourceKey, Stated] = {}
        self._decisions = Decisions.of(register.decisions)
        self._by_ref: dict[str, MemberId] | None = None
        self._index: MatchIndex | None = None
        self._protected_identities: frozenset[tuple[str, str, date]] = frozenset()

    def plan(self, files: Sequence[FileToPlan], progress: Progress) -> SessionPlan:
        """Give every row of every file a fate; then see who is named by no office any more."""
        rows = [row for file in files for row in file.roster.rows]
        self._protected_identities = frozenset(
            identity for row in rows if row.is_protected and (identity := _identity(row)) is not None
        )
        planned, done, total = [], 0, len(rows)
        for file in files:
            planned.append(self._plan_file(file, progress, done, total))
            done += len(file.roster.rows)
        plans = self._with_removals(planned)
        progress(HUNDREDTHS, HUNDREDTHS, "名簿と比べました")
        made = self._session_plan(plans)
        self._let_go()
        return made

    def _let_go(self) -> None:
        """Used once: part by part, or the window would stand still when the bench goes."""
        if self._index is not None:
            self._index.let_go()
        let_go(self._said, self._keys_of, self._links, self._stated, self._members, self._before)

    # -- one file ------------------------------------------------------------------------------

    def _plan_file(self, file: FileToPlan, progress: Progress, done: int, total: int) -> RosterPlan:
        links_before = {key: one for (source, key), one in self._links.items() if source == file.source}
        visible = sum(
            self._access.sees_protected or not self._members[one].has_protected_address
            for one in set(links_before.values())
        )
        keys = {row.key for row in file.roster.rows if row.key}
        fates: list[Fate] = []
        dropped: set[str] = set()
        rows = file.roster.rows
        for place, row in enumerate(rows):
            if place % _LOOKED_AHEAD == 0:
                self._expect(file, rows[place : place + _LOOKED_AHEAD])
            if done % _PROGRESS_EVERY == 0:
                progress(hundredths(done, total), HUNDREDTHS, "名簿と比べています")
            done += 1
            fates.append(self._fate(file, row, keys, dropped))
        return RosterPlan(
            file.roster, file.source, file.is_whole, tuple(fates), links_before, visible,
            dropped_keys=frozenset(dropped),
        )  # fmt: skip

    def _expect(self, file: FileToPlan, rows: Sequence[ParsedRosterRow]) -> None:
        """Fold at once the records of rows that will be looked for."""
        new = [
            facts_of_row(row)
            for row in rows
            if not row.is_rejected and not (row.key and (file.source, row.key) in self._links)
        ]
        if new:
            self._index_now().expect(new)

    def _fate(self, file: FileToPlan, row: ParsedRosterRow, keys: set[str], dropped: set[str]) -> Fate:
        kept_id = self._links.get((file.source, row.key)) if row.key else None
        kept = self._members[kept_id] if kept_id is not None else None
        if row.is_rejected:
            line = ClassifiedRow(row.row, RowKind.REJECTED, row.key, row.name)
            return Fate(line, row, kept, None, row.problems, is_hidden=self._is_hidden(row, kept, ()))
        if kept is not None:
            return self._compare(file, row, kept, is_hidden=self._is_hidden(row, kept, ()))
        matches = self._matches(file, row, keys)
        is_hidden = self._is_hidden(row, None, matches)
        same = self._sure(matches)
        if same is not None:
            renamed = self._given_up(file, same.member, keys, dropped)
            return self._compare(
                file, row, same.member, is_hidden=is_hidden, is_joined=True, is_renamed=renamed
            )
        if matches:
            return self._held(file, row, matches[0], is_hidden=is_hidden)
        return self._compare(file, row, None, is_hidden=is_hidden)

    def _compare(
        self,
        file: FileToPlan,
        row: ParsedRosterRow,
        kept: RosterMember | None,
        *,
        is_hidden: bool,
        is_joined: bool = False,
        is_renamed: bool = False,
    ) -> Fate:
        if is_hidden and row.is_protected is None:
            row = dataclasses.replace(row, is_protected=True)
        told = row if kept is None else self._settled(file, row, kept)
        merged = merge_row(
            told, kept, source=file.source, surroundings=self._surroundings,
            may_unprotect=self._access.sees_protected, is_renamed=is_renamed,
        )  # fmt: skip
        problems = (*row.problems, *merged.problems)
        after = merged.member
        if kept is None:
            line = _line(row.row, RowKind.ADDED, row.key, row.name)
        elif same_person_fields(kept, after):
            line, after = _line(row.row, RowKind.UNCHANGED, row.key, row.name), kept
        else:
            changes = field_changes(kept, after)
            line = ClassifiedRow(
                row.row, RowKind.CHANGED, row.key, row.name, changes, before=kept, after=after
            )
        self._take(file.source, row, after)
        return _fate(line, row, kept, after, problems, is_joined=is_joined, is_hidden=is_hidden)

    def _take(self, source: str, row: ParsedRosterRow, after: RosterMember) -> None:
        """Let the bench show what this row made of the person."""
        key, member_id = (source, row.key), after.member_id
        is_new = member_id not in self._members
        self._members[member_id] = after
        if self._links.get(key) != member_id:
            self._links[key] = member_id
            self._keys_of.setdefault(member_id, []).append(key)
            if self._by_ref is not None:
                self._by_ref[source_ref(key)] = member_id
        if len(self._keys_of[member_id]) > 1:
            self._said[key] = stated_by(row)
        if self._index is not None and is_new:
            self._index.add(member_id, facts_of(after))

    def _settled(self, file: FileToPlan, row: ParsedRosterRow, kept: RosterMember) -> ParsedRosterRow:
        others = {
            source: self._words((source, key), kept)
            for source, key in self._keys_of.get(kept.member_id, ())
            if source != file.source
        }
        return settled_row(row, kept, file.source, others, self._settings.sources)

    def _words(self, key: SourceKey, member: RosterMember) -> Stated:
        said = self._said.get(key)
        if said is None:
            kept = self._stated.get(key)
            said = implied_by(member) if kept is None else stated_in(kept.content)
            self._said[key] = said
        return said

    # -- who it is -----------------------------------------------------------------------------

    def _matches(self, file: FileToPlan, row: ParsedRosterRow, keys: set[str]) -> list[_Match]:
        """People who may be the person of the row, without those a person said are somebody else."""
        refs = (source_ref((file.source, row.key)),)
        facts = facts_of_row(row)
        found = self._index_now().alike(facts, self._settings.rules)
        known = {member_id for member_id, _score in found}
        found += [(one, MatchScore(0, ())) for one in self._decided_same(refs[0]) if one not in known]
        if not found:
            return []
        matches = []
        for member_id, points in found:
            own = self._keys_of.get(member_id, ())
            verdict = self._decisions.verdict(refs, refs_of(member_id, own))
            if verdict is PairVerdict.OTHER:
                continue
            in_file = any(source == file.source and (key in keys or not file.is_whole) for source, key in own)
            is_decided = verdict is PairVerdict.SAME
            # An office that gives two IDs says that they are two people, unless it is the same name and day.
            if in_file and not is_decided and not _IDENTICAL.issubset(map(_IDENTITY.get, points.parts)):
                continue
            matches.append(_Match(self._members[member_id], points, is_decided, in_file))
        return sorted(matches, key=lambda match: not match.is_decided)

    def _sure(self, matches: Sequence[_Match]) -> _Match | None:
        """The one a row surely is: said by a person, or alone above the upper points."""
        decided = [match for match in matches if match.is_decided]
        if decided:
            return decided[0]
        rules = self._settings.rules
        likely = [match for match in matches if match.score.verdict(rules) is PairVerdict.SAME]
        return likely[0] if len(likely) == 1 and not likely[0].is_in_file else None

    def _held(self, file: FileToPlan, row: ParsedRosterRow, match: _Match, *, is_hidden: bool) -> Fate:
        reason = HoldReason.REPEATED_PERSON if match.is_in_file else HoldReason.SAME_PERSON_ELSEWHERE
        line = ClassifiedRow(row.row, RowKind.HELD, row.key, row.name, hold_reason=reason)
        pair = self._pair(file, row, match, reason)
        return Fate(line, row, None, None, row.problems, pair, is_hidden=is_hidden)

    def _pair(
        self, file: FileToPlan, row: ParsedRosterRow, match: _Match, reason: HoldReason
    ) -> DoubtfulPair:
        own = source_ref((file.source, row.key))
        keys = self._keys_of.get(match.member.member_id, [])
        is_kept = match.member.member_id in self._before
        other = refs_of(match.member.member_id, ())[0] if is_kept else source_ref(keys[0])
        refs = in_order(own, other)
        return DoubtfulPair(
            pair_id=hashlib.sha256("\x1e".join(refs).encode()).hexdigest()[:12],
            row=row.row,
            source=file.source,
            key=row.key,
            stated=facts_of_row(row),
            member_id=match.member.member_id,
            number=match.member.number,
            kept_source="、".join(dict.fromkeys(source for source, _key in keys)),
            kept=facts_of(match.member),
            points=match.score.points,
            parts=match.score.parts,
            refs=refs,
            reason=reason,
        )

    def _decided_same(self, ref: str) -> Iterator[MemberId]:
        refs = self._decisions.same_as(ref)
        if not refs:
            return
        if self._by_ref is None:
            self._by_ref = {source_ref(key): one for key, one in self._links.items()}
            self._by_ref |= {refs_of(one, ())[0]: one for one in self._members}
        for other in refs:
            member_id = self._by_ref.get(other)
            if member_id is not None:
                yield member_id

    def _index_now(self) -> MatchIndex:
        # A month's file names hardly anybody new; only then are 20,000 names folded.
        if self._index is None:
            self._index = MatchIndex.of(self._members.values())
        return self._index

    def _given_up(self, file: FileToPlan, member: RosterMember, keys: set[str], dropped: set[str]) -> bool:
        """Whether the office gave this person another ID: its old one stands in the file no more."""
        old = [
            key
            for source, key in self._keys_of.get(member.member_id, ())
            if source == file.source and key not in keys
        ]
        for key in old:
            if file.is_whole:
                dropped.add(key)
                self._links.pop((file.source, key), None)
                self._keys_of[member.member_id].remove((file.source, key))
        return bool(old) and file.is_whole

    def _is_hidden(self, row: ParsedRosterRow, kept: RosterMember | None, matches: Iterable[_Match]) -> bool:
        return (
            row.is_protected is True
            or (kept is not None and kept.has_protected_address)
            or any(match.member.has_protected_address for match in matches)
            or (bool(self._protected_identities) and _identity(row) in self._protected_identities)
        )

    # -- who is absent -------------------------------------------------------------------------

    def _with_removals(self, planned: Sequence[RosterPlan]) -> list[RosterPlan]:
        """Whom a whole file no longer names leaves that office; named by no office, they leave the list."""
        waiting = {fate.pair.member_id for plan in planned for fate in plan.fates if fate.pair is not None}
        absent = {plan.source: self._absent(plan) for plan in planned if plan.is_whole}
        gone = {(source, key) for source, keys in absent.items() for key in keys}
        told: set[MemberId] = set()
        result = []
        for plan in planned:
            fates, left = list(plan.fates), []
            for key in absent.get(plan.source, ()):
                member = self._members[self._links[plan.source, key]]
                if member.member_id in waiting:
                    continue  # whether a held row is this person is not decided: nobody is lost over it
                others = [one for one in self._keys_of[member.member_id] if one not in gone]
                if others or member.member_id in told:
                    left.append(SourceStatement(plan.source, key, member.member_id, _NO_IMPORT, "left"))
                    continue
                told.add(member.member_id)
                line = ClassifiedRow(None, RowKind.REMOVED, key, member.name)
                fates.append(Fate(line, None, member, None, (), is_hidden=member.has_protected_address))
            result.append(dataclasses.replace(plan, fates=tuple(fates), left=tuple(left)))
        return result

    def _absent(self, plan: RosterPlan) -> list[str]:
        keys = {row.key for row in plan.roster.rows} | plan.dropped_keys
        # A refused row whose ID cannot be read still stands for somebody: nobody of that name is removed.
        nameless = {
            fold(fate.line.name) for fate in plan.fates if fate.kind is RowKind.REJECTED and not fate.line.key
        }
        found = []
        for key, member_id in plan.links_before.items():
            member = self._members[member_id]
            if key in keys or (nameless and fold(member.name) in nameless):
                continue
            # Such an operator's file never removes a hidden person: an office may leave them out.
            if member.has_protected_address and not self._access.sees_protected:
                continue
            found.append(key)
        return found

    # -- all together --------------------------------------------------------------------------

    def _session_plan(self, plans: Sequence[RosterPlan]) -> SessionPlan:
        removed = {
            fate.before.member_id: self._before[fate.before.member_id]
            for plan in plans
            for fate in plan.of(RowKind.REMOVED)
            if fate.before is not None
        }
        touched = dict.fromkeys(
            fate.after.member_id for plan in plans for fate in plan.fates if fate.after is not None
        )
        added: dict[MemberId, RosterMember] = {}
        changed: dict[MemberId, tuple[RosterMember, RosterMember]] = {}
        for member_id in touched:
            after, before = self._members[member_id], self._before.get(member_id)
            if before is None:
                added[member_id] = after
            elif member_id not in removed and not same_person_fields(before, after):
                changed[member_id] = (before, after)
        hidden = {one for one, member in self._members.items() if member.has_protected_address}
        files = tuple(_with_hidden(plan, hidden) for plan in plans) if hidden else tuple(plans)
        return SessionPlan(files, added, changed, removed)


def _with_hidden(plan: RosterPlan, hidden: set[MemberId]) -> RosterPlan:
    """A later file of the session may hide somebody whom an earlier one brought in openly."""
    return dataclasses.replace(plan, fates=tuple(_as_hidden(fate, hidden) for fate in plan.fates))


def _as_hidden(fate: Fate, hidden: set[MemberId]) -> Fate:
    about = {fate.member_id, fate.pair.member_id if fate.pair is not None else None}
    return dataclasses.replace(fate, is_hidden=True) if about & hidden else fate


def _identity(row: ParsedRosterRow) -> tuple[str, str, date] | None:
    """Name, kana and birth; without a day of birth nobody is taken for the same person."""
    born_on = row.values.get("born_on")
    return (fold(row.name), fold(str(row.values.get("kana") or "")), born_on) if born_on else None
