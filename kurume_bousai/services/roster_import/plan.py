"""Classify the rows of rosters against the list: a pure comparison, made again inside the commit.

Several files are planned one after the other on the same bench: whoever the first brings in is already
there for the second, so that one person of three offices becomes one member.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from kurume_bousai.domain.errors import RowProblem
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.services.people.roster_file import ParsedRosterRow, RosterFile
from kurume_bousai.services.ports.matching import PairDecision, SourceKey, SourceStatement
from kurume_bousai.services.roster_import.results import ClassifiedRow, DoubtfulPair, RowKind


@dataclasses.dataclass(frozen=True, slots=True)
class Fate:
    """一行の行方: its class, the member before and after it, and whether only the flagged clerk may know.

    ``after`` is the person as this row leaves them; a later file of the session may say more.
    """

    line: ClassifiedRow
    row: ParsedRosterRow | None = dataclasses.field(default=None, repr=False)
    before: RosterMember | None = dataclasses.field(default=None, repr=False)
    after: RosterMember | None = dataclasses.field(default=None, repr=False)
    problems: tuple[RowProblem, ...] = dataclasses.field(default=(), repr=False)
    pair: DoubtfulPair | None = dataclasses.field(default=None, repr=False)
    is_joined: bool = False
    is_hidden: bool = False

    @property
    def kind(self) -> RowKind:
        """What becomes of the row."""
        return self.line.kind

    @property
    def member_id(self) -> MemberId | None:
        """Whom the row is about, where that is known."""
        known = self.after or self.before
        return known.member_id if known is not None else None


@dataclasses.dataclass(frozen=True, slots=True)
class RosterPlan:
    """一つのファイルの計画: every row's fate, those of hidden people too. Never shown as it is."""

    roster: RosterFile = dataclasses.field(repr=False)
    source: str
    is_whole: bool
    fates: tuple[Fate, ...] = dataclasses.field(repr=False)
    links_before: Mapping[str, MemberId] = dataclasses.field(repr=False)  # by key of this source
    kept_before: int = dataclasses.field(repr=False)  # people of this source whom this operator may see
    left: tuple[SourceStatement, ...] = dataclasses.field(default=(), repr=False)
    dropped_keys: frozenset[str] = dataclasses.field(default=frozenset(), repr=False)  # IDs given up

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

    @property
    def links_after(self) -> dict[str, MemberId]:
        """Whom each key of this source stands for when the plan was carried out."""
        gone = {fate.line.key for fate in self.fates if fate.kind is RowKind.REMOVED}
        gone |= {one.key for one in self.left} | self.dropped_keys
        kept = {key: member_id for key, member_id in self.links_before.items() if key not in gone}
        kept.update(
            (fate.row.key, fate.member_id)
            for fate in self.fates
            if fate.row is not None and fate.after is not None and fate.member_id is not None
        )
        return kept


@dataclasses.dataclass(frozen=True, slots=True)
class Register:
    """取込先の名簿: everybody kept (hidden ones too), what offices stated, what people decided."""

    people: tuple[RosterMember, ...] = dataclasses.field(default=(), repr=False)
    statements: tuple[SourceStatement, ...] = dataclasses.field(default=(), repr=False)
    decisions: tuple[PairDecision, ...] = dataclasses.field(default=(), repr=False)

    def links(self) -> dict[SourceKey, MemberId]:
        """Whom each key of each source stands for."""
        people = [(one.source, one.source_key, one.member_id) for one in self.people]
        return links_of(people, self.statements)


def links_of(
    people: Sequence[tuple[str, str, MemberId]], statements: Iterable[SourceStatement]
) -> dict[SourceKey, MemberId]:
    """Whom each key of each source stands for, of people by their own source and ID.

    A member whose office's words were never kept (an older file, a form) stands under the source and ID of
    the member itself.
    """
    known = {member_id for _source, _key, member_id in people}
    stated = {one.source_key: one for one in statements}
    links = {
        key: one.member_id
        for key, one in stated.items()
        if one.content is not None and one.member_id in known
    }
    for source, own_key, member_id in people:
        if own_key and (source, own_key) not in stated:
            links.setdefault((source, own_key), member_id)
    return links


@dataclasses.dataclass(frozen=True, slots=True)
class SessionPlan:
    """取込の計画 of all files of one session, and what it writes."""

    files: tuple[RosterPlan, ...]
    added: Mapping[MemberId, RosterMember] = dataclasses.field(repr=False)
    changed: Mapping[MemberId, tuple[RosterMember, RosterMember]] = dataclasses.field(repr=False)
    removed: Mapping[MemberId, RosterMember] = dataclasses.field(repr=False)

    def newly_hidden(self) -> frozenset[MemberId]:
        """People on the list whom this session hides."""
        return frozenset(
            member_id
            for member_id, (before, after) in self.changed.items()
            if after.has_protected_address and not before.has_protected_address
        )

    def writes_anything(self, statements: Iterable[SourceStatement]) -> bool:
        """Whether anything would be different afterwards."""
        return bool(self.added or self.changed or self.removed or any(True for _one in statements))
