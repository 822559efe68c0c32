"""計画を書き込む: what a session writes, and the database counted again against what was meant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.members import RemovalReason
from kurume_bousai.services.collecting import let_go
from kurume_bousai.services.ports.matching import SourceStatement
from kurume_bousai.services.ports.sessions import WriteSession
from kurume_bousai.services.roster_import.merge import COMPARED
from kurume_bousai.services.roster_import.plan import SessionPlan, links_of
from kurume_bousai.services.roster_import.results import RowKind


def write_plan(
    session: WriteSession,
    access: Access,
    plan: SessionPlan,
    statements: Sequence[SourceStatement],
    *,
    on: date,
) -> None:
    """Each person once, under the office that brought them in or changed them first."""
    members, done = session.members, set[MemberId]()
    for file in plan.files:
        about = dict.fromkeys(
            fate.member_id for fate in file.fates if fate.member_id is not None and fate.after is not None
        )
        fresh = [one for one in about if one not in done]
        done.update(fresh)
        if added := [plan.added[one] for one in fresh if one in plan.added]:
            members.add_many(access, added, source=file.source)
        if changed := [plan.changed[one][1] for one in fresh if one in plan.changed]:
            members.save_many(access, changed, source=file.source)
        removed = [fate.before.member_id for fate in file.of(RowKind.REMOVED) if fate.before]
        if removed:
            members.remove_many(
                access, removed, RemovalReason.ABSENT_FROM_WHOLE_FILE, source=file.source, on=on
            )
    if statements:
        session.matching.add_statements(access, statements)


def recount(session: WriteSession, plan: SessionPlan) -> None:
    """Count and compare what the database now holds with what was meant.

    Raises
    ------
    KnownProblem
        ``recount_mismatch``: the caller's transaction rolls back.
    """
    meant = {**plan.added, **{one: after for one, (_before, after) in plan.changed.items()}}
    stored = session.matching.recounted(meant, COMPARED)
    # A list of our own: it is emptied below.
    statements = list(session.matching.statements())
    links = links_of(stored.keys, statements)
    agrees = not stored.unlike and not any(one in plan.removed for _source, _key, one in stored.keys)
    for source in {file.source for file in plan.files}:
        expected: dict[str, MemberId] = {}
        for file in plan.files:
            if file.source == source:
                expected |= file.links_after
        agrees = agrees and {key: one for (of, key), one in links.items() if of == source} == expected
    let_go(links, stored.keys, meant, statements)
    if not agrees:
        raise KnownProblem(
            "recount_mismatch",
            "書き込んだ後にデータベースから数え直した結果が、点検の結果と合いません。何も取り込んでいません。",
            advice="もう一度取り込み、続くときは記録を添えて知らせてください。",
        )
