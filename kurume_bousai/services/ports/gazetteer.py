"""Ports of the address dictionary: the file as read, the stored dictionary, the matcher."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.gazetteer import (
    GazetteerKind,
    GazetteerPoint,
    GazetteerSource,
    GazetteerSourceId,
    GeocodeResult,
    HomePlace,
)
from kurume_bousai.domain.home_places import HomeRecord, HomeUndecided
from kurume_bousai.domain.ids import MemberId


@dataclass(frozen=True, slots=True)
class GazetteerFile:
    """読みこんだ住所辞書. ``left_out`` counts the rows that were not taken, by a Japanese reason."""

    file_name: str
    kind: GazetteerKind
    edition: str
    licence: str
    sha256: str
    encoding: str
    crs: str
    read: int
    points: tuple[GazetteerPoint, ...] = field(repr=False)
    left_out: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GazetteerTown:
    """辞書の町字: its folded key and name as published; ``points`` of a 町字 and its 小字 come first."""

    key: str
    name: str


class GazetteerRepository(Protocol):
    """住所辞書と、自宅の位置の決め方."""

    def sources(self) -> list[GazetteerSource]:
        """What is in, the finest kind first."""

    def replace(self, access: Access, source: GazetteerSource, points: Sequence[GazetteerPoint]) -> int:
        """Store a dictionary in place of the one of its kind; returns how many points that one had.

        Needs ``EDIT_MAPS``.
        """

    def remove(self, access: Access, source_id: GazetteerSourceId) -> None: ...

    def towns(self) -> list[GazetteerTown]:
        """Every 町字 that any of the dictionaries knows, in order of key."""

    def points_of(self, town_key: str) -> list[GazetteerPoint]:
        """All points of a 町字, the finest source first, in the order of their file."""

    def places(
        self, access: Access, member_ids: Sequence[MemberId] | None = None
    ) -> dict[MemberId, HomePlace]:
        """How homes were decided, of people who exist for the operator."""

    def kept_places(self) -> dict[MemberId, HomePlace]:
        """How every home was decided, of hidden people too: for imports only, never shown."""

    def homes(self, access: Access) -> list[HomeRecord]:
        """Address and place of everybody who exists for the operator, in order of number; no name."""

    def undecided(self, access: Access) -> dict[MemberId, HomeUndecided]:
        """Who was set aside by a person, of people who exist for the operator."""

    def save_places(self, access: Access, places: Sequence[HomePlace]) -> None:
        """Keep how homes were decided, in place of what was kept. Needs ``EDIT_PEOPLE``."""

    def set_aside(self, access: Access, undecided: HomeUndecided) -> None:
        """Keep that a person could not place an address, until a place is saved. Needs ``EDIT_PEOPLE``."""

    def forget_places(self, access: Access, member_ids: Sequence[MemberId]) -> None: ...


class Geocoder(Protocol):
    """住所から位置をさがすもの (implemented in geo)."""

    def find(self, address: str) -> GeocodeResult: ...


#: Builds a geocoder over the 町字 and a way to get the points of one of them.
GeocoderMaker = Callable[[Sequence[GazetteerTown], Callable[[str], Sequence[GazetteerPoint]]], Geocoder]
