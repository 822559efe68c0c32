"""避難支援等実施者: the people or bodies who help, with their own consent."""

from __future__ import annotations

from dataclasses import dataclass, field

from kurume_bousai.domain.consents import ConsentState
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.ids import DistrictId, SupporterId


@dataclass(frozen=True, slots=True)
class Supporter:
    """避難支援等実施者, a person or an organisation; several may help one member, in order."""

    supporter_id: SupporterId
    name: str = field(repr=False)
    kana: str = field(default="", repr=False)
    is_organisation: bool = False
    phone: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    district_id: DistrictId | None = None
    neighborhood: str = field(default="", repr=False)
    home: LonLat | None = field(default=None, repr=False)
    relation: str = field(default="", repr=False)  # 関係: 隣人, 民生委員 …
    consent: ConsentState = ConsentState.UNANSWERED
    can_help_by_day: bool = True
    can_help_by_night: bool = True
    has_vehicle: bool = False
