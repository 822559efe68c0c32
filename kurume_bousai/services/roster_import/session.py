"""いくつもの提供元を一度に取り込む (FEATURES A3, A4): preview together, commit in one transaction.

Decision about 支援措置 (RULEBOOK §1). For an operator without the flag 支援措置担当 the rows of such people
are handled and stored as hidden, but stand in no number, list or message: not in ``read`` either, because
any number that included them could be subtracted. No sentence says that rows were set apart.
Control totals are compared over all people of the file, since the office counts them all; such an
operator learns only whether they agree. The kept record of an import counts nobody hidden.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, Final

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.errors import KnownProblem, RowProblem
from kurume_bousai.domain.ids import ImportId, MemberId, new_id
from kurume_bousai.domain.quick import quickly
from kurume_bousai.domain.sources import SourceKind
from kurume_bousai.services.collecting import letting_go, rarely_collected
from kurume_bousai.services.facts import FACT_NAMED_OUTPUT_LOCKED
from kurume_bousai.services.matching.rules import matching_settings_of
from kurume_bousai.services.matching.sources import signed
from kurume_bousai.services.people.roster_file import HUNDREDTHS
from kurume_bousai.services.ports.clock import Clock, DistrictLocator
from kurume_bousai.services.ports.imports import ImportRecord
from kurume_bousai.services.ports.matching import SourceKey, SourceStatement
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession, WriteSession
from kurume_bousai.services.progress import Progress, no_progress
from kurume_bousai.services.roster_import.control_totals import differences
from kurume_bousai.services.roster_import.findings import findings
from kurume_bousai.services.roster_import.merge import DISTRICT_MISSING, Surroundings
from kurume_bousai.services.roster_import.order import ImportFile, check_confirmations
from kurume_bousai.services.roster_import.plan import Fate, Register, RosterPlan, SessionPlan
from kurume_bousai.services.roster_import.planner import FileToPlan, RosterBench
from kurume_bousai.services.roster_import.recalls import tell_holders
from kurume_bousai.services.roster_import.results import (
    WITHHELD,
    ClassifiedRow,
    HolderToTell,
    ImportPreview,
    PreviousImport,
    RowKind,
    TotalDifference,
)
from kurume_bousai.services.roster_import.writing import recount, write_plan

TOPICS: Final = frozenset({Topic.MEMBERS, Topic.CONSENTS, Topic.IMPORTS})
_ORDER: Final = tuple(SourceKind)
_ROWS_NAMED: Final = 5
_source_statement: Final = quickly(SourceStatement)


@dataclasses.dataclass(frozen=True, slots=True)
class SessionPreview:
    """一度の取込の点検: the preview of each file, in the order they were given.

    ``people``: how many people the session adds, changes and removes, each counted once though several
    offices name them; without anybody the operator may not know of.
    """

    session_id: str
    files: tuple[ImportPreview, ...]
    people: Mapping[RowKind, int]
    tell_holders: tuple[HolderToTell, ...] = dataclasses.field(default=(), repr=False)
    is_committed: bool = False

    def as_json(self) -> dict[str, Any]:
        """The object of ``import rosters --json``."""
        return {
            "session_id": self.session_id,
            "people": {kind.value: number for kind, number in self.people.items()},
            "files": [preview.as_json() for preview in self.files],
            "tell_holders": [holder.as_json() for holder in self.tell_holders],
            "committed": self.is_committed,
        }


def preview_rosters(
    database: CityDatabase,
    files: Sequence[ImportFile],
    *,
    locator: DistrictLocator | None = None,
    progress: Progress = no_progress,
) -> SessionPreview:
    """Say what the files would do together. Writes nothing.

    Raises
    ------
    KnownProblem
        ``no_right``, ``source_missing``, ``source_repeated``, ``expect_unknown``.
    Cancelled
        From ``progress``.
    """
    access = _checked_access(database, files)
    parts: list[object] = []
    with rarely_collected(), letting_go(parts), database.reading() as session:
        return _Work(session, access, files, locator, progress, parts).present(
            [ImportId(new_id()) for _file in files]
        )


def commit_rosters(
    database: CityDatabase,
    files: Sequence[ImportFile],
    *,
    clock: Clock,
    previewed: SessionPreview | None = None,
    locator: DistrictLocator | None = None,
    progress: Progress = no_progress,
) -> Outcome[SessionPreview]:
    """Write all files in one transaction and recount from the database before anything is kept.

    ``previewed``: what the person saw; when the list has changed since, nothing is written.

    Raises
    ------
    KnownProblem
        ``no_right``, ``source_missing``, ``source_repeated``, ``expect_unknown``, ``import_stale``,
        ``recount_mismatch`` and what ``roster_order.check_confirmations`` refuses.
    Cancelled
        From ``progress``; nothing is written.
    """
    access = _checked_access(database, files)
    parts: list[object] = []
    with rarely_collected(), letting_go(parts), database.writing() as session:
        return _commit(session, access, files, clock, previewed, locator, progress, parts)


def _commit(
    session: WriteSession,
    access: Access,
    files: Sequence[ImportFile],
    clock: Clock,
    previewed: SessionPreview | None,
    locator: DistrictLocator | None,
    progress: Progress,
    parts: list[object],
) -> Outcome[SessionPreview]:
    """``parts`` takes every row that was made, so that the caller can let them go one part at a time."""
    work = _Work(session, access, files, locator, progress, parts)
    ids = [one.import_id for one in previewed.files] if previewed else [ImportId(new_id()) for _ in files]
    preview = work.present(ids)
    _refuse_stale(previewed, preview)
    statements = work.statements(ids)
    parts += statements
    if not work.plan.writes_anything(statements) and all(one.previous_import for one in preview.files):
        return Outcome(_nothing_new(preview))
    for file, one in zip(files, preview.files, strict=True):
        check_confirmations(one, file.confirmations)
    progress(0, HUNDREDTHS, "書き込んでいます")
    write_plan(session, access, work.plan, statements, on=clock.now().date())
    progress(HUNDREDTHS, HUNDREDTHS, "データベースから数え直しています")
    recount(session, work.plan)
    _keep_records(session, access, work.plan, preview, files, clock)
    told = _tell_holders(session, access, work.plan)
    done = tuple(
        dataclasses.replace(one, recount_matches=True, is_committed=True, tell_holders=told)
        for one in preview.files
    )
    kept = dataclasses.replace(preview, files=done, tell_holders=told, is_committed=True)
    return Outcome(kept, TOPICS)


def _checked_access(database: CityDatabase, files: Sequence[ImportFile]) -> Access:
    database.access.require(Right.IMPORT_PEOPLE)
    if not files:
        raise KnownProblem(
            "file_not_chosen", "取り込むファイルがありません。", advice="ファイルを選んでください。"
        )
    seen: dict[str, bool] = {}
    for file in files:
        source = file.order.source.strip()
        if not source:
            raise KnownProblem(
                "source_missing",
                "提供元の名前がありません。",
                advice="例: 介護保険課。同じ提供元には毎回同じ名前を使います。",
            )
        if source in seen and (file.order.is_whole or seen[source]):
            raise KnownProblem(
                "source_repeated",
                "同じ提供元の全件のファイルは、一度に一つだけ取り込めます。",
                where=file.roster.file_name,
                advice="いくつかに分かれたファイルは、一つにまとめるか、どれも一部として取り込んでください。",
            )
        seen[source] = seen.get(source, False) or file.order.is_whole
    return database.access


class _Work:
    """点検の一回: the plan of all files against one consistent view of the list."""

    def __init__(
        self,
        session: ReadSession,
        access: Access,
        files: Sequence[ImportFile],
        locator: DistrictLocator | None,
        progress: Progress,
        parts: list[object],
    ) -> None:
        self._session, self._access, self._files = session, access, files
        progress(0, HUNDREDTHS, "名簿を読んでいます")
        self._register = Register(
            tuple(session.matching.everyone()),
            tuple(session.matching.statements()),
            tuple(session.matching.decisions()),
        )
        self._stated = {one.source_key: one for one in self._register.statements}
        settings = matching_settings_of(session)
        surroundings = Surroundings.of(
            session.districts.all(),
            locator,
            may_suggest=access.has(Right.SEE_PEOPLE),
            places=session.gazetteer.kept_places(),
        )
        self._names = surroundings.names
        # The office whose word about who somebody is counts first comes first.
        order = sorted(
            range(len(files)),
            key=lambda place: _ORDER.index(settings.sources.kind(files[place].order.source)),
        )
        planned = RosterBench(self._register, access, settings, surroundings).plan(
            [
                FileToPlan(file.roster, file.order.source.strip(), file.order.is_whole)
                for file in (files[place] for place in order)
            ],
            progress,
        )
        by_place = dict(zip(order, planned.files, strict=True))
        self.plan = dataclasses.replace(planned, files=tuple(by_place[place] for place in range(len(files))))
        # Last in, first out: people go after the fates that name them.
        parts += self._register.people
        parts += self._register.statements
        parts += planned.added.values()
        for plan in planned.files:
            parts += plan.fates

    def statements(self, ids: Sequence[ImportId]) -> list[SourceStatement]:
        """What offices state now and did not state before."""
        found: list[SourceStatement] = []
        for plan, import_id in zip(self.plan.files, ids, strict=True):
            for fate in plan.fates:
                if fate.row is not None and fate.after is not None:
                    stated = self._statement(plan.source, fate, import_id)
                    if stated is not None:
                        found.append(stated)
            found += [dataclasses.replace(one, import_id=import_id) for one in plan.left]
            found += [
                SourceStatement(plan.source, key, plan.links_before[key], import_id, "renamed")
                for key in sorted(plan.dropped_keys)
                if key in plan.links_before
            ]
        return found

    def _statement(self, source: str, fate: Fate, import_id: ImportId) -> SourceStatement | None:
        assert fate.row is not None and fate.after is not None  # noqa: S101, PT018 - asked for by the caller
        key, member_id = fate.row.key, fate.after.member_id
        (sign, text), kept = signed(fate.row), self._stated.get((source, key))
        if (
            kept is not None
            and kept.content is not None
            and (kept.digest, kept.member_id) == (sign, member_id)
        ):
            return None
        return _source_statement(source, key, member_id, import_id, sign, text)

    def present(self, ids: Sequence[ImportId]) -> SessionPreview:
        """The preview this operator may see: hidden people left out, cells withheld without the right."""
        files = tuple(
            self._present(file, plan, import_id)
            for file, plan, import_id in zip(self._files, self.plan.files, ids, strict=True)
        )
        return SessionPreview(ids[0], files, self._people())

    def _people(self) -> dict[RowKind, int]:
        sees = self._access.sees_protected
        after = [after for _before, after in self.plan.changed.values()]
        groups = {
            RowKind.ADDED: list(self.plan.added.values()),
            RowKind.CHANGED: after,
            RowKind.REMOVED: list(self.plan.removed.values()),
        }
        return {
            kind: sum(sees or not member.has_protected_address for member in members)
            for kind, members in groups.items()
        }

    def _present(self, file: ImportFile, plan: RosterPlan, import_id: ImportId) -> ImportPreview:
        access, order, roster = self._access, file.order, file.roster
        sees, sees_people = access.sees_protected, access.has(Right.SEE_PEOPLE)
        visible, counts = plan.visible(sees_protected=sees), plan.counts(sees_protected=sees)
        gaps = self._gaps(file, plan)
        records = self._session.imports.all()
        previous = _previous(records, roster.file_hash, plan.source)
        strange = findings(
            plan,
            sees_protected=sees,
            previous=previous,
            records=records,
            extracted_on=order.extracted_on,
            stated=self._stated,
            digests=_digests(plan, self._stated),
        )
        hidden = {member.member_id for member in self._register.people if member.has_protected_address}
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
            problems=(
                *roster.notices,
                *_problems(visible, sees_people=sees_people, has_districts="校区" in roster.columns),
            ),
            rows=tuple(_shown_row(fate, sees_people=sees_people) for fate in visible),
            encoding=roster.encoding,
            unused_columns=roster.unused_columns,
            expected_matches=None if order.expected is None else not gaps,
            expected_differences=gaps,
            previous_import=previous,
            joined=sum(fate.is_joined for fate in visible),
            left_source=sum(sees or one.member_id not in hidden for one in plan.left),
            pairs=tuple(fate.pair for fate in visible if fate.pair is not None) if sees_people else (),
            findings=strange,
        )

    def _gaps(self, file: ImportFile, plan: RosterPlan) -> tuple[TotalDifference, ...]:
        if file.order.expected is None:
            return ()
        people = [fate.after for fate in plan.fates if fate.after is not None]
        return differences(file.order.expected, people, self._names, tell_found=self._access.sees_protected)


def _digests(plan: RosterPlan, stated: Mapping[SourceKey, SourceStatement]) -> dict[SourceKey, str]:
    """Signs of the rows that change somebody whose former statements are known."""
    return {
        (plan.source, fate.row.key): signed(fate.row)[0]
        for fate in plan.of(RowKind.CHANGED)
        if fate.row is not None and (plan.source, fate.row.key) in stated
    }


def _problems(visible: Sequence[Fate], *, sees_people: bool, has_districts: bool) -> list[RowProblem]:
    told = [
        problem if sees_people or not problem.value else dataclasses.replace(problem, value=WITHHELD)
        for fate in visible
        for problem in fate.problems
    ]
    return told if has_districts else _without_district_column(told)


def _without_district_column(told: Sequence[RowProblem]) -> list[RowProblem]:
    """One word for all rows where the file has no column of the 校区: 30,000 times the same is none."""
    missing = [problem.row for problem in told if problem.code == DISTRICT_MISSING]
    if len(missing) < 2:  # one row is told as it is
        return list(told)
    rows = "、".join(f"{row:,}" for row in missing[:_ROWS_NAMED])
    more = "など" if len(missing) > _ROWS_NAMED else ""
    said = RowProblem(
        0, "校区", "", DISTRICT_MISSING,
        f"校区の列がなく、位置からもわからない行が{len(missing):,}行あります({rows}行め{more})。"
        "校区不明として一覧に出します。",
    )  # fmt: skip
    return [said, *(problem for problem in told if problem.code != DISTRICT_MISSING)]


def _shown_row(fate: Fate, *, sees_people: bool) -> ClassifiedRow:
    if sees_people:
        return fate.line
    return dataclasses.replace(fate.line, key=WITHHELD, name=WITHHELD, changes=(), before=None, after=None)


def _previous(records: Sequence[ImportRecord], file_hash: str, source: str) -> PreviousImport | None:
    same = [
        record
        for record in records
        if record.file_hash == file_hash and record.source == source and record.undone_at is None
    ]
    latest = max(same, key=lambda record: record.committed_at, default=None)
    return PreviousImport(latest.import_id, latest.committed_at) if latest else None


def _refuse_stale(previewed: SessionPreview | None, preview: SessionPreview) -> None:
    if previewed is None:
        return
    for seen, now in zip(previewed.files, preview.files, strict=True):
        asked = [[(pair.pair_id, pair.points) for pair in one.pairs] for one in (seen, now)]
        if seen.counts != now.counts or asked[0] != asked[1]:
            raise KnownProblem(
                "import_stale", "点検の後に名簿が変わりました。", where=now.file_name,
                advice="もう一度点検してから確定してください。",
            )  # fmt: skip


def _nothing_new(preview: SessionPreview) -> SessionPreview:
    done = tuple(
        dataclasses.replace(one, import_id=one.previous_import.import_id, recount_matches=True)
        for one in preview.files
        if one.previous_import is not None
    )
    return dataclasses.replace(preview, files=done)


def _keep_records(
    session: WriteSession,
    access: Access,
    plan: SessionPlan,
    preview: SessionPreview,
    files: Sequence[ImportFile],
    clock: Clock,
) -> None:
    """Keep what is needed to take the session back; counts are those anybody may see."""
    done: set[MemberId] = set()
    for file, one, made in zip(files, preview.files, plan.files, strict=True):
        public = made.counts(sees_protected=False)
        counts = {kind.value: number for kind, number in public.items()}
        about = [
            fate.member_id for fate in made.fates if fate.member_id is not None and fate.after is not None
        ]
        fresh = [member_id for member_id in dict.fromkeys(about) if member_id not in done]
        done.update(fresh)
        removed = {fate.before.member_id: fate.before for fate in made.of(RowKind.REMOVED) if fate.before}
        changed = {member_id: plan.changed[member_id][0].version for member_id in fresh
                   if member_id in plan.changed}  # fmt: skip
        changed |= {member_id: member.version for member_id, member in removed.items()}
        accepted = file.confirmations.mismatch_reason.strip() if one.expected_matches is False else ""
        record = ImportRecord(
            import_id=one.import_id,
            source=file.order.source,
            file_hash=file.roster.file_hash,
            whole=file.order.is_whole,
            committed_at=clock.now(),
            operator=access.name,
            counts=counts,
            added=tuple(member_id for member_id in fresh if member_id in plan.added),
            changed=changed,
            removed=tuple(removed),
            mismatch_reason=accepted,
            session_id=preview.session_id,
            extracted_on=file.order.extracted_on,
        )
        session.imports.save(access, record)
        if accepted:
            session.set_fact(FACT_NAMED_OUTPUT_LOCKED, accepted)
        session.audit.record(
            access,
            "import.commit",
            [*record.added, *record.changed],
            {
                "import_id": str(record.import_id),
                "session_id": record.session_id,
                "source": record.source,
                "file_hash": record.file_hash,
                "accepted": sorted(kind.value for kind in file.confirmations.accepted),
                **counts,
            },
        )


def _tell_holders(session: ReadSession, access: Access, plan: SessionPlan) -> tuple[HolderToTell, ...]:
    """Who holds an older list that names these people, for an operator who may see what was handed out."""
    if not access.has(Right.PRINT_NAMED) or not session.ledger.all(access):
        return ()
    changed: dict[MemberId, tuple[str, ...]] = {}
    for member_id, (before, after) in plan.changed.items():
        changed[member_id] = tuple(
            one.name
            for one in dataclasses.fields(after)
            if getattr(before, one.name) != getattr(after, one.name)
        )
    return tuple(
        tell_holders(
            session, access, removed=frozenset(plan.removed), hidden=plan.newly_hidden(), changed=changed,
            added=frozenset(plan.added),
        )
    )  # fmt: skip
