"""だれに案内を送るか: everybody on the list is either invited or left out with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.eligibility import Verdict
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.mailings import (
    Addressee,
    Audience,
    EnvelopeOrder,
    Letter,
    Mailing,
    NotInvited,
    ReplyKind,
    envelope_order,
    without_twins,
)
from kurume_bousai.domain.members import MemberRow, RegistrationState, RosterMember
from kurume_bousai.services.ports.eligibility import KeptFinding
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.services.ports.sessions import ReadSession


@dataclass(frozen=True, slots=True)
class MailingOrder:
    """案内の申し出. ``is_protected``: a mailing of the flagged clerk's own to 支援措置対象者 alone."""

    title: str
    reply_by: date
    audience: Audience = Audience.FIRST
    envelope_order: EnvelopeOrder = EnvelopeOrder.POSTAL
    bundle_size: int = 50
    check_every: int = 25
    is_protected: bool = False


@dataclass(frozen=True, slots=True)
class MailingPlan:
    """だれに送るか before anything is made: the envelopes in their order, and who gets none and why."""

    invited: tuple[Addressee, ...] = field(repr=False)
    left_out: Mapping[NotInvited, tuple[MemberId, ...]] = field(repr=False)

    @property
    def total(self) -> int:
        """Everybody who was looked at; the parts add up to it."""
        return len(self.invited) + sum(len(people) for people in self.left_out.values())


def plan_mailing(session: ReadSession, access: Access, order: MailingOrder, today: date) -> MailingPlan:
    """Sort everybody on the list into those who get a letter and those who do not, with the reason.

    Raises
    ------
    KnownProblem
        ``not_judged``: nobody has run the criteria yet.
    """
    findings = session.eligibility.findings(access)
    if not session.eligibility.runs():
        raise KnownProblem(
            "not_judged",
            "まだ、だれが対象かを判定していません。",
            advice="先に「だれが対象ですか」で判定してください。",
        )
    last = session.mailings.last_letters(access)
    left_out: dict[NotInvited, list[MemberId]] = {}
    open_ids: list[MemberId] = []
    for row in session.members.rows(access, MemberQuery()):
        if row.has_protected_address is order.is_protected:
            why = _why_never(row, findings.get(row.member_id))
            (open_ids if why is None else left_out.setdefault(why, [])).append(row.member_id)
    chosen: list[Addressee] = []
    # Whole records of those only who may get a letter: most of a list has answered long ago.
    for member in session.members.get_many(access, open_ids):
        why = _why_not_now(member, last.get(member.member_id), order.audience, today)
        if why is None:
            chosen.append(_addressee(member))
        else:
            left_out.setdefault(why, []).append(member.member_id)
    districts = [one.district_id for one in session.districts.all()]
    kept, twins = without_twins(envelope_order(chosen, order.envelope_order, districts))
    if twins:
        left_out[NotInvited.LOOKS_THE_SAME] = [one.member_id for one in twins]
    return MailingPlan(tuple(kept), {why: tuple(left_out[why]) for why in NotInvited if why in left_out})


def _why_never(member: MemberRow, found: KeptFinding | None) -> NotInvited | None:
    """Why somebody gets no letter of any mailing; None = they may."""
    if found is None:
        return NotInvited.NOT_JUDGED
    if not found.is_eligible:
        is_doubtful = found.finding.verdict is Verdict.UNKNOWN
        return NotInvited.DOUBTFUL if is_doubtful else NotInvited.NOT_ELIGIBLE
    if member.registration is RegistrationState.APPLIED:
        return NotInvited.APPLIED
    return NotInvited.DECLINED if member.registration is RegistrationState.DECLINED else None


def _why_not_now(
    member: RosterMember, last: tuple[Mailing, Letter] | None, audience: Audience, today: date
) -> NotInvited | None:
    """Why this mailing leaves them out, by the address and the letter they got before."""
    if not member.address.strip():
        return NotInvited.NO_ADDRESS
    if last is not None and last[0].cancelled_on is None:
        return _why_after(member, *last, audience, today)
    if member.registration.state is RegistrationState.INVITED:
        return NotInvited.ALREADY_INVITED if audience is Audience.FIRST else None
    return NotInvited.NEVER_INVITED if audience is Audience.REMINDER else None


def _why_after(
    member: RosterMember, mailing: Mailing, letter: Letter, audience: Audience, today: date
) -> NotInvited | None:
    """Why somebody who got a letter gets no other one now."""
    if letter.reply is ReplyKind.UNDELIVERED:
        is_mended = (
            member.updated_at is not None
            and letter.recorded_at is not None
            and member.updated_at > letter.recorded_at
        )
        return None if is_mended else NotInvited.UNDELIVERED
    if letter.reply is not None:
        return NotInvited.ANSWERED
    if mailing.posted_on is None or mailing.reply_by >= today:
        return NotInvited.WAITING
    return NotInvited.ALREADY_INVITED if audience is Audience.FIRST else None


def _addressee(member: RosterMember) -> Addressee:
    return Addressee(
        member.member_id,
        member.number,
        member.name,
        member.born_on,
        member.postal_code,
        member.address,
        member.building,
        member.district_id,
    )
