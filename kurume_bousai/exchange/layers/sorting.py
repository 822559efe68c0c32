"""取り込まない図形とその理由: every shape is taken or has one reason why not."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from kurume_bousai.exchange.layers import shapes as mending
from kurume_bousai.exchange.layers.locating import JAPAN, near_city
from kurume_bousai.exchange.layers.tables import Shapes

FAR: Final = "市から離れている"
NO_SHAPE: Final = "図形がない"
NO_POINT: Final = "緯度・経度がないか、数ではない"
NOT_NUMBERS: Final = "座標の値が数ではない(NaNや無限大)"
ABSURD: Final = "座標の値が日本の外にある"
NOT_WHOLE: Final = "直すと図形が残らない"

#: Reasons of rows; empty = it is taken.
Reasons = npt.NDArray[np.object_]


def without_nonsense(shapes: Shapes) -> tuple[Shapes, Reasons]:
    """Shapes in degrees without those whose numbers are no place in Japan, and why each went.

    Asked before anything is computed from all shapes: one stray corner would stretch the ground that a
    file is believed to know.
    """
    reasons = np.full(len(shapes), "", dtype=object)
    corners, index = shapely.get_coordinates(shapes, return_index=True)
    finite = np.isfinite(corners).all(axis=1)
    west, south, east, north = JAPAN
    with np.errstate(invalid="ignore"):
        inside = (
            (corners[:, 0] >= west)
            & (corners[:, 0] <= east)
            & (corners[:, 1] >= south)
            & (corners[:, 1] <= north)
        )
    reasons[np.unique(index[~inside])] = ABSURD
    reasons[np.unique(index[~finite])] = NOT_NUMBERS
    if not (reasons != "").any():
        return shapes, reasons
    kept = np.array(shapes, dtype=object)
    kept[reasons != ""] = None
    return kept, reasons


def reasons_of(
    shapes: Shapes, before: Reasons, geometry: str, *, is_everywhere: bool, is_table: bool
) -> Reasons:
    """Why each shape is not taken; ``before`` are the reasons of ``without_nonsense``."""
    present = mending.of_kind(shapes, "")
    wanted = mending.of_kind(shapes, geometry)
    near = present if is_everywhere else near_city(shapes)
    reasons = before.copy()
    words = f"{mending.WORDS[geometry]}の図形ではない" if geometry else ""
    for flags, reason in (
        (~present, NO_POINT if is_table else NO_SHAPE),
        (present & ~wanted, words),
        (wanted & ~near, FAR),
    ):
        reasons[flags & (reasons == "")] = reason
    return reasons


def numbers_of(reasons: Reasons, reason: str) -> npt.NDArray[np.intp]:
    """Rows that were left out for a reason."""
    found: Any = np.flatnonzero(reasons == reason)
    return np.asarray(found, dtype=np.intp)
