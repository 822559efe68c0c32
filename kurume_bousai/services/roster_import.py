"""Bringing a roster in (RULEBOOK §7): preview, commit in one transaction, undo.

Decision about 支援措置 (RULEBOOK §1). For an operator without the flag 支援措置担当 the rows of such people
are handled and stored as hidden, but stand in no number, list or message: not in ``read`` either, because
any number that included them could be subtracted. No sentence says that rows were set apart.
Control totals are compared over all people of the file, since the office counts them all; such an
operator learns only whether they agree. The kept record of an import counts nobody hidden.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from typing import Final

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.errors import KnownProblem, RowProblem
from kurume_bousai.domain.ids import ImportId, MemberId, new_id
from kurume_bousai.domain.members import RemovalReason, RosterMember
from kurume_bousai.services.control_totals import differences
from kurume_bousai.services.facts import FACT_NAMED_OUTPUT_LOCKED
from kurume_bousai.services.import_results import (
    WITHHELD,
    ClassifiedRow,
    ImportPreview,
    PreviousImport,
    RowKind,
    TotalDifference,
)
from kurume_bousai.services.ports import (
    CityDatabase,
    Clock,
    DistrictLocator,
    ImportRecord,
    ReadSession,
    WriteSession,
)
from kurume_bousai.services.progress import Progress, no_progress
from kurume_bousai.services.roster_file import (
    HUNDREDTHS,
    ControlTotals,
    RosterFile,
)
from kurume_bousai.services.roster_merge import Surroundings, same_person_fields
from kurume_bousai.services.roster_plan import Fate, Register, RosterPlan, changed_versions, plan_roster

#: Fact of the file: why named output is locked after an accepted mismatch; "" = not locked.
#: RULEBOOK §7: a whole file that removes more than this share needs the exact number confirmed.
REMOVAL_LIMIT_RATIO: Final = 0.02
_TOPICS: Final = frozenset({Topic.MEMBERS, Topic.CONSENTS, Topic.IMPORTS})


@dataclasses.dataclass(frozen=True, slots=True)
class ImportOrder:
    """取込の指定: where the file comes from, whether it is 全件, and what it must add up to."""

    source: str
    is_whole: bool
    expected: ControlTotals | None = None
    removal_limit_ratio: float = REMOVAL_LIMIT_RATIO


@dataclasses.dataclass(frozen=True, slots=True)
class Confirmations:
    """確認: what a person typed before the commit."""

    removals: int | None = None
    mismatch_reason: str = ""


def preview_roster(
    database: CityDatabase,
    roster: RosterFile,
    order: ImportOrder,
    *,
    locator: DistrictLocator | None = None,
    progress: Progress = no_progress,
) -> ImportPreview:
    """Say what the file would do. Writes nothing.

    Raises
    ------
    KnownProblem
        ``no_right``, ``source_missing``, ``expect_unknown``.
    Cancelled
        From ``progress``.
    """
    access = _checked_access(database, order)
    with database.reading() as session:
        plan, gaps = _plan(session, access, roster, order, locator, progress)
        return _present(session, access, plan, gaps, roster, order, ImportId(new_id()))


def commit_roster(
    database: CityDatabase,
    roster: RosterFile,
    order: ImportOrder,
    confirmations: Confirmations,
    *,
    clock: Clock,
    previewed: ImportPreview | None = None,
    locator: DistrictLocator | None = None,
    progress: Progress = no_progress,
) -> Outcome[ImportPreview]:
    """Write the file in one transaction and recount from the database before it is kept.

    ``previewed``: what the person saw; when the list has changed since, nothing is written.

    Raises
    ------
    KnownProblem
        ``no_right``, ``source_missing``, ``expect_unknown``, ``import_stale``, ``removals_unconfirmed``,
        ``removals_differ``, ``totals_mismatch``, ``recount_mismatch``.
    Cancelled
        From ``progress``; nothing is written.
    """
    access = _checked_access(database, order)
    with database.writing() as session:
        plan, gaps = _plan(session, access, roster, order, locator, progress)
        preview = _present(
            session,
            access,
            plan,
            gaps,
            roster,
            order,
            previewed.import_id if previewed else ImportId(new_id()),
        )
        if previewed is not None and previewed.counts != preview.counts:
            raise KnownProblem(
                "import_stale",
                "点検の後に名簿が変わりました。",
                where=roster.file_name,
                advice="もう一度点検してから確定してください。",
            )
        if preview.previous_import is not None and not _writes_anything(plan):
            done = dataclasses.replace(
                preview, import_id=preview.previous_import.import_id, recount_matches=True
            )
            return Outcome(done)
        _check_confirmations(preview, confirmations, where=roster.file_name)
        progress(0, HUNDREDTHS, "書き込んでいます")
        _write(session, access, plan, order, on=clock.now().date())
        progress(HUNDREDTHS, HUNDREDTHS, "データベースから数え直しています")
        _recount(session, plan, order)
        _keep_record(session, access, plan, preview, roster, confirmations, clock)
        return Outcome(dataclasses.replace(preview, recount_matches=True, is_committed=True), _TOPICS)


def _checked_access(database: CityDatabase, order: ImportOrder) -> Access:
    database.access.require(Right.IMPORT_PEOPLE)
    if not order.source.strip():
        raise KnownProblem(
            "source_missing",
            "提供元の名前がありません。",
            advice="例: 介護保険課。同じ提供元には毎回同じ名前を使います。",
        )
    return database.access


def _plan(
    session: ReadSession,
    access: Access,
    roster: RosterFile,
    order: ImportOrder,
    locator: DistrictLocator | None,
    progress: Progress,
) -> tuple[RosterPlan, tuple[TotalDifference, ...]]:
    surroundings = Surroundings.of(
        session.districts.all(),
        locator,
        may_suggest=access.has(Right.SEE_PEOPLE),
        places=session.gazetteer.kept_places(),
    )
    plan = plan_roster(
        roster,
        _register(session, access, order.source),
        access,
        source=order.source,
        is_whole=order.is_whole,
        surroundings=surroundings,
        progress=progress,
    )
    gaps: tuple[TotalDifference, ...] = ()
    if order.expected is not None:
        people = [fate.after for fate in plan.fates if fate.after is not None]
        gaps = differences(order.expected, people, surroundings.names, tell_found=access.sees_protected)
    return plan, gaps


def _register(session: ReadSession, access: Access, source: str) -> Register:
    """The list to compare with: this source by key, and the people of all other sources.

    The other sources are known from the kept imports; whoever came in another way is found among
    the people the operator may see.
    """
    own = session.members.by_source_keys(source)
    others: dict[MemberId, RosterMember] = {}
    for other in {record.source for record in session.imports.all()} | {""}:
        if other != source:
            others.update(
                (member.member_id, member) for member in session.members.by_source_keys(other).values()
            )
    if access.has(Right.SEE_PEOPLE):
        for member in session.members.in_district(access, None):
            if member.source != source:
                others.setdefault(member.member_id, member)
    return Register(own, tuple(others.values()))


def _present(
    session: ReadSession,
    access: Access,
    plan: RosterPlan,
    gaps: tuple[TotalDifference, ...],
    roster: RosterFile,
    order: ImportOrder,
    import_id: ImportId,
) -> ImportPreview:
    """The preview this operator may see: hidden people left out, cells withheld without the right."""
    visible = plan.visible(sees_protected=access.sees_protected)
    counts = plan.counts(sees_protected=access.sees_protected)
    sees_people = access.has(Right.SEE_PEOPLE)
    return ImportPreview(
        import_id=import_id,
        file_name=roster.file_name,
        source=order.source,
        is_whole=order.is_whole,
        read=sum(number for kind, number in counts.items() if kind is not RowKind.REMOVED),
        added=counts[RowKind.ADDED],
        changed=counts[RowKind.CHANGED],
        unchanged=counts[RowKind.UNCHANGED],
        removed=counts[RowKind.REMOVED],
        rejected=counts[RowKind.REJECTED],
        held=counts[RowKind.HELD],
        removal_needs_confirmation=counts[RowKind.REMOVED] > plan.kept_before * order.removal_limit_ratio,
        problems=tuple(
            _shown(problem, sees_people=sees_people) for fate in visible for problem in fate.problems
        ),
        rows=tuple(_shown_row(fate, sees_people=sees_people) for fate in visible),
        encoding=roster.encoding,
        unused_columns=roster.unused_columns,
        expected_matches=None if order.expected is None else not gaps,
        expected_differences=gaps,
        previous_import=_previous(session, roster.file_hash, order.source),
    )


def _shown(problem: RowProblem, *, sees_people: bool) -> RowProblem:
    if sees_people or not problem.value:
        return problem
    return dataclasses.replace(problem, value=WITHHELD)


def _shown_row(fate: Fate, *, sees_people: bool) -> ClassifiedRow:
    if sees_people:
        return fate.line
    return dataclasses.replace(fate.line, key=WITHHELD, name=WITHHELD, changes=())


def _previous(session: ReadSession, file_hash: str, source: str) -> PreviousImport | None:
    same = [
        record
        for record in session.imports.all()
        if record.file_hash == file_hash and record.source == source and record.undone_at is None
    ]
    latest = max(same, key=lambda record: record.committed_at, default=None)
    return PreviousImport(latest.import_id, latest.committed_at) if latest else None


def _writes_anything(plan: RosterPlan) -> bool:
    return any(fate.kind in (RowKind.ADDED, RowKind.CHANGED, RowKind.REMOVED) for fate in plan.fates)


def _check_confirmations(preview: ImportPreview, confirmations: Confirmations, *, where: str) -> None:
    removals = confirmations.removals
    if removals is not None and removals != preview.removed:
        raise KnownProblem(
            "removals_differ",
            f"消除する人数が違います。確認は{removals:,}人、点検の結果は{preview.removed:,}人です。",
            where=where,
            advice="ファイルが全件かどうかを提供元に確かめてください。",
        )
    if preview.removal_needs_confirmation and removals is None:
        raise KnownProblem(
            "removals_unconfirmed",
            f"名簿から{preview.removed:,}人が消除されます。人数を確認するまで確定できません。",
            where=where,
            advice=f"正しければ --confirm-removals {preview.removed} を付けます。"
            "一部の人だけのファイルなら --part を使います。",
        )
    if preview.expected_matches is False and not confirmations.mismatch_reason.strip():
        items = "、".join(
            f"{gap.kind}:{gap.item}" if gap.item else gap.kind for gap in preview.expected_differences
        )
        raise KnownProblem(
            "totals_mismatch",
            f"提供元の件数と合いません({items})。",
            where=where,
            advice="提供元に確かめてください。理由を残して確定するときは --accept-mismatch を使います。",
        )


def _write(session: WriteSession, access: Access, plan: RosterPlan, order: ImportOrder, *, on: date) -> None:
    members, source = session.members, order.source
    added = [fate.after for fate in plan.of(RowKind.ADDED) if fate.after]
    changed = [fate.after for fate in plan.of(RowKind.CHANGED) if fate.after]
    removed = [fate.before.member_id for fate in plan.of(RowKind.REMOVED) if fate.before]
    if added:
        members.add_many(access, added, source=source)
    if changed:
        members.save_many(access, changed, source=source)
    if removed:
        members.remove_many(access, removed, RemovalReason.ABSENT_FROM_WHOLE_FILE, source=source, on=on)


def _recount(session: WriteSession, plan: RosterPlan, order: ImportOrder) -> None:
    """Count and compare what the database now holds of this source with what was meant.

    Raises
    ------
    KnownProblem
        ``recount_mismatch``: the caller's transaction rolls back.
    """
    stored = session.members.by_source_keys(order.source)
    meant = {fate.after.source_key: fate.after for fate in plan.fates if fate.after is not None}
    gone = {fate.line.key for fate in plan.of(RowKind.REMOVED)}
    agrees = stored.keys() == (plan.own_keys - gone) | meant.keys() and all(
        same_person_fields(stored[key], member) for key, member in meant.items()
    )
    if not agrees:
        raise KnownProblem(
            "recount_mismatch",
            "書き込んだ後にデータベースから数え直した結果が、点検の結果と合いません。何も取り込んでいません。",
            advice="もう一度取り込み、続くときは記録を添えて知らせてください。",
        )


def _keep_record(
    session: WriteSession,
    access: Access,
    plan: RosterPlan,
    preview: ImportPreview,
    roster: RosterFile,
    confirmations: Confirmations,
    clock: Clock,
) -> None:
    """Keep what is needed to take the import back; its counts are those anybody may see."""
    public = plan.counts(sees_protected=False)
    counts: Mapping[str, int] = {kind.value: number for kind, number in public.items()}
    removed = tuple(fate.before.member_id for fate in plan.of(RowKind.REMOVED) if fate.before)
    added = tuple(fate.after.member_id for fate in plan.of(RowKind.ADDED) if fate.after)
    accepted = confirmations.mismatch_reason.strip() if preview.expected_matches is False else ""
    record = ImportRecord(
        import_id=preview.import_id,
        source=preview.source,
        file_hash=roster.file_hash,
        whole=preview.is_whole,
        committed_at=clock.now(),
        operator=access.name,
        counts=counts,
        added=added,
        changed=changed_versions(plan),
        removed=removed,
        mismatch_reason=accepted,
    )
    session.imports.save(access, record)
    if accepted:
        session.set_fact(FACT_NAMED_OUTPUT_LOCKED, accepted)
    session.audit.record(
        access,
        "import.commit",
        [*added, *record.changed],
        {
            "import_id": str(record.import_id),
            "source": record.source,
            "file_hash": record.file_hash,
            **counts,
        },
    )
