"""帳票: which paper, who may have it, what is written down before anything leaves (RULEBOOK §5, §6)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.bodies import DataLevel
from kurume_bousai.domain.capacity_answer import CapacityAnswer
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hand_outs import CopyContents
from kurume_bousai.domain.ids import DistrictId, MemberId, TableId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.roster_columns import RosterColumn, entry_of
from kurume_bousai.domain.second_person import NamedKind, Vouched
from kurume_bousai.domain.session import ExerciseSession, may_appear
from kurume_bousai.services.capacity.figures import (
    CapacityByDistrict,
    CapacityForm,
    CapacityReport,
    CapacitySummary,
    PlansReport,
)
from kurume_bousai.services.capacity.plan_board import SiteBoard
from kurume_bousai.services.capacity.plan_contents import plans_report
from kurume_bousai.services.capacity.report_contents import (
    CapacityExtras,
    capacity_report,
    question_figures,
    source_notes,
)
from kurume_bousai.services.disclosure.recipients import body_rules
from kurume_bousai.services.disclosure.second_person import SecondPersonGate
from kurume_bousai.services.facts import FACT_NAMED_OUTPUT_LOCKED, is_fictional, sharing_mode
from kurume_bousai.services.papers.paper_order import ordered_for_paper, paper_order_of
from kurume_bousai.services.papers.ports import (
    LIST_COLUMNS,
    AnonymousContent,
    CopyMark,
    ExerciseSheet,
    NamedRow,
    PaperMaker,
    PaperStamp,
    RenderedPaper,
    ReportFormat,
    RosterReport,
    Staging,
)
from kurume_bousai.services.papers.rules import (
    SHEET_VALID_DAYS,
    NamedRequest,
    check_password,
    copy_places,
    encrypted_format_of,
    format_of,
    may_receive,
    refuse_incomplete,
    refuse_one_district,
    refuse_recipient,
)
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.hand_outs import SecondPerson
from kurume_bousai.services.ports.ledger import LedgerEntry
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession, WriteSession
from kurume_bousai.services.reporting.written import Collect, Collected, NamedPaper, WrittenReport


@dataclass(frozen=True, slots=True)
class _Issued:
    """Copies that stand in the ledger, rendered and not yet out."""

    papers: tuple[tuple[LedgerEntry, RenderedPaper], ...]
    audit_head: str


@dataclass(frozen=True, slots=True)
class ReportingService:
    """帳票の用件 on one open database. ``second``: who could confirm that names leave."""

    database: CityDatabase
    maker: PaperMaker
    clock: Clock
    second: SecondPerson

    @property
    def gate(self) -> SecondPersonGate:
        """もう一人の確認: asked of every paper with names."""
        return SecondPersonGate(self.database, self.second, self.clock)

    # -- without names -------------------------------------------------------------------------

    def capacity_content(
        self, answer: CapacityAnswer, extras: CapacityExtras | None = None
    ) -> CapacityReport:
        """Return the content of the capacity paper with the sources of its figures; may refuse."""
        with self.database.reading() as session:
            sites = session.shelters.welfare()
            fictional = is_fictional(session)
        return capacity_report(
            answer,
            sites,
            sources=source_notes(sites, is_fictional=fictional),
            questions=question_figures(sites, self.clock.now().date()),
            extras=extras,
        )

    def capacity_form(
        self, form: CapacityForm, answer: CapacityAnswer, extras: CapacityExtras | None = None
    ) -> CapacityReport | CapacitySummary | CapacityByDistrict:
        """Return the content in one of the forms that answer 「入りきれるか」.

        Raises
        ------
        KnownProblem
            ``not_reconciled``; ``one_district`` for a paper by 校区 of the answer of one 校区.
        """
        if form is CapacityForm.DISTRICTS:
            refuse_one_district(form, answer.conditions)
        content = self.capacity_content(answer, extras)
        if form is CapacityForm.SUMMARY:
            return CapacitySummary(content)
        return CapacityByDistrict(content) if form is CapacityForm.DISTRICTS else content

    def plans_content(self, board: SiteBoard) -> PlansReport:
        """Return the content of 計画と定員の突合 (B7)."""
        with self.database.reading() as session:
            fictional = is_fictional(session)
        sites = [one.site for one in board.sites]
        return plans_report(board, self.clock.now().date(), source_notes(sites, is_fictional=fictional))

    def write(self, content: AnonymousContent, place: Path) -> Outcome[WrittenReport]:
        """Write a paper without names; audited first, whole or not at all.

        Raises
        ------
        KnownProblem
            ``no_right``, ``unknown_ending``, ``not_reconciled``, ``no_font`` and those of writing files.
        """
        report_format = format_of(place)
        with self.maker.staging() as staging:
            paper, head = self._make(content, report_format)
            staging.add(place, paper.content)
            staging.publish()
        written = WrittenReport((place,), paper.pages, (), head, paper.notices)
        return Outcome(written, frozenset({Topic.LEDGER}))

    def print_pages(self, content: AnonymousContent) -> Outcome[RenderedPaper]:
        """Return the PDF of a paper without names, for the printer or a preview."""
        paper, _ = self._make(content, ReportFormat.PDF)
        return Outcome(paper, frozenset({Topic.LEDGER}))

    def _make(self, content: AnonymousContent, report_format: ReportFormat) -> tuple[RenderedPaper, str]:
        access = self.database.access
        access.require(Right.SEE_COUNTS)
        kind = type(content).__name__
        with self.database.writing() as session:
            session.audit.record(access, "report.anonymous", (), {"paper": kind, "form": report_format.value})
            stamp = self._stamp(session)
            # Rendered before the commit: a paper that cannot be made leaves no entry behind.
            paper = self.maker.render(content, stamp, report_format)
        return paper, stamp.audit_head

    def _stamp(self, session: ReadSession) -> PaperStamp:
        return PaperStamp(
            made_at=self.clock.now(),
            operator=self.database.access.name,
            audit_head=session.audit.head(),
            is_fictional=is_fictional(session),
        )

    # -- with names ----------------------------------------------------------------------------

    def write_roster(
        self, district_id: DistrictId, request: NamedRequest, place: Path, password: Callable[[], str]
    ) -> Outcome[WrittenReport]:
        """Write the encrypted list of a 校区, one file per numbered copy; see ``print_roster``."""
        collect = self._roster(district_id, request)
        return self.write_named(NamedKind.LIST, collect, request, place, password)

    def print_roster(self, district_id: DistrictId, request: NamedRequest) -> Outcome[list[NamedPaper]]:
        """Return the numbered copies of a 校区's list for the printer, in memory.

        Raises
        ------
        KnownProblem
            ``no_right``, ``no_district``, ``named_locked``, ``named_incomplete``, ``copies``,
            ``recipient_symbols_only``, ``recipient_other_district``, ``nobody_to_share``, and those of
            ``SecondPersonGate.admit``.
        """
        return self.print_named(NamedKind.LIST, self._roster(district_id, request), request)

    def write_sheet(
        self,
        session: ExerciseSession,
        table_id: TableId,
        request: NamedRequest,
        place: Path,
        password: Callable[[], str],
    ) -> Outcome[WrittenReport]:
        """Write the encrypted sheet of a table at 実名 or 架空."""
        collect = self._sheet(session, table_id, request)
        return self.write_named(NamedKind.OTHER, collect, request, place, password)

    def print_sheet(
        self, session: ExerciseSession, table_id: TableId, request: NamedRequest
    ) -> Outcome[list[NamedPaper]]:
        """Return the numbered copies of a table's sheet for the printer, in memory."""
        return self.print_named(NamedKind.OTHER, self._sheet(session, table_id, request), request)

    def write_named(
        self,
        kind: NamedKind,
        collect: Collect,
        request: NamedRequest,
        place: Path,
        password: Callable[[], str],
    ) -> Outcome[WrittenReport]:
        """Write the encrypted copies of what is collected, the ledger first (RULEBOOK §6).

        ``kind`` decides whether a second person must have confirmed (``services.disclosure.second_person``).
        """
        self._refuse(kind, request)
        report_format = encrypted_format_of(place)
        secret = password()
        check_password(secret)
        places = copy_places(place, request.copies)
        vouched = self.gate.admit(kind, request)
        ready: dict[Path, bytes] = {}
        with self.maker.staging() as staging:
            with self.database.writing() as session:
                issued = self._issue(session, collect, request, report_format, vouched)
                for (_, paper), target in zip(issued.papers, places, strict=True):
                    ready[target] = self.maker.encrypt(paper.content, report_format, secret)
                    staging.reserve(target, len(ready[target]))
            # The ledger stands on the disk from here on; only now does anything of the list lie there.
            self._publish(staging, ready, issued)
        copies = tuple(entry.copy_number for entry, _ in issued.papers)
        first = issued.papers[0][1]
        written = WrittenReport(tuple(places), first.pages, copies, issued.audit_head, first.notices)
        return Outcome(written, frozenset({Topic.LEDGER}))

    def _publish(self, staging: Staging, ready: Mapping[Path, bytes], issued: _Issued) -> None:
        """Publish; copies that stand in the ledger but could not appear are noted in the audit."""
        try:
            for place, content in ready.items():
                staging.fill(place, content)
            staging.publish()
        except KnownProblem:
            copies = [entry.copy_number for entry, _ in issued.papers]
            with self.database.writing() as session:
                session.audit.record(self.database.access, "report.not_written", copies, {})
            raise

    def print_named(
        self, kind: NamedKind, collect: Collect, request: NamedRequest
    ) -> Outcome[list[NamedPaper]]:
        """Return the numbered copies of what is collected, in memory, the ledger first."""
        self._refuse(kind, request)
        vouched = self.gate.admit(kind, request)
        with self.database.writing() as session:
            issued = self._issue(session, collect, request, ReportFormat.PDF, vouched)
        papers = [
            NamedPaper(entry.copy_number, paper.content, paper.pages, paper.notices)
            for entry, paper in issued.papers
        ]
        return Outcome(papers, frozenset({Topic.LEDGER}))

    def _refuse(self, kind: NamedKind, request: NamedRequest) -> None:
        """The gates that need no name: right, request, the lock, and that a second person was named."""
        self.database.access.require(Right.PRINT_NAMED)
        refuse_incomplete(request, self.clock.now().date())
        with self.database.reading() as session:
            if session.fact(FACT_NAMED_OUTPUT_LOCKED):
                raise KnownProblem(
                    "named_locked",
                    "取り込んだ名簿の数が合っていないため、名前の入った書類は出せません。",
                    advice="名簿の担当が数を確かめて、止めてあるのを解いてください。",
                )
        self.gate.refuse_missing(kind, request)

    def _issue(
        self,
        session: WriteSession,
        collect: Collect,
        request: NamedRequest,
        report_format: ReportFormat,
        second: Vouched,
    ) -> _Issued:
        """Write the ledger, then render each copy; an exception takes the ledger rows back too."""
        collected = collect(session)
        now = self.clock.now()
        expires_on = request.expiry(now.date(), collected.valid_days)
        entries = session.ledger.issue(
            self.database.access,
            document=collected.document,
            recipient=request.recipient.name,
            purpose=request.purpose,
            copies=request.copies,
            member_ids=collected.member_ids,
            at=now,
            expires_on=expires_on,
            due_on=request.due_on or expires_on,
            versions=collected.versions,
            removed=collected.removed,
            second=second,
            contents=CopyContents(collected.columns, request.recipient.body, collected.kinds),
        )
        if collected.note is not None:
            collected.note(session, entries)
        stamp = self._stamp(session)
        papers = tuple(
            (
                entry,
                self.maker.render(
                    collected.content, stamp, report_format, _mark(entry, index, request, expires_on)
                ),
            )
            for index, entry in enumerate(entries, start=1)
        )
        return _Issued(papers, stamp.audit_head)

    # -- whose names ---------------------------------------------------------------------------

    def _roster(self, district_id: DistrictId, request: NamedRequest) -> Collect:
        access = self.database.access
        access.require(Right.PRINT_NAMED)
        refuse_recipient(request.recipient, district_id)
        if not access.sees_district(district_id):
            raise KnownProblem(
                "no_district", "担当していない校区の名簿は出せません。", where=f"{district_id}校区"
            )

        def collect(session: ReadSession) -> Collected:
            mode = sharing_mode(session)
            rule = body_rules(session)[request.recipient.body]
            columns = tuple(column for column in LIST_COLUMNS if column in rule.columns)
            members = ordered_for_paper(
                session,
                (
                    member
                    for member in session.members.in_district(access, district_id)
                    if may_receive(member, request.recipient, mode)
                ),
                columns,
            )
            rows = _somebody(
                tuple(named_row(member, member.number, columns) for member in members), district_id
            )
            today = self.clock.now().date()
            content = RosterReport(district_id, rows, today, columns, paper_order_of(session))
            ids = tuple(member.member_id for member in members)
            return Collected(
                f"名簿 {district_id}校区", content, ids, rule.valid_days, versions_of(members),
                columns=frozenset(columns),
            )  # fmt: skip

        return collect

    def _sheet(self, session: ExerciseSession, table_id: TableId, request: NamedRequest) -> Collect:
        access = self.database.access
        access.require(Right.PRINT_NAMED)
        refuse_recipient(request.recipient, session.district_id)
        table = session.table(table_id)
        level = session.level(table_id)
        if level is DataLevel.SYMBOL:
            raise KnownProblem(
                "names_not_allowed",
                "この班では、名前を見せられません。",
                where=table.name,
                advice="班にいる人の団体を確かめてください。",
            )
        numbers = {person.member_id: person.number for person in session.shown(table_id)}

        def collect(reading: ReadSession) -> Collected:
            mode = sharing_mode(reading)
            members = sorted(
                (
                    member
                    for member in reading.members.get_many(access, list(numbers))
                    if may_appear(member, table, level, mode) and may_receive(member, request.recipient, mode)
                ),
                key=lambda member: numbers[member.member_id],
            )
            rows = tuple(named_row(member, numbers[member.member_id]) for member in members)
            held_on: date | None = session.operation.held_on
            content = ExerciseSheet(
                session.district_id, table.name, held_on, _somebody(rows, session.district_id)
            )
            ids = tuple(member.member_id for member in members)
            return Collected(
                f"図上訓練 {table.name}", content, ids, SHEET_VALID_DAYS, versions_of(members),
                columns=frozenset(LIST_COLUMNS),
            )  # fmt: skip

        return collect


def versions_of(members: Iterable[RosterMember]) -> dict[MemberId, int]:
    """Return which version of each person goes out."""
    return {member.member_id: member.version for member in members}


def named_row(
    member: RosterMember, number: int, columns: Collection[RosterColumn] = LIST_COLUMNS
) -> NamedRow:
    """Return the columns a recipient needs, and no other: what is not among ``columns`` stays empty."""
    entry = entry_of(member, columns)

    def words(column: RosterColumn) -> str:
        return str(entry.value(column) or "")

    return NamedRow(
        number=number,
        name=words(RosterColumn.NAME),
        kana=words(RosterColumn.KANA),
        address=words(RosterColumn.ADDRESS),
        phone=words(RosterColumn.PHONE),
        neighborhood=words(RosterColumn.NEIGHBORHOOD),
        needs=member.needs if RosterColumn.NEEDS in columns else frozenset(),
    )


def _mark(entry: LedgerEntry, position: int, request: NamedRequest, expires_on: date) -> CopyMark:
    return CopyMark(
        copy_number=entry.copy_number,
        position=position,
        copies=request.copies,
        recipient=request.recipient.name,
        purpose=request.purpose,
        expires_on=expires_on,
    )


def _somebody(rows: tuple[NamedRow, ...], district_id: DistrictId) -> tuple[NamedRow, ...]:
    if not rows:
        raise KnownProblem(
            "nobody_to_share",
            "この渡す先に名前を渡してよい人がいません。",
            where=f"{district_id}校区",
            advice="名簿の同意と、渡す先を確かめてください。",
        )
    return rows
