"""書類の決まり: which form a file has, who may receive names, and what a password must be (RULEBOOK §6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from kurume_bousai.domain.bodies import OWN_DISTRICT_ONLY, Body, DataLevel, ceiling
from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.consents import SharingMode
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId, OperatorId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.recipients import PartnerId
from kurume_bousai.domain.second_person import Confirmation
from kurume_bousai.domain.session import roster_consent_covers
from kurume_bousai.services.capacity.figures import CapacityForm
from kurume_bousai.services.papers.ports import ENCRYPTED_FORMATS, PASSWORD_LENGTH, ReportFormat

#: PDF 2.0 cuts a password at 127 bytes of UTF-8; Office takes 255 characters.
_LONGEST_PASSWORD_BYTES: Final = 127
MOST_COPIES: Final = 200
#: A list that is handed out is renewed every year (FEATURES X8).
ROSTER_VALID_DAYS: Final = 365
#: A sheet of a session is given back at its end.
SHEET_VALID_DAYS: Final = 1


@dataclass(frozen=True, slots=True)
class Recipient:
    """渡す先: the kind of body decides what it may see; ``name`` is printed on every page."""

    body: Body
    name: str = field(repr=False)
    district_id: DistrictId | None = None


@dataclass(frozen=True, slots=True)
class Ordered:
    """申し出た人: who wrote the order down, for which recipient; ``by_emergency`` = 災害時の名簿."""

    by: OperatorId
    partner_id: PartnerId
    by_emergency: bool = False


@dataclass(frozen=True, slots=True)
class NamedRequest:
    """名前の入った紙の申し出: to whom, for what, how many copies, until when (None = the usual).

    ``due_on``: the day by which the copies must be back; None = with their expiry. ``confirmation``: the
    second person, who signs with their own passphrase. ``ordered`` None = whoever opened the file asks.
    """

    recipient: Recipient
    purpose: str
    copies: int = 1
    expires_on: date | None = None
    due_on: date | None = None
    confirmation: Confirmation | None = field(default=None, repr=False)
    ordered: Ordered | None = None

    def expiry(self, today: date, valid_days: int) -> date:
        """Return the day after which the copies must be back."""
        return self.expires_on or today + timedelta(days=valid_days)


def format_of(place: Path) -> ReportFormat:
    """Return the form a file's ending names; raises ``unknown_ending``."""
    try:
        return ReportFormat(place.suffix.lower())
    except ValueError:
        raise KnownProblem(
            "unknown_ending",
            "ファイルの終わりの文字から、形式がわかりません。",
            where=place.name,
            advice="終わりを .pdf .xlsx .csv .html .json のどれかにしてください。",
        ) from None


def refuse_one_district(form: CapacityForm, conditions: CapacityConditions) -> None:
    """Raise ``KnownProblem`` where a paper by 校区, or of all plans, is asked of one 校区."""
    if form in (CapacityForm.DISTRICTS, CapacityForm.PLANS) and conditions.district_id is not None:
        raise KnownProblem(
            "one_district",
            "この形の書類は、全市の分だけをつくれます。",
            where=f"{conditions.district_id}校区",
            advice="校区を選ばずに書き出すか、「くわしい報告」にしてください。",
        )


def encrypted_format_of(place: Path) -> ReportFormat:
    """Return the form of a named file; csv, html and json are refused because they cannot be encrypted."""
    report_format = format_of(place)
    if report_format not in ENCRYPTED_FORMATS:
        raise KnownProblem(
            "named_format",
            "名前の入った書類は、この形式では書き出せません。",
            where=place.name,
            advice="暗号化できる .pdf か .xlsx にしてください。",
        )
    return report_format


def check_password(password: str) -> None:
    """Raise ``KnownProblem`` for a password under 10 characters or too long to be kept whole."""
    if len(password) < PASSWORD_LENGTH:
        raise KnownProblem(
            "password_short",
            "パスワードが短すぎます。",
            advice=f"{PASSWORD_LENGTH}文字以上にしてください。",
        )
    if len(password.encode()) > _LONGEST_PASSWORD_BYTES:
        raise KnownProblem(
            "password_long",
            "パスワードが長すぎます。",
            advice="英数字で127文字、漢字かなで42文字までにしてください。",
        )


def refuse_incomplete(request: NamedRequest, today: date) -> None:
    """Raise ``KnownProblem`` unless recipient, purpose, copies and expiry are there and make sense."""
    missing = [
        words
        for words, absent in (
            ("渡す先", not request.recipient.name.strip()),
            ("目的", not request.purpose.strip()),
        )
        if absent
    ]
    if missing:
        raise KnownProblem(
            "named_incomplete",
            "名前の入った書類には、渡す先と目的が必要です。",
            where="、".join(missing),
            advice="渡す先、目的、部数を指定してください。",
        )
    if not 1 <= request.copies <= MOST_COPIES:
        raise KnownProblem(
            "copies", "部数が正しくありません。", advice=f"1から{MOST_COPIES}までの数にしてください。"
        )
    if request.expires_on is not None and request.expires_on < today:
        raise KnownProblem(
            "expired", "使用期限が過ぎた日になっています。", advice="きょうより後の日にしてください。"
        )


def refuse_recipient(recipient: Recipient, district_id: DistrictId) -> None:
    """Raise ``KnownProblem`` for a body that sees symbols at most, or one of another 校区 (RULEBOOK §1)."""
    if ceiling(recipient.body) is not DataLevel.REAL:
        raise KnownProblem(
            "recipient_symbols_only",
            "この渡す先には、名前の入った書類を渡せません。",
            advice="名前のない書類にするか、渡す先を確かめてください。",
        )
    own_only = recipient.body in OWN_DISTRICT_ONLY
    if own_only and recipient.district_id is not None and recipient.district_id != district_id:
        raise KnownProblem(
            "recipient_other_district",
            "この渡す先は、別の校区の団体です。",
            where=f"{district_id}校区",
            advice="その校区の団体を渡す先にしてください。",
        )


def may_receive(member: RosterMember, recipient: Recipient, mode: SharingMode) -> bool:
    """Return True where the person's live 名簿 consent covers the recipient; never for a 支援措置対象者."""
    return roster_consent_covers(member, (recipient.body,), mode)


def copy_places(place: Path, copies: int) -> Sequence[Path]:
    """Return one file per copy: the place itself, or with 「-1of3」 before its ending."""
    if copies == 1:
        return [place]
    return [
        place.with_name(f"{place.stem}-{position}of{copies}{place.suffix}")
        for position in range(1, copies + 1)
    ]
