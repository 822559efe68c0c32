"""照合 in the database. Implements ``MatchingRepository``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, Final, cast

from sqlalchemy import Table, and_, delete, select, update

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.ids import ImportId, MemberId, PlanId
from kurume_bousai.domain.matching import PairVerdict
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.quick import quickly
from kurume_bousai.services.ports.matching import (
    MemberMerge,
    PairDecision,
    Recounted,
    SourceKey,
    SourceStatement,
)
from kurume_bousai.storage import absorbed, bulk
from kurume_bousai.storage.mapping import members as mapping
from kurume_bousai.storage.merging import Merging
from kurume_bousai.storage.repository import Repository, chunks, parts
from kurume_bousai.storage.rows.matching import (
    MemberMergeRecord,
    PairDecisionRecord,
    SourceStatementRecord,
)
from kurume_bousai.storage.rows.people import MemberRecord

_MEMBERS = cast("Table", MemberRecord.__table__)
_STATEMENTS = cast("Table", SourceStatementRecord.__table__)
_DECISIONS = cast("Table", PairDecisionRecord.__table__)
_MERGES = cast("Table", MemberMergeRecord.__table__)
_statement: Final = quickly(SourceStatement)
#: Columns of a statement and what they hold of it.
_STATEMENT_FIELDS: Final = {
    "source": "source", "source_key": "key", "member_id": "member_id", "import_id": "import_id",
    "digest": "digest", "content": "content",
}  # fmt: skip
_MERGE_FIELDS: Final = (
    "merge_id", "kept_id", "absorbed_id", "merged_at", "operator", "content", "split_at",
)  # fmt: skip


class Matching(Repository):
    """照合."""

    def everyone(self) -> list[RosterMember]:
        """Everybody kept on the list, hidden ones too, in order of number: for imports only."""
        return [one for columns in self._kept() for one in mapping.members_in(columns)]

    def recounted(self, meant: Mapping[MemberId, RosterMember], fields: Sequence[str]) -> Recounted:
        """Everybody kept, read back, and who of those meant is not there as they were meant."""
        taken = attrgetter(*fields)
        keys: list[tuple[str, str, MemberId]] = []
        alike: set[MemberId] = set()
        for columns in self._kept():
            ids = columns["member_id"]
            keys += zip(columns["source"], columns["source_key"], ids, strict=True)
            stored = mapping.fields_in(columns)
            rows = zip(*(stored[name] for name in fields), strict=True)
            alike.update(
                one
                for one, row in zip(ids, rows, strict=True)
                if (member := meant.get(one)) is not None and taken(member) == row
            )
        return Recounted(keys, frozenset(meant.keys() - alike))

    def _kept(self) -> Iterator[dict[str, Sequence[Any]]]:
        statement = select(_MEMBERS).where(MemberRecord.removed_on.is_(None)).order_by(MemberRecord.number)
        return bulk.fetch_columns(self.connection, statement, _MEMBERS)

    def statements(self) -> list[SourceStatement]:
        """The latest statement of every source about everybody, in the order they were first made."""
        return self._latest(None)

    def statements_of(self, member_id: MemberId) -> list[SourceStatement]:
        """The latest statement of every source about one person, in the order they were first made."""
        return self._latest(member_id)

    def _latest(self, member_id: MemberId | None) -> list[SourceStatement]:
        statement = select(
            SourceStatementRecord.source,
            SourceStatementRecord.source_key,
            SourceStatementRecord.member_id,
            SourceStatementRecord.import_id,
            SourceStatementRecord.digest,
            SourceStatementRecord.content,
        ).order_by(SourceStatementRecord.position)
        if member_id is not None:
            statement = statement.where(SourceStatementRecord.member_id == member_id)
        latest: dict[SourceKey, SourceStatement] = {}
        for source, key, about, import_id, digest, content in self.connection.execute(statement):
            before = latest.get((source, key))
            earlier = () if before is None else (*before.earlier, before.digest)
            latest[source, key] = _statement(
                source, key, MemberId(about), ImportId(import_id), digest, content, earlier
            )
        return list(latest.values())

    def add_statements(self, access: Access, statements: Sequence[SourceStatement]) -> None:
        """Keep what offices state now behind what they stated before."""
        self._require(access, Right.IMPORT_PEOPLE)
        for part in parts(statements):
            columns: dict[str, Sequence[Any]] = {
                name: list(map(attrgetter(field), part)) for name, field in _STATEMENT_FIELDS.items()
            }
            self.insert_columns(_STATEMENTS, columns)

    def take_back(self, access: Access, import_ids: Sequence[ImportId]) -> None:
        """Forget what was stated in these imports; what was stated before holds again."""
        self._require(access, Right.IMPORT_PEOPLE)
        self.delete_by(_STATEMENTS, "import_id", import_ids)

    def point_to(self, access: Access, keys: Sequence[SourceKey], member_id: MemberId) -> None:
        """Let the statements of these keys speak about another member."""
        self._require(access, Right.EDIT_PEOPLE)
        for source, key in keys:
            of_key = and_(SourceStatementRecord.source == source, SourceStatementRecord.source_key == key)
            self.connection.execute(update(_STATEMENTS).where(of_key).values(member_id=member_id))

    def forget(self, access: Access, member_ids: Sequence[MemberId]) -> None:
        """Delete everything offices stated about people, and merges they were part of."""
        self._require(access, Right.EDIT_PEOPLE)
        self.delete_by(_STATEMENTS, "member_id", member_ids)
        for part in chunks(member_ids):
            about = MemberMergeRecord.kept_id.in_(part) | MemberMergeRecord.absorbed_id.in_(part)
            self.connection.execute(delete(_MERGES).where(about))

    def decisions(self) -> list[PairDecision]:
        """Every decision that holds, in order of the pair."""
        statement = select(_DECISIONS).order_by(PairDecisionRecord.first, PairDecisionRecord.second)
        return [
            PairDecision(
                row["first"], row["second"], PairVerdict(row["verdict"]), row["decided_at"], row["operator"]
            )
            for row in self.connection.execute(statement).mappings()
        ]

    def save_decisions(self, access: Access, decisions: Sequence[PairDecision]) -> None:
        """Keep decisions, each in place of an older one about the same pair; ``DOUBT`` takes it back."""
        self._require(access, Right.EDIT_PEOPLE)
        undecided = [one for one in decisions if one.verdict is PairVerdict.DOUBT]
        for one in undecided:
            of_pair = and_(PairDecisionRecord.first == one.first, PairDecisionRecord.second == one.second)
            self.connection.execute(delete(_DECISIONS).where(of_pair))
        rows = [
            {
                "first": one.first,
                "second": one.second,
                "verdict": one.verdict.value,
                "decided_at": one.decided_at,
                "operator": one.operator,
            }
            for one in decisions
            if one.verdict is not PairVerdict.DOUBT
        ]
        self.upsert(_DECISIONS, rows)
        verdicts = [one.verdict.value for one in decisions]
        self.session.audit.record(access, "pairs_decided", [], {"verdicts": verdicts})

    def merges(self) -> list[MemberMerge]:
        """Every merge, the latest first."""
        statement = select(_MERGES).order_by(MemberMergeRecord.merged_at.desc(), MemberMergeRecord.merge_id)
        return [
            MemberMerge(**{name: row[name] for name in _MERGE_FIELDS})
            for row in self.connection.execute(statement).mappings()
        ]

    def save_merge(self, access: Access, merge: MemberMerge) -> None:
        """Keep a merge with what brings both back."""
        self._require(access, Right.EDIT_PEOPLE)
        row = {name: getattr(merge, name) for name in _MERGE_FIELDS}
        self.insert_many(_MERGES, [row])
        absorbed.follow(self.connection, [merge.kept_id])
        self.session.audit.record(access, "members_merged", [merge.kept_id, merge.absorbed_id], {})

    def mark_split(self, access: Access, merge_id: str, at: datetime) -> None:
        """Note that a merge was taken apart."""
        self._require(access, Right.EDIT_PEOPLE)
        of_merge = MemberMergeRecord.merge_id == merge_id
        self.connection.execute(update(_MERGES).where(of_merge).values(split_at=at))
        self.session.audit.record(access, "members_split", [merge_id], {})

    def take_over(
        self, access: Access, kept_id: MemberId, absorbed_id: MemberId, *, with_home: bool
    ) -> dict[str, Any]:
        """Bring what was written of the absorbed person to the kept one; what ``give_back`` needs."""
        self._require(access, Right.EDIT_PEOPLE)
        return Merging(self.session).take_over(access, kept_id, absorbed_id, with_home=with_home)

    def give_back(
        self,
        access: Access,
        kept_id: MemberId,
        absorbed_id: MemberId,
        taken: Mapping[str, Any],
        *,
        with_home: bool,
    ) -> None:
        """Undo ``take_over``; ``with_home`` = nobody moved the kept one's home since."""
        self._require(access, Right.EDIT_PEOPLE)
        Merging(self.session).give_back(access, kept_id, absorbed_id, taken, with_home=with_home)

    def is_free(self, number: int) -> bool:
        """Whether nobody has this 番号, removed and hidden people counted."""
        taken = select(MemberRecord.member_id).where(MemberRecord.number == number)
        return self.connection.scalar(taken) is None

    def remove_plan(self, access: Access, plan_id: PlanId) -> None:
        """Take away a plan that a merge made and nobody touched since."""
        self._require(access, Right.EDIT_PEOPLE)
        Merging(self.session).remove_plan(plan_id)

    def _require(self, access: Access, right: Right) -> None:
        self.require_writing()
        access.require(right)
