"""Ports of 照合: what each office last stated about a person, decisions about pairs, merges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.ids import ImportId, MemberId, PlanId
from kurume_bousai.domain.matching import PairVerdict
from kurume_bousai.domain.members import RosterMember

#: A person as a source knows them: the source's name and the ID within it.
SourceKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class SourceStatement:
    """提供元の記載: what one office stated about a person in one import.

    ``content`` is the JSON of the stated fields; None = the office's whole file no longer names the
    person. ``digest`` tells one statement from another without reading it.
    """

    source: str
    key: str = field(repr=False)
    member_id: MemberId
    import_id: ImportId
    digest: str
    content: str | None = field(default=None, repr=False)
    #: Digests of what the office stated before, oldest first; filled where a statement is read.
    earlier: tuple[str, ...] = ()

    @property
    def source_key(self) -> SourceKey:
        """The key a source knows the person by."""
        return (self.source, self.key)


@dataclass(frozen=True, slots=True)
class PairDecision:
    """組の判断 of a person, remembered. ``first`` and ``second`` are references in order.

    A reference is ``m:`` and a member's id, or ``s:`` and a source's key, so that a decision about a row
    that is not yet on the list holds after it came in, and after its import was taken back.
    """

    first: str = field(repr=False)
    second: str = field(repr=False)
    verdict: PairVerdict
    decided_at: datetime
    operator: str


@dataclass(frozen=True, slots=True)
class MemberMerge:
    """一人にまとめた記録: with what is needed to bring both back (services.roster.merges)."""

    merge_id: str
    kept_id: MemberId
    absorbed_id: MemberId
    merged_at: datetime
    operator: str
    content: str = field(repr=False)  # JSON: both former versions, moved links, plans
    split_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Recounted:
    """数え直した名簿, as the database now holds it.

    ``keys``: source, the office's own ID and the member of everybody kept, hidden ones too, in order of
    number. ``unlike``: who was meant to be kept and is not, or not as meant.
    """

    keys: list[tuple[str, str, MemberId]] = field(repr=False)
    unlike: frozenset[MemberId] = field(repr=False)


class MatchingRepository(Protocol):
    """照合の書庫. Hidden people are in it: for imports and merges, never shown unasked."""

    def everyone(self) -> list[RosterMember]:
        """Everybody kept on the list, hidden ones too, in order of number: for imports only."""

    def recounted(self, meant: Mapping[MemberId, RosterMember], fields: Sequence[str]) -> Recounted:
        """Read everybody kept back from the database and compare ``fields`` of those who were meant."""

    def statements(self) -> list[SourceStatement]:
        """The latest statement of every source about everybody, in the order they were first made."""

    def statements_of(self, member_id: MemberId) -> list[SourceStatement]:
        """The latest statement of every source about one person, in the order they were first made."""

    def add_statements(self, access: Access, statements: Sequence[SourceStatement]) -> None: ...

    def take_back(self, access: Access, import_ids: Sequence[ImportId]) -> None:
        """Forget what was stated in these imports; what was stated before holds again."""

    def point_to(self, access: Access, keys: Sequence[SourceKey], member_id: MemberId) -> None:
        """Let the statements of these keys speak about another member (merge, split)."""

    def forget(self, access: Access, member_ids: Sequence[MemberId]) -> None:
        """Delete everything offices stated about people (expiry)."""

    def decisions(self) -> list[PairDecision]: ...

    def save_decisions(self, access: Access, decisions: Sequence[PairDecision]) -> None:
        """Keep decisions, each in place of an older one about the same pair; ``DOUBT`` takes it back."""

    def merges(self) -> list[MemberMerge]:
        """Every merge, the latest first."""

    def save_merge(self, access: Access, merge: MemberMerge) -> None: ...

    def mark_split(self, access: Access, merge_id: str, at: datetime) -> None: ...

    def take_over(
        self, access: Access, kept_id: MemberId, absorbed_id: MemberId, *, with_home: bool
    ) -> dict[str, Any]:
        """Bring what was written of the absorbed person to the kept one, before that record is taken off.

        Screenings, letters, families of others, decisions about pairs; ``with_home``: how the home was
        decided and what lies over it. Returns JSON values, which ``give_back`` needs.
        """

    def give_back(
        self,
        access: Access,
        kept_id: MemberId,
        absorbed_id: MemberId,
        taken: Mapping[str, Any],
        *,
        with_home: bool,
    ) -> None:
        """Undo ``take_over``, after the absorbed record is back; later writing stays with the kept one."""

    def is_free(self, number: int) -> bool:
        """Whether nobody has this 番号, removed and hidden people counted."""

    def remove_plan(self, access: Access, plan_id: PlanId) -> None:
        """Take away a plan that a merge made and nobody touched since."""


class MatchingSession(Protocol):
    """読み書きの場 with 照合 in it."""

    @property
    def matching(self) -> MatchingRepository: ...


def member_ref(member_id: MemberId) -> str:
    """The reference to a member in a decision."""
    return f"m:{member_id}"


def source_ref(key: SourceKey) -> str:
    """The reference to a source's person in a decision."""
    return f"s:{key[0]}\x1f{key[1]}"
