"""候補の施設: care facilities that might be asked for an agreement. None of them is a 福祉避難所."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.ids import DistrictId, SiteId


@dataclass(frozen=True, slots=True)
class CareFacility:
    """候補の施設, as a public file of 介護事業所 states it.

    ``facility_id``: ``office_number`` and the service, because one number stands for several services.
    ``capacity``: 定員 of the care service, None = unknown. It is never a number of places in a disaster.
    ``adopted_as``: the 福祉避難所 made of it.
    """

    facility_id: str
    office_number: str
    name: str
    service: str = ""
    address: str = ""
    phone: str = ""
    point: LonLat | None = None
    district_id: DistrictId | None = None
    capacity: int | None = None
    capacity_text: str = ""
    note: str = ""
    source: str = ""
    read_on: date | None = None
    adopted_as: SiteId | None = None
