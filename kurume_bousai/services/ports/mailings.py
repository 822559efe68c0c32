"""Ports of the letters and their replies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.ids import DistrictId, MemberId
from kurume_bousai.domain.mailings import (
    EnvelopeCheck,
    Letter,
    LetterCode,
    Mailing,
    MailingId,
    ReplyKind,
)


class MailingRepository(Protocol):
    """案内送付と返送. Mailings to 支援措置対象者 and letters to people the viewer may not see do not exist.

    Reading needs ``SEE_PEOPLE``, writing ``EDIT_PEOPLE``.
    """

    def all(self, access: Access) -> list[Mailing]:
        """The newest first."""

    def get(self, access: Access, number: int) -> Mailing | None: ...

    def next_number(self, *, is_protected: bool) -> int: ...

    def add(self, access: Access, mailing: Mailing, letters: Sequence[Letter]) -> None:
        """Store a mailing with its letters; audited."""

    def save(self, access: Access, mailing: Mailing, action: str) -> None:
        """Store the days of a mailing; audited under ``action``."""

    def letters(self, access: Access, mailing_id: MailingId) -> list[Letter]:
        """In the order of the envelopes, of people on the list whom the viewer may see."""

    def wanting(self, access: Access, mailing: Mailing) -> frozenset[MemberId]:
        """Whose letter of a mailing still stands before it is posted.

        On the list, of the mailing's kind, with an address, and neither 申込済 nor 辞退.
        """

    def letter(self, access: Access, code: LetterCode) -> Letter | None: ...

    def last_letters(self, access: Access) -> dict[MemberId, tuple[Mailing, Letter]]:
        """The latest letter of everybody who ever got one."""

    def unreturned(self, access: Access) -> list[MemberId]:
        """Whose latest letter was posted and has not come back."""

    def mark_printed(self, access: Access, codes: Sequence[LetterCode], on: date) -> None: ...

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
        """Write a reply; audited."""

    def take_back(self, access: Access, letter: Letter) -> None:
        """Take a reply off that was written for the wrong letter; audited."""

    def add_check(
        self, access: Access, mailing_id: MailingId, letter: LetterCode, form: LetterCode, *, at: datetime
    ) -> EnvelopeCheck: ...

    def checks(self, mailing_id: MailingId) -> list[EnvelopeCheck]:
        """In the order they were made."""

    def reply_counts(self, access: Access, mailing_id: MailingId) -> Mapping[ReplyKind | None, int]:
        """Letters that were printed, by reply (None = not returned); never with a 支援措置対象者.

        Needs ``SEE_COUNTS`` only.
        """

    def open_counts(self, access: Access) -> Mapping[DistrictId | None, int]:
        """People per 校区 whose latest posted letter was not returned; never with a 支援措置対象者.

        Needs ``SEE_COUNTS`` only.
        """
