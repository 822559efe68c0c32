"""案内送付と返送 in the database. Implements ``MailingRepository``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import chain
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, and_, false, func, insert, select, true, update

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId, MemberId
from kurume_bousai.domain.mailings import (
    LAST_MAILING,
    PROTECTED_MAILINGS_FROM,
    Audience,
    EnvelopeCheck,
    EnvelopeOrder,
    Letter,
    LetterCode,
    Mailing,
    MailingId,
    ReplyKind,
)
from kurume_bousai.domain.members import OPEN_STATES
from kurume_bousai.storage.codec import encode
from kurume_bousai.storage.repository import Repository, chunks, fetched
from kurume_bousai.storage.rows.letters import MailingCheckRecord, MailingLetterRecord, MailingRecord
from kurume_bousai.storage.rows.people import MemberRecord
from kurume_bousai.storage.visible import counted_members, visible, visible_members

_MAILINGS = cast("Table", MailingRecord.__table__)
_LETTERS = cast("Table", MailingLetterRecord.__table__)
_CHECKS = cast("Table", MailingCheckRecord.__table__)
_BLANKS = " \u3000\t\r\n"
#: Columns kept as they are; the others are enums.
_MAILING_DAYS = ("reply_by", "made_at", "printed_on", "posted_on", "cancelled_on")


class Mailings(Repository):
    """案内送付と返送."""

    # -- mailings ------------------------------------------------------------------------------

    def all(self, access: Access) -> list[Mailing]:
        """The newest first; those to 支援措置対象者 for the flagged clerk only."""
        access.require(Right.SEE_PEOPLE)
        statement = select(_MAILINGS).where(_seen(access)).order_by(MailingRecord.made_at.desc())
        return [_mailing(row) for row in self.connection.execute(statement).mappings()]

    def get(self, access: Access, number: int) -> Mailing | None:
        """One mailing by its number."""
        access.require(Right.SEE_PEOPLE)
        statement = select(_MAILINGS).where(_seen(access), MailingRecord.number == number)
        row = self.connection.execute(statement).mappings().first()
        return None if row is None else _mailing(row)

    def next_number(self, *, is_protected: bool) -> int:
        """The next number of its range.

        Raises
        ------
        KnownProblem
            ``mailings_full``.
        """
        newest = self.connection.scalar(
            select(func.max(MailingRecord.number)).where(MailingRecord.is_protected.is_(is_protected))
        )
        first = PROTECTED_MAILINGS_FROM if is_protected else 1
        last = LAST_MAILING if is_protected else PROTECTED_MAILINGS_FROM - 1
        number = first if newest is None else newest + 1
        if number > last:
            raise KnownProblem(
                "mailings_full", "案内の番号を使い切りました。", advice="管理者に知らせてください。"
            )
        return number

    def add(self, access: Access, mailing: Mailing, letters: Sequence[Letter]) -> None:
        """Store a mailing with its letters."""
        self._require(access)
        self.connection.execute(insert(_MAILINGS).values(_mailing_row(mailing)))
        self.insert_many(_LETTERS, [_letter_row(letter) for letter in letters])
        self._audit(access, "mailing_created", mailing, [letter.member_id for letter in letters])

    def save(self, access: Access, mailing: Mailing, action: str) -> None:
        """Store the days of a mailing."""
        self._require(access)
        self.upsert(_MAILINGS, [_mailing_row(mailing)])
        self._audit(access, action, mailing, [])

    # -- letters -------------------------------------------------------------------------------

    def letters(self, access: Access, mailing_id: MailingId) -> list[Letter]:
        """In the order of the envelopes, of people on the list whom the viewer may see."""
        statement = (
            select(_LETTERS)
            .where(MailingLetterRecord.mailing_id == mailing_id, _visible(access))
            .order_by(MailingLetterRecord.position)
        )
        return [_letter(row) for row in self.connection.execute(statement).mappings()]

    def wanting(self, access: Access, mailing: Mailing) -> frozenset[MemberId]:
        """Whose letter of a mailing still stands before it is posted."""
        statement = (
            select(MailingLetterRecord.member_id)
            .join(MemberRecord, MemberRecord.member_id == MailingLetterRecord.member_id)
            .where(
                MailingLetterRecord.mailing_id == mailing.mailing_id,
                visible(access),
                func.coalesce(MemberRecord.has_protected_address, true()).is_(mailing.is_protected),
                MemberRecord.registration_state.in_([one.value for one in OPEN_STATES]),
                func.trim(MemberRecord.address, _BLANKS) != "",
            )
        )
        return frozenset(MemberId(one) for one in self.connection.scalars(statement))

    def letter(self, access: Access, code: LetterCode) -> Letter | None:
        """One letter by its code."""
        statement = select(_LETTERS).where(MailingLetterRecord.code == code, _visible(access))
        row = self.connection.execute(statement).mappings().first()
        return None if row is None else _letter(row)

    def last_letters(self, access: Access) -> dict[MemberId, tuple[Mailing, Letter]]:
        """The latest letter of everybody who ever got one."""
        mailings = {mailing.mailing_id: mailing for mailing in reversed(self.all(access))}
        statement = select(_LETTERS).where(_visible(access))
        by_mailing: dict[MailingId, list[Letter]] = {}
        for row in self.connection.execute(statement).mappings():
            letter = _letter(row)
            by_mailing.setdefault(letter.mailing_id, []).append(letter)
        return {
            letter.member_id: (mailing, letter)
            for mailing in mailings.values()
            for letter in by_mailing.get(mailing.mailing_id, [])
        }

    def unreturned(self, access: Access) -> list[MemberId]:
        """Whose latest letter was posted and has not come back: as ``last_letters``, without the letters."""
        mailings = {
            mailing.mailing_id: (place, mailing.posted_on is not None and mailing.cancelled_on is None)
            for place, mailing in enumerate(reversed(self.all(access)))
        }
        last: dict[str, tuple[int, bool]] = {}
        names = ("member_id", "mailing_id", "reply")
        statement = select(*(_LETTERS.c[name] for name in names)).where(_visible(access))
        with self.connection.execute(statement) as result:
            for member_id, mailing_id, reply in chain.from_iterable(fetched(result)):
                place, is_out = mailings.get(mailing_id, (-1, False))
                if place >= last.get(member_id, (0, False))[0]:
                    last[member_id] = place, is_out and reply is None
        return [MemberId(member_id) for member_id, (_, is_open) in last.items() if is_open]

    def mark_printed(self, access: Access, codes: Sequence[LetterCode], on: date) -> None:
        """Write the day of the first print."""
        self._require(access)
        for part in chunks(codes):
            self.connection.execute(
                update(_LETTERS)
                .where(MailingLetterRecord.code.in_(part), MailingLetterRecord.printed_on.is_(None))
                .values(printed_on=on)
            )

    # -- replies -------------------------------------------------------------------------------

    def answer(
        self,
        access: Access,
        letter: Letter,
        reply: ReplyKind,
        *,
        received_on: date,
        answered_on: date,
        at: datetime,
    ) -> None:
        """Write a reply."""
        self._require(access)
        answered = replace(
            letter,
            reply=reply,
            received_on=received_on,
            answered_on=answered_on,
            recorded_at=at,
            recorded_by=access.name,
        )
        self.upsert(_LETTERS, [_letter_row(answered)])
        self.session.audit.record(
            access, "letter_answered", [letter.member_id], {"code": letter.code, "reply": reply.value}
        )

    def take_back(self, access: Access, letter: Letter) -> None:
        """Take a reply off again."""
        self._require(access)
        bare = replace(
            letter, reply=None, received_on=None, answered_on=None, recorded_at=None, recorded_by=""
        )
        self.upsert(_LETTERS, [_letter_row(bare)])
        self.session.audit.record(
            access, "letter_answer_taken_back", [letter.member_id], {"code": letter.code}
        )

    # -- checks --------------------------------------------------------------------------------

    def add_check(
        self, access: Access, mailing_id: MailingId, letter: LetterCode, form: LetterCode, *, at: datetime
    ) -> EnvelopeCheck:
        """Keep one opened envelope."""
        self._require(access)
        last = self.connection.scalar(
            select(func.max(MailingCheckRecord.check)).where(MailingCheckRecord.mailing_id == mailing_id)
        )
        self.connection.execute(
            insert(_CHECKS).values(
                mailing_id=mailing_id,
                check=(last or 0) + 1,
                letter_code=letter,
                form_code=form,
                checked_at=at,
                checked_by=access.name,
            )
        )
        check = EnvelopeCheck(letter, form, at, access.name)
        if not check.is_match:
            codes = {"letter": letter, "form": form}
            self.session.audit.record(access, "envelope_mismatch", [mailing_id], codes)
        return check

    def checks(self, mailing_id: MailingId) -> list[EnvelopeCheck]:
        """In the order they were made."""
        statement = (
            select(_CHECKS)
            .where(MailingCheckRecord.mailing_id == mailing_id)
            .order_by(MailingCheckRecord.check)
        )
        return [
            EnvelopeCheck(
                LetterCode(row.letter_code), LetterCode(row.form_code), row.checked_at, row.checked_by
            )
            for row in self.connection.execute(statement)
        ]

    # -- numbers -------------------------------------------------------------------------------

    def reply_counts(self, access: Access, mailing_id: MailingId) -> Mapping[ReplyKind | None, int]:
        """Printed letters by reply, of people who enter numbers."""
        access.require(Right.SEE_COUNTS)
        statement = (
            select(MailingLetterRecord.reply, func.count())
            .join(MemberRecord, MemberRecord.member_id == MailingLetterRecord.member_id)
            .where(
                MailingLetterRecord.mailing_id == mailing_id,
                MailingLetterRecord.printed_on.is_not(None),
                counted_members(),
            )
            .group_by(MailingLetterRecord.reply)
        )
        return {
            None if reply is None else ReplyKind(reply): count
            for reply, count in self.connection.execute(statement)
        }

    def open_counts(self, access: Access) -> Mapping[DistrictId | None, int]:
        """People per 校区 whose latest posted letter was not returned."""
        access.require(Right.SEE_COUNTS)
        newest = (
            select(MailingLetterRecord.member_id, func.max(MailingRecord.made_at).label("made_at"))
            .join(MailingRecord, MailingRecord.mailing_id == MailingLetterRecord.mailing_id)
            .where(MailingRecord.posted_on.is_not(None))
            .group_by(MailingLetterRecord.member_id)
            .subquery()
        )
        statement = (
            # Somebody whose two records were made one may have two letters of one mailing.
            select(MemberRecord.district_id, func.count(func.distinct(MemberRecord.member_id)))
            .join(MailingLetterRecord, MailingLetterRecord.member_id == MemberRecord.member_id)
            .join(MailingRecord, MailingRecord.mailing_id == MailingLetterRecord.mailing_id)
            .join(
                newest,
                and_(
                    newest.c.member_id == MailingLetterRecord.member_id,
                    newest.c.made_at == MailingRecord.made_at,
                ),
            )
            .where(
                counted_members(),
                MailingLetterRecord.printed_on.is_not(None),
                MailingLetterRecord.reply.is_(None),
            )
            .group_by(MemberRecord.district_id)
        )
        return {
            None if district is None else DistrictId(district): count
            for district, count in self.connection.execute(statement)
        }

    # -- inside --------------------------------------------------------------------------------

    def _require(self, access: Access) -> None:
        self.require_writing()
        access.require(Right.EDIT_PEOPLE)

    def _audit(self, access: Access, action: str, mailing: Mailing, subjects: Sequence[MemberId]) -> None:
        payload = {"mailing": mailing.number, "letters": len(subjects)}
        self.session.audit.record(access, action, [mailing.mailing_id, *subjects], payload)


def _seen(access: Access) -> ColumnElement[bool]:
    return true() if access.sees_protected else MailingRecord.is_protected.is_(False)


def _visible(access: Access) -> ColumnElement[bool]:
    if access.visible_districts == frozenset():
        return false()
    return MailingLetterRecord.member_id.in_(visible_members(access))


def _mailing_row(mailing: Mailing) -> dict[str, Any]:
    row: dict[str, Any] = encode(mailing)
    return {**row, **{name: getattr(mailing, name) for name in _MAILING_DAYS}}


def _mailing(row: Mapping[Any, Any]) -> Mailing:
    values: dict[str, Any] = dict(row)
    return Mailing(
        **{
            **values,
            "mailing_id": MailingId(values["mailing_id"]),
            "audience": Audience(values["audience"]),
            "envelope_order": EnvelopeOrder(values["envelope_order"]),
        }
    )


def _letter_row(letter: Letter) -> dict[str, Any]:
    return {
        "code": letter.code,
        "mailing_id": letter.mailing_id,
        "position": letter.position,
        "member_id": letter.member_id,
        "printed_on": letter.printed_on,
        "reply": None if letter.reply is None else letter.reply.value,
        "received_on": letter.received_on,
        "answered_on": letter.answered_on,
        "recorded_at": letter.recorded_at,
        "recorded_by": letter.recorded_by,
    }


def _letter(row: Mapping[Any, Any]) -> Letter:
    values: dict[str, Any] = dict(row)
    return Letter(
        **{
            **values,
            "code": LetterCode(values["code"]),
            "mailing_id": MailingId(values["mailing_id"]),
            "member_id": MemberId(values["member_id"]),
            "reply": None if values["reply"] is None else ReplyKind(values["reply"]),
        }
    )
