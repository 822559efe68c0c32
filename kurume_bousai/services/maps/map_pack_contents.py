"""地図パックの中身を集める: layers, 校区 and pictures, each by its own way out, and nothing else."""

from __future__ import annotations

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import BackgroundId, DistrictId
from kurume_bousai.domain.layers import MapLayer
from kurume_bousai.services.ports.backgrounds import Background
from kurume_bousai.services.ports.map_pack import Box, PackedDistrict, PackedLayer
from kurume_bousai.services.ports.sessions import ReadSession


def packed(session: ReadSession, layer: MapLayer) -> PackedLayer:
    """A stored layer with its features."""
    return PackedLayer(layer, tuple(session.layers.features(layer.layer_id)))


def district_name(session: ReadSession, district_id: DistrictId | None) -> str:
    """The name of a 校区, "" for the whole city; raises ``unknown_district``."""
    if district_id is None:
        return ""
    for one in session.districts.all():
        if one.district_id == district_id:
            return one.name
    raise KnownProblem("unknown_district", "その名前の校区はありません。", where=district_id)


def districts(session: ReadSession) -> tuple[PackedDistrict, ...]:
    """The outlines that came from a file; computed ones are computed anew anywhere."""
    names = {one.district_id: one.name for one in session.districts.all()}
    return tuple(
        PackedDistrict(names.get(one.district_id, str(one.district_id)), one)
        for one in session.districts.outlines()
        if not one.approximate
    )


def picture(session: ReadSession, background_id: BackgroundId) -> Background:
    """A pinned picture; raises ``unknown_background``."""
    found = session.backgrounds.get(background_id)
    if found is None:
        raise KnownProblem("unknown_background", "その番号の背景の図はありません。", where=background_id)
    return found


def touches(first: Box, second: Box) -> bool:
    """Whether two boxes meet."""
    return first[0] <= second[2] and first[2] >= second[0] and first[1] <= second[3] and first[3] >= second[1]
