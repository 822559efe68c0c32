"""地図でさがす用件: 校区, 自治会, sites and addresses by their names, offline. People are not searched here.

A 自治会 has no outline of its own: it stands where the homes of its people are, to 100 m, and only for those
who may see people; of fewer than five homes only the 校区 is told, because the middle would tell a home.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from statistics import median
from typing import Final

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.gazetteer import GeocodeMatch, GeocodeResult, PlaceLevel
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.map_places import Exactness, MapPlace, MapPlaceKind
from kurume_bousai.domain.members import MemberRow
from kurume_bousai.domain.names import fold
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession

#: Answers of one kind that fit the panel; a longer word finds the others.
MOST_OF_A_KIND: Final = 8
_FEWEST_HOMES: Final = 5
#: Degrees of about 100 m at the city's latitude.
_STEP_LON, _STEP_LAT = 0.00107, 0.0009
#: An address of one letter would fit half the dictionary.
_SHORTEST_ADDRESS: Final = 2
_EXACTNESS: Final = {
    PlaceLevel.NUMBER: Exactness.NUMBER,
    PlaceLevel.BLOCK: Exactness.BLOCK,
    PlaceLevel.TOWN: Exactness.TOWN,
    PlaceLevel.MANUAL: Exactness.NUMBER,
}

Find = Callable[[str], GeocodeResult]
Named = tuple[str, MapPlace]


class MapSearch:
    """地図でさがす人 on one open database. Safe to call from any thread.

    The names are read once and kept until ``forget``; ``find_address`` looks into the address dictionary.
    """

    def __init__(self, database: CityDatabase, find_address: Find) -> None:
        self._database = database
        self._find_address = find_address
        self._kept: tuple[Named, ...] | None = None

    def forget(self) -> None:
        """Read the names again for the next question (校区, sites or people changed)."""
        self._kept = None

    def find(self, text: str) -> tuple[MapPlace, ...]:
        """Places whose name has the text in it, those that begin with it first; then addresses.

        Raises
        ------
        KnownProblem
            ``no_right``.
        """
        self._database.access.require(Right.SEE_COUNTS)
        wanted = fold(text)
        if not wanted:
            return ()
        named = [(folded, place) for folded, place in self._names() if wanted in folded]
        named.sort(key=lambda pair: (not pair[0].startswith(wanted), len(pair[0])))
        places = [place for _, place in named]
        found = [
            place
            for kind in MapPlaceKind
            for place in [one for one in places if one.kind is kind][:MOST_OF_A_KIND]
        ]
        return (*found, *self._addresses(text, wanted))

    def _addresses(self, text: str, wanted: str) -> list[MapPlace]:
        if len(wanted) < _SHORTEST_ADDRESS:
            return []
        result = self._find_address(text)
        matches = [*([result.best] if result.best else []), *result.candidates]
        places = [_address(match) for match in matches]
        return list(dict.fromkeys(places))[:MOST_OF_A_KIND]

    def _names(self) -> tuple[Named, ...]:
        kept = self._kept
        if kept is None:
            with self._database.reading() as session:
                places = [*_districts(session), *_sites(session)]
                if self._database.access.has(Right.SEE_PEOPLE):
                    places += _neighborhoods(session.members.rows(self._database.access, MemberQuery()))
            kept = self._kept = tuple((fold(place.title), place) for place in places)
        return kept


def _districts(session: ReadSession) -> list[MapPlace]:
    return [
        MapPlace(MapPlaceKind.DISTRICT, f"{one.name}校区", Exactness.OUTLINE, district_id=one.district_id)
        for one in session.districts.all()
    ]


def _sites(session: ReadSession) -> Iterable[MapPlace]:
    shelters = session.shelters
    kinds = (
        (MapPlaceKind.WELFARE, shelters.welfare()),
        (MapPlaceKind.DESIGNATED, shelters.designated()),
        (MapPlaceKind.EMERGENCY, shelters.emergency()),
    )
    for kind, sites in kinds:
        for site in sites:
            if site.point is not None:
                beside = f"{site.district_id}校区" if site.district_id else ""
                yield MapPlace(kind, site.name, Exactness.SITE, site.point, site.district_id, beside)


def _neighborhoods(rows: Sequence[MemberRow]) -> list[MapPlace]:
    homes: dict[tuple[str, DistrictId | None], list[LonLat]] = {}
    for row in rows:
        if row.neighborhood:
            place = homes.setdefault((row.neighborhood, row.district_id), [])
            if row.home is not None:
                place.append(row.home)
    return [
        _neighborhood(name, district_id, points)
        for (name, district_id), points in homes.items()
        if points or district_id is not None
    ]


def _neighborhood(name: str, district_id: DistrictId | None, points: Sequence[LonLat]) -> MapPlace:
    beside = f"{district_id}校区" if district_id else ""
    kind = MapPlaceKind.NEIGHBORHOOD
    if len(points) < _FEWEST_HOMES:
        return MapPlace(kind, name, Exactness.DISTRICT_ONLY, None, district_id, beside)
    middle = LonLat(
        _rounded(median(point.lon for point in points), _STEP_LON),
        _rounded(median(point.lat for point in points), _STEP_LAT),
    )
    return MapPlace(kind, name, Exactness.HOMES, middle, district_id, beside)


def _rounded(degrees: float, step: float) -> float:
    return round(degrees / step) * step


def _address(match: GeocodeMatch) -> MapPlace:
    exactness = _EXACTNESS[match.level]
    return MapPlace(MapPlaceKind.ADDRESS, match.matched, exactness, match.point)
