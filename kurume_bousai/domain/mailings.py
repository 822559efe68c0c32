"""案内送付: letters in the order of the envelopes, a code on both sheets, replies (FEATURES X4).

A code is nine digits, 「001-00345-6」: the number of the mailing, a running number, and a check digit after
ISO 7064 MOD 11-2. Its weights are powers of 2, which differ from each other mod 11 in all nine places, so
every wrong digit and every swap of two digits is found. Running numbers whose check would be 「X」 are left
out, so a code can be typed on the number keys; the gaps they leave say nothing about anybody.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from itertools import count
from typing import Final, NewType

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId, MemberId
from kurume_bousai.domain.names import fold

MailingId = NewType("MailingId", str)
LetterCode = NewType("LetterCode", str)  # nine digits

#: 支援措置対象者 get mailings of their own, numbered from here, so that no gap tells of them.
PROTECTED_MAILINGS_FROM: Final = 900
LAST_MAILING: Final = 999
MOST_LETTERS: Final = 80_000
_DIGITS: Final = 9
_X: Final = 10


class Audience(StrEnum):
    """だれに送るか."""

    FIRST = "first"  # 未案内の人
    REMINDER = "reminder"  # 返送のない人
    BOTH = "both"


class EnvelopeOrder(StrEnum):
    """封筒の順."""

    POSTAL = "postal"  # 郵便番号
    DISTRICT = "district"  # 校区、その中は郵便番号


class ReplyKind(StrEnum):
    """返送の中身."""

    APPLIED = "applied"  # 申込
    DECLINED = "declined"  # 辞退
    REFUSED = "refused"  # 名簿の提供に不同意
    UNDELIVERED = "undelivered"  # 宛先不明で戻った


class NotInvited(StrEnum):
    """案内しないわけ."""

    NOT_JUDGED = "not_judged"
    NOT_ELIGIBLE = "not_eligible"
    DOUBTFUL = "doubtful"
    APPLIED = "applied"
    DECLINED = "declined"
    ANSWERED = "answered"
    WAITING = "waiting"  # a letter is out and its day has not come
    ALREADY_INVITED = "already_invited"  # 案内済, not asked for in this mailing
    NEVER_INVITED = "never_invited"  # 未案内, not asked for in this mailing
    NO_ADDRESS = "no_address"
    UNDELIVERED = "undelivered"  # came back, and the record was not mended since
    LOOKS_THE_SAME = "looks_the_same"  # another record of what looks like the same person


# -- codes ---------------------------------------------------------------------------------------


def check_digit(digits: str) -> int:
    """The check of a row of digits after ISO 7064 MOD 11-2, 0 to 10; 10 is written 「X」 and never used."""
    rest = 0
    for digit in digits:
        rest = (rest + int(digit)) * 2 % 11
    return (12 - rest) % 11


def letter_codes(mailing_number: int) -> Iterator[LetterCode]:
    """The codes of one mailing, rising, those left out whose check cannot be typed."""
    if not 1 <= mailing_number <= LAST_MAILING:
        raise ValueError("mailings are numbered 1 to 999")
    for running in count(1):
        if running > 99_999:
            return
        digits = f"{mailing_number:03d}{running:05d}"
        check = check_digit(digits)
        if check != _X:
            yield LetterCode(f"{digits}{check}")


def show_code(code: LetterCode) -> str:
    """「001-00345-6」 as it is printed."""
    return f"{code[:3]}-{code[3:8]}-{code[8:]}"


def read_code(text: str) -> LetterCode:
    """Read a typed or scanned code: full-width digits, hyphens and spaces are all the same.

    Raises
    ------
    KnownProblem
        ``code_empty``, ``code_length`` or ``code_check`` (a digit is wrong or two are swapped).
    """
    plain = re.sub(r"[\s\-‐‑–—―−ーｰ*]", "", unicodedata.normalize("NFKC", text))
    if not plain:
        raise KnownProblem("code_empty", "番号が入っていません。", advice="用紙の番号を入れてください。")
    if not re.fullmatch(r"[0-9]+", plain) or len(plain) != _DIGITS:
        raise KnownProblem(
            "code_length",
            "番号は9けたの数字です。",
            where=text.strip()[:40],
            advice="用紙の右上の番号(例 001-00345-6)を、左から順に入れてください。",
        )
    if check_digit(plain[:-1]) != int(plain[-1]):
        raise KnownProblem(
            "code_check",
            "番号が合いません。どこかの数字が違うか、入れかわっています。",
            where=text.strip()[:40],
            advice="用紙の番号を、もう一度見て入れてください。まだ何も記録していません。",
        )
    return LetterCode(plain)


def mailing_number_of(code: LetterCode) -> int:
    """The number of the mailing a code belongs to."""
    return int(code[:3])


# -- mailings ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mailing:
    """案内送付 one time: who, in which order, its bundles and days. ``check_every``: every n-th is opened."""

    mailing_id: MailingId
    number: int
    title: str
    audience: Audience
    envelope_order: EnvelopeOrder
    bundle_size: int
    check_every: int
    reply_by: date
    made_at: datetime
    made_by: str
    is_protected: bool = False
    printed_on: date | None = None
    posted_on: date | None = None
    unchecked_reason: str = ""
    cancelled_on: date | None = None

    @property
    def is_out(self) -> bool:
        """True where its letters can come back."""
        return self.printed_on is not None and self.cancelled_on is None


@dataclass(frozen=True, slots=True)
class Letter:
    """案内の一通. ``position`` counts from 1 in the order of the envelopes."""

    code: LetterCode
    mailing_id: MailingId
    position: int
    member_id: MemberId
    printed_on: date | None = None
    reply: ReplyKind | None = field(default=None, repr=False)
    received_on: date | None = None
    answered_on: date | None = field(default=None, repr=False)
    recorded_at: datetime | None = None
    recorded_by: str = ""


@dataclass(frozen=True, slots=True)
class Addressee:
    """あて先: what the order of the envelopes and the search for the same person need."""

    member_id: MemberId
    number: int
    name: str = field(repr=False)
    born_on: date | None = field(repr=False)
    postal_code: str = field(repr=False)
    address: str = field(repr=False)
    building: str = field(repr=False)
    district_id: DistrictId | None = field(repr=False)


def envelope_order(
    people: Iterable[Addressee], order: EnvelopeOrder, districts: Sequence[DistrictId] = ()
) -> list[Addressee]:
    """People in the order of the envelopes: the same for the same people, whatever order they come in.

    By post code (those without last), then 校区 in the city's order, then address; or by 校区 first.
    """
    places = {district_id: place for place, district_id in enumerate(districts)}

    def postal(one: Addressee) -> tuple[bool, str]:
        digits = "".join(re.findall(r"\d", unicodedata.normalize("NFKC", one.postal_code)))
        return (len(digits) != 7, digits)

    def district(one: Addressee) -> tuple[int, str]:
        place = len(places) + 1 if one.district_id is None else places.get(one.district_id, len(places))
        return (place, one.district_id or "")

    def key(one: Addressee) -> tuple[object, ...]:
        first, second = postal(one), district(one)
        if order is EnvelopeOrder.DISTRICT:
            first, second = second, first  # type: ignore[assignment]  # both are pairs that compare
        return (first, second, fold(one.address), fold(one.building), one.number, one.member_id)

    return sorted(people, key=key)


def same_person_key(one: Addressee) -> tuple[str, date, str] | None:
    """Name, day of birth and address as one key; None where the day of birth is not known."""
    return None if one.born_on is None else (fold(one.name), one.born_on, fold(one.address))


def without_twins(people: Sequence[Addressee]) -> tuple[list[Addressee], list[Addressee]]:
    """Those who get a letter, and those whose record looks like that of somebody before them."""
    seen: set[tuple[str, date, str]] = set()
    kept: list[Addressee] = []
    twins: list[Addressee] = []
    for one in people:
        key = same_person_key(one)
        if key is not None and key in seen:
            twins.append(one)
            continue
        if key is not None:
            seen.add(key)
        kept.append(one)
    return kept, twins


# -- bundles and the check of the envelopes ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bundle:
    """束: what the control sheet says of one bundle. ``samples``: the codes of the envelopes to open."""

    number: int
    first: LetterCode
    last: LetterCode
    letters: int
    samples: tuple[LetterCode, ...]


def bundles_of(letters: Sequence[Letter], *, size: int, check_every: int) -> tuple[Bundle, ...]:
    """Bundles of letters in envelope order; every n-th is a sample, and the first and last of each bundle.

    A bundle that slipped by one sheet is found by its last envelope, one that slipped and was put right by
    the samples between.
    """
    parts: dict[int, list[Letter]] = {}
    for letter in sorted(letters, key=lambda one: one.position):
        parts.setdefault(bundle_of(letter, size), []).append(letter)
    return tuple(_bundle(number, part, check_every) for number, part in parts.items())


def bundle_of(letter: Letter, size: int) -> int:
    """The number of the bundle; by its place, so that a letter that is left out moves no other."""
    return (letter.position - 1) // size + 1


def _bundle(number: int, part: Sequence[Letter], check_every: int) -> Bundle:
    ends = {part[0].code, part[-1].code}
    samples = tuple(one.code for one in part if one.code in ends or one.position % check_every == 0)
    return Bundle(number, part[0].code, part[-1].code, len(part), samples)


@dataclass(frozen=True, slots=True)
class EnvelopeCheck:
    """封入の点検 of one envelope: the codes on its two sheets."""

    letter_code: LetterCode
    form_code: LetterCode
    checked_at: datetime
    checked_by: str

    @property
    def is_match(self) -> bool:
        """True where both sheets belong together."""
        return self.letter_code == self.form_code


def unchecked(bundles: Iterable[Bundle], checks: Iterable[EnvelopeCheck]) -> tuple[LetterCode, ...]:
    """Samples whose latest check did not find the two sheets together, or that were never opened.

    An envelope found wrong is wrong until it was found right again; both codes of a wrong pair count.
    """
    latest: dict[LetterCode, bool] = {}
    for one in checks:
        for code in (one.letter_code, one.form_code):
            latest[code] = one.is_match
    wanted = [code for bundle in bundles for code in bundle.samples]
    wrong = [code for code, is_match in latest.items() if not is_match and code not in set(wanted)]
    return tuple([code for code in wanted if not latest.get(code, False)] + sorted(wrong))
