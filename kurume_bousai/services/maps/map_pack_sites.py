"""地図パックの施設: what of a site is carried, and what becomes of it on another laptop.

Of a 福祉避難所 only its name and place travel: its people, telephones, notes and figures stay at home.  What
is known here is never replaced; a fictional site never stands beside real ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId, SiteId
from kurume_bousai.domain.shelters import (
    DesignatedShelter,
    EmergencyEvacuationSite,
    Ownership,
    WelfareShelter,
)
from kurume_bousai.services.facts import is_fictional
from kurume_bousai.services.ports.map_pack import Box, PackedSite, PackManifest, SiteFacts
from kurume_bousai.services.ports.sessions import ReadSession, WriteSession

WELFARE: Final = "福祉避難所"
DESIGNATED: Final = "指定避難所"
EMERGENCY: Final = "指定緊急避難場所"
_FROM_PACK: Final = "地図パック"
_NOT_ALLOWED: Final = "施設を直す役割がないため、避難所は取り込みません。"
_FICTIONAL: Final = "架空の市の避難所は、本物の市には取り込みません。"
_NAME_ONLY: Final = (
    "福祉避難所は、名前と場所だけが入ります。定員などは空のままで「要確認」です。"
    "福祉避難所の一覧のファイルを取り込むと入ります。"
)


@dataclass(frozen=True, slots=True)
class SiteArrivals:
    """届いた避難所: how many would be added, are the same here, or stay as they are here."""

    new: tuple[PackedSite, ...] = ()
    same: int = 0
    other: int = 0
    warnings: tuple[str, ...] = ()

    def as_json(self) -> dict[str, int]:
        """Counts as ``map-pack import --json`` prints them."""
        return {"new": len(self.new), "same": self.same, "other": self.other}


def packed_sites(session: ReadSession, box: Box | None) -> tuple[PackedSite, ...]:
    """Sites with a place: the public lists with what they state, 福祉避難所 by name and place alone."""
    shelters = session.shelters
    made = [
        _packed(
            WELFARE, site, site.point,
            _facts(ownership=site.ownership.value, power_first=int(site.is_power_first) or None),
        )
        for site in shelters.welfare()
        if site.point is not None
    ]  # fmt: skip
    made += [
        _packed(DESIGNATED, site, site.point, _facts(type=site.kind, capacity=site.capacity))
        for site in shelters.designated()
    ]
    made += [
        _packed(
            EMERGENCY, site, site.point,
            _facts(hazards=";".join(sorted(site.hazards)), indoor_capacity=site.indoor_capacity,
                   outdoor_capacity=site.outdoor_capacity, capacity_text=site.capacity_text),
        )
        for site in shelters.emergency()
    ]  # fmt: skip
    return tuple(one for one in made if box is None or _is_inside(one, box))


def _packed(
    kind: str,
    site: WelfareShelter | DesignatedShelter | EmergencyEvacuationSite,
    point: LonLat,
    facts: SiteFacts,
) -> PackedSite:
    district = str(site.district_id or "")
    return PackedSite(kind, str(site.site_id), site.name, site.address, district, point.lon, point.lat, facts)


def _facts(**told: str | int | None) -> SiteFacts:
    return {name: value for name, value in told.items() if value not in (None, "")}


def _is_inside(site: PackedSite, box: Box) -> bool:
    return box[0] <= site.lon <= box[2] and box[1] <= site.lat <= box[3]


def arrivals(
    session: ReadSession, access: Access, told: PackManifest, arrived: Sequence[PackedSite]
) -> SiteArrivals:
    """Compare the sites of a pack with those here.

    Raises
    ------
    KnownProblem
        ``map_pack_broken`` where a site lies in a 校区 that the city does not have.
    """
    if not access.has(Right.EDIT_SITES):
        return SiteArrivals(warnings=(_NOT_ALLOWED,) if arrived else ())
    if told.is_fictional and not is_fictional(session):
        return SiteArrivals(warnings=(_FICTIONAL,) if arrived else ())
    _require_districts(session, arrived)
    here = {(one.kind, one.site_id): one for one in packed_sites(session, None)}
    known = {WELFARE: {site.site_id for site in session.shelters.welfare()}}
    new, same, other = [], 0, 0
    for site in arrived:
        kept = here.get((site.kind, site.site_id))
        if kept is None and site.site_id not in known.get(site.kind, ()):
            new.append(site)
        elif kept == site:
            same += 1
        else:
            other += 1
    warned = (_NAME_ONLY,) if any(site.kind == WELFARE for site in new) else ()
    return SiteArrivals(tuple(new), same, other, warned)


def _require_districts(session: ReadSession, arrived: Iterable[PackedSite]) -> None:
    names = {str(one.district_id) for one in session.districts.all()} | {""}
    if any(site.district not in names for site in arrived):
        raise KnownProblem(
            "map_pack_broken",
            "この市にない校区の避難所が入っています。何も取り込んでいません。",
            advice="久留米市の地図パックかどうかを、つくった人に確かめてください。",
        )


def keep(session: WriteSession, access: Access, new: Sequence[PackedSite]) -> None:
    """Store the sites that are new here."""
    by_kind: dict[str, list[PackedSite]] = {}
    for site in new:
        by_kind.setdefault(site.kind, []).append(site)
    shelters = session.shelters
    if designated := by_kind.get(DESIGNATED):
        shelters.save_designated(access, [_designated(site) for site in designated])
    if emergency := by_kind.get(EMERGENCY):
        shelters.save_emergency(access, [_emergency(site) for site in emergency])
    if welfare := by_kind.get(WELFARE):
        fictional = is_fictional(session)
        shelters.save_welfare(access, [_welfare(site, fictional=fictional) for site in welfare])


def _designated(site: PackedSite) -> DesignatedShelter:
    return DesignatedShelter(
        **_base(site),
        kind=_text(site.facts, "type"),
        point=LonLat(site.lon, site.lat),
        capacity=_whole(site.facts, "capacity"),
        district_method="stated" if site.district else "",
    )


def _emergency(site: PackedSite) -> EmergencyEvacuationSite:
    return EmergencyEvacuationSite(
        **_base(site),
        point=LonLat(site.lon, site.lat),
        hazards=frozenset(filter(None, _text(site.facts, "hazards").split(";"))),
        indoor_capacity=_whole(site.facts, "indoor_capacity"),
        outdoor_capacity=_whole(site.facts, "outdoor_capacity"),
        capacity_text=_text(site.facts, "capacity_text"),
    )


def _welfare(site: PackedSite, *, fictional: bool) -> WelfareShelter:
    is_public = _text(site.facts, "ownership") == Ownership.PUBLIC.value
    return WelfareShelter(
        **_base(site),
        short_name=site.name,
        ownership=Ownership.PUBLIC if is_public else Ownership.WELFARE_FACILITY,
        point=LonLat(site.lon, site.lat),
        is_power_first=_whole(site.facts, "power_first") == 1,
        is_fictional=fictional,
    )


def _base(site: PackedSite) -> dict[str, Any]:
    district = DistrictId(site.district) if site.district else None
    return {
        "site_id": SiteId(site.site_id), "name": site.name, "address": site.address,
        "district_id": district, "source": _FROM_PACK,
    }  # fmt: skip


def _text(facts: Mapping[str, str | int], name: str) -> str:
    value = facts.get(name, "")
    return value if isinstance(value, str) else ""


def _whole(facts: Mapping[str, str | int], name: str) -> int | None:
    value = facts.get(name)
    return value if isinstance(value, int) else None
