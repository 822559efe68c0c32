"""地図の層 of the fake city."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.hazard_readings import StoredReading
from kurume_bousai.domain.ids import MemberId, SiteId
from kurume_bousai.domain.layers import LayerFeature, LayerId, MapLayer
from tests.fakes.state import CityState


class FakeLayers:
    """地図の層 in memory."""

    def __init__(self, state: CityState) -> None:
        self._state = state

    def all(self) -> list[MapLayer]:
        layers = [layer for layer, _ in self._state.layers.values()]
        return sorted(layers, key=lambda one: (one.kind, one.scenario, one.imported_at, one.layer_id))

    def features(self, layer_id: LayerId) -> list[LayerFeature]:
        return list(self._state.layers[layer_id][1])

    def add(self, access: Access, layer: MapLayer, features: Sequence[LayerFeature]) -> None:
        self._state.layers[layer.layer_id] = (layer, tuple(features))

    def remove(self, access: Access, layer_ids: Sequence[LayerId]) -> None:
        for layer_id in layer_ids:
            self._state.layers.pop(layer_id, None)

    def member_readings(
        self, access: Access, member_ids: Sequence[MemberId], *, inside_only: bool = False
    ) -> dict[MemberId, list[StoredReading]]:
        kept = self._state.member_readings
        return {
            one: [reading for reading in kept[one] if not inside_only or reading.state == "inside"]
            for one in member_ids
            if one in kept
        }

    def replace_member_readings(
        self, access: Access, readings: Mapping[MemberId, Sequence[StoredReading]]
    ) -> None:
        self._state.member_readings.update({one: tuple(several) for one, several in readings.items()})

    def site_readings(self) -> dict[SiteId, list[StoredReading]]:
        return {one: list(several) for one, several in self._state.site_readings.items()}

    def replace_site_readings(
        self, access: Access, readings: Mapping[SiteId, Sequence[StoredReading]]
    ) -> None:
        self._state.site_readings = {one: tuple(several) for one, several in readings.items()}
