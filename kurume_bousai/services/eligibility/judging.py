"""だれが対象ですか (FEATURES A5): the criteria, a judgement of everybody on the list, and what follows.

A run changes nobody's record. Who meets no criterion any more is proposed for removal, and a person decides
each one; who cannot be told is a list of its own. 支援措置対象者 are judged and shown for the flagged clerk
only and stand in no number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.eligibility import (
    HOME_UNKNOWN,
    CriteriaSet,
    EligibilityChange,
    EligibilityDecision,
    Finding,
    Verdict,
    change_of,
    judge,
    set_in_force,
)
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId, MemberId
from kurume_bousai.domain.members import MemberRow, RemovalReason, RosterMember
from kurume_bousai.domain.reasons import Reason
from kurume_bousai.services.eligibility.criteria import CriteriaService, unknown_set
from kurume_bousai.services.eligibility.facts import facts_of
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.eligibility import EligibilityRun, KeptFinding
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession
from kurume_bousai.services.progress import Progress, no_progress

_SOURCE: Final = "要件の判定"
_TOPICS: Final = frozenset({Topic.ELIGIBILITY})
_LONGEST_REASON: Final = 400


@dataclass(frozen=True, slots=True)
class JudgedPerson:
    """判定された人: for the list on the screen. ``since_on``: the day of the run that found it so."""

    member_id: MemberId
    number: int
    name: str = field(repr=False)
    kana: str = field(repr=False)
    district_id: DistrictId | None = field(repr=False)
    change: EligibilityChange = field(repr=False)
    finding: Finding = field(repr=False)
    since_on: date | None = None
    before: Finding | None = field(default=None, repr=False)
    decision: EligibilityDecision | None = field(default=None, repr=False)
    is_protected: bool = field(default=False, repr=False)

    @property
    def is_open(self) -> bool:
        """True where a person has to decide or look."""
        return self.decision is None and self.finding.verdict is not Verdict.MET


@dataclass(frozen=True, slots=True)
class Judgement:
    """判定の全体: the set, the day, everybody, and counts without 支援措置対象者.

    ``run`` None = a trial that was not kept.
    """

    criteria: CriteriaSet
    judged_on: date
    people: tuple[JudgedPerson, ...] = field(repr=False)
    run: EligibilityRun | None = None

    @property
    def counted(self) -> tuple[JudgedPerson, ...]:
        """Those who enter numbers."""
        return tuple(one for one in self.people if not one.is_protected)

    @property
    def verdicts(self) -> Mapping[Verdict, int]:
        """People per verdict; together they are everybody on the list."""
        found = Counter(one.finding.verdict for one in self.counted)
        return {verdict: found[verdict] for verdict in Verdict}

    @property
    def changes(self) -> Mapping[EligibilityChange, int]:
        """People per kind of change."""
        found = Counter(one.change for one in self.counted)
        return {change: found[change] for change in EligibilityChange}

    @property
    def by_criterion(self) -> Mapping[str, int]:
        """People who meet each criterion; one may meet several, so these do not add up."""
        found = Counter(
            criterion
            for one in self.counted
            if one.finding.verdict is Verdict.MET
            for criterion in one.finding.criteria
        )
        return {one.criterion_id: found[one.criterion_id] for one in self.criteria.criteria}

    @property
    def home_unknown(self) -> int:
        """People who meet a criterion and of whom nobody said whether they live at home."""
        return sum(HOME_UNKNOWN in one.finding.criteria for one in self.counted)

    @property
    def eligible(self) -> int:
        """対象者: those who meet a criterion and those a person kept."""
        return sum(_is_eligible(one) for one in self.counted)


def _is_eligible(one: JudgedPerson) -> bool:
    return one.finding.verdict is Verdict.MET or one.decision is EligibilityDecision.KEPT


class EligibilityService:
    """対象者の要件の用件 on one open database. Safe to call from any thread."""

    def __init__(self, database: CityDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @property
    def access(self) -> Access:
        """Who asks."""
        return self._database.access

    @property
    def today(self) -> date:
        """Today by the clock."""
        return self._clock.now().date()

    @property
    def criteria(self) -> CriteriaService:
        """What adds, ends and takes out criteria."""
        return CriteriaService(self._database, self._clock)

    # -- criteria ------------------------------------------------------------------------------

    def sets(self) -> list[CriteriaSet]:
        """Every set of criteria, the shipped ones first."""
        self.access.require(Right.SEE_COUNTS)
        with self._database.reading() as session:
            return session.eligibility.sets()

    def in_force(self, day: date | None = None) -> CriteriaSet:
        """The set the city uses on a day (today).

        Raises
        ------
        KnownProblem
            ``no_criteria``.
        """
        found = set_in_force(self.sets(), day or self.today)
        if found is None:
            raise KnownProblem(
                "no_criteria",
                "この日に使う要件が決まっていません。",
                advice="「要件を直す」で、使いはじめる日を入れてください。",
            )
        return found

    def save_set(self, criteria: CriteriaSet) -> Outcome[CriteriaSet]:
        """Keep a new version of a set; older ones stay.

        Raises
        ------
        KnownProblem
            ``no_right``, ``criteria_invalid``, ``criterion_used``.
        """
        return self.criteria.save(criteria)

    def adopt(self, set_id: str, day: date) -> Outcome[CriteriaSet]:
        """Use a set from a day on; the one before is used until the day before.

        Raises
        ------
        KnownProblem
            ``no_right``, ``criteria_unknown``.
        """
        found = next((one for one in self.sets() if one.set_id == set_id), None)
        if found is None:
            raise unknown_set(set_id)
        return self.save_set(replace(found, adopted_from=day))

    # -- judging -------------------------------------------------------------------------------

    def preview(
        self,
        day: date | None = None,
        criteria: CriteriaSet | None = None,
        progress: Progress = no_progress,
    ) -> Judgement:
        """Judge everybody as on a day by a set, and keep nothing.

        Raises
        ------
        KnownProblem
            ``no_right``, ``no_criteria``.
        """
        self.access.require(Right.EDIT_PEOPLE)
        judged_on = day or self.today
        chosen = criteria or self.in_force(judged_on)
        with self._database.reading() as session:
            members, found = self._judge(session, chosen, judged_on, progress)
            kept = session.eligibility.findings(self.access)
            runs = {run.run: run.judged_on for run in session.eligibility.runs()}
        people = tuple(_person(one, found[one.member_id], kept.get(one.member_id), runs) for one in members)
        return Judgement(chosen, judged_on, people)

    def run(self, progress: Progress = no_progress) -> Outcome[Judgement]:
        """Judge everybody as of today and keep what was found; nobody's record is changed.

        Raises
        ------
        KnownProblem
            ``no_right``, ``no_criteria``.
        """
        self.access.require(Right.EDIT_PEOPLE)
        today = self.today
        chosen = self.in_force(today)
        with self._database.reading() as session:
            _members, found = self._judge(session, chosen, today, progress)
        progress(0, 0, "判定を記録しています")
        run = EligibilityRun(0, today, self._clock.now(), self.access.name, chosen.set_id, chosen.version)
        with self._database.writing() as session:
            session.eligibility.record(self.access, run, found)
        latest = self.results()
        assert latest is not None  # noqa: S101 - it has just been written
        return Outcome(latest, _TOPICS)

    def results(self) -> Judgement | None:
        """What the last run found, as it stands with today's list; None before the first run.

        Raises
        ------
        KnownProblem
            ``no_right``.
        """
        self.access.require(Right.EDIT_PEOPLE)
        with self._database.reading() as session:
            runs = session.eligibility.runs()
            if not runs:
                return None
            last = runs[0]
            kept = session.eligibility.findings(self.access)
            rows = session.members.rows(self.access, MemberQuery())
            used = next((one for one in session.eligibility.sets() if one.set_id == last.set_id), None)
        days = {run.run: run.judged_on for run in runs}
        people = tuple(
            _kept_person(one, kept[one.member_id], last, days) for one in rows if one.member_id in kept
        )
        return Judgement(used or self.in_force(last.judged_on), last.judged_on, people, last)

    def _judge(
        self, session: ReadSession, criteria: CriteriaSet, day: date, progress: Progress
    ) -> tuple[list[RosterMember], dict[MemberId, Finding]]:
        progress(0, 0, "名簿を読んでいます")
        members = session.members.in_district(self.access, None)
        facts = facts_of(members, session.shelters.care_facilities())
        progress(0, 0, "要件に当てています")
        in_force = criteria.on(day)
        return members, {one.member_id: judge(in_force, one, day, criteria.home_rule) for one in facts}

    # -- deciding ------------------------------------------------------------------------------

    def remove(self, member_ids: Sequence[MemberId]) -> Outcome[int]:
        """Take people off the list because a person agrees that they meet no criterion any more.

        Raises
        ------
        KnownProblem
            ``no_right``, ``not_proposed`` where somebody among them meets a criterion.
        """
        self.access.require(Right.EDIT_PEOPLE)
        with self._database.writing() as session:
            self._proposed(session, member_ids, {Verdict.NOT_MET})
            session.eligibility.decide(
                self.access, member_ids, EligibilityDecision.REMOVED, "", at=self._clock.now()
            )
            session.members.remove_many(
                self.access, member_ids, RemovalReason.NO_LONGER_ELIGIBLE, source=_SOURCE, on=self.today
            )
        return Outcome(len(member_ids), frozenset({Topic.ELIGIBILITY, Topic.MEMBERS, Topic.CONSENTS}))

    def keep(self, member_ids: Sequence[MemberId], reason: str) -> Outcome[int]:
        """Keep people as 準じる人 with a reason; the next run finds them by that.

        Raises
        ------
        KnownProblem
            ``no_right``, ``not_proposed``, ``reason_missing`` (keeping is a decision somebody answers for).
        """
        self.access.require(Right.EDIT_PEOPLE)
        words = reason.strip()
        if not words or len(words) > _LONGEST_REASON:
            raise KnownProblem(
                "reason_missing",
                "残すわけが入っていないか、長すぎます。",
                where="わけ",
                advice=f"{_LONGEST_REASON}文字までで書いてください。",
            )
        with self._database.writing() as session:
            self._proposed(session, member_ids, {Verdict.NOT_MET, Verdict.UNKNOWN})
            session.eligibility.decide(
                self.access, member_ids, EligibilityDecision.KEPT, words, at=self._clock.now()
            )
            members = session.members.get_many(self.access, member_ids)
            changed = [
                replace(one, reasons=one.reasons | {Reason.EQUIVALENT})
                for one in members
                if Reason.EQUIVALENT not in one.reasons
            ]
            session.members.save_many(self.access, changed, source=_SOURCE)
        return Outcome(len(member_ids), frozenset({Topic.ELIGIBILITY, Topic.MEMBERS}))

    def _proposed(self, session: ReadSession, member_ids: Iterable[MemberId], verdicts: set[Verdict]) -> None:
        kept = session.eligibility.findings(self.access)
        for member_id in member_ids:
            found = kept.get(member_id)
            if found is None or found.finding.verdict not in verdicts:
                raise KnownProblem(
                    "not_proposed",
                    "この人は、いまの判定では外す候補ではありません。",
                    advice="判定をやり直して、一覧を確かめてください。",
                )


def _person(
    member: RosterMember, found: Finding, kept: KeptFinding | None, days: Mapping[int, date]
) -> JudgedPerson:
    """A person in a trial: against what holds now."""
    before = kept.finding if kept else None
    ever = kept is not None and (kept.was_ever_met or kept.finding.verdict is Verdict.MET)
    same = kept is not None and kept.finding == found
    return _row(
        member,
        found,
        change_of(before, found, was_ever_met=ever),
        days.get(kept.since_run) if kept and same else None,
        before,
        kept.decision if kept and same else None,
    )


def _kept_person(
    member: MemberRow, kept: KeptFinding, last: EligibilityRun, days: Mapping[int, date]
) -> JudgedPerson:
    """A person as the last run left them: unchanged since an earlier run, or changed by it."""
    is_new = kept.since_run == last.run
    before = kept.before if is_new else kept.finding
    ever = kept.was_ever_met or (not is_new and kept.finding.verdict is Verdict.MET)
    change = change_of(before, kept.finding, was_ever_met=ever)
    return _row(member, kept.finding, change, days.get(kept.since_run), kept.before, kept.decision)


def _row(
    member: RosterMember | MemberRow,
    found: Finding,
    change: EligibilityChange,
    since_on: date | None,
    before: Finding | None,
    decision: EligibilityDecision | None,
) -> JudgedPerson:
    return JudgedPerson(
        member.member_id,
        member.number,
        member.name,
        member.kana,
        member.district_id,
        change,
        found,
        since_on,
        before,
        decision,
        member.has_protected_address,
    )
