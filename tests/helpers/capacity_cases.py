"""Fictional shelters and people for the capacity question."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.demand import CapacityPerson
from kurume_bousai.domain.ids import DistrictId, MemberId, SiteId
from kurume_bousai.domain.members import Need
from kurume_bousai.domain.shelters import UNLIMITED, Ownership, Room, WelfareShelter

DISTRICT_NAMES = (DistrictId("架空東"), DistrictId("架空西"))


def shelter(number: int, m2: str | None = "40", **changes: object) -> WelfareShelter:
    """A site of one room that takes everyone and every need: ten places at 4 ㎡."""
    site = WelfareShelter(
        site_id=SiteId(f"w{number}"),
        name=f"架空福祉避難所{number}",
        short_name=f"架空{number}",
        ownership=Ownership.PUBLIC,
        point=LonLat(130.50 + number / 1000, 33.312),
        rooms=(Room("広間", None if m2 is None else Decimal(m2)),),
        accepts=UNLIMITED,
        need_capacity=dict.fromkeys(Need, UNLIMITED),
    )
    return replace(site, **changes)  # type: ignore[arg-type]


def person(number: int, **changes: object) -> CapacityPerson:
    """Somebody alone without needs."""
    someone = CapacityPerson(
        number=number,
        member_id=MemberId(f"m{number}"),
        district_id=DISTRICT_NAMES[number % 2],
        home=LonLat(130.50 + number / 10_000, 33.31),
    )
    return replace(someone, **changes)  # type: ignore[arg-type]
