"""重ねる地図: imported layers become overlays, light enough for a screen and true to every zone.

A screen needs less than a measurement: of a layer with more than ``MOST_CORNERS`` corners those are left
out that lie nearer than a metre or so to the line between their neighbours.  A ring that would collapse
stays as it is, so that no small zone is ever lost.  What is asked of a place (``geo.hazards``) and what is
printed uses the stored shapes, never these.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from kurume_bousai.domain.layers import LayerFeature, LayerId, MapLayer
from kurume_bousai.mapview.catalogue import REST_KIND, entry_of
from kurume_bousai.mapview.protocol import Layer, MapOverlay, OverlayClass

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    import numpy.typing as npt

    Corners = npt.NDArray[np.float64]
    Places = npt.NDArray[np.intp]

#: Above so many corners a layer is simplified; a page keeps several layers of this size.
MOST_CORNERS: Final = 200_000
#: In degrees, one after the other: 1e-5 is 0.9 m east-west and 1.1 m north-south at the city, less than a
#: pixel up to zoom 16; all four together stay below 17 m, less than a pixel of the whole city on a screen.
_TOLERANCES: Final = (1e-5, 2e-5, 4e-5, 8e-5)
_LEAST_CORNERS: Final = 4  # of a closed ring

ReadFeatures = Callable[[LayerId], Sequence[LayerFeature]]


def make_overlay(stored: MapLayer, features: Sequence[LayerFeature], entry: Layer) -> MapOverlay:
    """Return an imported layer as the map shows it: one class a legend row, in the entry's order."""
    import shapely

    groups: dict[tuple[int, str], list[int]] = {}
    for at, feature in enumerate(features):
        place = entry.class_at(feature.value, feature.level)
        groups.setdefault((place, _own_words(stored, feature) or entry.classes[place].words), []).append(at)
    apart = _Apart.of(shapely.from_wkb([feature.wkb for feature in features]))
    names = [str(feature.attributes.get("name") or "") for feature in features]
    classes: list[OverlayClass] = []
    for (place, words), chosen in sorted(groups.items()):
        look = entry.classes[place]
        classes.append(OverlayClass(look.value, words, *apart.packed(chosen, names), look.level))
    return MapOverlay(
        id=stored.layer_id,
        entry=entry.id,
        title=stored.title,
        classes=tuple(classes),
        attribution=stored.source.attribution or entry.attribution,
        wording=entry.wording,
        revision=_revision(classes),
        layer=entry,
    )


def _own_words(stored: MapLayer, feature: LayerFeature) -> str:
    """Words of a class as a file of somebody's own says them; "" = those of the style."""
    if stored.dataset != REST_KIND:
        return ""
    return str(feature.attributes.get("class") or stored.title)


def _revision(classes: Sequence[OverlayClass]) -> str:
    digest = hashlib.sha256()
    for one in classes:
        for part in (one.words.encode(), one.polygons, one.lines, repr((one.points, one.names)).encode()):
            digest.update(part)
    return digest.hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class _Apart:
    """A layer in pieces: rings with the polygon of each, lines and points, with the feature of each."""

    rings: list[Corners]
    ring_polygon: Places
    polygon_feature: Places
    lines: list[Corners]
    line_feature: Places
    points: Corners
    point_feature: Places

    @classmethod
    def of(cls, shapes: Any) -> _Apart:  # noqa: ANN401 - shapely carries no types
        """Take shapes apart, and make them light where they have too many corners."""
        import numpy as np
        import shapely

        parts, owners = _parts(shapes)
        kinds = shapely.get_type_id(parts)
        is_face = kinds == shapely.GeometryType.POLYGON
        is_line = np.isin(kinds, (shapely.GeometryType.LINESTRING, shapely.GeometryType.LINEARRING))
        is_point = kinds == shapely.GeometryType.POINT
        # Outer rings one way and holes the other, so that zones over one another do not cut each other out.
        rings, ring_polygon = shapely.get_rings(shapely.orient_polygons(parts[is_face]), return_index=True)
        least = np.repeat((_LEAST_CORNERS, 2), (len(rings), int(is_line.sum())))
        corners = light(np.concatenate((rings, parts[is_line])), least)
        return cls(
            corners[: len(rings)],
            ring_polygon,
            owners[is_face],
            corners[len(rings) :],
            owners[is_line],
            shapely.get_coordinates(parts[is_point]),
            owners[is_point],
        )

    def packed(
        self, features: Sequence[int], names: Sequence[str]
    ) -> tuple[bytes, bytes, tuple[tuple[float, float], ...], tuple[str, ...]]:
        """Polygons and lines of some features packed, their points, and the names of the points."""
        import numpy as np

        from kurume_bousai.mapview.packing import pack

        faces = np.flatnonzero(np.isin(self.polygon_feature, features))
        first = np.searchsorted(self.ring_polygon, faces)
        after = np.searchsorted(self.ring_polygon, faces, side="right")
        lines = np.flatnonzero(np.isin(self.line_feature, features))
        points = np.flatnonzero(np.isin(self.point_feature, features))
        return (
            pack(self.rings[a:b] for a, b in zip(first, after, strict=True)) if len(faces) else b"",
            pack([self.lines[at]] for at in lines) if len(lines) else b"",
            tuple((float(lon), float(lat)) for lon, lat in self.points[points]),
            tuple(names[int(self.point_feature[at])] for at in points),
        )


def _parts(shapes: Any) -> tuple[Any, Places]:  # noqa: ANN401 - shapely carries no types
    """Single parts (also of collections within collections) and the place of each one's owner."""
    import shapely

    parts, owners = shapely.get_parts(shapes, return_index=True)
    while (shapely.get_type_id(parts) > shapely.GeometryType.POLYGON).any():
        parts, inner = shapely.get_parts(parts, return_index=True)
        owners = owners[inner]
    full = ~shapely.is_empty(parts)
    return parts[full], owners[full]


def light(lines: Any, least: Places) -> list[Corners]:  # noqa: ANN401 - shapely carries no types
    """Corners of lines and rings, as few as ``MOST_CORNERS`` where the tolerances allow it.

    Each step works on what the last one left; what would have fewer corners than ``least`` stays.
    """
    import numpy as np
    import shapely

    for tolerance in _TOLERANCES:
        if int(shapely.get_num_coordinates(lines).sum()) <= MOST_CORNERS:
            break
        simple = shapely.simplify(lines, tolerance, preserve_topology=False)
        lines = np.where(shapely.get_num_coordinates(simple) < least, lines, simple)
    corners, owners = shapely.get_coordinates(lines, return_index=True)
    borders = np.searchsorted(owners, np.arange(1, len(lines)))
    return np.split(corners, borders) if len(lines) else []


class OverlayBook:
    """重ねる地図の帳面: each stored layer is read and made once, as long as it is kept.

    Safe to be asked from several threads; making one does not hold up who asks for those that are made.
    """

    def __init__(self, layers: Sequence[Layer]) -> None:
        self._layers = layers
        self._made: dict[LayerId, MapOverlay] = {}
        self._making = Lock()

    def overlays(
        self, stored: Iterable[MapLayer], shown: frozenset[str], read: ReadFeatures
    ) -> tuple[MapOverlay, ...]:
        """Return the overlays of the layers whose entry is in ``shown``; ``read`` is asked for new ones."""
        wanted = [
            (layer, entry)
            for layer in stored
            if (entry := entry_of(layer, self._layers)) is not None and entry.id in shown
        ]
        if any(layer.layer_id not in self._made for layer, _ in wanted):
            with self._making:
                for layer, entry in wanted:
                    if layer.layer_id not in self._made:
                        self._made[layer.layer_id] = make_overlay(layer, read(layer.layer_id), entry)
        found = (self._made.get(layer.layer_id) for layer, _ in wanted)
        # An empty layer has nothing to draw and no place in the legend.
        return tuple(overlay for overlay in found if overlay is not None and overlay.classes)

    def keep(self, stored: Iterable[MapLayer]) -> None:
        """Drop the overlays of layers that are no longer there."""
        known = {layer.layer_id for layer in stored}
        for layer_id in [one for one in self._made if one not in known]:
            self._made.pop(layer_id, None)
