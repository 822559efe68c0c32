"""架空の自治会: four to six per 校区, each a cluster of homes with its own 民生委員 and towns."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

from kurume_bousai.domain.districts import SchoolDistrict
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.services.fictional.draw import stream
from kurume_bousai.services.fictional.names import draw_name
from kurume_bousai.services.fictional.plane import DistrictCell, Metres
from kurume_bousai.services.fictional.profile import GeneratorProfile
from kurume_bousai.services.fictional.seeding import Town

_DIRECTIONS: Final = (("東", 1, 0), ("西", -1, 0), ("南", 0, -1), ("北", 0, 1))
_FURTHER_NAMES: Final = ("中央自治会", "本町自治会", "新町自治会", "上自治会", "下自治会")
_CENTRE_SPREAD_M: Final = 520.0
_TRIES: Final = 8
_ROOM_TRIES: Final = 6


@dataclass(frozen=True, slots=True)
class Neighborhood:
    """自治会 as the generator knows it; ``x_m, y_m`` in the local plane."""

    district_id: DistrictId
    name: str
    x_m: float
    y_m: float
    spread_m: float
    town: str
    commissioner: str = field(repr=False)
    cell: DistrictCell = field(repr=False)
    siblings: tuple[Metres, ...] = field(repr=False, default=())

    @property
    def key(self) -> tuple[str, str]:
        """校区 and name: a name alone occurs in every 校区."""
        return self.district_id, self.name

    def home(self, rng: Random) -> Metres:
        """Return a home in the 校区, nearer to this 自治会 than to another where the cell allows it."""
        point = self.cell.scatter(rng, self.x_m, self.y_m, self.spread_m)
        for _ in range(_ROOM_TRIES):
            own = math.dist(point, (self.x_m, self.y_m))
            if all(own <= math.dist(point, sibling) for sibling in self.siblings):
                break
            point = self.cell.scatter(rng, self.x_m, self.y_m, self.spread_m)
        return point


def neighborhoods(
    seed: int, districts: Sequence[SchoolDistrict], towns: Sequence[Town], profile: GeneratorProfile
) -> dict[DistrictId, tuple[Neighborhood, ...]]:
    """Return the 自治会 of every 校区, in the order of the 校区."""
    rng = stream(seed, "neighborhoods")
    return {
        district.district_id: tuple(
            _of_district(
                rng,
                DistrictCell.around(district, districts),
                [town.name for town in towns if town.district_id == district.district_id] or [district.name],
                profile,
            )
        )
        for district in districts
    }


def _of_district(
    rng: Random, cell: DistrictCell, towns: Sequence[str], profile: GeneratorProfile
) -> Iterator[Neighborhood]:
    centres = _spread_out(rng, cell, rng.randint(*profile.districts.neighborhoods))
    first_town = rng.randrange(len(towns))
    for index, (name, centre) in enumerate(_named(centres)):
        siblings = tuple(other for other in centres if other != centre)
        nearest = min((math.dist(centre, other) for other in siblings), default=_CENTRE_SPREAD_M)
        yield Neighborhood(
            district_id=cell.district_id,
            name=name,
            x_m=centre[0],
            y_m=centre[1],
            spread_m=min(260.0, max(60.0, nearest * 0.4)),
            town=towns[(first_town + index) % len(towns)],
            commissioner=draw_name(rng, profile.names, age=62, is_woman=rng.random() < 0.6).text,
            cell=cell,
            siblings=siblings,
        )


def _spread_out(rng: Random, cell: DistrictCell, count: int) -> list[Metres]:
    """Choose each centre as the farthest of some tries from those that stand already."""
    centres: list[Metres] = []
    while len(centres) < count:
        tries = [cell.scatter(rng, cell.x_m, cell.y_m, _CENTRE_SPREAD_M) for _ in range(_TRIES)]
        centres.append(
            max(tries, key=lambda place: min((math.dist(place, other) for other in centres), default=0.0))
        )
    return centres


def _named(centres: Sequence[Metres]) -> Iterator[tuple[str, Metres]]:
    """「東自治会」 is the most eastern one; those left over get neutral names."""
    left = list(centres)
    for direction, east, north in _DIRECTIONS:
        if left:
            place = max(left, key=lambda centre: centre[0] * east + centre[1] * north)
            left.remove(place)
            yield f"{direction}自治会", place
    yield from zip(_FURTHER_NAMES, left, strict=False)
