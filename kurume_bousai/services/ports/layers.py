"""Ports of the official map layers: their repository, and the questions a place is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.hazard_readings import HazardReading, StoredReading
from kurume_bousai.domain.ids import MemberId, SiteId
from kurume_bousai.domain.layers import LayerFeature, LayerId, MapLayer


@dataclass(frozen=True, slots=True)
class WantedLayer:
    """市にほしい地図データ: what a complete map of the city has, and where it is published, in words.

    ``questions`` are kinds with their scenario ("" = a layer without one); any of them fills the line
    except for hazards, where each counts. ``is_needed``: without it hazards are not known.
    """

    title: str
    questions: tuple[tuple[str, str], ...]
    where: str
    is_needed: bool = False


class LayerRepository(Protocol):
    """地図の層. Without personal data, except the readings of members."""

    def all(self) -> list[MapLayer]:
        """Without features, in order of kind, scenario and time."""

    def features(self, layer_id: LayerId) -> list[LayerFeature]: ...

    def add(self, access: Access, layer: MapLayer, features: Sequence[LayerFeature]) -> None: ...

    def remove(self, access: Access, layer_ids: Sequence[LayerId]) -> None: ...

    def member_readings(
        self, access: Access, member_ids: Sequence[MemberId], *, inside_only: bool = False
    ) -> dict[MemberId, list[StoredReading]]:
        """Readings of the named members; needs ``SEE_COUNTS``: whom one may see is decided before.

        ``inside_only`` leaves 区域外 away, which is most of a city.
        """

    def replace_member_readings(
        self, access: Access, readings: Mapping[MemberId, Sequence[StoredReading]]
    ) -> None:
        """Readings of the named members anew; an empty list takes a member's away."""

    def site_readings(self) -> dict[SiteId, list[StoredReading]]: ...

    def replace_site_readings(
        self, access: Access, readings: Mapping[SiteId, Sequence[StoredReading]]
    ) -> None:
        """Readings of all sites anew."""


class HazardLocator(Protocol):
    """危険の判定 for points (implemented in geo). Degrees of EPSG:6668."""

    def readings(self, points: Sequence[LonLat]) -> list[tuple[HazardReading, ...]]:
        """Per point the answers to every question, in the order of ``QUESTIONS``."""

    def gaps(self, question: tuple[str, str]) -> tuple[str, ...]:
        """Sentences on what the layers of one question do not know of the city; empty = they know all."""

    def missing(self) -> tuple[str, ...]:
        """Sentences on what of the whole picture is not loaded (a mesh, the rivers of a keeper)."""
