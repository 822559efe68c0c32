"""Classify the rows of a roster against the list: a pure comparison, made again inside the commit."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.errors import RowProblem
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.names import fold
from kurume_bousai.services.import_results import ClassifiedRow, HoldReason, RowKind
from kurume_bousai.services.progress import Progress
from kurume_bousai.services.roster_file import (
    HUNDREDTHS,
    ParsedRosterRow,
    RosterFile,
    hundredths,
)
from kurume_bousai.services.roster_merge import (
    Surroundings,
    field_changes,
    merge_row,
    same_person_fields,
)

_PROGRESS_EVERY: Final = 500
_Identity = tuple[str, str, date]


@dataclasses.dataclass(frozen=True, slots=True)
class Fate:
    """一行の行方: its class, the member before and after it, and whether only the flagged clerk may know."""

    line: ClassifiedRow
    before: RosterMember | None = dataclasses.field(default=None, repr=False)
    after: RosterMember | None = dataclasses.field(default=None, repr=False)
    problems: tuple[RowProblem, ...] = dataclasses.field(default=(), repr=False)
    is_hidden: bool = False

    @property
    def kind(self) -> RowKind:
        """What becomes of the row."""
        return self.line.kind


@dataclasses.dataclass(frozen=True, slots=True)
class RosterPlan:
    """取込の計画: every row's fate, those of hidden people too. Never shown as it is."""

    fates: tuple[Fate, ...] = dataclasses.field(repr=False)
    own_keys: frozenset[str] = dataclasses.field(repr=False)  # keys of this source before the import
    kept_before: int = dataclasses.field(repr=False)  # people of this source whom this operator may see

    def of(self, kind: RowKind) -> list[Fate]:
        """Fates of one kind, hidden ones too."""
        return [fate for fate in self.fates if fate.kind is kind]

    def visible(self, *, sees_protected: bool) -> list[Fate]:
        """Fates an operator may know of."""
        return [fate for fate in self.fates if sees_protected or not fate.is_hidden]

    def counts(self, *, sees_protected: bool) -> dict[RowKind, int]:
        """Rows per class, without anybody the operator may not know of."""
        counted = Counter(fate.kind for fate in self.visible(sees_protected=sees_protected))
        return {kind: counted[kind] for kind in RowKind}


@dataclasses.dataclass(frozen=True, slots=True)
class Register:
    """取込先の名簿: the people of this source by key, and everybody else (hidden ones too)."""

    own: Mapping[str, RosterMember] = dataclasses.field(repr=False)
    others: tuple[RosterMember, ...] = dataclasses.field(repr=False)


def plan_roster(
    roster: RosterFile,
    register: Register,
    access: Access,
    *,
    source: str,
    is_whole: bool,
    surroundings: Surroundings,
    progress: Progress,
) -> RosterPlan:
    """Give each row of the file, and each person absent from a whole file, one fate.

    A row is hidden from an operator without the flag 支援措置担当 when the file or the list says 支援措置
    about its person. Such an operator's file never removes a hidden person: an office may leave
    them out of the extract.
    """
    elsewhere = _by_identity(register.others)
    protected_in_file = {
        identity for row in roster.rows if row.is_protected and (identity := _row_identity(row))
    }
    seen: set[_Identity] = set()
    fates: list[Fate] = []
    for done, row in enumerate(roster.rows):
        if done % _PROGRESS_EVERY == 0:
            progress(hundredths(done, len(roster.rows)), HUNDREDTHS, "名簿と比べています")
        kept = register.own.get(row.key) if row.key else None
        identity = _row_identity(row)
        twin = elsewhere.get(identity) if identity else None
        is_hidden = _is_hidden(row, kept, twin) or identity in protected_in_file
        if row.is_rejected:
            line = ClassifiedRow(row.row, RowKind.REJECTED, row.key, row.name)
            fates.append(Fate(line, kept, None, row.problems, is_hidden))
            continue
        hold = _hold_reason(kept, twin, identity, seen)
        if identity:
            seen.add(identity)
        if hold is not None:
            line = ClassifiedRow(row.row, RowKind.HELD, row.key, row.name, hold_reason=hold)
            fates.append(Fate(line, kept, None, row.problems, is_hidden))
            continue
        if is_hidden and row.is_protected is None:
            row = dataclasses.replace(row, is_protected=True)  # noqa: PLW2901 - the same row, hidden as its person is
        fates.append(
            _compare(row, kept, access, source=source, surroundings=surroundings, is_hidden=is_hidden)
        )
    if is_whole:
        fates.extend(_removals(roster, register, access, fates))
    progress(HUNDREDTHS, HUNDREDTHS, "名簿と比べました")
    visible = sum(
        access.sees_protected or not member.has_protected_address for member in register.own.values()
    )
    return RosterPlan(tuple(fates), frozenset(register.own), visible)


def _compare(
    row: ParsedRosterRow,
    kept: RosterMember | None,
    access: Access,
    *,
    source: str,
    surroundings: Surroundings,
    is_hidden: bool,
) -> Fate:
    merged = merge_row(
        row, kept, source=source, surroundings=surroundings, may_unprotect=access.sees_protected
    )
    problems = (*row.problems, *merged.problems)
    if kept is None:
        line = ClassifiedRow(row.row, RowKind.ADDED, row.key, row.name)
        return Fate(line, None, merged.member, problems, is_hidden)
    if same_person_fields(kept, merged.member):
        line = ClassifiedRow(row.row, RowKind.UNCHANGED, row.key, row.name)
        return Fate(line, kept, kept, problems, is_hidden)
    changes = field_changes(kept, merged.member)
    line = ClassifiedRow(row.row, RowKind.CHANGED, row.key, row.name, changes)
    return Fate(line, kept, merged.member, problems, is_hidden)


def _is_hidden(row: ParsedRosterRow, kept: RosterMember | None, twin: RosterMember | None) -> bool:
    return (
        row.is_protected is True
        or (kept is not None and kept.has_protected_address)
        or (twin is not None and twin.has_protected_address)
    )


def _hold_reason(
    kept: RosterMember | None, twin: RosterMember | None, identity: _Identity | None, seen: set[_Identity]
) -> HoldReason | None:
    """Somebody already known under this key is an update, never a duplicate to decide about."""
    if kept is not None:
        return None
    if twin is not None:
        return HoldReason.SAME_PERSON_ELSEWHERE
    return HoldReason.REPEATED_PERSON if identity in seen else None


def _removals(
    roster: RosterFile, register: Register, access: Access, fates: Iterable[Fate]
) -> Iterable[Fate]:
    keys = {row.key for row in roster.rows}
    # A refused row whose ID cannot be read still stands for somebody: nobody of that name is removed.
    nameless = {fold(fate.line.name) for fate in fates if fate.kind is RowKind.REJECTED and not fate.line.key}
    for key, member in register.own.items():
        if key in keys or fold(member.name) in nameless:
            continue
        if member.has_protected_address and not access.sees_protected:
            continue
        line = ClassifiedRow(None, RowKind.REMOVED, key, member.name)
        yield Fate(line, member, None, (), member.has_protected_address)


def _identity(name: str, kana: str, born_on: date | None) -> _Identity | None:
    """Name, kana and birth; without a day of birth nobody is taken for the same person."""
    return (fold(name), fold(kana), born_on) if born_on is not None else None


def _row_identity(row: ParsedRosterRow) -> _Identity | None:
    return _identity(row.name, str(row.values.get("kana", "")), row.values.get("born_on"))


def _by_identity(members: Iterable[RosterMember]) -> dict[_Identity, RosterMember]:
    found: dict[_Identity, RosterMember] = {}
    for member in members:
        identity = _identity(member.name, member.kana, member.born_on)
        # Where two carry one identity, the hidden one decides.
        if identity and (identity not in found or member.has_protected_address):
            found[identity] = member
    return found


def changed_versions(plan: RosterPlan) -> dict[MemberId, int]:
    """The version each changed or removed member had, for taking the import back."""
    return {
        fate.before.member_id: fate.before.version
        for fate in plan.fates
        if fate.before is not None and fate.kind in (RowKind.CHANGED, RowKind.REMOVED)
    }
