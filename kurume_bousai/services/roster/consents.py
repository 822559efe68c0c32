"""同意の用件: an answer and what it calls back, and every answer that was ever given."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.consents import Consent, ConsentKind, check_answer
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hand_outs import HandedCopy
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.services.hand_outs.copies import copies_to_call_back
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.members import MemberVersion
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession
from kurume_bousai.services.roster.register import BY_HAND, with_consent

_TOPICS = frozenset({Topic.MEMBERS, Topic.CONSENTS, Topic.LEDGER})


@dataclass(frozen=True, slots=True)
class ConsentAnswer:
    """一つの答え of the history: what was answered, and who wrote it down when."""

    consent: Consent = field(repr=False)
    recorded_at: datetime
    recorded_by: str
    source: str


@dataclass(frozen=True, slots=True)
class AnswerResult:
    """答えの結果. ``call_back``: copies that are out and may not name the person any more."""

    member: RosterMember = field(repr=False)
    call_back: tuple[HandedCopy, ...] = ()


class ConsentService:
    """同意の用件 on one open database. Safe to call from any thread."""

    def __init__(self, database: CityDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @property
    def access(self) -> Access:
        """Who asks."""
        return self._database.access

    def answer(self, member_id: MemberId, consent: Consent) -> Outcome[AnswerResult]:
        """Keep an answer; a withdrawal holds from this moment for everything that has not left yet.

        Raises
        ------
        KnownProblem
            ``no_right``, ``person_gone`` and those of ``check_answer``.
        """
        self.access.require(Right.EDIT_PEOPLE)
        with self._database.writing() as session:
            found = session.members.get_many(self.access, [member_id])
            if not found:
                raise KnownProblem(
                    "person_gone",
                    "この人はもう名簿にありません。",
                    advice="画面を開き直して、いまの名簿を確かめてください。",
                )
            member = found[0]
            check_answer(member.consent(consent.kind), consent, self._clock.now().date())
            answered = with_consent(member, consent)
            if answered is not member:
                session.members.save_many(self.access, [answered], source=BY_HAND)
            back = self._call_back(session, answered)
        return Outcome(AnswerResult(answered, back), _TOPICS)

    def call_back(self, member_id: MemberId) -> tuple[HandedCopy, ...]:
        """Copies that are out and may not name this person any more, as things stand."""
        with self._database.reading() as session:
            found = session.members.get_many(self.access, [member_id])
            return self._call_back(session, found[0]) if found else ()

    def history(self, member_id: MemberId, kind: ConsentKind) -> list[ConsentAnswer]:
        """Every answer of one kind, newest first, from the kept versions of the record."""
        with self._database.reading() as session:
            versions = session.members.versions(self.access, member_id)
        return answers_of(versions, kind)[::-1]

    def _call_back(self, session: ReadSession, member: RosterMember) -> tuple[HandedCopy, ...]:
        return copies_to_call_back(session, self.access, member)


def answers_of(versions: list[MemberVersion], kind: ConsentKind) -> list[ConsentAnswer]:
    """Return where the answer of one kind changed, oldest first; what never was answered is not there.

    The versions are only ever added, so is this history; an import's answers stand in it too.
    """
    found: list[ConsentAnswer] = []
    before = Consent(kind)
    for version in versions:
        now = version.member.consent(kind)
        if now != before:
            found.append(ConsentAnswer(now, version.saved_at, version.operator, version.source))
            before = now
    return found


def corrected(consent: Consent, why: str) -> Consent:
    """The same answer, marked as a correction of what was typed before."""
    return replace(consent, correction=why.strip())
