"""まとめた記録のゆくえ: from an absorbed record to the one that holds for the person now.

What was written of an absorbed record stays as history: a copy that left names it, a session was frozen with
it, the reception wrote it down. Whoever reads such history follows it to the kept record, through merges of
merges; a merge that was split again leads nowhere.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, select, update

from kurume_bousai.domain.ids import MemberId
from kurume_bousai.storage.repository import chunks
from kurume_bousai.storage.rows.matching import MemberMergeRecord
from kurume_bousai.storage.rows.people import MemberRecord

_MEMBERS = cast("Table", MemberRecord.__table__)


def kept_for(connection: Connection) -> dict[MemberId, MemberId]:
    """Every absorbed record with the one that holds for it now; there are few merges in a city."""
    statement = select(MemberMergeRecord.absorbed_id, MemberMergeRecord.kept_id).where(
        MemberMergeRecord.split_at.is_(None)
    )
    next_one = {MemberId(absorbed): MemberId(kept) for absorbed, kept in connection.execute(statement)}
    return {absorbed: _end(next_one, absorbed) for absorbed in next_one}


def absorbed_into(connection: Connection, member_ids: Collection[MemberId]) -> dict[MemberId, MemberId]:
    """The records that were absorbed into one of these, each with that one."""
    wanted = set(member_ids)
    return {absorbed: kept for absorbed, kept in kept_for(connection).items() if kept in wanted}


def follow(connection: Connection, member_ids: Collection[MemberId]) -> None:
    """Let the records behind saved ones forbid what those forbid: 支援措置, consents.

    A copy that is out and a session that runs name the absorbed record; what may not be shown or shared of
    the person any more may not be of that record either. Its own versions keep what it said itself.
    """
    found = absorbed_into(connection, member_ids)
    if not found:
        return
    statement = select(
        MemberRecord.member_id,
        MemberRecord.consents,
        MemberRecord.roster_consent,
        MemberRecord.has_protected_address,
    )
    kept: dict[str, Any] = {}
    for part in chunks(sorted(set(found.values()))):
        rows = connection.execute(statement.where(MemberRecord.member_id.in_(part)))
        kept.update((row.member_id, row) for row in rows)
    changes = [
        {
            "wanted": absorbed,
            "new_consents": kept[one].consents,
            "new_state": kept[one].roster_consent,
            "new_flag": kept[one].has_protected_address,
        }
        for absorbed, one in found.items()
        if one in kept
    ]
    if changes:
        connection.execute(
            update(_MEMBERS)
            .where(_MEMBERS.c.member_id == bindparam("wanted"))
            .values(
                consents=bindparam("new_consents"),
                roster_consent=bindparam("new_state"),
                has_protected_address=bindparam("new_flag"),
            ),
            changes,
        )


def _end(next_one: Mapping[MemberId, MemberId], start: MemberId) -> MemberId:
    one = start
    for _ in range(len(next_one)):  # no longer than all of them, whatever a broken file says
        if one not in next_one:
            break
        one = next_one[one]
    return one
