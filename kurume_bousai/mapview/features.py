"""印を作る: domain objects become marks. Names of people have no way in: only ids, numbers, needs, places.

The places of 記号 are blurred here, in one spot, so that no screen can forget it (RULEBOOK §1).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kurume_bousai.domain.bodies import DataLevel
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.districts import DistrictOutline
from kurume_bousai.domain.ids import DistrictId, MemberId, SiteId
from kurume_bousai.domain.members import MemberRow
from kurume_bousai.domain.operations import DrawnFeature, FeatureKind, FrozenPerson
from kurume_bousai.domain.plans import PlanState
from kurume_bousai.domain.shelters import DesignatedShelter, EmergencyEvacuationSite, WelfareShelter
from kurume_bousai.labels import need_signs
from kurume_bousai.mapview.protocol import (
    BackgroundImage,
    DistrictShape,
    DrawnMark,
    LinkKind,
    LinkMark,
    PersonMark,
    PersonState,
    Polygon,
    SiteKind,
    SiteMark,
)
from kurume_bousai.services.ports.backgrounds import Background

#: Drawings whose text was asked for as words of the map; what is written on the others stays in the log.
_NAMED_KINDS = frozenset(
    {FeatureKind.ASSEMBLY_POINT, FeatureKind.RESOURCE, FeatureKind.REGION, FeatureKind.NOTE}
)


@dataclass(frozen=True, slots=True)
class Decided:
    """決まっていること about a person, as far as the map tells it. None = not known."""

    has_supporter: bool | None = None
    has_site: bool | None = None

    @property
    def state(self) -> PersonState:
        """The sign: without a supporter is said first, whatever else is decided."""
        if self.has_supporter is None:
            return PersonState.UNKNOWN
        if not self.has_supporter:
            return PersonState.NO_SUPPORTER
        return PersonState.DECIDED if self.has_site else PersonState.PARTLY


@dataclass(frozen=True, slots=True)
class _Placed:
    """One person with a place, before it is exact or blurred."""

    id: MemberId
    point: LonLat = field(repr=False)
    number: int
    signs: str = field(repr=False)
    state: PersonState
    table: str
    is_rough: bool = False


def _blur(points: Sequence[LonLat]) -> list[LonLat]:
    # Imported when first used, like shapely below: the window must stand before numpy is loaded.
    from kurume_bousai.geo.crs import blur

    return blur(points)


def _marks(placed: Sequence[_Placed], level: DataLevel) -> tuple[PersonMark, ...]:
    is_blurred = level is DataLevel.SYMBOL
    exact = [one.point for one in placed]
    points = _blur(exact) if is_blurred else exact
    return tuple(
        PersonMark(
            one.id,
            point.lon,
            point.lat,
            one.number,
            one.signs,
            one.state,
            one.table,
            is_blurred,
            one.is_rough,
        )
        for one, point in zip(placed, points, strict=True)
    )


def session_people(
    people: Iterable[FrozenPerson],
    states: Mapping[MemberId, PersonState],
    levels: Mapping[str, DataLevel],
) -> tuple[PersonMark, ...]:
    """Marks of a session's people who have a home and a number.

    ``people`` are those whose consent covers the map at this moment.  ``states``: missing = わからない.
    ``levels``: the data level of each table; a table that is not in it counts as 記号.
    """
    by_level: dict[DataLevel, list[_Placed]] = {}
    for person in people:
        if person.home is None or person.number <= 0:
            continue
        table = str(person.table_id or "")
        state = states.get(person.member_id, PersonState.UNKNOWN)
        by_level.setdefault(levels.get(table, DataLevel.SYMBOL), []).append(
            _Placed(
                person.member_id,
                person.home,
                person.number,
                need_signs(person.needs),
                state,
                table,
                person.is_home_rough,
            )
        )
    return tuple(mark for level, placed in by_level.items() for mark in _marks(placed, level))


def roster_people(
    rows: Iterable[MemberRow],
    level: DataLevel,
    destinations: Mapping[MemberId, bool] | None = None,
) -> tuple[PersonMark, ...]:
    """Marks of the list's rows with a home; ``number`` is the list's.

    ``destinations`` says who has a place to go; without it a supporter alone is 「どちらかがまだ」, unless
    the plan is complete.
    """
    placed = [
        _Placed(
            row.member_id,
            row.home,
            row.number,
            need_signs(row.needs),
            _row_state(row, destinations),
            "",
            row.is_rough,
        )
        for row in rows
        if row.home is not None
    ]
    return _marks(placed, level)


_FINISHED_PLANS = frozenset({PlanState.COMPLETE, PlanState.REHEARSED, PlanState.DUE})


def _row_state(row: MemberRow, destinations: Mapping[MemberId, bool] | None) -> PersonState:
    if destinations is None:
        has_site = row.plan_state in _FINISHED_PLANS
    else:
        has_site = destinations.get(row.member_id, False)
    return Decided(row.has_supporter, has_site).state


def welfare_marks(
    sites: Iterable[WelfareShelter],
    notes: Mapping[SiteId, str] | None = None,
    closed: frozenset[SiteId] = frozenset(),
) -> tuple[SiteMark, ...]:
    """福祉避難所 with a place; ``notes`` such as 「不足 4」."""
    return tuple(
        SiteMark(
            site.site_id,
            SiteKind.WELFARE,
            site.point.lon,
            site.point.lat,
            site.short_name or site.name,
            (notes or {}).get(site.site_id, ""),
            site.site_id in closed,
        )
        for site in sites
        if site.point is not None
    )


def designated_marks(shelters: Iterable[DesignatedShelter]) -> tuple[SiteMark, ...]:
    """指定避難所."""
    return tuple(_site_mark(one, SiteKind.DESIGNATED) for one in shelters)


def emergency_marks(sites: Iterable[EmergencyEvacuationSite]) -> tuple[SiteMark, ...]:
    """指定緊急避難場所."""
    return tuple(_site_mark(one, SiteKind.EMERGENCY) for one in sites)


def _site_mark(site: DesignatedShelter | EmergencyEvacuationSite, kind: SiteKind) -> SiteMark:
    return SiteMark(site.site_id, kind, site.point.lon, site.point.lat, site.name)


def district_shapes(
    outlines: Iterable[DistrictOutline],
    names: Mapping[DistrictId, str],
    shades: Mapping[DistrictId, int] | None = None,
    captions: Mapping[DistrictId, str] | None = None,
) -> tuple[DistrictShape, ...]:
    """校区 as coordinate lists; ``shades`` 0–4 or ``UNKNOWN_SHADE``, missing = unknown where any is given."""
    return tuple(_district_shape(one, names, shades, captions) for one in outlines)


def _district_shape(
    outline: DistrictOutline,
    names: Mapping[DistrictId, str],
    shades: Mapping[DistrictId, int] | None,
    captions: Mapping[DistrictId, str] | None,
) -> DistrictShape:
    import shapely

    geometry = shapely.from_wkb(outline.wkb)
    inside = shapely.point_on_surface(max(_parts(geometry), key=shapely.area))
    return DistrictShape(
        outline.district_id,
        names.get(outline.district_id, outline.district_id),
        tuple(_polygon(part) for part in _parts(geometry)),
        outline.approximate,
        None if shades is None else shades.get(outline.district_id, -1),
        (captions or {}).get(outline.district_id, ""),
        (float(shapely.get_x(inside)), float(shapely.get_y(inside))),
    )


def _parts(geometry: Any) -> list[Any]:  # noqa: ANN401 - shapely carries no types
    import shapely

    parts = shapely.get_parts(shapely.get_parts(geometry))
    return [part for part in parts if shapely.get_type_id(part) == shapely.GeometryType.POLYGON]


def _polygon(part: Any) -> Polygon:  # noqa: ANN401 - shapely carries no types
    import shapely

    return tuple(
        tuple((float(lon), float(lat)) for lon, lat in shapely.get_coordinates(ring))
        for ring in shapely.get_rings(part)
    )


def drawn_marks(features: Iterable[DrawnFeature], *, with_text: bool = True) -> tuple[DrawnMark, ...]:
    """描いたもの; only the words of the map are written beside them.

    ``with_text`` False = nothing that was typed (where everybody looks on): it may name somebody.
    """
    return tuple(
        DrawnMark(
            feature.feature_id,
            feature.kind,
            tuple((point.lon, point.lat) for point in feature.points),
            str(feature.table_id or ""),
            feature.text if with_text and feature.kind in _NAMED_KINDS else "",
        )
        for feature in features
    )


def link_marks(
    people: Sequence[PersonMark],
    supporters: Mapping[MemberId, LonLat],
    sites: Mapping[MemberId, LonLat],
    chosen: MemberId | None = None,
) -> tuple[LinkMark, ...]:
    """Lines from people to supporters and destinations.

    A line starts where the person's mark stands, so it shows no more than the mark does. The end of a
    supporter's line is a home too: at 記号 it is blurred like the person's.
    """
    marks: list[LinkMark] = []
    for kind, ends in ((LinkKind.SUPPORTER, supporters), (LinkKind.SITE, sites)):
        for person in people:
            end = ends.get(MemberId(person.id))
            if end is None:
                continue
            if kind is LinkKind.SUPPORTER and person.blurred:
                end = _blur([end])[0]
            start = (person.lon, person.lat)
            is_chosen = person.id == chosen
            marks.append(LinkMark(kind, start, (end.lon, end.lat), person.table, is_chosen))
    return tuple(marks)


def background_images(backgrounds: Iterable[Background], opacity: float = 0.8) -> tuple[BackgroundImage, ...]:
    """背景図; its name stays behind, because a person typed it."""
    return tuple(
        BackgroundImage(one.background_id, one.png, one.west, one.south, one.east, one.north, opacity)
        for one in backgrounds
    )
