"""架空の施設の記録: who answers, what stands there, who said a figure when. Drawn apart from the figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Final

from kurume_bousai.domain.shelters import Ownership, WelfareShelter, YesNoUnknown
from kurume_bousai.domain.site_figures import known_figures
from kurume_bousai.domain.site_record import (
    Equipment,
    EquipmentFact,
    FacilityRecord,
    FigureSource,
    SiteContacts,
    SiteFigure,
    StockItem,
)
from kurume_bousai.services.fictional import addresses
from kurume_bousai.services.fictional.draw import FICTIONAL, stream
from kurume_bousai.services.fictional.names import draw_name
from kurume_bousai.services.fictional.profile import GeneratorProfile

#: How often an item stands in a site, and how often nobody has asked.
_LIKELY: Final = {
    Equipment.ACCESSIBLE_TOILET: 0.9,
    Equipment.ELEVATOR: 0.5,
    Equipment.RAMP: 0.8,
    Equipment.WATER: 0.5,
    Equipment.BATH: 0.6,
    Equipment.TRANSPORT: 0.7,
    Equipment.PRIVATE_ROOM: 0.6,
}
_UNASKED: Final = 0.15
#: Amounts per ten floor places.
_STOCK: Final = (("毛布", 12, "枚"), ("水", 90, "L"), ("おむつ", 60, "枚"), ("簡易ベッド", 4, "台"))
_PLACE_M2: Final = 4
_OTHER_SOURCES: Final = ("施設に電話", "図面", "現地で確認")
_SHARE_OF_OWN_SOURCE: Final = 0.12
_DAYS_BACK: Final = (20, 620)  # some of them more than twelve months ago


def with_records(
    seed: int, sites: Iterable[WelfareShelter], profile: GeneratorProfile
) -> tuple[WelfareShelter, ...]:
    """Return the sites with a record each; no figure that is computed with changes."""
    rng = stream(seed, "site-records")
    today = profile.people.base_date
    return tuple(
        replace(
            site,
            record=_record(rng, site, today, profile),
            figure_sources=_sources(rng, site, today),
        )
        for site in sites
    )


def _record(rng: Random, site: WelfareShelter, today: date, profile: GeneratorProfile) -> FacilityRecord:
    confirmed_on = site.verified_on or today - timedelta(days=400)
    agreed = site.agreement is YesNoUnknown.YES
    designated = site.designation is YesNoUnknown.YES
    return FacilityRecord(
        contacts=_contacts(rng, site, profile),
        agreement_on=_first_of_april(rng, today) if agreed else None,
        announced_on=_first_of_april(rng, today) if designated else None,
        equipment=_equipment(rng, site, confirmed_on),
        stock=_stock(rng, site, confirmed_on),
    )


def _contacts(rng: Random, site: WelfareShelter, profile: GeneratorProfile) -> SiteContacts:
    name = draw_name(rng, profile.names, age=rng.randint(40, 64), is_woman=rng.random() < 0.5)
    # A public building has a duty officer, a facility its night shift; a few are not known.
    has_night = site.ownership is Ownership.WELFARE_FACILITY or rng.random() < 0.5
    night = addresses.phone(rng) if has_night and rng.random() < 0.85 else ""
    return SiteContacts(f"{name.text}({FICTIONAL})", addresses.phone(rng), night)


def _first_of_april(rng: Random, today: date) -> date:
    return date(today.year - rng.randint(2, 9), 4, 1)


def _equipment(rng: Random, site: WelfareShelter, confirmed_on: date) -> dict[Equipment, EquipmentFact]:
    facts = {
        kind: EquipmentFact(is_there=rng.random() < share, confirmed_on=confirmed_on)
        for kind, share in _LIKELY.items()
        if rng.random() >= _UNASKED
    }
    if site.power_kw is not None:
        facts[Equipment.EMERGENCY_POWER] = EquipmentFact(is_there=True, confirmed_on=confirmed_on)
    return facts


def _stock(rng: Random, site: WelfareShelter, confirmed_on: date) -> tuple[StockItem, ...]:
    tens = max(1, round(sum(room.floor_m2 or 0 for room in site.rooms) / _PLACE_M2 / 10))
    kinds = rng.sample(_STOCK, rng.randint(1, len(_STOCK)))
    return tuple(
        StockItem(name, Decimal(tens * amount), unit, confirmed_on)
        for name, amount, unit in _STOCK
        if (name, amount, unit) in kinds
    )


def _sources(rng: Random, site: WelfareShelter, today: date) -> dict[SiteFigure, FigureSource]:
    """A few figures come from elsewhere than the list, some of them long ago."""
    return {
        figure: FigureSource(
            f"{rng.choice(_OTHER_SOURCES)}({FICTIONAL})", today - timedelta(days=rng.randint(*_DAYS_BACK))
        )
        for figure in known_figures(site)
        if rng.random() < _SHARE_OF_OWN_SOURCE
    }
