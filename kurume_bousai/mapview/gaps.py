"""データのない所: ground for which no imported layer of a danger says anything, so that it never looks dry.

With one 1次メッシュ alone half of the city would be without colour (RULES J4); it is hatched instead.
Where no layer of a danger tells how far it reaches, nothing is hatched: then the legend's words must do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from kurume_bousai.domain.layers import MapLayer
from kurume_bousai.mapview.protocol import Layer, MapOverlay, OverlayClass

#: The kind that the catalogue's entry for these places matches.
NO_DATA_KIND: Final = "no_data"
#: West, south, east, north in degrees: the city and about ten kilometres around it.
_GROUND: Final = (130.28, 33.12, 130.85, 33.47)
#: In square degrees, some 30 m a side: slivers between two meshes are no gap.
_LEAST: Final = 1e-7
_WORDS: Final = "{title}のデータなし"


def gap_overlays(there: Mapping[str, Sequence[MapLayer]], layers: Sequence[Layer]) -> tuple[MapOverlay, ...]:
    """Return the ground outside the coverage of each entry of ``there`` (entry id → its stored layers)."""
    entry = next((one for one in layers if any(match.kind == NO_DATA_KIND for match in one.match)), None)
    if entry is None:
        return ()
    titles = {one.id: one.title for one in layers}
    found = (_gap(titles[name], stored, entry) for name, stored in there.items())
    return tuple(one for one in found if one is not None)


def _gap(title: str, stored: Sequence[MapLayer], entry: Layer) -> MapOverlay | None:
    import shapely

    from kurume_bousai.mapview.packing import pack

    known = [layer.coverage for layer in stored if layer.is_hazard and layer.coverage is not None]
    if not known:
        return None
    coverage = shapely.make_valid(shapely.union_all(shapely.from_wkb(known)))
    parts = shapely.get_parts(shapely.difference(shapely.box(*_GROUND), coverage))
    faces = parts[
        (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & (shapely.area(parts) > _LEAST)
    ]
    if not len(faces):
        return None
    turned = shapely.orient_polygons(faces)
    packed = pack([shapely.get_coordinates(ring) for ring in shapely.get_rings(face)] for face in turned)
    words = _WORDS.format(title=title)
    names = "-".join(sorted(layer.layer_id for layer in stored))
    return MapOverlay(
        id=f"{NO_DATA_KIND}-{names}",
        entry=entry.id,
        title=words,
        classes=(OverlayClass(None, words, packed),),
        wording=entry.wording,
        revision=names,
        layer=entry,
    )
