"""案内を送る (FEATURES X4): who is invited, letters in the order of the envelopes, the check, the post.

The order is fixed when a mailing is made and never again: letters, forms, control sheet and bundles are all
read in it. Before every step somebody who left the list, was flagged 支援措置, or has answered meanwhile
falls out; nobody moves up. Letters printed here need one person; a file that leaves needs a second.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import new_id
from kurume_bousai.domain.mailings import (
    MOST_LETTERS,
    Audience,
    Bundle,
    EnvelopeCheck,
    Letter,
    Mailing,
    MailingId,
    bundle_of,
    bundles_of,
    letter_codes,
    mailing_number_of,
    read_code,
    show_code,
    unchecked,
)
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.second_person import Confirmation, NamedKind, Vouched
from kurume_bousai.services.disclosure.second_person import LetterFileRequest, SecondPersonGate
from kurume_bousai.services.facts import FACT_NAMED_OUTPUT_LOCKED, is_fictional
from kurume_bousai.services.letters.letter_files import issue_letter_file
from kurume_bousai.services.letters.plan import MailingOrder, MailingPlan, plan_mailing
from kurume_bousai.services.letters.posting import mark_invited
from kurume_bousai.services.letters.status import MailingStatus, bundle_range, refuse_amount
from kurume_bousai.services.papers.letters import ControlSheet, LetterBatch, LetterMaker, LetterSheet
from kurume_bousai.services.papers.ports import PaperMaker, PaperStamp, RenderedPaper, ReportFormat
from kurume_bousai.services.papers.rules import check_password, format_of
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.hand_outs import SecondPerson
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession, WriteSession
from kurume_bousai.services.progress import Progress, no_progress

#: Where answers and questions go; printed on every letter. Typed by the city.
FACT_LETTER_CONTACT: Final = "letter_contact"
DEFAULT_CONTACT: Final = "久留米市 健康福祉部 地域福祉課"
BUNDLE_SIZES: Final = (25, 50, 100, 200)
_TOPICS: Final = frozenset({Topic.MAILINGS})


class MailingService:
    """案内の用件 on one open database. Safe to call from any thread."""

    def __init__(
        self,
        database: CityDatabase,
        clock: Clock,
        letters: LetterMaker,
        papers: PaperMaker,
        second: SecondPerson,
    ) -> None:
        self._database = database
        self._clock = clock
        self._letters = letters
        self._papers = papers
        self.gate = SecondPersonGate(database, second, clock)

    @property
    def access(self) -> Access:
        """Who asks."""
        return self._database.access

    @property
    def today(self) -> date:
        """Today by the clock."""
        return self._clock.now().date()

    # -- reading -------------------------------------------------------------------------------

    def all(self) -> list[Mailing]:
        """The newest first; raises ``no_right``."""
        self.access.require(Right.EDIT_PEOPLE)
        with self._database.reading() as session:
            return session.mailings.all(self.access)

    def status(self, number: int) -> MailingStatus:
        """How one mailing stands; raises ``no_right``, ``no_mailing``."""
        self.access.require(Right.EDIT_PEOPLE)
        with self._database.reading() as session:
            mailing = self._get(session, number)
            standing = self._standing(session, mailing)
            return MailingStatus(
                mailing,
                tuple(standing),
                _bundles(mailing, standing),
                tuple(session.mailings.checks(mailing.mailing_id)),
                session.mailings.reply_counts(self.access, mailing.mailing_id),
            )

    def contact(self) -> str:
        """What the letters say about where to ask."""
        with self._database.reading() as session:
            return session.fact(FACT_LETTER_CONTACT) or DEFAULT_CONTACT

    def save_contact(self, words: str) -> None:
        """Keep what the letters say about where to ask; raises ``no_right``."""
        self.access.require(Right.KEEP_CITY_RULES)
        with self._database.writing() as session:
            session.set_fact(FACT_LETTER_CONTACT, words.strip()[:200])
            session.audit.record(self.access, "letter_contact_saved", [], {})

    # -- making --------------------------------------------------------------------------------

    def plan(self, order: MailingOrder) -> MailingPlan:
        """Who would get a letter; nothing is kept.

        Raises
        ------
        KnownProblem
            ``no_right``, ``not_judged`` (nobody has run the criteria yet), ``mailing_invalid``.
        """
        self._refuse(order)
        with self._database.reading() as session:
            return plan_mailing(session, self.access, order, self.today)

    def create(self, order: MailingOrder) -> Outcome[Mailing]:
        """Make the mailing: its order and its codes stand from here on.

        Raises
        ------
        KnownProblem
            Those of ``plan``, ``nobody_to_invite``, ``mailing_too_large``.
        """
        self._refuse(order)
        with self._database.writing() as session:
            invited = plan_mailing(session, self.access, order, self.today).invited
            if not invited:
                raise KnownProblem(
                    "nobody_to_invite",
                    "案内を送る人がいません。",
                    advice="だれに送るかを変えるか、先に対象者の判定をしてください。",
                )
            if len(invited) > MOST_LETTERS:
                raise KnownProblem(
                    "mailing_too_large",
                    "一度に送れる数を超えています。",
                    advice="校区を分けて送ってください。",
                )
            mailing = self._mailing(session, order)
            codes = letter_codes(mailing.number)
            letters = [
                Letter(next(codes), mailing.mailing_id, place, one.member_id)
                for place, one in enumerate(invited, start=1)
            ]
            session.mailings.add(self.access, mailing, letters)
        return Outcome(mailing, _TOPICS)

    def cancel(self, number: int) -> Outcome[Mailing]:
        """Give a mailing up that was never posted; its people can be invited anew, its codes never return.

        Raises
        ------
        KnownProblem
            ``no_right``, ``no_mailing``, ``already_posted``.
        """
        self.access.require(Right.EDIT_PEOPLE)
        with self._database.writing() as session:
            mailing = self._get(session, number)
            if mailing.posted_on is not None:
                raise KnownProblem("already_posted", "もう出した案内は、取りやめられません。")
            mailing = replace(mailing, cancelled_on=self.today)
            session.mailings.save(self.access, mailing, "mailing_cancelled")
        return Outcome(mailing, _TOPICS)

    # -- paper ---------------------------------------------------------------------------------

    def print_pages(
        self, number: int, bundle: int | None = None, last: int | None = None
    ) -> Outcome[RenderedPaper]:
        """Return letters and forms (of one bundle, or of those up to ``last``) for the printer, in memory.

        Recorded first.

        Raises
        ------
        KnownProblem
            ``no_right``, ``no_mailing``, ``named_locked``, ``no_such_bundle``, ``mailing_cancelled``,
            ``letters_too_many`` (more than ``MOST_AT_ONCE``; a single bundle always goes).
        """
        self.access.require(Right.PRINT_NAMED)
        with self._database.writing() as session:
            paper, _ = self._render(session, number, bundle_range(bundle, last), "print")
        return Outcome(paper, _TOPICS)

    def write(
        self,
        number: int,
        place: Path,
        password: Callable[[], str],
        bundle: int | None = None,
        last: int | None = None,
        confirmation: Confirmation | None = None,
    ) -> Outcome[RenderedPaper]:
        """Write letters and forms as one encrypted PDF; recorded first, whole or not at all.

        The file holds hundreds of addresses and can go anywhere, so a second person must have confirmed it
        (``NamedKind.OTHER``); the audit keeps who, or on which ground nobody had to.

        Raises
        ------
        KnownProblem
            Those of ``print_pages`` and ``SecondPersonGate.admit``, ``letters_need_pdf``, ``password_short``.
        """
        self.access.require(Right.PRINT_NAMED)
        if format_of(place) is not ReportFormat.PDF:
            raise KnownProblem(
                "letters_need_pdf",
                "案内の紙は、PDFだけです。",
                where=place.name,
                advice="ファイルの終わりを .pdf にしてください。",
            )
        with self._database.reading() as before:
            self._refuse_print(before, self._get(before, number))
        request = LetterFileRequest(confirmation)
        self.gate.refuse_missing(NamedKind.OTHER, request)
        secret = password()
        check_password(secret)
        vouched = self.gate.admit(NamedKind.OTHER, request)
        with self._papers.staging() as staging:
            with self._database.writing() as session:
                paper, _ = self._render(session, number, bundle_range(bundle, last), "file", vouched)
                content = self._papers.encrypt(paper.content, ReportFormat.PDF, secret)
                staging.reserve(place, len(content))
            staging.fill(place, content)  # the ledger stands on the disk by now, and nothing of them before
            staging.publish()
        return Outcome(paper, _TOPICS | {Topic.LEDGER})

    def control_pages(self, number: int) -> Outcome[RenderedPaper]:
        """Return the control sheet; it has codes and counts, no names."""
        self.access.require(Right.EDIT_PEOPLE)
        with self._database.writing() as session:
            mailing = self._get(session, number)
            bundles = _bundles(mailing, self._standing(session, mailing))
            session.audit.record(
                self.access, "mailing_control_printed", [mailing.mailing_id], {"mailing": mailing.number}
            )
            sheet = ControlSheet(
                mailing.number,
                mailing.title,
                mailing.envelope_order,
                mailing.check_every,
                mailing.reply_by,
                bundles,
            )
            paper = self._letters.control(sheet, self._stamp(session))
        return Outcome(paper, _TOPICS)

    def write_control(self, number: int, place: Path) -> Outcome[RenderedPaper]:
        """Write the control sheet as a PDF."""
        outcome = self.control_pages(number)
        with self._papers.staging() as staging:
            staging.add(place, outcome.value.content)
            staging.publish()
        return outcome

    def _render(
        self,
        session: WriteSession,
        number: int,
        bundles: range | None,
        way: str,
        vouched: Vouched | None = None,
    ) -> tuple[RenderedPaper, Mailing]:
        mailing = self._get(session, number)
        self._refuse_print(session, mailing)
        standing = self._standing(session, mailing)
        size = mailing.bundle_size
        chosen = [one for one in standing if bundles is None or bundle_of(one, size) in bundles]
        refuse_amount(chosen, size, bundles)
        people = {
            one.member_id: one
            for one in session.members.get_many(self.access, [letter.member_id for letter in chosen])
        }
        session.mailings.mark_printed(self.access, [one.code for one in chosen], self.today)
        printed = replace(mailing, printed_on=mailing.printed_on or self.today)
        session.mailings.save(self.access, printed, "mailing_printed")
        session.audit.record(
            self.access,
            "letters_printed",
            [mailing.mailing_id, *people],
            {
                "mailing": mailing.number,
                "bundles": None if bundles is None else [bundles[0], bundles[-1]],
                "letters": len(chosen),
                "way": way,
                **({} if vouched is None else _signed(vouched)),
            },
        )
        if vouched is not None:
            issue_letter_file(session, self.access, mailing, people, vouched, self._clock.now())
        batch = LetterBatch(
            mailing.number,
            mailing.title,
            self.today,
            mailing.reply_by,
            session.fact(FACT_LETTER_CONTACT) or DEFAULT_CONTACT,
            mailing.audience is Audience.REMINDER,
            tuple(_sheet(one, people[one.member_id], mailing) for one in chosen),
            _bundles(mailing, chosen),
        )
        return self._letters.letters(batch, self._stamp(session)), printed

    def _refuse_print(self, session: ReadSession, mailing: Mailing) -> None:
        if mailing.cancelled_on is not None:
            raise KnownProblem("mailing_cancelled", "この案内は取りやめています。", where=mailing.title)
        if session.fact(FACT_NAMED_OUTPUT_LOCKED):
            raise KnownProblem(
                "named_locked",
                "取り込んだ名簿の数が合っていないため、名前の入った書類は出せません。",
                advice="名簿の担当が数を確かめて、止めてあるのを解いてください。",
            )

    # -- checking and posting ------------------------------------------------------------------

    def check_pair(self, number: int, letter_text: str, form_text: str) -> Outcome[EnvelopeCheck]:
        """Write down which two sheets were found in one envelope; a wrong pair stops the posting.

        Raises
        ------
        KnownProblem
            Those of ``read_code``, ``other_mailing``, ``code_unknown``.
        """
        self.access.require(Right.EDIT_PEOPLE)
        letter, form = read_code(letter_text), read_code(form_text)
        with self._database.writing() as session:
            mailing = self._get(session, number)
            for code in (letter, form):
                if mailing_number_of(code) != number:
                    raise KnownProblem(
                        "other_mailing",
                        "別の案内の用紙です。",
                        where=show_code(code),
                        advice="この封筒をよけて、どの案内の用紙かを確かめてください。",
                    )
                if session.mailings.letter(self.access, code) is None:
                    raise KnownProblem("code_unknown", "この案内にない番号です。", where=show_code(code))
            check = session.mailings.add_check(
                self.access, mailing.mailing_id, letter, form, at=self._clock.now()
            )
        return Outcome(check, _TOPICS)

    def post(
        self,
        number: int,
        on: date | None = None,
        unchecked_reason: str = "",
        progress: Progress = no_progress,
    ) -> Outcome[Mailing]:
        """Write down that the letters went out: 未案内 becomes 案内済; ``progress`` may stop it whole.

        Raises
        ------
        KnownProblem
            ``no_right``, ``no_mailing``, ``already_posted``, ``not_printed``, ``envelopes_unchecked``
            (samples that were not opened, or were found wrong) unless a reason is given for leaving the
            check out; a wrong pair is never left out.
        """
        self.access.require(Right.EDIT_PEOPLE)
        status = self.status(number)
        self._refuse_post(status, unchecked_reason)
        posted_on = on or self.today
        if posted_on > self.today:
            raise KnownProblem("future_day", "出した日が今日より後になっています。", where="出した日")
        mailing = replace(
            status.mailing, posted_on=posted_on, unchecked_reason=unchecked_reason.strip()[:400]
        )
        ids = [one.member_id for one in status.letters]
        with self._database.writing() as session:
            session.mailings.save(self.access, mailing, "mailing_posted")
            mark_invited(session, self.access, ids, progress)
        return Outcome(mailing, frozenset({Topic.MAILINGS, Topic.MEMBERS}))

    def _refuse_post(self, status: MailingStatus, reason: str) -> None:
        mailing = status.mailing
        if mailing.posted_on is not None:
            raise KnownProblem("already_posted", "この案内は、もう出したと記録してあります。")
        if not mailing.is_out or not status.letters:
            raise KnownProblem(
                "not_printed", "まだ印刷していない案内です。", advice="先に案内と用紙を印刷してください。"
            )
        if bare := [one for one in status.letters if one.printed_on is None]:
            first = bundle_of(bare[0], mailing.bundle_size)
            raise KnownProblem(
                "not_printed",
                f"まだ印刷していない案内が{len(bare):,}通あります。",
                where=f"束 {first} から",
                advice="残りの束を印刷して封筒に入れてから、出した日を記録してください。",
            )
        waiting = unchecked(status.bundles, status.checks)
        wrong = {
            code for one in status.checks if not one.is_match for code in (one.letter_code, one.form_code)
        }
        if waiting and (not reason.strip() or wrong.intersection(waiting)):
            raise KnownProblem(
                "envelopes_unchecked",
                f"まだ開けて確かめていない封筒、または中身の番号が合わなかった封筒が{len(waiting)}通あります。",
                where="、".join(show_code(code) for code in waiting[:5]),
                advice="点検表の封筒を開けて、2枚の番号を入れてください。合わなかった束は、全部を確かめてください。",
            )

    # -- inside --------------------------------------------------------------------------------

    def _refuse(self, order: MailingOrder) -> None:
        self.access.require(Right.EDIT_PEOPLE)
        if order.is_protected and not self.access.sees_protected:
            raise KnownProblem(
                "no_right", "この操作をする役割がありません。", advice="管理者に相談してください。"
            )
        checks = (
            (
                order.title.strip() and len(order.title) <= 100,
                "題",
                "案内の題を100文字までで入れてください。",
            ),
            (order.reply_by > self.today, "返送の期限", "返送の期限は、あしたより後の日にしてください。"),
            (5 <= order.bundle_size <= 500, "束の数", "一束は5通から500通までにしてください。"),
            (2 <= order.check_every <= 500, "点検", "点検は2通に1通から500通に1通までにしてください。"),
        )
        for holds, where, message in checks:
            if not holds:
                raise KnownProblem("mailing_invalid", message, where=where, advice="直してください。")

    def _mailing(self, session: ReadSession, order: MailingOrder) -> Mailing:
        return Mailing(
            MailingId(new_id()),
            session.mailings.next_number(is_protected=order.is_protected),
            order.title.strip(),
            order.audience,
            order.envelope_order,
            order.bundle_size,
            order.check_every,
            order.reply_by,
            self._clock.now(),
            self.access.name,
            order.is_protected,
        )

    def _get(self, session: ReadSession, number: int) -> Mailing:
        found = session.mailings.get(self.access, number)
        if found is None:
            raise KnownProblem(
                "no_mailing",
                "その番号の案内がありません。",
                where=str(number),
                advice="番号を確かめてください。",
            )
        return found

    def _standing(self, session: ReadSession, mailing: Mailing) -> list[Letter]:
        """Letters that are, or will be, on paper: before printing, those whose people still want one."""
        letters = session.mailings.letters(self.access, mailing.mailing_id)
        if mailing.posted_on is not None:
            return [one for one in letters if one.printed_on is not None]
        wanted = session.mailings.wanting(self.access, mailing)
        return [one for one in letters if one.member_id in wanted or one.reply is not None]

    def _stamp(self, session: ReadSession) -> PaperStamp:
        return PaperStamp(self._clock.now(), self.access.name, session.audit.head(), is_fictional(session))


def _bundles(mailing: Mailing, letters: Sequence[Letter]) -> tuple[Bundle, ...]:
    return bundles_of(letters, size=mailing.bundle_size, check_every=mailing.check_every)


def _signed(vouched: Vouched) -> dict[str, str]:
    """What the audit keeps of the second person, as the ledger does."""
    return {"second_person": vouched.operator_id or "", "second_ground": vouched.ground.value}


def _sheet(letter: Letter, member: RosterMember, mailing: Mailing) -> LetterSheet:
    return LetterSheet(
        show_code(letter.code),
        bundle_of(letter, mailing.bundle_size),
        member.shown_name,
        member.postal_code,
        member.address,
        member.building,
    )
