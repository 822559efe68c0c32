"""渡す先の言葉: how a recipient and its part of the city are called on screens."""

from __future__ import annotations

from kurume_bousai.domain.recipients import Reach, SupportPartner
from kurume_bousai.labels import label


def partner_words(partner: SupportPartner) -> str:
    """「○○まちづくり協議会(校区コミュニティ組織、津福校区)」."""
    return f"{partner.name}({label(partner.body)}、{reach_words(partner)})"


def reach_words(partner: SupportPartner) -> str:
    """「津福校区」「津福校区 津福一区」「市の全体」."""
    if partner.reach is Reach.CITY:
        return label(Reach.CITY)
    return f"{partner.district_id}校区 {partner.neighborhood}".strip()


def missing_words(partner: SupportPartner, *, needs_agreement: bool, needs_training: bool) -> str:
    """What is still missing before a list can be handed over; "" where nothing is."""
    missing = [
        words
        for words, is_missing in (
            ("責任者", not partner.responsible),
            ("協定", needs_agreement and partner.agreed_on is None),
            ("研修", needs_training and partner.trained_on is None),
        )
        if is_missing
    ]
    return f"{'・'.join(missing)}がまだ" if missing else ""
