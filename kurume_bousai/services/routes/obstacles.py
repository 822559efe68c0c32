"""通れない所: what somebody drew on a map becomes barriers of the road network (RULES D7 step 3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Protocol

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.operations import FeatureKind
from kurume_bousai.domain.wkb import line_wkb, point_wkb, polygon_wkb
from kurume_bousai.services.ports.routes import Barrier

#: Kinds of drawings through which no way leads (避難障害地点).
CLOSING_KINDS: Final = frozenset({FeatureKind.BLOCKED_ROAD, FeatureKind.DANGER, FeatureKind.REGION})


class Drawn(Protocol):
    """描いたもの of a session's board or of a task layer."""

    @property
    def kind(self) -> FeatureKind:
        """What it means."""

    @property
    def points(self) -> Sequence[LonLat]:
        """One point, or the corners of a line or of a region's ring."""


def barriers_of(drawn: Iterable[Drawn], kinds: frozenset[FeatureKind] = CLOSING_KINDS) -> tuple[Barrier, ...]:
    """Return a barrier per drawing of these kinds, in their order; one without a shape closes nothing."""
    return tuple(
        Barrier(_shape(one.kind, tuple(one.points))) for one in drawn if one.kind in kinds and one.points
    )


def _shape(kind: FeatureKind, points: tuple[LonLat, ...]) -> bytes:
    corners = tuple(dict.fromkeys(points))
    if kind is FeatureKind.REGION and len(corners) > 2:
        return polygon_wkb([corners])
    return point_wkb(points[0]) if len(corners) == 1 else line_wkb(points)
