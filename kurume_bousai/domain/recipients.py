"""渡す先の台帳: the bodies that may be handed a list, who answers for it there, and what must be in order."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import NewType

from kurume_bousai.domain.bodies import OWN_DISTRICT_ONLY, Body, DataLevel, ceiling
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.names import fold

PartnerId = NewType("PartnerId", str)
_LONGEST = 200


class Reach(StrEnum):
    """受け持ちの範囲 of a recipient: whose people its list holds."""

    CITY = "city"
    DISTRICT = "district"
    NEIGHBORHOOD = "neighborhood"


@dataclass(frozen=True, slots=True)
class Handler:
    """取扱者: a person of the body who may look at the list, and the day of their 研修 (None = not yet)."""

    name: str = field(repr=False)
    trained_on: date | None = None


@dataclass(frozen=True, slots=True)
class SupportPartner:
    """避難支援等関係者: one body that may be handed a list, bound to its own part of the city.

    ``district_id`` None = the whole city; ``neighborhood`` "" = the whole 校区. ``responsible`` is the
    責任者, ``agreed_on`` the day of the 協定, ``storage_place`` where the paper is locked up. An ended
    recipient stays for the ledger and gets nothing any more.
    """

    partner_id: PartnerId
    body: Body
    name: str = field(repr=False)
    district_id: DistrictId | None = None
    neighborhood: str = field(default="", repr=False)
    responsible: str = field(default="", repr=False)
    responsible_since: date | None = None
    phone: str = field(default="", repr=False)
    handlers: tuple[Handler, ...] = field(default=(), repr=False)
    agreed_on: date | None = None
    storage_place: str = field(default="", repr=False)
    note: str = field(default="", repr=False)
    ended_on: date | None = None
    version: int = 0

    @property
    def reach(self) -> Reach:
        """How far the recipient's own part of the city goes."""
        if self.district_id is None:
            return Reach.CITY
        return Reach.NEIGHBORHOOD if self.neighborhood else Reach.DISTRICT

    @property
    def trained_on(self) -> date | None:
        """The latest 研修 of anybody there."""
        return max((one.trained_on for one in self.handlers if one.trained_on is not None), default=None)

    def looks_after(self, member: RosterMember) -> bool:
        """True where the person lives in the recipient's own part of the city."""
        if self.district_id is not None and member.district_id != self.district_id:
            return False
        return not self.neighborhood or fold(member.neighborhood) == fold(self.neighborhood)

    def under(self, responsible: str, since: date) -> SupportPartner:
        """The same body after its 責任者 changed."""
        return replace(self, responsible=responsible.strip(), responsible_since=since)


def check_partner(partner: SupportPartner) -> None:
    """Refuse a record of the master that could not be used.

    Raises
    ------
    KnownProblem
        ``partner_name``, ``recipient_symbols_only``, ``partner_district``, ``partner_text``.
    """
    if not partner.name.strip():
        raise KnownProblem(
            "partner_name",
            "渡す先の名前が入っていません。",
            where="名前",
            advice="団体の名前を入れてください。",
        )
    if ceiling(partner.body) is not DataLevel.REAL:
        raise KnownProblem(
            "recipient_symbols_only",
            "この種類の団体には、名前の入った名簿を渡せません。",
            where="種類",
            advice="名前を見てよい団体の種類を選んでください。",
        )
    if partner.body in OWN_DISTRICT_ONLY and partner.district_id is None:
        raise KnownProblem(
            "partner_district",
            "この種類の団体には、受け持ちの校区が必要です。",
            where="校区",
            advice="校区を選んでください。",
        )
    if partner.body is Body.NEIGHBORHOOD_ASSOCIATION and not partner.neighborhood.strip():
        raise KnownProblem(
            "partner_district",
            "自治会・区には、受け持ちの自治会の名前が必要です。",
            where="自治会",
            advice="名簿と同じ書き方で、自治会の名前を入れてください。",
        )
    if partner.neighborhood and partner.district_id is None:
        raise KnownProblem(
            "partner_district",
            "自治会だけでは、受け持ちの範囲が決まりません。",
            where="校区",
            advice="校区も選んでください。",
        )
    texts = (partner.name, partner.responsible, partner.phone, partner.storage_place, partner.note)
    if any(len(text) > _LONGEST for text in (*texts, *(one.name for one in partner.handlers))):
        raise KnownProblem(
            "partner_text",
            "入れた文が長すぎます。",
            advice=f"それぞれ{_LONGEST}文字までにしてください。",
        )


def refuse_unready(
    partner: SupportPartner, *, needs_agreement: bool, needs_training: bool, today: date
) -> None:
    """Refuse a list to a recipient that is not in order, with the first thing to put right.

    Raises
    ------
    KnownProblem
        ``partner_ended``, ``partner_no_responsible``, ``partner_no_agreement``, ``partner_no_training``.
    """
    if partner.ended_on is not None and partner.ended_on <= today:
        raise KnownProblem(
            "partner_ended",
            "この渡す先は、終わったことになっています。",
            where=partner.name,
            advice="渡す先の台帳を確かめてください。",
        )
    checks = (
        (bool(partner.responsible.strip()), "partner_no_responsible", "責任者が決まっていません。", "責任者"),
        (
            not needs_agreement or (partner.agreed_on is not None and partner.agreed_on <= today),
            "partner_no_agreement",
            "協定がまだ結ばれていません。",
            "協定の日",
        ),
        (
            not needs_training or partner.trained_on is not None,
            "partner_no_training",
            "研修を受けた取扱者がいません。",
            "取扱者の研修の日",
        ),
    )
    for holds, code, message, what in checks:
        if not holds:
            raise KnownProblem(
                code,
                f"この渡す先には、まだ名簿を渡せません。{message}",
                where=partner.name,
                advice=f"「渡す先の台帳」に{what}を入れてから、もう一度出してください。",
            )
