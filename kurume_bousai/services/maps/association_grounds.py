"""自治会の範囲: how far the sheet of a 自治会 reaches, without telling where one person lives.

A 自治会 has no official outline. In this order:

1. a stored layer of borders (kind ``neighborhood``) with a feature of that name;
2. the 100 m cells of the homes on the list, where at least five homes lie in at least three cells (RULEBOOK
   §1 「Small counts」). The paper gets only the rectangle around them, grown by 150 m and rounded outward to
   whole 250 m, so that no edge of it points at a home. 支援措置対象者 never enter it;
3. else the whole 校区, which the sheet says.

Names of 自治会 are those on the list, and those a layer knows; that somebody lives there is not told by them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.layers import NEIGHBORHOOD_KIND, LayerFeature, MapLayer
from kurume_bousai.services.papers.map_ports import AssociationGround, MapPaperOrder
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.services.ports.sessions import ReadSession
from kurume_bousai.services.roster.statistics import SMALLEST_SHOWN

#: Fewer cells than this would be a spot on the map, not the ground of a 自治会.
FEWEST_CELLS = 3


def association_grounds(
    reading: ReadSession,
    access: Access,
    order: MapPaperOrder,
    layers: Sequence[tuple[MapLayer, Sequence[LayerFeature]]],
    blur: Callable[[Sequence[LonLat]], Sequence[LonLat]],
) -> tuple[AssociationGround, ...]:
    """Return the 自治会 an order asks for; none where it asks for the 校区.

    Raises
    ------
    KnownProblem
        ``no_right``, ``no_district``: names and homes come from the list. ``unknown_association``.
    """
    district_id = order.district_id
    if district_id is None or not (order.association or order.by_association):
        return ()
    access.require(Right.SEE_PEOPLE)
    if not access.sees_district(district_id):
        raise KnownProblem("no_district", "担当していない校区の自治会は、地図に出せません。")
    homes: dict[str, list[LonLat]] = defaultdict(list)
    for row in reading.members.rows(access, MemberQuery(district_id=district_id)):
        if row.neighborhood and not row.has_protected_address:
            homes[row.neighborhood] += [row.home] if row.home is not None else []
    outlines = _outlines(layers)
    if order.association and order.association not in {*homes, *outlines}:
        raise KnownProblem(
            "unknown_association",
            "その名前の自治会は、この校区の名簿にも地図の層にもありません。",
            where=f"{district_id}校区",
            advice="自治会の名前を、名簿のとおりに書いてください。",
        )
    wanted = [order.association] if order.association else sorted(homes)
    return tuple(
        AssociationGround(name, _cells(homes.get(name, []), blur), outlines.get(name)) for name in wanted
    )


def _cells(
    homes: Sequence[LonLat], blur: Callable[[Sequence[LonLat]], Sequence[LonLat]]
) -> tuple[LonLat, ...]:
    if len(homes) < SMALLEST_SHOWN:
        return ()
    cells = tuple(dict.fromkeys(blur(homes)))
    return cells if len(cells) >= FEWEST_CELLS else ()


def _outlines(layers: Sequence[tuple[MapLayer, Sequence[LayerFeature]]]) -> dict[str, bytes]:
    return {
        str(feature.attributes["name"]): feature.wkb
        for layer, features in layers
        if layer.kind == NEIGHBORHOOD_KIND
        for feature in features
        if feature.attributes.get("name")
    }
