"""返送を入れる: a code leads to one person; the answer changes the registration and the consents at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.consents import (
    Consent,
    ConsentGiver,
    ConsentKind,
    ConsentMethod,
    ConsentState,
    check_answer,
)
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId, MemberId
from kurume_bousai.domain.mailings import (
    Letter,
    LetterCode,
    Mailing,
    ReplyKind,
    mailing_number_of,
    read_code,
    show_code,
)
from kurume_bousai.domain.members import Registration, RegistrationState, RosterMember
from kurume_bousai.services.hand_outs.copies import copies_to_call_back
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession
from kurume_bousai.services.roster.register import with_consent

_TOPICS: Final = frozenset({Topic.MAILINGS, Topic.MEMBERS, Topic.CONSENTS})


@dataclass(frozen=True, slots=True)
class Reply:
    """返送の中身 as the form says it. ``roster``, ``plan``: what was ticked; None = nothing.

    ``answered_on``: the day on the form; None = the day it was received.
    """

    kind: ReplyKind
    received_on: date
    answered_on: date | None = None
    roster: ConsentState | None = field(default=None, repr=False)
    plan: ConsentState | None = field(default=None, repr=False)
    given_by: ConsentGiver = ConsentGiver.PERSON
    relation: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class LetterEcho:
    """この番号の人: what the screen shows, to be held against the name written on the form."""

    code: LetterCode
    mailing: Mailing
    letter: Letter = field(repr=False)
    member_id: MemberId
    number: int
    name: str = field(repr=False)
    kana: str = field(repr=False)
    born_on: date | None = field(repr=False)
    address: str = field(repr=False)
    district_id: DistrictId | None = field(repr=False)
    registration: RegistrationState = field(repr=False)
    roster: ConsentState = field(repr=False)


@dataclass(frozen=True, slots=True)
class OpenLetter:
    """未返送の一通: what a list of thousands shows of it."""

    code: LetterCode
    mailing_number: int
    member_id: MemberId
    number: int
    name: str = field(repr=False)
    district_id: DistrictId | None = field(repr=False)
    registration: RegistrationState = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReplyResult:
    """書きこんだ返送: the state it led to, what was left as it was and why, and copies to call back."""

    echo: LetterEcho
    registration: RegistrationState = field(repr=False)
    roster: ConsentState = field(repr=False)
    notices: tuple[str, ...] = ()
    copies_out: tuple[str, ...] = ()


class ReplyService:
    """返送の用件 on one open database. Safe to call from any thread."""

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

    def echo(self, code_text: str, mailing_number: int | None = None) -> LetterEcho:
        """Who a form belongs to.

        Raises
        ------
        KnownProblem
            Those of ``read_code``; ``other_mailing`` where the form is not of the mailing that is being
            typed in; ``code_unknown``; ``letter_out_of_reach`` where the person left the list or is not
            for this operator, which are told by the same words; ``not_sent``.
        """
        self.access.require(Right.EDIT_PEOPLE)
        code = read_code(code_text)
        with self._database.reading() as session:
            return self._echo(session, code, mailing_number)

    def answer(self, code_text: str, reply: Reply, mailing_number: int | None = None) -> Outcome[ReplyResult]:
        """Write one reply: the letter, the registration and the consents in one transaction.

        An answer that is older than what stands is kept on the letter and changes nothing else; that is told.

        Raises
        ------
        KnownProblem
            Those of ``echo``; ``answered_twice``; ``future_day``; those of a consent.
        """
        self.access.require(Right.EDIT_PEOPLE)
        code = read_code(code_text)
        answered_on = reply.answered_on or reply.received_on
        self._check_days(reply.received_on, answered_on)
        with self._database.writing() as session:
            echo = self._echo(session, code, mailing_number)
            if echo.letter.reply is not None:
                raise _twice(echo)
            found = session.members.get_many(self.access, [echo.member_id])[0]
            notices: list[str] = []
            changed = self._registered(found, reply, answered_on, notices)
            changed = self._consented(changed, echo.mailing, reply, answered_on, notices)
            session.mailings.answer(
                self.access,
                echo.letter,
                reply.kind,
                received_on=reply.received_on,
                answered_on=answered_on,
                at=self._clock.now(),
            )
            if changed != found:
                session.members.save_many(self.access, [changed], source=f"返送 {show_code(code)}")
            copies = self._copies_out(session, found, changed)
        roster = changed.consent_state(ConsentKind.ROSTER)
        result = ReplyResult(echo, changed.registration.state, roster, tuple(notices), copies)
        return Outcome(result, _TOPICS)

    def take_back(self, code_text: str) -> Outcome[LetterEcho]:
        """Take a reply off that was typed for the wrong form; what it changed goes back too.

        What somebody changed since stays as it is.

        Raises
        ------
        KnownProblem
            Those of ``echo``; ``nothing_to_take_back``.
        """
        self.access.require(Right.EDIT_PEOPLE)
        code = read_code(code_text)
        with self._database.writing() as session:
            echo = self._echo(session, code, None)
            if echo.letter.reply is None:
                raise KnownProblem(
                    "nothing_to_take_back", "この番号には、まだ返送を入れていません。", where=show_code(code)
                )
            session.mailings.take_back(self.access, echo.letter)
            self._undo(session, echo)
        return Outcome(echo, _TOPICS)

    def mixed_up(self, code_text: str) -> Outcome[LetterEcho]:
        """Write down that the name on a form is not the person of its code: a form in a wrong envelope.

        Nothing is answered; the letter stays open, so the person is asked again.
        """
        self.access.require(Right.EDIT_PEOPLE)
        code = read_code(code_text)
        with self._database.writing() as session:
            echo = self._echo(session, code, None)
            session.audit.record(self.access, "form_mixed_up", [echo.member_id], {"code": code})
        return Outcome(echo, frozenset({Topic.MAILINGS}))

    def open_letters(self, mailing_number: int | None = None) -> list[LetterEcho]:
        """未返送: letters that went out and did not come back (of one mailing), in envelope order."""
        self.access.require(Right.EDIT_PEOPLE)
        with self._database.reading() as session:
            found: list[LetterEcho] = []
            for mailing, letters in self._waiting(session, mailing_number):
                found += self._echoes(session, mailing, letters)
            return found

    def open_list(self, mailing_number: int | None = None) -> list[OpenLetter]:
        """The same letters with what a list shows of them: nobody's whole record is read."""
        self.access.require(Right.EDIT_PEOPLE)
        with self._database.reading() as session:
            rows = {row.member_id: row for row in session.members.rows(self.access, MemberQuery())}
            return [
                OpenLetter(
                    letter.code, mailing.number, row.member_id, row.number, row.name, row.district_id,
                    row.registration,
                )
                for mailing, letters in self._waiting(session, mailing_number)
                for letter in letters
                if (row := rows.get(letter.member_id)) is not None
            ]  # fmt: skip

    def _waiting(
        self, session: ReadSession, mailing_number: int | None
    ) -> Iterator[tuple[Mailing, list[Letter]]]:
        for mailing in reversed(session.mailings.all(self.access)):
            if mailing.is_out and mailing_number in (None, mailing.number):
                letters = session.mailings.letters(self.access, mailing.mailing_id)
                yield mailing, [one for one in letters if one.printed_on is not None and one.reply is None]

    # -- inside --------------------------------------------------------------------------------

    def _echoes(self, session: ReadSession, mailing: Mailing, letters: Sequence[Letter]) -> list[LetterEcho]:
        members = {
            one.member_id: one
            for one in session.members.get_many(self.access, [letter.member_id for letter in letters])
        }
        return [
            _echo(mailing, letter, members[letter.member_id])
            for letter in letters
            if letter.member_id in members
        ]

    def _echo(self, session: ReadSession, code: LetterCode, mailing_number: int | None) -> LetterEcho:
        number = mailing_number_of(code)
        if mailing_number is not None and number != mailing_number:
            raise KnownProblem(
                "other_mailing",
                "いま入れている案内の用紙ではありません。",
                where=show_code(code),
                advice="用紙を分けてください。その案内を選べば入れられます。まだ何も記録していません。",
            )
        mailing = session.mailings.get(self.access, number)
        letter = None if mailing is None else session.mailings.letter(self.access, code)
        if mailing is None or letter is None:
            # One message for a code that never was, for somebody who left the list and for one who is not
            # for this operator: a message of its own would tell of them.
            raise KnownProblem(
                "letter_out_of_reach",
                "この番号の人は、いまの名簿で開けません。",
                where=show_code(code),
                advice="番号を見直してください。合っていれば、用紙を名簿の責任者に渡してください。",
            )
        if not mailing.is_out or letter.printed_on is None:
            raise KnownProblem(
                "not_sent",
                "まだ出していない案内の番号です。",
                where=show_code(code),
                advice="番号を見直してください。取りやめた案内の用紙なら、名簿の責任者に渡してください。",
            )
        found = session.members.get_many(self.access, [letter.member_id])
        return _echo(mailing, letter, found[0])

    def _check_days(self, received_on: date, answered_on: date) -> None:
        if received_on > self.today or answered_on > received_on:
            raise KnownProblem(
                "future_day",
                "日付の順が合いません。",
                where="記入日・受取日",
                advice="記入した日は受け取った日まで、受け取った日は今日までにしてください。",
            )

    def _registered(
        self, member: RosterMember, reply: Reply, answered_on: date, notices: list[str]
    ) -> RosterMember:
        before = member.registration
        is_later = before.registered_on is not None and before.registered_on > answered_on
        if reply.kind is ReplyKind.APPLIED:
            if before.state is RegistrationState.APPLIED:
                notices.append("この人は、すでに申込済です。登録日は変えていません。")
                return member
            return replace(member, registration=Registration(RegistrationState.APPLIED, reply.received_on))
        if reply.kind is ReplyKind.DECLINED:
            if before.state is RegistrationState.APPLIED and is_later:
                notices.append("この用紙より後に申込を受けています。申込済のままにしました。")
                return member
            return replace(member, registration=Registration(RegistrationState.DECLINED))
        return member

    def _consented(
        self, member: RosterMember, mailing: Mailing, reply: Reply, answered_on: date, notices: list[str]
    ) -> RosterMember:
        for kind, state in self._answers(reply):
            before = member.consent(kind)
            if (
                before.state is not ConsentState.UNANSWERED
                and before.decided_on is not None
                and before.decided_on > answered_on
            ):
                notices.append("この用紙より新しい同意の答えがあります。そちらを残しました。")
                continue
            after = _consent(before, state, mailing, reply, answered_on)
            check_answer(before, after, self.today)
            member = with_consent(member, after)
        return member

    def _answers(self, reply: Reply) -> list[tuple[ConsentKind, ConsentState]]:
        roster = reply.roster
        # The form's own words: who does not apply, or refuses, does not agree to the list being handed on.
        if reply.kind in (ReplyKind.DECLINED, ReplyKind.REFUSED):
            roster = ConsentState.REFUSED
        if reply.kind is ReplyKind.UNDELIVERED:
            return []
        ticked = ((ConsentKind.ROSTER, roster), (ConsentKind.PLAN, reply.plan))
        return [(kind, state) for kind, state in ticked if state is not None]

    def _copies_out(self, session: ReadSession, before: RosterMember, after: RosterMember) -> tuple[str, ...]:
        """Numbers of the copies that are out and may not name somebody any more, now that they said no."""
        if before.consents == after.consents or not self.access.has(Right.PRINT_NAMED):
            return ()
        return tuple(copy.copy_number for copy in copies_to_call_back(session, self.access, after))

    def _undo(self, session: ReadSession, echo: LetterEcho) -> None:
        """Put registration and consents back to the version before the reply, where nobody changed them."""
        source = f"返送 {show_code(echo.code)}"
        versions = session.members.versions(self.access, echo.member_id)
        place = max((at for at, one in enumerate(versions) if one.source == source), default=0)
        if place == 0:
            return
        now = session.members.get_many(self.access, [echo.member_id])[0]
        wrote, before = versions[place].member, versions[place - 1].member
        if (now.registration, now.consents) != (wrote.registration, wrote.consents):
            return
        back = replace(now, registration=before.registration, consents=before.consents)
        session.members.save_many(self.access, [back], source=f"{source} を取り消し")


def _consent(
    before: Consent, state: ConsentState, mailing: Mailing, reply: Reply, answered_on: date
) -> Consent:
    """The answer on a form; the letter was the explanation."""
    if state is ConsentState.REFUSED and before.state in (ConsentState.GIVEN, ConsentState.WITHDRAWN):
        state = ConsentState.WITHDRAWN
    return Consent(
        kind=before.kind,
        state=state,
        decided_on=answered_on,
        explained_on=mailing.posted_on or mailing.printed_on,
        explained_by=f"案内の文書 第{mailing.number}回",
        method=ConsentMethod.WRITTEN,
        given_by=reply.given_by,
        relation=reply.relation,
    )


def _twice(echo: LetterEcho) -> KnownProblem:
    from kurume_bousai.domain.dates import format_wareki

    on = echo.letter.received_on
    day = format_wareki(on) if on is not None else ""
    return KnownProblem(
        "answered_twice",
        f"この番号は、{day}に受け取った返送をもう入れてあります。",
        where=show_code(echo.code),
        advice="同じ用紙ならそのままで構いません。前の入力がまちがいなら、先に「取り消す」を押してください。",
    )


def _echo(mailing: Mailing, letter: Letter, member: RosterMember) -> LetterEcho:
    return LetterEcho(
        letter.code,
        mailing,
        letter,
        member.member_id,
        member.number,
        member.name,
        member.kana,
        member.born_on,
        member.address,
        member.district_id,
        member.registration.state,
        member.consent_state(ConsentKind.ROSTER),
    )
