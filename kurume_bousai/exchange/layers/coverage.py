"""知られている範囲: the ground a file knows everything of, so that 区域外 and データなし differ."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from kurume_bousai.domain.coordinates import CITY_EXTENT
from kurume_bousai.domain.meshes import mesh_box, mesh_of
from kurume_bousai.exchange.layers.recognisers import Dataset, Recognisers
from kurume_bousai.exchange.layers.tables import RawTable, Shapes, attribute
from kurume_bousai.exchange.layers.values import column_of

#: Fewer rivers than this are a piece of a package: nothing is known of the ground between them.
_FEWEST_RIVERS = 2


def meshes_of(shapes: Shapes) -> tuple[str, ...]:
    """The 1次メッシュ of the shapes: the middle of a shape's box lies in the mesh it was cut to."""
    bounds = shapely.bounds(shapes)
    known = bounds[np.isfinite(bounds).all(axis=1)]
    if not len(known):
        return ()
    middles = np.unique(
        np.column_stack([(known[:, 0] + known[:, 2]) / 2, (known[:, 1] + known[:, 3]) / 2]).round(6), axis=0
    )
    return tuple(sorted({mesh_of(float(lon), float(lat)) for lon, lat in middles}))


def coverage_of(
    table: RawTable, shapes: Shapes, dataset: Dataset, known: Recognisers, river_column: str
) -> Shapes | None:
    """The ground a table speaks for in EPSG:6668, by the rule of its dataset; None = not known."""
    if dataset.coverage == "mesh":
        meshes = meshes_of(shapes)
        return shapely.union_all([shapely.box(*mesh_box(mesh)) for mesh in meshes]) if meshes else None
    if dataset.coverage == "prefecture":
        return _city_box() if _mentions(table, dataset.prefecture, known.prefectures) else None
    if dataset.coverage == "city":
        wanted = known.city_codes | known.city_names
        return _city_box() if _mentions(table, dataset.city, wanted) else None
    if dataset.coverage == "extent":
        rivers = column_of(table, river_column) if river_column else None
        return None if rivers is None else _box_of(shapes)
    return None


def has_enough_rivers(names: set[str]) -> bool:
    """False for the file of a single river: beside it, nothing is said of other rivers."""
    return len(names) >= _FEWEST_RIVERS


def _city_box() -> Shapes:
    return shapely.box(*CITY_EXTENT)


def _box_of(shapes: Shapes) -> Shapes | None:
    bounds = shapely.total_bounds(shapes)
    return shapely.box(*bounds) if bool(np.isfinite(bounds).all()) else None


def _mentions(table: RawTable, columns: Sequence[str], wanted: frozenset[str]) -> bool:
    for name in columns:
        column = column_of(table, name)
        if column is not None and any(str(attribute(cell)) in wanted for cell in column):
            return True
    return False
