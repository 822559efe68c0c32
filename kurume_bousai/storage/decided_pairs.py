"""別の人と決めた組: whom people already told apart, so that no worklist asks about them again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.matching import PairVerdict
from kurume_bousai.services.ports.matching import member_ref, source_ref
from kurume_bousai.storage.repository import chunks
from kurume_bousai.storage.rows.matching import PairDecisionRecord, SourceStatementRecord
from kurume_bousai.storage.rows.people import MemberRecord

if TYPE_CHECKING:
    from sqlalchemy import Connection


def told_apart(
    connection: Connection, member_ids: Sequence[MemberId]
) -> Mapping[MemberId, frozenset[MemberId]]:
    """Whom of these each of them was decided not to be."""
    whose: dict[str, MemberId] = {}
    for part in chunks(member_ids):
        for record in (MemberRecord, SourceStatementRecord):
            statement = select(record.member_id, record.source, record.source_key)
            for member_id, source, key in connection.execute(statement.where(record.member_id.in_(part))):
                whose[source_ref((source, key))] = MemberId(member_id)
    whose |= {member_ref(member_id): member_id for member_id in member_ids}
    apart: dict[MemberId, set[MemberId]] = {}
    others = select(PairDecisionRecord.first, PairDecisionRecord.second).where(
        PairDecisionRecord.verdict == PairVerdict.OTHER.value
    )
    for first, second in connection.execute(others):
        if first in whose and second in whose:
            one, other = whose[first], whose[second]
            apart.setdefault(one, set()).add(other)
            apart.setdefault(other, set()).add(one)
    return {member_id: frozenset(found) for member_id, found in apart.items()}
