"""地図の層をつなぐ: reader and locator of official layers, loaded when one is first used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kurume_bousai.domain.layers import LayerFeature, MapLayer
    from kurume_bousai.services.ports import CityDatabase
    from kurume_bousai.services.ports_layers import HazardLocator


def make_hazard_locator(layers: Sequence[tuple[MapLayer, Sequence[LayerFeature]]]) -> HazardLocator:
    """危険の判定 over layers with their features."""
    from kurume_bousai.geo.hazards import LayerHazards

    return LayerHazards(layers)


def hazard_locator(database: CityDatabase) -> HazardLocator:
    """危険の判定 over every layer that is kept."""
    from kurume_bousai.services.hazard_update import read_locator

    with database.reading() as session:
        return read_locator(session, make_hazard_locator)
